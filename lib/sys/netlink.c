/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netlink transport of the running kernel (libnl). */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <netlink/attr.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "base/cleanup.h"
#include "sys/netlink.h"

/*
 * What the kernel lets everybody have (net.core.rmem_max).  libnl asks for 32 KiB, where
 * no more than some 80 acknowledgements fit; what does not fit is lost.
 */
#define RECEIVE_BUFFER 212992

struct sriov_netlink {
	struct nl_sock *sock;
};

void sriov_netlink_close(struct sriov_netlink *netlink)
{
	if (!netlink)
		return;
	nl_socket_free(netlink->sock);
	free(netlink);
}

SRIOV_DEFINE_CLEANUP(cleanup_netlink, struct sriov_netlink *, sriov_netlink_close)

/* libnl turns errnos into codes of its own; the kernel's stays in errno. */
static int last_error(void)
{
	int errnum = errno;

	return errnum > 0 ? -errnum : -EIO;
}

int sriov_netlink_open(int protocol, struct sriov_netlink **ret)
{
	_cleanup_(cleanup_netlink) struct sriov_netlink *netlink = NULL;
	int on = 1, fd;

	netlink = calloc(1, sizeof(*netlink));
	if (!netlink)
		return -ENOMEM;
	netlink->sock = nl_socket_alloc();
	if (!netlink->sock)
		return -ENOMEM;
	if (nl_connect(netlink->sock, protocol) < 0)
		return last_error();
	nl_socket_set_buffer_size(netlink->sock, RECEIVE_BUFFER, 0);
	/* an answer may be of any size, which libnl asks for first */
	nl_socket_enable_msg_peek(netlink->sock);
	fd = nl_socket_get_fd(netlink->sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	*ret = SRIOV_TAKE(netlink);
	return 0;
}

int sriov_netlink_open_link_events(struct sriov_netlink **ret)
{
	_cleanup_(cleanup_netlink) struct sriov_netlink *netlink = NULL;
	int r = sriov_netlink_open(NETLINK_ROUTE, &netlink);

	if (!netlink)
		return r;
	if (nl_socket_add_membership(netlink->sock, RTNLGRP_LINK) < 0 ||
	    nl_socket_set_nonblocking(netlink->sock) < 0)
		return last_error();
	*ret = SRIOV_TAKE(netlink);
	return 0;
}

int sriov_netlink_fd(const struct sriov_netlink *netlink)
{
	return nl_socket_get_fd(netlink->sock);
}

bool sriov_netlink_drain(struct sriov_netlink *netlink)
{
	int fd = nl_socket_get_fd(netlink->sock);
	bool lost = false;
	char scrap[256];
	ssize_t len;

	do {
		len = recv(fd, scrap, sizeof(scrap), MSG_DONTWAIT | MSG_TRUNC);
		lost |= len < 0 && errno == ENOBUFS;
	} while (len > 0 || (len < 0 && errno == ENOBUFS));
	return lost;
}

/* Whether a request ends with its answer, and with nothing behind it. */
static bool has_one_answer(const struct nlmsghdr *request)
{
	return !(request->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP));
}

/* Hand on the messages of one datagram; how many requests they end is counted. */
static int dispatch(struct nlmsghdr *msg, int len, bool one_answer,
		    sriov_netlink_reply_fn *on_reply, void *arg, unsigned *ended)
{
	int r = 0;

	for (; NLMSG_OK(msg, (unsigned)len); msg = NLMSG_NEXT(msg, len)) {
		int this = on_reply(msg, arg);

		if (r == 0)
			r = this;
		if (one_answer || msg->nlmsg_type == NLMSG_ERROR ||
		    msg->nlmsg_type == NLMSG_DONE)
			(*ended)++;
	}
	return r;
}

int sriov_netlink_result(const struct nlmsghdr *msg, char *reason, size_t size)
{
	const struct nlmsgerr *ack = NLMSG_DATA(msg);
	int len = (int)msg->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*ack));
	const struct nlattr *text;

	if (len < 0)
		return -EBADMSG;
	/* with NETLINK_CAP_ACK the TLVs follow the bare header of the request */
	if (reason && (msg->nlmsg_flags & NLM_F_ACK_TLVS) && len > 0) {
		text = nla_find((const struct nlattr *)(ack + 1), len, NLMSGERR_ATTR_MSG);
		if (text)
			nla_strlcpy(reason, text, size);
	}
	return ack->error;
}

static int receive_answers(struct sriov_netlink *netlink, unsigned n, bool one_answer,
			   sriov_netlink_reply_fn *on_reply, void *arg)
{
	unsigned ended = 0;
	int r = 0;

	while (ended < n) {
		_cleanup_free_ unsigned char *buf = NULL;
		struct sockaddr_nl from;
		int len, this;

		errno = 0;
		len = nl_recv(netlink->sock, &from, &buf, NULL);
		if (len <= 0)
			return last_error();
		this = dispatch((struct nlmsghdr *)buf, len, one_answer, on_reply, arg,
				&ended);
		if (r == 0)
			r = this;
	}
	return r;
}

/*
 * An acknowledgement is as long as the kernel's reason makes it.  Those of a batch are
 * there when it is sent, and one system call, which libnl has not, reads many.
 */
#define ACKS 32
#define ACK_MAX 2048

struct acks {
	struct mmsghdr message[ACKS];
	struct iovec room[ACKS];
	_Alignas(struct nlmsghdr) unsigned char buf[ACKS][ACK_MAX];
};

static int receive_some(int fd, struct acks *acks)
{
	int n;

	for (size_t i = 0; i < ACKS; i++) {
		acks->room[i] = (struct iovec){acks->buf[i], ACK_MAX};
		acks->message[i].msg_hdr =
			(struct msghdr){.msg_iov = &acks->room[i], .msg_iovlen = 1};
	}
	do
		n = recvmmsg(fd, acks->message, ACKS, MSG_WAITFORONE, NULL);
	while (n < 0 && errno == EINTR);
	return n > 0 ? n : last_error();
}

static int receive_acks(struct sriov_netlink *netlink, unsigned n,
			sriov_netlink_reply_fn *on_reply, void *arg)
{
	_cleanup_free_ struct acks *acks = malloc(sizeof(*acks));
	unsigned ended = 0;
	int r = 0;

	if (!acks)
		return -ENOMEM;
	while (ended < n) {
		int got = receive_some(nl_socket_get_fd(netlink->sock), acks);

		if (got < 0)
			return got;
		for (int i = 0; i < got; i++) {
			int this;

			if (acks->message[i].msg_hdr.msg_flags & MSG_TRUNC)
				return -EMSGSIZE;
			this = dispatch((struct nlmsghdr *)acks->buf[i],
					(int)acks->message[i].msg_len, false, on_reply,
					arg, &ended);
			if (r == 0)
				r = this;
		}
	}
	return r;
}

int sriov_netlink_exchange(struct sriov_netlink *netlink, const void *requests,
			   size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
			   void *arg)
{
	const struct nlmsghdr *first = requests;

	errno = 0;
	if (nl_sendto(netlink->sock, (void *)requests, size) < 0)
		return last_error();
	if (first->nlmsg_flags & NLM_F_ACK)
		return receive_acks(netlink, n, on_reply, arg);
	return receive_answers(netlink, n, has_one_answer(first), on_reply, arg);
}
