/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as files of sysfs, config space among them: the host is looked at, and what
 * it says of itself stays within its ranges.  The first byte chooses the file.
 */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "host/host.h"
#include "must.h"

#define DEVICE "/sys/bus/pci/devices/0000:01:00.0"

static const char *const files[] = {
	"config", "resource", "sriov_totalvfs",	 "numa_node",
	"vendor", "device",   "class",		 "sriov_drivers_autoprobe",
	"enable", "modalias", "driver_override",
};

static char root[] = "/dev/shm/sriov-fuzz-XXXXXX";

static void put(const char *name, const void *data, size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s" DEVICE "/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size, "cannot write the tree");
	close(fd);
}

static void put_usual(const char *name)
{
	static const char config[4096] = {
		0x86,		0x80,	     0xc9,	    0x10,
		[6] = 0x10,	[0xb] = 2,   [0x34] = 0x40, [0x40] = 0x10,
		[0x100] = 0x10, [0x102] = 1, [0x108] = 2,   [0x10e] = 8,
	};
	static const char *const usual[][2] = {
		{"resource",
		 "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"},
		{"sriov_totalvfs", "7\n"},
		{"numa_node", "-1\n"},
		{"vendor", "0x8086\n"},
		{"device", "0x10c9\n"},
		{"class", "0x020000\n"},
		{"sriov_drivers_autoprobe", "1\n"},
	};

	if (strcmp(name, "config") == 0)
		put(name, config, sizeof(config));
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(usual); i++)
		if (strcmp(usual[i][0], name) == 0)
			put(name, usual[i][1], strlen(usual[i][1]));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_tree(void)
{
	static const char *const folders[] = {
		"/sys", "/sys/bus", "/sys/bus/pci", "/sys/bus/pci/devices", DEVICE,
	};
	char path[256];

	must(mkdtemp(root), "cannot make a folder");
	atexit(remove_tree);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		must(mkdir(path, 0700) == 0, "cannot make a folder");
	}
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(files); i++)
		put_usual(files[i]);
}

static void check(const struct sriov_host *host)
{
	must(host->n_pfs <= 1, "one PF at most");
	for (size_t i = 0; i < host->n_pfs; i++) {
		const struct sriov_pf *pf = &host->pf[i];

		must(pf->total_vfs <= UINT16_MAX, "totalvfs");
		must(pf->numa >= -1, "numa");
		must(strlen(pf->name) < sizeof(pf->name), "name");
		must(pf->has_capability || pf->capability_error.msg[0],
		     "without capability there is a reason");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	const char *name;
	struct sriov_doors doors;
	struct sriov_host host = {0};
	struct sriov_error err = {0};

	if (size == 0)
		return 0;
	if (!made)
		make_tree();
	made = true;
	name = files[data[0] % SRIOV_ARRAY_SIZE(files)];
	put(name, data + 1, size - 1);
	must(sriov_doors_open(&doors, root, &err) == 0, "the tree can be opened");
	if (sriov_host_look(&doors,
			    SRIOV_LOOK_VFS | SRIOV_LOOK_USERS | SRIOV_LOOK_CAPABILITY,
			    NULL, 0, &host, &err) == 0)
		check(&host);
	sriov_host_free(&host);
	sriov_doors_close(&doors);
	put_usual(name);
	return 0;
}
