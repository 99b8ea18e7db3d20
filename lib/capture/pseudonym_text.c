/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in a text or in bytes something stands that is replaced. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "capture/pseudonym.h"

#define MAC_LEN 6
#define GUID_LEN 8
#define UUID_LEN 16

/* What has fewer other bytes may be any number, unless it is written as an address. */
#define TELLING_BYTES 3

/* A text that is read, and where its replacement goes; NULL: it is only learned from. */
struct scan {
	struct sriov_pseudonyms *p;
	const char *text;
	size_t size;
	FILE *to;
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c);
}

/* Whether @c may stand inside of an IP address. */
static bool is_joint(char c)
{
	return c == '.' || c == ':';
}

static char at(const struct scan *scan, size_t i)
{
	return i < scan->size ? scan->text[i] : '\0';
}

/* The byte that two hexadecimal digits at @i make, -1 when there are none. */
static int byte_at(const struct scan *scan, size_t i)
{
	int high = digit(at(scan, i)), low = digit(at(scan, i + 1));

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/*
 * Write @bytes over the digits of the @span characters at @i; what lies between the
 * digits stays, and so do capitals.
 */
static void put_digits(const struct scan *scan, size_t i, size_t span,
		       const uint8_t *bytes)
{
	bool capitals = false;
	size_t n = 0;

	for (size_t j = i; j < i + span; j++)
		capitals |= digit(scan->text[j]) >= 10 &&
			    isupper((unsigned char)scan->text[j]);
	for (size_t j = i; j < i + span; j++) {
		char c = scan->text[j];

		if (digit(c) >= 0) {
			uint8_t nibble = n % 2 ? bytes[n / 2] & 15 : bytes[n / 2] >> 4;

			c = (capitals ? "0123456789ABCDEF" : "0123456789abcdef")[nibble];
			n++;
		}
		fputc(c, scan->to);
	}
}

/* Six or more bytes with ':' or '-' between them.  Returns the length, 0: there are none.
 */
static size_t take_address(const struct scan *scan, size_t i)
{
	char separator = at(scan, i + 2);
	uint8_t bytes[SRIOV_SECRET_MAX] = {0};
	size_t n = 0;
	int byte;

	if ((separator != ':' && separator != '-') ||
	    (i && digit(scan->text[i - 1]) >= 0))
		return 0;
	while (n < sizeof(bytes) && (byte = byte_at(scan, i + 3 * n)) >= 0) {
		bytes[n++] = (uint8_t)byte;
		if (at(scan, i + 3 * n - 1) != separator)
			break;
	}
	if (n < MAC_LEN || digit(at(scan, i + 3 * n - 1)) >= 0)
		return 0;
	if (sriov_pseudonym_bytes(scan->p, bytes, n) == 0 && scan->to)
		put_digits(scan, i, 3 * n - 1, bytes);
	return 3 * n - 1;
}

/* A UUID, or the same 32 digits without hyphens as machine-id(5) has them. */
static size_t take_uuid(const struct scan *scan, size_t i)
{
	static const char hyphens[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	bool bare = digit(at(scan, i + 8)) >= 0;
	size_t span = bare ? (size_t)2 * UUID_LEN : strlen(hyphens), n = 0;
	uint8_t bytes[UUID_LEN] = {0};

	if (i && is_word(scan->text[i - 1]))
		return 0;
	for (size_t j = 0; j < span; j++) {
		char c = at(scan, i + j);

		if (!bare && hyphens[j] == '-') {
			if (c != '-')
				return 0;
			continue;
		}
		if (digit(c) < 0)
			return 0;
		bytes[n / 2] = (uint8_t)(bytes[n / 2] << 4 | digit(c));
		n++;
	}
	if (is_word(at(scan, i + span)))
		return 0;
	if (sriov_pseudonym_bytes(scan->p, bytes, sizeof(bytes)) == 0 && scan->to)
		put_digits(scan, i, span, bytes);
	return span;
}

static bool is_telling(const uint8_t *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] != 0x00 && bytes[i] != 0xff;
	return n >= TELLING_BYTES;
}

static const size_t bare_lens[] = {UUID_LEN, GUID_LEN, MAC_LEN};

/* Digits without anything between them (enx525400a10000): only what is known. */
static size_t take_bare(const struct scan *scan, size_t i)
{
	uint8_t bytes[UUID_LEN] = {0};
	size_t n = 0;
	int byte;

	while (n < sizeof(bytes) && (byte = byte_at(scan, i + 2 * n)) >= 0)
		bytes[n++] = (uint8_t)byte;
	for (size_t j = 0; j < SRIOV_ARRAY_SIZE(bare_lens); j++) {
		size_t len = bare_lens[j];
		const uint8_t *as = n < len || !is_telling(bytes, len)
					    ? NULL
					    : sriov_pseudonym_find(scan->p, bytes, len);

		if (!as)
			continue;
		put_digits(scan, i, 2 * len, as);
		return 2 * len;
	}
	return 0;
}

static bool is_netmask(const uint8_t *a)
{
	uint32_t mask =
		(uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];

	return mask & UINT32_C(1) << 31 && (~mask & (~mask + 1)) == 0;
}

/* An IPv4 or IPv6 address; the shapes of numbers and times are none to inet_pton(). */
static size_t take_ip(const struct scan *scan, size_t i)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16] = {0};
	size_t len = 0;
	int family = AF_INET;

	if (i && (is_word(scan->text[i - 1]) || is_joint(scan->text[i - 1])))
		return 0;
	while (len + 1 < sizeof(text) &&
	       (digit(at(scan, i + len)) >= 0 || is_joint(at(scan, i + len)))) {
		text[len] = at(scan, i + len);
		family = text[len] == ':' ? AF_INET6 : family;
		len++;
	}
	/* the end of a sentence */
	while (len && is_joint(text[len - 1]) &&
	       !(len > 1 && text[len - 1] == ':' && text[len - 2] == ':'))
		len--;
	text[len] = '\0';
	if (len < 2 || is_word(at(scan, i + len)) ||
	    inet_pton(family, text, bytes) != 1 ||
	    (family == AF_INET && is_netmask(bytes)))
		return 0;
	sriov_pseudonym_ip(scan->p, bytes, family == AF_INET ? 4 : 16);
	fputs(inet_ntop(family, bytes, text, sizeof(text)), scan->to);
	return len;
}

static size_t take_name(const struct scan *scan, size_t i)
{
	const char *as;
	size_t len;

	if (i && is_word(scan->text[i - 1]))
		return 0;
	as = sriov_pseudonym_find_name(scan->p, scan->text + i, scan->size - i, &len);
	if (!as)
		return 0;
	fwrite(as, 1, as == scan->text + i ? len : strlen(as), scan->to);
	return len;
}

/* Replace what begins at @i, and return its length; 0 when nothing does. */
static size_t take(const struct scan *scan, size_t i)
{
	size_t len = take_name(scan, i);

	if (len == 0 && (digit(at(scan, i)) >= 0 || at(scan, i) == ':')) {
		len = take_uuid(scan, i);
		len = len ? len : take_address(scan, i);
		len = len ? len : take_bare(scan, i);
		len = len ? len : take_ip(scan, i);
	}
	return len;
}

void sriov_pseudonyms_write(struct sriov_pseudonyms *p, const char *text, size_t size,
			    FILE *to)
{
	const struct scan scan = {p, text, size, to};
	size_t i = 0;

	while (i < size) {
		size_t len = take(&scan, i);

		if (len == 0)
			fputc(text[i], to);
		i += len ? len : 1;
	}
}

char *sriov_pseudonyms_text(struct sriov_pseudonyms *p, const char *text)
{
	char *replaced = NULL;
	size_t size;
	FILE *to = open_memstream(&replaced, &size);

	if (!to)
		return NULL;
	sriov_pseudonyms_write(p, text, strlen(text), to);
	if (fclose(to) == 0)
		return replaced;
	free(replaced);
	return NULL;
}

int sriov_pseudonyms_learn(struct sriov_pseudonyms *p, const char *text, size_t size)
{
	const struct scan scan = {p, text, size, NULL};
	size_t i = 0;

	while (i < size) {
		size_t len = digit(text[i]) < 0 ? 0 : take_uuid(&scan, i);

		if (len == 0 && digit(text[i]) >= 0)
			len = take_address(&scan, i);
		i += len ? len : 1;
	}
	return sriov_pseudonyms_failed(p) ? -ENOMEM : 0;
}

void sriov_pseudonyms_scan(struct sriov_pseudonyms *p, uint8_t *data, size_t size)
{
	size_t i = 0;

	while (i < size) {
		size_t step = 1;

		for (size_t j = 0; j < SRIOV_ARRAY_SIZE(bare_lens); j++) {
			size_t len = bare_lens[j];
			const uint8_t *as = NULL;

			if (i + len <= size && is_telling(data + i, len))
				as = sriov_pseudonym_find(p, data + i, len);
			if (!as)
				continue;
			memcpy(data + i, as, len);
			step = len;
			break;
		}
		i += step;
	}
}
