/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration files cut down to what is read of them. */
#ifndef SRIOV_CAPTURE_REDUCE_H
#define SRIOV_CAPTURE_REDUCE_H

#include "capture/tree.h"

/*
 * Each writes to @to what it keeps of @text.  Lines keep their places in what is YAML of
 * sriovctl's own, so that messages name the same ones.
 */
typedef void capture_reduce_fn(const char *text, FILE *to);

/* YAML without comments. */
capture_reduce_fn capture_reduce_yaml;

/* Of "[section]" and "key=value" files the sections that name a device and its VFs. */
capture_reduce_fn capture_reduce_sections;

/* Of netplan the keys above virtual-function-count, and it. */
capture_reduce_fn capture_reduce_netplan;

/* Of modprobe.d(5) options and blacklist. */
capture_reduce_fn capture_reduce_modprobe;

/* Of os-release(5) what system it is. */
capture_reduce_fn capture_reduce_os_release;

/* Of any other file nothing. */
capture_reduce_fn capture_reduce_all;

/* JSON or YAML whole. */
capture_reduce_fn capture_reduce_nothing;

struct sriov_xml;

/*
 * Of a domain or a network of libvirt, or of the status of one that runs, what concerns
 * devices of the host, and its name.  @xml was read from @text; the networks that hand
 * out VFs are the @n @networks.  Returns whether there is such a device.
 */
bool capture_reduce_xml(const struct sriov_xml *xml, const char *text,
			char *const *networks, size_t n, FILE *to);

#endif
