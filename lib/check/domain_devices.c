/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of the host that a domain is given by their PCI addresses. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "check/domain_checkup.h"
#include "sys/sysfs.h"

static bool is_there(const struct sriov_domain_checkup *c, const struct sriov_bdf *bdf)
{
	char address[SRIOV_BDF_LEN], path[64];

	snprintf(path, sizeof(path), "bus/pci/devices/%s",
		 sriov_bdf_format(bdf, address));
	return sriov_sysfs_exists(c->up.doors->sys, path);
}

/* An attribute of the address read as if it were hexadecimal without saying so. */
static uint64_t as_hexadecimal(const struct sriov_domain_checkup *c, size_t address,
			       const char *name, uint64_t otherwise)
{
	const char *text = sriov_xml_value(c->xml, address, name);
	uint64_t number;

	if (!text || sriov_parse_number(text, 16, UINT8_MAX, &number) < 0)
		return otherwise;
	return number;
}

/* What lspci's digits, copied without 0x, would mean: libvirt reads them as C does. */
static bool misread(const struct sriov_domain_checkup *c,
		    const struct sriov_domain_device *device, struct sriov_bdf *ret)
{
	uint64_t slot = as_hexadecimal(c, device->address, "slot", device->bdf.device);

	*ret = device->bdf;
	ret->bus = (uint8_t)as_hexadecimal(c, device->address, "bus", device->bdf.bus);
	ret->device = (uint8_t)slot;
	return slot <= 31 && sriov_bdf_compare(ret, &device->bdf) != 0;
}

void sriov_check_numbers(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		char read[SRIOV_BDF_LEN], meant[SRIOV_BDF_LEN];
		struct sriov_bdf other;

		if (!c->nic[i].device || !misread(c, c->nic[i].device, &other))
			continue;
		sriov_bdf_format(&c->nic[i].device->bdf, read);
		sriov_bdf_format(&other, meant);
		if (!is_there(c, &other))
			continue;
		sriov_finding_add(
			&c->up, SRIOV_LEVEL_FAIL, read,
			"the address has numbers without 0x, which libvirt reads "
			"as decimal: it gives %s; if %s is meant, it must say so",
			read, meant);
		sriov_domain_fix_edit(c, "sriovctl xml remove %s | sriovctl xml add %s",
				      read, meant);
	}
}

/* The PF whose VF would be at @bdf, with its number; NULL: none. */
static const struct sriov_pf *would_be(const struct sriov_domain_checkup *c,
				       const struct sriov_bdf *bdf, unsigned *ret_index)
{
	for (size_t i = 0; i < c->up.host->n_pfs; i++)
		if (sriov_pf_index_at(&c->up, &c->up.host->pf[i], bdf, ret_index))
			return &c->up.host->pf[i];
	return NULL;
}

/* What a macvtap stands on: gone, too, when its VF is bound to vfio. */
static void check_netdev(struct sriov_domain_checkup *c,
			 const struct sriov_domain_nic *nic)
{
	char path[sizeof("class/net/") + SRIOV_NIC_NAME_LEN];
	const char *netdev = sriov_domain_netdev_under(c, nic);

	if (!netdev)
		return;
	snprintf(path, sizeof(path), "class/net/%s", netdev);
	if (strchr(netdev, '/') || sriov_sysfs_exists(c->up.doors->sys, path))
		return;
	sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
			  "there is no network device %s: the guest cannot start",
			  netdev);
	sriov_finding_fix(&c->up,
			  "virsh edit %s        and name another; a VF's is there while "
			  "its host driver is bound: sriovctl unbind SEL",
			  c->guest_word);
}

void sriov_check_presence(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		const struct sriov_pf *pf;
		char name[SRIOV_NAME_LEN];
		unsigned index;

		check_netdev(c, nic);
		if (!nic->device || nic->pf || is_there(c, &nic->device->bdf))
			continue;
		sriov_domain_device_name(nic, name);
		pf = would_be(c, &nic->device->bdf, &index);
		if (pf) {
			sriov_finding_add(
				&c->up, SRIOV_LEVEL_FAIL, name,
				"is not there: it would be %s/%u, but %s has %zu "
				"VFs; the guest cannot start",
				pf->name, index, pf->name, pf->n_vfs);
			sriov_finding_fix(
				&c->up, "sriovctl enable %s %u%s", pf->name, index + 1,
				pf->n_vfs ? "        makes all of them anew" : "");
			continue;
		}
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, name,
				  "no such device: the guest cannot start");
		sriov_domain_fix_edit(c, "sriovctl xml remove %s", name);
	}
}

static void check_pf_itself(struct sriov_domain_checkup *c,
			    const struct sriov_domain_nic *nic)
{
	if (nic->pf->n_vfs) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, nic->pf->name,
				  "the PF itself is given, and not a VF of it: its %zu "
				  "VFs go when the guest starts",
				  nic->pf->n_vfs);
		sriov_finding_fix(
			&c->up,
			"virsh edit %s        and put this in its place: sriovctl "
			"xml hostdev %s/0",
			c->guest_word, nic->pf->name);
		return;
	}
	sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, nic->pf->name,
			  "the PF itself is given, and not a VF of it: no one else "
			  "can use the port");
	sriov_finding_fix(&c->up, "sriovctl enable %s 1        and give the guest %s/0",
			  nic->pf->name, nic->pf->name);
}

static void check_host_use(struct sriov_domain_checkup *c,
			   const struct sriov_function *fn, const char *name)
{
	char user[128];

	for (size_t i = 0; i < fn->n_users; i++) {
		if (fn->users[i].kind >= SRIOV_USER_DEFINED ||
		    fn->users[i].kind == SRIOV_USER_GUEST ||
		    fn->users[i].kind == SRIOV_USER_UNKNOWN)
			continue;
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, name,
				  "the host uses it, and loses it when the guest starts: "
				  "%s",
				  sriov_user_format(&fn->users[i], user, sizeof(user)));
		sriov_domain_fix_edit(c, "sriovctl xml remove %s", name);
		return;
	}
}

void sriov_check_needed(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		const struct sriov_function *fn = NULL;
		struct sriov_error ignored = {0};
		char name[SRIOV_NAME_LEN];

		if (!nic->device)
			continue;
		if (nic->vf)
			fn = &nic->vf->fn;
		else if (nic->pf)
			check_pf_itself(c, nic);
		else
			fn = sriov_host_function(c->up.host, &nic->device->bdf, &ignored);
		if (fn)
			check_host_use(c, fn, sriov_domain_device_name(nic, name));
	}
}

/* managed='no': whoever starts the guest has bound the device before. */
void sriov_check_managed(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i];
		char name[SRIOV_NAME_LEN];

		if (!nic->vf || sriov_xml_is(c->xml, nic->element, "managed", "yes") ||
		    sriov_driver_is_vfio(nic->vf->fn.driver))
			continue;
		sriov_domain_device_name(nic, name);
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, name,
				  "libvirt is not to bind it (managed='yes' is missing), "
				  "and it is bound to %s: the guest cannot start",
				  nic->vf->fn.driver[0] ? nic->vf->fn.driver
							: "no driver");
		sriov_domain_fix_edit(
			c, "sriovctl xml add %s%s", name,
			nic->device->form == SRIOV_AS_INTERFACE ? " --as interface" : "");
	}
}
