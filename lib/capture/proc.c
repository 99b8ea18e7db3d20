/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of procfs and the kernel's log: the lines that are about SR-IOV, and who holds VFs. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "capture/tree.h"
#include "sys/netns.h"
#include "sys/procfs.h"
#include "sys/sysfs.h"

/* A processor's flags are some 2 KiB; a line of interrupts has 12 bytes a processor. */
#define LINES_MAX (64UL * 1024)

/* So much of the kernel's log, which is some MiB at most. */
#define LOG_MAX (512UL * 1024)

/* The parts of the kernel's words that are about PCI, the IOMMU or VFs. */
static const char *const telling_words[] = {
	"iommu",    "pci", "vfio", "intremap",	"max_vfs",  "hugepage",
	"nox2apic", "msi", "acs",  "blacklist", "assign-b", NULL,
};

static bool holds_one(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasestr(text, *words))
			return true;
	return false;
}

/* What else is there may be anything, passwords too. */
static void take_cmdline(struct capture *c)
{
	_cleanup_free_ char *text = NULL, *kept = NULL;
	size_t size, n = 0;
	char *rest, *word;
	FILE *to;
	int r = sriov_sysfs_text(c->proc.fd, "cmdline", CAPTURE_PAGE, &text);

	if (r < 0) {
		capture_note_failed(c, &c->proc, "cmdline", r);
		return;
	}
	to = open_memstream(&kept, &size);
	if (!to) {
		c->failed = true;
		return;
	}
	rest = text;
	while ((word = strsep(&rest, " \t\n")))
		if (holds_one(word, telling_words))
			fprintf(to, "%s%s", n++ ? " " : "", word);
	fputc('\n', to);
	c->failed |= fclose(to) != 0;
	if (!c->failed)
		capture_putf(c, CAPTURE_TEXT, kept, "proc/cmdline");
}

/* Write what the capture gets of a line. */
typedef void line_fn(struct capture *c, const char *line, FILE *to);

/* Copy what @fn keeps of @path below @fd, until that is @max bytes. */
static void take_lines(struct capture *c, const char *door, int fd, const char *path,
		       size_t max, line_fn *fn)
{
	_cleanup_fclose_ FILE *file = sriov_sysfs_stream(fd, path);
	_cleanup_free_ char *line = NULL, *kept = NULL;
	const struct capture_door from = {door, fd};
	size_t room = 0, size = 0;
	FILE *to;

	if (!file) {
		capture_note_failed(c, &from, path, -errno);
		return;
	}
	to = open_memstream(&kept, &size);
	while (to && (size_t)ftell(to) < max && getline(&line, &room, file) >= 0)
		fn(c, line, to);
	if (!to || fclose(to) != 0) {
		c->failed = true;
		return;
	}
	if (size >= max)
		capture_note(c, "/%s/%s: what comes after %zu KiB", door, path,
			     max / 1024);
	capture_putf(c, CAPTURE_TEXT, kept, "%s/%s", door, path);
}

static bool begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* Of the processors only what they are, not how many and how fast. */
static bool is_of_cpu(struct capture *c, const char *line)
{
	static const char *const keys[] = {"vendor_id", "cpu family", "model",
					   "stepping",	"flags",      NULL};

	(void)c;
	for (size_t i = 0; keys[i]; i++)
		if (begins(line, keys[i]))
			return true;
	return false;
}

static void take_cpu(struct capture *c)
{
	_cleanup_fclose_ FILE *file = sriov_sysfs_stream(c->proc.fd, "cpuinfo");
	_cleanup_free_ char *line = NULL, *kept = NULL;
	size_t room = 0, size = 0;
	FILE *to;

	if (!file)
		return;
	to = open_memstream(&kept, &size);
	/* a blank line ends the first processor */
	while (to && getline(&line, &room, file) > 1)
		if (is_of_cpu(c, line))
			fputs(line, to);
	if (!to || fclose(to) != 0) {
		c->failed = true;
		return;
	}
	capture_putf(c, CAPTURE_TEXT, kept, "proc/cpuinfo");
}

static bool names_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = line; (at = strstr(at, word)); at++)
		if ((at == line || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[len]))
			return true;
	return false;
}

static bool names_device(const struct capture *c, const char *line)
{
	for (size_t i = 0; i < c->n_addresses; i++)
		/* the IOMMU's messages have them without the domain */
		if (strstr(line, strchr(c->address[i], ':') + 1))
			return true;
	for (size_t i = 0; i < c->n_netdevs; i++)
		if (names_word(line, c->netdev[i]))
			return true;
	return false;
}

static void keep_interrupt(struct capture *c, const char *line, FILE *to)
{
	if (strstr(line, "IO-APIC") || names_device(c, line))
		fputs(line, to);
}

/* Its name: where it lies in memory is a secret. */
static void keep_module(struct capture *c, const char *line, FILE *to)
{
	(void)c;
	fprintf(to, "%.*s\n", (int)strcspn(line, " \n"), line);
}

/* Of a file system on a disk, where it is; the first numbers are not read. */
static void keep_mount(struct capture *c, const char *line, FILE *to)
{
	static const char *const usual[] = {"/",    "/boot", "/boot/efi", "/home",
					    "/var", "/usr",  "/srv",	  "/opt",
					    "/mnt", "/tmp",  NULL};
	char number[32], point[PATH_MAX];
	bool is_usual = false;

	if (strlen(line) >= PATH_MAX ||
	    sscanf(line, "%*d %*d %31s %*s %4095s", number, point) != 2 ||
	    begins(number, "0:"))
		return;
	for (size_t i = 0; usual[i]; i++)
		is_usual |= strcmp(point, usual[i]) == 0;
	if (!is_usual)
		sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_PLACE, point);
	fprintf(to, "0 0 %s / %s\n", number, point);
}

/* The kernel has the names of devices here, and those of files. */
static void keep_swap(struct capture *c, const char *line, FILE *to)
{
	(void)c;
	if (begins(line, "/dev/"))
		fprintf(to, "%.*s\n", (int)strcspn(line, " \t\n"), line);
}

/* The line by which it is found again: the name of the guest and nothing else. */
static void take_guest_line(struct capture *c, const struct sriov_vfio_holder *holder)
{
	static const char program[] = "qemu", option[] = "-name";
	char path[64], line[256], *at = line;

	at = stpcpy(at, program) + 1;
	at = stpcpy(at, option) + 1;
	at += snprintf(at, (size_t)(line + sizeof(line) - at), "guest=%s", holder->name);
	sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_GUEST, holder->name);
	snprintf(path, sizeof(path), "proc/%d/cmdline", (int)holder->pid);
	capture_put(c, CAPTURE_TEXT, path, line, (size_t)(at - line) + 1);
}

static void take_holder(struct capture *c, const struct sriov_vfio_holder *holder,
			size_t index)
{
	char target[64], folder[32];

	snprintf(folder, sizeof(folder), "%d", (int)holder->pid);
	capture_page(c, &c->proc, folder, "comm");
	if (holder->guest)
		take_guest_line(c, holder);
	if (holder->group >= 0)
		snprintf(target, sizeof(target), "/dev/vfio/%d", holder->group);
	else
		snprintf(target, sizeof(target), "/dev/vfio/devices/vfio%d",
			 holder->device);
	capture_putf(c, CAPTURE_LINK, target, "proc/%s/fd/%zu", folder, index);
}

static void take_holders(struct capture *c)
{
	_cleanup_free_ struct sriov_vfio_holder *holder = NULL;
	size_t n = 0;
	int r = sriov_procfs_vfio_holders(c->doors, &holder, &n);

	capture_note_failed(c, &c->proc, "*/fd", r);
	for (size_t i = 0; i < n; i++)
		take_holder(c, &holder[i], i);
}

static bool is_wanted(const struct capture *c, const struct sriov_netns_link *link)
{
	for (size_t i = 0; link->lower && i < c->n_netdevs; i++)
		if (c->ifindex[i] == link->lower)
			return true;
	return capture_has(c->address, c->n_addresses, link->link.parent);
}

/* A namespace that is called after a process has a name that tells nothing. */
static void keep_link(struct capture *c, const struct sriov_netns_link *link, FILE *to)
{
	if (!is_wanted(c, link))
		return;
	if (link->netns.pid == 0)
		sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_NAMESPACE,
				     link->netns.name);
	fprintf(to, "%d %u %s %s %s\n", (int)link->netns.pid, link->lower,
		link->link.ifname[0] ? link->link.ifname : "-",
		link->link.parent[0] ? link->link.parent : "-", link->netns.name);
}

/* The links of other namespaces that are VFs, or stand on one (sys/netns.c). */
static void take_namespaces(struct capture *c)
{
	_cleanup_free_ struct sriov_netns_link *link = NULL;
	_cleanup_free_ char *kept = NULL;
	size_t n = 0, size;
	int r = sriov_netns_links(c->doors, &link, &n);
	FILE *to = open_memstream(&kept, &size);

	if (r < 0)
		capture_note(c, "other network namespaces: %s", strerror(-r));
	for (size_t i = 0; to && i < n; i++)
		keep_link(c, &link[i], to);
	if (!to || fclose(to) != 0)
		c->failed = true;
	else
		capture_putf(c, CAPTURE_TEXT, kept, "netlink/namespaces");
}

void capture_proc(struct capture *c)
{
	take_cmdline(c);
	take_cpu(c);
	capture_page(c, &c->proc, "sys/kernel", "osrelease");
	take_lines(c, "proc", c->proc.fd, "interrupts", LINES_MAX, keep_interrupt);
	take_lines(c, "proc", c->proc.fd, "modules", LINES_MAX, keep_module);
	take_lines(c, "proc", c->proc.fd, "self/mountinfo", LINES_MAX, keep_mount);
	take_lines(c, "proc", c->proc.fd, "swaps", LINES_MAX, keep_swap);
	take_holders(c);
	take_namespaces(c);
}

/* Facility 0 is the kernel's own (Documentation/ABI/testing/dev-kmsg). */
static void keep_message(struct capture *c, const char *line, FILE *to)
{
	static const char *const topics[] = {"IOMMU", "DMAR", "AMD-Vi", "vfio", NULL};
	static const char *const others[] = {"ommand line:", "audit", NULL};
	unsigned prefix;

	if ((sscanf(line, "%u,", &prefix) == 1 && prefix > 7) || holds_one(line, others))
		return;
	if (holds_one(line, topics) || names_device(c, line))
		fputs(line, to);
}

void capture_log(struct capture *c)
{
	take_lines(c, "dev", c->doors->dev, "kmsg", LOG_MAX, keep_message);
}
