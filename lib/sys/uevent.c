/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device events (libudev). */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <libudev.h>

#include "base/cleanup.h"
#include "sys/uevent.h"

struct sriov_uevent {
	struct udev *udev;
	struct udev_monitor *monitor;
};

/* A VF appears in a burst with all its queues; 128 KiB hold some 40 of them. */
#define RECEIVE_BUFFER (8 * 1024 * 1024)

static const char *event_source(void)
{
	return access("/run/udev/control", F_OK) == 0 ? "udev" : "kernel";
}

void sriov_uevent_close(struct sriov_uevent *uevent)
{
	if (!uevent)
		return;
	udev_monitor_unref(uevent->monitor);
	udev_unref(uevent->udev);
	free(uevent);
}

SRIOV_DEFINE_CLEANUP(cleanup_uevent, struct sriov_uevent *, sriov_uevent_close)

int sriov_uevent_open(struct sriov_uevent **ret)
{
	_cleanup_(cleanup_uevent) struct sriov_uevent *uevent =
		calloc(1, sizeof(*uevent));
	int r;

	if (!uevent)
		return -ENOMEM;
	uevent->udev = udev_new();
	if (!uevent->udev)
		return -ENOMEM;
	uevent->monitor = udev_monitor_new_from_netlink(uevent->udev, event_source());
	if (!uevent->monitor)
		return errno ? -errno : -EIO;
	/* an overrun is no harm: whoever waits looks again after any event */
	udev_monitor_set_receive_buffer_size(uevent->monitor, RECEIVE_BUFFER);
	r = udev_monitor_enable_receiving(uevent->monitor);
	if (r < 0)
		return r;
	*ret = SRIOV_TAKE(uevent);
	return 0;
}

int sriov_uevent_fd(const struct sriov_uevent *uevent)
{
	return udev_monitor_get_fd(uevent->monitor);
}

bool sriov_uevent_drain(struct sriov_uevent *uevent)
{
	bool lost = false;

	do {
		struct udev_device *device;

		errno = 0;
		while ((device = udev_monitor_receive_device(uevent->monitor)))
			udev_device_unref(device);
		lost |= errno == ENOBUFS;
	} while (errno == ENOBUFS);
	return lost;
}
