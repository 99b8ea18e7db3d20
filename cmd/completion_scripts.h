/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scripts of completions/, which CMake makes into strings. */
#ifndef CMD_COMPLETION_SCRIPTS_H
#define CMD_COMPLETION_SCRIPTS_H

struct completion_script {
	const char *shell;
	const char *text;
};

extern const struct completion_script completion_scripts[3];

#endif
