/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The executors of the kinds of steps. */
#ifndef SRIOV_RUN_STEPS_H
#define SRIOV_RUN_STEPS_H

#include "run/run.h"

/* A device's alias, by which its module is found; file2alias.c of the kernel. */
#define SRIOV_MODALIAS_LEN 256

struct sriov_run {
	struct sriov_plan *plan;
	struct sriov_doors *doors;
	const struct sriov_locks *locks;
	const struct sriov_run_options *options;
	bool stopped; /* by an interrupt that came before all steps were done */
	char modalias[SRIOV_MODALIAS_LEN]; /* whose module was asked for last */
};

/* How long a wait that concerns @vfs VFs may take. */
uint64_t sriov_run_timeout(const struct sriov_run *run, size_t vfs);

/* Tell the caller what is waited for. */
void sriov_run_progress(const struct sriov_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool sriov_run_interrupted(const struct sriov_run *run);

/* Note that @step ended as @status because of @error, which is copied. */
void sriov_step_fail(struct sriov_step *step, enum sriov_status status,
		     const struct sriov_error *error);

/*
 * Make or remove the VFs of @n PFs at once, and wait until they are there.  A step that
 * fails is failed.  Returns 0 or -ENOMEM.
 */
int sriov_run_vfs(struct sriov_run *run, struct sriov_step *const *steps, size_t n);

/*
 * Write "0" or "1" to sriov_drivers_autoprobe of @pf and read it back.  Returns 0 or
 * -errno: -EIO when it has another value, -ENODEV when the card is gone.
 */
int sriov_run_write_autoprobe(struct sriov_run *run, const struct sriov_pf *pf,
			      const char *data);

/*
 * Keep the kernel's drivers off the VFs that @pf is about to get, and let them again.
 * Until the VFs are settled, each with its driver, a run that is killed is remembered:
 * whoever comes next has them probed.
 */
int sriov_run_hold(struct sriov_run *run, const struct sriov_pf *pf);
int sriov_run_release(struct sriov_run *run, const struct sriov_pf *pf);
void sriov_run_settled(struct sriov_run *run, const struct sriov_pf *pf);

/* 1 or 0, whether the function @address has an override, or -errno of looking. */
int sriov_run_has_override(const struct sriov_run *run, const char *address);

/*
 * Reserve the function of @step for @driver, or with "" for none again, which is read
 * back.  Returns 0 or -errno: -EIO when it still is reserved, -ENODEV when it is gone,
 * -ETIME when the kernel has not completed it within @timeout_ms.
 */
int sriov_run_write_override(struct sriov_run *run, const struct sriov_step *step,
			     const char *driver, uint64_t timeout_ms);

/* SRIOV_STEP_OVERRIDE and _AUTOPROBE; a step that fails is failed.  0 or -errno. */
int sriov_run_override(struct sriov_run *run, struct sriov_step *step);
int sriov_run_autoprobe(struct sriov_run *run, struct sriov_step *step);

/* Set the PF up or down. */
int sriov_run_link(struct sriov_run *run, struct sriov_step *step);

/*
 * Change the mode of the PF's switch as its driver wants it done: see enum
 * sriov_eswitch_when.  VFs that are unbound for it have their drivers again afterwards.
 * The kernel ends the change before it answers; no deadline can cut that short.
 */
int sriov_run_eswitch(struct sriov_run *run, struct sriov_step *step);

/*
 * Set the @n settings of one PF that are planned.  Each step that is refused is failed.
 */
int sriov_run_settings(struct sriov_run *run, struct sriov_step *steps, size_t n,
		       struct sriov_error *err);

/*
 * Load the module that the step is going to need.  A module that comes while drivers are
 * kept off the VFs takes none of those that are to have no driver.
 */
void sriov_run_load(struct sriov_run *run, const struct sriov_step *step);

/*
 * Bind to another driver (SRIOV_STEP_DRIVER) or to the same again (_RESTART), or do what
 * a driver has to wait or to go for (_OVERRIDE, _MSIX).  The netdev of the kernel's
 * choice is not waited for; that takes events, so that no driver is bound when @events,
 * which opening them has returned, is -errno.
 */
int sriov_run_driver(struct sriov_run *run, struct sriov_step *step, int events);

/*
 * Give the VF as many MSI-X vectors as the step says: its driver is taken away and comes
 * back.  A number that is refused fails the step; returns below 0 only where the driver
 * is not as it was.
 */
int sriov_run_msix(struct sriov_run *run, struct sriov_step *step, int events);

/*
 * With events open: wait until the functions of those of @steps that are done have all
 * that comes with the driver of the kernel's choice.  Together: a netdev and its name
 * take udevd no longer for many than for one.  Returns 0 or -errno with the steps failed
 * that have it not.
 */
int sriov_run_settle(struct sriov_run *run, struct sriov_step *steps, size_t n);

/* What sriov_run_undo() puts back. */
enum sriov_undo {
	SRIOV_UNDO_SETTINGS, /* VF attributes */
	SRIOV_UNDO_STEPS,    /* and drivers, the switch, the link; made VFs stay */
	SRIOV_UNDO_ALL,	     /* and VFs that were made where there had been none */
};

/*
 * Put back what those of the @n steps of one PF that are done have changed, and prove
 * it: a step ends as undone, or differs with the reason.
 */
void sriov_run_undo(struct sriov_run *run, struct sriov_step *steps, size_t n,
		    enum sriov_undo what);

/* Look again and give every step that has not failed its verdict. */
int sriov_run_prove(struct sriov_run *run, struct sriov_error *err);

/*
 * Tell the journal what became of the steps, or with @undone of those put back; steps
 * that did the same are one record.  What cannot be recorded is done all the same.
 */
void sriov_run_record(struct sriov_run *run, bool undone);

#endif
