/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of checks, and the running of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

/* COMMAND_LINE_SIZE of x86 is 2048, the largest of any architecture 4096. */
#define CMDLINE_MAX 4096

static const struct {
	const char *name; /* for JSON and the man page */
	sriov_check_fn *run;
} checks[] = {
	{"virtualization", sriov_check_virtualization},
	{"iommu", sriov_check_iommu},
	{"vfio", sriov_check_vfio},
	{"capability", sriov_check_capability},
	{"memory", sriov_check_memory},
	{"buses", sriov_check_buses},
	{"groups", sriov_check_groups},
	{"link", sriov_check_link},
	{"runs", sriov_check_runs},
	{"autoprobe", sriov_check_autoprobe},
	{"override", sriov_check_override},
	{"orphans", sriov_check_orphans},
	{"drivers", sriov_check_drivers},
	{"netdevs", sriov_check_netdevs},
	{"bonds", sriov_check_bonds},
	{"mac", sriov_check_mac},
	{"mac_taken", sriov_check_mac_taken},
	{"mac_twice", sriov_check_mac_twice},
	{"claims", sriov_check_claims},
	{"interfaces", sriov_check_interfaces},
	{"max_vfs", sriov_check_max_vfs},
	{"managers", sriov_check_managers},
	{"netplan", sriov_check_netplan},
	{"traffic", sriov_check_traffic},
};

static void add_pf(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	if (checkup->n_pfs && checkup->pf[checkup->n_pfs - 1] == pf)
		return;
	if (SRIOV_ARRAY_ROOM(checkup->pf, checkup->n_pfs) < 0)
		checkup->no_memory = true;
	else
		checkup->pf[checkup->n_pfs++] = pf;
}

/* A PF comes before its VFs, which it then means already. */
static void add_target(struct sriov_checkup *checkup, const struct sriov_target *target)
{
	const struct sriov_pf *pf = target->pf;
	const struct sriov_vf_set *vfs = &checkup->vfs;
	bool all =
		vfs->n && pf->n_vfs && vfs->vf[vfs->n - 1].vf == &pf->vf[pf->n_vfs - 1];

	add_pf(checkup, pf);
	if (target->vf)
		sriov_vf_set_add(checkup, &checkup->named, pf, target->vf);
	if (target->vf && !all)
		sriov_vf_set_add(checkup, &checkup->vfs, pf, target->vf);
	for (size_t i = 0; !target->vf && i < pf->n_vfs; i++)
		sriov_vf_set_add(checkup, &checkup->vfs, pf, &pf->vf[i]);
}

static void checkup_free(struct sriov_checkup *checkup)
{
	free(checkup->pf);
	sriov_vf_set_free(&checkup->vfs);
	sriov_vf_set_free(&checkup->named);
	sriov_findings_free(&checkup->found);
	sriov_guests_free(&checkup->guests);
	free(checkup->cmdline);
}

int sriov_check(struct sriov_host *host, const struct sriov_targets *targets,
		const struct sriov_config *config, struct sriov_findings *ret,
		struct sriov_error *err)
{
	struct sriov_checkup checkup = {
		.host = host,
		.doors = host->doors,
		.config = config,
		.cpu = sriov_cpu_read(host->doors),
	};

	if (sriov_sysfs_text(host->doors->proc, "cmdline", CMDLINE_MAX,
			     &checkup.cmdline) == -ENOMEM)
		checkup.no_memory = true;
	if (sriov_guests_read_running(host->doors, &checkup.guests) < 0 ||
	    sriov_guests_read_defined(host->doors, &checkup.guests) < 0)
		checkup.no_memory = true;
	for (size_t i = 0; i < targets->n; i++)
		add_target(&checkup, &targets->target[i]);
	sriov_checkup_find_broken(&checkup);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(checks) && !checkup.no_memory; i++) {
		checkup.check = checks[i].name;
		checks[i].run(&checkup);
	}
	if (checkup.no_memory) {
		checkup_free(&checkup);
		return sriov_error_memory(err);
	}
	*ret = checkup.found;
	checkup.found = (struct sriov_findings){0};
	checkup_free(&checkup);
	return 0;
}

const char *sriov_level_name(enum sriov_level level)
{
	switch (level) {
	case SRIOV_LEVEL_OK:
		return "ok";
	case SRIOV_LEVEL_UNKNOWN:
		return "unknown";
	case SRIOV_LEVEL_WARN:
		return "warn";
	case SRIOV_LEVEL_FAIL:
		return "fail";
	}
	return "unknown";
}

void sriov_findings_free(struct sriov_findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		free(findings->finding[i].object);
		free(findings->finding[i].message);
		free(findings->finding[i].fix);
	}
	free(findings->finding);
	*findings = (struct sriov_findings){0};
}
