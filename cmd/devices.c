/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs and functions as the devices that a guest is given. */
#include <errno.h>
#include <stdlib.h>

#include "devices.h"

static int refuse_needed(const struct app *app, const struct sriov_function *fn,
			 struct sriov_error *err)
{
	char user[128];

	if (!sriov_function_in_use(fn) || app->force)
		return 0;
	sriov_error_set(err, SRIOV_IN_USE, EBUSY, "the host needs it: %s",
			sriov_user_format(&fn->users[0], user, sizeof(user)));
	sriov_error_object(err, "%s", fn->address);
	return sriov_error_hint(err, "to hand it to a guest all the same: --force");
}

static int refuse_no_network(const struct sriov_target *target, struct sriov_error *err)
{
	const struct sriov_function *fn = target->vf ? &target->vf->fn : target->function;
	char name[SRIOV_NAME_LEN];

	if (sriov_function_is_net(fn))
		return 0;
	sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP, "is no network device");
	sriov_error_object(err, "%s", sriov_target_name(target, name));
	return sriov_error_hint(err, "sriovctl xml hostdev %s", err->object);
}

/* The administrator's MAC, else the one that the VF has by itself for good. */
static uint64_t mac_of(const struct sriov_vf *vf)
{
	uint64_t mac = sriov_vf_admin_mac(vf);

	return mac ? mac : vf->fn.netdev_mac_random ? 0 : vf->fn.netdev_mac;
}

static void fill_vf(struct sriov_guest_device *device, const struct sriov_target *target,
		    bool saved)
{
	const struct sriov_vf *vf = target->vf;

	*device = (struct sriov_guest_device){
		.bdf = vf->fn.bdf,
		.pf = target->pf->name,
		.vf = vf->index,
		.mac = mac_of(vf),
		.vlan = (int)sriov_vf_value(vf, SRIOV_ATTR_VLAN).number,
	};
	/* a MAC that was none leaves the one in the domain as it is */
	if (saved && vf->saved.has_mac)
		device->mac = vf->saved.mac;
	if (saved && vf->saved.has_vlan)
		device->vlan = (int)vf->saved.vlan;
}

static int fill(const struct app *app, struct devices *devices, unsigned how,
		struct sriov_error *err)
{
	devices->device = calloc(devices->targets.n + 1, sizeof(*devices->device));
	if (!devices->device)
		return sriov_error_memory(err);
	for (size_t i = 0; i < devices->targets.n; i++) {
		const struct sriov_target *target = &devices->targets.target[i];
		const struct sriov_function *fn =
			target->vf ? &target->vf->fn : target->function;
		int r = how & DEVICES_NETWORK ? refuse_no_network(target, err) : 0;

		if (r == 0 && target->function)
			r = refuse_needed(app, fn, err);
		if (r < 0)
			return r;
		if (target->vf)
			fill_vf(&devices->device[devices->n++], target,
				how & DEVICES_SAVED);
		else if (fn)
			devices->device[devices->n++] =
				(struct sriov_guest_device){.bdf = fn->bdf};
	}
	return 0;
}

int devices_select(const struct app *app, const char *const *words, size_t n,
		   unsigned how, struct devices *ret, struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS;
	struct devices devices = {0};
	int r;

	if ((how & DEVICES_USERS) || sriov_select_needs_users(words, n))
		what |= SRIOV_LOOK_USERS;
	r = sriov_host_look(app->doors, what, NULL, 0, &devices.host, err);
	if (r == 0)
		r = sriov_select(&devices.host, words, n,
				 SRIOV_SELECT_VFS | SRIOV_SELECT_PCI |
					 SRIOV_SELECT_FUNCTIONS,
				 &devices.targets, err);
	if (r == 0)
		r = fill(app, &devices, how, err);
	if (r < 0) {
		devices_free(&devices);
		return r;
	}
	*ret = devices;
	return 0;
}

void devices_free(struct devices *devices)
{
	free(devices->device);
	sriov_targets_free(&devices->targets);
	sriov_host_free(&devices->host);
	*devices = (struct devices){0};
}
