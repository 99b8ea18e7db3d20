/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure FILE WORDS COMMAND...: run the command with its output thrown away, and append
 * to FILE the words, how many microseconds it took, how many KiB of memory it had at
 * most, and its exit status.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Spawned and not forked: what this program has in memory must not count. */
static int run(char **command, struct rusage *ret_usage)
{
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY,
					 0);
	if (posix_spawnp(&pid, command[0], &actions, NULL, command, environ) != 0 ||
	    wait4(pid, &status, 0, ret_usage) != pid)
		return -1;
	posix_spawn_file_actions_destroy(&actions);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	long long begin;
	FILE *file;
	int status;

	if (argc < 4 || !(file = fopen(argv[1], "a"))) {
		fprintf(stderr, "usage: measure FILE WORDS COMMAND...\n");
		return EXIT_FAILURE;
	}
	begin = now_us();
	status = run(argv + 3, &usage);
	fprintf(file, "%s %lld %ld %d\n", argv[2], now_us() - begin, usage.ru_maxrss,
		status);
	if (fclose(file) != 0 || status < 0) {
		perror(argv[3]);
		return EXIT_FAILURE;
	}
	return status;
}
