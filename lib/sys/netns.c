/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network devices that live in other network namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/netns.h"
#include "sys/sysfs.h"

static bool write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

/* What a child sends home. */
struct record {
	struct sriov_link_parent link;
	unsigned lower;
};

static int on_netns_id(const struct nlmsghdr *msg, void *arg)
{
	const struct rtattr *attr;
	int len;

	if (msg->nlmsg_type != RTM_NEWNSID)
		return 0;
	attr = (const void *)((const char *)NLMSG_DATA(msg) +
			      NLMSG_ALIGN(sizeof(struct rtgenmsg)));
	len = (int)NLMSG_PAYLOAD(msg, sizeof(struct rtgenmsg));
	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len))
		if (attr->rta_type == NETNSA_NSID && RTA_PAYLOAD(attr) >= sizeof(int))
			memcpy(arg, RTA_DATA(attr), sizeof(int));
	return 0;
}

/* The number by which the namespace of the child knows @home; -1: none of its links does.
 */
static int netns_id(struct sriov_doors *doors, int home)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg family;
		char pad[NLMSG_ALIGN(sizeof(struct rtgenmsg)) - sizeof(struct rtgenmsg)];
		struct rtattr attr;
		int fd;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = RTM_GETNSID,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
			   .nlmsg_seq = 1},
		.attr = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = NETNSA_FD},
		.fd = home,
	};
	int id = NETNSA_NSID_NOT_ASSIGNED;

	doors->ops->netlink(doors, NETLINK_ROUTE, &request, sizeof(request), 1,
			    on_netns_id, &id);
	return id;
}

struct uppers {
	int home; /* the number of the caller's namespace */
	int out;
};

static int on_upper(const struct nlmsghdr *msg, void *arg)
{
	const struct uppers *uppers = arg;
	struct record record = {0};
	int id = NETNSA_NSID_NOT_ASSIGNED;
	const struct rtattr *attr;
	int len;

	if (msg->nlmsg_type != RTM_NEWLINK)
		return 0;
	attr = IFLA_RTA((struct ifinfomsg *)NLMSG_DATA(msg));
	len = (int)IFLA_PAYLOAD(msg);
	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		if (RTA_PAYLOAD(attr) < sizeof(int))
			continue;
		if (attr->rta_type == IFLA_LINK)
			memcpy(&record.lower, RTA_DATA(attr), sizeof(int));
		if (attr->rta_type == IFLA_LINK_NETNSID)
			memcpy(&id, RTA_DATA(attr), sizeof(int));
	}
	if (id < 0 || id != uppers->home || record.lower == 0)
		return 0;
	return write_all(uppers->out, &record, sizeof(record)) ? 0 : -EPIPE;
}

/* The links that stand on one of the namespace @home. */
static int send_uppers(struct sriov_doors *doors, int home, int out)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			   .nlmsg_seq = 1},
	};
	struct uppers uppers = {.home = netns_id(doors, home), .out = out};

	if (uppers.home < 0)
		return 0;
	return doors->ops->netlink(doors, NETLINK_ROUTE, &request, sizeof(request), 1,
				   on_upper, &uppers);
}

/*
 * A socket belongs to the namespace that it is opened in, so the child opens its own.
 * The kernel gives numbers to other namespaces when it lists links that lead there.
 * Returns false when the namespace was entered and could not be listed.
 */
static bool child_main(const char *path, int out)
{
	_cleanup_close_ int ns = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	_cleanup_free_ struct sriov_link_parent *links = NULL;
	struct sriov_doors doors;
	struct sriov_error err;
	size_t n;

	if (ns < 0 || home < 0 || setns(ns, CLONE_NEWNET) < 0)
		return !sriov_sysfs_failed(-errno) || errno == EACCES || errno == EPERM;
	if (sriov_doors_open(&doors, NULL, &err) < 0 ||
	    sriov_links_read(&doors, &links, &n, &err) < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct record record = {.link = links[i]};

		if (!write_all(out, &record, sizeof(record)))
			return false;
	}
	return send_uppers(&doors, home, out) == 0;
}

/* Read whole records until the child closes its end. */
static int collect(int in, const struct sriov_netns *netns,
		   struct sriov_netns_link **links, size_t *n)
{
	struct record record;
	size_t have = 0;

	for (;;) {
		ssize_t got = read(in, (char *)&record + have, sizeof(record) - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		have += (size_t)got;
		if (have < sizeof(record))
			continue;
		have = 0;
		if (SRIOV_ARRAY_ROOM(*links, *n) < 0)
			return -ENOMEM;
		(*links)[(*n)++] =
			(struct sriov_netns_link){*netns, record.link, record.lower};
	}
}

static int list_one(const struct sriov_netns *netns, struct sriov_netns_link **links,
		    size_t *n)
{
	int ends[2], r, status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		_exit(child_main(netns->path, ends[1]) ? 0 : 1);
	close(ends[1]);
	r = pid < 0 ? -ENOMEM : collect(ends[0], netns, links, n);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return r == 0 && status != 0 ? -EIO : r;
}

/*
 * In a captured tree netlink/namespaces has a line for each link: process, lower link,
 * name, parent, and the namespace's name; "-" for what is not there.
 */
static int captured_links(const struct sriov_doors *doors,
			  struct sriov_netns_link **links, size_t *n)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[PATH_MAX], line[256];

	snprintf(path, sizeof(path), "%s/netlink/namespaces", doors->root);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		struct sriov_netns_link link = {0};

		if (sscanf(line, "%d %u %15s %31s %63[^\n]", &link.netns.pid, &link.lower,
			   link.link.ifname, link.link.parent, link.netns.name) != 5)
			continue;
		if (SRIOV_ARRAY_ROOM(*links, *n) < 0)
			return -ENOMEM;
		(*links)[(*n)++] = link;
	}
	return 0;
}

int sriov_netns_links(struct sriov_doors *doors, struct sriov_netns_link **ret,
		      size_t *ret_n)
{
	_cleanup_free_ struct sriov_netns *netns = NULL;
	struct sriov_netns_link *links = NULL;
	size_t n_netns = 0, n = 0;
	int r = doors->root[0] ? captured_links(doors, &links, &n)
			       : sriov_procfs_netns(doors, &netns, &n_netns);

	if (r < 0) {
		free(links);
		return r;
	}
	for (size_t i = 0; i < n_netns; i++) {
		r = list_one(&netns[i], &links, &n);
		if (r < 0) {
			free(links);
			return r;
		}
	}
	*ret = links;
	*ret_n = n;
	return 0;
}
