/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of the fake kernel kept in memory, to be written again for each case. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "image.h"

struct image_entry {
	char *path; /* below the folder */
	int kind;   /* FTS_D, FTS_F or FTS_SL */
	char *data; /* of the file, or the link's target */
	size_t size;
};

static void read_file(const char *path, struct image_entry *entry, size_t size)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, entry->data, size);

	if (n < 0)
		fake_die("cannot read %s: %s", path, strerror(errno));
	entry->size = (size_t)n;
}

static void read_target(const char *path, struct image_entry *entry, size_t size)
{
	ssize_t n = readlink(path, entry->data, size);

	if (n < 0)
		fake_die("cannot read %s: %s", path, strerror(errno));
	entry->data[n] = '\0';
}

static void take_entry(struct image *image, const FTSENT *at, size_t skip)
{
	size_t size = (size_t)at->fts_statp->st_size;
	struct image_entry *entry;

	if (SRIOV_ARRAY_ROOM(image->entry, image->n) < 0)
		fake_die("out of memory");
	entry = &image->entry[image->n++];
	*entry = (struct image_entry){
		.path = strdup(at->fts_path + skip),
		.kind = at->fts_info,
		.data = calloc(size + 1, 1),
	};
	if (!entry->path || !entry->data)
		fake_die("out of memory");
	if (at->fts_info == FTS_F)
		read_file(at->fts_path, entry, size);
	else if (at->fts_info == FTS_SL)
		read_target(at->fts_path, entry, size);
}

void image_take(struct image *ret, const struct fake *fake)
{
	char *roots[] = {(char *)fake->path, NULL};
	size_t skip = strlen(fake->path) + 1;
	FTS *tree = fts_open(roots, FTS_PHYSICAL, NULL);
	struct image image = {0};
	const FTSENT *at;

	if (!tree)
		fake_die("cannot list %s: %s", fake->path, strerror(errno));
	while ((at = fts_read(tree)))
		if (at->fts_level > 0 &&
		    (at->fts_info == FTS_D || at->fts_info == FTS_F ||
		     at->fts_info == FTS_SL))
			take_entry(&image, at, skip);
	fts_close(tree);
	*ret = image;
}

static void remove_one(const struct fake *fake, const char *name, void *arg)
{
	(void)arg;
	fake_remove(fake, "%s", name);
}

void image_write(const struct image *image, const struct fake *fake)
{
	fake_each_name(fake, ".", remove_one, NULL);
	for (size_t i = 0; i < image->n; i++) {
		const struct image_entry *entry = &image->entry[i];

		if (entry->kind == FTS_D)
			fake_folder(fake, "%s", entry->path);
		else if (entry->kind == FTS_SL)
			fake_symlink(fake, entry->data, "%s", entry->path);
		else
			fake_put_bytes(fake, entry->data, entry->size, "%s", entry->path);
	}
}

void image_free(struct image *image)
{
	for (size_t i = 0; i < image->n; i++) {
		free(image->entry[i].path);
		free(image->entry[i].data);
	}
	free(image->entry);
	*image = (struct image){0};
}
