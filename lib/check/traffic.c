/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a VF has no traffic. */
#include <errno.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/rtnl.h"
#include "sys/sysfs.h"
#include "want/attr.h"

/* The VF that is asked about. */
struct asked {
	struct sriov_checkup *checkup;
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
	char name[SRIOV_NAME_LEN];
};

static uint64_t setting(const struct asked *a, enum sriov_attr_id id)
{
	struct sriov_value value = sriov_vf_value(a->vf, id);

	return value.known ? value.number : 0;
}

static void ask_pf(const struct asked *a)
{
	if (setting(a, SRIOV_ATTR_STATE) == IFLA_VF_LINK_STATE_DISABLE) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "its link is switched off in the card (state disable)");
		sriov_finding_fix(a->checkup, "sriovctl vf set %s state auto", a->name);
	}
	if (!a->pf->fn.netdev[0])
		return;
	if (!a->pf->fn.link_up) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "its PF %s is down, and so is its own link",
				  a->pf->name);
		sriov_finding_fix(a->checkup, "ip link set %s up", a->pf->name);
	}
	if (a->pf->fn.link_up && !a->pf->carrier &&
	    setting(a, SRIOV_ATTR_STATE) == IFLA_VF_LINK_STATE_AUTO) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "its PF %s has no carrier, and so it has none",
				  a->pf->name);
		sriov_finding_fix(a->checkup, "look at the cable and the switch's port");
	}
}

/* Bound to vfio and held by nobody: whose is it going to be? */
static void ask_idle(const struct asked *a)
{
	for (size_t i = 0; i < a->vf->fn.n_users; i++) {
		const struct sriov_user *user = &a->vf->fn.users[i];

		if (user->kind != SRIOV_USER_DEFINED)
			continue;
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "reserved for the guest %s, which has it not%s",
				  user->name, user->pid ? " yet" : ": it is shut off");
		sriov_finding_fix(a->checkup, "virsh %s %s",
				  user->pid ? "reboot" : "start", user->name);
		return;
	}
	sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
			  "bound to %s, and nobody has it open: there is nobody to send "
			  "or to receive",
			  a->vf->fn.driver);
	sriov_finding_fix(a->checkup,
			  "give it to a guest: virsh dumpxml --inactive GUEST | sriovctl "
			  "xml add %s | virsh define /dev/stdin",
			  a->name);
}

static void ask_netdev(const struct asked *a)
{
	const struct sriov_function *fn = &a->vf->fn;
	char path[64];
	uint64_t carrier = 1;

	if (!fn->link_up) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "its interface %s is down", fn->netdev);
		sriov_finding_fix(a->checkup, "ip link set %s up", fn->netdev);
		return;
	}
	snprintf(path, sizeof(path), "class/net/%s/carrier", fn->netdev);
	sriov_sysfs_number(a->checkup->doors->sys, path, 10, 1, &carrier);
	if (carrier || !a->pf->carrier)
		return;
	/* igbvf misses the link when it starts while the PF is down */
	sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
			  "its interface %s has no carrier, though %s has: its driver %s "
			  "missed it",
			  fn->netdev, a->pf->name, fn->driver);
	sriov_finding_fix(
		a->checkup,
		"sriovctl bind %s --driver none && sriovctl unbind %s        starts the "
		"driver again",
		a->name, a->name);
}

static void ask_driver(const struct asked *a)
{
	const struct sriov_function *fn = &a->vf->fn;

	if (!fn->driver[0]) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_FAIL, a->name,
				  "no driver: there is nobody to send or to receive");
		sriov_finding_fix(a->checkup, "sriovctl unbind %s", a->name);
	} else if (sriov_driver_is_vfio(fn->driver)) {
		if (!fn->vfio_open)
			ask_idle(a);
	} else if (fn->netdev[0]) {
		ask_netdev(a);
	} else if (fn->n_users && fn->users[0].kind == SRIOV_USER_NAMESPACE) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_UNKNOWN, a->name,
				  "its interface is in the network namespace %s, which "
				  "was not looked into",
				  fn->users[0].name);
	}
}

static void ask_vlan(const struct asked *a)
{
	uint64_t vlan = setting(a, SRIOV_ATTR_VLAN);

	if (vlan)
		sriov_finding_add(
			a->checkup, SRIOV_LEVEL_OK, a->name,
			"in VLAN %" PRIu64 ": the card tags its frames. The "
			"switch's port must carry that VLAN tagged, and who has "
			"the VF must not tag by himself",
			vlan);
}

static bool has_many_macs(const struct sriov_user *user)
{
	return (user->kind == SRIOV_USER_MASTER && strcmp(user->detail, "bridge") == 0) ||
	       (user->kind == SRIOV_USER_UPPER && strcmp(user->detail, "macvtap") == 0) ||
	       (user->kind == SRIOV_USER_UPPER && strcmp(user->detail, "macvlan") == 0);
}

/* What stands on a bridge or a macvtap has a MAC of its own. */
static void ask_uppers(const struct asked *a)
{
	bool trust = setting(a, SRIOV_ATTR_TRUST);
	bool spoofchk = setting(a, SRIOV_ATTR_SPOOFCHK);

	for (size_t i = 0; i < a->vf->fn.n_users; i++) {
		const struct sriov_user *user = &a->vf->fn.users[i];

		if (!has_many_macs(user) || (trust && !spoofchk))
			continue;
		sriov_finding_add(a->checkup, SRIOV_LEVEL_WARN, a->name,
				  "the %s %s on it has other MACs: %s%s%s", user->detail,
				  user->name,
				  spoofchk ? "their frames are dropped as spoofed" : "",
				  spoofchk && !trust ? ", and " : "",
				  trust ? "" : "frames to them do not come in");
		sriov_finding_fix(a->checkup, "sriovctl vf set %s%s%s", a->name,
				  trust ? "" : " trust on",
				  spoofchk ? " spoofchk off" : "");
		return;
	}
}

static void ask_rate(const struct asked *a)
{
	uint64_t rate = setting(a, SRIOV_ATTR_MAX_TX_RATE);

	if (rate)
		sriov_finding_add(a->checkup, SRIOV_LEVEL_OK, a->name,
				  "sends at most %" PRIu64 " Mbit/s (max_tx_rate)", rate);
}

static void tell_counters(const struct asked *a, const uint64_t *counter)
{
	sriov_finding_add(
		a->checkup, SRIOV_LEVEL_OK, a->name,
		"the card counts %" PRIu64 " frames to it and %" PRIu64 " from it",
		counter[SRIOV_COUNTER_RX_PACKETS], counter[SRIOV_COUNTER_TX_PACKETS]);
	if (counter[SRIOV_COUNTER_TX_DROPPED]) {
		sriov_finding_add(a->checkup, SRIOV_LEVEL_WARN, a->name,
				  "the card has dropped %" PRIu64 " frames from it",
				  counter[SRIOV_COUNTER_TX_DROPPED]);
		if (setting(a, SRIOV_ATTR_SPOOFCHK))
			sriov_finding_fix(a->checkup,
					  "sriovctl vf set %s spoofchk off        if it "
					  "sends with another MAC or VLAN on purpose",
					  a->name);
	}
	if (counter[SRIOV_COUNTER_RX_DROPPED])
		sriov_finding_add(a->checkup, SRIOV_LEVEL_WARN, a->name,
				  "the card has dropped %" PRIu64
				  " frames to it: who has it takes them too slowly",
				  counter[SRIOV_COUNTER_RX_DROPPED]);
}

static void ask_counters(const struct asked *a)
{
	size_t n = a->vf->index + 1;
	_cleanup_free_ struct sriov_vf_settings *vf = calloc(n, sizeof(*vf));

	if (vf && a->pf->fn.ifindex != 0 &&
	    sriov_rtnl_vf_counters(a->checkup->doors, a->pf->fn.ifindex, vf, n) == 0)
		tell_counters(a, vf[a->vf->index].counters.value);
}

/* Whether a line of the kernel's log says that the card caught the VF spoofing. */
static bool tells_of_spoofing(const struct asked *a, const char *line)
{
	const char *igb = strstr(line, "Spoof event(s) detected on VF ");
	unsigned index;

	if (!strstr(line, a->pf->fn.address))
		return false;
	if (igb)
		return sscanf(igb, "Spoof event(s) detected on VF %u", &index) == 1 &&
		       index == a->vf->index;
	return strstr(line, "Spoofed packets detected") != NULL;
}

/* igb and ixgbe count spoofed frames in the kernel's log only, ixgbe without the VF. */
static void ask_log(const struct asked *a)
{
	_cleanup_fclose_ FILE *log = NULL;
	_cleanup_free_ char *line = NULL;
	size_t room = 0, n = 0;

	if (strcmp(a->pf->fn.driver, "igb") != 0 &&
	    strcmp(a->pf->fn.driver, "ixgbe") != 0)
		return;
	log = sriov_sysfs_stream(a->checkup->doors->dev, "kmsg");
	if (!log && (errno == EACCES || errno == EPERM))
		sriov_finding_add(a->checkup, SRIOV_LEVEL_UNKNOWN, a->name,
				  "needs root: the kernel's log, where the %s driver "
				  "tells of spoofed frames",
				  a->pf->fn.driver);
	while (log && getline(&line, &room, log) >= 0)
		n += tells_of_spoofing(a, line);
	if (n == 0)
		return;
	sriov_finding_add(a->checkup, SRIOV_LEVEL_WARN, a->name,
			  "the kernel's log tells %zu time%s that spoofed frames of %s "
			  "were dropped",
			  n, n == 1 ? "" : "s",
			  strcmp(a->pf->fn.driver, "igb") == 0 ? "it" : "a VF of its PF");
	sriov_finding_fix(a->checkup,
			  "sriovctl vf set %s spoofchk off        if it sends with "
			  "another MAC or VLAN on purpose",
			  a->name);
}

static void ask(struct sriov_checkup *checkup, const struct sriov_checked_vf *vf)
{
	struct asked a = {.checkup = checkup, .pf = vf->pf, .vf = vf->vf};
	bool silent = true;

	sriov_vf_name(vf->pf, vf->vf->index, a.name);
	ask_pf(&a);
	ask_driver(&a);
	ask_uppers(&a);
	ask_log(&a);
	ask_counters(&a);
	ask_vlan(&a);
	ask_rate(&a);
	/* other checks may have said something of this VF before */
	for (size_t i = 0; i < checkup->found.n; i++) {
		const struct sriov_finding *finding = &checkup->found.finding[i];

		if (finding->object && strcmp(finding->object, a.name) == 0)
			silent &= finding->level < SRIOV_LEVEL_WARN;
	}
	if (silent)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, a.name,
				  "the host and the card let its traffic pass: look at "
				  "who has it, and at the switch");
}

void sriov_check_traffic(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->named.n; i++)
		if (sriov_function_is_net(&checkup->named.vf[i].vf->fn))
			ask(checkup, &checkup->named.vf[i]);
}
