/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor NETDEV N KEY: what setting MAC, VLAN and spoof check of N VFs costs the kernel
 * and a program that does nothing else: one dump, the messages, made beforehand, in
 * batches, an acknowledgement for each, and one dump. KEY makes the values.
 */
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ATTRIBUTES 3
#define BATCH 128
#define BUFFER (8 * 1024 * 1024)
#define RECEIVE_BUFFER 212992

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

static void dump(int fd, int ifindex, char *buffer)
{
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
	    recv(fd, buffer, BUFFER, 0) <= (ssize_t)sizeof(struct nlmsghdr))
		fail("dump");
}

static size_t make_request(struct request *request, int ifindex, unsigned vf, int which,
			   unsigned key)
{
	const unsigned short types[] = {IFLA_VF_VLAN, IFLA_VF_MAC, IFLA_VF_SPOOFCHK};
	const size_t sizes[] = {sizeof(request->vlan), sizeof(request->mac),
				sizeof(request->spoofchk)};
	const unsigned char mac[] = {0x52, 0x54,	   key & 0xff,
				     0,	   vf >> 8 & 0xff, vf & 0xff};
	size_t size = sizes[which];

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
		request->vlan = (struct ifla_vf_vlan){.vf = vf, .vlan = key % 4094 + 1};
	else if (which == 1)
		request->mac.vf = vf, memcpy(request->mac.mac, mac, sizeof(mac));
	else
		request->spoofchk =
			(struct ifla_vf_spoofchk){.vf = vf, .setting = key & 1};
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

int main(int argc, char **argv)
{
	unsigned n = argc == 4 ? (unsigned)atoi(argv[2]) * ATTRIBUTES : 0;
	unsigned key = argc == 4 ? (unsigned)atoi(argv[3]) : 0;
	int ifindex = n ? (int)if_nametoindex(argv[1]) : 0, fd = open_socket();
	char *buffer = malloc(BUFFER);
	char *requests = calloc(n + 1, sizeof(struct request));
	size_t *end = calloc(n + 1, sizeof(*end));

	if (!ifindex || !buffer || !requests || !end) {
		fprintf(stderr, "usage: floor NETDEV N KEY\n");
		return EXIT_FAILURE;
	}
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
	return EXIT_SUCCESS;
}
