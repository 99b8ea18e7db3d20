/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IFLA_VFINFO_LIST at any length, whole, cut short and lying. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "message.h"
#include "sys/vfinfo.h"
#include "unit.h"

/* Bytes that the kernel needs for a VF with and without its counters. */
#define VF_BYTES 196
#define VF_BYTES_STATS 296

#define NONE UINT32_MAX

struct text {
	struct fake_message message;
	const unsigned char *attrs;
	size_t len;
};

static uint64_t mac_of(unsigned index)
{
	return UINT64_C(0x525400000000) | index;
}

/* Every VF differs from its neighbours in every setting. */
static struct fake_vf vf_of(unsigned index)
{
	return (struct fake_vf){
		.mac = mac_of(index),
		.vlan = index % 4095,
		.qos = index % 8,
		.proto = index % 2 ? ETH_P_8021AD : ETH_P_8021Q,
		.spoofchk = index % 2,
		.trust = index / 2 % 2,
		.state = index % 3,
		.min_rate = index,
		.max_rate = index + 10,
		.query_rss = index % 5 ? FAKE_NOT_REPORTED : 1,
	};
}

/* What stands before and behind the list in the kernel's message. */
static void put_before(struct text *text, unsigned n)
{
	fake_message_put_text(&text->message, IFLA_IFNAME, "em1");
	fake_message_put_u32(&text->message, IFLA_MTU, 1500);
	fake_message_put_u32(&text->message, IFLA_NUM_VF, n);
}

static void put_behind(struct text *text)
{
	const uint8_t mac[ETH_ALEN] = {2, 0, 0, 0, 0, 1};

	fake_message_put(&text->message, IFLA_ADDRESS, mac, sizeof(mac));
	fake_message_put_text(&text->message, IFLA_PARENT_DEV_NAME, "0000:01:00.0");
	text->attrs = text->message.data;
	text->len = text->message.len;
}

/* A message about @n VFs without VF @without. */
static struct text text_of(unsigned n, bool stats, unsigned without)
{
	struct text text = {0};
	size_t list;

	put_before(&text, n);
	list = fake_message_nest(&text.message, IFLA_VFINFO_LIST);
	for (unsigned i = 0; i < n; i++) {
		const struct fake_vf vf = vf_of(i);
		size_t start = text.message.len;

		if (i == without)
			continue;
		fake_message_put_vf(&text.message, i, &vf, stats);
		ck_assert_uint_eq(text.message.len - start,
				  stats ? VF_BYTES_STATS : VF_BYTES);
	}
	fake_message_nest_end(&text.message, list);
	put_behind(&text);
	return text;
}

static void text_free(struct text *text)
{
	free(text->message.data);
}

static void check_setting(const struct sriov_vf_settings *vf, enum sriov_setting setting,
			  uint64_t value)
{
	ck_assert(vf->known & UINT32_C(1) << setting);
	ck_assert_uint_eq(vf->value[setting], value);
}

static void check_vf(const struct sriov_vf_settings *vf, unsigned index)
{
	const struct fake_vf want = vf_of(index);

	ck_assert(vf->found);
	check_setting(vf, SRIOV_SETTING_MAC, want.mac);
	check_setting(vf, SRIOV_SETTING_VLAN, want.vlan);
	check_setting(vf, SRIOV_SETTING_QOS, want.qos);
	check_setting(vf, SRIOV_SETTING_PROTO, want.proto);
	check_setting(vf, SRIOV_SETTING_SPOOFCHK, want.spoofchk);
	check_setting(vf, SRIOV_SETTING_TRUST, want.trust);
	check_setting(vf, SRIOV_SETTING_STATE, want.state);
	check_setting(vf, SRIOV_SETTING_MIN_RATE, want.min_rate);
	check_setting(vf, SRIOV_SETTING_MAX_RATE, want.max_rate);
	if (want.query_rss == FAKE_NOT_REPORTED)
		ck_assert(!(vf->known & UINT32_C(1) << SRIOV_SETTING_QUERY_RSS));
	else
		check_setting(vf, SRIOV_SETTING_QUERY_RSS, want.query_rss);
}

static const unsigned counts[] = {0, 1, 7, 221, 222, 334, 335, 4096};

START_TEST(every_vf_is_read_however_many_there_are)
{
	for (size_t i = 0; i < 2 * SRIOV_ARRAY_SIZE(counts); i++) {
		unsigned n = counts[i / 2];
		struct text text = text_of(n, i % 2, NONE);
		_cleanup_free_ struct sriov_vf_settings *vf = calloc(n + 1, sizeof(*vf));

		ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, n + 1),
				 (int)n);
		for (unsigned j = 0; j < n; j++)
			check_vf(&vf[j], j);
		ck_assert(!vf[n].found);
		text_free(&text);
	}
}
END_TEST

START_TEST(the_length_of_a_long_list_does_wrap)
{
	struct text fits = text_of(221, true, NONE), wraps = text_of(222, true, NONE);
	struct nlattr list;

	/* the name, the MTU and the number of VFs stand before it */
	memcpy(&list, fits.attrs + 24, sizeof(list));
	ck_assert_uint_eq(list.nla_type, IFLA_VFINFO_LIST);
	ck_assert_uint_eq(list.nla_len, 4 + 221 * VF_BYTES_STATS);
	memcpy(&list, wraps.attrs + 24, sizeof(list));
	ck_assert_uint_eq(list.nla_len, (4 + 222 * VF_BYTES_STATS) % 65536);
	text_free(&fits);
	text_free(&wraps);
}
END_TEST

START_TEST(a_vf_that_the_driver_leaves_out_is_not_found)
{
	static const unsigned without[] = {0, 3, 6};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(without); i++) {
		struct text text = text_of(7, false, without[i]);
		struct sriov_vf_settings vf[7] = {0};

		ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 7), 7);
		for (unsigned j = 0; j < 7; j++)
			if (j == without[i])
				ck_assert(!vf[j].found);
			else
				check_vf(&vf[j], j);
		text_free(&text);
	}
}
END_TEST

START_TEST(vfs_past_the_callers_array_are_passed_over)
{
	struct text text = text_of(300, true, NONE);
	struct sriov_vf_settings vf[4] = {0};

	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 3), 300);
	check_vf(&vf[2], 2);
	ck_assert(!vf[3].found);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, NULL, 0), 300);
	text_free(&text);
}
END_TEST

START_TEST(a_vf_is_known_by_its_number_and_not_by_its_place)
{
	static const unsigned order[] = {2, 0, 1};
	struct sriov_vf_settings vf[3] = {0};
	struct text text = {0};
	size_t list;

	put_before(&text, 3);
	list = fake_message_nest(&text.message, IFLA_VFINFO_LIST);
	for (size_t i = 0; i < 3; i++) {
		const struct fake_vf one = vf_of(order[i]);

		fake_message_put_vf(&text.message, order[i], &one, false);
	}
	fake_message_nest_end(&text.message, list);
	put_behind(&text);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 3), 3);
	for (unsigned i = 0; i < 3; i++)
		check_vf(&vf[i], i);
	text_free(&text);
}
END_TEST

/* Parse a copy that ends where the allocation ends, so that the sanitizer sees more. */
static int parse_copy(const unsigned char *attrs, size_t len,
		      struct sriov_vf_settings *vf, size_t n)
{
	_cleanup_free_ unsigned char *copy = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, attrs, len);
	return sriov_vfinfo_parse(copy, len, vf, n);
}

START_TEST(a_message_cut_at_any_byte_is_read_no_further)
{
	struct text text = text_of(3, true, NONE);

	for (size_t len = 0; len <= text.len; len++) {
		struct sriov_vf_settings vf[3] = {0};
		int r = parse_copy(text.attrs, len, vf, 3);

		ck_assert(r == -EBADMSG || r == 0 || r == 3);
		for (unsigned i = 0; i < 3; i++)
			if (len >= 28 + (i + 1) * VF_BYTES_STATS)
				check_vf(&vf[i], i);
			else
				ck_assert(!vf[i].found);
	}
	text_free(&text);
}
END_TEST

START_TEST(no_length_however_false_leads_out_of_the_message)
{
	static const uint16_t lies[] = {0, 1, 3, 4, 5, 8, 39, 40, 41, 196, 32767, 65535};
	struct text text = text_of(2, true, NONE);

	for (size_t at = 0; at + 4 <= text.len; at += 4)
		for (size_t i = 0; i < SRIOV_ARRAY_SIZE(lies); i++) {
			_cleanup_free_ unsigned char *lying = malloc(text.len);
			struct sriov_vf_settings vf[2] = {0};

			memcpy(lying, text.attrs, text.len);
			memcpy(lying + at, &lies[i], sizeof(lies[i]));
			ck_assert_int_ge(sriov_vfinfo_parse(lying, text.len, vf, 2),
					 -EBADMSG);
		}
	text_free(&text);
}
END_TEST

START_TEST(a_setting_that_is_too_short_is_unknown)
{
	static const uint16_t types[] = {IFLA_VF_VLAN,	       IFLA_VF_RATE,
					 IFLA_VF_SPOOFCHK,     IFLA_VF_LINK_STATE,
					 IFLA_VF_RSS_QUERY_EN, IFLA_VF_TRUST};
	const struct ifla_vf_mac mac = {.vf = 0};
	const uint32_t words[] = {0, 1, 2};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(types); i++) {
		struct sriov_vf_settings vf[1] = {0};
		struct text text = {0};
		size_t list, info;

		put_before(&text, 1);
		list = fake_message_nest(&text.message, IFLA_VFINFO_LIST);
		info = fake_message_nest(&text.message, IFLA_VF_INFO);
		fake_message_put(&text.message, IFLA_VF_MAC, &mac, sizeof(mac));
		fake_message_put(&text.message, types[i], words, i < 2 ? 8 : 4);
		fake_message_nest_end(&text.message, info);
		fake_message_nest_end(&text.message, list);
		put_behind(&text);
		ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 1), 1);
		ck_assert_uint_eq(vf[0].known, 1U << SRIOV_SETTING_MAC);
		text_free(&text);
	}
}
END_TEST

START_TEST(numbers_of_vfs_that_no_card_has_are_refused_or_ignored)
{
	const struct fake_vf one = vf_of(0);
	struct sriov_vf_settings vf[2] = {0};
	struct text text = {0};
	size_t list;

	put_before(&text, 65536);
	put_behind(&text);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 2), -EBADMSG);
	text_free(&text);

	text = (struct text){0};
	put_before(&text, 2);
	list = fake_message_nest(&text.message, IFLA_VFINFO_LIST);
	fake_message_put_vf(&text.message, UINT32_MAX, &one, false);
	fake_message_put_vf(&text.message, 1, &one, false);
	fake_message_nest_end(&text.message, list);
	put_behind(&text);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 2), 2);
	ck_assert(!vf[0].found);
	ck_assert(vf[1].found);
	text_free(&text);
}
END_TEST

START_TEST(no_more_vfs_are_read_than_the_kernel_counts)
{
	struct text text = text_of(3, false, NONE);
	struct sriov_vf_settings vf[3] = {0};
	const uint32_t fewer = 2;

	/* IFLA_NUM_VF is the third attribute, its value 20 bytes into the message */
	memcpy((unsigned char *)text.attrs + 20, &fewer, sizeof(fewer));
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 3), 2);
	check_vf(&vf[1], 1);
	ck_assert(!vf[2].found);
	text_free(&text);
}
END_TEST

START_TEST(a_link_without_vfs_has_none)
{
	struct sriov_vf_settings vf[1] = {0};
	struct text text = {0};

	put_behind(&text);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, vf, 1), 0);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, 0, vf, 1), 0);
	ck_assert(!vf[0].found);
	text_free(&text);
}
END_TEST

START_TEST(what_the_driver_does_not_report_stays_unknown)
{
	struct fake_vf vf = vf_of(0);
	struct sriov_vf_settings settings[1] = {0};
	struct text text = {0};
	size_t list;

	vf.spoofchk = vf.trust = vf.query_rss = FAKE_NOT_REPORTED;
	put_before(&text, 1);
	list = fake_message_nest(&text.message, IFLA_VFINFO_LIST);
	fake_message_put_vf(&text.message, 0, &vf, false);
	fake_message_nest_end(&text.message, list);
	put_behind(&text);
	ck_assert_int_eq(sriov_vfinfo_parse(text.attrs, text.len, settings, 1), 1);
	ck_assert_uint_eq(settings[0].known & (UINT32_C(1) << SRIOV_SETTING_SPOOFCHK |
					       UINT32_C(1) << SRIOV_SETTING_TRUST |
					       UINT32_C(1) << SRIOV_SETTING_QUERY_RSS),
			  0);
	check_setting(&settings[0], SRIOV_SETTING_MAC, vf.mac);
	text_free(&text);
}
END_TEST

UNIT_MAIN("sys/vfinfo", every_vf_is_read_however_many_there_are,
	  the_length_of_a_long_list_does_wrap,
	  a_vf_that_the_driver_leaves_out_is_not_found,
	  vfs_past_the_callers_array_are_passed_over,
	  a_vf_is_known_by_its_number_and_not_by_its_place,
	  a_message_cut_at_any_byte_is_read_no_further,
	  no_length_however_false_leads_out_of_the_message,
	  a_setting_that_is_too_short_is_unknown,
	  numbers_of_vfs_that_no_card_has_are_refused_or_ignored,
	  no_more_vfs_are_read_than_the_kernel_counts, a_link_without_vfs_has_none,
	  what_the_driver_does_not_report_stays_unknown)
