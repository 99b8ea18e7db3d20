/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets everything go wrong that can, one thing a run: sweep [OPTION]... TREE [NAME]...
 *
 * TREE is host.tree, NAME a command of scenario.c; without, all.  Each command is run
 * once undisturbed on the fake kernel, and then once for each thing that may happen at
 * each operation of that run (fault.c).  After each the promises of sriovctl(8) must be
 * kept (judge.c), and the same command again must bring about what was wanted.
 *
 *	-j N	N at a time; as many as there are processors
 *	-e N	one case of N
 *	-c N	no case but the N-th of a command, and show all of it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "function.h"
#include "image.h"
#include "judge.h"
#include "reads.h"
#include "tree.h"

#define COMPLAINTS_MAX 1200
#define JOBS_MAX 64
#define RELEASE_LOOKS 500
#define RELEASE_LOOK_US 10000

/* Every worker's, in memory that they share. */
struct count {
	size_t cases;
	size_t failed;
};

struct sweep {
	struct runner runner;
	const char *tree;
	size_t jobs;
	size_t job;
	size_t every;
	size_t only; /* 0 all */
	struct count *count;
	/* the scenario under way */
	struct reference reference;
	struct image image;
	char **log; /* the operations of the undisturbed run */
	size_t n_log;
	size_t n_reads; /* of the undisturbed run */
	size_t n;	/* cases of this scenario, done here or not */
};

static void put_tree(struct sweep *sweep, const char *const *lines)
{
	struct image nothing = {0};

	image_write(&nothing, &sweep->runner.fake);
	fake_tree_unpack(&sweep->runner.fake, sweep->tree);
	for (size_t i = 0; i < SCENARIO_LINES_MAX && lines[i]; i++)
		fake_tree_line(&sweep->runner.fake, lines[i]);
}

static bool keep_line(char *line, void *arg)
{
	struct sweep *sweep = arg;

	if (SRIOV_ARRAY_ROOM(sweep->log, sweep->n_log) < 0 ||
	    !(sweep->log[sweep->n_log] = strdup(line)))
		fake_die("out of memory");
	sweep->n_log++;
	return true;
}

/* The undisturbed run tells what is wanted and what there is to disturb. */
static void begin_scenario(struct sweep *sweep, const struct scenario *scenario)
{
	const struct fake *fake = &sweep->runner.fake;
	struct run_result run;

	sweep->n = 0;
	sweep->reference = (struct reference){.scenario = scenario};
	put_tree(sweep, scenario->before);
	for (size_t i = 0; i < SCENARIO_LINES_MAX && scenario->fresh[i]; i++)
		fake_tree_line(fake, scenario->fresh[i]);
	state_read(&sweep->reference.fresh, fake);
	put_tree(sweep, scenario->before);
	image_take(&sweep->image, fake);
	state_read(&sweep->reference.before, fake);
	reads_fail(0, 0, false);
	runner_run(&sweep->runner, scenario->command, &run);
	sweep->n_reads = reads_n();
	if (run.status != (scenario->guarded ? SRIOV_IN_USE : SRIOV_OK))
		fake_die("%s: exit %d undisturbed:\n%s%s", scenario->name, run.status,
			 run.out, run.err);
	state_read(&sweep->reference.wanted, fake);
	if (state_equal(&sweep->reference.before, &sweep->reference.wanted) !=
	    scenario->guarded)
		fake_die("%s: what it changes is not as it should be", scenario->name);
	fake_each_line(fake, "log", keep_line, sweep);
}

static void end_scenario(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->n_log; i++)
		free(sweep->log[i]);
	free(sweep->log);
	sweep->log = NULL;
	sweep->n_log = 0;
	image_free(&sweep->image);
	state_free(&sweep->reference.before);
	state_free(&sweep->reference.fresh);
	state_free(&sweep->reference.wanted);
}

/* The PF of the first address, or of the netdev, in the line of an operation. */
static void find_pf(const struct fake *fake, const char *operation, char *buf,
		    size_t size)
{
	char address[FAKE_NAME_MAX] = "", name[FAKE_NAME_MAX];
	const char *at = strstr(operation, "0000:");

	if (at)
		snprintf(address, sizeof(address), "%.12s", at);
	else if (sscanf(operation, "%*s %63s", name) == 1)
		fake_get_link(fake, address, sizeof(address), "sys/class/net/%s/device",
			      name);
	fake_get(fake, buf, size, "kernel/%s/pf", address);
	if (buf[0] == '\0')
		snprintf(buf, size, "%.*s", (int)size - 1, address);
}

static void is_waiting(const struct fake *fake, const char *name, void *arg)
{
	(void)fake;
	(void)name;
	*(bool *)arg = true;
}

/* Let the write that is held up go on, and see its end. */
static bool release(const struct fake *fake, const char *lock)
{
	bool waiting = true;

	fake_put(fake, "", "release");
	for (int i = 0; i < RELEASE_LOOKS && waiting; i++) {
		waiting = false;
		fake_each_name(fake, "kernel/waiting", is_waiting, &waiting);
		waiting |= state_is_locked(fake, lock);
		if (waiting)
			usleep(RELEASE_LOOK_US);
	}
	fake_remove(fake, "release");
	return !waiting;
}

/* While the kernel holds the write up, the PF stays locked. */
static void judge_block(const struct evidence *evidence, const struct fake *fake,
			char *buf, size_t size)
{
	char lock[FAKE_NAME_MAX + 8];

	snprintf(lock, sizeof(lock), "pci-%.60s", evidence->pf);
	if (evidence->run->status == 0)
		sriov_text_append(buf, size, "  exit 0 with a write held up\n");
	if (!state_is_locked(fake, lock))
		sriov_text_append(buf, size,
				  "  the lock is let go with a write held up\n");
	if (!release(fake, lock))
		sriov_text_append(buf, size, "  the write does not end\n");
}

/* A world that has changed for good does not become as it was wanted. */
static bool can_repeat(const struct fault *fault)
{
	return fault->kind != FAULT_VANISH && fault->kind != FAULT_RENAME;
}

static void repeat(struct sweep *sweep, struct evidence *evidence, char *buf, size_t size)
{
	const struct fake *fake = &sweep->runner.fake;
	char left[512];
	struct run_result run;
	struct state found;

	reads_fail(0, 0, false);
	fake_remove(fake, "faults");
	fake_remove(fake, "log");
	if (evidence->fault->kind == FAULT_OPENED &&
	    fake_exists(fake, "sys/bus/pci/devices/0000:01:10.4"))
		fake_put(fake, "0", "sys/bus/pci/devices/0000:01:10.4/enable");
	runner_run(&sweep->runner, evidence->reference->scenario->command, &run);
	state_read(&found, fake);
	evidence->run = &run;
	evidence->found = &found;
	judge_repetition(evidence, buf, size);
	if (state_leftovers(fake, &sweep->reference.before, true, left, sizeof(left))[0])
		sriov_text_append(buf, size, "  repeated: left over:%s\n", left);
	if (sweep->only)
		printf("--- repeated: exit %d\n%s%s", run.status, run.out, run.err);
	state_free(&found);
}

static bool print_line(char *line, void *arg)
{
	(void)arg;
	printf("log| %s\n", line);
	return true;
}

static void show(const struct sweep *sweep, const struct run_result *run)
{
	fake_each_line(&sweep->runner.fake, "log", print_line, NULL);
	printf("--- exit %d, signal %d, waited %llu ms\n%s%s", run->status, run->signal,
	       (unsigned long long)run->waited_ms, run->out, run->err);
}

static void set_up(const struct fake *fake, const struct fault *fault)
{
	if (fault_is_of_read(fault))
		reads_fail(fault->at, fault->errnum, fault->kind == FAULT_NO_READS);
	else
		fake_put(fake, fault->line, "faults");
}

static void run_case(struct sweep *sweep, const struct fault *planned)
{
	const struct fake *fake = &sweep->runner.fake;
	char complaints[COMPLAINTS_MAX] = "", left[512], operation[192];
	struct fault met = *planned, *fault = &met;
	struct run_result run;
	struct state found;
	struct evidence evidence = {
		.reference = &sweep->reference,
		.fault = fault,
		.operation = operation,
		.run = &run,
		.found = &found,
	};

	image_write(&sweep->image, fake);
	set_up(fake, fault);
	runner_run(&sweep->runner, sweep->reference.scenario->command, &run);
	if (fault_is_of_read(fault))
		snprintf(operation, sizeof(operation), "read %s",
			 reads_failed(&fault->errnum));
	else
		snprintf(operation, sizeof(operation), "%s", sweep->log[fault->at - 1]);
	find_pf(fake, evidence.operation, evidence.pf, sizeof(evidence.pf));
	if (sweep->only)
		show(sweep, &run);
	if (fault->kind == FAULT_BLOCK)
		judge_block(&evidence, fake, complaints, sizeof(complaints));
	state_read(&found, fake);
	judge_run(&evidence, complaints, sizeof(complaints));
	if (state_leftovers(fake, &sweep->reference.before, false, left, sizeof(left))[0])
		sriov_text_append(complaints, sizeof(complaints), "  left over:%s\n",
				  left);
	state_free(&found);
	if (can_repeat(fault) && !sweep->reference.scenario->guarded)
		repeat(sweep, &evidence, complaints, sizeof(complaints));
	sweep->count->cases++;
	if (complaints[0] == '\0')
		return;
	sweep->count->failed++;
	printf("FAIL %s -c %zu: %s at: %s\n%s%s\n", sweep->reference.scenario->name,
	       sweep->n, fault->line[0] ? fault->line : strerrorname_np(fault->errnum),
	       operation, complaints, sweep->only ? "" : run.err);
	fflush(stdout);
}

static void on_fault(const struct fault *fault, void *arg)
{
	struct sweep *sweep = arg;
	size_t number = ++sweep->n;

	if (sweep->only && number != sweep->only)
		return;
	if (number % sweep->every == 0 &&
	    number / sweep->every % sweep->jobs == sweep->job)
		run_case(sweep, fault);
}

static bool is_meant(const struct scenario *scenario, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (strcmp(*names, scenario->name) == 0)
			return true;
	return false;
}

static void work(struct sweep *sweep, char **names)
{
	size_t n;
	const struct scenario *scenario = scenarios(&n);

	for (; n-- > 0; scenario++) {
		if (!is_meant(scenario, names))
			continue;
		begin_scenario(sweep, scenario);
		for (size_t at = 0; at < sweep->n_log; at++)
			faults_of(sweep->log[at], at + 1, on_fault, sweep);
		for (size_t at = 0; at < sweep->n_reads; at++)
			faults_of_read(at + 1, on_fault, sweep);
		end_scenario(sweep);
	}
}

static pid_t start_worker(struct sweep *sweep, const char *folder, char **names)
{
	char path[PATH_MAX];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(path, sizeof(path), "%s/%zu", folder, sweep->job);
	reads_open();
	runner_open(&sweep->runner, path);
	work(sweep, names);
	runner_close(&sweep->runner);
	exit(0);
}

static bool all_ended_well(void)
{
	bool well = true;
	int status;

	while (wait(&status) >= 0 || errno == EINTR)
		well &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return well;
}

static int run_all(struct sweep *sweep, char **names)
{
	/* a tree is hundreds of small files: in memory where there is such a place */
	char folder[] = "/dev/shm/sriov-sweep-XXXXXX",
	     other[] = "/tmp/sriov-sweep-XXXXXX";
	const char *made = mkdtemp(folder) ? folder : mkdtemp(other);
	struct count *counts =
		mmap(NULL, JOBS_MAX * sizeof(*counts), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct count sum = {0};
	struct fake rest;
	bool well;

	if (!made || counts == MAP_FAILED)
		fake_die("no place to work: %s", strerror(errno));
	for (sweep->job = 0; sweep->job < sweep->jobs; sweep->job++) {
		sweep->count = &counts[sweep->job];
		if (start_worker(sweep, made, names) < 0)
			fake_die("cannot fork: %s", strerror(errno));
	}
	well = all_ended_well();
	for (size_t i = 0; i < sweep->jobs; i++) {
		sum.cases += counts[i].cases;
		sum.failed += counts[i].failed;
	}
	fake_open(&rest, made);
	image_write(&(struct image){0}, &rest);
	fake_close(&rest);
	rmdir(made);
	printf("%zu cases, %zu failed\n", sum.cases, sum.failed);
	return well && sum.cases && sum.failed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct sweep sweep = {.jobs = processors > 0 ? (size_t)processors : 1,
			      .every = 1};
	int option;

	while ((option = getopt(argc, argv, "j:e:c:")) != -1) {
		size_t number = option == '?' ? 0 : strtoul(optarg, NULL, 10);

		if (number == 0 || (option == 'j' && number > JOBS_MAX))
			return 2;
		if (option == 'j')
			sweep.jobs = number;
		else if (option == 'e')
			sweep.every = number;
		else
			sweep.only = number;
	}
	if (optind == argc) {
		fputs("usage: sweep [-j N] [-e N] [-c N] TREE [NAME]...\n", stderr);
		return 2;
	}
	sweep.tree = argv[optind];
	if (sweep.only)
		sweep.jobs = 1;
	return run_all(&sweep, argv + optind + 1);
}
