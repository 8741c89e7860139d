/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "audit/image_fold.h"
#include "base/mem.h"
#include "inspect/cache_dir.h"

/* file/package-manager-cache: what package managers left of their downloads, one finding for a folder and layer. */

struct sum {
	uint64_t files, bytes;
	uint32_t entry; /* first file */
	struct tsr_fate fate; /* of one that is live, if any is */
};

static void count(const struct tsr_image_fold *x, uint32_t layer, const struct tsr_cache_dirs *c, struct sum *sums)
{
	const struct tsr_facts *f = x->facts[layer];

	for (uint32_t i = 0; i < f->n_entries; i++) {
		const struct tsr_entry *e = &f->entries[i];
		uint32_t dir = e->node < f->n_nodes ? c->of_node[e->node] : TSR_NONE;
		struct sum *s;

		if (dir == TSR_NONE || e->type != '0' || !e->size || e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS))
			continue;
		s = &sums[dir];
		if (!s->files) {
			s->entry = i;
			s->fate = tsr_rootfs_fate(x->rootfs, layer, i);
		} else if (s->fate.state != TSR_STATE_LIVE) {
			struct tsr_fate fate = tsr_rootfs_fate(x->rootfs, layer, i);

			if (fate.state == TSR_STATE_LIVE)
				s->fate = fate;
		}
		s->files++;
		s->bytes += e->size;
	}
}

static const char *message_of(struct tsr_image_fold *x, const char *what, const struct sum *s)
{
	const char *files = s->files == 1 ? "file" : "files";

	if (s->bytes < 1024)
		return tsr_arena_printf(&x->f->run->arena, "The %s: %" PRIu64 " bytes in %" PRIu64 " %s", what, s->bytes, s->files, files);
	return tsr_arena_printf(&x->f->run->arena, "The %s: %.1f %s in %" PRIu64 " %s", what,
				s->bytes < (1u << 20) ? (double)s->bytes / 1024 : (double)s->bytes / (1u << 20),
				s->bytes < (1u << 20) ? "KiB" : "MiB", s->files, files);
}

static void say(struct tsr_image_fold *x, uint32_t layer, const struct tsr_cache_dir *dir, const struct sum *s)
{
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_finding f;

	tsr_make_builtin(&x->f->maker, TSR_BUILTIN_PACKAGE_CACHE, message_of(x, dir->what, s), &f);
	tsr_buf_addc(&path, '/');
	tsr_facts_path(x->facts[layer], dir->node, &path);
	f.where.kind = TSR_PLACE_FILE;
	f.where.path = tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, tsr_buf_slice(&path), TSR_MASK_TEXT);
	tsr_image_place(x, layer, &f.where);
	f.entry = s->entry;
	f.state = s->fate.state;
	f.hidden_in = s->fate.hidden_in;
	if (f.state > TSR_STATE_LIVE)
		f.severity = x->f->maker.rules->rules[f.rule]->severity_hidden;
	tsr_make_done(&f);
	tsr_image_emit(x, &f);
	tsr_buf_release(&path);
}

static void one_layer(struct tsr_image_fold *x, uint32_t layer)
{
	struct tsr_cache_dirs c;
	struct sum *sums;

	tsr_cache_dirs_init(&c, x->facts[layer]);
	sums = tsr_xcalloc(c.n + 1, sizeof(*sums));
	if (c.n)
		count(x, layer, &c, sums);
	for (size_t i = 0; i < c.n; i++)
		if (sums[i].files)
			say(x, layer, &c.list[i], &sums[i]);
	free(sums);
	tsr_cache_dirs_release(&c);
}

void tsr_image_check_caches(struct tsr_image_fold *x)
{
	for (uint32_t layer = 0; layer < x->image->n_layers; layer++)
		if (x->facts[layer])
			one_layer(x, layer);
}
