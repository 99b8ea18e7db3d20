/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysfs files that the kernel may hold up, written or read by a child. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "sys/child.h"
#include "sys/doors.h"
#include "sys/sysfs.h"

/* How long a child may have ended unseen where there is no pidfd. */
#define LOOK_AGAIN_MS 20

/* More than any number that a file of sysfs has. */
#define NUMBER_SIZE 32

static int check_idle(const struct sriov_doors *doors, const struct sriov_write *write)
{
	for (size_t i = 0; i < write->n_idle; i++) {
		char path[PATH_MAX];
		uint64_t enabled = 0;
		int r;

		snprintf(path, sizeof(path), "%s/enable", write->idle[i]);
		r = sriov_sysfs_number(doors->sys, path, 10, UINT32_MAX, &enabled);
		if (enabled != 0)
			return -ETXTBSY;
		if (sriov_sysfs_failed(r))
			return r;
	}
	return 0;
}

#define KEPT 3

/* Keep nothing but /dev/null as stdio, the lock as KEPT and the target, returned, as 4.
 */
static int let_go(int target, int lock)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int high_target = fcntl(target, F_DUPFD_CLOEXEC, 16);
	int high_lock = lock < 0 ? -1 : fcntl(lock, F_DUPFD_CLOEXEC, 16);

	if (null < 0 || high_target < 0 || (lock >= 0 && high_lock < 0))
		return -errno;
	setsid();
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (lock >= 0)
		dup2(high_lock, KEPT);
	else
		close(KEPT);
	dup2(high_target, 4);
	close_range(5, ~0U, 0);
	return 4;
}

/* Returns the errno as the child's exit status. */
static int child_write(const struct sriov_doors *doors, const struct sriov_write *what)
{
	int fd = openat(doors->sys, what->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = strlen(what->data);
	int r;

	if (fd < 0)
		return errno;
	r = check_idle(doors, what);
	if (r < 0)
		return -r;
	fd = let_go(fd, what->lock);
	if (fd < 0)
		return -fd;
	if (write(fd, what->data, len) < 0)
		return errno;
	return 0;
}

/* A child on its way; pidfd is -1 where the kernel has none to give. */
struct child {
	pid_t pid;
	int pidfd;
};

static void start(const struct sriov_doors *doors, struct child *child,
		  struct sriov_write *write)
{
	*child = (struct child){.pid = fork(), .pidfd = -1};
	if (child->pid < 0) {
		write->result = -errno;
		return;
	}
	if (child->pid == 0)
		_exit(child_write(doors, write));
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == pid;
}

/* Wait until @child has ended or @deadline_ms of the doors' clock; 1, 0 or -errno. */
static int wait_until(struct sriov_doors *doors, const struct child *child,
		      uint64_t deadline_ms)
{
	struct pollfd pfd = {.fd = child->pidfd, .events = POLLIN};
	/* where there is no pidfd, nothing tells when to look */
	uint64_t longest = child->pidfd < 0 ? LOOK_AGAIN_MS : INT_MAX;

	for (;;) {
		uint64_t now = doors->ops->now_ms(doors);
		uint64_t left = now < deadline_ms ? deadline_ms - now : 0;
		int n;

		if (child->pidfd < 0 && has_ended(child->pid))
			return 1;
		n = poll(&pfd, 1, (int)(left < longest ? left : longest));
		if (n > 0)
			return 1;
		if (n == 0 && left == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

static int collect(struct sriov_doors *doors, const struct child *child,
		   uint64_t deadline_ms)
{
	int r = wait_until(doors, child, deadline_ms), status;

	if (r <= 0)
		return r < 0 ? r : -ETIME;
	while (waitpid(child->pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

void sriov_write_within(struct sriov_doors *doors, struct sriov_write *writes, size_t n,
			uint64_t timeout_ms)
{
	_cleanup_free_ struct child *child = calloc(n, sizeof(*child));
	uint64_t deadline_ms = doors->ops->now_ms(doors) + timeout_ms;

	for (size_t i = 0; i < n; i++) {
		writes[i].result = -ENOMEM;
		if (child)
			start(doors, &child[i], &writes[i]);
	}
	/* all of them run: to wait for one after the other takes no longer */
	for (size_t i = 0; child && i < n; i++) {
		if (child[i].pid < 0)
			continue;
		writes[i].result = collect(doors, &child[i], deadline_ms);
		sriov_cleanup_close(&child[i].pidfd);
	}
}

int sriov_write_one(struct sriov_doors *doors, struct sriov_write *write,
		    uint64_t timeout_ms)
{
	doors->ops->write_within(doors, write, 1, timeout_ms);
	return write->result;
}

/* Returns the errno as the child's exit status; what was read goes into @answer. */
static int child_read(const struct sriov_doors *doors, const char *path, int answer)
{
	int fd = openat(doors->sys, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char text[NUMBER_SIZE];
	ssize_t n;

	if (fd < 0)
		return errno;
	fd = let_go(fd, answer);
	if (fd < 0)
		return -fd;
	n = read(fd, text, sizeof(text));
	if (n < 0 || write(KEPT, text, (size_t)n) != n)
		return errno;
	return 0;
}

int sriov_read_within(struct sriov_doors *doors, const char *path, uint64_t max,
		      uint64_t timeout_ms, uint64_t *ret)
{
	_cleanup_close_ int from = -1, to = -1;
	char text[NUMBER_SIZE + 1] = "";
	struct child child;
	int pair[2], r;
	ssize_t n;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return -errno;
	from = pair[0];
	to = pair[1];
	child = (struct child){.pid = fork(), .pidfd = -1};
	if (child.pid < 0)
		return -errno;
	if (child.pid == 0)
		_exit(child_read(doors, path, to));
	child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	r = collect(doors, &child, doors->ops->now_ms(doors) + timeout_ms);
	sriov_cleanup_close(&child.pidfd);
	if (r < 0)
		return r;
	n = read(from, text, NUMBER_SIZE);
	if (n < 0)
		return -errno;
	text[strcspn(text, "\n")] = '\0';
	return sriov_parse_number(text, 10, max, ret);
}
