/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/demand_fold.h"
#include "base/mem.h"
#include "inspect/run_config.h"
#include "rule/content_test.h"
#include "rule/glob.h"

/* The assertions of the policy: policy/assertion, one finding for each that does not hold, and for each file that is not as it says. */

#define FILES_TOLD_MAX 100u /* of one assertion */

struct state {
	struct tsr_image_fold *x;
	const struct tsr_assertion *a;
	const char *shown; /* its name */
	bool looked_up;    /* its file has no wildcards and was found */
	bool met;          /* a file matched */
	uint32_t told;
	uint32_t next; /* extract behind the one found last: files and extracts come in one order */
};

#define SAY(s, ...) tsr_arena_printf(&(s)->x->f->run->arena, __VA_ARGS__)

/* `detail`: what tells findings of one assertion at one place apart. */
static void tell(struct state *s, const char *why, const char *detail, const struct tsr_location *where)
{
	if (s->told++ >= FILES_TOLD_MAX)
		return;
	tsr_demand_emit(s->x, TSR_BUILTIN_POLICY_ASSERTION, SAY(s, "%s: %s", s->shown, why), SAY(s, "%s %s", s->a->name, detail),
			where);
}

/* --- files ------------------------------------------------------------------- */

/* What the analysis said of the file's content. */
static const char *judge_content(struct state *s, uint32_t layer, uint32_t entry)
{
	const struct tsr_facts *f = s->x->facts[layer];
	const struct tsr_content_tests *tests = s->x->f->o->rules->content_tests;
	unsigned number = (unsigned)(s->a - s->x->f->o->demands->assertions);
	enum tsr_content_result result = TSR_CONTENT_UNDECIDED;

	if (!s->a->matches && !s->a->lacks)
		return NULL;
	if (f->entries[entry].type == '2' || f->entries[entry].type == '5')
		return NULL;
	if (f->entries[entry].size == 0)
		result = tsr_content_test(tests, number, TSR_SLICE_NONE);
	for (uint32_t n = 0; n < f->n_extracts; n++) {
		uint32_t i = (uint32_t)(((uint64_t)s->next + n) % f->n_extracts);

		if (f->extracts[i].kind != TSR_EXTRACT_CONTENT || f->extracts[i].entry != entry || f->extracts[i].x != number)
			continue;
		result = (enum tsr_content_result)f->extracts[i].y;
		s->next = i + 1;
		break;
	}
	switch (result) {
	case TSR_CONTENT_HOLDS:
		return NULL;
	case TSR_CONTENT_LACKS:
		return "its content does not match";
	case TSR_CONTENT_HAS:
		return "its content matches what it must lack";
	case TSR_CONTENT_UNDECIDED:
		break;
	}
	return "its content was not compared: it is too large, or the file has another path than the assertion says";
}

static void judge_file(struct state *s, uint32_t layer, uint32_t entry)
{
	const struct tsr_assertion *a = s->a;
	const struct tsr_entry *e = &s->x->facts[layer]->entries[entry];
	struct tsr_location where = tsr_demand_image();
	const char *why = NULL;

	s->met = true;
	if (a->absent)
		why = "the file must not be there";
	else if (a->has_mode && e->type != '2' && (e->mode & 07777) != a->mode)
		why = SAY(s, "the mode is %04o, not %04o", e->mode & 07777, a->mode);
	else if (a->has_uid && e->uid != a->uid)
		why = SAY(s, "the owner is %lld, not %lld", (long long)e->uid, (long long)a->uid);
	else if (a->has_gid && e->gid != a->gid)
		why = SAY(s, "the group is %lld, not %lld", (long long)e->gid, (long long)a->gid);
	else
		why = judge_content(s, layer, entry);
	if (!why)
		return;
	where.kind = TSR_PLACE_FILE;
	where.path = tsr_make_path(&s->x->f->maker, s->x->facts[layer], entry);
	tsr_image_place(s->x, layer, &where);
	tell(s, why, "", &where);
}

static bool is_literal(const char *glob)
{
	return strchr(glob, '/') && !strpbrk(glob, "*?[{\\");
}

/* A path without wildcards is followed through links, as a program would. */
static bool look_up(struct state *s)
{
	struct tsr_slice path = tsr_slice_str(s->a->file);
	struct tsr_found found;

	if (!is_literal(s->a->file))
		return false;
	while (path.len && path.ptr[0] == '/')
		path = tsr_slice_sub(path, 1, path.len);
	if (!tsr_rootfs_lookup(s->x->rootfs, path, &found))
		return false;
	judge_file(s, found.layer, found.entry);
	s->looked_up = true;
	return true;
}

static void ask_entry(struct state *states, size_t n, uint32_t layer, uint32_t entry, struct tsr_slice path)
{
	for (size_t i = 0; i < n; i++)
		if (states[i].a->file && !states[i].looked_up && tsr_glob_match(states[i].a->file, path))
			judge_file(&states[i], layer, entry);
}

static void ask_files(struct tsr_image_fold *x, struct state *states, size_t n)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *facts = x->facts[layer];

		for (uint32_t e = 0; facts && e < facts->n_entries; e++) {
			if (tsr_rootfs_fate(x->rootfs, layer, e).state != TSR_STATE_LIVE || !tsr_rootfs_shows(x->rootfs, layer, e))
				continue;
			tsr_buf_reset(&path);
			tsr_facts_path(facts, facts->entries[e].node, &path);
			ask_entry(states, n, layer, e, tsr_buf_slice(&path));
		}
	}
}

/* --- the configuration --------------------------------------------------------- */

static void tell_config(struct state *s, const char *why, const char *detail, const char *pointer)
{
	const struct tsr_location where = tsr_demand_config(pointer);

	tell(s, why, detail, &where);
}

static const char *own(struct state *s, const char *text)
{
	return tsr_text_escaped(&s->x->f->run->arena, tsr_slice_str(text)).ptr;
}

static void judge_pair(struct state *s, const struct tsr_asserted_pair *p, bool there, struct tsr_slice value, const char *pointer)
{
	if (!p->glob) {
		if (there)
			tell_config(s, SAY(s, "%s must not be there", own(s, p->name)), p->name, pointer);
	} else if (!there) {
		tell_config(s, SAY(s, "%s is not there", own(s, p->name)), p->name, pointer);
	} else if (!tsr_demand_matches(p->glob, value)) {
		tell_config(s, SAY(s, "%s has another value than %s", own(s, p->name), own(s, p->glob)), p->name, pointer);
	}
}

static void judge_env(struct state *s, const struct tsr_config *c)
{
	for (const struct tsr_asserted_pair *p = s->a->env; p && p->name; p++) {
		struct tsr_slice value = TSR_SLICE_NONE;
		bool there = false;

		for (size_t i = 0; i < c->env.n; i++) {
			size_t eq = tsr_slice_find(c->env.at[i], '=', 0);

			if (!tsr_slice_eq_str(tsr_slice_sub(c->env.at[i], 0, eq), p->name))
				continue;
			there = true;
			value = tsr_slice_sub(c->env.at[i], eq + 1, c->env.at[i].len);
		}
		judge_pair(s, p, there, value, "/config/Env");
	}
}

static void judge_labels(struct state *s, const struct tsr_config *c)
{
	for (const struct tsr_asserted_pair *p = s->a->labels; p && p->name; p++) {
		struct tsr_slice value = TSR_SLICE_NONE;
		bool there = false;

		for (size_t i = 0; i < c->n_labels; i++) {
			if (!tsr_slice_eq_str(c->labels[i].name, p->name))
				continue;
			there = true;
			value = c->labels[i].value;
		}
		judge_pair(s, p, there, value, "/config/Labels");
	}
}

static bool same_words(const char *const *want, const struct tsr_slices *is)
{
	size_t i;

	for (i = 0; want[i]; i++)
		if (i >= is->n || !tsr_slice_eq_str(is->at[i], want[i]))
			return false;
	return i == is->n;
}

static void judge_config(struct state *s, const struct tsr_config *c)
{
	const struct tsr_assertion *a = s->a;

	judge_env(s, c);
	judge_labels(s, c);
	if (a->user && !tsr_slice_eq_str(c->user, a->user))
		tell_config(s, SAY(s, "the user is not %s", own(s, a->user)), "", "/config/User");
	if (a->workdir && !tsr_slice_eq_str(c->working_dir, a->workdir))
		tell_config(s, SAY(s, "the working directory is not %s", own(s, a->workdir)), "", "/config/WorkingDir");
	if (a->entrypoint && !same_words(a->entrypoint, &c->entrypoint))
		tell_config(s, "the entry point is another", "", "/config/Entrypoint");
	if (a->cmd && !same_words(a->cmd, &c->cmd))
		tell_config(s, "the command is another", "", "/config/Cmd");
	for (const char *const *p = a->volumes; p && *p; p++) {
		const char *const one[] = { *p, NULL };
		bool there = false;

		for (size_t i = 0; i < c->volumes.n; i++)
			there |= tsr_demand_lists(one, c->volumes.at[i]);
		if (!there)
			tell_config(s, SAY(s, "%s is no volume", own(s, *p)), *p, "/config/Volumes");
	}
	for (const char *const *p = a->ports; p && *p; p++) {
		bool there = false;

		for (size_t i = 0; i < c->exposed_ports.n; i++)
			there |= tsr_port_within(tsr_slice_str(*p), c->exposed_ports.at[i]);
		if (!there)
			tell_config(s, SAY(s, "%s is not exposed", own(s, *p)), *p, "/config/ExposedPorts");
	}
}

void tsr_image_check_assertions(struct tsr_image_fold *x)
{
	const struct tsr_demands *d = x->f->o->demands;
	size_t n = d ? d->n_assertions : 0, globs = 0;
	struct state *states;

	if (!n)
		return;
	states = tsr_arena_alloc(&x->f->run->arena, n, sizeof(*states));
	for (size_t i = 0; i < n; i++) {
		states[i] = (struct state){ .x = x, .a = &d->assertions[i] };
		states[i].shown = own(&states[i], d->assertions[i].name);
		if (x->image->config)
			judge_config(&states[i], x->image->config);
		globs += d->assertions[i].file && !look_up(&states[i]);
	}
	if (globs)
		ask_files(x, states, n);
	for (size_t i = 0; i < n; i++) {
		const struct tsr_location where = tsr_demand_image();

		if (states[i].a->file && !states[i].a->absent && !states[i].met)
			tell(&states[i], SAY(&states[i], "%s is not there", own(&states[i], states[i].a->file)), "", &where);
	}
}
