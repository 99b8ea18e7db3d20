/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was changed, by whom and from what to what, for the journal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "plan/rows.h"
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

/*
 * A record has the fields that are the same for all of its steps once, and two for each
 * step: journalctl finds a record by any value of a field.  The journal takes 1024 fields
 * (ENTRY_FIELD_COUNT_MAX of systemd).
 */
#define STEPS_MAX 200

struct record {
	size_t n;
	const char *field[16 + 2 * STEPS_MAX];
	char object[STEPS_MAX][sizeof("SRIOVCTL_OBJECT=") + SRIOV_NAME_LEN];
	char pci[STEPS_MAX][sizeof("SRIOVCTL_PCI=") + SRIOV_NAME_LEN];
};

/* The fields for each of the @n steps of @row from @first on; all of them by one name. */
static void add_objects(struct record *record, const struct sriov_step_row *row,
			size_t first, size_t n, char *all, size_t size)
{
	unsigned vfs[STEPS_MAX];
	char name[SRIOV_NAME_LEN] = "";

	for (size_t i = 0; i < n; i++) {
		const struct sriov_step *step = row->all[first + i];
		const char *object = sriov_step_object(step, name);

		sriov_text_join(record->object[i], sizeof(record->object[i]),
				(const char *const[]){"SRIOVCTL_OBJECT=", object, NULL});
		sriov_text_join(record->pci[i], sizeof(record->pci[i]),
				(const char *const[]){
					"SRIOVCTL_PCI=", step->function->address, NULL});
		record->field[record->n++] = record->object[i];
		record->field[record->n++] = record->pci[i];
		vfs[i] = step->vf;
	}
	if (n > 1)
		sriov_vfs_format(row->step->pf, vfs, n, all, size);
	else
		snprintf(all, size, "%s", name);
}

/* One record of the @n steps of @row from @first on. */
static void record_steps(struct sriov_run *run, const struct sriov_step_row *row,
			 size_t first, size_t n, const struct who *who,
			 struct record *record)
{
	char message[FIELD_MAX], attr[FIELD_MAX], before[FIELD_MAX], after[FIELD_MAX],
		outcome[FIELD_MAX];
	char all[256], from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN];
	const struct sriov_step *step = row->step;
	const char *attribute = sriov_step_attribute(step);
	const char *error = step->error ? step->error->msg : "";
	const char *status = sriov_status_name(step->status);
	const char *const same[] = {message,
				    MESSAGE_ID,
				    error[0] ? "PRIORITY=" WARNING : "PRIORITY=" INFO,
				    "SYSLOG_IDENTIFIER=sriovctl",
				    who->uid,
				    who->command,
				    attr,
				    before,
				    after,
				    outcome};

	record->n = SRIOV_ARRAY_SIZE(same);
	memcpy(record->field, same, sizeof(same));
	add_objects(record, row, first, n, all, sizeof(all));
	sriov_step_value(step, &step->from, from);
	sriov_step_value(step, &step->to, to);
	sriov_text_join(message, FIELD_MAX,
			(const char *const[]){"MESSAGE=", all, ": ", attribute, " from ",
					      from, " to ", to, ": ", status,
					      error[0] ? ": " : "", error, NULL});
	put_field(outcome, "SRIOVCTL_OUTCOME=", status);
	put_field(attr, "SRIOVCTL_ATTRIBUTE=", attribute);
	put_field(before, "SRIOVCTL_FROM=", from);
	put_field(after, "SRIOVCTL_TO=", to);
	run->doors->ops->journal(run->doors, record->field, record->n);
}

static void record_row(struct sriov_run *run, const struct sriov_step_row *row,
		       const struct who *who, struct record *record)
{
	for (size_t first = 0; first < row->n; first += STEPS_MAX) {
		size_t left = row->n - first;

		record_steps(run, row, first, left < STEPS_MAX ? left : STEPS_MAX, who,
			     record);
	}
}

void sriov_run_record(struct sriov_run *run, bool undone)
{
	_cleanup_free_ struct record *record = malloc(sizeof(*record));
	_cleanup_step_rows_ struct sriov_step_rows rows = {0};
	struct who who = {0};

	if (!record || sriov_step_rows(run->plan, &rows) < 0)
		return;
	find_who(run, &who);
	for (size_t i = 0; i < rows.n; i++)
		if (is_recorded(rows.row[i].step) &&
		    (!undone || rows.row[i].step->status == SRIOV_STATUS_UNDONE))
			record_row(run, &rows.row[i], &who, record);
}
