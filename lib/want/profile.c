/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes that belong together for a purpose: vf set ... profile NAME. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "want/profile.h"

static const struct {
	const char *name;
	struct sriov_assignment assignment[4];
	size_t n;
} profiles[] = {
	/*
	 * A bond in active-backup gives its slaves one MAC.  A card to which nobody has
	 * told another takes it from the VF, and then spoofchk drops its frames; with an
	 * administrator's MAC igb, ixgbe and ice take none but from a trusted VF.
	 */
	{"bond-member",
	 {{.attr = SRIOV_ATTR_SPOOFCHK,
	   .value = {.known = true},
	   .when = SRIOV_WHEN_NO_MAC},
	  {.attr = SRIOV_ATTR_TRUST,
	   .value = {.known = true, .number = 1},
	   .when = SRIOV_WHEN_MAC}},
	 2},
	/* For a guest that is not trusted: one address, one VLAN, and nothing else. */
	{"strict",
	 {{.attr = SRIOV_ATTR_SPOOFCHK, .value = {.known = true, .number = 1}},
	  {.attr = SRIOV_ATTR_TRUST, .value = {.known = true}},
	  {.attr = SRIOV_ATTR_MAC, .how = SRIOV_HOW_AUTO, .when = SRIOV_WHEN_NO_MAC},
	  {.attr = SRIOV_ATTR_VLAN,
	   .how = SRIOV_HOW_MISSING,
	   .when = SRIOV_WHEN_NO_VLAN}},
	 4},
};

static bool has(const struct sriov_assignment *assignments, size_t n,
		enum sriov_attr_id attr)
{
	for (size_t i = 0; i < n; i++)
		if (assignments[i].attr == attr)
			return true;
	return false;
}

int sriov_profile_add(const char *name, struct sriov_assignment *ret, size_t *n,
		      struct sriov_error *err)
{
	char shown[64];
	size_t given = *n;

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(profiles); i++) {
		if (strcmp(profiles[i].name, name) != 0)
			continue;
		for (size_t j = 0; j < profiles[i].n; j++)
			if (!has(ret, given, profiles[i].assignment[j].attr))
				ret[(*n)++] = profiles[i].assignment[j];
		return 0;
	}
	sriov_text_printable(name, shown, sizeof(shown));
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "unknown profile '%s'", shown);
	return sriov_error_hint(err, "the profiles are " SRIOV_PROFILE_NAMES);
}

/* What is wanted counts for more than what there is. */
static bool will_have_mac(const struct sriov_vf *vf,
			  const struct sriov_assignment *assignments, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sriov_assignment *this = &assignments[i];

		if (this->attr != SRIOV_ATTR_MAC || this->when != SRIOV_WHEN_ALWAYS)
			continue;
		return this->how == SRIOV_HOW_VALUE ? this->value.number != 0
						    : this->how != SRIOV_HOW_STANDARD;
	}
	return sriov_vf_admin_mac(vf) != 0;
}

bool sriov_assignment_is_for(const struct sriov_assignment *assignment,
			     const struct sriov_vf *vf,
			     const struct sriov_assignment *assignments, size_t n)
{
	switch (assignment->when) {
	case SRIOV_WHEN_ALWAYS:
		return true;
	case SRIOV_WHEN_MAC:
		return will_have_mac(vf, assignments, n);
	case SRIOV_WHEN_NO_MAC:
		return !will_have_mac(vf, assignments, n);
	case SRIOV_WHEN_NO_VLAN:
		return sriov_vf_value(vf, SRIOV_ATTR_VLAN).number == 0;
	}
	return true;
}
