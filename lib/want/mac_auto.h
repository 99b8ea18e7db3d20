/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses and GUIDs that are the same at every boot and are kept nowhere. */
#ifndef SRIOV_WANT_MAC_AUTO_H
#define SRIOV_WANT_MAC_AUTO_H

#include "base/error.h"
#include "sys/doors.h"

/*
 * Read etc/machine-id (machine-id(5): 32 hexadecimal digits) for `auto` of the attribute
 * @name.  Errors: SRIOV_FAILED when there is none.
 */
int sriov_machine_id(const struct sriov_doors *doors, const char *name,
		     uint8_t ret[static 16], struct sriov_error *err);

/*
 * The address of VF @index of the PF with the permanent address @pf_mac: the low 48 bits
 * of SipHash-2-4, keyed by @machine_id, over the six bytes of @pf_mac and the VF's number
 * as two bytes, low byte first; with the locally administered bit set and the multicast
 * bit clear in the first byte.  sriovctl-vf(8) gives test vectors.
 */
uint64_t sriov_mac_auto(const uint8_t machine_id[static 16], uint64_t pf_mac,
			unsigned index);

/*
 * The GUID for the attribute @name ("node_guid", "port_guid") of VF @index of the PF
 * whose own port has @pf_guid: SipHash-2-4, keyed by @machine_id, over the bytes of @name
 * without its NUL, which tell one kind from another and both from a MAC, the eight bytes
 * of @pf_guid and the VF's number as above; with the locally administered bit set and the
 * group bit clear in the first byte.  sriovctl-vf(8) gives test vectors.
 */
uint64_t sriov_guid_auto(const uint8_t machine_id[static 16], const char *name,
			 uint64_t pf_guid, unsigned index);

#endif
