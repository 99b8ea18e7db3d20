/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and removing VFs, and waiting until they are there. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "run/explain.h"
#include "run/steps.h"
#include "sys/child.h"
#include "sys/sysfs.h"

/* So long without an event means that nothing more comes by itself. */
#define QUIET_MS 1000
/* And so many times, after what was missing had been probed once more. */
#define QUIET_TIMES 3

#define BUSY_TRIES 20
#define BUSY_PAUSE_MS 100

struct wait {
	struct sriov_run *run;
	struct sriov_step *step;
	int failed; /* -errno, 0 so far so good */
	bool told;  /* the step has its error */
	bool ready; /* to be written */
	uint64_t started_ms;
	uint64_t deadline_ms;
	bool drivers_expected; /* autoprobe is on and the kernel has a driver for the VFs
				*/
	bool module_tried;
	bool probed_again;
	unsigned quiet;
};

static uint64_t now_ms(const struct sriov_run *run)
{
	return run->doors->ops->now_ms(run->doors);
}

/* A write to sriov_numvfs, with what it points to. */
struct numvfs_write {
	char path[64];
	char data[16];
	char (*folder)[64];
	const char **idle;
};

static int prepare_write(const struct wait *wait, uint64_t vfs,
			 struct numvfs_write *numvfs, struct sriov_write *ret)
{
	const struct sriov_pf *pf = wait->step->before;

	numvfs->folder = calloc(pf->n_vfs + 1, sizeof(*numvfs->folder));
	numvfs->idle = calloc(pf->n_vfs + 1, sizeof(*numvfs->idle));
	if (!numvfs->folder || !numvfs->idle)
		return -ENOMEM;
	snprintf(numvfs->path, sizeof(numvfs->path), "bus/%s/devices/%s/sriov_numvfs",
		 sriov_bus_of(pf->fn.address), pf->fn.address);
	snprintf(numvfs->data, sizeof(numvfs->data), "%llu", (unsigned long long)vfs);
	*ret = (struct sriov_write){
		.path = numvfs->path,
		.data = numvfs->data,
		.idle = numvfs->idle,
		.lock = sriov_locks_fd(wait->run->locks, pf->fn.address),
	};
	for (size_t i = 0; i < pf->n_vfs; i++) {
		if (!sriov_driver_is_vfio(pf->vf[i].fn.driver))
			continue;
		snprintf(numvfs->folder[i], sizeof(numvfs->folder[i]),
			 "bus/pci/devices/%s", pf->vf[i].fn.address);
		numvfs->idle[ret->n_idle++] = numvfs->folder[i];
	}
	return 0;
}

static bool has_old_vfs(const struct sriov_step *step)
{
	return step->from.number && !step->cleared;
}

/* Write for all of @wait that are ready, at once. */
static void write_numvfs(struct wait *wait, size_t n, bool removing)
{
	_cleanup_free_ struct numvfs_write *numvfs = calloc(n, sizeof(*numvfs));
	_cleanup_free_ struct sriov_write *writes = calloc(n, sizeof(*writes));
	_cleanup_free_ size_t *whose = calloc(n, sizeof(*whose));
	uint64_t timeout_ms = 0;
	size_t n_writes = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t vfs = removing ? 0 : wait[i].step->to.number;

		if (!wait[i].ready || (removing ? !has_old_vfs(wait[i].step) : !vfs))
			continue;
		wait[i].failed = -ENOMEM;
		if (!numvfs || !writes || !whose ||
		    prepare_write(&wait[i], vfs, &numvfs[i], &writes[n_writes]) < 0)
			continue;
		sriov_run_progress(
			wait[i].run, "%s: %s %llu VFs", wait[i].step->pf->name,
			removing ? "removing" : "making",
			(unsigned long long)(removing ? wait[i].step->from.number : vfs));
		if (wait[i].deadline_ms - wait[i].started_ms > timeout_ms)
			timeout_ms = wait[i].deadline_ms - wait[i].started_ms;
		whose[n_writes++] = i;
	}
	if (n_writes)
		wait->run->doors->ops->write_within(wait->run->doors, writes, n_writes,
						    timeout_ms);
	for (size_t i = 0; i < n_writes; i++)
		wait[whose[i]].failed = writes[i].result;
	for (size_t i = 0; numvfs && i < n; i++) {
		free(numvfs[i].folder);
		free(numvfs[i].idle);
	}
}

/* A port that is being reset answers EAGAIN for a moment (i40e). */
static void write_until_taken(struct wait *wait, size_t n, bool removing)
{
	struct sriov_doors *doors = wait->run->doors;
	bool again = true;

	for (size_t i = 0; i < n; i++)
		wait[i].ready = !wait[i].failed;
	for (int tries = 0; again; tries++) {
		write_numvfs(wait, n, removing);
		again = false;
		for (size_t i = 0; i < n; i++) {
			wait[i].ready &= wait[i].failed == -EAGAIN && tries < BUSY_TRIES;
			again |= wait[i].ready;
		}
		if (again)
			doors->ops->pause_ms(doors, BUSY_PAUSE_MS);
	}
}

static void probe_again(struct wait *wait, const struct sriov_pf *pf)
{
	struct sriov_doors *doors = wait->run->doors;

	for (size_t i = 0; i < pf->n_vfs; i++) {
		const struct sriov_function *fn = &pf->vf[i].fn;
		struct sriov_write write = {
			.path = "bus/pci/drivers_probe",
			.data = fn->address,
			.lock = sriov_locks_fd(wait->run->locks, pf->fn.address),
		};

		if (!fn->driver[0])
			sriov_write_one(doors, &write, QUIET_MS);
	}
}

/* Load the module for the VFs as udevd would; false when the kernel has none for them. */
static bool load_vf_module(const struct sriov_run *run, const struct sriov_pf *pf)
{
	char path[96], modalias[256];

	snprintf(path, sizeof(path), "bus/pci/devices/%s/modalias", pf->vf[0].fn.address);
	if (sriov_sysfs_read(run->doors->sys, path, modalias, sizeof(modalias)) < 0)
		return false;
	return run->doors->ops->load_module(run->doors, modalias) == 0;
}

static size_t count_settled(const struct wait *wait, const struct sriov_pf *pf)
{
	size_t n = 0;

	for (size_t i = 0; i < pf->n_vfs; i++)
		n += sriov_function_is_settled(wait->run->doors, &pf->vf[i].fn);
	return n;
}

/* NVMe VFs have no queues at first, so that their driver turns them down. */
static bool wants_driver(const struct sriov_pf *pf)
{
	return sriov_function_is_net(&pf->fn);
}

static int look(const struct wait *wait, struct sriov_host *ret)
{
	const char *address = wait->step->pf->fn.address;
	struct sriov_error err;

	return sriov_host_look(wait->run->doors, SRIOV_LOOK_VFS, &address, 1, ret, &err);
}

/* Whether it is worth while to wait and look again; what is late is probed once more. */
static bool wait_once(struct wait *wait, const struct sriov_pf *pf)
{
	struct sriov_doors *doors = wait->run->doors;
	uint64_t now = now_ms(wait->run);
	uint64_t left = now < wait->deadline_ms ? wait->deadline_ms - now : 0;
	int r;

	if (left == 0)
		return false;
	r = doors->ops->events_wait(doors, left < QUIET_MS ? left : QUIET_MS);
	/* without events nothing would tell when to look again */
	if (r < 0 && r != -EINTR)
		return false;
	if (r != 0) {
		wait->quiet = 0;
		return true;
	}
	if (pf->n_vfs == wait->step->to.number && count_settled(wait, pf) == 0 &&
	    !wants_driver(wait->step->pf))
		return false;
	if (!wait->probed_again) {
		wait->probed_again = true;
		probe_again(wait, pf);
		return true;
	}
	return ++wait->quiet < QUIET_TIMES;
}

static int fewer_than_asked(struct wait *wait, const struct sriov_pf *pf)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, pf->n_vfs ? SRIOV_PARTLY : SRIOV_FAILED, EIO,
			"the %s driver took the write and made %zu of %llu VFs",
			wait->step->pf->fn.driver, pf->n_vfs,
			(unsigned long long)wait->step->to.number);
	sriov_error_object(&err, "%s", wait->step->pf->name);
	sriov_error_hint(&err, "dmesg | tail");
	sriov_step_fail(wait->step, SRIOV_STATUS_DIFFERS, &err);
	return -EIO;
}

/* The VFs without driver or netdev, by number. */
static int some_unsettled(struct wait *wait, const struct sriov_pf *pf)
{
	_cleanup_free_ unsigned *index = calloc(pf->n_vfs + 1, sizeof(*index));
	struct sriov_error err = {0};
	char names[SRIOV_OBJECT_MAX];
	size_t n = 0;

	for (size_t i = 0; index && i < pf->n_vfs; i++)
		if (!sriov_function_is_settled(wait->run->doors, &pf->vf[i].fn))
			index[n++] = pf->vf[i].index;
	sriov_vfs_format(wait->step->pf, index, n, names, sizeof(names));
	sriov_error_set(&err, SRIOV_PARTLY, ENODEV,
			"the VFs were made, but %s (%zu of %zu) got no driver or "
			"network device",
			names, n, pf->n_vfs);
	sriov_error_object(&err, "%s", wait->step->pf->name);
	sriov_error_hint(&err, "dmesg | tail");
	sriov_step_fail(wait->step, SRIOV_STATUS_DIFFERS, &err);
	return -ENODEV;
}

static bool drivers_come_by_themselves(const struct wait *wait)
{
	uint64_t autoprobe;
	char path[96];

	if (!sriov_function_is_pci(&wait->step->pf->fn))
		return false;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/sriov_drivers_autoprobe",
		 wait->step->pf->fn.address);
	return sriov_sysfs_number(wait->run->doors->sys, path, 10, 1, &autoprobe) < 0 ||
	       autoprobe == 1;
}

/*
 * Judge the PF as it is now: 1 all is there, 0 not yet, -errno with the step failed when
 * @last and it will not come.  VFs that no driver of this kernel takes are complete.
 */
static int judge(struct wait *wait, const struct sriov_pf *pf, bool last)
{
	size_t settled = count_settled(wait, pf);

	if (pf->n_vfs != wait->step->to.number)
		return last ? fewer_than_asked(wait, pf) : 0;
	if (settled == pf->n_vfs || !wait->drivers_expected)
		return 1;
	if (settled == 0 && !wait->module_tried) {
		wait->module_tried = true;
		wait->drivers_expected = load_vf_module(wait->run, pf);
		return wait->drivers_expected ? 0 : 1;
	}
	sriov_run_progress(wait->run, "%s: %zu of %zu VFs have their driver",
			   wait->step->pf->name, settled, pf->n_vfs);
	if (!last)
		return 0;
	return settled || wants_driver(wait->step->pf) ? some_unsettled(wait, pf) : 1;
}

static int wait_for_vfs(struct wait *wait)
{
	static const struct sriov_pf gone;
	bool last = false;

	wait->drivers_expected = drivers_come_by_themselves(wait);
	for (;;) {
		struct sriov_host host = {0};
		const struct sriov_pf *pf;
		int r = look(wait, &host);

		if (r < 0)
			return r;
		pf = host.n_pfs ? &host.pf[0] : &gone;
		r = judge(wait, pf, last);
		if (r == 0)
			last = !wait_once(wait, pf);
		sriov_host_free(&host);
		if (r != 0)
			return r < 0 ? r : 0;
	}
}

/* What is there after a write that failed: removing and making are two of them. */
static int write_failed(struct wait *wait, int r)
{
	struct sriov_error err = {0};
	struct sriov_host host = {0};
	bool looked = r != -ETIME && look(wait, &host) == 0;

	/* the file goes with the card, and then its absence says nothing of the driver */
	if (r == -ENOENT && looked && !host.n_pfs)
		r = -ENODEV;
	sriov_explain_vfs(wait->step, -r, now_ms(wait->run) - wait->started_ms, &err);
	if (looked && host.n_pfs && (wait->step->from.number || host.pf[0].n_vfs))
		sriov_text_append(err.msg, sizeof(err.msg), "; it has %zu VFs now",
				  host.pf[0].n_vfs);
	sriov_host_free(&host);
	sriov_step_fail(wait->step,
			r == -ETIME ? SRIOV_STATUS_DIFFERS : SRIOV_STATUS_REFUSED, &err);
	return r;
}

static void hold_failed(struct wait *wait)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_FAILED, -wait->failed,
			"cannot keep drivers off the new VFs (sriov_drivers_autoprobe): "
			"%s",
			strerror(-wait->failed));
	sriov_error_object(&err, "%s", wait->step->pf->name);
	sriov_step_fail(wait->step, SRIOV_STATUS_REFUSED, &err);
	wait->told = true;
}

static void begin(struct sriov_run *run, struct sriov_step *step, struct wait *wait)
{
	size_t vfs =
		step->to.number > step->from.number ? step->to.number : step->from.number;

	*wait = (struct wait){.run = run, .step = step, .started_ms = now_ms(run)};
	wait->deadline_ms = wait->started_ms + sriov_run_timeout(run, vfs);
	if (step->hold)
		wait->failed = sriov_run_hold(run, step->pf);
	if (wait->failed)
		hold_failed(wait);
}

/* The kernel changes a nonzero number to another only by way of 0. */
static void make(struct wait *wait, size_t n)
{
	write_until_taken(wait, n, true);
	write_until_taken(wait, n, false);
	for (size_t i = 0; i < n; i++)
		if (!wait[i].failed)
			wait_for_vfs(&wait[i]);
		else if (!wait[i].told)
			write_failed(&wait[i], wait[i].failed);
}

int sriov_run_vfs(struct sriov_run *run, struct sriov_step *const *steps, size_t n)
{
	_cleanup_free_ struct wait *wait = calloc(n, sizeof(*wait));
	int r = wait ? run->doors->ops->events_open(run->doors) : -ENOMEM;

	if (!wait)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (r == 0)
			begin(run, steps[i], &wait[i]);
		else
			write_failed(&(struct wait){.run = run, .step = steps[i]}, r);
	}
	if (r == 0) {
		make(wait, n);
		run->doors->ops->events_close(run->doors);
	}
	return 0;
}
