/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's time, which passes only while somebody waits, and its events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "function.h"

uint64_t fake_clock_now(const struct fake *fake)
{
	return fake_get_number(fake, 0, "kernel/clock");
}

void fake_clock_event(const struct fake *fake)
{
	fake_count(fake, 0, "kernel/events");
}

unsigned long fake_clock_events(const struct fake *fake)
{
	return fake_get_number(fake, 0, "kernel/events");
}

struct next {
	uint64_t when;
	char address[FAKE_NAME_MAX]; /* "" nothing is pending */
};

static bool find_next(char *line, void *arg)
{
	struct next *next = arg;
	char *address;
	uint64_t when = strtoull(line, &address, 10);

	if (next->address[0] == '\0' || when < next->when) {
		next->when = when;
		snprintf(next->address, sizeof(next->address), "%s", address + 1);
	}
	return true;
}

struct keeping {
	const struct fake *fake;
	const char *done;
};

static bool keep_others(char *line, void *arg)
{
	const struct keeping *keeping = arg;

	if (strcmp(strchr(line, ' ') + 1, keeping->done) != 0)
		fake_append(keeping->fake, line, "kernel/pending-new");
	return true;
}

static void take_pending(const struct fake *fake, const char *address)
{
	struct keeping keeping = {fake, address};

	fake_put_bytes(fake, "", 0, "kernel/pending-new");
	fake_each_line(fake, "kernel/pending", keep_others, &keeping);
	if (renameat(fake->root, "kernel/pending-new", fake->root, "kernel/pending") < 0)
		fake_die("cannot rename kernel/pending");
}

void fake_clock_pass(const struct fake *fake, uint64_t timeout_ms)
{
	uint64_t now = fake_clock_now(fake), until = now + timeout_ms;
	struct next next = {0};

	fake_each_line(fake, "kernel/pending", find_next, &next);
	if (next.address[0] == '\0' || next.when > until) {
		fake_put_number(fake, until, "kernel/clock");
		return;
	}
	fake_put_number(fake, next.when > now ? next.when : now, "kernel/clock");
	take_pending(fake, next.address);
	fake_function_probe(fake, next.address);
	fake_clock_event(fake);
}
