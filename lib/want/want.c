/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of what should be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "sys/sysfs.h"
#include "want/mac_auto.h"
#include "want/want.h"

/* BASE+ counts in the part of an address that is not the vendor's. */
#define COUNT_MASK UINT64_C(0xffffff)

static struct sriov_pf_want *want_pf(struct sriov_want *want, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < want->n_pfs; i++)
		if (want->pf[i].pf == pf)
			return &want->pf[i];
	if (SRIOV_ARRAY_ROOM(want->pf, want->n_pfs) < 0)
		return NULL;
	want->pf[want->n_pfs] = (struct sriov_pf_want){.pf = pf, .vfs = -1};
	return &want->pf[want->n_pfs++];
}

/* Targets come in ascending order, so a new VF goes to the end. */
static struct sriov_vf_want *want_vf(struct sriov_want *want,
				     const struct sriov_target *target)
{
	struct sriov_pf_want *pf = want_pf(want, target->pf);

	if (!pf)
		return NULL;
	if (pf->n_vfs && pf->vf[pf->n_vfs - 1].index == target->vf->index)
		return &pf->vf[pf->n_vfs - 1];
	if (SRIOV_ARRAY_ROOM(pf->vf, pf->n_vfs) < 0)
		return NULL;
	pf->vf[pf->n_vfs] = (struct sriov_vf_want){.index = target->vf->index};
	return &pf->vf[pf->n_vfs++];
}

int sriov_want_vfs(struct sriov_want *want, const struct sriov_pf *pf, unsigned vfs,
		   struct sriov_error *err)
{
	struct sriov_pf_want *pf_want = want_pf(want, pf);

	if (!pf_want)
		return sriov_error_memory(err);
	pf_want->vfs = (int)vfs;
	return 0;
}

/* What makes the derived addresses of one run; the PF's address is kept from VF to VF. */
struct derived {
	bool have_id;
	uint8_t machine_id[16];
	const struct sriov_pf *pf;
	uint64_t pf_mac;
	unsigned count; /* VFs that have had BASE+ */
};

static int derive_mac(struct derived *derived, struct sriov_host *host,
		      const struct sriov_target *target, uint64_t *ret,
		      struct sriov_error *err)
{
	int r;

	if (!derived->have_id) {
		r = sriov_machine_id(host->doors, derived->machine_id, err);
		if (r < 0)
			return r;
		derived->have_id = true;
	}
	if (derived->pf != target->pf) {
		r = sriov_rtnl_permanent_mac(host->doors, target->pf->fn.ifindex,
					     &derived->pf_mac, err);
		if (r < 0)
			return sriov_error_object(err, "%s", target->pf->name);
		derived->pf = target->pf;
	}
	*ret = sriov_mac_auto(derived->machine_id, derived->pf_mac, target->vf->index);
	return 0;
}

static int count_up(struct derived *derived, uint64_t base, uint64_t *ret,
		    struct sriov_error *err)
{
	char text[SRIOV_MAC_LEN];

	if ((base & COUNT_MASK) + derived->count > COUNT_MASK)
		return sriov_error_set(err, SRIOV_USAGE, ERANGE,
				       "mac %s+ leaves the low 24 bits after %u VFs",
				       sriov_mac_format(base, text), derived->count);
	*ret = base + derived->count++;
	return 0;
}

static int standard_value(const struct sriov_attr *attr,
			  const struct sriov_target *target, uint64_t *ret,
			  struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN];

	if (sriov_attr_standard(attr, target->pf->fn.driver, ret))
		return 0;
	sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
			"what the %s driver starts %s with is not known",
			target->pf->fn.driver, attr->name);
	sriov_error_object(err, "%s", sriov_vf_name(target->pf, target->vf->index, name));
	return sriov_error_hint(err, "sriovctl vf set %s %s %s", name, attr->name,
				attr->values);
}

static int resolve(const struct sriov_assignment *assignment, struct derived *derived,
		   struct sriov_host *host, const struct sriov_target *target,
		   struct sriov_value *ret, struct sriov_error *err)
{
	struct sriov_value value = {.known = true};
	int r = 0;

	switch (assignment->how) {
	case SRIOV_HOW_VALUE:
		value = assignment->value;
		break;
	case SRIOV_HOW_STANDARD:
		r = standard_value(sriov_attr(assignment->attr), target, &value.number,
				   err);
		break;
	case SRIOV_HOW_AUTO:
		r = derive_mac(derived, host, target, &value.number, err);
		break;
	case SRIOV_HOW_COUNT_UP:
		r = count_up(derived, assignment->value.number, &value.number, err);
		break;
	}
	if (r < 0)
		return r;
	*ret = value;
	return 0;
}

static int refuse_one_mac(const struct sriov_assignment *assignments, size_t n,
			  const struct sriov_targets *targets, struct sriov_error *err)
{
	char mac[SRIOV_MAC_LEN];

	for (size_t i = 0; i < n; i++) {
		const struct sriov_assignment *this = &assignments[i];

		if (this->attr != SRIOV_ATTR_MAC || this->how != SRIOV_HOW_VALUE ||
		    targets->n <= 1)
			continue;
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
	struct derived derived = {0};
	int r = refuse_one_mac(assignments, n, targets, err);

	for (size_t i = 0; r == 0 && i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];
		struct sriov_vf_want *vf = want_vf(want, target);

		if (!vf)
			return sriov_error_memory(err);
		for (size_t j = 0; r == 0 && j < n; j++) {
			enum sriov_attr_id id = assignments[j].attr;

			if (assignments[j].if_reported &&
			    !sriov_vf_value(target->vf, id).known)
				continue;
			r = resolve(&assignments[j], &derived, host, target,
				    &vf->value[id], err);
			vf->mask |= UINT32_C(1) << id;
		}
	}
	return r;
}

/* The driver's name for one function: SRIOV_DRIVER_VFIO is a matter of the device. */
static void driver_for(struct sriov_doors *doors, const struct sriov_function *fn,
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
	driver_for(doors, fn, driver, function->driver, sizeof(function->driver));
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
		vf = want_vf(want, target);
		if (!vf)
			return sriov_error_memory(err);
		vf->mask |= UINT32_C(1) << SRIOV_ATTR_DRIVER;
		value = &vf->value[SRIOV_ATTR_DRIVER];
		value->known = true;
		driver_for(doors, &target->vf->fn, driver, value->text,
			   sizeof(value->text));
	}
	return 0;
}

void sriov_want_free(struct sriov_want *want)
{
	for (size_t i = 0; i < want->n_pfs; i++)
		free(want->pf[i].vf);
	free(want->pf);
	free(want->function);
	*want = (struct sriov_want){0};
}
