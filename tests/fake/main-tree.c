/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriov-tree FILE DIR: unpack a tree; sriov-tree -l LINE DIR: change one by a line. */
#include <stdio.h>
#include <string.h>

#include "netlink.h"
#include "tree.h"

int main(int argc, char **argv)
{
	bool line = argc == 4 && strcmp(argv[1], "-l") == 0;
	struct fake fake;

	if (argc != 3 && !line) {
		fputs("usage: sriov-tree FILE DIR\n       sriov-tree -l LINE DIR\n",
		      stderr);
		return 2;
	}
	fake_open(&fake, argv[argc - 1]);
	if (line)
		fake_tree_line(&fake, argv[2]);
	else
		fake_tree_unpack(&fake, argv[1]);
	fake_netlink_capture(&fake);
	fake_close(&fake);
	return 0;
}
