/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/rpmdb.h"

#include <sqlite3.h>

#include "decode/sqlite_image.h"

bool tsr_rpmdb_tell(struct tsr_rpmdb_out *out, struct tsr_slice header)
{
	if (header.len > out->left)
		return false;
	out->left -= header.len;
	out->on_header(out->ctx, header);
	return true;
}

static int from_sqlite(struct tsr_slice image, struct tsr_rpmdb_out *out, struct tsr_err *err)
{
	struct tsr_sqlite *db = tsr_sqlite_open(image, err);
	sqlite3_stmt *stmt = NULL;
	int more = -1;

	if (db && !tsr_sqlite_prepare(db, "SELECT blob FROM main.Packages NOT INDEXED", &stmt, err))
		while ((more = tsr_sqlite_step(db, stmt, err)) == 1)
			if (!tsr_rpmdb_tell(out, tsr_sqlite_blob(stmt, 0))) {
				more = tsr_err_set(err, TSR_EFORMAT, "a header stands in it twice");
				break;
			}
	sqlite3_finalize(stmt);
	tsr_sqlite_close(db);
	return more;
}

int tsr_rpmdb_each(struct tsr_slice db, void (*on_header)(void *ctx, struct tsr_slice header), void *ctx,
		   struct tsr_err *err)
{
	struct tsr_rpmdb_out out = { on_header, ctx, db.len };

	if (tsr_sqlite_sniff(db))
		return from_sqlite(db, &out, err);
	if (tsr_slice_starts(db, "RpmP"))
		return tsr_rpmdb_ndb(db, &out, err);
	return tsr_rpmdb_bdb(db, &out, err);
}
