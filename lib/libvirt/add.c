/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices put into a libvirt domain, byte by byte. */
#include <errno.h>
#include <stdlib.h>

#include "libvirt/gap.h"
#include "libvirt/standby.h"
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
	const struct sriov_standby *standby; /* NULL: no failover pairs */
	char *source;			     /* of the standby, escaped */
	size_t *standbys; /* one a device: what the domain has; 0: nothing yet */
	unsigned depth;	  /* of the devices */
	bool has_written; /* something new */
};

/* The standby's alias, ours or the domain's; NULL without a pair. */
static const char *partner_of(const struct sriov_work *work,
			      const struct addition *addition, size_t i,
			      char buf[static SRIOV_ALIAS_LEN])
{
	if (!addition->standby)
		return NULL;
	if (addition->standbys[i])
		return sriov_domain_alias(&work->domain, addition->standbys[i]);
	return sriov_standby_alias(&addition->devices[i], buf);
}

static int bad_standby(const struct sriov_guest_device *device, const char *what,
		       struct sriov_error *err)
{
	char name[SRIOV_DEVICE_NAME_LEN];

	sriov_error_set(err, SRIOV_BAD_FILE, EINVAL, "%s", what);
	return sriov_error_object(err, "%s", sriov_device_name(device, name));
}

/* Find the standby that the device may have in the domain already. */
static int find_standby(const struct sriov_work *work, struct addition *addition,
			size_t i, struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	size_t element =
		sriov_standby_find(&work->domain, work->matches[i].found, device);
	char alias[SRIOV_ALIAS_LEN];
	int r;

	r = sriov_standby_check_device(device, err);
	if (r < 0)
		return r;
	if (element == 0 &&
	    sriov_domain_find_alias(&work->domain, sriov_standby_alias(device, alias)))
		return bad_standby(device,
				   "its standby's alias belongs to another device", err);
	for (size_t k = 0; element && k < i; k++)
		if (addition->standbys[k] == element)
			return bad_standby(device,
					   "the domain has one virtio interface for "
					   "several VFs",
					   err);
	addition->standbys[i] = element;
	return 0;
}

static int put_standby(struct sriov_work *work, struct addition *addition, size_t i,
		       struct sriov_writer *writer, char *changed, size_t size,
		       struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];

	if (addition->standbys[i] == 0) {
		sriov_write_standby(writer, addition->depth, addition->standby,
				    addition->source, device);
		sriov_changed_note(changed, size, "with a standby");
		addition->has_written = true;
		return 0;
	}
	if (sriov_standby_update(&work->domain, addition->standbys[i], addition->standby,
				 addition->source, device, &work->splices, changed,
				 size) < 0)
		return sriov_error_memory(err);
	return 0;
}

static int add_new(struct sriov_work *work, struct addition *addition, size_t i,
		   struct sriov_writer *writer, struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	char alias[SRIOV_ALIAS_LEN], partner[SRIOV_ALIAS_LEN];
	struct sriov_edit_outcome *outcome;
	bool alias_is_taken;
	int r;

	r = sriov_device_check(addition->form, device, err);
	if (r < 0)
		return r;
	outcome = sriov_work_outcome(work, device, SRIOV_EDIT_ADDED);
	r = addition->standby ? put_standby(work, addition, i, writer, outcome->changed,
					    sizeof(outcome->changed), err)
			      : 0;
	if (r < 0)
		return r;
	alias_is_taken = sriov_domain_find_alias(&work->domain,
						 sriov_device_alias(device, alias)) != 0;
	if (alias_is_taken)
		sriov_work_warn(work, &alias_warning);
	sriov_write_device(writer, addition->depth, addition->form, device,
			   !alias_is_taken, partner_of(work, addition, i, partner));
	addition->has_written = true;
	return 0;
}

static int update_old(struct sriov_work *work, struct addition *addition, size_t i,
		      struct sriov_writer *writer, struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	struct sriov_edit_outcome *outcome =
		sriov_work_outcome(work, device, SRIOV_EDIT_UNCHANGED);
	char partner[SRIOV_ALIAS_LEN];
	int r;

	r = sriov_domain_update(&work->domain, work->matches[i].found, addition->form,
				device, partner_of(work, addition, i, partner),
				&work->splices, outcome->changed,
				sizeof(outcome->changed), err);
	if (r == 0 && addition->standby)
		r = put_standby(work, addition, i, writer, outcome->changed,
				sizeof(outcome->changed), err);
	if (r < 0)
		return r;
	if (outcome->changed[0])
		outcome->status = SRIOV_EDIT_UPDATED;
	return 0;
}

static int add_one(struct sriov_work *work, struct addition *addition, size_t i,
		   struct sriov_writer *writer, struct sriov_error *err)
{
	if (sriov_work_first_mention(addition->devices, i) < i) {
		sriov_work_outcome(work, &addition->devices[i], SRIOV_EDIT_UNCHANGED);
		return 0;
	}
	if (work->matches[i].found)
		return update_old(work, addition, i, writer, err);
	return add_new(work, addition, i, writer, err);
}

/* Update what is there and write into @writer, which stands in the gap, what is not. */
static int fill_gap(struct sriov_work *work, struct addition *addition,
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
	if (text && !addition->has_written)
		return 0;
	if (sriov_splices_add(&work->splices, gap.begin, gap.end, SRIOV_TAKE(text)) < 0)
		return sriov_error_memory(err);
	return 0;
}

static int find_standbys(struct sriov_work *work, struct addition *addition,
			 struct sriov_error *err)
{
	addition->standbys = calloc(addition->n + 1, sizeof(*addition->standbys));
	if (!addition->standbys)
		return sriov_error_memory(err);
	for (size_t i = 0; i < addition->n; i++) {
		int r = 0;

		if (sriov_work_first_mention(addition->devices, i) == i)
			r = find_standby(work, addition, i, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_to(const char *text, size_t size, struct addition *addition,
		  struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_work_ struct sriov_work work = {0};
	int r;

	r = sriov_work_begin(&work, text, size, addition->n, err);
	if (r < 0)
		return r;
	if (sriov_xml_child(work.domain.xml, 0, 0, NULL) == 0)
		return sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				       "the domain is empty");
	sriov_work_match(&work, addition->devices, addition->n);
	r = addition->standby ? find_standbys(&work, addition, err) : 0;
	if (r < 0)
		return r;
	r = add_all(&work, addition, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
}

int sriov_domain_add(const char *text, size_t size, enum sriov_guest_form form,
		     const struct sriov_guest_device *devices, size_t n,
		     struct sriov_edit **ret, struct sriov_error *err)
{
	struct addition addition = {.form = form, .devices = devices, .n = n};

	return add_to(text, size, &addition, ret, err);
}

int sriov_domain_add_pairs(const char *text, size_t size, enum sriov_guest_form form,
			   const struct sriov_standby *standby,
			   const struct sriov_guest_device *devices, size_t n,
			   struct sriov_edit **ret, struct sriov_error *err)
{
	struct addition addition = {
		.form = form,
		.devices = devices,
		.n = n,
		.standby = standby,
	};
	int r;

	r = sriov_standby_check(standby, &addition.source, err);
	if (r == 0)
		r = add_to(text, size, &addition, ret, err);
	free(addition.standbys);
	free(addition.source);
	return r;
}
