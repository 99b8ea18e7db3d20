/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened between two looks at a host. */
#ifndef SRIOV_WANT_EVENT_H
#define SRIOV_WANT_EVENT_H

#include "host/host.h"
#include "want/attr.h"

enum sriov_event_kind {
	SRIOV_EVENT_APPEARED,
	SRIOV_EVENT_DISAPPEARED,
	SRIOV_EVENT_BOUND, /* to a driver, which may have replaced another */
	SRIOV_EVENT_UNBOUND,
	SRIOV_EVENT_CHANGED,
	SRIOV_EVENT_USED, /* somebody began to use it */
	SRIOV_EVENT_RELEASED,
	SRIOV_EVENT_CLAIMED, /* a guest's definition or a pool of libvirt began to name it
			      */
	SRIOV_EVENT_UNCLAIMED,
};

struct sriov_event {
	enum sriov_event_kind kind;
	const struct sriov_pf *pf; /* as it is; as it was where it is gone */
	const struct sriov_vf *vf; /* NULL: it happened to the PF itself */
	/* BOUND, UNBOUND, CHANGED: what, "driver" of the former two.  Beside the
	 * attributes of a VF there are name, link and carrier of a PF, and netdev of a
	 * VF. */
	const struct sriov_attr *attr;
	struct sriov_value from;
	struct sriov_value to;
	const struct sriov_user *user; /* of the last four kinds */
};

typedef void sriov_event_fn(const struct sriov_event *event, void *arg);

/*
 * Call @on_event for what has changed of the PFs, VFs, settings and users of @now since
 * @before, PF by PF; PFs are the same by their address, VFs by their number.  What either
 * look could not see has not changed: @now takes it over from @before, so that it is told
 * of once it can be seen again.  Nothing of an event outlives the call.
 */
void sriov_host_compare(struct sriov_host *before, struct sriov_host *now,
			sriov_event_fn *on_event, void *arg);

/* The word for @kind: "appeared", "bound", … */
const char *sriov_event_name(enum sriov_event_kind kind);

#endif
