/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The executors of the kinds of steps. */
#ifndef SRIOV_RUN_STEPS_H
#define SRIOV_RUN_STEPS_H

#include "run/run.h"

struct sriov_run {
	struct sriov_plan *plan;
	struct sriov_doors *doors;
	const struct sriov_locks *locks;
	const struct sriov_run_options *options;
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

/* Make or remove VFs and wait until they are there.  0 or -errno with the step failed. */
int sriov_run_vfs(struct sriov_run *run, struct sriov_step *step);

/* Set the @n settings of one PF.  Each step that is refused is failed. */
int sriov_run_settings(struct sriov_run *run, struct sriov_step *steps, size_t n,
		       struct sriov_error *err);

/* Bind to another driver (SRIOV_STEP_DRIVER) or to the same again (_RESTART). */
int sriov_run_driver(struct sriov_run *run, struct sriov_step *step);

/* Look again and give every step that has not failed its verdict. */
int sriov_run_prove(struct sriov_run *run, struct sriov_error *err);

#endif
