/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writing of a capture: the only place that writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/tree.h"
#include "sys/sysfs.h"

static int cannot_write(const char *path, int errnum, struct sriov_error *err)
{
	return sriov_error_set(err, SRIOV_FAILED, errnum, "%s: cannot be written: %s",
			       path, strerror(errnum));
}

/* Make the folder, or take an empty one; nobody else is to look into it. */
static int open_folder(const char *folder, struct sriov_error *err)
{
	_cleanup_close_ int fd = -1;
	_cleanup_closedir_ DIR *list = NULL;

	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return cannot_write(folder, errno, err);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return cannot_write(folder, errno, err);
	list = sriov_sysfs_list(fd, ".");
	for (const struct dirent *entry; list && (entry = readdir(list));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		sriov_error_set(err, SRIOV_FAILED, EEXIST, "%s is not empty", folder);
		return sriov_error_hint(err, "name a folder that is not there yet");
	}
	if (!list || fchmod(fd, 0700) < 0)
		return cannot_write(folder, errno, err);
	return sriov_take_fd(&fd);
}

/* Make the folders above the last part of @path, which is put back as it was. */
static int make_parents(int root, char *path)
{
	for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
		int r;

		*slash = '\0';
		r = mkdirat(root, path, 0700) < 0 && errno != EEXIST ? -errno : 0;
		*slash = '/';
		if (r < 0)
			return r;
	}
	return 0;
}

/* Returns 1 when it was made, 0 when it is there already, or -errno. */
static int make(int result)
{
	if (result < 0)
		return errno == EEXIST ? 0 : -errno;
	return 1;
}

static int write_file(struct capture *c, int root, const char *path,
		      const struct capture_entry *entry)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool failed;

	if (!file)
		return make(-1);
	if (entry->kind == CAPTURE_BINARY)
		sriov_pseudonyms_scan(c->pseudonyms, (uint8_t *)entry->data, entry->size);
	if (entry->kind == CAPTURE_TEXT)
		sriov_pseudonyms_write(c->pseudonyms, entry->data, entry->size, file);
	else
		fwrite(entry->data, 1, entry->size, file);
	errno = 0;
	failed = ferror(file);
	if (fclose(file) != 0 || failed)
		return errno ? -errno : -EIO;
	return 1;
}

static int write_link(struct capture *c, int root, const char *path,
		      const struct capture_entry *entry)
{
	_cleanup_free_ char *target = sriov_pseudonyms_text(c->pseudonyms, entry->data);

	return target ? make(symlinkat(target, root, path)) : -ENOMEM;
}

static int write_entry(struct capture *c, int root, const struct capture_entry *entry,
		       struct sriov_capture_summary *sum, struct sriov_error *err)
{
	_cleanup_free_ char *path = sriov_pseudonyms_text(c->pseudonyms, entry->path);
	int r = path ? make_parents(root, path) : -ENOMEM;

	if (r == 0)
		switch (entry->kind) {
		case CAPTURE_FOLDER:
			r = make(mkdirat(root, path, 0700));
			break;
		case CAPTURE_TEXT:
		case CAPTURE_BINARY:
		case CAPTURE_EXACT:
			r = write_file(c, root, path, entry);
			sum->files += r > 0;
			break;
		case CAPTURE_LINK:
			r = write_link(c, root, path, entry);
			sum->links += r > 0;
			break;
		}
	return r < 0 ? cannot_write(path ? path : entry->path, -r, err) : 0;
}

/* Links come last: nothing is ever written through one. */
int capture_write(struct capture *c, const char *folder,
		  struct sriov_capture_summary *sum, struct sriov_error *err)
{
	_cleanup_close_ int root = open_folder(folder, err);
	int r = root < 0 ? root : 0;

	for (int links = 0; links < 2; links++)
		for (size_t i = 0; r == 0 && i < c->n; i++)
			if ((c->entry[i].kind == CAPTURE_LINK) == links)
				r = write_entry(c, root, &c->entry[i], sum, err);
	return r;
}
