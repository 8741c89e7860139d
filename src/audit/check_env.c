/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/mem.h"
#include "config/instruction.h"
#include "config/run_config.h"

/* Comparisons of a variable with the whole environment that one image may cost. */
#define LOOKUPS_MAX 1000u

struct env {
	struct tsr_image_fold *x;
	const struct tsr_config *c;
	bool *told, *told_history; /* by item: a rule secret/… has spoken of it */
	unsigned lookups;
};

/* "/config/Env/3" with "/config/Env/": 3; n if it is something else. */
static size_t item_of(const char *pointer, const char *list, size_t n)
{
	struct tsr_slice rest = tsr_slice_str(pointer), field;
	unsigned long long i;

	if (!tsr_slice_starts(rest, list))
		return n;
	rest = tsr_slice_sub(rest, strlen(list), rest.len);
	return tsr_slice_next(&rest, '/', &field) && !tsr_slice_u64(field, &i) && i < n ? (size_t)i : n;
}

static void look_what_is_told(struct env *e)
{
	const struct tsr_blob *blob = e->x->image->config_blob;
	const struct tsr_facts *f = blob ? blob->facts : NULL;

	for (uint32_t i = 0; f && i < f->n_raws; i++) {
		const char *pointer = tsr_facts_text(f, f->raws[i].pointer);

		if (strncmp(e->x->f->maker.rules->rules[f->raws[i].rule]->id, "secret/", 7) != 0)
			continue;
		e->told[item_of(pointer, "/config/Env/", e->c->env.n)] = true;
		e->told_history[item_of(pointer, "/history/", e->c->n_history)] = true;
	}
}

static const char *message_of(struct env *e, struct tsr_slice name, const char *what)
{
	struct tsr_maker *m = &e->x->f->maker;

	return tsr_arena_printf(m->arena, "%s `%s` has a value in the image, and by its name that is a secret", what,
				tsr_mask_text(m->scanner, m->arena, name, TSR_MASK_TEXT).ptr);
}

static void check_env(struct env *e)
{
	struct tsr_maker *m = &e->x->f->maker;

	for (size_t i = 0; i < e->c->env.n; i++) {
		struct tsr_slice s = e->c->env.at[i], name = tsr_slice_sub(s, 0, tsr_slice_find(s, '=', 0));
		enum tsr_variable_kind kind = tsr_variable_judge(name, tsr_slice_sub(s, name.len + 1, s.len));
		enum tsr_severity severity = m->rules->rules[m->rules->builtin[TSR_BUILTIN_ENV_SECRET]]->severity;

		if (kind == TSR_VARIABLE_NONE || e->told[i])
			continue;
		if (kind == TSR_VARIABLE_WEAK)
			severity = tsr_severity_lower(severity);
		tsr_image_emit_config_as(e->x, TSR_BUILTIN_ENV_SECRET, severity, message_of(e, name, "The variable"),
					 tsr_arena_printf(m->arena, "/config/Env/%zu", i));
	}
}

/* Is it in the final environment, where it was judged? */
static bool is_final(struct env *e, const struct tsr_variable *v)
{
	if (e->lookups++ >= LOOKUPS_MAX)
		return false;
	for (size_t i = 0; i < e->c->env.n; i++) {
		struct tsr_slice s = e->c->env.at[i];

		if (s.len == v->name.len + 1 + v->value.len && s.ptr[v->name.len] == '=' &&
		    tsr_slice_eq(tsr_slice_sub(s, 0, v->name.len), v->name) &&
		    tsr_slice_eq(tsr_slice_sub(s, v->name.len + 1, s.len), v->value))
			return true;
	}
	return false;
}

/* One finding per instruction: the next says no more. */
static void check_instruction(struct env *e, size_t item)
{
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_instruction in;

	tsr_instruction_parse(e->c->history[item].created_by, &arena, &in);
	for (size_t i = 0; i < in.n_variables; i++) {
		const struct tsr_variable *v = &in.variables[i];

		if (tsr_variable_judge(v->name, v->value) == TSR_VARIABLE_NONE || is_final(e, v))
			continue;
		tsr_image_emit_history_as(e->x, TSR_BUILTIN_ENV_SECRET, TSR_MEDIUM,
					  message_of(e, v->name, in.kind == TSR_INSTRUCTION_ENV ? "The former variable" :
												 "The build argument"),
					  item);
		break;
	}
	tsr_arena_release(&arena);
}

/* Secrets by the name of a variable, where no rule knows them by their form: config/env-secret. */
void tsr_image_check_env(struct tsr_image_fold *x)
{
	struct env e = { .x = x, .c = x->image->config };

	if (!e.c)
		return;
	e.told = tsr_xcalloc(e.c->env.n + 1, sizeof(*e.told));
	e.told_history = tsr_xcalloc(e.c->n_history + 1, sizeof(*e.told_history));
	look_what_is_told(&e);
	check_env(&e);
	for (size_t i = 0; i < e.c->n_history; i++)
		if (!e.told_history[i])
			check_instruction(&e, i);
	free(e.told);
	free(e.told_history);
}
