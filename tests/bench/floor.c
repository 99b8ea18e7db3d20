/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor NETDEV N KEY: what setting MAC, VLAN and spoof check of N VFs costs the kernel
 * and a program that does nothing else: one dump, the messages, made beforehand, in
 * batches, an acknowledgement for each, and one dump. KEY makes the values.
 *
 * floor NETDEV N KEY SECONDS: sets nothing, but waits as long for the values of KEY to be
 * what the kernel reports of N VFs.
 */
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define ATTRIBUTES 3
#define BATCH 128
#define BUFFER (8 * 1024 * 1024)
#define RECEIVE_BUFFER 212992
#define POLL_NS 5000000

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct rtattr list;
	struct rtattr info;
	struct rtattr attr;
	union {
		struct ifla_vf_mac mac;
		struct ifla_vf_vlan vlan;
		struct ifla_vf_spoofchk spoofchk;
	};
};

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static int open_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const int room = RECEIVE_BUFFER, on = 1;

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

static size_t dump(int fd, int ifindex, char *buffer)
{
	ssize_t got;
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
		struct rtattr attr;
		unsigned mask;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST},
		.link.ifi_index = ifindex,
		.attr = {.rta_len = RTA_LENGTH(sizeof(request.mask)),
			 .rta_type = IFLA_EXT_MASK},
		.mask = RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS,
	};

	if (send(fd, &request, sizeof(request), 0) < 0 ||
	    (got = recv(fd, buffer, BUFFER, 0)) <= (ssize_t)sizeof(struct nlmsghdr))
		fail("dump");
	return (size_t)got;
}

/* The values of VF @vf that @key makes. */
static void make_values(unsigned vf, unsigned key, unsigned char mac[static 6],
			unsigned *ret_vlan, unsigned *ret_spoofchk)
{
	const unsigned char bytes[] = {0x52, 0x54,	     key & 0xff,
				       0,    vf >> 8 & 0xff, vf & 0xff};

	memcpy(mac, bytes, sizeof(bytes));
	*ret_vlan = key % 4094 + 1;
	*ret_spoofchk = key & 1;
}

static size_t make_request(struct request *request, int ifindex, unsigned vf, int which,
			   unsigned key)
{
	const unsigned short types[] = {IFLA_VF_VLAN, IFLA_VF_MAC, IFLA_VF_SPOOFCHK};
	const size_t sizes[] = {sizeof(request->vlan), sizeof(request->mac),
				sizeof(request->spoofchk)};
	unsigned char mac[6];
	unsigned vlan, spoofchk;
	size_t size = sizes[which];

	make_values(vf, key, mac, &vlan, &spoofchk);
	memset(request, 0, sizeof(*request));
	request->attr.rta_type = types[which];
	request->attr.rta_len = (unsigned short)RTA_LENGTH(size);
	request->info.rta_type = IFLA_VF_INFO;
	request->info.rta_len = (unsigned short)RTA_LENGTH(request->attr.rta_len);
	request->list.rta_type = IFLA_VFINFO_LIST;
	request->list.rta_len = (unsigned short)RTA_LENGTH(request->info.rta_len);
	request->link.ifi_index = ifindex;
	request->header.nlmsg_type = RTM_SETLINK;
	request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->header.nlmsg_len =
		(unsigned)(NLMSG_LENGTH(sizeof(request->link)) + request->list.rta_len);
	if (which == 0)
		request->vlan = (struct ifla_vf_vlan){.vf = vf, .vlan = vlan};
	else if (which == 1)
		request->mac.vf = vf, memcpy(request->mac.mac, mac, sizeof(mac));
	else
		request->spoofchk =
			(struct ifla_vf_spoofchk){.vf = vf, .setting = spoofchk};
	return NLMSG_ALIGN(request->header.nlmsg_len);
}

/* Send the @size bytes of @n requests and read their acknowledgements. */
static void send_batch(int fd, const char *requests, size_t size, unsigned n)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} ack;

	if (send(fd, requests, size, 0) != (ssize_t)size)
		fail("send");
	while (n--) {
		if (recv(fd, &ack, sizeof(ack), 0) < 0)
			fail("acknowledgement");
		if (ack.header.nlmsg_type != NLMSG_ERROR || ack.error.error) {
			fprintf(stderr, "refused: %s\n", strerror(-ack.error.error));
			exit(EXIT_FAILURE);
		}
	}
}

/* Whether the entry @info of a VF has the values of @key. */
static bool has_values(struct rtattr *info, unsigned key)
{
	int left = (int)RTA_PAYLOAD(info);
	unsigned char mac[6];
	unsigned vlan = 0, spoofchk = 0, same = 0;

	for (struct rtattr *a = RTA_DATA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		const struct ifla_vf_mac *found_mac = RTA_DATA(a);
		const struct ifla_vf_vlan *found_vlan = RTA_DATA(a);
		const struct ifla_vf_spoofchk *found_spoofchk = RTA_DATA(a);

		if (a->rta_type == IFLA_VF_MAC) {
			make_values(found_mac->vf, key, mac, &vlan, &spoofchk);
			same += memcmp(found_mac->mac, mac, sizeof(mac)) == 0;
		}
		if (a->rta_type == IFLA_VF_VLAN)
			same += found_vlan->vlan == vlan;
		if (a->rta_type == IFLA_VF_SPOOFCHK)
			same += found_spoofchk->setting == spoofchk;
	}
	return same == ATTRIBUTES;
}

/*
 * How many VFs have the values of @key. The list's own length has wrapped where there are
 * hundreds: its entries go on for as long as they look like some.
 */
static unsigned count_values(char *buffer, size_t size, unsigned key)
{
	struct nlmsghdr *header = (struct nlmsghdr *)buffer;
	struct ifinfomsg *link = NLMSG_DATA(header);
	struct rtattr *a = IFLA_RTA(link), *info;
	int left = (int)size - NLMSG_LENGTH(sizeof(*link));
	unsigned n = 0;

	while (RTA_OK(a, left) && a->rta_type != IFLA_VFINFO_LIST)
		a = RTA_NEXT(a, left);
	left -= RTA_LENGTH(0);
	info = RTA_DATA(a);
	for (; RTA_OK(info, left) && info->rta_type == IFLA_VF_INFO &&
	       RTA_PAYLOAD(info) > RTA_LENGTH(sizeof(struct ifla_vf_mac));
	     info = RTA_NEXT(info, left))
		n += has_values(info, key);
	return n;
}

static int wait_for_values(int fd, int ifindex, char *buffer, unsigned n, unsigned key,
			   int seconds)
{
	const time_t deadline = time(NULL) + seconds;
	unsigned found;

	for (;;) {
		found = count_values(buffer, dump(fd, ifindex, buffer), key);
		if (found == n)
			return EXIT_SUCCESS;
		if (time(NULL) > deadline)
			break;
		nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
	}
	fprintf(stderr, "%u of %u VFs have what was set\n", found, n);
	return EXIT_FAILURE;
}

static void set_values(int fd, int ifindex, char *buffer, unsigned n, unsigned key)
{
	char *requests = calloc(n + 1, sizeof(struct request));
	size_t *end = calloc(n + 1, sizeof(*end));

	if (!requests || !end)
		fail("memory");
	for (unsigned i = 0; i < n; i++) {
		struct request request;
		size_t size = make_request(&request, ifindex, i / ATTRIBUTES,
					   (int)(i % ATTRIBUTES), key);

		memcpy(requests + end[i], &request, size);
		end[i + 1] = end[i] + size;
	}
	dump(fd, ifindex, buffer);
	for (unsigned i = 0; i < n; i += BATCH) {
		unsigned last = i + BATCH < n ? i + BATCH : n;

		send_batch(fd, requests + end[i], end[last] - end[i], last - i);
	}
	dump(fd, ifindex, buffer);
}

int main(int argc, char **argv)
{
	unsigned n = argc >= 4 ? (unsigned)atoi(argv[2]) : 0;
	unsigned key = argc >= 4 ? (unsigned)atoi(argv[3]) : 0;
	int ifindex = n ? (int)if_nametoindex(argv[1]) : 0, fd = open_socket();
	char *buffer = malloc(BUFFER);

	if (!ifindex || !buffer) {
		fprintf(stderr, "usage: floor NETDEV N KEY [SECONDS]\n");
		return EXIT_FAILURE;
	}
	if (argc > 4)
		return wait_for_values(fd, ifindex, buffer, n, key, atoi(argv[4]));
	set_values(fd, ifindex, buffer, n * ATTRIBUTES, key);
	return EXIT_SUCCESS;
}
