/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filling of struct sriov_error. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

int sriov_error_set(struct sriov_error *err, enum sriov_code code, int errnum,
		    const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	err->errnum = errnum;
	err->object[0] = '\0';
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -errnum;
}

int sriov_error_memory(struct sriov_error *err)
{
	return sriov_error_set(err, SRIOV_FAILED, ENOMEM, "out of memory");
}

int sriov_error_hint(struct sriov_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return -err->errnum;
}

int sriov_error_object(struct sriov_error *err, const char *fmt, ...)
{
	va_list ap;

	if (err->object[0])
		return -err->errnum;
	va_start(ap, fmt);
	vsnprintf(err->object, sizeof(err->object), fmt, ap);
	va_end(ap);
	return -err->errnum;
}
