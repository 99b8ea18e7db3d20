/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The time of day, for lines that come one by one. */
#include <stdio.h>
#include <time.h>

#include "moment.h"

const char *moment_local(char buf[static MOMENT_LEN])
{
	struct timespec now;
	struct tm tm;
	char zone[8] = "", text[MOMENT_LEN - 8];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	/* "+0100" */
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(buf, MOMENT_LEN, "%s%.3s:%s", text, zone, zone + 3);
	return buf;
}

const char *moment_utc(char buf[static MOMENT_LEN])
{
	struct timespec now;
	char text[MOMENT_LEN - 16];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, MOMENT_LEN, "%s.%03uZ", text,
		 (unsigned)(now.tv_nsec / 1000000) % 1000);
	return buf;
}
