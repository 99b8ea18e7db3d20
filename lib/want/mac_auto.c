/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses and GUIDs that are the same at every boot and are kept nowhere. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/siphash.h"
#include "sys/sysfs.h"
#include "want/mac_auto.h"

#define MAC_MASK UINT64_C(0xffffffffffff)
#define LOCALLY_ADMINISTERED (UINT64_C(0x02) << 40)
#define MULTICAST (UINT64_C(0x01) << 40)

/* The same bits of a GUID, which is an EUI-64. */
#define GUID_LOCALLY_ADMINISTERED (UINT64_C(0x02) << 56)
#define GUID_GROUP (UINT64_C(0x01) << 56)

#define NAME_MAX_LEN sizeof("node_guid")

int sriov_machine_id(const struct sriov_doors *doors, const char *name,
		     uint8_t ret[static 16], struct sriov_error *err)
{
	char text[64];
	int r = sriov_sysfs_read(doors->etc, "machine-id", text, sizeof(text));

	if (r < 0 || strspn(text, "0123456789abcdef") != 32 || text[32] != '\0') {
		sriov_error_set(err, SRIOV_FAILED, r < 0 ? -r : EINVAL,
				"%s auto needs /etc/machine-id: %s", name,
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

/* The last @n bytes of @address, the highest first, and the VF's number. */
static size_t put_identity(uint8_t *at, uint64_t address, size_t n, unsigned index)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(address >> (8 * (n - 1 - i)));
	at[n] = (uint8_t)(index & 0xff);
	at[n + 1] = (uint8_t)(index >> 8);
	return n + 2;
}

uint64_t sriov_mac_auto(const uint8_t machine_id[static 16], uint64_t pf_mac,
			unsigned index)
{
	uint8_t input[8];
	size_t len = put_identity(input, pf_mac, 6, index);

	return ((sriov_siphash(machine_id, input, len) & MAC_MASK) |
		LOCALLY_ADMINISTERED) &
	       ~MULTICAST;
}

uint64_t sriov_guid_auto(const uint8_t machine_id[static 16], const char *name,
			 uint64_t pf_guid, unsigned index)
{
	uint8_t input[NAME_MAX_LEN + 10];
	size_t len = strnlen(name, NAME_MAX_LEN);

	memcpy(input, name, len);
	len += put_identity(input + len, pf_guid, 8, index);
	return (sriov_siphash(machine_id, input, len) | GUID_LOCALLY_ADMINISTERED) &
	       ~GUID_GROUP;
}
