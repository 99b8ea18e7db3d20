/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking again: what the host has after the steps. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "run/steps.h"

static void differs(struct sriov_step *step, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void differs(struct sriov_step *step, const char *fmt, ...)
{
	struct sriov_error err = {0};
	char msg[256], name[SRIOV_NAME_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	sriov_error_set(&err, SRIOV_FAILED, EIO, "%s", msg);
	sriov_error_object(&err, "%s", sriov_step_object(step, name));
	sriov_step_fail(step, SRIOV_STATUS_DIFFERS, &err);
}

static void compare(struct sriov_step *step, const struct sriov_value *found)
{
	char wanted[SRIOV_VALUE_LEN], got[SRIOV_VALUE_LEN];

	if (!found->known) {
		step->status = SRIOV_STATUS_UNREPORTED;
		return;
	}
	if (found->number == step->to.number) {
		step->status = SRIOV_STATUS_VERIFIED;
		return;
	}
	differs(step, "%s: wanted %s, found %s", sriov_step_attribute(step),
		sriov_step_value(step, &step->to, wanted),
		sriov_step_value(step, found, got));
}

/* With the administrator's MAC taken back the port reports what the VF's driver made up.
 */
static void prove_setting(struct sriov_step *step, const struct sriov_vf *now)
{
	struct sriov_value found = sriov_vf_value(now, step->attr);

	if (!now->settings.found) {
		differs(step, "%s: set, but it cannot be read back",
			sriov_step_attribute(step));
		if (step->error)
			step->error->code = SRIOV_PARTLY;
		return;
	}
	if (step->attr == SRIOV_ATTR_MAC && step->to.number == 0 && found.known &&
	    (found.number != step->from.number || now->fn.netdev_mac_random)) {
		step->status = SRIOV_STATUS_VERIFIED;
		return;
	}
	compare(step, &found);
}

static void prove_driver(struct sriov_step *step, const char *driver)
{
	bool nobody =
		driver[0] == '\0' && strcmp(step->to.text, SRIOV_DRIVER_DEFAULT) == 0;

	if (nobody && step->must_bind) {
		differs(step, "no driver of this kernel takes it");
		if (step->error)
			sriov_error_hint(step->error,
					 "dmesg | tail; if it is to have none, say so in "
					 "the configuration: driver: none");
		return;
	}
	if (!nobody && !sriov_driver_satisfied(driver, step->to.text)) {
		differs(step, "driver: wanted %s, found %s", step->to.text,
			driver[0] ? driver : "none");
		return;
	}
	/* "default" has become a name, or nothing */
	if (strcmp(step->to.text, SRIOV_DRIVER_DEFAULT) == 0)
		snprintf(step->to.text, sizeof(step->to.text), "%s", driver);
	step->status = SRIOV_STATUS_VERIFIED;
}

/*
 * After the restart the VF itself must have the MAC that the port has for it, or the
 * netdev that was missing: with that a port that is down may know an older MAC.
 */
static void prove_restart(struct sriov_step *step, const struct sriov_vf *now)
{
	struct sriov_value mac = sriov_vf_value(now, SRIOV_ATTR_MAC);
	char wanted[SRIOV_MAC_LEN], found[SRIOV_MAC_LEN];

	if (step->restart_for == SRIOV_ATTR_DRIVER && !now->fn.netdev[0])
		differs(step, "%s is there, and no network interface", now->fn.driver);
	else if (step->restart_for == SRIOV_ATTR_DRIVER || mac.number == 0 ||
		 now->fn.netdev_mac == mac.number || !now->fn.driver[0])
		prove_driver(step, now->fn.driver);
	else
		differs(step, "MAC in use: wanted %s, found %s",
			sriov_mac_format(mac.number, wanted),
			sriov_mac_format(now->fn.netdev_mac, found));
}

static void prove_override(struct sriov_step *step, const struct sriov_doors *doors,
			   const struct sriov_function *now)
{
	char found[SRIOV_DRIVER_LEN];

	if (!sriov_function_override(doors, now, found))
		step->status = SRIOV_STATUS_UNREPORTED;
	else if (strcmp(found, step->to.text) == 0)
		step->status = SRIOV_STATUS_VERIFIED;
	else
		differs(step, "driver_override: wanted %s, found %s",
			step->to.text[0] ? step->to.text : "none",
			found[0] ? found : "none");
}

static void prove_vf_step(struct sriov_step *step, const struct sriov_doors *doors,
			  const struct sriov_vf *now)
{
	struct sriov_value found;

	switch (step->kind) {
	case SRIOV_STEP_LINK:
	case SRIOV_STEP_AUTOPROBE:
	case SRIOV_STEP_ESWITCH:
	case SRIOV_STEP_VFS:
	case SRIOV_N_STEP_KINDS:
		break;
	case SRIOV_STEP_SETTING:
		prove_setting(step, now);
		break;
	case SRIOV_STEP_MSIX:
		found = sriov_vf_value(now, step->attr);
		compare(step, &found);
		break;
	case SRIOV_STEP_OVERRIDE:
		prove_override(step, doors, &now->fn);
		break;
	case SRIOV_STEP_RESTART:
		prove_restart(step, now);
		break;
	case SRIOV_STEP_DRIVER:
		prove_driver(step, now->fn.driver);
		break;
	}
}

/* A function that is no VF. */
static void prove_function(struct sriov_step *step, struct sriov_host *now)
{
	struct sriov_error err = {0};
	const struct sriov_function *function =
		sriov_host_function(now, &step->function->bdf, &err);

	if (function)
		prove_driver(step, function->driver);
	else if (err.code == SRIOV_NOT_FOUND)
		differs(step, "the device is gone");
	else
		sriov_step_fail(step, SRIOV_STATUS_UNPROVEN, &err);
}

/* @pf is the step's PF as it is now. */
static void prove_step(struct sriov_step *step, struct sriov_host *now,
		       const struct sriov_pf *pf)
{
	const struct sriov_vf *vf = pf ? sriov_pf_vf(pf, step->vf) : NULL;

	if (step->pf && !pf) {
		differs(step, "the card is gone");
	} else if (pf && step->kind == SRIOV_STEP_LINK) {
		compare(step,
			&(struct sriov_value){.known = true, .number = pf->fn.link_up});
	} else if (pf && step->kind == SRIOV_STEP_AUTOPROBE) {
		compare(step,
			&(struct sriov_value){.known = true, .number = pf->autoprobe});
	} else if (pf && step->kind == SRIOV_STEP_ESWITCH) {
		compare(step,
			&(struct sriov_value){.known = pf->eswitch_result == 0,
					      .number = (uint64_t)pf->eswitch.mode});
	} else if (pf && step->kind == SRIOV_STEP_VFS) {
		compare(step, &(struct sriov_value){.known = true, .number = pf->n_vfs});
	} else if (step->pf && !vf) {
		differs(step, "the VF is gone");
	} else if (vf) {
		prove_vf_step(step, now->doors, vf);
	} else {
		prove_function(step, now);
	}
}

/* The PFs of the plan, each once: the steps of a PF lie together. */
static size_t pfs_of(const struct sriov_plan *plan, const char **address)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_pf *pf = plan->step[i].pf;

		if (pf && (n == 0 || strcmp(address[n - 1], pf->fn.address) != 0))
			address[n++] = pf->fn.address;
	}
	return n;
}

int sriov_run_prove(struct sriov_run *run, struct sriov_error *err)
{
	_cleanup_free_ const char **address = calloc(run->plan->n + 1, sizeof(*address));
	const struct sriov_pf *of = NULL, *pf = NULL;
	struct sriov_host now = {0};
	size_t n;
	int r;

	if (!address)
		return sriov_error_memory(err);
	n = pfs_of(run->plan, address);
	r = sriov_host_look(run->doors, sriov_plan_look(run->plan), address, n, &now,
			    err);
	for (size_t i = 0; i < run->plan->n; i++) {
		struct sriov_step *step = &run->plan->step[i];

		if (!step->done)
			continue;
		if (step->pf != of)
			pf = step->pf ? sriov_host_pf(&now, step->pf->fn.address) : NULL;
		of = step->pf;
		if (r < 0)
			step->status = SRIOV_STATUS_UNPROVEN;
		else
			prove_step(step, &now, pf);
	}
	sriov_host_free(&now);
	return r;
}
