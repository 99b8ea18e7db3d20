/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bind and unbind share. */
#include "binding.h"
#include "change.h"

struct binding {
	const char *const *words;
	size_t n;
	const char *driver;
};

static int select_functions(struct sriov_host *host, void *data,
			    struct sriov_targets *ret, struct sriov_error *err)
{
	const struct binding *binding = data;

	return sriov_select(host, binding->words, binding->n,
			    SRIOV_SELECT_VFS | SRIOV_SELECT_PCI | SRIOV_SELECT_FUNCTIONS,
			    ret, err);
}

static int want_driver(struct sriov_host *host, const struct sriov_targets *targets,
		       void *data, struct sriov_want *want, struct sriov_error *err)
{
	const struct binding *binding = data;

	return sriov_want_driver(want, host->doors, targets, binding->driver, err);
}

enum sriov_code binding_change(struct app *app, const char *const *words, size_t n,
			       const char *driver, struct sriov_error *err)
{
	struct binding binding = {words, n, driver};
	const struct change change = {
		.unsaved = true,
		.by_user = sriov_select_needs_users(words, n),
		.select = select_functions,
		.want = want_driver,
		.data = &binding,
	};

	return change_run(app, &change, err);
}
