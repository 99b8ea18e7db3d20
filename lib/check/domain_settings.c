/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC, VLAN and link of the VFs that a domain is given. */
#include <stdio.h>
#include <string.h>

#include "check/domain_checkup.h"
#include "want/attr.h"

/* The administrator's MAC, also while libvirt has its own there; 0: none. */
static uint64_t mac_set(const struct sriov_vf *vf)
{
	if (vf->saved.has_mac)
		return vf->saved.mac;
	return sriov_vf_value(vf, SRIOV_ATTR_MAC).number;
}

static unsigned vlan_set(const struct sriov_vf *vf)
{
	if (vf->saved.has_vlan)
		return vf->saved.vlan;
	return (unsigned)sriov_vf_value(vf, SRIOV_ATTR_VLAN).number;
}

static bool is_by_hostdev(const struct sriov_domain_nic *nic)
{
	return nic->device && nic->device->form == SRIOV_AS_HOSTDEV;
}

static bool is_by_interface(const struct sriov_domain_nic *nic)
{
	return nic->device && nic->device->form == SRIOV_AS_INTERFACE;
}

/* What a <hostdev> says of MAC and VLAN libvirt drops, without a word. */
static void say_dropped(struct sriov_domain_checkup *c,
			const struct sriov_domain_nic *nic)
{
	unsigned vlan = sriov_interface_vlan(c->xml, nic->element);
	char name[SRIOV_NAME_LEN], mac[SRIOV_MAC_LEN] = "", tag[16] = "";
	bool is_set = nic->vf && (!nic->mac || nic->mac == mac_set(nic->vf)) &&
		      (!vlan || vlan == vlan_set(nic->vf));

	sriov_domain_device_name(nic, name);
	if (nic->mac)
		sriov_mac_format(nic->mac, mac);
	if (vlan)
		snprintf(tag, sizeof(tag), "%u", vlan);
	sriov_finding_add(&c->up, is_set ? SRIOV_LEVEL_WARN : SRIOV_LEVEL_FAIL, name,
			  "a <hostdev> cannot have %s%s%s: libvirt drops what it says%s",
			  nic->mac ? "<mac>" : "", nic->mac && vlan ? " or " : "",
			  vlan ? "<vlan>" : "",
			  is_set ? ", which the VF has anyhow" : "");
	if (nic->vf)
		sriov_finding_fix(&c->up, "sriovctl vf set %s%s%s%s%s", name,
				  mac[0] ? " mac " : "", mac, tag[0] ? " vlan " : "",
				  tag);
}

void sriov_check_dropped(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_by_hostdev(&c->nic[i]) &&
		    (c->nic[i].mac || sriov_interface_vlan(c->xml, c->nic[i].element)))
			say_dropped(c, &c->nic[i]);
}

void sriov_check_no_mac(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		char name[SRIOV_NAME_LEN];

		if (!nic->vf || !sriov_function_is_net(&nic->vf->fn))
			continue;
		sriov_domain_device_name(nic, name);
		if (is_by_interface(nic) && !nic->mac) {
			sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, name,
					  "no <mac>: libvirt makes one up when the guest "
					  "is defined");
			sriov_domain_fix_edit(c, "sriovctl xml add %s --as interface",
					      name);
		} else if (is_by_hostdev(nic) && mac_set(nic->vf) == 0 &&
			   sriov_vf_value(nic->vf, SRIOV_ATTR_MAC).known) {
			sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, name,
					  "no MAC address is set: the guest makes up "
					  "another one at every start");
			sriov_finding_fix(&c->up, "sriovctl vf set %s mac auto", name);
		}
	}
}

/* libvirt sets the VLAN of an <interface>, and none where there is no <vlan>. */
void sriov_check_vlan(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		unsigned there, set;
		char name[SRIOV_NAME_LEN];

		if (!nic->vf || !is_by_interface(nic))
			continue;
		there = sriov_interface_vlan(c->xml, nic->element);
		set = vlan_set(nic->vf);
		if (set == 0 || there == set)
			continue;
		sriov_domain_device_name(nic, name);
		if (there)
			sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, name,
					  "set to VLAN %u, and libvirt puts VLAN %u in "
					  "its place when the guest starts",
					  set, there);
		else
			sriov_finding_add(
				&c->up, SRIOV_LEVEL_FAIL, name,
				"set to VLAN %u, and libvirt clears it when the "
				"guest starts, as there is no <vlan>",
				set);
		sriov_domain_fix_edit(c, "sriovctl xml add %s --as interface", name);
	}
}

void sriov_check_trunk(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		size_t vlan = sriov_domain_child(c, nic->element, "vlan"), tag;

		if (vlan == 0 || (!is_by_interface(nic) && !nic->pool))
			continue;
		tag = sriov_xml_child(c->xml, vlan, vlan, "tag");
		if (!sriov_xml_is(c->xml, vlan, "trunk", "yes") &&
		    (tag == 0 || sriov_xml_child(c->xml, vlan, tag, "tag") == 0))
			continue;
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
				  "a VF has one VLAN and no trunk: libvirt defines the "
				  "guest and then cannot start it");
		sriov_finding_fix(&c->up, "virsh edit %s        and leave one <tag>",
				  c->guest_word);
	}
}

void sriov_check_bandwidth(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		char name[SRIOV_NAME_LEN] = "VF";

		if (!(is_by_interface(nic) || nic->pool) ||
		    !sriov_domain_child(c, nic->element, "bandwidth"))
			continue;
		if (nic->device)
			sriov_domain_device_name(nic, name);
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
				  "libvirt refuses <bandwidth> for a VF");
		sriov_finding_fix(&c->up, "sriovctl vf set %s max_tx_rate MBIT", name);
	}
}

static void say_down(struct sriov_domain_checkup *c, const struct sriov_pf *pf,
		     const char *object, bool refuses)
{
	if (!pf->fn.netdev[0] || pf->fn.link_up)
		return;
	sriov_finding_add(&c->up, refuses ? SRIOV_LEVEL_FAIL : SRIOV_LEVEL_WARN, object,
			  "%s is down: %s", pf->name,
			  refuses ? "libvirt refuses to start the guest"
				  : "the guest's VF may have no link");
	sriov_finding_fix(&c->up, "ip link set %s up", pf->fn.netdev);
}

void sriov_check_pf_link(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		char name[SRIOV_NAME_LEN];

		if (nic->vf)
			say_down(c, nic->pf, sriov_domain_device_name(nic, name),
				 is_by_interface(nic));
		for (size_t k = 0; nic->pool && k < c->up.host->n_pfs; k++)
			if (strcmp(nic->pool->pf, c->up.host->pf[k].fn.netdev) == 0)
				say_down(c, &c->up.host->pf[k], nic->nic.name, true);
	}
}
