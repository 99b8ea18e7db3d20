/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VF is called. */
#include <string.h>

#include "base/text.h"
#include "host/host.h"

const char *sriov_vf_name(const struct sriov_pf *pf, unsigned index,
			  char buf[static SRIOV_NAME_LEN])
{
	/* the number is never what is cut off */
	const size_t room = SRIOV_NAME_LEN - sizeof("/65535");
	size_t used = strnlen(pf->name, room);
	char number[SRIOV_DECIMAL_LEN];

	memcpy(buf, pf->name, used);
	sriov_text_decimal(index, number);
	sriov_text_join(buf + used, SRIOV_NAME_LEN - used,
			(const char *const[]){"/", number, NULL});
	return buf;
}
