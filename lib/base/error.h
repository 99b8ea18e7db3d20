/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way in which a call reports what went wrong. */
#ifndef SRIOV_BASE_ERROR_H
#define SRIOV_BASE_ERROR_H

/* What the process exits with; sriovctl(8) documents the numbers. */
enum sriov_code {
	SRIOV_OK = 0,
	SRIOV_FAILED = 1,
	SRIOV_USAGE = 2,
	SRIOV_UNSUPPORTED = 3,
	SRIOV_PRIVILEGE = 4,
	SRIOV_NOT_FOUND = 5,
	SRIOV_IN_USE = 6,
	SRIOV_PARTLY = 7,
	SRIOV_BAD_FILE = 8,
	SRIOV_DIFFERENCES = 10,
	SRIOV_INTERRUPTED = 130,
};

#define SRIOV_OBJECT_MAX 64
#define SRIOV_MESSAGE_MAX 1024

/*
 * Lives on the caller's stack and is the last argument of every call that can
 * fail; such a call returns 0 or a negative errno.  A call that succeeds leaves
 * it alone.  Start with `struct sriov_error err = {0};`.
 */
struct sriov_error {
	enum sriov_code code;
	int errnum;		       /* positive errno of the cause */
	char object[SRIOV_OBJECT_MAX]; /* "em1/3", "" when there is none */
	char msg[SRIOV_MESSAGE_MAX];   /* the cause, without the object */
	char hint[SRIOV_MESSAGE_MAX];  /* what to type instead, "" when unknown */
};

/*
 * Fill @err with code, cause and a formatted message, forget any hint and object,
 * and return -@errnum, so that a failing call is one line.  @errnum must be > 0.
 */
int sriov_error_set(struct sriov_error *err, enum sriov_code code, int errnum,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* There is no memory left.  Returns -ENOMEM. */
int sriov_error_memory(struct sriov_error *err);

/* Add the hint: a command that helps.  Returns -err->errnum. */
int sriov_error_hint(struct sriov_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Name the object if no lower layer has named it.  Returns -err->errnum. */
int sriov_error_object(struct sriov_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
