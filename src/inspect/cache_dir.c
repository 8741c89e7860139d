/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/cache_dir.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/slice.h"

static const struct {
	const char *what, *path;
} known[] = {
#define CACHE_DIR(what, path) { what, path },
#include "inspect/cache_dirs.def"
#undef CACHE_DIR
};

static struct tsr_slice name_of(const struct tsr_facts *f, uint32_t node)
{
	return tsr_slice_of(tsr_facts_text(f, f->nodes[node].name), f->nodes[node].name_len);
}

static bool component(struct tsr_slice pattern, struct tsr_slice name)
{
	if (pattern.len && pattern.ptr[pattern.len - 1] == '*')
		return name.len + 1 >= pattern.len && !memcmp(pattern.ptr, name.ptr, pattern.len - 1);
	return tsr_slice_eq(pattern, name);
}

/* From the last component up. */
static bool matches(const struct tsr_facts *f, uint32_t node, const char *path)
{
	struct tsr_slice rest = tsr_slice_str(path);

	while (rest.len) {
		size_t slash = rest.len;

		while (slash && rest.ptr[slash - 1] != '/')
			slash--;
		if (!node || !component(tsr_slice_sub(rest, slash, rest.len), name_of(f, node)))
			return false;
		node = f->nodes[node].parent;
		if (slash == 1)
			return node == 0;
		rest = tsr_slice_sub(rest, 0, slash ? slash - 1 : 0);
	}
	return true;
}

/* pip notes there when it last asked for a newer pip, even with --no-cache-dir; locks hold nothing. */
static bool is_note(struct tsr_slice name)
{
	return tsr_slice_eq_str(name, "selfcheck") || tsr_slice_eq_str(name, "lock") || tsr_slice_eq_str(name, "CACHEDIR.TAG") ||
	       tsr_slice_eq_str(name, ".gitignore");
}

/* The last component's first character: it rules nearly all out. */
static void list_firsts(char firsts[TSR_ARRAY_LEN(known)])
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(known); i++) {
		const char *slash = strrchr(known[i].path, '/');

		firsts[i] = slash ? slash[1] : known[i].path[0];
	}
}

static const char *what_is(const struct tsr_facts *f, uint32_t node, const char firsts[TSR_ARRAY_LEN(known)])
{
	const char first = *tsr_facts_text(f, f->nodes[node].name);

	for (size_t i = 0; i < TSR_ARRAY_LEN(known); i++)
		if ((firsts[i] == first || firsts[i] == '*') && matches(f, node, known[i].path))
			return known[i].what;
	return NULL;
}

/* Of what lies in one nothing is asked. A node's parent stands before it. */
void tsr_cache_dirs_init(struct tsr_cache_dirs *c, const struct tsr_facts *f)
{
	char firsts[TSR_ARRAY_LEN(known)];

	*c = (struct tsr_cache_dirs){ NULL, 0, 0, tsr_xcalloc((size_t)f->n_nodes + 1, sizeof(uint32_t)) };
	c->of_node[0] = TSR_NONE;
	list_firsts(firsts);
	for (uint32_t i = 1; i < f->n_nodes; i++) {
		uint32_t outer = c->of_node[f->nodes[i].parent];
		const char *what = outer == TSR_NONE ? what_is(f, i, firsts) : NULL;

		c->of_node[i] = outer;
		if (outer != TSR_NONE && is_note(name_of(f, i)))
			c->of_node[i] = TSR_NONE;
		if (!what)
			continue;
		c->list = tsr_grow(c->list, &c->cap, c->n + 1, sizeof(*c->list));
		c->list[c->n] = (struct tsr_cache_dir){ i, what };
		c->of_node[i] = (uint32_t)c->n++;
	}
}

void tsr_cache_dirs_release(struct tsr_cache_dirs *c)
{
	free(c->list);
	free(c->of_node);
	*c = (struct tsr_cache_dirs){ NULL, 0, 0, NULL };
}
