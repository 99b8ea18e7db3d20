/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to a text, collected by place and made in one go. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/splice.h"

/* Whether a change of bytes [begin, end) comes before one in the list. */
static bool comes_before(size_t begin, size_t end, const struct sriov_splice *other)
{
	return begin < other->begin || (begin == other->begin && end < other->end);
}

int sriov_splices_add(struct sriov_splices *splices, size_t begin, size_t end, char *text)
{
	_cleanup_free_ char *owned = text;
	size_t at = splices->n;

	if (!text || SRIOV_ARRAY_ROOM(splices->list, splices->n) < 0)
		return -ENOMEM;
	while (at > 0 && comes_before(begin, end, &splices->list[at - 1]))
		at--;
	memmove(splices->list + at + 1, splices->list + at,
		(splices->n - at) * sizeof(*splices->list));
	splices->list[at] = (struct sriov_splice){begin, end, SRIOV_TAKE(owned)};
	splices->n++;
	return 0;
}

static char *append(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	return to + size;
}

int sriov_splices_apply(const struct sriov_splices *splices, const char *text,
			size_t size, char **ret, size_t *ret_size)
{
	size_t most = size + 1, done = 0;
	char *made, *to;

	for (size_t i = 0; i < splices->n; i++)
		most += strlen(splices->list[i].text);
	made = malloc(most);
	if (!made)
		return -ENOMEM;
	to = made;
	for (size_t i = 0; i < splices->n; i++) {
		const struct sriov_splice *splice = &splices->list[i];

		to = append(to, text + done, splice->begin - done);
		to = append(to, splice->text, strlen(splice->text));
		done = splice->end;
	}
	to = append(to, text + done, size - done);
	*to = '\0';
	*ret = made;
	*ret_size = (size_t)(to - made);
	return 0;
}

void sriov_splices_clear(struct sriov_splices *splices)
{
	for (size_t i = 0; i < splices->n; i++)
		free(splices->list[i].text);
	free(splices->list);
	*splices = (struct sriov_splices){0};
}
