/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The switch inside a card as a PF shows it: its mode, and the VFs' representors. */
#ifndef SRIOV_HOST_ESWITCH_H
#define SRIOV_HOST_ESWITCH_H

#include "host/host.h"

/* Ask devlink for the mode: eswitch and eswitch_result of @pf. */
void sriov_eswitch_read(struct sriov_pf *pf, struct sriov_doors *doors);

/*
 * Find the netdevs in the folder @dir of @pf that stand for its VFs in switchdev mode:
 * those of its own switch (phys_switch_id) whose port is called [cN]pf<P>vf<V>
 * (__devlink_port_phys_port_name_get() of net/devlink).  Their names mean nothing.
 */
void sriov_representors_read(struct sriov_pf *pf, int dir);

#endif
