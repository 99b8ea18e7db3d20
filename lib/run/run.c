/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doing the steps of a plan in their order. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/steps.h"

/* VFs are probed one by one inside the write: 125 of them have been seen to take 65 s. */
#define TIMEOUT_MS 30000
#define TIMEOUT_A_VF_MS 1000

uint64_t sriov_run_timeout(const struct sriov_run *run, size_t vfs)
{
	if (run->options->timeout_ms)
		return run->options->timeout_ms;
	return TIMEOUT_MS + vfs * TIMEOUT_A_VF_MS;
}

void sriov_run_progress(const struct sriov_run *run, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!run->options->progress)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run->options->progress(run->options->data, text);
}

bool sriov_run_interrupted(const struct sriov_run *run)
{
	return run->options->interrupted && *run->options->interrupted;
}

void sriov_step_fail(struct sriov_step *step, enum sriov_status status,
		     const struct sriov_error *error)
{
	step->status = status;
	if (!step->error)
		step->error = malloc(sizeof(*step->error));
	if (step->error)
		*step->error = *error;
}

/* What lies side by side and is of one kind and one PF. */
static size_t same_kind(const struct sriov_plan *plan, size_t first)
{
	size_t n = 1;

	while (first + n < plan->n && plan->step[first + n].pf == plan->step[first].pf &&
	       plan->step[first + n].kind == plan->step[first].kind)
		n++;
	return n;
}

/* A MAC that was refused is none that the VF's driver would have to start again for. */
static bool mac_refused(const struct sriov_plan *plan, const struct sriov_step *restart)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_step *step = &plan->step[i];

		if (step->function == restart->function && step->attr == SRIOV_ATTR_MAC &&
		    step->kind == SRIOV_STEP_SETTING)
			return step->status == SRIOV_STATUS_REFUSED;
	}
	return false;
}

static int do_structural(struct sriov_run *run, struct sriov_step *step)
{
	if (step->kind == SRIOV_STEP_VFS)
		return sriov_run_vfs(run, step);
	if (step->kind == SRIOV_STEP_RESTART && mac_refused(run->plan, step)) {
		step->status = SRIOV_STATUS_SKIPPED;
		return 0;
	}
	return sriov_run_driver(run, step);
}

/* A structural step that fails ends those of its PF; it keeps its own error. */
static void do_structurals(struct sriov_run *run, struct sriov_step *steps, size_t n)
{
	for (size_t i = 0; i < n && !sriov_run_interrupted(run); i++) {
		if (do_structural(run, &steps[i]) < 0)
			return;
		steps[i].done = steps[i].status == SRIOV_STATUS_PLANNED;
	}
}

/* When the transport fails half-way only another look tells which of them were made. */
static int do_settings(struct sriov_run *run, struct sriov_step *steps, size_t n,
		       struct sriov_error *err)
{
	int r = sriov_run_settings(run, steps, n, err);

	for (size_t i = 0; i < n; i++)
		steps[i].done = steps[i].status == SRIOV_STATUS_PLANNED;
	return r;
}

static void skip(struct sriov_step *step)
{
	if (!step->done && step->status == SRIOV_STATUS_PLANNED)
		step->status = SRIOV_STATUS_SKIPPED;
}

static bool structural_failure(const struct sriov_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].kind != SRIOV_STEP_SETTING &&
		    (steps[i].status == SRIOV_STATUS_REFUSED ||
		     steps[i].status == SRIOV_STATUS_DIFFERS))
			return true;
	return false;
}

static int do_all(struct sriov_run *run, struct sriov_error *err)
{
	struct sriov_plan *plan = run->plan;
	size_t n;

	for (size_t i = 0; i < plan->n && !sriov_run_interrupted(run); i += n) {
		struct sriov_step *steps = &plan->step[i];
		int r = 0;

		n = same_kind(plan, i);
		if (steps[0].status == SRIOV_STATUS_SKIPPED)
			continue;
		if (steps[0].kind == SRIOV_STEP_SETTING)
			r = do_settings(run, steps, n, err);
		else
			do_structurals(run, steps, n);
		if (r < 0)
			return r;
		for (size_t j = i; structural_failure(steps, n) && j < plan->n; j++)
			if (plan->step[j].pf == steps[0].pf)
				skip(&plan->step[j]);
	}
	return 0;
}

int sriov_run(struct sriov_plan *plan, const struct sriov_locks *locks,
	      const struct sriov_run_options *options, struct sriov_error *err)
{
	struct sriov_run run = {
		.plan = plan, .doors = plan->doors, .locks = locks, .options = options};
	struct sriov_error proof_error = {0};
	int r = do_all(&run, err), proof;

	for (size_t i = 0; i < plan->n; i++)
		skip(&plan->step[i]);
	proof = sriov_run_prove(&run, &proof_error);
	if (r == 0 && proof < 0) {
		*err = proof_error;
		r = proof;
	}
	if (r == 0 && sriov_run_interrupted(&run))
		return sriov_error_set(err, SRIOV_INTERRUPTED, EINTR, "interrupted");
	return r;
}
