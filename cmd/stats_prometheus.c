/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of VFs in the text format of Prometheus. */
#include <inttypes.h>
#include <stdio.h>

#include "stats.h"

struct metric {
	enum sriov_counter counter;
	const char *name;
	const char *help;
};

static const struct metric metrics[] = {
	{SRIOV_COUNTER_RX_PACKETS, "sriovctl_vf_receive_packets_total",
	 "Packets that the VF received."},
	{SRIOV_COUNTER_RX_BYTES, "sriovctl_vf_receive_bytes_total",
	 "Bytes that the VF received."},
	{SRIOV_COUNTER_RX_DROPPED, "sriovctl_vf_receive_dropped_packets_total",
	 "Packets to the VF that were dropped."},
	{SRIOV_COUNTER_TX_PACKETS, "sriovctl_vf_transmit_packets_total",
	 "Packets that the VF sent."},
	{SRIOV_COUNTER_TX_BYTES, "sriovctl_vf_transmit_bytes_total",
	 "Bytes that the VF sent."},
	{SRIOV_COUNTER_TX_DROPPED, "sriovctl_vf_transmit_dropped_packets_total",
	 "Packets from the VF that were dropped."},
};

/* In a label's value '\', '"' and the end of a line are escaped, the rest is UTF-8. */
static void print_label(const char *name, const char *value)
{
	char shown[128];

	printf("%s=\"", name);
	for (const char *c = sriov_text_printable(value, shown, sizeof(shown)); *c; c++) {
		if (*c == '\\' || *c == '"')
			putchar('\\');
		putchar(*c);
	}
	putchar('"');
}

static void print_sample(const struct metric *metric, const struct counted *counted)
{
	char vf[SRIOV_DECIMAL_LEN];

	printf("%s{", metric->name);
	print_label("pf", counted->pf->name);
	putchar(',');
	print_label("vf", sriov_text_decimal(counted->vf->index, vf));
	putchar(',');
	print_label("pci", sriov_function_is_pci(&counted->vf->fn)
				   ? counted->vf->fn.address
				   : "");
	putchar(',');
	print_label("source", sriov_stats_source_name(counted->stats.source));
	printf("} %" PRIu64 "\n", counted->stats.value[metric->counter]);
}

static void print_metric(const struct metric *metric, const struct counted *counted,
			 size_t n)
{
	bool headed = false;

	for (size_t i = 0; i < n; i++) {
		if (!sriov_stats_knows(&counted[i].stats, metric->counter))
			continue;
		if (!headed)
			printf("# HELP %s %s\n# TYPE %s counter\n", metric->name,
			       metric->help, metric->name);
		headed = true;
		print_sample(metric, &counted[i]);
	}
}

void stats_print_prometheus(const struct counted *counted, size_t n)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(metrics); i++)
		print_metric(&metrics[i], counted, n);
}
