/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/history.h"

#define SHELL_MAX 4096u /* bytes of the config's shell */

struct at {
	struct tsr_image_fold *x;
	size_t item;
	bool buildkit;
};

static void say(void *ctx, enum tsr_builtin rule, const char *message)
{
	const struct at *at = ctx;
	const struct tsr_ruleset *rules = at->x->f->maker.rules;
	enum tsr_severity severity = rules->rules[rules->builtin[rule]]->severity;

	/* It may well be verified. */
	if (rule == TSR_BUILTIN_HISTORY_ADD_REMOTE && at->buildkit)
		severity = tsr_severity_lower(severity);
	tsr_image_emit_history_as(at->x, rule, severity, message, at->item);
}

/* Do the times say which instructions are of one build? Not where all of them are the same. */
static bool times_differ(const struct tsr_config *c)
{
	for (size_t i = 1; i < c->n_history; i++)
		if (!tsr_slice_eq(c->history[i].created, c->history[0].created))
			return true;
	return false;
}

static bool has_workdir(const struct tsr_config *c)
{
	bool in_history = false;

	for (size_t i = 0; i < c->n_history; i++)
		in_history |= tsr_slice_casehas(c->history[i].created_by, "WORKDIR ");
	return !in_history && c->working_dir.len > 1;
}

/* The shell of RUN that the config keeps, for tools that do not write it (kaniko): cut where no command line goes on. */
static bool join_shell(const struct tsr_config *c, struct tsr_buf *out)
{
	for (size_t i = 0; i < c->shell.n; i++) {
		tsr_buf_adds(out, i ? " " : "");
		tsr_buf_addsl(out, c->shell.at[i]);
	}
	return !out->full;
}

static void check_item(struct tsr_image_fold *x, size_t item, struct tsr_slice shell, struct tsr_history_state *state)
{
	const struct tsr_config *c = x->image->config;
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_leftovers left = { .known = false };
	struct tsr_instruction in;
	const struct tsr_facts *layer = NULL;

	tsr_instruction_parse(c->history[item].created_by, &arena, &in);
	if (in.kind == TSR_INSTRUCTION_RUN && !in.shell.len)
		in.shell = shell;
	if (c->history[item].layer < x->image->n_layers)
		layer = x->facts[c->history[item].layer];
	if ((in.kind == TSR_INSTRUCTION_RUN || in.kind == TSR_INSTRUCTION_ADD) && layer && layer->grade == TSR_GRADE_AUDITED)
		left = tsr_leftovers_of(layer);
	tsr_history_judge(&in, &left, state, &arena, say, &(struct at){ x, item, in.buildkit });
	tsr_arena_release(&arena);
}

static bool is_id(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.ptr[i] || !strchr("0123456789abcdef", s.ptr[i]))
			return false;
	return s.len >= 12;
}

static void say_on_build(void *ctx, enum tsr_builtin rule, const char *message)
{
	const struct at *at = ctx;

	tsr_image_emit_config(at->x, rule, message, tsr_arena_printf(&at->x->f->run->arena, "/config/OnBuild/%zu", at->item));
}

/* What builds that take the image for their base will do. */
static void check_on_build(struct tsr_image_fold *x, struct tsr_history_state *state)
{
	const struct tsr_config *c = x->image->config;
	static const struct tsr_leftovers unknown = { .known = false };

	state->workdir = true; /* of a build that is yet to come */
	state->created = TSR_SLICE_NONE;
	for (size_t i = 0; i < c->on_build.n; i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_instruction in;

		tsr_instruction_parse(c->on_build.at[i], &arena, &in);
		tsr_history_judge(&in, &unknown, state, &arena, say_on_build, &(struct at){ .x = x, .item = i });
		tsr_arena_release(&arena);
	}
}

/* "FROM NAME", as buildah comments the first instruction; a label or annotation says the same. */
static bool moves(struct tsr_slice base)
{
	base = tsr_slice_trim(base);
	if (!base.len || tsr_slice_eq_str(base, "scratch") || tsr_slice_find(base, '@', 0) < base.len ||
	    tsr_slice_find(base, ' ', 0) < base.len || tsr_slice_starts(base, "sha256:") || is_id(base))
		return false;
	return tsr_slice_find(tsr_path_base(base), ':', 0) == tsr_path_base(base).len || tsr_slice_ends(base, ":latest");
}

static void check_base(struct tsr_image_fold *x)
{
	static const char message[] = "The base image is named by a tag that moves (latest, or none)";
	const struct tsr_config *c = x->image->config;

	for (size_t i = 0; i < c->n_history; i++)
		if (tsr_slice_starts(c->history[i].comment, "FROM ") &&
		    moves(tsr_slice_sub(c->history[i].comment, 5, c->history[i].comment.len))) {
			tsr_image_emit_history(x, TSR_BUILTIN_HISTORY_BASE_LATEST, message, i);
			return;
		}
	for (size_t i = 0; i < c->n_labels; i++)
		if (tsr_slice_eq_str(c->labels[i].name, "org.opencontainers.image.base.name") && moves(c->labels[i].value))
			tsr_image_emit_config(x, TSR_BUILTIN_HISTORY_BASE_LATEST, message,
					      "/config/Labels/org.opencontainers.image.base.name");
}

/* What each instruction did: history/… */
void tsr_image_check_history(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;
	TSR_AUTO(tsr_buf) struct tsr_buf shell = TSR_BUF_INIT(SHELL_MAX);
	struct tsr_history_state state = { .curl = false };
	bool times;

	if (!c)
		return;
	times = times_differ(c);
	state.cut = !join_shell(c, &shell);
	state.workdir = has_workdir(c);
	for (size_t i = 0; i < c->n_history; i++) {
		state.created = times ? c->history[i].created : TSR_SLICE_NONE;
		check_item(x, i, tsr_buf_slice(&shell), &state);
	}
	check_base(x);
	check_on_build(x, &state);
	if (state.cut)
		tsr_fold_skip(x->f, &x->out->coverage, "history",
			      "an instruction, or the shell that runs it, is longer than is looked at", TSR_NO_LAYER, 0);
}
