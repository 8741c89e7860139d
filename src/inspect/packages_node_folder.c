/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "base/yaml_walk.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * Packages of Node whoever installed them: package.json of each in node_modules, and of the applications that need them.
 * yarn and pnpm keep no list that says what is for development, only whether they were to install such packages.
 */

#define NEEDS_MAX (256u << 10) /* names of one package's dependencies */

static bool below_modules(struct tsr_slice path)
{
	return memmem(path.ptr, path.len, "node_modules/", 13) != NULL;
}

/* "package.json" in the folder of a package itself, not in one below it. */
static bool is_package(struct tsr_slice name)
{
	size_t slash = tsr_slice_find(name, '/', 0);

	return name.len && (slash == name.len || (name.ptr[0] == '@' && tsr_slice_find(name, '/', slash + 1) == name.len));
}

/* `about`: what is said of each; of those that are optional a package does without. */
static void add_names(const json_t *names, const json_t *about, struct tsr_buf *out)
{
	json_t *list = (json_t *)(uintptr_t)names;

	for (void *at = json_object_iter(list); at; at = json_object_iter_next(list, at)) {
		const char *name = json_object_iter_key(at);

		if (json_is_true(tsr_json_get(tsr_json_get_exact(about, name), "optional", NULL)))
			continue;
		tsr_buf_adds(out, name);
		tsr_buf_addc(out, '\n');
	}
}

static void note_needs(struct tsr_inspect *in, struct tsr_slice name, const json_t *package)
{
	struct tsr_extract x = { .kind = TSR_EXTRACT_NEEDS, .entry = in->file->entry };
	struct tsr_buf needs = TSR_BUF_INIT(NEEDS_MAX);

	add_names(tsr_json_get_object(package, "dependencies", NULL), NULL, &needs);
	add_names(tsr_json_get_object(package, "optionalDependencies", NULL), NULL, &needs);
	add_names(tsr_json_get_object(package, "peerDependencies", NULL),
		  tsr_json_get_object(package, "peerDependenciesMeta", NULL), &needs);
	if (needs.full)
		tsr_inspect_skip(in->file, "what a package.json needs", "there are more names than are kept", true, 0);
	if (needs.len && tsr_packages_spend(in)) {
		x.a = tsr_builder_text(in->b, name);
		x.b = tsr_builder_text(in->b, tsr_buf_slice(&needs));
		tsr_builder_add_extract(in->b, &x);
	}
	tsr_buf_release(&needs);
}

/* An application's: what it names for development may be in the folder beside it. */
static void note_development(struct tsr_inspect *in, const json_t *package)
{
	struct tsr_extract x = { .kind = TSR_EXTRACT_LOCKED, .entry = in->file->entry, .y = TSR_PACKAGE_DEV };
	json_t *names = tsr_json_get_object(package, "devDependencies", NULL);
	struct tsr_buf folder = TSR_BUF_INIT(in->limits->path);

	for (void *at = json_object_iter(names); at; at = json_object_iter_next(names, at)) {
		tsr_buf_reset(&folder);
		if (tsr_buf_printf(&folder, "node_modules/%s", json_object_iter_key(at)) ||
		    !is_package(tsr_packages_node_name(tsr_buf_slice(&folder))) || !tsr_packages_spend(in))
			continue;
		x.a = tsr_builder_text(in->b, tsr_buf_slice(&folder));
		tsr_builder_add_extract(in->b, &x);
	}
	tsr_buf_release(&folder);
}

/* "@scope+name@1.0", "name@git+https+++host+path": what stands behind the name. */
static struct tsr_slice behind_name(struct tsr_slice s)
{
	size_t at = tsr_slice_find(s, '@', 1);

	return tsr_slice_sub(s, at + 1, s.len);
}

/* pnpm says it in the name of a folder: node_modules/.pnpm/NAME@SOURCE/node_modules/NAME. */
static uint64_t origin_of(struct tsr_slice path)
{
	static const char store[] = "node_modules/.pnpm/";
	const char *at = memmem(path.ptr, path.len, store, sizeof(store) - 1);
	struct tsr_slice name;

	if (!at)
		return 0;
	name = tsr_slice_sub(path, (size_t)(at - path.ptr) + sizeof(store) - 1, path.len);
	return tsr_packages_node_origin(behind_name(tsr_slice_sub(name, 0, tsr_slice_find(name, '/', 0))));
}

static void note_installed(struct tsr_inspect *in, struct tsr_slice folder, const json_t *package)
{
	struct tsr_slice name = tsr_json_get_string(package, "name", NULL), version = tsr_json_get_string(package, "version", NULL);

	if (version.len)
		tsr_packages_note(in, in->file->entry, TSR_ECO_NODE, name.len ? name : folder, version,
				  origin_of(tsr_buf_slice(&in->file->path)));
	note_needs(in, folder, package);
}

void tsr_packages_node_folder(struct tsr_inspect *in, struct tsr_slice content)
{
	const struct tsr_json_limits limits = { in->limits->json_bytes, (uint32_t)in->limits->json_values };
	struct tsr_slice path = tsr_buf_slice(&in->file->path), name = tsr_packages_node_name(tsr_path_dir(path));
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	if (below_modules(path) && !is_package(name))
		return;
	if (tsr_slice_starts(content, "\xef\xbb\xbf")) /* as editors of Windows write it; npm passes over it, too */
		content = tsr_slice_sub(content, 3, content.len);
	if (tsr_json_load(content, &limits, &root, NULL, &err)) {
		tsr_inspect_skip(in->file, "what a package.json says of packages", err.msg, err.kind == TSR_ELIMIT, 0);
		return;
	}
	if (name.len) {
		note_installed(in, name, root);
	} else {
		note_development(in, root);
		note_needs(in, name, root);
	}
	json_decref(root);
}

static void note_installer(struct tsr_inspect *in, bool development)
{
	const struct tsr_extract x = { .kind = TSR_EXTRACT_INSTALLER, .entry = in->file->entry, .x = development };

	if (tsr_slice_eq_str(tsr_path_base(tsr_path_dir(tsr_buf_slice(&in->file->path))), "node_modules") && tsr_packages_spend(in))
		tsr_builder_add_extract(in->b, &x);
}

static void on_scalar(void *ctx, const struct tsr_yaml_scalar *s)
{
	if (s->depth == 2 && tsr_slice_eq_str(s->path[0], "included") && tsr_slice_eq_str(s->path[1], "devDependencies"))
		note_installer(ctx, !tsr_slice_eq_str(s->value, "false"));
}

void tsr_packages_pnpm(struct tsr_inspect *in, struct tsr_slice content)
{
	tsr_yaml_walk(content, on_scalar, in);
}

static void say_unpinned(struct tsr_inspect *in, struct tsr_slice name, uint64_t origin)
{
	uint32_t rule = in->rs->builtin[TSR_BUILTIN_NODE_UNPINNED];
	struct tsr_buf message = TSR_BUF_INIT(2048);
	struct tsr_raw *raw;

	if (!origin || rule == UINT32_MAX)
		return;
	tsr_text_escape(tsr_slice_sub(name, 0, 200), &message);
	tsr_buf_adds(&message, origin & TSR_PACKAGE_VCS ? " was installed from a repository" : " was installed from a folder or a file");
	raw = tsr_inspect_say(in, rule, message.ptr);
	if (raw)
		raw->key = tsr_builder_text(in->b, tsr_slice_sub(name, 0, 200));
	tsr_buf_release(&message);
}

/* "name@what was asked for": "what is there". */
static void say_origins(struct tsr_inspect *in, const json_t *entries)
{
	json_t *list = (json_t *)(uintptr_t)entries;

	for (void *at = json_object_iter(list); at; at = json_object_iter_next(list, at)) {
		struct tsr_slice asked = tsr_slice_str(json_object_iter_key(at)), source = behind_name(asked);
		uint64_t origin = tsr_packages_node_origin(source) | tsr_packages_node_origin(tsr_json_str(json_object_iter_value(at)));

		say_unpinned(in, tsr_slice_sub(asked, 0, tsr_slice_find(asked, '@', 1)), origin);
	}
}

void tsr_packages_yarn(struct tsr_inspect *in, struct tsr_slice content)
{
	const struct tsr_json_limits limits = { in->limits->json_bytes, (uint32_t)in->limits->json_values };
	struct tsr_err err = TSR_ERR_INIT;
	bool development = true;
	json_t *root = NULL, *flag;
	size_t i;

	if (tsr_json_load(content, &limits, &root, NULL, &err)) {
		tsr_inspect_skip(in->file, "what yarn says of its installation", err.msg, err.kind == TSR_ELIMIT, 0);
		return;
	}
	json_array_foreach(tsr_json_get_array(root, "flags", NULL), i, flag)
		development &= !tsr_slice_eq_str(tsr_json_str(flag), "production");
	note_installer(in, development);
	if (below_modules(tsr_buf_slice(&in->file->path)))
		say_origins(in, tsr_json_get_object(root, "lockfileEntries", NULL));
	json_decref(root);
}
