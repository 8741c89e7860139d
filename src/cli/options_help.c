/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/text_out.h"

/* Where the help text of an option begins. */
#define COLUMN 28

void tsr_options_usage(struct tsr_buf *out)
{
	tsr_buf_adds(out, "usage: tarsier [audit] [options] IMAGE...\n"
			  "       tarsier inspect [options] IMAGE...\n"
			  "       tarsier diff [options] OLD NEW\n"
			  "       tarsier explain RULE | FINGERPRINT [REPORT]\n"
			  "       tarsier rules [list | show ID | check [FILE...]]\n");
}

static void pad(struct tsr_buf *out, size_t from)
{
	size_t len = out->len - from;

	if (len + 2 > COLUMN) {
		tsr_buf_addc(out, '\n');
		len = 0;
	}
	for (; len < COLUMN; len++)
		tsr_buf_addc(out, ' ');
}

static void add_default(const struct tsr_option *option, struct tsr_buf *out)
{
	static const char units[] = { 'T', 'G', 'M', 'K' };
	uint64_t v = option->value;
	unsigned i, shift = 40;

	for (i = 0; option->more & TSR_OPTION_SIZE && i < TSR_ARRAY_LEN(units); i++, shift -= 10) {
		if (v < 1ull << shift || v & ((1ull << shift) - 1))
			continue;
		tsr_buf_printf(out, " (default %" PRIu64 "%c)", v >> shift, units[i]);
		return;
	}
	tsr_buf_printf(out, " (default %" PRIu64 ")", v);
}

static void add_option(const struct tsr_option *option, struct tsr_buf *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf help = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t from = out->len;

	if (option->letter)
		tsr_buf_printf(out, "  -%c, --%s", option->letter, option->name);
	else
		tsr_buf_printf(out, "      --%s", option->name);
	if (option->arg)
		tsr_buf_printf(out, " %s", option->arg);
	pad(out, from);
	tsr_buf_adds(&help, option->help);
	if (option->more & TSR_OPTION_LIMIT)
		add_default(option, &help);
	tsr_text_out_wrap(out, help.ptr, COLUMN, COLUMN);
}

static void add_options(const struct tsr_command *command, unsigned limits, struct tsr_buf *out)
{
	const struct tsr_option *option;
	size_t i;

	for (i = 0; (option = tsr_option_at(i)); i++)
		if (option->commands & command->bit && (option->more & TSR_OPTION_LIMIT) == limits)
			add_option(option, out);
}

static void add_row(const char *name, const char *help, struct tsr_buf *out)
{
	size_t from = out->len;

	tsr_buf_printf(out, "  %s", name);
	pad(out, from);
	tsr_text_out_wrap(out, help, COLUMN, COLUMN);
}

static void add_lists(struct tsr_buf *out)
{
	const struct tsr_reporter *r;
	const struct tsr_command *c;
	size_t i;

	tsr_buf_adds(out, "\nCommands:\n");
	for (i = 0; (c = tsr_command_at(i)); i++)
		add_row(c->name, c->help, out);
	tsr_buf_adds(out, "\nFormats:\n");
	for (i = 0; (r = tsr_reporter_at(i)); i++)
		add_row(r->name, r->help, out);
}

void tsr_options_help(const struct tsr_command *command, struct tsr_buf *out)
{
	bool audit = command == tsr_command_at(0);

	if (audit)
		tsr_options_usage(out);
	else
		tsr_buf_printf(out, "usage: tarsier %s [options] %s\n", command->name, command->operands);
	tsr_buf_adds(out, "\nOptions:\n");
	add_options(command, 0, out);
	if (audit) {
		tsr_buf_adds(out, "\nLimits (reaching one makes the audit incomplete):\n");
		add_options(command, TSR_OPTION_LIMIT, out);
		add_lists(out);
		tsr_buf_adds(out, "\nExit status: 0 clean, 1 policy failed, 2 usage or rules, 3 unreadable or no\n"
				  "image, 4 audit incomplete, 5 internal error or report not written. See\n"
				  "tarsier(1).\n");
	}
	tsr_buf_adds(out, "\nEach option is also read from the environment: --fail-on from\nTARSIER_FAIL_ON.\n");
}
