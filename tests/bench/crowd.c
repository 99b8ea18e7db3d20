/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd PROCESSES DESCRIPTORS: so many processes with so many open descriptors each.
 * Says "ready", and ends with all of them when its standard input does.
 *
 * crowd walk: the floor for whoever looks for a holder: reads every descriptor's link of
 * every process, and does nothing else.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads from @in until the parent has gone, and with it the other end. */
static void stay(int in, long descriptors)
{
	char byte;

	/* 0, 1, 2 and @in are open */
	for (long i = 4; i < descriptors; i++)
		if (open("/dev/null", O_RDONLY) < 0)
			_exit(1);
	while (read(in, &byte, 1) > 0)
		;
	_exit(0);
}

static int crowd(long processes, long descriptors)
{
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		return 1;
	for (long i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("crowd: fork");
			return 1;
		}
		if (pid == 0) {
			close(ends[1]);
			stay(ends[0], descriptors);
		}
	}
	close(ends[0]);
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	close(ends[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}

static long walk_process(int proc, const char *pid)
{
	char path[NAME_MAX + 8], target[PATH_MAX];
	const struct dirent *entry;
	long n = 0;
	DIR *list;
	int fd;

	snprintf(path, sizeof(path), "%s/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY);
	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		return 0;
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.')
			n += readlinkat(fd, entry->d_name, target, sizeof(target)) > 0;
	closedir(list);
	return n;
}

static int walk(void)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	long n = 0;

	if (!proc)
		return 1;
	while ((entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			n += walk_process(dirfd(proc), entry->d_name);
	closedir(proc);
	printf("%ld\n", n);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "walk") == 0)
		return walk();
	if (argc != 3) {
		fputs("usage: crowd PROCESSES DESCRIPTORS\n       crowd walk\n", stderr);
		return 2;
	}
	return crowd(strtol(argv[1], NULL, 10), strtol(argv[2], NULL, 10));
}
