/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the subcommands of xml have in common. */
#ifndef CMD_XML_H
#define CMD_XML_H

#include "app.h"

extern const struct command cmd_xml_hostdev;
extern const struct command cmd_xml_interface;
extern const struct command cmd_xml_failover;
extern const struct command cmd_xml_domain;
extern const struct command cmd_xml_network;
extern const struct command cmd_xml_add;
extern const struct command cmd_xml_remove;
extern const struct command cmd_xml_check;

struct devices;

/*
 * Read what -f names, else standard input, as input_read() does; who types it in is
 * told so.
 */
int xml_read_input(const struct app *app, char **ret, size_t *ret_size,
		   struct sriov_error *err);

/* After a selector that nothing was found for: a file belongs to -f. */
void xml_hint_file(const char *const *words, size_t n, struct sriov_error *err);

/* Print the new domain on stdout, and all that is to be said of it on stderr. */
void xml_print_edit(const struct app *app, const struct sriov_edit *edit);

/* The form that --as names, @otherwise without it. */
int xml_read_form(const struct app *app, enum sriov_guest_form otherwise,
		  enum sriov_guest_form *ret, struct sriov_error *err);

/* The number from 1 to @max that the option @name has, @otherwise without it. */
int xml_read_number(const struct app *app, const char *name, uint64_t otherwise,
		    uint64_t max, unsigned *ret, struct sriov_error *err);

/* The options that xml_read_standby() reads. */
#define XML_STANDBY_OPTIONS                                                              \
	{"bridge", '\0', "BR", "the bridge of the host that virtio leads to"},           \
		{"network", '\0', "NET", "or the network of libvirt's"},                 \
	{                                                                                \
		"queues", '\0', "N", "queue pairs of virtio, 1 without it"               \
	}

/* The virtio half of failover pairs, of --bridge, --network and --queues. */
int xml_read_standby(const struct app *app, struct sriov_standby *ret,
		     struct sriov_error *err);

/* Say what keeps the halves of the pairs from meeting, as far as this host shows. */
void xml_note_standby(const struct app *app, const struct sriov_standby *standby,
		      const struct devices *devices);

#endif
