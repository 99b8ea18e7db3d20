/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that are the fake kernel's memory, so that forked children share it. */
#ifndef FAKE_DISK_H
#define FAKE_DISK_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define FAKE_LINE_MAX 4096

/*
 * A fake kernel on the folder @path.  Below it lie sys, proc, run, etc, dev and lib as
 * on a host; kernel/ (what a real kernel has in memory), log and faults.
 */
struct fake {
	int root; /* descriptor of the folder */
	char path[PATH_MAX];
	bool listening;
	unsigned long events_seen;
};

/* Say what is wrong with the test's own files and exit. */
_Noreturn void fake_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Open the folder @path, made when it is not there. */
void fake_open(struct fake *ret, const char *path);
void fake_close(struct fake *fake);

/*
 * The calls below take a path below the folder as printf() does.  Folders on the way
 * are made, and what cannot be written ends the program.
 */
void fake_folder(const struct fake *fake, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Write @text and a newline. */
void fake_put(const struct fake *fake, const char *text, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fake_put_bytes(const struct fake *fake, const void *data, size_t size,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void fake_put_number(const struct fake *fake, unsigned long number, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Append @text and a newline. */
void fake_append(const struct fake *fake, const char *text, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fake_symlink(const struct fake *fake, const char *target, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Remove the file or the folder with all in it; nothing is done where it is missing. */
void fake_remove(const struct fake *fake, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool fake_exists(const struct fake *fake, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The first line of a file into @buf, "" when there is none.  Returns @buf. */
char *fake_get(const struct fake *fake, char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The number in a file (C's prefixes), @otherwise when there is none. */
unsigned long fake_get_number(const struct fake *fake, unsigned long otherwise,
			      const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The last part of a link's target into @buf, "" when there is none.  Returns @buf. */
char *fake_get_link(const struct fake *fake, char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A number that grows by one at each call, from @first. */
unsigned long fake_count(const struct fake *fake, unsigned long first, const char *fmt,
			 ...) __attribute__((format(printf, 3, 4)));

/* Called with each line of a file, without its newline; false ends the reading. */
typedef bool fake_line_fn(char *line, void *arg);
void fake_each_line(const struct fake *fake, const char *path, fake_line_fn *fn,
		    void *arg);

/* Called with each name in a folder, in order of the names. */
typedef void fake_name_fn(const struct fake *fake, const char *name, void *arg);
void fake_each_name(const struct fake *fake, const char *path, fake_name_fn *fn,
		    void *arg);

/* Hold off other processes on the same folder; the descriptor returned is closed to
 * let them go on. */
int fake_lock(const struct fake *fake);

#endif
