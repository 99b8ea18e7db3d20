/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of the fake kernel kept in memory, to be written again for each case. */
#ifndef SWEEP_IMAGE_H
#define SWEEP_IMAGE_H

#include "disk.h"

struct image {
	struct image_entry *entry;
	size_t n;
};

/* Keep all that is below the folder of @fake. */
void image_take(struct image *ret, const struct fake *fake);

/* Make the folder of @fake such again, whatever is in it. */
void image_write(const struct image *image, const struct fake *fake);

void image_free(struct image *image);

#endif
