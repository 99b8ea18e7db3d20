/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs and VFs as JSON, in the words of sriovctl(8). */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "report.h"

void report_add_value(struct json_object *object, const char *key,
		      const struct sriov_attr *attr, const struct sriov_value *value)
{
	char text[SRIOV_VALUE_LEN];

	if (!value->known || (sriov_attr_is_address(attr) && value->number == 0))
		json_add_null(object, key);
	else if (attr->type == SRIOV_VALUE_NUMBER)
		json_add_number(object, key, (int64_t)value->number);
	else if (attr->type == SRIOV_VALUE_SWITCH)
		json_add_bool(object, key, value->number != 0);
	else
		json_add_string(object, key, sriov_attr_format(attr, value, text));
}

/* The kind of netdev that stands on the function's, as far as it is known. */
static const char *user_type(const struct sriov_user *user)
{
	bool netdev = user->kind == SRIOV_USER_MASTER || user->kind == SRIOV_USER_UPPER;

	return netdev && user->detail[0] ? user->detail : NULL;
}

struct json_object *report_user(const struct sriov_user *user)
{
	struct json_object *object = json_new_object();

	json_add_string(object, "kind", sriov_user_kind_name(user->kind));
	json_add_string(object, "name",
			user->kind == SRIOV_USER_UNKNOWN ? NULL : user->name);
	if (user->pid)
		json_add_number(object, "pid", user->pid);
	else
		json_add_null(object, "pid");
	json_add_string(object, "type", user_type(user));
	return object;
}

void report_add_users(struct json_object *users, const struct sriov_function *fn)
{
	for (size_t i = 0; i < fn->n_users; i++)
		json_append(users, report_user(&fn->users[i]));
}

static void add_number_or_null(struct json_object *object, const char *key, int value)
{
	if (value < 0)
		json_add_null(object, key);
	else
		json_add_number(object, key, value);
}

/* What libvirt puts back when the guest stops; null when it has saved nothing. */
static void add_saved(struct json_object *vf, const struct sriov_saved *saved)
{
	struct json_object *object;
	char mac[SRIOV_MAC_LEN];

	if (!saved->has_mac && !saved->has_vlan) {
		json_add_null(vf, "saved");
		return;
	}
	object = json_new_object();
	json_add_string(object, "mac",
			saved->mac ? sriov_mac_format(saved->mac, mac) : NULL);
	if (saved->has_vlan)
		json_add_number(object, "vlan", saved->vlan);
	else
		json_add_null(object, "vlan");
	json_add(vf, "saved", object);
}

const char *report_device(struct sriov_pci_names *names, const struct sriov_function *fn,
			  char *buf, size_t size)
{
	if (sriov_function_is_pci(fn))
		return sriov_pci_names_device(names, fn->vendor, fn->device, buf, size);
	snprintf(buf, size, "device of the bus %s", sriov_bus_of(fn->address));
	return buf;
}

struct json_object *report_vf(const struct sriov_vf *vf)
{
	struct json_object *object = json_new_object(), *users = json_new_array();
	char nodedev[SRIOV_NODEDEV_LEN];
	struct sriov_value driver = sriov_vf_value(vf, SRIOV_ATTR_DRIVER);

	json_add_number(object, "vf", vf->index);
	json_add_string(object, "pci",
			sriov_function_is_pci(&vf->fn) ? vf->fn.address : NULL);
	json_add_string(object, "nodedev",
			sriov_function_is_pci(&vf->fn)
				? sriov_bdf_nodedev(&vf->fn.bdf, nodedev)
				: NULL);
	report_add_value(object, "driver", sriov_attr(SRIOV_ATTR_DRIVER), &driver);
	json_add_string(object, "netdev", vf->fn.netdev[0] ? vf->fn.netdev : NULL);
	json_add_string(object, "representor",
			vf->representor[0] ? vf->representor : NULL);
	for (unsigned id = 0; id < SRIOV_ATTR_DRIVER; id++) {
		const struct sriov_attr *attr = sriov_attr(id);
		struct sriov_value value = sriov_vf_value(vf, id);

		report_add_value(object, attr->name, attr, &value);
	}
	add_number_or_null(object, "group", vf->fn.group);
	report_add_users(users, &vf->fn);
	json_add(object, "users", users);
	add_saved(object, &vf->saved);
	return object;
}

/* Targets come in the host's order, so that a PF itself stands before its VFs. */
static struct json_object *vfs_of(const struct sriov_pf *pf,
				  const struct sriov_target *targets, size_t n)
{
	struct json_object *vfs = json_new_array();

	for (size_t i = 0; !targets[0].vf && i < pf->n_vfs; i++)
		json_append(vfs, report_vf(&pf->vf[i]));
	for (size_t i = 0; targets[0].vf && i < n; i++)
		json_append(vfs, report_vf(targets[i].vf));
	return vfs;
}

static struct json_object *capability_object(const struct sriov_capability *cap)
{
	struct json_object *object = json_new_object();

	json_add_number(object, "total_vfs", cap->total_vfs);
	json_add_number(object, "initial_vfs", cap->initial_vfs);
	json_add_number(object, "num_vfs", cap->num_vfs);
	json_add_number(object, "offset", cap->first_vf_offset);
	json_add_number(object, "stride", cap->vf_stride);
	json_add_number(object, "vf_device", cap->vf_device);
	json_add_bool(object, "ari", cap->ari_hierarchy);
	return object;
}

static void add_eswitch(struct json_object *object, const struct sriov_pf *pf)
{
	const struct sriov_eswitch *eswitch = &pf->eswitch;
	bool known = pf->eswitch_result == 0;

	json_add_string(object, "eswitch",
			known ? sriov_eswitch_mode_name(eswitch->mode) : NULL);
	json_add_string(object, "eswitch_inline",
			known ? sriov_eswitch_inline_name(eswitch->inline_mode) : NULL);
	json_add_string(object, "eswitch_encap",
			!known || eswitch->encap < 0 ? NULL
			: eswitch->encap	     ? "basic"
						     : "none");
}

struct json_object *report_pf(const struct sriov_pf *pf, struct sriov_pci_names *names,
			      const struct sriov_target *targets, size_t n)
{
	struct json_object *object = json_new_object(), *limits = json_new_object();
	char name[128], nodedev[SRIOV_NODEDEV_LEN];

	json_add_string(object, "pf", pf->name);
	json_add_string(object, "pci",
			sriov_function_is_pci(&pf->fn) ? pf->fn.address : NULL);
	json_add_string(object, "nodedev",
			sriov_function_is_pci(&pf->fn)
				? sriov_bdf_nodedev(&pf->fn.bdf, nodedev)
				: NULL);
	json_add_string(object, "device",
			report_device(names, &pf->fn, name, sizeof(name)));
	json_add_string(object, "driver", pf->fn.driver[0] ? pf->fn.driver : "none");
	json_add_string(object, "link",
			!pf->fn.netdev[0] ? NULL
			: pf->fn.link_up  ? "up"
					  : "down");
	if (pf->fn.netdev[0])
		json_add_bool(object, "carrier", pf->carrier);
	else
		json_add_null(object, "carrier");
	add_number_or_null(object, "numa", pf->numa);
	json_add_number(object, "vfs", (int64_t)pf->n_vfs);
	add_number_or_null(limits, "hardware",
			   pf->has_capability ? pf->capability.total_vfs : -1);
	add_number_or_null(limits, "driver", pf->total_vfs);
	add_number_or_null(limits, "msix", pf->msix_pool > 0 ? pf->msix_pool : -1);
	json_add(object, "limits", limits);
	if (pf->has_capability)
		json_add(object, "capability", capability_object(&pf->capability));
	if (pf->eswitch_asked)
		add_eswitch(object, pf);
	json_add(object, "vf", vfs_of(pf, targets, n));
	return object;
}

struct json_object *report_host(const struct sriov_host *host,
				const struct sriov_targets *targets)
{
	struct json_object *document = json_new_object(), *pfs = json_new_array();
	struct sriov_pci_names *names = NULL;
	size_t n;

	json_add_number(document, "version", 1);
	json_add(document, "pfs", pfs);
	if (sriov_pci_names_open(host->doors, &names) < 0)
		return document;
	for (size_t i = 0; i < targets->n; i += n) {
		const struct sriov_target *first = &targets->target[i];

		for (n = 1; i + n < targets->n && first[n].pf == first->pf; n++)
			;
		json_append(pfs, report_pf(first->pf, names, first, n));
	}
	sriov_pci_names_close(names);
	return document;
}

static void report_unread_pf(const struct app *app, const struct sriov_pf *pf)
{
	struct sriov_error err = {0};

	if (pf->total_vfs < 0 && pf->total_vfs != SRIOV_NO_LIMIT) {
		sriov_error_set(&err, SRIOV_FAILED, -pf->total_vfs,
				"cannot read sriov_totalvfs: %s",
				strerror(-pf->total_vfs));
		sriov_error_object(&err, "%s", pf->name);
		app_print_error(app, &err);
	}
	if (pf->settings_error.msg[0]) {
		err = pf->settings_error;
		sriov_error_object(&err, "%s", pf->name);
		app_print_error(app, &err);
	}
}

void report_unread(const struct app *app, const struct sriov_host *host)
{
	for (size_t i = 0; i < host->n_pfs; i++)
		report_unread_pf(app, &host->pf[i]);
	if (!host->doors->ops->privileged(host->doors))
		app_note(app, "not root: who uses a VF is known only in part");
}
