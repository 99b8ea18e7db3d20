/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding devices and taking them out is the identity, for generated domains. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "libvirt/edit.h"
#include "sys/xml.h"
#include "unit.h"

#define DOCUMENTS 6000
#define SEED 0x5eed5eed5eedULL
#define DEVICES_MAX 4

/* xorshift64: the same documents at every run. */
struct generator {
	uint64_t state;
	FILE *file;
	const char *eol;
	const char *step;
	bool is_latin1;
};

static unsigned below(struct generator *g, unsigned n)
{
	g->state ^= g->state << 13;
	g->state ^= g->state >> 7;
	g->state ^= g->state << 17;
	return (unsigned)(g->state >> 33) % n;
}

static const char *pick(struct generator *g, const char *const *words, size_t n)
{
	return words[below(g, (unsigned)n)];
}

#define PICK(g, ...)                                                                     \
	pick((g), (const char *const[]){__VA_ARGS__},                                    \
	     SRIOV_ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

static void put(struct generator *g, const char *text)
{
	fputs(text, g->file);
}

static void put_break(struct generator *g, unsigned depth)
{
	/* now and then out of line */
	if (below(g, 12) == 0) {
		put(g, PICK(g, "", " ", "\n", "\t", "\r\n", "\n\n  ", "   \n", "\r"));
		return;
	}
	put(g, g->eol);
	while (depth-- > 0)
		put(g, g->step);
}

/* What looks like tags to a careless reader. */
static const char *const traps[] = {
	"<!-- </devices> <devices/> -->",
	"<!---->",
	"<![CDATA[</devices></domain>]]>",
	"<?sriovctl </devices>?>",
	"&lt;/devices&gt;",
	"text",
	"<x a='/devices >' b=\"'/>\"/>",
	"<x a = '&#10;>' />",
};

static void put_trap(struct generator *g)
{
	put(g, traps[below(g, SRIOV_ARRAY_SIZE(traps))]);
}

static void put_text(struct generator *g)
{
	if (g->is_latin1)
		put(g, PICK(g, "\xe9", "a\xff", "plain", ""));
	else
		put(g, PICK(g, "\xc3\xa9", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x90\xa7",
			    "a"));
}

/* A device of the host that is not among those the test adds. */
static void put_host_device(struct generator *g)
{
	static const char *const kinds[] = {
		"<hostdev mode='subsystem' type='pci' managed='yes'>%s<source>%s<address "
		"domain='0x0000' bus='0x%02x' slot='0x%02x' function='0x0'/></source>%s"
		"</hostdev>",
		"<hostdev type=\"pci\">%s<source>%s<address bus='%u' slot='%u'/></source>%s"
		"<address type='pci' bus='0x81' slot='0x10'/></hostdev >",
		"<interface managed='no' type='hostdev'>%s<source>%s<address type='pci' "
		"bus='0x%02x' slot='0x%02x'/></source>%s</interface>",
	};
	const char *gap = PICK(g, "", "", " ", "\n      ");

	fprintf(g->file, kinds[below(g, SRIOV_ARRAY_SIZE(kinds))], gap, gap,
		below(g, 128), below(g, 32), gap);
}

static void put_device(struct generator *g)
{
	switch (below(g, 6)) {
	case 0:
		put_host_device(g);
		break;
	case 1:
		put_trap(g);
		break;
	case 2:
		put(g,
		    "<disk type='file'><target dev='vda'/><address type='pci' bus='0x81' "
		    "slot='0x10' function='0x1'/></disk>");
		break;
	case 3:
		put(g, "<qemu:devices xmlns:qemu='u'><devices/></qemu:devices>");
		break;
	case 4:
		put(g, "<emulator>");
		put_text(g);
		put(g, "</emulator>");
		break;
	default:
		put(g, PICK(g, "<controller type='usb'/>", "<memballoon model='none' />",
			    "<graphics\n\ttype='vnc'/>"));
	}
}

static void put_devices(struct generator *g)
{
	unsigned n = below(g, 3) == 0 ? 0 : below(g, 6);

	put_break(g, 1);
	if (n == 0 && below(g, 2) == 0) {
		put(g, PICK(g, "<devices/>", "<devices />", "<devices\n/>",
			    "<devices x='>'/>"));
		return;
	}
	put(g, PICK(g, "<devices>", "<devices>", "<devices >", "<devices x=\"/>\">"));
	while (n-- > 0) {
		put_break(g, 2);
		put_device(g);
	}
	put(g, PICK(g, "", " ", "\n  ", "\t", "\r\n", "\n\n"));
	put(g, PICK(g, "</devices>", "</devices>", "</devices >", "</devices  >",
		    "</devices\n>"));
}

static void put_other(struct generator *g)
{
	put_break(g, 1);
	switch (below(g, 5)) {
	case 0:
		put_trap(g);
		break;
	case 1:
		put(g, "<metadata><m:x xmlns:m='u'><devices><hostdev/></devices></m:x>"
		       "</metadata>");
		break;
	case 2:
		put(g, "<title>");
		put_text(g);
		put(g, "</title>");
		break;
	case 3:
		put(g, "<q:commandline xmlns:q='u'><q:arg value='a>b'/></q:commandline>");
		break;
	default:
		put(g, "<os><type arch='x86_64'>hvm</type></os>");
	}
}

static void put_prolog(struct generator *g)
{
	static const char *const declarations[] = {
		"",
		"",
		"\xef\xbb\xbf",
		"<?xml version='1.0'?>",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
		"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n",
		"<?xml version='1.0' encoding='ISO-8859-1'?>\n",
	};
	unsigned i = below(g, SRIOV_ARRAY_SIZE(declarations));

	g->is_latin1 = i == SRIOV_ARRAY_SIZE(declarations) - 1;
	put(g, declarations[i]);
	put(g, PICK(g, "", "", "<!-- <domain> -->\n", "<?x <domain>?>"));
}

static void put_domain(struct generator *g)
{
	unsigned n = below(g, 4), devices = below(g, 8);

	g->eol = PICK(g, "\n", "\n", "\r\n", "", "\r", "\n\n");
	g->step = g->eol[0] ? PICK(g, "  ", "  ", "\t", "    ", "", " \t") : "";
	put_prolog(g);
	put(g, PICK(g, "<domain type='kvm'>", "<domain\n  type=\"kvm\" id='1'\n>",
		    "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"));
	put_break(g, 1);
	put(g, "<name>vm</name>");
	while (n-- > 0)
		put_other(g);
	if (devices > 0)
		put_devices(g);
	if (devices == 7)
		put_devices(g);
	if (below(g, 3) == 0)
		put_other(g);
	put(g, PICK(g, "", " ", "\n", "\r\n", "\n\n\t"));
	put(g, PICK(g, "</domain>", "</domain>", "</domain >"));
	put(g, PICK(g, "", "\n", "\n\n", "\r\n", "<!-- </devices> -->", " \n<?x y?>"));
}

/* A domain, which the caller frees, with no device on bus 0x80 and above. */
static char *generate(struct generator *g)
{
	char *text = NULL;
	size_t size;

	g->file = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(g->file);
	put_domain(g);
	ck_assert_int_eq(fclose(g->file), 0);
	return text;
}

struct trial {
	struct generator generator;
	unsigned seed_number;
	const char *before;
	struct sriov_guest_device devices[DEVICES_MAX];
	size_t n;
};

static enum sriov_guest_form any_form(struct trial *trial)
{
	return below(&trial->generator, 2) ? SRIOV_AS_HOSTDEV : SRIOV_AS_INTERFACE;
}

static void choose_devices(struct trial *trial)
{
	trial->n = 1 + below(&trial->generator, DEVICES_MAX);
	for (size_t i = 0; i < trial->n; i++)
		trial->devices[i] = (struct sriov_guest_device){
			.bdf = {0, 0x81, 0x10, (uint8_t)i},
			.pf = "em1",
			.vf = (unsigned)i,
			.mac = 0x525400000000 + i,
			.vlan = (int)below(&trial->generator, 3),
		};
}

static char *add(struct trial *trial, const char *text, enum sriov_guest_form form,
		 size_t first, size_t n, enum sriov_edit_status status)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_msg(sriov_domain_add(text, strlen(text), form, trial->devices + first,
				       n, &edit, &err) == 0,
		      "document %u: %s\n%s", trial->seed_number, err.msg, text);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(edit->outcomes[i].status == status, "document %u:\n%s",
			      trial->seed_number, text);
	return SRIOV_TAKE(edit->text);
}

static char *remove_some(struct trial *trial, const char *text, size_t first, size_t n)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_msg(sriov_domain_remove(text, strlen(text), trial->devices + first, n,
					  &edit, &err) == 0,
		      "document %u: %s\n%s", trial->seed_number, err.msg, text);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(edit->outcomes[i].status, SRIOV_EDIT_REMOVED);
	return SRIOV_TAKE(edit->text);
}

static void assert_same(const struct trial *trial, const char *text)
{
	ck_assert_msg(strcmp(text, trial->before) == 0, "document %u:\n%s\n---\n%s",
		      trial->seed_number, trial->before, text);
}

/* Take the devices out one by one, in any order. */
static void assert_undone_one_by_one(struct trial *trial, const char *text)
{
	_cleanup_free_ char *now = strdup(text);
	size_t order[DEVICES_MAX];

	for (size_t i = 0; i < trial->n; i++) {
		size_t k = below(&trial->generator, (unsigned)i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	for (size_t i = 0; i < trial->n; i++) {
		char *next = remove_some(trial, now, order[i], 1);

		free(now);
		now = next;
	}
	assert_same(trial, now);
}

/* Between a common beginning and a common end at most a self-closing "/>" is gone. */
static void assert_rest_untouched(struct trial *trial, const char *after)
{
	const char *before = trial->before;
	size_t n = strlen(before), head = 0, tail = 0;

	while (head < n && before[head] == after[head])
		head++;
	while (tail < n - head && before[n - 1 - tail] == after[strlen(after) - 1 - tail])
		tail++;
	ck_assert_msg(head + tail == n || (head + tail + 1 == n && before[head] == '/'),
		      "document %u:\n%s\n---\n%s", trial->seed_number, before, after);
}

static void try_at_once(struct trial *trial)
{
	enum sriov_guest_form form = any_form(trial);
	_cleanup_free_ char *after =
		add(trial, trial->before, form, 0, trial->n, SRIOV_EDIT_ADDED);
	_cleanup_free_ char *again =
		add(trial, after, form, 0, trial->n, SRIOV_EDIT_UNCHANGED);
	_cleanup_free_ char *back = remove_some(trial, after, 0, trial->n);

	ck_assert_str_eq(again, after);
	assert_rest_untouched(trial, after);
	assert_same(trial, back);
	assert_undone_one_by_one(trial, after);
}

static void try_in_two_steps(struct trial *trial)
{
	size_t first = below(&trial->generator, (unsigned)trial->n + 1);
	_cleanup_free_ char *some =
		add(trial, trial->before, any_form(trial), 0, first, SRIOV_EDIT_ADDED);
	_cleanup_free_ char *all = add(trial, some, any_form(trial), first,
				       trial->n - first, SRIOV_EDIT_ADDED);

	assert_undone_one_by_one(trial, all);
}

/* From one form to the other and back: nothing may be left of it. */
static void try_changes_of_form(struct trial *trial)
{
	enum sriov_guest_form form = any_form(trial);
	enum sriov_guest_form other =
		form == SRIOV_AS_HOSTDEV ? SRIOV_AS_INTERFACE : SRIOV_AS_HOSTDEV;
	_cleanup_free_ char *one =
		add(trial, trial->before, form, 0, trial->n, SRIOV_EDIT_ADDED);
	_cleanup_free_ char *two =
		add(trial, one, other, 0, trial->n, SRIOV_EDIT_UPDATED);
	_cleanup_free_ char *three =
		add(trial, two, form, 0, trial->n, SRIOV_EDIT_UPDATED);

	ck_assert_msg(strcmp(one, three) == 0, "document %u:\n%s\n---\n%s",
		      trial->seed_number, one, three);
	assert_undone_one_by_one(trial, two);
}

static void try_remove_all(struct trial *trial)
{
	_cleanup_free_ char *after =
		add(trial, trial->before, any_form(trial), 0, trial->n, SRIOV_EDIT_ADDED);
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_domain_remove_all(after, strlen(after), SRIOV_REMOVE_OWN,
						 &edit, &err),
			 0);
	ck_assert_uint_eq(edit->n_outcomes, trial->n);
	assert_same(trial, edit->text);
}

static const struct sriov_standby standby = {.bridge = "br0", .queues = 4};

static char *add_pairs(struct trial *trial, const char *text,
		       const struct sriov_standby *leads, enum sriov_guest_form form,
		       enum sriov_edit_status status)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_msg(sriov_domain_add_pairs(text, strlen(text), form, leads,
					     trial->devices, trial->n, &edit, &err) == 0,
		      "document %u: %s\n%s", trial->seed_number, err.msg, text);
	for (size_t i = 0; i < trial->n; i++)
		ck_assert_msg(edit->outcomes[i].status == status, "document %u:\n%s",
			      trial->seed_number, text);
	return SRIOV_TAKE(edit->text);
}

/* With the VFs their standbys come and go. */
static void try_pairs(struct trial *trial)
{
	enum sriov_guest_form form = any_form(trial);
	_cleanup_free_ char *pairs =
		add_pairs(trial, trial->before, &standby, form, SRIOV_EDIT_ADDED);
	_cleanup_free_ char *again =
		add_pairs(trial, pairs, &standby, form, SRIOV_EDIT_UNCHANGED);
	_cleanup_free_ char *back = remove_some(trial, pairs, 0, trial->n);

	ck_assert_str_eq(again, pairs);
	assert_rest_untouched(trial, pairs);
	assert_same(trial, back);
	assert_undone_one_by_one(trial, pairs);
}

/* Plain VFs become pairs, and the pairs lead elsewhere and back. */
static void try_turning_into_pairs(struct trial *trial)
{
	const struct sriov_standby other = {.network = "net", .queues = 2};
	enum sriov_guest_form form = any_form(trial);
	_cleanup_free_ char *plain =
		add(trial, trial->before, any_form(trial), 0, trial->n, SRIOV_EDIT_ADDED);
	_cleanup_free_ char *one =
		add_pairs(trial, plain, &standby, form, SRIOV_EDIT_UPDATED);
	_cleanup_free_ char *two =
		add_pairs(trial, one, &other, form, SRIOV_EDIT_UPDATED);
	_cleanup_free_ char *three =
		add_pairs(trial, two, &standby, form, SRIOV_EDIT_UPDATED);

	ck_assert_msg(strcmp(one, three) == 0, "document %u:\n%s\n---\n%s",
		      trial->seed_number, one, three);
	assert_undone_one_by_one(trial, two);
}

static void (*const trials[])(struct trial *) = {
	try_at_once,	try_in_two_steps, try_changes_of_form,
	try_remove_all, try_pairs,	  try_turning_into_pairs,
};

START_TEST(generated_domain_comes_back)
{
	struct trial trial = {.generator = {.state = SEED}};

	for (; trial.seed_number < DOCUMENTS; trial.seed_number++) {
		_cleanup_free_ char *before = generate(&trial.generator);

		trial.before = before;
		choose_devices(&trial);
		trials[_i](&trial);
	}
}
END_TEST

static const char *const fixtures[] = {
	"xml/inactive.xml", "xml/live.xml",	"xml/qemu.xml",
	"xml/crlf.xml",	    "xml/minified.xml", "xml/latin1.xml",
};

START_TEST(fixture_comes_back)
{
	struct trial trial = {.generator = {.state = SEED}};
	size_t size;
	_cleanup_free_ char *before = unit_read(fixtures[_i], &size);

	trial.before = before;
	choose_devices(&trial);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(trials); i++)
		trials[i](&trial);
}
END_TEST

static Suite *suite_libvirt_identity(void)
{
	Suite *suite = suite_create("libvirt identity");
	TCase *tcase = tcase_create("identity");

	tcase_set_timeout(tcase, 600);
	tcase_add_loop_test(tcase, generated_domain_comes_back, 0,
			    SRIOV_ARRAY_SIZE(trials));
	tcase_add_loop_test(tcase, fixture_comes_back, 0, SRIOV_ARRAY_SIZE(fixtures));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_run(suite_libvirt_identity());
}
