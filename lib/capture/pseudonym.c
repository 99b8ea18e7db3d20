/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of what is replaced, and by what. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/parse.h"
#include "capture/pseudonym.h"
#include "sys/siphash.h"

#define MAC_LEN 6
#define GUID_LEN 8
#define IPOIB_LEN 20
#define MAC_KEPT_BITS 0x03 /* of its first byte: multicast, locally administered */

#define BUCKETS 4096

/* Shorter names are in every text, and tell nobody. */
#define NAME_MIN 3

struct secret {
	uint8_t bytes[SRIOV_SECRET_MAX];
	uint8_t as[SRIOV_SECRET_MAX];
	size_t len;
	bool seen;   /* in what is captured; one that is given may never be */
	size_t next; /* of its bucket: index + 1, 0 the last */
};

struct name {
	char *name;
	size_t len;
	enum sriov_name_kind kind;
	bool kept;
	char as[24];
	size_t next; /* of its bucket: index + 1, 0 the last */
};

struct sriov_pseudonyms {
	uint8_t key[SRIOV_PSEUDONYM_KEY_LEN];
	struct secret *secret;
	size_t n_secrets;
	size_t bucket[BUCKETS]; /* index + 1, 0 none */
	struct name *name;
	size_t n_names;
	size_t name_bucket[BUCKETS]; /* by the letters that names begin with */
	bool numbered;
	bool failed;
};

static const char *const kinds[] = {
	[SRIOV_NAME_GUEST] = "guest",
	[SRIOV_NAME_NETWORK] = "network",
	[SRIOV_NAME_HOST] = "host",
	[SRIOV_NAME_NAMESPACE] = "namespace",
	[SRIOV_NAME_CONNECTION] = "connection",
	[SRIOV_NAME_PLACE] = "place",
};

struct sriov_pseudonyms *
sriov_pseudonyms_new(const uint8_t key[static SRIOV_PSEUDONYM_KEY_LEN])
{
	struct sriov_pseudonyms *p = calloc(1, sizeof(*p));

	if (p)
		memcpy(p->key, key, sizeof(p->key));
	return p;
}

void sriov_pseudonyms_free(struct sriov_pseudonyms *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_names; i++)
		free(p->name[i].name);
	free(p->name);
	free(p->secret);
	explicit_bzero(p->key, sizeof(p->key));
	free(p);
}

/* MACs of one card differ in their last bytes. */
static size_t bucket_of(const uint8_t *bytes, size_t len)
{
	return ((size_t)bytes[len - 2] << 8 | bytes[len - 1]) % BUCKETS;
}

static struct secret *find(const struct sriov_pseudonyms *p, const uint8_t *bytes,
			   size_t len)
{
	size_t next = p->bucket[bucket_of(bytes, len)];

	while (next) {
		struct secret *secret = &p->secret[next - 1];

		if (secret->len == len && memcmp(secret->bytes, bytes, len) == 0)
			return secret;
		next = secret->next;
	}
	return NULL;
}

const uint8_t *sriov_pseudonym_find(const struct sriov_pseudonyms *p,
				    const uint8_t *bytes, size_t len)
{
	struct secret *secret = find(p, bytes, len);

	if (!secret)
		return NULL;
	secret->seen = true;
	return secret->as;
}

static bool is_taken(const struct sriov_pseudonyms *p, const uint8_t *as, size_t len)
{
	for (size_t i = 0; i < p->n_secrets; i++)
		if (p->secret[i].len == len && memcmp(p->secret[i].as, as, len) == 0)
			return true;
	return false;
}

/* The bytes that the key makes of @bytes, at the attempt @attempt. */
static void make(const struct sriov_pseudonyms *p, const uint8_t *bytes, size_t len,
		 uint8_t attempt, uint8_t *ret)
{
	uint8_t input[SRIOV_SECRET_MAX + 2];

	memcpy(input, bytes, len);
	input[len] = attempt;
	for (size_t i = 0; i < len; i++) {
		input[len + 1] = (uint8_t)i;
		ret[i] = (uint8_t)sriov_siphash(p->key, input, len + 2);
	}
	if (len == MAC_LEN)
		ret[0] =
			(uint8_t)((ret[0] & ~MAC_KEPT_BITS) | (bytes[0] & MAC_KEPT_BITS));
}

static struct secret *add(struct sriov_pseudonyms *p, const uint8_t *bytes, size_t len)
{
	size_t *bucket = &p->bucket[bucket_of(bytes, len)];
	struct secret *secret;

	if (SRIOV_ARRAY_ROOM(p->secret, p->n_secrets) < 0) {
		p->failed = true;
		return NULL;
	}
	secret = &p->secret[p->n_secrets++];
	*secret = (struct secret){.len = len, .next = *bucket};
	memcpy(secret->bytes, bytes, len);
	*bucket = p->n_secrets;
	return secret;
}

static bool is_nobodys(const uint8_t *bytes, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (bytes[i] != bytes[0])
			return false;
	return bytes[0] == 0x00 || bytes[0] == 0xff;
}

int sriov_pseudonym_bytes(struct sriov_pseudonyms *p, uint8_t *bytes, size_t len)
{
	struct secret *secret = find(p, bytes, len);
	uint8_t as[SRIOV_SECRET_MAX];

	if (len == IPOIB_LEN)
		return sriov_pseudonym_bytes(p, bytes + len - GUID_LEN, GUID_LEN);
	if (is_nobodys(bytes, len))
		return 0;
	if (!secret) {
		uint8_t attempt = 0;

		do
			make(p, bytes, len, attempt++, as);
		while (is_taken(p, as, len) && attempt < UINT8_MAX);
		secret = add(p, bytes, len);
		if (!secret)
			return -ENOMEM;
		memcpy(secret->as, as, len);
	}
	secret->seen = true;
	memcpy(bytes, secret->as, len);
	return 0;
}

static void to_bytes(uint64_t number, size_t len, uint8_t *ret)
{
	for (size_t i = len; i-- > 0; number >>= 8)
		ret[i] = (uint8_t)number;
}

static int replace_number(struct sriov_pseudonyms *p, uint64_t number, size_t len,
			  uint64_t *ret)
{
	uint8_t bytes[GUID_LEN];
	int r;

	to_bytes(number, len, bytes);
	r = sriov_pseudonym_bytes(p, bytes, len);
	if (r < 0 || !ret)
		return r;
	*ret = 0;
	for (size_t i = 0; i < len; i++)
		*ret = *ret << 8 | bytes[i];
	return 0;
}

static int give_number(struct sriov_pseudonyms *p, uint64_t number, size_t len,
		       uint64_t as)
{
	uint8_t bytes[GUID_LEN];
	struct secret *secret;

	to_bytes(number, len, bytes);
	if (find(p, bytes, len))
		return 0;
	secret = add(p, bytes, len);
	if (!secret)
		return -ENOMEM;
	to_bytes(as, len, secret->as);
	return 0;
}

int sriov_pseudonym_mac(struct sriov_pseudonyms *p, uint64_t mac, uint64_t *ret)
{
	return replace_number(p, mac, MAC_LEN, ret);
}

int sriov_pseudonym_give_mac(struct sriov_pseudonyms *p, uint64_t mac, uint64_t as)
{
	return give_number(p, mac, MAC_LEN, as);
}

int sriov_pseudonym_guid(struct sriov_pseudonyms *p, uint64_t guid, uint64_t *ret)
{
	return replace_number(p, guid, GUID_LEN, ret);
}

int sriov_pseudonym_give_guid(struct sriov_pseudonyms *p, uint64_t guid, uint64_t as)
{
	return give_number(p, guid, GUID_LEN, as);
}

/* How many leading bits of an address say what kind of address it is. */
static unsigned kept_bits_v4(const uint8_t *a)
{
	if (a[0] == 0 || a[0] == 127 || a[0] >= 224)
		return 32;
	if (a[0] == 10)
		return 8;
	if ((a[0] == 192 && a[1] == 168) || (a[0] == 169 && a[1] == 254))
		return 16;
	if (a[0] == 172 && (a[1] & 0xf0) == 16)
		return 12;
	return 3;
}

static unsigned kept_bits_v6(const uint8_t *a)
{
	static const uint8_t loopback[16] = {[15] = 1};

	if (a[0] == 0xff || memcmp(a, loopback, 16) == 0 || is_nobodys(a, 16))
		return 128;
	if (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)
		return 64;
	return (a[0] & 0xfe) == 0xfc ? 8 : 3;
}

/* Each bit is turned or not by what the key makes of the bits before it. */
void sriov_pseudonym_ip(const struct sriov_pseudonyms *p, uint8_t *bytes, size_t len)
{
	unsigned kept = len == 4 ? kept_bits_v4(bytes) : kept_bits_v6(bytes);
	uint8_t prefix[2 + 16] = {(uint8_t)len}, as[16];

	memcpy(as, bytes, len);
	/* the bits up to the one at hand, and zeros */
	memcpy(prefix + 2, bytes, (kept + 7) / 8);
	for (unsigned i = kept; i < 8 * len; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		prefix[1] = (uint8_t)i;
		prefix[2 + i / 8] = (uint8_t)(bytes[i / 8] & ~(2U * bit - 1));
		if (sriov_siphash(p->key, prefix, sizeof(prefix)) & 1)
			as[i / 8] ^= bit;
		prefix[2 + i / 8] |= bytes[i / 8] & bit;
	}
	memcpy(bytes, as, len);
}

/* By the letters and digits at @text, of either case: a name may go on behind them. */
static size_t name_bucket_of(const char *text, size_t left)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < left && isalnum((unsigned char)text[i]); i++)
		hash = hash * 33 + (uint32_t)tolower((unsigned char)text[i]);
	return hash % BUCKETS;
}

static struct name *find_whole_name(const struct sriov_pseudonyms *p, const char *name)
{
	size_t next = p->name_bucket[name_bucket_of(name, strlen(name))];

	for (; next; next = p->name[next - 1].next)
		if (strcasecmp(p->name[next - 1].name, name) == 0)
			return &p->name[next - 1];
	return NULL;
}

static struct name *add_name(struct sriov_pseudonyms *p, const char *name)
{
	size_t *bucket = &p->name_bucket[name_bucket_of(name, strlen(name))];
	struct name *added;

	if (SRIOV_ARRAY_ROOM(p->name, p->n_names) < 0) {
		p->failed = true;
		return NULL;
	}
	added = &p->name[p->n_names];
	*added =
		(struct name){.name = strdup(name), .len = strlen(name), .next = *bucket};
	if (!added->name) {
		p->failed = true;
		return NULL;
	}
	*bucket = ++p->n_names;
	return added;
}

/* Whether a MAC may be in it (enx525400a10000), which is to be looked for then. */
static bool may_have_mac(const char *name)
{
	size_t n = 0;

	while (*name && n < 2 * MAC_LEN)
		n = isxdigit((unsigned char)*name++) ? n + 1 : 0;
	return n == 2 * MAC_LEN;
}

void sriov_pseudonym_keep(struct sriov_pseudonyms *p, const char *name)
{
	struct name *added =
		may_have_mac(name) || find_whole_name(p, name) ? NULL : add_name(p, name);

	if (added)
		added->kept = true;
}

/* Number the names of @kind, with none that the host has itself. */
static void number(struct sriov_pseudonyms *p, enum sriov_name_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->n_names; i++) {
		struct name *name = &p->name[i];

		if (name->kept || name->kind != kind)
			continue;
		do
			snprintf(name->as, sizeof(name->as), "%s%u", kinds[kind], ++n);
		while (find_whole_name(p, name->as));
	}
}

bool sriov_pseudonym_name(struct sriov_pseudonyms *p, enum sriov_name_kind kind,
			  const char *name)
{
	struct name *known = find_whole_name(p, name);

	if (known)
		return !known->kept;
	if (strlen(name) < NAME_MIN || name[strspn(name, "0123456789")] == '\0')
		return false;
	known = add_name(p, name);
	if (!known)
		return false;
	known->kind = kind;
	return true;
}

const char *sriov_pseudonym_find_name(struct sriov_pseudonyms *p, const char *text,
				      size_t left, size_t *ret_len)
{
	const struct name *best = NULL;
	size_t next;

	for (enum sriov_name_kind kind = 0; !p->numbered && kind < SRIOV_N_NAME_KINDS;
	     kind++)
		number(p, kind);
	p->numbered = true;
	for (next = p->name_bucket[name_bucket_of(text, left)]; next;) {
		const struct name *name = &p->name[next - 1];

		next = name->next;
		if (name->len > left || (best && name->len <= best->len) ||
		    strncasecmp(name->name, text, name->len) != 0 ||
		    (name->len < left && isalnum((unsigned char)text[name->len])))
			continue;
		best = name;
	}
	if (!best)
		return NULL;
	*ret_len = best->len;
	return best->kept ? text : best->as;
}

size_t sriov_pseudonyms_names(const struct sriov_pseudonyms *p, enum sriov_name_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_names; i++)
		n += !p->name[i].kept && p->name[i].kind == kind;
	return n;
}

size_t sriov_pseudonyms_macs(const struct sriov_pseudonyms *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_secrets; i++)
		n += p->secret[i].len == MAC_LEN && p->secret[i].seen;
	return n;
}

bool sriov_pseudonyms_failed(const struct sriov_pseudonyms *p)
{
	return p->failed;
}
