/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rootfs/rootfs_priv.h"
#include "unit/layers.h"

static bool names_a_file(const struct tsr_facts *f, uint32_t i)
{
	const unsigned no_file = TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS;

	return f->entries[i].node != 0 && f->entries[i].type != 'g' && !(f->entries[i].flags & no_file);
}

/* The parent of what shows is a directory and has it among its children, once. */
static void check_place(const struct tsr_rootfs *r, uint32_t node, const char *image)
{
	const struct tsr_rnode *n = &r->nodes[node];
	uint32_t c, seen = 0, prev = TSR_NONE;

	cr_assert_eq(r->nodes[n->parent].kind, TSR_KIND_DIR, "%s", image);
	for (c = r->nodes[n->parent].child; c != TSR_NONE; prev = c, c = r->nodes[c].next) {
		cr_assert_eq(r->nodes[c].prev, prev, "%s", image);
		seen += c == node;
	}
	cr_assert_eq(seen, 1u, "%s", image);
}

/* Counts for every entry the nodes where it shows. */
static void count_shown(const struct tsr_rootfs *r, uint32_t *shown, const char *image)
{
	uint32_t i, gid;

	for (i = 1; i < r->n_nodes; i++) {
		const struct tsr_rnode *n = &r->nodes[i];

		if (n->kind == TSR_KIND_NOTHING) {
			cr_assert_eq(n->child, TSR_NONE, "%s", image);
			continue;
		}
		check_place(r, i, image);
		cr_assert(n->kind == TSR_KIND_DIR || (n->top != TSR_NONE && n->child == TSR_NONE), "%s",
			  image);
		for (gid = n->top; gid != TSR_NONE;
		     gid = n->kind == TSR_KIND_DIR ? r->states[gid].link : TSR_NONE) {
			shown[gid]++;
			cr_assert_eq(r->states[gid].bits & 3, TSR_STATE_LIVE, "%s", image);
			cr_assert_eq(tsr_rootfs_entry(r, gid)->type == '5', n->kind == TSR_KIND_DIR, "%s",
				     image);
		}
	}
}

/* What the tree shows is what the states say, and inodes count their visible names. */
static void check_sane(const struct image *im, const char *image)
{
	const struct tsr_rootfs *r = im->rootfs;
	tsr_autofree uint32_t *shown = tsr_xcalloc(r->n_states + 1, sizeof(*shown));
	tsr_autofree uint32_t *names = tsr_xcalloc(r->n_inodes + 1, sizeof(*names));
	uint32_t layer, i;

	count_shown(r, shown, image);
	for (layer = 0; layer < im->n; layer++) {
		for (i = 0; i < r->layers[layer].n; i++) {
			uint32_t gid = r->layers[layer].base + i;
			bool live = (r->states[gid].bits & 3) == TSR_STATE_LIVE;
			struct tsr_fate fate = tsr_rootfs_fate(r, layer, i);

			cr_assert_eq(tsr_rootfs_layer_of(r, gid), layer);
			if (names_a_file(im->facts[layer], i)) {
				cr_assert_eq(shown[gid], live, "entry %u of layer %u: %s", i, layer, image);
				names[r->states[gid].bits >> 2] += live;
			}
			cr_assert(fate.state == TSR_STATE_LIVE ||
					  (fate.hidden_in >= layer && fate.hidden_in < im->n),
				  "entry %u of layer %u: %s", i, layer, image);
		}
	}
	for (i = 0; i < r->n_inodes; i++)
		cr_assert_eq(r->inodes[i].names, names[i + 1], "%s", image);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void random_path(uint32_t *seed, struct tsr_buf *out)
{
	uint32_t depth = next_random(seed) % 3;

	while (depth--)
		tsr_buf_printf(out, "%c/", (int)('a' + next_random(seed) % 4));
}

static void random_target(uint32_t *seed, struct tsr_buf *out)
{
	static const char *const starts[] = { "", "", "/", "../", "./", "../../", "a/../", "b//" };

	tsr_buf_adds(out, starts[next_random(seed) % TSR_ARRAY_LEN(starts)]);
	random_path(seed, out);
	tsr_buf_addc(out, (char)('a' + next_random(seed) % 4));
}

static void random_image(uint32_t seed, struct tsr_buf *text)
{
	int layer, i;

	for (layer = 0; layer < 5; layer++) {
		tsr_buf_adds(text, layer ? "|" : "");
		for (i = 0; i < 12; i++) {
			char type = "fffddlllhhwoca"[next_random(&seed) % 14];

			tsr_buf_printf(text, "%c ", type);
			random_path(&seed, text);
			tsr_buf_adds(text, type == 'w' ? ".wh." : "");
			tsr_buf_addc(text, (char)('a' + next_random(&seed) % 4));
			if (type == 'l' || type == 'h') {
				tsr_buf_adds(text, " -> ");
				random_target(&seed, text);
			}
			tsr_buf_addc(text, ';');
		}
	}
}

Test(rootfs_tree, shows_what_the_states_say_whatever_layers_do)
{
	uint32_t seed;

	for (seed = 1; seed <= 3000; seed++) {
		TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(1 << 16);
		struct tsr_found found;
		struct image im;
		char path[] = "a/b/c";

		random_image(seed * 2654435761u, &text);
		make_image(&im, text.ptr);
		check_sane(&im, text.ptr);
		for (path[0] = 'a'; path[0] <= 'd'; path[0]++) {
			for (path[2] = 'a'; path[2] <= 'd'; path[2]++) {
				if (!tsr_rootfs_lookup(im.rootfs, tsr_slice_str(path), &found))
					continue;
				cr_assert_eq(tsr_rootfs_fate(im.rootfs, found.layer, found.entry).state,
					     TSR_STATE_LIVE, "%s: %s", path, text.ptr);
			}
		}
		free_image(&im);
	}
}

Test(rootfs_tree, costly_links_run_out_of_steps_and_are_replaced)
{
	TSR_AUTO(tsr_buf) struct tsr_buf far = TSR_BUF_INIT(8192);
	struct tsr_facts head = { .kind = 0 }, *f;
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_rootfs *r = tsr_rootfs_new();
	struct tsr_entry e = { .type = '2' };
	uint32_t i;

	while (far.len < 4000)
		tsr_buf_adds(&far, "x/../");
	tsr_buf_adds(&far, "x");
	e.link = tsr_builder_text(b, tsr_buf_slice(&far));
	e.link_len = (uint32_t)far.len;
	e.node = tsr_builder_node(b, TSR_SLICE("l"));
	tsr_builder_add_entry(b, &e);
	/* Every pair makes what is known of places void, so that the link is followed anew. */
	for (i = 0; i < 3000; i++) {
		char path[32];

		snprintf(path, sizeof(path), "l/f%u", i);
		e = (struct tsr_entry){ .type = '0', .node = tsr_builder_node(b, tsr_slice_str(path)) };
		tsr_builder_add_entry(b, &e);
		e.type = i % 2 ? '0' : '5';
		e.node = tsr_builder_node(b, TSR_SLICE("y"));
		tsr_builder_add_entry(b, &e);
	}
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	tsr_rootfs_add(r, f);
	tsr_rootfs_settle(r);
	cr_expect(tsr_rootfs_doubts(r)->costly, "which makes the audit incomplete");
	cr_expect_eq(tsr_rootfs_fate(r, 0, 0).state, TSR_STATE_DELETED, "the link");
	cr_expect_eq(tsr_rootfs_fate(r, 0, 1).state, TSR_STATE_LIVE, "what was written through it");
	cr_expect_eq(tsr_rootfs_doubts(r)->link_parents, 1u);
	tsr_rootfs_free(r);
	tsr_facts_free(f);
}
