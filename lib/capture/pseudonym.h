/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells whose host it is gets another name: the same one wherever it stands. */
#ifndef SRIOV_CAPTURE_PSEUDONYM_H
#define SRIOV_CAPTURE_PSEUDONYM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cleanup.h"

#define SRIOV_PSEUDONYM_KEY_LEN 16

/* Bytes of the longest address that is replaced: that of IP over InfiniBand. */
#define SRIOV_SECRET_MAX 20

enum sriov_name_kind {
	SRIOV_NAME_GUEST,
	SRIOV_NAME_NETWORK, /* of libvirt */
	SRIOV_NAME_HOST,
	SRIOV_NAME_NAMESPACE,  /* of the network */
	SRIOV_NAME_CONNECTION, /* of NetworkManager */
	SRIOV_NAME_PLACE,      /* a mount point */
	SRIOV_N_NAME_KINDS,
};

struct sriov_pseudonyms;

/* @key makes them unlike those of any other run.  NULL without memory. */
struct sriov_pseudonyms *
sriov_pseudonyms_new(const uint8_t key[static SRIOV_PSEUDONYM_KEY_LEN]);
void sriov_pseudonyms_free(struct sriov_pseudonyms *p);

SRIOV_DEFINE_CLEANUP(sriov_cleanup_pseudonyms, struct sriov_pseudonyms *,
		     sriov_pseudonyms_free)
#define _cleanup_pseudonyms_ _cleanup_(sriov_cleanup_pseudonyms)

/*
 * Replace the @len bytes (at most SRIOV_SECRET_MAX) of an address or a serial number at
 * @bytes, and know it from now on in any form; of an address of IP over InfiniBand (20
 * bytes) the GUID at its end.  The two lowest bits of the first byte of
 * a MAC (6 bytes) stay: multicast, and locally administered.  All zeros and all ones are
 * nobody's and stay.  Returns 0 or -ENOMEM.
 */
int sriov_pseudonym_bytes(struct sriov_pseudonyms *p, uint8_t *bytes, size_t len);

/* The same of a MAC of 48 bits; @ret may be NULL. */
int sriov_pseudonym_mac(struct sriov_pseudonyms *p, uint64_t mac, uint64_t *ret);

/* Let @mac be replaced by @as, unless it has been replaced already. */
int sriov_pseudonym_give_mac(struct sriov_pseudonyms *p, uint64_t mac, uint64_t as);

/* Both of a GUID of 64 bits. */
int sriov_pseudonym_guid(struct sriov_pseudonyms *p, uint64_t guid, uint64_t *ret);
int sriov_pseudonym_give_guid(struct sriov_pseudonyms *p, uint64_t guid, uint64_t as);

/* Replace an IPv4 or IPv6 address (4 or 16 bytes): what shares a network goes on to. */
void sriov_pseudonym_ip(const struct sriov_pseudonyms *p, uint8_t *bytes, size_t len);

/*
 * Know a name, to be replaced by the word for @kind and a number, wherever it stands as a
 * word of its own.  Names of one kind are numbered as they come.  All names must be known
 * before the first text is written.  False when it was left alone: too short, no more
 * than digits, or kept by sriov_pseudonym_keep().
 */
bool sriov_pseudonym_name(struct sriov_pseudonyms *p, enum sriov_name_kind kind,
			  const char *name);

/* Never replace the word @name, but a MAC in it: what reads the texts needs it. */
void sriov_pseudonym_keep(struct sriov_pseudonyms *p, const char *name);

/* Know the addresses that stand in @text of @size bytes, before anything is written. */
int sriov_pseudonyms_learn(struct sriov_pseudonyms *p, const char *text, size_t size);

/*
 * Write @text of @size bytes to @to with everything replaced that is known, and any MAC,
 * longer hardware address, UUID, machine-id and IP address even if it is not.
 */
void sriov_pseudonyms_write(struct sriov_pseudonyms *p, const char *text, size_t size,
			    FILE *to);

/* The same into a string that the caller frees; NULL without memory. */
char *sriov_pseudonyms_text(struct sriov_pseudonyms *p, const char *text);

/*
 * Replace what is known wherever it lies in the @size bytes at @data; not what has too
 * many zeros to be told from anything else.
 */
void sriov_pseudonyms_scan(struct sriov_pseudonyms *p, uint8_t *data, size_t size);

/* How many of @kind, and how many different MACs, were replaced. */
size_t sriov_pseudonyms_names(const struct sriov_pseudonyms *p,
			      enum sriov_name_kind kind);
size_t sriov_pseudonyms_macs(const struct sriov_pseudonyms *p);

/* Whether there was no memory for something that should have been known. */
bool sriov_pseudonyms_failed(const struct sriov_pseudonyms *p);

/*
 * pseudonym.c for pseudonym_text.c: what the @len bytes at @bytes are replaced by, NULL
 * when they are not known.
 */
const uint8_t *sriov_pseudonym_find(const struct sriov_pseudonyms *p,
				    const uint8_t *bytes, size_t len);

/*
 * What the longest known name at @text, which has @left bytes, is replaced by: @text
 * itself when it is kept.  NULL when there is none.
 */
const char *sriov_pseudonym_find_name(struct sriov_pseudonyms *p, const char *text,
				      size_t left, size_t *ret_len);

#endif
