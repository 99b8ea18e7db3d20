/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The switch inside a card as a PF shows it: its mode, and the VFs' representors. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/eswitch.h"
#include "sys/sysfs.h"

/* MAX_PHYS_ITEM_ID_LEN of linux/netdevice.h, in hex */
#define SWITCH_ID_LEN 72

/* What the name of a representor's port says. */
struct port {
	bool other_host; /* the card's other side: a controller number is given */
	unsigned pf;
	unsigned vf;
};

void sriov_eswitch_read(struct sriov_pf *pf, struct sriov_doors *doors)
{
	pf->eswitch_asked = true;
	pf->eswitch_result = sriov_devlink_eswitch(doors, sriov_bus_of(pf->fn.address),
						   pf->fn.address, &pf->eswitch);
}

/* Take the number behind @prefix off @text; false where there is none. */
static bool take_number(const char **text, const char *prefix, unsigned *ret)
{
	size_t len = strlen(prefix), digits;
	char number[16];
	uint64_t value;

	if (strncmp(*text, prefix, len) != 0)
		return false;
	digits = strspn(*text + len, "0123456789");
	if (digits >= sizeof(number))
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)digits, *text + len);
	if (sriov_parse_number(number, 10, UINT16_MAX, &value) < 0)
		return false;
	*text += len + digits;
	*ret = (unsigned)value;
	return true;
}

static bool parse_port(const char *text, struct port *ret)
{
	struct port port = {0};
	unsigned controller;

	port.other_host = take_number(&text, "c", &controller);
	if (!take_number(&text, "pf", &port.pf) || !take_number(&text, "vf", &port.vf) ||
	    *text)
		return false;
	*ret = port;
	return true;
}

static bool read_of(int dir, const char *netdev, const char *file, char *buf, size_t size)
{
	char path[SRIOV_NETDEV_LEN + 32];

	if (strlen(netdev) >= SRIOV_NETDEV_LEN)
		return false;
	snprintf(path, sizeof(path), "net/%s/%s", netdev, file);
	return sriov_sysfs_read(dir, path, buf, size) > 0;
}

static bool is_of_switch(int dir, const char *netdev, const char *own)
{
	char found[SWITCH_ID_LEN];

	return read_of(dir, netdev, "phys_switch_id", found, sizeof(found)) &&
	       strcmp(found, own) == 0;
}

/*
 * The likelier one where two ports are VF 3: that of this host before that of another
 * one (SmartNIC), then the one whose PF number is this function's.
 */
static int likelihood(const struct sriov_pf *pf, const struct port *port)
{
	return 1 + (port->pf == pf->fn.bdf.function) + 2 * !port->other_host;
}

static void note_representor(struct sriov_pf *pf, const struct port *port,
			     const char *netdev)
{
	struct sriov_vf *vf = sriov_pf_vf(pf, port->vf);
	int likely = likelihood(pf, port);

	if (!vf || vf->representor_likelihood > likely ||
	    (vf->representor_likelihood == likely && strcmp(vf->representor, netdev) < 0))
		return;
	vf->representor_likelihood = likely;
	strcpy(vf->representor, netdev);
}

void sriov_representors_read(struct sriov_pf *pf, int dir)
{
	_cleanup_closedir_ DIR *list =
		pf->n_vfs && pf->fn.netdev[0] ? sriov_sysfs_list(dir, "net") : NULL;
	char own[SWITCH_ID_LEN] = "", text[32];
	const char *netdev;
	struct port port;

	while (list && (netdev = sriov_sysfs_next(list))) {
		if (strcmp(netdev, pf->fn.netdev) == 0 ||
		    !read_of(dir, netdev, "phys_port_name", text, sizeof(text)) ||
		    !parse_port(text, &port))
			continue;
		if (!own[0] &&
		    !read_of(dir, pf->fn.netdev, "phys_switch_id", own, sizeof(own)))
			return;
		if (is_of_switch(dir, netdev, own))
			note_representor(pf, &port, netdev);
	}
}
