/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of VFs: packets, bytes and drops. */
#ifndef SRIOV_HOST_STATS_H
#define SRIOV_HOST_STATS_H

#include "host/host.h"

/* Who counts. */
enum sriov_stats_source {
	SRIOV_STATS_NONE,   /* nobody who could be asked */
	SRIOV_STATS_PF,	    /* the card, by the PF's driver (IFLA_VF_STATS) */
	SRIOV_STATS_NETDEV, /* the VF's own driver, for its netdev */
};

struct sriov_vf_stats {
	enum sriov_stats_source source;
	uint32_t known;			  /* bit 1 << counter: it could be read */
	uint64_t value[SRIOV_N_COUNTERS]; /* of those that are known */
};

struct sriov_stats {
	struct sriov_vf_stats *vf; /* one a VF of the PF, in its order */
	size_t n;
	struct sriov_error pf_error; /* why the PF's counters could not be read */
};

/*
 * Read what is counted of the VFs of @pf.  The PF's counters are taken for all of them
 * once it has counted anything: before that, its driver cannot be told from one that
 * counts nothing, and a VF with a netdev in this network namespace has the netdev's.
 * The caller frees it with sriov_stats_free().  Returns 0 or -ENOMEM.
 */
int sriov_stats_read(struct sriov_doors *doors, const struct sriov_pf *pf,
		     struct sriov_stats *ret);

void sriov_stats_free(struct sriov_stats *stats);

/*
 * What @counter grew by a second over the @elapsed_ms between @before and @after into
 * @ret.  False when it is not known: not counted, counted by somebody else since, or
 * begun anew (it is less than before).
 */
bool sriov_stats_rate(const struct sriov_vf_stats *before,
		      const struct sriov_vf_stats *after, enum sriov_counter counter,
		      uint64_t elapsed_ms, double *ret);

/* Whether @counter could be read. */
bool sriov_stats_knows(const struct sriov_vf_stats *stats, enum sriov_counter counter);

/* The name of @counter: "rx_packets", as in /sys/class/net/X/statistics. */
const char *sriov_counter_name(enum sriov_counter counter);

/* "pf", "netdev", NULL for none. */
const char *sriov_stats_source_name(enum sriov_stats_source source);

#endif
