/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl on the fake kernel in a process of its own. */
#ifndef SWEEP_RUN_H
#define SWEEP_RUN_H

#include <stdint.h>

#include "disk.h"

enum {
	RUN_TEXT_MAX = 16384,
};

/* Where the runs of one worker take place. */
struct runner {
	struct fake fake;
	int out; /* files in memory that get what a run prints */
	int err;
};

struct run_result {
	int status;	    /* the exit status, -1 when a signal has ended it */
	int signal;	    /* this one, 0 */
	uint64_t waited_ms; /* of the fake kernel's time */
	char out[RUN_TEXT_MAX];
	char err[RUN_TEXT_MAX];
};

void runner_open(struct runner *ret, const char *folder);
void runner_close(struct runner *runner);

/*
 * Run `sriovctl @command` (words set apart by blanks) on the tree as it is.  One that
 * takes more than half a minute of real time is ended by SIGALRM.
 */
void runner_run(const struct runner *runner, const char *command, struct run_result *ret);

#endif
