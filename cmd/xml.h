/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the subcommands of xml have in common. */
#ifndef CMD_XML_H
#define CMD_XML_H

#include "app.h"

extern const struct command cmd_xml_hostdev;
extern const struct command cmd_xml_interface;
extern const struct command cmd_xml_domain;
extern const struct command cmd_xml_network;
extern const struct command cmd_xml_add;
extern const struct command cmd_xml_remove;

/* The form that --as names, hostdev without it. */
int xml_read_form(const struct app *app, enum sriov_guest_form *ret,
		  struct sriov_error *err);

/* The number from 1 to @max that the option @name has, @otherwise without it. */
int xml_read_number(const struct app *app, const char *name, uint64_t otherwise,
		    uint64_t max, unsigned *ret, struct sriov_error *err);

#endif
