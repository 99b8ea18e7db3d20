/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a host the sweep looks at: every function's driver, count, link, settings. */
#include <fcntl.h>
#include <linux/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "function.h"
#include "port.h"
#include "state.h"

#define DEVICE "sys/bus/pci/devices/%s"

struct object {
	struct state *state;
	const char *pf;
	const char *name;
};

static void add(const struct object *object, const char *key, const char *value)
{
	struct state *state = object->state;
	struct state_item *item;

	if (SRIOV_ARRAY_ROOM(state->item, state->n) < 0)
		fake_die("out of memory");
	item = &state->item[state->n++];
	snprintf(item->pf, sizeof(item->pf), "%s", object->pf);
	snprintf(item->object, sizeof(item->object), "%s", object->name);
	snprintf(item->key, sizeof(item->key), "%s", key);
	snprintf(item->value, sizeof(item->value), "%s", value);
}

/* An address that the VF's driver has made up is nobody's setting. */
static void add_settings(const struct fake *fake, const struct object *object,
			 const char *pf, unsigned long index)
{
	char line[FAKE_LINE_MAX], *rest = line, *mac = NULL;
	const char *name, *value;

	fake_get(fake, line, sizeof(line), "kernel/%s/vf/%lu", pf, index);
	while ((name = strtok_r(rest, " ", &rest)) &&
	       (value = strtok_r(rest, " ", &rest))) {
		if (strncmp(name, "rx_", 3) == 0 || strncmp(name, "tx_", 3) == 0)
			continue;
		if (strcmp(name, "mac") == 0)
			mac = (char *)value;
		else if (strcmp(name, "admin") == 0)
			add(object, "mac",
			    mac && strcmp(value, "on") == 0 ? mac : "none");
		else
			add(object, name, value);
	}
}

static void take_name(const struct fake *fake, const char *name, void *arg)
{
	(void)fake;
	snprintf(arg, FAKE_NAME_MAX, "%s", name);
}

static void add_netdev(const struct fake *fake, const struct object *object,
		       const char *address, bool is_pf)
{
	char path[PATH_MAX], name[FAKE_NAME_MAX] = "";
	unsigned long flags;

	snprintf(path, sizeof(path), DEVICE "/net", address);
	fake_each_name(fake, path, take_name, name);
	add(object, "netdev", name[0] ? "yes" : "no");
	flags = fake_get_number(fake, 0, "sys/class/net/%s/flags", name);
	if (is_pf && name[0])
		add(object, "link", flags & IFF_UP ? "up" : "down");
}

static void add_port(const struct fake *fake, const struct object *object,
		     const char *address)
{
	char text[STATE_WORD_MAX];

	snprintf(text, sizeof(text), "%u", fake_port_count(fake, address));
	add(object, "vfs", text);
	fake_get(fake, text, sizeof(text), DEVICE "/sriov_drivers_autoprobe", address);
	add(object, "autoprobe", text);
}

static void add_function(const struct fake *fake, const char *address, void *arg)
{
	char pf[FAKE_NAME_MAX], name[STATE_WORD_MAX], driver[FAKE_NAME_MAX];
	unsigned long index = fake_get_number(fake, 0, "kernel/%s/index", address);
	struct object object = {.state = arg, .pf = address, .name = address};
	bool is_pf = fake_exists(fake, DEVICE "/sriov_numvfs", address);

	fake_get(fake, pf, sizeof(pf), "kernel/%s/pf", address);
	if (pf[0]) {
		snprintf(name, sizeof(name), "%.*s/%lu", (int)sizeof(pf) - 32, pf, index);
		object.pf = pf;
		object.name = name;
		add_settings(fake, &object, pf, index);
	}
	add(&object, "driver",
	    fake_function_driver(fake, address, driver, sizeof(driver)));
	add_netdev(fake, &object, address, is_pf);
	if (is_pf)
		add_port(fake, &object, address);
}

void state_read(struct state *ret, const struct fake *fake)
{
	*ret = (struct state){0};
	fake_each_name(fake, "sys/bus/pci/devices", add_function, ret);
}

const char *state_value(const struct state *state, const struct state_item *like)
{
	for (size_t i = 0; i < state->n; i++)
		if (strcmp(state->item[i].object, like->object) == 0 &&
		    strcmp(state->item[i].key, like->key) == 0)
			return state->item[i].value;
	return "";
}

static bool has_all(const struct state *a, const struct state *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i].value, state_value(b, &a->item[i])) != 0)
			return false;
	return true;
}

bool state_equal(const struct state *a, const struct state *b)
{
	return a->n == b->n && has_all(a, b);
}

void state_free(struct state *state)
{
	free(state->item);
	*state = (struct state){0};
}

struct looking {
	const struct state *before;
	bool clean;
	char *buf;
	size_t size;
};

static void tell(const struct looking *looking, const char *address, const char *what)
{
	sriov_text_append(looking->buf, looking->size, " %s %s;", address, what);
}

/* Whether drivers are kept off its VFs and were not before. */
static bool kept_off_since(const struct fake *fake, const char *address,
			   const struct state *before)
{
	struct state_item item = {.key = "autoprobe"};

	snprintf(item.object, sizeof(item.object), "%s", address);
	return fake_exists(fake, DEVICE "/sriov_drivers_autoprobe", address) &&
	       fake_get_number(fake, 1, DEVICE "/sriov_drivers_autoprobe", address) !=
		       strtoul(state_value(before, &item), NULL, 10);
}

static void look_at_function(const struct fake *fake, const char *address, void *arg)
{
	const struct looking *looking = arg;
	char text[FAKE_NAME_MAX];
	bool noted;

	fake_get(fake, text, sizeof(text), DEVICE "/driver_override", address);
	noted = !looking->clean && fake_exists(fake, "run/sriovctl/override/%s", address);
	if (strcmp(text, "(null)") != 0 && !noted)
		tell(looking, address, "has an override that nothing tells of");
	noted = !looking->clean &&
		fake_exists(fake, "run/sriovctl/autoprobe/%s", address);
	if (kept_off_since(fake, address, looking->before) && !noted)
		tell(looking, address, "has drivers kept off and nothing tells of it");
}

static void look_at_note(const struct fake *fake, const char *name, void *arg)
{
	(void)fake;
	tell(arg, name, "is noted in run/sriovctl");
}

bool state_is_locked(const struct fake *fake, const char *address)
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "run/sriovctl/lock/%s", address);
	fd = openat(fake->root, path, O_RDWR | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0;
}

static void look_at_lock(const struct fake *fake, const char *name, void *arg)
{
	if (state_is_locked(fake, name))
		tell(arg, name, "is locked");
}

/* Below run/sriovctl are the folders of notes and locks; a file there is a stray. */
static void look_at_run(const struct fake *fake, const char *name, void *arg)
{
	static const char *const known[] = {"lock", "override", "autoprobe", "driver"};

	(void)fake;
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(known); i++)
		if (strcmp(known[i], name) == 0)
			return;
	tell(arg, name, "is left in run/sriovctl");
}

/* A file that takes another's place is written under a hidden name first. */
static void look_at_files(const struct fake *fake, const struct looking *looking)
{
	int fd = openat(fake->root, "etc/sriovctl", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_type == DT_REG && entry->d_name[0] == '.')
			tell(looking, entry->d_name, "is left in etc/sriovctl");
}

const char *state_leftovers(const struct fake *fake, const struct state *before,
			    bool clean, char *buf, size_t size)
{
	struct looking looking = {
		.before = before, .clean = clean, .buf = buf, .size = size};

	buf[0] = '\0';
	fake_each_name(fake, "sys/bus/pci/devices", look_at_function, &looking);
	fake_each_name(fake, "run/sriovctl/lock", look_at_lock, &looking);
	fake_each_name(fake, "run/sriovctl", look_at_run, &looking);
	look_at_files(fake, &looking);
	if (clean) {
		fake_each_name(fake, "run/sriovctl/override", look_at_note, &looking);
		fake_each_name(fake, "run/sriovctl/autoprobe", look_at_note, &looking);
		fake_each_name(fake, "run/sriovctl/driver", look_at_note, &looking);
	}
	return buf;
}
