/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/git_pack_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "container_told.h"

/* Packs made by hand, object by object. */

#define PACK_MAX (64u << 20)

struct pack_build {
	struct tsr_buf b;
	uint32_t n;
	size_t last; /* offset of the last object */
};

static struct pack_build pack_new(void)
{
	struct pack_build p = { .n = 0 };

	tsr_buf_init(&p.b, PACK_MAX);
	tsr_buf_add(&p.b, "PACK\0\0\0\2\0\0\0\0", 12);
	return p;
}

static void add_zlib(struct tsr_buf *b, struct tsr_slice s)
{
	uLongf n = compressBound(s.len);
	unsigned char *room = tsr_xmalloc(n);

	cr_assert_eq(compress2(room, &n, (const Bytef *)s.ptr, s.len, 6), Z_OK);
	tsr_buf_add(b, room, n);
	free(room);
}

static void add_head(struct pack_build *p, unsigned type, uint64_t size)
{
	unsigned char c = (unsigned char)(type << 4 | (size & 15));

	p->last = p->b.len;
	p->n++;
	for (size >>= 4; size; size >>= 7) {
		tsr_buf_addc(&p->b, (char)(c | 0x80));
		c = size & 0x7f;
	}
	tsr_buf_addc(&p->b, (char)c);
}

static void add_back(struct pack_build *p, uint64_t back)
{
	unsigned char room[10];
	size_t at = sizeof(room) - 1;

	room[at] = back & 0x7f;
	while (back >>= 7)
		room[--at] = 0x80 | (--back & 0x7f);
	tsr_buf_add(&p->b, room + at, sizeof(room) - at);
}

static size_t add_object(struct pack_build *p, unsigned type, struct tsr_slice content)
{
	add_head(p, type, content.len);
	add_zlib(&p->b, content);
	return p->last;
}

static size_t add_ofs_delta(struct pack_build *p, size_t base, struct tsr_slice delta)
{
	size_t at = p->b.len;

	add_head(p, TSR_GIT_OFS_DELTA, delta.len);
	add_back(p, at - base);
	add_zlib(&p->b, delta);
	return at;
}

static size_t add_ref_delta(struct pack_build *p, const void *id, struct tsr_slice delta)
{
	add_head(p, TSR_GIT_REF_DELTA, delta.len);
	tsr_buf_add(&p->b, id, 20);
	add_zlib(&p->b, delta);
	return p->last;
}

static struct tsr_slice finish(struct pack_build *p)
{
	for (unsigned i = 0; i < 4; i++)
		p->b.ptr[8 + i] = (char)(p->n >> (24 - 8 * i));
	tsr_buf_add(&p->b, "01234567890123456789", 20);
	return tsr_buf_slice(&p->b);
}

static void add_number(struct tsr_buf *d, uint64_t n)
{
	for (; n > 0x7f; n >>= 7)
		tsr_buf_addc(d, (char)(0x80 | (n & 0x7f)));
	tsr_buf_addc(d, (char)n);
}

/* Copies base[0, keep) and inserts the text. */
static struct tsr_slice delta_of(struct tsr_buf *d, size_t base, size_t keep, const char *text)
{
	tsr_buf_reset(d);
	add_number(d, base);
	add_number(d, keep + strlen(text));
	if (keep) {
		tsr_buf_addc(d, (char)0xb0);
		tsr_buf_addc(d, (char)(keep & 0xff));
		tsr_buf_addc(d, (char)(keep >> 8));
	}
	if (*text) {
		tsr_buf_addc(d, (char)strlen(text));
		tsr_buf_adds(d, text);
	}
	return tsr_buf_slice(d);
}

static void id_of(unsigned type, const char *text, unsigned char id[TSR_GIT_ID_MAX])
{
	tsr_git_object_id(type, tsr_slice_str(text), 20, id);
}

static const char *hex_of(const unsigned char *id, char out[41])
{
	for (size_t i = 0; i < 20; i++)
		snprintf(out + 2 * i, 3, "%02x", id[i]);
	return out;
}

Test(git_pack, ids_are_those_of_git)
{
	unsigned char id[TSR_GIT_ID_MAX];
	char hex[41];

	id_of(TSR_GIT_BLOB, "", id);
	cr_expect_str_eq(hex_of(id, hex), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	id_of(TSR_GIT_TREE, "", id);
	cr_expect_str_eq(hex_of(id, hex), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

Test(git_pack, deltas_are_resolved_and_blobs_have_their_names)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096), tree = TSR_BUF_INIT(4096);
	unsigned char id[TSR_GIT_ID_MAX];
	struct told_list l;
	struct told *t;
	size_t base, other;

	base = add_object(&p, TSR_GIT_BLOB, TSR_SLICE("one two three"));
	other = add_ofs_delta(&p, base, delta_of(&d, 13, 8, "four"));
	add_ofs_delta(&p, other, delta_of(&d, 12, 4, "five"));
	id_of(TSR_GIT_BLOB, "one five", id);
	add_ref_delta(&p, id, delta_of(&d, 8, 4, "six"));
	add_object(&p, TSR_GIT_COMMIT, TSR_SLICE("tree x"));
	add_object(&p, TSR_GIT_TAG, TSR_SLICE("object y"));
	id_of(TSR_GIT_BLOB, "one six", id);
	tsr_buf_add(&tree, "100644 .env", 12);
	tsr_buf_add(&tree, id, 20);
	add_object(&p, TSR_GIT_TREE, tsr_buf_slice(&tree));
	tsr_git_object_id(TSR_GIT_TREE, tsr_buf_slice(&tree), 20, id);
	tsr_buf_reset(&tree);
	tsr_buf_add(&tree, "40000 conf", 11);
	tsr_buf_add(&tree, id, 20);
	add_object(&p, TSR_GIT_TREE, tsr_buf_slice(&tree));
	l = tell_pieces(container_of("git-pack"), finish(&p), 3);
	cr_expect_eq(l.n, 6u, "%zu", l.n);
	cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
	t = told_text(&l, "one two three");
	cr_assert(t);
	cr_expect_str_eq(t->path.ptr, "be83f48d2585777502261b1d4c45487732320088");
	cr_expect(told_text(&l, "one two four"));
	cr_expect(told_text(&l, "one five"));
	cr_expect(told_text(&l, "tree x"));
	cr_expect(told_text(&l, "object y"));
	t = told_text(&l, "one six");
	cr_assert(t);
	cr_expect(tsr_slice_ends(tsr_buf_slice(&t->path), "/conf/.env"), "%s", t->path.ptr);
	told_free(&l);
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
	tsr_buf_release(&tree);
}

Test(git_pack, what_cannot_be_resolved_is_told_by_what_it_inserts)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096);
	unsigned char a[TSR_GIT_ID_MAX], b[TSR_GIT_ID_MAX];
	struct told_list l;
	size_t base;

	id_of(TSR_GIT_BLOB, "ab cycle", a);
	id_of(TSR_GIT_BLOB, "ab circle", b);
	base = add_object(&p, TSR_GIT_BLOB, TSR_SLICE("base"));
	add_ref_delta(&p, "no such object here!", delta_of(&d, 100, 50, "thin"));
	add_ref_delta(&p, a, delta_of(&d, 8, 3, "circle"));
	add_ref_delta(&p, b, delta_of(&d, 9, 3, "cycle"));
	add_ofs_delta(&p, base - 1, delta_of(&d, 4, 2, "beside"));
	add_ofs_delta(&p, base + 5, delta_of(&d, 4, 2, "far"));
	add_ofs_delta(&p, base, delta_of(&d, 4, 9, "behind"));
	add_ofs_delta(&p, base, delta_of(&d, 5, 2, "other size"));
	l = tell(container_of("git-pack"), finish(&p));
	cr_expect_eq(l.n, 8u, "%zu", l.n);
	cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
	static const char *const texts[] = { "thin", "circle", "cycle",	    "beside",
					     "far",  "behind", "other size" };
	for (size_t i = 0; i < TSR_ARRAY_LEN(texts); i++) {
		char text[32];
		struct told *t;

		snprintf(text, sizeof(text), "\n%s", texts[i]);
		t = told_text(&l, text);
		cr_assert(t, "%s", texts[i]);
		cr_expect(tsr_slice_starts(tsr_buf_slice(&t->path), "offset-"));
		cr_expect_eq(t->err.kind, TSR_EFORMAT, "%s", texts[i]);
	}
	told_free(&l);
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
}

Test(git_pack, long_chains_and_broad_trees_cost_what_they_hold)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096);
	unsigned char id[TSR_GIT_ID_MAX];
	struct told_list l;
	size_t base, at;
	char text[32];

	base = at = add_object(&p, TSR_GIT_BLOB, TSR_SLICE("line 0000"));
	for (unsigned i = 1; i < 5000; i++) {
		snprintf(text, sizeof(text), "%04u", i);
		at = add_ofs_delta(&p, at, delta_of(&d, 9, 5, text));
	}
	for (unsigned i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "x%u", i);
		add_ofs_delta(&p, base, delta_of(&d, 9, 5, text));
	}
	id_of(TSR_GIT_BLOB, "line x7", id);
	for (unsigned i = 0; i < 20000; i++) {
		add_ref_delta(&p, id, delta_of(&d, 7, 6, "same"));
		add_object(&p, TSR_GIT_BLOB, TSR_SLICE("line x7"));
	}
	l = tell(container_of("git-pack"), finish(&p));
	cr_expect_eq(l.n, 65000u, "%zu", l.n);
	cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
	cr_expect(told_text(&l, "line 4999"));
	cr_expect(told_text(&l, "line x19999"));
	for (size_t i = 0; i < l.n; i++)
		if (l.list[i].err.kind != TSR_ENONE)
			cr_assert_fail("%zu: %s", i, l.list[i].err.msg);
	told_free(&l);
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
}

/* A delta that copies its base, of `size`, n times over. */
static struct tsr_slice multiply(struct tsr_buf *d, size_t size, unsigned n)
{
	tsr_buf_reset(d);
	add_number(d, size);
	add_number(d, (uint64_t)size * n);
	for (unsigned i = 0; i < n; i++) {
		tsr_buf_addc(d, (char)(0x80 | 0x70));
		for (unsigned k = 0; k < 3; k++)
			tsr_buf_addc(d, (char)(size >> (8 * k)));
	}
	return tsr_buf_slice(d);
}

/* Counts instead of keeping. */
static uint64_t count_bytes(struct tsr_slice pack, size_t *streams, size_t *failed, bool *limited)
{
	const struct tsr_container *c = container_of("git-pack");
	struct tsr_container_input input = { .whole = pack };
	struct tsr_inner_stream s;
	static char room[65536];
	uint64_t bytes = 0;
	void *state = c->open(&input, NULL);

	*streams = *failed = 0;
	while (state && c->next(state, &s, NULL) == 1) {
		struct tsr_err err = TSR_ERR_INIT;
		ssize_t n;

		while ((n = c->read(state, room, sizeof(room), &err)) > 0)
			bytes += (uint64_t)n;
		*limited |= err.kind == TSR_ELIMIT;
		*failed += n < 0;
		++*streams;
	}
	if (state)
		c->close(state);
	return bytes;
}

Test(git_pack, small_deltas_of_large_results_end)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096), big = TSR_BUF_INIT(1u << 20);
	size_t base, streams, failed;
	bool limited = false;
	uint64_t bytes;
	struct tsr_slice s;

	for (unsigned i = 0; i < 1u << 20; i++)
		tsr_buf_addc(&big, 'a');
	base = add_object(&p, TSR_GIT_BLOB, tsr_buf_slice(&big));
	for (unsigned i = 0; i < 1000; i++)
		add_ofs_delta(&p, base, multiply(&d, big.len, 30));
	add_ofs_delta(&p, base, multiply(&d, big.len, 40)); /* larger than an object may be */
	/* Damaged only at its end. */
	multiply(&d, big.len, 31);
	d.ptr[d.len - 4] = 1;
	for (unsigned i = 0; i < 1000; i++)
		add_ofs_delta(&p, base, tsr_buf_slice(&d));
	s = finish(&p);
	bytes = count_bytes(s, &streams, &failed, &limited);
	cr_expect_eq(streams, 2002u, "%zu", streams);
	cr_expect_gt(failed, 1900u, "%zu", failed);
	cr_expect(limited);
	cr_expect_leq(bytes, s.len * 128 + (64u << 20) + (64u << 20));
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
	tsr_buf_release(&big);
}

Test(git_pack, claimed_sizes_are_not_believed)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096);
	struct told_list l;
	struct told *t;
	size_t base;

	base = add_object(&p, TSR_GIT_BLOB, TSR_SLICE("base"));
	add_number(&d, 4);
	add_number(&d, 1ull << 50);
	tsr_buf_add(&d, "\4more", 5);
	add_ofs_delta(&p, base, tsr_buf_slice(&d));
	tsr_buf_reset(&d);
	add_number(&d, UINT64_MAX);
	tsr_buf_add(&d, "\4\4else", 6);
	add_ofs_delta(&p, base, tsr_buf_slice(&d));
	add_head(&p, TSR_GIT_BLOB, 1ull << 50);
	add_zlib(&p.b, TSR_SLICE("behind a size"));
	l = tell(container_of("git-pack"), finish(&p));
	cr_expect_eq(l.n, 3u, "%zu", l.n);
	cr_expect(told_text(&l, "base"));
	t = told_text(&l, "more");
	cr_assert(t);
	cr_expect(strstr(t->err.msg, "32 MiB"), "%s", t->err.msg);
	cr_expect(told_text(&l, "else"));
	cr_expect_eq(l.err.kind, TSR_ELIMIT, "%s", l.err.msg);
	told_free(&l);
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
}

Test(git_pack, truncated_and_damaged_packs_tell_what_was_there)
{
	struct pack_build p = pack_new();
	struct tsr_slice s;

	for (unsigned i = 0; i < 3; i++)
		add_object(&p, TSR_GIT_BLOB, TSR_SLICE("some text of an object, which is a little longer"));
	s = finish(&p);
	for (size_t n = 0; n < s.len; n++) {
		const struct tsr_container *c = tsr_container_sniff(tsr_slice_sub(s, 0, n));
		struct told_list l;

		cr_assert_eq(c != NULL, n >= 12, "%zu", n);
		if (!c)
			continue;
		l = tell(c, tsr_slice_sub(s, 0, n));
		cr_assert(l.opened);
		cr_expect_geq(l.n, n < p.last ? n / (p.last / 2 + 12) : 2u, "%zu", n);
		cr_expect_eq(l.err.kind == TSR_ENONE, n >= s.len - 20, "%zu: %s", n, l.err.msg);
		told_free(&l);
	}
	for (size_t n = 12; n < s.len - 20; n++) {
		struct told_list l;

		p.b.ptr[n] ^= 0x55;
		l = tell(container_of("git-pack"), s);
		cr_expect_leq(l.n, 8u);
		told_free(&l);
		p.b.ptr[n] ^= 0x55;
	}
	p.b.ptr[8] = p.b.ptr[9] = (char)0xff; /* four thousand million objects */
	{
		struct told_list l = tell(container_of("git-pack"), s);

		cr_expect(l.n == 3 || l.n == 4, "%zu", l.n); /* the digest may look like one */
		cr_expect_eq(l.err.kind, TSR_EFORMAT);
		told_free(&l);
	}
	tsr_buf_release(&p.b);
}

Test(git_pack, a_large_pack_is_read_front_to_back)
{
	struct pack_build p = pack_new();
	struct tsr_buf d = TSR_BUF_INIT(4096);
	struct told_list l;
	size_t base;

	base = add_object(&p, TSR_GIT_BLOB, TSR_SLICE("one two three"));
	add_object(&p, TSR_GIT_TREE, TSR_SLICE(""));
	add_ofs_delta(&p, base, delta_of(&d, 13, 8, "four"));
	add_ref_delta(&p, "twenty bytes, no more", delta_of(&d, 13, 8, "five"));
	add_object(&p, TSR_GIT_COMMIT, TSR_SLICE("tree x"));
	l = tell_pieces(container_of("git-pack")->streamed, finish(&p), 2);
	cr_expect_eq(l.n, 4u, "%zu", l.n);
	cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
	cr_expect(told_text(&l, "one two three"));
	cr_expect(told_text(&l, "\nfour"));
	cr_expect(told_text(&l, "\nfive"));
	cr_expect(told_text(&l, "tree x"));
	cr_expect(told_find(&l, "offset-12"));
	told_free(&l);
	tsr_buf_release(&p.b);
	tsr_buf_release(&d);
}

/* --- git's own packs --------------------------------------------------------- */

static bool run(const char *dir, const char *format, const char *script)
{
	char command[4096];

	snprintf(
		command, sizeof(command),
		"cd %s && export HOME=%s GIT_CONFIG_NOSYSTEM=1 && git init -q --object-format=%s r 2>/dev/null && cd r && "
		"git config user.name n && git config user.email n@example && %s",
		dir, dir, format, script);
	return system(command) == 0;
}

static void read_all(const char *path, struct tsr_buf *out)
{
	FILE *f = fopen(path, "rb");
	char room[65536];
	size_t n;

	cr_assert(f, "%s", path);
	while ((n = fread(room, 1, sizeof(room), f)) > 0)
		tsr_buf_add(out, room, n);
	fclose(f);
}

static void compare_with_git(const char *format, const char *script)
{
	char dir[] = "/tmp/git-pack-XXXXXX", path[128];
	struct tsr_buf pack = TSR_BUF_INIT(PACK_MAX), ids = TSR_BUF_INIT(PACK_MAX);
	struct tsr_slice rest, line;
	struct told_list l;
	size_t n = 0;

	cr_assert(mkdtemp(dir));
	if (run(dir, format, script)) {
		snprintf(path, sizeof(path), "%s/r/p", dir);
		read_all(path, &pack);
		snprintf(path, sizeof(path), "%s/r/ids", dir);
		read_all(path, &ids);
		l = tell(container_of("git-pack"), tsr_buf_slice(&pack));
		cr_expect_eq(l.err.kind, TSR_ENONE, "%s", l.err.msg);
		for (rest = tsr_buf_slice(&ids); tsr_slice_next(&rest, '\n', &line);) {
			char id[80];

			snprintf(id, sizeof(id), "%.*s", TSR_SLICE_ARG(line));
			if (strstr(id, "tree"))
				continue;
			n++;
			id[tsr_slice_find(line, ' ', 0)] = '\0';
			cr_assert(told_find(&l, id), "%s", id);
		}
		cr_expect_gt(n, 100u);
		cr_expect_eq(l.n, n);
		cr_expect(told_find(&l, "offset") == NULL);
		for (size_t i = 0, named = 0; i < l.n; i++)
			if (tsr_slice_ends(tsr_buf_slice(&l.list[i].path), "/dir/f") && ++named == 1)
				cr_expect_eq(l.list[i].path.len, strlen(format) == 4 ? 46u : 70u);
		told_free(&l);
	}
	snprintf(path, sizeof(path), "rm -rf %s", dir);
	cr_assert_eq(system(path), 0);
	tsr_buf_release(&pack);
	tsr_buf_release(&ids);
}

#define COMMITS                                                                                                  \
	"mkdir dir && for i in $(seq 60); do seq $((i * 3)) $((i * 3 + 400)) >dir/f; echo $i >>g; git add . && " \
	"git commit -q -m \"c $i\"; done && git tag -a -m t t && "
#define IDS \
	"git cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' >ids && cp .git/objects/pack/*.pack p"

Test(git_pack, all_objects_of_a_repository_are_told)
{
	compare_with_git("sha1", COMMITS "git repack -adfq --depth=30 && " IDS);
	compare_with_git("sha1",
			 COMMITS "git config repack.useDeltaBaseOffset false && git repack -adfq && " IDS);
	compare_with_git("sha256", COMMITS "git repack -adfq && " IDS);
	compare_with_git("sha256",
			 COMMITS "git config repack.useDeltaBaseOffset false && git repack -adfq && " IDS);
}
