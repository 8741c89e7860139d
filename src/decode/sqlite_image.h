/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_SQLITE_IMAGE_H
#define TSR_DECODE_SQLITE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * An SQLite database in memory, to be read and nothing else. Its bytes are hostile: no SQL of the
 * file is run (no views, triggers, virtual tables, functions), statements are ours and may only
 * select and read, work and memory are bounded. A journal beside the file is not looked at.
 */
struct sqlite3;
struct sqlite3_stmt;
struct tsr_sqlite;

bool tsr_sqlite_sniff(struct tsr_slice head);

/* `image` is borrowed; what is in the header about a journal does not matter. NULL with *err filled: it is none, or damaged. */
struct tsr_sqlite *tsr_sqlite_open(struct tsr_slice image, struct tsr_err *err);
void tsr_sqlite_close(struct tsr_sqlite *db); /* after its statements were finalised; NULL is fine */
struct sqlite3 *tsr_sqlite_handle(struct tsr_sqlite *db);

/* One statement of ours, which the caller finalises. */
int tsr_sqlite_prepare(struct tsr_sqlite *db, const char *sql, struct sqlite3_stmt **ret,
		       struct tsr_err *err);
/* 1: a row, 0: no more, -1: damaged, or more work than a database of this size can be. */
int tsr_sqlite_step(struct tsr_sqlite *db, struct sqlite3_stmt *stmt, struct tsr_err *err);
/* Was that bound of work reached? Nothing more can be read then. */
bool tsr_sqlite_is_spent(const struct tsr_sqlite *db);

/* A column of the row: text is UTF-8 whatever the file has. Valid until the next step or another form of the same column. */
struct tsr_slice tsr_sqlite_text(struct sqlite3_stmt *stmt, int column);
struct tsr_slice tsr_sqlite_blob(struct sqlite3_stmt *stmt, int column);

#endif
