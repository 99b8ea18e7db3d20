/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl args qemu|dpdk SEL... */
#include <errno.h>
#include <stdio.h>

#include "commands.h"
#include "devices.h"

/* Both take a device only from a vfio driver. */
static void warn_unbound(const struct app *app, const struct devices *devices)
{
	for (size_t i = 0; i < devices->targets.n; i++) {
		const struct sriov_target *target = &devices->targets.target[i];
		const struct sriov_function *fn =
			target->vf ? &target->vf->fn : target->function;
		char name[SRIOV_NAME_LEN];

		sriov_target_name(target, name);
		if (!sriov_driver_is_vfio(fn->driver))
			app_note(app, "%s is bound to %s; first: sriovctl bind %s", name,
				 fn->driver[0] ? fn->driver : "no driver", name);
	}
}

typedef void print_fn(const struct sriov_bdf *bdf);

static enum sriov_code print(struct app *app, size_t n, const char *const *words,
			     print_fn *print_one, struct sriov_error *err)
{
	struct devices devices = {0};

	if (n == 0)
		return app_usage(&cmd_args, err, "arguments for which VFs?");
	if (devices_select(app, words, n, 0, &devices, err) < 0)
		return err->code;
	for (size_t i = 0; i < devices.n; i++)
		print_one(&devices.device[i].bdf);
	warn_unbound(app, &devices);
	devices_free(&devices);
	return SRIOV_OK;
}

/*
 * Chassis and slot of a port must be no other port's (pcie_chassis_add_slot() of
 * QEMU): people number theirs from 0, these begin at slot 4096 of 13 bits.
 */
static unsigned port_slot(const struct sriov_bdf *bdf)
{
	return 1u << 12 | (bdf->domain & 15) << 8 | (unsigned)bdf->device << 3 |
	       bdf->function;
}

/*
 * Behind a port of its own a device can be taken from the guest while it runs, and its
 * drivers see a PCI Express endpoint as on the host; on pcie.0 neither holds.
 */
static void print_qemu(const struct sriov_bdf *bdf)
{
	char address[SRIOV_BDF_LEN], nodedev[SRIOV_NODEDEV_LEN];

	sriov_bdf_format(bdf, address);
	sriov_bdf_nodedev(bdf, nodedev);
	printf("-device pcie-root-port,id=port-%s,chassis=%u,slot=%u\n"
	       "-device vfio-pci,host=%s,id=%s,bus=port-%s\n",
	       nodedev, bdf->bus, port_slot(bdf), address, nodedev, nodedev);
}

static void print_dpdk(const struct sriov_bdf *bdf)
{
	char address[SRIOV_BDF_LEN];

	printf("-a %s\n", sriov_bdf_format(bdf, address));
}

static enum sriov_code run_qemu(struct app *app, size_t n, const char *const *words,
				struct sriov_error *err)
{
	return print(app, n, words, print_qemu, err);
}

static enum sriov_code run_dpdk(struct app *app, size_t n, const char *const *words,
				struct sriov_error *err)
{
	return print(app, n, words, print_dpdk, err);
}

static const struct command cmd_args_qemu = {
	.name = "qemu",
	.args = "args qemu SEL...",
	.summary = "print the arguments that hand VFs to QEMU",
	.details = "  qemu-system-x86_64 -M q35 ... $(sriovctl args qemu em1/3)\n",
	.complete = COMPLETE_VFS,
	.run = run_qemu,
};

static const struct command cmd_args_dpdk = {
	.name = "dpdk",
	.args = "args dpdk SEL...",
	.summary = "print the arguments that hand VFs to a DPDK program",
	.details = "  dpdk-testpmd $(sriovctl args dpdk em1/0-1) -- -i\n",
	.complete = COMPLETE_VFS,
	.run = run_dpdk,
};

const struct command cmd_args = {
	.name = "args",
	.args = "args qemu|dpdk SEL...",
	.summary = "arguments for QEMU and DPDK",
	.sub = (const struct command *const[]){&cmd_args_qemu, &cmd_args_dpdk, NULL},
};
