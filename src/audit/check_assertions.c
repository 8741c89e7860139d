/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_verdicts.h"
#include "audit/demand_fold.h"
#include "base/mem.h"
#include "config/run_config.h"
#include "config/user.h"
#include "rule/content_test.h"
#include "rule/glob.h"
#include "rule/pattern.h"

/* The assertions of the policy: policy/assertion, one finding for each that does not hold, and for each file that is not as it says. */

#define FILES_TOLD_MAX 100u /* of one assertion; that there are more makes the audit incomplete */

struct state {
	struct tsr_image_fold *x;
	const struct tsr_assertion *a;
	const char *shown; /* its name */
	const char *glob;  /* its file, below the folder that it leads to */
	bool looked_up;    /* its file has no wildcards and was found */
	bool met;          /* a file matched */
	uint32_t told;
	const struct tsr_content_verdicts *verdicts;
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

static const char *own(struct state *s, const char *text)
{
	return tsr_text_escaped(&s->x->f->run->arena, tsr_slice_str(text)).ptr;
}

/* --- files ------------------------------------------------------------------- */

static bool is_literal(const char *glob)
{
	return strchr(glob, '/') && !strpbrk(glob, "*?[{\\");
}

static bool wants_content(const struct tsr_assertion *a)
{
	return a->matches || a->lacks;
}

static const char *nth(const char *const *list, uint32_t n)
{
	while (*list && n--)
		list++;
	return *list ? *list : "";
}

/* What the analysis said of the file's content. */
static struct tsr_content_verdict content_of(struct state *s, struct tsr_found at)
{
	const struct tsr_facts *f = s->x->facts[at.layer];
	const uint32_t number = (uint32_t)(s->a - s->x->f->o->demands->assertions);

	if (f->entries[at.entry].size == 0)
		return tsr_content_test(s->x->f->o->rules->content_tests, number, TSR_SLICE_NONE);
	return tsr_content_verdicts_find(s->verdicts, at.layer, at.entry, number);
}

static const char *judge_content(struct state *s, struct tsr_found at)
{
	const struct tsr_facts *f = s->x->facts[at.layer];
	struct tsr_content_verdict v;

	if (f->entries[at.entry].type != '0')
		return "it is no file with content";
	v = content_of(s, at);
	switch (v.result) {
	case TSR_CONTENT_HOLDS:
		return NULL;
	case TSR_CONTENT_LACKS:
		return SAY(s, "its content does not match %s", own(s, nth(s->a->matches, v.pattern)));
	case TSR_CONTENT_HAS:
		return SAY(s, "its content matches %s, which it must lack", own(s, nth(s->a->lacks, v.pattern)));
	case TSR_CONTENT_UNDECIDED:
		break;
	}
	return f->entries[at.entry].size > s->x->f->o->limits.retain ?
		       "its content was not compared: it is larger than --max-retain" :
		       SAY(s, "its content was not compared: give it by its own path, %s",
			   tsr_make_path(&s->x->f->maker, f, at.entry).ptr);
}

/* Numbers of the names `owner` and `group` in this image; a name that it lacks is the reason. */
static const char *judge_names(struct state *s, const struct tsr_entry *e)
{
	const struct tsr_assertion *a = s->a;
	struct tsr_image_fold *x = s->x;
	struct tsr_user_ids ids;

	if (a->owner) {
		if (!tsr_user_ids(tsr_slice_str(a->owner), x->rootfs, x->facts, &ids))
			return SAY(s, "the image has no account %s", own(s, a->owner));
		if (e->uid != (int64_t)ids.uid)
			return SAY(s, "the owner is %lld, not %s", (long long)e->uid, own(s, a->owner));
	}
	if (a->group) {
		if (!tsr_user_ids(tsr_slice_str(SAY(s, "0:%s", a->group)), x->rootfs, x->facts, &ids))
			return SAY(s, "the image has no group %s", own(s, a->group));
		if (e->gid != (int64_t)ids.gid)
			return SAY(s, "the group is %lld, not %s", (long long)e->gid, own(s, a->group));
	}
	return NULL;
}

static const char *judge_entry(struct state *s, const struct tsr_entry *e)
{
	const struct tsr_assertion *a = s->a;
	uint32_t mode = e->mode & 07777;

	if (a->has_mode && e->type != '2' && mode != a->mode)
		return SAY(s, "the mode is %04o, not %04o", mode, a->mode);
	if (a->executable && e->type != '2' && !(mode & a->executable))
		return SAY(s, "it is not executable for %s: the mode is %04o",
			   a->executable == TSR_EXECUTABLE_OWNER ? "its owner" :
			   a->executable == TSR_EXECUTABLE_GROUP ? "its group" :
			   a->executable == TSR_EXECUTABLE_OTHER ? "others" : "anybody", mode);
	if (a->has_uid && e->uid != a->uid)
		return SAY(s, "the owner is %lld, not %lld", (long long)e->uid, (long long)a->uid);
	if (a->has_gid && e->gid != a->gid)
		return SAY(s, "the group is %lld, not %lld", (long long)e->gid, (long long)a->gid);
	return judge_names(s, e);
}

/* An entry, and the file whose content is meant by it. */
static void judge_file(struct state *s, struct tsr_found at, struct tsr_found content)
{
	struct tsr_location where = tsr_demand_image();
	const char *why;

	s->met = true;
	why = s->a->absent ? "the file must not be there" : judge_entry(s, &s->x->facts[at.layer]->entries[at.entry]);
	if (!why && wants_content(s->a))
		why = judge_content(s, content);
	if (!why)
		return;
	where.kind = TSR_PLACE_FILE;
	where.path = tsr_make_path(&s->x->f->maker, s->x->facts[at.layer], at.entry);
	tsr_image_place(s->x, at.layer, &where);
	tell(s, why, "", &where);
}

/* Of a directory that no entry made: appliers give it these. */
static void judge_implied(struct state *s)
{
	static const struct tsr_entry made = { .type = '5', .mode = 0755 };
	const struct tsr_location where = tsr_demand_image();
	const char *why;

	s->met = true;
	why = s->a->absent ? "the directory must not be there" : judge_entry(s, &made);
	if (!why && wants_content(s->a))
		why = "it is no file with content";
	if (why)
		tell(s, why, "", &where);
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
	if (!tsr_rootfs_trace(s->x->rootfs, path, NULL, NULL, &found))
		return false;
	if (found.entry == TSR_NONE)
		judge_implied(s);
	else
		judge_file(s, found, found);
	s->looked_up = true;
	return true;
}

/*
 * One of the files that a glob matches. Links stand for what they lead to: a name of the same file is that file, and one
 * that leads nowhere is there all the same but has no content. Directories have none that anybody means.
 */
static void judge_match(struct state *s, struct tsr_found at, struct tsr_slice path)
{
	const struct tsr_facts *f = s->x->facts[at.layer];
	const struct tsr_entry *e = &f->entries[at.entry];
	struct tsr_found to = at;

	if (wants_content(s->a) && e->type != '0') {
		if (!tsr_rootfs_trace(s->x->rootfs, path, NULL, NULL, &to))
			to = at;
		if (to.entry == TSR_NONE || s->x->facts[to.layer]->entries[to.entry].type == '5')
			return;
		/* Of a file elsewhere nothing is known then; it is none of the files that are meant. */
		if (e->type == '2' && !tsr_content_test_by_name(s->a->file) && content_of(s, to).result == TSR_CONTENT_UNDECIDED)
			return;
	}
	judge_file(s, at, to);
}

/* "usr/bin/x*" of "/bin/x*" where bin is a link: the folder in front of what is wild is followed as a whole path is. */
static const char *followed(struct state *s)
{
	TSR_AUTO(tsr_buf) struct tsr_buf real = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *glob = s->a->file + strspn(s->a->file, "/");
	size_t dir = strcspn(glob, "*?[{\\");
	const char *to;

	while (dir && glob[dir] != '/')
		dir--;
	if (!dir || !tsr_rootfs_real_path(s->x->rootfs, tsr_slice_of(glob, dir), &real))
		return s->a->file;
	to = real.len ? real.ptr : "";
	return strpbrk(to, "*?[{\\") ? s->a->file : SAY(s, "%s%s", to, glob + dir);
}

static void ask_entry(struct state *states, size_t n, struct tsr_found at, struct tsr_slice path)
{
	for (size_t i = 0; i < n; i++)
		if (states[i].a->file && !states[i].looked_up && tsr_glob_match(states[i].glob, path))
			judge_match(&states[i], at, path);
}

static void ask_files(struct tsr_image_fold *x, struct state *states, size_t n)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *facts = x->facts[layer];

		for (uint32_t e = 0; facts && e < facts->n_entries; e++) {
			if (!tsr_rootfs_at_path(x->rootfs, layer, e) || !tsr_rootfs_shows(x->rootfs, layer, e))
				continue;
			tsr_buf_reset(&path);
			tsr_facts_path(facts, facts->entries[e].node, &path);
			ask_entry(states, n, (struct tsr_found){ layer, e }, tsr_buf_slice(&path));
		}
	}
}

/* --- the configuration --------------------------------------------------------- */

static void tell_config(struct state *s, const char *why, const char *detail, const char *pointer)
{
	const struct tsr_location where = tsr_demand_config(pointer);

	tell(s, why, detail, &where);
}

/* A pattern that takes too long is not matched. */
static bool is_value(const struct tsr_asserted_pair *p, struct tsr_slice value)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct pcre2_real_code_8 *code;
	bool is;

	if (p->glob)
		return tsr_demand_matches(p->glob, value);
	code = tsr_pattern_compile(p->pattern, false, &err);
	is = code && tsr_pattern_search(code, value) == 1;
	tsr_pattern_free(code);
	return is;
}

static void judge_pair(struct state *s, const struct tsr_asserted_pair *p, bool there, struct tsr_slice value, const char *pointer)
{
	if (!p->glob && !p->pattern) {
		if (there)
			tell_config(s, SAY(s, "%s must not be there", own(s, p->name)), p->name, pointer);
	} else if (!there) {
		tell_config(s, SAY(s, "%s is not there", own(s, p->name)), p->name, pointer);
	} else if (!is_value(p, value)) {
		tell_config(s, SAY(s, "%s has another value than %s", own(s, p->name), own(s, p->glob ? p->glob : p->pattern)),
			    p->name, pointer);
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

static bool is_volume(struct tsr_slice listed, struct tsr_slice volume)
{
	return tsr_demand_matches(listed.ptr, volume);
}

/* Are these, or are these not, among what is there? `is`: how one of them is compared. */
static void judge_list(struct state *s, const char *const *list, bool wanted, const struct tsr_slices *there,
		       bool (*is)(struct tsr_slice listed, struct tsr_slice one), const char *what, const char *pointer)
{
	for (; list && *list; list++) {
		bool found = false;

		for (size_t i = 0; i < there->n && !found; i++)
			found = is(tsr_slice_str(*list), there->at[i]);
		if (found != wanted)
			tell_config(s, SAY(s, "%s %s no %s", own(s, *list), wanted ? "is" : "must be", what), *list, pointer);
	}
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
	judge_list(s, a->volumes, true, &c->volumes, is_volume, "volume", "/config/Volumes");
	judge_list(s, a->unmounted, false, &c->volumes, is_volume, "volume", "/config/Volumes");
	judge_list(s, a->ports, true, &c->exposed_ports, tsr_port_within, "exposed port", "/config/ExposedPorts");
	judge_list(s, a->unexposed, false, &c->exposed_ports, tsr_port_meets, "exposed port", "/config/ExposedPorts");
}

void tsr_image_check_assertions(struct tsr_image_fold *x)
{
	const struct tsr_demands *d = x->f->o->demands;
	size_t n = d ? d->n_assertions : 0, globs = 0;
	struct tsr_content_verdicts *verdicts;
	struct state *states;

	if (!n)
		return;
	verdicts = tsr_content_verdicts_new(x->facts, (uint32_t)x->image->n_layers);
	states = tsr_arena_alloc(&x->f->run->arena, n, sizeof(*states));
	for (size_t i = 0; i < n; i++) {
		states[i] = (struct state){ .x = x, .a = &d->assertions[i], .verdicts = verdicts };
		states[i].shown = own(&states[i], d->assertions[i].name);
		if (x->image->config)
			judge_config(&states[i], x->image->config);
		if (!d->assertions[i].file || look_up(&states[i]))
			continue;
		states[i].glob = followed(&states[i]);
		globs++;
	}
	if (globs)
		ask_files(x, states, n);
	for (size_t i = 0; i < n; i++) {
		const struct tsr_location where = tsr_demand_image();

		if (states[i].a->file && !states[i].a->absent && !states[i].met)
			tell(&states[i], SAY(&states[i], "%s is not there", own(&states[i], states[i].a->file)), "", &where);
		if (states[i].told > FILES_TOLD_MAX)
			tsr_fold_skip(x->f, &x->out->coverage, SAY(&states[i], "assertion %s", states[i].shown),
				      SAY(&states[i], "%u more findings of it were left out", states[i].told - FILES_TOLD_MAX), TSR_NO_LAYER, 0);
	}
	tsr_content_verdicts_free(verdicts);
}
