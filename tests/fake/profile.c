/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the drivers of PFs take, refuse and report of their VFs' settings. */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "profile.h"

#define I350 0x1521
#define CONNECTX6 0x101b

#define COMMON                                                                           \
	(FAKE_TAKES(MAC) | FAKE_TAKES(VLAN) | FAKE_TAKES(SPOOFCHK) | FAKE_TAKES(TRUST))

/* Read in drivers/net/ethernet and drivers/nvme of Linux 6.1 and 6.12. */
static const struct fake_profile profiles[] = {
	{
		.driver = "igb",
		.device = I350,
		.takes = COMMON,
		.configures = true,
	},
	{
		.driver = "igb",
		.takes = COMMON | FAKE_TAKES(RATE),
		.rates = FAKE_RATES_MAX_LINK,
		.configures = true,
	},
	{
		.driver = "ixgbe",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(QUERY_RSS) |
			 FAKE_TAKES(RATE),
		.rates = FAKE_RATES_MAX_LINK,
		.rate_min = 11,
		.reports_rss = true,
		.configures = true,
	},
	{
		.driver = "i40e",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(RATE),
		.rates = FAKE_RATES_MAX,
		.configures = true,
	},
	{
		.driver = "ice",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(RATE),
		.not_switchdev = FAKE_TAKES(TRUST),
		.rates = FAKE_RATES_BOTH,
		.eswitch = FAKE_ESWITCH_WITHOUT_VFS,
		.configures = true,
	},
	{
		/* a port of InfiniBand: ipoib_netdev_ops_pf of drivers/infiniband */
		.driver = "mlx5_core",
		.device = CONNECTX6,
		.takes =
			FAKE_TAKES(STATE) | FAKE_TAKES(NODE_GUID) | FAKE_TAKES(PORT_GUID),
		.infiniband = true,
		.reports_rss = true,
		.configures = true,
	},
	{
		.driver = "mlx5_core",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(RATE),
		.not_switchdev =
			FAKE_TAKES(VLAN) | FAKE_TAKES(SPOOFCHK) | FAKE_TAKES(TRUST),
		.rates = FAKE_RATES_BOTH,
		.eswitch = FAKE_ESWITCH_ANY,
		.reports_inline = true,
		.configures = true,
	},
	/* in 6.1; from 6.4 on it is switched without VFs too */
	{
		.driver = "bnxt_en",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(RATE),
		.rates = FAKE_RATES_BOTH,
		.eswitch = FAKE_ESWITCH_WITH_VFS,
		.configures = true,
	},
	{
		.driver = "netdevsim",
		.takes = COMMON | FAKE_TAKES(STATE) | FAKE_TAKES(QUERY_RSS) |
			 FAKE_TAKES(RATE),
		.rates = FAKE_RATES_BOTH,
		.qinq = true,
		.reports_rss = true,
		.eswitch = FAKE_ESWITCH_ANY,
		.configures = true,
	},
	{.driver = "nvme", .configures = true},
	{.driver = "pci-pf-stub", .configures = true},
};

const struct fake_profile *fake_profile(const char *driver, uint16_t device)
{
	static const struct fake_profile none = {.driver = ""};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(profiles); i++)
		if (strcmp(profiles[i].driver, driver) == 0 &&
		    (profiles[i].device == 0 || profiles[i].device == device))
			return &profiles[i];
	return &none;
}
