/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT and SIGTERM as a mark that is looked at, not as an end. */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

#include <signal.h>
#include <stdint.h>

/* Set by the first of them, once interrupt_catch() was called. */
extern volatile sig_atomic_t interrupted;

/* Of @ms the part to sleep at once: a signal may come just before one falls asleep. */
uint64_t interrupt_nap(uint64_t ms);

/* From now on the first one sets the mark, and the second one ends the program. */
void interrupt_catch(void);

#endif
