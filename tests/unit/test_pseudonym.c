/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells whose host it is, in every form that it can have in a text or in bytes. */
#include <string.h>

#include "base/array.h"
#include "base/parse.h"
#include "capture/pseudonym.h"
#include "unit.h"

static const uint8_t key[SRIOV_PSEUDONYM_KEY_LEN] = {7, 1, 2, 3};

#define MAC UINT64_C(0x525400a10003)

static struct sriov_pseudonyms *new_pseudonyms(void)
{
	struct sriov_pseudonyms *p = sriov_pseudonyms_new(key);

	ck_assert_ptr_nonnull(p);
	return p;
}

/* @text with @from, which is in it once, replaced by @to. */
static void expect(struct sriov_pseudonyms *p, const char *text, const char *from,
		   const char *to)
{
	_cleanup_free_ char *replaced = sriov_pseudonyms_text(p, text);
	char wanted[256];
	const char *at = strstr(text, from);

	ck_assert_ptr_nonnull(at);
	snprintf(wanted, sizeof(wanted), "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	ck_assert_str_eq(replaced, wanted);
}

static void stays(struct sriov_pseudonyms *p, const char *text)
{
	_cleanup_free_ char *replaced = sriov_pseudonyms_text(p, text);

	ck_assert_str_eq(replaced, text);
}

START_TEST(a_mac_is_the_same_in_every_form)
{
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	char colons[SRIOV_MAC_LEN], hyphens[SRIOV_MAC_LEN], bare[13], capitals[13];
	uint64_t as;
	size_t n = 0;

	ck_assert_int_eq(sriov_pseudonym_mac(p, MAC, &as), 0);
	ck_assert_uint_ne(as, MAC);
	sriov_mac_format(as, colons);
	for (size_t i = 0; i <= strlen(colons); i++) {
		hyphens[i] = colons[i] == ':' ? '-' : colons[i];
		if (colons[i] != ':')
			bare[n++] = colons[i];
	}
	for (size_t i = 0; i < sizeof(bare); i++)
		capitals[i] = bare[i] >= 'a' ? (char)(bare[i] - 'a' + 'A') : bare[i];
	expect(p, "mac: 52:54:00:a1:00:03", "52:54:00:a1:00:03", colons);
	expect(p, "{52:54:00:a1:00:03}", "52:54:00:a1:00:03", colons);
	expect(p, "52-54-00-a1-00-03.", "52-54-00-a1-00-03", hyphens);
	expect(p, "sys/class/net/enx525400a10003/x", "525400a10003", bare);
	expect(p, "ID 525400A10003", "525400A10003", capitals);
	ck_assert_uint_eq(sriov_pseudonyms_macs(p), 1);
}
END_TEST

START_TEST(a_mac_keeps_its_kind_and_no_other_gets_the_same)
{
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	static uint64_t seen[1024];

	for (uint64_t i = 0; i < SRIOV_ARRAY_SIZE(seen); i++) {
		uint64_t mac = (i & 3) << 40 | (i + 1), as, again;

		ck_assert_int_eq(sriov_pseudonym_mac(p, mac, &as), 0);
		ck_assert_int_eq(sriov_pseudonym_mac(p, mac, &again), 0);
		ck_assert_uint_eq(as, again);
		ck_assert_uint_eq(as >> 40 & 3, i & 3);
		for (uint64_t j = 0; j < i; j++)
			if (seen[j] == as)
				ck_abort_msg("two get the same");
		seen[i] = as;
	}
}
END_TEST

START_TEST(another_key_makes_others)
{
	static const uint8_t other[SRIOV_PSEUDONYM_KEY_LEN] = {8, 1, 2, 3};
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	_cleanup_pseudonyms_ struct sriov_pseudonyms *q = sriov_pseudonyms_new(other);
	uint64_t a, b;

	sriov_pseudonym_mac(p, MAC, &a);
	sriov_pseudonym_mac(q, MAC, &b);
	ck_assert_uint_ne(a, b);
}
END_TEST

START_TEST(what_is_nobodys_stays)
{
	static const char *const texts[] = {
		"",
		"0000:01:10.6 and 01:10.6, pci_0000_01_10_6",
		"00:00:00:00:00:00 ff:ff:ff:ff:ff:ff",
		"12:34:56 of a clock, 2026-11-20",
		"0x0000000092800000 0x00000000928fffff 0x0000000000140204",
		"127.0.0.1 ::1 :: 0.0.0.0 netmask 255.255.255.0",
		"Linux 6.12.0-1, version 0.1.0",
		"en: {a: b}, std::string, 1:2:3",
	};
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(texts); i++)
		stays(p, texts[i]);
}
END_TEST

START_TEST(addresses_that_are_not_known_are_replaced_too)
{
	static const char *const texts[] = {
		"52:54:00:a1:00:03",
		"02:11:22:33:44:55:66:77",
		"a0-36-9f-ff-ff-12-34-56",
		"80:00:02:08:fe:80:00:00:00:00:00:00:02:11:22:33:44:55:66:77",
		"root=UUID=01234567-89ab-cdef-0123-456789abcdef",
		"0123456789abcdef0123456789abcdef",
		"198.51.100.7",
		"2001:db8::7",
		"fe80::5054:ff:fea1:3",
	};
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(texts); i++) {
		_cleanup_free_ char *a = sriov_pseudonyms_text(p, texts[i]);
		_cleanup_free_ char *b = sriov_pseudonyms_text(p, texts[i]);

		ck_assert_str_ne(a, texts[i]);
		ck_assert_str_eq(a, b);
	}
}
END_TEST

/* How many leading bits @a and @b share. */
static unsigned shared(const uint8_t *a, const uint8_t *b, size_t len)
{
	unsigned n = 0;

	while (n < 8 * len && !((a[n / 8] ^ b[n / 8]) & 0x80 >> n % 8))
		n++;
	return n;
}

START_TEST(addresses_of_one_network_share_one)
{
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	uint8_t a[4] = {198, 51, 100, 7}, b[4] = {198, 51, 100, 200};
	uint8_t c[4] = {10, 1, 2, 3}, d[16] = {0xfe, 0x80, [15] = 1};

	sriov_pseudonym_ip(p, a, sizeof(a));
	sriov_pseudonym_ip(p, b, sizeof(b));
	ck_assert_uint_eq(shared(a, b, 4), 24);
	sriov_pseudonym_ip(p, c, sizeof(c));
	ck_assert_uint_eq(c[0], 10);
	sriov_pseudonym_ip(p, d, sizeof(d));
	ck_assert_uint_eq(shared(d, (const uint8_t[16]){0xfe, 0x80}, 8), 64);
}
END_TEST

START_TEST(names_are_replaced_as_words)
{
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	_cleanup_free_ char *other = NULL;

	sriov_pseudonym_keep(p, "em1");
	sriov_pseudonym_keep(p, "enx525400a10003");
	ck_assert(sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "web"));
	ck_assert(sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "web-db"));
	ck_assert(sriov_pseudonym_name(p, SRIOV_NAME_HOST, "r730.example.com"));
	/* the host has one of that name itself */
	ck_assert(sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "guest2"));
	ck_assert(!sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "em1"));
	ck_assert(!sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "a"));
	ck_assert(!sriov_pseudonym_name(p, SRIOV_NAME_GUEST, "101"));
	expect(p, "etc/libvirt/qemu/web.xml", "web", "guest1");
	expect(p, "guest=WEB,debug", "WEB", "guest1");
	expect(p, "<name>web-db</name>", "web-db", "guest3");
	expect(p, "web-disk", "web", "guest1");
	expect(p, "guest2", "guest2", "guest4");
	expect(p, "on r730.example.com:", "r730.example.com", "host1");
	sriov_pseudonym_mac(p, MAC, NULL);
	other = sriov_pseudonyms_text(p, "enx525400a10003");
	ck_assert_str_ne(other, "enx525400a10003");
	stays(p, "cobweb webs web1 EM1");
	ck_assert_uint_eq(sriov_pseudonyms_names(p, SRIOV_NAME_GUEST), 3);
}
END_TEST

START_TEST(what_was_given_is_taken)
{
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	uint64_t as;

	sriov_pseudonym_give_mac(p, MAC, 0x020000000001);
	ck_assert_uint_eq(sriov_pseudonyms_macs(p), 0);
	expect(p, "52:54:00:a1:00:03", "52:54:00:a1:00:03", "02:00:00:00:00:01");
	ck_assert_uint_eq(sriov_pseudonyms_macs(p), 1);
	/* too late */
	sriov_pseudonym_give_mac(p, MAC, 0x020000000002);
	ck_assert_int_eq(sriov_pseudonym_mac(p, MAC, &as), 0);
	ck_assert_uint_eq(as, 0x020000000001);
}
END_TEST

START_TEST(known_bytes_are_found_in_data)
{
	static const char text[] = "addr 52:54:00:a1:00:03";
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = new_pseudonyms();
	uint8_t data[] = {1, 0x52, 0x54, 0, 0xa1, 0, 3, 0, 0, 0, 0, 0, 0x52, 0x54};
	const uint8_t before[] = {1, 0x52, 0x54, 0, 0xa1, 0,	3,
				  0, 0,	   0,	 0, 0,	  0x52, 0x54};
	uint8_t wanted[sizeof(data)];

	sriov_pseudonyms_scan(p, data, sizeof(data));
	ck_assert_mem_eq(data, before, sizeof(data));
	ck_assert_int_eq(sriov_pseudonyms_learn(p, text, strlen(text)), 0);
	memcpy(wanted, data, sizeof(data));
	sriov_pseudonym_bytes(p, wanted + 1, 6);
	sriov_pseudonyms_scan(p, data, sizeof(data));
	ck_assert_mem_eq(data, wanted, sizeof(data));
	ck_assert_mem_ne(data, before, sizeof(data));
}
END_TEST

UNIT_MAIN("capture/pseudonym", a_mac_is_the_same_in_every_form,
	  a_mac_keeps_its_kind_and_no_other_gets_the_same, another_key_makes_others,
	  what_is_nobodys_stays, addresses_that_are_not_known_are_replaced_too,
	  addresses_of_one_network_share_one, names_are_replaced_as_words,
	  what_was_given_is_taken, known_bytes_are_found_in_data)
