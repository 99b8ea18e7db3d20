/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl capture DIR */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "json.h"

static void print_json(const struct app *app, const char *folder,
		       struct sriov_capture_summary *summary)
{
	struct json_object *document = json_new_object(), *left_out = json_new_array();
	char *rest = summary->left_out, *line;

	json_add_number(document, "version", 1);
	json_add_string(document, "folder", app->dry_run ? NULL : folder);
	json_add_number(document, "pfs", (int64_t)summary->pfs);
	json_add_number(document, "vfs", (int64_t)summary->vfs);
	json_add_number(document, "files", (int64_t)summary->files);
	json_add_number(document, "links", (int64_t)summary->links);
	json_add_number(document, "macs", (int64_t)summary->macs);
	json_add_number(document, "guests", (int64_t)summary->guests);
	while ((line = strsep(&rest, "\n")) && line[0])
		json_append_string(left_out, line);
	json_add(document, "left_out", left_out);
	json_print(document, stdout);
}

static const char *ending(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_summary(const struct app *app, const char *folder,
			  const struct sriov_capture_summary *summary)
{
	char shown[1024], quoted[1024];
	size_t left_out = 0;

	if (app->quiet)
		return;
	for (const char *at = summary->left_out; (at = strchr(at, '\n')); at++)
		left_out++;
	printf("%zu PF%s, %zu VF%s; replaced: %zu MAC%s, the names of %zu guest%s\n",
	       summary->pfs, ending(summary->pfs), summary->vfs, ending(summary->vfs),
	       summary->macs, ending(summary->macs), summary->guests,
	       ending(summary->guests));
	if (app->dry_run) {
		puts("Nothing was written.");
		if (left_out)
			printf("Would be left out:\n%s", summary->left_out);
		return;
	}
	sriov_text_printable(folder, shown, sizeof(shown));
	printf("%zu file%s and %zu link%s written to %s; capture.txt says what is in it\n",
	       summary->files, ending(summary->files), summary->links,
	       ending(summary->links), shown);
	if (left_out)
		app_note(app, "%zu thing%s left out: see capture.txt%s", left_out,
			 left_out == 1 ? " was" : "s were",
			 app->doors->ops->privileged(app->doors) ? ""
								 : "; root sees all");
	app_note(
		app,
		"look at it before you give it away: grep -r NAME %s; sriovctl --root %s "
		"doctor",
		sriov_text_shell(folder, quoted, sizeof(quoted)), quoted);
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct sriov_capture_request request = {
		.dry_run = app->dry_run,
		.command = app->command,
		.now = time(NULL),
	};
	struct sriov_capture_summary summary;

	if (n != 1)
		return app_usage(&cmd_capture, err,
				 n ? "one folder is enough" : "into which folder?");
	request.folder = words[0];
	if (sriov_capture(app->doors, &request, &summary, err) < 0)
		return err->code;
	if (app->json)
		print_json(app, words[0], &summary);
	else
		print_summary(app, words[0], &summary);
	free(summary.left_out);
	return SRIOV_OK;
}

const struct command cmd_capture = {
	.name = "capture",
	.args = "capture DIR",
	.summary = "copy what the host tells, anonymised, for a bug report",
	.details =
		"  sriovctl capture report             a new folder\n"
		"  sriovctl --root report doctor       what others see in it\n"
		"  sriovctl -n capture report          what would be left out\n"
		"\n"
		"MAC and IP addresses, serial numbers, UUIDs, and the names of the host\n"
		"and its guests are replaced. Look at it before you give it away.\n",
	.run = run,
};
