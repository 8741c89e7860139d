/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/filehash.h"
#include "base/mem.h"
#include "layer/facts_build.h"

static const char *path_of(const struct tsr_builder *b, uint32_t node, struct tsr_buf *out)
{
	tsr_buf_reset(out);
	tsr_builder_path(b, node, out);
	return out->ptr;
}

static struct tsr_facts *publish(struct tsr_builder *b)
{
	struct tsr_facts head = { .content = 700,
				  .framing = 300,
				  .skipped = 24,
				  .unpacked = 1024,
				  .stored = 99,
				  .kind = 1,
				  .doubts = 5,
				  .warnings = 2,
				  .grade = TSR_GRADE_OPAQUE,
				  .why = 77 };

	tsr_sha256("blob", 4, head.blob.bytes);
	head.blob.alg = TSR_DIGEST_SHA256;
	tsr_sha256("diff", 4, head.diff_id.bytes);
	head.diff_id.alg = TSR_DIGEST_SHA256;
	return tsr_builder_publish(b, &head);
}

/* Facts with something in every section. */
static struct tsr_facts *sample(void)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_entry e = { .type = '5', .mode = 0755, .uid = -1, .gid = INT64_MAX };
	struct tsr_raw r = { .rule = 3,
			     .entry = 1,
			     .offset = UINT64_MAX,
			     .step = 1,
			     .stream = 1,
			     .length = 40,
			     .line = 2,
			     .nth = 1,
			     .occurrences = 2,
			     .severity = TSR_CRITICAL,
			     .severity_hidden = TSR_LOW,
			     .confidence = TSR_CONFIRMED,
			     .check = 1,
			     .secret_id = { 1, 2, 3 },
			     .is_key = 1 };
	struct tsr_extract x = { .kind = TSR_EXTRACT_ACCOUNT, .entry = 1, .x = 1, .y = UINT64_MAX, .z = 3 };
	struct tsr_step outer = { .outer = TSR_NONE, .path_len = 1 }, inner = { .outer = 0, .offset = 17 };
	struct tsr_skip s = { .entry = TSR_NONE, .step = 0, .derived = 1, .fatal = 1, .bytes = 5 };
	struct tsr_facts *f;

	e.node = tsr_builder_node(b, TSR_SLICE("etc"));
	tsr_builder_add_entry(b, &e);
	e = (struct tsr_entry){
		.type = '2', .size = 1ull << 40, .header = 512, .data = 1024, .flags = TSR_ENTRY_BINARY
	};
	e.node = tsr_builder_node(b, TSR_SLICE("etc/pass\xff"));
	e.link = tsr_builder_text(b, TSR_SLICE("../a\0b"));
	e.link_len = 6;
	tsr_builder_add_entry(b, &e);
	outer.kind = tsr_builder_text(b, TSR_SLICE("zip"));
	outer.path = tsr_builder_text(b, TSR_SLICE("n"));
	inner.kind = tsr_builder_text(b, TSR_SLICE("base64"));
	tsr_builder_add_step(b, &outer);
	tsr_builder_add_step(b, &inner);
	r.redacted = tsr_builder_text(b, TSR_SLICE("red"));
	r.message = tsr_builder_text(b, TSR_SLICE("said"));
	tsr_builder_add_raw(b, &r);
	r.entry = TSR_NONE;
	tsr_builder_add_raw(b, &r);
	x.a = tsr_builder_text(b, TSR_SLICE("root"));
	tsr_builder_add_extract(b, &x);
	s.what = tsr_builder_text(b, TSR_SLICE("member"));
	tsr_builder_add_skip(b, &s);
	tsr_builder_grade(b, TSR_GRADE_DAMAGED, "cut short");
	f = publish(b);
	tsr_builder_free(b);
	return f;
}

/* Walks everything, as a fold would; a sanitizer sees what is out of place. */
static size_t use(const struct tsr_facts *f)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(1 << 20);
	uint32_t i;

	tsr_buf_adds(&out, tsr_facts_text(f, f->why));
	for (i = 0; i < f->n_nodes; i++)
		tsr_facts_path(f, i, &out);
	for (i = 0; i < f->n_entries; i++) {
		tsr_facts_path(f, f->entries[i].node, &out);
		tsr_buf_add(&out, tsr_facts_text(f, f->entries[i].link), f->entries[i].link_len);
	}
	for (i = 0; i < f->n_raws; i++) {
		const struct tsr_raw *r = &f->raws[i];
		const uint32_t texts[] = { r->pointer, r->redacted, r->message, r->key, r->tags };
		size_t k;

		for (k = 0; k < TSR_ARRAY_LEN(texts); k++)
			tsr_buf_adds(&out, tsr_facts_text(f, texts[k]));
		tsr_facts_step_names(f, r->step, &out);
		for (uint32_t s = r->step; s != TSR_NONE; s = f->steps[s].outer)
			tsr_buf_adds(&out, tsr_facts_text(f, f->steps[s].kind));
		if (r->entry != TSR_NONE)
			tsr_facts_path(f, f->entries[r->entry].node, &out);
	}
	for (i = 0; i < f->n_extracts; i++) {
		tsr_buf_adds(&out, tsr_facts_text(f, f->extracts[i].a));
		tsr_buf_adds(&out, tsr_facts_text(f, f->extracts[i].b));
	}
	for (i = 0; i < f->n_skips; i++) {
		tsr_buf_adds(&out, tsr_facts_text(f, f->skips[i].what));
		tsr_buf_adds(&out, tsr_facts_text(f, f->skips[i].why));
	}
	return out.len;
}

Test(facts, nodes_are_one_per_path)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(4096);
	struct tsr_builder *b = tsr_builder_new();
	uint32_t ab = tsr_builder_node(b, TSR_SLICE("a/b")), a = tsr_builder_node(b, TSR_SLICE("a"));

	cr_expect_eq(tsr_builder_node(b, TSR_SLICE("")), 0u);
	cr_expect_eq(tsr_builder_node(b, TSR_SLICE("a/b")), ab);
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("a/b")), ab);
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("a")), a);
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("")), 0u);
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("b")), TSR_NONE);
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("a/b/c")), TSR_NONE);
	cr_expect_neq(tsr_builder_node(b, TSR_SLICE("b/a")), ab);
	cr_expect_str_eq(path_of(b, ab, &out), "a/b");
	cr_expect_str_eq(path_of(b, a, &out), "a");
	cr_expect_str_eq(path_of(b, 0, &out), "");
	tsr_builder_free(b);
}

Test(facts, many_names_keep_their_nodes)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(4096);
	struct tsr_builder *b = tsr_builder_new();
	uint32_t nodes[5000], i;
	char path[64];

	for (i = 0; i < TSR_ARRAY_LEN(nodes); i++) {
		snprintf(path, sizeof(path), "d%u/e%u/name%u", i % 7, i % 31, i);
		nodes[i] = tsr_builder_node(b, tsr_slice_str(path));
	}
	for (i = 0; i < TSR_ARRAY_LEN(nodes); i++) {
		snprintf(path, sizeof(path), "d%u/e%u/name%u", i % 7, i % 31, i);
		cr_assert_eq(tsr_builder_find(b, tsr_slice_str(path)), nodes[i], "%s", path);
		cr_assert_str_eq(path_of(b, nodes[i], &out), path);
	}
	tsr_builder_free(b);
}

Test(facts, strings_are_kept_and_repeated_ones_shared)
{
	struct tsr_builder *b = tsr_builder_new();
	uint32_t usr = tsr_builder_text(b, TSR_SLICE("usr")),
		 usrlib = tsr_builder_text(b, TSR_SLICE("usr/lib"));

	cr_expect_eq(tsr_builder_text(b, TSR_SLICE("")), 0u);
	cr_expect_eq(tsr_builder_text(b, TSR_SLICE("usr")), usr);
	cr_expect_eq(tsr_builder_text(b, TSR_SLICE("usr/lib")), usrlib);
	cr_expect_neq(usr, usrlib);
	cr_expect(tsr_slice_eq_str(tsr_builder_get(b, usr), "usr"));
	cr_expect(tsr_slice_eq_str(tsr_builder_get(b, usrlib), "usr/lib"));
	cr_expect_eq(tsr_builder_get(b, 0).len, 0u);
	tsr_builder_free(b);
}

Test(facts, the_last_entry_of_a_path_is_found)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_entry e = { .type = '0', .mode = 0100644 };

	e.node = tsr_builder_node(b, TSR_SLICE("a/b"));
	cr_expect_eq(tsr_builder_entry_of(b, e.node), TSR_NONE);
	cr_expect_eq(tsr_builder_add_entry(b, &e), 0u);
	cr_expect_eq(tsr_builder_add_entry(b, &e), 1u);
	cr_expect_eq(tsr_builder_entry_of(b, e.node), 1u);
	cr_expect_eq(tsr_builder_entry_of(b, tsr_builder_find(b, TSR_SLICE("a"))), TSR_NONE);
	cr_expect_eq(tsr_builder_entry_of(b, TSR_NONE), TSR_NONE);
	tsr_builder_entry_edit(b, 1)->size = 7;
	cr_expect_eq(tsr_builder_entry(b, 1)->size, 7u);
	cr_expect_eq(tsr_builder_entry(b, 1)->mode, 0644u, "type bits are no permissions");
	cr_expect_null(tsr_builder_entry(b, 2));
	tsr_builder_free(b);
}

Test(facts, raws_are_filtered_in_order)
{
	static const uint8_t keep[] = { 1, 0, 0, 1, 1 };
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_raw r = { .entry = TSR_NONE };
	struct tsr_raw *raws;
	uint32_t n;

	for (r.rule = 0; r.rule < 5; r.rule++)
		cr_expect_eq(tsr_builder_add_raw(b, &r), r.rule);
	tsr_builder_filter_raws(b, keep);
	raws = tsr_builder_raws(b, &n);
	cr_assert_eq(n, 3u);
	cr_expect(raws[0].rule == 0 && raws[1].rule == 3 && raws[2].rule == 4);
	tsr_builder_free(b);
}

Test(facts_build, steps_are_numbered_by_first_use_and_the_unused_forgotten)
{
	struct tsr_builder *b = tsr_builder_new();
	const struct tsr_step steps[] = { { .outer = TSR_NONE, .offset = 10 }, { .outer = TSR_NONE, .offset = 11 },
					  { .outer = 0, .offset = 12 }, { .outer = 2, .offset = 13 } };
	struct tsr_facts *f;

	for (size_t i = 0; i < TSR_ARRAY_LEN(steps); i++)
		tsr_builder_add_step(b, &steps[i]);
	tsr_builder_add_raw(b, &(struct tsr_raw){ .entry = TSR_NONE, .step = TSR_NONE });
	tsr_builder_add_raw(b, &(struct tsr_raw){ .entry = TSR_NONE, .step = 2 });
	tsr_builder_add_skip(b, &(struct tsr_skip){ .entry = TSR_NONE, .step = 3 });
	tsr_builder_settle_steps(b);
	f = publish(b);
	cr_assert_eq(f->n_steps, 3);
	cr_expect(f->raws[0].step == TSR_NONE && f->raws[1].step == 1 && f->skips[0].step == 2);
	cr_expect(f->steps[0].offset == 10 && f->steps[1].offset == 12 && f->steps[2].offset == 13);
	cr_expect(f->steps[0].outer == TSR_NONE && f->steps[1].outer == 0 && f->steps[2].outer == 1);
	tsr_facts_free(f);
	tsr_builder_free(b);
}

Test(facts, the_worst_grade_and_its_first_reason_stay)
{
	static const struct {
		enum tsr_grade grade;
		const char *why;
		enum tsr_grade then;
		const char *then_why;
	} steps[] = {
		{ TSR_GRADE_AUDITED, "x", TSR_GRADE_AUDITED, "" },
		{ TSR_GRADE_OPAQUE, "opaque", TSR_GRADE_OPAQUE, "opaque" },
		{ TSR_GRADE_DAMAGED, "damaged", TSR_GRADE_DAMAGED, "damaged" },
		{ TSR_GRADE_DAMAGED, "again", TSR_GRADE_DAMAGED, "damaged" },
		{ TSR_GRADE_OPAQUE, "less", TSR_GRADE_DAMAGED, "damaged" },
		{ TSR_GRADE_AMBIGUOUS, "ambiguous", TSR_GRADE_AMBIGUOUS, "ambiguous" },
		{ TSR_GRADE_LIMITED, "limited", TSR_GRADE_LIMITED, "limited" },
		{ TSR_GRADE_AMBIGUOUS, "late", TSR_GRADE_LIMITED, "limited" },
	};
	size_t i, k;

	for (i = 0; i < TSR_ARRAY_LEN(steps); i++) {
		struct tsr_builder *b = tsr_builder_new();
		struct tsr_facts *f;

		for (k = 0; k <= i; k++)
			tsr_builder_grade(b, steps[k].grade, steps[k].why);
		f = publish(b);
		cr_expect_eq(f->grade, steps[i].then, "step %zu", i);
		cr_expect_str_eq(tsr_facts_text(f, f->why), steps[i].then_why, "step %zu", i);
		tsr_facts_free(f);
		tsr_builder_free(b);
	}
}

Test(facts, too_much_text_is_limited_and_never_lost_silently)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_entry e = { .type = '0' };
	struct tsr_facts *f;

	tsr_builder_set_text_max(b, 10);
	e.node = tsr_builder_node(b, TSR_SLICE("abcd"));
	cr_expect_eq(tsr_builder_add_entry(b, &e), 0u);
	cr_expect_neq(tsr_builder_text(b, TSR_SLICE("efg")), 0u, "it just fits");
	cr_expect_eq(tsr_builder_text(b, TSR_SLICE("h")), 0u);
	cr_expect_neq(tsr_builder_text(b, TSR_SLICE("efg")), 0u, "what is there already can be had");
	e.node = tsr_builder_node(b, TSR_SLICE("abcd/x"));
	cr_expect_eq(e.node, TSR_NONE);
	cr_expect_eq(tsr_builder_node(b, TSR_SLICE("x/y")), TSR_NONE);
	cr_expect_eq(tsr_builder_add_entry(b, &e), TSR_NONE);
	cr_expect_null(tsr_builder_entry_edit(b, TSR_NONE));
	e = (struct tsr_entry){ .type = '2', .link_len = 9, .link = tsr_builder_text(b, TSR_SLICE("too/long/")) };
	cr_expect_eq(tsr_builder_entry(b, tsr_builder_add_entry(b, &e))->link_len, 0u);
	cr_expect_neq(tsr_builder_node(b, TSR_SLICE("abcd")), TSR_NONE);
	f = publish(b);
	cr_expect_eq(f->grade, TSR_GRADE_LIMITED);
	cr_expect(f->why != 0 && strlen(tsr_facts_text(f, f->why)) > 0);
	cr_expect_eq(f->n_entries, 2u);
	tsr_facts_free(f);
	tsr_builder_free(b);
}

Test(facts, publish_hands_over_and_leaves_the_builder_empty)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_entry e = { .type = '0' };
	struct tsr_facts *f, *g;

	e.node = tsr_builder_node(b, TSR_SLICE("a/b"));
	tsr_builder_add_entry(b, &e);
	f = publish(b);
	cr_expect(f->n_nodes == 3 && f->n_entries == 1 && f->stored == 99 && f->kind == 1);
	cr_expect_eq(f->grade, TSR_GRADE_AUDITED, "the grade is the builder's, not the head's");
	cr_expect_str_eq(tsr_facts_text(f, f->why), "");
	cr_expect_eq(tsr_builder_find(b, TSR_SLICE("a")), TSR_NONE);
	g = publish(b);
	cr_expect(g->n_nodes == 1 && g->n_entries == 0 && g->text_len == 1);
	tsr_facts_free(f);
	tsr_facts_free(g);
	tsr_builder_free(b);
}

Test(facts, what_was_written_is_read)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(1 << 20), again = TSR_BUF_INIT(1 << 20);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_facts *f = sample(), *g;

	cr_assert_eq(tsr_facts_write(f, &bytes), 0);
	g = tsr_facts_read(tsr_buf_slice(&bytes), &err);
	cr_assert_not_null(g, "%s", err.msg);
	cr_assert_eq(tsr_facts_write(g, &again), 0);
	cr_assert(tsr_slice_eq(tsr_buf_slice(&bytes), tsr_buf_slice(&again)));
	cr_expect(tsr_digest_eq(&f->blob, &g->blob) && tsr_digest_eq(&f->diff_id, &g->diff_id));
	cr_expect_eq(g->blob_other.alg, TSR_DIGEST_NONE);
	cr_expect(g->unpacked == 1024 && g->content == 700 && g->grade == TSR_GRADE_DAMAGED &&
		  g->doubts == 5);
	cr_expect_str_eq(tsr_facts_text(g, g->why), "cut short");
	cr_assert(g->n_entries == 2 && g->n_steps == 2 && g->n_raws == 2 && g->n_extracts == 1 && g->n_skips == 1);
	cr_expect_eq(memcmp(f->entries, g->entries, 2 * sizeof(*f->entries)), 0);
	cr_expect_eq(memcmp(f->raws, g->raws, 2 * sizeof(*f->raws)), 0);
	cr_expect_eq(use(f), use(g));
	tsr_facts_free(f);
	tsr_facts_free(g);
}

Test(facts, a_full_buffer_is_said)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(100);
	struct tsr_facts *f = sample();

	cr_expect_eq(tsr_facts_write(f, &bytes), -1);
	tsr_facts_free(f);
}

Test(facts, damaged_bytes_are_refused)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(1 << 20);
	struct tsr_facts *f = sample();
	size_t i, bit;

	cr_assert_eq(tsr_facts_write(f, &bytes), 0);
	tsr_facts_free(f);
	for (i = 0; i < bytes.len; i++) {
		tsr_autofree char *cut = tsr_xstrndup(bytes.ptr, i);
		struct tsr_err err = TSR_ERR_INIT;

		cr_assert_null(tsr_facts_read(tsr_slice_of(cut, i), &err), "cut at %zu", i);
		cr_assert_eq(err.kind, TSR_EFORMAT);
		for (bit = 1; bit < 256; bit <<= 1) {
			bytes.ptr[i] ^= (char)bit;
			cr_assert_null(tsr_facts_read(tsr_buf_slice(&bytes), NULL), "byte %zu", i);
			bytes.ptr[i] ^= (char)bit;
		}
	}
	cr_assert_null(tsr_facts_read(TSR_SLICE_NONE, NULL));
	tsr_buf_addc(&bytes, '\0');
	cr_assert_null(tsr_facts_read(tsr_buf_slice(&bytes), NULL), "one byte more");
}

/* Whoever writes into a cache can write a digest as well. */
static struct tsr_facts *read_signed(struct tsr_buf *bytes)
{
	uint8_t digest[32];

	if (bytes->len >= 32) {
		tsr_sha256(bytes->ptr, bytes->len - 32, digest);
		memcpy(bytes->ptr + bytes->len - 32, digest, 32);
	}
	return tsr_facts_read(tsr_buf_slice(bytes), NULL);
}

Test(facts, hostile_bytes_are_refused_or_harmless)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(1 << 20);
	struct tsr_facts *f = sample();
	size_t i, k, taken = 0, refused = 0;

	cr_assert_eq(tsr_facts_write(f, &bytes), 0);
	tsr_facts_free(f);
	for (i = 0; i + 32 < bytes.len; i++) {
		for (k = 0; k < 8 + TSR_ARRAY_LEN(values); k++) {
			char old = bytes.ptr[i];

			bytes.ptr[i] = k < 8 ? (char)(old ^ 1 << k) : (char)values[k - 8];
			f = read_signed(&bytes);
			if (f)
				use(f);
			taken += f != NULL;
			refused += f == NULL;
			tsr_facts_free(f);
			bytes.ptr[i] = old;
		}
	}
	cr_expect(taken > 1000 && refused > 1000, "%zu taken, %zu refused", taken, refused);
	for (i = bytes.len; i-- > 0;) {
		bytes.len = i;
		cr_assert_null(read_signed(&bytes), "cut at %zu", i);
	}
}

static void expect_refused(struct tsr_facts *f, const char *change)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(1 << 20);
	struct tsr_facts *g;

	cr_assert_eq(tsr_facts_write(f, &bytes), 0);
	g = tsr_facts_read(tsr_buf_slice(&bytes), NULL);
	cr_expect_null(g, "%s", change);
	tsr_facts_free(g);
	tsr_facts_free(f);
}

#define REFUSED(change)                         \
	do {                                    \
		struct tsr_facts *f = sample(); \
		change;                         \
		expect_refused(f, #change);     \
	} while (0)

Test(facts, every_index_is_checked)
{
	REFUSED(f->nodes[0].name_len = 1);
	REFUSED(f->nodes[1].parent = f->n_nodes);
	REFUSED(f->nodes[2].parent = 2);
	REFUSED(f->nodes[1].name = f->text_len);
	REFUSED(f->nodes[1].name_len++);
	REFUSED(f->nodes[1].name_len = 0);
	REFUSED(f->text[f->nodes[2].name] = '/');
	REFUSED(f->text[f->nodes[2].name] = '\0');
	REFUSED(f->entries[0].node = f->n_nodes);
	REFUSED(f->entries[1].link = UINT32_MAX);
	REFUSED(f->entries[1].link_len = UINT32_MAX);
	REFUSED(f->entries[0].flags = 1u << 31);
	REFUSED(f->entries[0].mode = 0100644);
	REFUSED(f->raws[0].entry = f->n_entries);
	REFUSED(f->raws[0].message = f->text_len);
	REFUSED(f->raws[0].step = f->n_steps);
	REFUSED(f->skips[0].step = f->n_steps);
	REFUSED(f->steps[1].outer = 1);
	REFUSED(f->steps[0].path_len = 2);
	REFUSED(f->steps[0].kind = f->text_len);
	REFUSED(f->raws[0].severity_hidden = TSR_SEVERITIES);
	REFUSED(f->raws[0].confidence = TSR_CONFIRMED + 1);
	REFUSED(f->extracts[0].kind = 0);
	REFUSED(f->extracts[0].kind = TSR_EXTRACT_LAST + 1);
	REFUSED(f->extracts[0].kind = TSR_EXTRACT_DIGEST; f->extracts[0].z = TSR_FILEHASHES);
	REFUSED(f->extracts[0].kind = TSR_EXTRACT_DIGEST; f->extracts[0].entry = TSR_NONE);
	REFUSED(f->extracts[0].kind = TSR_EXTRACT_SHA256; f->extracts[0].entry = TSR_NONE);
	REFUSED(f->extracts[0].entry = f->n_entries);
	REFUSED(f->skips[0].why = f->text_len);
	REFUSED(f->skips[0].fatal = 2);
	REFUSED(f->grade = TSR_GRADE_OPAQUE + 1);
	REFUSED(f->kind = 9);
	REFUSED(f->why = f->text_len);
	REFUSED(f->content = UINT64_MAX);
	REFUSED(f->diff_id.alg = 99);
	REFUSED(f->text[f->text_len - 1] = 'x');
	REFUSED(f->text[0] = 'x');
}

Test(facts, the_key_depends_on_all_that_facts_depend_on)
{
	struct tsr_digest d[4] = { { TSR_DIGEST_SHA256, { 1 } },
				   { TSR_DIGEST_SHA256, { 2 } },
				   { TSR_DIGEST_SHA256, { 3 } },
				   { TSR_DIGEST_SHA256, { 4 } } };
	uint8_t a[32], b[32];

	tsr_facts_key(&d[0], &d[1], &d[2], a);
	tsr_facts_key(&d[0], &d[1], &d[2], b);
	cr_expect_eq(memcmp(a, b, 32), 0);
	tsr_facts_key(&d[3], &d[1], &d[2], b);
	cr_expect_neq(memcmp(a, b, 32), 0);
	tsr_facts_key(&d[0], &d[3], &d[2], b);
	cr_expect_neq(memcmp(a, b, 32), 0);
	tsr_facts_key(&d[0], &d[1], &d[3], b);
	cr_expect_neq(memcmp(a, b, 32), 0);
	tsr_facts_key(&d[1], &d[0], &d[2], b);
	cr_expect_neq(memcmp(a, b, 32), 0);
}
