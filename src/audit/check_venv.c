/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "base/mem.h"

/*
 * file/foreign-venv: a virtual environment of Python is tied to the interpreter it was made with. One without an
 * interpreter here came along with the build context, and nothing can run in it.
 */

static bool is_config(const struct tsr_image_fold *x, uint32_t layer, uint32_t entry)
{
	const struct tsr_facts *f = x->facts[layer];
	const struct tsr_entry *e = &f->entries[entry];
	const struct tsr_node *n = &f->nodes[e->node];

	return e->type == '0' && tsr_slice_eq_str(tsr_slice_of(tsr_facts_text(f, n->name), n->name_len), "pyvenv.cfg") &&
	       tsr_rootfs_at_path(x->rootfs, layer, entry);
}

static bool has_interpreter(const struct tsr_image_fold *x, const struct tsr_facts *f, uint32_t folder)
{
	static const char *const names[] = { "/bin/python", "/bin/python3" };
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_found found;
	bool has = false;

	for (size_t i = 0; i < TSR_ARRAY_LEN(names) && !has; i++) {
		tsr_buf_reset(&path);
		tsr_facts_path(f, folder, &path);
		tsr_buf_adds(&path, names[i]);
		has = tsr_rootfs_lookup(x->rootfs, tsr_buf_slice(&path), &found) &&
		      x->facts[found.layer]->entries[found.entry].mode & 0111;
	}
	tsr_buf_release(&path);
	return has;
}

void tsr_image_check_venv(struct tsr_image_fold *x)
{
	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *f = x->facts[layer];

		for (uint32_t i = 0; f && i < f->n_entries; i++)
			if (is_config(x, layer, i) && !has_interpreter(x, f, f->nodes[f->entries[i].node].parent))
				tsr_image_emit_file(x, TSR_BUILTIN_FILE_FOREIGN_VENV,
						    "The virtual environment has no interpreter in this image: its bin/python is missing, or leads to nothing",
						    layer, i);
	}
}
