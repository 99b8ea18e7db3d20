/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be so after a command that something has gone wrong with. */
#ifndef SWEEP_JUDGE_H
#define SWEEP_JUDGE_H

#include "fault.h"
#include "run.h"
#include "scenario.h"
#include "state.h"

/* A scenario with what an undisturbed run does. */
struct reference {
	const struct scenario *scenario;
	struct state before;
	struct state fresh; /* new VFs that nothing was set of */
	struct state wanted;
};

struct evidence {
	const struct reference *reference;
	const struct fault *fault;
	const char *operation;	 /* the line of the log that the fault is about */
	char pf[STATE_WORD_MAX]; /* the PF that it is about, "" */
	const struct run_result *run;
	const struct state *found;
};

/* Append to @buf what of sriovctl's promises was broken; "" nothing. */
void judge_run(const struct evidence *evidence, char *buf, size_t size);

/* The same of the command's repetition, with nothing in its way. */
void judge_repetition(const struct evidence *evidence, char *buf, size_t size);

#endif
