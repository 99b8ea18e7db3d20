/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bind and unbind share. */
#ifndef CMD_BINDING_H
#define CMD_BINDING_H

#include "app.h"

/* Bind what the @n words select to @driver (see sriov_want_driver()). */
enum sriov_code binding_change(struct app *app, const char *const *words, size_t n,
			       const char *driver, struct sriov_error *err);

#endif
