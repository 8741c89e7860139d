/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_packages.h"

#include "analyse_build.h"
#include "inspect/packages.h"
#include "rule/package_name.h"

/* "ecosystem name version flags" of what a layer of one file has, "; " between. */
static void tell_packages(const struct tsr_facts *f, struct tsr_buf *out)
{
	tsr_buf_reset(out);
	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];

		if (x->kind != TSR_EXTRACT_PACKAGE)
			continue;
		tsr_buf_printf(out, "%s%s %s %s", out->len ? "; " : "", tsr_ecosystem_names[x->x], tsr_facts_text(f, x->a),
			       tsr_facts_text(f, x->b));
		if (x->y)
			tsr_buf_printf(out, " %llu", (unsigned long long)x->y);
	}
}

static const struct {
	const char *path, *content, *found;
	unsigned malformed;
} lists[] = {
	{ "var/lib/dpkg/status",
	  "Package: gcc\nStatus: install ok installed\nVersion: 4:12.2.0-3\nDescription: x\n a\n .\n\nPackage: gone\n"
	  "Status: deinstall ok config-files\nVersion: 1\n\nPackage: last\nStatus: hold ok installed\nVersion: 2",
	  "dpkg gcc 4:12.2.0-3; dpkg last 2", 0 },
	{ "var/lib/dpkg/status", "package: a\nversion: 1\n \n\n\nPackage: b\n", "dpkg a 1; dpkg b ", 0 },
	{ "var/lib/dpkg/status", "Package: a\nVersion: 1\nnonsense\n\nVersion: 3\n\nPackage: b\nVersion: 2\n", "dpkg a 1; dpkg b 2", 1 },
	{ "var/lib/dpkg/status", "\x7f" "ELF\x01\x02", "", 1 },
	{ "var/lib/dpkg/status", "", "", 0 },
	{ "var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36\nArchitecture: amd64\n", "dpkg libc6 2.36", 0 },
	{ "var/lib/dpkg/status.d/libc6.md5sums", "00  usr/lib/a\n", "", 1 },
	{ "var/lib/dpkg/status.d/a/b", "Package: libc6\n", "", 0 },
	{ "srv/var/lib/dpkg/status", "Package: libc6\n", "", 0 },
	{ "lib/apk/db/installed", "C:Q1x\nP:musl\nV:1.2.5-r0\nA:x86_64\n\nP:gcc\nV:13\nF:usr\n", "apk musl 1.2.5-r0; apk gcc 13", 0 },
	{ "usr/lib/apk/db/installed", "P:musl\nV:1\n\n\n", "apk musl 1", 0 },
	{ "usr/local/bundle/ruby/3.3.0/specifications/aws-sdk-s3-1.2.3.gemspec", "x", "ruby aws-sdk-s3 1.2.3", 0 },
	{ "var/lib/gems/3.1.0/specifications/nokogiri-1.16.0-x86_64-linux.gemspec", "", "ruby nokogiri 1.16.0", 0 },
	{ "usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec", "x", "ruby json 2.6", 0 },
	{ "opt/conda/conda-meta/gcc_linux-64-12.3.0-h6477408_3.json", "{", "conda gcc_linux-64 12.3.0", 0 },
	{ "opt/conda/conda-meta/history", "x", "", 0 },
	{ "opt/conda/conda-meta/odd-1.json", "x", "", 0 },
	{ "a/specifications/foo-2fa-1.0.0.rc1.gemspec", "", "ruby foo-2fa 1.0.0.rc1", 0 },
	{ "a/specifications/bar-2-compat-1.0.gemspec", "", "ruby bar-2-compat 1.0", 0 },
	{ "a/specifications/plat-1-x86_64-darwin-19.gemspec", "", "ruby plat 1", 0 },
	{ "srv/specifications/odd.gemspec", "x", "", 0 },
	{ "srv/app/mine-1.0.gemspec", "x", "", 0 },
	{ "app/node_modules/.package-lock.json",
	  "{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":{\"version\":\"1\"},\"node_modules/a/node_modules/@s/b\":"
	  "{\"version\":\"2\",\"dev\":true},\"node_modules/c\":{\"resolved\":\"packages/c\",\"link\":true},\"packages/c\":{\"version\":"
	  "\"3\"},\"node_modules/d\":{\"version\":\"4\",\"resolved\":\"git+ssh://git@host/d.git#0\",\"devOptional\":true},"
	  "\"node_modules/e\":{\"version\":\"5\",\"resolved\":\"file:e.tgz\"},\"node_modules/f\":7}}",
	  "node a 1; node @s/b 2 1; node c  8; node d 4 4; node e 5 8; node f ", 0 },
	{ "app/node_modules/.package-lock.json", "{\"packages\":", "", 1 },
	{ "app/node_modules/.package-lock.json", "[]", "", 1 },
	{ "app/node_modules/.package-lock.json", "{\"packages\":{}}", "", 0 },
	{ "app/.package-lock.json", "{\"packages\":{\"node_modules/a\":{}}}", "", 0 },
	{ "app/package-lock.json", "{\"packages\":{\"node_modules/a\":{\"dev\":true}}}", "", 0 },
	{ "app/package-lock.json", "no JSON", "", 1 },
	{ "app/node_modules/a/package-lock.json", "no JSON", "", 0 },
	{ "v/site-packages/My_App-1.0-py3.6.egg/EGG-INFO/PKG-INFO", "Name: my-app\nVersion: 1.0\n", "python my-app 1.0", 0 },
	{ "v/site-packages/My_App-1.0-py3.6.egg", "PK", "python My_App 1.0", 0 },
	{ "v/site-packages/a.egg-info.egg", "", "", 0 },
	{ "v/a-1.0-py3.6.egg/a/x", "", "", 0 },
	{ "app/node_modules/@s/b/package.json", "{\"name\":\"@s/real\",\"version\":\"2\"}", "node @s/real 2", 0 },
	{ "app/node_modules/.pnpm/a@1/node_modules/a/package.json", "{\"version\":\"1\"}", "node a 1", 0 },
	{ "a/node_modules/.pnpm/@s+c@git+https+++h+c#0/node_modules/@s/c/package.json", "{\"version\":\"1\"}", "node @s/c 1 4", 0 },
	{ "a/node_modules/.pnpm/d@file+d/node_modules/d/package.json", "{\"version\":\"1\"}", "node d 1 8", 0 },
	{ "app/node_modules/e/package.json", "\xef\xbb\xbf{\"version\":\"5\"}", "node e 5", 0 },
	{ "app/node_modules/a/test/package.json", "{\"name\":\"b\",\"version\":\"2\"}", "", 0 },
	{ "app/node_modules/a/package.json", "{\"type\":\"module\"}", "", 0 },
	{ "app/package.json", "{\"name\":\"app\",\"version\":\"1\",\"devDependencies\":7}", "", 0 },
	{ "lib/apk/db/installed", "P:musl\nV:1\nxx\n\nV:1\n\n", "apk musl 1", 1 },
};

Test(inventory, lists_say_what_is_installed)
{
	struct tsr_buf found = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(lists); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		b.chunk = i % 2 ? 1024 : TSR_CHUNK_SIZE;
		tb_file(&t, lists[i].path, lists[i].content);
		tb_end(&t);
		f = facts_of(&b, &t);
		tell_packages(f, &found);
		cr_expect_str_eq(found.ptr, lists[i].found, "%s (%zu): %s", lists[i].path, i, found.ptr);
		cr_expect_eq(raws_of(&b, f, "package/database-malformed", NULL), lists[i].malformed, "%s (%zu)", lists[i].path, i);
		cr_expect_eq(f->n_skips, lists[i].malformed, "%s (%zu)", lists[i].path, i);
		tsr_facts_free(f);
	}
	tsr_buf_release(&found);
	bench_free(&b);
}

Test(inventory, names_are_those_of_their_ecosystem)
{
	static const struct {
		enum tsr_ecosystem eco;
		const char *written, *normal;
	} names[] = {
		{ TSR_ECO_PYTHON, "Foo__.-Bar", "foo-bar" },
		{ TSR_ECO_NODE, "@Types/node", "@types/node" },
		{ TSR_ECO_DPKG, "libstdc++6", "libstdc++6" },
		{ TSR_ECO_GO, "github.com/Foo/bar_baz", "github.com/foo/bar_baz" },
	};
	static const struct {
		const char *pattern, *name;
		bool match;
	} matches[] = {
		{ "gcc", "gcc", true },		 { "gcc", "gcc-12", false },	     { "gcc-??", "gcc-12", true },
		{ "gcc-??", "gcc-12-base", false }, { "*-dev", "libc6-dev", true },  { "*-dev", "libdev", false },
		{ "*-dev", "libc6-dev-bin", false }, { "a*b*c", "axxbyybc", true },  { "a*b*c", "axxbyyb", false },
		{ "*", "", true },		 { "a*", "a", true },		     { "?", "", false },
		{ "pytest-*", "pytest-cov", true },
	};
	static const struct {
		const char *pattern;
		uint32_t ecosystems;
		bool normal;
	} normals[] = {
		{ "g++", 1u << TSR_ECO_DPKG, true },   { "g++", 1u << TSR_ECO_PYTHON, false },
		{ "G", 1u << TSR_ECO_DPKG, false },    { "a b", 1u << TSR_ECO_APK, false },
		{ "*", 1u << TSR_ECO_APK, false },     { "a-*", 1u << TSR_ECO_PYTHON, true },
		{ "a--b", 1u << TSR_ECO_PYTHON, false }, { "-a", 1u << TSR_ECO_PYTHON, false },
		{ "@types/*", 1u << TSR_ECO_NODE, true }, { "g++", 1u << TSR_ECO_DPKG | 1u << TSR_ECO_PYTHON, true },
	};
	char normal[TSR_PACKAGE_NAME_MAX];

	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++) {
		tsr_package_normalise(names[i].eco, tsr_slice_str(names[i].written), normal);
		cr_expect_str_eq(normal, names[i].normal);
	}
	for (size_t i = 0; i < TSR_ARRAY_LEN(matches); i++)
		cr_expect_eq(tsr_package_name_match(matches[i].pattern, matches[i].name), matches[i].match, "%s %s",
			     matches[i].pattern, matches[i].name);
	for (size_t i = 0; i < TSR_ARRAY_LEN(normals); i++)
		cr_expect_eq(tsr_package_name_normal(normals[i].pattern, normals[i].ecosystems), normals[i].normal, "%s",
			     normals[i].pattern);
}

static const struct {
	const char *lock, *found;
} locks[] = {
	{ "{\"packages\":{\"\":{\"dev\":true},\"node_modules/a\":{\"version\":\"1\"},\"node_modules/a/node_modules/b\":{\"version\":\"2\",\"dev\":true}}}",
	  "node_modules/a/node_modules/b 2" },
	{ "{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"1\",\"dependencies\":{\"b\":{\"version\":\"2\",\"dev\":true}}},\"@s/c\":{\"dev\":true}}}",
	  "node_modules/a/node_modules/b 2; node_modules/@s/c " },
	{ "{}", "" },
};

Test(inventory, a_lock_file_says_what_is_for_development)
{
	struct tsr_buf found = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(locks); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		tb_file(&t, "app/package-lock.json", locks[i].lock);
		tb_end(&t);
		f = facts_of(&b, &t);
		tsr_buf_reset(&found);
		for (uint32_t k = 0; k < f->n_extracts; k++) {
			cr_expect_eq(f->extracts[k].kind, (uint32_t)TSR_EXTRACT_LOCKED);
			tsr_buf_printf(&found, "%s%s %s", found.len ? "; " : "", tsr_facts_text(f, f->extracts[k].a),
				       tsr_facts_text(f, f->extracts[k].b));
		}
		cr_expect_str_eq(found.ptr, locks[i].found, "%zu: %s", i, found.ptr);
		tsr_facts_free(f);
	}
	tsr_buf_release(&found);
	bench_free(&b);
}

Test(inventory, a_lock_file_of_npm_6_may_nest_deeply)
{
	struct tsr_buf lock = TSR_BUF_INIT(1u << 20);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;

	for (unsigned i = 0; i < 900; i++)
		tsr_buf_adds(&lock, "{\"dependencies\":{\"a\":");
	tsr_buf_adds(&lock, "{\"dev\":true}");
	for (unsigned i = 0; i < 900; i++)
		tsr_buf_adds(&lock, "}}");
	tb_file(&t, "app/package-lock.json", lock.ptr);
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(f->n_extracts, 0u);
	tsr_facts_free(f);
	tsr_buf_release(&lock);
	bench_free(&b);
}

/* An ELF file with a segment of data at 0x2008, in which the information stands at its second multiple of 16. */
static size_t make_program(unsigned char *p, size_t cap, bool wide, bool relro, const char *modules, unsigned flags)
{
	const size_t at = 0x2020, n = strlen(modules);
	const char *version = "go1.22.1";
	size_t len = at + 32;

	memset(p, 0, cap);
	memcpy(p, "\x7f" "ELF", 4);
	p[4] = wide ? 2 : 1;
	p[5] = 1;
	p[wide ? 0x20 : 0x1c] = 64; /* program headers */
	p[wide ? 0x36 : 0x2a] = wide ? 56 : 32;
	p[wide ? 0x38 : 0x2c] = 2;
	p[64] = 1; /* PT_LOAD, read and execute */
	p[wide ? 68 : 64 + 24] = 5;
	if (relro) { /* data that is constant once it is loaded, at 0x1000 */
		p[wide ? 68 : 64 + 24] = 6;
		p[wide ? 73 : 69] = 0x10;
		p[wide ? 64 + 33 : 64 + 17] = 1;
	}
	p += wide ? 56 : 32;
	p[64] = 1; /* read and write */
	p[wide ? 68 : 64 + 24] = 6;
	p[wide ? 72 : 68] = 0x08;
	p[wide ? 73 : 69] = 0x20;
	p[wide ? 64 + 33 : 64 + 17] = 0x40; /* 0x4000 bytes */
	p -= wide ? 56 : 32;
	memcpy(p + at, "\xff Go buildinf:", 14);
	p[at + 14] = 8;
	p[at + 15] = (unsigned char)flags;
	p[len++] = (unsigned char)strlen(version);
	memcpy(p + len, version, strlen(version));
	len += strlen(version);
	p[len++] = (unsigned char)((n + 32) & 0x7f) | 0x80;
	p[len++] = (unsigned char)((n + 32) >> 7);
	memcpy(p + len + 16, modules, n);
	return cap;
}

Test(inventory, a_go_program_says_what_it_is_made_of)
{
	static const char modules[] = "path\texample.com/a/cmd\nmod\texample.com/a\tv1.0.0\t\ndep\tgithub.com/x/y\tv0.1.0\th1:x=\n"
				      "dep\tgithub.com/old/z\tv1.0.0\n=>\tgithub.com/new/z\tv2.0.0\th1:y=\n"
				      "dep\texample.com/b\tv1.2.0\n=>\t../b\t(devel)\t\nbuild\t-compiler=gc\n";
	static const char found_all[] = "go stdlib 1.22.1; go example.com/a v1.0.0; go github.com/x/y v0.1.0; go github.com/new/z v2.0.0; "
				       "go example.com/b v1.2.0 8";
	static const struct {
		size_t chunk;
		bool wide, relro;
		unsigned flags;
		const char *found;
	} table[] = {
		{ TSR_CHUNK_SIZE, true, false, 2, found_all }, { 1024, true, true, 2, found_all },
		{ 1024, false, true, 2, found_all },	       { TSR_CHUNK_SIZE, true, false, 0, "" },
	};
	struct tsr_buf found = TSR_BUF_INIT(4096);
	struct bench b = bench_new();
	unsigned char *p = tsr_xcalloc(1, 0x8000);

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;
		size_t n = make_program(p, 0x8000, table[i].wide, table[i].relro, modules, table[i].flags);

		b.chunk = table[i].chunk;
		tb_header(&t, "usr/bin/tool", '0', n);
		tb_data(&t, p, n);
		tb_file(&t, "usr/bin/other", "text");
		tb_end(&t);
		f = facts_of(&b, &t);
		tell_packages(f, &found);
		cr_expect_str_eq(found.ptr, table[i].found, "%zu: %s", i, found.ptr);
		cr_expect_eq(f->n_skips, *table[i].found ? 0u : 1u, "%zu", i);
		tsr_facts_free(f);
	}
	free(p);
	tsr_buf_release(&found);
	bench_free(&b);
}

#define INFO "v/site-packages/app-1.0.dist-info/"

static const struct {
	const char *files[3][2];
	const char *found;
	enum tsr_severity severity;
} origins[] = {
	{ { { INFO "METADATA", "Name: app\nVersion: 1.0\n" } }, "", TSR_INFO },
	{ { { INFO "direct_url.json", "{\"url\":\"file:///app\",\"dir_info\":{\"editable\":true}}" } },
	  "app 1.0 is installed as a link to its source", TSR_LOW },
	{ { { INFO "direct_url.json", "{\"url\":\"file:///app\",\"dir_info\":{}}" } }, "app 1.0 was installed from a folder or a file", TSR_INFO },
	{ { { INFO "direct_url.json", "{\"url\":\"file:///dist/a.whl\",\"archive_info\":{}}" } },
	  "app 1.0 was installed from a folder or a file", TSR_INFO },
	{ { { INFO "direct_url.json", "{\"url\":\"https://host/a.whl\",\"archive_info\":{}}" } }, "", TSR_INFO },
	{ { { INFO "direct_url.json", "{\"url\":\"https://host/a\",\"vcs_info\":{\"vcs\":\"git\",\"commit_id\":\"0123456789abcdef\"}}" } },
	  "app 1.0 was installed from a repository, at a branch", TSR_MEDIUM },
	{ { { INFO "direct_url.json", "{\"vcs_info\":{\"requested_revision\":\"0123456789abcdef\"}}" } },
	  "app 1.0 was installed from a repository, at a commit or tag", TSR_LOW },
	{ { { INFO "direct_url.json", "{\"vcs_info\":{\"requested_revision\":\"v1.4\"}}" } },
	  "app 1.0 was installed from a repository, at a commit or tag", TSR_LOW },
	{ { { INFO "direct_url.json", "{\"vcs_info\":" } }, "", TSR_INFO },
	{ { { "v/direct_url.json", "{\"vcs_info\":{}}" } }, "", TSR_INFO },
	{ { { "v/site-packages/My-App.egg-link", "/src\n." } }, "My-App is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/__editable__.my_app-0.1.pth", "/src\n" } }, "my_app is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/_editable_impl_my_app.pth", "/src\n" } }, "my_app is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/my.pth", "import _my_editable_loader\n" } }, "my is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/easy-install.pth", "#\n./a-1-py3.6.egg\n/v/site-packages/b\n../../src/./a/\n" } },
	  "/src/a is where Python is told to look for packages as well", TSR_LOW },
	{ { { "v/site-packages/distutils-precedence.pth", "import os; os.getcwd()\n/usr/lib/python3/dist-packages\n." } }, "", TSR_LOW },
	{ { { "v/model.pth", "/src\n" } }, "", TSR_LOW },
	{ { { "v/site-packages/app.pth", "/src\n" }, { INFO "direct_url.json", "{\"dir_info\":{\"editable\":true}}" } },
	  "app 1.0 is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/easy-install.pth", "/src\n" }, { "v/site-packages/App.egg-link", "/src\n." } },
	  "App is installed as a link to its source", TSR_LOW },
	{ { { "v/site-packages/__editable__.App-1.0.pth", "/src\n" },
	    { INFO "direct_url.json", "{\"dir_info\":{\"editable\":true}}" } },
	  "app 1.0 is installed as a link to its source", TSR_LOW },
};

Test(inventory, a_distribution_says_where_it_came_from)
{
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(origins); i++) {
		const struct tsr_raw *raw = NULL;
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		for (size_t k = 0; k < 3 && origins[i].files[k][0]; k++)
			tb_file(&t, origins[i].files[k][0], origins[i].files[k][1]);
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_expect_eq(raws_of(&b, f, "package/python-unpinned", &raw), *origins[i].found != 0, "%zu", i);
		if (raw) {
			cr_expect_str_eq(tsr_facts_text(f, raw->message), origins[i].found, "%zu", i);
			cr_expect_eq(raw->severity, origins[i].severity, "%zu", i);
		}
		tsr_facts_free(f);
	}
	bench_free(&b);
}

/* --- what layers make of them --- */

#define STATUS "var/lib/dpkg/status"
#define LOCK "srv/node_modules/.package-lock.json"
#define LAYERS 4

struct image {
	const char *layers[LAYERS][3]; /* path, or ".wh." and the path; names with versions */
	enum tsr_ecosystem eco;
	const char *packages;          /* "name version layer", "-gone_in" behind; "; " between */
};

static const struct image images[] = {
	{ { { STATUS, "a 1 b 1" }, { STATUS, "a 1 b 1 c 1" } }, TSR_ECO_DPKG, "a 1 0; b 1 0; c 1 1" },
	{ { { STATUS, "a 1" }, { STATUS, "a 1 gcc 1" }, { STATUS, "a 1" } }, TSR_ECO_DPKG, "a 1 0; gcc 1 1-2" },
	{ { { STATUS, "a 1" }, { STATUS, "a 2" } }, TSR_ECO_DPKG, "a 2 1" },
	{ { { STATUS, "a 1" }, { STATUS, "b 1" }, { STATUS, "a 1" } }, TSR_ECO_DPKG, "a 1 2; b 1 1-2" },
	{ { { STATUS, "a 1" }, { ".wh." STATUS, NULL } }, TSR_ECO_DPKG, "a 1 0" },
	{ { { LOCK, "a 1" }, { ".wh." LOCK, NULL } }, TSR_ECO_NODE, "a 1 0-1" },
	{ { { LOCK, "a 1 a 2" }, { LOCK, "a 1 a 2 a 3" } }, TSR_ECO_NODE, "a 1 0; a 2 0; a 3 1" },
	{ { { LOCK, "a 1 a 2" }, { LOCK, "b 1" } }, TSR_ECO_NODE, "b 1 1; a 1 0-1; a 2 0-1" },
	{ { { "x", "" }, { "y", "" } }, TSR_ECO_NODE, "" },
};

static struct tsr_facts *layer_of(const char *const row[3], enum tsr_ecosystem eco)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_slice rest = tsr_slice_str(row[1]), name, version;
	struct tsr_facts head = { 0 }, *f;
	bool gone = !strncmp(row[0], ".wh.", 4);
	struct tsr_entry e = { .type = '0', .flags = gone ? TSR_ENTRY_WHITEOUT : 0 };
	uint32_t entry;

	e.node = tsr_builder_node(b, tsr_slice_str(row[0] + (gone ? 4 : 0)));
	entry = tsr_builder_add_entry(b, &e);
	while (tsr_slice_next(&rest, ' ', &name) && tsr_slice_next(&rest, ' ', &version)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_PACKAGE, .entry = entry, .x = eco };

		x.a = tsr_builder_text(b, name);
		x.b = tsr_builder_text(b, version);
		tsr_builder_add_extract(b, &x);
	}
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	return f;
}

static void tell_image(const struct image *im, size_t max, struct tsr_buf *out, bool *limited)
{
	struct tsr_facts *own[LAYERS] = { NULL };
	const struct tsr_facts *facts[LAYERS] = { NULL };
	struct tsr_rootfs *rootfs = tsr_rootfs_new();
	struct tsr_image_packages p;
	uint32_t n = 0;

	for (; n < LAYERS && im->layers[n][0]; n++) {
		facts[n] = own[n] = layer_of(im->layers[n], im->eco);
		tsr_rootfs_add(rootfs, own[n]);
	}
	tsr_rootfs_settle(rootfs);
	tsr_image_packages_init(&p, rootfs, facts, n, max);
	tsr_buf_reset(out);
	for (size_t i = 0; i < p.n; i++) {
		const struct tsr_image_package *k = &p.list[i];

		tsr_buf_printf(out, "%s%s %s %u", out->len ? "; " : "", k->name, k->version, k->layer);
		if (k->gone_in != TSR_NONE)
			tsr_buf_printf(out, "-%u", k->gone_in);
	}
	*limited = p.limited;
	tsr_image_packages_release(&p);
	tsr_rootfs_free(rootfs);
	for (uint32_t i = 0; i < n; i++)
		tsr_facts_free(own[i]);
}

Test(inventory, a_package_is_of_the_layer_that_brought_it)
{
	struct tsr_buf told = TSR_BUF_INIT(4096);
	bool limited;

	for (size_t i = 0; i < TSR_ARRAY_LEN(images); i++) {
		tell_image(&images[i], 100, &told, &limited);
		cr_expect_str_eq(told.ptr, images[i].packages, "%zu: %s", i, told.ptr);
		cr_expect(!limited);
	}
	tell_image(&images[0], 2, &told, &limited);
	cr_expect(limited, "more records than are looked at");
	tsr_buf_release(&told);
}
