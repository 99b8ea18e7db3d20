/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host as a tree that can be given away: --root reads it back. */
#ifndef SRIOV_CAPTURE_H
#define SRIOV_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/error.h"
#include "sys/doors.h"

struct sriov_capture_request {
	const char *folder;  /* not there yet, or empty; it becomes 0700 */
	bool dry_run;	     /* gather, and write nothing */
	const char *command; /* as it was typed, for the report */
	time_t now;
};

struct sriov_capture_summary {
	size_t pfs;
	size_t vfs;
	size_t files;
	size_t links;
	size_t macs; /* that were replaced */
	size_t guests;
	char *left_out; /* a line each, "" nothing; the caller frees it */
};

/*
 * Copy what list, show, doctor and plan read of the host into @request->folder, with MAC
 * and IP addresses, serial numbers, UUIDs, machine-id and the names of the host, its
 * guests and networks replaced, each by the same wherever it stands, and with a report
 * in capture.txt.  Nothing outside the folder is written, and no file is read that waits
 * for a running write.  What cannot be read is left out and listed.
 * Errors: SRIOV_FAILED (-EEXIST: the folder is not empty; -ENOENT, -ENOSPC ...).
 */
int sriov_capture(struct sriov_doors *doors, const struct sriov_capture_request *request,
		  struct sriov_capture_summary *ret, struct sriov_error *err);

#endif
