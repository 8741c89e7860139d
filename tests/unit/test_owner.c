/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fold_owner.h"

#include <criterion/criterion.h>

#include "base/filehash.h"
#include "base/mem.h"
#include "inspect/packages.h"
#include "layer/facts_build.h"

/*
 * Layers made record by record. A file's content is a number, and so is its digest; what a
 * database has it as is another.
 */
#define DB "var/lib/dpkg/info/p.md5sums"
#define LAYERS 4

struct record {
	enum tsr_extract_kind kind; /* 0: the end */
	const char *file;
	uint64_t content;
};

struct layer {
	const char *file; /* with findings and this content; NULL: none. 0: too large */
	uint64_t content;
	const char *db; /* a database; ".wh." in front: one that goes; NULL: none */
	struct record records[3];
};

struct image {
	struct tsr_facts *facts[LAYERS];
	uint32_t n;
	struct tsr_rootfs *rootfs;
	struct tsr_owners *owners;
};

static uint32_t add_entry(struct tsr_builder *b, const char *path)
{
	bool gone = !strncmp(path, ".wh.", 4);
	struct tsr_entry e = { .type = '0', .flags = gone ? TSR_ENTRY_WHITEOUT : 0 };

	e.node = tsr_builder_node(b, tsr_slice_str(path + (gone ? 4 : 0)));
	return tsr_builder_add_entry(b, &e);
}

/* The file is entry 0 of its layer. */
static struct tsr_facts *make_layer(const struct layer *l)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_facts head = { 0 }, *f;

	if (l->file) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_DIGEST, .entry = add_entry(b, l->file) };

		for (unsigned alg = TSR_FILEHASH_MD5; l->content && alg < TSR_FILEHASHES; alg++) {
			x.x = l->content;
			x.y = alg;
			x.z = alg;
			tsr_builder_add_extract(b, &x);
		}
		if (!l->content)
			tsr_builder_add_extract(b, &x);
	}
	if (l->db) {
		uint32_t entry = add_entry(b, l->db);

		for (const struct record *r = l->records; r->kind; r++) {
			struct tsr_extract x = { .kind = r->kind, .entry = entry, .y = r->content };

			x.a = tsr_builder_text(b, TSR_SLICE("pkg"));
			x.x = tsr_packages_path_hash(tsr_slice_str(r->file));
			x.z = r->kind == TSR_EXTRACT_APK ? TSR_FILEHASH_SHA1 :
			      r->kind == TSR_EXTRACT_RECORD || r->kind == TSR_EXTRACT_RPM ? TSR_FILEHASH_SHA256 :
											    TSR_FILEHASH_MD5;
			tsr_builder_add_extract(b, &x);
		}
	}
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	return f;
}

static struct image make_image(const struct layer *layers, uint32_t n)
{
	struct image x = { .n = n, .rootfs = tsr_rootfs_new() };

	for (uint32_t i = 0; i < n; i++) {
		x.facts[i] = make_layer(&layers[i]);
		tsr_rootfs_add(x.rootfs, x.facts[i]);
	}
	tsr_rootfs_settle(x.rootfs);
	x.owners = tsr_owners_new(x.rootfs, (const struct tsr_facts *const *)x.facts, n);
	return x;
}

static void image_free(struct image *x)
{
	tsr_owners_free(x->owners);
	tsr_rootfs_free(x->rootfs);
	for (uint32_t i = 0; i < x->n; i++)
		tsr_facts_free(x->facts[i]);
}

#define DPKG TSR_EXTRACT_DPKG
#define APK TSR_EXTRACT_APK
#define RECORD TSR_EXTRACT_RECORD
#define RPM TSR_EXTRACT_RPM
#define RPM_MD5 TSR_EXTRACT_RPM_MD5
#define FILE_A "usr/share/a"

Test(owner, the_image_says_who_owns_a_file)
{
	static const struct {
		const char *what;
		struct layer layers[LAYERS];
		uint32_t n, position;
		enum tsr_ownership kind;
	} table[] = {
		{ "as it is", { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "apk", { { FILE_A, 7, DB, { { APK, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "rpm", { { FILE_A, 7, DB, { { RPM, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "rpm, changed", { { FILE_A, 7, DB, { { RPM, FILE_A, 8 } } } }, 1, 0, TSR_OWNED_CHANGED },
		{ "rpm, too large", { { FILE_A, 0, DB, { { RPM, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_TOO_LARGE },
		{ "old rpm", { { FILE_A, 7, DB, { { RPM_MD5, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "old rpm, changed", { { FILE_A, 7, DB, { { RPM_MD5, FILE_A, 8 } } } }, 1, 0, TSR_OWNED_CHANGED },
		{ "Python", { { FILE_A, 7, DB, { { RECORD, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_PYTHON },
		{ "changed", { { FILE_A, 7, DB, { { DPKG, FILE_A, 8 } } } }, 1, 0, TSR_OWNED_CHANGED },
		{ "Python, changed", { { FILE_A, 7, DB, { { RECORD, FILE_A, 8 } } } }, 1, 0, TSR_OWNED_BY_NONE },
		{ "another file", { { FILE_A, 7, DB, { { DPKG, "usr/share/b", 7 } } } }, 1, 0, TSR_OWNED_BY_NONE },
		{ "too large", { { FILE_A, 0, DB, { { DPKG, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_TOO_LARGE },
		{ "too large, Python", { { FILE_A, 0, DB, { { RECORD, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_BY_NONE },
		{ "no database", { { FILE_A, 7, NULL, { { 0 } } } }, 1, 0, TSR_OWNED_BY_NONE },
		{ "two words", { { FILE_A, 7, DB, { { DPKG, FILE_A, 8 }, { DPKG, FILE_A, 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "merged", { { "usr/bin/a", 7, DB, { { DPKG, "bin/a", 7 } } } }, 1, 0, TSR_OWNED_SAME },
		{ "a database of a lower layer",
		  { { NULL, 0, DB, { { DPKG, FILE_A, 7 } } }, { FILE_A, 7, NULL, { { 0 } } } }, 2, 1, TSR_OWNED_SAME },
		{ "changed above its package",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } }, { FILE_A, 8, NULL, { { 0 } } } }, 2, 1, TSR_OWNED_CHANGED },
		{ "and below it is as it was",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } }, { FILE_A, 8, NULL, { { 0 } } } }, 2, 0, TSR_OWNED_SAME },
		{ "a database of a higher layer",
		  { { FILE_A, 7, NULL, { { 0 } } }, { NULL, 0, DB, { { DPKG, FILE_A, 7 } } } }, 2, 0, TSR_OWNED_SAME },
		{ "upgraded: below",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } }, { FILE_A, 8, DB, { { DPKG, FILE_A, 8 } } } }, 2, 0, TSR_OWNED_SAME },
		{ "upgraded: above",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } }, { FILE_A, 8, DB, { { DPKG, FILE_A, 8 } } } }, 2, 1, TSR_OWNED_SAME },
		{ "the old one put back",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } },
		    { FILE_A, 8, DB, { { DPKG, FILE_A, 8 } } },
		    { FILE_A, 7, NULL, { { 0 } } } },
		  3, 2, TSR_OWNED_CHANGED },
		{ "removed, and then a file of its own",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } },
		    { NULL, 0, ".wh." DB, { { 0 } } },
		    { FILE_A, 8, NULL, { { 0 } } } },
		  3, 2, TSR_OWNED_BY_NONE },
		{ "owned at its time, removed later",
		  { { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } }, { NULL, 0, ".wh." DB, { { 0 } } } }, 2, 0, TSR_OWNED_SAME },
		{ "a database that comes and goes later",
		  { { FILE_A, 7, NULL, { { 0 } } },
		    { NULL, 0, DB, { { DPKG, FILE_A, 7 } } },
		    { NULL, 0, ".wh." DB, { { 0 } } } },
		  3, 0, TSR_OWNED_BY_NONE },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct image x = make_image(table[i].layers, table[i].n);
		struct tsr_owner_verdict v = tsr_owners_find(x.owners, table[i].position, 0);

		cr_expect_eq(v.kind, table[i].kind, "%s: %d", table[i].what, v.kind);
		cr_expect(v.kind == TSR_OWNED_BY_NONE || tsr_slice_eq_str(v.package, "pkg"), "%s", table[i].what);
		cr_expect_eq(tsr_owners_find(x.owners, table[i].position, 1).kind, TSR_OWNED_BY_NONE);
		cr_expect_eq(tsr_owners_find(x.owners, 9, 0).kind, TSR_OWNED_BY_NONE);
		image_free(&x);
	}
}

Test(owner, without_findings_there_is_nothing_to_ask)
{
	static const struct layer layers[] = { { NULL, 0, DB, { { DPKG, FILE_A, 7 } } } };
	struct image x = make_image(layers, 1);

	cr_expect_null(x.owners);
	cr_expect_eq(tsr_owners_find(x.owners, 0, 0).kind, TSR_OWNED_BY_NONE);
	image_free(&x);
}

/* The lower position is hidden by the upper one of the same blob; the database is live there. */
Test(owner, a_blob_at_two_positions_counts_once)
{
	static const struct layer layer = { FILE_A, 7, DB, { { DPKG, FILE_A, 7 } } };
	struct tsr_facts *f = make_layer(&layer);
	const struct tsr_facts *facts[3] = { f, NULL, f };
	struct tsr_rootfs *rootfs = tsr_rootfs_new();
	struct tsr_owners *o;

	for (size_t i = 0; i < 3; i++)
		tsr_rootfs_add(rootfs, facts[i]);
	tsr_rootfs_settle(rootfs);
	o = tsr_owners_new(rootfs, facts, 3);
	cr_expect_eq(tsr_owners_find(o, 0, 0).kind, TSR_OWNED_SAME);
	cr_expect_eq(tsr_owners_find(o, 2, 0).kind, TSR_OWNED_BY_NONE);
	tsr_owners_free(o);
	tsr_rootfs_free(rootfs);
	tsr_facts_free(f);
}

Test(owner, ownership_lowers_little)
{
	static const enum tsr_ownership kinds[] = { TSR_OWNED_BY_NONE, TSR_OWNED_TOO_LARGE, TSR_OWNED_CHANGED, TSR_OWNED_PYTHON,
						    TSR_OWNED_SAME };

	for (size_t i = 0; i < TSR_ARRAY_LEN(kinds); i++) {
		bool same = kinds[i] == TSR_OWNED_SAME;

		cr_expect(!tsr_owner_lowers(kinds[i], TSR_CONFIRMED, TSR_CRITICAL));
		cr_expect_eq(tsr_owner_lowers(kinds[i], TSR_LIKELY, TSR_HIGH), same);
		cr_expect_eq(tsr_owner_lowers(kinds[i], TSR_POSSIBLE, TSR_MEDIUM), same);
		cr_expect(!tsr_owner_lowers(kinds[i], TSR_POSSIBLE, TSR_INFO));
		cr_expect_eq(tsr_ownership_tag(kinds[i]) == NULL, kinds[i] == TSR_OWNED_BY_NONE);
	}
}
