/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks have in common: their scope, what is read once, and their findings. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"

/* Digits and comma of a VF's number in a list. */
#define VF_NUMBER_LEN 6

static char *format(struct sriov_checkup *checkup, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) >= 0)
		return text;
	checkup->no_memory = true;
	return NULL;
}

void sriov_finding_add(struct sriov_checkup *checkup, enum sriov_level level,
		       const char *object, const char *fmt, ...)
{
	struct sriov_findings *found = &checkup->found;
	struct sriov_finding *finding;
	va_list ap;

	if (SRIOV_ARRAY_ROOM(found->finding, found->n) < 0) {
		checkup->no_memory = true;
		return;
	}
	finding = &found->finding[found->n++];
	*finding = (struct sriov_finding){.check = checkup->check, .level = level};
	if (object && !(finding->object = strdup(object)))
		checkup->no_memory = true;
	va_start(ap, fmt);
	finding->message = format(checkup, fmt, ap);
	va_end(ap);
}

void sriov_finding_fix(struct sriov_checkup *checkup, const char *fmt, ...)
{
	struct sriov_findings *found = &checkup->found;
	va_list ap;

	if (found->n == 0)
		return;
	va_start(ap, fmt);
	found->finding[found->n - 1].fix = format(checkup, fmt, ap);
	va_end(ap);
}

void sriov_vf_set_add(struct sriov_checkup *checkup, struct sriov_vf_set *set,
		      const struct sriov_pf *pf, const struct sriov_vf *vf)
{
	if (SRIOV_ARRAY_ROOM(set->vf, set->n) < 0)
		checkup->no_memory = true;
	else
		set->vf[set->n++] = (struct sriov_checked_vf){.pf = pf, .vf = vf};
}

/* How many VFs from the one at @first on are of its PF. */
static size_t of_one_pf(const struct sriov_vf_set *set, size_t first)
{
	size_t n = 1;

	while (first + n < set->n && set->vf[first + n].pf == set->vf[first].pf)
		n++;
	return n;
}

/* Print "em1/0-6" for @n VFs of one PF. */
static int print_vfs(FILE *to, const struct sriov_checked_vf *vf, size_t n)
{
	size_t size = SRIOV_NAME_LEN + n * VF_NUMBER_LEN;
	_cleanup_free_ unsigned *indices = calloc(n, sizeof(*indices));
	_cleanup_free_ char *text = malloc(size);

	if (!indices || !text)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		indices[i] = vf[i].vf->index;
	fputs(sriov_vfs_format(vf->pf, indices, n, text, size), to);
	return 0;
}

static char *names(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
		   const char *separator, bool selectors)
{
	char *text = NULL;
	size_t size, n;
	FILE *to = open_memstream(&text, &size);

	for (size_t i = 0; to && i < set->n; i += n) {
		const struct sriov_checked_vf *vf = &set->vf[i];

		n = of_one_pf(set, i);
		if (i)
			fputs(separator, to);
		if (selectors && n == vf->pf->n_vfs)
			fputs(vf->pf->name, to);
		else if (print_vfs(to, vf, n) < 0)
			checkup->no_memory = true;
	}
	if (to && fclose(to) == 0)
		return text;
	checkup->no_memory = true;
	free(text);
	return NULL;
}

char *sriov_vf_set_names(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
			 const char *separator)
{
	return names(checkup, set, separator, false);
}

char *sriov_vf_set_selectors(struct sriov_checkup *checkup,
			     const struct sriov_vf_set *set)
{
	return names(checkup, set, " ", true);
}

void sriov_vf_set_free(struct sriov_vf_set *set)
{
	free(set->vf);
	*set = (struct sriov_vf_set){0};
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int sriov_checkup_each(struct sriov_checkup *checkup, int dir, const char *path,
		       sriov_entry_fn *fn, void *arg)
{
	struct dirent **entry = NULL;
	int n = scandirat(dir, path, &entry, is_visible, versionsort);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		fn(checkup, entry[i]->d_name, arg);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

bool sriov_checkup_booted_with(const struct sriov_checkup *checkup, const char *word)
{
	size_t len = strlen(word);
	const char *at = checkup->cmdline;

	while (at && (at = strstr(at, word))) {
		bool begins = at == checkup->cmdline || at[-1] == ' ';

		at += len;
		if (begins && (*at == ' ' || *at == ',' || *at == '\0'))
			return true;
	}
	return false;
}
