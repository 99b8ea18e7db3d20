/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What checks have found, as lines and as JSON. */
#ifndef CMD_FINDINGS_H
#define CMD_FINDINGS_H

#include "app.h"

/* Print a line or two a finding; with --quiet only what is wrong. */
void findings_print(const struct app *app, const struct sriov_findings *found);

/* Add the member "findings" to @document, likewise. */
void findings_add(const struct app *app, struct json_object *document,
		  const struct sriov_findings *found);

/* What the process exits with: SRIOV_DIFFERENCES when something does not work. */
enum sriov_code findings_verdict(const struct sriov_findings *found);

#endif
