/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl on the fake kernel whose tree is the folder in FAKE_ROOT. */
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "main.h"

int main(int argc, char **argv)
{
	const char *root = getenv("FAKE_ROOT");
	struct sriov_doors doors;
	int status;

	if (!root) {
		fputs("sriovctl-fake: FAKE_ROOT names no folder\n", stderr);
		return 99;
	}
	fake_doors_open(&doors, root);
	status = sriov_main(&doors, argc, argv);
	sriov_doors_close(&doors);
	return status;
}
