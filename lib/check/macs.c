/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses that change with every start, or that there are twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "want/attr.h"

static bool has_user(const struct sriov_function *fn, enum sriov_user_kind kind,
		     const char *name)
{
	for (size_t i = 0; i < fn->n_users; i++)
		if (fn->users[i].kind == kind &&
		    (!name || strcmp(fn->users[i].name, name) == 0))
			return true;
	return false;
}

bool sriov_libvirt_sets_mac(const struct sriov_checkup *checkup,
			    const struct sriov_vf *vf)
{
	for (size_t i = 0; i < checkup->guests.n_claims; i++) {
		const struct sriov_claim *claim = &checkup->guests.claim[i];

		if (claim->by_interface &&
		    sriov_bdf_compare(&claim->bdf, &vf->fn.bdf) == 0)
			return true;
	}
	return has_user(&vf->fn, SRIOV_USER_POOL, NULL);
}

static bool lacks_mac(const struct sriov_checkup *checkup, const struct sriov_vf *vf)
{
	struct sriov_value mac = sriov_vf_value(vf, SRIOV_ATTR_MAC);

	return sriov_function_is_net(&vf->fn) && mac.known && mac.number == 0 &&
	       (sriov_driver_is_vfio(vf->fn.driver) ||
		has_user(&vf->fn, SRIOV_USER_DEFINED, NULL)) &&
	       !sriov_libvirt_sets_mac(checkup, vf);
}

void sriov_check_mac(struct sriov_checkup *checkup)
{
	_cleanup_free_ char *names = NULL, *selectors = NULL;
	struct sriov_vf_set set = {0};

	for (size_t i = 0; i < checkup->vfs.n; i++)
		if (lacks_mac(checkup, checkup->vfs.vf[i].vf))
			sriov_vf_set_add(checkup, &set, checkup->vfs.vf[i].pf,
					 checkup->vfs.vf[i].vf);
	if (set.n == 0)
		return;
	names = sriov_vf_set_names(checkup, &set, ", ");
	selectors = sriov_vf_set_selectors(checkup, &set);
	sriov_vf_set_free(&set);
	sriov_finding_add(
		checkup, SRIOV_LEVEL_WARN, names,
		"no MAC address: the guest makes up another one at every start");
	sriov_finding_fix(checkup, "sriovctl vf set %s mac auto", selectors);
}

/* The card knows a VF by the MAC that was set, its driver sends with the one it has. */
static void check_taken(struct sriov_checkup *checkup, const struct sriov_checked_vf *vf)
{
	uint64_t set = sriov_vf_value(vf->vf, SRIOV_ATTR_MAC).number;
	uint64_t has = vf->vf->fn.netdev_mac;
	char card[SRIOV_MAC_LEN], driver[SRIOV_MAC_LEN], name[SRIOV_NAME_LEN];

	if (set == 0 || has == 0 || set == has)
		return;
	sriov_mac_format(set, card);
	sriov_mac_format(has, driver);
	sriov_vf_name(vf->pf, vf->vf->index, name);
	if (sriov_vf_value(vf->vf, SRIOV_ATTR_SPOOFCHK).number)
		sriov_finding_add(
			checkup, SRIOV_LEVEL_FAIL, name,
			"the card knows it by the MAC %s, its driver sends with "
			"%s: dropped as spoofed",
			card, driver);
	else
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, name,
				  "the card knows it by the MAC %s, its driver has %s: "
				  "answers do not arrive",
				  card, driver);
	sriov_finding_fix(
		checkup,
		"sriovctl bind %s --driver none && sriovctl unbind %s        the "
		"driver takes the card's when it starts",
		name, name);
}

void sriov_check_mac_taken(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->vfs.n; i++)
		check_taken(checkup, &checkup->vfs.vf[i]);
}

/* Who has a MAC: a VF, a PF (vf NULL), or a guest by its definition (pf NULL). */
struct holder {
	uint64_t mac;
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
	const char *guest;
};

struct holders {
	struct holder *holder;
	size_t n;
};

static void add_holder(struct sriov_checkup *checkup, struct holders *holders,
		       struct holder holder)
{
	if (holder.mac == 0)
		return;
	if (SRIOV_ARRAY_ROOM(holders->holder, holders->n) < 0)
		checkup->no_memory = true;
	else
		holders->holder[holders->n++] = holder;
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	/* PFs and their VFs in the host's order, guests last */
	if (x->pf != y->pf)
		return !y->pf || (x->pf && x->pf < y->pf) ? -1 : 1;
	if (x->vf != y->vf)
		return x->vf < y->vf ? -1 : 1;
	return x->pf ? 0 : strcmp(x->guest, y->guest);
}

static struct holders all_holders(struct sriov_checkup *checkup)
{
	const struct sriov_host *host = checkup->host;
	struct holders holders = {0};

	for (size_t i = 0; i < host->n_pfs; i++) {
		const struct sriov_pf *pf = &host->pf[i];

		add_holder(checkup, &holders,
			   (struct holder){.mac = pf->fn.netdev_mac, .pf = pf});
		for (size_t j = 0; j < pf->n_vfs; j++)
			add_holder(
				checkup, &holders,
				(struct holder){
					.mac = sriov_vf_value(&pf->vf[j], SRIOV_ATTR_MAC)
						       .number,
					.pf = pf,
					.vf = &pf->vf[j],
				});
	}
	for (size_t i = 0; i < checkup->guests.n_macs; i++)
		add_holder(checkup, &holders,
			   (struct holder){
				   .mac = checkup->guests.mac[i].mac,
				   .guest = checkup->guests.mac[i].guest,
			   });
	if (holders.n)
		qsort(holders.holder, holders.n, sizeof(*holders.holder),
		      compare_holders);
	return holders;
}

/* Whether the VF is the guest's, by whatever way. */
static bool is_of_guest(const struct sriov_vf *vf, const char *guest)
{
	return has_user(&vf->fn, SRIOV_USER_GUEST, guest) ||
	       has_user(&vf->fn, SRIOV_USER_DEFINED, guest);
}

/* The slaves of a bond have one MAC, in a guest and on the host. */
static bool share_owner(const struct sriov_function *a, const struct sriov_function *b)
{
	for (size_t i = 0; i < a->n_users; i++) {
		const struct sriov_user *user = &a->users[i];

		if (user->kind == SRIOV_USER_MASTER &&
		    has_user(b, SRIOV_USER_MASTER, user->name))
			return true;
		if ((user->kind == SRIOV_USER_GUEST ||
		     user->kind == SRIOV_USER_DEFINED) &&
		    (has_user(b, SRIOV_USER_GUEST, user->name) ||
		     has_user(b, SRIOV_USER_DEFINED, user->name)))
			return true;
	}
	return false;
}

static bool conflict(const struct holder *a, const struct holder *b)
{
	if (!a->pf && !b->pf)
		return strcmp(a->guest, b->guest) != 0;
	if (!a->pf || !b->pf) {
		const struct sriov_vf *vf = a->pf ? a->vf : b->vf;

		return !vf || !is_of_guest(vf, a->pf ? b->guest : a->guest);
	}
	return !share_owner(a->vf ? &a->vf->fn : &a->pf->fn,
			    b->vf ? &b->vf->fn : &b->pf->fn);
}

/* On one card and in one VLAN the frames of one go to the other. */
static bool is_fatal(const struct holder *a, const struct holder *b)
{
	if (!a->vf || !b->vf || a->pf != b->pf)
		return false;
	return sriov_vf_value(a->vf, SRIOV_ATTR_VLAN).number ==
	       sriov_vf_value(b->vf, SRIOV_ATTR_VLAN).number;
}

static bool in_scope(const struct sriov_checkup *checkup, const struct holder *holder)
{
	for (size_t i = 0; i < checkup->vfs.n; i++)
		if (checkup->vfs.vf[i].vf == holder->vf)
			return true;
	for (size_t i = 0; !holder->vf && i < checkup->n_pfs; i++)
		if (checkup->pf[i] == holder->pf)
			return true;
	return !holder->pf;
}

static void print_holder(FILE *to, const struct holder *holder)
{
	char name[SRIOV_NAME_LEN];

	if (holder->vf)
		fputs(sriov_vf_name(holder->pf, holder->vf->index, name), to);
	else if (holder->pf)
		fputs(holder->pf->name, to);
	else
		fprintf(to, "guest %s", holder->guest);
}

static void say_twice(struct sriov_checkup *checkup, const struct holder *holder,
		      size_t n, enum sriov_level level)
{
	_cleanup_free_ char *names = NULL;
	char mac[SRIOV_MAC_LEN], name[SRIOV_NAME_LEN];
	const struct holder *last = NULL;
	size_t size;
	FILE *to = open_memstream(&names, &size);

	for (size_t i = 0; to && i < n; i++) {
		fputs(i ? ", " : "", to);
		print_holder(to, &holder[i]);
		if (holder[i].vf)
			last = &holder[i];
	}
	if (!to || fclose(to) != 0) {
		checkup->no_memory = true;
		return;
	}
	sriov_finding_add(checkup, level, names, "one MAC address for all of them, %s%s",
			  sriov_mac_format(holder[0].mac, mac),
			  level == SRIOV_LEVEL_FAIL
				  ? ": the card gives the frames of one to the other"
				  : "");
	if (last)
		sriov_finding_fix(checkup, "sriovctl vf set %s mac auto",
				  sriov_vf_name(last->pf, last->vf->index, name));
	else
		sriov_finding_fix(checkup,
				  "virsh edit %s        and give its interface another "
				  "<mac>",
				  holder[n - 1].guest);
}

/* The @n holders have one MAC. */
static void check_twice(struct sriov_checkup *checkup, const struct holder *holder,
			size_t n)
{
	enum sriov_level level = SRIOV_LEVEL_OK;
	bool asked = false;

	for (size_t i = 0; i < n; i++) {
		asked |= in_scope(checkup, &holder[i]);
		for (size_t j = i + 1; j < n; j++) {
			if (!conflict(&holder[i], &holder[j]))
				continue;
			if (is_fatal(&holder[i], &holder[j]))
				level = SRIOV_LEVEL_FAIL;
			else if (level == SRIOV_LEVEL_OK)
				level = SRIOV_LEVEL_WARN;
		}
	}
	if (asked && level != SRIOV_LEVEL_OK)
		say_twice(checkup, holder, n, level);
}

void sriov_check_mac_twice(struct sriov_checkup *checkup)
{
	struct holders holders = all_holders(checkup);

	for (size_t i = 0, n; i < holders.n; i += n) {
		for (n = 1; i + n < holders.n &&
			    holders.holder[i + n].mac == holders.holder[i].mac;
		     n++)
			;
		if (n > 1)
			check_twice(checkup, &holders.holder[i], n);
	}
	free(holders.holder);
}
