/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was changed, by whom and from what to what, for the journal. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "run/steps.h"
#include "sys/sysfs.h"

/* For `journalctl MESSAGE_ID=`, made by uuidgen. */
#define MESSAGE_ID "MESSAGE_ID=1a419691ccdf4b2582b2c306a95a0916"

#define FIELD_MAX 1200
/* syslog.h's LOG_WARNING and LOG_INFO */
#define WARNING "4"
#define INFO "6"

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

/* What is the same for all changes of a run. */
struct who {
	char uid[48];
	char command[FIELD_MAX];
};

static void find_who(const struct sriov_run *run, struct who *ret)
{
	const char *command = run->options->command;

	snprintf(ret->uid, sizeof(ret->uid), "SRIOVCTL_LOGIN_UID=%u",
		 login_uid(run->doors));
	snprintf(ret->command, sizeof(ret->command), "SRIOVCTL_COMMAND=%s",
		 command ? command : "");
}

/* KEY=VALUE, cut where it is too long. */
static void put_field(char field[static FIELD_MAX], const char *key, const char *value)
{
	sriov_text_join(field, FIELD_MAX, (const char *const[]){key, value, NULL});
}

static void record_step(struct sriov_run *run, const struct sriov_step *step,
			const struct who *who)
{
	char message[FIELD_MAX], object[FIELD_MAX], pci[FIELD_MAX], attr[FIELD_MAX],
		before[FIELD_MAX], after[FIELD_MAX], outcome[FIELD_MAX];
	char name[SRIOV_NAME_LEN], from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN];
	const char *attribute = sriov_step_attribute(step);
	const char *error = step->error ? step->error->msg : "";
	const char *status = sriov_status_name(step->status);
	const char *const fields[] = {message,
				      MESSAGE_ID,
				      error[0] ? "PRIORITY=" WARNING : "PRIORITY=" INFO,
				      "SYSLOG_IDENTIFIER=sriovctl",
				      who->uid,
				      who->command,
				      object,
				      pci,
				      attr,
				      before,
				      after,
				      outcome};

	sriov_step_object(step, name);
	sriov_step_value(step, &step->from, from);
	sriov_step_value(step, &step->to, to);
	sriov_text_join(message, FIELD_MAX,
			(const char *const[]){"MESSAGE=", name, ": ", attribute, " from ",
					      from, " to ", to, ": ", status,
					      error[0] ? ": " : "", error, NULL});
	put_field(outcome, "SRIOVCTL_OUTCOME=", status);
	put_field(object, "SRIOVCTL_OBJECT=", name);
	put_field(pci, "SRIOVCTL_PCI=", step->function->address);
	put_field(attr, "SRIOVCTL_ATTRIBUTE=", attribute);
	put_field(before, "SRIOVCTL_FROM=", from);
	put_field(after, "SRIOVCTL_TO=", to);
	run->doors->ops->journal(run->doors, fields, SRIOV_ARRAY_SIZE(fields));
}

void sriov_run_record(struct sriov_run *run, bool undone)
{
	struct who who = {0};

	find_who(run, &who);
	for (size_t i = 0; i < run->plan->n; i++)
		if (is_recorded(&run->plan->step[i]) &&
		    (!undone || run->plan->step[i].status == SRIOV_STATUS_UNDONE))
			record_step(run, &run->plan->step[i], &who);
}
