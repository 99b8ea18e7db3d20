/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may go wrong with an operation of the fake kernel. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "fault.h"

#define ERRNOS_MAX 14

/*
 * How an operation's line in the log is known, and every errno that the kernel or a
 * driver may answer it with (drivers/pci/iov.c, pci-driver.c, pci-sysfs.c; net/core/
 * rtnetlink.c; kernel/module; the drivers' sriov_configure and ndo_set_vf_*).
 */
static const struct {
	const char *words;
	int errnos[ERRNOS_MAX];
} table[OPERATION_N] = {
	[OPERATION_NUMVFS] = {"/sriov_numvfs ",
			      {EINVAL, ERANGE, ENOENT, EBUSY, EIO, ENOMEM, EPERM, EAGAIN,
			       EOPNOTSUPP, ENODEV, ENOSPC, EACCES}},
	[OPERATION_AUTOPROBE] = {"/sriov_drivers_autoprobe ", {EINVAL, EACCES, ENOENT}},
	[OPERATION_OVERRIDE] = {"/driver_override ", {EINVAL, ENOMEM, ENOENT, EACCES}},
	[OPERATION_BIND] = {"/bind ",
			    {ENODEV, EBUSY, EAGAIN, ENOMEM, EINVAL, EIO, ENOENT}},
	[OPERATION_UNBIND] = {"/unbind ", {ENODEV, EACCES, ENOENT}},
	[OPERATION_PROBE] = {"/drivers_probe ", {ENODEV, EINVAL, EACCES}},
	[OPERATION_SETLINK] = {"setlink ",
			       {EPERM, ERANGE, EINVAL, EOPNOTSUPP, EBUSY, EAGAIN,
				EPROTONOSUPPORT, ENODEV, ENOMEM, EIO, ENOBUFS}},
	[OPERATION_LINK] = {"link", {EPERM, EBUSY, ENOMEM, EIO, ENODEV}},
	[OPERATION_LOAD] = {"load ", {ENOENT, ENOMEM, EPERM, ENODEV, EINVAL, EBUSY}},
	[OPERATION_GETLINK] = {"getlink ", {ENODEV, ENOBUFS, ENOMEM, EMSGSIZE, EPERM}},
	[OPERATION_DUMP] = {"dump ", {ENOBUFS, ENOMEM, EBUSY, EINTR}},
	[OPERATION_OPEN_EVENTS] = {"events open", {ENOBUFS, EMFILE, ENOMEM}},
	[OPERATION_WAIT_EVENTS] = {"events wait", {EINTR, ENOMEM, EIO}},
};

/* What more may happen; of which operations, as a set of bits. */
#define ON(operation) (1U << OPERATION_##operation)
#define WRITES                                                                           \
	(ON(NUMVFS) | ON(AUTOPROBE) | ON(OVERRIDE) | ON(BIND) | ON(UNBIND) | ON(PROBE))
#define CHANGES (WRITES | ON(SETLINK) | ON(LINK) | ON(LOAD))

static const struct {
	unsigned operations;
	enum fault_kind kind;
	int errnum;
	const char *line; /* with the operation's number */
} more[] = {
	{CHANGES, FAULT_DONE, EIO, "done-EIO %zu *"},
	{ON(SETLINK), FAULT_DONE, ENOBUFS, "done-ENOBUFS %zu *"},
	{CHANGES & ~ON(LOAD), FAULT_IGNORED, 0, "ignore %zu *"},
	/* sriov_drivers_autoprobe takes no lock that it could wait for */
	{WRITES & ~ON(AUTOPROBE), FAULT_BLOCK, ETIME, "block %zu *"},
	{CHANGES, FAULT_FOR_GOOD, EIO, "EIO %zu- *"},
	{ON(SETLINK), FAULT_FOR_GOOD, EAGAIN, "EAGAIN %zu- *"},
	{ON(GETLINK), FAULT_FOR_GOOD, ENOMEM, "ENOMEM %zu- *"},
	{ON(DUMP), FAULT_FOR_GOOD, ENOMEM, "ENOMEM %zu- *"},
	{ON(WAIT_EVENTS), FAULT_FOR_GOOD, EIO, "EIO %zu- *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "fewer=1 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "fewer=0 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "no-vf=0 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "no-vf=1 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "no-netdev=1 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "late=500 %zu *"},
	{ON(NUMVFS), FAULT_MISHAP, 0, "late=300000 %zu *"},
	{WRITES, FAULT_OPENED, 0, "open=0000:01:10.4 %zu *"},
	{CHANGES, FAULT_VANISH, 0, "vanish=0000:01:10.4 %zu *"},
	{CHANGES, FAULT_VANISH, 0, "vanish=0000:01:00.0 %zu *"},
	{CHANGES | ON(GETLINK) | ON(WAIT_EVENTS), FAULT_RENAME, 0,
	 "rename=em1:eth9 %zu *"},
	{ON(GETLINK), FAULT_LEFT_OUT, 0, "left-out=1 %zu *"},
	{ON(GETLINK), FAULT_LEFT_OUT, 0, "left-out=0 %zu- *"},
	{CHANGES, FAULT_KILL, 0, "kill-before %zu *"},
	{CHANGES, FAULT_KILL, 0, "kill %zu *"},
	{CHANGES, FAULT_STOP, 0, "int %zu *"},
	{CHANGES | ON(GETLINK) | ON(WAIT_EVENTS), FAULT_STOP, 0, "term %zu *"},
	{CHANGES, FAULT_HANGUP, 0, "hup %zu *"},
};

enum operation_kind operation_kind(const char *line)
{
	for (enum operation_kind kind = 0; kind < OPERATION_N; kind++)
		if (strstr(line, table[kind].words))
			return kind;
	return OPERATION_N;
}

bool operation_writes(enum operation_kind kind)
{
	return CHANGES & 1U << kind;
}

static void fail_so(enum operation_kind kind, size_t at, fault_fn *fn, void *arg)
{
	for (size_t i = 0; i < ERRNOS_MAX && table[kind].errnos[i]; i++) {
		struct fault fault = {
			.kind = FAULT_ERROR,
			.errnum = table[kind].errnos[i],
			.at = at,
		};

		snprintf(fault.line, sizeof(fault.line), "%s %zu *",
			 strerrorname_np(fault.errnum), at);
		fn(&fault, arg);
	}
}

/* In the middle of the undo: so many operations after the interrupt. */
static void stop_and_kill(size_t at, fault_fn *fn, void *arg)
{
	for (size_t after = 2; after <= 4; after += 2) {
		struct fault fault = {.kind = FAULT_STOP_KILLED, .at = at};

		snprintf(fault.line, sizeof(fault.line), "int %zu *\nkill %zu *", at,
			 at + after);
		fn(&fault, arg);
	}
}

/*
 * What open() and its like may answer: the descriptors or the memory run out, a disk is
 * full or broken, the device has just gone, a security module says no.  One after the
 * other, since every operation has hundreds of reads.
 */
static const int read_errnos[] = {EIO, ENODEV, EACCES, ENOMEM, EMFILE, ENOSPC};

void faults_of_read(size_t at, fault_fn *fn, void *arg)
{
	struct fault fault = {
		.kind = FAULT_READ,
		.errnum = read_errnos[at % SRIOV_ARRAY_SIZE(read_errnos)],
		.at = at,
	};

	fn(&fault, arg);
	fault.kind = FAULT_NO_READS;
	fault.errnum = EMFILE;
	fn(&fault, arg);
}

bool fault_is_of_read(const struct fault *fault)
{
	return fault->kind == FAULT_READ || fault->kind == FAULT_NO_READS;
}

void faults_of(const char *line, size_t at, fault_fn *fn, void *arg)
{
	enum operation_kind kind = operation_kind(line);

	if (kind == OPERATION_N)
		return;
	fail_so(kind, at, fn, arg);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(more); i++) {
		struct fault fault = {
			.kind = more[i].kind,
			.errnum = more[i].errnum,
			.at = at,
		};

		if (!(more[i].operations & 1U << kind))
			continue;
		snprintf(fault.line, sizeof(fault.line), more[i].line, at);
		fn(&fault, arg);
	}
	if (operation_writes(kind))
		stop_and_kill(at, fn, arg);
}
