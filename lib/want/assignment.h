/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ATTR VALUE as users write it, before it is known for which VF. */
#ifndef SRIOV_WANT_ASSIGNMENT_H
#define SRIOV_WANT_ASSIGNMENT_H

#include "want/attr.h"

enum sriov_how {
	SRIOV_HOW_VALUE,    /* the value as it stands */
	SRIOV_HOW_STANDARD, /* back to what the driver starts with */
	SRIOV_HOW_AUTO,	    /* derived from the PF, the VF and the machine */
	SRIOV_HOW_COUNT_UP, /* mac BASE+: value is that of the first VF */
	SRIOV_HOW_MISSING,  /* an error: a profile leaves the value to the user */
};

/* Of which VFs an assignment is wanted. */
enum sriov_when {
	SRIOV_WHEN_ALWAYS,
	SRIOV_WHEN_MAC, /* that have, or are to have, a MAC of the administrator's */
	SRIOV_WHEN_NO_MAC,
	SRIOV_WHEN_NO_VLAN, /* that have no VLAN */
};

struct sriov_assignment {
	enum sriov_attr_id attr;
	enum sriov_how how;
	enum sriov_when when;
	struct sriov_value value;
	bool if_reported; /* leave alone what the driver does not report */
};

/*
 * Read @n words, attribute and value in turn, each attribute once; a profile and its name
 * may stand among them.  @ret has room for SRIOV_N_ATTRS.  Errors: SRIOV_USAGE with the
 * attribute and what it takes.
 */
int sriov_assignments_parse(const char *const *words, size_t n,
			    struct sriov_assignment ret[static SRIOV_N_ATTRS],
			    size_t *ret_n, struct sriov_error *err);

/*
 * Read one value of @attr: what sriov_attr_parse() takes, `default`, and for addresses
 * `auto`, and for mac BASE+.  Errors: SRIOV_USAGE.
 */
int sriov_assignment_parse(const struct sriov_attr *attr, const char *text,
			   struct sriov_assignment *ret, struct sriov_error *err);

/* Refuse what the words show to be wrong together: min_tx_rate over max_tx_rate. */
int sriov_assignments_check(const struct sriov_assignment *assignments, size_t n,
			    struct sriov_error *err);

/* Whether @word is an attribute, or what stands before a profile's name. */
bool sriov_assignment_begins(const char *word);

/* A SRIOV_USAGE error for a word that should be an attribute, with the nearest. */
int sriov_attr_unknown(const char *word, struct sriov_error *err);

#endif
