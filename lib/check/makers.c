/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs by netplan, and by max_vfs, the parameter that drivers had before sysfs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check/checkup.h"
#include "sys/file.h"

#define CONFIG_MAX (1UL << 20)

#define MAX_VFS "max_vfs="

/* The names of the PFs in scope that @driver has, "" none. */
static void pfs_of(const struct sriov_checkup *checkup, const char *driver, char *buf,
		   size_t size)
{
	buf[0] = '\0';
	for (size_t i = 0; i < checkup->n_pfs; i++)
		if (strcmp(checkup->pf[i]->fn.driver, driver) == 0)
			sriov_text_append(buf, size, "%s%s", buf[0] ? ", " : "",
					  checkup->pf[i]->name);
}

static void say_max_vfs(struct sriov_checkup *checkup, const char *driver,
			const char *value, const char *where)
{
	char names[256];

	pfs_of(checkup, driver, names, sizeof(names));
	if (names[0])
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
				  "the %s driver makes VFs by itself when it starts "
				  "(" MAX_VFS "%.*s in %s): an obsolete way that fights "
				  "with sriov_numvfs",
				  driver, (int)strcspn(value, " \t"), value, where);
}

/* "options igb max_vfs=7" (modprobe.d(5)) */
static void check_modprobe_line(struct sriov_checkup *checkup, char *line,
				const char *where)
{
	const char *value = strstr(line, MAX_VFS);
	char *word = strsep(&line, " \t"), *driver;
	size_t before = checkup->found.n;

	if (!value || strcmp(word, "options") != 0 || !line)
		return;
	line += strspn(line, " \t");
	driver = strsep(&line, " \t");
	say_max_vfs(checkup, driver, value + strlen(MAX_VFS), where);
	if (checkup->found.n > before)
		sriov_finding_fix(checkup,
				  "take it out of %s, and make the initramfs "
				  "anew (update-initramfs -u, or dracut -f)",
				  where);
}

static void check_modprobe_file(struct sriov_checkup *checkup, const char *file,
				void *arg)
{
	_cleanup_free_ char *text = NULL;
	char path[512], where[520], *rest, *line;
	size_t size;

	(void)arg;
	snprintf(path, sizeof(path), "modprobe.d/%s", file);
	snprintf(where, sizeof(where), "/etc/%s", path);
	if (sriov_file_read(checkup->doors->etc, path, CONFIG_MAX, &text, &size) < 0)
		return;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		check_modprobe_line(checkup, line, where);
	}
}

/* "igb.max_vfs=7" on the kernel's command line */
static void check_cmdline_word(struct sriov_checkup *checkup, char *word)
{
	char *dot = strchr(word, '.'), whole[128];
	size_t before = checkup->found.n;

	if (!dot || strncmp(dot + 1, MAX_VFS, strlen(MAX_VFS)) != 0)
		return;
	snprintf(whole, sizeof(whole), "%s", word);
	*dot = '\0';
	say_max_vfs(checkup, word, dot + 1 + strlen(MAX_VFS),
		    "the kernel's command line");
	if (checkup->found.n > before)
		sriov_finding_fix_cmdline(checkup, false, whole);
}

void sriov_check_max_vfs(struct sriov_checkup *checkup)
{
	_cleanup_free_ char *copy = checkup->cmdline ? strdup(checkup->cmdline) : NULL;
	char *rest = copy, *word;

	sriov_checkup_each(checkup, checkup->doors->etc, "modprobe.d",
			   check_modprobe_file, NULL);
	while (rest && (word = strsep(&rest, " \t")))
		check_cmdline_word(checkup, word);
}

#define NETPLAN_DEPTH_MAX 16
#define NETPLAN_COUNT "virtual-function-count"

/* The keys above a line, by their columns: enough of YAML for what netplan takes. */
struct netplan {
	struct {
		size_t column;
		char key[64];
	} level[NETPLAN_DEPTH_MAX];
	size_t depth;
	const char *file;
};

/* The device that netplan makes VFs of by the line @text below the keys so far. */
static const char *netplan_device(const struct netplan *plan, const char *text)
{
	const char *key = plan->level[plan->depth - 1].key;

	if (!strstr(text, NETPLAN_COUNT))
		return NULL;
	/* {virtual-function-count: 4} stands behind the device */
	if (strcmp(key, NETPLAN_COUNT) != 0)
		return key;
	return plan->depth > 1 ? plan->level[plan->depth - 2].key : NULL;
}

static void push_key(struct netplan *plan, size_t column, const char *text)
{
	size_t len = strcspn(text, ":");

	while (plan->depth && plan->level[plan->depth - 1].column >= column)
		plan->depth--;
	if (plan->depth == NETPLAN_DEPTH_MAX)
		plan->depth--;
	if (len > 1 && strchr("\"'", text[0])) {
		text++;
		len -= 2;
	}
	plan->level[plan->depth].column = column;
	snprintf(plan->level[plan->depth].key, sizeof(plan->level[0].key), "%.*s",
		 (int)len, text);
	plan->depth++;
}

static void check_netplan_line(struct sriov_checkup *checkup, struct netplan *plan,
			       const char *line)
{
	size_t column = strspn(line, " ");
	const char *device;

	line += column;
	if (line[0] == '\0' || line[0] == '#' || !strchr(line, ':'))
		return;
	push_key(plan, column, line);
	device = netplan_device(plan, line);
	for (size_t i = 0; device && i < checkup->n_pfs; i++) {
		if (strcmp(checkup->pf[i]->name, device) != 0)
			continue;
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, device,
				  "netplan makes its VFs too, by /etc/netplan/%s: "
				  "whoever comes last wins",
				  plan->file);
		sriov_finding_fix(checkup,
				  "take " NETPLAN_COUNT
				  " out of that file, or leave the VFs of %s to netplan",
				  device);
	}
}

static void check_netplan_file(struct sriov_checkup *checkup, const char *file, void *arg)
{
	_cleanup_free_ char *text = NULL;
	struct netplan plan = {.file = file};
	char path[512], *rest, *line;
	size_t size;
	int r;

	snprintf(path, sizeof(path), "netplan/%s", file);
	r = sriov_file_read(checkup->doors->etc, path, CONFIG_MAX, &text, &size);
	if (r == -EACCES)
		*(bool *)arg = true;
	rest = text;
	while (r == 0 && (line = strsep(&rest, "\n")))
		check_netplan_line(checkup, &plan, line);
}

void sriov_check_netplan(struct sriov_checkup *checkup)
{
	bool closed = false;

	sriov_checkup_each(checkup, checkup->doors->etc, "netplan", check_netplan_file,
			   &closed);
	if (closed)
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "needs root: whether netplan makes VFs too");
}
