/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people: what is safe to print, and the word that was meant. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define WORD_MAX 32

/* Levenshtein's distance, with a swap of two neighbours as one edit. */
static size_t word_distance(const char *a, const char *b)
{
	size_t row[3][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[la % 3][lb];
}

const char *sriov_closest_word(const char *word, const char *const *words)
{
	size_t best = (strlen(word) + 2) / 3 + 1;
	const char *found = NULL;

	for (; *words; words++) {
		size_t distance = word_distance(word, *words);

		if (distance < best) {
			best = distance;
			found = *words;
		}
	}
	return found;
}

/*
 * Length of the UTF-8 sequence at @s, 0 when it is none: the second byte also tells
 * spellings that are too long, surrogates and what lies past U+10FFFF (RFC 3629).
 */
static size_t utf8_length(const unsigned char *s)
{
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	/* U+0080 to U+009F are control characters too */
	if (s[0] == 0xc2 && s[1] < 0xa0)
		return 0;
	return n;
}

const char *sriov_text_printable(const char *text, char *buf, size_t size)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t used = 0;

	while (*in) {
		size_t n = utf8_length(in);

		if (used + (n ? n : 1) >= size)
			break;
		if (n == 0 || *in < 0x20 || *in == 0x7f) {
			buf[used++] = '?';
			in++;
			continue;
		}
		memcpy(buf + used, in, n);
		used += n;
		in += n;
	}
	buf[used] = '\0';
	return buf;
}

void sriov_text_append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, size - used, fmt, ap);
	va_end(ap);
}

const char *sriov_text_decimal(uint64_t n, char buf[static SRIOV_DECIMAL_LEN])
{
	char digits[SRIOV_DECIMAL_LEN];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	return memcpy(buf, at, (size_t)(digits + sizeof(digits) - at));
}

const char *sriov_text_join(char *buf, size_t size, const char *const *parts)
{
	size_t used = 0;

	for (; *parts; parts++) {
		size_t len = strnlen(*parts, size - 1 - used);

		memcpy(buf + used, *parts, len);
		used += len;
	}
	buf[used] = '\0';
	return buf;
}

const char *sriov_text_shell(const char *text, char *buf, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789_@%+=:,./-";
	size_t n = strlen(text), used = 0;
	const char *end = text + n;

	buf[0] = '\0';
	if (n * 4 + sizeof("''") > size)
		return buf;
	if (n && strspn(text, plain) == n)
		return memcpy(buf, text, n + 1);
	buf[used++] = '\'';
	for (; text < end; text++)
		if (*text == '\'')
			used += (size_t)sprintf(buf + used, "'\\''");
		else
			buf[used++] = *text;
	buf[used++] = '\'';
	buf[used] = '\0';
	return buf;
}
