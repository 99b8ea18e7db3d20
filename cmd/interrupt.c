/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT and SIGTERM as a mark that is looked at, not as an end. */
#include <unistd.h>

#include "app.h"
#include "interrupt.h"

#define NAP_MS 1000

/* A handler gets nothing else to leave its mark in. */
volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
	(void)signal_number;
	if (interrupted)
		_exit(SRIOV_INTERRUPTED);
	interrupted = 1;
}

uint64_t interrupt_nap(uint64_t ms)
{
	return ms < NAP_MS ? ms : NAP_MS;
}

void interrupt_catch(void)
{
	const struct sigaction stop = {.sa_handler = on_signal};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
}
