/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's devlink answers, as sys/devlink.c asks for them. */
#include <linux/genetlink.h>
#include <stdlib.h>

#include "capture/tree.h"
#include "host/host.h"
#include "sys/devlink.h"

/* Doors that keep what comes back through them. */
struct tee {
	struct sriov_doors doors;
	struct sriov_door_ops ops;
	struct capture *c;
	const char *address;
	FILE *to;
	sriov_netlink_reply_fn *on_reply;
	void *arg;
};

/* What it says is a mode and an address: nothing is to be replaced. */
static int on_answer(const struct nlmsghdr *msg, void *arg)
{
	static const char padding[NLMSG_ALIGNTO];
	struct tee *tee = arg;

	fwrite(msg, 1, msg->nlmsg_len, tee->to);
	fwrite(padding, 1, NLMSG_ALIGN(msg->nlmsg_len) - msg->nlmsg_len, tee->to);
	return tee->on_reply(msg, tee->arg);
}

static int tee_netlink(struct sriov_doors *doors, int protocol, const void *requests,
		       size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
		       void *arg)
{
	struct tee *tee = (struct tee *)doors;
	const struct nlmsghdr *request = requests;
	struct sriov_doors *host = tee->c->doors;
	_cleanup_free_ char *data = NULL;
	char path[64];
	size_t kept;
	int r;

	tee->to = open_memstream(&data, &kept);
	if (!tee->to)
		return -ENOMEM;
	tee->on_reply = on_reply;
	tee->arg = arg;
	r = host->ops->netlink(host, protocol, requests, size, n, on_answer, tee);
	if (fclose(tee->to) != 0)
		return -ENOMEM;
	if (request->nlmsg_type == GENL_ID_CTRL)
		snprintf(path, sizeof(path), "netlink/devlink");
	else
		snprintf(path, sizeof(path), "netlink/eswitch-%.40s", tee->address);
	if (r == 0)
		capture_put(tee->c, CAPTURE_EXACT, path, data, kept);
	return r;
}

void capture_devlink(struct capture *c)
{
	struct tee tee = {.doors = *c->doors, .ops = *c->doors->ops, .c = c};
	struct sriov_eswitch unused;

	tee.ops.netlink = tee_netlink;
	tee.doors.ops = &tee.ops;
	for (size_t i = 0; i < c->n_cards; i++) {
		int r;

		tee.address = c->card[i];
		r = sriov_devlink_eswitch(&tee.doors, sriov_bus_of(tee.address),
					  tee.address, &unused);
		if (r == -EPERM || r == -EACCES)
			capture_note(c, "netlink/eswitch-%s: root only", tee.address);
	}
}
