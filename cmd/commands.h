/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of the commands, one a file. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "app.h"

extern const struct command cmd_list;
extern const struct command cmd_show;
extern const struct command cmd_stats;
extern const struct command cmd_watch;
extern const struct command cmd_doctor;
extern const struct command cmd_capture;
extern const struct command cmd_enable;
extern const struct command cmd_disable;
extern const struct command cmd_eswitch;
extern const struct command cmd_vf;
extern const struct command cmd_bind;
extern const struct command cmd_unbind;
extern const struct command cmd_repair;
extern const struct command cmd_plan;
extern const struct command cmd_apply;
extern const struct command cmd_save;
extern const struct command cmd_pick;
extern const struct command cmd_xml;
extern const struct command cmd_args;
extern const struct command cmd_completion;
extern const struct command cmd_help;
extern const struct command cmd_version;

#endif
