/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is broken of PFs and VFs, for doctor to find and repair to mend. */
#ifndef SRIOV_WANT_BROKEN_H
#define SRIOV_WANT_BROKEN_H

#include "want/config.h"

enum sriov_broken {
	SRIOV_BROKEN_NOTED = 1 << 0,	 /* a killed run of sriovctl left a note of it */
	SRIOV_BROKEN_AUTOPROBE = 1 << 1, /* PF: the kernel is kept from binding new VFs */
	SRIOV_BROKEN_OVERRIDE = 1 << 2,	 /* VF: reserved for a driver that has it not */
	SRIOV_BROKEN_DRIVER = 1 << 3,	 /* no driver, where the host would have one */
	SRIOV_BROKEN_NETDEV = 1 << 4,	 /* VF: its driver has made no netdev */
};

/* Whether a run of sriovctl changes the PF right now (run/lock.c): look again later. */
bool sriov_pf_is_locked(const struct sriov_doors *doors, const struct sriov_pf *pf);

/* The entry of @config for @pf, or NULL. */
const struct sriov_config_pf *sriov_config_of(const struct sriov_config *config,
					      const struct sriov_host *host,
					      const struct sriov_pf *pf);

/* Whether @entry (NULL: nothing is configured) says that the VF is to have no driver. */
bool sriov_config_is_driverless(const struct sriov_config_pf *entry, unsigned vf);

/*
 * What is broken of @pf itself, as a set of enum sriov_broken.  What @entry, which may be
 * NULL, says to be on purpose is not.  A note of a killed run stands for what it is
 * about.
 */
unsigned sriov_pf_broken(const struct sriov_doors *doors, const struct sriov_pf *pf,
			 const struct sriov_config_pf *entry);

/* The same for @vf of @pf, which was looked at with SRIOV_LOOK_USERS. */
unsigned sriov_vf_broken(const struct sriov_doors *doors, const struct sriov_pf *pf,
			 const struct sriov_vf *vf, const struct sriov_config_pf *entry);

/* What sriov_want_mended() found and does not want. */
struct sriov_mended {
	bool noted;	    /* there are notes, which every change puts back first */
	char left_out[512]; /* "em1/3 left out: in use by guest vm1 (pid 2211)" */
};

/*
 * Want what mends @targets, where a PF stands for itself and for all its VFs, and nothing
 * beside.  A VF in use that is not named itself is left out, and with @implied a PF that
 * was not named either, where a VF of it is in use.  A VF gets the driver that @config
 * says, else the one that the kernel would choose.
 * Errors: -ENOMEM.
 */
int sriov_want_mended(struct sriov_want *want, struct sriov_host *host,
		      const struct sriov_targets *targets, bool implied,
		      const struct sriov_config *config, struct sriov_mended *ret,
		      struct sriov_error *err);

#endif
