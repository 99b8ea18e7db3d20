/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration as the commands read it, and what is wrong with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "input.h"
#include "json.h"

const char *configuration_file(const struct app *app)
{
	const char *file = app_option(app, "file");

	return file ? file : app->config;
}

static int read_file(const char *path, struct configuration *configuration,
		     struct sriov_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	size_t size = 0;
	char *text = NULL;

	if (input_read(path, SRIOV_CONFIG_SIZE_MAX, &text, &size, err) < 0)
		return -err->errnum;
	if (size > SRIOV_CONFIG_SIZE_MAX) {
		free(text);
		return sriov_error_set(err, SRIOV_BAD_FILE, EFBIG,
				       "%.200s is larger than 64 MiB", name);
	}
	if (sriov_config_add(&configuration->config, name, text, size,
			     &configuration->problems) < 0)
		return sriov_error_memory(err);
	return 0;
}

int configuration_read_for_saving(const struct app *app,
				  struct configuration *configuration,
				  struct sriov_error *err)
{
	const char *file = configuration_file(app);
	int r;

	if (!file)
		r = sriov_config_add_folder(&configuration->config, app->doors,
					    &configuration->problems, err);
	else if (strcmp(file, "-") == 0 || access(file, F_OK) < 0)
		r = 0;
	else
		r = read_file(file, configuration, err);
	if (r == 0)
		sriov_config_check(&configuration->config, &configuration->problems);
	return r;
}

/* A file that is empty, or has comments only, may be what became of a full one. */
static bool says_something(const struct sriov_config *config)
{
	for (size_t i = 0; i < config->n_files; i++)
		if (config->file[i]->root)
			return true;
	return false;
}

static int nothing(const struct sriov_config *config, struct sriov_error *err)
{
	if (config->n_files)
		return sriov_error_set(err, SRIOV_BAD_FILE, ENODATA,
				       "nothing is configured: %.200s is empty",
				       config->file[0]->name);
	sriov_error_set(err, SRIOV_BAD_FILE, ENOENT,
			"nothing is configured: there is no *.yaml in /etc/%s",
			SRIOV_CONFIG_FOLDER);
	return sriov_error_hint(err, "'sriovctl save' writes down what the host has now");
}

static int configuration_read(const struct app *app, struct configuration *configuration,
			      struct sriov_error *err)
{
	const char *file = configuration_file(app);
	int r = file ? read_file(file, configuration, err)
		     : sriov_config_add_folder(&configuration->config, app->doors,
					       &configuration->problems, err);

	if (r < 0)
		return r;
	if (!configuration->problems.n && !says_something(&configuration->config))
		return nothing(&configuration->config, err);
	sriov_config_check(&configuration->config, &configuration->problems);
	return 0;
}

static int problems_found(const struct sriov_problems *problems, struct sriov_error *err)
{
	size_t n = problems->n + problems->more;

	if (n == 0)
		return 0;
	return sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
			       "%zu error%s in the configuration; nothing was changed", n,
			       n == 1 ? "" : "s");
}

/* What does not fit shows only beside the whole host, which the first look is at. */
static int check(struct configuration *configuration, struct sriov_host *host,
		 struct sriov_error *err)
{
	const struct sriov_config_notes notes = {&configuration->problems,
						 &configuration->warnings};
	struct sriov_want want = {0};
	int r;

	if (configuration->checked)
		return 0;
	configuration->checked = true;
	r = sriov_want_config(&want, host, &configuration->config,
			      configuration->missing_too, &notes, err);
	sriov_want_free(&want);
	return r < 0 ? r : problems_found(&configuration->problems, err);
}

static bool is_configured(const struct sriov_config *config,
			  const struct sriov_host *host, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < config->n_pfs; i++)
		if (sriov_config_find(&config->pf[i], host) == pf)
			return true;
	return false;
}

static int select_pfs(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err)
{
	struct configuration *configuration = data;
	int r = check(configuration, host, err);

	if (r < 0)
		return r;
	ret->target = calloc(host->n_pfs + 1, sizeof(*ret->target));
	if (!ret->target)
		return sriov_error_memory(err);
	for (size_t i = 0; i < host->n_pfs; i++)
		if (is_configured(&configuration->config, host, &host->pf[i]))
			ret->target[ret->n++].pf = &host->pf[i];
	return 0;
}

/* Under the locks only the host's own changes since the check can be a problem. */
static int want_all(struct sriov_host *host, const struct sriov_targets *targets,
		    void *data, struct sriov_want *want, struct sriov_error *err)
{
	struct configuration *configuration = data;
	struct sriov_problems warned = {0};
	const struct sriov_config_notes notes = {&configuration->problems, &warned};
	int r = sriov_want_config(want, host, &configuration->config, false, &notes, err);

	(void)targets;
	sriov_problems_free(&warned);
	return r < 0 ? r : problems_found(&configuration->problems, err);
}

static void print_problem(const struct sriov_problem *problem, const char *kind)
{
	const struct sriov_error *err = &problem->error;
	char msg[SRIOV_MESSAGE_MAX], file[512];

	sriov_text_printable(problem->file, file, sizeof(file));
	sriov_text_printable(err->msg, msg, sizeof(msg));
	fprintf(stderr, "%s:%u:%u: %s%s\n", file, problem->line, problem->column, kind,
		msg);
	if (problem->line_text)
		fprintf(stderr, "%5u | %s\n      | %*s^\n", problem->line,
			problem->line_text, (int)problem->caret, "");
	if (err->hint[0])
		fprintf(stderr, "  hint: %s\n",
			sriov_text_printable(err->hint, msg, sizeof(msg)));
}

static void print_problems_json(const struct sriov_problems *problems,
				const struct sriov_error *err)
{
	struct json_object *object = app_error_object(err), *list = json_new_array();

	json_add(object, "problems", list);
	for (size_t i = 0; i < problems->n; i++) {
		const struct sriov_problem *problem = &problems->problem[i];
		struct json_object *item = json_new_object();

		json_add_string(item, "file", problem->file);
		json_add_number(item, "line", problem->line);
		json_add_number(item, "column", problem->column);
		json_add_string(item, "message", problem->error.msg);
		json_add_string(item, "hint",
				problem->error.hint[0] ? problem->error.hint : NULL);
		json_append(list, item);
	}
	json_print(object, stderr);
}

void configuration_print(const struct app *app, const struct configuration *configuration,
			 struct sriov_error *err)
{
	const struct sriov_problems *problems = &configuration->problems;
	const struct sriov_problems *warnings = &configuration->warnings;
	bool failed = err->code == SRIOV_BAD_FILE && problems->n;

	if (app->json && failed) {
		print_problems_json(problems, err);
		err->msg[0] = '\0';
	}
	if (app->json)
		return;
	for (size_t i = 0; i < warnings->n && !app->quiet; i++)
		print_problem(&warnings->problem[i], "warning: ");
	for (size_t i = 0; i < problems->n; i++)
		print_problem(&problems->problem[i], "");
	if (problems->more)
		fprintf(stderr, "and %zu more\n", problems->more);
}

void configuration_free(struct configuration *configuration)
{
	sriov_config_free(&configuration->config);
	sriov_problems_free(&configuration->problems);
	sriov_problems_free(&configuration->warnings);
}

enum sriov_code configuration_run(struct app *app, struct change *change,
				  configuration_boot_fn *boot, struct sriov_error *err)
{
	struct configuration configuration = {.missing_too = !boot};
	enum sriov_code code = SRIOV_OK;

	change->select = select_pfs;
	change->want = want_all;
	change->data = &configuration;
	change->piecemeal = true;
	if (configuration_read(app, &configuration, err) == 0) {
		change->eswitch = sriov_config_has_eswitch(&configuration.config);
		/* with problems nothing is waited for: they are all that will be said */
		code = boot && configuration.problems.n == 0
			       ? boot(app, &configuration, change, err)
			       : change_run(app, change, err);
	}
	if (err->msg[0])
		code = err->code;
	configuration_print(app, &configuration, err);
	configuration_free(&configuration);
	change->data = NULL;
	return code;
}
