/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include "analyse_build.h"

#define RULE "package/python-dev"

/* Files of one layer, and the names (PEP 503 aside) that are development packages in it. */
struct layer {
	const char *what;
	const char *files[6][2]; /* path, content */
	const char *found;       /* messages, ", " between; "" for none */
};

static const struct layer layers[] = {
	{ "dist-info with METADATA",
	  { { "usr/lib/python3/site-packages/pytest-8.1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pytest\nVersion: 8.1.0\n\nText\n" },
	    { "usr/lib/python3/site-packages/pytest-8.1.0.dist-info/RECORD", "x\n" } },
	  "pytest 8.1.0 is installed" },
	{ "dist-info without METADATA", { { "a/pytest-8.1.0.dist-info/RECORD", "x" } }, "pytest 8.1.0 is installed" },
	{ "a folder alone", { { "a/pytest-8.1.0.dist-info/", NULL } }, "pytest 8.1.0 is installed" },
	{ "egg-info folder",
	  { { "a/nose-1.3.7.egg-info/PKG-INFO", "Name: nose\nVersion: 1.3.7\n" }, { "a/nose-1.3.7.egg-info/SOURCES.txt", "x" } },
	  "nose 1.3.7 is installed" },
	{ "egg-info file", { { "a/nose-1.3.7-py3.11.egg-info", "Name: nose\nVersion: 1.3.7\n" } }, "nose 1.3.7 is installed" },
	{ "egg-info file of nothing", { { "a/nose-1.3.7-py3.11.egg-info", "" } }, "nose 1.3.7 is installed" },
	{ "egg-info of a checkout", { { "src/pytest.egg-info/PKG-INFO", "Name: pytest\nVersion: 8.0.dev1\n" } }, "pytest 8.0.dev1 is installed" },
	{ "an unpacked egg", { { "a/nose-1.3.7-py3.egg/EGG-INFO/PKG-INFO", "Name: nose\nVersion: 1\n" }, { "a/nose-1.3.7-py3.egg/nose/x", "" } },
	  "nose 1 is installed" },
	{ "an egg", { { "a/nose-1.3.7-py3.6.egg", "PK" } }, "nose 1.3.7 is installed" },
	{ "no egg", { { "a/nose-1.3.7.egg", "" }, { "a/nose-1.3.7-py3.6.egg/nose/x", "" }, { "a/nose-1-py3.egg.txt", "" } }, "" },
	{ "another name in METADATA",
	  { { "a/innocent-1.0.dist-info/METADATA", "Name: pytest\nVersion: 8\n" } },
	  "pytest 8 is installed" },
	{ "an innocent name in METADATA",
	  { { "a/pytest-1.0.dist-info/METADATA", "Name: innocent\nVersion: 1.0\n" } },
	  "pytest 1.0 is installed" },
	{ "pip install --target", { { "opt/app/lib/tox-4.1.dist-info/METADATA", "Name: tox\nVersion: 4.1\n" } }, "tox 4.1 is installed" },
	{ "at the top", { { "tox-4.1.dist-info/METADATA", "Name: tox\nVersion: 4.1\n" } }, "tox 4.1 is installed" },
	{ "vendored", { { "a/setuptools/_vendor/pytest-8.dist-info/METADATA", "Name: pytest\nVersion: 8\n" } }, "pytest 8 is installed" },
	{ "PEP 503 in METADATA", { { "a/Pytest_Cov-4.0.dist-info/METADATA", "Name: Pytest__.-Cov\nVersion: 4.0\n" } }, "Pytest__.-Cov 4.0 is installed" },
	{ "PEP 503 in the folder", { { "a/Pytest.Cov-4.0.dist-info/RECORD", "" } }, "Pytest.Cov 4.0 is installed" },
	{ "a '-' in an old folder's name", { { "a/pytest-cov-4.0.dist-info/RECORD", "" } }, "pytest-cov 4.0 is installed" },
	{ "a longer name", { { "a/nose-like-thing-4.0.dist-info/RECORD", "" } }, "" },
	{ "a name that is not listed", { { "a/requests-2.0.dist-info/METADATA", "Name: requests\nVersion: 2.0\n" } }, "" },
	{ "header in any case, with spaces and CR",
	  { { "a/x-1.dist-info/METADATA", "metadata-version: 2.1\r\nNAME:   pytest  \r\nversion:8\r\n" } },
	  "pytest 8 is installed" },
	{ "a name in the body only", { { "a/x-1.dist-info/METADATA", "Version: 1\n\nName: pytest\n" } }, "" },
	{ "a second METADATA below",
	  { { "a/tox-1.dist-info/METADATA", "Name: tox\nVersion: 1\n" }, { "a/tox-1.dist-info/sboms/METADATA", "Name: innocent\nVersion: 2\n" } },
	  "tox 1 is installed" },
	{ "two copies", { { "a/tox-1.dist-info/METADATA", "Name: tox\nVersion: 1\n" }, { "b/tox-2.dist-info/METADATA", "Name: tox\nVersion: 2\n" } },
	  "tox 1 is installed, tox 2 is installed" },
	{ "a file with such a word in its name", { { "a/pytest-8.dist-info.txt", "x" }, { "a/xdist-info/METADATA", "Name: pytest\n" } }, "" },
	{ "a suffix alone", { { "a/.dist-info/METADATA", "" }, { ".egg-info", "" } }, "" },
	{ "METADATA of nobody", { { "a/METADATA", "Name: pytest\nVersion: 8\n" } }, "" },
	{ "binary METADATA", { { "a/x-1.dist-info/METADATA", "\xff\xfe\x01Name: pytest\n" } }, "" },
	{ "escapes in a version", { { "a/x-1.dist-info/METADATA", "Name: pytest\nVersion: 8\x1b[31m\n" } }, "pytest 8\\x1b[31m is installed" },
	{ "a whiteout", { { "a/.wh.pytest-8.dist-info", "" } }, "" },
};

static void add_layer(struct tar_build *t, const struct layer *l)
{
	for (size_t k = 0; k < 6 && l->files[k][0]; k++)
		if (l->files[k][1])
			tb_file(t, l->files[k][0], l->files[k][1]);
		else
			tb_header(t, l->files[k][0], '5', 0);
	tb_end(t);
}

Test(inspect_python, finds_distributions_wherever_they_are)
{
	struct tsr_buf found = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(layers); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		b.chunk = i % 2 ? 1024 : TSR_CHUNK_SIZE;
		add_layer(&t, &layers[i]);
		f = facts_of(&b, &t);
		tsr_buf_reset(&found);
		for (uint32_t k = 0; k < f->n_raws; k++)
			if (!strcmp(raw_id(b.rs, &f->raws[k]), RULE))
				tsr_buf_printf(&found, "%s%s", found.len ? ", " : "", tsr_facts_text(f, f->raws[k].message));
		cr_expect_str_eq(found.ptr, layers[i].found, "%s: %s", layers[i].what, found.ptr);
		tsr_facts_free(f);
	}
	tsr_buf_release(&found);
	bench_free(&b);
}

Test(inspect_python, lists_every_distribution_once)
{
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	char name[80];
	struct tsr_facts *f;
	uint32_t n = 0;

	for (unsigned i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "lib/package%u-1.%u.dist-info/METADATA", i, i);
		tb_file(&t, name, "Version: 3\n");
		snprintf(name, sizeof(name), "lib/package%u-1.%u.dist-info/RECORD", i, i);
		tb_file(&t, name, "");
	}
	tb_end(&t);
	f = facts_of(&b, &t);
	for (uint32_t i = 0; i < f->n_extracts; i++) {
		cr_expect_eq(f->extracts[i].kind, (uint32_t)TSR_EXTRACT_PACKAGE);
		snprintf(name, sizeof(name), "package%u", n++);
		cr_expect_str_eq(tsr_facts_text(f, f->extracts[i].a), name);
	}
	cr_expect_eq(n, 300);
	tsr_facts_free(f);
	bench_free(&b);
}
