/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The systemd journal (libsystemd). */
#ifndef SRIOV_SYS_JOURNAL_H
#define SRIOV_SYS_JOURNAL_H

#include <stddef.h>

struct sriov_doors;

/*
 * Write one record of @n fields, each "NAME=value" with a name of capitals, digits and
 * underscores (systemd.journal-fields(7)).  Where no journal is running nothing happens.
 */
void sriov_journal_write(struct sriov_doors *doors, const char *const *fields, size_t n);

#endif
