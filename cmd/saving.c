/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the configuration, for `save` and for --save. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "configuration.h"
#include "json.h"
#include "saving.h"

#define LOCK_TIMEOUT_MS 30000
#define FOLDER "/etc/" SRIOV_CONFIG_FOLDER
#define MAIN_FILE FOLDER "/" SRIOV_CONFIG_MAIN

static bool goes_to_stdout(const char *file)
{
	return file && strcmp(file, "-") == 0;
}

static int check_target(const struct app *app, const char *file, struct sriov_error *err)
{
	if (file || !app->root || app->dry_run)
		return 0;
	sriov_error_set(err, SRIOV_USAGE, EROFS, "a captured tree cannot be changed");
	return sriov_error_hint(err, "write to a file of its own: save -f FILE");
}

/* What we are about to write must be what we would read. */
static int check_text(const struct sriov_save_file *file, struct sriov_error *err)
{
	struct sriov_problems problems = {0};
	struct sriov_config config = {0};
	char *copy = strdup(file->text);
	int r = copy ? sriov_config_add(&config, file->name, copy, file->size, &problems)
		     : -ENOMEM;

	if (r < 0)
		sriov_error_memory(err);
	else if (problems.n)
		r = sriov_error_set(err, SRIOV_FAILED, EINVAL,
				    "would not be readable (line %u: %s); nothing was "
				    "written",
				    problems.problem[0].line,
				    problems.problem[0].error.msg);
	if (r < 0)
		sriov_error_object(err, "%.60s", file->name);
	sriov_problems_free(&problems);
	sriov_config_free(&config);
	return r;
}

/* The folder is made with the first file. */
static int open_folder(const struct app *app)
{
	int fd;

	if (mkdirat(app->doors->etc, SRIOV_CONFIG_FOLDER, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(app->doors->etc, SRIOV_CONFIG_FOLDER,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_file(const struct app *app, const char *given,
		      const struct sriov_save_file *file, struct sriov_error *err)
{
	_cleanup_close_ int dir = -1;
	const char *name = strrchr(file->name, '/');
	int r;

	if (given) {
		r = sriov_file_replace(AT_FDCWD, file->name, file->text, file->size);
	} else {
		dir = open_folder(app);
		r = dir < 0 ? dir
			    : sriov_file_replace(dir, name ? name + 1 : file->name,
						 file->text, file->size);
	}
	if (r == 0)
		return 0;
	sriov_error_set(err, r == -EACCES || r == -EPERM ? SRIOV_PRIVILEGE : SRIOV_FAILED,
			-r, "cannot write %.200s: %s; nothing was lost", file->name,
			strerror(-r));
	if (err->code == SRIOV_PRIVILEGE)
		return sriov_error_hint(err, "sudo sriovctl ...");
	return r;
}

static void say_saved(const struct app *app, const struct sriov_save *save)
{
	char names[256] = "", files[512] = "";

	if (save->n_files == 0 && !app->quiet && !app->json)
		puts("unchanged: the configuration says so already");
	if (save->n_files == 0)
		return;

	for (size_t i = 0; i < save->n_pfs; i++)
		sriov_text_append(names, sizeof(names), "%s%s", i ? ", " : "",
				  save->pf[i]);
	for (size_t i = 0; i < save->n_files; i++)
		sriov_text_append(files, sizeof(files), "%s%s", i ? ", " : "",
				  save->file[i].name);
	if (!app->quiet && !app->json)
		printf("saved %s in %s\n", names, files);
	for (size_t i = 0; i < save->n_comments_lost; i++)
		app_note(app, "a comment inside the entry of %s was lost",
			 save->comment_lost[i]);
}

static void print_json(const struct sriov_save *save)
{
	struct json_object *document = json_new_object(), *pfs = json_new_array(),
			   *files = json_new_array();

	json_add_number(document, "version", 1);
	json_add_bool(document, "changed", save->n_files > 0);
	for (size_t i = 0; i < save->n_pfs; i++)
		json_append_string(pfs, save->pf[i]);
	for (size_t i = 0; i < save->n_files; i++)
		json_append_string(files, save->file[i].name);
	json_add(document, "pfs", pfs);
	json_add(document, "files", files);
	json_print(document, stdout);
}

static int write_files(const struct app *app, const char *given,
		       const struct sriov_save *save, struct sriov_error *err)
{
	bool shown = app->dry_run || goes_to_stdout(given);

	for (size_t i = 0; i < save->n_files; i++)
		if (check_text(&save->file[i], err) < 0)
			return -err->errnum;
	for (size_t i = 0; i < save->n_files; i++) {
		if (shown)
			fputs(save->file[i].text, stdout);
		else if (write_file(app, given, &save->file[i], err) < 0)
			return -err->errnum;
	}
	if (!shown)
		say_saved(app, save);
	return 0;
}

/* Two that read it and write it again at once would lose what one of them has changed. */
static int lock(const struct app *app, const char *given, struct sriov_error *err)
{
	if (app->dry_run || app->root || goes_to_stdout(given) ||
	    !app->doors->ops->privileged(app->doors))
		return -1;
	return sriov_config_lock(
		app->doors, app->timeout_ms ? app->timeout_ms : LOCK_TIMEOUT_MS, err);
}

enum sriov_code saving_check(const struct app *app, struct sriov_error *err)
{
	struct configuration configuration = {0};

	if (check_target(app, configuration_file(app), err) < 0)
		return err->code;
	if (configuration_read_for_saving(app, &configuration, err) == 0 &&
	    configuration.problems.n)
		sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				"the configuration has errors: nothing could be saved, "
				"and nothing was changed");
	configuration_print(app, &configuration, err);
	configuration_free(&configuration);
	return err->code;
}

enum sriov_code saving_write(const struct app *app, struct sriov_host *host,
			     const struct sriov_want *only, struct sriov_error *err)
{
	const char *given = configuration_file(app);
	const char *main_name = given ? given : MAIN_FILE;
	struct configuration configuration = {0};
	struct sriov_save save = {0};
	_cleanup_close_ int locked = -1;

	if (check_target(app, given, err) < 0)
		return err->code;
	locked = lock(app, given, err);
	if (err->msg[0] || configuration_read_for_saving(app, &configuration, err) < 0)
		goto out;
	if (configuration.problems.n)
		sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				"the configuration has errors; nothing was saved");
	else if (sriov_save_make(&configuration.config, host, only, main_name, &save,
				 err) == 0 &&
		 write_files(app, given, &save, err) == 0 && app->json && !only &&
		 !app->dry_run && !goes_to_stdout(given))
		print_json(&save);
out:
	configuration_print(app, &configuration, err);
	configuration_free(&configuration);
	sriov_save_free(&save);
	return err->code;
}
