/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/cache_dir.h"

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/mem.h"
#include "layer/facts_build.h"

static const struct {
	const char *path, *dir; /* "": in none */
} files[] = {
	{ "var/lib/apt/lists/x_Packages", "var/lib/apt/lists" },
	{ "var/lib/apt/lists/partial/x", "var/lib/apt/lists" },
	{ "var/lib/apt/lists/lock", "" },
	{ "srv/var/lib/apt/lists/x", "" },
	{ "var/lib/apt/listsx/x", "" },
	{ "root/.cache/pip/http/a/b/c", "root/.cache/pip" },
	{ "root/.cache/pip/selfcheck/c.json", "" },
	{ ".cache/pip/x", ".cache/pip" },
	{ "home/a/.cache/pipx/x", "" },
	{ "home/a/.cache/uv/.gitignore", "" },
	{ "opt/miniconda3/pkgs/a.conda", "opt/miniconda3/pkgs" },
	{ "opt/minicond/pkgs/a.conda", "" },
	{ "usr/local/bundle/ruby/3.3.0/cache/a.gem", "usr/local/bundle/ruby/3.3.0/cache" },
	{ "root/.npm/_cacache/index/x", "root/.npm/_cacache" },
	{ "root/go/pkg/mod/cache/download/x", "root/go/pkg/mod" },
	{ "go/pkg/mod/x", "go/pkg/mod" },
	{ "cargo/pkg/mod/x", "" },
	{ "usr/local/cargo/registry/src/x", "usr/local/cargo/registry" },
};

Test(cache_dir, is_where_the_managers_keep_theirs)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_facts head = { 0 }, *f;
	struct tsr_buf path = TSR_BUF_INIT(4096);
	struct tsr_cache_dirs c;
	uint32_t nodes[TSR_ARRAY_LEN(files)];

	for (size_t i = 0; i < TSR_ARRAY_LEN(files); i++)
		nodes[i] = tsr_builder_node(b, tsr_slice_str(files[i].path));
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	tsr_cache_dirs_init(&c, f);
	for (size_t i = 0; i < TSR_ARRAY_LEN(files); i++) {
		uint32_t dir = c.of_node[nodes[i]];

		tsr_buf_reset(&path);
		if (dir != TSR_NONE)
			tsr_facts_path(f, c.list[dir].node, &path);
		cr_expect_str_eq(path.ptr, files[i].dir, "%s: %s", files[i].path, path.ptr);
	}
	tsr_cache_dirs_release(&c);
	tsr_buf_release(&path);
	tsr_facts_free(f);
}
