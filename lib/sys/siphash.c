/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 (libsodium). */
#include <sodium/crypto_shorthash_siphash24.h>

#include "sys/siphash.h"

uint64_t sriov_siphash(const uint8_t key[static 16], const void *data, size_t len)
{
	unsigned char hash[crypto_shorthash_siphash24_BYTES];
	uint64_t number = 0;

	crypto_shorthash_siphash24(hash, data, len, key);
	for (int i = 7; i >= 0; i--)
		number = number << 8 | hash[i];
	return number;
}
