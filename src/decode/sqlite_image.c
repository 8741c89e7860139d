/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/sqlite_image.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/mem.h"

#define HEADER_BYTES 100u
/* Bytes 18 and 19: which version may write and read; 2 is the write-ahead log, which an image has not. */
#define VERSIONS_AT 18u
/* The size in pages, four bytes; 0: what the file has. */
#define PAGES_AT 28u
#define VALUE_MAX (32u << 20)
/* A cell takes five bytes of the file at least and, with few columns, not many steps. */
#define STEPS_PER_BYTE 4u
#define STEPS_MORE 10000000u
#define STEPS_BETWEEN 4096u
/* Of the whole process; what one database takes is bounded well below by the other limits, but for its schema. */
#define HEAP_MAX (512ll << 20)

struct tsr_sqlite {
	sqlite3 *db;
	unsigned char *copy;
	uint64_t steps; /* that are left */
	bool spent;
};

bool tsr_sqlite_sniff(struct tsr_slice head)
{
	return head.len >= HEADER_BYTES && !memcmp(head.ptr, "SQLite format 3", 16);
}

static int on_progress(void *ctx)
{
	struct tsr_sqlite *db = ctx;

	db->spent |= db->steps < STEPS_BETWEEN;
	db->steps -= db->spent ? 0 : STEPS_BETWEEN;
	return db->spent;
}

static int authorise(void *ctx, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)ctx, (void)b, (void)c, (void)d;
	if (action == SQLITE_SELECT || action == SQLITE_READ)
		return SQLITE_OK;
	return action == SQLITE_PRAGMA && a && !sqlite3_stricmp(a, "table_xinfo") ? SQLITE_OK : SQLITE_DENY;
}

/* Names in sqlite3_errmsg() may be the file's. */
static int failed(const struct tsr_sqlite *db, int rc, struct tsr_err *err)
{
	if (db->spent)
		return tsr_err_set(err, TSR_ELIMIT,
				   "reading it is more work than a database of its size can be");
	return tsr_err_set(err, rc == SQLITE_NOMEM ? TSR_ELIMIT : TSR_EFORMAT, "SQLite: %s",
			   sqlite3_errstr(rc));
}

static void set_limits(sqlite3 *db)
{
	static const int limits[][2] = {
		{ SQLITE_LIMIT_LENGTH, VALUE_MAX },    { SQLITE_LIMIT_SQL_LENGTH, 128 << 10 },
		{ SQLITE_LIMIT_COLUMN, 1000 },	       { SQLITE_LIMIT_EXPR_DEPTH, 200 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 100 }, { SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },     { SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	static const int configs[][2] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 }, { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 0 },    { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(limits); i++)
		sqlite3_limit(db, limits[i][0], limits[i][1]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(configs); i++)
		sqlite3_db_config(db, configs[i][0], configs[i][1], NULL);
	sqlite3_drop_modules(db, NULL); /* of virtual tables */
}

static bool is_cut(struct tsr_slice image)
{
	const unsigned char *p = (const unsigned char *)image.ptr, *n = p + PAGES_AT;
	uint64_t page = (uint64_t)p[16] << 8 | p[17];

	return ((uint64_t)n[0] << 24 | (uint64_t)n[1] << 16 | (uint64_t)n[2] << 8 | n[3]) *
		       (page == 1 ? 65536 : page) >
	       image.len;
}

/* Read only: its bytes are written nowhere. A header that SQLite would refuse is changed in a copy. */
static int load(struct tsr_sqlite *db, struct tsr_slice image)
{
	const unsigned char *p = (const unsigned char *)image.ptr;

	if (p[VERSIONS_AT] == 2 || p[VERSIONS_AT + 1] == 2 || is_cut(image)) {
		db->copy = tsr_xmalloc(image.len);
		memcpy(db->copy, p, image.len);
		db->copy[VERSIONS_AT] = db->copy[VERSIONS_AT + 1] = 1;
		memset(db->copy + PAGES_AT, 0, 4);
		p = db->copy;
	}
	return sqlite3_deserialize(db->db, "main", (unsigned char *)(uintptr_t)p, (sqlite3_int64)image.len,
				   (sqlite3_int64)image.len, SQLITE_DESERIALIZE_READONLY);
}

struct tsr_sqlite *tsr_sqlite_open(struct tsr_slice image, struct tsr_err *err)
{
	struct tsr_sqlite *db;
	int rc;

	if (!tsr_sqlite_sniff(image)) {
		tsr_err_set(err, TSR_EFORMAT, "not an SQLite database");
		return NULL;
	}
	db = tsr_xcalloc(1, sizeof(*db));
	db->steps = (uint64_t)image.len * STEPS_PER_BYTE + STEPS_MORE;
	sqlite3_hard_heap_limit64(HEAP_MAX);
	rc = sqlite3_open_v2(":memory:", &db->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK) {
		set_limits(db->db);
		sqlite3_exec(db->db, "PRAGMA temp_store=2; PRAGMA cell_size_check=1; PRAGMA mmap_size=0",
			     NULL, NULL, NULL);
		rc = load(db, image);
	}
	if (rc != SQLITE_OK) {
		failed(db, rc, err);
		tsr_sqlite_close(db);
		return NULL;
	}
	sqlite3_progress_handler(db->db, STEPS_BETWEEN, on_progress, db);
	sqlite3_set_authorizer(db->db, authorise, NULL);
	return db;
}

void tsr_sqlite_close(struct tsr_sqlite *db)
{
	if (!db)
		return;
	sqlite3_close(db->db);
	free(db->copy);
	free(db);
}

struct sqlite3 *tsr_sqlite_handle(struct tsr_sqlite *db)
{
	return db->db;
}

int tsr_sqlite_prepare(struct tsr_sqlite *db, const char *sql, struct sqlite3_stmt **ret, struct tsr_err *err)
{
	int rc = sqlite3_prepare_v2(db->db, sql, -1, ret, NULL);

	return rc == SQLITE_OK ? 0 : failed(db, rc, err);
}

int tsr_sqlite_step(struct tsr_sqlite *db, struct sqlite3_stmt *stmt, struct tsr_err *err)
{
	int rc = sqlite3_step(stmt);

	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : failed(db, rc, err);
}

bool tsr_sqlite_is_spent(const struct tsr_sqlite *db)
{
	return db->spent;
}

struct tsr_slice tsr_sqlite_text(struct sqlite3_stmt *stmt, int column)
{
	const unsigned char *p = sqlite3_column_text(stmt, column);

	return p ? tsr_slice_of(p, (size_t)sqlite3_column_bytes(stmt, column)) : TSR_SLICE_NONE;
}

struct tsr_slice tsr_sqlite_blob(struct sqlite3_stmt *stmt, int column)
{
	const void *p = sqlite3_column_blob(stmt, column);

	return p ? tsr_slice_of(p, (size_t)sqlite3_column_bytes(stmt, column)) : TSR_SLICE_NONE;
}
