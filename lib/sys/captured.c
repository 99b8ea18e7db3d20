/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors of a captured tree: it can be looked at and never changed. */
#include <errno.h>
#include <limits.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/captured.h"
#include "sys/child.h"
#include "sys/module.h"
#include "sys/random.h"
#include "sys/sysfs.h"

/*
 * In a captured tree netlink/link-<ifindex>, netlink/links, netlink/addresses and
 * netlink/routes hold the messages that the kernel had answered with.  False for a
 * request that is no question.
 */
static bool captured_reply_path(const struct nlmsghdr *request, char *buf, size_t size)
{
	const struct ifinfomsg *link = NLMSG_DATA(request);

	if (request->nlmsg_type == RTM_GETLINK && !(request->nlmsg_flags & NLM_F_DUMP))
		snprintf(buf, size, "netlink/link-%d", link->ifi_index);
	else if (request->nlmsg_type == RTM_GETLINK)
		snprintf(buf, size, "netlink/links");
	else if (request->nlmsg_type == RTM_GETADDR)
		snprintf(buf, size, "netlink/addresses");
	else if (request->nlmsg_type == RTM_GETROUTE)
		snprintf(buf, size, "netlink/routes");
	else
		return false;
	return true;
}

/* The text of the attribute @type of a devlink request, "" where there is none. */
static const char *text_of(const struct nlmsghdr *request, uint16_t type)
{
	const char *end = (const char *)request + request->nlmsg_len;
	const char *at = (const char *)NLMSG_DATA(request) + GENL_HDRLEN;

	while (end - at > NLA_HDRLEN) {
		const struct nlattr *attr = (const struct nlattr *)at;

		if (attr->nla_len <= NLA_HDRLEN || attr->nla_len > end - at)
			break;
		if (attr->nla_type == type && at[attr->nla_len - 1] == '\0')
			return at + NLA_HDRLEN;
		at += NLA_ALIGN(attr->nla_len);
	}
	return "";
}

/*
 * netlink/devlink has what became of the question for the family, and
 * netlink/eswitch-<address> what it said of a device.
 */
static bool captured_generic_path(const struct nlmsghdr *request, char *buf, size_t size)
{
	const struct genlmsghdr *generic = NLMSG_DATA(request);

	if (request->nlmsg_type == GENL_ID_CTRL)
		snprintf(buf, size, "netlink/devlink");
	else if (generic->cmd == DEVLINK_CMD_ESWITCH_GET)
		snprintf(buf, size, "netlink/eswitch-%s",
			 text_of(request, DEVLINK_ATTR_DEV_NAME));
	else
		return false;
	return true;
}

static int read_file(const char *path, char **ret, size_t *ret_size)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ char *data = NULL;
	long size;

	if (!file)
		return -errno;
	if (fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0)
		return -errno;
	rewind(file);
	data = malloc((size_t)size + 1);
	if (!data)
		return -ENOMEM;
	*ret_size = fread(data, 1, (size_t)size, file);
	*ret = SRIOV_TAKE(data);
	return 0;
}

static int captured_netlink(struct sriov_doors *doors, int protocol, const void *requests,
			    size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
			    void *arg)
{
	_cleanup_free_ char *replies = NULL;
	char path[PATH_MAX], name[64] = "";
	const struct nlmsghdr *msg;
	size_t left = 0;
	int r;

	(void)size;
	if (n != 1 || !(protocol == NETLINK_GENERIC
				? captured_generic_path
				: captured_reply_path)(requests, name, sizeof(name)))
		return -EROFS;
	snprintf(path, sizeof(path), "%s/%s", doors->root, name);
	r = read_file(path, &replies, &left);
	if (r < 0)
		return r;
	msg = (const struct nlmsghdr *)replies;
	while (NLMSG_OK(msg, left)) {
		r = on_reply(msg, arg);
		if (r < 0)
			return r;
		msg = NLMSG_NEXT(msg, left);
	}
	return 0;
}

static void captured_write(struct sriov_doors *doors, struct sriov_write *writes,
			   size_t n, uint64_t timeout_ms)
{
	(void)doors, (void)timeout_ms;
	for (size_t i = 0; i < n; i++)
		writes[i].result = -EROFS;
}

static int captured_refuse(struct sriov_doors *doors)
{
	(void)doors;
	return -EROFS;
}

static int captured_wait(struct sriov_doors *doors, uint64_t timeout_ms)
{
	(void)doors, (void)timeout_ms;
	return -EROFS;
}

static int captured_load_module(struct sriov_doors *doors, const char *name)
{
	(void)doors, (void)name;
	return -EROFS;
}

/* What lib/modules/found says of a module: the name, and yes or no. */
static int captured_found(struct sriov_doors *doors, const char *name)
{
	char text[128];
	size_t len = strlen(name);
	int r = sriov_sysfs_read(doors->modules, "found", text, sizeof(text));

	if (r < 0 || strncmp(text, name, len) != 0 || text[len] != ' ')
		return -ENODATA;
	return strcmp(text + len + 1, "yes") == 0 ? 0 : -ENOENT;
}

/* Among the modules of the kernel that ran when the tree was captured. */
static int captured_find_module(struct sriov_doors *doors, const char *name)
{
	char path[PATH_MAX], release[128];
	int r = captured_found(doors, name);

	if (r != -ENODATA)
		return r;
	r = sriov_sysfs_read(doors->proc, "sys/kernel/osrelease", release,
			     sizeof(release));
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%s/lib/modules/%s", doors->root, release);
	/* they are large, and seldom captured */
	if (access(path, F_OK) < 0)
		return -ENODATA;
	return sriov_module_find(path, name);
}

static int captured_vfio_variant(struct sriov_doors *doors, const char *modalias,
				 char *buf, size_t size)
{
	(void)doors, (void)modalias;
	snprintf(buf, size, "vfio-pci");
	return 0;
}

/* Whoever can read a captured tree can read all of it. */
static bool captured_privileged(struct sriov_doors *doors)
{
	(void)doors;
	return true;
}

/* Time stands still in a captured tree. */
static uint64_t captured_now_ms(struct sriov_doors *doors)
{
	(void)doors;
	return 0;
}

static void captured_pause_ms(struct sriov_doors *doors, uint64_t ms)
{
	(void)doors, (void)ms;
}

/* A capture of a capture is as unlike the first as any other. */
static int captured_random(struct sriov_doors *doors, void *buf, size_t size)
{
	(void)doors;
	return sriov_random(buf, size);
}

static void captured_journal(struct sriov_doors *doors, const char *const *fields,
			     size_t n)
{
	(void)doors, (void)fields, (void)n;
}

static void captured_nothing(struct sriov_doors *doors)
{
	(void)doors;
}

const struct sriov_door_ops sriov_captured_ops = {
	.netlink = captured_netlink,
	.write_within = captured_write,
	.events_open = captured_refuse,
	.events_wait = captured_wait,
	.events_close = captured_nothing,
	.load_module = captured_load_module,
	.find_module = captured_find_module,
	.vfio_variant = captured_vfio_variant,
	.journal = captured_journal,
	.privileged = captured_privileged,
	.now_ms = captured_now_ms,
	.pause_ms = captured_pause_ms,
	.random = captured_random,
	.close = captured_nothing,
};
