/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * What npm keeps of what it installed (docs.npmjs.com, package-lock.json): node_modules/.package-lock.json of version
 * 7 and later says what is there. package-lock.json beside the folder says what could be: of it only packages for
 * development are kept, and the fold looks whether they are there (audit/check_packages.c).
 */

#define NEST_MAX 64 /* dependencies below dependencies, in the form of npm 6 */

struct lock {
	struct tsr_inspect *in;
	bool hidden; /* node_modules/.package-lock.json */
	struct tsr_buf path;
};

struct tsr_slice tsr_packages_node_name(struct tsr_slice path)
{
	static const char folder[] = "node_modules/";
	const size_t n = sizeof(folder) - 1;

	for (size_t i = path.len; i >= n; i--)
		if (!memcmp(path.ptr + i - n, folder, n) && (i == n || path.ptr[i - n - 1] == '/'))
			return tsr_slice_sub(path, i, path.len);
	return TSR_SLICE_NONE;
}

static bool is_true(const json_t *object, const char *key)
{
	return json_is_true(tsr_json_get(object, key, NULL));
}

uint64_t tsr_packages_node_origin(struct tsr_slice source)
{
	static const struct {
		const char *prefix;
		uint64_t flag;
	} origins[] = {
		{ "file:", TSR_PACKAGE_LOCAL }, { "link:", TSR_PACKAGE_LOCAL },	   { "git+", TSR_PACKAGE_VCS },
		{ "git:", TSR_PACKAGE_VCS },	{ "git@", TSR_PACKAGE_VCS },	   { "github:", TSR_PACKAGE_VCS },
		{ "gitlab:", TSR_PACKAGE_VCS }, { "bitbucket:", TSR_PACKAGE_VCS }, { "https://codeload.github.com/", TSR_PACKAGE_VCS },
		/* as pnpm names folders */
		{ "file+", TSR_PACKAGE_LOCAL }, { "https+++codeload.github.com+", TSR_PACKAGE_VCS },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(origins); i++)
		if (tsr_slice_starts(source, origins[i].prefix))
			return origins[i].flag;
	return 0;
}

static uint64_t flags_of(const json_t *package, struct tsr_slice source)
{
	uint64_t origin = is_true(package, "link") ? TSR_PACKAGE_LOCAL : tsr_packages_node_origin(source);

	return origin | (is_true(package, "dev") ? TSR_PACKAGE_DEV : 0);
}

static void on_package(struct lock *l, struct tsr_slice path, const json_t *package)
{
	struct tsr_slice name = tsr_packages_node_name(path), version = tsr_json_get_string(package, "version", NULL),
			 source = tsr_json_get_string(package, "resolved", NULL);
	uint64_t flags = flags_of(package, source.len ? source : version);
	struct tsr_extract x = { .kind = TSR_EXTRACT_LOCKED, .entry = l->in->file->entry, .y = flags };

	if (!name.len)
		return;
	if (l->hidden) {
		tsr_packages_note(l->in, l->in->file->entry, TSR_ECO_NODE, name, version, flags);
	} else if (flags & TSR_PACKAGE_DEV && path.len < l->in->limits->path && tsr_packages_spend(l->in)) {
		x.a = tsr_builder_text(l->in->b, path);
		x.b = tsr_builder_text(l->in->b, tsr_slice_sub(version, 0, 255));
		tsr_builder_add_extract(l->in->b, &x);
	}
}

/* Version 1: packages below packages. */
static void nested(struct lock *l, const json_t *dependencies, unsigned depth)
{
	const size_t before = l->path.len;

	for (void *at = json_object_iter((json_t *)(uintptr_t)dependencies); at && depth < NEST_MAX;
	     at = json_object_iter_next((json_t *)(uintptr_t)dependencies, at)) {
		const json_t *package = json_object_iter_value(at);

		tsr_buf_printf(&l->path, "%snode_modules/%s", before ? "/" : "", json_object_iter_key(at));
		if (!l->path.full) {
			on_package(l, tsr_buf_slice(&l->path), package);
			nested(l, tsr_json_get_object(package, "dependencies", NULL), depth + 1);
		}
		l->path.full = false;
		l->path.len = before;
		l->path.ptr[before] = '\0';
	}
}

static void flat(struct lock *l, const json_t *packages)
{
	for (void *at = json_object_iter((json_t *)(uintptr_t)packages); at;
	     at = json_object_iter_next((json_t *)(uintptr_t)packages, at))
		on_package(l, tsr_slice_str(json_object_iter_key(at)), json_object_iter_value(at));
}

static void read_lock(struct tsr_inspect *in, struct tsr_slice content, bool hidden)
{
	const struct tsr_json_limits limits = { in->limits->json_bytes, (uint32_t)in->limits->json_values };
	struct lock l = { .in = in, .hidden = hidden, .path = TSR_BUF_INIT(in->limits->path) };
	struct tsr_err err = TSR_ERR_INIT;
	const json_t *packages;
	json_t *root = NULL;

	if (tsr_json_load(content, &limits, &root, NULL, &err)) {
		tsr_packages_failed(in, "the lock file of npm", &err);
		return;
	}
	packages = tsr_json_get_object(root, "packages", NULL);
	if (packages)
		flat(&l, packages);
	else if (!hidden)
		nested(&l, tsr_json_get_object(root, "dependencies", NULL), 0);
	if (!json_is_object(root) || (hidden && !packages))
		tsr_packages_unreadable(in, "the lock file of npm", "it lists no packages");
	json_decref(root);
	tsr_buf_release(&l.path);
}

void tsr_packages_npm_installed(struct tsr_inspect *in, struct tsr_slice content)
{
	struct tsr_slice path = tsr_buf_slice(&in->file->path);

	if (tsr_slice_eq_str(tsr_path_base(tsr_path_dir(path)), "node_modules"))
		read_lock(in, content, true);
}

/* Packages may ship one of their own, which npm ignores. */
void tsr_packages_npm_lock(struct tsr_inspect *in, struct tsr_slice content)
{
	struct tsr_slice path = tsr_buf_slice(&in->file->path);

	if (!memmem(path.ptr, path.len, "node_modules/", 13))
		read_lock(in, content, false);
}
