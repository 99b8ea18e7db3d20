/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cannot be wanted of the VFs of a PF, seen with what they have. */
#ifndef SRIOV_PLAN_LIMITS_H
#define SRIOV_PLAN_LIMITS_H

#include "want/want.h"

static inline bool sriov_vf_wants(const struct sriov_vf_want *want, enum sriov_attr_id id)
{
	return want->mask & UINT32_C(1) << id;
}

/*
 * Refuse what attributes of @vf (@is_new: to be made) can be wrong about only together,
 * and what goes in one message with what is not known.  Errors: @code, SRIOV_FAILED.
 */
int sriov_check_vf(const struct sriov_pf *pf, bool is_new, const struct sriov_vf *vf,
		   const struct sriov_vf_want *want, enum sriov_code code,
		   struct sriov_error *err);

/*
 * Refuse more MSI-X vectors than the driver of @pf has for its VFs; when some are wanted
 * @pf is looked at for them.  Errors: SRIOV_UNSUPPORTED (it deals out none),
 * SRIOV_FAILED.
 */
int sriov_check_msix(struct sriov_doors *doors, struct sriov_pf *pf,
		     const struct sriov_pf_want *want, struct sriov_error *err);

#endif
