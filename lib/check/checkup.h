/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks have in common: their scope, what is read once, and their findings. */
#ifndef SRIOV_CHECK_CHECKUP_H
#define SRIOV_CHECK_CHECKUP_H

#include <stdbool.h>

#include "check/check.h"
#include "host/guests.h"
#include "want/broken.h"

struct sriov_checked_vf {
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
	unsigned broken;    /* set of enum sriov_broken, of those in scope */
	bool is_driverless; /* on purpose */
};

/* VFs that share a finding, in the host's order. */
struct sriov_vf_set {
	struct sriov_checked_vf *vf;
	size_t n;
};

/* The host's processors, as far as proc/cpuinfo tells. */
struct sriov_cpu {
	bool known;
	bool is_intel;
	bool is_guest;	    /* this host is itself a virtual machine */
	const char *flag;   /* of its virtualization, "vmx" or "svm"; NULL: off */
	const char *module; /* of KVM for it */
};

struct sriov_checkup {
	struct sriov_host *host;
	struct sriov_doors *doors;
	const struct sriov_config *config;
	const struct sriov_pf **pf; /* the scope, in the host's order */
	size_t n_pfs;
	struct sriov_vf_set vfs;   /* the scope */
	struct sriov_vf_set named; /* those that the caller named as VFs */
	const char *check;	   /* the one that runs */
	struct sriov_findings found;
	bool no_memory; /* a finding is lost */
	char *cmdline;	/* proc/cmdline; NULL: unreadable */
	struct sriov_cpu cpu;
	struct sriov_guests guests;
};

/* platform.c: read proc/cpuinfo. */
struct sriov_cpu sriov_cpu_read(const struct sriov_doors *doors);

/* A check: looks at the scope and adds its findings. */
typedef void sriov_check_fn(struct sriov_checkup *checkup);

/* platform.c */
sriov_check_fn sriov_check_virtualization;
sriov_check_fn sriov_check_iommu;
sriov_check_fn sriov_check_vfio;

/* card.c */
sriov_check_fn sriov_check_capability;
sriov_check_fn sriov_check_memory;
sriov_check_fn sriov_check_buses;
sriov_check_fn sriov_check_link;

/* Whether a VF of @pf would have the address @bdf, and its number. */
bool sriov_pf_index_at(const struct sriov_checkup *checkup, const struct sriov_pf *pf,
		       const struct sriov_bdf *bdf, unsigned *ret);

/* groups.c */
sriov_check_fn sriov_check_groups;

/* macs.c */
sriov_check_fn sriov_check_mac;
sriov_check_fn sriov_check_mac_taken;
sriov_check_fn sriov_check_mac_twice;

/* Whether libvirt sets the VF's MAC when its guest starts, by <interface> or a pool. */
bool sriov_libvirt_sets_mac(const struct sriov_checkup *checkup,
			    const struct sriov_vf *vf);

/* claims.c */
sriov_check_fn sriov_check_claims;
sriov_check_fn sriov_check_interfaces;

/* bonds.c */
sriov_check_fn sriov_check_bonds;

/* traffic.c */
sriov_check_fn sriov_check_traffic;

/* rivals.c */
sriov_check_fn sriov_check_managers;

/* makers.c */
sriov_check_fn sriov_check_max_vfs;
sriov_check_fn sriov_check_netplan;

/* leftovers.c: find what is broken of the VFs in scope, but of those that change now. */
void sriov_checkup_find_broken(struct sriov_checkup *checkup);
sriov_check_fn sriov_check_runs;
sriov_check_fn sriov_check_autoprobe;
sriov_check_fn sriov_check_override;
sriov_check_fn sriov_check_orphans;
sriov_check_fn sriov_check_drivers;
sriov_check_fn sriov_check_netdevs;

/*
 * Add a finding of the running check about @object, NULL for the host.  What is printed
 * should say what it means for whoever reads it.
 */
void sriov_finding_add(struct sriov_checkup *checkup, enum sriov_level level,
		       const char *object, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Say what mends the finding added last. */
void sriov_finding_fix(struct sriov_checkup *checkup, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put a VF into @set. */
void sriov_vf_set_add(struct sriov_checkup *checkup, struct sriov_vf_set *set,
		      const struct sriov_pf *pf, const struct sriov_vf *vf);

/*
 * Name the VFs of @set, those of each PF together, with @separator between the PFs:
 * "em1/0-6, em2/1".  The caller frees the string.  NULL without memory, which ends the
 * checks with -ENOMEM.
 */
char *sriov_vf_set_names(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
			 const char *separator);

/* The same as selectors for a command: "em1 em2/1", a PF where all its VFs are meant. */
char *sriov_vf_set_selectors(struct sriov_checkup *checkup,
			     const struct sriov_vf_set *set);

void sriov_vf_set_free(struct sriov_vf_set *set);

/*
 * Call @fn with each entry of the folder @path below @dir that does not begin with a dot,
 * in the order of the names.  Returns 0, or -errno when it cannot be listed.
 */
typedef void sriov_entry_fn(struct sriov_checkup *checkup, const char *name, void *arg);
int sriov_checkup_each(struct sriov_checkup *checkup, int dir, const char *path,
		       sriov_entry_fn *fn, void *arg);

/* Whether the kernel's command line has the word @word ("intel_iommu=on"). */
bool sriov_checkup_booted_with(const struct sriov_checkup *checkup, const char *word);

/*
 * Say that the finding added last is mended by adding @word to the kernel's command line,
 * or by taking it out of there, in the words of this distribution (boot.c).
 * Sources: etc/os-release, etc/default/grub, etc/kernel/cmdline.
 */
void sriov_finding_fix_cmdline(struct sriov_checkup *checkup, bool add, const char *word);

/* Whether the machine's maker is Dell, whose firmware menus the messages can name. */
bool sriov_checkup_is_dell(const struct sriov_checkup *checkup);

#endif
