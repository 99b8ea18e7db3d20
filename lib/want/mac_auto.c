/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses that are the same at every boot and are kept nowhere. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/siphash.h"
#include "sys/sysfs.h"
#include "want/mac_auto.h"

#define MAC_MASK UINT64_C(0xffffffffffff)
#define LOCALLY_ADMINISTERED (UINT64_C(0x02) << 40)
#define MULTICAST (UINT64_C(0x01) << 40)

int sriov_machine_id(const struct sriov_doors *doors, uint8_t ret[static 16],
		     struct sriov_error *err)
{
	char text[64];
	int r = sriov_sysfs_read(doors->etc, "machine-id", text, sizeof(text));

	if (r < 0 || strspn(text, "0123456789abcdef") != 32 || text[32] != '\0') {
		sriov_error_set(err, SRIOV_FAILED, r < 0 ? -r : EINVAL,
				"mac auto needs /etc/machine-id: %s",
				r < 0 ? strerror(-r) : "it is not 32 hexadecimal digits");
		return sriov_error_hint(err, "systemd-machine-id-setup");
	}
	for (int i = 0; i < 16; i++) {
		unsigned byte;

		if (sscanf(text + 2 * (size_t)i, "%2x", &byte) != 1)
			return sriov_error_set(err, SRIOV_FAILED, EINVAL,
					       "/etc/machine-id");
		ret[i] = (uint8_t)byte;
	}
	return 0;
}

uint64_t sriov_mac_auto(const uint8_t machine_id[static 16], uint64_t pf_mac,
			unsigned index)
{
	uint8_t input[8];

	for (int i = 0; i < 6; i++)
		input[i] = (uint8_t)(pf_mac >> (40 - 8 * i));
	input[6] = (uint8_t)(index & 0xff);
	input[7] = (uint8_t)(index >> 8);
	return ((sriov_siphash(machine_id, input, sizeof(input)) & MAC_MASK) |
		LOCALLY_ADMINISTERED) &
	       ~MULTICAST;
}
