/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt will put back into VFs when their guests stop. */
#ifndef SRIOV_HOST_SAVED_H
#define SRIOV_HOST_SAVED_H

#include "host/host.h"

/*
 * Fill in what libvirt has saved of the VFs of @pf, out of run/libvirt/hostdevmgr.
 * Files that cannot be read or understood count as none.
 */
void sriov_saved_read(const struct sriov_doors *doors, struct sriov_pf *pf);

#endif
