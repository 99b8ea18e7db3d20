/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time of day, for lines that come one by one. */
#ifndef CMD_MOMENT_H
#define CMD_MOMENT_H

/* "2026-11-20T16:40:01.123Z", and room for the 32 bits of a year. */
#define MOMENT_LEN 64

/* Now, by this host's time zone and in seconds: "2026-11-20T17:40:01+01:00" (ISO 8601).
 * Returns @buf. */
const char *moment_local(char buf[static MOMENT_LEN]);

/* Now, in UTC and milliseconds: "2026-11-20T16:40:01.123Z" (RFC 3339).  Returns @buf. */
const char *moment_utc(char buf[static MOMENT_LEN]);

#endif
