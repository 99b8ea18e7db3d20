/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what users type (em1, em1/0-3, driver:igbvf) to PFs, VFs and functions. */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "want/selector.h"

/* A word that is longer names nothing that the kernel could have. */
#define WORD_MAX 255
#define VF_MAX UINT16_MAX

struct selection {
	struct sriov_host *host;
	unsigned how;
	struct sriov_targets targets;
	struct sriov_error *err;
};

static int add_target(struct selection *s, struct sriov_pf *pf, struct sriov_vf *vf,
		      struct sriov_function *function)
{
	if (SRIOV_ARRAY_ROOM(s->targets.target, s->targets.n) < 0)
		return sriov_error_memory(s->err);
	s->targets.target[s->targets.n++] = (struct sriov_target){pf, vf, function};
	return 0;
}

static bool takes_vfs(const struct selection *s)
{
	return s->how & (SRIOV_SELECT_VFS | SRIOV_SELECT_VFS_TOO);
}

/* Why @pf cannot be meant, or NULL. */
static const char *unfit(const struct selection *s, const struct sriov_pf *pf,
			 bool implied)
{
	if ((s->how & SRIOV_SELECT_NETDEV) && !pf->fn.netdev[0])
		return sriov_function_is_net(&pf->fn) ? "its network device is not here"
						      : "no network device";
	if (!sriov_function_is_pci(&pf->fn) &&
	    ((s->how & SRIOV_SELECT_PCI) || (implied && (s->how & SRIOV_SELECT_NET))))
		return "no PCI device";
	if (implied && (s->how & SRIOV_SELECT_NET) && !sriov_function_is_net(&pf->fn))
		return "no network card";
	return NULL;
}

static void leave_out(struct selection *s, const struct sriov_pf *pf, const char *why)
{
	char *said = s->targets.left_out;

	sriov_text_append(said, sizeof(s->targets.left_out), "%s%s left out: %s",
			  said[0] ? "; " : "", pf->name, why);
}

/* What was named cannot be meant. */
static int refuse(struct selection *s, const struct sriov_pf *pf, const char *object,
		  const char *why)
{
	sriov_error_set(s->err, SRIOV_UNSUPPORTED, EOPNOTSUPP, "%s", why);
	sriov_error_object(s->err, "%s", object);
	if (sriov_function_is_pci(&pf->fn))
		return -EOPNOTSUPP;
	return sriov_error_hint(s->err, "only PCI devices can be bound to a driver "
					"and handed to a guest");
}

static int add_pf(struct selection *s, struct sriov_pf *pf, bool implied)
{
	const char *why = unfit(s, pf, implied);
	int r = 0;

	if (why && !implied)
		return refuse(s, pf, pf->name, why);
	if (!(s->how & SRIOV_SELECT_VFS)) {
		if (why)
			leave_out(s, pf, why);
		return why ? 0 : add_target(s, pf, NULL, NULL);
	}
	/* a PF without VFs is left out of an implied scope without a word */
	if (why && pf->n_vfs)
		leave_out(s, pf, why);
	if (why)
		return 0;
	if (pf->n_vfs == 0 && !implied && !(s->how & SRIOV_SELECT_EMPTY)) {
		sriov_error_set(s->err, SRIOV_NOT_FOUND, ENODEV, "has no VFs");
		sriov_error_object(s->err, "%s", pf->name);
		return sriov_error_hint(s->err, "sriovctl enable %s %d", pf->name,
					pf->total_vfs > 0 ? pf->total_vfs : 1);
	}
	for (size_t i = 0; r == 0 && i < pf->n_vfs; i++)
		r = add_target(s, pf, &pf->vf[i], NULL);
	return r;
}

static int no_such_device(struct selection *s, const char *word)
{
	_cleanup_free_ const char **names = calloc(s->host->n_pfs + 1, sizeof(*names));
	char shown[WORD_MAX + 1], there[SRIOV_MESSAGE_MAX / 2] = "";
	const char *near;

	for (size_t i = 0; names && i < s->host->n_pfs; i++) {
		names[i] = s->host->pf[i].name;
		sriov_text_append(there, sizeof(there), "%s%s", i ? ", " : "", names[i]);
	}
	sriov_text_printable(word, shown, sizeof(shown));
	sriov_error_set(s->err, SRIOV_NOT_FOUND, ENODEV, "no such device '%s'", shown);
	near = names ? sriov_closest_word(word, names) : NULL;
	if (near)
		return sriov_error_hint(s->err, "did you mean '%s'? This host has %s",
					near, there);
	if (there[0])
		return sriov_error_hint(s->err, "this host has %s", there);
	return sriov_error_hint(s->err, "this host has no device with SR-IOV");
}

static int no_such_vf(struct selection *s, const struct sriov_pf *pf, unsigned index)
{
	char name[SRIOV_NAME_LEN];

	sriov_error_set(s->err, SRIOV_NOT_FOUND, ENODEV, "no such VF");
	sriov_error_object(s->err, "%s", sriov_vf_name(pf, index, name));
	if (pf->n_vfs == 0)
		return sriov_error_hint(s->err, "%s has no VFs: sriovctl enable %s %u",
					pf->name, pf->name, index + 1);
	return sriov_error_hint(s->err, "VFs count from 0: %s has %s/%u to %s/%u",
				pf->name, pf->name, pf->vf[0].index, pf->name,
				pf->vf[pf->n_vfs - 1].index);
}

static int bad_ranges(struct selection *s, const char *text, int cause)
{
	char shown[WORD_MAX + 1];

	sriov_text_printable(text, shown, sizeof(shown));
	if (cause == -EDOM)
		sriov_error_set(s->err, SRIOV_USAGE, EINVAL, "'%s' is a reversed range",
				shown);
	else
		sriov_error_set(s->err, SRIOV_USAGE, EINVAL,
				"'%s' is no VF number or range", shown);
	return sriov_error_hint(s->err, "VFs are written em1/3, em1/0-3 or em1/0-3,6");
}

static int add_vfs(struct selection *s, struct sriov_pf *pf, const char *ranges)
{
	_cleanup_free_ struct sriov_range *range = NULL;
	const char *why = unfit(s, pf, false);
	size_t n = 0;
	int r;

	r = sriov_ranges_parse(ranges, VF_MAX, &range, &n);
	if (r < 0)
		return bad_ranges(s, ranges, r);
	if (!takes_vfs(s)) {
		sriov_error_set(s->err, SRIOV_USAGE, EINVAL, "'%s/%s' is a VF", pf->name,
				ranges);
		return sriov_error_hint(s->err, "this command takes a PF: %s", pf->name);
	}
	if (why)
		return refuse(s, pf, pf->name, why);
	for (size_t i = 0; i < n; i++)
		for (unsigned index = range[i].first; index <= range[i].last; index++) {
			struct sriov_vf *vf = sriov_pf_vf(pf, index);

			if (!vf)
				return no_such_vf(s, pf, index);
			r = add_target(s, pf, vf, NULL);
			if (r < 0)
				return r;
		}
	return 0;
}

/* Add a VF that was meant by itself: one that cannot be meant is an error. */
static int add_named(struct selection *s, struct sriov_pf *pf, struct sriov_vf *vf)
{
	const char *why = unfit(s, pf, false);
	char name[SRIOV_NAME_LEN];

	if (!why)
		return add_target(s, pf, vf, NULL);
	return refuse(s, pf, sriov_vf_name(pf, vf->index, name), why);
}

typedef bool vf_test_fn(const struct sriov_vf *vf, const char *name);

static bool vf_has_driver(const struct sriov_vf *vf, const char *name)
{
	return strcmp(vf->fn.driver[0] ? vf->fn.driver : "none", name) == 0;
}

static bool vf_has_guest(const struct sriov_vf *vf, const char *name)
{
	for (size_t i = 0; i < vf->fn.n_users; i++)
		if ((vf->fn.users[i].kind == SRIOV_USER_GUEST ||
		     vf->fn.users[i].kind == SRIOV_USER_DEFINED) &&
		    strcmp(vf->fn.users[i].name, name) == 0)
			return true;
	return false;
}

static bool vf_has_netdev(const struct sriov_vf *vf, const char *name)
{
	return name[0] && strcmp(vf->fn.netdev, name) == 0;
}

static bool vf_has_address(const struct sriov_vf *vf, const char *address)
{
	return strcmp(vf->fn.address, address) == 0;
}

/* Add every VF that passes @test; @found tells whether there was one. */
static int add_matching(struct selection *s, vf_test_fn *test, const char *name,
			bool *found)
{
	*found = false;
	for (size_t i = 0; i < s->host->n_pfs; i++) {
		struct sriov_pf *pf = &s->host->pf[i];

		for (size_t j = 0; j < pf->n_vfs; j++) {
			int r;

			if (!test(&pf->vf[j], name))
				continue;
			*found = true;
			r = add_named(s, pf, &pf->vf[j]);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int add_tagged(struct selection *s, vf_test_fn *test, const char *what,
		      const char *name)
{
	char shown[WORD_MAX + 1];
	bool found;
	int r = add_matching(s, test, name, &found);

	if (r < 0 || found)
		return r;
	return sriov_error_set(s->err, SRIOV_NOT_FOUND, ENODEV, "no VF %s '%s'", what,
			       sriov_text_printable(name, shown, sizeof(shown)));
}

static int add_function(struct selection *s, const struct sriov_bdf *bdf)
{
	struct sriov_function *fn = sriov_host_function(s->host, bdf, s->err);

	return fn ? add_target(s, NULL, NULL, fn) : -s->err->errnum;
}

/* function:ADDRESS is the PCI function itself, be it a PF. */
static int add_function_word(struct selection *s, const char *address)
{
	struct sriov_bdf bdf;
	struct sriov_pf *pf;

	if (!(s->how & SRIOV_SELECT_FUNCTIONS))
		return sriov_error_set(s->err, SRIOV_USAGE, EINVAL,
				       "this command takes VFs, not function:%s",
				       address);
	if (sriov_bdf_parse(address, &bdf) < 0)
		return sriov_error_set(
			s->err, SRIOV_USAGE, EINVAL,
			"'function:%s': not a PCI address such as 0000:01:00.0", address);
	pf = sriov_host_pf(s->host, address);
	if (pf && pf->n_vfs) {
		sriov_error_set(s->err, SRIOV_IN_USE, EBUSY, "is a PF with %zu VFs",
				pf->n_vfs);
		sriov_error_object(s->err, "%s", pf->name);
		return sriov_error_hint(s->err, "sriovctl disable %s", pf->name);
	}
	return add_function(s, &bdf);
}

static int add_address(struct selection *s, const char *word, const struct sriov_bdf *bdf)
{
	struct sriov_pf *pf = sriov_host_pf(s->host, word);
	char address[SRIOV_BDF_LEN];
	bool found;
	int r;

	if (pf)
		return add_pf(s, pf, false);
	r = add_matching(s, vf_has_address, sriov_bdf_format(bdf, address), &found);
	if (r < 0 || found)
		return r;
	if (s->how & SRIOV_SELECT_FUNCTIONS)
		return add_function(s, bdf);
	return no_such_device(s, word);
}

static int add_glob(struct selection *s, const char *pattern)
{
	bool found = false;

	for (size_t i = 0; i < s->host->n_pfs; i++) {
		struct sriov_pf *pf = &s->host->pf[i];
		int r;

		if (fnmatch(pattern, pf->name, 0) != 0)
			continue;
		found = true;
		r = add_pf(s, pf, true);
		if (r < 0)
			return r;
	}
	return found ? 0 : no_such_device(s, pattern);
}

/* PF/VFS: the part before the last slash names the PF. */
static int add_slash(struct selection *s, const char *word, const char *slash)
{
	char name[WORD_MAX + 1];
	struct sriov_pf *pf;

	snprintf(name, sizeof(name), "%.*s", (int)(slash - word), word);
	if (strchr(name, '/') || strcmp(name, "..") == 0 || name[0] == '\0') {
		char shown[WORD_MAX + 1];

		return sriov_error_set(s->err, SRIOV_USAGE, EINVAL,
				       "'%s' is neither a device nor a VF (em1/3)",
				       sriov_text_printable(word, shown, sizeof(shown)));
	}
	pf = sriov_host_pf(s->host, name);
	return pf ? add_vfs(s, pf, slash + 1) : no_such_device(s, name);
}

static int add_name(struct selection *s, const char *word)
{
	struct sriov_pf *pf = sriov_host_pf(s->host, word);
	bool found = false;
	int r;

	if (pf)
		return add_pf(s, pf, false);
	if (takes_vfs(s)) {
		r = add_matching(s, vf_has_netdev, word, &found);
		if (r < 0 || found)
			return r;
	}
	return no_such_device(s, word);
}

static int add_word(struct selection *s, const char *word)
{
	const char *slash = strrchr(word, '/');
	size_t len = slash ? (size_t)(slash - word) : strlen(word);
	struct sriov_bdf bdf;

	if (len > WORD_MAX)
		return sriov_error_set(s->err, SRIOV_USAGE, E2BIG,
				       "a name of %zu characters is no device", len);
	if (strncmp(word, "dev:", 4) == 0)
		return add_name(s, word + 4);
	if (strncmp(word, "driver:", 7) == 0)
		return add_tagged(s, vf_has_driver, "is bound to driver", word + 7);
	if (strncmp(word, "guest:", 6) == 0)
		return add_tagged(s, vf_has_guest, "is held by a guest called", word + 6);
	if (strncmp(word, "function:", 9) == 0)
		return add_function_word(s, word + 9);
	if (slash)
		return add_slash(s, word, slash);
	if (sriov_bdf_parse(word, &bdf) == 0)
		return add_address(s, word, &bdf);
	if (strcmp(word, "all") == 0)
		return add_glob(s, "*");
	if (strpbrk(word, "*?["))
		return add_glob(s, word);
	return add_name(s, word);
}

/* "em1 vf 0-3" is ip's way to write em1/0-3. */
static int add_ip_words(struct selection *s, const char *name, const char *ranges)
{
	struct sriov_pf *pf = sriov_host_pf(s->host, name);

	return pf ? add_vfs(s, pf, ranges) : no_such_device(s, name);
}

static int add_words(struct selection *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r;

		if (i + 2 < n && strcmp(words[i + 1], "vf") == 0) {
			r = add_ip_words(s, words[i], words[i + 2]);
			i += 2;
		} else {
			r = add_word(s, words[i]);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static int compare_targets(const void *a, const void *b)
{
	const struct sriov_target *x = a, *y = b;

	if (x->pf != y->pf)
		return x->pf < y->pf ? -1 : 1;
	if (x->vf != y->vf)
		return x->vf < y->vf ? -1 : 1;
	return (x->function > y->function) - (x->function < y->function);
}

static void sort_once(struct sriov_targets *targets)
{
	size_t kept = 0;

	sriov_array_sort(targets->target, targets->n, sizeof(*targets->target),
			 compare_targets);
	for (size_t i = 0; i < targets->n; i++)
		if (i == 0 ||
		    compare_targets(&targets->target[i], &targets->target[kept - 1]) != 0)
			targets->target[kept++] = targets->target[i];
	targets->n = kept;
}

int sriov_select(struct sriov_host *host, const char *const *words, size_t n_words,
		 unsigned how, struct sriov_targets *ret, struct sriov_error *err)
{
	struct selection s = {.host = host, .how = how, .err = err};
	int r;

	if (n_words == 0 && (how & SRIOV_SELECT_IMPLIED))
		r = host->n_pfs ? add_glob(&s, "*") : 0;
	else
		r = add_words(&s, words, n_words);
	if (r < 0) {
		sriov_targets_free(&s.targets);
		return r;
	}
	sort_once(&s.targets);
	*ret = s.targets;
	return 0;
}

bool sriov_select_needs_users(const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		if (strncmp(words[i], "guest:", strlen("guest:")) == 0)
			return true;
	return false;
}

const char *sriov_target_name(const struct sriov_target *target,
			      char buf[static SRIOV_NAME_LEN])
{
	if (target->vf)
		return sriov_vf_name(target->pf, target->vf->index, buf);
	snprintf(buf, SRIOV_NAME_LEN, "%s",
		 target->pf ? target->pf->name : target->function->address);
	return buf;
}

void sriov_targets_free(struct sriov_targets *targets)
{
	free(targets->target);
	*targets = (struct sriov_targets){0};
}

const char *sriov_vfs_format(const struct sriov_pf *pf, const unsigned *indices, size_t n,
			     char *buf, size_t size)
{
	size_t used = (size_t)snprintf(buf, size, "%s/", pf->name);

	sriov_ranges_format(indices, n, buf + used, size - used);
	return buf;
}

const char *sriov_targets_format(const struct sriov_targets *targets, char *buf,
				 size_t size)
{
	const struct sriov_pf *last = NULL;

	snprintf(buf, size, "%zu VF%s of", targets->n, targets->n == 1 ? "" : "s");
	for (size_t i = 0; i < targets->n; i++) {
		if (targets->target[i].pf == last)
			continue;
		sriov_text_append(buf, size, "%s %s", last ? "," : "",
				  targets->target[i].pf->name);
		last = targets->target[i].pf;
	}
	return buf;
}
