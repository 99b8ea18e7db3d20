/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake kernel's rtnetlink: links, addresses and routes as they are on disk. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "clock.h"
#include "devlink.h"
#include "faults.h"
#include "function.h"
#include "netlink.h"
#include "port.h"
#include "setlink.h"
#include "sim.h"

#define NETDEV "sys/class/net/%s"
#define ADDRESS_BYTES 20

struct finding {
	unsigned long ifindex;
	char name[FAKE_NAME_MAX]; /* "" not found */
};

static void find_netdev(const struct fake *fake, const char *name, void *arg)
{
	struct finding *finding = arg;

	if (fake_get_number(fake, 0, NETDEV "/ifindex", name) == finding->ifindex)
		snprintf(finding->name, sizeof(finding->name), "%s", name);
}

/* As many bytes as @text has: six of Ethernet, twenty of InfiniBand. */
static void put_address(struct fake_message *message, uint16_t type, const char *text)
{
	uint8_t bytes[ADDRESS_BYTES];
	unsigned byte;
	size_t n = 0;

	for (; n < sizeof(bytes) && sscanf(text, "%2x", &byte) == 1;
	     text += 2 + (text[2] == ':'))
		bytes[n++] = (uint8_t)byte;
	if (n)
		fake_message_put(message, type, bytes, n);
}

static void put_vfs(const struct fake *fake, struct fake_message *message,
		    const char *name, const char *address, bool stats, long left_out)
{
	unsigned n = fake_port_count(fake, address);
	char own[FAKE_NAME_MAX];
	size_t list;

	fake_message_put_u32(message, IFLA_NUM_VF, n);
	/* a representor has its PF as parent and no VFs of its own to tell of */
	fake_get(fake, own, sizeof(own), "kernel/%s/netdev", address);
	if (strcmp(own, name) != 0)
		return;
	list = fake_message_nest(message, IFLA_VFINFO_LIST);
	for (unsigned i = 0; i < n; i++) {
		struct fake_vf vf = fake_vf_get(fake, address, i);

		if (left_out != (long)i)
			fake_message_put_vf(message, i, &vf, stats);
	}
	fake_message_nest_end(message, list);
}

static void put_link(const struct fake *fake, const char *name, uint32_t mask,
		     uint32_t seq, uint16_t flags, long left_out,
		     struct fake_message *replies)
{
	struct ifinfomsg link = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)fake_get_number(fake, 0, NETDEV "/ifindex", name),
		.ifi_flags = (unsigned)fake_get_number(fake, 0, NETDEV "/flags", name),
	};
	char address[FAKE_NAME_MAX], text[FAKE_NAME_MAX];

	link.ifi_type =
		(unsigned short)fake_get_number(fake, ARPHRD_ETHER, NETDEV "/type", name);
	fake_get_link(fake, address, sizeof(address), NETDEV "/device", name);
	fake_message_begin(replies, RTM_NEWLINK, flags, seq, &link, sizeof(link));
	fake_message_put_text(replies, IFLA_IFNAME, name);
	put_address(replies, IFLA_ADDRESS,
		    fake_get(fake, text, sizeof(text), NETDEV "/address", name));
	if ((mask & RTEXT_FILTER_VF) &&
	    fake_exists(fake, FAKE_DEVICE "/sriov_numvfs", fake_bus(address), address))
		put_vfs(fake, replies, name, address, !(mask & RTEXT_FILTER_SKIP_STATS),
			left_out);
	/* nobody changes that of a port of InfiniBand */
	if (link.ifi_type == ARPHRD_INFINIBAND)
		fake_get(fake, text, sizeof(text), NETDEV "/address", name);
	else
		fake_get(fake, text, sizeof(text), "kernel/%s/mac", address);
	put_address(replies, IFLA_PERM_ADDRESS, text);
	if (address[0]) {
		fake_message_put_text(replies, IFLA_PARENT_DEV_NAME, address);
		fake_message_put_text(replies, IFLA_PARENT_DEV_BUS_NAME,
				      fake_bus(address));
	}
	fake_message_end(replies);
}

static uint32_t filter_mask(const struct nlmsghdr *request)
{
	const struct rtattr *attr = IFLA_RTA(NLMSG_DATA(request));
	int left = (int)IFLA_PAYLOAD(request);
	uint32_t mask = 0;

	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if (attr->rta_type == IFLA_EXT_MASK)
			memcpy(&mask, RTA_DATA(attr), sizeof(mask));
	return mask;
}

/* The name of the link that @request is about, "" none. */
static struct finding link_of(const struct fake *fake, const struct nlmsghdr *request)
{
	const struct ifinfomsg *link = NLMSG_DATA(request);
	struct finding finding = {.ifindex = (unsigned long)link->ifi_index};

	fake_each_name(fake, "sys/class/net", find_netdev, &finding);
	return finding;
}

static void answer_getlink(const struct fake *fake, const struct nlmsghdr *request,
			   struct fake_message *replies)
{
	struct finding finding = link_of(fake, request);
	char operation[FAKE_NAME_MAX + 16];
	struct fake_verdict verdict;
	int r;

	snprintf(operation, sizeof(operation), "getlink %s", finding.name);
	fake_faults_ask(fake, operation, &verdict);
	r = finding.name[0] ? -verdict.errnum : -ENODEV;
	if (r == 0)
		put_link(fake, finding.name, filter_mask(request), request->nlmsg_seq, 0,
			 verdict.left_out, replies);
	if (r < 0 || (request->nlmsg_flags & NLM_F_ACK))
		fake_message_ack(replies, request->nlmsg_seq, RTM_GETLINK, r,
				 verdict.saying);
	fake_faults_end(fake, operation, r, &verdict);
}

struct dump {
	struct fake_message *replies;
	uint32_t seq;
	const struct fake *fake;
};

static void dump_link(const struct fake *fake, const char *name, void *arg)
{
	const struct dump *dump = arg;

	put_link(fake, name, 0, dump->seq, NLM_F_MULTI, -1, dump->replies);
}

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

/* Read "10.0.0.1/24" or "fe80::1/64" and return its family. */
static int read_address(char *text, uint8_t bytes[static 16], uint8_t *length)
{
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	char *slash = strchr(text, '/');

	*length = (uint8_t)(address_size(family) * 8);
	if (slash) {
		*slash = '\0';
		*length = (uint8_t)strtoul(slash + 1, NULL, 10);
	}
	if (inet_pton(family, text, bytes) != 1)
		fake_die("'%s' is no address", text);
	return family;
}

static uint32_t ifindex_of(const struct fake *fake, const char *name)
{
	return (uint32_t)fake_get_number(fake, 0, NETDEV "/ifindex", name);
}

static bool dump_address(char *line, void *arg)
{
	const struct dump *dump = arg;
	struct ifaddrmsg header = {0};
	const char *name;
	uint8_t bytes[16];
	char *rest = line;

	name = strtok_r(rest, " ", &rest);
	if (!name)
		return true;
	header.ifa_index = ifindex_of(dump->fake, name);
	header.ifa_family = (uint8_t)read_address(rest, bytes, &header.ifa_prefixlen);
	fake_message_begin(dump->replies, RTM_NEWADDR, NLM_F_MULTI, dump->seq, &header,
			   sizeof(header));
	fake_message_put(dump->replies, IFA_ADDRESS, bytes,
			 address_size(header.ifa_family));
	if (header.ifa_family == AF_INET)
		fake_message_put(dump->replies, IFA_LOCAL, bytes, 4);
	fake_message_end(dump->replies);
	return true;
}

static bool dump_route(char *line, void *arg)
{
	const struct dump *dump = arg;
	struct rtmsg header = {
		.rtm_family = AF_INET,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_type = RTN_UNICAST,
	};
	char *to, *name, *protocol, *rest = line;
	uint8_t bytes[16];

	to = strtok_r(rest, " ", &rest);
	name = strtok_r(rest, " ", &rest);
	protocol = strtok_r(rest, " ", &rest);
	if (!to || !name)
		return true;
	if (protocol && strcmp(protocol, "kernel") == 0)
		header.rtm_protocol = RTPROT_KERNEL;
	if (strcmp(to, "default") != 0)
		header.rtm_family = (uint8_t)read_address(to, bytes, &header.rtm_dst_len);
	fake_message_begin(dump->replies, RTM_NEWROUTE, NLM_F_MULTI, dump->seq, &header,
			   sizeof(header));
	fake_message_put_u32(dump->replies, RTA_TABLE, RT_TABLE_MAIN);
	if (header.rtm_dst_len)
		fake_message_put(dump->replies, RTA_DST, bytes,
				 address_size(header.rtm_family));
	fake_message_put_u32(dump->replies, RTA_OIF, ifindex_of(dump->fake, name));
	fake_message_end(dump->replies);
	return true;
}

static const char *dump_name(uint16_t type)
{
	if (type == RTM_GETLINK)
		return "dump links";
	return type == RTM_GETADDR ? "dump addresses" : "dump routes";
}

static void answer_dump(const struct fake *fake, const struct nlmsghdr *request,
			struct fake_message *replies)
{
	const char *operation = dump_name(request->nlmsg_type);
	struct dump dump = {replies, request->nlmsg_seq, fake};
	struct fake_verdict verdict;

	fake_faults_ask(fake, operation, &verdict);
	if (verdict.errnum)
		fake_message_ack(replies, request->nlmsg_seq, request->nlmsg_type,
				 -verdict.errnum, verdict.saying);
	else if (request->nlmsg_type == RTM_GETLINK)
		fake_each_name(fake, "sys/class/net", dump_link, &dump);
	else if (request->nlmsg_type == RTM_GETADDR)
		fake_each_line(fake, "kernel/addresses", dump_address, &dump);
	else
		fake_each_line(fake, "kernel/routes", dump_route, &dump);
	if (!verdict.errnum)
		fake_message_done(replies, request->nlmsg_seq);
	fake_faults_end(fake, operation, -verdict.errnum, &verdict);
}

static void set_up(const struct fake *fake, const char *name, bool up)
{
	unsigned long flags = fake_get_number(fake, 0, NETDEV "/flags", name);
	char text[32], address[FAKE_NAME_MAX];
	bool carrier;

	fake_get_link(fake, address, sizeof(address), NETDEV "/device", name);
	carrier = up && !fake_exists(fake, "kernel/%s/no-cable", address);
	snprintf(text, sizeof(text), "0x%lx",
		 up ? flags | IFF_UP : flags & ~(unsigned long)IFF_UP);
	fake_put(fake, text, NETDEV "/flags", name);
	fake_put(fake, carrier ? "1" : "0", NETDEV "/carrier", name);
	fake_put(fake, carrier ? "up" : "down", NETDEV "/operstate", name);
	fake_clock_event(fake);
}

static void answer_newlink(const struct fake *fake, const struct nlmsghdr *request,
			   struct fake_message *replies)
{
	const struct ifinfomsg *link = NLMSG_DATA(request);
	bool up = link->ifi_flags & IFF_UP;
	struct finding finding = link_of(fake, request);
	char operation[FAKE_NAME_MAX + 16];
	struct fake_verdict verdict;
	int r;

	snprintf(operation, sizeof(operation), "link%s %s", up ? "up" : "down",
		 finding.name);
	fake_faults_ask(fake, operation, &verdict);
	r = finding.name[0] ? 0 : -ENODEV;
	if (fake_exists(fake, "kernel/unprivileged"))
		r = -EPERM;
	if (r == 0 && verdict.done && (link->ifi_change & IFF_UP))
		set_up(fake, finding.name, up);
	if (r == 0)
		r = -verdict.errnum;
	fake_message_ack(replies, request->nlmsg_seq, RTM_NEWLINK, r, verdict.saying);
	fake_faults_end(fake, operation, r, &verdict);
}

void fake_netlink_answer(const struct fake *fake, const struct nlmsghdr *request,
			 struct fake_message *replies)
{
	switch (request->nlmsg_type) {
	case RTM_GETLINK:
		if (!(request->nlmsg_flags & NLM_F_DUMP)) {
			answer_getlink(fake, request, replies);
			break;
		}
		answer_dump(fake, request, replies);
		break;
	case RTM_GETADDR:
	case RTM_GETROUTE:
		answer_dump(fake, request, replies);
		break;
	case RTM_NEWLINK:
		answer_newlink(fake, request, replies);
		break;
	case RTM_SETLINK:
		fake_setlink_answer(fake, link_of(fake, request).name, request, replies);
		break;
	default:
		fake_message_ack(replies, request->nlmsg_seq, request->nlmsg_type,
				 -EOPNOTSUPP, "");
	}
}

static void keep(const struct fake *fake, struct fake_message *message, const char *name)
{
	fake_put_bytes(fake, message->data, message->len, "netlink/%s", name);
	free(message->data);
	*message = (struct fake_message){0};
}

static void capture_link(const struct fake *fake, const char *name, void *arg)
{
	struct fake_message *message = arg;
	char file[32];

	put_link(fake, name, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS, 1, 0, -1,
		 message);
	fake_message_ack(message, 1, RTM_GETLINK, 0, "");
	snprintf(file, sizeof(file), "link-%u", ifindex_of(fake, name));
	keep(fake, message, file);
}

static void capture_eswitch(const struct fake *fake, const char *address, void *arg)
{
	struct fake_message *message = arg;
	char file[FAKE_NAME_MAX + 16];

	if (!fake_exists(fake, FAKE_DEVICE "/sriov_numvfs", fake_bus(address), address))
		return;
	fake_devlink_put(fake, address, 1, message);
	snprintf(file, sizeof(file), "eswitch-%s", address);
	keep(fake, message, file);
}

void fake_netlink_capture(const struct fake *fake)
{
	struct fake_message message = {0};
	struct dump dump = {&message, 1, fake};

	fake_remove(fake, "netlink");
	fake_each_name(fake, "sys/class/net", capture_link, &message);
	fake_each_name(fake, "sys/class/net", dump_link, &dump);
	fake_message_done(&message, 1);
	keep(fake, &message, "links");
	fake_each_line(fake, "kernel/addresses", dump_address, &dump);
	fake_message_done(&message, 1);
	keep(fake, &message, "addresses");
	fake_each_line(fake, "kernel/routes", dump_route, &dump);
	fake_message_done(&message, 1);
	keep(fake, &message, "routes");
	fake_devlink_put_family(fake, 1, &message);
	keep(fake, &message, "devlink");
	fake_each_name(fake, "sys/bus/pci/devices", capture_eswitch, &message);
	fake_each_name(fake, "sys/bus/netdevsim/devices", capture_eswitch, &message);
}
