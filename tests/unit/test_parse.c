/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, addresses and ranges: what is read, what is refused, what is written. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "unit.h"

START_TEST(numbers_are_digits_and_nothing_else)
{
	static const struct {
		const char *text;
		int base;
		uint64_t max;
		int result;
		uint64_t number;
	} cases[] = {
		{"0", 10, 0, 0, 0},
		{"7", 10, 7, 0, 7},
		{"8", 10, 7, -ERANGE, 0},
		{"007", 10, 7, 0, 7},
		{"0x1a", 0, 255, 0, 26},
		{"1a", 16, 255, 0, 26},
		{"1a", 10, 255, -EINVAL, 0},
		{"", 10, 7, -EINVAL, 0},
		{" 7", 10, 7, -EINVAL, 0},
		{"7 ", 10, 7, -EINVAL, 0},
		{"+7", 10, 7, -EINVAL, 0},
		{"-1", 10, UINT64_MAX, -EINVAL, 0},
		{"seven", 10, 7, -EINVAL, 0},
		{"18446744073709551615", 10, UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", 10, UINT64_MAX, -ERANGE, 0},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		uint64_t number = 12345;
		int r = sriov_parse_number(cases[i].text, cases[i].base, cases[i].max,
					   &number);

		ck_assert_msg(r == cases[i].result, "'%s' gives %d", cases[i].text, r);
		ck_assert_uint_eq(number, r == 0 ? cases[i].number : 12345);
	}
}
END_TEST

START_TEST(a_pci_address_is_read_in_three_spellings)
{
	static const struct {
		const char *text;
		struct sriov_bdf bdf;
	} cases[] = {
		{"0000:01:10.6", {0, 0x01, 0x10, 6}},
		{"01:10.6", {0, 0x01, 0x10, 6}},
		{"pci_0000_01_10_6", {0, 0x01, 0x10, 6}},
		{"10000:E1:1f.7", {0x10000, 0xe1, 0x1f, 7}},
		{"ffffffff:ff:1f.7", {0xffffffff, 0xff, 0x1f, 7}},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_bdf bdf;

		ck_assert_msg(sriov_bdf_parse(cases[i].text, &bdf) == 0, "%s",
			      cases[i].text);
		ck_assert_msg(sriov_bdf_compare(&bdf, &cases[i].bdf) == 0, "%s",
			      cases[i].text);
	}
}
END_TEST

START_TEST(what_is_no_pci_address_is_refused)
{
	static const char *const cases[] = {
		"",
		"em1",
		"0000:01:10",
		"0000:01:10.8",
		"0000:01:20.0",
		"0000:001:10.0",
		"000:01:10.0",
		"000000000:01:10.0",
		"0000:01:10.0 ",
		" 0000:01:10.0",
		"0000:01:1.0",
		"0000_01_10_6",
		"pci_01_10_6",
		"pci_0000:01:10.6",
		"0000:01:10.00",
		"0000:0g:10.0",
		"1:10.6",
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_bdf bdf;

		ck_assert_msg(sriov_bdf_parse(cases[i], &bdf) == -EINVAL, "'%s' is taken",
			      cases[i]);
	}
}
END_TEST

START_TEST(a_pci_address_is_written_as_lspci_does)
{
	const struct sriov_bdf bdf = {0, 1, 0x1f, 7}, far = {0x10000, 0xff, 0, 0};
	char buf[SRIOV_BDF_LEN];

	ck_assert_str_eq(sriov_bdf_format(&bdf, buf), "0000:01:1f.7");
	ck_assert_str_eq(sriov_bdf_format(&far, buf), "10000:ff:00.0");
}
END_TEST

START_TEST(pci_addresses_are_ordered_part_by_part)
{
	static const char *const ascending[] = {"0000:01:00.7", "0000:01:01.0",
						"0000:02:00.0", "0001:00:00.0"};

	for (size_t i = 0; i + 1 < SRIOV_ARRAY_SIZE(ascending); i++) {
		struct sriov_bdf a, b;

		ck_assert_int_eq(sriov_bdf_parse(ascending[i], &a), 0);
		ck_assert_int_eq(sriov_bdf_parse(ascending[i + 1], &b), 0);
		ck_assert_int_lt(sriov_bdf_compare(&a, &b), 0);
		ck_assert_int_gt(sriov_bdf_compare(&b, &a), 0);
		ck_assert_int_eq(sriov_bdf_compare(&a, &a), 0);
	}
}
END_TEST

START_TEST(a_mac_address_has_its_first_byte_highest)
{
	char buf[SRIOV_MAC_LEN];
	uint64_t mac;

	ck_assert_int_eq(sriov_mac_parse("52:54:00:A1:0b:ff", &mac), 0);
	ck_assert_uint_eq(mac, UINT64_C(0x525400a10bff));
	ck_assert_str_eq(sriov_mac_format(mac, buf), "52:54:00:a1:0b:ff");
	ck_assert(!sriov_mac_is_multicast(mac));
	ck_assert(sriov_mac_is_multicast(UINT64_C(0x010000000000)));
	ck_assert(sriov_mac_is_multicast(UINT64_C(0xffffffffffff)));
}
END_TEST

START_TEST(a_guid_has_eight_bytes_the_first_of_them_highest)
{
	static const char *const wrong[] = {
		"",
		"00:02:c9:03:00:21:6e",
		"00:02:c9:03:00:21:6e:70:",
		"00:02:c9:03:00:21:6e:70:71",
		"00:02:c9:03:00:21:6e:7g",
		"00-02-c9-03-00-21-6e-70",
		"0:02:c9:03:00:21:6e:70",
	};
	char buf[SRIOV_GUID_LEN];
	uint64_t guid;

	ck_assert_int_eq(sriov_guid_parse("80:02:C9:03:00:21:6e:7f", &guid), 0);
	ck_assert_uint_eq(guid, UINT64_C(0x8002c90300216e7f));
	ck_assert_str_eq(sriov_guid_format(guid, buf), "80:02:c9:03:00:21:6e:7f");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(wrong); i++) {
		ck_assert_msg(sriov_guid_parse(wrong[i], &guid) == -EINVAL, "%s",
			      wrong[i]);
		ck_assert_uint_eq(guid, UINT64_C(0x8002c90300216e7f));
	}
}
END_TEST

START_TEST(every_mac_address_has_seventeen_characters)
{
	static const struct {
		uint64_t mac;
		const char *text;
	} cases[] = {
		{0, "00:00:00:00:00:00"},
		{1, "00:00:00:00:00:01"},
		{UINT64_C(0x0123456789ab), "01:23:45:67:89:ab"},
		{UINT64_C(0xcdef00000010), "cd:ef:00:00:00:10"},
		{UINT64_C(0xffffffffffff), "ff:ff:ff:ff:ff:ff"},
		/* above the 48 bits lies nothing of an address */
		{UINT64_C(0xabcd525400a10bff), "52:54:00:a1:0b:ff"},
	};
	char buf[SRIOV_MAC_LEN + 1];
	uint64_t back;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(buf, 'x', sizeof(buf));
		ck_assert_ptr_eq(sriov_mac_format(cases[i].mac, buf), buf);
		ck_assert_str_eq(buf, cases[i].text);
		ck_assert_int_eq(buf[SRIOV_MAC_LEN], 'x');
		ck_assert_int_eq(sriov_mac_parse(buf, &back), 0);
		ck_assert_uint_eq(back, cases[i].mac & UINT64_C(0xffffffffffff));
	}
}
END_TEST

START_TEST(what_is_no_mac_address_is_refused)
{
	static const char *const cases[] = {
		"",
		"52:54:00:a1:0b",
		"52:54:00:a1:0b:ff:00",
		"52-54-00-a1-0b-ff",
		"5254.00a1.0bff",
		"52:54:00:a1:0b:f",
		"52:54:00:a1:0b:fff",
		"52:54:00:a1:0b:fg",
		" 52:54:00:a1:0b:ff",
		"52:54:00:a1:0b:ff ",
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		uint64_t mac;

		ck_assert_msg(sriov_mac_parse(cases[i], &mac) == -EINVAL, "'%s' is taken",
			      cases[i]);
	}
}
END_TEST

START_TEST(ranges_are_read_in_the_order_written)
{
	struct sriov_range *range;
	size_t n;

	ck_assert_int_eq(sriov_ranges_parse("6,0-3,2", 7, &range, &n), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(range[0].first, 6);
	ck_assert_uint_eq(range[0].last, 6);
	ck_assert_uint_eq(range[1].first, 0);
	ck_assert_uint_eq(range[1].last, 3);
	ck_assert_uint_eq(range[2].first, 2);
	free(range);
}
END_TEST

START_TEST(bad_ranges_are_refused_each_with_its_cause)
{
	static const struct {
		const char *text;
		int result;
	} cases[] = {
		{"", -EINVAL},
		{"-", -EINVAL},
		{"1-", -EINVAL},
		{"-1", -EINVAL},
		{"1,", -EINVAL},
		{",1", -EINVAL},
		{"1,,2", -EINVAL},
		{"a", -EINVAL},
		{"1 ", -EINVAL},
		{"1-2-3", -EINVAL},
		{"0x1", -EINVAL},
		{"3-1", -EDOM},
		{"0-3,5-4", -EDOM},
		{"8", -ERANGE},
		{"0-8", -ERANGE},
		{"4294967296", -ERANGE},
		{"99999999999999999999", -ERANGE},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_range *range = NULL;
		size_t n = 7;
		int r = sriov_ranges_parse(cases[i].text, 7, &range, &n);

		ck_assert_msg(r == cases[i].result, "'%s' gives %d", cases[i].text, r);
		ck_assert_ptr_null(range);
		ck_assert_uint_eq(n, 7);
	}
}
END_TEST

START_TEST(numbers_are_written_as_ranges)
{
	const unsigned numbers[] = {0, 1, 2, 3, 6, 8, 9};
	char buf[64];

	ck_assert_str_eq(sriov_ranges_format(numbers, 7, buf, sizeof(buf)), "0-3,6,8-9");
	ck_assert_str_eq(sriov_ranges_format(numbers + 4, 1, buf, sizeof(buf)), "6");
	ck_assert_str_eq(sriov_ranges_format(numbers, 0, buf, sizeof(buf)), "");
}
END_TEST

START_TEST(ranges_that_do_not_fit_end_in_dots)
{
	unsigned numbers[500];

	for (unsigned i = 0; i < 500; i++)
		numbers[i] = 2 * i;
	for (size_t size = 1; size < 64; size++) {
		_cleanup_free_ char *buf = malloc(size);

		sriov_ranges_format(numbers, 500, buf, size);
		ck_assert_uint_lt(strlen(buf), size);
		if (size > 4)
			ck_assert_str_eq(buf + strlen(buf) - 3, "...");
	}
}
END_TEST

START_TEST(numbers_are_written_whole)
{
	static const struct {
		uint64_t n;
		const char *text;
	} cases[] = {
		{0, "0"},	  {7, "7"},
		{10, "10"},	  {99, "99"},
		{100, "100"},	  {4095, "4095"},
		{65535, "65535"}, {UINT64_MAX, "18446744073709551615"},
	};
	char buf[SRIOV_DECIMAL_LEN];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(sriov_text_decimal(cases[i].n, buf), cases[i].text);
}
END_TEST

START_TEST(parts_are_joined_as_far_as_they_fit)
{
	static const char *const parts[] = {"vlan", "", "=", "100", NULL};
	static const struct {
		size_t size;
		const char *text;
	} cases[] = {
		{64, "vlan=100"}, {9, "vlan=100"}, {8, "vlan=10"}, {6, "vlan="},
		{5, "vlan"},	  {2, "v"},	   {1, ""},
	};
	char buf[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(buf, 'x', sizeof(buf));
		ck_assert_str_eq(sriov_text_join(buf, cases[i].size, parts),
				 cases[i].text);
		if (cases[i].size < sizeof(buf))
			ck_assert_int_eq(buf[cases[i].size], 'x');
	}
	ck_assert_str_eq(sriov_text_join(buf, sizeof(buf), &parts[4]), "");
}
END_TEST

START_TEST(a_slip_of_the_finger_is_recognised)
{
	static const char *const words[] = {"spoofchk", "trust", "vlan", "mac", NULL};

	ck_assert_str_eq(sriov_closest_word("spoofcheck", words), "spoofchk");
	ck_assert_str_eq(sriov_closest_word("spofochk", words), "spoofchk");
	ck_assert_str_eq(sriov_closest_word("vlna", words), "vlan");
	ck_assert_str_eq(sriov_closest_word("mca", words), "mac");
	ck_assert_ptr_null(sriov_closest_word("bandwidth", words));
	/* five of eight letters are no slip */
	ck_assert_ptr_null(sriov_closest_word("spoxxxxx", words));
	ck_assert_ptr_null(sriov_closest_word("xyz", words));
	ck_assert_ptr_null(sriov_closest_word(
		"a-word-that-is-longer-than-any-attribute-could-be", words));
}
END_TEST

START_TEST(nothing_that_a_terminal_obeys_is_printed)
{
	static const struct {
		const char *text;
		const char *shown;
	} cases[] = {
		{"em1", "em1"},
		{"\x1b[31mred", "?[31mred"},
		{"a\nb\tc\x7f", "a?b?c?"},
		{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		{"\xe2\x82\xac", "\xe2\x82\xac"},
		{"\xc2\x9b"
		 "31m",
		 "??31m"},
		{"\xff\xfe", "??"},
		{"\xc3", "?"},
		{"\xe2\x82", "??"},
		{"\xc0\xaf", "??"},
		{"\xed\xa0\x80", "???"},
		{"\xe0\x80\x80", "???"},
		{"\xf0\x80\x80\x80", "????"},
		{"\xf4\x90\x80\x80", "????"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		char buf[32];

		ck_assert_str_eq(sriov_text_printable(cases[i].text, buf, sizeof(buf)),
				 cases[i].shown);
	}
}
END_TEST

START_TEST(a_printable_text_is_cut_between_characters)
{
	char buf[4];

	ck_assert_str_eq(sriov_text_printable("ab\xc3\xbc", buf, sizeof(buf)), "ab");
	ck_assert_str_eq(sriov_text_printable("abcdef", buf, sizeof(buf)), "abc");
	ck_assert_str_eq(sriov_text_printable("abc", buf, 1), "");
}
END_TEST

START_TEST(a_shell_reads_a_word_back)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{"vm1", "vm1"},
		{"vm-1.a_b@c:d/e", "vm-1.a_b@c:d/e"},
		{"", "''"},
		{"two words", "'two words'"},
		{"$(reboot)", "'$(reboot)'"},
		{"it's", "'it'\\''s'"},
		{"''", "''\\'''\\'''"},
		{"\xc3\xbc", "'\xc3\xbc'"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		size_t room = strlen(cases[i].text) * 4 + 3;
		char buf[64];

		ck_assert_str_eq(sriov_text_shell(cases[i].text, buf, room),
				 cases[i].word);
		/* nothing is ever cut */
		ck_assert_str_eq(sriov_text_shell(cases[i].text, buf, room - 1), "");
	}
}
END_TEST

UNIT_MAIN("base/parse", numbers_are_digits_and_nothing_else,
	  a_pci_address_is_read_in_three_spellings, what_is_no_pci_address_is_refused,
	  a_pci_address_is_written_as_lspci_does, pci_addresses_are_ordered_part_by_part,
	  a_mac_address_has_its_first_byte_highest,
	  a_guid_has_eight_bytes_the_first_of_them_highest,
	  every_mac_address_has_seventeen_characters, what_is_no_mac_address_is_refused,
	  ranges_are_read_in_the_order_written,
	  bad_ranges_are_refused_each_with_its_cause, numbers_are_written_as_ranges,
	  ranges_that_do_not_fit_end_in_dots, a_slip_of_the_finger_is_recognised,
	  numbers_are_written_whole, parts_are_joined_as_far_as_they_fit,
	  nothing_that_a_terminal_obeys_is_printed,
	  a_printable_text_is_cut_between_characters, a_shell_reads_a_word_back)
