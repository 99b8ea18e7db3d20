/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what the configuration says to what is wanted of this host. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "sys/links.h"
#include "want/config.h"
#include "want/resolve.h"

struct maker {
	struct sriov_want *want;
	struct sriov_host *host;
	struct sriov_derived derived;
	const struct sriov_config_notes *notes;
};

const char *sriov_config_pf_name(const struct sriov_config_pf *pf,
				 char buf[static SRIOV_NAME_LEN])
{
	if (pf->name[0])
		snprintf(buf, SRIOV_NAME_LEN, "%s", pf->name);
	else if (pf->has_bdf)
		sriov_bdf_format(&pf->bdf, buf);
	else
		sriov_mac_format(pf->perm_mac, buf);
	return buf;
}

static struct sriov_pf *find_permanent(const struct sriov_host *host, uint64_t mac)
{
	for (size_t i = 0; i < host->n_pfs; i++) {
		struct sriov_pf *pf = &host->pf[i];
		struct sriov_error unused;
		uint64_t found;

		if (pf->fn.ifindex &&
		    sriov_link_permanent_mac(host->doors, pf->fn.ifindex, &found,
					     &unused) == 0 &&
		    found == mac)
			return pf;
	}
	return NULL;
}

struct sriov_pf *sriov_config_find(const struct sriov_config_pf *pf,
				   const struct sriov_host *host)
{
	char address[SRIOV_BDF_LEN];

	if (pf->has_bdf)
		return sriov_host_pf(host, sriov_bdf_format(&pf->bdf, address));
	if (pf->perm_mac)
		return find_permanent(host, pf->perm_mac);
	return sriov_host_pf(host, pf->name);
}

static void hint_names(const struct maker *maker, const char *word)
{
	const struct sriov_host *host = maker->host;
	_cleanup_free_ const char **names = calloc(host->n_pfs + 1, sizeof(*names));
	const char *near = NULL;
	char there[512] = "";

	for (size_t i = 0; names && i < host->n_pfs; i++) {
		names[i] = host->pf[i].name;
		sriov_text_append(there, sizeof(there), " %s", names[i]);
	}
	if (names && word[0])
		near = sriov_closest_word(word, names);
	if (near)
		sriov_problem_hint(maker->notes->problems, "did you mean '%s'?", near);
	else
		sriov_problem_hint(maker->notes->problems, "the PFs of this host are%s",
				   host->n_pfs ? there : " none");
}

static int missing(const struct maker *maker, const struct sriov_config_pf *pf)
{
	struct sriov_problems *problems = maker->notes->problems;
	char text[SRIOV_NAME_LEN];

	if (pf->has_bdf)
		sriov_problem_say(problems, &pf->bdf_place, "no PF has the address %s",
				  sriov_bdf_format(&pf->bdf, text));
	else if (pf->perm_mac)
		sriov_problem_say(problems, &pf->perm_mac_place,
				  "no PF has the permanent MAC address %s",
				  sriov_mac_format(pf->perm_mac, text));
	else
		sriov_problem_say(problems, &pf->name_place, "there is no PF '%s'",
				  sriov_text_printable(pf->name, text, sizeof(text)));
	hint_names(maker, pf->has_bdf || pf->perm_mac ? "" : pf->name);
	return -EINVAL;
}

/* The address decides; but a name that another card has now tells of a mistake. */
static int check_name(const struct maker *maker, const struct sriov_config_pf *entry,
		      const struct sriov_pf *pf)
{
	const struct sriov_pf *named;

	if (!entry->name[0] || strcmp(entry->name, pf->name) == 0)
		return 0;
	named = sriov_host_pf(maker->host, entry->name);
	if (named == pf)
		return 0;
	if (!named) {
		sriov_problem_say(maker->notes->warnings, &entry->name_place,
				  "the PF at %s is called %s now, not %s", pf->fn.address,
				  pf->name, entry->name);
		return 0;
	}
	sriov_problem_say(maker->notes->problems, &entry->name_place,
			  "%s is the PF at %s now, and %s is called %s", entry->name,
			  named->fn.address, pf->fn.address, pf->name);
	return sriov_problem_hint(maker->notes->problems,
				  "correct either pf or pci; nothing is done to "
				  "either card until then");
}

static bool is_claimed(const struct maker *maker, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < maker->want->n_pfs; i++)
		if (maker->want->pf[i].pf == pf)
			return true;
	return false;
}

/* An error that a word of the file causes gets its place; another is the caller's. */
static int blame(const struct maker *maker, const struct sriov_place *place,
		 const struct sriov_error *err)
{
	sriov_problem_add(maker->notes->problems, place, err);
	return 0;
}

static int blame_vfs(const struct maker *maker, const struct sriov_config_pf *entry,
		     const struct sriov_pf *pf, struct sriov_error *err)
{
	if (err->errnum == ERANGE)
		sriov_error_hint(err, "vfs: %d", pf->total_vfs);
	return blame(maker, &entry->vfs_at->place, err);
}

static int set_one(struct maker *maker, const struct sriov_pf_want *pf,
		   struct sriov_vf_want *vf, const struct sriov_config_setting *setting,
		   unsigned position, struct sriov_error *err)
{
	enum sriov_attr_id id = setting->assignment.attr;
	struct sriov_error cause = {0};

	vf->mask |= UINT32_C(1) << id;
	if (sriov_resolve(&setting->assignment, &maker->derived, maker->host, pf->pf,
			  vf->index, position, &vf->value[id], &cause) == 0)
		return 0;
	if (cause.code == SRIOV_FAILED) {
		*err = cause;
		return -cause.errnum;
	}
	return blame(maker, &setting->value->place, &cause);
}

/* Settings go over the network device; what is one of PCI needs none. */
static bool is_settable(const struct maker *maker, const struct sriov_pf *pf,
			const struct sriov_config_setting *setting)
{
	const struct sriov_attr *attr = sriov_attr(setting->assignment.attr);
	bool pci = sriov_attr_is_pci(attr);

	if (pci && !sriov_function_is_pci(&pf->fn)) {
		sriov_problem_say(maker->notes->problems, &setting->value->place,
				  "%s is no PCI device: its VFs take no %s", pf->name,
				  attr->name);
		return false;
	}
	if (pci || pf->fn.netdev[0])
		return true;
	sriov_problem_say(maker->notes->problems, &setting->value->place,
			  "%s has no network device: %s cannot be set", pf->name,
			  attr->name);
	return false;
}

static int apply_entry(struct maker *maker, const struct sriov_pf_want *pf,
		       struct sriov_vf_want *vfs, unsigned n,
		       const struct sriov_config_entry *entry, struct sriov_error *err)
{
	const struct sriov_range all = {0, n ? n - 1 : 0};
	const struct sriov_range *range = entry->n_ranges ? entry->range : &all;
	size_t n_ranges = entry->n_ranges ? entry->n_ranges : (n ? 1 : 0);
	bool settable[SRIOV_N_ATTRS];
	unsigned position = 0;

	for (size_t i = 0; i < entry->n_settings; i++)
		settable[i] = is_settable(maker, pf->pf, &entry->setting[i]);
	for (size_t i = 0; i < n_ranges; i++) {
		if (range[i].last >= n && pf->vfs >= 0)
			return -EINVAL; /* the file contradicts itself, which was said */
		if (range[i].last >= n) {
			sriov_problem_say(maker->notes->problems, &entry->place,
					  "%s has %u VFs: there is no VF %u",
					  pf->pf->name, n, range[i].last);
			return sriov_problem_hint(maker->notes->problems,
						  n ? "VFs count from 0"
						    : "say how many: vfs: 7");
		}
		for (unsigned vf = range[i].first; vf <= range[i].last; vf++, position++)
			for (size_t j = 0; j < entry->n_settings; j++)
				if (settable[j] &&
				    set_one(maker, pf, &vfs[vf], &entry->setting[j],
					    position, err) < 0)
					return -err->errnum;
	}
	return 0;
}

/* Keep the VFs of which something is wanted. */
static void keep_wanted(struct sriov_pf_want *pf, struct sriov_vf_want *vfs, unsigned n)
{
	size_t kept = 0;

	for (unsigned i = 0; i < n; i++)
		if (vfs[i].mask)
			vfs[kept++] = vfs[i];
	pf->vf = vfs;
	pf->n_vfs = kept;
}

/* What `vfio` is for VFs that are there; those to be made have no modalias yet. */
static void name_drivers(const struct maker *maker, struct sriov_pf_want *pf)
{
	for (size_t i = 0; i < pf->n_vfs; i++) {
		const struct sriov_vf *vf = sriov_pf_vf(pf->pf, pf->vf[i].index);
		struct sriov_value *value = &pf->vf[i].value[SRIOV_ATTR_DRIVER];
		char name[SRIOV_DRIVER_LEN];

		if (!vf || strcmp(value->text, SRIOV_DRIVER_VFIO) != 0)
			continue;
		sriov_want_driver_name(maker->host->doors, &vf->fn, SRIOV_DRIVER_VFIO,
				       name, sizeof(name));
		strcpy(value->text, name);
	}
}

static int want_vfs(struct maker *maker, struct sriov_pf_want *pf,
		    const struct sriov_config_pf *entry, struct sriov_error *err)
{
	bool anew = pf->vfs >= 0 && (size_t)pf->vfs != pf->pf->n_vfs;
	unsigned n = pf->vfs >= 0 ? (unsigned)pf->vfs : (unsigned)pf->pf->n_vfs;
	struct sriov_vf_want *vfs;

	if (entry->n_entries == 0)
		return 0;
	vfs = calloc(n + 1, sizeof(*vfs));
	if (!vfs)
		return sriov_error_memory(err);
	for (unsigned i = 0; i < n; i++)
		vfs[i].index = i;
	for (size_t i = 0; i < entry->n_entries; i++)
		if (apply_entry(maker, pf, vfs, n, &entry->entry[i], err) < 0 &&
		    err->msg[0]) {
			free(vfs);
			return -err->errnum;
		}
	keep_wanted(pf, vfs, n);
	if (!anew)
		name_drivers(maker, pf);
	return 0;
}

/* Who may not read the mode has no mistake in his file. */
static int blame_eswitch(struct maker *maker, const struct sriov_config_pf *entry,
			 const struct sriov_pf *pf, const struct sriov_error *cause,
			 struct sriov_error *err)
{
	if (cause->code == SRIOV_PRIVILEGE) {
		*err = *cause;
		return -err->errnum;
	}
	return sriov_problem_say(maker->notes->problems, &entry->eswitch_at->place,
				 "%s: %s", pf->name, cause->msg);
}

static int want_pf(struct maker *maker, const struct sriov_config_pf *entry,
		   const struct sriov_pf *pf, struct sriov_error *err)
{
	struct sriov_problems *problems = maker->notes->problems;
	struct sriov_error cause = {0};
	struct sriov_pf_want *pf_want;

	if (entry->vfs >= 0 && sriov_want_vfs(maker->want, maker->host, pf,
					      (unsigned)entry->vfs, &cause) < 0)
		return blame_vfs(maker, entry, pf, &cause);
	pf_want = sriov_want_pf(maker->want, pf);
	if (!pf_want)
		return sriov_error_memory(err);
	if (entry->link >= 0 && !pf->fn.netdev[0]) {
		sriov_problem_say(problems, &entry->link_at->place,
				  "%s has no network device, and so no link", pf->name);
		return 0;
	}
	pf_want->link = entry->link;
	if (entry->eswitch >= 0 &&
	    sriov_want_eswitch(maker->want, pf, entry->eswitch, &cause) < 0)
		return blame_eswitch(maker, entry, pf, &cause, err);
	return want_vfs(maker, pf_want, entry, err);
}

/* What was wrong with an entry by itself has been said. */
static bool is_sound(const struct sriov_config_pf *entry)
{
	return !entry->doubled && (entry->name[0] || entry->has_bdf || entry->perm_mac);
}

int sriov_want_config(struct sriov_want *want, struct sriov_host *host,
		      const struct sriov_config *config, bool missing_too,
		      const struct sriov_config_notes *notes, struct sriov_error *err)
{
	struct maker maker = {.want = want, .host = host, .notes = notes};
	int r = 0;

	want->standing = true;
	for (size_t i = 0; r == 0 && i < config->n_pfs; i++) {
		const struct sriov_config_pf *entry = &config->pf[i];
		const struct sriov_pf *pf;

		if (!is_sound(entry))
			continue;
		pf = sriov_config_find(entry, host);
		if (!pf && missing_too)
			missing(&maker, entry);
		else if (pf && is_claimed(&maker, pf))
			sriov_problem_say(
				notes->problems, &entry->node->place,
				"%s is claimed twice; a PF belongs to one entry",
				pf->name);
		else if (pf && check_name(&maker, entry, pf) == 0)
			r = want_pf(&maker, entry, pf, err);
	}
	return r;
}
