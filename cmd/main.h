/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole program as a function. */
#ifndef CMD_MAIN_H
#define CMD_MAIN_H

struct sriov_doors;

/*
 * Run the command line.  @doors NULL means those of the running host, or of --root;
 * tests bring their own.  Returns what the process exits with.
 */
int sriov_main(struct sriov_doors *doors, int argc, char **argv);

#endif
