/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has been gathered for a capture, before it is written. */
#ifndef SRIOV_CAPTURE_TREE_H
#define SRIOV_CAPTURE_TREE_H

#include <limits.h>

#include "capture/capture.h"
#include "capture/pseudonym.h"

/* A file of sysfs is a page at most (fs/sysfs/file.c). */
#define CAPTURE_PAGE 4096

/* No file that an administrator or libvirt writes is larger, if it is to be read. */
#define CAPTURE_FILE_MAX (1UL << 20)

/* One of the folders below the root, by the name and the door. */
struct capture_door {
	const char *name; /* "sys" */
	int fd;
};

enum capture_kind {
	CAPTURE_FOLDER,
	CAPTURE_TEXT,	/* replaced when it is written */
	CAPTURE_BINARY, /* replaced when it is written, where known bytes lie */
	CAPTURE_EXACT,	/* replaced by who put it there */
	CAPTURE_LINK,	/* data is the target */
};

struct capture_entry {
	enum capture_kind kind;
	char *path; /* below the root */
	char *data;
	size_t size;
};

struct capture {
	struct sriov_doors *doors;
	struct capture_door sys;
	struct capture_door proc;
	struct capture_door run;
	struct capture_door etc;
	struct sriov_pseudonyms *pseudonyms;
	struct capture_entry *entry;
	size_t n;
	FILE *left_out; /* a line each */
	bool failed;	/* no memory */
	char **address; /* PCI functions, for the kernel's log */
	size_t n_addresses;
	char **card; /* the PFs by their addresses on any bus */
	size_t n_cards;
	char **netdev; /* of the functions, and what stands on them */
	unsigned *ifindex;
	size_t n_netdevs;
	unsigned *port; /* ifindex of the PFs */
	size_t n_ports;
	size_t pfs;
	size_t vfs;
};

/* Put a copy of @size bytes of @data at @path. */
void capture_put(struct capture *c, enum capture_kind kind, const char *path,
		 const void *data, size_t size);

/* The same with a formatted path and a string, NULL for a folder. */
void capture_putf(struct capture *c, enum capture_kind kind, const char *data,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Say what is left out, and why: a line. */
void capture_note(struct capture *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Note it unless @r says that there is no such thing. */
void capture_note_failed(struct capture *c, const struct capture_door *door,
			 const char *path, int r);

/*
 * Follow @path below @door link by link, put the links there, and write where it ends,
 * without a link in it, into @ret.  Returns 0 or -errno (-EXDEV: it leads out).
 */
int capture_resolve(struct capture *c, const struct capture_door *door, const char *path,
		    char ret[static PATH_MAX]);

/* Resolve @folder and put it there.  The same results. */
int capture_folder(struct capture *c, const struct capture_door *door, const char *folder,
		   char ret[static PATH_MAX]);

/*
 * Copy the small text file @name of the resolved folder @folder, where there is one that
 * has a value.
 */
void capture_page(struct capture *c, const struct capture_door *door, const char *folder,
		  const char *name);

/* Copy several, NULL-terminated. */
void capture_pages(struct capture *c, const struct capture_door *door, const char *folder,
		   const char *const *names);

/* Copy the link @name of the resolved folder @folder as it is, where there is one. */
void capture_link(struct capture *c, const struct capture_door *door, const char *folder,
		  const char *name);

/* Put an empty file where @path is there below the folder @fd called @door. */
void capture_presence(struct capture *c, const char *door, int fd, const char *path);

/*
 * Call @fn with every name in the folder @path below @door that does not begin with a
 * dot, in the order of versionsort().
 */
typedef void capture_name_fn(struct capture *c, const char *name, void *arg);
void capture_each(struct capture *c, const struct capture_door *door, const char *path,
		  capture_name_fn *fn, void *arg);

/* Write all of it below the new folder @folder. */
int capture_write(struct capture *c, const char *folder,
		  struct sriov_capture_summary *sum, struct sriov_error *err);

/* Free what is gathered. */
void capture_free(struct capture *c);

void capture_free_words(char **list, size_t n);

/* Know the names of guests and networks, before any text is gathered. */
void capture_know_guests(struct capture *c);

/* Know which links are those of PFs. */
void capture_ports(struct capture *c);

/* The parts of a capture, each in a file of its name. */
void capture_sysfs(struct capture *c);
void capture_netdev(struct capture *c, const char *name);
void capture_netlink(struct capture *c);
void capture_devlink(struct capture *c);
void capture_proc(struct capture *c);
void capture_log(struct capture *c);
void capture_files(struct capture *c);
void capture_libvirt(struct capture *c);

/* Whether @name is one of the @n strings of @list. */
bool capture_has(char *const *list, size_t n, const char *name);

/* Add a copy of @name to @list. */
void capture_add_word(struct capture *c, char ***list, size_t *n, const char *name);

/*
 * capture_config.c: replace serial numbers in the @size bytes of configuration space at
 * @config, and take out the Vital Product Data that is in it.
 */
void capture_clean_config(struct sriov_pseudonyms *p, uint8_t *config, size_t size);

#endif
