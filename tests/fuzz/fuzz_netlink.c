/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the attributes of a link's message: nothing outside of them is read, and
 * what is found lies in its ranges.
 */
#include "base/array.h"
#include "must.h"
#include "sys/vfinfo.h"

#define VFS_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sriov_vf_settings settings[VFS_MAX];
	size_t n = size ? data[0] : 0;
	char *attrs;
	int r;

	if (size == 0)
		return 0;
	attrs = malloc(size);
	must(attrs, "memory");
	memcpy(attrs, data + 1, size - 1);
	memset(settings, 0, sizeof(settings));
	r = sriov_vfinfo_parse(attrs, size - 1, settings, n);
	for (size_t i = n; i < VFS_MAX; i++)
		must(!settings[i].found, "no VF beyond those asked for is filled");
	for (size_t i = 0; r >= 0 && i < n; i++)
		must(settings[i].found || settings[i].known == 0,
		     "of a VF that is not there nothing is known");
	free(attrs);
	return 0;
}
