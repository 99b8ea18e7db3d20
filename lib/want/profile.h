/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes that belong together for a purpose: vf set ... profile NAME. */
#ifndef SRIOV_WANT_PROFILE_H
#define SRIOV_WANT_PROFILE_H

#include "want/assignment.h"

/* The word before a profile's name, where an attribute could stand. */
#define SRIOV_PROFILE_WORD "profile"

/* The names, set apart by '|'. */
#define SRIOV_PROFILE_NAMES "bond-member|strict"

/*
 * Add what the profile @name means to the @n assignments @ret, which has room for
 * SRIOV_N_ATTRS.  An attribute that is there already stays as it is.
 * Errors: SRIOV_USAGE (no such profile).
 */
int sriov_profile_add(const char *name, struct sriov_assignment *ret, size_t *n,
		      struct sriov_error *err);

/*
 * Whether @assignment is for @vf, of which all @n @assignments are wanted: those of a
 * profile may depend on what the VF has, or is to have.
 */
bool sriov_assignment_is_for(const struct sriov_assignment *assignment,
			     const struct sriov_vf *vf,
			     const struct sriov_assignment *assignments, size_t n);

#endif
