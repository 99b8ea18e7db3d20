/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log of what was done to the fake kernel, and the plan of what goes wrong. */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "clock.h"
#include "faults.h"
#include "function.h"

struct fault {
	char *action;
	const char *argument; /* "" none */
	unsigned long first;
	unsigned long last;
	char *words;
	const char *saying; /* "" none */
};

/* Every errno that a driver or the kernel gives on these paths. */
static const int errnums[] = {
	EPERM,	 ENOENT,	  EINTR,      EIO,	 EAGAIN,   ENOMEM,
	EACCES,	 EBUSY,		  EEXIST,     ENODEV,	 EINVAL,   ENOSPC,
	EROFS,	 ERANGE,	  EOPNOTSUPP, ENOBUFS,	 ETIME,	   EPROTO,
	ENODATA, EPROTONOSUPPORT, EMSGSIZE,   ETIMEDOUT, ENETDOWN, ENOTTY,
	EPIPE,	 ENXIO,		  EMFILE,     ENOSYS,	 EBADMSG,
};

static int errnum_of(const char *name)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(errnums); i++)
		if (strcmp(strerrorname_np(errnums[i]), name) == 0)
			return errnums[i];
	return 0;
}

static char *cut_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t len = strcspn(word, " \t");

	*rest = word + len;
	if (**rest)
		*(*rest)++ = '\0';
	*rest += strspn(*rest, " \t");
	return word;
}

/* Which of the operations: "2", "2-", "2-4".  Left alone when it is no such word. */
static void cut_which(char **rest, struct fault *fault)
{
	char *end, *word = *rest;

	fault->first = 1;
	fault->last = ULONG_MAX;
	end = word + strspn(word, "0123456789-");
	if (!isdigit((unsigned char)*word) || !isspace((unsigned char)*end))
		return;
	fault->first = strtoul(word, &end, 10);
	fault->last = fault->first;
	if (*end == '-') {
		word = end + 1;
		fault->last = strtoul(word, &end, 10);
		if (end == word)
			fault->last = ULONG_MAX;
	}
	*rest = end + strspn(end, " \t");
}

static bool read_fault(char *line, struct fault *ret)
{
	char *rest = line, *mark;

	line[strcspn(line, "#")] = '\0';
	ret->action = cut_word(&rest);
	if (ret->action[0] == '\0')
		return false;
	mark = strchr(ret->action, '=');
	ret->argument = mark ? mark + 1 : "";
	if (mark)
		*mark = '\0';
	cut_which(&rest, ret);
	ret->words = rest;
	mark = strstr(rest, " : ");
	ret->saying = mark ? mark + 3 : "";
	if (mark)
		*mark = '\0';
	if (ret->words[0] == '\0')
		fake_die("faults: %s of which operation?", ret->action);
	return true;
}

static bool has_words(const char *operation, const char *words)
{
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "*%s*", words);
	return fnmatch(pattern, operation, 0) == 0;
}

struct counting {
	const char *words;
	unsigned long n;
};

static bool count_line(char *line, void *arg)
{
	struct counting *counting = arg;
	char *result = strstr(line, " -> ");

	if (line[0] == '#')
		counting->n = 0;
	if (result)
		*result = '\0';
	counting->n += has_words(line, counting->words);
	return true;
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static bool number_action(const struct fault *fault, struct fake_verdict *verdict)
{
	const struct {
		const char *action;
		long *number;
	} numbers[] = {
		{"fewer", &verdict->mishap.fewer},
		{"no-vf", &verdict->mishap.no_vf},
		{"no-netdev", &verdict->mishap.no_netdev},
		{"late", &verdict->mishap.late_ms},
		{"left-out", &verdict->left_out},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(numbers); i++)
		if (strcmp(fault->action, numbers[i].action) == 0) {
			*numbers[i].number = strtol(fault->argument, NULL, 10);
			return true;
		}
	return false;
}

static bool text_action(const struct fault *fault, struct fake_verdict *verdict)
{
	const struct {
		const char *action;
		char *text;
	} texts[] = {
		{"open", verdict->open},
		{"vanish", verdict->vanish},
		{"rename", verdict->rename},
		{"up", verdict->up},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(texts); i++)
		if (strcmp(fault->action, texts[i].action) == 0) {
			copy(texts[i].text, sizeof(verdict->open), fault->argument);
			return true;
		}
	return false;
}

static bool signal_action(const struct fault *fault, struct fake_verdict *verdict)
{
	static const struct {
		const char *action;
		int signal;
	} signals[] = {
		{"kill", SIGKILL}, {"term", SIGTERM}, {"int", SIGINT}, {"hup", SIGHUP}};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(signals); i++)
		if (strcmp(fault->action, signals[i].action) == 0) {
			verdict->signal = signals[i].signal;
			return true;
		}
	return false;
}

static void errno_action(const struct fault *fault, struct fake_verdict *verdict)
{
	bool done = strncmp(fault->action, "done-", 5) == 0;

	verdict->errnum = errnum_of(fault->action + (done ? 5 : 0));
	if (verdict->errnum == 0)
		fake_die("faults: unknown action '%s'", fault->action);
	verdict->done = done;
	copy(verdict->saying, sizeof(verdict->saying), fault->saying);
}

static void apply(const struct fault *fault, struct fake_verdict *verdict)
{
	if (strcmp(fault->action, "ignore") == 0)
		verdict->done = false;
	else if (strcmp(fault->action, "block") == 0)
		verdict->block = true;
	else if (strcmp(fault->action, "kill-before") == 0)
		verdict->kill_before = true;
	else if (!number_action(fault, verdict) && !text_action(fault, verdict) &&
		 !signal_action(fault, verdict))
		errno_action(fault, verdict);
}

struct asking {
	const struct fake *fake;
	const char *operation;
	struct fake_verdict *verdict;
};

static bool ask_line(char *line, void *arg)
{
	const struct asking *asking = arg;
	struct fault fault;
	struct counting counting = {0};

	if (!read_fault(line, &fault) || !has_words(asking->operation, fault.words))
		return true;
	counting.words = fault.words;
	fake_each_line(asking->fake, "log", count_line, &counting);
	if (counting.n + 1 >= fault.first && counting.n + 1 <= fault.last)
		apply(&fault, asking->verdict);
	return true;
}

void fake_faults_ask(const struct fake *fake, const char *operation,
		     struct fake_verdict *ret)
{
	struct asking asking = {fake, operation, ret};

	*ret = (struct fake_verdict){
		.done = true,
		.mishap = FAKE_NO_MISHAP,
		.left_out = -1,
	};
	fake_each_line(fake, "faults", ask_line, &asking);
	if (ret->kill_before)
		raise(SIGKILL);
	if (ret->open[0] && fake_exists(fake, "sys/bus/pci/devices/%s", ret->open))
		fake_put(fake, "1", "sys/bus/pci/devices/%s/enable", ret->open);
}

/* With a card go its VFs. */
static void vanish(const struct fake *fake, const char *address)
{
	const struct fake_mishap none = FAKE_NO_MISHAP;

	if (fake_exists(fake, "sys/bus/pci/devices/%s/virtfn0", address))
		fake_port_numvfs(fake, address, "0", &none);
	fake_function_remove(fake, address);
}

void fake_faults_end(const struct fake *fake, const char *operation, int result,
		     const struct fake_verdict *verdict)
{
	char line[FAKE_LINE_MAX], *to;

	snprintf(line, sizeof(line), "%s%s%s", operation, result < 0 ? " -> " : "",
		 result < 0 ? strerrorname_np(-result) : "");
	fake_append(fake, line, "log");
	if (verdict->vanish[0])
		vanish(fake, verdict->vanish);
	if (verdict->up[0])
		fake_put(fake, "1", "sys/class/net/%s/carrier", verdict->up);
	if (verdict->rename[0]) {
		copy(line, sizeof(line), verdict->rename);
		to = strchr(line, ':');
		if (!to)
			fake_die("faults: rename=FROM:TO, not '%s'", line);
		*to++ = '\0';
		fake_netdev_rename(fake, line, to);
	}
	if (verdict->vanish[0] || verdict->up[0] || verdict->rename[0])
		fake_clock_event(fake);
	if (verdict->signal)
		raise(verdict->signal);
}
