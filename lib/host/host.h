/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of what is: PFs, their VFs, and who uses them. */
#ifndef SRIOV_HOST_HOST_H
#define SRIOV_HOST_HOST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/parse.h"
#include "sys/devlink.h"
#include "sys/doors.h"
#include "sys/pci.h"
#include "sys/vfinfo.h"

#define SRIOV_DRIVER_LEN 32
#define SRIOV_NETDEV_LEN 16 /* IFNAMSIZ */
#define SRIOV_DEVICE_LEN sizeof("netdevsim4294967295")

/* "em1/3" or a PCI address */
#define SRIOV_NAME_LEN 32

enum sriov_user_kind {
	SRIOV_USER_GUEST,     /* a virtual machine holds its vfio device */
	SRIOV_USER_PROCESS,   /* another program holds its vfio device */
	SRIOV_USER_NAMESPACE, /* its netdev, or what stands on it, lives in another one */
	SRIOV_USER_MASTER,    /* its netdev belongs to a bond, bridge, team or switch */
	SRIOV_USER_UPPER,     /* a macvtap, VLAN or the like stands on its netdev */
	SRIOV_USER_ADDRESS,   /* its netdev is up and has an address */
	SRIOV_USER_ROUTE,     /* a route goes over its netdev */
	SRIOV_USER_MOUNT,     /* the host has a file system or swap on it */
	SRIOV_USER_DISPLAY,   /* the firmware's console is on it */
	SRIOV_USER_UNKNOWN,   /* in use, and the caller may not see by whom */
	/* from here on it is only spoken for: see sriov_function_in_use() */
	SRIOV_USER_DEFINED, /* a guest's definition names it, and the guest has it not */
	SRIOV_USER_POOL,    /* libvirt may hand it out */
};

#define SRIOV_USER_LEN 64

/* The users of a function: those that use it stand before those that only may. */
struct sriov_user {
	enum sriov_user_kind kind;
	pid_t pid; /* of a defined guest: when it runs; 0: none */
	char name[SRIOV_USER_LEN];
	char detail[SRIOV_USER_LEN]; /* UPPER, MASTER: what it is ("macvtap", "bond");
					DEFINED: "macvtap" when that is how;
					POOL: the guests that take from it; "" unknown */
};

enum sriov_bus {
	SRIOV_BUS_PCI,
	SRIOV_BUS_NETDEVSIM, /* the kernel's own simulator (drivers/net/netdevsim) */
	SRIOV_N_BUSES,
};

/* A PCI function, or what stands for one on another bus: see sriov_function_is_pci(). */
struct sriov_function {
	enum sriov_bus bus;
	struct sriov_bdf bdf;		/* all 0 for what is no PCI function */
	char address[SRIOV_DEVICE_LEN]; /* its name on the bus; "" a VF that has none */
	uint16_t vendor;
	uint16_t device;
	uint32_t class;		       /* base, sub, interface: 0x020000 is Ethernet */
	char driver[SRIOV_DRIVER_LEN]; /* "" none is bound */
	char netdev[SRIOV_NETDEV_LEN]; /* "" none, or in another namespace */
	unsigned ifindex;	       /* of netdev, 0 none */
	bool link_up;		       /* netdev is set up by the administrator */
	uint64_t netdev_mac;	       /* 48 bits; 0: none */
	bool netdev_mac_random;	       /* its driver made it up: none was given */
	int group;		       /* IOMMU group, -1 none */
	bool vfio_open;		       /* somebody has its vfio device open */
	struct sriov_user *users;
	size_t n_users;
};

/*
 * What libvirt puts back when the guest stops: it sets MAC and VLAN of the VFs that a
 * guest has by <interface> or from a pool (run/libvirt/hostdevmgr).
 */
struct sriov_saved {
	bool has_mac;
	uint64_t mac; /* 0: none */
	bool has_vlan;
	unsigned vlan; /* 0: none; qos is not kept */
};

struct sriov_vf {
	struct sriov_function fn;
	unsigned index;
	struct sriov_vf_settings settings;
	struct sriov_saved saved; /* read with the settings */
	/* its netdev on the switch's side in switchdev mode; "" none */
	char representor[SRIOV_NETDEV_LEN];
	int representor_likelihood; /* of host/eswitch.c; 0 none */
	unsigned msix; /* its MSI-X vectors, 0 not known; only where the PF has
			  a pool of them */
};

#define SRIOV_VF_BARS 6

/* Where the kernel has put the memory of the VFs. */
struct sriov_vf_bar {
	uint64_t address; /* of VF 0; 0: none was found for it */
	uint64_t size;	  /* bytes a VF; 0: no such BAR */
	bool is_64bit;
	bool prefetchable;
};

#define SRIOV_NO_LIMIT (-EOPNOTSUPP)

struct sriov_pf {
	struct sriov_function fn;
	char name[SRIOV_NAME_LEN]; /* what users call it: em1, nvme0, else the address */
	int total_vfs;		   /* the driver's limit; -errno when it cannot be read,
				      SRIOV_NO_LIMIT when the driver tells none */
	int numa;		   /* node, -1 unknown */
	bool autoprobe;		   /* the kernel binds new VFs to their driver */
	bool carrier;
	int msix_pool; /* MSI-X vectors for all VFs together, 0 when the driver deals out
			  none or it was not looked at, -errno when that cannot be read */
	bool has_capability;
	struct sriov_capability capability;
	struct sriov_error capability_error;	   /* why there is none */
	struct sriov_vf_bar vf_bar[SRIOV_VF_BARS]; /* with the capability only */
	bool eswitch_asked;			   /* SRIOV_LOOK_ESWITCH */
	int eswitch_result; /* 0, or -errno why eswitch is not known; -EOPNOTSUPP: the
			       card has none that can be set */
	struct sriov_eswitch eswitch;
	struct sriov_vf *vf; /* ascending by index */
	size_t n_vfs;
	bool settings_read;
	struct sriov_error settings_error; /* why they could not be read */
};

struct sriov_host {
	struct sriov_doors *doors;
	struct sriov_pf *pf; /* by bus, and there ascending by address */
	size_t n_pfs;
	struct sriov_function **function; /* neither PF nor VF, looked at by address */
	size_t n_functions;
};

/* What to look at beside the PFs themselves. */
enum sriov_look {
	SRIOV_LOOK_VFS = 1 << 0,	/* the VFs as sysfs shows them */
	SRIOV_LOOK_SETTINGS = 1 << 1,	/* and their settings: one netlink request a PF */
	SRIOV_LOOK_USERS = 1 << 2,	/* and who uses them */
	SRIOV_LOOK_PF_USERS = 1 << 3,	/* addresses, routes, masters of the PFs */
	SRIOV_LOOK_CAPABILITY = 1 << 4, /* config space; wakes a sleeping card */
	SRIOV_LOOK_ESWITCH = 1 << 5,	/* devlink; waits for a change of the mode */
	SRIOV_LOOK_MSIX = 1 << 6,	/* see sriov_pf_look_msix() */
	SRIOV_LOOK_REPRESENTORS = 1 << 7, /* of the VFs; a file of each */
};

/*
 * Look at the host.  @what is a set of enum sriov_look.  With @only, just the PFs of
 * those @n_only addresses (as in struct sriov_function).  The files that wait for a
 * running write (sriov_numvfs of PCI, driver_override before 6.2) are never read.  What
 * a caller without privilege cannot read is marked unknown and no error.  The caller
 * frees the host; @doors must outlive it.
 */
int sriov_host_look(struct sriov_doors *doors, unsigned what, const char *const *only,
		    size_t n_only, struct sriov_host *ret, struct sriov_error *err);

void sriov_host_free(struct sriov_host *host);

/*
 * Look how many MSI-X vectors the driver of @pf has for its VFs (sriov_vf_total_msix),
 * and how many each of them has (config space, for root).  That file is not shown while a
 * write to the PF is running: it is waited for a second, and then not known.
 */
void sriov_pf_look_msix(struct sriov_doors *doors, struct sriov_pf *pf);

/*
 * Look at the PCI function @bdf, which is neither PF nor VF, and keep it in the host.
 * Returns NULL with @err filled (SRIOV_NOT_FOUND) where there is none.
 */
struct sriov_function *sriov_host_function(struct sriov_host *host,
					   const struct sriov_bdf *bdf,
					   struct sriov_error *err);

/* The PF called @name (its netdev's or nvme's name, or its address), or NULL. */
struct sriov_pf *sriov_host_pf(const struct sriov_host *host, const char *name);

/* The VF @index of @pf, or NULL. */
struct sriov_vf *sriov_pf_vf(const struct sriov_pf *pf, unsigned index);

/* Write "em1/3" into @buf and return it. */
const char *sriov_vf_name(const struct sriov_pf *pf, unsigned index,
			  char buf[static SRIOV_NAME_LEN]);

/* Whether it is a PCI function: only that can be bound and handed to a guest. */
bool sriov_function_is_pci(const struct sriov_function *fn);

/* The name of the bus on which devices are called like @address: "pci". */
const char *sriov_bus_of(const char *address);

/* Whether the function is a network controller by its class, or by its bus. */
bool sriov_function_is_net(const struct sriov_function *fn);

/* Whether the function is a bridge (host bridge, root port, switch) by its class. */
bool sriov_function_is_bridge(const struct sriov_function *fn);

/* Whether @driver hands a device to user space through vfio. */
bool sriov_driver_is_vfio(const char *driver);

/*
 * Whether @driver knows no device by itself and takes any that an override gives it: it
 * makes no network interface either.
 */
bool sriov_driver_takes_any(const char *driver);

/*
 * The driver that driver_override reserves the PCI function @address for, "" none, into
 * @buf; whoever holds the device holds up the reader.  Returns 0 or -errno.
 */
int sriov_override_read(const struct sriov_doors *doors, const char *address,
			char buf[static SRIOV_DRIVER_LEN]);

/*
 * The same of @fn.  False when it cannot be read, or not without waiting for a guest
 * (kernels before 6.2).
 */
bool sriov_function_override(const struct sriov_doors *doors,
			     const struct sriov_function *fn,
			     char buf[static SRIOV_DRIVER_LEN]);

/* Whether somebody uses the function now, not only may when he starts. */
bool sriov_function_in_use(const struct sriov_function *fn);

/* Whether the definition of a guest that has it not names the function itself. */
bool sriov_function_is_defined(const struct sriov_function *fn);

/* "guest vm1 (pid 2211)", "guest vm3 (shut off)", "pool em1-pool" into @buf, which is
 * returned. */
const char *sriov_user_format(const struct sriov_user *user, char *buf, size_t size);

/* The word for @kind in JSON: "guest", "process", … */
const char *sriov_user_kind_name(enum sriov_user_kind kind);

#endif
