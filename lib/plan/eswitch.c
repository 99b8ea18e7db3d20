/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the drivers of PFs let the mode of their switch be changed. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "plan/guard.h"

/* Read in drivers/net of Linux 6.1 and 6.12, in the eswitch_mode_set of each. */
static const struct {
	const char *driver;
	enum sriov_eswitch_when when;
	bool forgets; /* leaves switchdev mode with its last VF */
} rows[] = {
	/* refuses it with the words "allowed only if there is no VFs created" */
	{"ice", SRIOV_ESWITCH_WITHOUT_VFS, false},
	/* takes the card down and up again below the VFs' drivers */
	{"mlx5_core", SRIOV_ESWITCH_UNBOUND, false},
	/* until 6.4 there is no switchdev mode without VFs */
	{"bnxt_en", SRIOV_ESWITCH_AFTER_VFS, true},
	{"netdevsim", SRIOV_ESWITCH_AFTER_VFS, true},
	/* its firmware decides whether there is another mode at all */
	{"nfp", SRIOV_ESWITCH_AFTER_VFS, false},
};

enum sriov_eswitch_when sriov_eswitch_when(const char *driver)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].driver, driver) == 0)
			return rows[i].when;
	return SRIOV_ESWITCH_AFTER_VFS;
}

bool sriov_eswitch_forgets(const char *driver)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].driver, driver) == 0)
			return rows[i].forgets;
	return true;
}

void sriov_eswitch_effect(const struct sriov_step *step, char *buf, size_t size)
{
	const struct sriov_pf *pf = step->before;
	_cleanup_free_ unsigned *bound = calloc(pf->n_vfs + 1, sizeof(*bound));
	char vfs[256];
	size_t n = 0;

	if (sriov_eswitch_when(pf->fn.driver) != SRIOV_ESWITCH_UNBOUND)
		return;
	for (size_t i = 0; bound && i < pf->n_vfs; i++)
		if (pf->vf[i].fn.driver[0])
			bound[n++] = pf->vf[i].index;
	if (n)
		sriov_text_append(buf, size, "unbinds %s meanwhile",
				  sriov_vfs_format(pf, bound, n, vfs, sizeof(vfs)));
}
