/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/image_fold.h"
#include "base/mem.h"
#include "inspect/accounts.h"

/*
 * The accounts of the final root, as its /etc/passwd, /etc/shadow and /etc/group have them: account/…
 * One finding for a file and a rule; names are the image's, so they are masked.
 */
struct book {
	struct tsr_image_fold *x;
	const struct tsr_facts *facts;
	struct tsr_found at;
	const struct tsr_extract **rows; /* accounts or groups */
	size_t n, cap;
};

#define NAMES_SHOWN 5u
#define NAME_MAX_SHOWN 64u

/* Names in a message; the rest is counted. */
struct names {
	struct tsr_buf text;
	uint32_t n;
};

static void add_name(struct book *b, struct names *l, const struct tsr_extract *row)
{
	struct tsr_slice name = tsr_slice_sub(tsr_slice_str(tsr_facts_text(b->facts, row->a)), 0, NAME_MAX_SHOWN);

	if (l->n++ < NAMES_SHOWN)
		tsr_buf_printf(&l->text, "%s%s", l->n > 1 ? ", " : "",
			       tsr_mask_text(b->x->f->maker.scanner, b->x->f->maker.arena, name, TSR_MASK_TEXT).ptr);
}

static void tell(struct book *b, enum tsr_builtin which, enum tsr_severity most, const char *what, struct names *l)
{
	struct tsr_arena *a = &b->x->f->run->arena;

	if (l->n > NAMES_SHOWN)
		tsr_buf_printf(&l->text, " and %u more", l->n - NAMES_SHOWN);
	if (l->n)
		tsr_image_emit_file_as(b->x, which, most, tsr_arena_printf(a, "%s: %s", what, l->text.ptr), b->at.layer,
				       b->at.entry);
	tsr_buf_release(&l->text);
}

static bool open_book(struct tsr_image_fold *x, struct tsr_slice path, enum tsr_extract_kind kind, struct book *b)
{
	*b = (struct book){ .x = x };
	if (!tsr_rootfs_lookup(x->rootfs, path, &b->at))
		return false;
	b->facts = x->facts[b->at.layer];
	for (uint32_t i = 0; i < b->facts->n_extracts; i++) {
		const struct tsr_extract *row = &b->facts->extracts[i];

		if (row->entry != b->at.entry)
			continue;
		if (row->kind == TSR_EXTRACT_BROKEN_LINE)
			tsr_image_emit_file(x, TSR_BUILTIN_ACCOUNT_BROKEN_LINE,
					    tsr_arena_printf(&x->f->run->arena,
							     "%llu lines have not the form of this file, the first of them is line %llu",
							     (unsigned long long)row->y, (unsigned long long)row->x),
					    b->at.layer, b->at.entry);
		if (row->kind != kind)
			continue;
		b->rows = tsr_grow(b->rows, &b->cap, b->n + 1, sizeof(*b->rows));
		b->rows[b->n++] = row;
	}
	return true;
}

static bool is_root(const struct book *b, const struct tsr_extract *row)
{
	return !strcmp(tsr_facts_text(b->facts, row->a), "root");
}

/* Of passwd and shadow: fields that are empty, and hashes that are broken in no time. */
static void check_passwords(struct book *b)
{
	struct names empty = { TSR_BUF_INIT(4096), 0 }, weak = { TSR_BUF_INIT(4096), 0 };
	enum tsr_severity most = TSR_MEDIUM;

	for (size_t i = 0; i < b->n; i++) {
		const struct tsr_extract *row = b->rows[i];

		if (row->z == TSR_PASSWORD_WEAK)
			add_name(b, &weak, row);
		if (row->z != TSR_PASSWORD_EMPTY)
			continue;
		add_name(b, &empty, row);
		if (is_root(b, row) || (row->kind == TSR_EXTRACT_ACCOUNT && !row->x))
			most = TSR_CRITICAL; /* as the rule says */
	}
	tell(b, TSR_BUILTIN_ACCOUNT_EMPTY_PASSWORD, most, "These accounts need no password", &empty);
	tell(b, TSR_BUILTIN_ACCOUNT_WEAK_HASH, TSR_CRITICAL, "The passwords of these accounts are hashed with DES or MD5", &weak);
}

static int by_number(const void *p, const void *q)
{
	const struct tsr_extract *a = *(const struct tsr_extract *const *)p, *b = *(const struct tsr_extract *const *)q;

	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	return a < b ? -1 : a > b; /* of one array */
}

/* Names that share a number. Root's number is another rule's. */
static void check_numbers(struct book *b, enum tsr_builtin which, const char *what)
{
	struct names shared = { TSR_BUF_INIT(4096), 0 };

	if (b->n)
		qsort(b->rows, b->n, sizeof(*b->rows), by_number);
	for (size_t i = 0; i < b->n; i++) {
		bool before = i > 0 && b->rows[i - 1]->x == b->rows[i]->x;
		bool after = i + 1 < b->n && b->rows[i + 1]->x == b->rows[i]->x;

		if ((before || after) && (b->rows[i]->x || which == TSR_BUILTIN_ACCOUNT_DUPLICATE_GID))
			add_name(b, &shared, b->rows[i]);
	}
	tell(b, which, TSR_CRITICAL, what, &shared);
}

static void check_roots(struct book *b)
{
	struct names roots = { TSR_BUF_INIT(4096), 0 };

	for (size_t i = 0; i < b->n; i++)
		if (!b->rows[i]->x && !is_root(b, b->rows[i]))
			add_name(b, &roots, b->rows[i]);
	tell(b, TSR_BUILTIN_ACCOUNT_EXTRA_ROOT, TSR_CRITICAL, "These accounts are root by another name (uid 0)", &roots);
}

void tsr_image_check_accounts(struct tsr_image_fold *x)
{
	struct book b;

	if (open_book(x, TSR_SLICE("etc/passwd"), TSR_EXTRACT_ACCOUNT, &b)) {
		check_passwords(&b);
		check_roots(&b);
		check_numbers(&b, TSR_BUILTIN_ACCOUNT_DUPLICATE_UID, "These accounts share a uid");
	}
	free(b.rows);
	if (open_book(x, TSR_SLICE("etc/shadow"), TSR_EXTRACT_SHADOW, &b))
		check_passwords(&b);
	free(b.rows);
	if (open_book(x, TSR_SLICE("etc/group"), TSR_EXTRACT_GROUP, &b))
		check_numbers(&b, TSR_BUILTIN_ACCOUNT_DUPLICATE_GID, "These groups share a gid");
	free(b.rows);
}
