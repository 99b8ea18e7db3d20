/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's entry. */
#include <stddef.h>

#include "main.h"

int main(int argc, char **argv)
{
	return sriov_main(NULL, argc, argv);
}
