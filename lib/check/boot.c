/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's firmware and boot loader: where its switches are set. */
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

#define OS_RELEASE_MAX 4096

/* How a distribution makes its GRUB read /etc/default/grub. */
static const struct {
	const char *id; /* of os-release(5) */
	const char *command;
} grubs[] = {
	{"debian", "update-grub"},
	{"ubuntu", "update-grub"},
	{"suse", "grub2-mkconfig -o /boot/grub2/grub.cfg"},
	{"opensuse", "grub2-mkconfig -o /boot/grub2/grub.cfg"},
	{"sles", "grub2-mkconfig -o /boot/grub2/grub.cfg"},
	{"arch", "grub-mkconfig -o /boot/grub/grub.cfg"},
};

/* Whether one of the words of @value, which may be quoted, is @id. */
static bool has_word(char *value, const char *id)
{
	char *word;

	while ((word = strsep(&value, " \"'")))
		if (strcmp(word, id) == 0)
			return true;
	return false;
}

/* Whether the distribution is @id or says that it is like it (os-release(5)). */
static bool is_like(const char *os_release, const char *id)
{
	_cleanup_free_ char *copy = strdup(os_release);
	char *rest = copy, *line;

	while (rest && (line = strsep(&rest, "\n")))
		if ((strncmp(line, "ID=", 3) == 0 && has_word(line + 3, id)) ||
		    (strncmp(line, "ID_LIKE=", 8) == 0 && has_word(line + 8, id)))
			return true;
	return false;
}

/* The command that renews GRUB's menu, NULL when the distribution is none we know. */
static const char *grub_command(const char *os_release)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(grubs); i++)
		if (is_like(os_release, grubs[i].id))
			return grubs[i].command;
	return NULL;
}

static void fix_file(struct sriov_checkup *checkup, bool add, const char *word,
		     const char *file, const char *command)
{
	sriov_finding_fix(checkup, "%s %s %s %s, then: %s && reboot",
			  add ? "add" : "take", word, add ? "to" : "out of", file,
			  command);
}

void sriov_finding_fix_cmdline(struct sriov_checkup *checkup, bool add, const char *word)
{
	const int etc = checkup->doors->etc;
	char os_release[OS_RELEASE_MAX] = "";
	const char *command;

	sriov_sysfs_read(etc, "os-release", os_release, sizeof(os_release));
	command = grub_command(os_release);
	if (is_like(os_release, "fedora") || is_like(os_release, "rhel"))
		sriov_finding_fix(checkup, "grubby --update-kernel=ALL --%s=%s && reboot",
				  add ? "args" : "remove-args", word);
	else if (sriov_sysfs_exists(etc, "kernel/proxmox-boot-uuids"))
		fix_file(checkup, add, word, "/etc/kernel/cmdline",
			 "proxmox-boot-tool refresh");
	else if (!sriov_sysfs_exists(etc, "default/grub") &&
		 sriov_sysfs_exists(etc, "kernel/cmdline"))
		fix_file(checkup, add, word, "/etc/kernel/cmdline",
			 "kernel-install add-all");
	else if (command)
		fix_file(checkup, add, word,
			 "GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub", command);
	else
		sriov_finding_fix(checkup,
				  "%s %s %s the kernel's command line, where the boot "
				  "loader keeps it, and reboot",
				  add ? "add" : "take", word, add ? "to" : "out of");
}

bool sriov_checkup_is_dell(const struct sriov_checkup *checkup)
{
	char vendor[64];

	return sriov_sysfs_read(checkup->doors->sys, "class/dmi/id/sys_vendor", vendor,
				sizeof(vendor)) > 0 &&
	       strncmp(vendor, "Dell", 4) == 0;
}
