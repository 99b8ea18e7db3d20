/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of what should be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "sys/pci.h"
#include "sys/sysfs.h"
#include "want/profile.h"
#include "want/resolve.h"
#include "want/want.h"

struct sriov_pf_want *sriov_want_pf(struct sriov_want *want, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < want->n_pfs; i++)
		if (want->pf[i].pf == pf)
			return &want->pf[i];
	if (SRIOV_ARRAY_ROOM(want->pf, want->n_pfs) < 0)
		return NULL;
	want->pf[want->n_pfs] =
		(struct sriov_pf_want){.pf = pf, .vfs = -1, .link = -1, .eswitch = -1};
	return &want->pf[want->n_pfs++];
}

/* Targets come in ascending order, so a new VF goes to the end. */
struct sriov_vf_want *sriov_want_vf(struct sriov_want *want,
				    const struct sriov_target *target)
{
	struct sriov_pf_want *pf = sriov_want_pf(want, target->pf);

	if (!pf)
		return NULL;
	if (pf->n_vfs && pf->vf[pf->n_vfs - 1].index == target->vf->index)
		return &pf->vf[pf->n_vfs - 1];
	if (SRIOV_ARRAY_ROOM(pf->vf, pf->n_vfs) < 0)
		return NULL;
	pf->vf[pf->n_vfs] = (struct sriov_vf_want){.index = target->vf->index};
	return &pf->vf[pf->n_vfs++];
}

static int too_many(const struct sriov_host *host, const struct sriov_pf *pf,
		    unsigned vfs, struct sriov_error *err)
{
	struct sriov_capability capability;
	struct sriov_error unused;
	char hardware[64] = "";

	if (sriov_pci_capability(host->doors, &pf->fn.bdf, &capability, &unused) == 0 &&
	    capability.total_vfs != pf->total_vfs)
		snprintf(hardware, sizeof(hardware), " (the card itself %u)",
			 capability.total_vfs);
	sriov_error_set(err, SRIOV_FAILED, ERANGE,
			"cannot make %u VFs: the %s driver allows %d%s", vfs,
			pf->fn.driver, pf->total_vfs, hardware);
	sriov_error_object(err, "%s", pf->name);
	return sriov_error_hint(err, "sriovctl enable %s %d", pf->name, pf->total_vfs);
}

static int check_vfs(const struct sriov_host *host, const struct sriov_pf *pf,
		     unsigned vfs, struct sriov_error *err)
{
	if (!pf->fn.driver[0]) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, ENOENT,
				"no driver is bound to the card, so no VF can be made");
		sriov_error_object(err, "%s", pf->name);
		return sriov_error_hint(err, "sriovctl unbind function:%s",
					pf->fn.address);
	}
	if (pf->total_vfs == SRIOV_NO_LIMIT)
		return 0;
	if (pf->total_vfs < 0) {
		sriov_error_set(err, SRIOV_FAILED, -pf->total_vfs,
				"cannot read sriov_totalvfs: %s",
				strerror(-pf->total_vfs));
		return sriov_error_object(err, "%s", pf->name);
	}
	if (vfs > (unsigned)pf->total_vfs)
		return too_many(host, pf, vfs, err);
	return 0;
}

int sriov_want_vfs(struct sriov_want *want, const struct sriov_host *host,
		   const struct sriov_pf *pf, unsigned vfs, struct sriov_error *err)
{
	struct sriov_pf_want *pf_want;

	if (vfs != pf->n_vfs && check_vfs(host, pf, vfs, err) < 0)
		return -err->errnum;
	pf_want = sriov_want_pf(want, pf);
	if (!pf_want)
		return sriov_error_memory(err);
	pf_want->vfs = (int)vfs;
	return 0;
}

/* Legacy is what every card does that has no other mode. */
static int check_eswitch(const struct sriov_pf *pf, int mode, struct sriov_error *err)
{
	int r = pf->eswitch_result;

	if (r == 0 || (r == -EOPNOTSUPP && mode == SRIOV_ESWITCH_LEGACY))
		return 0;
	if (r == -EPERM)
		sriov_error_set(err, SRIOV_PRIVILEGE, -r,
				"the mode of its switch can be read by root only");
	else if (r != -EOPNOTSUPP)
		sriov_error_set(err, SRIOV_FAILED, -r,
				"the mode of its switch cannot be read: %s",
				strerror(-r));
	else if (pf->fn.driver[0])
		sriov_error_set(err, SRIOV_UNSUPPORTED, -r,
				"the %s driver has no mode but legacy", pf->fn.driver);
	else
		sriov_error_set(err, SRIOV_UNSUPPORTED, -r,
				"no driver is bound to the card, so it has no mode");
	return sriov_error_object(err, "%s", pf->name);
}

int sriov_want_eswitch(struct sriov_want *want, const struct sriov_pf *pf, int mode,
		       struct sriov_error *err)
{
	struct sriov_pf_want *pf_want;

	if (check_eswitch(pf, mode, err) < 0)
		return -err->errnum;
	pf_want = sriov_want_pf(want, pf);
	if (!pf_want)
		return sriov_error_memory(err);
	/* there is nothing to be set */
	if (pf->eswitch_result == 0)
		pf_want->eswitch = mode;
	return 0;
}

static int refuse_one_address(const struct sriov_assignment *assignments, size_t n,
			      const struct sriov_targets *targets,
			      struct sriov_error *err)
{
	char mac[SRIOV_MAC_LEN];

	for (size_t i = 0; i < n; i++) {
		const struct sriov_assignment *this = &assignments[i];
		const struct sriov_attr *attr = sriov_attr(this->attr);

		if (!sriov_attr_is_address(attr) || this->how != SRIOV_HOW_VALUE ||
		    targets->n <= 1)
			continue;
		if (attr->type == SRIOV_VALUE_GUID) {
			sriov_error_set(err, SRIOV_USAGE, EINVAL,
					"one %s for %zu VFs would not work", attr->name,
					targets->n);
			return sriov_error_hint(err, "take '%s auto'", attr->name);
		}
		sriov_mac_format(this->value.number, mac);
		sriov_error_set(err, SRIOV_USAGE, EINVAL,
				"one MAC address for %zu VFs would not work", targets->n);
		return sriov_error_hint(
			err, "count up with 'mac %s+', or take 'mac auto'", mac);
	}
	return 0;
}

int sriov_want_settings(struct sriov_want *want, struct sriov_host *host,
			const struct sriov_targets *targets,
			const struct sriov_assignment *assignments, size_t n,
			struct sriov_error *err)
{
	struct sriov_derived derived = {0};
	int r = refuse_one_address(assignments, n, targets, err);

	for (size_t i = 0; r == 0 && i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];
		struct sriov_vf_want *vf = sriov_want_vf(want, target);

		if (!vf)
			return sriov_error_memory(err);
		for (size_t j = 0; r == 0 && j < n; j++) {
			enum sriov_attr_id id = assignments[j].attr;

			if (!sriov_assignment_is_for(&assignments[j], target->vf,
						     assignments, n) ||
			    (assignments[j].if_reported &&
			     !sriov_vf_value(target->vf, id).known))
				continue;
			r = sriov_resolve(&assignments[j], &derived, host, target->pf,
					  target->vf->index, (unsigned)i, &vf->value[id],
					  err);
			vf->mask |= UINT32_C(1) << id;
		}
	}
	return r;
}

void sriov_want_driver_name(struct sriov_doors *doors, const struct sriov_function *fn,
			    const char *driver, char *buf, size_t size)
{
	char path[96], modalias[256];

	snprintf(buf, size, "%s", driver);
	if (strcmp(driver, SRIOV_DRIVER_VFIO) != 0)
		return;
	snprintf(buf, size, "vfio-pci");
	snprintf(path, sizeof(path), "bus/pci/devices/%s/modalias", fn->address);
	if (sriov_sysfs_read(doors->sys, path, modalias, sizeof(modalias)) > 0)
		doors->ops->vfio_variant(doors, modalias, buf, size);
}

static int want_function_driver(struct sriov_want *want, struct sriov_doors *doors,
				const struct sriov_function *fn, const char *driver,
				struct sriov_error *err)
{
	struct sriov_function_want *function;

	if (SRIOV_ARRAY_ROOM(want->function, want->n_functions) < 0)
		return sriov_error_memory(err);
	function = &want->function[want->n_functions++];
	*function = (struct sriov_function_want){.function = fn};
	sriov_want_driver_name(doors, fn, driver, function->driver,
			       sizeof(function->driver));
	return 0;
}

int sriov_want_driver(struct sriov_want *want, struct sriov_doors *doors,
		      const struct sriov_targets *targets, const char *driver,
		      struct sriov_error *err)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];
		struct sriov_vf_want *vf;
		struct sriov_value *value;
		int r;

		if (target->function) {
			r = want_function_driver(want, doors, target->function, driver,
						 err);
			if (r < 0)
				return r;
			continue;
		}
		vf = sriov_want_vf(want, target);
		if (!vf)
			return sriov_error_memory(err);
		vf->mask |= UINT32_C(1) << SRIOV_ATTR_DRIVER;
		value = &vf->value[SRIOV_ATTR_DRIVER];
		value->known = true;
		sriov_want_driver_name(doors, &target->vf->fn, driver, value->text,
				       sizeof(value->text));
	}
	return 0;
}

int sriov_want_pf_driver(struct sriov_want *want, const struct sriov_pf *pf,
			 struct sriov_error *err)
{
	if (SRIOV_ARRAY_ROOM(want->function, want->n_functions) < 0)
		return sriov_error_memory(err);
	want->function[want->n_functions++] = (struct sriov_function_want){
		.function = &pf->fn,
		.pf = pf,
		.must_bind = true,
		.driver = SRIOV_DRIVER_DEFAULT,
	};
	return 0;
}

bool sriov_driver_satisfied(const char *now, const char *to)
{
	if (strcmp(to, SRIOV_DRIVER_DEFAULT) == 0)
		return now[0] && !sriov_driver_is_vfio(now);
	if (strcmp(to, SRIOV_DRIVER_NONE) == 0)
		return now[0] == '\0';
	if (strcmp(to, SRIOV_DRIVER_VFIO) == 0)
		return sriov_driver_is_vfio(now);
	return strcmp(now, to) == 0;
}

void sriov_want_free(struct sriov_want *want)
{
	for (size_t i = 0; i < want->n_pfs; i++)
		free(want->pf[i].vf);
	free(want->pf);
	free(want->function);
	*want = (struct sriov_want){0};
}
