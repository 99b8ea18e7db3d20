/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From steps to the kernel, and the proof. */
#ifndef SRIOV_RUN_RUN_H
#define SRIOV_RUN_RUN_H

#include <signal.h>

#include "plan/plan.h"
#include "run/lock.h"

struct sriov_run_options {
	uint64_t timeout_ms; /* for one wait; 0: 30 s and a second a VF */
	/* Called with what is being waited for; may be NULL. */
	void (*progress)(void *data, const char *text);
	void *data;
	/* Looked at between steps: when it is set no further step is begun.  May be NULL.
	 */
	const volatile sig_atomic_t *interrupted;
	/* The words that brought this about, for the journal; may be NULL. */
	const char *command;
	/* A setting that is refused takes back what was set on its PF. */
	bool strict;
};

/*
 * Do the steps of @plan, for whose PFs and functions @locks are held, and look at the
 * host again: every step leaves with its status, and its error where it has one.
 * A setting that is refused does not stop the others (but see strict); a structural
 * step (link, VFs, driver) that fails skips the later steps of its PF and takes back the
 * earlier ones, and so does an interrupt on every PF.  VFs that were made stay.
 * Blocked steps are left alone.
 * Returns 0 when there was nothing that keeps the steps' statuses from telling all;
 * -errno with @err filled when the proof itself failed, or -EINTR (SRIOV_INTERRUPTED).
 */
int sriov_run(struct sriov_plan *plan, const struct sriov_locks *locks,
	      const struct sriov_run_options *options, struct sriov_error *err);

/*
 * Put back what sriov_run() has done with @plan, as far as it can be: VFs that were
 * destroyed stay so, and new ones in use stay too.  The steps leave as undone or differ.
 */
void sriov_run_go_back(struct sriov_plan *plan, const struct sriov_locks *locks,
		       const struct sriov_run_options *options);

/*
 * Put back what a run that was killed had left: every driver_override and
 * drivers_autoprobe that run/sriovctl remembers.  Call it with @locks held, before the
 * plan is made.
 */
int sriov_run_recover(struct sriov_doors *doors, const struct sriov_locks *locks,
		      struct sriov_error *err);

/*
 * Whether @fn has its driver and, where that makes one, its netdev under the name that
 * it keeps: with udevd running, once that has written down that it is done with it
 * (run/udev, as udev_device_get_is_initialized(3)).
 */
bool sriov_function_is_settled(const struct sriov_doors *doors,
			       const struct sriov_function *fn);

#endif
