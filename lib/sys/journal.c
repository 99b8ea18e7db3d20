/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The systemd journal (libsystemd). */
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* where our code stands is of no use to who reads the record */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/array.h"
#include "sys/journal.h"
#include "sys/late.h"

/* systemd-journald.service(8) */
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* ENTRY_FIELD_COUNT_MAX of systemd */
#define FIELDS_MAX 1024

static __typeof__(&sd_journal_sendv) late_sd_journal_sendv;

/* Whether there are a journal and a libsystemd; they are looked for once. */
static bool is_open(void)
{
	static const struct sriov_late functions[] = {SRIOV_LATE(sd_journal_sendv)};
	static bool looked, opened;

	if (!looked)
		opened = access(JOURNAL_SOCKET, F_OK) == 0 &&
			 sriov_late_open("libsystemd.so.0", functions,
					 SRIOV_ARRAY_SIZE(functions)) == 0;
	looked = true;
	return opened;
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
