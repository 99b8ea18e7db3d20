/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log of what was done to the fake kernel, and the plan of what goes wrong. */
#ifndef FAKE_FAULTS_H
#define FAKE_FAULTS_H

#include <stdbool.h>

#include "disk.h"
#include "port.h"

/*
 * The file `log` has one line an operation, in order; one that fails ends in the errno:
 *
 *	write sys/bus/pci/devices/0000:01:00.0/sriov_numvfs 7
 *	setlink em1 vf 3 vlan 100 qos 0 proto 802.1Q -> EBUSY
 *	linkup em1
 *	seteswitch 0000:3b:00.0 switchdev
 *	load vfio-pci
 *	getlink em1		(reads: getlink, dump, dump eswitch 0000:3b:00.0)
 *	events open		(waiting: events open, events wait)
 *
 * The file `faults` has one line a fault:
 *
 *	ACTION [WHICH] WORDS [: SAYING]
 *
 * WORDS is a part of the operation's line, in which * stands for anything, as in
 * "sriov_numvfs" or "setlink em1 vf 3 *".  WHICH counts the operations with those
 * words from 1, since the last line of the log that begins with '#': "2", "2-" or "2-4";
 * without it, all.  ACTION is one of
 *
 *	EIO		not done, fails with this errno; SAYING is netlink's extack;
 *			ENOBUFS of "events wait": events were lost
 *	done-EIO	done, and fails nevertheless
 *	ignore		not done, and succeeds
 *	block		waits until the deadline passes; done once the file `release`
 *			is there, while the lock stays held and the waiting process
 *			is a file in kernel/waiting
 *	kill term int hup	done, and then this signal comes
 *	kill-before	the process is killed and nothing is done
 *	fewer=3		a write to sriov_numvfs makes no more than 3 VFs
 *	no-vf=4		it makes all but VF 4
 *	no-netdev=4	VF 4 gets no netdev
 *	late=500	the VFs get their drivers 500 ms later
 *	open=0000:01:10.4	somebody opens this vfio device just before
 *	vanish=0000:01:10.4	this function vanishes just after
 *	rename=em1:eth9	this netdev is renamed just after
 *	left-out=3	a getlink leaves VF 3 out
 *	up=em1		this netdev gets carrier just after
 */
struct fake_verdict {
	int errnum; /* positive, 0 succeeds */
	bool done;  /* whether it is done */
	bool block;
	bool kill_before;
	int signal; /* 0 none */
	struct fake_mishap mishap;
	long left_out; /* -1 none */
	char open[64];
	char vanish[64];
	char rename[64];
	char up[64];
	char saying[128];
};

/* What the plan has in store for @operation; a process may not live to hear it. */
void fake_faults_ask(const struct fake *fake, const char *operation,
		     struct fake_verdict *ret);

/* Log that @operation gave @result (0 or -errno) and let happen what comes after it. */
void fake_faults_end(const struct fake *fake, const char *operation, int result,
		     const struct fake_verdict *verdict);

#endif
