/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of XML in any layout, and the elements that stand for a device. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "libvirt/fragment.h"

const struct sriov_layout sriov_layout_plain = {
	.eol = {"\n", 1},
	.indent = {"", 0},
	.step = {"  ", 2},
};

int sriov_writer_open(struct sriov_writer *writer, const struct sriov_layout *layout,
		      bool begun)
{
	*writer = (struct sriov_writer){.layout = *layout, .begun = begun};
	writer->file = open_memstream(&writer->text, &writer->size);
	return writer->file ? 0 : -ENOMEM;
}

char *sriov_writer_close(struct sriov_writer *writer)
{
	bool failed = ferror(writer->file) != 0;

	if (fclose(writer->file) == 0 && !failed)
		return writer->text;
	free(writer->text);
	return NULL;
}

static void write_slice(FILE *file, struct sriov_slice slice)
{
	fwrite(slice.text, 1, slice.size, file);
}

void sriov_write_break(struct sriov_writer *writer, unsigned depth)
{
	if (writer->begun)
		write_slice(writer->file, writer->layout.eol);
	writer->begun = true;
	write_slice(writer->file, writer->layout.indent);
	for (unsigned i = 0; i < depth; i++)
		write_slice(writer->file, writer->layout.step);
}

void sriov_write_line(struct sriov_writer *writer, unsigned depth, const char *fmt, ...)
{
	va_list ap;

	sriov_write_break(writer, depth);
	va_start(ap, fmt);
	vfprintf(writer->file, fmt, ap);
	va_end(ap);
}

void sriov_write_address(FILE *file, enum sriov_guest_form form,
			 const struct sriov_bdf *bdf)
{
	const char *type = form == SRIOV_AS_INTERFACE ? " type='pci'" : "";

	fprintf(file,
		"<address%s domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>",
		type, bdf->domain, bdf->bus, bdf->device, bdf->function);
}

void sriov_write_source(struct sriov_writer *writer, unsigned depth,
			enum sriov_guest_form form, const struct sriov_bdf *bdf)
{
	sriov_write_line(writer, depth, "<source>");
	sriov_write_break(writer, depth + 1);
	sriov_write_address(writer->file, form, bdf);
	sriov_write_line(writer, depth, "</source>");
}

void sriov_write_mac(struct sriov_writer *writer, unsigned depth, uint64_t mac)
{
	char text[SRIOV_MAC_LEN];

	sriov_write_line(writer, depth, "<mac address='%s'/>",
			 sriov_mac_format(mac, text));
}

void sriov_write_vlan(struct sriov_writer *writer, unsigned depth, int vlan)
{
	sriov_write_line(writer, depth, "<vlan>");
	sriov_write_line(writer, depth + 1, "<tag id='%d'/>", vlan);
	sriov_write_line(writer, depth, "</vlan>");
}

const char *sriov_form_start(enum sriov_guest_form form)
{
	return form == SRIOV_AS_HOSTDEV
		       ? "<hostdev mode='subsystem' type='pci' managed='yes'>"
		       : "<interface type='hostdev' managed='yes'>";
}

const char *sriov_form_name(enum sriov_guest_form form)
{
	return form == SRIOV_AS_HOSTDEV ? "hostdev" : "interface";
}

int sriov_device_check(enum sriov_guest_form form,
		       const struct sriov_guest_device *device, struct sriov_error *err)
{
	char name[SRIOV_DEVICE_NAME_LEN];

	sriov_device_name(device, name);
	if (form == SRIOV_AS_HOSTDEV)
		return 0;
	if (!device->pf) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"only a VF can be an interface");
		sriov_error_hint(err, "sriovctl xml hostdev %s", name);
		return sriov_error_object(err, "%s", name);
	}
	if (device->mac == 0) {
		sriov_error_set(err, SRIOV_FAILED, ENODATA,
				"an interface needs a MAC address and none is set");
		sriov_error_hint(err, "sriovctl vf set %s mac auto", name);
		return sriov_error_object(err, "%s", name);
	}
	return 0;
}

void sriov_write_teaming(struct sriov_writer *writer, unsigned depth, const char *partner)
{
	sriov_write_line(writer, depth, "<teaming type='transient' persistent='%s'/>",
			 partner);
}

void sriov_write_device(struct sriov_writer *writer, unsigned depth,
			enum sriov_guest_form form,
			const struct sriov_guest_device *device, bool with_alias,
			const char *partner)
{
	char alias[SRIOV_ALIAS_LEN];

	sriov_write_line(writer, depth, "%s", sriov_form_start(form));
	if (form == SRIOV_AS_INTERFACE)
		sriov_write_mac(writer, depth + 1, device->mac);
	sriov_write_source(writer, depth + 1, form, &device->bdf);
	if (form == SRIOV_AS_INTERFACE && device->vlan > 0)
		sriov_write_vlan(writer, depth + 1, device->vlan);
	/* libvirt's schema wants it beside the source */
	if (partner)
		sriov_write_teaming(writer, depth + 1, partner);
	if (with_alias)
		sriov_write_line(writer, depth + 1, "<alias name='%s'/>",
				 sriov_device_alias(device, alias));
	sriov_write_line(writer, depth, "</%s>", sriov_form_name(form));
}
