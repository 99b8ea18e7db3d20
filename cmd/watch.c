/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl watch [SEL...] [--interval SECONDS] */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "json.h"
#include "moment.h"
#include "out.h"
#include "report.h"
#include "scope.h"

#define INTERVAL_S 2
#define INTERVAL_MAX_S 86400
/* Events come in bursts: one look after each is enough. */
#define BURST_MS 50
/* However busy the host is: a look takes at most one part of so many of the time. */
#define LOOK_SHARE 5

#define EVENT_WIDTH ((int)strlen("disappeared"))

struct watch {
	const struct app *app;
	struct scope scope;
	uint64_t interval_ms;
	struct sriov_host host; /* as it was looked at last */
	uint64_t took_ms;	/* the last look */
	bool blind;		/* the last look failed, and that was said */
};

static void format_detail(const struct sriov_event *event, char *buf, size_t size)
{
	char from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN];

	if (event->user) {
		sriov_user_format(event->user, buf, size);
		return;
	}
	if (!event->attr) {
		snprintf(buf, size, "%s",
			 event->vf ? event->vf->fn.address : event->pf->fn.address);
		return;
	}
	snprintf(buf, size, "%s%s%s %s %s",
		 event->kind == SRIOV_EVENT_CHANGED ? event->attr->name : "",
		 event->kind == SRIOV_EVENT_CHANGED ? " " : "",
		 sriov_attr_format(event->attr, &event->from, from), out_arrow(),
		 sriov_attr_format(event->attr, &event->to, to));
}

static void print_line(const struct sriov_event *event, const char *object)
{
	char moment[MOMENT_LEN], detail[256], shown[256], name[SRIOV_NAME_LEN];

	format_detail(event, detail, sizeof(detail));
	printf("%s  %-6s  %-*s%s%s\n", moment_local(moment),
	       sriov_text_printable(object, name, sizeof(name)),
	       detail[0] ? EVENT_WIDTH : 0, sriov_event_name(event->kind),
	       detail[0] ? "  " : "", sriov_text_printable(detail, shown, sizeof(shown)));
}

/* A netdev that is none is null, as it is in list; no driver is "none". */
static void add_value(struct json_object *object, const char *key,
		      const struct sriov_attr *attr, const struct sriov_value *value)
{
	bool driver = attr == sriov_attr(SRIOV_ATTR_DRIVER);

	if (attr->type == SRIOV_VALUE_TEXT && value->text[0] == '\0' && !driver)
		json_add_null(object, key);
	else
		report_add_value(object, key, attr, value);
}

static void print_json(const struct sriov_event *event, const char *target)
{
	struct json_object *object = json_new_object();
	const struct sriov_function *fn = event->vf ? &event->vf->fn : &event->pf->fn;
	char moment[MOMENT_LEN];

	json_add_number(object, "version", 1);
	json_add_string(object, "time", moment_utc(moment));
	json_add_string(object, "object", target);
	json_add_string(object, "pf", event->pf->name);
	if (event->vf)
		json_add_number(object, "vf", event->vf->index);
	else
		json_add_null(object, "vf");
	json_add_string(object, "pci", sriov_function_is_pci(fn) ? fn->address : NULL);
	json_add_string(object, "event", sriov_event_name(event->kind));
	json_add_string(object, "attribute", event->attr ? event->attr->name : NULL);
	if (event->attr) {
		add_value(object, "from", event->attr, &event->from);
		add_value(object, "to", event->attr, &event->to);
	} else {
		json_add_null(object, "from");
		json_add_null(object, "to");
	}
	json_add(object, "user", event->user ? report_user(event->user) : NULL);
	json_print(object, stdout);
}

static void on_event(const struct sriov_event *event, void *arg)
{
	const struct watch *watch = arg;
	const char *object = event->pf->name;
	char name[SRIOV_NAME_LEN];

	if (event->vf ? !scope_has_vf(&watch->scope, event->pf, event->vf->index)
		      : !scope_has_pf(&watch->scope, event->pf))
		return;
	if (event->vf)
		object = sriov_vf_name(event->pf, event->vf->index, name);
	if (watch->app->json)
		print_json(event, object);
	else
		print_line(event, object);
	out_flush();
}

/* A look that fails is made again; that is said once. */
static void look_again(struct watch *watch)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS;
	struct sriov_doors *doors = watch->app->doors;
	uint64_t start = doors->ops->now_ms(doors);
	struct sriov_host now = {0};
	struct sriov_error err = {0};

	if (sriov_host_look(doors, what, NULL, 0, &now, &err) < 0) {
		if (!watch->blind)
			app_print_error(watch->app, &err);
		watch->blind = true;
		return;
	}
	watch->blind = false;
	sriov_host_compare(&watch->host, &now, on_event, watch);
	sriov_host_free(&watch->host);
	watch->host = now;
	watch->took_ms = doors->ops->now_ms(doors) - start;
}

/*
 * Wait for something to happen, at most the interval.  Returns 1 when it is time to look,
 * 0 when it is time to end, -errno.
 */
static int wait_for_events(const struct watch *watch, struct sriov_error *err)
{
	struct sriov_doors *doors = watch->app->doors;
	uint64_t end = doors->ops->now_ms(doors) + watch->interval_ms;
	int r = 0;

	while (r == 0 && out_flush() && !interrupted) {
		uint64_t now = doors->ops->now_ms(doors);

		if (now >= end)
			return 1;
		r = doors->ops->events_wait(doors, interrupt_nap(end - now));
		if (r == -EINTR)
			r = 0;
	}
	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r,
				       "cannot wait for events: %s", strerror(-r));
	if (r == 0)
		return 0;
	doors->ops->pause_ms(doors, BURST_MS + watch->took_ms * (LOOK_SHARE - 1));
	if (doors->ops->events_wait(doors, 0) == SRIOV_EVENTS_LOST)
		r = SRIOV_EVENTS_LOST;
	if (r == SRIOV_EVENTS_LOST)
		app_note(watch->app, "events were lost, and all was looked at anew: what "
				     "changed back meanwhile was not seen");
	return 1;
}

static int go_on(struct watch *watch, struct sriov_error *err)
{
	int r;

	while ((r = wait_for_events(watch, err)) > 0)
		look_again(watch);
	return r;
}

static int read_interval(const struct app *app, uint64_t *ret_ms, struct sriov_error *err)
{
	const char *text = app_option(app, "interval");
	uint64_t seconds = INTERVAL_S;

	if (text &&
	    (sriov_parse_number(text, 10, INTERVAL_MAX_S, &seconds) < 0 || seconds == 0))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--interval must be 1-%d seconds, not '%.32s'",
				       INTERVAL_MAX_S, text);
	*ret_ms = seconds * 1000;
	return 0;
}

static int listen_for_events(const struct app *app, struct sriov_error *err)
{
	int r = app->doors->ops->events_open(app->doors);

	if (r == -EROFS) {
		sriov_error_set(err, SRIOV_USAGE, EROFS,
				"nothing happens in a captured tree");
		return sriov_error_hint(err, "sriovctl list --root %s", app->root);
	}
	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r,
				       "cannot listen for events: %s", strerror(-r));
	return 0;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS;
	struct watch watch = {.app = app};

	if (read_interval(app, &watch.interval_ms, err) < 0 ||
	    listen_for_events(app, err) < 0)
		return err->code;
	interrupt_catch();
	if (sriov_host_look(app->doors, what, NULL, 0, &watch.host, err) == 0 &&
	    scope_select(&watch.host, words, n, false, &watch.scope, err) == 0) {
		report_unread(app, &watch.host);
		go_on(&watch, err);
	}
	app->doors->ops->events_close(app->doors);
	scope_free(&watch.scope);
	sriov_host_free(&watch.host);
	return err->code;
}

const struct command cmd_watch = {
	.name = "watch",
	.args = "watch [SEL...] [--interval SECONDS]",
	.summary = "print what happens to PFs and VFs, a line each",
	.details = "  sriovctl watch           until Ctrl-C\n"
		   "  sriovctl watch em1/3 --json | jq -r .event\n",
	.options =
		(const struct command_option[]){
			{"interval", '\0', "SECONDS",
			 "look that often where no event tells (2)"},
			{NULL, '\0', NULL, NULL},
		},
	.complete = COMPLETE_VFS,
	.run = run,
};
