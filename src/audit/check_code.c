/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/image_fold.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/user.h"

/*
 * What a root file system that nobody writes to asks of code: file/writable-code (the user of the container owns or may write
 * what it runs), and file/no-bytecode (Python would compile at every start).
 */

struct layer_code {
	uint32_t *writable, n_writable; /* entries */
	size_t cap_writable;
	uint32_t sources, first_source, compiled; /* of installed Python packages */
};

static struct tsr_slice name_of(const struct tsr_facts *f, uint32_t node)
{
	return tsr_slice_of(tsr_facts_text(f, f->nodes[node].name), f->nodes[node].name_len);
}

static bool is_code(struct tsr_slice name, uint32_t mode)
{
	static const char *const suffixes[] = { ".py", ".pyc", ".so", ".js", ".mjs", ".cjs", ".rb", ".php", ".jar", ".war", ".class", ".pl", ".sh" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(suffixes); i++)
		if (tsr_slice_ends(name, suffixes[i]))
			return true;
	return mode & 0111;
}

/* Whoever owns a file may give himself the right. What everybody may write, file/world-writable tells. */
static bool may_write(const struct tsr_entry *e, const struct tsr_user_ids *who)
{
	return e->uid == (int64_t)who->uid || (e->gid == (int64_t)who->gid && e->mode & 0020);
}

/* Comes with the interpreter, and runs in a build only: package/build-tool tells of it. */
static bool is_installer(struct tsr_slice folder)
{
	return tsr_slice_eq_str(folder, "pip") || tsr_slice_eq_str(folder, "setuptools") || tsr_slice_eq_str(folder, "wheel");
}

/* By node: is it in a folder that Python packages are installed to? Parents stand before children. */
static bool *in_packages(const struct tsr_facts *f)
{
	bool *in = tsr_xcalloc((size_t)f->n_nodes + 1, sizeof(*in));

	for (uint32_t i = 1; i < f->n_nodes; i++) {
		struct tsr_slice dir = name_of(f, f->nodes[i].parent);
		bool first = tsr_slice_eq_str(dir, "site-packages") || tsr_slice_eq_str(dir, "dist-packages");

		in[i] = in[f->nodes[i].parent] || (first && !is_installer(name_of(f, i)));
	}
	return in;
}

static void count(const struct tsr_image_fold *x, uint32_t layer, const struct tsr_user_ids *who, struct layer_code *c)
{
	const struct tsr_facts *f = x->facts[layer];
	bool *packages = in_packages(f);

	for (uint32_t i = 0; i < f->n_entries; i++) {
		const struct tsr_entry *e = &f->entries[i];
		struct tsr_slice name = name_of(f, e->node);

		if (e->type != '0' || e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS) ||
		    tsr_rootfs_fate(x->rootfs, layer, i).state != TSR_STATE_LIVE)
			continue;
		if (who && may_write(e, who) && is_code(name, e->mode)) {
			c->writable = tsr_grow(c->writable, &c->cap_writable, (size_t)c->n_writable + 1, sizeof(*c->writable));
			c->writable[c->n_writable++] = i;
		}
		if (!packages[e->node])
			continue;
		if (tsr_slice_ends(name, ".py") && !c->sources++)
			c->first_source = i;
		c->compiled += tsr_slice_ends(name, ".pyc");
	}
	free(packages);
}

static void tell(struct tsr_image_fold *x, uint32_t layer, const struct tsr_user_ids *who, const struct layer_code *c, bool compiled)
{
	struct tsr_arena *a = &x->f->run->arena;

	if (c->n_writable)
		tsr_image_emit_files(x, TSR_BUILTIN_FILE_WRITABLE_CODE,
				     tsr_arena_printf(a, "Files of code in this layer that the container's user (uid %llu) owns or may write: %u",
						      (unsigned long long)who->uid, c->n_writable),
				     layer, c->writable, c->n_writable);
	if (c->sources && !compiled)
		tsr_image_emit_file(x, TSR_BUILTIN_FILE_NO_BYTECODE,
				    tsr_arena_printf(a, "Modules of installed packages in this layer that have no bytecode: %u", c->sources),
				    layer, c->first_source);
}

void tsr_image_check_code(struct tsr_image_fold *x)
{
	struct layer_code *c = tsr_xcalloc((size_t)x->image->n_layers + 1, sizeof(*c));
	struct tsr_user_ids ids, *who = NULL;
	bool compiled = false;

	/* Root may write everything: config/user-root says that. */
	if (x->image->config && tsr_user_ids(x->image->config->user, x->rootfs, x->facts, &ids) && ids.uid)
		who = &ids;
	for (uint32_t i = (uint32_t)x->image->n_layers; i-- > 0;) {
		if (!x->facts[i])
			continue;
		count(x, i, who, &c[i]);
		compiled |= c[i].compiled > 0; /* in this layer, or in one above that compiles what is here */
		tell(x, i, who, &c[i], compiled);
		free(c[i].writable);
	}
	free(c);
}
