/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. */
#ifndef FUZZ_MUST_H
#define FUZZ_MUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An assertion that NDEBUG leaves in. */
static inline void must(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "broken: %s\n", what);
	abort();
}

/* The bytes as a string on the heap, where reading past its end is seen. */
static inline char *string_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text, "memory");
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
