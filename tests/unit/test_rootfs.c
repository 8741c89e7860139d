/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "unit/layers.h"

/* "L D1 | O2": live, deleted in 1, overwritten in 2. */
static void say_fates(const struct image *im, struct tsr_buf *out)
{
	uint32_t i, k;

	for (i = 0; i < im->n; i++) {
		if (i)
			tsr_buf_adds(out, " |");
		if (!im->facts[i])
			tsr_buf_adds(out, " -");
		for (k = 0; im->facts[i] && k < im->facts[i]->n_entries; k++) {
			struct tsr_fate fate = tsr_rootfs_fate(im->rootfs, i, k);

			if (fate.state == TSR_STATE_LIVE) {
				cr_expect_eq(fate.hidden_in, UINT32_MAX);
				tsr_buf_adds(out, " L");
				continue;
			}
			tsr_buf_printf(out, " %c%u", fate.state == TSR_STATE_DELETED ? 'D' : 'O',
				       fate.hidden_in);
		}
	}
}

struct row {
	const char *claim, *image, *fates;
};

static void expect(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf got = TSR_BUF_INIT(1024);
		struct image im;

		make_image(&im, rows[i].image);
		say_fates(&im, &got);
		cr_expect_str_eq(got.ptr + 1, rows[i].fates, "%s: \"%s\" gives \"%s\", not \"%s\"",
				 rows[i].claim, rows[i].image, got.ptr + 1, rows[i].fates);
		free_image(&im);
	}
}

Test(rootfs, whiteouts_act_on_lower_layers_wherever_they_stand)
{
	static const struct row rows[] = {
		{ "a file", "d e; f e/a; f e/b | w e/.wh.a", "L D1 L | D1" },
		{ "a tree", "d d; d d/e; f d/e/x; f y | w .wh.d", "D1 D1 D1 L | D1" },
		{ "directories without entries", "f a/b/c | w a/.wh.b", "D1 | D1" },
		{ "before its own layer's file", "f a | w .wh.a; f a", "O1 | D1 L" },
		{ "after its own layer's file", "f a | f a; w .wh.a", "O1 | L D1" },
		{ "own file over a tree", "d d; f d/x | f d; w .wh.d", "O1 D1 | L D1" },
		{ "own directory: lower children are seen again", "d d; f d/x | w .wh.d; d d; f d/y",
		  "L L | D1 L L" },
		{ "own directory without entry", "d d; f d/x | w .wh.d; f d/y", "L L | D1 L" },
		{ "of nothing", "f a | w .wh.b; w no/.wh.a", "L | D1 D1" },
		{ "twice", "f a | w .wh.a; w .wh.a", "D1 | D1 D1" },
		{ "the first hiding layer counts", "f a | w .wh.a | w .wh.a | f a | w .wh.a",
		  "D1 | D1 | D2 | D4 | D4" },
		{ "a 0:0 device", "f a | c a", "D1 | D1" },
		{ "a 0:0 device beside a file", "f a | c a; f a", "O1 | D1 L" },
		{ "the file after a 0:0 device", "f a | f a; c a", "O1 | L D1" },
		{ "below what goes as well", "d d; f d/x | w .wh.d; w d/.wh.x", "D1 D1 | D1 D1" },
		{ "missing layers are numbered", "f a | - | w .wh.a", "D2 | - | D2" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, opaque_marks_hide_all_lower_children)
{
	static const struct row rows[] = {
		{ "first", "d d; f d/x; d d/e; f d/e/y | o d; d d; f d/n", "L D1 D1 D1 | D1 L L" },
		{ "last", "d d; f d/x; d d/e; f d/e/y | d d; f d/n; o d", "L D1 D1 D1 | L L D1" },
		{ "own subdirectories stay, without what was in them",
		  "d d; d d/s; f d/s/old; f d/s/t/old | o d; d d/s; f d/s/new", "L D1 D1 D1 | D1 L L" },
		{ "own subdirectory without entry", "d d; d d/s; f d/s/old | f d/s/new; o d",
		  "L D1 D1 | L D1" },
		{ "own file", "f d/a; f d/b | f d/a; o d", "O1 D1 | L D1" },
		{ "nested and repeated", "f d/e/g/x; f d/y; f z | o d/e; o d; o d/e/g; o d; f d/e/n",
		  "D1 D1 L | D1 D1 D1 D1 L" },
		{ "siblings stay", "f d/x; f e/x | o d", "D1 L | D1" },
		{ "of the root", "f a; d d; f d/x | o ; f d/y", "D1 D1 D1 | D1 L" },
		{ "of nothing", "f a | o d", "L | D1" },
		{ "of a whiteout-removed directory that comes back", "f d/x | w .wh.d | f d/y | o d",
		  "D1 | D1 | D3 | D3" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, a_path_has_the_last_thing_put_there)
{
	static const struct row rows[] = {
		{ "directory over directory", "d d; f d/x | d d", "L L | L" },
		{ "file over file", "f a | f a | f a", "O1 | O2 | L" },
		{ "link over file", "f a | l a -> b", "O1 | L" },
		{ "file over directory", "d d; f d/x; d d/e; f d/e/y | f d", "O1 D1 D1 D1 | L" },
		{ "directory over file", "f a | d a; f a/b", "D1 | L L" },
		{ "directory over link", "d t; l a -> t | d a; f a/b", "L D1 | L L" },
		{ "twice in one layer", "f a; f a", "O0 L" },
		{ "a directory twice", "d a; f a/x; d a", "L L L" },
		{ "a directory twice, then deleted", "d a; d a | d a | w .wh.a", "D2 D2 | D2 | D2" },
		{ "directory, then file", "d a; f a/x; f a", "O0 D0 L" },
		{ "file, then directory", "f a; d a", "D0 L" },
		{ "file, then file below it", "f a; f a/b", "D0 L" },
		{ "a lower file as parent", "f a | f a/b", "D1 | L" },
		{ "comes again after it went", "d d; f d/x | w .wh.d | f d/x | f d/x",
		  "D1 D1 | D1 | O3 | L" },
		{ "the root's own entry", "d ; f a | d ; f b", "L L | L L" },
		{ "global headers have no path", "f a | g a", "L | L" },
		{ "AUFS leftovers are no files", "f a | a .wh..wh.aufs; a .wh..wh.plnk/1", "L | D1 D1" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, an_inode_lives_while_any_name_does)
{
	static const struct row rows[] = {
		{ "the other name goes", "f a; h b -> a | w .wh.b", "L L | D1" },
		{ "the first name goes", "f a; h b -> a | w .wh.a", "L L | D1" },
		{ "both go", "f a; h b -> a | w .wh.a | w .wh.b", "D2 D2 | D1 | D2" },
		{ "overwritten, then the last name deleted", "f a; h b -> a | f a | w .wh.b",
		  "D2 D2 | L | D2" },
		{ "deleted, then the last name overwritten", "f a; h b -> a | w .wh.b | f a",
		  "O2 O2 | D1 | L" },
		{ "both in one layer", "d d; f d/a; h b -> d/a | w .wh.d; f b", "D1 D1 O1 | D1 L" },
		{ "a chain", "f a; h b -> a; h c -> b | w .wh.a; w .wh.b", "L L L | D1 D1" },
		{ "to a lower layer", "f a | h b -> a; w .wh.a", "L | L D1" },
		{ "to itself in a lower layer", "f a | h a -> a", "L | L" },
		{ "to a path that the layer wrote anew", "f a | f a; h b -> a | w .wh.a", "O1 | L L | D2" },
		{ "the target comes again in one layer", "f a; h b -> a; f a", "L L L" },
		{ "absolute and unclean targets", "d d; f d/a; h b -> /d/./a; h c -> ../d/a | w .wh.d",
		  "D1 L L L | D1" },
		{ "to nothing: an empty file", "h b -> nowhere | f b", "O1 | L" },
		{ "to a directory: an empty file", "d d; h b -> d | f b", "L O1 | L" },
		{ "to a symbolic link", "l a -> t; h b -> a; f b/x | w .wh.a", "L L L | D1" },
		{ "to an AUFS leftover", "a .wh..wh.plnk/1; h b -> .wh..wh.plnk/1 | - ", "L L | -" },
		{ "to an AUFS leftover, then deleted", "a .wh..wh.plnk/1; h b -> .wh..wh.plnk/1 | w .wh.b",
		  "D1 D1 | D1" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, links_of_the_same_layer_are_followed_as_parents)
{
	static const struct row rows[] = {
		{ "to what is below", "d u; f u/x | l l -> u; f l/x", "L O1 | L L" },
		{ "absolute", "d u; f u/x | l l -> /u; f l/x", "L O1 | L L" },
		{ "up, but never out", "f e/x | l l -> ../../../e; f l/x", "O1 | L L" },
		{ "a link on the way of a link", "f a/b/x | l m -> a; l l -> m/b; f l/x", "O1 | L L L" },
		{ "dotdot is of the place, not of the text",
		  "f a/c/y; f c/y | d a/b; l l -> a/b; l k -> l/../c; f k/y", "O1 L | L L L L" },
		{ "a whiteout through it", "d u; f u/x | l l -> u; w l/.wh.x", "L D1 | L D1" },
		{ "a whiteout through it, before it", "d u; f u/x | w l/.wh.x; l l -> u", "L D1 | D1 L" },
		{ "an opaque mark on it", "d u; f u/x | l l -> u; o l", "L D1 | L D1" },
		{ "hanging: the target is made", "l l -> new/dir; f l/x | w .wh.new", "L D1 | D1" },
		{ "replaced halfway", "d u; f u/x; f u/y | l l -> u; f l/x; d l; f l/y",
		  "L O1 L | D1 L L L" },
		{ "a directory replaced by it", "f l/x; l l -> u; f l/x | w .wh.u", "D0 L D1 | D1" },
		{ "a cycle: a directory instead", "l a -> b; l b -> a; f a/x", "D0 L L" },
		{ "to itself", "l a -> a; f a/x; f a/y", "D0 L L" },
		{ "to the file that is its parent", "f u | l l -> u; f l/x", "D1 | L L" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, links_of_lower_layers_are_replaced_as_parents)
{
	static const struct row rows[] = {
		{ "by a directory", "d u; f u/x; l l -> u | f l/x", "L L D1 | L" },
		{ "also on the way of an own link", "d u; f u/x; l m -> u | l l -> m; f l/x",
		  "L L D1 | L L" },
		{ "also for a whiteout", "d u; f u/x; l l -> u | w l/.wh.x", "L L D1 | D1" },
		{ "but not as the last component", "d u; l l -> u | w .wh.l", "L D1 | D1" },
	};

	expect(rows, TSR_ARRAY_LEN(rows));
}

Test(rootfs, doubts_are_counted_and_the_first_is_named)
{
	static const struct {
		const char *image;
		uint32_t duplicates, whiteouts, parents, lower, missing, layer, entry;
	} rows[] = {
		{ "d d; f d/x; l s -> d; f s/y; h z -> d/x | d d; w d/.wh.x", 0, 0, 0, 0, 0, UINT32_MAX,
		  UINT32_MAX },
		{ "d d; d d; f a; f a; f a", 2, 0, 0, 0, 0, 0, 3 },
		{ "f a; d d; f d; d d", 2, 0, 0, 0, 0, 0, 2 },
		{ "f a | f b; w .wh.a; f a", 0, 1, 0, 0, 0, 1, 1 },
		{ "f a | w .wh.d; f d/x; f d/y", 0, 1, 0, 0, 0, 1, 0 },
		{ "d u; l l -> u | f l/x; f l/y", 0, 0, 1, 0, 0, 1, 0 },
		{ "f a | h b -> a; h c -> a; h d -> b", 0, 0, 0, 2, 0, 1, 0 },
		{ "f a; h b -> c; h b -> b2", 1, 0, 0, 0, 2, 0, 1 },
		{ "f a | w .wh.a; f a; f a", 1, 1, 0, 0, 0, 1, 0 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct image im;
		const struct tsr_rootfs_doubts *d;

		make_image(&im, rows[i].image);
		d = tsr_rootfs_doubts(im.rootfs);
		cr_expect_eq(d->duplicate_paths, rows[i].duplicates, "duplicates of %s", rows[i].image);
		cr_expect_eq(d->whiteout_conflicts, rows[i].whiteouts, "whiteouts of %s", rows[i].image);
		cr_expect_eq(d->link_parents, rows[i].parents, "parents of %s", rows[i].image);
		cr_expect_eq(d->lower_hard_links, rows[i].lower, "lower links of %s", rows[i].image);
		cr_expect_eq(d->missing_targets, rows[i].missing, "missing of %s", rows[i].image);
		cr_expect_eq(d->layer, rows[i].layer, "layer of %s: %u", rows[i].image, d->layer);
		cr_expect_eq(d->entry, rows[i].entry, "entry of %s: %u", rows[i].image, d->entry);
		cr_expect_eq(d->limited, 0u);
		free_image(&im);
	}
}

Test(rootfs, lookup_finds_the_live_content)
{
	/* Entry numbers are the order within a layer. */
	static const char image[] =
		"d etc; f etc/passwd; l bin -> usr/bin; f usr/bin/sh; h usr/bin/dash -> usr/bin/sh; "
		"l abs -> /etc/passwd; l up -> ../../../etc/passwd; l loop -> loop; l etc2 -> etc; f gone |"
		"f etc/passwd; w .wh.gone; l usr/bin/up -> ../../etc2/passwd; h etc/hl -> bin/sh; "
		"l hang -> nowhere; f a/b/c; h void -> nowhere";
	static const struct {
		const char *path;
		int layer, entry; /* -1: none */
	} rows[] = {
		{ "etc/passwd", 1, 0 },
		{ "/etc/passwd", 1, 0 },
		{ "//etc/./x/../passwd", -1, 0 },
		{ "etc/../etc/passwd", 1, 0 },
		{ "../../etc/passwd", 1, 0 },
		{ "abs", 1, 0 },
		{ "up", 1, 0 },
		{ "bin/sh", 0, 3 },
		{ "bin/dash", 0, 3 },
		{ "etc/hl", 0, 3 },
		{ "bin/up", 1, 0 },
		{ "etc2/passwd", 1, 0 },
		{ "loop", -1, 0 },
		{ "gone", -1, 0 },
		{ "hang", -1, 0 },
		{ "etc", -1, 0 },
		{ "", -1, 0 },
		{ "a/b/c", 1, 5 },
		{ "a/b", -1, 0 },
		{ "etc/passwd/x", -1, 0 },
		{ "void", 1, 6 },
		{ "etc/pass", -1, 0 },
		{ "bin/../lib", -1, 0 },
		{ "bin/../bin/sh", 0, 3 },
	};
	struct image im;
	size_t i;

	make_image(&im, image);
	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_found found = { 99, 99 };
		bool there = tsr_rootfs_lookup(im.rootfs, tsr_slice_str(rows[i].path), &found);

		cr_expect_eq(there, rows[i].layer >= 0, "%s", rows[i].path);
		if (there)
			cr_expect(found.layer == (uint32_t)rows[i].layer &&
					  found.entry == (uint32_t)rows[i].entry,
				  "%s is %u/%u", rows[i].path, found.layer, found.entry);
	}
	free_image(&im);
}

Test(rootfs, lookup_follows_forty_links_and_no_more)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(4096);
	struct tsr_found found;
	struct image im;
	int i;

	tsr_buf_adds(&text, "f l0");
	for (i = 1; i <= 41; i++)
		tsr_buf_printf(&text, "; l l%d -> l%d", i, i - 1);
	make_image(&im, text.ptr);
	cr_expect(tsr_rootfs_lookup(im.rootfs, TSR_SLICE("l40"), &found));
	cr_expect_not(tsr_rootfs_lookup(im.rootfs, TSR_SLICE("l41"), &found));
	free_image(&im);
}

/* Each link goes a hundred steps in place: without a limit for all questions, a file that asks for many paths costs minutes. */
Test(rootfs, what_links_cost_in_all_questions_is_bounded)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	struct tsr_found found;
	struct image im;
	uint32_t asked = 0;

	tsr_buf_adds(&text, "f l0; f plain");
	for (int i = 1; i <= 40; i++) {
		tsr_buf_printf(&text, "; l l%d -> ", i);
		for (int k = 0; k < 100; k++)
			tsr_buf_adds(&text, "./");
		tsr_buf_printf(&text, "l%d", i - 1);
	}
	make_image(&im, text.ptr);
	while (asked < 100000 && tsr_rootfs_lookup(im.rootfs, TSR_SLICE("l40"), &found))
		asked++;
	cr_expect(asked > 100 && asked < 1000, "%u", asked);
	cr_expect(tsr_rootfs_doubts(im.rootfs)->costly);
	cr_expect(tsr_rootfs_lookup(im.rootfs, TSR_SLICE("plain"), &found), "a path without links costs nothing");
	free_image(&im);
}

/* --- against a model that is too slow to be wrong --------------------------- */

#define PATHS 31 /* a..e, a/a..e/e, and some one deeper */
#define ENTRIES 8

struct model_entry {
	char type, path[8], layer;
	struct tsr_fate fate;
};

struct model {
	struct model_entry e[LAYERS * ENTRIES];
	int n;
};

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && path[len] == '/';
}

static void kill_entry(struct model_entry *e, enum tsr_state state, uint32_t layer)
{
	if (e->fate.state == TSR_STATE_LIVE)
		e->fate = (struct tsr_fate){ state, layer };
}

/* What an addition hides among the entries before it. */
static void model_add(struct model *m, int at)
{
	const struct model_entry *e = &m->e[at];
	int i;

	for (i = 0; i < at; i++) {
		struct model_entry *o = &m->e[i];

		if (strchr("wo", o->type))
			continue;
		if (!strcmp(o->path, e->path) && !(e->type == 'd' && o->type == 'd'))
			kill_entry(o, e->type == 'd' ? TSR_STATE_DELETED : TSR_STATE_OVERWRITTEN,
				   (uint32_t)e->layer);
		else if (e->type == 'f' && is_below(o->path, e->path))
			kill_entry(o, TSR_STATE_DELETED, (uint32_t)e->layer);
		else if (o->type == 'f' && is_below(e->path, o->path))
			kill_entry(o, TSR_STATE_DELETED, (uint32_t)e->layer);
	}
}

/* Is there something of this layer, visible after its additions, at or below a path? */
static bool model_made(const struct model *m, int from, int to, const char *path)
{
	int i;

	for (i = from; i < to; i++)
		if (!strchr("wo", m->e[i].type) && m->e[i].fate.state == TSR_STATE_LIVE &&
		    (!strcmp(m->e[i].path, path) || is_below(m->e[i].path, path)))
			return true;
	return false;
}

static void model_hide(struct model *m, int from, int to, int at)
{
	const struct model_entry *e = &m->e[at];
	int i;

	m->e[at].fate = (struct tsr_fate){ TSR_STATE_DELETED, (uint32_t)e->layer };
	if (e->type == 'w' && model_made(m, from, to, e->path))
		return;
	for (i = 0; i < from; i++)
		if (!strchr("wo", m->e[i].type) &&
		    (is_below(m->e[i].path, e->path) || (e->type == 'w' && !strcmp(m->e[i].path, e->path))))
			kill_entry(&m->e[i], TSR_STATE_DELETED, (uint32_t)e->layer);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void random_path(uint32_t *seed, char out[8])
{
	uint32_t depth = 1 + next_random(seed) % 3, i;

	for (i = 0; i < depth; i++) {
		out[2 * i] = (char)('a' + next_random(seed) % 3);
		out[2 * i + 1] = '/';
	}
	out[2 * depth - 1] = '\0';
}

/*
 * Whiteouts below a file of a lower layer turn it into a directory, which the
 * model does not know: such images are left out.
 */
static bool has_odd_parent(const struct model *m, int from, int at)
{
	int i;

	for (i = 0; i < m->n; i++)
		if (m->e[i].type == 'f' && i < at &&
		    (is_below(m->e[at].path, m->e[i].path) ||
		     (m->e[at].type == 'o' && !strcmp(m->e[at].path, m->e[i].path))))
			return true;
	return from < 0;
}

static void random_model(struct model *m, uint32_t seed, struct tsr_buf *text)
{
	int layer, i, from;

	m->n = 0;
	for (layer = 0; layer < LAYERS; layer++) {
		from = m->n;
		if (layer)
			tsr_buf_adds(text, "|");
		for (i = 0; i < ENTRIES; i++) {
			struct model_entry *e = &m->e[m->n];

			e->type = "ffddwo"[next_random(&seed) % 6];
			e->layer = (char)layer;
			e->fate = (struct tsr_fate){ TSR_STATE_LIVE, UINT32_MAX };
			random_path(&seed, e->path);
			if (strchr("wo", e->type) && has_odd_parent(m, from, m->n))
				e->type = 'd';
			m->n++;
			if (e->type == 'w') {
				size_t len = strlen(e->path);

				tsr_buf_printf(text, "w %.*s.wh.%s;", (int)(len - 1), e->path,
					       e->path + len - 1);
			} else {
				tsr_buf_printf(text, "%c %s;", e->type, e->path);
			}
		}
		for (i = from; i < m->n; i++)
			if (!strchr("wo", m->e[i].type))
				model_add(m, i);
		for (i = from; i < m->n; i++)
			if (strchr("wo", m->e[i].type))
				model_hide(m, from, m->n, i);
	}
}

Test(rootfs, agrees_with_a_plain_model_on_random_images)
{
	uint32_t seed;

	for (seed = 1; seed <= 2000; seed++) {
		TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(4096);
		struct model m;
		struct image im;
		int i;

		random_model(&m, seed * 2654435761u, &text);
		make_image(&im, text.ptr);
		for (i = 0; i < m.n; i++) {
			uint32_t layer = (uint32_t)m.e[i].layer, entry = (uint32_t)(i % ENTRIES);
			struct tsr_fate got = tsr_rootfs_fate(im.rootfs, layer, entry), want = m.e[i].fate;

			cr_assert(got.state == want.state && got.hidden_in == want.hidden_in,
				  "seed %u, layer %u, entry %u (%c %s): %d in %u, not %d in %u: %s", seed,
				  layer, entry, m.e[i].type, m.e[i].path, got.state, got.hidden_in,
				  want.state, want.hidden_in, text.ptr);
			if (want.state == TSR_STATE_LIVE && m.e[i].type == 'f') {
				struct tsr_found found;

				cr_assert(tsr_rootfs_lookup(im.rootfs, tsr_slice_str(m.e[i].path), &found));
				cr_assert(found.layer == layer && found.entry == entry);
			}
		}
		free_image(&im);
	}
}
