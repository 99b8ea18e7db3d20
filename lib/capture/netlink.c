/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's netlink answers, cut down to what is read of them. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "capture/tree.h"
#include "sys/vfinfo.h"

#define MAC_LEN 6

/* Headers older than the kernel may lack them (linux/if_link.h of 6.1). */
#define PERM_ADDRESS 54
#define PARENT_DEV_NAME 56
#define PARENT_DEV_BUS_NAME 57

/* A question, and what has come back so far. */
struct answers {
	struct capture *c;
	FILE *to;
	int result; /* what an NLMSG_ERROR says */
};

/* An attribute in a message; its payload may be changed in place. */
struct attribute {
	uint16_t type;
	uint8_t *data;
	size_t len;
};

static bool cut(uint8_t **at, size_t *left, struct attribute *ret)
{
	struct nlattr header;
	size_t step;

	if (*left < sizeof(header))
		return false;
	memcpy(&header, *at, sizeof(header));
	if (header.nla_len < sizeof(header) || header.nla_len > *left)
		return false;
	*ret = (struct attribute){header.nla_type & NLA_TYPE_MASK, *at + NLA_HDRLEN,
				  header.nla_len - NLA_HDRLEN};
	step = NLA_ALIGN(header.nla_len);
	step = step > *left ? *left : step;
	*at += step;
	*left -= step;
	return true;
}

static void put(FILE *to, uint16_t type, const void *data, size_t len)
{
	static const uint8_t padding[NLA_ALIGNTO];
	const struct nlattr header = {(uint16_t)(NLA_HDRLEN + len), type};

	fwrite(&header, sizeof(header), 1, to);
	fwrite(data, 1, len, to);
	fwrite(padding, 1, NLA_ALIGN(len) - len, to);
}

static bool is_captured(const struct capture *c, unsigned ifindex)
{
	for (size_t i = 0; i < c->n_netdevs; i++)
		if (c->ifindex[i] == ifindex)
			return true;
	return false;
}

static void replace_guid(struct sriov_pseudonyms *p, uint8_t *at)
{
	uint64_t guid;

	memcpy(&guid, at, sizeof(guid));
	sriov_pseudonym_guid(p, guid, &guid);
	memcpy(at, &guid, sizeof(guid));
}

static void replace_in_vf(struct sriov_pseudonyms *p, uint8_t *at, size_t left)
{
	struct attribute attr;

	while (cut(&at, &left, &attr)) {
		size_t mac = attr.type == IFLA_VF_BROADCAST ? 0 : sizeof(uint32_t);

		if ((attr.type == IFLA_VF_MAC || attr.type == IFLA_VF_BROADCAST) &&
		    attr.len >= mac + MAC_LEN) {
			sriov_pseudonym_bytes(p, attr.data + mac, MAC_LEN);
			memset(attr.data + mac + MAC_LEN, 0, attr.len - mac - MAC_LEN);
		} else if ((attr.type == IFLA_VF_IB_NODE_GUID ||
			    attr.type == IFLA_VF_IB_PORT_GUID) &&
			   attr.len >= 2 * sizeof(uint64_t)) {
			replace_guid(p, attr.data + sizeof(uint64_t));
		}
	}
}

/* The list as it is, with a length that may have wrapped.  Returns how long it is. */
static size_t put_vfs(struct answers *a, uint8_t *list, size_t left, uint32_t num_vfs)
{
	size_t len = sriov_vfinfo_length(list + NLA_HDRLEN, left - NLA_HDRLEN, num_vfs);
	uint8_t *at = list + NLA_HDRLEN;
	size_t rest = len;
	struct attribute vf;

	while (cut(&at, &rest, &vf))
		replace_in_vf(a->c->pseudonyms, vf.data, vf.len);
	fwrite(list, 1, NLA_HDRLEN + len, a->to);
	return NLA_HDRLEN + len;
}

/* An address of any length: some have none. */
static void put_address(struct answers *a, struct attribute *attr)
{
	if (attr->len < MAC_LEN || attr->len > SRIOV_SECRET_MAX)
		return;
	sriov_pseudonym_bytes(a->c->pseudonyms, attr->data, attr->len);
	put(a->to, attr->type, attr->data, attr->len);
}

static void put_name(struct answers *a, const struct attribute *attr)
{
	_cleanup_free_ char *text = strndup((const char *)attr->data, attr->len);
	_cleanup_free_ char *name =
		text ? sriov_pseudonyms_text(a->c->pseudonyms, text) : NULL;

	if (name)
		put(a->to, attr->type, name, strlen(name) + 1);
}

static void put_link_attribute(struct answers *a, struct attribute *attr)
{
	switch (attr->type) {
	case IFLA_ADDRESS:
	case PERM_ADDRESS:
		put_address(a, attr);
		break;
	case IFLA_IFNAME:
		put_name(a, attr);
		break;
	case IFLA_MTU:
	case IFLA_LINK:
	case IFLA_MASTER:
	case IFLA_OPERSTATE:
	case IFLA_CARRIER:
	case IFLA_NUM_VF:
	case PARENT_DEV_NAME:
	case PARENT_DEV_BUS_NAME:
		put(a->to, attr->type, attr->data, attr->len);
		break;
	default:
		break;
	}
}

static void put_link(struct answers *a, uint8_t *at, size_t left)
{
	uint32_t num_vfs = 0;
	struct attribute attr;

	while (left >= NLA_HDRLEN) {
		struct nlattr header;

		memcpy(&header, at, sizeof(header));
		if ((header.nla_type & NLA_TYPE_MASK) == IFLA_VFINFO_LIST) {
			size_t len = put_vfs(a, at, left, num_vfs);

			at += len;
			left -= len;
			continue;
		}
		if (!cut(&at, &left, &attr))
			return;
		if (attr.type == IFLA_NUM_VF && attr.len >= sizeof(num_vfs))
			memcpy(&num_vfs, attr.data, sizeof(num_vfs));
		put_link_attribute(a, &attr);
	}
}

/* The bits beyond the prefix of a network are 0. */
static void clear_host_bits(uint8_t *bytes, size_t len, unsigned prefix)
{
	for (unsigned i = prefix; i < 8 * len; i++)
		bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

static void put_ip(struct answers *a, struct attribute *attr, unsigned prefix)
{
	if (attr->len != 4 && attr->len != 16)
		return;
	sriov_pseudonym_ip(a->c->pseudonyms, attr->data, attr->len);
	clear_host_bits(attr->data, attr->len, prefix);
	put(a->to, attr->type, attr->data, attr->len);
}

static void put_addresses(struct answers *a, uint8_t *at, size_t left)
{
	struct attribute attr;

	while (cut(&at, &left, &attr))
		if (attr.type == IFA_ADDRESS || attr.type == IFA_LOCAL)
			put_ip(a, &attr, 128);
		else if (attr.type == IFA_FLAGS)
			put(a->to, attr.type, attr.data, attr.len);
}

/* The hops without their addresses. */
static void put_hops(struct answers *a, const struct attribute *attr)
{
	struct rtnexthop hop[64];
	size_t n = 0, at = 0;

	while (n < SRIOV_ARRAY_SIZE(hop) && at + sizeof(hop[0]) <= attr->len) {
		size_t step;

		memcpy(&hop[n], attr->data + at, sizeof(hop[0]));
		step = hop[n].rtnh_len;
		if (step < sizeof(hop[0]))
			break;
		hop[n++].rtnh_len = sizeof(hop[0]);
		at += RTNH_ALIGN(step);
	}
	if (n)
		put(a->to, attr->type, hop, n * sizeof(hop[0]));
}

static void put_route(struct answers *a, uint8_t *at, size_t left, unsigned prefix)
{
	struct attribute attr;

	while (cut(&at, &left, &attr))
		switch (attr.type) {
		case RTA_DST:
			put_ip(a, &attr, prefix);
			break;
		case RTA_GATEWAY:
		case RTA_PREFSRC:
			put_ip(a, &attr, 128);
			break;
		case RTA_MULTIPATH:
			put_hops(a, &attr);
			break;
		case RTA_OIF:
		case RTA_PRIORITY:
		case RTA_TABLE:
			put(a->to, attr.type, attr.data, attr.len);
			break;
		default:
			break;
		}
}

/* Whether a route, by its attributes, goes over a link that is captured. */
static bool goes_over(const struct capture *c, uint8_t *at, size_t left)
{
	struct attribute attr;
	uint32_t oif;

	while (cut(&at, &left, &attr)) {
		for (size_t i = 0; attr.type == RTA_MULTIPATH &&
				   i + sizeof(struct rtnexthop) <= attr.len;) {
			struct rtnexthop hop;

			memcpy(&hop, attr.data + i, sizeof(hop));
			if (is_captured(c, (unsigned)hop.rtnh_ifindex))
				return true;
			i += hop.rtnh_len < sizeof(hop) ? attr.len
							: RTNH_ALIGN(hop.rtnh_len);
		}
		if (attr.type != RTA_OIF || attr.len < sizeof(oif))
			continue;
		memcpy(&oif, attr.data, sizeof(oif));
		if (is_captured(c, oif))
			return true;
	}
	return false;
}

/* Write the family's header, which is @len bytes long, and the attributes behind it. */
static void put_body(struct answers *a, const struct nlmsghdr *msg, uint8_t *body)
{
	size_t size = NLMSG_PAYLOAD(msg, 0), len;

	switch (msg->nlmsg_type) {
	case RTM_NEWLINK:
		len = NLMSG_ALIGN(sizeof(struct ifinfomsg));
		fwrite(body, 1, len, a->to);
		put_link(a, body + len, size - len);
		break;
	case RTM_NEWADDR:
		len = NLMSG_ALIGN(sizeof(struct ifaddrmsg));
		fwrite(body, 1, len, a->to);
		put_addresses(a, body + len, size - len);
		break;
	case RTM_NEWROUTE:
		len = NLMSG_ALIGN(sizeof(struct rtmsg));
		fwrite(body, 1, len, a->to);
		put_route(a, body + len, size - len,
			  ((struct rtmsg *)(void *)body)->rtm_dst_len);
		break;
	default:
		fwrite(body, 1, size, a->to);
	}
}

static bool is_wanted(const struct capture *c, const struct nlmsghdr *msg)
{
	const struct ifinfomsg *link = NLMSG_DATA(msg);
	const struct ifaddrmsg *address = NLMSG_DATA(msg);
	size_t size = NLMSG_PAYLOAD(msg, 0);

	switch (msg->nlmsg_type) {
	case RTM_NEWLINK:
		return size >= sizeof(*link) && is_captured(c, (unsigned)link->ifi_index);
	case RTM_NEWADDR:
		return size >= sizeof(*address) && is_captured(c, address->ifa_index);
	case RTM_NEWROUTE:
		return size >= sizeof(struct rtmsg) &&
		       goes_over(c, (uint8_t *)NLMSG_DATA(msg) + sizeof(struct rtmsg),
				 size - sizeof(struct rtmsg));
	case NLMSG_DONE:
	case NLMSG_ERROR:
		return true;
	default:
		return false;
	}
}

/* Write a message with what is kept of it. */
static int put_message(struct answers *a, const struct nlmsghdr *msg, uint8_t *body)
{
	static const uint8_t padding[NLMSG_ALIGNTO];
	struct answers kept = {.c = a->c};
	_cleanup_free_ char *data = NULL;
	struct nlmsghdr header = *msg;
	size_t size;

	kept.to = open_memstream(&data, &size);
	if (!kept.to)
		return -ENOMEM;
	put_body(&kept, msg, body);
	if (fclose(kept.to) != 0)
		return -ENOMEM;
	header.nlmsg_pid = 0;
	header.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	fwrite(&header, sizeof(header), 1, a->to);
	fwrite(data, 1, size, a->to);
	fwrite(padding, 1, NLMSG_ALIGN(size) - size, a->to);
	return 0;
}

static int on_answer(const struct nlmsghdr *msg, void *arg)
{
	struct answers *a = arg;
	_cleanup_free_ uint8_t *body = NULL;

	if (msg->nlmsg_type == NLMSG_ERROR && NLMSG_PAYLOAD(msg, 0) >= sizeof(int))
		memcpy(&a->result, NLMSG_DATA(msg), sizeof(int));
	if (!is_wanted(a->c, msg))
		return 0;
	body = malloc(NLMSG_PAYLOAD(msg, 0) + 1);
	if (!body)
		return -ENOMEM;
	memcpy(body, NLMSG_DATA(msg), NLMSG_PAYLOAD(msg, 0));
	return put_message(a, msg, body);
}

struct question {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct nlattr filter;
	uint32_t mask;
};

/* Keep what comes back as @name.  Returns 0, or -errno, of the kernel's answer too. */
static int ask(struct capture *c, struct question *question, const char *name)
{
	struct answers answers = {.c = c};
	char *data = NULL;
	size_t size = 0;
	int r;

	answers.to = open_memstream(&data, &size);
	if (!answers.to)
		return -ENOMEM;
	r = c->doors->ops->netlink(c->doors, NETLINK_ROUTE, question,
				   question->header.nlmsg_len, 1, on_answer, &answers);
	if (fclose(answers.to) != 0)
		r = -ENOMEM;
	if (r == 0)
		r = answers.result;
	if (r == 0)
		capture_put(c, CAPTURE_EXACT, name, data, size);
	free(data);
	return r;
}

/* As sriov_rtnl_request() has it, without an acknowledgement behind the answer. */
static int ask_port(struct capture *c, unsigned ifindex, uint32_t mask, const char *name)
{
	struct question question = {
		.header = {.nlmsg_len = sizeof(question),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST,
			   .nlmsg_seq = 1},
		.link = {.ifi_index = (int)ifindex},
		.filter = {NLA_HDRLEN + sizeof(uint32_t), IFLA_EXT_MASK},
		.mask = mask,
	};

	return ask(c, &question, name);
}

/* With counters where that is not too much for the kernel. */
static void take_port(struct capture *c, unsigned ifindex)
{
	char name[64];
	int r;

	snprintf(name, sizeof(name), "netlink/link-%u", ifindex);
	r = ask_port(c, ifindex, RTEXT_FILTER_VF, name);
	if (r == -ENOBUFS || r == -EMSGSIZE || r == -ENOMEM)
		r = ask_port(c, ifindex, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS, name);
	if (r < 0)
		capture_note(c, "%s: %s", name, strerror(-r));
}

static void take_dump(struct capture *c, uint16_t type, const char *name)
{
	struct question question = {
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
			   .nlmsg_type = type,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			   .nlmsg_seq = 1},
	};
	int r = ask(c, &question, name);

	if (r < 0)
		capture_note(c, "%s: %s", name, strerror(-r));
}

void capture_netlink(struct capture *c)
{
	for (size_t i = 0; i < c->n_ports; i++)
		take_port(c, c->port[i]);
	take_dump(c, RTM_GETLINK, "netlink/links");
	take_dump(c, RTM_GETADDR, "netlink/addresses");
	take_dump(c, RTM_GETROUTE, "netlink/routes");
}
