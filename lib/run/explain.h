/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a step and an errno to a cause and a cure. */
#ifndef SRIOV_RUN_EXPLAIN_H
#define SRIOV_RUN_EXPLAIN_H

#include "plan/plan.h"

/*
 * Fill @err for the write of a number to sriov_numvfs that gave @errnum (> 0).  Where the
 * meanings come from: drivers/pci/iov.c and the sriov_configure callbacks of the drivers.
 */
void sriov_explain_vfs(const struct sriov_step *step, int errnum, uint64_t waited_ms,
		       struct sriov_error *err);

/* Fill @err for a mode of the switch that the kernel answered with @errnum and @reason.
 */
void sriov_explain_eswitch(const struct sriov_step *step, int errnum, const char *reason,
			   struct sriov_error *err);

/*
 * Fill @err for a setting that the kernel answered with @errnum (> 0) and @reason (its
 * own words, or "").  @carrier: whether the PF has one.
 */
void sriov_explain_setting(const struct sriov_step *step, int errnum, const char *reason,
			   bool carrier, struct sriov_error *err);

/* Fill @err for a function that could not be bound to @driver (@errnum > 0). */
void sriov_explain_driver(const struct sriov_step *step, const char *driver, int errnum,
			  uint64_t waited_ms, struct sriov_error *err);

#endif
