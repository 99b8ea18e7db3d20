/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's time, which passes only while somebody waits, and its events. */
#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include <stdint.h>

#include "disk.h"

/* Milliseconds since the tree was made (kernel/clock). */
uint64_t fake_clock_now(const struct fake *fake);

/* Tell whoever listens that something happened. */
void fake_clock_event(const struct fake *fake);

/* How many events there have been. */
unsigned long fake_clock_events(const struct fake *fake);

/*
 * Let time pass until the next line of kernel/pending is due ("<when> <address>": the
 * function gets its driver), at most @timeout_ms.
 */
void fake_clock_pass(const struct fake *fake, uint64_t timeout_ms);

#endif
