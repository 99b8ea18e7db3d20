/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the machine a device is plugged in. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/topology.h"

const char *sriov_root_port(const struct sriov_doors *doors, const char *address,
			    char buf[static SRIOV_BDF_LEN])
{
	char path[64], target[PATH_MAX], *rest, *part;
	struct sriov_bdf bdf;
	ssize_t n;

	buf[0] = '\0';
	snprintf(path, sizeof(path), "bus/pci/devices/%s", address);
	n = readlinkat(doors->sys, path, target, sizeof(target) - 1);
	if (n < 0)
		return buf;
	target[n] = '\0';
	/* ../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0 */
	rest = strstr(target, "/pci");
	if (!rest)
		return buf;
	rest++;
	strsep(&rest, "/");
	part = strsep(&rest, "/");
	if (part && rest && strlen(part) < SRIOV_BDF_LEN &&
	    sriov_bdf_parse(part, &bdf) == 0)
		strcpy(buf, part);
	return buf;
}
