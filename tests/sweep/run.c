/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl on the fake kernel in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "kernel.h"
#include "main.h"
#include "reads.h"
#include "run.h"

#define WORDS_MAX 32
#define REAL_TIME_MAX_S 30

static int text_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		fake_die("cannot make a file in memory: %s", strerror(errno));
	return fd;
}

void runner_open(struct runner *ret, const char *folder)
{
	fake_open(&ret->fake, folder);
	ret->out = text_file("out");
	ret->err = text_file("err");
}

void runner_close(struct runner *runner)
{
	fake_close(&runner->fake);
	close(runner->out);
	close(runner->err);
}

static _Noreturn void be_sriovctl(const struct runner *runner, const char *command)
{
	char words[512], *rest = words, program[] = "sriovctl",
			 *argv[WORDS_MAX] = {program};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), argc = 1, status;
	struct sriov_doors doors;

	snprintf(words, sizeof(words), "%s", command);
	while (argc + 1 < WORDS_MAX && (argv[argc] = strtok_r(rest, " ", &rest)))
		argc++;
	if (null < 0 || fchdir(runner->fake.root) < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(runner->out, STDOUT_FILENO) < 0 || dup2(runner->err, STDERR_FILENO) < 0)
		fake_die("cannot set up a run: %s", strerror(errno));
	alarm(REAL_TIME_MAX_S);
	fake_doors_open(&doors, runner->fake.path);
	reads_begin(&doors, runner->fake.root, ((const struct fake *)doors.data)->root);
	status = sriov_main(&doors, argc, argv);
	sriov_doors_close(&doors);
	exit(status);
}

static void empty(int fd)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		fake_die("cannot empty a file in memory: %s", strerror(errno));
}

static void read_text(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
}

void runner_run(const struct runner *runner, const char *command, struct run_result *ret)
{
	uint64_t start = fake_clock_now(&runner->fake);
	int status = 0;
	pid_t pid;

	empty(runner->out);
	empty(runner->err);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		fake_die("cannot fork: %s", strerror(errno));
	if (pid == 0)
		be_sriovctl(runner, command);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fake_die("cannot wait: %s", strerror(errno));
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	ret->waited_ms = fake_clock_now(&runner->fake) - start;
	read_text(runner->out, ret->out, sizeof(ret->out));
	read_text(runner->err, ret->err, sizeof(ret->err));
}
