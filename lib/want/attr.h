/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one table of VF attributes: their words, values, limits and messages. */
#ifndef SRIOV_WANT_ATTR_H
#define SRIOV_WANT_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "host/host.h"
#include "sys/rtnl.h"

/* The attributes that rtnetlink carries have the numbers of enum sriov_setting. */
enum sriov_attr_id {
	SRIOV_ATTR_MAC = SRIOV_SETTING_MAC,
	SRIOV_ATTR_VLAN = SRIOV_SETTING_VLAN,
	SRIOV_ATTR_QOS = SRIOV_SETTING_QOS,
	SRIOV_ATTR_PROTO = SRIOV_SETTING_PROTO,
	SRIOV_ATTR_SPOOFCHK = SRIOV_SETTING_SPOOFCHK,
	SRIOV_ATTR_TRUST = SRIOV_SETTING_TRUST,
	SRIOV_ATTR_STATE = SRIOV_SETTING_STATE,
	SRIOV_ATTR_MIN_TX_RATE = SRIOV_SETTING_MIN_RATE,
	SRIOV_ATTR_MAX_TX_RATE = SRIOV_SETTING_MAX_RATE,
	SRIOV_ATTR_QUERY_RSS = SRIOV_SETTING_QUERY_RSS,
	SRIOV_ATTR_NODE_GUID = SRIOV_SETTING_NODE_GUID,
	SRIOV_ATTR_PORT_GUID = SRIOV_SETTING_PORT_GUID,
	SRIOV_ATTR_MSIX = SRIOV_N_SETTINGS,
	SRIOV_ATTR_DRIVER,
	SRIOV_N_ATTRS,
};

/* A value of any attribute; known is false for "not reported". */
struct sriov_value {
	bool known;
	uint64_t number;
	char text[SRIOV_DRIVER_LEN]; /* SRIOV_VALUE_TEXT only; "" none */
};

enum sriov_value_type {
	SRIOV_VALUE_MAC,  /* number is the address, 0 none */
	SRIOV_VALUE_GUID, /* the same with 64 bits */
	SRIOV_VALUE_NUMBER,
	SRIOV_VALUE_SWITCH, /* on or off */
	SRIOV_VALUE_WORD,   /* one of words */
	SRIOV_VALUE_TEXT,
};

/* A word and the kernel's number for it; the last of an array has no word. */
struct sriov_word {
	const char *word;
	uint64_t number;
};

struct sriov_attr {
	const char *name;
	enum sriov_value_type type;
	uint64_t min; /* SRIOV_VALUE_NUMBER */
	uint64_t max;
	const char *unit;		/* for messages and help, "" none */
	const struct sriov_word *words; /* SRIOV_VALUE_WORD */
	enum sriov_vf_message message;	/* of rtnetlink; not for msix and driver */
	bool disturbs;			/* asks before it touches a VF in use */
	bool at_start;			/* the VF's driver takes it over when it starts */
	bool rare;			/* most cards have it not, and that is not told */
	bool zero_is_none;		/* 0 is shown as "-" */
	const uint64_t *standard;	/* what `vf reset` sets; NULL: by driver */
	const char *const *refused_by;	/* drivers known to refuse it, NULL-terminated */
	const char *values;		/* for usage and completion: "on|off" */
	const char *summary;
};

/* The row of @id. */
const struct sriov_attr *sriov_attr(enum sriov_attr_id id);

/* The id of a row. */
enum sriov_attr_id sriov_attr_id(const struct sriov_attr *attr);

/* The row called @name, or NULL. */
const struct sriov_attr *sriov_attr_find(const char *name);

/*
 * Read a value as users type it.  Errors: SRIOV_USAGE with the range or the words.
 */
int sriov_attr_parse(const struct sriov_attr *attr, const char *text,
		     struct sriov_value *ret, struct sriov_error *err);

#define SRIOV_VALUE_LEN 32

/* Write @value as users type it into @buf, "?" when unknown.  Returns @buf. */
const char *sriov_attr_format(const struct sriov_attr *attr,
			      const struct sriov_value *value,
			      char buf[static SRIOV_VALUE_LEN]);

/* As sriov_attr_format(), and "-" for none: a cell of a table. */
const char *sriov_attr_cell(const struct sriov_attr *attr,
			    const struct sriov_value *value,
			    char buf[static SRIOV_VALUE_LEN]);

bool sriov_value_equal(const struct sriov_value *a, const struct sriov_value *b);

/* What the VF has now. */
struct sriov_value sriov_vf_value(const struct sriov_vf *vf, enum sriov_attr_id id);

/* Whether @mac is one that the VF's own driver has made up: it is gone tomorrow. */
bool sriov_vf_made_up(const struct sriov_vf *vf, uint64_t mac);

/* The administrator's MAC of the VF, 0 none: what its driver has made up is none. */
uint64_t sriov_vf_admin_mac(const struct sriov_vf *vf);

/* Whether @attr is one of a PCI function, and goes not over the PF's netdev. */
bool sriov_attr_is_pci(const struct sriov_attr *attr);

/* Whether a value of @attr is an address, which no two VFs can have. */
bool sriov_attr_is_address(const struct sriov_attr *attr);

/* Whether setting @attr to @value disturbs whoever uses the VF. */
bool sriov_attr_disturbs(const struct sriov_attr *attr, const struct sriov_value *value);

/*
 * What @driver (of the PF) starts @attr with, into @ret.  False when that is not known
 * (spoofchk of a driver that the table does not have, the VF's own driver).
 */
bool sriov_attr_standard(const struct sriov_attr *attr, const char *driver,
			 uint64_t *ret);

/* Whether @driver (of the PF) is known to refuse @attr. */
bool sriov_attr_refused_by(const struct sriov_attr *attr, const char *driver);

#endif
