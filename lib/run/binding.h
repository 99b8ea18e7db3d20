/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function on its way from one driver to another, by sysfs. */
#ifndef SRIOV_RUN_BINDING_H
#define SRIOV_RUN_BINDING_H

#include "run/steps.h"

/* All waits of it end at @deadline_ms, of the clock of the doors. */
struct sriov_binding {
	struct sriov_run *run;
	const struct sriov_step *step;
	const char *address; /* of the function */
	int lock;	     /* that a child holds which writes, -1 none */
	uint64_t started_ms;
	uint64_t deadline_ms;
	const char *left; /* the file that could not be put back, NULL none */
	int left_because; /* -errno */
};

uint64_t sriov_binding_now_ms(const struct sriov_binding *b);

/* The driver's name into @buf, "" none.  Returns 0 or -errno of looking. */
int sriov_bound_driver(const struct sriov_binding *b, char *buf, size_t size);

/*
 * Whether @driver, a name or one of the words for several, has it.  What a write said is
 * no evidence: the driver link tells.
 */
bool sriov_is_bound_to(const struct sriov_binding *b, const char *driver);

/*
 * Load the module of driver @name, or with SRIOV_DRIVER_DEFAULT the one that the kernel
 * would choose.  Returns 0 or -errno.
 */
int sriov_binding_load(struct sriov_binding *b, const char *name);

/*
 * Take the function from its driver and give it to @driver, a name or a word.  Returns 0
 * or -errno: -ENODEV (it is gone), -ETIME (the kernel has not completed a write),
 * -EBUSY (somebody has its vfio device), -ENOEXEC (the driver does not take it), and what
 * the kernel answers.  What could not be put back is in @b->left.
 */
int sriov_bind(struct sriov_binding *b, const char *driver);

/* A function that is left without a driver by a failure gets the one it had. */
void sriov_bind_back(struct sriov_binding *b);

/*
 * Let the driver that the kernel chooses start anew.  A run that is killed in between
 * does not leave the function without one: whoever comes next has it probed, until
 * sriov_restarted().  Returns 0 or -errno as sriov_bind().
 */
int sriov_restart(struct sriov_binding *b);

/*
 * To be called after it, with what it has returned: forget that, unless the function has
 * no driver or the kernel still is at it.
 */
void sriov_restarted(const struct sriov_binding *b, int result);

#endif
