/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl completion bash|zsh|fish, and the words that those scripts ask for. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "completion_scripts.h"

/* The last word is the one being typed. */
struct typed {
	struct sriov_doors *doors;
	const char *const *words;
	size_t n;
	const char *partial;
};

static void offer(const struct typed *typed, const char *word)
{
	if (strncmp(word, typed->partial, strlen(typed->partial)) == 0)
		puts(word);
}

static void offer_commands(const struct typed *typed, const struct command *const *table)
{
	for (; *table; table++)
		offer(typed, (*table)->name);
}

static void offer_options(const struct typed *typed, const struct command_option *options)
{
	for (size_t i = 0; options && options[i].name; i++) {
		char word[64];

		snprintf(word, sizeof(word), "--%s", options[i].name);
		offer(typed, word);
	}
}

static void offer_pfs(const struct typed *typed, const struct sriov_host *host)
{
	for (size_t i = 0; i < host->n_pfs; i++)
		offer(typed, host->pf[i].name);
	offer(typed, "all");
}

static void offer_vfs(const struct typed *typed, const struct sriov_host *host)
{
	for (size_t i = 0; i < host->n_pfs; i++)
		for (size_t j = 0; j < host->pf[i].n_vfs; j++) {
			char name[SRIOV_NAME_LEN];

			offer(typed,
			      sriov_vf_name(&host->pf[i], host->pf[i].vf[j].index, name));
		}
}

/* "on|off" in two words; a word in capitals or a range stands for no word to type. */
static void offer_alternatives(const struct typed *typed, const char *alternatives)
{
	char values[64], *rest = values, *word;

	snprintf(values, sizeof(values), "%s", alternatives);
	while ((word = strsep(&rest, "|")))
		if (word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+0123456789-")] != '\0')
			offer(typed, word);
}

static void offer_attributes(const struct typed *typed)
{
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
		offer(typed, sriov_attr(id)->name);
}

/* The limit of the PF that was typed before, and less common numbers are not offered. */
static void offer_numbers(const struct typed *typed, const struct sriov_host *host)
{
	const struct sriov_pf *pf = sriov_host_pf(host, typed->words[typed->n - 2]);
	char number[16];

	offer(typed, "max");
	if (!pf || pf->total_vfs <= 0)
		return;
	snprintf(number, sizeof(number), "%d", pf->total_vfs);
	offer(typed, number);
}

static void offer_modes(const struct typed *typed)
{
	offer(typed, sriov_eswitch_mode_name(SRIOV_ESWITCH_LEGACY));
	offer(typed, sriov_eswitch_mode_name(SRIOV_ESWITCH_SWITCHDEV));
}

static void offer_pairs(const struct typed *typed, const struct sriov_host *host,
			size_t n)
{
	if (n % 2)
		offer_pfs(typed, host);
	else
		offer_numbers(typed, host);
}

static void offer_settings(const struct typed *typed, const struct sriov_host *host,
			   const char *const *words, size_t n, bool values)
{
	const char *before = n > 1 ? words[n - 2] : "";
	const struct sriov_attr *attr = sriov_attr_find(before);
	size_t attributes = 0;

	for (size_t i = 0; i + 1 < n; i++)
		attributes += sriov_assignment_begins(words[i]);
	if (values && (attr || strcmp(before, SRIOV_PROFILE_WORD) == 0)) {
		offer_alternatives(typed, attr ? attr->values : SRIOV_PROFILE_NAMES);
		return;
	}
	if (attributes == 0) {
		offer_pfs(typed, host);
		offer_vfs(typed, host);
	}
	offer_attributes(typed);
	if (values)
		offer(typed, SRIOV_PROFILE_WORD);
}

static void offer_arguments(const struct typed *typed, const struct command *command,
			    const char *const *words, size_t n)
{
	struct sriov_host host = {0};
	struct sriov_error err;

	if (command->complete == COMPLETE_SHELLS) {
		for (size_t i = 0; i < SRIOV_ARRAY_SIZE(completion_scripts); i++)
			offer(typed, completion_scripts[i].shell);
		return;
	}
	if (command->complete == COMPLETE_COMMANDS) {
		offer_commands(typed, commands);
		return;
	}
	if (command->complete == COMPLETE_NOTHING ||
	    sriov_host_look(typed->doors, SRIOV_LOOK_VFS, NULL, 0, &host, &err) < 0)
		return;
	switch (command->complete) {
	case COMPLETE_NOTHING:
	case COMPLETE_COMMANDS:
	case COMPLETE_SHELLS:
		break;
	case COMPLETE_PFS:
		offer_pfs(typed, &host);
		break;
	case COMPLETE_VFS:
		offer_pfs(typed, &host);
		offer_vfs(typed, &host);
		break;
	case COMPLETE_PF_NUMBERS:
		offer_pairs(typed, &host, n);
		break;
	case COMPLETE_PF_MODES:
		offer_pfs(typed, &host);
		if (n > 1)
			offer_modes(typed);
		break;
	case COMPLETE_SETTINGS:
	case COMPLETE_RESETS:
		offer_settings(typed, &host, words, n,
			       command->complete == COMPLETE_SETTINGS);
		break;
	}
	sriov_host_free(&host);
}

/* The option that @word is, in full or by its letter, NULL when it is none. */
static const struct command_option *find_option(const struct command_option *options,
						const char *word)
{
	for (size_t i = 0; options && options[i].name; i++) {
		const char letter[] = {'-', options[i].letter, '\0'};

		if (strncmp(word, "--", 2) == 0
			    ? strcmp(word + 2, options[i].name) == 0
			    : options[i].letter && strcmp(word, letter) == 0)
			return &options[i];
	}
	return NULL;
}

/* What the words typed so far come to. */
struct parsed {
	const struct command *const *table;  /* where the next command is to be found */
	const struct command *command;	     /* the last one found */
	const struct command_option *option; /* the one whose value is being typed */
	const char *rest[256];		     /* arguments of the command */
	size_t n;
	bool lost; /* some word means nothing */
};

static void take_word(struct parsed *parsed, const char *word, bool last)
{
	const struct command_option *own =
		parsed->command ? parsed->command->options : NULL;
	const struct command_option *option = find_option(app_global_options, word);

	if (parsed->option && !last) {
		parsed->option = NULL;
	} else if (word[0] == '-' && !last) {
		option = option ? option : find_option(own, word);
		parsed->option = option && option->arg ? option : NULL;
	} else if (parsed->table && !last) {
		parsed->command = app_find_command(parsed->table, word);
		parsed->lost |= !parsed->command;
		parsed->table = parsed->command ? parsed->command->sub : NULL;
	} else if (parsed->n < SRIOV_ARRAY_SIZE(parsed->rest)) {
		parsed->rest[parsed->n++] = word;
	}
}

static void offer_all(const struct typed *typed)
{
	struct parsed parsed = {.table = commands};

	for (size_t i = 0; i < typed->n; i++)
		take_word(&parsed, typed->words[i], i + 1 == typed->n);
	if (parsed.lost)
		return;
	if (parsed.option) {
		offer_alternatives(typed, parsed.option->arg);
	} else if (typed->partial[0] == '-') {
		offer_options(typed, app_global_options);
		offer_options(typed, parsed.command ? parsed.command->options : NULL);
	} else if (parsed.table) {
		offer_commands(typed, parsed.table);
	} else if (parsed.command) {
		offer_arguments(typed, parsed.command, parsed.rest, parsed.n);
	}
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	if (n >= 1 && strcmp(words[0], "words") == 0) {
		const struct typed typed = {app->doors, words + 1, n - 1,
					    n > 1 ? words[n - 1] : ""};

		offer_all(&typed);
		return SRIOV_OK;
	}
	for (size_t i = 0; n == 1 && i < SRIOV_ARRAY_SIZE(completion_scripts); i++)
		if (strcmp(completion_scripts[i].shell, words[0]) == 0) {
			fputs(completion_scripts[i].text, stdout);
			return SRIOV_OK;
		}
	return app_usage(&cmd_completion, err, "for which shell: bash, zsh or fish?");
}

const struct command cmd_completion = {
	.name = "completion",
	.args = "completion bash|zsh|fish",
	.summary = "print the completion script of a shell",
	.details = "  source <(sriovctl completion bash)\n",
	.complete = COMPLETE_SHELLS,
	.run = run,
};
