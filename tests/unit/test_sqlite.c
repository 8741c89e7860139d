/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/sqlite_image.h"

#include <sqlite3.h>
#include <stdio.h>
#include <zlib.h>

#include "container_told.h"

/* A database made by statements, as bytes. */
static void make(struct tsr_buf *out, const char *const *sql)
{
	sqlite3_int64 n;
	unsigned char *p;
	sqlite3 *db;
	char *why = NULL;

	cr_assert_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (; *sql; sql++)
		cr_assert_eq(sqlite3_exec(db, *sql, NULL, NULL, &why), SQLITE_OK, "%s: %s", *sql, why);
	p = sqlite3_serialize(db, "main", &n, 0);
	cr_assert(p);
	tsr_buf_reset(out);
	tsr_buf_add(out, p, (size_t)n);
	sqlite3_free(p);
	sqlite3_close(db);
}

#define DATABASE(out, ...)                                               \
	do {                                                             \
		static const char *const sql_[] = { __VA_ARGS__, NULL }; \
		make(out, sql_);                                         \
	} while (0)

#define MAX (64u << 20)

static const char *text_of(struct told_list *l, const char *path)
{
	struct told *t = told_find(l, path);

	cr_assert(t, "%s", path);
	return t->bytes.ptr;
}

Test(sqlite, rows_read_like_settings)
{
	static const char *const encodings[] = { "PRAGMA encoding='UTF-8'", "PRAGMA encoding='UTF-16le'",
						 "PRAGMA encoding='UTF-16be'" };
	struct tsr_buf b = TSR_BUF_INIT(MAX);

	for (size_t i = 0; i < TSR_ARRAY_LEN(encodings); i++)
		for (int wal = 0; wal < 2; wal++)
			for (size_t piece = 1; piece < 5000; piece *= 70) {
				const char *sql[] = {
					encodings[i],
					"CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, password TEXT, note)",
					"INSERT INTO users VALUES(1, 'ann', 'l\xc3\xbc \"x', NULL), (2, 'bob', 'two\nlines', 1.5)",
					"CREATE TABLE config(option_name TEXT PRIMARY KEY, option_value) WITHOUT ROWID",
					"INSERT INTO config VALUES('smtp_user', 'x'), ('empty', NULL), ('blob', x'616263'), ('raw', x'0001')",
					"CREATE INDEX by_name ON users(name, password)",
					"CREATE TABLE \"odd \"\"name\"\"; --\"(\"a \"\"b\"\"\", rowid, oid, _rowid_)",
					"INSERT INTO \"odd \"\"name\"\"; --\" VALUES('a''\"', 1, 2, 3)",
					"CREATE TABLE g(a, b AS (a || 'computed'), c AS (a) STORED)",
					"INSERT INTO g VALUES('x')",
					"CREATE VIEW v AS SELECT password FROM users",
					NULL
				};
				struct told_list l;

				make(&b, sql);
				if (wal)
					b.ptr[18] = b.ptr[19] = 2;
				l = tell_pieces(container_of("sqlite"), tsr_buf_slice(&b), piece);
				cr_expect_eq(l.n, 4u, "%zu", l.n);
				cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
				cr_expect_str_eq(
					text_of(&l, "users"),
					"id = \"1\"\nname = \"ann\"\npassword = 'l\xc3\xbc \"x'\n\n"
					"id = \"2\"\nname = \"bob\"\npassword =\ntwo\nlines\nnote = \"1.5\"\n\n");
				cr_expect(tsr_slice_eq(
					tsr_buf_slice(&told_find(&l, "config")->bytes),
					TSR_SLICE(
						"blob = \"abc\"\n\noption_name = \"empty\"\n\nraw =\n\0\1\n\nsmtp_user = \"x\"\n\n")));
				cr_expect_str_eq(
					text_of(&l, "odd \"name\"; --"),
					"a \"b\" = `a'\"`\nrowid = \"1\"\noid = \"2\"\n_rowid_ = \"3\"\n\n");
				cr_expect_str_eq(text_of(&l, "g"), "a = \"x\"\n\n");
				told_free(&l);
			}
	tsr_buf_release(&b);
}

Test(sqlite, tables_of_settings_are_known_by_their_columns)
{
	static const struct {
		const char *columns, *first;
	} table[] = {
		{ "name, value", "a = \"b\"" },
		{ "value, name", "b = \"a\"" },
		{ "KEY, Value", "a = \"b\"" },
		{ "option_name, option_value", "a = \"b\"" },
		{ "host_key, name, value", "host_key = \"a\"\nb = \"c\"" },
		{ "name, value, encrypted_value", "a = \"b\"\nencrypted_value = \"c\"" },
		{ "name, username_value, password_value",
		  "name = \"a\"\nusername_value = \"b\"\npassword_value = \"c\"" },
		{ "name, password", "name = \"a\"\npassword = \"b\"" },
		{ "k, v", "a = \"b\"" },
		{ "link, rev", "link = \"a\"\nrev = \"b\"" },
		{ "id, value", "id = \"a\"\nvalue = \"b\"" },
	};
	struct tsr_buf b = TSR_BUF_INIT(MAX);

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		char create[128], insert[128];
		const char *sql[] = { create, insert, NULL };
		struct told_list l;

		snprintf(create, sizeof(create), "CREATE TABLE t(%s)", table[i].columns);
		snprintf(insert, sizeof(insert), "INSERT INTO t VALUES('a', 'b'%s)",
			 strchr(strchr(table[i].columns, ',') + 1, ',') ? ", 'c'" : "");
		make(&b, sql);
		l = tell(container_of("sqlite"), tsr_buf_slice(&b));
		cr_expect_eq(strncmp(text_of(&l, "t"), table[i].first, strlen(table[i].first)), 0, "%zu: %s",
			     i, text_of(&l, "t"));
		told_free(&l);
	}
	tsr_buf_release(&b);
}

Test(sqlite, containers_in_blobs_are_streams)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;
	unsigned char room[200];
	uLongf n = sizeof(room);
	sqlite3_stmt *stmt;
	sqlite3_int64 size;
	unsigned char *p;
	sqlite3 *db;

	cr_assert_eq(compress2(room, &n, (const Bytef *)"blob 3\0abc", 10, 6), Z_OK);
	cr_assert_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
	sqlite3_exec(
		db,
		"CREATE TABLE files(rowid, content); INSERT INTO files(_rowid_, content) VALUES(3, 'text')",
		NULL, NULL, NULL);
	cr_assert_eq(
		sqlite3_prepare_v2(db, "INSERT INTO files(_rowid_, content) VALUES(7, ?)", -1, &stmt, NULL),
		SQLITE_OK);
	sqlite3_bind_blob(stmt, 1, room, (int)n, SQLITE_STATIC);
	cr_assert_eq(sqlite3_step(stmt), SQLITE_DONE);
	sqlite3_finalize(stmt);
	p = sqlite3_serialize(db, "main", &size, 0);
	tsr_buf_add(&b, p, (size_t)size);
	sqlite3_free(p);
	sqlite3_close(db);
	l = tell_pieces(container_of("sqlite"), tsr_buf_slice(&b), 3);
	cr_assert_eq(l.n, 2u, "%zu", l.n);
	cr_expect_str_eq(l.list[0].bytes.ptr, "content = \"text\"\n\n\n");
	cr_expect_str_eq(l.list[1].path.ptr, "files/7/content");
	cr_expect(tsr_slice_eq(tsr_buf_slice(&l.list[1].bytes), tsr_slice_of(room, n)));
	told_free(&l);
	tsr_buf_release(&b);
}

/* What SQL of the file would do is seen by what comes out. */
Test(sqlite, no_sql_of_the_file_is_run)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;

	DATABASE(
		&b, "CREATE TABLE t(a); INSERT INTO t VALUES('real')",
		"CREATE TABLE w(a); INSERT INTO w VALUES('w')",
		"CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO t SELECT randomblob(1000000000); END",
		"CREATE VIEW v AS SELECT hex(zeroblob(100000000)) AS x", "PRAGMA writable_schema=1",
		/* A virtual table that says it has pages. */
		"INSERT INTO sqlite_master VALUES('table', 'f', 'f', 3, 'CREATE VIRTUAL TABLE f USING fts5(x)')",
		"INSERT INTO sqlite_master VALUES('table', 'k', 'k', 2, "
		"'CREATE TABLE k(a DEFAULT (load_extension(''x'')), b AS (no_such_function(a)), CHECK (hex(a) = 1))')");
	l = tell(container_of("sqlite"), tsr_buf_slice(&b));
	cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
	cr_expect_str_eq(text_of(&l, "t"), "a = \"real\"\n\n");
	cr_expect_null(told_find(&l, "v"));
	cr_expect(told_find(&l, "f")->why_not);
	cr_expect_str_eq(text_of(&l, "k"), "a = \"real\"\n\n");
	cr_expect_eq(l.n, 4u);
	told_free(&l);
	tsr_buf_release(&b);
}

Test(sqlite, only_select_and_read_are_allowed)
{
	static const char *const denied[] = {
		"INSERT INTO t VALUES(1)",
		"DELETE FROM t",
		"CREATE TABLE u(a)",
		"CREATE TEMP TABLE u(a)",
		"ATTACH 'x' AS y",
		"SELECT load_extension('x')",
		"SELECT hex(a) FROM t",
		"PRAGMA writable_schema=1",
		"PRAGMA journal_mode=wal",
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
		"VACUUM",
		"BEGIN",
		"SELECT * FROM pragma_table_info('t')",
		"SELECT * FROM json_each('[1]')",
	};
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct tsr_sqlite *db;

	DATABASE(&b, "CREATE TABLE t(a); INSERT INTO t VALUES('real')");
	db = tsr_sqlite_open(tsr_buf_slice(&b), NULL);
	cr_assert(db);
	for (size_t i = 0; i < TSR_ARRAY_LEN(denied); i++) {
		struct sqlite3_stmt *stmt = NULL;

		cr_expect(tsr_sqlite_prepare(db, denied[i], &stmt, NULL) ||
				  tsr_sqlite_step(db, stmt, NULL) < 0,
			  "%s", denied[i]);
		sqlite3_finalize(stmt);
	}
	tsr_sqlite_close(db);
	tsr_buf_release(&b);
}

static uint32_t be16(const struct tsr_buf *b, size_t at)
{
	return (uint32_t)((unsigned char)b->ptr[at] << 8 | (unsigned char)b->ptr[at + 1]);
}

Test(sqlite, pages_in_a_ring_come_to_an_end)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;
	size_t page = 0;

	DATABASE(
		&b, "PRAGMA page_size=512", "CREATE TABLE t(a)",
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) INSERT INTO t SELECT x FROM c");
	/* The root is an interior page: all its children are to be itself, and then the first of them. */
	for (int round = 0; round < 2; round++) {
		size_t root = 512, cells = be16(&b, root + 3), child = 0;

		cr_assert_eq(b.ptr[root], 5);
		for (size_t i = 0; i < cells; i++) {
			size_t at = root + be16(&b, root + 12 + 2 * i);

			if (!i && round)
				child = page;
			if (!i && !round)
				page = (unsigned char)b.ptr[at + 3] + 256u * (unsigned char)b.ptr[at + 2];
			b.ptr[at + 2] = (char)(round ? child >> 8 : 0);
			b.ptr[at + 3] = (char)(round ? child : 2);
		}
		l = tell(container_of("sqlite"), tsr_buf_slice(&b));
		cr_assert_eq(l.n, 1u);
		if (!round)
			cr_expect_eq(l.list[0].err.kind, TSR_EFORMAT);
		told_free(&l);
	}
	tsr_buf_release(&b);
}

static void put16(char *p, size_t n)
{
	p[0] = (char)(n >> 8);
	p[1] = (char)n;
}

/* Seven levels of pages, each of which has seventy times the same child: 10^15 rows in a few pages. */
Test(sqlite, claimed_rows_are_not_read_for_ever)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;

	DATABASE(&b, "PRAGMA page_size=512", "CREATE TABLE t(a)", "INSERT INTO t VALUES(1), (2), (NULL)",
		 "CREATE TABLE u(a)", "INSERT INTO u VALUES(zeroblob(9000))");
	memcpy(b.ptr + 512 * 10, b.ptr + 512, 512); /* the leaf */
	for (size_t level = 0; level < 7; level++) {
		char *page = b.ptr + 512 * (level ? level + 3 : 1);
		size_t child = level == 6 ? 11 : level + 5;

		memset(page, 0, 512);
		page[0] = 5;
		put16(page + 3, 70);
		put16(page + 5, 512 - 70 * 5);
		put16(page + 10, child);
		for (size_t i = 0; i < 70; i++) {
			put16(page + 12 + 2 * i, 512 - (i + 1) * 5);
			put16(page + 512 - (i + 1) * 5 + 2, child);
			page[512 - (i + 1) * 5 + 4] = (char)i;
		}
	}
	l = tell(container_of("sqlite"), tsr_buf_slice(&b));
	cr_assert_eq(l.n, 1u);
	cr_expect_gt(l.list[0].bytes.len, 1u << 20);
	cr_expect_leq(l.list[0].bytes.len, b.len * 64 + (64u << 20));
	cr_expect_eq(l.list[0].err.kind, TSR_ELIMIT);
	cr_expect_eq(l.err.kind, TSR_ELIMIT);
	told_free(&l);
	tsr_buf_release(&b);
}

Test(sqlite, damage_ends_a_table_and_what_came_before_stays)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;
	uint64_t state = 88172645463325252u;

	DATABASE(
		&b, "PRAGMA page_size=512", "CREATE TABLE t(a, b)",
		"CREATE TABLE u(a PRIMARY KEY, b) WITHOUT ROWID",
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200) INSERT INTO t SELECT x, 'some text' FROM c",
		"INSERT INTO u SELECT a, x'1f8b08' || zeroblob(900) FROM t");
	for (size_t n = 0; n < b.len; n += n < 200 ? 1 : 509) {
		l = tell(container_of("sqlite"), tsr_slice_sub(tsr_buf_slice(&b), 0, n));
		if (l.opened)
			cr_expect(l.n <= 2 && (l.err.kind != TSR_ENONE || l.n || n < 512), "%zu", n);
		told_free(&l);
	}
	l = tell(container_of("sqlite"), tsr_slice_sub(tsr_buf_slice(&b), 0, 3000));
	cr_assert_eq(l.n, 2u);
	cr_expect_eq(l.list[0].err.kind, TSR_EFORMAT);
	cr_expect_gt(l.list[0].bytes.len, 500u);
	told_free(&l);
	for (unsigned round = 0; round < 3000; round++) {
		size_t at[4];
		char was[4];

		for (size_t i = 0; i < 4; i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			at[i] = 16 + state % (round % 2 ? 4096 : b.len - 16);
			was[i] = b.ptr[at[i]];
			b.ptr[at[i]] = (char)(state >> 32);
		}
		l = tell(container_of("sqlite"), tsr_buf_slice(&b));
		cr_expect_leq(l.n, 600u);
		told_free(&l);
		for (size_t i = 4; i-- > 0;)
			b.ptr[at[i]] = was[i];
	}
	tsr_buf_release(&b);
}

Test(sqlite, other_files_are_none)
{
	struct tsr_buf b = TSR_BUF_INIT(MAX);
	struct told_list l;

	tsr_buf_adds(&b, "SQLite format 3");
	cr_expect(!tsr_sqlite_sniff(tsr_buf_slice(&b)));
	for (size_t i = 0; i < 5000; i++)
		tsr_buf_addc(&b, (char)i);
	b.ptr[15] = '\0';
	l = tell(container_of("sqlite"), tsr_buf_slice(&b));
	cr_expect_eq(l.n, 0u);
	cr_expect_eq(l.err.kind, TSR_EFORMAT);
	told_free(&l);
	tsr_buf_release(&b);
}
