/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the drivers of PFs take, refuse and report of their VFs' settings. */
#ifndef FAKE_PROFILE_H
#define FAKE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/rtnl.h"

enum fake_rates {
	FAKE_RATES_NONE,     /* no operation */
	FAKE_RATES_MAX_LINK, /* maximum only, and only with carrier */
	FAKE_RATES_MAX,
	FAKE_RATES_BOTH,
};

/* When the mode of the switch inside the card can be set. */
enum fake_eswitch {
	FAKE_ESWITCH_NONE, /* the driver has nothing to do with devlink */
	FAKE_ESWITCH_ANY,
	FAKE_ESWITCH_WITHOUT_VFS, /* only while there are no VFs */
	FAKE_ESWITCH_WITH_VFS,	  /* switchdev only while there are VFs */
};

#define FAKE_TAKES(message) (1U << SRIOV_VF_MESSAGE_##message)

struct fake_profile {
	const char *driver;
	uint16_t device;	/* the rates of igb differ from card to card; 0 any */
	uint32_t takes;		/* set of FAKE_TAKES() */
	uint32_t not_switchdev; /* those that it refuses in switchdev mode */
	enum fake_rates rates;
	unsigned rate_min; /* Mbit/s, the lowest maximum that it takes */
	bool qinq;	   /* takes 802.1ad */
	bool reports_rss;
	bool infiniband; /* reports GUIDs */
	enum fake_eswitch eswitch;
	bool reports_inline; /* and encap, of the switch */
	bool configures;     /* has sriov_configure */
};

/* The profile of @driver on @device; a driver without a row takes nothing. */
const struct fake_profile *fake_profile(const char *driver, uint16_t device);

#endif
