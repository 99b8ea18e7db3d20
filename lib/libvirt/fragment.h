/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of XML in any layout, and the elements that stand for a device. */
#ifndef SRIOV_LIBVIRT_FRAGMENT_H
#define SRIOV_LIBVIRT_FRAGMENT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "libvirt/device.h"

struct sriov_slice {
	const char *text; /* borrowed */
	size_t size;	  /* in bytes */
};

/* How lines begin: @eol, @indent, and @step as often as the line is deep. */
struct sriov_layout {
	struct sriov_slice eol;
	struct sriov_slice indent;
	struct sriov_slice step;
};

/* Unix line ends, no indentation of the whole, two blanks a step. */
extern const struct sriov_layout sriov_layout_plain;

/* Stays where it is between open and close. */
struct sriov_writer {
	FILE *file;
	struct sriov_layout layout;
	bool begun; /* false: the next line is the first and gets no @eol */
	char *text;
	size_t size;
};

/* Begin to write into memory.  Returns 0 or -ENOMEM. */
int sriov_writer_open(struct sriov_writer *writer, const struct sriov_layout *layout,
		      bool begun);

/* What was written, which the caller frees; NULL when memory ran out. */
char *sriov_writer_close(struct sriov_writer *writer);

/* End the line before, if any, and indent a new one. */
void sriov_write_break(struct sriov_writer *writer, unsigned depth);

/* Write a line, without its end.  The caller has escaped what needs it. */
void sriov_write_line(struct sriov_writer *writer, unsigned depth, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* <address .../> as it stands inside the <source> of a device in @form. */
void sriov_write_address(FILE *file, enum sriov_guest_form form,
			 const struct sriov_bdf *bdf);

/* <source> with the address in it. */
void sriov_write_source(struct sriov_writer *writer, unsigned depth,
			enum sriov_guest_form form, const struct sriov_bdf *bdf);

void sriov_write_mac(struct sriov_writer *writer, unsigned depth, uint64_t mac);

void sriov_write_vlan(struct sriov_writer *writer, unsigned depth, int vlan);

/* The start tag and the name of the element in @form. */
const char *sriov_form_start(enum sriov_guest_form form);
const char *sriov_form_name(enum sriov_guest_form form);

/*
 * Whether @device can be written in @form.  Returns 0; -EOPNOTSUPP
 * (SRIOV_UNSUPPORTED): an interface for what is no VF; -ENODATA (SRIOV_FAILED): an
 * interface without a MAC, which libvirt would invent anew.  The error names the
 * device.
 */
int sriov_device_check(enum sriov_guest_form form,
		       const struct sriov_guest_device *device, struct sriov_error *err);

/* What marks the VF as the half of a failover pair that may go; see standby.h. */
void sriov_write_teaming(struct sriov_writer *writer, unsigned depth,
			 const char *partner);

/*
 * The whole element of a device that sriov_device_check() lets pass.  @partner is the
 * alias of the other half of a failover pair, NULL without one.
 */
void sriov_write_device(struct sriov_writer *writer, unsigned depth,
			enum sriov_guest_form form,
			const struct sriov_guest_device *device, bool with_alias,
			const char *partner);

#endif
