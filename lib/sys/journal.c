/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The systemd journal (libsystemd). */
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>

/* where our code stands is of no use to who reads the record */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/array.h"
#include "sys/journal.h"
#include "sys/late.h"

/* ENTRY_FIELD_COUNT_MAX of systemd */
#define FIELDS_MAX 1024

static __typeof__(&sd_journal_sendv) late_sd_journal_sendv;

/* Whether there is a libsystemd; it is looked for once. */
static bool is_open(void)
{
	static const struct sriov_late functions[] = {SRIOV_LATE(sd_journal_sendv)};
	static int opened = 1;

	if (opened > 0)
		opened = sriov_late_open("libsystemd.so.0", functions,
					 SRIOV_ARRAY_SIZE(functions));
	return opened == 0;
}

void sriov_journal_write(struct sriov_doors *doors, const char *const *fields, size_t n)
{
	struct iovec iov[FIELDS_MAX];

	(void)doors;
	if (!is_open())
		return;
	if (n > FIELDS_MAX)
		n = FIELDS_MAX;
	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){.iov_base = (char *)fields[i],
					.iov_len = strlen(fields[i])};
	/* a journal that is full or gone does not make the change undone */
	late_sd_journal_sendv(iov, (int)n);
}
