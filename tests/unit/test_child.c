/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes that may hang: the deadline, what the child holds, and that it ends well. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "folder.h"
#include "sys/child.h"
#include "sys/sysfs.h"

#define SOON_MS 100
#define LONG_MS 20000

static bool no_pidfd; /* as on a kernel before 5.3, or without descriptors left */

/* By the linker's --wrap. */
long __wrap_syscall(long number, ...);
long __real_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	long a, b;
	va_list ap;

	va_start(ap, number);
	a = va_arg(ap, long);
	b = va_arg(ap, long);
	va_end(ap);
	if (no_pidfd && number == SYS_pidfd_open) {
		errno = EMFILE;
		return -1;
	}
	return __real_syscall(number, a, b);
}

/* The doors of this host with a folder of the test's in the place of /sys. */
struct scene {
	struct fake fake;
	struct sriov_doors doors;
};

static void scene_open(struct scene *scene)
{
	struct sriov_error err;

	scene->fake = unit_folder();
	ck_assert_int_eq(sriov_doors_open(&scene->doors, NULL, &err), 0);
	close(scene->doors.sys);
	scene->doors.sys = dup(scene->fake.root);
}

static void scene_close(struct scene *scene)
{
	sriov_doors_close(&scene->doors);
	unit_folder_remove(&scene->fake);
}

static int write_file(struct scene *scene, const char *path, int lock,
		      uint64_t timeout_ms)
{
	struct sriov_write write = {.path = path, .data = "7", .lock = lock};

	return sriov_write_one(&scene->doors, &write, timeout_ms);
}

static uint64_t now_ms(struct scene *scene)
{
	return scene->doors.ops->now_ms(&scene->doors);
}

/* A FIFO that is full: a write to it waits until drain() reads. */
static int make_waiting_file(struct scene *scene, const char *name)
{
	static const char filling[4096];
	int fd;

	ck_assert_int_eq(mkfifoat(scene->fake.root, name, 0600), 0);
	fd = openat(scene->fake.root, name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	while (write(fd, filling, sizeof(filling)) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	return fd;
}

/* Empty the FIFO; the last byte that came. */
static char drain(int fd)
{
	char buf[4096];
	ssize_t n;
	char last = '\0';

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		last = buf[n - 1];
	return last;
}

/* The process that is a child of this one, there being one. */
static pid_t only_child(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	pid_t found = 0;

	while ((entry = readdir(proc))) {
		char path[300], text[512];
		pid_t pid = atoi(entry->d_name);
		FILE *file;
		int parent;

		snprintf(path, sizeof(path), "/proc/%.200s/stat", entry->d_name);
		file = pid ? fopen(path, "re") : NULL;
		if (!file)
			continue;
		if (fgets(text, sizeof(text), file) &&
		    sscanf(strrchr(text, ')') + 1, " %*c %d", &parent) == 1 &&
		    parent == getpid())
			found = pid;
		fclose(file);
	}
	closedir(proc);
	return found;
}

START_TEST(a_write_that_does_not_wait_is_made)
{
	struct scene scene;
	char buf[16];

	scene_open(&scene);
	fake_put(&scene.fake, "0", "sriov_numvfs");
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", -1, LONG_MS), 0);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf), "sriov_numvfs"), "7");
	ck_assert_int_eq(only_child(), 0);
	scene_close(&scene);
}
END_TEST

START_TEST(the_errno_of_the_write_comes_back)
{
	struct scene scene;

	scene_open(&scene);
	ck_assert_int_eq(write_file(&scene, "none", -1, LONG_MS), -ENOENT);
	ck_assert(!fake_exists(&scene.fake, "none"));
	ck_assert_int_eq(write_file(&scene, ".", -1, LONG_MS), -EISDIR);
	fake_symlink(&scene.fake, "/dev/full", "full");
	ck_assert_int_eq(write_file(&scene, "full", -1, LONG_MS), -ENOSPC);
	scene_close(&scene);
}
END_TEST

START_TEST(a_vf_that_was_opened_meanwhile_stops_the_write)
{
	static const char *const idle[] = {"vf0", "vf1"};
	struct sriov_write write = {.path = "sriov_numvfs",
				    .data = "0",
				    .idle = idle,
				    .n_idle = 2,
				    .lock = -1};
	struct scene scene;
	char buf[16];

	scene_open(&scene);
	fake_put(&scene.fake, "7", "sriov_numvfs");
	fake_put(&scene.fake, "0", "vf0/enable");
	fake_put(&scene.fake, "1", "vf1/enable");
	ck_assert_int_eq(sriov_write_one(&scene.doors, &write, LONG_MS), -ETXTBSY);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf), "sriov_numvfs"), "7");
	fake_put(&scene.fake, "0", "vf1/enable");
	fake_remove(&scene.fake, "vf0");
	ck_assert_int_eq(sriov_write_one(&scene.doors, &write, LONG_MS), 0);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf), "sriov_numvfs"), "0");
	scene_close(&scene);
}
END_TEST

START_TEST(the_deadline_ends_the_waiting_and_not_the_write)
{
	char page[4096];
	uint64_t started;
	struct scene scene;
	int fifo, status;

	scene_open(&scene);
	fifo = make_waiting_file(&scene, "sriov_numvfs");
	started = now_ms(&scene);
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", -1, SOON_MS), -ETIME);
	ck_assert_uint_ge(now_ms(&scene) - started, SOON_MS);
	ck_assert_int_ne(only_child(), 0);
	ck_assert_int_eq(read(fifo, page, sizeof(page)), sizeof(page));
	ck_assert_int_gt(wait(&status), 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_int_eq(drain(fifo), '7');
	close(fifo);
	scene_close(&scene);
}
END_TEST

START_TEST(where_there_is_no_pidfd_the_deadline_holds_too)
{
	struct scene scene;
	uint64_t started;
	int fifo;

	scene_open(&scene);
	no_pidfd = true;
	fake_put(&scene.fake, "0", "sriov_numvfs");
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", -1, LONG_MS), 0);
	ck_assert_int_eq(write_file(&scene, "none", -1, LONG_MS), -ENOENT);
	fifo = make_waiting_file(&scene, "waiting");
	started = now_ms(&scene);
	ck_assert_int_eq(write_file(&scene, "waiting", -1, SOON_MS), -ETIME);
	ck_assert_uint_ge(now_ms(&scene) - started, SOON_MS);
	no_pidfd = false;
	drain(fifo);
	wait(NULL);
	close(fifo);
	scene_close(&scene);
}
END_TEST

START_TEST(what_cannot_be_seen_to_be_idle_stops_the_write)
{
	static const char *const idle[] = {"vf0"};
	struct sriov_write write = {.path = "sriov_numvfs",
				    .data = "0",
				    .idle = idle,
				    .n_idle = 1,
				    .lock = -1};
	struct rlimit files, few;
	struct scene scene;
	char buf[16];
	int next, r;

	scene_open(&scene);
	fake_put(&scene.fake, "7", "sriov_numvfs");
	fake_put(&scene.fake, "0", "vf0/enable");
	getrlimit(RLIMIT_NOFILE, &files);
	/* one more descriptor, which is the written file's */
	next = dup(STDERR_FILENO);
	close(next);
	few = files;
	few.rlim_cur = (rlim_t)next + 1;
	setrlimit(RLIMIT_NOFILE, &few);
	r = sriov_write_one(&scene.doors, &write, LONG_MS);
	setrlimit(RLIMIT_NOFILE, &files);
	ck_assert_int_eq(r, -EMFILE);
	ck_assert_str_eq(fake_get(&scene.fake, buf, sizeof(buf), "sriov_numvfs"), "7");
	scene_close(&scene);
}
END_TEST

START_TEST(the_lock_stays_held_as_long_as_the_write_waits)
{
	struct scene scene;
	int fifo, lock, other;

	scene_open(&scene);
	fifo = make_waiting_file(&scene, "sriov_numvfs");
	fake_put(&scene.fake, "", "lock");
	lock = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	other = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", lock, SOON_MS), -ETIME);
	close(lock);
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	drain(fifo);
	wait(NULL);
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	close(fifo);
	scene_close(&scene);
}
END_TEST

/* What the descriptor is, "" closed. */
static const char *descriptor(pid_t pid, int fd, char found[static PATH_MAX])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	n = readlink(path, found, PATH_MAX - 1);
	found[n > 0 ? n : 0] = '\0';
	return found;
}

static void check_descriptor(pid_t pid, int fd, const char *target)
{
	char found[PATH_MAX];

	ck_assert_str_eq(descriptor(pid, fd, found), target);
}

/* A child that has hardly run yet still opens what it is to write. */
static void await_descriptor(pid_t pid, int fd, const char *target)
{
	char found[PATH_MAX];

	for (int i = 0; i < 1000 && strcmp(descriptor(pid, fd, found), target) != 0; i++)
		usleep(10000);
}

static unsigned count_descriptors(pid_t pid)
{
	char path[64];
	unsigned n = 0;
	DIR *list;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	list = opendir(path);
	ck_assert_ptr_nonnull(list);
	while (sriov_sysfs_next(list))
		n++;
	closedir(list);
	return n;
}

START_TEST(the_child_holds_the_lock_and_its_target_and_no_more)
{
	char lock_path[PATH_MAX + 8], fifo_path[PATH_MAX + 16];
	struct scene scene;
	int fifo, lock, pipe_ends[2];
	char byte;
	pid_t child;

	scene_open(&scene);
	fifo = make_waiting_file(&scene, "sriov_numvfs");
	fake_put(&scene.fake, "", "lock");
	lock = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	snprintf(lock_path, sizeof(lock_path), "%s/lock", scene.fake.path);
	snprintf(fifo_path, sizeof(fifo_path), "%s/sriov_numvfs", scene.fake.path);
	ck_assert_int_eq(pipe(pipe_ends), 0);
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", lock, SOON_MS), -ETIME);

	child = only_child();
	await_descriptor(child, 4, fifo_path);
	check_descriptor(child, STDIN_FILENO, "/dev/null");
	check_descriptor(child, STDOUT_FILENO, "/dev/null");
	check_descriptor(child, STDERR_FILENO, "/dev/null");
	check_descriptor(child, 3, lock_path);
	check_descriptor(child, 4, fifo_path);
	ck_assert_uint_eq(count_descriptors(child), 5);
	ck_assert_int_eq(getsid(child), child);
	/* whoever reads what this process prints sees its end although the child lives */
	close(pipe_ends[1]);
	ck_assert_int_eq(read(pipe_ends[0], &byte, 1), 0);

	drain(fifo);
	wait(NULL);
	close(lock);
	close(fifo);
	close(pipe_ends[0]);
	scene_close(&scene);
}
END_TEST

START_TEST(the_lock_may_have_any_number_or_none)
{
	struct scene scene;
	int fifo, lock;

	scene_open(&scene);
	fake_put(&scene.fake, "", "lock");
	fake_put(&scene.fake, "0", "file");
	lock = openat(scene.fake.root, "lock", O_RDWR | O_CLOEXEC);
	for (int fd = 3; fd < 24; fd++) {
		int high = fcntl(lock, F_DUPFD_CLOEXEC, fd);

		ck_assert_int_eq(write_file(&scene, "file", high, LONG_MS), 0);
		close(high);
	}
	fifo = make_waiting_file(&scene, "sriov_numvfs");
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", -1, SOON_MS), -ETIME);
	ck_assert_uint_eq(count_descriptors(only_child()), 4);
	drain(fifo);
	wait(NULL);
	close(fifo);
	close(lock);
	scene_close(&scene);
}
END_TEST

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

START_TEST(signals_do_not_end_the_waiting)
{
	const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {0};
	const struct sigaction action = {.sa_handler = on_alarm};
	struct scene scene;
	uint64_t started;
	int fifo;

	scene_open(&scene);
	fifo = make_waiting_file(&scene, "sriov_numvfs");
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	started = now_ms(&scene);
	ck_assert_int_eq(write_file(&scene, "sriov_numvfs", -1, SOON_MS), -ETIME);
	ck_assert_uint_ge(now_ms(&scene) - started, SOON_MS);
	setitimer(ITIMER_REAL, &never, NULL);
	drain(fifo);
	wait(NULL);
	close(fifo);
	scene_close(&scene);
}
END_TEST

START_TEST(a_number_is_read_if_the_kernel_shows_it_in_time)
{
	struct scene scene;
	uint64_t number = 99;
	int fifo;

	scene_open(&scene);
	fake_put(&scene.fake, "48", "pool");
	fake_put(&scene.fake, "many", "words");
	fake_put(&scene.fake, "4096", "over");
	ck_assert_int_eq(mkfifoat(scene.fake.root, "busy", 0600), 0);
	fifo = openat(scene.fake.root, "busy", O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fifo, 0);
	ck_assert_int_eq(sriov_read_within(&scene.doors, "none", 4095, LONG_MS, &number),
			 -ENOENT);
	ck_assert_int_eq(sriov_read_within(&scene.doors, "words", 4095, LONG_MS, &number),
			 -EINVAL);
	ck_assert_int_eq(sriov_read_within(&scene.doors, "over", 4095, LONG_MS, &number),
			 -ERANGE);
	ck_assert_int_eq(sriov_read_within(&scene.doors, "busy", 4095, SOON_MS, &number),
			 -ETIME);
	ck_assert_uint_eq(number, 99);
	ck_assert_int_eq(sriov_read_within(&scene.doors, "pool", 4095, LONG_MS, &number),
			 0);
	ck_assert_uint_eq(number, 48);
	/* what waits ends when the kernel shows it */
	ck_assert_int_eq(write(fifo, "7\n", 2), 2);
	ck_assert_int_gt(wait(NULL), 0);
	close(fifo);
	scene_close(&scene);
}
END_TEST

UNIT_MAIN("sys/child", a_write_that_does_not_wait_is_made,
	  the_errno_of_the_write_comes_back,
	  a_vf_that_was_opened_meanwhile_stops_the_write,
	  what_cannot_be_seen_to_be_idle_stops_the_write,
	  the_deadline_ends_the_waiting_and_not_the_write,
	  where_there_is_no_pidfd_the_deadline_holds_too,
	  the_lock_stays_held_as_long_as_the_write_waits,
	  the_child_holds_the_lock_and_its_target_and_no_more,
	  the_lock_may_have_any_number_or_none, signals_do_not_end_the_waiting,
	  a_number_is_read_if_the_kernel_shows_it_in_time)
