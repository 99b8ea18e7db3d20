/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting VF attributes over netlink, an answer for each. */
#include <errno.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/explain.h"
#include "run/steps.h"
#include "sys/sysfs.h"

/* A VF that resets answers EBUSY or EAGAIN for some hundred milliseconds (i40e, ice). */
#define BUSY_TRIES 20
#define BUSY_PAUSE_MS 100
#define NO_CHANGE SIZE_MAX

struct batch {
	struct sriov_run *run;
	const struct sriov_pf *pf;
	struct sriov_step *steps;
	size_t n_steps;
	size_t *change_of; /* which change carries a step */
	struct sriov_vf_change *changes;
	size_t n;
};

static bool is_busy(const struct sriov_vf_change *change)
{
	return change->result == -EBUSY || change->result == -EAGAIN;
}

/* A rate that igb and ixgbe refuse while the port has no carrier. */
static bool is_rate_refused(const struct sriov_vf_change *change)
{
	return change->message == SRIOV_VF_MESSAGE_RATE && change->result == -EINVAL;
}

/* What the VF has now, for the parts of a message that nobody wants to change. */
static void start_change(struct sriov_vf_change *change, const struct sriov_pf *pf,
			 const struct sriov_step *step)
{
	const struct sriov_vf *vf = sriov_pf_vf(pf, step->vf);

	*change = (struct sriov_vf_change){
		.vf = step->vf,
		.message = sriov_attr(step->attr)->message,
		.value[SRIOV_SETTING_PROTO] = ETH_P_8021Q,
	};
	for (unsigned id = 0; vf && id < SRIOV_N_SETTINGS; id++)
		if (vf->settings.known & UINT32_C(1) << id)
			change->value[id] = vf->settings.value[id];
}

/* A VF that was just made may have by itself what is wanted of it. */
static bool is_there_already(const struct batch *batch, const struct sriov_step *step)
{
	const struct sriov_vf *vf = sriov_pf_vf(batch->pf, step->vf);
	struct sriov_value value = {0};

	if (vf && !step->from.known)
		value = sriov_vf_value(vf, step->attr);
	return value.known && value.number == step->to.number;
}

/* Steps that share a message of one VF lie side by side and become one change. */
static void gather(struct batch *batch)
{
	for (size_t i = 0; i < batch->n_steps; i++) {
		const struct sriov_step *step = &batch->steps[i];
		struct sriov_vf_change *last =
			batch->n ? &batch->changes[batch->n - 1] : NULL;

		batch->change_of[i] = NO_CHANGE;
		if (step->status != SRIOV_STATUS_PLANNED || is_there_already(batch, step))
			continue;

		if (!last || last->vf != step->vf ||
		    last->message != sriov_attr(step->attr)->message) {
			last = &batch->changes[batch->n++];
			start_change(last, batch->pf, step);
		}
		last->value[step->attr] = step->to.number;
		batch->change_of[i] = batch->n - 1;
	}
}

static int send(struct batch *batch, struct sriov_vf_change *changes, size_t n,
		struct sriov_error *err)
{
	return sriov_rtnl_vf_change(batch->run->doors, batch->pf->fn.ifindex, changes, n,
				    err);
}

typedef bool change_test_fn(const struct sriov_vf_change *change);

static size_t count(const struct batch *batch, change_test_fn *test)
{
	size_t n = 0;

	for (size_t i = 0; i < batch->n; i++)
		n += test(&batch->changes[i]);
	return n;
}

static int send_again(struct batch *batch, change_test_fn *test, struct sriov_error *err)
{
	for (size_t i = 0; i < batch->n; i++) {
		int r = test(&batch->changes[i]) ? send(batch, &batch->changes[i], 1, err)
						 : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* Whatever wakes it up, whoever waits looks again; an error would do so for ever. */
static int wait_event(struct sriov_doors *doors, uint64_t timeout_ms,
		      struct sriov_error *err)
{
	int r = doors->ops->events_wait(doors, timeout_ms);

	if (r >= 0 || r == -EINTR)
		return 0;
	return sriov_error_set(err, SRIOV_FAILED, -r, "cannot wait for events: %s",
			       strerror(-r));
}

static int retry_busy(struct batch *batch, struct sriov_error *err)
{
	struct sriov_doors *doors = batch->run->doors;

	for (int i = 0; i < BUSY_TRIES && count(batch, is_busy); i++) {
		/* no event tells that a reset is over */
		int r = wait_event(doors, BUSY_PAUSE_MS, err);

		if (r == 0)
			r = send_again(batch, is_busy, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool has_carrier(const struct batch *batch)
{
	uint64_t carrier;
	char path[64];

	snprintf(path, sizeof(path), "class/net/%s/carrier", batch->pf->fn.netdev);
	return sriov_sysfs_number(batch->run->doors->sys, path, 10, 1, &carrier) == 0 &&
	       carrier == 1;
}

static int wait_for_carrier(struct batch *batch, struct sriov_error *err)
{
	struct sriov_doors *doors = batch->run->doors;
	uint64_t deadline_ms =
		doors->ops->now_ms(doors) + sriov_run_timeout(batch->run, batch->n);

	if (count(batch, is_rate_refused) == 0 || has_carrier(batch))
		return 0;
	while (!has_carrier(batch)) {
		uint64_t now = doors->ops->now_ms(doors);
		int r;

		if (now >= deadline_ms || sriov_run_interrupted(batch->run))
			return 0;
		sriov_run_progress(batch->run, "%s: waiting for carrier to set the rates",
				   batch->pf->name);
		r = wait_event(doors, deadline_ms - now, err);
		if (r < 0)
			return r;
	}
	return send_again(batch, is_rate_refused, err);
}

/* What may still come right: a VF that resets, a port that gets its carrier. */
static int persist(struct batch *batch, struct sriov_error *err)
{
	struct sriov_doors *doors = batch->run->doors;
	int r = doors->ops->events_open(doors);

	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r,
				       "cannot listen to events: %s", strerror(-r));
	r = retry_busy(batch, err);
	if (r == 0)
		r = wait_for_carrier(batch, err);
	doors->ops->events_close(doors);
	return r;
}

static void refuse(const struct batch *batch, struct sriov_step *step,
		   const struct sriov_vf_change *change)
{
	struct sriov_error err = {0};

	sriov_explain_setting(step, -change->result, change->reason, has_carrier(batch),
			      &err);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
}

static void judge(const struct batch *batch)
{
	for (size_t i = 0; i < batch->n_steps; i++) {
		size_t change = batch->change_of[i];

		if (change != NO_CHANGE && batch->changes[change].result != 0)
			refuse(batch, &batch->steps[i], &batch->changes[change]);
	}
}

int sriov_run_settings(struct sriov_run *run, struct sriov_step *steps, size_t n,
		       struct sriov_error *err)
{
	_cleanup_free_ size_t *change_of = calloc(n, sizeof(*change_of));
	_cleanup_free_ struct sriov_vf_change *changes = calloc(n, sizeof(*changes));
	struct batch batch = {
		.run = run,
		.pf = steps[0].pf,
		.steps = steps,
		.n_steps = n,
		.change_of = change_of,
		.changes = changes,
	};
	int r;

	if (!change_of || !changes)
		return sriov_error_memory(err);
	gather(&batch);
	r = batch.n ? send(&batch, changes, batch.n, err) : 0;
	if (r == 0 && (count(&batch, is_busy) || count(&batch, is_rate_refused)))
		r = persist(&batch, err);
	if (r < 0)
		return sriov_error_object(err, "%s", batch.pf->name);
	judge(&batch);
	return 0;
}
