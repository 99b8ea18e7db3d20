/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An edit of a domain under way: its devices, and what each one named is in it. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "libvirt/work.h"

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

void sriov_work_warn(struct sriov_work *work, const struct sriov_edit_warning *warning)
{
	struct sriov_edit *edit = work->edit;

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

static void warn_of_domain(struct sriov_work *work)
{
	const struct sriov_xml *xml = work->domain.xml;

	if (sriov_xml_attribute(xml, 0, "id"))
		sriov_work_warn(work, &live_warning);
	if (work->domain.devices != 0 && hides_password(xml, work->domain.devices))
		sriov_work_warn(work, &password_warning);
	if (sriov_xml_child(xml, 0, 0, "uuid") == 0)
		sriov_work_warn(work, &uuid_warning);
}

void sriov_edit_free(struct sriov_edit *edit)
{
	if (!edit)
		return;
	free(edit->text);
	free(edit->outcomes);
	free(edit);
}

void sriov_work_clear(struct sriov_work *work)
{
	sriov_domain_clear(&work->domain);
	sriov_splices_clear(&work->splices);
	sriov_edit_free(work->edit);
	free(work->claimed);
	free(work->matches);
	free(work->doomed);
}

int sriov_work_begin(struct sriov_work *work, const char *text, size_t size, size_t n,
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
	work->doomed = calloc(work->domain.xml->n, sizeof(*work->doomed));
	if (!work->claimed || !work->matches || !work->edit || !work->doomed)
		return sriov_error_memory(err);
	n += sriov_domain_count_own(&work->domain);
	work->edit->outcomes = calloc(n + 1, sizeof(*work->edit->outcomes));
	if (!work->edit->outcomes)
		return sriov_error_memory(err);
	warn_of_domain(work);
	return 0;
}

int sriov_work_end(struct sriov_work *work, struct sriov_edit **ret,
		   struct sriov_error *err)
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

struct sriov_edit_outcome *sriov_work_outcome(struct sriov_work *work,
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
static const struct sriov_domain_device *claim(struct sriov_work *work, same_fn *same,
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

size_t sriov_work_first_mention(const struct sriov_guest_device *devices, size_t i)
{
	size_t first = 0;

	while (sriov_bdf_compare(&devices[first].bdf, &devices[i].bdf) != 0)
		first++;
	return first;
}

void sriov_work_match(struct sriov_work *work, const struct sriov_guest_device *devices,
		      size_t n)
{
	static same_fn *const ways[] = {has_address_of, has_alias_of};

	for (size_t way = 0; way < SRIOV_ARRAY_SIZE(ways); way++)
		for (size_t i = 0; i < n; i++)
			if (!work->matches[i].found &&
			    sriov_work_first_mention(devices, i) == i)
				work->matches[i].found =
					claim(work, ways[way], &devices[i]);
}

void sriov_work_match_others(struct sriov_work *work,
			     const struct sriov_guest_device *device)
{
	while (claim(work, has_address_of, device))
		continue;
}
