/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration: of sriovctl, of whoever else makes VFs, of the system. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "capture/reduce.h"
#include "sys/file.h"
#include "sys/sysfs.h"

#define CONNECTION ".nmconnection"

/* Folders of small files, as check/rivals.c, check/makers.c and run/scratch.c have them.
 */
static const struct folder {
	const char *path;
	const char *ending; /* "" any */
	const char *mark;   /* what a file has that is about VFs, "" anything */
	bool etc;
	bool run;
	capture_reduce_fn *reduce;
} folders[] = {
	{"sriovctl", ".yaml", "", true, false, capture_reduce_yaml},
	{"NetworkManager/system-connections", CONNECTION, "sriov", true, true,
	 capture_reduce_sections},
	{"systemd/network", ".network", "SR-IOV", true, true, capture_reduce_sections},
	{"systemd/network", ".link", "SR-IOV", true, true, capture_reduce_sections},
	{"netplan", "", "virtual-function-count", true, false, capture_reduce_netplan},
	{"modprobe.d", "", "options", true, false, capture_reduce_modprobe},
	{"libvirt/hostdevmgr", "", "", false, true, capture_reduce_nothing},
	{"sriovctl/override", "", "", false, true, capture_reduce_nothing},
	{"sriovctl/autoprobe", "", "", false, true, capture_reduce_nothing},
	{"sriovctl/driver", "", "", false, true, capture_reduce_nothing},
};

static void put_reduced(struct capture *c, const struct capture_door *door,
			const char *path, const char *text, const char *mark,
			capture_reduce_fn *reduce)
{
	_cleanup_free_ char *kept = NULL;
	size_t size;
	FILE *to = open_memstream(&kept, &size);

	if (to)
		reduce(text, to);
	if (!to || fclose(to) != 0)
		c->failed = true;
	else if (!mark[0] || strcasestr(kept, mark))
		capture_putf(c, CAPTURE_TEXT, kept, "%s/%s", door->name, path);
}

struct place {
	const struct folder *folder;
	const struct capture_door *door;
};

/* Its users call the file as they call the connection: "Customer A". */
static void know_connection(struct capture *c, const char *file)
{
	char name[NAME_MAX + 1];

	snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(CONNECTION)),
		 file);
	sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_CONNECTION, name);
}

static void take_file(struct capture *c, const char *name, void *arg)
{
	const struct place *place = arg;
	size_t len = strlen(name), ending = strlen(place->folder->ending), size;
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	int r;

	if (len <= ending || strcmp(name + len - ending, place->folder->ending) != 0)
		return;
	if (strcmp(place->folder->ending, CONNECTION) == 0)
		know_connection(c, name);
	snprintf(path, sizeof(path), "%s/%.255s", place->folder->path, name);
	r = sriov_file_read(place->door->fd, path, CAPTURE_FILE_MAX, &text, &size);
	if (r < 0)
		capture_note_failed(c, place->door, path, r);
	else
		put_reduced(c, place->door, path, text, place->folder->mark,
			    place->folder->reduce);
}

static void take_os_release(struct capture *c)
{
	_cleanup_free_ char *text = NULL;
	int r = sriov_sysfs_text(c->etc.fd, "os-release", CAPTURE_PAGE, &text);

	if (r < 0)
		capture_note_failed(c, &c->etc, "os-release", r);
	else
		put_reduced(c, &c->etc, "os-release", text, "",
			    capture_reduce_os_release);
}

void capture_files(struct capture *c)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(folders); i++) {
		struct place etc = {&folders[i], &c->etc}, run = {&folders[i], &c->run};

		if (folders[i].etc)
			capture_each(c, &c->etc, folders[i].path, take_file, &etc);
		if (folders[i].run)
			capture_each(c, &c->run, folders[i].path, take_file, &run);
	}
	capture_page(c, &c->etc, ".", "machine-id");
	take_os_release(c);
	capture_presence(c, "etc", c->etc.fd, "kernel/cmdline");
	capture_presence(c, "etc", c->etc.fd, "kernel/proxmox-boot-uuids");
	capture_presence(c, "etc", c->etc.fd, "default/grub");
	capture_presence(c, "dev", c->doors->dev, "kvm");
	capture_presence(c, "dev", c->doors->dev, "vhost-net");
}
