/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs and VFs as JSON, in the words of sriovctl(8). */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "app.h"

struct json_object;

/*
 * Add a value under @key: numbers as numbers, switches as booleans, what is not
 * reported or not set as null, no driver as "none".
 */
void report_add_value(struct json_object *object, const char *key,
		      const struct sriov_attr *attr, const struct sriov_value *value);

struct json_object *report_user(const struct sriov_user *user);

/* Append a function's users to the array @users. */
void report_add_users(struct json_object *users, const struct sriov_function *fn);

/* What kind of device it is, by the names of pci.ids, into @buf, which is returned. */
const char *report_device(struct sriov_pci_names *names, const struct sriov_function *fn,
			  char *buf, size_t size);

struct json_object *report_vf(const struct sriov_vf *vf);

/* @pf with its VFs among the @n (> 0) targets, all of which are of @pf. */
struct json_object *report_pf(const struct sriov_pf *pf, struct sriov_pci_names *names,
			      const struct sriov_target *targets, size_t n);

/*
 * The document of list and show: {"version":1,"pfs":[...]} of the PFs in @targets.
 * A target that is a PF stands for all its VFs.
 */
struct json_object *report_host(const struct sriov_host *host,
				const struct sriov_targets *targets);

/* What could not be read, on stderr: one line a cause. */
void report_unread(const struct app *app, const struct sriov_host *host);

#endif
