/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices taken out of a libvirt domain, byte by byte. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "libvirt/gap.h"
#include "libvirt/standby.h"
#include "libvirt/update.h"
#include "libvirt/work.h"

/* The devices inside one <devices> that are to go, in document order. */
struct removal {
	const struct sriov_work *work;
	size_t devices;
	size_t i; /* the child looked at last, @devices before the first */
};

/* The next that is to go; NULL when there is none left. */
static const struct sriov_xml_element *removal_next(struct removal *removal)
{
	const struct sriov_xml *xml = removal->work->domain.xml;

	if (removal->i == 0)
		return NULL;
	while ((removal->i = sriov_xml_child(xml, removal->devices, removal->i, NULL)))
		if (removal->work->doomed[removal->i])
			return &xml->elements[removal->i];
	return NULL;
}

/* Whether nothing but white space stays in <devices>. */
static bool is_emptied(const struct sriov_work *work, size_t devices)
{
	const struct sriov_domain *domain = &work->domain;
	const struct sriov_xml_element *outer = &domain->xml->elements[devices], *e;
	struct removal removal = {work, devices, devices};
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
	struct removal removal = {work, devices, devices};
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

/* A VF takes the standby along that was added with it. */
static bool doom(struct sriov_work *work, const struct sriov_domain_device *found)
{
	size_t standby = sriov_standby_find(&work->domain, found, NULL);

	work->doomed[found->element] = true;
	if (!standby || !sriov_alias_is_own(sriov_domain_alias(&work->domain, standby)))
		return false;
	work->doomed[standby] = true;
	return true;
}

static int remove_doomed(struct sriov_work *work, struct sriov_error *err)
{
	size_t i = 0;

	while ((i = sriov_xml_child(work->domain.xml, 0, i, "devices")) != 0)
		if (remove_inside(work, i) < 0)
			return sriov_error_memory(err);
	return 0;
}

static void note_standby(struct sriov_edit_outcome *outcome)
{
	sriov_changed_note(outcome->changed, sizeof(outcome->changed),
			   "with its standby");
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
		const struct sriov_domain_device *found =
			work.matches[sriov_work_first_mention(devices, i)].found;
		struct sriov_edit_outcome *outcome = sriov_work_outcome(
			&work, &devices[i],
			found ? SRIOV_EDIT_REMOVED : SRIOV_EDIT_ABSENT);

		sriov_work_match_others(&work, &devices[i]);
		if (found && doom(&work, found))
			note_standby(outcome);
	}
	for (size_t i = 0; i < work.domain.n_found; i++)
		if (work.claimed[i])
			doom(&work, &work.domain.found[i]);
	r = remove_doomed(&work, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
}

static bool is_in_scope(const struct sriov_domain_device *found,
			enum sriov_remove_scope scope)
{
	switch (scope) {
	case SRIOV_REMOVE_OWN:
		return sriov_alias_is_own(found->alias);
	case SRIOV_REMOVE_PCI:
		return true;
	}
	return false;
}

static void doom_scope(struct sriov_work *work, enum sriov_remove_scope scope)
{
	for (size_t i = 0; i < work->domain.n_found; i++) {
		const struct sriov_domain_device *found = &work->domain.found[i];
		struct sriov_edit_outcome *outcome;

		if (!is_in_scope(found, scope))
			continue;
		outcome = sriov_work_outcome(
			work, &(struct sriov_guest_device){.bdf = found->bdf},
			SRIOV_EDIT_REMOVED);
		if (doom(work, found))
			note_standby(outcome);
	}
}

/* What else has an alias of ours: a standby whose VF was taken out by hand. */
static void doom_left_over(struct sriov_work *work, size_t devices)
{
	size_t i = devices;

	while ((i = sriov_xml_child(work->domain.xml, devices, i, NULL)) != 0) {
		const char *alias = sriov_domain_alias(&work->domain, i);
		struct sriov_edit_outcome *outcome;

		if (work->doomed[i] || !sriov_alias_is_own(alias))
			continue;
		work->doomed[i] = true;
		outcome = sriov_work_outcome(work, &(struct sriov_guest_device){0},
					     SRIOV_EDIT_REMOVED);
		sriov_text_printable(alias, outcome->name, sizeof(outcome->name));
	}
}

int sriov_domain_remove_all(const char *text, size_t size, enum sriov_remove_scope scope,
			    struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_work_ struct sriov_work work = {0};
	size_t i = 0;
	int r;

	r = sriov_work_begin(&work, text, size, 0, err);
	if (r < 0)
		return r;
	doom_scope(&work, scope);
	while ((i = sriov_xml_child(work.domain.xml, 0, i, "devices")) != 0)
		doom_left_over(&work, i);
	r = remove_doomed(&work, err);
	if (r < 0)
		return r;
	return sriov_work_end(&work, ret, err);
}
