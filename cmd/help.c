/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl help [COMMAND] */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static const char usage[] =
	"usage: sriovctl [OPTION...] COMMAND [ARGUMENT...]\n"
	"\n"
	"SR-IOV Virtual Functions (VFs): make them, set them up, bind them, hand them to\n"
	"virtual machines.\n";

static const char selectors[] =
	"\n"
	"A VF is written em1/3, several em1/0-3,6; a PF's name means all its VFs. Also:\n"
	"'em1 vf 0-3', a PCI address, a VF's netdev, 'em*', all, driver:NAME, guest:NAME.\n"
	"\n"
	"Options of every command:\n";

static void print_options(const struct command_option *options)
{
	for (size_t i = 0; options && options[i].name; i++) {
		char letter[8] = "    ", name[48];

		if (options[i].letter)
			snprintf(letter, sizeof(letter), "-%c, ", options[i].letter);
		snprintf(name, sizeof(name), "--%s%s%s", options[i].name,
			 options[i].arg ? " " : "", options[i].arg ? options[i].arg : "");
		printf("  %s%-27s %s\n", letter, name, options[i].help);
	}
}

static void print_line(const char *prefix, const struct command *command)
{
	char name[32];

	snprintf(name, sizeof(name), "%s%s", prefix, command->name);
	printf("  %-14s %s\n", name, command->summary);
}

static void print_all(void)
{
	fputs(usage, stdout);
	puts("\nCommands:");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *command = commands[i];
		char prefix[32];

		if (!command->sub)
			print_line("", command);
		snprintf(prefix, sizeof(prefix), "%s ", command->name);
		for (size_t j = 0; command->sub && command->sub[j]; j++)
			print_line(prefix, command->sub[j]);
	}
	fputs(selectors, stdout);
	print_options(app_global_options);
	puts("\nThe whole story: man sriovctl, man sriovctl-COMMAND");
}

static void print_command(const struct command *command)
{
	printf("usage: sriovctl %s\n%s\n", command->args, command->summary);
	print_options(command->options);
	if (command->details)
		printf("\n%s", command->details);
	for (size_t i = 0; command->sub && command->sub[i]; i++) {
		putchar('\n');
		print_command(command->sub[i]);
	}
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	const struct command *command = n ? app_find_command(commands, words[0]) : NULL;

	(void)app;
	if (n == 0) {
		print_all();
		return SRIOV_OK;
	}
	if (!command)
		return app_usage(&cmd_help, err, "no command '%.64s'", words[0]);
	print_command(command);
	printf("\nThe whole story: man sriovctl-%s\n", command->name);
	return SRIOV_OK;
}

const struct command cmd_help = {
	.name = "help",
	.args = "help [COMMAND]",
	.summary = "list the commands, or explain one",
	.complete = COMPLETE_COMMANDS,
	.run = run,
};
