/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays: growing by doubling, sorting. */
#ifndef SRIOV_BASE_ARRAY_H
#define SRIOV_BASE_ARRAY_H

#include <errno.h>
#include <stdlib.h>

#define SRIOV_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Make room in @array, which holds @n items, for one more.  The room is a power of
 * two, so that it follows from the number of items and needs no counter.  Returns 0
 * or -ENOMEM, with the array as it was.
 */
static inline int sriov_array_room_(void **array, size_t n, size_t item)
{
	size_t room = n ? n * 2 : 4;
	void *grown;

	if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
		return 0;
	grown = reallocarray(*array, room, item);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	return 0;
}

#define SRIOV_ARRAY_ROOM(array, n)                                                       \
	sriov_array_room_((void **)&(array), (n), sizeof(*(array)))

/*
 * Sort as qsort() does, but what comes in order, as thousands of VFs mostly do, is only
 * looked through.
 */
static inline void sriov_array_sort(void *array, size_t n, size_t item,
				    int (*compare)(const void *a, const void *b))
{
	const char *at = array;

	for (size_t i = 1; i < n; i++, at += item)
		if (compare(at, at + item) > 0) {
			qsort(array, n, item, compare);
			return;
		}
}

#endif
