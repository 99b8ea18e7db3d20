/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a step and an errno to a cause and a cure. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "run/explain.h"

/* What the kernel means by an errno there; NULL driver: any. */
struct meaning {
	const char *driver;
	int errnum;
	const char *cause;
	const char *cure;
};

static const struct meaning vfs_meanings[] = {
	{"netdevsim", ENOMEM, "more VFs than its max_vfs in debugfs",
	 "disable it, and raise /sys/kernel/debug/netdevsim/*/max_vfs"},
	{NULL, EIO, "the card's InitialVFs does not fit", "look at 'sriovctl show'"},
	{NULL, ENOMEM,
	 "the firmware has left no memory space or bus numbers for VFs (dmesg says which)",
	 "enable SR-IOV and 'Above 4G Decoding' in the firmware, or boot with pci=realloc"},
	{NULL, ENOSPC, "the host has no interrupt vectors left", "make fewer VFs"},
	{NULL, ENOENT, "its driver does not support it",
	 "vfio-pci makes VFs with its parameter enable_sriov=1, other drivers of PFs do"},
	{"igb", EPERM, "the igb driver allows 7 VFs, and needs MSI-X", "dmesg | tail"},
	{"ixgbe", EPERM, "traffic classes or macvlan offload are in use on the port",
	 "take them down first"},
	{"i40e", EAGAIN, "the port is being reset", "try again in a moment"},
	{"i40e", EPERM, "the card has not enough resources for so many VFs",
	 "make fewer VFs"},
	{"i40e", EINVAL, "VFs are assigned to guests", "shut the guests down first"},
	{"ice", EOPNOTSUPP, "more VFs than the card has, or it is in safe mode",
	 "dmesg | tail"},
	{"ice", EBUSY, "the card is not ready yet", "try again in a moment"},
	{NULL, EBUSY, "a VF was taken into use meanwhile, or VFs exist already",
	 "sriovctl list"},
	{NULL, EPERM, "VFs are assigned to guests", "shut the guests down first"},
	{NULL, ENODEV, "the card is gone", "sriovctl list"},
};

static const struct meaning *find_meaning(const struct meaning *table, size_t n,
					  const char *driver, int errnum)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].errnum == errnum &&
		    (!table[i].driver || strcmp(table[i].driver, driver) == 0))
			return &table[i];
	return NULL;
}

static void still_writing(const char *what, uint64_t waited_ms, struct sriov_error *err)
{
	sriov_error_set(
		err, SRIOV_FAILED, ETIME,
		"the kernel has not completed the write to %s after %llu s: how it "
		"ends is not known yet",
		what, (unsigned long long)waited_ms / 1000);
	sriov_error_hint(
		err, "look again with 'sriovctl list'; the PF stays locked until then. "
		     "If it never ends, some program holds a VF open");
}

/* See struct sriov_write.idle. */
static void opened_meanwhile(struct sriov_error *err)
{
	sriov_error_set(err, SRIOV_IN_USE, EBUSY,
			"a vfio device was opened just now; it was not taken away");
	sriov_error_hint(err, "who has it: sriovctl list");
}

void sriov_explain_vfs(const struct sriov_step *step, int errnum, uint64_t waited_ms,
		       struct sriov_error *err)
{
	const char *driver = step->pf->fn.driver;
	const struct meaning *meaning = find_meaning(
		vfs_meanings, SRIOV_ARRAY_SIZE(vfs_meanings), driver, errnum);
	unsigned long long vfs = step->to.number;

	if (errnum == ETIME) {
		still_writing("sriov_numvfs", waited_ms, err);
	} else if (errnum == ETXTBSY) {
		opened_meanwhile(err);
	} else if (meaning) {
		sriov_error_set(err, SRIOV_FAILED, errnum, "cannot %s: %s (%s)",
				vfs ? "make VFs" : "remove the VFs", meaning->cause,
				strerror(errnum));
		sriov_error_hint(err, "%s", meaning->cure);
	} else {
		sriov_error_set(err, SRIOV_FAILED, errnum, "cannot %s: %s",
				vfs ? "make VFs" : "remove the VFs", strerror(errnum));
	}
	sriov_error_object(err, "%s", step->pf->name);
}

/* Whether the driver's answer is about what it can do at all. */
static bool is_unsupported(int errnum)
{
	return errnum == EOPNOTSUPP || errnum == EPROTONOSUPPORT || errnum == ENOSYS;
}

static const struct meaning eswitch_meanings[] = {
	{"bnxt_en", EPERM, "before Linux 6.4 it needs VFs for switchdev mode",
	 "make some first, with 'sriovctl enable'"},
	{"ice", EOPNOTSUPP, "it has VFs, or no firmware or kernel option for switchdev",
	 "sriovctl disable it first"},
	{NULL, EBUSY, "flows, LAG or somebody else's change is in the way",
	 "take tc's rules and the bond off the port first"},
};

/* Of the kernel's own words there can be none better. */
void sriov_explain_eswitch(const struct sriov_step *step, int errnum, const char *reason,
			   struct sriov_error *err)
{
	const char *driver = step->pf->fn.driver;
	const struct meaning *meaning = find_meaning(
		eswitch_meanings, SRIOV_ARRAY_SIZE(eswitch_meanings), driver, errnum);
	char mode[SRIOV_VALUE_LEN];

	sriov_step_value(step, &step->to, mode);
	if (reason[0])
		sriov_error_set(err, SRIOV_FAILED, errnum,
				"the %s driver refuses eswitch %s: %s (%s)", driver, mode,
				reason, strerror(errnum));
	else if (meaning)
		sriov_error_set(err, SRIOV_FAILED, errnum,
				"the %s driver refuses eswitch %s: %s (%s)", driver, mode,
				meaning->cause, strerror(errnum));
	else
		sriov_error_set(err, SRIOV_FAILED, errnum,
				"the %s driver refuses eswitch %s: %s", driver, mode,
				strerror(errnum));
	if (is_unsupported(errnum))
		err->code = SRIOV_UNSUPPORTED;
	sriov_error_hint(err, "%s", meaning ? meaning->cure : "dmesg | tail");
	sriov_error_object(err, "%s", step->pf->name);
}

static void explain_rate(const struct sriov_step *step, bool carrier,
			 struct sriov_error *err)
{
	const char *driver = step->pf->fn.driver;

	if (!carrier) {
		sriov_error_set(
			err, SRIOV_FAILED, EINVAL,
			"the %s driver sets a rate only while the port has carrier, "
			"and %s has none",
			driver, step->pf->name);
		sriov_error_hint(err,
				 step->pf->fn.link_up
					 ? "look at the cable and the switch port of %s"
					 : "ip link set %s up",
				 step->pf->name);
		return;
	}
	sriov_error_set(err, SRIOV_FAILED, EINVAL,
			"the %s driver refuses %s: not a rate that this port can keep",
			driver, sriov_step_attribute(step));
}

void sriov_explain_setting(const struct sriov_step *step, int errnum, const char *reason,
			   bool carrier, struct sriov_error *err)
{
	const char *driver = step->pf->fn.driver, *attribute = sriov_step_attribute(step);
	char name[SRIOV_NAME_LEN], value[SRIOV_VALUE_LEN];
	bool rate = sriov_attr(step->attr)->message == SRIOV_VF_MESSAGE_RATE;

	sriov_step_value(step, &step->to, value);
	if (reason[0]) {
		sriov_error_set(err, SRIOV_FAILED, errnum,
				"the %s driver refuses %s %s: %s", driver, attribute,
				value, reason);
	} else if (rate && errnum == EINVAL) {
		explain_rate(step, carrier, err);
	} else if (errnum == EPROTONOSUPPORT) {
		sriov_error_set(
			err, SRIOV_FAILED, errnum,
			"the %s driver refuses proto 802.1ad: protocol not supported",
			driver);
	} else {
		sriov_error_set(err, SRIOV_FAILED, errnum, "the %s driver refuses %s: %s",
				driver, attribute,
				errnum == EOPNOTSUPP ? "operation not supported"
						     : strerror(errnum));
	}
	if (is_unsupported(errnum))
		err->code = SRIOV_UNSUPPORTED;
	if (sriov_attr_refused_by(sriov_attr(step->attr), driver))
		sriov_error_hint(err, "%s has no %s for VFs", driver, attribute);
	sriov_error_object(err, "%s", sriov_step_object(step, name));
}

static const struct meaning driver_meanings[] = {
	{"vfio-pci", EINVAL,
	 "the IOMMU is off, or the rest of its IOMMU group is not free",
	 "boot with intel_iommu=on or amd_iommu=on; then: sriovctl show"},
	{"vfio-pci", EBUSY, "it is a PF that has VFs", "sriovctl disable it first"},
	{NULL, ENODEV, "the driver does not know the device, or the device is gone",
	 "dmesg | tail"},
	{NULL, ENXIO, "its driver has made no network interface", "dmesg | tail"},
	{NULL, EBUSY, "it was taken into use meanwhile", "sriovctl list"},
	{NULL, EAGAIN, "the driver is not ready", "try again in a moment"},
};

void sriov_explain_driver(const struct sriov_step *step, const char *driver, int errnum,
			  uint64_t waited_ms, struct sriov_error *err)
{
	/* a VF has no VFs that would keep vfio-pci off */
	const struct meaning *meaning =
		find_meaning(driver_meanings, SRIOV_ARRAY_SIZE(driver_meanings),
			     step->pf && errnum == EBUSY ? "" : driver, errnum);
	char name[SRIOV_NAME_LEN];

	if (errnum == ETIME) {
		still_writing("bind or unbind", waited_ms, err);
	} else if (errnum == ETXTBSY) {
		opened_meanwhile(err);
	} else if (errnum == ENOENT) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, errnum,
				"this kernel has no driver %s", driver);
		sriov_error_hint(err, "modinfo %s", driver);
	} else if (meaning) {
		sriov_error_set(err, SRIOV_FAILED, errnum, "cannot bind to %s: %s (%s)",
				driver, meaning->cause, strerror(errnum));
		sriov_error_hint(err, "%s", meaning->cure);
	} else {
		sriov_error_set(err, SRIOV_FAILED, errnum, "cannot bind to %s: %s",
				driver, strerror(errnum));
	}
	sriov_error_object(err, "%s", sriov_step_object(step, name));
}
