/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt will put back into VFs when their guests stop. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/saved.h"
#include "sys/file.h"
#include "sys/sysfs.h"

#define HOSTDEVMGR "libvirt/hostdevmgr"

/* Libvirt's are under 128 bytes. */
#define FILE_MAX 4096

/* Longest member that libvirt writes: a MAC address. */
#define WORD_LEN 32

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* A string without escapes, or a number, as text; NULL when it is neither. */
static const char *read_word(const char *at, char ret[static WORD_LEN])
{
	bool quoted = *at == '"';
	size_t len;

	at += quoted;
	len = quoted ? strcspn(at, "\"\\") : strspn(at, "-0123456789");
	if (len == 0 || len >= WORD_LEN || (quoted && at[len] != '"'))
		return NULL;
	memcpy(ret, at, len);
	ret[len] = '\0';
	return at + len + quoted;
}

struct members {
	uint64_t mac; /* of the VF's netdev before the guest */
	bool has_mac;
	uint64_t admin_mac;
	bool has_admin_mac;
	uint64_t vlan;
	bool has_vlan;
};

/* Unknown members are passed over, as libvirt does; vlanTag is -1 for none. */
static void read_member(struct members *members, const char *key, const char *value)
{
	if (strcmp(key, "mac") == 0)
		members->has_mac = sriov_mac_parse(value, &members->mac) == 0;
	else if (strcmp(key, "adminMac") == 0)
		members->has_admin_mac = sriov_mac_parse(value, &members->admin_mac) == 0;
	else if (strcmp(key, "vlanTag") == 0)
		members->has_vlan =
			sriov_parse_number(value, 10, 4095, &members->vlan) == 0;
}

/* A JSON object of strings and numbers (virNetDevSaveNetConfig() of libvirt). */
static int parse(const char *text, struct members *ret)
{
	struct members members = {0};
	const char *at = skip_space(text);

	if (*at != '{')
		return -EINVAL;
	do {
		char key[WORD_LEN], value[WORD_LEN];

		at = read_word(skip_space(at + 1), key);
		if (!at || *(at = skip_space(at)) != ':')
			return -EINVAL;
		at = read_word(skip_space(at + 1), value);
		if (!at)
			return -EINVAL;
		read_member(&members, key, value);
		at = skip_space(at);
	} while (*at == ',');
	if (*at != '}' || *skip_space(at + 1) != '\0')
		return -EINVAL;
	*ret = members;
	return 0;
}

/*
 * The netdev's MAC becomes the administrator's: with that the VF's driver, which starts
 * after it, has the one that it had (virHostdevRestoreNetConfig() of libvirt).
 */
static void fill(struct sriov_saved *saved, const struct members *members)
{
	bool has_mac = members->has_mac || members->has_admin_mac;

	*saved = (struct sriov_saved){
		.has_mac = has_mac,
		.mac = members->has_mac ? members->mac : members->admin_mac,
		.has_vlan = members->has_vlan,
		.vlan = (unsigned)members->vlan,
	};
}

/* The VF that the file is about: <pf>_vf<N>. */
static struct sriov_vf *vf_of(const struct sriov_pf *pf, const char *file)
{
	size_t len = strlen(pf->fn.netdev);
	uint64_t index;

	if (strncmp(file, pf->fn.netdev, len) != 0 ||
	    strncmp(file + len, "_vf", 3) != 0 ||
	    sriov_parse_number(file + len + 3, 10, UINT16_MAX, &index) < 0)
		return NULL;
	return sriov_pf_vf(pf, (unsigned)index);
}

void sriov_saved_read(const struct sriov_doors *doors, struct sriov_pf *pf)
{
	_cleanup_closedir_ DIR *list = NULL;
	const char *file;

	if (!pf->fn.netdev[0] || pf->n_vfs == 0)
		return;
	list = sriov_sysfs_list(doors->run, HOSTDEVMGR);
	while (list && (file = sriov_sysfs_next(list))) {
		_cleanup_free_ char *text = NULL;
		struct sriov_vf *vf = vf_of(pf, file);
		struct members members;
		size_t size;

		if (vf &&
		    sriov_file_read(dirfd(list), file, FILE_MAX, &text, &size) == 0 &&
		    parse(text, &members) == 0)
			fill(&vf->saved, &members);
	}
}
