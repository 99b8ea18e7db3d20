/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libvirt's guests and networks: those that have to do with VFs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "capture/reduce.h"
#include "sys/file.h"
#include "sys/sysfs.h"
#include "sys/xml.h"

static const char ending[] = ".xml";

/* A folder of documents, and what is known so far. */
struct documents {
	const struct capture_door *door;
	const char *folder;
	char **networks; /* that hand out VFs */
	size_t n_networks;
	char **guests; /* in the capture */
	size_t n_guests;
};

/* The name that a document is called after; false for another file. */
static bool name_of(const char *file, char ret[static NAME_MAX + 1])
{
	size_t len = strlen(file);

	if (len < sizeof(ending) || strcmp(file + len - strlen(ending), ending) != 0)
		return false;
	snprintf(ret, NAME_MAX + 1, "%.*s", (int)(len - strlen(ending)), file);
	return true;
}

/* What libvirt calls its own network tells nothing. */
static void know_network(struct capture *c, const char *file, void *arg)
{
	char name[NAME_MAX + 1];

	(void)arg;
	if (name_of(file, name) && strcmp(name, "default") != 0)
		sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_NETWORK, name);
}

static void know_guest(struct capture *c, const char *file, void *arg)
{
	char name[NAME_MAX + 1];

	(void)arg;
	if (name_of(file, name) &&
	    !sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_GUEST, name))
		capture_note(c, "a guest's name is left as it is: it is too short, or "
				"the tree needs the word");
}

static void put_document(struct capture *c, const struct documents *documents,
			 const char *file, const char *text)
{
	capture_putf(c, CAPTURE_TEXT, text, "%s/%s/%s", documents->door->name,
		     documents->folder, file);
}

/* A guest that runs is one whose process is there. */
static void take_process(struct capture *c, const struct sriov_xml *xml)
{
	const char *pid = sriov_xml_value(xml, 0, "pid");
	uint64_t number;

	if (pid && sriov_parse_number(pid, 10, INT_MAX, &number) == 0 &&
	    sriov_sysfs_exists(c->proc.fd, pid))
		capture_putf(c, CAPTURE_FOLDER, NULL, "proc/%s", pid);
}

/*
 * Read the document @file and hand over what is kept of it, which the caller frees.
 * Returns 1 when it is about devices of the host, 0, or -errno.
 */
static int read_document(struct capture *c, const struct documents *documents,
			 const char *file, struct sriov_xml **ret_xml, char **ret)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};
	char path[PATH_MAX];
	size_t size;
	bool about;
	FILE *to;
	int r;

	snprintf(path, sizeof(path), "%s/%.255s", documents->folder, file);
	r = sriov_file_read(documents->door->fd, path, CAPTURE_FILE_MAX, &text, &size);
	if (r < 0) {
		capture_note_failed(c, documents->door, path, r);
		return r;
	}
	r = sriov_xml_read(text, size, ret_xml, &err);
	if (r < 0) {
		capture_note(c, "/%s/%s: no XML", documents->door->name, path);
		return r;
	}
	to = open_memstream(ret, &size);
	if (!to)
		return -ENOMEM;
	about = capture_reduce_xml(*ret_xml, text, documents->networks,
				   documents->n_networks, to);
	return fclose(to) == 0 ? about : -ENOMEM;
}

static void take_network(struct capture *c, const char *file, void *arg)
{
	_cleanup_xml_ struct sriov_xml *xml = NULL;
	_cleanup_free_ char *kept = NULL;
	struct documents *documents = arg;
	char name[NAME_MAX + 1];

	if (!name_of(file, name) || read_document(c, documents, file, &xml, &kept) <= 0)
		return;
	put_document(c, documents, file, kept);
	capture_add_word(c, &documents->networks, &documents->n_networks, name);
}

static void take_guest(struct capture *c, const char *file, void *arg)
{
	_cleanup_xml_ struct sriov_xml *xml = NULL;
	_cleanup_free_ char *kept = NULL;
	struct documents *documents = arg;
	char name[NAME_MAX + 1];
	int about;

	if (!name_of(file, name))
		return;
	about = read_document(c, documents, file, &xml, &kept);
	if (about == 0)
		about = capture_has(documents->guests, documents->n_guests, name);
	if (about <= 0)
		return;
	put_document(c, documents, file, kept);
	capture_add_word(c, &documents->guests, &documents->n_guests, name);
	take_process(c, xml);
}

static void take(struct capture *c, struct documents *documents,
		 const struct capture_door *door, const char *folder, capture_name_fn *fn)
{
	documents->door = door;
	documents->folder = folder;
	capture_each(c, door, folder, fn, documents);
}

void capture_know_guests(struct capture *c)
{
	capture_each(c, &c->etc, "libvirt/qemu", know_guest, NULL);
	capture_each(c, &c->run, "libvirt/qemu", know_guest, NULL);
	capture_each(c, &c->etc, "libvirt/qemu/networks", know_network, NULL);
	capture_each(c, &c->run, "libvirt/network", know_network, NULL);
}

void capture_libvirt(struct capture *c)
{
	struct documents documents = {0};
	char folder[PATH_MAX];

	/* whether it may be looked into is asked of the folder */
	capture_folder(c, &c->etc, "libvirt/qemu", folder);
	take(c, &documents, &c->etc, "libvirt/qemu/networks", take_network);
	take(c, &documents, &c->run, "libvirt/network", take_network);
	take(c, &documents, &c->etc, "libvirt/qemu", take_guest);
	take(c, &documents, &c->run, "libvirt/qemu", take_guest);
	capture_free_words(documents.networks, documents.n_networks);
	capture_free_words(documents.guests, documents.n_guests);
}
