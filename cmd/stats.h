/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted of the VFs that a command is about. */
#ifndef CMD_STATS_H
#define CMD_STATS_H

#include "app.h"

struct counted {
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
	struct sriov_vf_stats stats;
};

/*
 * Print the @n VFs in the text format of Prometheus: the samples of a metric together,
 * below its HELP and TYPE.  What is not counted is left out.
 */
void stats_print_prometheus(const struct counted *counted, size_t n);

#endif
