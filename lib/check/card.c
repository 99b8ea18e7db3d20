/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a card must be given and offer before it can have VFs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

#define PCI_DEVICES "bus/pci/devices"

/* Drivers of network cards that implement sriov_configure (drivers/net/ethernet). */
static const char *const sriov_drivers[] = {
	"igb",	    "ixgbe", "i40e",  "ice",	      "mlx4_core", "mlx5_core",
	"bnxt_en",  "bnx2x", "qede",  "qed",	      "cxgb4",	   "nfp",
	"be2net",   "sfc",   "ionic", "hinic",	      "hns3",	   "funeth",
	"liquidio", "enic",  "fm10k", "octeontx2-pf",
};

static bool is_sriov_driver(const char *driver)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(sriov_drivers); i++)
		if (strcmp(sriov_drivers[i], driver) == 0)
			return true;
	return false;
}

/* Print "0000:01:00.0 (igb)" if that device's driver could make VFs. */
static void print_candidate(struct sriov_checkup *checkup, const char *address, void *arg)
{
	char path[96], driver[SRIOV_DRIVER_LEN];
	FILE *to = arg;

	snprintf(path, sizeof(path), PCI_DEVICES "/%.32s/driver", address);
	if (sriov_sysfs_link_name(checkup->doors->sys, path, driver, sizeof(driver)) ==
		    0 &&
	    is_sriov_driver(driver))
		fprintf(to, "%s%s (%s)", ftell(to) > 0 ? ", " : "", address, driver);
}

/* The kernel shows sriov_totalvfs of every function that has the capability. */
static void no_pf(struct sriov_checkup *checkup)
{
	_cleanup_free_ char *names = NULL;
	size_t size;
	FILE *to = open_memstream(&names, &size);

	if (!to) {
		checkup->no_memory = true;
		return;
	}
	sriov_checkup_each(checkup, checkup->doors->sys, PCI_DEVICES, print_candidate,
			   to);
	if (fclose(to) != 0 || !names[0]) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
				  "no card of this host has SR-IOV");
		sriov_finding_fix(checkup, "a card that has it: lspci -v shows the "
					   "capability Single Root I/O Virtualization");
		return;
	}
	sriov_finding_add(
		checkup, SRIOV_LEVEL_FAIL, names,
		"cards of this kind have SR-IOV, but it is off in the firmware");
	sriov_finding_fix(
		checkup, "%s",
		sriov_checkup_is_dell(checkup)
			? "System BIOS > Integrated Devices > SR-IOV Global Enable, or: "
			  "racadm set BIOS.IntegratedDevices.SriovGlobalEnable Enabled"
			: "turn SR-IOV on in the firmware's set-up and in the card's own "
			  "(on Dell: System BIOS > Integrated Devices > SR-IOV Global "
			  "Enable)");
}

/* drivers/pci/iov.c, sriov_enable(): one that differs is -EIO at every write. */
static bool initial_differs(const struct sriov_pf *pf)
{
	return pf->has_capability &&
	       pf->capability.initial_vfs != pf->capability.total_vfs;
}

static void check_limits(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	if (pf->total_vfs < 0) {
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, pf->name,
				  "sriov_totalvfs cannot be read: %s",
				  strerror(-pf->total_vfs));
	} else if (initial_differs(pf)) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, pf->name,
				  "the card's SR-IOV capability contradicts itself "
				  "(InitialVFs %u, TotalVFs %u): the kernel makes no VF",
				  pf->capability.initial_vfs, pf->capability.total_vfs);
		sriov_finding_fix(checkup, "a newer firmware of the card, or a full "
					   "power-off of the server");
	} else if (pf->total_vfs == 0) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, pf->name,
				  "the %s driver allows no VFs",
				  pf->fn.driver[0] ? pf->fn.driver : "card's");
		sriov_finding_fix(checkup, "give it VFs in the card's own set-up (System "
					   "Setup > Device Settings; mlxconfig for "
					   "Mellanox: SRIOV_EN=1 NUM_OF_VFS=8)");
	} else if (!pf->fn.driver[0]) {
		bool mends =
			sriov_pf_broken(checkup->doors, pf, NULL) & SRIOV_BROKEN_DRIVER;

		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
				  "no driver is bound to it: it cannot make VFs");
		sriov_finding_fix(checkup,
				  "sriovctl %s%s        gives it to the driver that the "
				  "kernel would choose",
				  mends ? "repair " : "unbind function:",
				  mends ? pf->name : pf->fn.address);
	} else if (sriov_driver_is_vfio(pf->fn.driver)) {
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, pf->name,
				  "bound to %s: the port itself is for a guest, and has "
				  "no VFs to give",
				  pf->fn.driver);
	}
}

static bool is_fit(const struct sriov_pf *pf)
{
	return pf->total_vfs > 0 && pf->fn.driver[0] && !initial_differs(pf) &&
	       !sriov_driver_is_vfio(pf->fn.driver);
}

static bool same_limits(const struct sriov_pf *a, const struct sriov_pf *b)
{
	return is_fit(b) && a->total_vfs == b->total_vfs &&
	       strcmp(a->fn.driver, b->fn.driver) == 0 &&
	       a->has_capability == b->has_capability &&
	       (!a->has_capability || a->capability.total_vfs == b->capability.total_vfs);
}

/* One line for the ports of a card, which all have the same limits. */
static size_t say_limits(struct sriov_checkup *checkup, size_t first)
{
	const struct sriov_pf *pf = checkup->pf[first];
	char names[256] = "", hardware[64] = "";
	size_t n = 0;

	while (first + n < checkup->n_pfs && same_limits(pf, checkup->pf[first + n])) {
		sriov_text_append(names, sizeof(names), "%s%s", n ? ", " : "",
				  checkup->pf[first + n]->name);
		n++;
	}
	if (pf->has_capability && pf->capability.total_vfs != pf->total_vfs)
		snprintf(hardware, sizeof(hardware), " (%u by the card itself)",
			 pf->capability.total_vfs);
	sriov_finding_add(checkup, SRIOV_LEVEL_OK, names,
			  "up to %d VFs by the %s driver%s", pf->total_vfs, pf->fn.driver,
			  hardware);
	return n;
}

void sriov_check_capability(struct sriov_checkup *checkup)
{
	bool closed = false;

	if (checkup->host->n_pfs == 0)
		no_pf(checkup);
	for (size_t i = 0; i < checkup->n_pfs;) {
		const struct sriov_pf *pf = checkup->pf[i];

		closed |= pf->capability_error.code == SRIOV_PRIVILEGE;
		if (is_fit(pf)) {
			i += say_limits(checkup, i);
		} else {
			check_limits(checkup, pf);
			i++;
		}
	}
	if (closed)
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "needs root: what the cards themselves allow, and "
				  "whether their VFs have memory");
}

/* linux/pci_regs.h: the type of a BAR that exists reads as it is made. */
#define BAR_TYPE_BITS 0xe

static bool lacks_memory(const struct sriov_pf *pf, unsigned bar)
{
	const struct sriov_vf_bar *assigned = &pf->vf_bar[bar];

	if (assigned->size)
		return assigned->address == 0;
	/* the second half of a 64-bit BAR is address and no type */
	if (bar > 0 && (pf->capability.vf_bar[bar - 1] & BAR_TYPE_BITS) &&
	    pf->vf_bar[bar - 1].is_64bit)
		return false;
	return (pf->capability.vf_bar[bar] & BAR_TYPE_BITS) != 0;
}

static void no_memory_for(struct sriov_checkup *checkup, const struct sriov_pf *pf,
			  unsigned bar)
{
	sriov_finding_add(
		checkup, SRIOV_LEVEL_FAIL, pf->name,
		"no memory is assigned to the VFs (VF BAR %u): none can be made", bar);
	if (sriov_checkup_booted_with(checkup, "pci=realloc"))
		sriov_finding_fix(checkup, "turn Memory Mapped I/O above 4 GB on in the "
					   "firmware's set-up (pci=realloc is set and "
					   "did not help)");
	else
		sriov_finding_fix_cmdline(checkup, true, "pci=realloc");
}

/* What a check has to say of one PF. */
enum outcome { OUTCOME_NOT_ASKED, OUTCOME_GOOD, OUTCOME_SAID };

typedef enum outcome pf_check_fn(struct sriov_checkup *checkup,
				 const struct sriov_pf *pf);

/* Ask every PF; @all_good is said when there is one to ask and none is complained of. */
static void each_pf(struct sriov_checkup *checkup, pf_check_fn *ask, const char *all_good)
{
	bool asked = false, good = true;

	for (size_t i = 0; i < checkup->n_pfs; i++) {
		enum outcome outcome = ask(checkup, checkup->pf[i]);

		asked |= outcome != OUTCOME_NOT_ASKED;
		good &= outcome != OUTCOME_SAID;
	}
	if (asked && good)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "%s", all_good);
}

static enum outcome ask_memory(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	if (!pf->has_capability)
		return OUTCOME_NOT_ASKED;
	for (unsigned bar = 0; bar < SRIOV_VF_BARS; bar++)
		if (lacks_memory(pf, bar)) {
			no_memory_for(checkup, pf, bar);
			return OUTCOME_SAID;
		}
	return OUTCOME_GOOD;
}

void sriov_check_memory(struct sriov_checkup *checkup)
{
	each_pf(checkup, ask_memory, "memory is assigned to the VFs of every PF");
}

/* How a PF's VFs lie on the buses below the port that it is in. */
struct routing {
	bool ari; /* that port forwards to more than eight functions of a bus */
	unsigned first;
	unsigned offset;
	unsigned stride;
	unsigned last_bus; /* that the port leads to, 0 not known */
};

static unsigned number_or(int dir, const char *path, unsigned otherwise)
{
	uint64_t number;

	return sriov_sysfs_number(dir, path, 10, UINT16_MAX, &number) < 0
		       ? otherwise
		       : (unsigned)number;
}

static unsigned routing_id(const struct sriov_bdf *bdf)
{
	return (unsigned)bdf->bus << 8 | (unsigned)bdf->device << 3 | bdf->function;
}

/* last_bus is 0 for a PF that is part of the root complex. */
static bool read_routing(const struct sriov_checkup *checkup, const struct sriov_pf *pf,
			 struct routing *ret)
{
	_cleanup_close_ int dir = -1;
	char path[64];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", pf->fn.address);
	dir = sriov_sysfs_open(checkup->doors->sys, path);
	if (dir < 0)
		return false;
	*ret = (struct routing){
		.ari = number_or(dir, "ari_enabled", 1),
		.first = routing_id(&pf->fn.bdf),
		.offset = number_or(dir, "sriov_offset", 0),
		.stride = number_or(dir, "sriov_stride", 0),
		.last_bus = number_or(dir, "../subordinate_bus_number", 0),
	};
	return ret->offset != 0;
}

static unsigned bus_of(const struct routing *routing, unsigned index)
{
	return (routing->first + routing->offset + index * routing->stride) >> 8;
}

bool sriov_pf_index_at(const struct sriov_checkup *checkup, const struct sriov_pf *pf,
		       const struct sriov_bdf *bdf, unsigned *ret)
{
	unsigned rid = routing_id(bdf), at;
	struct routing routing;

	if (bdf->domain != pf->fn.bdf.domain || pf->total_vfs <= 0 ||
	    !read_routing(checkup, pf, &routing) || routing.stride == 0)
		return false;
	at = routing.first + routing.offset;
	if (rid < at || (rid - at) % routing.stride != 0 ||
	    (rid - at) / routing.stride >= (unsigned)pf->total_vfs)
		return false;
	*ret = (rid - at) / routing.stride;
	return true;
}

static void out_of_buses(struct sriov_checkup *checkup, const struct sriov_pf *pf,
			 const struct routing *routing)
{
	char fit_text[32] = "none";
	unsigned fit = 0;

	while ((int)fit < pf->total_vfs && bus_of(routing, fit) <= routing->last_bus)
		fit++;
	if (fit)
		snprintf(fit_text, sizeof(fit_text), "only %u", fit);
	sriov_finding_add(checkup, fit ? SRIOV_LEVEL_WARN : SRIOV_LEVEL_FAIL, pf->name,
			  "its VFs need buses up to %02x, the port above it leads up to "
			  "%02x%s: %s can be made",
			  bus_of(routing, (unsigned)pf->total_vfs - 1), routing->last_bus,
			  routing->ari ? "" : " (and has ARI off)", fit_text);
	if (!routing->ari)
		sriov_finding_fix(checkup,
				  "turn PCIe ARI on in the firmware's set-up, or "
				  "put the card into another slot");
	else
		sriov_finding_fix_cmdline(checkup, true, "pci=assign-busses");
}

static enum outcome ask_buses(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	struct routing routing;
	unsigned bus;

	if (pf->total_vfs <= 0 || !read_routing(checkup, pf, &routing) ||
	    routing.last_bus == 0)
		return OUTCOME_NOT_ASKED;
	bus = bus_of(&routing, (unsigned)pf->total_vfs - 1);
	if (bus > routing.last_bus) {
		out_of_buses(checkup, pf, &routing);
		return OUTCOME_SAID;
	}
	if (routing.ari || bus == pf->fn.bdf.bus)
		return OUTCOME_GOOD;
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
			  "ARI is off in the port above it: its VFs take up the buses to "
			  "%02x",
			  bus);
	sriov_finding_fix(checkup, "turn PCIe ARI on in the firmware's set-up");
	return OUTCOME_SAID;
}

void sriov_check_buses(struct sriov_checkup *checkup)
{
	each_pf(checkup, ask_buses, "buses and ARI suffice for the VFs of every PF");
}

static enum outcome ask_link(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	if (!pf->fn.netdev[0] || pf->n_vfs == 0)
		return OUTCOME_NOT_ASKED;
	if (!pf->fn.link_up) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, pf->name,
				  "link down: libvirt refuses to start a guest with one "
				  "of its VFs");
		sriov_finding_fix(checkup, "ip link set %s up", pf->name);
		return OUTCOME_SAID;
	}
	if (pf->carrier)
		return OUTCOME_GOOD;
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
			  "no carrier: its VFs have no link to the outside");
	sriov_finding_fix(checkup, "look at the cable and the switch's port");
	return OUTCOME_SAID;
}

void sriov_check_link(struct sriov_checkup *checkup)
{
	each_pf(checkup, ask_link, "every PF with VFs is up and has carrier");
}
