/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the configuration, for `save` and for --save. */
#ifndef CMD_SAVING_H
#define CMD_SAVING_H

#include "app.h"

/*
 * For --save, before anything is changed: refuse a configuration that cannot be written.
 */
enum sriov_code saving_check(const struct app *app, struct sriov_error *err);

/*
 * Write what @host has, or with @only just what that wants, into the configuration, and
 * say so.  Returns what the process exits with; nothing was written where that is not 0.
 */
enum sriov_code saving_write(const struct app *app, struct sriov_host *host,
			     const struct sriov_want *only, struct sriov_error *err);

#endif
