/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, PCI addresses, MAC addresses, GUIDs and ranges, from text and to text. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/parse.h"

#define MAC_BYTES 6
#define GUID_BYTES 8

int sriov_parse_number(const char *text, int base, uint64_t max, uint64_t *ret)
{
	unsigned long long number;
	char *end;

	/* strtoull takes blanks and signs, a kernel file and a user's word have none */
	if (!isalnum((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (*end != '\0' || end == text)
		return -EINVAL;
	if (errno == ERANGE || number > max)
		return -ERANGE;
	*ret = number;
	return 0;
}

/* Read exactly @digits to @most hexadecimal digits and step over them. */
static int take_hex(const char **text, int digits, int most, uint32_t *ret)
{
	uint32_t value = 0;
	int n = 0;

	for (; n < most && isxdigit((unsigned char)**text); n++, (*text)++) {
		int c = tolower((unsigned char)**text);

		value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (n < digits)
		return -EINVAL;
	*ret = value;
	return 0;
}

static int take_char(const char **text, char c)
{
	if (**text != c)
		return -EINVAL;
	(*text)++;
	return 0;
}

/* Read domain:bus:device.function with the separators of one of the two spellings. */
static int bdf_parse_as(const char *text, char separator, char dot, bool with_domain,
			struct sriov_bdf *ret)
{
	uint32_t domain = 0, bus, device, function;

	if (with_domain &&
	    (take_hex(&text, 4, 8, &domain) < 0 || take_char(&text, separator) < 0))
		return -EINVAL;
	if (take_hex(&text, 2, 2, &bus) < 0 || take_char(&text, separator) < 0 ||
	    take_hex(&text, 2, 2, &device) < 0 || take_char(&text, dot) < 0 ||
	    take_hex(&text, 1, 1, &function) < 0 || *text != '\0')
		return -EINVAL;
	if (device > 31 || function > 7)
		return -EINVAL;
	*ret = (struct sriov_bdf){
		.domain = domain,
		.bus = (uint8_t)bus,
		.device = (uint8_t)device,
		.function = (uint8_t)function,
	};
	return 0;
}

int sriov_bdf_parse(const char *text, struct sriov_bdf *ret)
{
	if (strncmp(text, "pci_", 4) == 0)
		return bdf_parse_as(text + 4, '_', '_', true, ret);
	if (bdf_parse_as(text, ':', '.', true, ret) == 0)
		return 0;
	return bdf_parse_as(text, ':', '.', false, ret);
}

const char *sriov_bdf_format(const struct sriov_bdf *bdf, char buf[static SRIOV_BDF_LEN])
{
	snprintf(buf, SRIOV_BDF_LEN, "%04x:%02x:%02x.%x", bdf->domain, bdf->bus,
		 bdf->device & 31U, bdf->function & 7U);
	return buf;
}

const char *sriov_bdf_nodedev(const struct sriov_bdf *bdf,
			      char buf[static SRIOV_NODEDEV_LEN])
{
	snprintf(buf, SRIOV_NODEDEV_LEN, "pci_%04x_%02x_%02x_%x", bdf->domain, bdf->bus,
		 bdf->device & 31U, bdf->function & 7U);
	return buf;
}

static uint64_t bdf_number(const struct sriov_bdf *bdf)
{
	return (uint64_t)bdf->domain << 32 | (uint64_t)bdf->bus << 16 |
	       (uint64_t)bdf->device << 8 | bdf->function;
}

int sriov_bdf_compare(const struct sriov_bdf *a, const struct sriov_bdf *b)
{
	uint64_t x = bdf_number(a), y = bdf_number(b);

	return (x > y) - (x < y);
}

/* @n bytes with colons between them, the highest first. */
static int bytes_parse(const char *text, int n, uint64_t *ret)
{
	uint64_t number = 0;

	for (int i = 0; i < n; i++) {
		uint32_t byte;

		if ((i > 0 && take_char(&text, ':') < 0) ||
		    take_hex(&text, 2, 2, &byte) < 0)
			return -EINVAL;
		number = number << 8 | byte;
	}
	if (*text != '\0')
		return -EINVAL;
	*ret = number;
	return 0;
}

/* By hand: it is written for every VF, and printf takes ten times as long. */
static const char *bytes_format(uint64_t number, int n, char *buf)
{
	static const char digits[] = "0123456789abcdef";
	char *at = buf;

	for (int shift = 8 * n - 4; shift >= 0; shift -= 8) {
		*at++ = digits[number >> shift & 0xf];
		*at++ = digits[number >> (shift - 4) & 0xf];
		*at++ = shift > 4 ? ':' : '\0';
	}
	return buf;
}

int sriov_mac_parse(const char *text, uint64_t *ret)
{
	return bytes_parse(text, MAC_BYTES, ret);
}

const char *sriov_mac_format(uint64_t mac, char buf[static SRIOV_MAC_LEN])
{
	return bytes_format(mac, MAC_BYTES, buf);
}

bool sriov_mac_is_multicast(uint64_t mac)
{
	return mac >> 40 & 1;
}

int sriov_guid_parse(const char *text, uint64_t *ret)
{
	return bytes_parse(text, GUID_BYTES, ret);
}

const char *sriov_guid_format(uint64_t guid, char buf[static SRIOV_GUID_LEN])
{
	return bytes_format(guid, GUID_BYTES, buf);
}

/* Read decimal digits and step over them. */
static int take_decimal(const char **text, uint32_t max, uint32_t *ret)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++) {
		value = value * 10 + (uint64_t)(**text - '0');
		if (value > UINT32_MAX)
			return -ERANGE;
	}
	if (value > max)
		return -ERANGE;
	*ret = (uint32_t)value;
	return 0;
}

static int take_range(const char **text, uint32_t max, struct sriov_range *ret)
{
	struct sriov_range range;
	int r;

	r = take_decimal(text, max, &range.first);
	if (r < 0)
		return r;
	range.last = range.first;
	if (take_char(text, '-') == 0) {
		r = take_decimal(text, max, &range.last);
		if (r < 0)
			return r;
	}
	if (range.last < range.first)
		return -EDOM;
	*ret = range;
	return 0;
}

int sriov_ranges_parse(const char *text, uint32_t max, struct sriov_range **ret,
		       size_t *ret_n)
{
	_cleanup_free_ struct sriov_range *ranges = NULL;
	size_t n = 0;
	int r;

	do {
		r = SRIOV_ARRAY_ROOM(ranges, n);
		if (r < 0)
			return r;
		r = take_range(&text, max, &ranges[n]);
		if (r < 0)
			return r;
		n++;
	} while (take_char(&text, ',') == 0);
	if (*text != '\0')
		return -EINVAL;
	*ret = SRIOV_TAKE(ranges);
	*ret_n = n;
	return 0;
}

const char *sriov_ranges_format(const unsigned *numbers, size_t n, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0, last; i < n; i = last + 1) {
		const char *comma = i ? "," : "";
		int len;

		for (last = i; last + 1 < n && numbers[last + 1] == numbers[last] + 1;)
			last++;
		if (last == i)
			len = snprintf(buf + used, size - used, "%s%u", comma,
				       numbers[i]);
		else
			len = snprintf(buf + used, size - used, "%s%u-%u", comma,
				       numbers[i], numbers[last]);
		if (len < 0 || (size_t)len >= size - used) {
			if (size > 4)
				snprintf(buf + (used < size - 4 ? used : size - 4), 4,
					 "...");
			break;
		}
		used += (size_t)len;
	}
	return buf;
}
