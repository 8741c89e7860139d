/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/path.h"
#include "inspect/inspect_priv.h"

/* Rules of kind `path`: the name of a file or another entry, and what its header says of it. */

struct subject {
	struct tsr_file *f;
	const struct tsr_named *n;
};

static bool mode_fits(const struct tsr_rule_path *p, uint32_t mode)
{
	return (mode & p->mode_all) == p->mode_all && (!p->mode_any || mode & p->mode_any) && !(mode & p->mode_none);
}

static bool owner_fits(const struct tsr_rule_path *p, const struct tsr_named *n)
{
	return (p->uid == TSR_ID_ANY || n->uid == (int64_t)p->uid) && (p->gid == TSR_ID_ANY || n->gid == (int64_t)p->gid);
}

static bool asks_header(const struct tsr_rule_path *p)
{
	return p->mode_all || p->mode_any || p->mode_none || p->uid != TSR_ID_ANY || p->gid != TSR_ID_ANY;
}

static bool is_meant(const struct tsr_rule_path *p, const struct subject *s)
{
	if (!strchr(p->types, s->n->type) || s->n->size < p->min_size)
		return false;
	if (s->f->outer ? !p->nested || asks_header(p) : !mode_fits(p, s->n->mode) || !owner_fits(p, s->n))
		return false;
	return !tsr_glob_any(p->excludes, tsr_buf_slice(&s->f->path));
}

static bool is_name(const struct tsr_rule_path *p, struct tsr_slice component)
{
	for (const char *const *g = p->globs; *g; g++)
		if (!strchr(*g, '/') && tsr_glob_match(*g, component))
			return true;
	return false;
}

/*
 * The shortest beginning of the path, in whole components, whose name a glob without a slash matches; else the
 * directory. Globs with a slash would be matched against each beginning, which is not linear.
 */
static struct tsr_slice topmost(const struct tsr_rule_path *p, struct tsr_slice path)
{
	struct tsr_slice rest = path, component;

	while (tsr_path_next(&rest, &component))
		if (is_name(p, component))
			return tsr_slice_sub(path, 0, (size_t)(component.ptr + component.len - path.ptr));
	return tsr_path_dir(path);
}

/* What the fold makes one finding of; raws of a rule with the same key are of one group. */
static uint32_t group_of(const struct tsr_rule_path *p, struct tsr_file *f)
{
	struct tsr_slice path = tsr_buf_slice(&f->path);

	switch ((enum tsr_once)p->once) {
	case TSR_ONCE_DIRECTORY:
		return tsr_builder_text(f->in->b, tsr_path_dir(path));
	case TSR_ONCE_TREE:
		return tsr_builder_text(f->in->b, topmost(p, path));
	case TSR_ONCE_FILE:
	case TSR_ONCE_LAYER:
		break;
	}
	return 0;
}

static void on_rule(void *ctx, unsigned rule)
{
	const struct subject *s = ctx;
	struct tsr_inspect *in = s->f->in;
	const struct tsr_rule_path *p = in->rs->rules[rule]->path;
	struct tsr_slice path = tsr_buf_slice(&s->f->path);
	struct tsr_raw *raw;
	bool known;

	if (!is_meant(p, s))
		return;
	known = tsr_glob_any(p->known, path);
	if (tsr_glob_any(p->templates, path))
		raw = tsr_inspect_say_info(in, rule, "A template of such a file: it should hold no real values", "template");
	else if (known)
		raw = tsr_inspect_say_info(in, rule, "Base systems and packages have this one", "known");
	else if (p->empty_is_info && !s->n->size)
		raw = tsr_inspect_say_info(in, rule, "The file is empty", "empty");
	else
		raw = tsr_inspect_say(in, rule, NULL);
	if (!raw)
		return;
	raw->key = known ? 0 : group_of(p, s->f);
	raw->confidence = p->confidence;
}

void tsr_path_rules(struct tsr_file *f, const struct tsr_named *n)
{
	struct subject s = { f, n };

	tsr_globset_match(f->in->rs->paths, tsr_buf_slice(&f->path), on_rule, &s);
}
