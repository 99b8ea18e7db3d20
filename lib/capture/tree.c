/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has been gathered for a capture: files, folders and links, by their paths. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "capture/tree.h"
#include "sys/sysfs.h"

/* As the kernel follows links (linux/namei.h, MAXSYMLINKS). */
#define LINKS_MAX 40

void capture_put(struct capture *c, enum capture_kind kind, const char *path,
		 const void *data, size_t size)
{
	struct capture_entry entry = {.kind = kind, .size = size};

	entry.path = strdup(path);
	entry.data = malloc(size + 1);
	if (!entry.path || !entry.data || SRIOV_ARRAY_ROOM(c->entry, c->n) < 0) {
		free(entry.path);
		free(entry.data);
		c->failed = true;
		return;
	}
	if (size)
		memcpy(entry.data, data, size);
	entry.data[size] = '\0';
	c->entry[c->n++] = entry;
	if (kind == CAPTURE_TEXT)
		sriov_pseudonyms_learn(c->pseudonyms, entry.data, size);
}

void capture_putf(struct capture *c, enum capture_kind kind, const char *data,
		  const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	capture_put(c, kind, path, data, data ? strlen(data) : 0);
}

void capture_note(struct capture *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(c->left_out, fmt, ap);
	va_end(ap);
	fputc('\n', c->left_out);
}

void capture_note_failed(struct capture *c, const struct capture_door *door,
			 const char *path, int r)
{
	if (sriov_sysfs_failed(r) || r == -EXDEV || r == -ELOOP || r == -EFBIG)
		capture_note(c, "/%s/%s: %s", door->name, path, strerror(-r));
}

/* Cut the first part off @rest; false when none is left. */
static bool cut_part(char *rest, char *part, size_t size)
{
	size_t skip = strspn(rest, "/"), len = strcspn(rest + skip, "/");

	if (len == 0 || len >= size)
		return false;
	memcpy(part, rest + skip, len);
	part[len] = '\0';
	memmove(rest, rest + skip + len, strlen(rest + skip + len) + 1);
	return true;
}

static int go_up(char *done)
{
	char *slash = strrchr(done, '/');

	if (done[0] == '\0')
		return -EXDEV;
	*(slash ? slash : done) = '\0';
	return 0;
}

/* Go to @part of the folder @done; a link's target comes before @rest. */
static int step(struct capture *c, const struct capture_door *door, char *done,
		const char *part, char *rest)
{
	char path[PATH_MAX], target[PATH_MAX], then[PATH_MAX];
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s%s%s", done, done[0] ? "/" : "", part) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	n = readlinkat(door->fd, path, target, sizeof(target) - 1);
	if (n < 0 && errno != EINVAL)
		return -errno;
	if (n < 0) {
		strcpy(done, path);
		return 0;
	}
	target[n] = '\0';
	if (target[0] == '/')
		return -EXDEV;
	capture_putf(c, CAPTURE_LINK, target, "%s/%s", door->name, path);
	if (snprintf(then, sizeof(then), "%s/%s", target, rest) >= (int)sizeof(then))
		return -ENAMETOOLONG;
	strcpy(rest, then);
	return 1;
}

int capture_resolve(struct capture *c, const struct capture_door *door, const char *path,
		    char ret[static PATH_MAX])
{
	char rest[PATH_MAX], part[NAME_MAX + 1];
	int links = 0;

	if (strlen(path) >= sizeof(rest))
		return -ENAMETOOLONG;
	strcpy(rest, path);
	ret[0] = '\0';
	while (cut_part(rest, part, sizeof(part))) {
		int r = strcmp(part, "..") == 0	 ? go_up(ret)
			: strcmp(part, ".") == 0 ? 0
						 : step(c, door, ret, part, rest);

		if (r < 0)
			return r;
		links += r;
		if (links > LINKS_MAX)
			return -ELOOP;
	}
	return 0;
}

int capture_folder(struct capture *c, const struct capture_door *door, const char *folder,
		   char ret[static PATH_MAX])
{
	int r = capture_resolve(c, door, folder, ret);

	if (r < 0) {
		capture_note_failed(c, door, folder, r);
		return r;
	}
	capture_putf(c, CAPTURE_FOLDER, NULL, "%s/%s", door->name, ret);
	return 0;
}

void capture_page(struct capture *c, const struct capture_door *door, const char *folder,
		  const char *name)
{
	char path[PATH_MAX], text[CAPTURE_PAGE];
	_cleanup_close_ int fd = -1;
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return;
	fd = openat(door->fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n < 0) {
		capture_note_failed(c, door, path, -errno);
		return;
	}
	if (n == sizeof(text))
		capture_note(c, "/%s/%s: what comes after %zu bytes", door->name, path,
			     sizeof(text));
	snprintf(path, sizeof(path), "%s/%.3000s/%.255s", door->name, folder, name);
	capture_put(c, CAPTURE_TEXT, path, text, (size_t)n);
}

void capture_pages(struct capture *c, const struct capture_door *door, const char *folder,
		   const char *const *names)
{
	for (; *names; names++)
		capture_page(c, door, folder, *names);
}

void capture_link(struct capture *c, const struct capture_door *door, const char *folder,
		  const char *name)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return;
	n = readlinkat(door->fd, path, target, sizeof(target) - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	capture_putf(c, CAPTURE_LINK, target, "%s/%s", door->name, path);
}

void capture_presence(struct capture *c, const char *door, int fd, const char *path)
{
	if (sriov_sysfs_exists(fd, path))
		capture_putf(c, CAPTURE_TEXT, "", "%s/%s", door, path);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void capture_each(struct capture *c, const struct capture_door *door, const char *path,
		  capture_name_fn *fn, void *arg)
{
	struct dirent **entry = NULL;
	int n = scandirat(door->fd, path, &entry, is_visible, versionsort);

	if (n < 0)
		capture_note_failed(c, door, path, -errno);
	for (int i = 0; i < n; i++) {
		fn(c, entry[i]->d_name, arg);
		free(entry[i]);
	}
	free(entry);
}

bool capture_has(char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

void capture_add_word(struct capture *c, char ***list, size_t *n, const char *name)
{
	char *copy = strdup(name);

	if (!copy || SRIOV_ARRAY_ROOM(*list, *n) < 0) {
		free(copy);
		c->failed = true;
		return;
	}
	(*list)[(*n)++] = copy;
}

void capture_free_words(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void capture_free(struct capture *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->entry[i].path);
		free(c->entry[i].data);
	}
	free(c->entry);
	capture_free_words(c->address, c->n_addresses);
	capture_free_words(c->card, c->n_cards);
	capture_free_words(c->netdev, c->n_netdevs);
	free(c->ifindex);
	free(c->port);
	sriov_pseudonyms_free(c->pseudonyms);
}
