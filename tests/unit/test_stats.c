/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of VFs: whose they are, and what they grow by. */
#include "base/array.h"
#include "folder.h"
#include "host/stats.h"

#define BIT(counter) (UINT32_C(1) << (counter))

START_TEST(a_rate_is_what_came_a_second)
{
	static const struct {
		struct sriov_vf_stats before, after;
		uint64_t elapsed_ms;
		double rate; /* < 0: not known */
	} cases[] = {
		{{SRIOV_STATS_PF, 1, {10}}, {SRIOV_STATS_PF, 1, {40}}, 2000, 15},
		{{SRIOV_STATS_PF, 1, {10}}, {SRIOV_STATS_PF, 1, {10}}, 2000, 0},
		{{SRIOV_STATS_PF, 1, {0}}, {SRIOV_STATS_PF, 1, {1}}, 4000, 0.25},
		{{SRIOV_STATS_NETDEV, 1, {UINT64_C(1) << 53}},
		 {SRIOV_STATS_NETDEV, 1, {(UINT64_C(1) << 53) + 3}},
		 1000,
		 3},
		/* the driver was started anew, or the counter went round */
		{{SRIOV_STATS_NETDEV, 1, {10}}, {SRIOV_STATS_NETDEV, 1, {9}}, 2000, -1},
		{{SRIOV_STATS_NETDEV, 1, {UINT64_MAX}},
		 {SRIOV_STATS_NETDEV, 1, {0}},
		 2000,
		 -1},
		/* somebody else counts since */
		{{SRIOV_STATS_NETDEV, 1, {10}}, {SRIOV_STATS_PF, 1, {40}}, 2000, -1},
		/* not counted before, or not any more, or only others */
		{{SRIOV_STATS_NONE, 0, {0}}, {SRIOV_STATS_PF, 1, {40}}, 2000, -1},
		{{SRIOV_STATS_PF, 1, {10}}, {SRIOV_STATS_NONE, 0, {0}}, 2000, -1},
		{{SRIOV_STATS_PF, ~UINT32_C(1), {10}},
		 {SRIOV_STATS_PF, ~UINT32_C(1), {40}},
		 2000,
		 -1},
		{{SRIOV_STATS_PF, 1, {10}}, {SRIOV_STATS_PF, 1, {40}}, 0, -1},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		double rate = -1;
		bool known = sriov_stats_rate(&cases[i].before, &cases[i].after, 0,
					      cases[i].elapsed_ms, &rate);

		ck_assert_msg(known == (cases[i].rate >= 0), "case %zu", i);
		ck_assert_msg(rate == cases[i].rate, "case %zu: %f", i, rate);
	}
}
END_TEST

static void read_em1(struct unit_scene *scene, struct sriov_stats *ret)
{
	struct sriov_error err = {0};
	struct sriov_host host;

	ck_assert_int_eq(
		sriov_host_look(&scene->doors, SRIOV_LOOK_VFS, NULL, 0, &host, &err), 0);
	ck_assert_int_eq(
		sriov_stats_read(&scene->doors, sriov_host_pf(&host, "em1"), ret), 0);
	sriov_host_free(&host);
}

START_TEST(the_pf_counts_once_it_has_counted_anything)
{
	struct sriov_stats stats;
	struct unit_scene scene;

	unit_scene_open(&scene, "r730-used");
	fake_tree_line(&scene.fake, "sys/class/net/em1v1/statistics/tx_bytes = 12");
	read_em1(&scene, &stats);
	ck_assert_uint_eq(stats.n, 7);
	ck_assert_int_eq(stats.vf[0].source, SRIOV_STATS_NONE);
	ck_assert_uint_eq(stats.vf[0].known, 0);
	ck_assert_int_eq(stats.vf[1].source, SRIOV_STATS_NETDEV);
	ck_assert_uint_eq(stats.vf[1].known, BIT(SRIOV_COUNTER_TX_BYTES));
	ck_assert_uint_eq(stats.vf[1].value[SRIOV_COUNTER_TX_BYTES], 12);
	sriov_stats_free(&stats);

	fake_tree_line(&scene.fake, "vf 0000:01:00.0 6 rx_dropped 4294967296");
	read_em1(&scene, &stats);
	for (size_t i = 0; i < stats.n; i++) {
		ck_assert_int_eq(stats.vf[i].source, SRIOV_STATS_PF);
		ck_assert_uint_eq(stats.vf[i].known, BIT(SRIOV_N_COUNTERS) - 1);
		ck_assert_uint_eq(stats.vf[i].value[SRIOV_COUNTER_RX_DROPPED],
				  i == 6 ? UINT64_C(1) << 32 : 0);
	}
	ck_assert_str_eq(stats.pf_error.msg, "");
	sriov_stats_free(&stats);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_pf_without_vfs_counts_none)
{
	struct sriov_stats stats;
	struct unit_scene scene;

	unit_scene_open(&scene, "r730");
	read_em1(&scene, &stats);
	ck_assert_uint_eq(stats.n, 0);
	ck_assert_ptr_null(stats.vf);
	sriov_stats_free(&stats);
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("host/stats", a_rate_is_what_came_a_second,
	  the_pf_counts_once_it_has_counted_anything, a_pf_without_vfs_counts_none)
