/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for people: what is safe to print, and the word that was meant. */
#ifndef SRIOV_BASE_TEXT_H
#define SRIOV_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The word of @words (NULL-terminated) that @word was most likely meant to be: at
 * most a third of its letters wrong.  NULL when none is near.
 */
const char *sriov_closest_word(const char *word, const char *const *words);

/*
 * Copy @text into @buf with every byte that a terminal could obey (control
 * characters, DEL, and what is not UTF-8) replaced by '?'.  Returns @buf.
 */
const char *sriov_text_printable(const char *text, char *buf, size_t size);

/*
 * Write @text as one word of a shell's command line into @buf of @size bytes: as it is
 * when it can stand so, else in quotes.  Four times its length and three bytes always
 * suffice; what does not fit becomes "".  Returns @buf.
 */
const char *sriov_text_shell(const char *text, char *buf, size_t size);

/* Print to the end of the string in @buf of @size bytes, as much as fits. */
void sriov_text_append(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Digits of a uint64_t and the end of the string. */
#define SRIOV_DECIMAL_LEN 21

/*
 * These two are for what is written of each of thousands of VFs, where printf would be
 * most of the work.
 *
 * Write @n in decimal.  Returns @buf.
 */
const char *sriov_text_decimal(uint64_t n, char buf[static SRIOV_DECIMAL_LEN]);

/*
 * Write @parts (NULL-terminated) one behind the other to @buf of @size bytes, as much as
 * fits.  Returns @buf.
 */
const char *sriov_text_join(char *buf, size_t size, const char *const *parts);

#endif
