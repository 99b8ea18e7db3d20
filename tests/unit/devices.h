/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices that tests hand to guests. */
#ifndef SRIOV_UNIT_DEVICES_H
#define SRIOV_UNIT_DEVICES_H

#include "libvirt/device.h"

/* A VF with all that is known of one. */
#define EM1_3                                                                            \
	{                                                                                \
		.bdf = {0, 0x01, 0x10, 6}, .pf = "em1", .vf = 3, .mac = 0x525400a10003,  \
		.vlan = 42,                                                              \
	}

/* A VF of another PF, without a VLAN, far away. */
#define EM2_0                                                                            \
	{                                                                                \
		.bdf = {0x10000, 0xff, 0x1f, 7}, .pf = "em2", .mac = 0x525400a20000,     \
		.vlan = -1,                                                              \
	}

/* No VF: a fibre-channel adapter. */
#define HBA                                                                              \
	{                                                                                \
		.bdf = {0, 0x3b, 0, 0},                                                  \
	}

#endif
