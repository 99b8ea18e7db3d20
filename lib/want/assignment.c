/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ATTR VALUE as users write it, before it is known for which VF. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "want/assignment.h"
#include "want/profile.h"

int sriov_attr_unknown(const char *word, struct sriov_error *err)
{
	const char *names[SRIOV_N_ATTRS + 1] = {NULL}, *near;
	char shown[64], there[256] = "";

	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		size_t used = strlen(there);

		names[id] = sriov_attr(id)->name;
		snprintf(there + used, sizeof(there) - used, "%s%s", id ? " " : "",
			 names[id]);
	}
	sriov_text_printable(word, shown, sizeof(shown));
	near = sriov_closest_word(word, names);
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "unknown attribute '%s'", shown);
	if (near)
		return sriov_error_hint(err, "did you mean '%s'?", near);
	return sriov_error_hint(err, "the attributes are %s", there);
}

/* 52:54:00:a1:00:00+ */
static int parse_count_up(const char *text, struct sriov_assignment *ret,
			  struct sriov_error *err)
{
	char base[SRIOV_MAC_LEN];

	snprintf(base, sizeof(base), "%.*s", (int)strlen(text) - 1, text);
	if (strlen(text) != SRIOV_MAC_LEN)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "mac must be ADDRESS+ to count up, not '%.32s'",
				       text);
	ret->how = SRIOV_HOW_COUNT_UP;
	return sriov_attr_parse(sriov_attr(SRIOV_ATTR_MAC), base, &ret->value, err);
}

int sriov_assignment_parse(const struct sriov_attr *attr, const char *text,
			   struct sriov_assignment *ret, struct sriov_error *err)
{
	size_t len = strlen(text);

	*ret = (struct sriov_assignment){.attr = sriov_attr_id(attr)};
	if (strcmp(text, "default") == 0 && attr->type != SRIOV_VALUE_TEXT) {
		ret->how = SRIOV_HOW_STANDARD;
		return 0;
	}
	if (sriov_attr_is_address(attr) && strcmp(text, "auto") == 0) {
		ret->how = SRIOV_HOW_AUTO;
		return 0;
	}
	if (attr->type == SRIOV_VALUE_MAC && len > 0 && text[len - 1] == '+')
		return parse_count_up(text, ret, err);
	return sriov_attr_parse(attr, text, &ret->value, err);
}

int sriov_assignments_check(const struct sriov_assignment *assignments, size_t n,
			    struct sriov_error *err)
{
	const struct sriov_assignment *min = NULL, *max = NULL;

	for (size_t i = 0; i < n; i++) {
		if (assignments[i].attr == SRIOV_ATTR_MIN_TX_RATE)
			min = &assignments[i];
		if (assignments[i].attr == SRIOV_ATTR_MAX_TX_RATE)
			max = &assignments[i];
	}
	if (!min || !max || max->value.number == 0 ||
	    min->value.number <= max->value.number)
		return 0;
	return sriov_error_set(err, SRIOV_USAGE, EINVAL,
			       "min_tx_rate %llu is more than max_tx_rate %llu",
			       (unsigned long long)min->value.number,
			       (unsigned long long)max->value.number);
}

bool sriov_assignment_begins(const char *word)
{
	return strcmp(word, SRIOV_PROFILE_WORD) == 0 || sriov_attr_find(word);
}

static int needs_value(const char *name, const char *values, struct sriov_error *err)
{
	return sriov_error_set(err, SRIOV_USAGE, EINVAL, "%s needs a value: %s", name,
			       values);
}

static int given_twice(const char *name, struct sriov_error *err)
{
	return sriov_error_set(err, SRIOV_USAGE, EINVAL, "%s is given twice", name);
}

/* One attribute and its value, behind the @n before. */
static int parse_one(const char *word, const char *text,
		     struct sriov_assignment ret[static SRIOV_N_ATTRS], size_t n,
		     struct sriov_error *err)
{
	const struct sriov_attr *attr = sriov_attr_find(word);

	if (!attr)
		return sriov_attr_unknown(word, err);
	if (!text)
		return needs_value(attr->name, attr->values, err);
	for (size_t i = 0; i < n; i++)
		if (ret[i].attr == sriov_attr_id(attr))
			return given_twice(attr->name, err);
	return sriov_assignment_parse(attr, text, &ret[n], err);
}

int sriov_assignments_parse(const char *const *words, size_t n,
			    struct sriov_assignment ret[static SRIOV_N_ATTRS],
			    size_t *ret_n, struct sriov_error *err)
{
	const char *profile = NULL;
	size_t done = 0;

	for (size_t i = 0; i < n; i += 2) {
		const char *text = i + 1 < n ? words[i + 1] : NULL;

		if (strcmp(words[i], SRIOV_PROFILE_WORD) != 0) {
			if (parse_one(words[i], text, ret, done, err) < 0)
				return -err->errnum;
			done++;
			continue;
		}
		if (!text)
			return needs_value(words[i], SRIOV_PROFILE_NAMES, err);
		if (profile)
			return given_twice(words[i], err);
		profile = text;
	}
	if (profile && sriov_profile_add(profile, ret, &done, err) < 0)
		return -err->errnum;
	*ret_n = done;
	return sriov_assignments_check(ret, done, err);
}
