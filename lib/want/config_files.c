/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the configuration: which there are, and whether they can be trusted. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/file.h"
#include "sys/sysfs.h"
#include "want/config.h"

#define ENDING ".yaml"

struct names {
	char **name;
	size_t n;
};

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

static int refuse(struct sriov_error *err, const char *name, int errnum, const char *why)
{
	return sriov_error_set(err, SRIOV_BAD_FILE, errnum, "/etc/%s%s%s: %s",
			       SRIOV_CONFIG_FOLDER, name[0] ? "/" : "", name, why);
}

/* What root is to do must not be for others to write. */
static int check_owner(int fd, const char *name, struct sriov_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return refuse(err, name, errno, strerror(errno));
	if ((st.st_uid == 0 || st.st_uid == geteuid()) && !(st.st_mode & S_IWOTH) &&
	    (!(st.st_mode & S_IWGRP) || st.st_gid == 0))
		return 0;
	refuse(err, name, EPERM, "others than root can write it; nothing was read");
	return sriov_error_hint(err,
				"chown root:root and chmod go-w, after a look at it");
}

static bool is_ours(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(ENDING) && strcmp(name + len - strlen(ENDING), ENDING) == 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_names(int dir, struct names *names)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(dir, ".");
	const char *name;

	if (!list)
		return -errno;
	while ((name = sriov_sysfs_next(list))) {
		if (!is_ours(name))
			continue;
		if (SRIOV_ARRAY_ROOM(names->name, names->n) < 0)
			return -ENOMEM;
		names->name[names->n] = strdup(name);
		if (!names->name[names->n])
			return -ENOMEM;
		names->n++;
	}
	if (names->n)
		qsort(names->name, names->n, sizeof(*names->name), compare_names);
	return 0;
}

static int add_file(struct sriov_config *config, int dir, const char *name,
		    struct sriov_problems *problems, struct sriov_error *err)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char path[sizeof("/etc/" SRIOV_CONFIG_FOLDER "/") + NAME_MAX];
	size_t size = 0;
	char *text = NULL;
	int r;

	if (fd < 0)
		return refuse(err, name, errno, strerror(errno));
	if (check_owner(fd, name, err) < 0)
		return -err->errnum;
	r = sriov_file_read_fd(fd, SRIOV_CONFIG_SIZE_MAX, &text, &size);
	if (r < 0)
		return refuse(err, name, -r,
			      r == -EINVAL  ? "is no regular file"
			      : r == -EFBIG ? "is larger than 64 MiB"
					    : strerror(-r));
	snprintf(path, sizeof(path), "/etc/%s/%s", SRIOV_CONFIG_FOLDER, name);
	r = sriov_config_add(config, path, text, size, problems);
	return r < 0 ? sriov_error_memory(err) : 0;
}

int sriov_config_add_folder(struct sriov_config *config, const struct sriov_doors *doors,
			    struct sriov_problems *problems, struct sriov_error *err)
{
	_cleanup_close_ int dir = sriov_sysfs_open(doors->etc, SRIOV_CONFIG_FOLDER);
	struct names names = {0};
	int r;

	if (dir == -ENOENT || doors->etc < 0)
		return 0;
	if (dir < 0)
		return refuse(err, "", -dir, strerror(-dir));
	r = check_owner(dir, "", err);
	if (r == 0) {
		r = list_names(dir, &names);
		r = r < 0 ? refuse(err, "", -r, strerror(-r)) : 0;
	}
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = add_file(config, dir, names.name[i], problems, err);
	free_names(&names);
	return r;
}

static bool same_pf(const struct sriov_config_pf *a, const struct sriov_config_pf *b)
{
	if (a->has_bdf && b->has_bdf)
		return sriov_bdf_compare(&a->bdf, &b->bdf) == 0;
	if (a->perm_mac && b->perm_mac)
		return a->perm_mac == b->perm_mac;
	return a->name[0] && strcmp(a->name, b->name) == 0;
}

void sriov_config_check(struct sriov_config *config, struct sriov_problems *problems)
{
	for (size_t i = 0; i < config->n_pfs; i++)
		for (size_t j = 0; j < i; j++) {
			char name[SRIOV_NAME_LEN];

			if (!same_pf(&config->pf[i], &config->pf[j]))
				continue;
			config->pf[i].doubled = true;
			sriov_problem_say(
				problems, &config->pf[i].node->place,
				"%s is claimed twice; a PF belongs to one entry",
				sriov_config_pf_name(&config->pf[i], name));
			sriov_problem_hint(problems, "the other is in %s",
					   config->pf[j].file->name);
			break;
		}
}
