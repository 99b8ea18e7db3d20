/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl show SEL... */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "report.h"

/* A line of the description: a word in a column of its own, then what it is. */
static void line(const char *word, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void line(const char *word, const char *fmt, ...)
{
	char text[512], shown[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("  %-16s %s\n", word, sriov_text_printable(text, shown, sizeof(shown)));
}

static void show_users(const struct sriov_function *fn)
{
	char text[128];

	if (fn->n_users == 0)
		line("used by", "-");
	for (size_t i = 0; i < fn->n_users; i++)
		line(i ? "" : "used by", "%s",
		     sriov_user_format(&fn->users[i], text, sizeof(text)));
}

static void show_netdev(const struct sriov_function *fn)
{
	char mac[SRIOV_MAC_LEN];

	if (!fn->netdev[0])
		return;
	/* that of InfiniBand has none */
	if (fn->netdev_mac)
		line("netdev", "%s, %s, MAC %s", fn->netdev, fn->link_up ? "up" : "down",
		     sriov_mac_format(fn->netdev_mac, mac));
	else
		line("netdev", "%s, %s", fn->netdev, fn->link_up ? "up" : "down");
}

/* A VF that is no PCI function is a number, and nothing more. */
static void show_function(const struct sriov_function *fn)
{
	char nodedev[SRIOV_NODEDEV_LEN];

	if (!sriov_function_is_pci(fn)) {
		line("address", "%s",
		     fn->address[0] ? fn->address : "none: it is no PCI device");
		show_netdev(fn);
		return;
	}
	line("address", "%s (vendor %04x, device %04x, class %06x)", fn->address,
	     fn->vendor, fn->device, fn->class);
	line("libvirt's name", "%s", sriov_bdf_nodedev(&fn->bdf, nodedev));
	line("driver", "%s", fn->driver[0] ? fn->driver : "none");
	show_netdev(fn);
	if (fn->group >= 0)
		line("IOMMU group", "%d", fn->group);
	else
		line("IOMMU group",
		     "none: the IOMMU is off, so no VF can be handed to a guest");
}

/* Bit n of the register stands for 2^(n+12) bytes (PCI Express, 9.3.3.12). */
static void show_page_sizes(const struct sriov_capability *cap)
{
	char all[256] = "";

	for (unsigned bit = 0; bit < 32; bit++)
		if (cap->supported_page_sizes & UINT32_C(1) << bit) {
			size_t used = strlen(all);

			snprintf(all + used, sizeof(all) - used, "%s%" PRIu64 " KiB",
				 used ? ", " : "", UINT64_C(4) << bit);
		}
	line("page sizes", "%s; in use %" PRIu64 " KiB", all,
	     (uint64_t)cap->system_page_size * 4);
}

static void show_bars(const struct sriov_pf *pf)
{
	for (unsigned i = 0; i < SRIOV_VF_BARS; i++) {
		const struct sriov_vf_bar *bar = &pf->vf_bar[i];
		char word[16];

		if (bar->size == 0)
			continue;
		snprintf(word, sizeof(word), "VF BAR %u", i);
		line(word, "0x%" PRIx64 ", %" PRIu64 " KiB a VF, %s-bit%s", bar->address,
		     bar->size / 1024, bar->is_64bit ? "64" : "32",
		     bar->prefetchable ? ", prefetchable" : "");
	}
}

static void show_capability(const struct sriov_pf *pf)
{
	const struct sriov_capability *cap = &pf->capability;

	if (!pf->has_capability) {
		line("capability", "not shown: %s", pf->capability_error.msg);
		return;
	}
	line("capability", "SR-IOV at 0x%x: VFs %s, memory %s", cap->offset_in_config,
	     cap->vf_enable ? "on" : "off", cap->vf_memory_enable ? "on" : "off");
	line("TotalVFs", "%u", cap->total_vfs);
	line("InitialVFs", "%u", cap->initial_vfs);
	line("NumVFs", "%u", cap->num_vfs);
	line("first VF offset", "%u, stride %u", cap->first_vf_offset, cap->vf_stride);
	line("VF device", "%04x:%04x", pf->fn.vendor, cap->vf_device);
	line("ARI", "%s, %s", cap->ari_capable ? "capable" : "not capable",
	     cap->ari_hierarchy ? "on" : "off");
	show_page_sizes(cap);
	show_bars(pf);
}

static void show_limits(const struct sriov_pf *pf)
{
	char hardware[16] = "?", driver[16] = "?";

	if (pf->total_vfs == SRIOV_NO_LIMIT) {
		line("VFs", "%zu now; the %s driver tells no limit", pf->n_vfs,
		     pf->fn.driver);
		return;
	}
	if (pf->has_capability)
		snprintf(hardware, sizeof(hardware), "%u", pf->capability.total_vfs);
	if (pf->total_vfs >= 0)
		snprintf(driver, sizeof(driver), "%d", pf->total_vfs);
	line("VFs", "%zu now; limits: hardware %s, driver %s", pf->n_vfs, hardware,
	     driver);
	if (pf->has_capability && pf->total_vfs >= 0 &&
	    pf->total_vfs < pf->capability.total_vfs)
		line("",
		     "the card could make %u, the %s driver allows %d (sriov_totalvfs)",
		     pf->capability.total_vfs, pf->fn.driver, pf->total_vfs);
	if (pf->total_vfs < 0)
		line("", "sriov_totalvfs cannot be read: %s", strerror(-pf->total_vfs));
}

/* In the words of devlink. */
static void show_eswitch(const struct sriov_pf *pf)
{
	const struct sriov_eswitch *eswitch = &pf->eswitch;
	const char *mode = sriov_eswitch_mode_name(eswitch->mode);
	const char *inlines = sriov_eswitch_inline_name(eswitch->inline_mode);

	if (!sriov_function_is_net(&pf->fn))
		return;
	if (pf->eswitch_result == -EOPNOTSUPP)
		line("eswitch", "none that can be set");
	else if (pf->eswitch_result == -EPERM)
		line("eswitch", "not shown: needs root");
	else if (pf->eswitch_result < 0)
		line("eswitch", "not shown: %s", strerror(-pf->eswitch_result));
	else
		line("eswitch", "%s%s%s%s", mode ? mode : "of another mode",
		     inlines ? ", inline " : "", inlines ? inlines : "",
		     eswitch->encap < 0	   ? ""
		     : eswitch->encap == 0 ? ", encap none"
					   : ", encap basic");
}

static void show_pf(const struct sriov_pf *pf, struct sriov_pci_names *names)
{
	char device[128];

	printf("%s  %s\n", pf->name,
	       report_device(names, &pf->fn, device, sizeof(device)));
	show_function(&pf->fn);
	if (pf->fn.netdev[0])
		line("carrier", "%s", pf->carrier ? "yes" : "no");
	if (pf->numa >= 0)
		line("NUMA node", "%d", pf->numa);
	else
		line("NUMA node", "-");
	show_limits(pf);
	show_eswitch(pf);
	if (pf->msix_pool > 0)
		line("MSI-X vectors", "%d for the VFs together", pf->msix_pool);
	else if (pf->msix_pool < 0)
		line("MSI-X vectors", "how many the VFs share cannot be read: %s",
		     strerror(-pf->msix_pool));
	if (sriov_function_is_pci(&pf->fn))
		show_capability(pf);
	show_users(&pf->fn);
}

static void show_settings(const struct sriov_vf *vf)
{
	for (unsigned id = 0; id < SRIOV_ATTR_DRIVER; id++) {
		const struct sriov_attr *attr = sriov_attr(id);
		struct sriov_value value = sriov_vf_value(vf, id);
		char text[SRIOV_VALUE_LEN];

		if (value.known)
			line(attr->name, "%s%s", sriov_attr_format(attr, &value, text),
			     attr->unit && value.number ? attr->unit : "");
		else if (!attr->rare)
			line(attr->name, "not reported by the PF's driver");
	}
}

/* Libvirt has set the VF for its guest, and undoes that. */
static void show_saved(const struct sriov_saved *saved)
{
	char mac[SRIOV_MAC_LEN];

	if (saved->has_mac)
		line("libvirt restores", "mac %s",
		     saved->mac ? sriov_mac_format(saved->mac, mac) : "none");
	if (saved->has_vlan)
		line(saved->has_mac ? "" : "libvirt restores", "vlan %u", saved->vlan);
}

static void show_vf(const struct sriov_pf *pf, const struct sriov_vf *vf)
{
	char name[SRIOV_NAME_LEN];

	printf("%s  VF %u of %s\n", sriov_vf_name(pf, vf->index, name), vf->index,
	       pf->name);
	show_function(&vf->fn);
	if (vf->representor[0])
		line("representor", "%s", vf->representor);
	if (pf->settings_read)
		show_settings(vf);
	show_saved(&vf->saved);
	show_users(&vf->fn);
}

static int print(const struct app *app, const struct sriov_host *host,
		 const struct sriov_targets *targets, struct sriov_error *err)
{
	struct sriov_pci_names *names = NULL;

	if (app->json) {
		json_print(report_host(host, targets), stdout);
		return 0;
	}
	if (sriov_pci_names_open(host->doors, &names) < 0)
		return sriov_error_memory(err);
	for (size_t i = 0; i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];

		if (i)
			putchar('\n');
		if (target->vf)
			show_vf(target->pf, target->vf);
		else
			show_pf(target->pf, names);
	}
	sriov_pci_names_close(names);
	return 0;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS |
			SRIOV_LOOK_PF_USERS | SRIOV_LOOK_CAPABILITY | SRIOV_LOOK_ESWITCH |
			SRIOV_LOOK_MSIX | SRIOV_LOOK_REPRESENTORS;
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};

	if (n == 0)
		return app_usage(&cmd_show, err, "show what?");
	if (sriov_host_look(app->doors, what, NULL, 0, &host, err) < 0)
		return err->code;
	if (sriov_select(&host, words, n, SRIOV_SELECT_EMPTY | SRIOV_SELECT_VFS_TOO,
			 &targets, err) == 0 &&
	    print(app, &host, &targets, err) == 0)
		report_unread(app, &host);
	sriov_targets_free(&targets);
	sriov_host_free(&host);
	return err->code;
}

const struct command cmd_show = {
	.name = "show",
	.args = "show SEL...",
	.summary = "describe a PF (limits, SR-IOV capability) or a VF (every setting)",
	.details = "  sriovctl show em1        the port, its limits and its capability\n"
		   "  sriovctl show em1/3      one VF\n",
	.complete = COMPLETE_VFS,
	.run = run,
};
