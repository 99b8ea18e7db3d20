/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs that make or set up the same VFs when the host or a link starts. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/file.h"

#define CONFIG_MAX (1UL << 20)

/* Files of sections and keys by which a program is told about VFs. */
struct rival {
	const char *who;
	const char *folder; /* below etc/ and run/ */
	const char *ending;
	/* section and key that name the PF; NULL: there is none */
	const char *name[2];
	const char *mac[2];
	const char *path[2];
	const char *vfs[2]; /* the section, and its key with the number of VFs */
	bool key_only;	    /* the section is about more than VFs */
};

static const struct rival rivals[] = {
	/* NetworkManager: nm-settings-keyfile(5) */
	{
		.who = "NetworkManager",
		.folder = "NetworkManager/system-connections",
		.ending = ".nmconnection",
		.name = {"connection", "interface-name"},
		.mac = {"ethernet", "mac-address"},
		.vfs = {"sriov", "total-vfs"},
	},
	/* systemd.network(5), systemd.link(5) */
	{
		.who = "systemd-networkd",
		.folder = "systemd/network",
		.ending = ".network",
		.name = {"Match", "Name"},
		.mac = {"Match", "MACAddress"},
		.path = {"Match", "Path"},
		.vfs = {"SR-IOV", NULL},
	},
	{
		.who = "systemd-udevd",
		.folder = "systemd/network",
		.ending = ".link",
		.name = {"Match", "OriginalName"},
		.mac = {"Match", "MACAddress"},
		.path = {"Match", "Path"},
		.vfs = {"Link", "SR-IOVVirtualFunctions"},
		.key_only = true,
	},
};

/* What one such file says. */
struct claim {
	const struct rival *rival;
	const char *door; /* "/etc" or "/run" */
	int dir;
	char name[256]; /* globs, separated by blanks; "" any */
	char mac[256];
	char path[256];
	char vfs[16]; /* how many, "" not said */
	bool claims;
};

static bool is_key(const char *const key[2], const char *section, const char *name)
{
	return key[0] && key[1] && strcasecmp(key[0], section) == 0 &&
	       strcasecmp(key[1], name) == 0;
}

static void take_key(struct claim *claim, const char *section, const char *key,
		     const char *value)
{
	const struct rival *rival = claim->rival;

	if (is_key(rival->name, section, key))
		snprintf(claim->name, sizeof(claim->name), "%s", value);
	else if (is_key(rival->mac, section, key))
		snprintf(claim->mac, sizeof(claim->mac), "%s", value);
	else if (is_key(rival->path, section, key))
		snprintf(claim->path, sizeof(claim->path), "%s", value);
	else if (is_key(rival->vfs, section, key))
		snprintf(claim->vfs, sizeof(claim->vfs), "%s", value);
	if (rival->key_only ? is_key(rival->vfs, section, key)
			    : strcasecmp(rival->vfs[0], section) == 0)
		claim->claims = true;
}

static char *trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* "[section]" and "key=value" lines; '#' and ';' begin comments. */
static void read_sections(struct claim *claim, char *text)
{
	char section[32] = "", *line, *value;

	while ((line = strsep(&text, "\n"))) {
		line = trimmed(line);
		if (line[0] == '[') {
			snprintf(section, sizeof(section), "%.*s",
				 (int)strcspn(line + 1, "]"), line + 1);
			continue;
		}
		value = strchr(line, '=');
		if (!value || line[0] == '#' || line[0] == ';')
			continue;
		*value++ = '\0';
		take_key(claim, section, trimmed(line), trimmed(value));
	}
}

/* Whether one of the globs in @globs fits @text; none at all fits everything. */
static bool fits(const char *globs, const char *text)
{
	char copy[256], *rest = copy, *glob;

	if (globs[0] == '\0')
		return true;
	snprintf(copy, sizeof(copy), "%s", globs);
	while ((glob = strsep(&rest, " \t")))
		if (glob[0] && fnmatch(glob, text, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

/* A file that names no device is about no PF in particular. */
static bool is_about(const struct claim *claim, const struct sriov_pf *pf)
{
	char mac[SRIOV_MAC_LEN], path[32];

	if (!claim->claims || !(claim->name[0] || claim->mac[0] || claim->path[0]))
		return false;
	snprintf(path, sizeof(path), "pci-%s", pf->fn.address);
	return fits(claim->name, pf->name) &&
	       fits(claim->mac, sriov_mac_format(pf->fn.netdev_mac, mac)) &&
	       fits(claim->path, path);
}

static void say_claim(struct sriov_checkup *checkup, const struct sriov_pf *pf,
		      const struct claim *claim, const char *file)
{
	const struct rival *rival = claim->rival;

	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
			  "%s %s%s VFs too, by %s/%s/%s: whoever comes last wins",
			  rival->who, claim->vfs[0] ? "makes its " : "sets up its",
			  claim->vfs, claim->door, rival->folder, file);
	sriov_finding_fix(checkup,
			  "take %s%s%s out of that file, or leave the VFs of %s to %s",
			  rival->key_only ? "" : "[",
			  rival->key_only ? rival->vfs[1] : rival->vfs[0],
			  rival->key_only ? "" : "]", pf->name, rival->who);
}

static bool ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);

	return len > n && strcmp(name + len - n, ending) == 0;
}

static void needs_root(struct sriov_checkup *checkup, const char *what)
{
	sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
			  "needs root: whether %s makes VFs too", what);
}

static void check_file(struct sriov_checkup *checkup, const char *file, void *arg)
{
	struct claim claim = *(struct claim *)arg;
	_cleanup_free_ char *text = NULL;
	char path[512];
	size_t size;
	int r;

	if (!ends_in(file, claim.rival->ending))
		return;
	snprintf(path, sizeof(path), "%s/%s", claim.rival->folder, file);
	r = sriov_file_read(claim.dir, path, CONFIG_MAX, &text, &size);
	if (r == -EACCES)
		needs_root(checkup, claim.rival->who);
	if (r < 0)
		return;
	read_sections(&claim, text);
	for (size_t i = 0; i < checkup->n_pfs; i++)
		if (is_about(&claim, checkup->pf[i]))
			say_claim(checkup, checkup->pf[i], &claim, file);
}

void sriov_check_managers(struct sriov_checkup *checkup)
{
	const struct {
		const char *name;
		int dir;
	} doors[] = {{"/etc", checkup->doors->etc}, {"/run", checkup->doors->run}};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(rivals); i++)
		for (size_t j = 0; j < SRIOV_ARRAY_SIZE(doors); j++) {
			struct claim claim = {
				.rival = &rivals[i],
				.door = doors[j].name,
				.dir = doors[j].dir,
			};

			if (sriov_checkup_each(checkup, doors[j].dir, rivals[i].folder,
					       check_file, &claim) == -EACCES)
				needs_root(checkup, rivals[i].who);
		}
}
