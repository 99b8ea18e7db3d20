/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps from what is to what should be, and the guards before them. */
#ifndef SRIOV_PLAN_PLAN_H
#define SRIOV_PLAN_PLAN_H

#include "want/want.h"

/* In the order in which the steps of a PF are done. */
enum sriov_step_kind {
	SRIOV_STEP_LINK,      /* set the PF up or down: 1 or 0 */
	SRIOV_STEP_AUTOPROBE, /* let the kernel bind new VFs, or not: 1 or 0 */
	SRIOV_STEP_ESWITCH,   /* change the mode of its switch; with many drivers only
				 when the VFs are made: see early */
	SRIOV_STEP_VFS,	      /* make or remove VFs: from and to are numbers */
	SRIOV_STEP_SETTING,   /* set attr */
	SRIOV_STEP_MSIX,     /* give the VF MSI-X vectors, without its driver meanwhile */
	SRIOV_STEP_OVERRIDE, /* reserve for a driver, "" for none: text */
	SRIOV_STEP_RESTART,  /* bind the VF's driver again: it takes what is at_start, and
				makes its netdev */
	SRIOV_STEP_DRIVER,   /* bind to another driver: from and to are text */
	SRIOV_N_STEP_KINDS,
};

enum sriov_status {
	SRIOV_STATUS_PLANNED,
	SRIOV_STATUS_BLOCKED,	 /* a guard does not let it */
	SRIOV_STATUS_VERIFIED,	 /* the host was looked at again and has it */
	SRIOV_STATUS_UNREPORTED, /* set, but the driver does not report it */
	SRIOV_STATUS_UNPROVEN,	 /* done, but the host could not be looked at again */
	SRIOV_STATUS_REFUSED,	 /* the driver or the kernel said no */
	SRIOV_STATUS_DIFFERS,	 /* the kernel said yes and the host has something else */
	SRIOV_STATUS_SKIPPED,	 /* not tried, because an earlier step failed */
	SRIOV_STATUS_UNDONE,	 /* done, and put back as it was because another failed */
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
	const struct sriov_pf *pf;     /* NULL for a function that is no VF */
	const struct sriov_pf *before; /* SRIOV_STEP_LINK, _ESWITCH, _VFS, _DRIVER of a
					  PF: with the VFs that it hits; else NULL */
	const struct sriov_function *function; /* the VF's, or the other function's */
	unsigned vf;			       /* not for SRIOV_STEP_LINK to _VFS */
	enum sriov_attr_id attr;	       /* SRIOV_STEP_SETTING, _DRIVER */
	enum sriov_attr_id restart_for; /* SRIOV_STEP_RESTART; _DRIVER: its netdev */
	bool must_bind; /* SRIOV_STEP_DRIVER: that no driver takes it is a failure */
	struct sriov_value from; /* not known for a VF that is yet to be made */
	struct sriov_value to;
	bool hold;   /* SRIOV_STEP_VFS: keep drivers off the new VFs until they are set */
	bool early;  /* SRIOV_STEP_ESWITCH: before VFs are made */
	bool clears; /* SRIOV_STEP_ESWITCH: remove the VFs first, to make them anew */
	bool cleared; /* SRIOV_STEP_VFS: such a step before it has done so */
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
	/* the PFs as they are to be after SRIOV_STEP_VFS, which the later steps point to;
	 * sriov_plan_refresh() fills in what they have become */
	struct sriov_pf **future;
	size_t n_futures;
};

/* Which guards are answered already, and what is to become of the steps that are not. */
struct sriov_policy {
	bool yes;	/* every question is answered with yes */
	bool force;	/* --force */
	bool piecemeal; /* block only the steps that must not be done; else all or nothing
			 */
};

/*
 * Plan @want for @host, which must have been looked at with SRIOV_LOOK_VFS, _SETTINGS,
 * _USERS and _PF_USERS, and _ESWITCH where a mode is wanted.  The plan points into both
 * and is freed before them.
 * With @policy->piecemeal the steps that @policy does not let are marked blocked, and a
 * PF whose VFs must not be destroyed is planned with those that it has.
 * Errors: SRIOV_USAGE (rates, VLAN protocol; SRIOV_BAD_FILE when @want is standing),
 * SRIOV_NOT_FOUND (no such VF), SRIOV_UNSUPPORTED (a bridge, no pool of MSI-X vectors),
 * SRIOV_FAILED (more of those than there are).
 */
int sriov_plan_make(struct sriov_host *host, const struct sriov_want *want,
		    const struct sriov_policy *policy, struct sriov_plan *ret,
		    struct sriov_error *err);

/*
 * After VFs were made: let the plan's steps see them as @now, a look with SRIOV_LOOK_VFS
 * and _SETTINGS, has them.
 */
void sriov_plan_refresh(struct sriov_plan *plan, struct sriov_host *now);

/* What to look at to see what the steps of @plan are about, as enum sriov_look. */
unsigned sriov_plan_look(const struct sriov_plan *plan);

/* Whether the step is about a VF that the plan itself is to make. */
bool sriov_step_is_new(const struct sriov_plan *plan, const struct sriov_step *step);

void sriov_plan_free(struct sriov_plan *plan);

/*
 * Ask the guards.  Returns 0 when every step may be done; -EBUSY with @err filled
 * (SRIOV_IN_USE) when one may not: nothing must be done then.  With @ret_ask set a yes
 * is needed first, and @err holds the question; that is no error.
 */
int sriov_plan_guard(struct sriov_plan *plan, const struct sriov_policy *policy,
		     bool *ret_ask, struct sriov_error *err);

/* Mark the steps that @policy does not let as blocked. */
void sriov_plan_block(struct sriov_plan *plan, const struct sriov_policy *policy);

/* When a driver lets the mode of its switch be changed. */
enum sriov_eswitch_when {
	SRIOV_ESWITCH_AFTER_VFS,   /* VFs are made first, and keep their drivers */
	SRIOV_ESWITCH_UNBOUND,	   /* likewise, but no driver has them meanwhile */
	SRIOV_ESWITCH_WITHOUT_VFS, /* before VFs are made: those that are there must go */
};

/* Where @driver stands; of one that is not known, the kernel's answer decides. */
enum sriov_eswitch_when sriov_eswitch_when(const char *driver);

/* Whether @driver may leave switchdev mode by itself when its last VF goes. */
bool sriov_eswitch_forgets(const char *driver);

/* What the step acts on, "em1", "em1/3" or an address, into @buf, which is returned. */
const char *sriov_step_object(const struct sriov_step *step,
			      char buf[static SRIOV_NAME_LEN]);

/* The attribute's name: "vfs", "eswitch", "mac", "driver". */
const char *sriov_step_attribute(const struct sriov_step *step);

/* What a restart is for: "the new MAC", "the new GUID", "its network interface". */
const char *sriov_step_restart_word(const struct sriov_step *step);

/* A value of the step as users read it, into @buf, which is returned. */
const char *sriov_step_value(const struct sriov_step *step,
			     const struct sriov_value *value,
			     char buf[static SRIOV_VALUE_LEN]);

/* What else the step does to whom: "destroys em1/0-6; ...", "" nothing.  Returns @buf. */
const char *sriov_step_effect(const struct sriov_step *step, char *buf, size_t size);

/* The word for @status in JSON. */
const char *sriov_status_name(enum sriov_status status);

#endif
