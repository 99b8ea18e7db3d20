/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several subcommands of xml have. */
#include <errno.h>
#include <string.h>

#include "xml.h"

int xml_read_form(const struct app *app, enum sriov_guest_form *ret,
		  struct sriov_error *err)
{
	const char *as = app_option(app, "as");

	if (!as || strcmp(as, "hostdev") == 0)
		*ret = SRIOV_AS_HOSTDEV;
	else if (strcmp(as, "interface") == 0)
		*ret = SRIOV_AS_INTERFACE;
	else
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--as must be hostdev or interface, not '%.32s'",
				       as);
	return 0;
}

int xml_read_number(const struct app *app, const char *name, uint64_t otherwise,
		    uint64_t max, unsigned *ret, struct sriov_error *err)
{
	const char *text = app_option(app, name);
	uint64_t number = otherwise;

	if (text && (sriov_parse_number(text, 10, max, &number) < 0 || number == 0))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--%s must be 1-%llu, not '%.32s'", name,
				       (unsigned long long)max, text);
	*ret = (unsigned)number;
	return 0;
}
