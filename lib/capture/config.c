/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration space without serial numbers. */
#include <linux/pci_regs.h>
#include <string.h>

#include "capture/tree.h"

#define CAPABILITIES_MAX 48 /* what fits below 0x100 */
#define EXTENDED_MAX 480    /* what fits above */
#define SERIAL_LEN 8

static uint16_t word_at(const uint8_t *config, size_t at)
{
	return (uint16_t)(config[at] | config[at + 1] << 8);
}

/* The register that held what was read last of the Vital Product Data (PCI 3.0, I). */
static void clear_vpd(uint8_t *config, size_t size)
{
	size_t at = config[PCI_CAPABILITY_LIST] & ~3U;

	if (!(word_at(config, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return;
	for (int i = 0; i < CAPABILITIES_MAX && at >= PCI_STD_HEADER_SIZEOF &&
			at + PCI_VPD_DATA + 4 <= size;
	     i++) {
		if (config[at] == PCI_CAP_ID_VPD)
			memset(config + at + PCI_VPD_ADDR, 0,
			       PCI_VPD_DATA + 4 - PCI_VPD_ADDR);
		at = config[at + PCI_CAP_LIST_NEXT] & ~3U;
	}
}

/* As text it is written highest byte first, often with the card's MAC in it. */
static void replace_serial(struct sriov_pseudonyms *p, uint8_t *at)
{
	uint8_t serial[SERIAL_LEN];

	for (int i = 0; i < SERIAL_LEN; i++)
		serial[i] = at[SERIAL_LEN - 1 - i];
	if (sriov_pseudonym_bytes(p, serial, sizeof(serial)) < 0)
		memset(serial, 0, sizeof(serial));
	for (int i = 0; i < SERIAL_LEN; i++)
		at[i] = serial[SERIAL_LEN - 1 - i];
}

/* PCI Express Base Specification, 7.9.3: Device Serial Number. */
static void replace_serials(struct sriov_pseudonyms *p, uint8_t *config, size_t size)
{
	size_t at = PCI_CFG_SPACE_SIZE;

	for (int i = 0; i < EXTENDED_MAX && at >= PCI_CFG_SPACE_SIZE && at + 12 <= size;
	     i++) {
		if (word_at(config, at) == PCI_EXT_CAP_ID_DSN)
			replace_serial(p, config + at + 4);
		at = word_at(config, at + 2) >> 4 & ~3U;
	}
}

void capture_clean_config(struct sriov_pseudonyms *p, uint8_t *config, size_t size)
{
	if (size >= PCI_STD_HEADER_SIZEOF)
		clear_vpd(config, size);
	replace_serials(p, config, size);
}
