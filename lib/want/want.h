/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of what should be. */
#ifndef SRIOV_WANT_WANT_H
#define SRIOV_WANT_WANT_H

#include "want/assignment.h"
#include "want/selector.h"

/* The word for the driver that the kernel would choose by itself, and for none. */
#define SRIOV_DRIVER_DEFAULT "default"
#define SRIOV_DRIVER_NONE "none"
/* And for vfio-pci or, where the kernel has one for the device, its vfio variant driver.
 */
#define SRIOV_DRIVER_VFIO "vfio"

struct sriov_vf_want {
	unsigned index;
	uint32_t mask; /* bit 1 << attribute: value counts; else leave it alone */
	struct sriov_value value[SRIOV_N_ATTRS];
	bool clear_override; /* be reserved for no driver any more */
	bool start_driver;   /* have its driver start again, for a network interface */
	bool must_bind;	     /* with a driver: that none takes it is a failure */
};

struct sriov_pf_want {
	const struct sriov_pf *pf;
	int vfs;		  /* how many, -1: leave it alone */
	int link;		  /* 1 up, 0 down, -1: leave it alone */
	bool autoprobe;		  /* let the kernel bind new VFs; else leave it alone */
	int eswitch;		  /* SRIOV_ESWITCH_LEGACY, ..., -1: leave it alone */
	struct sriov_vf_want *vf; /* ascending by index */
	size_t n_vfs;
};

/* For a PCI function that is no VF. */
struct sriov_function_want {
	const struct sriov_function *function;
	const struct sriov_pf *pf; /* it is one, and may have VFs; else NULL */
	bool must_bind;		   /* that no driver takes it is a failure */
	char driver[SRIOV_DRIVER_LEN];
};

/* Wants point into the host that they were made for. */
struct sriov_want {
	struct sriov_pf_want *pf;
	size_t n_pfs;
	struct sriov_function_want *function;
	size_t n_functions;
	/* the words of a file that is applied again and again: what a running guest or
	 * libvirt for it has changed is no difference */
	bool standing;
};

/* What is wanted of @pf, for more to be added; NULL when no memory is left. */
struct sriov_pf_want *sriov_want_pf(struct sriov_want *want, const struct sriov_pf *pf);

/*
 * What is wanted of the VF @target, which comes behind those that it was asked for before
 * of its PF; NULL when no memory is left.
 */
struct sriov_vf_want *sriov_want_vf(struct sriov_want *want,
				    const struct sriov_target *target);

/*
 * Want @vfs VFs of @pf, which belongs to @host.  Errors: SRIOV_UNSUPPORTED (no driver for
 * the PF), SRIOV_FAILED (more than the driver allows).
 */
int sriov_want_vfs(struct sriov_want *want, const struct sriov_host *host,
		   const struct sriov_pf *pf, unsigned vfs, struct sriov_error *err);

/*
 * Want the switch of @pf, looked at with SRIOV_LOOK_ESWITCH, to be in @mode.
 * Errors: SRIOV_UNSUPPORTED (it has none that can be set), SRIOV_PRIVILEGE, SRIOV_FAILED
 * (its mode cannot be read).
 */
int sriov_want_eswitch(struct sriov_want *want, const struct sriov_pf *pf, int mode,
		       struct sriov_error *err);

/*
 * Want @assignments for every VF of @targets.  Errors: SRIOV_USAGE (one mac for several
 * VFs, a base that counts up past the low 24 bits), SRIOV_UNSUPPORTED (no known default,
 * no permanent address for mac auto), SRIOV_FAILED (no machine-id).
 */
int sriov_want_settings(struct sriov_want *want, struct sriov_host *host,
			const struct sriov_targets *targets,
			const struct sriov_assignment *assignments, size_t n,
			struct sriov_error *err);

/*
 * Want @driver for every VF and function of @targets: a driver's name or one of the words
 * above.
 */
int sriov_want_driver(struct sriov_want *want, struct sriov_doors *doors,
		      const struct sriov_targets *targets, const char *driver,
		      struct sriov_error *err);

/* Want the driver of the kernel's choice for the card @pf itself, which must take it. */
int sriov_want_pf_driver(struct sriov_want *want, const struct sriov_pf *pf,
			 struct sriov_error *err);

/*
 * Write the name of the driver that @driver means for @fn into @buf of @size bytes:
 * SRIOV_DRIVER_VFIO is a matter of the device, any other name stays.
 */
void sriov_want_driver_name(struct sriov_doors *doors, const struct sriov_function *fn,
			    const char *driver, char *buf, size_t size);

/* Whether a function bound to @now ("" nothing) has what the word @to asks for. */
bool sriov_driver_satisfied(const char *now, const char *to);

void sriov_want_free(struct sriov_want *want);

#endif
