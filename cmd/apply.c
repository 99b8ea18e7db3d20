/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl apply [-f FILE] [--boot] [--confirm SECONDS] */
#include <errno.h>
#include <stdlib.h>

#include "change.h"
#include "commands.h"
#include "configuration.h"

/* Drivers of cards that are slow to start have been seen to take 20 s. */
#define BOOT_TIMEOUT_MS 30000
#define CONFIRM_SECONDS_MAX 3600

/* A network card is ready when its driver has made the network device. */
static bool is_ready(const struct sriov_pf *pf)
{
	return pf && pf->fn.driver[0] &&
	       (!sriov_function_is_net(&pf->fn) || pf->fn.netdev[0] ||
		sriov_driver_is_vfio(pf->fn.driver));
}

/*
 * Marks in @missing which PFs of @config are not ready; returns how many.  @ret_settled:
 * the others have the names that they will keep.  One that is put up before that may
 * never get its name: kernels before 6.2 rename nothing that is up.
 */
static size_t find_missing(const struct app *app, const struct sriov_config *config,
			   bool *missing, bool *ret_settled)
{
	struct sriov_host host = {0};
	struct sriov_error unused;
	bool settled = true;
	size_t n = 0;

	*ret_settled = true;
	if (sriov_host_look(app->doors, 0, NULL, 0, &host, &unused) < 0)
		return 0;
	for (size_t i = 0; i < config->n_pfs; i++) {
		const struct sriov_pf *pf = sriov_config_find(&config->pf[i], &host);

		missing[i] = !is_ready(pf);
		n += missing[i];
		settled &= missing[i] || sriov_function_is_settled(app->doors, &pf->fn);
	}
	sriov_host_free(&host);
	*ret_settled = settled;
	return n;
}

/* Wait for the PFs of @config, which at boot come one after the other. */
static size_t wait_for_pfs(const struct app *app, const struct sriov_config *config,
			   bool *missing)
{
	const struct sriov_door_ops *ops = app->doors->ops;
	uint64_t now = ops->now_ms(app->doors);
	uint64_t end = now + (app->timeout_ms ? app->timeout_ms : BOOT_TIMEOUT_MS);
	bool settled;
	size_t n = 0;

	/* without events there is nothing to wake up for */
	if (ops->events_open(app->doors) < 0)
		return find_missing(app, config, missing, &settled);
	for (;; now = ops->now_ms(app->doors)) {
		n = find_missing(app, config, missing, &settled);
		if ((n == 0 && settled) || now >= end)
			break;
		if (ops->events_wait(app->doors, end - now) < 0)
			break;
	}
	ops->events_close(app->doors);
	return n;
}

static void report_missing(const struct app *app, const struct sriov_config *config,
			   const bool *missing)
{
	for (size_t i = 0; i < config->n_pfs; i++) {
		struct sriov_error err = {0};
		char name[SRIOV_NAME_LEN];

		if (!missing[i])
			continue;
		sriov_error_set(&err, SRIOV_NOT_FOUND, ENODEV,
				"was waited for and has not come");
		sriov_error_object(&err, "%s",
				   sriov_config_pf_name(&config->pf[i], name));
		sriov_error_hint(&err, "look at 'sriovctl list' and %s",
				 config->pf[i].file->name);
		app_print_error(app, &err);
	}
}

/* What has not come does not keep the others waiting for ever. */
static enum sriov_code apply_at_boot(struct app *app, struct configuration *configuration,
				     const struct change *change, struct sriov_error *err)
{
	const struct sriov_config *config = &configuration->config;
	_cleanup_free_ bool *missing = calloc(config->n_pfs + 1, sizeof(*missing));
	enum sriov_code code;
	size_t n;

	if (!missing) {
		sriov_error_memory(err);
		return err->code;
	}
	n = wait_for_pfs(app, config, missing);
	code = change_run(app, change, err);
	if (n == 0 || code == SRIOV_BAD_FILE)
		return code;
	report_missing(app, config, missing);
	if (code != SRIOV_OK)
		return code;
	return n < config->n_pfs ? SRIOV_PARTLY : SRIOV_NOT_FOUND;
}

static int read_confirm(const struct app *app, unsigned *ret, struct sriov_error *err)
{
	const char *text = app_option(app, "confirm");
	uint64_t seconds = 0;

	if (text && (sriov_parse_number(text, 10, CONFIRM_SECONDS_MAX, &seconds) < 0 ||
		     seconds == 0))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--confirm must be 1-%d seconds, not '%.32s'",
				       CONFIRM_SECONDS_MAX, text);
	*ret = (unsigned)seconds;
	return 0;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	bool boot = app_has_option(app, "boot");
	struct change change = {0};

	(void)words;
	if (n)
		return app_usage(&cmd_apply, err, "apply takes the whole configuration");
	if (read_confirm(app, &change.confirm_s, err) < 0)
		return err->code;
	return configuration_run(app, &change, boot ? apply_at_boot : NULL, err);
}

const struct command cmd_apply = {
	.name = "apply",
	.args = "apply [-f FILE] [--boot] [--confirm SECONDS]",
	.summary = "make the host what the configuration says, and prove it",
	.details =
		"  sriovctl apply                 of /etc/sriovctl/*.yaml\n"
		"  sriovctl apply -f host.yaml\n"
		"  sriovctl apply --confirm 60    go back unless told to stay within 60 s\n"
		"\n"
		"What would cut off a guest is left out, and the rest is done. A setting that\n"
		"the driver refuses takes back what was set on its PF, but with --keep-going.\n",
	.options =
		(const struct command_option[]){
			CONFIGURATION_OPTION,
			{"boot", '\0', NULL, "wait for PFs that are not there yet"},
			{"confirm", '\0', "SECONDS",
			 "go back unless told within that time that it may stay"},
			{NULL, '\0', NULL, NULL},
		},
	.run = run,
};
