/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be so after a command that something has gone wrong with. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "judge.h"

/* The longest wait of sriovctl(8) for a few VFs, the way back, and some slack. */
#define WAITED_MAX_MS (3 * 40 * 1000)

#define COMPLAIN(...) sriov_text_append(buf, size, __VA_ARGS__)

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* The item with what it was, would be with new VFs alone, and was to be. */
struct values {
	const char *before;
	const char *fresh;
	const char *wanted;
	const char *found;
};

static struct values values_of(const struct evidence *evidence,
			       const struct state_item *item)
{
	return (struct values){
		.before = state_value(&evidence->reference->before, item),
		.fresh = state_value(&evidence->reference->fresh, item),
		.wanted = state_value(&evidence->reference->wanted, item),
		.found = state_value(evidence->found, item),
	};
}

/* Where VFs may have gone, their number and all of them may be gone. */
static bool may_be_gone(const struct evidence *evidence, const struct state_item *item,
			const struct values *values)
{
	if (evidence->fault->kind == FAULT_VANISH)
		return values->found[0] == '\0' || is(item->key, "vfs");
	if (!evidence->reference->scenario->destroys)
		return false;
	return values->found[0] == '\0' ||
	       (is(item->key, "vfs") && is(values->found, "0"));
}

/* What happened to the host, and not to sriovctl, may leave it in another state. */
static bool is_the_worlds(const struct evidence *evidence)
{
	switch (evidence->fault->kind) {
	case FAULT_MISHAP:
	case FAULT_FOR_GOOD:
	case FAULT_BLOCK:
	case FAULT_KILL:
	case FAULT_STOP_KILLED:
	case FAULT_NO_READS:
		return true;
	default:
		return false;
	}
}

/*
 * Which driver comes, and which netdev, is not for the command to say: with drivers_probe
 * the kernel may choose none.  A driver that is started again for a MAC must come.
 */
static bool is_left_to_the_kernel(const struct evidence *evidence,
				  const struct state_item *item)
{
	if (!is(item->key, "driver") && !is(item->key, "netdev"))
		return false;
	return evidence->fault->kind == FAULT_VANISH ||
	       evidence->fault->kind == FAULT_MISHAP ||
	       (evidence->fault->kind == FAULT_IGNORED &&
		operation_kind(evidence->operation) == OPERATION_PROBE &&
		strncmp(evidence->reference->scenario->command, "vf ", 3) != 0);
}

static bool is_structural(enum operation_kind kind)
{
	return operation_writes(kind) && kind != OPERATION_SETLINK &&
	       kind != OPERATION_LOAD;
}

/* What the item may be, by what went wrong and what sriovctl(8) says of that. */
static bool may_be_so(const struct evidence *evidence, const struct state_item *item,
		      const struct values *values)
{
	bool kept = is(values->found, values->before) || is(values->found, values->fresh);
	bool done = is(values->found, values->wanted);
	enum operation_kind kind = operation_kind(evidence->operation);

	if (evidence->reference->scenario->guarded)
		return is(values->found, values->before) ||
		       evidence->fault->kind == FAULT_VANISH;
	if (may_be_gone(evidence, item, values) || is_left_to_the_kernel(evidence, item))
		return true;
	if (evidence->run->status == 0)
		return done;
	if (is_the_worlds(evidence))
		return true;
	/* VFs that were made stay */
	if (is(item->key, "vfs") || evidence->fault->kind == FAULT_VANISH)
		return kept || done;
	/* what cannot be put back stays as it is, is said and remembered */
	if (is(item->key, "autoprobe") && kind == OPERATION_AUTOPROBE)
		return kept || evidence->run->status == 7;
	if (evidence->fault->kind == FAULT_STOP)
		return kept;
	if (evidence->fault->kind == FAULT_ERROR && is_structural(kind))
		/* a function that is bound and cannot be let go stays so, and it is said
		 */
		return is(item->pf, evidence->pf)
			       ? kept || (done && (kind == OPERATION_OVERRIDE ||
						   kind == OPERATION_AUTOPROBE))
			       : done;
	if (evidence->fault->kind == FAULT_ERROR && kind == OPERATION_SETLINK)
		return is(item->pf, evidence->pf) ? kept || done : done;
	return kept || done;
}

static void judge_item(const struct evidence *evidence, const struct state_item *item,
		       char *buf, size_t size)
{
	struct values values = values_of(evidence, item);

	if (!may_be_so(evidence, item, &values))
		COMPLAIN("  %s %s: was '%s' (fresh '%s'), wanted '%s', is '%s'\n",
			 item->object, item->key, values.before, values.fresh,
			 values.wanted, values.found);
}

static void judge_state(const struct evidence *evidence, char *buf, size_t size)
{
	const struct state *both[] = {&evidence->reference->wanted,
				      &evidence->reference->before, evidence->found};

	/* each item once: where it is found, or else where it was to be */
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(both); i++)
		for (size_t j = 0; j < both[i]->n; j++) {
			const struct state_item *item = &both[i]->item[j];

			if (i > 0 && state_value(both[0], item)[0])
				continue;
			if (i > 1 && state_value(both[1], item)[0])
				continue;
			judge_item(evidence, item, buf, size);
		}
}

/* Whether anything but the number of VFs is not as it was. */
static bool has_changed(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->found->n; i++) {
		const struct state_item *item = &evidence->found->item[i];
		struct values values = values_of(evidence, item);

		if (!is(values.found, values.before) && !is(values.found, values.fresh) &&
		    !is(item->key, "vfs"))
			return true;
	}
	return false;
}

/* 1 and its like say that nothing was changed, 7 that something was. */
static void judge_status(const struct evidence *evidence, char *buf, size_t size)
{
	const struct run_result *run = evidence->run;
	bool stopped = evidence->fault->kind == FAULT_STOP;
	bool killed = evidence->fault->kind == FAULT_KILL ||
		      evidence->fault->kind == FAULT_STOP_KILLED;
	bool moved = evidence->fault->kind == FAULT_VANISH ||
		     evidence->fault->kind == FAULT_BLOCK ||
		     evidence->fault->kind == FAULT_FOR_GOOD ||
		     evidence->fault->kind == FAULT_NO_READS;

	if (run->signal && !(killed && run->signal == SIGKILL) &&
	    !(stopped && !has_changed(evidence)))
		COMPLAIN("  ended by signal %d\n", run->signal);
	if (killed || run->signal)
		return;
	if (stopped && run->status != 130 && run->status != 0 &&
	    !evidence->reference->scenario->guarded)
		COMPLAIN("  exit %d of an interrupted run\n", run->status);
	/* of a file that could not be read it is 8 */
	if (run->status > 7 && run->status != 130 &&
	    !(run->status == 8 && fault_is_of_read(evidence->fault)))
		COMPLAIN("  exit %d\n", run->status);
	if (run->status && run->status != 7 && run->status != 130 && !moved &&
	    has_changed(evidence))
		COMPLAIN("  exit %d, but something was changed\n", run->status);
	if (evidence->reference->scenario->guarded && run->status == 0)
		COMPLAIN("  exit 0 where somebody would have been hit\n");
	if (evidence->fault->kind == FAULT_HANGUP && run->status != 0)
		COMPLAIN("  exit %d after a hang-up\n", run->status);
}

/* Words that name a cause of which the errno says nothing, or another thing. */
static bool names_cause(const struct evidence *evidence)
{
	static const char *const causes[] = {
		"wanted ",	  "has not completed", "was opened just now",
		"in use",	  "has no driver",     "driver allows",
		"got no driver",  "is gone",	       "interrupted",
		"needs --yes",	  "not supported",     "carrier",
		"made ",	  "exist already",     "No such device",
		"not a rate",	  "another name",      "busy",
		"cannot be read", "out of memory",     "meant for",
	};
	const char *err = evidence->run->err;
	int errnum =
		evidence->fault->kind == FAULT_IGNORED ? EIO : evidence->fault->errnum;

	if (errnum && strcasestr(err, strerror(errnum)))
		return true;
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(causes); i++)
		if (strstr(err, causes[i]))
			return true;
	return false;
}

/* What is asked of the whole host is about no object. */
static bool is_about_the_host(const struct evidence *evidence)
{
	enum operation_kind kind = operation_kind(evidence->operation);

	return kind == OPERATION_DUMP ||
	       (kind == OPERATION_GETLINK && evidence->fault->kind == FAULT_FOR_GOOD);
}

static bool names_object(const struct evidence *evidence)
{
	static const char *const objects[] = {"em1",
					      "em2",
					      "p1",
					      "ns1",
					      "ib1",
					      "eth9",
					      "0000:",
					      "/sys/",
					      "/run/sriovctl",
					      "/etc/",
					      "cannot write /etc/",
					      "the configuration",
					      "mac auto needs /etc/",
					      "node_guid auto needs /etc/"};
	char head[64];

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(objects); i++) {
		snprintf(head, sizeof(head), "sriovctl: %s", objects[i]);
		if (strstr(evidence->run->err, head))
			return true;
	}
	return false;
}

static void judge_words(const struct evidence *evidence, char *buf, size_t size)
{
	const struct run_result *run = evidence->run;

	if (run->signal == 0 && run->status != 0 && run->status != 130) {
		if (!names_object(evidence) && !is_about_the_host(evidence))
			COMPLAIN("  stderr names no object\n");
		if (!names_cause(evidence))
			COMPLAIN("  stderr names no cause\n");
	}
	if (strstr(run->err, "Sanitizer") || strstr(run->err, "runtime error"))
		COMPLAIN("  a sanitizer has found a fault\n");
	if (run->waited_ms > WAITED_MAX_MS)
		COMPLAIN("  it waited for %llu s\n",
			 (unsigned long long)run->waited_ms / 1000);
}

void judge_run(const struct evidence *evidence, char *buf, size_t size)
{
	judge_status(evidence, buf, size);
	judge_words(evidence, buf, size);
	judge_state(evidence, buf, size);
}

void judge_repetition(const struct evidence *evidence, char *buf, size_t size)
{
	const struct run_result *run = evidence->run;
	const struct state *wanted = &evidence->reference->wanted;

	if (run->status != 0 || run->signal)
		COMPLAIN("  repeated: exit %d, signal %d\n", run->status, run->signal);
	for (size_t i = 0; i < wanted->n; i++) {
		const char *found = state_value(evidence->found, &wanted->item[i]);

		/* a netdev that the driver did not make is not missed by the command */
		if (is_left_to_the_kernel(evidence, &wanted->item[i]) &&
		    (evidence->fault->kind == FAULT_IGNORED ||
		     is(wanted->item[i].key, "netdev")))
			continue;
		if (!is(found, wanted->item[i].value))
			COMPLAIN("  repeated: %s %s: wanted '%s', is '%s'\n",
				 wanted->item[i].object, wanted->item[i].key,
				 wanted->item[i].value, found);
	}
	if (evidence->found->n != wanted->n)
		COMPLAIN("  repeated: there is more than was wanted\n");
}
