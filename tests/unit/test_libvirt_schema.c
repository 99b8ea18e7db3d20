/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written and edited, against libvirt's own schemas.  They are looked for in
 * $SRIOV_LIBVIRT_SCHEMAS, else where libvirt installs them; without them: skipped.
 */
#include <check.h>
#include <string.h>
#include <unistd.h>

#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "base/array.h"
#include "devices.h"
#include "libvirt/document.h"
#include "libvirt/edit.h"
#include "unit.h"

#define SKIPPED 77

static const struct sriov_guest_device devices[] = {
	EM1_3,
	EM2_0,
	{.bdf = {0, 0x81, 0, 1}, .pf = "eth0.1:a", .vf = 127, .mac = 0x525400a30000},
};

static const struct sriov_guest_device hba = HBA;

static const char *schemas(void)
{
	const char *path = getenv("SRIOV_LIBVIRT_SCHEMAS");

	return path ? path : "/usr/share/libvirt/schemas";
}

static xmlRelaxNGPtr schema_read(const char *name)
{
	xmlRelaxNGParserCtxtPtr parser;
	xmlRelaxNGPtr schema;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", schemas(), name);
	parser = xmlRelaxNGNewParserCtxt(path);
	ck_assert_ptr_nonnull(parser);
	schema = xmlRelaxNGParse(parser);
	ck_assert_ptr_nonnull(schema);
	xmlRelaxNGFreeParserCtxt(parser);
	return schema;
}

static void assert_valid(xmlRelaxNGPtr schema, const char *text)
{
	xmlRelaxNGValidCtxtPtr valid = xmlRelaxNGNewValidCtxt(schema);
	xmlDocPtr document =
		xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);

	ck_assert_ptr_nonnull(document);
	ck_assert_msg(xmlRelaxNGValidateDoc(valid, document) == 0, "%s", text);
	xmlFreeDoc(document);
	xmlRelaxNGFreeValidCtxt(valid);
}

static void assert_valid_network(xmlRelaxNGPtr schema,
				 const struct sriov_network_spec *spec)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_network(spec, &text, &err), 0);
	assert_valid(schema, text);
}

START_TEST(networks_are_valid)
{
	static const struct sriov_portgroup portgroups[] = {{"red", 1},
							    {"a_b.c:d/e", 4094}};
	const struct sriov_network_spec specs[] = {
		{.pf = "em1"},
		{.pf = "em1", .name = "R&D <1> \xc3\xa9"},
		{.pf = "em1", .portgroups = portgroups, .n_portgroups = 2},
		{.name = "two", .vfs = devices, .n_vfs = 2},
	};
	xmlRelaxNGPtr schema = schema_read("network.rng");

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(specs); i++)
		assert_valid_network(schema, &specs[i]);
	xmlRelaxNGFree(schema);
}
END_TEST

static void assert_valid_domain(xmlRelaxNGPtr schema,
				const struct sriov_domain_spec *spec)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_domain(spec, &text, &err), 0);
	assert_valid(schema, text);
}

START_TEST(domains_are_valid)
{
	static const char *const paths[] = {NULL, "/a&b.qcow2", "/dev/vg/lv"};
	xmlRelaxNGPtr schema = schema_read("domain.rng");

	for (unsigned i = 0; i < 2 * 2 * SRIOV_ARRAY_SIZE(paths); i++) {
		bool has_kernel = i & 1;

		assert_valid_domain(
			schema,
			&(struct sriov_domain_spec){
				.name = "vm <1> \xc3\xa9",
				.memory_mib = 1024,
				.vcpus = 4,
				.type = i & 2 ? SRIOV_GUEST_QEMU : SRIOV_GUEST_KVM,
				.disk = paths[i / 4],
				.kernel = has_kernel ? "/boot/vmlinuz" : NULL,
				.initrd = has_kernel ? "/boot/initrd" : NULL,
				.cmdline = has_kernel ? "a='b' c=\"<d>\"" : NULL,
				.spare_ports = i,
				.form = i & 2 ? SRIOV_AS_INTERFACE : SRIOV_AS_HOSTDEV,
				.devices = devices,
				.n_devices = i % 4,
			});
	}
	xmlRelaxNGFree(schema);
}
END_TEST

/* A fragment alone has no schema; inside a domain it has. */
static void assert_valid_fragments(xmlRelaxNGPtr schema, const char *fragments)
{
	_cleanup_free_ char *text = NULL;

	ck_assert_int_ge(asprintf(&text,
				  "<domain type='kvm'><name>x</name><memory>1"
				  "</memory><os><type>hvm</type></os><devices>%s"
				  "</devices></domain>",
				  fragments),
			 0);
	assert_valid(schema, text);
}

static const struct sriov_standby standbys[] = {
	{.bridge = "br0", .queues = 4},
	{.network = "R&D <1>"},
};

START_TEST(fragments_are_valid)
{
	xmlRelaxNGPtr schema = schema_read("domain.rng");

	for (enum sriov_guest_form form = 0; form <= SRIOV_AS_INTERFACE; form++) {
		_cleanup_free_ char *fragments = NULL, *pairs = NULL;
		struct sriov_error err = {0};

		ck_assert_int_eq(
			sriov_document_devices(form, devices, 3, &fragments, &err), 0);
		assert_valid_fragments(schema, fragments);
		ck_assert_int_eq(sriov_document_pairs(form, &standbys[form], devices, 3,
						      &pairs, &err),
				 0);
		assert_valid_fragments(schema, pairs);
	}
	xmlRelaxNGFree(schema);
}
END_TEST

static void assert_valid_edits(xmlRelaxNGPtr schema, const char *text, size_t size,
			       enum sriov_guest_form form)
{
	enum sriov_guest_form other =
		form == SRIOV_AS_HOSTDEV ? SRIOV_AS_INTERFACE : SRIOV_AS_HOSTDEV;
	_cleanup_edit_ struct sriov_edit *edit = NULL, *changed = NULL, *more = NULL,
					 *pairs = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_domain_add(text, size, form, devices, 3, &edit, &err), 0);
	assert_valid(schema, edit->text);
	ck_assert_int_eq(sriov_domain_add(edit->text, edit->size, other, devices, 3,
					  &changed, &err),
			 0);
	assert_valid(schema, changed->text);
	ck_assert_int_eq(sriov_domain_add(changed->text, changed->size, SRIOV_AS_HOSTDEV,
					  &hba, 1, &more, &err),
			 0);
	assert_valid(schema, more->text);
	ck_assert_int_eq(sriov_domain_add_pairs(more->text, more->size, form,
						&standbys[form], devices, 3, &pairs,
						&err),
			 0);
	assert_valid(schema, pairs->text);
}

START_TEST(edited_domains_are_valid)
{
	static const char *const fixtures[] = {
		"xml/inactive.xml", "xml/live.xml",	"xml/qemu.xml",
		"xml/crlf.xml",	    "xml/minified.xml", "xml/latin1.xml",
	};
	xmlRelaxNGPtr schema = schema_read("domain.rng");

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(fixtures); i++) {
		size_t size;
		_cleanup_free_ char *text = unit_read(fixtures[i], &size);

		assert_valid(schema, text);
		assert_valid_edits(schema, text, size, SRIOV_AS_HOSTDEV);
		assert_valid_edits(schema, text, size, SRIOV_AS_INTERFACE);
	}
	xmlRelaxNGFree(schema);
}
END_TEST

static Suite *suite_libvirt_schema(void)
{
	Suite *suite = suite_create("libvirt schemas");
	TCase *tcase = tcase_create("schemas");

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, networks_are_valid);
	tcase_add_test(tcase, domains_are_valid);
	tcase_add_test(tcase, fragments_are_valid);
	tcase_add_test(tcase, edited_domains_are_valid);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	if (access(schemas(), R_OK) < 0) {
		printf("SKIPPED: no libvirt schemas in %s\n", schemas());
		return SKIPPED;
	}
	return unit_run(suite_libvirt_schema());
}
