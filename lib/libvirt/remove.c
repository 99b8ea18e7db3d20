/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices taken out of a libvirt domain, byte by byte. */
#include <errno.h>
#include <string.h>

#include "libvirt/gap.h"
#include "libvirt/work.h"

/* The devices inside one <devices> that are to go, in document order. */
struct removal {
	const struct sriov_work *work;
	size_t devices;
	size_t i; /* in the domain's list, one past the device returned last */
};

/* The next that is to go; NULL when there is none left. */
static const struct sriov_xml_element *removal_next(struct removal *removal)
{
	const struct sriov_work *work = removal->work;

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
static bool is_emptied(const struct sriov_work *work, size_t devices)
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

static int remove_inside(struct sriov_work *work, size_t devices)
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
static int remove_claimed(struct sriov_work *work, struct sriov_error *err)
{
	size_t i = 0;

	while ((i = sriov_xml_child(work->domain.xml, 0, i, "devices")) != 0)
		if (remove_inside(work, i) < 0)
			return sriov_error_memory(err);
	return 0;
}

int sriov_domain_remove(const char *text, size_t size,
			const struct sriov_guest_device *devices, size_t n,
			struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_work_ struct sriov_work work = {0};
	int r;

	r = sriov_work_begin(&work, text, size, n, err);
	if (r < 0)
		return r;
	sriov_work_match(&work, devices, n);
	for (size_t i = 0; i < n; i++) {
		bool is_there =
			work.matches[sriov_work_first_mention(devices, i)].found != NULL;

		sriov_work_match_others(&work, &devices[i]);
		sriov_work_outcome(&work, &devices[i],
				   is_there ? SRIOV_EDIT_REMOVED : SRIOV_EDIT_ABSENT);
	}
	r = remove_claimed(&work, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
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
	_cleanup_work_ struct sriov_work work = {0};
	int r;

	r = sriov_work_begin(&work, text, size, 0, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < work.domain.n_found; i++) {
		const struct sriov_domain_device *found = &work.domain.found[i];

		if (!is_in_scope(found, scope))
			continue;
		work.claimed[i] = true;
		sriov_work_outcome(&work, &(struct sriov_guest_device){.bdf = found->bdf},
				   SRIOV_EDIT_REMOVED);
	}
	r = remove_claimed(&work, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
}
