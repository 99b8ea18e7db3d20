/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cannot be wanted of the VFs of a PF, seen with what they have. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "plan/limits.h"

/* The value that the VF will have: the wanted one, else the one that it has. */
static uint64_t merged(const struct sriov_vf_want *want, const struct sriov_vf *vf,
		       enum sriov_attr_id id)
{
	if (sriov_vf_wants(want, id))
		return want->value[id].number;
	return sriov_vf_value(vf, id).number;
}

/*
 * An attribute that is left out stays as it is: those that go in one message with a
 * wanted one must be known.
 */
static int check_known(const struct sriov_pf *pf, bool is_new,
		       const struct sriov_vf_want *want, const struct sriov_vf *vf,
		       struct sriov_error *err)
{
	/* what the driver of a VF that could be read does not report has its default */
	if (vf->settings.found || is_new)
		return 0;
	for (unsigned i = 0; i < SRIOV_N_SETTINGS; i++)
		for (unsigned j = 0; j < SRIOV_N_SETTINGS; j++) {
			const struct sriov_attr *id = sriov_attr(i),
						*left = sriov_attr(j);

			if (!sriov_vf_wants(want, i) || sriov_vf_wants(want, j) ||
			    id->message != left->message || sriov_vf_value(vf, j).known)
				continue;
			sriov_error_set(err, SRIOV_FAILED, EIO,
					"%s goes together with %s, and what that is now "
					"cannot be read%s%.200s",
					id->name, left->name,
					pf->settings_error.msg[0] ? ": " : "",
					pf->settings_error.msg);
			return sriov_error_hint(err, "set %s too", left->name);
		}
	return 0;
}

/* What several attributes only together can be wrong about. */
static int check_together(enum sriov_code code, const struct sriov_pf *pf,
			  const struct sriov_vf_want *want, const struct sriov_vf *vf,
			  struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN];
	uint64_t min = merged(want, vf, SRIOV_ATTR_MIN_TX_RATE);
	uint64_t max = merged(want, vf, SRIOV_ATTR_MAX_TX_RATE);

	if ((sriov_vf_wants(want, SRIOV_ATTR_MIN_TX_RATE) ||
	     sriov_vf_wants(want, SRIOV_ATTR_MAX_TX_RATE)) &&
	    max != 0 && min > max)
		return sriov_error_set(
			err, code, EINVAL,
			"min_tx_rate %llu would be more than max_tx_rate %llu",
			(unsigned long long)min, (unsigned long long)max);
	if (sriov_vf_wants(want, SRIOV_ATTR_PROTO) &&
	    want->value[SRIOV_ATTR_PROTO].number == ETH_P_8021AD &&
	    merged(want, vf, SRIOV_ATTR_VLAN) == 0 &&
	    merged(want, vf, SRIOV_ATTR_QOS) == 0) {
		sriov_error_set(err, code, EINVAL,
				"proto 802.1ad needs a vlan: the VF has none");
		return sriov_error_hint(err, "sriovctl vf set %s vlan 100 proto 802.1ad",
					sriov_vf_name(pf, want->index, name));
	}
	return 0;
}

int sriov_check_vf(const struct sriov_pf *pf, bool is_new, const struct sriov_vf *vf,
		   const struct sriov_vf_want *want, enum sriov_code code,
		   struct sriov_error *err)
{
	int r = check_known(pf, is_new, want, vf, err);

	return r == 0 ? check_together(code, pf, want, vf, err) : r;
}

static uint64_t wanted_msix(const struct sriov_pf_want *want)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < want->n_vfs; i++)
		if (sriov_vf_wants(&want->vf[i], SRIOV_ATTR_MSIX))
			sum += want->vf[i].value[SRIOV_ATTR_MSIX].number;
	return sum;
}

static bool has_msix(const struct sriov_pf *pf, const struct sriov_pf_want *want)
{
	if (want->vfs >= 0 && (size_t)want->vfs != pf->n_vfs)
		return false;
	for (size_t i = 0; i < want->n_vfs; i++) {
		const struct sriov_vf *vf = sriov_pf_vf(pf, want->vf[i].index);

		if (sriov_vf_wants(&want->vf[i], SRIOV_ATTR_MSIX) &&
		    (!vf || vf->msix != want->vf[i].value[SRIOV_ATTR_MSIX].number))
			return false;
	}
	return true;
}

int sriov_check_msix(struct sriov_doors *doors, struct sriov_pf *pf,
		     const struct sriov_pf_want *want, struct sriov_error *err)
{
	uint64_t sum = wanted_msix(want);

	if (sum == 0)
		return 0;
	sriov_pf_look_msix(doors, pf);
	if (has_msix(pf, want))
		return 0;
	if (pf->msix_pool == 0)
		sriov_error_set(
			err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
			"the %s driver deals out no MSI-X vectors: msix cannot be "
			"set",
			pf->fn.driver[0] ? pf->fn.driver : "missing");
	else if (pf->msix_pool < 0)
		sriov_error_set(err, SRIOV_FAILED, -pf->msix_pool,
				"cannot read sriov_vf_total_msix: %s",
				strerror(-pf->msix_pool));
	else if (sum > (uint64_t)pf->msix_pool)
		sriov_error_set(err, SRIOV_FAILED, ERANGE,
				"%llu MSI-X vectors are wanted, and there are %d for all "
				"VFs together",
				(unsigned long long)sum, pf->msix_pool);
	else
		return 0;
	return sriov_error_object(err, "%s", pf->name);
}
