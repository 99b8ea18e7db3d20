/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices put into and taken out of a libvirt domain, byte by byte. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "libvirt/domain.h"
#include "libvirt/edit.h"
#include "libvirt/gap.h"
#include "base/splice.h"
#include "libvirt/update.h"

/* What a device to add or to remove is in the domain. */
struct match {
	const struct sriov_domain_device *found; /* NULL: nothing */
};

/* An edit under way. */
struct work {
	struct sriov_domain domain;
	struct sriov_splices splices;
	struct sriov_edit *edit;
	bool *claimed; /* one for each that the domain has: some device means it */
	struct match *matches; /* one for each device */
};

static const struct sriov_edit_warning live_warning = {
	.msg = "this is the XML of a running guest: defined, it would pin what libvirt "
	       "chose for this run, such as the VFs of a pool",
	.hint = "virsh dumpxml --inactive VM",
};

static const struct sriov_edit_warning password_warning = {
	.msg = "<graphics> has no password: if it has one, virsh dumpxml hid it and "
	       "define would drop it",
	.hint = "virsh dumpxml --inactive --security-info VM",
};

static const struct sriov_edit_warning uuid_warning = {
	.msg = "no <uuid>: virsh define refuses it when there is a guest of that name",
};

static const struct sriov_edit_warning alias_warning = {
	.msg = "another device of the domain has the alias of a new one, which was added "
	       "without",
};

static void warn(struct sriov_edit *edit, const struct sriov_edit_warning *warning)
{
	for (size_t i = 0; i < edit->n_warnings; i++)
		if (edit->warnings[i] == warning)
			return;
	edit->warnings[edit->n_warnings++] = warning;
}

/* VNC and SPICE are what has a password. */
static bool hides_password(const struct sriov_xml *xml, size_t devices)
{
	size_t i = devices;

	while ((i = sriov_xml_child(xml, devices, i, "graphics")) != 0) {
		const char *type = sriov_xml_value(xml, i, "type");

		if (type && (strcmp(type, "vnc") == 0 || strcmp(type, "spice") == 0) &&
		    !sriov_xml_value(xml, i, "passwd"))
			return true;
	}
	return false;
}

static void warn_of_domain(struct work *work)
{
	const struct sriov_xml *xml = work->domain.xml;

	if (sriov_xml_attribute(xml, 0, "id"))
		warn(work->edit, &live_warning);
	if (work->domain.devices != 0 && hides_password(xml, work->domain.devices))
		warn(work->edit, &password_warning);
	if (sriov_xml_child(xml, 0, 0, "uuid") == 0)
		warn(work->edit, &uuid_warning);
}

void sriov_edit_free(struct sriov_edit *edit)
{
	if (!edit)
		return;
	free(edit->text);
	free(edit->outcomes);
	free(edit);
}

static void work_clear(struct work *work)
{
	sriov_domain_clear(&work->domain);
	sriov_splices_clear(&work->splices);
	sriov_edit_free(work->edit);
	free(work->claimed);
	free(work->matches);
}

#define _cleanup_work_ _cleanup_(work_clear)

/* Begin an edit that @n devices are named for. */
static int work_begin(struct work *work, const char *text, size_t size, size_t n,
		      struct sriov_error *err)
{
	int r;

	r = sriov_domain_read(text, size, &work->domain, err);
	if (r < 0)
		return r;
	if (n < work->domain.n_found)
		n = work->domain.n_found;
	work->claimed = calloc(n + 1, sizeof(*work->claimed));
	work->matches = calloc(n + 1, sizeof(*work->matches));
	work->edit = calloc(1, sizeof(*work->edit));
	if (!work->claimed || !work->matches || !work->edit)
		return sriov_error_memory(err);
	work->edit->outcomes = calloc(n + 1, sizeof(*work->edit->outcomes));
	if (!work->edit->outcomes)
		return sriov_error_memory(err);
	warn_of_domain(work);
	return 0;
}

static int work_end(struct work *work, struct sriov_edit **ret, struct sriov_error *err)
{
	struct sriov_edit *edit = work->edit;
	int r;

	r = sriov_splices_apply(&work->splices, work->domain.text, work->domain.size,
				&edit->text, &edit->size);
	if (r < 0)
		return sriov_error_memory(err);
	if (edit->size > SRIOV_XML_SIZE_MAX)
		return sriov_error_set(err, SRIOV_BAD_FILE, EFBIG,
				       "would grow larger than %lu MiB",
				       SRIOV_XML_SIZE_MAX >> 20);
	*ret = SRIOV_TAKE(work->edit);
	return 0;
}

static struct sriov_edit_outcome *outcome_append(struct work *work,
						 const struct sriov_guest_device *device,
						 enum sriov_edit_status status)
{
	struct sriov_edit_outcome *outcome =
		&work->edit->outcomes[work->edit->n_outcomes++];

	outcome->status = status;
	outcome->bdf = device->bdf;
	sriov_device_name(device, outcome->name);
	return outcome;
}

static bool has_alias_of(const struct sriov_domain_device *found,
			 const struct sriov_guest_device *device)
{
	char alias[SRIOV_ALIAS_LEN];

	return found->alias &&
	       strcmp(found->alias, sriov_device_alias(device, alias)) == 0;
}

static bool has_address_of(const struct sriov_domain_device *found,
			   const struct sriov_guest_device *device)
{
	return sriov_bdf_compare(&found->bdf, &device->bdf) == 0;
}

typedef bool same_fn(const struct sriov_domain_device *found,
		     const struct sriov_guest_device *device);

/* The first that is @same and not claimed, which claims it; NULL when there is none. */
static const struct sriov_domain_device *claim(struct work *work, same_fn *same,
					       const struct sriov_guest_device *device)
{
	for (size_t i = 0; i < work->domain.n_found; i++) {
		if (work->claimed[i] || !same(&work->domain.found[i], device))
			continue;
		work->claimed[i] = true;
		return &work->domain.found[i];
	}
	return NULL;
}

/* The place in the list at which device @i is named first. */
static size_t first_mention(const struct sriov_guest_device *devices, size_t i)
{
	size_t first = 0;

	while (sriov_bdf_compare(&devices[first].bdf, &devices[i].bdf) != 0)
		first++;
	return first;
}

/* Find what each device is in the domain: by address, and failing that by alias. */
static void match_all(struct work *work, const struct sriov_guest_device *devices,
		      size_t n)
{
	static same_fn *const ways[] = {has_address_of, has_alias_of};

	for (size_t way = 0; way < SRIOV_ARRAY_SIZE(ways); way++)
		for (size_t i = 0; i < n; i++)
			if (!work->matches[i].found && first_mention(devices, i) == i)
				work->matches[i].found =
					claim(work, ways[way], &devices[i]);
}

/* What the calls that add have in common. */
struct addition {
	enum sriov_guest_form form;
	const struct sriov_guest_device *devices;
	size_t n;
	unsigned depth; /* of the devices */
};

static int add_new(struct work *work, const struct addition *addition, size_t i,
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
		warn(work->edit, &alias_warning);
	sriov_write_device(writer, addition->depth, addition->form, device,
			   !alias_is_taken);
	outcome_append(work, device, SRIOV_EDIT_ADDED);
	return 0;
}

static int update_old(struct work *work, const struct addition *addition, size_t i,
		      struct sriov_error *err)
{
	const struct sriov_guest_device *device = &addition->devices[i];
	struct sriov_edit_outcome *outcome =
		outcome_append(work, device, SRIOV_EDIT_UNCHANGED);
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

static int add_one(struct work *work, const struct addition *addition, size_t i,
		   struct sriov_writer *writer, struct sriov_error *err)
{
	if (first_mention(addition->devices, i) < i) {
		outcome_append(work, &addition->devices[i], SRIOV_EDIT_UNCHANGED);
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
static int fill_gap(struct work *work, const struct addition *addition,
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

static int add_all(struct work *work, struct addition *addition, struct sriov_error *err)
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
	_cleanup_work_ struct work work = {0};
	int r;

	r = work_begin(&work, text, size, n, err);
	if (r < 0)
		return r;
	if (sriov_xml_child(work.domain.xml, 0, 0, NULL) == 0)
		return sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				       "the domain is empty");
	match_all(&work, devices, n);
	r = add_all(&work, &addition, err);
	if (r < 0)
		return r;
	return work_end(&work, ret, err);
}

/* The devices inside one <devices> that are to go, in document order. */
struct removal {
	const struct work *work;
	size_t devices;
	size_t i; /* in the domain's list, one past the device returned last */
};

/* The next that is to go; NULL when there is none left. */
static const struct sriov_xml_element *removal_next(struct removal *removal)
{
	const struct work *work = removal->work;

	while (removal->i < work->domain.n_found) {
		size_t i = removal->i++;
		const struct sriov_xml_element *e =
			&work->domain.xml->elements[work->domain.found[i].element];

		if (work->claimed[i] && e->parent == removal->devices)
			return e;
	}
	return NULL;
}

/* Whether nothing but white space stays in <devices>. */
static bool is_emptied(const struct work *work, size_t devices)
{
	const struct sriov_domain *domain = &work->domain;
	const struct sriov_xml_element *outer = &domain->xml->elements[devices], *e;
	struct removal removal = {work, devices, 0};
	size_t done = outer->start_end;

	while ((e = removal_next(&removal))) {
		if (sriov_domain_space_before(domain, e->start) > done)
			return false;
		done = e->end;
	}
	return sriov_domain_space_before(domain, outer->end_begin) <= done;
}

static int remove_inside(struct work *work, size_t devices)
{
	struct removal removal = {work, devices, 0};
	const struct sriov_xml_element *e = removal_next(&removal);

	if (!e)
		return 0;
	if (is_emptied(work, devices) &&
	    sriov_gap_is_ours(&work->domain, devices, e->start))
		return sriov_gap_undo(&work->domain, devices, &work->splices);
	for (; e; e = removal_next(&removal)) {
		size_t begin = sriov_domain_space_before(&work->domain, e->start);

		if (sriov_splices_add(&work->splices, begin, e->end, strdup("")) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Take out all that is claimed. */
static int remove_claimed(struct work *work, struct sriov_error *err)
{
	size_t i = 0;

	while ((i = sriov_xml_child(work->domain.xml, 0, i, "devices")) != 0)
		if (remove_inside(work, i) < 0)
			return sriov_error_memory(err);
	return 0;
}

/* Claim what else has the address of a device, should the domain name it twice. */
static void claim_others(struct work *work, const struct sriov_guest_device *device)
{
	while (claim(work, has_address_of, device))
		continue;
}

int sriov_domain_remove(const char *text, size_t size,
			const struct sriov_guest_device *devices, size_t n,
			struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_work_ struct work work = {0};
	int r;

	r = work_begin(&work, text, size, n, err);
	if (r < 0)
		return r;
	match_all(&work, devices, n);
	for (size_t i = 0; i < n; i++) {
		bool is_there = work.matches[first_mention(devices, i)].found != NULL;

		claim_others(&work, &devices[i]);
		outcome_append(&work, &devices[i],
			       is_there ? SRIOV_EDIT_REMOVED : SRIOV_EDIT_ABSENT);
	}
	r = remove_claimed(&work, err);
	if (r < 0)
		return r;
	return work_end(&work, ret, err);
}

static bool is_in_scope(const struct sriov_domain_device *found,
			enum sriov_remove_scope scope)
{
	switch (scope) {
	case SRIOV_REMOVE_OWN:
		return found->alias && strncmp(found->alias, SRIOV_ALIAS_PREFIX,
					       strlen(SRIOV_ALIAS_PREFIX)) == 0;
	case SRIOV_REMOVE_PCI:
		return true;
	}
	return false;
}

int sriov_domain_remove_all(const char *text, size_t size, enum sriov_remove_scope scope,
			    struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_work_ struct work work = {0};
	int r;

	r = work_begin(&work, text, size, 0, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < work.domain.n_found; i++) {
		const struct sriov_domain_device *found = &work.domain.found[i];

		if (!is_in_scope(found, scope))
			continue;
		work.claimed[i] = true;
		outcome_append(&work, &(struct sriov_guest_device){.bdf = found->bdf},
			       SRIOV_EDIT_REMOVED);
	}
	r = remove_claimed(&work, err);
	if (r < 0)
		return r;
	return work_end(&work, ret, err);
}
