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

static const char options[] =
	"\n"
	"A VF is written em1/3, several em1/0-3,6; a PF's name means all its VFs. Also:\n"
	"'em1 vf 0-3', a PCI address, a VF's netdev, 'em*', all, driver:NAME, guest:NAME.\n"
	"\n"
	"Options of every command:\n"
	"  -n, --dry-run          show what would be done and change nothing\n"
	"  -y, --yes              answer yes to every question\n"
	"      --force            overrule every guard but an open vfio device\n"
	"      --json             JSON on standard output, errors as JSON on standard error\n"
	"  -o, --output COLUMNS   the columns of a table, by commas\n"
	"      --no-headings      tables without their first line\n"
	"      --timeout SECONDS  how long to wait for the kernel\n"
	"      --root DIR         look at a captured tree instead of the running host\n"
	"      --color WHEN       auto, always or never\n"
	"  -q, --quiet            print errors only\n"
	"  -v, --verbose          print every step\n"
	"  -h, --help             this, or the help of a command\n"
	"      --version          the version\n";

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
	fputs(options, stdout);
	puts("\nThe whole story: man sriovctl, man sriovctl-COMMAND");
}

static void print_options(const struct command *command)
{
	for (size_t i = 0; command->options && command->options[i].name; i++) {
		const struct command_option *own = &command->options[i];
		char letter[8] = "    ", name[48];

		if (own->letter)
			snprintf(letter, sizeof(letter), "-%c, ", own->letter);
		snprintf(name, sizeof(name), "--%s%s%s", own->name, own->arg ? " " : "",
			 own->arg ? own->arg : "");
		printf("  %s%-18s %s\n", letter, name, own->help);
	}
}

static void print_command(const struct command *command)
{
	printf("usage: sriovctl %s\n%s\n", command->args, command->summary);
	print_options(command);
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
	(void)app;
	if (n == 0) {
		print_all();
		return SRIOV_OK;
	}
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, words[0]) == 0) {
			print_command(commands[i]);
			printf("\nThe whole story: man sriovctl-%s\n", words[0]);
			return SRIOV_OK;
		}
	return app_usage(&cmd_help, err, "no command '%.64s'", words[0]);
}

const struct command cmd_help = {
	.name = "help",
	.args = "help [COMMAND]",
	.summary = "list the commands, or explain one",
	.complete = COMPLETE_COMMANDS,
	.run = run,
};
