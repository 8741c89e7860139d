/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/write_file.h"

void tsr_cli_say(const char *source, const char *message)
{
	TSR_AUTO(tsr_buf) struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf shown = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_buf_printf(&line, "tarsier: %s%s%s", source ? source : "", source ? ": " : "", message);
	/* Arguments stand in it as they were given; what was escaped before stays as it is. */
	tsr_text_escape(tsr_buf_slice(&line), &shown);
	tsr_buf_addc(&shown, '\n');
	tsr_write_all(STDERR_FILENO, tsr_buf_slice(&shown));
}

int tsr_cli_fail(const struct tsr_err *err)
{
	tsr_cli_say(NULL, err->msg);
	return err->kind == TSR_EIO || err->kind == TSR_EINTERNAL ? 5 : 2;
}

int tsr_cli_format(const struct tsr_options *o, bool *json, struct tsr_err *err)
{
	*json = strcmp(o->format->name, "json") == 0;
	if (!*json && strcmp(o->format->name, "text") != 0)
		return tsr_err_set(err, TSR_EUSAGE, "--format: %s writes text or json", o->command->name);
	return 0;
}

int tsr_cli_usage(const char *message)
{
	TSR_AUTO(tsr_buf) struct tsr_buf usage = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_cli_say(NULL, message);
	tsr_options_usage(&usage);
	tsr_buf_adds(&usage, "       tarsier --help tells more\n");
	tsr_write_all(STDERR_FILENO, tsr_buf_slice(&usage));
	return 2;
}

int tsr_cli_check_images(const struct tsr_options *o, size_t least, size_t most, const char *wanted)
{
	size_t stdin_named = 0;

	if (o->operands.n < least || o->operands.n > most)
		return tsr_cli_usage(wanted);
	for (size_t i = 0; i < o->operands.n; i++)
		stdin_named += strcmp(o->operands.items[i], "-") == 0;
	return stdin_named > 1 ? tsr_cli_usage("standard input can be read only once") : 0;
}

void tsr_cli_no_rule(const struct tsr_ruleset *rules, const char *id, const char *more)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_nearest near = TSR_NEAREST_INIT(tsr_slice_str(id));
	const char *same = NULL;

	for (uint32_t i = 0; i < rules->n_rules; i++) {
		const char *slash = strrchr(rules->rules[i]->id, '/');

		tsr_nearest_try(&near, rules->rules[i]->id);
		/* What stands behind the slash is what people remember. */
		if (slash && strcmp(slash + 1, id) == 0)
			same = rules->rules[i]->id;
	}
	tsr_buf_adds(&b, "there is no such rule");
	if (same || near.best)
		tsr_buf_printf(&b, " (did you mean '%s'?)", same ? same : near.best);
	tsr_buf_adds(&b, more);
	tsr_cli_say(id, b.ptr);
}

static int run(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	int status = 0, written;

	if (!o->help && !o->version)
		return o->command->run(o);
	if (o->help)
		tsr_options_help(o->command, &out);
	else
		status = tsr_cli_version(o, &out);
	written = tsr_print(&out);
	return written ? written : status;
}

int tsr_cli_main(int argc, char *const argv[])
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_options o;
	int status;

	tsr_process_start();
	if (tsr_options_parse(&o, argc, argv, &err))
		status = tsr_cli_fail(&err);
	else
		status = run(&o);
	tsr_options_release(&o);
	return status;
}
