/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "config/launch.h"
#include "config/program.h"
#include "config/run_config.h"

/* Is the final root all that the image's layers made? Else what is not there may yet be. */
static bool root_is_known(const struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	const struct tsr_rootfs_doubts *d = tsr_rootfs_doubts(x->rootfs);

	if (x->image->limited || d->limited || d->costly || tsr_slice_eq_str(c->os, "windows") || !x->image->n_layers ||
	    (c->n_diff_ids && c->n_diff_ids != x->image->n_layers))
		return false;
	for (size_t i = 0; i < x->image->n_layers; i++)
		if (!x->facts[i] || x->facts[i]->grade != TSR_GRADE_AUDITED)
			return false;
	return true;
}

static void say_fault(struct tsr_image_fold *x, enum tsr_builtin rule, const struct tsr_program_fault *fault, const char *pointer)
{
	struct tsr_maker *m = &x->f->maker;
	struct tsr_text name = tsr_mask_text(m->scanner, m->arena, fault->name, TSR_MASK_TEXT);
	struct tsr_text interpreter = tsr_mask_text(m->scanner, m->arena, fault->interpreter, TSR_MASK_TEXT);

	tsr_image_emit_config(x, rule, tsr_program_says(fault, name.ptr, interpreter.ptr, m->arena), pointer);
}

static const char *launch_pointer(const struct tsr_config *c)
{
	return c->entrypoint.n ? "/config/Entrypoint" : "/config/Cmd";
}

static void check_launch(struct tsr_image_fold *x, struct tsr_programs *p, struct tsr_arena *arena)
{
	const struct tsr_config *c = x->image->config;
	struct tsr_slices words = tsr_launch_words(c, arena);
	struct tsr_program_fault fault;
	const char *server;

	if (!words.n) {
		tsr_image_emit_config(x, TSR_BUILTIN_NO_COMMAND, "The image has neither ENTRYPOINT nor CMD", "/config/Cmd");
		return;
	}
	if (p && !tsr_program_check_words(p, words, arena, &fault))
		say_fault(x, TSR_BUILTIN_COMMAND_MISSING, &fault, launch_pointer(c));
	if (tsr_launch_by_shell(words, arena))
		tsr_image_emit_config(x, TSR_BUILTIN_SHELL_FORM,
				      "Process 1 is a shell, which does not pass SIGTERM on to the program", launch_pointer(c));
	server = tsr_launch_ungraceful(c, words, arena);
	if (server)
		tsr_image_emit_config(x, TSR_BUILTIN_GRACEFUL_TIMEOUT,
				      tsr_arena_printf(&x->f->run->arena, "%s is started without a limit for its graceful shutdown",
						       server),
				      launch_pointer(c));
}

static void check_port(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	const struct tsr_ruleset *rules = x->f->maker.rules;
	enum tsr_severity severity = rules->rules[rules->builtin[TSR_BUILTIN_HEALTHCHECK_PORT]]->severity;

	for (size_t i = 1; i < c->healthcheck.test.n; i++) {
		unsigned port = tsr_launch_local_port(c->healthcheck.test.at[i]);

		if (!port || tsr_ports_find(c->exposed_ports, port, port) < c->exposed_ports.n)
			continue;
		/* Where nothing is exposed, nobody was told of another port. */
		if (!c->exposed_ports.n && severity > TSR_INFO)
			severity = TSR_INFO;
		tsr_image_emit_config_as(x, TSR_BUILTIN_HEALTHCHECK_PORT, severity,
					 tsr_arena_printf(&x->f->run->arena, "The health check asks port %u, which is not exposed", port),
					 "/config/Healthcheck/Test");
		return;
	}
}

static void check_health(struct tsr_image_fold *x, struct tsr_programs *p, struct tsr_arena *arena)
{
	const struct tsr_config *c = x->image->config;
	struct tsr_slices test = c->healthcheck.test, words = { NULL, 0 };
	const char *pointer = "/config/Healthcheck/Test";
	struct tsr_program_fault fault;
	bool shell;

	if (!test.n || tsr_slice_eq_str(test.at[0], "NONE")) {
		tsr_image_emit_config(x, TSR_BUILTIN_HEALTHCHECK_MISSING,
				      test.n ? "HEALTHCHECK NONE: the image's health is not checked" : "The image has no HEALTHCHECK",
				      "/config/Healthcheck");
		return;
	}
	words = (struct tsr_slices){ test.at + 1, test.n - 1 };
	shell = tsr_slice_eq_str(test.at[0], "CMD-SHELL");
	if (!words.n || (!shell && !tsr_slice_eq_str(test.at[0], "CMD"))) {
		tsr_image_emit_config(x, TSR_BUILTIN_HEALTHCHECK_UNRUNNABLE, "The health check has no form that can be run", pointer);
		return;
	}
	check_port(x);
	if (!p)
		return;
	if (shell) {
		struct tsr_slice program = c->shell.n ? c->shell.at[0] : TSR_SLICE("/bin/sh");

		if (!tsr_program_check(p, program, &fault) || !tsr_program_check_text(p, words.at[0], arena, &fault))
			say_fault(x, TSR_BUILTIN_HEALTHCHECK_UNRUNNABLE, &fault, pointer);
	} else if (!tsr_program_check_words(p, words, arena, &fault)) {
		say_fault(x, TSR_BUILTIN_HEALTHCHECK_UNRUNNABLE, &fault, pointer);
	}
}

/* What a container runs, and what asks after its health. */
void tsr_image_check_command(struct tsr_image_fold *x)
{
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_programs programs, *p = NULL;

	if (!x->image->config)
		return;
	if (root_is_known(x)) {
		tsr_programs_init(&programs, x->image->config, x->rootfs, x->facts);
		p = &programs;
	}
	check_launch(x, p, &arena);
	check_health(x, p, &arena);
	if (p && p->limited)
		tsr_fold_skip(x->f, &x->out->coverage, "config",
			      "whether the programs that it names can be started would take too long to find out", TSR_NO_LAYER, 0);
	tsr_arena_release(&arena);
}
