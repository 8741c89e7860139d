/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/layer_mix.h"

#include "base/mem.h"

/* What a directory is, which all below it inherit. */
enum place {
	OPEN = 0, /* an application may stand there */
	SYSTEM,   /* a distribution's, or a language's own */
	VAR, USR, /* systems' with a place for applications in them */
	DEPS,     /* site-packages, node_modules */
};

static bool is_one_of(struct tsr_slice name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tsr_slice_eq_str(name, list[i]))
			return true;
	return false;
}
#define IS_ONE_OF(name, list) is_one_of(name, list, TSR_ARRAY_LEN(list))

static enum place top_place(struct tsr_slice name)
{
	static const char *const systems[] = { "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "media",
					       "mnt", "nix", "proc", "run", "sbin", "sys", "tmp", "root" };

	if (tsr_slice_eq_str(name, "usr"))
		return USR;
	if (tsr_slice_eq_str(name, "var"))
		return VAR;
	return IS_ONE_OF(name, systems) ? SYSTEM : OPEN;
}

static enum place place_of(enum place parent, bool top, struct tsr_slice name)
{
	static const char *const deps[] = { "site-packages", "dist-packages", "node_modules" };
	/* Of an environment or a version manager in an application's directory: scripts that tools made. */
	static const char *const tools[] = { "bin", "Scripts", "__pycache__", "include", "share" };

	if (parent == DEPS || IS_ONE_OF(name, deps))
		return DEPS;
	if (top)
		return top_place(name);
	if (parent == USR)
		return tsr_slice_eq_str(name, "src") || tsr_slice_eq_str(name, "app") ? OPEN : SYSTEM;
	if (parent == VAR)
		return tsr_slice_eq_str(name, "www") || tsr_slice_eq_str(name, "task") ? OPEN : SYSTEM;
	if (parent == OPEN && (IS_ONE_OF(name, tools) || tsr_slice_starts(name, "python3")))
		return SYSTEM;
	return parent;
}

static struct tsr_slice name_of(const struct tsr_facts *f, uint32_t node)
{
	return tsr_slice_of(f->text + f->nodes[node].name, f->nodes[node].name_len);
}

/* NAME.dist-info/METADATA, NAME.egg-info/PKG-INFO, node_modules/NAME/package.json */
static bool is_package(const struct tsr_facts *f, uint32_t node)
{
	struct tsr_slice name = name_of(f, node), dir = name_of(f, f->nodes[node].parent);

	if (tsr_slice_eq_str(name, "METADATA"))
		return tsr_slice_ends(dir, ".dist-info");
	if (tsr_slice_eq_str(name, "PKG-INFO"))
		return tsr_slice_ends(dir, ".egg-info");
	return tsr_slice_eq_str(name, "package.json");
}

static bool is_source(struct tsr_slice name)
{
	static const char *const endings[] = { ".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(endings); i++)
		if (name.len > strlen(endings[i]) && tsr_slice_ends(name, endings[i]))
			return true;
	return false;
}

static void count(uint32_t *n, uint32_t *first, uint32_t entry)
{
	if (!(*n)++)
		*first = entry;
}

void tsr_layer_mix(const struct tsr_facts *f, struct tsr_layer_mix *out)
{
	tsr_autofree uint8_t *places = tsr_xcalloc((size_t)f->n_nodes + 1, sizeof(*places));

	*out = (struct tsr_layer_mix){ .package = TSR_NONE, .source = TSR_NONE };
	/* A parent stands before its children. */
	for (uint32_t i = 1; i < f->n_nodes; i++)
		places[i] = (uint8_t)place_of((enum place)places[f->nodes[i].parent], !f->nodes[i].parent, name_of(f, i));
	for (uint32_t i = 0; i < f->n_entries; i++) {
		const struct tsr_entry *e = &f->entries[i];
		uint8_t place;

		if (e->type != '0' || !e->size || e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS))
			continue;
		place = places[f->nodes[e->node].parent];
		if (place == DEPS && is_package(f, e->node))
			count(&out->packages, &out->package, i);
		else if (place == OPEN && is_source(name_of(f, e->node)))
			count(&out->sources, &out->source, i);
	}
}
