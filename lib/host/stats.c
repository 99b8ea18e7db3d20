/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of VFs: packets, bytes and drops. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/stats.h"
#include "sys/rtnl.h"
#include "sys/sysfs.h"

const char *sriov_counter_name(enum sriov_counter counter)
{
	static const char *const names[SRIOV_N_COUNTERS] = {
		[SRIOV_COUNTER_RX_PACKETS] = "rx_packets",
		[SRIOV_COUNTER_RX_BYTES] = "rx_bytes",
		[SRIOV_COUNTER_RX_DROPPED] = "rx_dropped",
		[SRIOV_COUNTER_TX_PACKETS] = "tx_packets",
		[SRIOV_COUNTER_TX_BYTES] = "tx_bytes",
		[SRIOV_COUNTER_TX_DROPPED] = "tx_dropped",
	};

	return names[counter];
}

const char *sriov_stats_source_name(enum sriov_stats_source source)
{
	switch (source) {
	case SRIOV_STATS_NONE:
		return NULL;
	case SRIOV_STATS_PF:
		return "pf";
	case SRIOV_STATS_NETDEV:
		return "netdev";
	}
	return NULL;
}

bool sriov_stats_knows(const struct sriov_vf_stats *stats, enum sriov_counter counter)
{
	return stats->known & UINT32_C(1) << counter;
}

static void know(struct sriov_vf_stats *stats, enum sriov_stats_source source,
		 enum sriov_counter counter, uint64_t value)
{
	stats->source = source;
	stats->known |= UINT32_C(1) << counter;
	stats->value[counter] = value;
}

/* False when the driver counts nothing, has counted nothing yet, or cannot be asked. */
static bool read_pf(struct sriov_doors *doors, const struct sriov_pf *pf,
		    struct sriov_stats *stats)
{
	size_t n = pf->vf[pf->n_vfs - 1].index + 1;
	_cleanup_free_ struct sriov_vf_settings *vf = calloc(n, sizeof(*vf));
	int r = -ENOMEM;

	if (vf)
		r = sriov_rtnl_vf_counters(doors, pf->fn.ifindex, vf, n);
	if (r < 0 && r != -ENODATA)
		sriov_error_set(&stats->pf_error, SRIOV_FAILED, -r,
				"cannot read what it counts of its VFs: %s",
				strerror(-r));
	for (size_t i = 0; r == 0 && i < pf->n_vfs; i++) {
		const struct sriov_vf_settings *of = &vf[pf->vf[i].index];

		for (enum sriov_counter c = 0; of->found && c < SRIOV_N_COUNTERS; c++)
			know(&stats->vf[i], SRIOV_STATS_PF, c, of->counters.value[c]);
	}
	return r == 0;
}

static void read_netdev(const struct sriov_doors *doors, const char *netdev,
			struct sriov_vf_stats *stats)
{
	for (enum sriov_counter c = 0; c < SRIOV_N_COUNTERS; c++) {
		char path[SRIOV_NETDEV_LEN + 48];
		uint64_t value;

		snprintf(path, sizeof(path), "class/net/%s/statistics/%s", netdev,
			 sriov_counter_name(c));
		if (sriov_sysfs_number(doors->sys, path, 10, UINT64_MAX, &value) == 0)
			know(stats, SRIOV_STATS_NETDEV, c, value);
	}
}

int sriov_stats_read(struct sriov_doors *doors, const struct sriov_pf *pf,
		     struct sriov_stats *ret)
{
	struct sriov_stats stats = {.n = pf->n_vfs};

	if (pf->n_vfs == 0) {
		*ret = stats;
		return 0;
	}
	stats.vf = calloc(pf->n_vfs, sizeof(*stats.vf));
	if (!stats.vf)
		return -ENOMEM;
	if (pf->fn.ifindex == 0 || !read_pf(doors, pf, &stats))
		for (size_t i = 0; i < pf->n_vfs; i++)
			if (pf->vf[i].fn.netdev[0])
				read_netdev(doors, pf->vf[i].fn.netdev, &stats.vf[i]);
	*ret = stats;
	return 0;
}

void sriov_stats_free(struct sriov_stats *stats)
{
	free(stats->vf);
	*stats = (struct sriov_stats){0};
}

bool sriov_stats_rate(const struct sriov_vf_stats *before,
		      const struct sriov_vf_stats *after, enum sriov_counter counter,
		      uint64_t elapsed_ms, double *ret)
{
	if (!sriov_stats_knows(before, counter) || !sriov_stats_knows(after, counter) ||
	    before->source != after->source || elapsed_ms == 0 ||
	    after->value[counter] < before->value[counter])
		return false;
	*ret = (double)(after->value[counter] - before->value[counter]) * 1000 /
	       (double)elapsed_ms;
	return true;
}
