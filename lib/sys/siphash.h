/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 (libsodium). */
#ifndef SRIOV_SYS_SIPHASH_H
#define SRIOV_SYS_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/* SipHash-2-4 of @len bytes under the 16 bytes of @key, as Aumasson and Bernstein define
 * it. */
uint64_t sriov_siphash(const uint8_t key[static 16], const void *data, size_t len);

#endif
