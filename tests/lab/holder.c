/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds a PCI device that is bound to vfio-pci, as a guest that never answers
 * would: opens its VFIO group and the device, says so, and sleeps.
 *
 * usage: holder ADDRESS [SECONDS]	e.g. holder 0000:01:10.6 30
 *
 * Ends after SECONDS (60 without), or when killed, and so gives the device back.
 * Exit status: 0 at the end of its time, 1 when the device cannot be had, 2 for a
 * wrong usage.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "holder: %s: %s\n", what, strerror(errno));
	return 1;
}

/* The group's number is the last component of the link in sysfs. */
static int open_group(const char *address)
{
	char link[128], target[256], path[64];
	ssize_t length;
	char *number;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group", address);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	number = strrchr(target, '/');
	if (!number || strlen(number) > 12) {
		errno = EINVAL;
		return -1;
	}
	snprintf(path, sizeof(path), "/dev/vfio%s", number);
	return open(path, O_RDWR | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	unsigned long seconds = 60;
	int container, group;

	if (argc == 3)
		seconds = strtoul(argv[2], NULL, 10);
	if (argc < 2 || argc > 3 || seconds == 0) {
		fputs("usage: holder ADDRESS [SECONDS]\n", stderr);
		return 2;
	}

	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (container < 0)
		return fail("/dev/vfio/vfio");
	group = open_group(argv[1]);
	if (group < 0)
		return fail("the group of the device");
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) < 0)
		return fail("the group does not join the container");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) < 0)
		return fail("no type 1 IOMMU");
	if (ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[1]) < 0)
		return fail(argv[1]);

	printf("holding %s\n", argv[1]);
	fflush(stdout);
	while (seconds)
		seconds = sleep((unsigned int)seconds);
	return 0;
}
