/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The documents that sriovctl writes for libvirt. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "libvirt/document.h"
#include "libvirt/fragment.h"
#include "libvirt/standby.h"
#include "sys/xml.h"

#define SPARE_PORTS_MAX 32
#define VLAN_MAX 4094

/* Escape a value that the user gave and that messages call @what. */
static int escape(const char *text, const char *what, char **ret, struct sriov_error *err)
{
	int r;

	r = sriov_xml_escape(text, ret);
	if (r == -ENOMEM)
		return sriov_error_memory(err);
	if (r < 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL, "XML cannot hold the %s",
				       what);
	return 0;
}

/* A name without a slash: libvirt names a file after it. */
static int escape_name(const char *name, const char *what, char **ret,
		       struct sriov_error *err)
{
	if (name[0] == '\0' || strpbrk(name, "/\n"))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "the %s must not be empty, nor hold a slash or a "
				       "line end",
				       what);
	return escape(name, what, ret, err);
}

static int check_devices(enum sriov_guest_form form,
			 const struct sriov_guest_device *devices, size_t n,
			 struct sriov_error *err)
{
	for (size_t i = 0; i < n; i++) {
		int r;

		r = sriov_device_check(form, &devices[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* End the last line and the document. */
static int finish(struct sriov_writer *writer, char **ret, struct sriov_error *err)
{
	char *text;

	fputc('\n', writer->file);
	text = sriov_writer_close(writer);
	if (!text)
		return sriov_error_memory(err);
	*ret = text;
	return 0;
}

int sriov_document_devices(enum sriov_guest_form form,
			   const struct sriov_guest_device *devices, size_t n, char **ret,
			   struct sriov_error *err)
{
	struct sriov_writer writer;
	int r;

	if (n == 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL, "no device is given");
	r = check_devices(form, devices, n, err);
	if (r < 0)
		return r;
	if (sriov_writer_open(&writer, &sriov_layout_plain, false) < 0)
		return sriov_error_memory(err);
	for (size_t i = 0; i < n; i++)
		sriov_write_device(&writer, 0, form, &devices[i], true, NULL);
	return finish(&writer, ret, err);
}

static void write_pairs(struct sriov_writer *writer, enum sriov_guest_form form,
			const struct sriov_standby *standby, const char *source,
			const struct sriov_guest_device *devices, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char alias[SRIOV_ALIAS_LEN];

		if (standby)
			sriov_write_standby(writer, 0, standby, source, &devices[i]);
		sriov_write_device(writer, 0, form, &devices[i], true,
				   sriov_standby_alias(&devices[i], alias));
	}
}

int sriov_document_pairs(enum sriov_guest_form form, const struct sriov_standby *standby,
			 const struct sriov_guest_device *devices, size_t n, char **ret,
			 struct sriov_error *err)
{
	_cleanup_free_ char *source = NULL;
	struct sriov_writer writer;
	int r;

	if (n == 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL, "no device is given");
	r = standby ? sriov_standby_check(standby, &source, err) : 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = sriov_standby_check_device(&devices[i], err);
	if (r < 0)
		return r;
	if (sriov_writer_open(&writer, &sriov_layout_plain, false) < 0)
		return sriov_error_memory(err);
	write_pairs(&writer, form, standby, source, devices, n);
	return finish(&writer, ret, err);
}

static void write_pool(struct sriov_writer *writer, const struct sriov_network_spec *spec,
		       const char *pf)
{
	sriov_write_line(writer, 1, "<forward mode='hostdev' managed='yes'>");
	if (pf)
		sriov_write_line(writer, 2, "<pf dev='%s'/>", pf);
	for (size_t i = 0; !pf && i < spec->n_vfs; i++) {
		sriov_write_break(writer, 2);
		sriov_write_address(writer->file, SRIOV_AS_INTERFACE, &spec->vfs[i].bdf);
	}
	sriov_write_line(writer, 1, "</forward>");
}

/* libvirt 9.0, basictypes.rng: deviceName. */
static bool is_portgroup_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_.-\\:/") == n;
}

static bool is_named_before(const struct sriov_network_spec *spec, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(spec->portgroups[k].name, spec->portgroups[i].name) == 0)
			return true;
	return false;
}

static int portgroup_check(const struct sriov_network_spec *spec, size_t i,
			   struct sriov_error *err)
{
	const struct sriov_portgroup *portgroup = &spec->portgroups[i];

	if (!is_portgroup_name(portgroup->name))
		sriov_error_set(err, SRIOV_USAGE, EINVAL,
				"the name may hold letters, digits and _ . - \\ : /");
	else if (is_named_before(spec, i))
		sriov_error_set(err, SRIOV_USAGE, EINVAL, "given twice");
	else if (portgroup->vlan < 1 || portgroup->vlan > VLAN_MAX)
		sriov_error_set(err, SRIOV_USAGE, EINVAL, "the VLAN must be 1-%d, not %d",
				VLAN_MAX, portgroup->vlan);
	else
		return 0;
	return sriov_error_object(err, "portgroup %s", portgroup->name);
}

static void write_portgroup(struct sriov_writer *writer,
			    const struct sriov_portgroup *portgroup)
{
	sriov_write_line(writer, 1, "<portgroup name='%s'>", portgroup->name);
	sriov_write_vlan(writer, 2, portgroup->vlan);
	sriov_write_line(writer, 1, "</portgroup>");
}

/* The PF that all VFs of a pool are of; NULL when there is none. */
static const char *pool_pf(const struct sriov_network_spec *spec)
{
	const char *pf = spec->pf ? spec->pf : spec->vfs[0].pf;

	for (size_t i = 0; pf && !spec->pf && i < spec->n_vfs; i++)
		if (!spec->vfs[i].pf || strcmp(spec->vfs[i].pf, pf) != 0)
			return NULL;
	return pf;
}

static int pool_name(const struct sriov_network_spec *spec, char **ret,
		     struct sriov_error *err)
{
	_cleanup_free_ char *made = NULL;
	const char *pf = pool_pf(spec);

	if (spec->name)
		return escape_name(spec->name, "network's name", ret, err);
	if (!pf) {
		sriov_error_set(err, SRIOV_USAGE, EINVAL,
				"a pool over several PFs needs a name");
		return sriov_error_hint(err, "sriovctl xml network --name NAME SEL...");
	}
	if (asprintf(&made, "%s-pool", pf) < 0)
		return sriov_error_memory(err);
	return escape_name(made, "network's name", ret, err);
}

static int network_check(const struct sriov_network_spec *spec, struct sriov_error *err)
{
	if (!spec->pf == !spec->n_vfs)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "a pool is made of one PF or of VFs");
	for (size_t i = 0; i < spec->n_vfs; i++) {
		char name[SRIOV_DEVICE_NAME_LEN];

		if (spec->vfs[i].pf)
			continue;
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"only a VF can be in a pool");
		return sriov_error_object(err, "%s",
					  sriov_device_name(&spec->vfs[i], name));
	}
	for (size_t i = 0; i < spec->n_portgroups; i++) {
		int r;

		r = portgroup_check(spec, i, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_network(struct sriov_writer *writer,
			 const struct sriov_network_spec *spec, struct sriov_error *err)
{
	_cleanup_free_ char *name = NULL, *pf = NULL;
	int r;

	r = pool_name(spec, &name, err);
	if (r < 0)
		return r;
	r = spec->pf ? escape(spec->pf, "PF's name", &pf, err) : 0;
	if (r < 0)
		return r;
	sriov_write_line(writer, 0, "<network>");
	sriov_write_line(writer, 1, "<name>%s</name>", name);
	write_pool(writer, spec, pf);
	for (size_t i = 0; i < spec->n_portgroups; i++)
		write_portgroup(writer, &spec->portgroups[i]);
	sriov_write_line(writer, 0, "</network>");
	return 0;
}

/* Either finish a document or, when @r says that writing failed, drop it. */
static int finish_or_drop(struct sriov_writer *writer, int r, char **ret,
			  struct sriov_error *err)
{
	if (r == 0)
		return finish(writer, ret, err);
	free(sriov_writer_close(writer));
	return r;
}

int sriov_document_network(const struct sriov_network_spec *spec, char **ret,
			   struct sriov_error *err)
{
	struct sriov_writer writer;
	int r;

	r = network_check(spec, err);
	if (r < 0)
		return r;
	if (sriov_writer_open(&writer, &sriov_layout_plain, false) < 0)
		return sriov_error_memory(err);
	r = write_network(&writer, spec, err);
	return finish_or_drop(&writer, r, ret, err);
}

/* An element that holds a text of the user's; nothing for NULL. */
static int write_text(struct sriov_writer *writer, unsigned depth, const char *element,
		      const char *text, struct sriov_error *err)
{
	_cleanup_free_ char *escaped = NULL;
	int r;

	if (!text)
		return 0;
	r = escape(text, element, &escaped, err);
	if (r < 0)
		return r;
	sriov_write_line(writer, depth, "<%s>%s</%s>", element, escaped, element);
	return 0;
}

static int write_os(struct sriov_writer *writer, const struct sriov_domain_spec *spec,
		    struct sriov_error *err)
{
	int r;

	sriov_write_line(writer, 1, "<os>");
	sriov_write_line(writer, 2, "<type arch='x86_64' machine='q35'>hvm</type>");
	r = write_text(writer, 2, "kernel", spec->kernel, err);
	if (r < 0)
		return r;
	r = write_text(writer, 2, "initrd", spec->initrd, err);
	if (r < 0)
		return r;
	r = write_text(writer, 2, "cmdline", spec->cmdline, err);
	if (r < 0)
		return r;
	if (!spec->kernel)
		sriov_write_line(writer, 2, "<boot dev='hd'/>");
	sriov_write_line(writer, 1, "</os>");
	return 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

static int write_disk(struct sriov_writer *writer, const char *disk,
		      struct sriov_error *err)
{
	bool is_block = strncmp(disk, "/dev/", strlen("/dev/")) == 0;
	const char *format = ends_with(disk, ".qcow2") ? "qcow2" : "raw";
	_cleanup_free_ char *escaped = NULL;
	int r;

	r = escape(disk, "disk's path", &escaped, err);
	if (r < 0)
		return r;
	sriov_write_line(writer, 2, "<disk type='%s' device='disk'>",
			 is_block ? "block" : "file");
	sriov_write_line(writer, 3, "<driver name='qemu' type='%s'/>",
			 is_block ? "raw" : format);
	sriov_write_line(writer, 3, "<source %s='%s'/>", is_block ? "dev" : "file",
			 escaped);
	sriov_write_line(writer, 3, "<target dev='vda' bus='virtio'/>");
	sriov_write_line(writer, 2, "</disk>");
	return 0;
}

/* Each PCIe device takes a root port; where any is written, libvirt adds no spare. */
static void write_ports(struct sriov_writer *writer, const struct sriov_domain_spec *spec)
{
	size_t n = spec->n_devices + (spec->disk ? 1 : 0) + spec->spare_ports;

	sriov_write_line(writer, 2, "<controller type='usb' model='none'/>");
	sriov_write_line(writer, 2,
			 "<controller type='pci' index='0' model='pcie-root'/>");
	for (size_t i = 0; i < n; i++)
		sriov_write_line(writer, 2,
				 "<controller type='pci' model='pcie-root-port'/>");
}

static void write_console(struct sriov_writer *writer)
{
	sriov_write_line(writer, 2, "<serial type='pty'>");
	sriov_write_line(writer, 3, "<target port='0'/>");
	sriov_write_line(writer, 2, "</serial>");
	sriov_write_line(writer, 2, "<console type='pty'>");
	sriov_write_line(writer, 3, "<target type='serial' port='0'/>");
	sriov_write_line(writer, 2, "</console>");
}

static int write_guest_devices(struct sriov_writer *writer,
			       const struct sriov_domain_spec *spec,
			       struct sriov_error *err)
{
	int r;

	sriov_write_line(writer, 1, "<devices>");
	r = spec->disk ? write_disk(writer, spec->disk, err) : 0;
	if (r < 0)
		return r;
	write_ports(writer, spec);
	write_console(writer);
	for (size_t i = 0; i < spec->n_devices; i++)
		sriov_write_device(writer, 2, spec->form, &spec->devices[i], true, NULL);
	/* all of the guest's memory is pinned, there is nothing to give back */
	sriov_write_line(writer, 2, "<memballoon model='none'/>");
	sriov_write_line(writer, 1, "</devices>");
	return 0;
}

static int write_domain(struct sriov_writer *writer, const struct sriov_domain_spec *spec,
			struct sriov_error *err)
{
	const bool is_kvm = spec->type == SRIOV_GUEST_KVM;
	_cleanup_free_ char *name = NULL;
	int r;

	r = escape_name(spec->name, "guest's name", &name, err);
	if (r < 0)
		return r;
	sriov_write_line(writer, 0, "<domain type='%s'>", is_kvm ? "kvm" : "qemu");
	sriov_write_line(writer, 1, "<name>%s</name>", name);
	sriov_write_line(writer, 1, "<memory unit='MiB'>%u</memory>", spec->memory_mib);
	sriov_write_line(writer, 1, "<vcpu>%u</vcpu>", spec->vcpus);
	r = write_os(writer, spec, err);
	if (r < 0)
		return r;
	sriov_write_line(writer, 1, "<features>");
	sriov_write_line(writer, 2, "<acpi/>");
	sriov_write_line(writer, 2, "<apic/>");
	sriov_write_line(writer, 1, "</features>");
	if (is_kvm)
		sriov_write_line(writer, 1, "<cpu mode='host-passthrough'/>");
	r = write_guest_devices(writer, spec, err);
	if (r < 0)
		return r;
	sriov_write_line(writer, 0, "</domain>");
	return 0;
}

/* libvirt reads a file's name from its own folder, not from the caller's. */
static int check_path(const char *path, const char *option, struct sriov_error *err)
{
	char shown[SRIOV_OBJECT_MAX];

	if (!path || path[0] == '/')
		return 0;
	sriov_text_printable(path, shown, sizeof(shown));
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "libvirt needs the whole path of '%s'",
			shown);
	return sriov_error_hint(err, "--%s \"$PWD/%s\"", option, shown);
}

static int check_paths(const struct sriov_domain_spec *spec, struct sriov_error *err)
{
	int r = check_path(spec->disk, "disk", err);

	if (r == 0)
		r = check_path(spec->kernel, "kernel", err);
	if (r == 0)
		r = check_path(spec->initrd, "initrd", err);
	return r;
}

static int domain_check(const struct sriov_domain_spec *spec, struct sriov_error *err)
{
	int r;

	if (spec->memory_mib == 0 || spec->vcpus == 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "a guest needs memory and a CPU");
	if (!spec->kernel && (spec->initrd || spec->cmdline))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "an initrd or a command line needs a kernel");
	if (spec->spare_ports > SPARE_PORTS_MAX)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "at most %d spare ports, not %u", SPARE_PORTS_MAX,
				       spec->spare_ports);
	r = check_paths(spec, err);
	if (r < 0)
		return r;
	return check_devices(spec->form, spec->devices, spec->n_devices, err);
}

int sriov_document_domain(const struct sriov_domain_spec *spec, char **ret,
			  struct sriov_error *err)
{
	struct sriov_writer writer;
	int r;

	r = domain_check(spec, err);
	if (r < 0)
		return r;
	if (sriov_writer_open(&writer, &sriov_layout_plain, false) < 0)
		return sriov_error_memory(err);
	r = write_domain(&writer, spec, err);
	return finish_or_drop(&writer, r, ret, err);
}
