/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine must give: CPU virtualization, an IOMMU, vfio. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

/* All processors are described alike: the first is enough. */
#define CPUINFO_MAX 8192

/* What a processor's maker calls its virtualization, and the module that uses it. */
static const struct {
	const char *flag;
	const char *module;
} virtualizations[] = {
	{"vmx", "kvm_intel"},
	{"svm", "kvm_amd"},
};

/* Whether @flag is one of the words of the line @flags. */
static bool has_flag(const char *flags, const char *flag)
{
	size_t len = strlen(flag);

	for (const char *at = flags; (at = strstr(at, flag)); at += len)
		if (at[-1] == ' ' && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void read_flags(struct sriov_cpu *cpu, const char *flags)
{
	cpu->known = true;
	cpu->is_guest = has_flag(flags, "hypervisor");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(virtualizations); i++)
		if (has_flag(flags, virtualizations[i].flag)) {
			cpu->flag = virtualizations[i].flag;
			cpu->module = virtualizations[i].module;
		}
}

/* The kernel takes vmx out of the flags when the firmware has locked it (from 5.6). */
struct sriov_cpu sriov_cpu_read(const struct sriov_doors *doors)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_cpu cpu = {0};
	char *rest, *line;

	if (sriov_sysfs_text(doors->proc, "cpuinfo", CPUINFO_MAX, &text) < 0)
		return cpu;
	rest = text;
	while (!cpu.known && (line = strsep(&rest, "\n"))) {
		if (strncmp(line, "vendor_id", 9) == 0)
			cpu.is_intel = strstr(line, "GenuineIntel") != NULL;
		if (strncmp(line, "flags\t", 6) == 0 || strncmp(line, "flags ", 6) == 0)
			read_flags(&cpu, line);
	}
	return cpu;
}

static void no_virtualization(struct sriov_checkup *checkup)
{
	const struct sriov_cpu *cpu = &checkup->cpu;

	sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
			  "CPU virtualization off%s: KVM cannot run guests",
			  cpu->is_guest ? " (this host is itself a guest)"
					: " in the firmware");
	if (cpu->is_guest)
		sriov_finding_fix(checkup, "turn nested virtualization on for this guest "
					   "on the host that runs it");
	else if (sriov_checkup_is_dell(checkup))
		sriov_finding_fix(checkup,
				  "System BIOS > Processor Settings > Virtualization "
				  "Technology, or: racadm set "
				  "BIOS.ProcSettings.ProcVirtualization Enabled");
	else
		sriov_finding_fix(checkup,
				  "turn %s on in the firmware's set-up (on Dell: "
				  "System BIOS > Processor Settings > "
				  "Virtualization Technology)",
				  cpu->is_intel ? "VT-x and VT-d" : "SVM and the IOMMU");
}

static void no_kvm(struct sriov_checkup *checkup)
{
	sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
			  "CPU virtualization there (%s), but not KVM: /dev/kvm is "
			  "missing",
			  checkup->cpu.flag);
	/* kernels before 6.8 leave svm in the flags when the firmware has it locked */
	sriov_finding_fix(checkup,
			  "modprobe %s        (\"not supported\": it is off in "
			  "the firmware)",
			  checkup->cpu.module);
}

void sriov_check_virtualization(struct sriov_checkup *checkup)
{
	const struct sriov_cpu *cpu = &checkup->cpu;
	bool kvm = sriov_sysfs_exists(checkup->doors->dev, "kvm");

	if (cpu->known && !cpu->flag)
		no_virtualization(checkup);
	else if (cpu->known && !kvm)
		no_kvm(checkup);
	else if (cpu->known)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL,
				  "CPU virtualization on (%s), KVM ready", cpu->flag);
	else if (kvm)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "KVM ready");
	else
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "CPU virtualization: /proc/cpuinfo does not tell, and "
				  "there is no /dev/kvm");
}

static size_t count_entries(int dir, const char *path)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(dir, path);
	size_t n = 0;

	while (list && sriov_sysfs_next(list))
		n++;
	return n;
}

/* Who makes the IOMMU: by the name under which its driver registers its units. */
static const char *iommu_maker(const struct sriov_checkup *checkup)
{
	_cleanup_closedir_ DIR *list =
		sriov_sysfs_list(checkup->doors->sys, "class/iommu");
	const char *name = list ? sriov_sysfs_next(list) : NULL;

	if (!name)
		return "";
	if (strncmp(name, "dmar", 4) == 0)
		return "intel, ";
	if (strncmp(name, "ivhd", 4) == 0)
		return "amd, ";
	return "";
}

enum remapping { REMAPPING_UNKNOWN, REMAPPING_OFF, REMAPPING_ON };

/*
 * x86 puts "IR-" before the chip of an interrupt that is remapped (proc/interrupts,
 * "IR-IO-APIC", "IR-PCI-MSI"); the first such line tells for all.
 */
static enum remapping read_remapping(const struct sriov_checkup *checkup)
{
	_cleanup_fclose_ FILE *file =
		sriov_sysfs_stream(checkup->doors->proc, "interrupts");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) >= 0) {
		const char *chip = strstr(line, "IO-APIC");

		if (!chip)
			chip = strstr(line, " PCI-MSI");
		if (strstr(line, "IR-IO-APIC") || strstr(line, "IR-PCI-MSI"))
			return REMAPPING_ON;
		if (chip)
			return REMAPPING_OFF;
	}
	return REMAPPING_UNKNOWN;
}

/* vfio hands nothing to a guest that could send the host any interrupt
 * (vfio_iommu_type1). */
static void no_remapping(struct sriov_checkup *checkup)
{
	static const char *const words[] = {"nointremap", "intremap=off"};
	char unsafe[8] = "";

	sriov_sysfs_read(checkup->doors->sys,
			 "module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
			 unsafe, sizeof(unsafe));
	if (unsafe[0] == 'Y')
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, NULL,
				  "interrupt remapping off, and vfio was told not to "
				  "mind: a guest can send the host any interrupt");
	else
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
				  "interrupt remapping off: vfio refuses to hand a VF to "
				  "a guest");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(words); i++)
		if (sriov_checkup_booted_with(checkup, words[i])) {
			sriov_finding_fix_cmdline(checkup, false, words[i]);
			return;
		}
	sriov_finding_fix(checkup,
			  "turn it on in the firmware's set-up (Interrupt Remapping, "
			  "x2APIC)%s",
			  unsafe[0] == 'Y' ? ""
					   : "; where the guests can be trusted: options "
					     "vfio_iommu_type1 allow_unsafe_interrupts=1 "
					     "in /etc/modprobe.d/vfio.conf");
}

static void iommu_is_on(struct sriov_checkup *checkup, size_t groups)
{
	enum remapping remapping = read_remapping(checkup);

	sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "IOMMU on (%s%zu groups)%s",
			  iommu_maker(checkup), groups,
			  remapping == REMAPPING_ON ? ", interrupt remapping on" : "");
	if (remapping == REMAPPING_OFF)
		no_remapping(checkup);
}

static void off_in_firmware(struct sriov_checkup *checkup)
{
	const struct sriov_cpu *cpu = &checkup->cpu;

	sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
			  "IOMMU off in the firmware (no ACPI table %s): no VF can be "
			  "handed to a guest",
			  cpu->is_intel ? "DMAR" : "DMAR or IVRS");
	if (cpu->is_guest)
		sriov_finding_fix(checkup, "give this guest a virtual IOMMU on the host "
					   "that runs it");
	else if (sriov_checkup_is_dell(checkup))
		sriov_finding_fix(checkup, "System BIOS > Processor Settings > "
					   "Virtualization Technology, which has VT-d "
					   "with it");
	else
		sriov_finding_fix(checkup, "turn %s on in the firmware's set-up",
				  cpu->is_intel ? "VT-d" : "the IOMMU (AMD-Vi)");
}

/* The firmware offers it, and the kernel does not use it. */
static void off_in_kernel(struct sriov_checkup *checkup, bool intel)
{
	static const char *const off[] = {"iommu=off", "intel_iommu=off",
					  "amd_iommu=off"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(off); i++)
		if (sriov_checkup_booted_with(checkup, off[i])) {
			sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
					  "IOMMU off on the kernel's command line (%s): "
					  "no VF can be handed to a guest",
					  off[i]);
			sriov_finding_fix_cmdline(checkup, false, off[i]);
			return;
		}
	if (intel && !sriov_checkup_booted_with(checkup, "intel_iommu=on")) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
				  "IOMMU there, but not turned on (no intel_iommu=on on "
				  "the kernel's command line): no VF can be handed to a "
				  "guest");
		sriov_finding_fix_cmdline(checkup, true, "intel_iommu=on");
		return;
	}
	sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
			  "IOMMU there, but the kernel could not start it: no VF can be "
			  "handed to a guest");
	sriov_finding_fix(checkup, "dmesg | grep -e DMAR -e AMD-Vi -e IOMMU        says "
				   "why; often a newer firmware mends it");
}

void sriov_check_iommu(struct sriov_checkup *checkup)
{
	const int sys = checkup->doors->sys;
	size_t groups = count_entries(sys, "kernel/iommu_groups");

	if (groups) {
		iommu_is_on(checkup, groups);
		return;
	}
	if (sriov_sysfs_exists(sys, "firmware/acpi/tables/DMAR"))
		off_in_kernel(checkup, true);
	else if (sriov_sysfs_exists(sys, "firmware/acpi/tables/IVRS"))
		off_in_kernel(checkup, false);
	else if (sriov_sysfs_exists(sys, "firmware/acpi/tables"))
		off_in_firmware(checkup);
	else
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
				  "IOMMU off, and no ACPI tables to tell why: no VF can "
				  "be handed to a guest");
}

void sriov_check_vfio(struct sriov_checkup *checkup)
{
	struct sriov_doors *doors = checkup->doors;
	int r;

	if (sriov_sysfs_exists(doors->sys, "bus/pci/drivers/vfio-pci")) {
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "vfio-pci loaded");
		return;
	}
	r = doors->ops->find_module(doors, "vfio-pci");
	if (r == 0) {
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL,
				  "vfio-pci there, to be loaded when it is needed");
	} else if (r == -ENOENT) {
		sriov_finding_add(checkup, SRIOV_LEVEL_FAIL, NULL,
				  "the running kernel has no module vfio-pci: no VF can "
				  "be handed to a guest");
		sriov_finding_fix(checkup, "install the package with this kernel's "
					   "modules; after an update of the kernel: "
					   "reboot");
	} else {
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "vfio-pci not loaded; whether it is there cannot be "
				  "read: %s",
				  strerror(-r));
	}
}
