/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps from what is to what should be, and the guards before them. */
#ifndef SRIOV_PLAN_PLAN_H
#define SRIOV_PLAN_PLAN_H

#include "want/want.h"

enum sriov_step_kind {
	SRIOV_STEP_VFS,	    /* make or remove VFs: from and to are numbers */
	SRIOV_STEP_SETTING, /* set attr */
	SRIOV_STEP_RESTART, /* bind the VF's driver again, for it to take the new MAC */
	SRIOV_STEP_DRIVER,  /* bind to another driver: from and to are text */
};

enum sriov_status {
	SRIOV_STATUS_PLANNED,
	SRIOV_STATUS_BLOCKED,	 /* a guard does not let it */
	SRIOV_STATUS_VERIFIED,	 /* the host was looked at again and has it */
	SRIOV_STATUS_UNREPORTED, /* set, but the driver does not report it */
	SRIOV_STATUS_REFUSED,	 /* the driver or the kernel said no */
	SRIOV_STATUS_DIFFERS,	 /* the kernel said yes and the host has something else */
	SRIOV_STATUS_SKIPPED,	 /* not tried, because an earlier step failed */
};

/* What a guard asks for before a step may be done. */
enum sriov_guard {
	SRIOV_GUARD_NONE,
	SRIOV_GUARD_ASK,   /* --yes, or a yes on the terminal */
	SRIOV_GUARD_FORCE, /* --force */
	SRIOV_GUARD_NEVER, /* nothing: a vfio device is open */
};

struct sriov_step {
	enum sriov_step_kind kind;
	const struct sriov_pf *pf;	       /* NULL for a function that is no VF */
	const struct sriov_function *function; /* the VF's, or the other function's */
	unsigned vf;			       /* not for SRIOV_STEP_VFS */
	enum sriov_attr_id attr;	       /* SRIOV_STEP_SETTING, _DRIVER */
	struct sriov_value from;
	struct sriov_value to;
	enum sriov_guard guard;
	bool done; /* the kernel took it; the proof is still to come */
	enum sriov_status status;
	struct sriov_error *error; /* why it is blocked, refused, differs; NULL */
};

/* Steps in the order in which they are to be done, those of a PF together. */
struct sriov_plan {
	struct sriov_doors *doors;
	struct sriov_step *step;
	size_t n;
};

/*
 * Plan @want for @host, which must have been looked at with SRIOV_LOOK_VFS, _SETTINGS,
 * _USERS and _PF_USERS.  The plan points into both and is freed before them.
 * All that can be refused without touching the kernel is refused here.
 * Errors: SRIOV_USAGE (rates, VLAN protocol), SRIOV_UNSUPPORTED (no driver for the PF),
 * SRIOV_FAILED (more VFs than the driver allows).
 */
int sriov_plan_make(struct sriov_host *host, const struct sriov_want *want,
		    struct sriov_plan *ret, struct sriov_error *err);

void sriov_plan_free(struct sriov_plan *plan);

/*
 * Ask the guards.  Returns 0 when every step may be done; -EBUSY with @err filled
 * (SRIOV_IN_USE) when one may not: nothing must be done then.  With @ret_ask set a yes
 * is needed first, and @err holds the question; that is no error.
 */
int sriov_plan_guard(struct sriov_plan *plan, bool yes, bool force, bool *ret_ask,
		     struct sriov_error *err);

/* Whether a function bound to @now ("" nothing) has what @to asks for. */
bool sriov_driver_satisfied(const char *now, const char *to);

/* Mark the steps that sriov_plan_guard() would refuse as blocked: for showing a plan. */
void sriov_plan_block(struct sriov_plan *plan, bool force);

/* What the step acts on, "em1", "em1/3" or an address, into @buf, which is returned. */
const char *sriov_step_object(const struct sriov_step *step,
			      char buf[static SRIOV_NAME_LEN]);

/* The attribute's name: "vfs", "mac", "driver". */
const char *sriov_step_attribute(const struct sriov_step *step);

/* A value of the step as users read it, into @buf, which is returned. */
const char *sriov_step_value(const struct sriov_step *step,
			     const struct sriov_value *value,
			     char buf[static SRIOV_VALUE_LEN]);

/* What else the step does to whom: "destroys em1/0-6; ...", "" nothing.  Returns @buf. */
const char *sriov_step_effect(const struct sriov_step *step, char *buf, size_t size);

/* The word for @status in JSON. */
const char *sriov_status_name(enum sriov_status status);

#endif
