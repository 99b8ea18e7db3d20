/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs that nobody has, for whoever needs some. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "host/pick.h"
#include "sys/sysfs.h"

/* A PF that VFs are taken from, and how far that has got. */
struct source {
	const struct sriov_pf *pf;
	size_t next;  /* VF to be looked at next */
	size_t taken; /* so far */
};

struct sources {
	struct source *source;
	size_t n;
};

static bool is_free(const struct sriov_vf *vf)
{
	return vf->fn.n_users == 0 && !vf->fn.vfio_open;
}

static const struct sriov_vf *next_free(struct source *source)
{
	while (source->next < source->pf->n_vfs) {
		const struct sriov_vf *vf = &source->pf->vf[source->next++];

		if (is_free(vf))
			return vf;
	}
	return NULL;
}

static bool is_on_node(const struct sriov_pf *pf,
		       const struct sriov_pick_request *request)
{
	return request->numa < 0 || pf->numa == request->numa;
}

static int add_source(struct sources *sources, const struct sriov_pf *pf)
{
	if (SRIOV_ARRAY_ROOM(sources->source, sources->n) < 0)
		return -ENOMEM;
	sources->source[sources->n++] = (struct source){.pf = pf};
	return 0;
}

static bool is_pf_wanted(const struct sriov_pf *pf, bool link_up)
{
	return sriov_function_is_net(&pf->fn) && sriov_function_is_pci(&pf->fn) &&
	       pf->fn.link_up == link_up;
}

/* The network cards whose VFs a guest can have, those whose link is up first. */
static int find_sources(struct sources *sources, const struct sriov_host *host,
			const struct sriov_pick_request *request)
{
	for (size_t i = 0; i < 2 * host->n_pfs; i++) {
		const struct sriov_pf *pf = &host->pf[i % host->n_pfs];

		if (is_pf_wanted(pf, i < host->n_pfs) && is_on_node(pf, request) &&
		    add_source(sources, pf) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int use_sources(struct sources *sources, const struct sriov_pick_request *request,
		       struct sriov_error *err)
{
	for (size_t i = 0; i < request->n_spread; i++) {
		const struct sriov_pf *pf = request->spread[i];

		if (!is_on_node(pf, request)) {
			sriov_error_set(err, SRIOV_NOT_FOUND, ENOENT,
					"is on NUMA node %d, not %d", pf->numa,
					request->numa);
			return sriov_error_object(err, "%s", pf->name);
		}
		if (add_source(sources, pf) < 0)
			return sriov_error_memory(err);
	}
	return 0;
}

/* What /etc/libvirt/qemu holds is root's alone on most distributions. */
static int check_privilege(const struct sriov_host *host, struct sriov_error *err)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(host->doors->etc, "libvirt/qemu");

	if (list || errno != EACCES)
		return 0;
	sriov_error_set(err, SRIOV_PRIVILEGE, EACCES,
			"which VFs are given to guests that are shut off, root alone may "
			"see");
	return sriov_error_hint(err, "sudo sriovctl pick ...");
}

static int too_few_of(const struct source *source, size_t n, struct sriov_error *err)
{
	const char *name = source->pf->name;

	sriov_error_set(err, SRIOV_NOT_FOUND, ENOENT,
			"too few free VFs to spread %zu: %zu of %zu", n,
			source->taken, source->pf->n_vfs);
	sriov_error_object(err, "%s", name);
	if (source->pf->n_vfs == 0)
		return sriov_error_hint(err, "sriovctl enable %s %zu", name, n);
	return sriov_error_hint(err, "sriovctl list %s        says who has the others",
				name);
}

static int too_few(const struct sources *sources,
		   const struct sriov_pick_request *request, struct sriov_error *err)
{
	char names[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < sources->n; i++) {
		const struct source *source = &sources->source[i];

		n += source->taken;
		if (source->pf->n_vfs)
			sriov_text_append(names, sizeof(names), " %s", source->pf->name);
	}
	if (sources->n == 0 && request->numa >= 0)
		return sriov_error_set(err, SRIOV_NOT_FOUND, ENOENT,
				       "no network card with SR-IOV is on NUMA node %d",
				       request->numa);
	sriov_error_set(err, SRIOV_NOT_FOUND, ENOENT, "%zu VFs are asked for, and %zu free",
			request->n, n);
	if (names[0])
		return sriov_error_hint(
			err, "sriovctl list%s        says who has the others", names);
	return sriov_error_hint(err, "sriovctl enable PF N");
}

/* Take from the sources in turn, or from each as many as it has. */
static int take(struct sources *sources, const struct sriov_pick_request *request,
		struct sriov_picked *picked, struct sriov_error *err)
{
	size_t i = 0;

	for (size_t n = 0; n < request->n;) {
		struct source *source = &sources->source[i];
		const struct sriov_vf *vf = i < sources->n ? next_free(source) : NULL;

		if (vf) {
			picked[n++] = (struct sriov_picked){source->pf, vf};
			source->taken++;
		} else if (i >= sources->n) {
			return too_few(sources, request, err);
		} else if (request->spread) {
			return too_few_of(source, request->n, err);
		}
		if (request->spread)
			i = (i + 1) % sources->n;
		else if (!vf)
			i++;
	}
	return 0;
}

int sriov_pick(const struct sriov_host *host, const struct sriov_pick_request *request,
	       struct sriov_picked **ret, struct sriov_error *err)
{
	_cleanup_free_ struct sriov_picked *picked = NULL;
	struct sources sources = {0};
	size_t all = 0;
	int r;

	r = check_privilege(host, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < host->n_pfs; i++)
		all += host->pf[i].n_vfs;
	picked = calloc(all + 1, sizeof(*picked));
	if (!picked)
		return sriov_error_memory(err);
	if (request->spread)
		r = use_sources(&sources, request, err);
	else if (find_sources(&sources, host, request) < 0)
		r = sriov_error_memory(err);
	if (r == 0)
		r = take(&sources, request, picked, err);
	free(sources.source);
	if (r < 0)
		return r;
	*ret = SRIOV_TAKE(picked);
	return 0;
}
