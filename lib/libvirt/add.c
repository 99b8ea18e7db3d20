/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices put into a libvirt domain, byte by byte. */
#include <errno.h>

#include "libvirt/gap.h"
#include "libvirt/update.h"
#include "libvirt/work.h"

static const struct sriov_edit_warning alias_warning = {
	.msg = "another device of the domain has the alias of a new one, which was added "
	       "without",
};

/* What the calls that add have in common. */
struct addition {
	enum sriov_guest_form form;
	const struct sriov_guest_device *devices;
	size_t n;
	unsigned depth; /* of the devices */
};

static int add_new(struct sriov_work *work, const struct addition *addition, size_t i,
		   struct sriov_writer *writer, struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	char alias[SRIOV_ALIAS_LEN];
	bool alias_is_taken;
	int r;

	r = sriov_device_check(addition->form, device, err);
	if (r < 0)
		return r;
	alias_is_taken =
		sriov_domain_has_alias(&work->domain, sriov_device_alias(device, alias));
	if (alias_is_taken)
		sriov_work_warn(work, &alias_warning);
	sriov_write_device(writer, addition->depth, addition->form, device,
			   !alias_is_taken);
	sriov_work_outcome(work, device, SRIOV_EDIT_ADDED);
	return 0;
}

static int update_old(struct sriov_work *work, const struct addition *addition, size_t i,
		      struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	struct sriov_edit_outcome *outcome =
		sriov_work_outcome(work, device, SRIOV_EDIT_UNCHANGED);
	int r;

	r = sriov_domain_update(&work->domain, work->matches[i].found, addition->form,
				device, &work->splices, outcome->changed,
				sizeof(outcome->changed), err);
	if (r < 0)
		return r;
	if (outcome->changed[0])
		outcome->status = SRIOV_EDIT_UPDATED;
	return 0;
}

static int add_one(struct sriov_work *work, const struct addition *addition, size_t i,
		   struct sriov_writer *writer, struct sriov_error *err)
{
	if (sriov_work_first_mention(addition->devices, i) < i) {
		sriov_work_outcome(work, &addition->devices[i], SRIOV_EDIT_UNCHANGED);
		return 0;
	}
	if (work->matches[i].found)
		return update_old(work, addition, i, err);
	return add_new(work, addition, i, writer, err);
}

static bool has_added(const struct sriov_edit *edit)
{
	for (size_t i = 0; i < edit->n_outcomes; i++)
		if (edit->outcomes[i].status == SRIOV_EDIT_ADDED)
			return true;
	return false;
}

/* Update what is there and write into @writer, which stands in the gap, what is not. */
static int fill_gap(struct sriov_work *work, const struct addition *addition,
		    const struct sriov_gap *gap, struct sriov_writer *writer,
		    struct sriov_error *err)
{
	sriov_gap_begin(gap, writer);
	for (size_t i = 0; i < addition->n; i++) {
		int r;

		r = add_one(work, addition, i, writer, err);
		if (r < 0)
			return r;
	}
	sriov_gap_end(gap, writer);
	return 0;
}

static int add_all(struct sriov_work *work, struct addition *addition,
		   struct sriov_error *err)
{
	const struct sriov_gap gap = sriov_gap_find(&work->domain);
	_cleanup_free_ char *text = NULL;
	struct sriov_writer writer;
	int r;

	addition->depth = gap.depth;
	if (sriov_writer_open(&writer, &gap.layout, true) < 0)
		return sriov_error_memory(err);
	r = fill_gap(work, addition, &gap, &writer, err);
	text = sriov_writer_close(&writer);
	if (r < 0)
		return r;
	if (text && !has_added(work->edit))
		return 0;
	if (sriov_splices_add(&work->splices, gap.begin, gap.end, SRIOV_TAKE(text)) < 0)
		return sriov_error_memory(err);
	return 0;
}

int sriov_domain_add(const char *text, size_t size, enum sriov_guest_form form,
		     const struct sriov_guest_device *devices, size_t n,
		     struct sriov_edit **ret, struct sriov_error *err)
{
	struct addition addition = {.form = form, .devices = devices, .n = n};
	_cleanup_work_ struct sriov_work work = {0};
	int r;

	r = sriov_work_begin(&work, text, size, n, err);
	if (r < 0)
		return r;
	if (sriov_xml_child(work.domain.xml, 0, 0, NULL) == 0)
		return sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				       "the domain is empty");
	sriov_work_match(&work, devices, n);
	r = add_all(&work, &addition, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
}
