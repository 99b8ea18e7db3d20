/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a domain: an edit is refused with an error, or its result is XML,
 * stays as it is when made twice, and adding is undone by removing.
 */
#include "base/array.h"
#include "libvirt/edit.h"
#include "must.h"
#include "sys/xml.h"

static const struct sriov_guest_device devices[] = {
	{.bdf = {0, 0x01, 0x10, 6},
	 .pf = "em1",
	 .vf = 3,
	 .mac = 0x525400a10003,
	 .vlan = 42},
	{.bdf = {0, 0x01, 0x11, 2}, .pf = "em1", .vf = 5, .mac = 0x525400a10005},
	{.bdf = {0, 0x3b, 0, 0}, .pf = "em2", .mac = 0x525400a20000},
};

static bool is_same(const struct sriov_edit *edit, const char *text, size_t size)
{
	return edit->size == size && memcmp(edit->text, text, size) == 0;
}

static bool all_are(const struct sriov_edit *edit, enum sriov_edit_status status)
{
	for (size_t i = 0; i < edit->n_outcomes; i++)
		if (edit->outcomes[i].status != status)
			return false;
	return true;
}

static void must_be_xml(const struct sriov_edit *edit)
{
	_cleanup_xml_ struct sriov_xml *xml = NULL;
	struct sriov_error err = {0};

	must(sriov_xml_read(edit->text, edit->size, &xml, &err) == 0, "result is XML");
}

static struct sriov_edit *remove_these(const struct sriov_edit *edit,
				       const struct sriov_guest_device *these, size_t n)
{
	struct sriov_edit *removed = NULL;
	struct sriov_error err = {0};

	must(sriov_domain_remove(edit->text, edit->size, these, n, &removed, &err) == 0,
	     "what was added can be removed");
	must(all_are(removed, SRIOV_EDIT_REMOVED), "what was added is removed");
	return removed;
}

static void must_come_back(const struct sriov_edit *added, size_t n, const char *text,
			   size_t size)
{
	_cleanup_edit_ struct sriov_edit *at_once = remove_these(added, devices, n);
	_cleanup_edit_ struct sriov_edit *now = remove_these(added, devices, 1);

	must(is_same(at_once, text, size), "removed at once");
	for (size_t i = 1; i < n; i++) {
		struct sriov_edit *next = remove_these(now, &devices[i], 1);

		sriov_edit_free(now);
		now = next;
	}
	must(is_same(now, text, size), "removed one by one");
}

static void try_adding(const char *text, size_t size, enum sriov_guest_form form,
		       size_t n)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL, *again = NULL;
	struct sriov_error err = {0};
	int r;

	r = sriov_domain_add(text, size, form, devices, n, &edit, &err);
	if (r < 0) {
		must(!edit && err.code != SRIOV_OK && err.msg[0],
		     "a failure has an error");
		return;
	}
	must_be_xml(edit);
	if (all_are(edit, SRIOV_EDIT_ADDED))
		must_come_back(edit, n, text, size);
	if (sriov_domain_add(edit->text, edit->size, form, devices, n, &again, &err) < 0)
		must(false, "adding twice");
	must(all_are(again, SRIOV_EDIT_UNCHANGED), "the second time changes nothing");
	must(is_same(again, edit->text, edit->size), "the second time is the first");
}

static void try_pairs(const char *text, size_t size, enum sriov_guest_form form, size_t n)
{
	static const struct sriov_standby standby = {.bridge = "br0", .queues = 4};
	_cleanup_edit_ struct sriov_edit *edit = NULL, *again = NULL;
	struct sriov_error err = {0};

	if (sriov_domain_add_pairs(text, size, form, &standby, devices, n, &edit, &err) <
	    0)
		return;
	must_be_xml(edit);
	must(sriov_domain_add_pairs(edit->text, edit->size, form, &standby, devices, n,
				    &again, &err) == 0,
	     "adding pairs twice");
	must(all_are(again, SRIOV_EDIT_UNCHANGED),
	     "pairs: the second time changes nothing");
	must(is_same(again, edit->text, edit->size),
	     "pairs: the second time is the first");
}

static void try_removing(const char *text, size_t size, size_t n)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL, *all = NULL;
	struct sriov_error err = {0};

	if (sriov_domain_remove(text, size, devices, n, &edit, &err) < 0)
		return;
	must_be_xml(edit);
	if (all_are(edit, SRIOV_EDIT_ABSENT))
		must(is_same(edit, text, size), "nothing removed, nothing changed");
	must(sriov_domain_remove_all(text, size, SRIOV_REMOVE_PCI, &all, &err) == 0,
	     "remove all");
	must_be_xml(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	size_t sum = size;

	/* what is done with a document depends on it, so that any corpus is just XML */
	for (size_t i = 0; i < size; i++)
		sum += data[i];
	try_adding(text, size, sum & 1 ? SRIOV_AS_HOSTDEV : SRIOV_AS_INTERFACE,
		   1 + sum / 2 % SRIOV_ARRAY_SIZE(devices));
	try_pairs(text, size, sum & 1 ? SRIOV_AS_INTERFACE : SRIOV_AS_HOSTDEV,
		  1 + sum / 2 % SRIOV_ARRAY_SIZE(devices));
	try_removing(text, size, SRIOV_ARRAY_SIZE(devices));
	return 0;
}
