/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network devices that live in other network namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/netns.h"

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

/* A socket belongs to the namespace that it is opened in, so the child opens its own. */
static int child_main(const char *path, int out)
{
	_cleanup_close_ int ns = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ struct sriov_link_parent *links = NULL;
	struct sriov_doors doors;
	struct sriov_error err;
	size_t n;

	if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
		return 1;
	if (sriov_doors_open(&doors, NULL, &err) < 0 ||
	    sriov_rtnl_links(&doors, &links, &n, &err) < 0)
		return 1;
	return write_all(out, links, n * sizeof(*links)) ? 0 : 1;
}

/* Read whole records until the child closes its end. */
static int collect(int in, const struct sriov_netns *netns,
		   struct sriov_netns_link **links, size_t *n)
{
	struct sriov_link_parent link;
	size_t have = 0;

	for (;;) {
		ssize_t got = read(in, (char *)&link + have, sizeof(link) - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		have += (size_t)got;
		if (have < sizeof(link))
			continue;
		have = 0;
		if (SRIOV_ARRAY_ROOM(*links, *n) < 0)
			return -ENOMEM;
		(*links)[(*n)++] = (struct sriov_netns_link){*netns, link};
	}
}

static int list_one(const struct sriov_netns *netns, struct sriov_netns_link **links,
		    size_t *n)
{
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		_exit(child_main(netns->path, ends[1]));
	close(ends[1]);
	r = pid < 0 ? -EAGAIN : collect(ends[0], netns, links, n);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}

int sriov_netns_links(struct sriov_doors *doors, struct sriov_netns_link **ret,
		      size_t *ret_n)
{
	_cleanup_free_ struct sriov_netns *netns = NULL;
	struct sriov_netns_link *links = NULL;
	size_t n_netns = 0, n = 0;
	int r;

	if (!doors->root[0]) {
		r = sriov_procfs_netns(doors, &netns, &n_netns);
		if (r < 0)
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
