/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what users type: selectors, addresses, ranges, values.  What is read can
 * be written, and what is written means the same.
 */
#include "base/parse.h"
#include "must.h"
#include "want/assignment.h"
#include "want/selector.h"

static struct sriov_vf vfs[7] = {{.index = 0}, {.index = 1}, {.index = 2}, {.index = 3},
				 {.index = 4}, {.index = 5}, {.index = 6}};

static bool never_privileged(struct sriov_doors *doors)
{
	(void)doors;
	return false;
}

static const struct sriov_door_ops ops = {.privileged = never_privileged};

/* No folder can be opened: only the host below is there. */
static struct sriov_doors doors = {.sys = -1,
				   .proc = -1,
				   .run = -1,
				   .etc = -1,
				   .dev = -1,
				   .modules = -1,
				   .root = "",
				   .ops = &ops};

static struct sriov_pf pfs[] = {
	{.fn = {.address = "0000:01:00.0",
		.bdf = {0, 1, 0, 0},
		.driver = "igb",
		.netdev = "em1",
		.ifindex = 2,
		.class = 0x020000},
	 .name = "em1",
	 .vf = vfs,
	 .n_vfs = 7},
	{.fn = {.address = "0000:03:00.0",
		.bdf = {0, 3, 0, 0},
		.driver = "nvme",
		.class = 0x010802},
	 .name = "nvme0"},
};

static void try_selector(const char *text)
{
	static const unsigned hows[] = {
		SRIOV_SELECT_VFS,
		SRIOV_SELECT_NET,
		SRIOV_SELECT_VFS | SRIOV_SELECT_FUNCTIONS,
		SRIOV_SELECT_VFS | SRIOV_SELECT_NETDEV | SRIOV_SELECT_IMPLIED,
		SRIOV_SELECT_VFS_TOO | SRIOV_SELECT_EMPTY,
	};
	struct sriov_host host = {.doors = &doors, .pf = pfs, .n_pfs = 2};

	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		struct sriov_targets targets = {0};
		struct sriov_error err = {0};

		if (sriov_select(&host, &text, 1, hows[i], &targets, &err) < 0)
			must(err.msg[0] && err.code != SRIOV_OK, "a refusal has words");
		for (size_t j = 1; j < targets.n; j++)
			must(memcmp(&targets.target[j - 1], &targets.target[j],
				    sizeof(targets.target[j])) != 0,
			     "each target once");
		sriov_targets_free(&targets);
	}
}

static void try_value(const struct sriov_attr *attr, const char *text)
{
	struct sriov_value value, again;
	struct sriov_error err = {0};
	char word[SRIOV_VALUE_LEN];

	if (sriov_attr_parse(attr, text, &value, &err) < 0) {
		must(err.msg[0] && err.code == SRIOV_USAGE, "a refusal has words");
		return;
	}
	sriov_attr_format(attr, &value, word);
	must(sriov_attr_parse(attr, word, &again, &err) == 0, "what is written is read");
	must(sriov_value_equal(&value, &again), "and means the same");
}

static void try_ranges(const char *text)
{
	struct sriov_range *range = NULL;
	size_t n = 0;

	if (sriov_ranges_parse(text, UINT16_MAX, &range, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		must(range[i].first <= range[i].last && range[i].last <= UINT16_MAX,
		     "ranges ascend below the limit");
	free(range);
}

static void try_addresses(const char *text)
{
	char word[32];
	struct sriov_bdf bdf, again;
	uint64_t mac, same;

	if (sriov_bdf_parse(text, &bdf) == 0)
		must(sriov_bdf_parse(sriov_bdf_format(&bdf, word), &again) == 0 &&
			     sriov_bdf_compare(&bdf, &again) == 0,
		     "PCI address");
	if (sriov_mac_parse(text, &mac) == 0)
		must(sriov_mac_parse(sriov_mac_format(mac, word), &same) == 0 &&
			     mac == same,
		     "MAC address");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	struct sriov_assignment assignment[SRIOV_N_ATTRS];
	const char *words[] = {text, text};
	struct sriov_error err = {0};
	size_t n;

	try_selector(text);
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		try_value(sriov_attr(id), text);
		words[0] = sriov_attr(id)->name;
		sriov_assignments_parse(words, 2, assignment, &n, &err);
	}
	try_ranges(text);
	try_addresses(text);
	free(text);
	return 0;
}
