/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an assignment to the value that one VF is to have. */
#ifndef SRIOV_WANT_RESOLVE_H
#define SRIOV_WANT_RESOLVE_H

#include "want/assignment.h"

/* What makes the derived addresses of one run; the PF's address is kept from VF to VF. */
struct sriov_derived {
	bool have_id;
	uint8_t machine_id[16];
	const struct sriov_pf *pf_of_mac;
	uint64_t pf_mac;
	const struct sriov_pf *pf_of_guid;
	uint64_t pf_guid;
};

/*
 * The value of @assignment for VF @index of @pf, which need not exist yet and is the
 * @position-th (from 0) of those that the assignment is for.
 * Errors: SRIOV_USAGE (BASE+ leaves the low 24 bits), SRIOV_UNSUPPORTED (no known
 * default, no permanent address, no InfiniBand), SRIOV_FAILED (no machine-id).
 */
int sriov_resolve(const struct sriov_assignment *assignment,
		  struct sriov_derived *derived, struct sriov_host *host,
		  const struct sriov_pf *pf, unsigned index, unsigned position,
		  struct sriov_value *ret, struct sriov_error *err);

#endif
