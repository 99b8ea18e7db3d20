/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that are the fake kernel's memory, so that forked children share it. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "disk.h"

/* Turn the arguments of a call into its path. */
#define FAKE_PATH(path, fmt)                                                             \
	char path[PATH_MAX];                                                             \
	do {                                                                             \
		va_list ap_;                                                             \
		va_start(ap_, fmt);                                                      \
		vsnprintf(path, sizeof(path), fmt, ap_);                                 \
		va_end(ap_);                                                             \
	} while (0)

void fake_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("fake kernel: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(99);
}

void fake_open(struct fake *ret, const char *path)
{
	*ret = (struct fake){.root = -1};
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		fake_die("%s: %s", path, strerror(errno));
	if (!realpath(path, ret->path))
		fake_die("%s: %s", path, strerror(errno));
	ret->root = open(ret->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->root < 0)
		fake_die("%s: %s", path, strerror(errno));
}

void fake_close(struct fake *fake)
{
	close(fake->root);
	fake->root = -1;
}

static void make_folder(const struct fake *fake, const char *path)
{
	if (mkdirat(fake->root, path, 0755) < 0 && errno != EEXIST)
		fake_die("cannot make %s: %s", path, strerror(errno));
}

/* Make the folders that @path goes through. */
static void make_way(const struct fake *fake, const char *path)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		fake_die("path too long: %s", path);
	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		make_folder(fake, part);
	}
}

static int open_for_write(const struct fake *fake, const char *path, int how)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | how;
	int fd = openat(fake->root, path, flags, 0644);

	if (fd < 0 && errno == ENOENT) {
		make_way(fake, path);
		fd = openat(fake->root, path, flags, 0644);
	}
	if (fd < 0)
		fake_die("cannot write %s: %s", path, strerror(errno));
	return fd;
}

static void write_file(const struct fake *fake, const char *path, int how,
		       const void *data, size_t size)
{
	_cleanup_close_ int fd = open_for_write(fake, path, how);

	if (write(fd, data, size) != (ssize_t)size)
		fake_die("cannot write %s: %s", path, strerror(errno));
}

static void write_line(const struct fake *fake, const char *path, int how,
		       const char *text)
{
	_cleanup_free_ char *line = NULL;

	if (asprintf(&line, "%s\n", text) < 0)
		fake_die("out of memory");
	write_file(fake, path, how, line, strlen(line));
}

void fake_folder(const struct fake *fake, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	make_way(fake, path);
	make_folder(fake, path);
}

void fake_put(const struct fake *fake, const char *text, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	write_line(fake, path, O_TRUNC, text);
}

void fake_put_bytes(const struct fake *fake, const void *data, size_t size,
		    const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	write_file(fake, path, O_TRUNC, data, size);
}

void fake_put_number(const struct fake *fake, unsigned long number, const char *fmt, ...)
{
	char text[32];

	FAKE_PATH(path, fmt);
	snprintf(text, sizeof(text), "%lu", number);
	write_line(fake, path, O_TRUNC, text);
}

void fake_append(const struct fake *fake, const char *text, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	write_line(fake, path, O_APPEND, text);
}

void fake_symlink(const struct fake *fake, const char *target, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	make_way(fake, path);
	unlinkat(fake->root, path, 0);
	if (symlinkat(target, fake->root, path) < 0)
		fake_die("cannot link %s: %s", path, strerror(errno));
}

static void remove_all(int dir, const char *name)
{
	_cleanup_closedir_ DIR *list = NULL;
	const struct dirent *entry;
	int fd;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR)
		return;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		fake_die("cannot remove %s: %s", name, strerror(errno));
	while ((entry = readdir(list)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_all(fd, entry->d_name);
	unlinkat(dir, name, AT_REMOVEDIR);
}

void fake_remove(const struct fake *fake, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	remove_all(fake->root, path);
}

bool fake_exists(const struct fake *fake, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	return faccessat(fake->root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static char *read_line(const struct fake *fake, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = openat(fake->root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

char *fake_get(const struct fake *fake, char *buf, size_t size, const char *fmt, ...)
{
	FAKE_PATH(path, fmt);

	return read_line(fake, path, buf, size);
}

unsigned long fake_get_number(const struct fake *fake, unsigned long otherwise,
			      const char *fmt, ...)
{
	char text[64], *end;
	unsigned long number;

	FAKE_PATH(path, fmt);
	read_line(fake, path, text, sizeof(text));
	number = strtoul(text, &end, 0);
	return end == text ? otherwise : number;
}

char *fake_get_link(const struct fake *fake, char *buf, size_t size, const char *fmt, ...)
{
	char target[PATH_MAX];
	const char *name;
	ssize_t n;

	FAKE_PATH(path, fmt);
	n = readlinkat(fake->root, path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	name = strrchr(target, '/');
	snprintf(buf, size, "%s", name ? name + 1 : target);
	return buf;
}

unsigned long fake_count(const struct fake *fake, unsigned long first, const char *fmt,
			 ...)
{
	unsigned long number;
	char text[32];

	FAKE_PATH(path, fmt);
	read_line(fake, path, text, sizeof(text));
	number = text[0] ? strtoul(text, NULL, 10) : first;
	snprintf(text, sizeof(text), "%lu", number + 1);
	write_line(fake, path, O_TRUNC, text);
	return number;
}

void fake_each_line(const struct fake *fake, const char *path, fake_line_fn *fn,
		    void *arg)
{
	int fd = openat(fake->root, path, O_RDONLY | O_CLOEXEC);
	_cleanup_fclose_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!fn(line, arg))
			break;
	}
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void fake_each_name(const struct fake *fake, const char *path, fake_name_fn *fn,
		    void *arg)
{
	struct dirent **names = NULL;
	int n = scandirat(fake->root, path, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		fn(fake, names[i]->d_name, arg);
		free(names[i]);
	}
	free(names);
}

int fake_lock(const struct fake *fake)
{
	int fd = open_for_write(fake, "kernel/lock", 0);

	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			fake_die("cannot lock: %s", strerror(errno));
	return fd;
}
