/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a configuration: it is read, or there is a problem whose place is in it;
 * what is read can be written and read again.
 */
#include "must.h"
#include "want/entries.h"

static void check_problems(const struct sriov_problems *problems, size_t size)
{
	for (size_t i = 0; i < problems->n; i++) {
		const struct sriov_problem *problem = &problems->problem[i];

		must(problem->line >= 1 && problem->line <= size + 1, "line");
		must(problem->column >= 1 && problem->column <= size + 1, "column");
		must(problem->error.msg[0], "a problem has words");
		must(problem->error.code == SRIOV_BAD_FILE, "code");
	}
}

static void check_config(const struct sriov_config *config)
{
	for (size_t i = 0; i < config->n_pfs; i++) {
		const struct sriov_config_pf *pf = &config->pf[i];

		must(pf->name[0] || pf->has_bdf || pf->perm_mac, "a PF has a name");
		must(pf->vfs >= -1 && pf->vfs <= UINT16_MAX, "number of VFs");
		must(pf->node->place.offset <= pf->node->end, "an entry has a length");
		must(pf->node->end <= pf->file->source.size, "and ends in its file");
		for (size_t j = 0; j < pf->n_entries; j++)
			for (size_t k = 0; k < pf->entry[j].n_ranges; k++)
				must(pf->entry[j].range[k].first <=
					     pf->entry[j].range[k].last,
				     "ranges ascend");
	}
}

/* A PF more and every entry written anew: the file stays one that can be read. */
static void write_again(const struct sriov_config *config)
{
	struct sriov_item item = {.name = "new",
				  .address = "0000:7f:00.0",
				  .vfs = 2,
				  .link = 1,
				  .words_differ = true};
	struct sriov_entries entries;
	struct sriov_save save = {0};
	struct sriov_error err = {0};
	bool lost;

	must(sriov_entries_begin(config, &entries) == 0, "memory");
	for (size_t i = 0; i < config->n_pfs; i++) {
		struct sriov_item same = item;

		snprintf(same.name, sizeof(same.name), "pf%zu", i);
		same.address[0] = '\0';
		must(sriov_entries_set(&entries, &config->pf[i], &same, &lost) == 0,
		     "memory");
	}
	must(sriov_entries_set(&entries, NULL, &item, &lost) == 0, "memory");
	if (sriov_entries_write(&entries, "file", &save, &err) == 0) {
		struct sriov_problems problems = {0};
		struct sriov_config again = {0};

		must(save.n_files == 1, "one file");
		sriov_config_add(&again, "file", strdup(save.file[0].text),
				 save.file[0].size, &problems);
		must(problems.n == 0, "what was written can be read");
		must(again.n_pfs == config->n_pfs + 1, "and has every PF");
		sriov_config_free(&again);
		sriov_problems_free(&problems);
	}
	sriov_save_free(&save);
	sriov_entries_free(&entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sriov_problems problems = {0};
	struct sriov_config config = {0};

	must(sriov_config_add(&config, "file", string_of(data, size), size, &problems) ==
		     0,
	     "memory");
	sriov_config_check(&config, &problems);
	check_problems(&problems, size);
	if (problems.n == 0) {
		check_config(&config);
		write_again(&config);
	}
	sriov_config_free(&config);
	sriov_problems_free(&problems);
	return 0;
}
