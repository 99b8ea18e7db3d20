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

static enum sriov_code print(struct app *app, size_t n, const char *const *words,
			     const char *option, struct sriov_error *err)
{
	struct devices devices = {0};

	if (n == 0)
		return app_usage(&cmd_args, err, "arguments for which VFs?");
	if (devices_select(app, words, n, 0, &devices, err) < 0)
		return err->code;
	for (size_t i = 0; i < devices.n; i++) {
		char address[SRIOV_BDF_LEN];

		printf("%s%s\n", option,
		       sriov_bdf_format(&devices.device[i].bdf, address));
	}
	warn_unbound(app, &devices);
	devices_free(&devices);
	return SRIOV_OK;
}

static enum sriov_code run_qemu(struct app *app, size_t n, const char *const *words,
				struct sriov_error *err)
{
	return print(app, n, words, "-device vfio-pci,host=", err);
}

static enum sriov_code run_dpdk(struct app *app, size_t n, const char *const *words,
				struct sriov_error *err)
{
	return print(app, n, words, "-a ", err);
}

static const struct command cmd_args_qemu = {
	.name = "qemu",
	.args = "args qemu SEL...",
	.summary = "print the arguments that hand VFs to QEMU",
	.details = "  qemu-system-x86_64 ... $(sriovctl args qemu em1/3)\n",
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
