/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/packages.h"

#include "analyse_build.h"
#include "base/base64.h"
#include "base/filehash.h"

/* A line of a test's content: hexadecimal of these 16 bytes. */
static const uint8_t digest16[TSR_FILEHASH_BYTES] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
						      0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe };

static const char *hex(char out[33])
{
	for (size_t i = 0; i < TSR_FILEHASH_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02x", digest16[i]);
	return out;
}

/* The same, and zeros up to n bytes, as base64. */
static const char *base64(size_t n, char out[64])
{
	uint8_t digest[33] = { 0 };

	memcpy(digest, digest16, sizeof(digest16));
	out[tsr_base64_encode(digest, n, out)] = '\0';
	return out;
}

static void add_file(struct tar_build *t, const char *name, struct tsr_slice content)
{
	tb_header(t, name, '0', content.len);
	tb_data(t, content.ptr, content.len);
}

static const struct tsr_extract *record_of(const struct tsr_facts *f, uint32_t kind, const char *path)
{
	for (uint32_t i = 0; i < f->n_extracts; i++)
		if (f->extracts[i].kind == kind && f->extracts[i].x == tsr_packages_path_hash(tsr_slice_str(path)))
			return &f->extracts[i];
	return NULL;
}

static uint32_t count(const struct tsr_facts *f, uint32_t kind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_extracts; i++)
		n += f->extracts[i].kind == kind;
	return n;
}

static void expect_record(const struct tsr_facts *f, uint32_t kind, const char *path, const char *package)
{
	const struct tsr_extract *x = record_of(f, kind, path);
	uint64_t hi, lo;

	cr_assert(x, "%s", path);
	tsr_packages_pack(digest16, &hi, &lo);
	cr_expect_eq(x->y, hi, "%s", path);
	cr_expect_eq(x->z, lo, "%s", path);
	cr_expect_str_eq(tsr_facts_text(f, x->a), package);
}

Test(packages, digests_are_those_of_the_managers)
{
	static const uint8_t known[][4] = {
		[TSR_FILEHASH_MD5] = { 0x90, 0x01, 0x50, 0x98 },
		[TSR_FILEHASH_SHA1] = { 0xa9, 0x99, 0x3e, 0x36 },
		[TSR_FILEHASH_SHA256] = { 0xba, 0x78, 0x16, 0xbf },
	};
	const struct tsr_slice parts[] = { TSR_SLICE("a"), TSR_SLICE_NONE, TSR_SLICE("bc") };
	uint8_t out[TSR_FILEHASH_BYTES];

	for (int alg = TSR_FILEHASH_MD5; alg < TSR_FILEHASHES; alg++) {
		cr_assert(tsr_filehash((enum tsr_filehash_alg)alg, parts, 3, out));
		cr_expect_arr_eq(out, known[alg], 4, "%d", alg);
	}
}

Test(packages, merged_directories_are_one)
{
	static const struct {
		const char *a, *b;
		bool same;
	} table[] = {
		{ "usr/bin/sh", "bin/sh", true },	{ "usr/lib/x/y.so", "lib/x/y.so", true },
		{ "usr/sbin/a", "sbin/a", true },	{ "usr/lib64/a", "lib64/a", true },
		{ "usr/share/a", "share/a", false },	{ "usr/bin/a", "usr/bin/b", false },
		{ "usr/local/bin/a", "bin/a", false },	{ "usr/libexec/a", "libexec/a", false },
		{ "usr/bin", "bin", false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++)
		cr_expect_eq(tsr_packages_path_hash(tsr_slice_str(table[i].a)) ==
				     tsr_packages_path_hash(tsr_slice_str(table[i].b)),
			     table[i].same, "%s %s", table[i].a, table[i].b);
}

Test(packages, dpkg_says_what_it_installed)
{
	struct tsr_buf sums = TSR_BUF_INIT(4096), status = TSR_BUF_INIT(4096);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	char md5[33];

	hex(md5);
	tsr_buf_printf(&sums, "%s  usr/bin/a b\n%s  ./usr/lib/c\nnonsense\n%.31s  usr/bin/short\n%s  \n%.31sG  usr/bin/odd\n%s  usr/bin/last",
		       md5, md5, md5, md5, md5, md5);
	tsr_buf_printf(&status,
		       "Package: one\nStatus: install ok installed\nConffiles:\n /etc/one.conf %s\n /etc/gone %s obsolete\n"
		       " /etc/new newconffile\n /etc/a b %s remove-on-upgrade\nDescription: x\n /etc/text %s\n\n"
		       "Package: two\nConffiles:\n /etc/two.conf %s\n",
		       md5, md5, md5, md5, md5);
	add_file(&t, "var/lib/dpkg/info/pkg:amd64.md5sums", tsr_buf_slice(&sums));
	add_file(&t, "srv/info/other.md5sums", tsr_buf_slice(&sums));
	add_file(&t, "var/lib/dpkg/status", tsr_buf_slice(&status));
	add_file(&t, "srv/var/lib/dpkg/status", tsr_buf_slice(&status));
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(count(f, TSR_EXTRACT_DPKG), 7u, "%u", count(f, TSR_EXTRACT_DPKG));
	expect_record(f, TSR_EXTRACT_DPKG, "usr/bin/a b", "pkg:amd64");
	expect_record(f, TSR_EXTRACT_DPKG, "usr/lib/c", "pkg:amd64");
	expect_record(f, TSR_EXTRACT_DPKG, "usr/bin/last", "pkg:amd64");
	expect_record(f, TSR_EXTRACT_DPKG, "etc/one.conf", "one");
	expect_record(f, TSR_EXTRACT_DPKG, "etc/gone", "one");
	expect_record(f, TSR_EXTRACT_DPKG, "etc/a b", "one");
	expect_record(f, TSR_EXTRACT_DPKG, "etc/two.conf", "two");
	tsr_facts_free(f);
	tsr_buf_release(&sums);
	tsr_buf_release(&status);
	bench_free(&b);
}

Test(packages, apk_says_what_it_installed)
{
	struct tsr_buf db = TSR_BUF_INIT(4096);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	char sha1[64], shorter[64];

	base64(20, sha1);
	base64(19, shorter);
	tsr_buf_printf(&db, "C:Q1%s\nP:musl\nV:1\nF:lib\nR:ld.so\na:0:0:755\nZ:Q1%s\nR:nosum\nF:usr/share\nZ:Q1%s\nR:text\nZ:Q1%s\n\n",
		       sha1, sha1, sha1, sha1);
	tsr_buf_printf(&db, "P:other\nF:\nR:top\nZ:Q1%s\nR:short\nZ:Q1%s\nR:odd\nZ:Q9%s\nR:none\nZ:\nxx\nR:last\nZ:Q1%s", sha1,
		       shorter, sha1, sha1);
	add_file(&t, "lib/apk/db/installed", tsr_buf_slice(&db));
	add_file(&t, "srv/installed", tsr_buf_slice(&db));
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(count(f, TSR_EXTRACT_APK), 4u, "%u", count(f, TSR_EXTRACT_APK));
	expect_record(f, TSR_EXTRACT_APK, "lib/ld.so", "musl");
	expect_record(f, TSR_EXTRACT_APK, "usr/share/text", "musl");
	expect_record(f, TSR_EXTRACT_APK, "top", "other");
	expect_record(f, TSR_EXTRACT_APK, "last", "other");
	tsr_facts_free(f);
	tsr_buf_release(&db);
	bench_free(&b);
}

Test(packages, a_wheel_says_what_it_installed)
{
	struct tsr_buf record = TSR_BUF_INIT(4096);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	char sha256[64];

	base64(32, sha256);
	sha256[strlen(sha256) - 1] = '\0'; /* without its padding */
	tsr_buf_printf(&record, "pkg/a.py,sha256=%s,10\r\n\"pkg/b,c.py\",sha256=%s,11\n../../../bin/tool,sha256=%s,3\n", sha256, sha256,
		       sha256);
	tsr_buf_printf(&record, "pkg-1.dist-info/RECORD,,\npkg/md5.py,md5=%s,1\n\"pkg/\"\"d\"\"\",sha256=%s,1\n,sha256=%s,1\n", sha256, sha256,
		       sha256);
	add_file(&t, "opt/v/lib/python3/site-packages/pkg-1.dist-info/RECORD", tsr_buf_slice(&record));
	add_file(&t, "srv/RECORD", tsr_buf_slice(&record));
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(count(f, TSR_EXTRACT_RECORD), 3u, "%u", count(f, TSR_EXTRACT_RECORD));
	expect_record(f, TSR_EXTRACT_RECORD, "opt/v/lib/python3/site-packages/pkg/a.py", "pkg-1");
	expect_record(f, TSR_EXTRACT_RECORD, "opt/v/lib/python3/site-packages/pkg/b,c.py", "pkg-1");
	expect_record(f, TSR_EXTRACT_RECORD, "opt/v/bin/tool", "pkg-1");
	tsr_facts_free(f);
	tsr_buf_release(&record);
	bench_free(&b);
}

/* --- digests ---------------------------------------------------------------- */

/* Is there a digest of each algorithm, and is it this content's? 0: none; 1: that it is too large; 3: all three. */
static unsigned digests_of(const struct tsr_facts *f, const char *path, struct tsr_slice content)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];
		struct tsr_buf name = TSR_BUF_INIT(4096);
		uint8_t digest[TSR_FILEHASH_BYTES];
		uint64_t hi, lo;

		if (x->kind != TSR_EXTRACT_DIGEST)
			continue;
		tsr_facts_path(f, f->entries[x->entry].node, &name);
		if (tsr_slice_eq_str(tsr_buf_slice(&name), path)) {
			n++;
			if (x->z) {
				cr_assert(tsr_filehash((enum tsr_filehash_alg)x->z, &content, 1, digest));
				tsr_packages_pack(digest, &hi, &lo);
				cr_expect_eq(x->x, hi, "%s %u", path, (unsigned)x->z);
				cr_expect_eq(x->y, lo, "%s %u", path, (unsigned)x->z);
			}
		}
		tsr_buf_release(&name);
	}
	return n;
}

/* Filler with a secret at `at`. */
static struct tsr_buf with_secret(size_t len, size_t at, uint64_t seed)
{
	struct tsr_buf token = TSR_BUF_INIT(256), out = TSR_BUF_INIT(1u << 20);

	made(&token, TOKEN, seed);
	while (out.len < len)
		tsr_buf_adds(&out, out.len == at ? token.ptr : out.len % 61 ? "." : "\n");
	tsr_buf_release(&token);
	return out;
}

Test(packages, files_with_findings_are_hashed)
{
	struct tsr_buf small = with_secret(100, 10, 1), early = with_secret(5000, 20, 2), late = with_secret(5000, 4900, 3),
		       huge = with_secret(20000, 19000, 4), python = with_secret(300, 7, 5);
	struct bench b = bench_new();
	size_t chunks[] = { TSR_CHUNK_SIZE, 512, 700, 4096 };

	b.limits.retain = 10000;
	for (size_t i = 0; i < TSR_ARRAY_LEN(chunks); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		b.chunk = chunks[i];
		add_file(&t, "usr/share/small", tsr_buf_slice(&small));
		add_file(&t, "usr/share/plain", TSR_SLICE("nothing in it"));
		add_file(&t, "usr/share/early", tsr_buf_slice(&early));
		add_file(&t, "etc/late", tsr_buf_slice(&late));
		add_file(&t, "lib/huge", tsr_buf_slice(&huge));
		add_file(&t, "app/late", tsr_buf_slice(&late));
		add_file(&t, "usr/local/late", tsr_buf_slice(&late));
		add_file(&t, "app/site-packages/m.py", tsr_buf_slice(&python));
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_expect_eq(f->n_raws, 7u, "%u", f->n_raws);
		cr_expect_eq(digests_of(f, "usr/share/small", tsr_buf_slice(&small)), 3u);
		cr_expect_eq(digests_of(f, "usr/share/plain", TSR_SLICE_NONE), 0u);
		cr_expect_eq(digests_of(f, "usr/share/early", tsr_buf_slice(&early)), 3u);
		cr_expect_eq(digests_of(f, "etc/late", tsr_buf_slice(&late)), 3u);
		cr_expect_eq(digests_of(f, "lib/huge", TSR_SLICE_NONE), 1u);
		cr_expect_eq(digests_of(f, "app/late", TSR_SLICE_NONE), 0u);
		cr_expect_eq(digests_of(f, "usr/local/late", TSR_SLICE_NONE), 0u);
		cr_expect_eq(digests_of(f, "app/site-packages/m.py", tsr_buf_slice(&python)), 3u);
		tsr_facts_free(f);
	}
	tsr_buf_release(&small);
	tsr_buf_release(&early);
	tsr_buf_release(&late);
	tsr_buf_release(&huge);
	tsr_buf_release(&python);
	bench_free(&b);
}

Test(packages, a_cut_file_is_not_hashed)
{
	struct tsr_buf late = with_secret(5000, 20, 2);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;

	add_file(&t, "etc/late", tsr_buf_slice(&late));
	t.len = 512 + 3000;
	f = facts_of(&b, &t);
	cr_expect_eq(f->n_raws, 1u);
	cr_expect_eq(digests_of(f, "etc/late", TSR_SLICE_NONE), 0u);
	tsr_facts_free(f);
	tsr_buf_release(&late);
	bench_free(&b);
}
