/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an assignment to the value that one VF is to have. */
#include <errno.h>

#include "sys/links.h"
#include "want/mac_auto.h"
#include "want/resolve.h"

/* BASE+ counts in the part of an address that is not the vendor's. */
#define COUNT_MASK UINT64_C(0xffffff)

/* The PF's own address, which is asked for once a PF. */
static int know_pf(struct sriov_derived *derived, struct sriov_doors *doors,
		   const struct sriov_attr *attr, const struct sriov_pf *pf,
		   struct sriov_error *err)
{
	bool guid = attr->type == SRIOV_VALUE_GUID;
	const struct sriov_pf **known = guid ? &derived->pf_of_guid : &derived->pf_of_mac;
	int r;

	if (*known == pf)
		return 0;
	r = guid ? sriov_link_permanent_guid(doors, pf->fn.ifindex, &derived->pf_guid,
					     err)
		 : sriov_link_permanent_mac(doors, pf->fn.ifindex, &derived->pf_mac, err);
	if (r < 0)
		return sriov_error_object(err, "%s", pf->name);
	*known = pf;
	return 0;
}

static int derive(const struct sriov_attr *attr, struct sriov_derived *derived,
		  struct sriov_host *host, const struct sriov_pf *pf, unsigned index,
		  uint64_t *ret, struct sriov_error *err)
{
	int r;

	if (!derived->have_id) {
		r = sriov_machine_id(host->doors, attr->name, derived->machine_id, err);
		if (r < 0)
			return r;
		derived->have_id = true;
	}
	r = know_pf(derived, host->doors, attr, pf, err);
	if (r < 0)
		return r;
	if (attr->type == SRIOV_VALUE_GUID)
		*ret = sriov_guid_auto(derived->machine_id, attr->name, derived->pf_guid,
				       index);
	else
		*ret = sriov_mac_auto(derived->machine_id, derived->pf_mac, index);
	return 0;
}

static int count_up(uint64_t base, unsigned position, uint64_t *ret,
		    struct sriov_error *err)
{
	char text[SRIOV_MAC_LEN];

	if ((base & COUNT_MASK) + position > COUNT_MASK)
		return sriov_error_set(err, SRIOV_USAGE, ERANGE,
				       "mac %s+ leaves the low 24 bits after %u VFs",
				       sriov_mac_format(base, text), position);
	*ret = base + position;
	return 0;
}

static int standard_value(const struct sriov_attr *attr, const struct sriov_pf *pf,
			  unsigned index, uint64_t *ret, struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN];

	if (sriov_attr_standard(attr, pf->fn.driver, ret))
		return 0;
	sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
			"what the %s driver starts %s with is not known", pf->fn.driver,
			attr->name);
	sriov_error_object(err, "%s", sriov_vf_name(pf, index, name));
	return sriov_error_hint(err, "sriovctl vf set %s %s %s", name, attr->name,
				attr->values);
}

static int missing(const struct sriov_attr *attr, const struct sriov_pf *pf,
		   unsigned index, struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN];

	sriov_error_set(err, SRIOV_USAGE, EINVAL, "has no %s, and the profile needs one",
			attr->name);
	sriov_error_object(err, "%s", sriov_vf_name(pf, index, name));
	return sriov_error_hint(err, "say which: profile strict %s %s", attr->name,
				attr->values);
}

int sriov_resolve(const struct sriov_assignment *assignment,
		  struct sriov_derived *derived, struct sriov_host *host,
		  const struct sriov_pf *pf, unsigned index, unsigned position,
		  struct sriov_value *ret, struct sriov_error *err)
{
	struct sriov_value value = {.known = true};
	int r = 0;

	switch (assignment->how) {
	case SRIOV_HOW_VALUE:
		value = assignment->value;
		break;
	case SRIOV_HOW_STANDARD:
		r = standard_value(sriov_attr(assignment->attr), pf, index, &value.number,
				   err);
		break;
	case SRIOV_HOW_AUTO:
		r = derive(sriov_attr(assignment->attr), derived, host, pf, index,
			   &value.number, err);
		break;
	case SRIOV_HOW_COUNT_UP:
		r = count_up(assignment->value.number, position, &value.number, err);
		break;
	case SRIOV_HOW_MISSING:
		r = missing(sriov_attr(assignment->attr), pf, index, err);
		break;
	}
	if (r < 0)
		return r;
	*ret = value;
	return 0;
}
