/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function on its way from one driver to another, by sysfs. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "run/binding.h"
#include "run/scratch.h"
#include "sys/child.h"
#include "sys/sysfs.h"

uint64_t sriov_binding_now_ms(const struct sriov_binding *b)
{
	return b->run->doors->ops->now_ms(b->run->doors);
}

static uint64_t left_ms(const struct sriov_binding *b)
{
	uint64_t now = sriov_binding_now_ms(b);

	return now < b->deadline_ms ? b->deadline_ms - now : 0;
}

static int write_file(struct sriov_binding *b, const char *path, const char *data)
{
	struct sriov_write write = {.path = path, .data = data, .lock = b->lock};
	int r = sriov_write_one(b->run->doors, &write, left_ms(b));

	/* a file that is missing went with its device or driver */
	return r == -ENOENT ? -ENODEV : r;
}

int sriov_bound_driver(const struct sriov_binding *b, char *buf, size_t size)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver", b->address);
	r = sriov_sysfs_link_name(b->run->doors->sys, path, buf, size);
	if (r < 0)
		buf[0] = '\0';
	return sriov_sysfs_failed(r);
}

/*
 * Not to be left behind: the kernel's word for it is not taken.  A VF that this run has
 * made mostly has none.  Elsewhere it is not read before it is written, for whoever holds
 * the device holds up the reader too, and only the write is made by a child.
 */
static int clear_override(struct sriov_binding *b)
{
	if (sriov_step_is_new(b->run->plan, b->step) &&
	    sriov_run_has_override(b->run, b->address) == 0)
		return 0;
	return sriov_run_write_override(b->run, b->step, "", left_ms(b));
}

/* Looks once more, in the child, that nobody has opened the vfio device meanwhile. */
static int unbind(struct sriov_binding *b)
{
	char driver[SRIOV_DRIVER_LEN], path[PATH_MAX], folder[64];
	const char *idle[] = {folder};
	struct sriov_write write = {.path = path, .data = b->address, .lock = b->lock};
	int r = sriov_bound_driver(b, driver, sizeof(driver));

	if (r < 0 || !driver[0])
		return r;
	snprintf(path, sizeof(path), "bus/pci/drivers/%s/unbind", driver);
	snprintf(folder, sizeof(folder), "bus/pci/devices/%s", b->address);
	if (sriov_driver_is_vfio(driver)) {
		write.idle = idle;
		write.n_idle = 1;
	}
	return sriov_write_one(b->run->doors, &write, left_ms(b));
}

bool sriov_is_bound_to(const struct sriov_binding *b, const char *driver)
{
	char bound[SRIOV_DRIVER_LEN];

	return sriov_bound_driver(b, bound, sizeof(bound)) == 0 &&
	       sriov_driver_satisfied(bound, driver);
}

/* drivers_probe succeeds when nothing binds too. */
static int probe(struct sriov_binding *b, const char *driver)
{
	int r = write_file(b, "bus/pci/drivers_probe", b->address);

	if (r != -ETIME && sriov_is_bound_to(b, driver))
		return 0;
	return r < 0 ? r : -ENOEXEC;
}

/* `bind` matches the driver's own table of devices, and answers with the probe's errno.
 */
static int bind_by_name(struct sriov_binding *b, const char *driver)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "bus/pci/drivers/%s/bind", driver);
	r = write_file(b, path, b->address);
	if (r != -ETIME && sriov_is_bound_to(b, driver))
		return 0;
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "bus/pci/devices/%s", b->address);
	return sriov_sysfs_exists(b->run->doors->sys, path) ? -EIO : -ENODEV;
}

/*
 * The module that the kernel would choose; a driver that is built in or loaded has no
 * alias to be found by.  The VFs of a port have one alias, and libkmod reads all its
 * indexes for each question.
 */
static void load_default(struct sriov_binding *b)
{
	struct sriov_run *run = b->run;
	char path[PATH_MAX], modalias[SRIOV_MODALIAS_LEN];

	snprintf(path, sizeof(path), "bus/pci/devices/%s/modalias", b->address);
	if (sriov_sysfs_read(run->doors->sys, path, modalias, sizeof(modalias)) <= 0 ||
	    strcmp(modalias, run->modalias) == 0)
		return;
	strcpy(run->modalias, modalias);
	run->doors->ops->load_module(run->doors, modalias);
}

int sriov_binding_load(struct sriov_binding *b, const char *name)
{
	struct sriov_doors *doors = b->run->doors;
	char path[PATH_MAX];

	if (strcmp(name, SRIOV_DRIVER_DEFAULT) != 0) {
		snprintf(path, sizeof(path), "bus/pci/drivers/%s", name);
		if (sriov_sysfs_exists(doors->sys, path))
			return 0;
		return doors->ops->load_module(doors, name);
	}
	load_default(b);
	return 0;
}

/* It stays as the run has made it, and is remembered. */
static void leave(struct sriov_binding *b, const char *file, int because)
{
	b->left = file;
	b->left_because = because;
}

static int bind_by_override(struct sriov_binding *b, const char *driver)
{
	int r = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_OVERRIDE, b->address,
				   "\n");
	int back;

	if (r < 0)
		return r;
	r = sriov_run_write_override(b->run, b->step, driver, left_ms(b));
	if (r == 0)
		r = unbind(b);
	if (r == 0)
		r = probe(b, driver);
	if (r == -ENOEXEC)
		r = bind_by_name(b, driver);
	if (r == -ETIME)
		return r;
	back = clear_override(b);
	if (back < 0)
		leave(b, "driver_override", back);
	else
		sriov_scratch_forget(b->run->doors, SRIOV_SCRATCH_OVERRIDE, b->address);
	return r;
}

/*
 * Where the PF keeps drivers off new VFs, the kernel binds old ones to none either but
 * by an override: @attempt is made while it does not.
 */
static int with_autoprobe(struct sriov_binding *b,
			  int (*attempt)(struct sriov_binding *b, const char *driver),
			  const char *driver)
{
	const char *pf = b->step->pf->fn.address;
	char path[PATH_MAX];
	int noted = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_AUTOPROBE, pf, "0");
	int r, back;

	if (noted < 0)
		return noted;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe", pf);
	r = write_file(b, path, "1");
	if (r == 0)
		r = attempt(b, driver);
	back = sriov_run_write_autoprobe(b->run, b->step->pf, "0");
	/* when the run itself keeps drivers off, its own note must stay */
	if (back == 0 && noted == 0)
		sriov_scratch_forget(b->run->doors, SRIOV_SCRATCH_AUTOPROBE, pf);
	if (back < 0)
		leave(b, "sriov_drivers_autoprobe of its PF", back);
	return r;
}

static bool autoprobe_is_off(const struct sriov_binding *b)
{
	char path[PATH_MAX];
	uint64_t on;

	if (!b->step->pf)
		return false;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe",
		 b->step->pf->fn.address);
	return sriov_sysfs_number(b->run->doors->sys, path, 10, 1, &on) == 0 && on == 0;
}

static int attempt(struct sriov_binding *b,
		   int (*how)(struct sriov_binding *b, const char *driver),
		   const char *driver)
{
	return autoprobe_is_off(b) ? with_autoprobe(b, how, driver) : how(b, driver);
}

/*
 * A driver of some device is never given another by an override: e1000e, bound so to a
 * VF of igb, takes the kernel down (6.12).
 */
static int bind_known(struct sriov_binding *b, const char *driver)
{
	int r = clear_override(b);

	if (r == 0)
		r = unbind(b);
	return r == 0 ? attempt(b, bind_by_name, driver) : r;
}

/*
 * Clears an override that somebody else had left, or the kernel would not choose.  That
 * no driver takes the function is the kernel's choice too.
 */
static int bind_default(struct sriov_binding *b)
{
	int r = clear_override(b);

	if (r == 0)
		r = unbind(b);
	if (r == 0)
		r = attempt(b, probe, SRIOV_DRIVER_DEFAULT);
	return r == -ENOEXEC ? 0 : r;
}

int sriov_bind(struct sriov_binding *b, const char *driver)
{
	int r;

	if (strcmp(driver, SRIOV_DRIVER_NONE) == 0)
		return unbind(b);
	r = sriov_binding_load(b, driver);
	if (r < 0)
		return r;
	if (strcmp(driver, SRIOV_DRIVER_DEFAULT) == 0)
		return bind_default(b);
	return sriov_driver_takes_any(driver) ? bind_by_override(b, driver)
					      : bind_known(b, driver);
}

void sriov_bind_back(struct sriov_binding *b)
{
	char driver[SRIOV_DRIVER_LEN];

	sriov_bound_driver(b, driver, sizeof(driver));
	if (driver[0] || !b->step->from.text[0])
		return;
	if (sriov_driver_is_vfio(b->step->from.text))
		bind_by_override(b, b->step->from.text);
	else
		bind_default(b);
}

int sriov_restart(struct sriov_binding *b)
{
	int r = sriov_scratch_note(b->run->doors, SRIOV_SCRATCH_DRIVER, b->address, "1");

	if (r < 0)
		return r;
	r = unbind(b);
	if (r == 0)
		r = bind_default(b);
	return r == 0 && sriov_is_bound_to(b, SRIOV_DRIVER_NONE) ? -ENODEV : r;
}

void sriov_restarted(const struct sriov_binding *b, int result)
{
	if (result != -ETIME && !sriov_is_bound_to(b, SRIOV_DRIVER_NONE))
		sriov_scratch_forget(b->run->doors, SRIOV_SCRATCH_DRIVER, b->address);
}
