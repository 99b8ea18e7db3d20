/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT and SIGTERM as a mark that is looked at, not as an end. */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

#include <signal.h>

/* Set by the first of them, once interrupt_catch() was called. */
extern volatile sig_atomic_t interrupted;

/* From now on the first one sets the mark, and the second one ends the program. */
void interrupt_catch(void);

#endif
