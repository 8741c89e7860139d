/* SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "decode/container.h"
#include "decode/sqlite_image.h"

/*
 * SQLite databases: each table is a stream of its rows as text, `column = "value"` a line, so that it
 * reads like a file of settings; a table of names and values has `name = "value"`. A blob that
 * is a container itself comes after its table as TABLE/ROWID/COLUMN. Generated columns are computed by
 * SQL of the file and are not read.
 */

#define TABLES_MAX 10000u
#define BLOBS_MAX 65536u
#define ROW_MAX (96u << 20) /* a row of 32 MiB, as UTF-8, with names */
/* The names of columns come with each row, which may make a few times the file's bytes. */
#define TEXT_RATIO 64u
#define TEXT_MORE (64u << 20)
#define NAME_LENGTH_MAX 256u

/* A value that gets a stream of its own. */
struct apart {
	int64_t rowid;
	int column;
};

struct rows {
	struct tsr_sqlite *db;
	char **tables;
	size_t n_tables, cap_tables, at; /* at: the next one */

	/* The table at hand: */
	char *table;
	char **columns;
	size_t n_columns, cap_columns;
	int key, value; /* columns of a table of settings, or -1 */
	bool has_rowid; /* as the first column of the statement */
	sqlite3_stmt *stmt;
	struct tsr_buf row;
	size_t given; /* bytes of the row */
	struct apart *blobs;
	size_t n_blobs, cap_blobs, next_blob;

	sqlite3_blob *blob; /* the one at hand */
	int blob_at;
	struct tsr_buf path;
	uint64_t budget;
	struct tsr_err err; /* why it ends, where that is not the last table */
};

/* --- tables and columns ----------------------------------------------------- */

/* Whatever is in a name, between quotes it is a name. */
static char *quoted(struct tsr_slice name)
{
	char *out = tsr_xmalloc(2 * name.len + 3), *p = out;

	*p++ = '"';
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '"')
			*p++ = '"';
		*p++ = name.ptr[i];
	}
	*p++ = '"';
	*p = '\0';
	return out;
}

static void list_tables(struct rows *r)
{
	static const char sql[] = "SELECT name, rootpage FROM main.sqlite_master WHERE type = 'table'";
	sqlite3_stmt *stmt;
	int more;

	if (tsr_sqlite_prepare(r->db, sql, &stmt, &r->err))
		return;
	while ((more = tsr_sqlite_step(r->db, stmt, &r->err)) == 1 && r->n_tables < TABLES_MAX) {
		struct tsr_slice name = tsr_sqlite_text(stmt, 0);

		/* Virtual ones have no page; their content is in real tables. */
		if (sqlite3_column_int64(stmt, 1) <= 0 || tsr_slice_starts(name, "sqlite_") ||
		    tsr_slice_find(name, '\0', 0) < name.len)
			continue;
		r->tables = tsr_grow(r->tables, &r->cap_tables, r->n_tables + 1, sizeof(*r->tables));
		r->tables[r->n_tables++] = tsr_xstrndup(name.ptr, name.len);
	}
	sqlite3_finalize(stmt);
	if (more == 1)
		tsr_err_set(&r->err, TSR_ELIMIT, "the database has more than %u tables", TABLES_MAX);
}

/*
 * How well a column's name says that it holds names of settings, or their values: 2 is
 * the name itself, 1 its end, if that is more than a letter.
 */
static int rank(struct tsr_slice column, const char *const *names, size_t n)
{
	int best = 0;

	for (size_t i = 0; i < n && best < 2; i++) {
		size_t len = strlen(names[i]);

		if (column.len >= len &&
		    tsr_slice_caseeq_str(tsr_slice_sub(column, column.len - len, column.len), names[i]))
			best = column.len == len ? 2 : len > 1 ? 1 : best;
	}
	return best;
}

/* The best one, the first of several; `alone`: several are none. */
static int best_column(const struct rows *r, const char *const *names, size_t n, bool alone)
{
	int best = 0, found = -1, same = 0;

	for (size_t i = 0; i < r->n_columns; i++) {
		int here = rank(tsr_slice_str(r->columns[i]), names, n);

		same = here > best ? 1 : same + (here == best && here);
		if (here <= best)
			continue;
		best = here;
		found = (int)i;
	}
	return alone && same > 1 ? -1 : found;
}

/* settings(name, value), wp_options(option_name, option_value), cookies(host_key, name, value) … */
static void find_settings(struct rows *r)
{
	static const char *const names[] = { "name",	  "key",       "option",   "setting",
					     "param",	  "parameter", "variable", "property",
					     "attribute", "path",      "k" };
	static const char *const values[] = { "value", "val", "data", "content", "v" };

	r->key = best_column(r, names, TSR_ARRAY_LEN(names), false);
	r->value = best_column(r, values, TSR_ARRAY_LEN(values), true);
	if (r->key < 0 || r->value < 0)
		r->key = r->value = -1;
}

/* Columns as they are stored: hidden is 2 or 3 for generated ones. */
static int list_columns(struct rows *r, const char *table, struct tsr_err *err)
{
	struct tsr_buf sql = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	sqlite3_stmt *stmt;
	int more;

	tsr_buf_printf(&sql, "PRAGMA main.table_xinfo(%s)", table);
	more = tsr_sqlite_prepare(r->db, sql.ptr, &stmt, err);
	tsr_buf_release(&sql);
	if (more)
		return -1;
	while ((more = tsr_sqlite_step(r->db, stmt, err)) == 1) {
		struct tsr_slice name = tsr_sqlite_text(stmt, 1);

		if (sqlite3_column_int(stmt, 6) > 1)
			continue;
		r->columns = tsr_grow(r->columns, &r->cap_columns, r->n_columns + 1, sizeof(*r->columns));
		r->columns[r->n_columns++] = tsr_xstrndup(name.len ? name.ptr : "", name.len);
	}
	sqlite3_finalize(stmt);
	return more;
}

/* The name that the number of a row goes by, unless columns have all of them. */
static const char *rowid_name(const struct rows *r)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++) {
		bool taken = false;

		for (size_t k = 0; k < r->n_columns; k++)
			taken |= !sqlite3_stricmp(r->columns[k], names[i]);
		if (!taken)
			return names[i];
	}
	return NULL;
}

/* From the table itself and no index, which the file might have something else in. */
static int select_rows(struct rows *r, const char *table, const char *rowid, struct tsr_err *err)
{
	struct tsr_buf sql = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	int rc;

	tsr_buf_adds(&sql, "SELECT ");
	tsr_buf_adds(&sql, rowid ? rowid : "NULL");
	for (size_t i = 0; i < r->n_columns; i++) {
		char *name = quoted(tsr_slice_str(r->columns[i]));

		tsr_buf_printf(&sql, ", %s", name);
		free(name);
	}
	tsr_buf_printf(&sql, " FROM main.%s NOT INDEXED", table);
	rc = tsr_sqlite_prepare(r->db, sql.ptr, &r->stmt, err);
	tsr_buf_release(&sql);
	r->has_rowid = !rc && rowid;
	return rc;
}

static void leave_table(struct rows *r)
{
	sqlite3_finalize(r->stmt);
	r->stmt = NULL;
	for (size_t i = 0; i < r->n_columns; i++)
		free(r->columns[i]);
	r->n_columns = r->n_blobs = r->next_blob = 0;
	tsr_buf_wipe(&r->row);
	r->given = 0;
}

static int enter_table(struct rows *r, struct tsr_err *err)
{
	char *table = quoted(tsr_slice_str(r->table));
	const char *rowid;
	int rc = list_columns(r, table, err);

	if (!rc) {
		find_settings(r);
		rowid = rowid_name(r);
		/* WITHOUT ROWID */
		if (!rowid || select_rows(r, table, rowid, err))
			rc = select_rows(r, table, NULL, err);
	}
	free(table);
	return rc;
}

/* --- rows as text ----------------------------------------------------------- */

static bool is_text(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 && !strchr("\t\n\r", s.ptr[i]))
			return false;
	return true;
}

static bool has(struct tsr_slice s, char c)
{
	return tsr_slice_find(s, c, 0) < s.len;
}

/* In quotes that it does not have itself; what has lines of its own stands on them as it is. */
static void add_value(struct tsr_buf *row, struct tsr_slice name, struct tsr_slice value)
{
	static const char quotes[] = "\"'`";
	const char *q = quotes;

	while (*q && has(value, *q))
		q++;
	tsr_buf_addsl(row, tsr_slice_sub(name, 0, NAME_LENGTH_MAX));
	if (has(value, '\n') || has(value, '\r') || !is_text(value)) {
		tsr_buf_adds(row, " =\n");
		tsr_buf_addsl(row, value);
	} else {
		tsr_buf_adds(row, " = ");
		if (*q)
			tsr_buf_addc(row, *q);
		tsr_buf_addsl(row, value);
		if (*q)
			tsr_buf_addc(row, *q);
	}
	tsr_buf_addc(row, '\n');
}

static bool set_apart(struct rows *r, int column, struct tsr_slice bytes)
{
	if (!r->has_rowid || r->n_blobs == BLOBS_MAX ||
	    !tsr_container_sniff(tsr_slice_sub(bytes, 0, TSR_CONTAINER_HEAD)))
		return false;
	r->blobs = tsr_grow(r->blobs, &r->cap_blobs, r->n_blobs + 1, sizeof(*r->blobs));
	r->blobs[r->n_blobs++] = (struct apart){ sqlite3_column_int64(r->stmt, 0), column };
	r->budget -= bytes.len < r->budget ? bytes.len : r->budget;
	return true;
}

/* Column 0 of the statement is the row's number. */
static void add_column(struct rows *r, int column, struct tsr_slice name)
{
	int type = sqlite3_column_type(r->stmt, column + 1);
	struct tsr_slice value;

	if (type == SQLITE_NULL)
		return;
	if (type == SQLITE_BLOB) {
		value = tsr_sqlite_blob(r->stmt, column + 1);
		if (set_apart(r, column, value))
			return;
	} else {
		value = tsr_sqlite_text(r->stmt, column + 1);
	}
	add_value(&r->row, name, value);
}

/* What a row of settings is about, if that is a name and there is a value. */
static struct tsr_slice setting_name(struct rows *r)
{
	struct tsr_slice name = TSR_SLICE_NONE;

	if (r->key < 0 || sqlite3_column_type(r->stmt, r->value + 1) == SQLITE_NULL ||
	    sqlite3_column_type(r->stmt, r->key + 1) != SQLITE_TEXT)
		return name;
	name = tsr_slice_trim(tsr_sqlite_text(r->stmt, r->key + 1));
	return name.len <= NAME_LENGTH_MAX && !has(name, '\n') && is_text(name) ? name : TSR_SLICE_NONE;
}

/* 1: there is a row in the buffer, 0: there are no more. */
static int take_row(struct rows *r, struct tsr_err *err)
{
	struct tsr_slice name;
	int more = tsr_sqlite_step(r->db, r->stmt, err);

	tsr_buf_reset(&r->row);
	r->given = 0;
	if (more < 1)
		return more;
	name = setting_name(r);
	for (int i = 0; i < (int)r->n_columns; i++) {
		if (name.len && i == r->key)
			continue;
		add_column(r, i, name.len && i == r->value ? name : tsr_slice_str(r->columns[i]));
	}
	tsr_buf_addc(&r->row, '\n');
	if (r->row.full)
		return tsr_err_set(err, TSR_ELIMIT, "a row is too large");
	r->budget -= r->row.len < r->budget ? r->row.len : r->budget;
	if (!r->budget)
		return tsr_err_set(err, TSR_ELIMIT, "its rows come to more than %u times its size",
				   TEXT_RATIO);
	return 1;
}

/* --- the container ---------------------------------------------------------- */

static void rows_close(void *state)
{
	struct rows *r = state;

	sqlite3_blob_close(r->blob);
	leave_table(r);
	tsr_sqlite_close(r->db);
	for (size_t i = 0; i < r->n_tables; i++)
		free(r->tables[i]);
	free(r->tables);
	free(r->columns);
	free(r->blobs);
	tsr_buf_release(&r->row);
	tsr_buf_release(&r->path);
	free(r);
}

static void *rows_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct rows *r = tsr_xcalloc(1, sizeof(*r));

	tsr_buf_init(&r->row, ROW_MAX);
	tsr_buf_init(&r->path, TSR_BUF_TEXT_MAX);
	r->budget = (uint64_t)input->whole.len * TEXT_RATIO + TEXT_MORE;
	r->db = tsr_sqlite_open(input->whole, err);
	if (!r->db) {
		rows_close(r);
		return NULL;
	}
	list_tables(r);
	return r;
}

/* Opens the next value that has a stream of its own; one that cannot be opened had its table damaged. */
static bool next_blob(struct rows *r, struct tsr_inner_stream *out)
{
	sqlite3_blob_close(r->blob);
	r->blob = NULL;
	while (r->next_blob < r->n_blobs && !r->blob) {
		const struct apart *a = &r->blobs[r->next_blob++];
		const char *column = r->columns[a->column];

		if (sqlite3_blob_open(tsr_sqlite_handle(r->db), "main", r->table, column, a->rowid, 0,
				      &r->blob) != SQLITE_OK)
			continue;
		r->blob_at = 0;
		tsr_buf_reset(&r->path);
		tsr_buf_printf(&r->path, "%s/%lld/%s", r->table, (long long)a->rowid, column);
		*out = (struct tsr_inner_stream){ .path = tsr_buf_slice(&r->path) };
	}
	return r->blob;
}

static int rows_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct rows *r = state;
	struct tsr_err damage = TSR_ERR_INIT;

	/* Values with streams of their own may be in rows that nobody asked for. */
	while (r->stmt && take_row(r, &damage) == 1)
		;
	sqlite3_finalize(r->stmt);
	r->stmt = NULL;
	if (next_blob(r, out))
		return 1;
	leave_table(r);
	if (tsr_sqlite_is_spent(r->db) || !r->budget)
		return tsr_err_set(err, TSR_ELIMIT,
				   "reading all of it is more work than a database of its size can be");
	if (r->at == r->n_tables)
		return r->err.kind == TSR_ENONE ? 0 : tsr_err_set(err, r->err.kind, "%s", r->err.msg);
	r->table = r->tables[r->at++];
	*out = (struct tsr_inner_stream){ .path = tsr_slice_str(r->table) };
	if (enter_table(r, &damage))
		out->why_not = "the table cannot be read";
	return 1;
}

static ssize_t read_blob(struct rows *r, void *p, size_t n, struct tsr_err *err)
{
	int left = sqlite3_blob_bytes(r->blob) - r->blob_at;
	int part = n < (size_t)left ? (int)n : left;

	if (part && sqlite3_blob_read(r->blob, p, part, r->blob_at) != SQLITE_OK)
		return tsr_err_set(err, TSR_EFORMAT, "the database is damaged");
	r->blob_at += part;
	return part;
}

static ssize_t rows_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct rows *r = state;
	int more;

	if (r->blob)
		return read_blob(r, p, n, err);
	if (r->given == r->row.len) {
		if (!r->stmt)
			return 0;
		more = take_row(r, err);
		if (more < 1) {
			sqlite3_finalize(r->stmt);
			r->stmt = NULL;
			tsr_buf_wipe(&r->row);
			return more;
		}
	}
	n = n < r->row.len - r->given ? n : r->row.len - r->given;
	memcpy(p, r->row.ptr + r->given, n);
	r->given += n;
	return (ssize_t)n;
}

extern const struct tsr_container tsr_container_sqlite;
const struct tsr_container tsr_container_sqlite = {
	.kind = "sqlite",
	.whole = true,
	.sniff = tsr_sqlite_sniff,
	.open = rows_open,
	.next = rows_next,
	.read = rows_read,
	.close = rows_close,
};
