/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was changed, by whom and from what to what, for the journal. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"
#include "run/steps.h"
#include "sys/sysfs.h"

/* For `journalctl MESSAGE_ID=`, made by uuidgen. */
#define MESSAGE_ID "1a419691ccdf4b2582b2c306a95a0916"

#define FIELD_MAX 1200
#define N_FIELDS 12

/* Who logged in, whatever sudo has made of him; who runs us where nobody did. */
static unsigned login_uid(const struct sriov_doors *doors)
{
	uint64_t uid;

	if (sriov_sysfs_number(doors->proc, "self/loginuid", 10, UINT32_MAX, &uid) == 0 &&
	    uid != UINT32_MAX)
		return (unsigned)uid;
	return getuid();
}

static bool is_recorded(const struct sriov_step *step)
{
	switch (step->status) {
	case SRIOV_STATUS_PLANNED:
	case SRIOV_STATUS_BLOCKED:
	case SRIOV_STATUS_SKIPPED:
		return false;
	case SRIOV_STATUS_VERIFIED:
	case SRIOV_STATUS_UNREPORTED:
	case SRIOV_STATUS_UNPROVEN:
	case SRIOV_STATUS_REFUSED:
	case SRIOV_STATUS_DIFFERS:
	case SRIOV_STATUS_UNDONE:
		return true;
	}
	return false;
}

static void record_step(struct sriov_run *run, const struct sriov_step *step,
			unsigned uid)
{
	char text[N_FIELDS][FIELD_MAX], name[SRIOV_NAME_LEN], from[SRIOV_VALUE_LEN],
		to[SRIOV_VALUE_LEN];
	const char *fields[N_FIELDS], *outcome = sriov_status_name(step->status);
	const char *attribute = sriov_step_attribute(step);
	const char *error = step->error ? step->error->msg : "";
	size_t n = 0;

	sriov_step_object(step, name);
	sriov_step_value(step, &step->from, from);
	sriov_step_value(step, &step->to, to);
	snprintf(text[n++], FIELD_MAX, "MESSAGE=%s: %s from %s to %s: %s%s%s", name,
		 attribute, from, to, outcome, error[0] ? ": " : "", error);
	snprintf(text[n++], FIELD_MAX, "MESSAGE_ID=" MESSAGE_ID);
	snprintf(text[n++], FIELD_MAX, "PRIORITY=%d", error[0] ? LOG_WARNING : LOG_INFO);
	snprintf(text[n++], FIELD_MAX, "SYSLOG_IDENTIFIER=sriovctl");
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_LOGIN_UID=%u", uid);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_COMMAND=%s",
		 run->options->command ? run->options->command : "");
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_OBJECT=%s", name);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_PCI=%s", step->function->address);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_ATTRIBUTE=%s", attribute);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_FROM=%s", from);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_TO=%s", to);
	snprintf(text[n++], FIELD_MAX, "SRIOVCTL_OUTCOME=%s", outcome);
	for (size_t i = 0; i < n; i++)
		fields[i] = text[i];
	run->doors->ops->journal(run->doors, fields, n);
}

void sriov_run_record(struct sriov_run *run, bool undone)
{
	unsigned uid = login_uid(run->doors);

	for (size_t i = 0; i < run->plan->n; i++)
		if (is_recorded(&run->plan->step[i]) &&
		    (!undone || run->plan->step[i].status == SRIOV_STATUS_UNDONE))
			record_step(run, &run->plan->step[i], uid);
}
