/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriovctl without its guards: nobody uses anything, and nobody looks once more before a
 * write.  It shows what stands behind them, the deadline of each write.  Never installed.
 */
#include <stdio.h>

#include "main.h"
#include "plan/guard.h"
#include "sys/child.h"
#include "sys/doors.h"

/* By the linker's --wrap, instead of that of plan/guard.c. */
enum sriov_guard __wrap_sriov_step_guard(const struct sriov_step *step);

enum sriov_guard __wrap_sriov_step_guard(const struct sriov_step *step)
{
	(void)step;
	return SRIOV_GUARD_NONE;
}

static void write_blindly(struct sriov_doors *doors, struct sriov_write *writes, size_t n,
			  uint64_t timeout_ms)
{
	for (size_t i = 0; i < n; i++)
		writes[i].n_idle = 0;
	sriov_write_within(doors, writes, n, timeout_ms);
}

int main(int argc, char **argv)
{
	struct sriov_error err = {0};
	struct sriov_door_ops ops;
	struct sriov_doors doors;
	int status;

	if (sriov_doors_open(&doors, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	ops = *doors.ops;
	ops.write_within = write_blindly;
	doors.ops = &ops;
	status = sriov_main(&doors, argc, argv);
	sriov_doors_close(&doors);
	return status;
}
