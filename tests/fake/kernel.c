/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors of a fake kernel: sysfs writes, netlink, events and time on a folder. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "clock.h"
#include "devlink.h"
#include "disk.h"
#include "faults.h"
#include "function.h"
#include "kernel.h"
#include "message.h"
#include "module.h"
#include "netlink.h"
#include "port.h"
#include "sys/child.h"

/* A held-up write gives up after this many looks at the file `release`. */
#define RELEASE_LOOKS 6000
#define RELEASE_LOOK_US 10000

#define PAUSE_US 10000

#define FD_MAX 256

static int answer_one(struct sriov_doors *doors, int protocol,
		      const struct nlmsghdr *request, sriov_netlink_reply_fn *on_reply,
		      void *arg)
{
	_cleanup_close_ int lock = fake_lock(doors->data);
	struct fake_message replies = {0};
	const struct nlmsghdr *msg;
	size_t left;
	int r = 0;

	if (protocol == NETLINK_GENERIC)
		fake_devlink_answer(doors->data, request, &replies);
	else
		fake_netlink_answer(doors->data, request, &replies);
	msg = (const struct nlmsghdr *)replies.data;
	left = replies.len;
	while (NLMSG_OK(msg, left)) {
		int this = on_reply(msg, arg);

		if (r == 0)
			r = this;
		msg = NLMSG_NEXT(msg, left);
	}
	free(replies.data);
	return r;
}

static int fake_netlink(struct sriov_doors *doors, int protocol, const void *requests,
			size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
			void *arg)
{
	const struct nlmsghdr *request = requests;
	int r = 0;

	if (protocol != NETLINK_ROUTE && protocol != NETLINK_GENERIC)
		return -EPROTONOSUPPORT;
	while (NLMSG_OK(request, size)) {
		int this = answer_one(doors, protocol, request, on_reply, arg);

		if (r == 0)
			r = this;
		n--;
		request = NLMSG_NEXT(request, size);
	}
	if (n != 0)
		fake_die("%u more requests were announced than sent", n);
	return r;
}

/* A path below sys/ as far as a write goes by it. */
struct target {
	char object[FAKE_NAME_MAX]; /* 0000:01:00.0, igbvf, pci: what the file is of */
	char file[FAKE_NAME_MAX];
};

static struct target target_of(const char *path)
{
	const char *file = strrchr(path, '/'), *object = file;
	struct target target = {0};

	if (!file)
		fake_die("a write to '%s'", path);
	while (object > path && object[-1] != '/')
		object--;
	snprintf(target.object, sizeof(target.object), "%.*s", (int)(file - object),
		 object);
	snprintf(target.file, sizeof(target.file), "%s", file + 1);
	return target;
}

/* devices/<address>/driver/unbind is its driver's unbind. */
static void resolve_driver(const struct fake *fake, const char *path,
			   struct target *target)
{
	char folder[PATH_MAX];

	if (strcmp(target->object, "driver") != 0)
		return;
	snprintf(folder, sizeof(folder), "sys/%.*s", (int)(strrchr(path, '/') - path),
		 path);
	fake_get_link(fake, target->object, sizeof(target->object), "%s", folder);
}

static int unbind(const struct fake *fake, const char *address, const char *driver)
{
	/* vfio waits until whoever has the device open lets it go */
	if (fake_function_is_held(fake, address))
		return -ETIME;
	return fake_function_unbind(fake, address, driver);
}

/* What the kernel does at a write.  Returns 0, -errno, or -ETIME when it waits. */
static int react(const struct fake *fake, const char *path, const char *data,
		 const struct fake_mishap *mishap)
{
	struct target target = target_of(path);
	char word[FAKE_NAME_MAX];
	int r;

	resolve_driver(fake, path, &target);
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(data, "\n"), data);
	if (!fake_exists(fake, "sys/%s", path))
		return -ENOENT;
	if (strcmp(target.file, "sriov_numvfs") == 0)
		r = fake_port_numvfs(fake, target.object, data, mishap);
	else if (strcmp(target.file, "sriov_vf_msix_count") == 0)
		r = fake_port_msix(fake, target.object, word);
	else if (strcmp(target.file, "bind") == 0)
		r = fake_function_bind(fake, word, target.object);
	else if (strcmp(target.file, "unbind") == 0)
		r = unbind(fake, word, target.object);
	else if (strcmp(target.file, "drivers_probe") == 0)
		r = fake_function_probe(fake, word);
	else if (strcmp(target.file, "driver_override") == 0)
		r = (fake_put(fake, word[0] ? word : "(null)", "sys/%s", path), 0);
	else
		r = (fake_put(fake, word, "sys/%s", path), 0);
	if (r == 0)
		fake_clock_event(fake);
	return r;
}

static bool is_opened(const struct fake *fake, const struct sriov_write *write)
{
	for (size_t i = 0; i < write->n_idle; i++)
		if (fake_get_number(fake, 0, "sys/%s/enable", write->idle[i]) > 0)
			return true;
	return false;
}

/* The child of a write that is held up: it keeps the lock until `release` is there. */
static _Noreturn void hold_up(const struct fake *fake, const struct sriov_write *write,
			      const struct fake_mishap *mishap)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	for (int fd = STDERR_FILENO + 1; fd < FD_MAX; fd++)
		if (fd != fake->root && fd != write->lock)
			close(fd);
	for (int i = 0; i < RELEASE_LOOKS; i++) {
		if (fake_exists(fake, "release")) {
			_cleanup_close_ int lock = fake_lock(fake);

			react(fake, write->path, write->data, mishap);
			break;
		}
		usleep(RELEASE_LOOK_US);
	}
	fake_remove(fake, "kernel/waiting/%d", getpid());
	_exit(0);
}

static int wait_in_vain(const struct fake *fake, const struct sriov_write *write,
			uint64_t timeout_ms, const struct fake_mishap *mishap)
{
	pid_t pid = fork();

	if (pid < 0)
		fake_die("cannot fork: %s", strerror(errno));
	if (pid == 0)
		hold_up(fake, write, mishap);
	fake_put(fake, write->path, "kernel/waiting/%d", pid);
	fake_put_number(fake, fake_clock_now(fake) + timeout_ms, "kernel/clock");
	return -ETIME;
}

static int do_write(const struct fake *fake, const struct sriov_write *write,
		    uint64_t timeout_ms, const struct fake_verdict *verdict)
{
	int r = 0;

	if (fake_exists(fake, "kernel/unprivileged"))
		return -EACCES;
	if (is_opened(fake, write))
		return -ETXTBSY;
	if (verdict->block)
		return wait_in_vain(fake, write, timeout_ms, &verdict->mishap);
	if (verdict->done)
		r = react(fake, write->path, write->data, &verdict->mishap);
	if (r == -ETIME)
		return wait_in_vain(fake, write, timeout_ms, &verdict->mishap);
	return verdict->errnum ? -verdict->errnum : r;
}

static int write_one(struct sriov_doors *doors, const struct sriov_write *write,
		     uint64_t timeout_ms)
{
	const struct fake *fake = doors->data;
	_cleanup_close_ int lock = fake_lock(fake);
	char operation[PATH_MAX + FAKE_NAME_MAX];
	struct fake_verdict verdict;
	int r;

	snprintf(operation, sizeof(operation), "write sys/%s %s", write->path,
		 strcmp(write->data, "\n") == 0 ? "\\n" : write->data);
	fake_faults_ask(fake, operation, &verdict);
	r = do_write(fake, write, timeout_ms, &verdict);
	fake_faults_end(fake, operation, r, &verdict);
	return r;
}

static void fake_write_within(struct sriov_doors *doors, struct sriov_write *writes,
			      size_t n, uint64_t timeout_ms)
{
	for (size_t i = 0; i < n; i++)
		writes[i].result = write_one(doors, &writes[i], timeout_ms);
}

static int fake_events_open(struct sriov_doors *doors)
{
	struct fake *fake = doors->data;
	_cleanup_close_ int lock = fake_lock(fake);
	struct fake_verdict verdict;

	fake_faults_ask(fake, "events open", &verdict);
	fake->listening = verdict.errnum == 0;
	fake->events_seen = fake_clock_events(fake);
	fake_faults_end(fake, "events open", -verdict.errnum, &verdict);
	return -verdict.errnum;
}

static int fake_events_wait(struct sriov_doors *doors, uint64_t timeout_ms)
{
	struct fake *fake = doors->data;
	_cleanup_close_ int lock = fake_lock(fake);
	struct fake_verdict verdict;
	unsigned long events;

	if (!fake->listening)
		fake_die("events are awaited before they are listened to");
	fake_faults_ask(fake, "events wait", &verdict);
	if (verdict.errnum == 0 && fake_clock_events(fake) == fake->events_seen)
		fake_clock_pass(fake, timeout_ms);
	fake_faults_end(fake, "events wait", -verdict.errnum, &verdict);
	if (verdict.errnum && verdict.errnum != ENOBUFS)
		return -verdict.errnum;
	events = fake_clock_events(fake);
	if (events == fake->events_seen && !verdict.errnum)
		return 0;
	fake->events_seen = events;
	return verdict.errnum ? SRIOV_EVENTS_LOST : SRIOV_EVENTS_CAME;
}

static void fake_events_close(struct sriov_doors *doors)
{
	struct fake *fake = doors->data;

	fake->listening = false;
}

static int fake_load_module(struct sriov_doors *doors, const char *name)
{
	const struct fake *fake = doors->data;
	_cleanup_close_ int lock = fake_lock(fake);
	char operation[FAKE_LINE_MAX], module[FAKE_NAME_MAX];
	struct fake_verdict verdict;
	int r = 0;

	if (!fake_module_find(fake, name, module))
		r = -ENOENT;
	else if (fake_exists(fake, "sys/bus/pci/drivers/%s", module))
		return 0;
	snprintf(operation, sizeof(operation), "load %s", name);
	fake_faults_ask(fake, operation, &verdict);
	if (r == 0 && verdict.done)
		fake_module_load(fake, module);
	if (verdict.errnum)
		r = -verdict.errnum;
	fake_faults_end(fake, operation, r, &verdict);
	return r;
}

static int fake_find_module(struct sriov_doors *doors, const char *name)
{
	char module[FAKE_NAME_MAX];

	return fake_module_find(doors->data, name, module) ? 0 : -ENOENT;
}

static int fake_vfio_variant(struct sriov_doors *doors, const char *modalias, char *buf,
			     size_t size)
{
	char alias[256], module[FAKE_NAME_MAX];

	snprintf(alias, sizeof(alias), "vfio_%s", modalias);
	if (!fake_module_find(doors->data, alias, module))
		strcpy(module, "vfio-pci");
	snprintf(buf, size, "%s", module);
	return 0;
}

static bool fake_privileged(struct sriov_doors *doors)
{
	const struct fake *fake = doors->data;

	return !fake_exists(fake, "kernel/unprivileged");
}

static uint64_t fake_now_ms(struct sriov_doors *doors)
{
	return fake_clock_now(doors->data);
}

/* Other processes get a little real time to let go of what is waited for. */
static void fake_pause_ms(struct sriov_doors *doors, uint64_t ms)
{
	const struct fake *fake = doors->data;
	int lock = fake_lock(fake);

	fake_put_number(fake, fake_clock_now(fake) + ms, "kernel/clock");
	close(lock);
	usleep(PAUSE_US);
}

/* The same every time, so that what hangs on them can be expected. */
static int fake_random(struct sriov_doors *doors, void *buf, size_t size)
{
	(void)doors;
	for (size_t i = 0; i < size; i++)
		((unsigned char *)buf)[i] = (unsigned char)(i + 1);
	return 0;
}

/* A record is a line of the file `journal`, its fields set apart by tabs. */
static void fake_journal(struct sriov_doors *doors, const char *const *fields, size_t n)
{
	const struct fake *fake = doors->data;
	_cleanup_close_ int lock = fake_lock(fake);
	_cleanup_close_ int fd = openat(fake->root, "journal",
					O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	for (size_t i = 0; i < n; i++)
		dprintf(fd, "%s%c", fields[i], i + 1 < n ? '\t' : '\n');
}

static void fake_doors_close(struct sriov_doors *doors)
{
	fake_close(doors->data);
	free(doors->data);
}

static const struct sriov_door_ops fake_ops = {
	.netlink = fake_netlink,
	.write_within = fake_write_within,
	.events_open = fake_events_open,
	.events_wait = fake_events_wait,
	.events_close = fake_events_close,
	.load_module = fake_load_module,
	.find_module = fake_find_module,
	.vfio_variant = fake_vfio_variant,
	.journal = fake_journal,
	.privileged = fake_privileged,
	.now_ms = fake_now_ms,
	.pause_ms = fake_pause_ms,
	.random = fake_random,
	.close = fake_doors_close,
};

void fake_doors_open(struct sriov_doors *ret, const char *path)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	struct sriov_error err = {0};

	if (!fake)
		fake_die("out of memory");
	fake_open(fake, path);
	if (sriov_doors_open_folders(ret, fake->path, &err) < 0)
		fake_die("%s", err.msg);
	ret->ops = &fake_ops;
	ret->data = fake;
}
