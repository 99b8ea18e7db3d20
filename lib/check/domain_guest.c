/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest as a whole: failover pairs, memory, boot order, and slow cards. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "check/domain_checkup.h"
#include "libvirt/standby.h"
#include "want/attr.h"

static const struct sriov_domain_nic *nic_at(const struct sriov_domain_checkup *c,
					     size_t element)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->nic[i].element == element)
			return &c->nic[i];
	return NULL;
}

static const char *role_of(const struct sriov_domain_checkup *c,
			   const struct sriov_domain_nic *nic)
{
	const char *role = sriov_domain_child_value(c, nic->element, "teaming", "type");

	return role ? role : "";
}

static void fix_pair(struct sriov_domain_checkup *c, const struct sriov_domain_nic *nic)
{
	char name[SRIOV_NAME_LEN];

	if (nic->vf)
		sriov_domain_fix_edit(c, "sriovctl xml add %s --failover --bridge BR",
				      sriov_domain_device_name(nic, name));
}

/* A plain <hostdev> has the MAC that was set on the VF. */
static uint64_t mac_in_guest(const struct sriov_domain_nic *nic)
{
	if (nic->device && nic->device->form == SRIOV_AS_HOSTDEV)
		return nic->vf ? sriov_vf_value(nic->vf, SRIOV_ATTR_MAC).number : 0;
	return nic->mac;
}

/* The half that may go, and what it says of the half that stays. */
static void check_transient(struct sriov_domain_checkup *c,
			    const struct sriov_domain_nic *nic)
{
	const struct sriov_domain_nic *other =
		nic->partner ? nic_at(c, nic->partner) : NULL;
	const char *object = nic->nic.name;
	char mac[SRIOV_MAC_LEN], name[SRIOV_NAME_LEN];

	if (!other || strcmp(role_of(c, other), "persistent") != 0) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
				  "half of a failover pair whose other half is missing");
		fix_pair(c, nic);
	} else if (strncmp(other->nic.model, "virtio", strlen("virtio")) != 0) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
				  "half of a failover pair whose other half is %s: it "
				  "must be virtio",
				  other->nic.model[0] ? other->nic.model
						      : "an emulated card");
		fix_pair(c, nic);
	} else if (mac_in_guest(nic) != other->mac) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
				  "the halves of a failover pair have different MAC "
				  "addresses: the guest sees two cards");
		if (nic->vf && nic->device->form == SRIOV_AS_HOSTDEV)
			sriov_finding_fix(&c->up, "sriovctl vf set %s mac %s",
					  sriov_domain_device_name(nic, name),
					  sriov_mac_format(other->mac, mac));
		else
			fix_pair(c, nic);
	}
}

void sriov_check_pairs(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		const char *role = role_of(c, nic);

		if (strcmp(role, "transient") == 0) {
			check_transient(c, nic);
		} else if (strcmp(role, "persistent") == 0 && !nic->partner) {
			sriov_finding_add(
				&c->up, SRIOV_LEVEL_WARN, nic->nic.name,
				"half of a failover pair that no VF belongs to");
			sriov_domain_fix_edit(
				c, "sriovctl xml add SEL --failover --bridge %s",
				nic->nic.source);
		}
	}
}

/* libvirt adds a balloon where there is no <memballoon>. */
void sriov_check_balloon(struct sriov_domain_checkup *c)
{
	size_t i = 0;

	if (!sriov_domain_pins_memory(c))
		return;
	while ((i = sriov_xml_child(c->xml, 0, i, "devices")) != 0) {
		size_t balloon = sriov_domain_child(c, i, "memballoon");

		if (balloon && sriov_xml_is(c->xml, balloon, "model", "none"))
			return;
	}
	sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, NULL,
			  "the guest has a memory balloon, which gives nothing back: a "
			  "device of the host pins all of its memory");
	sriov_finding_fix(&c->up,
			  "virsh edit %s        and say <memballoon model='none'/>",
			  c->guest_word);
}

/* The number in an element in KiB; 0 when it cannot be told. */
static uint64_t kib_of(const struct sriov_domain_checkup *c, size_t element)
{
	static const struct {
		const char *unit;
		uint64_t bytes;
	} units[] = {
		{"b", 1},
		{"bytes", 1},
		{"KB", 1000},
		{"k", 1 << 10},
		{"KiB", 1 << 10},
		{"MB", 1000000},
		{"M", 1 << 20},
		{"MiB", 1 << 20},
		{"GB", 1000000000},
		{"G", 1 << 30},
		{"GiB", 1 << 30},
		{"TB", 1000000000000},
		{"T", UINT64_C(1) << 40},
		{"TiB", UINT64_C(1) << 40},
	};
	const struct sriov_xml_element *e = &c->xml->elements[element];
	const char *unit = sriov_xml_value(c->xml, element, "unit");
	uint64_t bytes = 1 << 10;
	double number = e->text ? strtod(e->text, NULL) : 0;

	for (size_t i = 0; unit && i < SRIOV_ARRAY_SIZE(units); i++)
		if (strcmp(units[i].unit, unit) == 0)
			bytes = units[i].bytes;
	if (!(number > 0) || number > 1e15)
		return 0;
	return (uint64_t)(number * (double)bytes / 1024);
}

/* All of the guest's memory is locked, and QEMU needs some beside it. */
void sriov_check_memory_limit(struct sriov_domain_checkup *c)
{
	size_t tune = sriov_domain_child(c, 0, "memtune");
	size_t limit = tune ? sriov_domain_child(c, tune, "hard_limit") : 0;
	size_t memory = sriov_domain_child(c, 0, "memory");
	uint64_t most, needed;

	if (!limit || !memory || !sriov_domain_pins_memory(c))
		return;
	most = kib_of(c, limit);
	needed = kib_of(c, memory);
	if (most == 0 || needed == 0 || most >= needed + (UINT64_C(1) << 20))
		return;
	sriov_finding_add(&c->up, most <= needed ? SRIOV_LEVEL_FAIL : SRIOV_LEVEL_WARN,
			  NULL,
			  "hard_limit is %" PRIu64 " MiB and the guest's memory %" PRIu64
			  " MiB: with a device of the host all of it is locked, and QEMU "
			  "needs some beside it",
			  most >> 10, needed >> 10);
	sriov_finding_fix(&c->up, "virsh memtune %s --config --hard-limit -1",
			  c->guest_word);
}

void sriov_check_boot_order(struct sriov_domain_checkup *c)
{
	size_t os = sriov_domain_child(c, 0, "os");

	if (!os || !sriov_domain_child(c, os, "boot"))
		return;
	for (size_t i = 0; i < c->n; i++) {
		if (!sriov_domain_child(c, c->nic[i].element, "boot"))
			continue;
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, c->nic[i].nic.name,
				  "has a <boot order>, and <os> a <boot>: libvirt takes "
				  "one or the other");
		sriov_finding_fix(&c->up,
				  "virsh edit %s        and take <boot> out of <os>",
				  c->guest_word);
	}
}

void sriov_check_schemes(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];

		if (nic->nic.scheme == SRIOV_SCHEME_EMULATED) {
			sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, nic->nic.name,
					  "QEMU imitates a card (%s): the slowest way "
					  "there is",
					  nic->nic.model[0] ? nic->nic.model
							    : "libvirt's choice");
			sriov_finding_fix(
				&c->up,
				"virsh edit %s        and say <model "
				"type='virtio'/>, or give it a VF: sriovctl xml "
				"add $(sriovctl pick 1)",
				c->guest_word);
		} else if (nic->nic.scheme == SRIOV_SCHEME_VIRTIO &&
			   sriov_xml_is(c->xml, 0, "type", "kvm") &&
			   nic->nic.n_layers > 1 &&
			   strcmp(nic->nic.layers[1], "tap") == 0) {
			sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, nic->nic.name,
					  "QEMU moves its packets, and not the kernel "
					  "(vhost-net)");
			sriov_finding_fix(&c->up,
					  "modprobe vhost_net        and no <driver "
					  "name='qemu'/> in: virsh edit %s",
					  c->guest_word);
		}
	}
}
