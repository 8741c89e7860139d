/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "archive/members.h"
#include "base/mem.h"

static struct tsr_arena arena;
static struct tsr_members m;

static void setup(void)
{
	arena = (struct tsr_arena)TSR_ARENA_INIT;
	tsr_members_init(&m, &arena);
}

static void teardown(void)
{
	tsr_members_release(&m);
	tsr_arena_release(&arena);
}

TestSuite(members, .init = setup, .fini = teardown);

static struct tsr_blob *add_file(const char *name, const char *content)
{
	struct tsr_member *e = tsr_members_add(&m, tsr_slice_str(name), '0', TSR_SLICE_NONE);
	struct tsr_blob *b = tsr_members_add_blob(&m, e, 512, content ? strlen(content) : 0);

	if (content) {
		b->digest.alg = TSR_DIGEST_SHA256;
		tsr_sha256(content, strlen(content), b->digest.bytes);
	}
	return b;
}

static void add_link(const char *name, char type, const char *target)
{
	tsr_members_add(&m, tsr_slice_str(name), type, tsr_slice_str(target));
}

/* Ordinal of the member whose body a name means, or -1. */
static int found(const char *name)
{
	const struct tsr_blob *b = tsr_members_find(&m, tsr_slice_str(name), NULL);

	return b ? (int)b->ordinal : -1;
}

static unsigned copies(const char *name)
{
	unsigned n = 99;

	tsr_members_find(&m, tsr_slice_str(name), &n);
	return n;
}

Test(members, cleans_names_and_keeps_the_raw_ones)
{
	static const struct {
		const char *raw, *name;
		bool absolute;
	} table[] = {
		{ "a/b", "a/b", false },	   { "./a//b/", "a/b", false }, { "/a", "a", true },
		{ "a/../b", "b", true },	   { "../../x", "x", true },	{ "./", "", false },
		{ "sha256:x", "sha256:x", false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		const struct tsr_member *e =
			tsr_members_add(&m, tsr_slice_str(table[i].raw), '0', TSR_SLICE_NONE);

		cr_expect(tsr_slice_eq_str(e->raw, table[i].raw) && tsr_slice_eq_str(e->name, table[i].name),
			  "%s", table[i].raw);
		cr_expect(e->absolute == table[i].absolute && e->ordinal == i && e->blob == TSR_NO_BLOB, "%s",
			  table[i].raw);
	}
}

Test(members, knows_nothing_before_it_is_settled)
{
	struct tsr_digest d = add_file("a", "a")->digest;

	cr_assert(found("a") == -1 && copies("a") == 0);
	cr_assert(!tsr_members_nth(&m, TSR_SLICE("a"), 0) && !tsr_members_by_digest(&m, &d));
	tsr_members_settle(&m);
	cr_assert(found("a") == 0);
}

Test(members, settles_an_empty_archive)
{
	struct tsr_digest none = { 0 };

	tsr_members_settle(&m);
	cr_assert(found("a") == -1 && found("") == -1);
	cr_assert(!tsr_members_by_digest(&m, &none) && !tsr_members_by_claim(&m, &none));
}

Test(members, gives_the_last_of_equal_names)
{
	add_file("x", "one");
	add_file("./x", "two");
	add_file("/x", "one");
	add_link("x", '5', "");
	tsr_members_settle(&m);
	cr_expect(copies("x") == 2);
	cr_expect(found("x") == 0); /* the third's body is the first's */
	cr_expect(tsr_members_nth(&m, TSR_SLICE("x"), 0)->ordinal == 0);
	cr_expect(tsr_members_nth(&m, TSR_SLICE("x"), 1)->ordinal == 1);
	cr_expect(tsr_members_nth(&m, TSR_SLICE("x"), 3)->ordinal == 3);
	cr_expect(!tsr_members_nth(&m, TSR_SLICE("x"), 4));
}

Test(members, counts_equal_bodies_as_one_copy)
{
	add_file("x", "same");
	add_file("x", "same");
	add_file("y", "one");
	add_link("y", '2', "x");
	tsr_members_settle(&m);
	cr_expect(copies("x") == 1);
	cr_expect(copies("y") == 2 && found("y") == 0);
}

Test(members, follows_links)
{
	add_link("early", '1', "blob");
	add_file("blob", "b");
	add_file("d/e/f", "f");
	add_link("d/up", '2', "../blob");
	add_link("d/abs", '2', "/blob");
	add_link("d/beside", '2', "e/f");
	add_link("d/hard", '1', "./d/e/f");
	add_link("far", '2', "d/beside");
	add_link("dir", '2', "d/e");
	add_link("d/climb", '2', "../../../../blob");
	add_link("root", '2', ".");
	add_link("rooted", '2', "/");
	add_link("dangling", '2', "nowhere");
	tsr_members_settle(&m);
	cr_expect(found("early") == 1 && found("d/up") == 1 && found("d/abs") == 1 && found("d/climb") == 1);
	cr_expect(found("d/beside") == 2 && found("d/hard") == 2 && found("far") == 2 &&
		  found("./far/") == 2);
	cr_expect(found("dir/f") == 2, "through a linked directory");
	cr_expect(found("root/blob") == 1 && found("root") == -1 && found("rooted/dir/f") == 2);
	cr_expect(found("dangling") == -1 && found("d") == -1 && found("none/at/all") == -1);
}

Test(members, gives_up_on_cycles_and_long_chains)
{
	char from[32], to[32];

	add_link("a", '2', "b");
	add_link("b", '2', "a");
	add_link("self", '1', "self");
	add_link("loop", '2', "loop/loop");
	for (int i = 0; i < 60; i++) {
		snprintf(from, sizeof(from), "c%d", i);
		snprintf(to, sizeof(to), "c%d", i + 1);
		add_link(from, '2', to);
	}
	add_file("c60", "end");
	tsr_members_settle(&m);
	cr_expect(found("a") == -1 && found("self") == -1 && found("loop/x") == -1);
	cr_expect(found("c0") == -1 && found("c19") == -1);
	cr_expect(found("c20") == 64 && found("c59") == 64);
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

Test(members, reads_what_a_name_claims)
{
	static const struct {
		const char *name;
		int alg;
	} table[] = {
		{ "blobs/sha256/" HEX, TSR_DIGEST_SHA256 },
		{ "./blobs/sha256/" HEX, TSR_DIGEST_SHA256 },
		{ "blobs/sha512/" HEX HEX, TSR_DIGEST_SHA512 },
		{ "blobs/blake3/" HEX, TSR_DIGEST_OTHER },
		{ "sha256:" HEX, TSR_DIGEST_SHA256 },
		{ HEX ".json", TSR_DIGEST_SHA256 },
		{ HEX ".tar", TSR_DIGEST_NONE },
		{ HEX ".tar.gz", TSR_DIGEST_NONE },
		{ HEX "/json", TSR_DIGEST_NONE },
		{ "blobs/sha256/" HEX "/x", TSR_DIGEST_NONE },
		{ "blobs/sha256", TSR_DIGEST_NONE },
		{ "blobs/sha256/short", TSR_DIGEST_NONE },
		{ "x/blobs/sha256/" HEX, TSR_DIGEST_NONE },
		{ "manifest.json", TSR_DIGEST_NONE },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		const struct tsr_blob *b = add_file(table[i].name, "");

		cr_expect(b->claimed.alg == table[i].alg, "%s: %d", table[i].name, b->claimed.alg);
		cr_expect(table[i].alg != TSR_DIGEST_SHA256 || b->claimed.bytes[1] == 0x23, "%s",
			  table[i].name);
	}
}

Test(members, finds_by_digest_and_by_claim)
{
	struct tsr_digest d, claimed, other, unknown;
	struct tsr_blob *b;

	add_file("blobs/sha256/" HEX, "wrong content");
	b = add_file("blobs/sha512/" HEX HEX, "a longer digest");
	b->other = b->claimed;
	b->other.bytes[0] = 7;
	other = b->other;
	add_file("blobs/blake3/" HEX, "unknown digest");
	d = add_file("layer.tar", "layer")->digest;
	tsr_members_settle(&m);
	cr_assert(tsr_digest_parse(TSR_SLICE("sha256:" HEX), &claimed) == 0);
	cr_assert(tsr_digest_parse(TSR_SLICE("blake3:" HEX), &unknown) == 0);
	cr_expect(tsr_members_by_digest(&m, &d) == &m.blobs[3] && !tsr_members_by_claim(&m, &d));
	cr_expect(tsr_members_by_claim(&m, &claimed) == &m.blobs[0] && !tsr_members_by_digest(&m, &claimed));
	cr_expect(tsr_members_by_digest(&m, &other) == &m.blobs[1]);
	cr_expect(tsr_members_by_claim(&m, &unknown) == &m.blobs[2] && !tsr_members_by_digest(&m, &unknown));
}

Test(members, ties_equal_bodies_to_the_first)
{
	struct tsr_digest d;
	struct tsr_blob *b;

	add_file("first", "body");
	b = add_file("blobs/sha256/" HEX, "body");
	b->flags = TSR_BLOB_MISMATCH;
	d = b->digest;
	add_file("cut", "body")->flags = TSR_BLOB_CUT;
	add_file("third", "body");
	add_file("new", NULL);
	for (int round = 0; round < 2; round++) {
		tsr_members_settle(&m);
		cr_expect(m.list[0].blob == 0 && m.list[1].blob == 0 && m.list[2].blob == 2 &&
			  m.list[3].blob == 0);
		cr_expect(m.list[4].blob == 4);
		cr_expect(m.blobs[0].flags == TSR_BLOB_MISMATCH &&
			  m.blobs[0].claimed.alg == TSR_DIGEST_SHA256);
		cr_expect(m.blobs[1].flags & TSR_BLOB_DUPLICATE && m.blobs[3].flags & TSR_BLOB_DUPLICATE);
		cr_expect(!(m.blobs[2].flags & TSR_BLOB_DUPLICATE) && !m.blobs[4].flags);
		cr_expect(tsr_members_by_digest(&m, &d) == &m.blobs[0]);
	}
}

Test(members, finds_every_one_of_many)
{
	char name[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%d/layer.tar", i * 7 % 5000);
		add_file(name, name);
	}
	tsr_members_settle(&m);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%d/layer.tar", i * 7 % 5000);
		cr_assert(found(name) == i);
		cr_assert(tsr_members_by_digest(&m, &m.blobs[i].digest) == &m.blobs[i]);
	}
}

Test(members, counts_copies_of_what_a_link_means)
{
	add_file("evil", "a");
	add_link("hard", '1', "evil");
	add_link("soft", '2', "hard");
	add_file("evil", "b");
	tsr_members_settle(&m);
	cr_expect(copies("hard") == 2, "the link keeps the first body in what unpacks, and means the last here");
	cr_expect(copies("soft") == 2);
	cr_expect(copies("evil") == 2);
}

Test(members, knows_a_name_that_leads_through_a_link)
{
	add_file("manifest.json", "a");
	add_link("d", '2', ".");
	add_link("e", '2', "d/d");
	add_file("e/manifest.json", "b");
	add_link("loop", '2', "loop/x");
	add_file("loop/y", "c");
	tsr_members_settle(&m);
	cr_expect(found("manifest.json") == 3 && copies("manifest.json") == 2, "as unpacking would leave it");
	cr_expect(found("e/manifest.json") == 3 && found("d/manifest.json") == 3);
	cr_expect(copies("loop/y") <= 1);
}
