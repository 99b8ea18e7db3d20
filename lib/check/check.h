/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps SR-IOV from working on this host, and what mends it. */
#ifndef SRIOV_CHECK_CHECK_H
#define SRIOV_CHECK_CHECK_H

#include <stddef.h>

#include "base/error.h"
#include "host/host.h"
#include "want/config.h"
#include "want/selector.h"

enum sriov_level {
	SRIOV_LEVEL_OK,
	SRIOV_LEVEL_UNKNOWN, /* it could not be looked at; the message says why */
	SRIOV_LEVEL_WARN,    /* it works, or will until something happens */
	SRIOV_LEVEL_FAIL,    /* it does not work */
};

struct sriov_finding {
	const char *check; /* the check's name: "iommu" */
	enum sriov_level level;
	char *object;  /* "em1/0-6, em2/0-6"; NULL: the host */
	char *message; /* what is found, and what it means */
	char *fix; /* the command or deed that mends it; NULL: nothing is to be done */
};

struct sriov_findings {
	struct sriov_finding *finding; /* in the order of the checks */
	size_t n;
};

/* What sriov_check() needs to be looked at, as sriov_host_look() takes it. */
#define SRIOV_CHECK_LOOK                                                                 \
	(SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS | SRIOV_LOOK_PF_USERS | \
	 SRIOV_LOOK_CAPABILITY)

/*
 * Run every check on @host, which was looked at with SRIOV_CHECK_LOOK.  Checks of PFs
 * and VFs are limited to @targets, where a PF stands for all its VFs; a VF among them is
 * also asked why it has no traffic.  What @config says to be on purpose is no finding.
 * Nothing is written, and no file is read that waits for a running write.  A source that
 * is missing or closed to the caller is a finding of SRIOV_LEVEL_UNKNOWN and no error.
 * The caller frees the findings.
 * Errors: -ENOMEM.
 */
int sriov_check(struct sriov_host *host, const struct sriov_targets *targets,
		const struct sriov_config *config, struct sriov_findings *ret,
		struct sriov_error *err);

/* The word for @level: "ok", "unknown", "warn", "fail". */
const char *sriov_level_name(enum sriov_level level);

void sriov_findings_free(struct sriov_findings *findings);

#endif
