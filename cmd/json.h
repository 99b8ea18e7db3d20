/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON (json-c).  A value that is added belongs to what it was added to. */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

struct json_object *json_new_object(void);
struct json_object *json_new_array(void);

/* @value may be NULL, which is null. */
void json_add(struct json_object *object, const char *key, struct json_object *value);
void json_add_string(struct json_object *object, const char *key, const char *value);
void json_add_number(struct json_object *object, const char *key, int64_t value);
void json_add_count(struct json_object *object, const char *key, uint64_t value);
/* With three digits behind the point. */
void json_add_real(struct json_object *object, const char *key, double value);
void json_add_bool(struct json_object *object, const char *key, bool value);
void json_add_null(struct json_object *object, const char *key);
struct json_object *json_new_string(const char *value);
void json_append(struct json_object *array, struct json_object *value);
void json_append_string(struct json_object *array, const char *value);

/* Print @object in one line and free it. */
void json_print(struct json_object *object, FILE *to);

#endif
