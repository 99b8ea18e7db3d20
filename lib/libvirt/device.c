/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a PCI function is called in messages and in a guest's XML. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "libvirt/device.h"

const char *sriov_device_name(const struct sriov_guest_device *device,
			      char buf[static SRIOV_DEVICE_NAME_LEN])
{
	char address[SRIOV_BDF_LEN];

	if (device->pf)
		snprintf(buf, SRIOV_DEVICE_NAME_LEN, "%s/%u", device->pf, device->vf);
	else
		snprintf(buf, SRIOV_DEVICE_NAME_LEN, "%s",
			 sriov_bdf_format(&device->bdf, address));
	return buf;
}

/* libvirt 9.0, src/conf/device_conf.c: USER_ALIAS_CHARS. */
static bool is_alias_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static void append_alias(char buf[static SRIOV_ALIAS_LEN], const char *text)
{
	size_t used = strlen(buf);

	for (; *text && used < SRIOV_ALIAS_LEN - 4; text++)
		if (is_alias_char(*text))
			used += (size_t)sprintf(buf + used, "%c", *text);
		else
			used += (size_t)sprintf(buf + used, "_%02x",
						(unsigned)(unsigned char)*text);
}

const char *sriov_device_alias(const struct sriov_guest_device *device,
			       char buf[static SRIOV_ALIAS_LEN])
{
	char number[sizeof("-4294967295")], nodedev[SRIOV_NODEDEV_LEN];

	if (!device->pf) {
		snprintf(buf, SRIOV_ALIAS_LEN, SRIOV_ALIAS_PREFIX "%s",
			 sriov_bdf_nodedev(&device->bdf, nodedev));
		return buf;
	}
	snprintf(buf, SRIOV_ALIAS_LEN, "%s", SRIOV_ALIAS_PREFIX);
	append_alias(buf, device->pf);
	snprintf(number, sizeof(number), "-%u", device->vf);
	append_alias(buf, number);
	return buf;
}
