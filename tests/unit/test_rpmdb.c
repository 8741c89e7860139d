/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/rpmdb.h"

#include <sqlite3.h>

#include "analyse_build.h"
#include "inspect/packages.h"

#define MAX (64u << 20)
#define SHA256 "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
#define MD5 "b1946ac92492d2347c6235b4d2611184"

/* --- headers ---------------------------------------------------------------- */

struct header_build {
	struct tsr_buf index, data;
	uint32_t n;
};

static void be32(struct tsr_buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		tsr_buf_addc(b, (char)(n >> shift));
}

static void le32(struct tsr_buf *b, uint32_t n)
{
	for (int shift = 0; shift < 32; shift += 8)
		tsr_buf_addc(b, (char)(n >> shift));
}

static void add_tag(struct header_build *h, uint32_t tag, uint32_t type, uint32_t count)
{
	be32(&h->index, tag);
	be32(&h->index, type);
	be32(&h->index, (uint32_t)h->data.len);
	be32(&h->index, count);
	h->n++;
}

/* Separated by '|'. */
static void add_strings(struct header_build *h, uint32_t tag, uint32_t type, const char *text)
{
	struct tsr_slice rest = tsr_slice_str(text), s;
	uint32_t n = 1;

	for (const char *p = text; *p; p++)
		n += *p == '|';
	add_tag(h, tag, type, n);
	while (n--) {
		s = TSR_SLICE_NONE;
		tsr_slice_next(&rest, '|', &s);
		tsr_buf_addsl(&h->data, s);
		tsr_buf_addc(&h->data, '\0');
	}
}

static void add_numbers(struct header_build *h, uint32_t tag, const uint32_t *n, uint32_t count)
{
	while (h->data.len % 4)
		tsr_buf_addc(&h->data, '\0');
	add_tag(h, tag, 4, count);
	for (uint32_t i = 0; i < count; i++)
		be32(&h->data, n[i]);
}

static void finish(struct header_build *h, struct tsr_buf *out)
{
	be32(out, h->n);
	be32(out, (uint32_t)h->data.len);
	tsr_buf_addsl(out, tsr_buf_slice(&h->index));
	tsr_buf_addsl(out, tsr_buf_slice(&h->data));
	tsr_buf_release(&h->index);
	tsr_buf_release(&h->data);
}

static struct header_build header_new(const char *name)
{
	struct header_build h = { .n = 0 };

	tsr_buf_init(&h.index, MAX);
	tsr_buf_init(&h.data, MAX);
	add_strings(&h, TSR_RPM_NAME, 6, name);
	add_strings(&h, TSR_RPM_VERSION, 6, "1.2");
	add_strings(&h, TSR_RPM_RELEASE, 6, "3");
	return h;
}

/* Five files: one of /usr/bin, two of /etc, a ghost, a folder. */
static void make_header(struct tsr_buf *out, const char *name, bool old)
{
	struct header_build h = header_new(name);

	if (!old) {
		add_numbers(&h, TSR_RPM_EPOCH, (uint32_t[]){ 4 }, 1);
		add_numbers(&h, TSR_RPM_FILEDIGESTALGO, (uint32_t[]){ 8 }, 1);
	}
	add_strings(&h, TSR_RPM_ARCH, 6, "noarch");
	add_strings(&h, TSR_RPM_BASENAMES, 8, "tool|a.conf|b.conf|ghost|d");
	add_strings(&h, TSR_RPM_DIRNAMES, 8, "/usr/bin/|/etc/|/var/");
	add_numbers(&h, TSR_RPM_DIRINDEXES, (uint32_t[]){ 0, 1, 1, 1, 2 }, 5);
	add_numbers(&h, TSR_RPM_FILEFLAGS, (uint32_t[]){ 0, 1, 17, 64, 0 }, 5);
	add_strings(&h, TSR_RPM_FILEDIGESTS, 8,
		    old ? MD5 "|" MD5 "|" MD5 "|" MD5 "|" : SHA256 "|" SHA256 "|" SHA256 "|" SHA256 "|");
	/* Long enough to stand on pages of its own in any format. */
	add_strings(
		&h, 1005, 6,
		"description description description description description description description description "
		"description description description description description description description description");
	finish(&h, out);
}

/* --- the formats ------------------------------------------------------------ */

static void make_sqlite(struct tsr_buf *out, const struct tsr_slice *headers, size_t n)
{
	sqlite3_stmt *stmt;
	sqlite3_int64 size;
	unsigned char *p;
	sqlite3 *db;

	cr_assert_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_exec(db,
		     "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
		     NULL, NULL, NULL);
	cr_assert_eq(sqlite3_prepare_v2(db, "INSERT INTO Packages(blob) VALUES(?)", -1, &stmt, NULL),
		     SQLITE_OK);
	for (size_t i = 0; i < n; i++) {
		sqlite3_bind_blob(stmt, 1, headers[i].ptr, (int)headers[i].len, SQLITE_STATIC);
		cr_assert_eq(sqlite3_step(stmt), SQLITE_DONE);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	p = sqlite3_serialize(db, "main", &size, 0);
	tsr_buf_add(out, p, (size_t)size);
	out->ptr[18] = out->ptr[19] = 2;
	sqlite3_free(p);
	sqlite3_close(db);
}

static void pad_to(struct tsr_buf *b, size_t n)
{
	while (b->len < n)
		tsr_buf_addc(b, '\0');
}

static void make_ndb(struct tsr_buf *out, const struct tsr_slice *headers, size_t n)
{
	size_t at = 4096;

	tsr_buf_adds(out, "RpmP");
	le32(out, 0);
	le32(out, 1);
	le32(out, 1);
	pad_to(out, 32);
	for (uint32_t i = 0; i < 254; i++) {
		bool used = i && i <= n; /* the first is free */
		size_t blocks = used ? (16 + headers[i - 1].len + 12 + 15) / 16 : 0;

		tsr_buf_adds(out, "Slot");
		le32(out, used ? i : 0);
		le32(out, used ? (uint32_t)(at / 16) : 0);
		le32(out, (uint32_t)blocks);
		at += blocks * 16;
	}
	for (uint32_t i = 1; i <= n; i++) {
		size_t end = out->len + (16 + headers[i - 1].len + 12 + 15) / 16 * 16;

		tsr_buf_adds(out, "BlbS");
		le32(out, i);
		le32(out, 7);
		le32(out, (uint32_t)headers[i - 1].len);
		tsr_buf_addsl(out, headers[i - 1]);
		pad_to(out, end);
	}
}

static void put(struct tsr_buf *b, size_t at, size_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		b->ptr[at + i] = (char)(value >> (8 * i));
}

/* One page of pairs, and chains of pages behind it. The last header is on the page itself if it fits there. */
static void make_bdb(struct tsr_buf *out, const struct tsr_slice *headers, size_t n)
{
	size_t page = 512, pairs = page, top = 2 * page;

	pad_to(out, 2 * page);
	put(out, 12, 0x061561, 4);
	put(out, 16, 9, 4);
	put(out, 20, page, 4);
	put(out, 25, 8, 1);
	put(out, pairs + 20, 2 * n, 2);
	put(out, pairs + 25, 2, 1);
	for (size_t i = 0; i < n; i++) {
		struct tsr_slice rest = headers[i];

		top -= 5;
		put(out, top, 1, 1);
		put(out, pairs + 26 + 4 * i, top - pairs, 2);
		if (rest.len < 200) {
			top -= rest.len + 1;
			put(out, top, 1, 1);
			memcpy(out->ptr + top + 1, rest.ptr, rest.len);
			rest = TSR_SLICE_NONE;
		} else {
			top -= 12;
			put(out, top, 3, 1);
			put(out, top + 4, out->len / page, 4);
			put(out, top + 8, rest.len, 4);
		}
		put(out, pairs + 28 + 4 * i, top - pairs, 2);
		while (rest.len) {
			struct tsr_slice part = tsr_slice_sub(rest, 0, page - 26);
			size_t at = out->len;

			rest = tsr_slice_sub(rest, part.len, rest.len);
			pad_to(out, at + page);
			put(out, at + 16, rest.len ? at / page + 1 : 0, 4);
			put(out, at + 22, part.len, 2);
			put(out, at + 25, 7, 1);
			memcpy(out->ptr + at + 26, part.ptr, part.len);
		}
	}
}

static const struct {
	const char *path, *other;
	void (*make)(struct tsr_buf *out, const struct tsr_slice *headers, size_t n);
} formats[] = {
	{ "var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite", make_sqlite },
	{ "usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/Packages.db", make_ndb },
	{ "var/lib/rpm/Packages", "usr/lib/sysimage/rpm/Packages", make_bdb },
};

/* --- tests ------------------------------------------------------------------ */

static uint32_t count(const struct tsr_facts *f, uint32_t kind, const char *a, const char *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_extracts; i++)
		n += f->extracts[i].kind == kind && !strcmp(tsr_facts_text(f, f->extracts[i].a), a) &&
		     (!b || !strcmp(tsr_facts_text(f, f->extracts[i].b), b));
	return n;
}

static bool has(const struct tsr_facts *f, uint32_t kind, const char *path, uint64_t digest)
{
	for (uint32_t i = 0; i < f->n_extracts; i++)
		if (f->extracts[i].kind == kind &&
		    f->extracts[i].x == tsr_packages_path_hash(tsr_slice_str(path)))
			return f->extracts[i].y == digest;
	return false;
}

Test(rpmdb, each_format_says_what_was_installed)
{
	struct tsr_buf new = TSR_BUF_INIT(MAX), old = TSR_BUF_INIT(MAX), db = TSR_BUF_INIT(MAX);

	make_header(&new, "new", false);
	make_header(&old, "old", true);
	for (size_t i = 0; i < 2 * TSR_ARRAY_LEN(formats); i++) {
		const struct tsr_slice headers[] = { tsr_buf_slice(&new), tsr_buf_slice(&old) };
		const char *path = i % 2 ? formats[i / 2].other : formats[i / 2].path;
		struct tar_build t = { NULL, 0 };
		struct bench b = bench_new();
		struct tsr_facts *f;

		tsr_buf_reset(&db);
		formats[i / 2].make(&db, headers, 2);
		tb_header(&t, path, '0', db.len);
		tb_data(&t, db.ptr, db.len);
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_expect_eq(f->n_skips, 0u, "%s", path);
		cr_expect_eq(count(f, TSR_EXTRACT_PACKAGE, "new", "4:1.2-3.noarch"), 1u, "%s", path);
		cr_expect_eq(count(f, TSR_EXTRACT_PACKAGE, "old", "1.2-3.noarch"), 1u, "%s", path);
		cr_expect_eq(count(f, TSR_EXTRACT_RPM, "new", NULL), 3u, "%s", path);
		cr_expect_eq(count(f, TSR_EXTRACT_RPM_MD5, "old", NULL), 3u, "%s", path);
		cr_expect(has(f, TSR_EXTRACT_RPM, "usr/bin/tool", 0x5891b5b522d5df08), "%s", path);
		cr_expect(has(f, TSR_EXTRACT_RPM, "etc/a.conf", 0x5891b5b522d5df08), "%s", path);
		cr_expect(has(f, TSR_EXTRACT_RPM_MD5, "etc/b.conf", 0xb1946ac92492d234), "%s", path);
		tsr_facts_free(f);
		bench_free(&b);
	}
	tsr_buf_release(&new);
	tsr_buf_release(&old);
	tsr_buf_release(&db);
}

static void count_header(void *ctx, struct tsr_slice header)
{
	struct tsr_rpm_header h;
	struct tsr_rpm_values v;
	struct tsr_slice s;

	++*(unsigned *)ctx;
	if (!tsr_rpm_header_parse(header, &h))
		return;
	for (v = tsr_rpm_strings(&h, TSR_RPM_BASENAMES); tsr_rpm_next_string(&v, &s);)
		cr_assert_leq(s.len, header.len);
}

Test(rpmdb, small_headers_are_read_where_they_stand)
{
	struct header_build h = header_new("small");
	struct tsr_buf small = TSR_BUF_INIT(MAX), db = TSR_BUF_INIT(MAX);

	finish(&h, &small);
	for (size_t i = 0; i < TSR_ARRAY_LEN(formats); i++) {
		const struct tsr_slice headers[] = { tsr_buf_slice(&small), tsr_buf_slice(&small) };
		unsigned n = 0;

		tsr_buf_reset(&db);
		formats[i].make(&db, headers, 2);
		cr_expect_eq(tsr_rpmdb_each(tsr_buf_slice(&db), count_header, &n, NULL), 0);
		cr_expect_eq(n, 2u, "%zu: %u", i, n);
	}
	tsr_buf_release(&small);
	tsr_buf_release(&db);
}

Test(rpmdb, damage_is_told_and_never_read_beyond)
{
	struct tsr_buf new = TSR_BUF_INIT(MAX), db = TSR_BUF_INIT(MAX);
	uint64_t state = 88172645463325252u;

	make_header(&new, "new", false);
	for (size_t i = 0; i < TSR_ARRAY_LEN(formats); i++) {
		const struct tsr_slice headers[] = { tsr_buf_slice(&new), tsr_buf_slice(&new) };
		unsigned n;

		tsr_buf_reset(&db);
		formats[i].make(&db, headers, 2);
		for (size_t len = 0; len < db.len; len += len < 100 ? 1 : 97) {
			char *copy = tsr_xmalloc(len + 1);

			memcpy(copy, db.ptr, len);
			n = 0;
			cr_expect(tsr_rpmdb_each(tsr_slice_of(copy, len), count_header, &n, NULL) || n == 2 ||
					  i == 2,
				  "%zu", len);
			free(copy);
		}
		for (unsigned round = 0; round < 3000; round++) {
			size_t at;
			char was;

			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			at = 4 + state % (round % 2 ? 600 : db.len - 4);
			was = db.ptr[at];
			db.ptr[at] = (char)(state >> 40);
			n = 0;
			tsr_rpmdb_each(tsr_buf_slice(&db), count_header, &n, NULL);
			cr_expect_leq(n, 300u);
			db.ptr[at] = was;
		}
	}
	tsr_buf_release(&new);
	tsr_buf_release(&db);
}

/* Many ways to the same header: no more is read than the file has bytes. */
Test(rpmdb, a_header_is_not_read_again_and_again)
{
	struct tsr_buf new = TSR_BUF_INIT(MAX), db = TSR_BUF_INIT(MAX);
	struct tsr_slice header;
	unsigned n = 0;

	make_header(&new, "new", false);
	header = tsr_buf_slice(&new);
	make_ndb(&db, &header, 1);
	for (size_t slot = 3; slot < 256; slot++)
		memcpy(db.ptr + 16 * slot + 4, db.ptr + 16 * 3 + 4, 12);
	cr_expect_eq(tsr_rpmdb_each(tsr_buf_slice(&db), count_header, &n, NULL), -1);
	cr_expect_leq(n, db.len / header.len);
	/* A chain of pages that leads back to its start. */
	tsr_buf_reset(&db);
	make_bdb(&db, &header, 1);
	put(&db, 1024 + 16, 2, 4);
	put(&db, 1024 - 5 - 4, 1u << 30, 4);
	n = 0;
	cr_expect_eq(tsr_rpmdb_each(tsr_buf_slice(&db), count_header, &n, NULL), -1);
	cr_expect_eq(n, 0u);
	tsr_buf_release(&new);
	tsr_buf_release(&db);
}

Test(rpmdb, another_format_is_listed)
{
	struct tar_build t = { NULL, 0 };
	struct bench b = bench_new();
	struct tsr_facts *f;

	tb_file(&t, "var/lib/rpm/Packages", "something else");
	tb_file(&t, "srv/var/lib/rpm/Packages", "something else");
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_assert_eq(f->n_skips, 1u);
	cr_expect_str_eq(tsr_facts_text(f, f->skips[0].what), "the database of rpm");
	cr_expect_str_eq(tsr_facts_text(f, f->skips[0].why), "an rpm database of a format that is not read");
	cr_expect(f->skips[0].derived);
	cr_expect_eq(raws_of(&b, f, "package/database-malformed", NULL), 1u);
	tsr_facts_free(f);
	bench_free(&b);
}
