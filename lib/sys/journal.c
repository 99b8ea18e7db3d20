/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The systemd journal (libsystemd). */
#include <string.h>
#include <sys/uio.h>

/* where our code stands is of no use to who reads the record */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "sys/journal.h"

#define FIELDS_MAX 16

void sriov_journal_write(struct sriov_doors *doors, const char *const *fields, size_t n)
{
	struct iovec iov[FIELDS_MAX];

	(void)doors;
	if (n > FIELDS_MAX)
		n = FIELDS_MAX;
	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){.iov_base = (char *)fields[i],
					.iov_len = strlen(fields[i])};
	/* a journal that is full or gone does not make the change undone */
	sd_journal_sendv(iov, (int)n);
}
