/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network cards of a domain: which scheme each uses, and what a packet crosses. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "check/domain_checkup.h"
#include "libvirt/standby.h"
#include "sys/file.h"
#include "sys/sysfs.h"

/* A network of libvirt's has a few KiB; a pool of all VFs of a large card some 100. */
#define NETWORK_MAX (1UL << 20)

size_t sriov_domain_child(const struct sriov_domain_checkup *c, size_t parent,
			  const char *name)
{
	return sriov_xml_child(c->xml, parent, parent, name);
}

const char *sriov_domain_child_value(const struct sriov_domain_checkup *c, size_t parent,
				     const char *child, const char *name)
{
	size_t element = sriov_domain_child(c, parent, child);

	return element ? sriov_xml_value(c->xml, element, name) : NULL;
}

const struct sriov_pf *sriov_domain_find_vf(const struct sriov_domain_checkup *c,
					    const struct sriov_bdf *bdf,
					    const struct sriov_vf **ret_vf)
{
	const struct sriov_host *host = c->up.host;

	*ret_vf = NULL;
	for (size_t i = 0; i < host->n_pfs; i++) {
		const struct sriov_pf *pf = &host->pf[i];

		if (sriov_bdf_compare(&pf->fn.bdf, bdf) == 0)
			return pf;
		for (size_t k = 0; k < pf->n_vfs; k++) {
			if (sriov_bdf_compare(&pf->vf[k].fn.bdf, bdf) != 0)
				continue;
			*ret_vf = &pf->vf[k];
			return pf;
		}
	}
	return NULL;
}

const char *sriov_domain_device_name(const struct sriov_domain_nic *nic,
				     char buf[static SRIOV_NAME_LEN])
{
	char address[SRIOV_BDF_LEN];

	if (nic->vf)
		return sriov_vf_name(nic->pf, nic->vf->index, buf);
	snprintf(buf, SRIOV_NAME_LEN, "%s",
		 nic->pf ? nic->pf->name : sriov_bdf_format(&nic->device->bdf, address));
	return buf;
}

bool sriov_domain_pins_memory(const struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->nic[i].device || c->nic[i].pool)
			return true;
	return false;
}

void sriov_domain_fix_edit(struct sriov_domain_checkup *c, const char *fmt, ...)
{
	_cleanup_free_ char *edit = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&edit, fmt, ap);
	va_end(ap);
	if (r < 0)
		c->up.no_memory = true;
	else
		sriov_finding_fix(&c->up,
				  "virsh dumpxml --inactive %s | %s | virsh define "
				  "/dev/stdin",
				  c->guest_word, edit);
}

static void add_layer(struct sriov_nic *nic, const char *layer)
{
	if (nic->n_layers < SRIOV_NIC_LAYERS_MAX)
		nic->layers[nic->n_layers++] = layer;
}

static void set_text(char buf[static SRIOV_NIC_NAME_LEN], const char *text)
{
	if (text)
		sriov_text_printable(text, buf, SRIOV_NIC_NAME_LEN);
}

/* virtio, virtio-transitional, virtio-non-transitional */
static bool is_virtio(const char *model)
{
	return model && strncmp(model, "virtio", strlen("virtio")) == 0;
}

/*
 * qemuInterfaceOpenVhostNet() of libvirt: a guest under KVM gets vhost-net without
 * being asked, one that is emulated must ask for it.
 */
static bool uses_vhost(const struct sriov_domain_checkup *c, size_t element)
{
	const char *driver = sriov_domain_child_value(c, element, "driver", "name");

	if (driver)
		return strcmp(driver, "vhost") == 0;
	return sriov_xml_is(c->xml, 0, "type", "kvm") &&
	       sriov_sysfs_exists(c->up.doors->dev, "vhost-net");
}

/* What stands between the guest's driver and the tap device. */
static void read_card(const struct sriov_domain_checkup *c, struct sriov_domain_nic *nic,
		      bool has_tap)
{
	const char *model = sriov_domain_child_value(c, nic->element, "model", "type");
	const char *queues =
		sriov_domain_child_value(c, nic->element, "driver", "queues");
	uint64_t number;

	set_text(nic->nic.model, model);
	if (!is_virtio(model)) {
		nic->nic.scheme = SRIOV_SCHEME_EMULATED;
		add_layer(&nic->nic, "emulation");
		add_layer(&nic->nic, "QEMU");
		return;
	}
	nic->nic.queues = 1;
	if (queues && sriov_parse_number(queues, 10, UINT16_MAX, &number) == 0 && number)
		nic->nic.queues = (unsigned)number;
	if (has_tap && uses_vhost(c, nic->element)) {
		nic->nic.scheme = SRIOV_SCHEME_VHOST;
		add_layer(&nic->nic, "vhost");
	} else {
		nic->nic.scheme = SRIOV_SCHEME_VIRTIO;
		add_layer(&nic->nic, "QEMU");
	}
}

static void read_bridge(const struct sriov_domain_checkup *c,
			struct sriov_domain_nic *nic)
{
	read_card(c, nic, true);
	add_layer(&nic->nic, "tap");
	add_layer(&nic->nic, "bridge");
	add_layer(&nic->nic, "driver");
}

const char *sriov_domain_netdev_under(const struct sriov_domain_checkup *c,
				      const struct sriov_domain_nic *nic)
{
	if (nic->device || !sriov_xml_is(c->xml, nic->element, "type", "direct"))
		return NULL;
	return sriov_domain_child_value(c, nic->element, "source", "dev");
}

static void read_macvtap(const struct sriov_domain_checkup *c,
			 struct sriov_domain_nic *nic)
{
	read_card(c, nic, true);
	nic->nic.scheme = SRIOV_SCHEME_MACVTAP;
	add_layer(&nic->nic, "macvtap");
	add_layer(&nic->nic, "driver");
}

/* Reads <forward mode='...'/> of the network into @mode; "" where it has none. */
static int read_forward(const struct sriov_domain_checkup *c, const char *name,
			char mode[static SRIOV_NIC_NAME_LEN])
{
	_cleanup_close_ int folder =
		sriov_sysfs_open(c->up.doors->etc, "libvirt/qemu/networks");
	_cleanup_xml_ struct sriov_xml *xml = NULL;
	_cleanup_free_ char *text = NULL;
	struct sriov_error ignored = {0};
	char file[NAME_MAX + 1];
	size_t size, forward;

	/* libvirt names no file after what has a slash, and nor must a document */
	if (folder < 0 || strchr(name, '/') ||
	    (size_t)snprintf(file, sizeof(file), "%s.xml", name) >= sizeof(file) ||
	    sriov_file_read(folder, file, NETWORK_MAX, &text, &size) < 0 ||
	    sriov_xml_read(text, size, &xml, &ignored) < 0)
		return -ENOENT;
	forward = sriov_xml_child(xml, 0, 0, "forward");
	mode[0] = '\0';
	if (forward) /* nat is what libvirt takes for none */
		set_text(mode, sriov_xml_value(xml, forward, "mode")
				       ? sriov_xml_value(xml, forward, "mode")
				       : "nat");
	return 0;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static void read_network(const struct sriov_domain_checkup *c,
			 struct sriov_domain_nic *nic)
{
	static const char *const direct[] = {"private", "vepa", "passthrough", NULL};
	static const char *const routed[] = {"nat", "route", "open", NULL};
	const char *name = sriov_domain_child_value(c, nic->element, "source", "network");
	char mode[SRIOV_NIC_NAME_LEN] = "";

	nic->pool = name ? sriov_guests_pool(&c->up.guests, name) : NULL;
	if (nic->pool) {
		nic->nic.scheme = SRIOV_SCHEME_VF_POOL;
		return;
	}
	if (name && read_forward(c, name, mode) == 0 && is_one_of(mode, direct)) {
		read_macvtap(c, nic);
		return;
	}
	read_card(c, nic, true);
	add_layer(&nic->nic, "tap");
	add_layer(&nic->nic, "bridge");
	if (is_one_of(mode, routed))
		add_layer(&nic->nic, "routing");
	add_layer(&nic->nic, "driver");
}

/* passt and slirp: the guest's packets become the host's own connections. */
static void read_user(const struct sriov_domain_checkup *c, struct sriov_domain_nic *nic)
{
	read_card(c, nic, false);
	add_layer(&nic->nic, "user-mode stack");
	add_layer(&nic->nic, "host's sockets");
	add_layer(&nic->nic, "driver");
}

static void read_vhost_user(const struct sriov_domain_checkup *c,
			    struct sriov_domain_nic *nic)
{
	read_card(c, nic, false);
	nic->nic.scheme = SRIOV_SCHEME_VHOST_USER;
	nic->nic.n_layers = 0;
	add_layer(&nic->nic, "user-space switch");
}

static void read_other(const struct sriov_domain_checkup *c, struct sriov_domain_nic *nic)
{
	read_card(c, nic, false);
	nic->nic.scheme = SRIOV_SCHEME_OTHER;
}

/* The types of <interface> besides hostdev, and what names their source. */
static const struct {
	const char *type;
	const char *source; /* attribute of <source> */
	void (*read)(const struct sriov_domain_checkup *c, struct sriov_domain_nic *nic);
} types[] = {
	{"bridge", "bridge", read_bridge},
	{"ethernet", "dev", read_bridge},
	{"network", "network", read_network},
	{"direct", "dev", read_macvtap},
	{"vhostuser", "path", read_vhost_user},
	{"user", "dev", read_user},
	{"", "dev", read_other},
};

static void read_virtual(const struct sriov_domain_checkup *c,
			 struct sriov_domain_nic *nic)
{
	const char *type = sriov_xml_value(c->xml, nic->element, "type");
	size_t i = 0;

	while (types[i].type[0] && (!type || strcmp(types[i].type, type) != 0))
		i++;
	set_text(nic->nic.source,
		 sriov_domain_child_value(c, nic->element, "source", types[i].source));
	types[i].read(c, nic);
}

static void read_device(const struct sriov_domain_checkup *c,
			struct sriov_domain_nic *nic)
{
	char name[SRIOV_NAME_LEN];

	nic->pf = sriov_domain_find_vf(c, &nic->device->bdf, &nic->vf);
	set_text(nic->nic.source, sriov_domain_device_name(nic, name));
	if (nic->device->form == SRIOV_AS_INTERFACE)
		nic->nic.scheme = SRIOV_SCHEME_VF_INTERFACE;
	else
		nic->nic.scheme =
			nic->vf ? SRIOV_SCHEME_VF_HOSTDEV : SRIOV_SCHEME_FUNCTION;
}

/* The other half of a pair: for a VF what it names, for virtio the VF that names it. */
static size_t find_partner(const struct sriov_domain_checkup *c,
			   const struct sriov_domain_nic *nic)
{
	const char *alias = sriov_domain_alias(&c->domain, nic->element);
	const char *wanted =
		sriov_domain_child_value(c, nic->element, "teaming", "persistent");

	if (wanted)
		return sriov_domain_find_alias(&c->domain, wanted);
	for (size_t i = 0; alias && i < c->n; i++) {
		const char *named = sriov_domain_child_value(c, c->nic[i].element,
							     "teaming", "persistent");

		if (named && strcmp(named, alias) == 0)
			return c->nic[i].element;
	}
	return 0;
}

static void name_nic(const struct sriov_domain_checkup *c, struct sriov_domain_nic *nic,
		     size_t number)
{
	const char *alias = sriov_domain_alias(&c->domain, nic->element);
	char mac[SRIOV_MAC_LEN];

	if (nic->mac)
		set_text(nic->nic.name, sriov_mac_format(nic->mac, mac));
	else if (alias)
		set_text(nic->nic.name, alias);
	else
		snprintf(nic->nic.name, sizeof(nic->nic.name), "nic %zu", number);
}

static const struct sriov_domain_device *find_device(const struct sriov_domain_checkup *c,
						     size_t element)
{
	for (size_t i = 0; i < c->domain.n_found; i++)
		if (c->domain.found[i].element == element)
			return &c->domain.found[i];
	return NULL;
}

static int add_nic(struct sriov_domain_checkup *c, size_t element)
{
	const struct sriov_domain_device *device = find_device(c, element);
	const struct sriov_xml_element *e = &c->xml->elements[element];
	struct sriov_domain_nic *nic;

	if (!device && (e->ns || strcmp(e->name, "interface") != 0))
		return 0;
	if (SRIOV_ARRAY_ROOM(c->nic, c->n) < 0)
		return -ENOMEM;
	nic = &c->nic[c->n++];
	*nic = (struct sriov_domain_nic){.element = element, .device = device};
	nic->mac = sriov_interface_mac(c->xml, element);
	name_nic(c, nic, c->n);
	if (device)
		read_device(c, nic);
	else
		read_virtual(c, nic);
	return 0;
}

int sriov_domain_find_nics(struct sriov_domain_checkup *c)
{
	size_t devices = 0;

	while ((devices = sriov_xml_child(c->xml, 0, devices, "devices")) != 0) {
		size_t i = devices;

		while ((i = sriov_xml_child(c->xml, devices, i, NULL)) != 0)
			if (add_nic(c, i) < 0)
				return -ENOMEM;
	}
	for (size_t i = 0; i < c->n; i++) {
		struct sriov_domain_nic *nic = &c->nic[i];
		bool is_given = nic->device || nic->pool;

		nic->partner = find_partner(c, nic);
		nic->nic.failover = sriov_domain_child(c, nic->element, "teaming") != 0;
		nic->nic.migrates = !is_given || (nic->nic.failover && nic->partner);
	}
	return 0;
}
