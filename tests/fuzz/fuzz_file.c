/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "audit/analyse.h"
#include "fuzz/catalogue.h"
#include "fuzz/fuzz.h"
#include "../unit/tar_build.h"

/* A file of a layer: its path, a newline, its content. So every parser of known files, and containers. */

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("etc/passwd\nroot:x:0:0:root:/root:/bin/sh\ntoor::0:0\na:b:c\n+::::::\nx:x:4294967296:-1::/:/bin/sh\n"),
	FUZZ_SEED("etc/shadow\nroot:*:19000:0:99999:7:::\nx::1:::::\ny:!:1\n"),
	FUZZ_SEED("etc/group\nroot:x:0:\nwheel:x:0:a,b\nc:d\n"),
	FUZZ_SEED("var/lib/dpkg/status\nPackage: a\nStatus: install ok installed\nVersion: 1:2-3\nConffiles:\n /etc/a d41d8cd98f00b204e9800998ecf8427e\n"
		  "Description: b\n c\n\nPackage: d\nStatus: deinstall ok config-files\nVersion: 1\n\nVersion: 2\n"),
	FUZZ_SEED("var/lib/dpkg/status.d/a\nPackage: a\nVersion: 1\n"),
	FUZZ_SEED("var/lib/dpkg/info/a.md5sums\nd41d8cd98f00b204e9800998ecf8427e  usr/bin/a\nd41d8cd98f00b204e9800998ecf8427e  ./b c\nzz\n"),
	FUZZ_SEED("lib/apk/db/installed\nC:Q1aaaaaaaaaaaaaaaaaaaaaaaaaaa=\nP:a\nV:1-r0\nF:usr/bin\nR:b\na:0:0:755\nZ:Q1aaaaaaaaaaaaaaaaaaaaaaaaaaa=\n\nV:2\n\n"),
	FUZZ_SEED("usr/lib/python3/dist-packages/a-1.dist-info/METADATA\nMetadata-Version: 2.1\nName: a.b\nVersion: 1\n\nName: c\n"),
	FUZZ_SEED("a-1.dist-info/direct_url.json\n{\"url\":\"file:///x\",\"dir_info\":{\"editable\":true},\"vcs_info\":{\"requested_revision\":\"v1.2\"}}"),
	FUZZ_SEED("a-1.dist-info/RECORD\na/b.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n\"c,d\",md5=x,1\ne,,\n"),
	FUZZ_SEED("app/node_modules/.package-lock.json\n{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\":{\"version\":\"1\",\"dev\":true,"
		  "\"resolved\":\"git+ssh://x\"},\"\":{}}}"),
	FUZZ_SEED("app/package-lock.json\n{\"dependencies\":{\"a\":{\"version\":\"1\",\"dev\":true,\"dependencies\":{\"b\":{\"dev\":true}}}}}"),
	FUZZ_SEED("usr/lib/ruby/gems/specifications/a-b-1.2.gemspec\nx"),
	FUZZ_SEED("usr/bin/script\n#!/usr/bin/env -S python3 -u\n"),
	FUZZ_SEED("var/lib/rpm/Packages\n\0\0\0\0\1\0\0\0\0\0\0\0\x61\x15\6\0\x9\0\0\0\0\x10\0\0\0\x8\0\0\0\0\0\0\0\0\0\0"),
	FUZZ_SEED("var/lib/rpm/Packages.db\nRpmP\0\0\0\0\2\0\0\0\4\0\0\0Slot\1\0\0\0\2\0\0\0\3\0\0\0BlbS\1\0\0\0\1\0\0\0\x10\0\0\0"),
	FUZZ_SEED("var/lib/rpm/rpmdb.sqlite\nSQLite format 3\0\x10\0\1\1\0\x40\x20\x20\0\0\0\2\0\0\0\2"),
	FUZZ_SEED("usr/bin/go\n\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\xff Go buildinf:\x8\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5go1.2\0"),
	FUZZ_SEED("root/.netrc\nmachine a login b password c\nmacdef x\ny\n\ndefault login d\n"),
	FUZZ_SEED("root/.docker/config.json\n{\"auths\":{\"a\":{\"auth\":\"YTpi\"}}}"),
	FUZZ_SEED("app/config.yml\na: {b: [c, d]}\npassword: \"e\"\n- f: |\n  g\n"),
	FUZZ_SEED("app/a.ini\n[default]\naws_secret_access_key = x\n; c\n"),
	FUZZ_SEED("app/web.config\n<configuration><add key=\"password\" value=\"x\"/><!-- y --><![CDATA[z]]></configuration>"),
	FUZZ_SEED("app/a.zip\nPK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0aXPK\1\2\24\0\24\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0"
		  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0aPK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x20\0\0\0\0\0"),
	FUZZ_SEED("app/.git/index\nDIRC\0\0\0\2\0\0\0\1"),
	{ NULL, 0 },
};

static struct tsr_analyser *analyser(void)
{
	static struct tsr_analyser *a;
	struct tsr_err err = TSR_ERR_INIT;

	if (!a)
		a = tsr_analyser_new(catalogue(), &tsr_limits_default, &err);
	if (!a)
		abort();
	return a;
}

static struct tar_build layer_of(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t n = end ? (size_t)(end - data) : size, skip = end ? n + 1 : n;
	struct tar_build t = { NULL, 0 };
	char path[100] = "";

	memcpy(path, data, n < sizeof(path) - 1 ? n : sizeof(path) - 1);
	tb_octal(tb_header(&t, path, '0', size - skip) + 100, 8, 0755);
	tb_sum(t.p);
	tb_data(&t, data + skip, size - skip);
	tb_end(&t);
	return t;
}

/* What a cache would keep is the same when it is read again. */
static void expect_kept(const struct tsr_facts *f)
{
	struct tsr_buf bytes = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), again = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_facts *copy;

	if (tsr_facts_write(f, &bytes))
		return; /* larger than that */
	copy = tsr_facts_read(tsr_buf_slice(&bytes), &err);
	if (!copy || tsr_facts_write(copy, &again) || !tsr_slice_eq(tsr_buf_slice(&bytes), tsr_buf_slice(&again)))
		abort();
	tsr_facts_free(copy);
	tsr_buf_release(&bytes);
	tsr_buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tar_build t = layer_of(data, size);
	struct tsr_memory_reader memory;
	struct tsr_analysis_input input = { .in = tsr_memory_reader(&memory, t.p, t.len), .chunk_size = 4096 };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_analysis out;

	if (tsr_analyse(analyser(), &input, &out, &err))
		abort();
	/* Every byte was looked at, or the ledger says which was not. */
	if (out.facts->content + out.facts->framing + out.facts->skipped != out.facts->unpacked)
		abort();
	expect_kept(out.facts);
	tsr_facts_free(out.facts);
	free(out.json);
	tb_free(&t);
	return 0;
}
