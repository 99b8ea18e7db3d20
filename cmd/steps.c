/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of steps, printed as rows and as JSON. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "out.h"
#include "report.h"
#include "steps.h"

#define ATTRIBUTE_WIDTH 11

/* What is set at the port, and the VF's own driver has from its next start on. */
static const char *when_in_effect(const struct sriov_step *step)
{
	const struct sriov_function *fn = step->function;

	if (sriov_function_in_use(fn))
		return "in effect when the user's driver starts again";
	if (step->attr != SRIOV_ATTR_MAC && !fn->netdev[0] && fn->driver[0] &&
	    !sriov_driver_is_vfio(fn->driver))
		return "in effect when the VF's driver starts again";
	if (step->attr == SRIOV_ATTR_MAC && fn->netdev[0] && !step->pf->fn.link_up)
		return "in effect when the PF is up and the VF's driver starts again";
	return "";
}

static const char *verified_remark(const struct sriov_step *step, char *buf, size_t size)
{
	if (step->kind == SRIOV_STEP_RESTART) {
		snprintf(buf, size, "restarted for %s", sriov_step_restart_word(step));
		return buf;
	}
	if (step->kind == SRIOV_STEP_DRIVER && step->to.text[0] == '\0')
		return "no driver of this kernel takes it";
	if (step->guard == SRIOV_GUARD_FORCE) {
		char effect[600];

		snprintf(buf, size, "%s%s", step->kind <= SRIOV_STEP_VFS ? "" : "was ",
			 sriov_step_effect(step, effect, sizeof(effect)));
		return buf;
	}
	if (step->kind == SRIOV_STEP_SETTING && sriov_attr(step->attr)->at_start)
		return when_in_effect(step);
	return "";
}

static const char *blocked_remark(const struct sriov_step *step, char *buf, size_t size)
{
	char effect[600];

	snprintf(buf, size, "blocked: %s",
		 sriov_step_effect(step, effect, sizeof(effect)));
	return buf;
}

/* What a row says behind from and to. */
static const char *remark(const struct sriov_step *step, char *buf, size_t size)
{
	switch (step->status) {
	case SRIOV_STATUS_PLANNED:
		return sriov_step_effect(step, buf, size);
	case SRIOV_STATUS_BLOCKED:
		return blocked_remark(step, buf, size);
	case SRIOV_STATUS_VERIFIED:
		return verified_remark(step, buf, size);
	case SRIOV_STATUS_UNREPORTED:
		return "set; the driver does not report it";
	case SRIOV_STATUS_UNPROVEN:
		return "done; it could not be looked at again";
	case SRIOV_STATUS_REFUSED:
	case SRIOV_STATUS_DIFFERS:
	case SRIOV_STATUS_SKIPPED:
		return sriov_status_name(step->status);
	case SRIOV_STATUS_UNDONE:
		return "put back";
	}
	return "";
}

/* What begins a line of a plan. */
static char sign_of(const struct sriov_plan *plan, const struct sriov_step *step)
{
	if (step->status == SRIOV_STATUS_BLOCKED)
		return '!';
	if (step->kind == SRIOV_STEP_VFS)
		return step->to.number == 0 ? '-' : step->from.number == 0 ? '+' : '~';
	if (sriov_step_is_new(plan, step))
		return '+';
	if (step->kind == SRIOV_STEP_SETTING && step->to.number == 0 &&
	    sriov_attr(step->attr)->zero_is_none)
		return '-';
	return '~';
}

static const char *color_of_sign(const struct app *app, char sign)
{
	switch (sign) {
	case '+':
		return out_color(app, "green");
	case '-':
	case '!':
		return out_color(app, "red");
	default:
		return out_color(app, "yellow");
	}
}

static const char *color_of_status(const struct app *app, enum sriov_status status)
{
	switch (status) {
	case SRIOV_STATUS_REFUSED:
	case SRIOV_STATUS_DIFFERS:
	case SRIOV_STATUS_BLOCKED:
		return out_color(app, "red");
	case SRIOV_STATUS_SKIPPED:
	case SRIOV_STATUS_UNREPORTED:
	case SRIOV_STATUS_UNPROVEN:
	case SRIOV_STATUS_UNDONE:
		return out_color(app, "yellow");
	case SRIOV_STATUS_PLANNED:
	case SRIOV_STATUS_VERIFIED:
		return "";
	}
	return "";
}

/* "100 -> 200"; of a VF that is yet to be made there is no first half. */
static const char *change_of(const struct sriov_plan *plan, const struct sriov_step *step,
			     char *buf, size_t size)
{
	char from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN];

	sriov_step_value(step, &step->from, from);
	sriov_step_value(step, &step->to, to);
	if (step->kind == SRIOV_STEP_SETTING && step->attr == SRIOV_ATTR_MAC &&
	    step->to.number == 0)
		strcpy(to, "driver's default");
	if (step->kind == SRIOV_STEP_RESTART)
		snprintf(buf, size, "%s", from);
	else if (sriov_step_is_new(plan, step) || strcmp(from, to) == 0)
		snprintf(buf, size, "%s", to);
	else
		sriov_text_join(
			buf, size,
			(const char *const[]){from, " ", out_arrow(), " ", to, NULL});
	return buf;
}

static int width_of(const struct sriov_step_rows *rows)
{
	int width = 0;

	for (size_t i = 0; i < rows->n; i++) {
		int len = (int)strlen(rows->row[i].object);

		width = len > width && len < 32 ? len : width;
	}
	return width;
}

/* What fills the cell of @text up to @width, and two more. */
static const char *padding(const char *text, int width)
{
	static const char blanks[] = "                                  ";
	int left = width + 2 - (int)strlen(text);

	if (left < 2)
		left = 2;
	return blanks + sizeof(blanks) - 1 - left;
}

/* Thousands of rows are printed without printf(), which takes five times as long. */
static void print_row(const struct app *app, const struct sriov_plan *plan,
		      const struct sriov_step_row *row, const char *sign,
		      const char *color, int width)
{
	const struct sriov_step *step = row->step;
	char text[700], values[128], line[1400];
	const char *said = remark(step, text, sizeof(text));
	const char *attribute = sriov_step_attribute(step);

	fputs(sriov_text_join(
		      line, sizeof(line),
		      (const char *const[]){color, sign, row->object,
					    padding(row->object, width), attribute,
					    padding(attribute, ATTRIBUTE_WIDTH),
					    change_of(plan, step, values, sizeof(values)),
					    said[0] ? "  " : "", said,
					    color[0] ? out_plain(app) : "", "\n", NULL}),
	      stdout);
}

void steps_print(const struct app *app, const struct sriov_plan *plan,
		 const struct sriov_step_rows *rows)
{
	int width = width_of(rows);

	for (size_t i = 0; i < rows->n; i++)
		print_row(app, plan, &rows->row[i], "",
			  color_of_status(app, rows->row[i].step->status), width);
}

void steps_print_plan(const struct app *app, const struct sriov_plan *plan,
		      const struct sriov_step_rows *rows)
{
	int width = width_of(rows);

	for (size_t i = 0; i < rows->n; i++) {
		char sign[] = {sign_of(plan, rows->row[i].step), ' ', '\0'};

		print_row(app, plan, &rows->row[i], sign, color_of_sign(app, sign[0]),
			  width);
	}
}

static void add_step_value(struct json_object *object, const char *key,
			   const struct sriov_step *step, const struct sriov_value *value)
{
	if (step->kind == SRIOV_STEP_VFS)
		json_add_number(object, key, (int64_t)value->number);
	else if (step->kind == SRIOV_STEP_LINK)
		json_add_string(object, key, value->number ? "up" : "down");
	else if (step->kind == SRIOV_STEP_AUTOPROBE)
		json_add_bool(object, key, value->number != 0);
	else if (step->kind == SRIOV_STEP_ESWITCH)
		json_add_string(object, key, sriov_eswitch_mode_name((int)value->number));
	else
		report_add_value(object, key, sriov_attr(step->attr), value);
}

/* Whom the step hits: users of the PF, and when VFs or the link go, those of the VFs. */
static struct json_object *users_of(const struct sriov_step *step)
{
	struct json_object *users = json_new_array();
	bool vfs_too = step->before && !step->clears &&
		       (step->kind != SRIOV_STEP_LINK || step->to.number == 0);

	report_add_users(users, step->function);
	for (size_t i = 0; vfs_too && i < step->before->n_vfs; i++)
		report_add_users(users, &step->before->vf[i].fn);
	return users;
}

void steps_print_json(const struct sriov_plan *plan, bool changed)
{
	struct json_object *document = json_new_object(), *steps = json_new_array();

	json_add_number(document, "version", 1);
	json_add_bool(document, "changed", changed);
	json_add(document, "steps", steps);
	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_step *step = &plan->step[i];
		struct json_object *object = json_new_object();
		char name[SRIOV_NAME_LEN];

		json_add_string(object, "object", sriov_step_object(step, name));
		json_add_string(object, "attribute", sriov_step_attribute(step));
		add_step_value(object, "from", step, &step->from);
		add_step_value(object, "to", step, &step->to);
		json_add_string(object, "status", sriov_status_name(step->status));
		json_add_string(object, "error", step->error ? step->error->msg : NULL);
		json_add(object, "users", users_of(step));
		json_append(steps, object);
	}
	json_print(document, stdout);
}
