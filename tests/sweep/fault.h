/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may go wrong with an operation of the fake kernel. */
#ifndef SWEEP_FAULT_H
#define SWEEP_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
	FAULT_ERROR,	   /* it fails with errnum, not done */
	FAULT_FOR_GOOD,	   /* so do all that come after it */
	FAULT_DONE,	   /* it is done and fails nevertheless */
	FAULT_IGNORED,	   /* not done, and succeeds */
	FAULT_BLOCK,	   /* the kernel holds the write up */
	FAULT_MISHAP,	   /* not all VFs come, or late */
	FAULT_OPENED,	   /* somebody opens the vfio device of a VF */
	FAULT_VANISH,	   /* a card or a VF goes */
	FAULT_RENAME,	   /* a netdev gets another name */
	FAULT_LEFT_OUT,	   /* a VF is missing in an answer */
	FAULT_KILL,	   /* the process is killed before or after it */
	FAULT_STOP,	   /* SIGINT or SIGTERM comes after it */
	FAULT_STOP_KILLED, /* and then, in the middle of the undo, it is killed */
	FAULT_HANGUP,	   /* SIGHUP comes */
	FAULT_READ,	   /* a file cannot be opened, a link not be read */
	FAULT_NO_READS,	   /* nor any that comes after it */
};

/* What an operation of the log is about. */
enum operation_kind {
	OPERATION_NUMVFS,
	OPERATION_AUTOPROBE,
	OPERATION_OVERRIDE,
	OPERATION_BIND,
	OPERATION_UNBIND,
	OPERATION_PROBE,
	OPERATION_SETLINK,
	OPERATION_LOAD,
	OPERATION_GETLINK,
	OPERATION_DUMP,
	OPERATION_OPEN_EVENTS,
	OPERATION_WAIT_EVENTS,
	OPERATION_LINK, /* link up or down; its word is in others too */
	OPERATION_N,
};

struct fault {
	enum fault_kind kind;
	int errnum;	/* of those that fail */
	size_t at;	/* number of the operation or of the read, from 1 */
	char line[128]; /* for the file `faults` of the fake kernel */
};

enum operation_kind operation_kind(const char *line);

/* Whether it changes the host. */
bool operation_writes(enum operation_kind kind);

/* Called with each fault that the operation @line, the @at-th of the log, may meet. */
typedef void fault_fn(const struct fault *fault, void *arg);
void faults_of(const char *line, size_t at, fault_fn *fn, void *arg);

/* The same of the @at-th read. */
void faults_of_read(size_t at, fault_fn *fn, void *arg);

bool fault_is_of_read(const struct fault *fault);

#endif
