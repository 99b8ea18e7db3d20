/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipeline of every command that changes something. */
#ifndef CMD_CHANGE_H
#define CMD_CHANGE_H

#include "app.h"

struct change {
	/*
	 * Find what is meant in @host.  Called on the whole host, to know what to lock,
	 * and once more under the locks.
	 */
	int (*select)(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err);
	/* Say what should be of it. */
	int (*want)(struct sriov_host *host, const struct sriov_targets *targets,
		    void *data, struct sriov_want *ret, struct sriov_error *err);
	void *data;
	const char *nothing; /* said when there is nothing to do; NULL: "unchanged" */
	bool by_user;	     /* who uses a VF says which is meant (guest:vm1) */
	bool says_scope;     /* begin with "14 VFs of em1, em2" */
	bool eswitch;	     /* the modes of the switches matter */
	bool unsaved;	     /* end with how to keep it over a reboot */
	bool piecemeal;	     /* what a guard blocks is left out, the rest is done */
	bool shows_plan;     /* the plan is what was asked for: nothing is changed */
	bool exit_code;	     /* tell by the exit status that there is something to do */
	unsigned confirm_s;  /* go back unless told to stay within so many; 0: stay */
};

/*
 * Look, want, plan, guard, ask, do, prove and print, as the global options say.
 * Returns what the process exits with.
 */
enum sriov_code change_run(struct app *app, const struct change *change,
			   struct sriov_error *err);

#endif
