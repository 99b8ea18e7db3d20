/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors of the running host. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/captured.h"
#include "sys/child.h"
#include "sys/doors.h"
#include "sys/journal.h"
#include "sys/module.h"
#include "sys/netlink.h"
#include "sys/random.h"
#include "sys/sysfs.h"
#include "sys/uevent.h"

struct host_doors {
	struct sriov_netlink *rtnl; /* opened at the first request */
	struct sriov_netlink *genl;
	struct sriov_netlink *link_events;
	struct sriov_uevent *uevent;
};

static int host_netlink(struct sriov_doors *doors, int protocol, const void *requests,
			size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
			void *arg)
{
	struct host_doors *host = doors->data;
	struct sriov_netlink **netlink =
		protocol == NETLINK_GENERIC ? &host->genl : &host->rtnl;
	int r;

	if (!*netlink) {
		r = sriov_netlink_open(protocol, netlink);
		if (r < 0)
			return r;
	}
	r = sriov_netlink_exchange(*netlink, requests, size, n, on_reply, arg);
	/* what is still to come must not be taken for answers to the next request */
	if (r < 0) {
		sriov_netlink_close(*netlink);
		*netlink = NULL;
	}
	return r;
}

static void host_events_close(struct sriov_doors *doors)
{
	struct host_doors *host = doors->data;

	sriov_netlink_close(host->link_events);
	sriov_uevent_close(host->uevent);
	host->link_events = NULL;
	host->uevent = NULL;
}

static int host_events_open(struct sriov_doors *doors)
{
	struct host_doors *host = doors->data;
	int r;

	host_events_close(doors);
	r = sriov_uevent_open(&host->uevent);
	if (r == 0)
		r = sriov_netlink_open_link_events(&host->link_events);
	if (r < 0)
		host_events_close(doors);
	return r;
}

static int host_events_wait(struct sriov_doors *doors, uint64_t timeout_ms)
{
	struct host_doors *host = doors->data;
	struct pollfd pfd[] = {
		{.fd = sriov_uevent_fd(host->uevent), .events = POLLIN},
		{.fd = sriov_netlink_fd(host->link_events), .events = POLLIN},
	};
	int n = poll(pfd, 2, timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms);
	bool lost;

	if (n <= 0)
		return n < 0 ? -errno : 0;
	lost = sriov_uevent_drain(host->uevent);
	lost |= sriov_netlink_drain(host->link_events);
	return lost ? SRIOV_EVENTS_LOST : SRIOV_EVENTS_CAME;
}

static int host_load_module(struct sriov_doors *doors, const char *name)
{
	(void)doors;
	return sriov_module_load(name);
}

static int host_find_module(struct sriov_doors *doors, const char *name)
{
	(void)doors;
	return sriov_module_find(NULL, name);
}

static int host_vfio_variant(struct sriov_doors *doors, const char *modalias, char *buf,
			     size_t size)
{
	(void)doors;
	return sriov_module_vfio_variant(modalias, buf, size);
}

static bool host_privileged(struct sriov_doors *doors)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	(void)doors;
	if (geteuid() != 0 || syscall(SYS_capget, &header, data) < 0)
		return false;
	return data[0].effective & (UINT32_C(1) << CAP_NET_ADMIN);
}

static uint64_t host_now_ms(struct sriov_doors *doors)
{
	struct timespec now;

	(void)doors;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void host_pause_ms(struct sriov_doors *doors, uint64_t ms)
{
	(void)doors;
	poll(NULL, 0, ms > INT_MAX ? INT_MAX : (int)ms);
}

static int host_random(struct sriov_doors *doors, void *buf, size_t size)
{
	(void)doors;
	return sriov_random(buf, size);
}

static void host_close(struct sriov_doors *doors)
{
	struct host_doors *host = doors->data;

	host_events_close(doors);
	sriov_netlink_close(host->rtnl);
	sriov_netlink_close(host->genl);
	free(host);
}

static const struct sriov_door_ops host_ops = {
	.netlink = host_netlink,
	.write_within = sriov_write_within,
	.journal = sriov_journal_write,
	.events_open = host_events_open,
	.events_wait = host_events_wait,
	.events_close = host_events_close,
	.load_module = host_load_module,
	.find_module = host_find_module,
	.vfio_variant = host_vfio_variant,
	.privileged = host_privileged,
	.now_ms = host_now_ms,
	.pause_ms = host_pause_ms,
	.random = host_random,
	.close = host_close,
};

static int open_folder(const char *root, const char *name)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", root, name) >= sizeof(path))
		return -1;
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int sriov_doors_open_folders(struct sriov_doors *ret, const char *root,
			     struct sriov_error *err)
{
	struct sriov_doors doors = {
		.sys = open_folder(root, "sys"),
		.proc = open_folder(root, "proc"),
		.run = open_folder(root, "run"),
		.etc = open_folder(root, "etc"),
		.dev = open_folder(root, "dev"),
		.modules = open_folder(root, "lib/modules"),
		.root = root,
	};

	if (doors.sys < 0) {
		int cause = errno;

		sriov_doors_close(&doors);
		return sriov_error_set(err, SRIOV_NOT_FOUND, cause, "%s/sys: %s", root,
				       strerror(cause));
	}
	*ret = doors;
	return 0;
}

int sriov_doors_open(struct sriov_doors *ret, const char *root, struct sriov_error *err)
{
	int r = sriov_doors_open_folders(ret, root ? root : "", err);

	if (r < 0)
		return r;
	if (root) {
		ret->ops = &sriov_captured_ops;
		return 0;
	}
	ret->data = calloc(1, sizeof(struct host_doors));
	if (!ret->data) {
		sriov_doors_close(ret);
		return sriov_error_memory(err);
	}
	ret->ops = &host_ops;
	return 0;
}

void sriov_doors_close(struct sriov_doors *doors)
{
	const int fds[] = {doors->sys, doors->proc, doors->run,
			   doors->etc, doors->dev,  doors->modules};

	if (doors->ops && doors->ops->close)
		doors->ops->close(doors);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*doors = (struct sriov_doors){
		.sys = -1, .proc = -1, .run = -1, .etc = -1, .dev = -1, .modules = -1};
}
