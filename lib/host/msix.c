/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MSI-X vectors that the driver of a PF deals out to its VFs. */
#include <errno.h>
#include <stdio.h>

#include "host/host.h"
#include "sys/child.h"

/* The file waits for a running write to the PF, which may take long. */
#define POOL_TIMEOUT_MS 1000

/* PCI Local Bus Specification 3.0, 6.8.2: a function has 2048 at most, a PF 65535 VFs. */
#define POOL_MAX (2048 * 65535)

void sriov_pf_look_msix(struct sriov_doors *doors, struct sriov_pf *pf)
{
	uint64_t pool = 0;
	char path[96];
	int r;

	if (!sriov_function_is_pci(&pf->fn))
		return;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_vf_total_msix",
		 pf->fn.address);
	r = sriov_read_within(doors, path, POOL_MAX, POOL_TIMEOUT_MS, &pool);
	/* before Linux 5.13 there was none */
	if (r == -ENOENT)
		r = 0;
	pf->msix_pool = r < 0 ? r : (int)pool;
	for (size_t i = 0; pf->msix_pool > 0 && i < pf->n_vfs; i++) {
		r = sriov_pci_msix(doors, &pf->vf[i].fn.bdf);
		pf->vf[i].msix = r > 0 ? (unsigned)r : 0;
	}
}
