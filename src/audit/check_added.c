/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"

/* layer/added-program: what an image can run that the base it is built on cannot. */

#define NAMED 5u

static bool is_library(struct tsr_slice name)
{
	return tsr_slice_ends(name, ".so") || memmem(name.ptr, name.len, ".so.", 4);
}

static bool is_program(const struct tsr_image_fold *x, uint32_t layer, uint32_t entry)
{
	const struct tsr_facts *f = x->facts[layer];
	const struct tsr_entry *e = &f->entries[entry];
	const struct tsr_node *n = &f->nodes[e->node];

	return e->type == '0' && e->mode & 0111 && !(e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS)) &&
	       !is_library(tsr_slice_of(tsr_facts_text(f, n->name), n->name_len)) &&
	       tsr_rootfs_fate(x->rootfs, layer, entry).state == TSR_STATE_LIVE;
}

/* Can what the base has at this path be run, too? */
static bool base_has(const struct tsr_image_fold *x, const struct tsr_rootfs *base, struct tsr_slice path)
{
	struct tsr_found found;

	return tsr_rootfs_lookup(base, path, &found) && x->facts[found.layer]->entries[found.entry].mode & 0111;
}

struct added {
	uint32_t n, first; /* of a layer's entries */
	struct tsr_buf names;
};

static void note(struct tsr_image_fold *x, uint32_t layer, uint32_t entry, struct added *a)
{
	if (!a->n++)
		a->first = entry;
	if (a->n <= NAMED)
		tsr_buf_printf(&a->names, "%s%s", a->n > 1 ? ", " : "", tsr_make_path(&x->f->maker, x->facts[layer], entry).ptr);
	else if (a->n == NAMED + 1)
		tsr_buf_adds(&a->names, ", …");
}

static void of_layer(struct tsr_image_fold *x, uint32_t layer, const struct tsr_rootfs *base, const char *base_name)
{
	const struct tsr_facts *f = x->facts[layer];
	struct added a = { .names = TSR_BUF_INIT(TSR_BUF_TEXT_MAX) };
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (uint32_t i = 0; i < f->n_entries; i++) {
		if (!is_program(x, layer, i))
			continue;
		tsr_buf_reset(&path);
		tsr_facts_path(f, f->entries[i].node, &path);
		if (!base_has(x, base, tsr_buf_slice(&path)))
			note(x, layer, i, &a);
	}
	if (a.n)
		tsr_image_emit_file(x, TSR_BUILTIN_LAYER_ADDED_PROGRAM,
				    tsr_arena_printf(&x->f->run->arena, "Programs in this layer that the base image %s does not have: %u: %s",
						     base_name, a.n, a.names.ptr),
				    layer, a.first);
	tsr_buf_release(&a.names);
	tsr_buf_release(&path);
}

void tsr_image_check_added(struct tsr_image_fold *x)
{
	const struct tsr_base *which;
	struct tsr_rootfs *base;
	size_t n = x->f->o->bases ? tsr_inherited_layers(x->f->o->bases, x->out, &which) : 0;

	if (!n)
		return;
	base = tsr_rootfs_new();
	for (size_t i = 0; i < n; i++)
		tsr_rootfs_add(base, x->facts[i]);
	tsr_rootfs_settle(base);
	for (size_t i = n; i < x->image->n_layers; i++)
		if (x->facts[i])
			of_layer(x, (uint32_t)i, base, which->name);
	if (tsr_rootfs_doubts(base)->costly || tsr_rootfs_doubts(base)->limited)
		tsr_fold_skip(x->f, &x->out->coverage, "file system of the base image", "it would cost too much to know all of it",
			      TSR_NO_LAYER, 0);
	tsr_rootfs_free(base);
}
