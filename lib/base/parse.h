/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, PCI addresses, MAC addresses, GUIDs and ranges, from text and to text. */
#ifndef SRIOV_BASE_PARSE_H
#define SRIOV_BASE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A PCI address: domain:bus:device.function. */
struct sriov_bdf {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;	  /* 0-31 */
	uint8_t function; /* 0-7 */
};

#define SRIOV_BDF_LEN sizeof("00000000:00:00.0")
#define SRIOV_NODEDEV_LEN sizeof("pci_00000000_00_00_0")
#define SRIOV_MAC_LEN sizeof("00:00:00:00:00:00")
#define SRIOV_GUID_LEN sizeof("00:00:00:00:00:00:00:00")

/*
 * Read @text as an unsigned number of @base (10, 16, or 0 for C's prefixes), all of
 * it digits, at most @max.  Returns 0, -EINVAL (not a number) or -ERANGE.
 */
int sriov_parse_number(const char *text, int base, uint64_t max, uint64_t *ret);

/*
 * Read a PCI address as lspci writes it (0000:01:10.6, or 01:10.6 for domain 0) or
 * as libvirt names a node device (pci_0000_01_10_6).  Returns 0 or -EINVAL.
 */
int sriov_bdf_parse(const char *text, struct sriov_bdf *ret);

/* Write @bdf as 0000:01:10.6 into @buf and return @buf. */
const char *sriov_bdf_format(const struct sriov_bdf *bdf, char buf[static SRIOV_BDF_LEN]);

/* Write @bdf as libvirt's pci_0000_01_10_6 into @buf and return @buf. */
const char *sriov_bdf_nodedev(const struct sriov_bdf *bdf,
			      char buf[static SRIOV_NODEDEV_LEN]);

/* Order of two addresses as for qsort(). */
int sriov_bdf_compare(const struct sriov_bdf *a, const struct sriov_bdf *b);

/*
 * Read aa:bb:cc:dd:ee:ff (either case) as a number whose highest byte of 48 bits is
 * aa.  Returns 0 or -EINVAL.
 */
int sriov_mac_parse(const char *text, uint64_t *ret);

/* Write the low 48 bits of @mac as aa:bb:cc:dd:ee:ff into @buf and return @buf. */
const char *sriov_mac_format(uint64_t mac, char buf[static SRIOV_MAC_LEN]);

/* Whether the I/G bit of the first byte is set (IEEE 802, 8.2.2). */
bool sriov_mac_is_multicast(uint64_t mac);

/*
 * Read the eight bytes of a GUID as ip-link(8) writes them, aa:bb:cc:dd:ee:ff:00:11, as a
 * number whose highest byte is aa.  Returns 0 or -EINVAL.
 */
int sriov_guid_parse(const char *text, uint64_t *ret);

/* Write @guid as aa:bb:cc:dd:ee:ff:00:11 into @buf and return @buf. */
const char *sriov_guid_format(uint64_t guid, char buf[static SRIOV_GUID_LEN]);

struct sriov_range {
	uint32_t first;
	uint32_t last; /* included, >= first */
};

/*
 * Read "3", "0-3" or "0-3,6" into an array that the caller frees.  Numbers are at
 * most @max.  Returns 0, -EINVAL (not a list of ranges), -EDOM (a range that runs
 * backwards), -ERANGE (over @max) or -ENOMEM.
 */
int sriov_ranges_parse(const char *text, uint32_t max, struct sriov_range **ret,
		       size_t *ret_n);

/*
 * Write @n ascending numbers as "0-3,6" into @buf of @size bytes, which ends in
 * "..." where it is too small.  Returns @buf.
 */
const char *sriov_ranges_format(const unsigned *numbers, size_t n, char *buf,
				size_t size);

#endif
