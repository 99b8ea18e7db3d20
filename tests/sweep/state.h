/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a host the sweep looks at: every function's driver, count, link, settings. */
#ifndef SWEEP_STATE_H
#define SWEEP_STATE_H

#include <stdbool.h>

#include "disk.h"

enum {
	STATE_WORD_MAX = 64,
};

struct state_item {
	char pf[STATE_WORD_MAX];     /* the PF's address, or the function's own */
	char object[STATE_WORD_MAX]; /* address of the PF or function, <pf>/<index> */
	char key[STATE_WORD_MAX];    /* vfs, driver, link, netdev, vlan ... */
	char value[STATE_WORD_MAX];
};

struct state {
	struct state_item *item;
	size_t n;
};

/* Read what the fake kernel has in its memory now. */
void state_read(struct state *ret, const struct fake *fake);

/* The value of an item of @state, "" where there is no such item (VF, netdev). */
const char *state_value(const struct state *state, const struct state_item *like);

bool state_equal(const struct state *a, const struct state *b);

void state_free(struct state *state);

/*
 * Say what a run has left over: an override or a kept-off driver that no note tells of,
 * a note when @clean is wanted, a lock that is held, a temporary file.  Returns @buf,
 * "" when there is nothing.
 */
const char *state_leftovers(const struct fake *fake, const struct state *before,
			    bool clean, char *buf, size_t size);

/* Whether somebody holds the lock of the PF @address. */
bool state_is_locked(const struct fake *fake, const char *address);

#endif
