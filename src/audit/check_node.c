/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/path.h"
#include "finding/fingerprint.h"

/*
 * Packages for development in node_modules folders that npm's own list is missing of: package-lock.json says which
 * they would be, and the final root whether they are there.
 */

/* The folder that a lock file is about, with a slash behind it unless it is the root. */
static void folder_of(const struct tsr_facts *f, uint32_t entry, struct tsr_buf *out)
{
	tsr_buf_reset(out);
	tsr_facts_path(f, f->entries[entry].node, out);
	out->len = tsr_path_dir(tsr_buf_slice(out)).len;
	if (out->len)
		tsr_buf_addc(out, '/');
}

static bool is_there(const struct tsr_image_fold *x, struct tsr_slice folder, const char *path, const char *file,
		     struct tsr_found *found)
{
	struct tsr_buf whole = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	bool there;

	tsr_buf_addsl(&whole, folder);
	tsr_buf_adds(&whole, path);
	tsr_buf_adds(&whole, file);
	there = tsr_rootfs_lookup(x->rootfs, tsr_buf_slice(&whole), found);
	tsr_buf_release(&whole);
	return there;
}

static void say(struct tsr_image_fold *x, const char *path, const char *version, const struct tsr_found *found)
{
	static const uint8_t no_secret[16];
	struct tsr_finding f;
	struct tsr_text name = tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, tsr_slice_str(path), TSR_MASK_TEXT),
			number = tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, tsr_slice_str(version), TSR_MASK_TEXT);

	tsr_make_builtin(&x->f->maker, TSR_BUILTIN_NODE_DEV,
			 tsr_arena_printf(&x->f->run->arena, "%s%s%s is for development only, as package-lock.json says", name.ptr,
					  *number.ptr ? " " : "", number.ptr), &f);
	f.where.kind = TSR_PLACE_FILE;
	f.where.path = tsr_make_path(&x->f->maker, x->facts[found->layer], found->entry);
	tsr_image_place(x, found->layer, &f.where);
	f.entry = found->entry;
	f.state = TSR_STATE_LIVE;
	tsr_fingerprint(&f, no_secret, tsr_slice_str(path), 0, f.fingerprint);
	x->sink.emit(x->sink.ctx, &f);
}

/* The lock file's records stand together. Returns behind the last. */
static uint32_t one_lock(struct tsr_image_fold *x, uint32_t layer, uint32_t i, uint32_t *untold)
{
	const struct tsr_facts *f = x->facts[layer];
	const uint32_t entry = f->extracts[i].entry;
	struct tsr_buf folder = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_found found;
	bool asked;

	folder_of(f, entry, &folder);
	asked = tsr_rootfs_fate(x->rootfs, layer, entry).state == TSR_STATE_LIVE &&
		!is_there(x, tsr_buf_slice(&folder), "node_modules/", ".package-lock.json", &found);
	for (; i < f->n_extracts && f->extracts[i].kind == TSR_EXTRACT_LOCKED && f->extracts[i].entry == entry; i++) {
		const char *path = tsr_facts_text(f, f->extracts[i].a);

		if (!asked || !is_there(x, tsr_buf_slice(&folder), path, "/package.json", &found))
			continue;
		if (tsr_make_spend(&x->f->maker))
			say(x, path, tsr_facts_text(f, f->extracts[i].b), &found);
		else
			++*untold;
	}
	tsr_buf_release(&folder);
	return i;
}

void tsr_image_check_node(struct tsr_image_fold *x)
{
	uint32_t untold = 0;

	for (uint32_t layer = 0; layer < x->image->n_layers; layer++)
		for (uint32_t i = 0; x->facts[layer] && i < x->facts[layer]->n_extracts;)
			if (x->facts[layer]->extracts[i].kind == TSR_EXTRACT_LOCKED && x->facts[layer]->extracts[i].entry != TSR_NONE)
				i = one_lock(x, layer, i, &untold);
			else
				i++;
	tsr_fold_untold(x->f, &x->out->coverage, untold, TSR_NO_LAYER);
}
