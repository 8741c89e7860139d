/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include "analyse_build.h"
#include "scan_build.h"

#define RULE(id, literal, pattern, specificity, example)                                                         \
	"- id: secret/" id "\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: ['" literal "']\n  pattern: '" pattern "'\n  specificity: " #specificity "\n  examples: ['" example "']\n"

/* Three of them overlap in a chain: low - middle - high. */
#define CHAIN                                                          \
	RULE("high", "HHH", "HHH[a-z]{4}", 90, "{\"HHH\"}{lower:4}")            \
	RULE("low", "LLL", "LLL[a-z]{4}", 10, "{\"LLL\"}{lower:4}")             \
	RULE("middle", "MMM", "MMM[a-zA-Z]{12}", 50, "{\"MMM\"}{lower:12}")

struct set {
	struct tsr_ruleset *rs;
	struct tsr_limits limits;
	struct tsr_scanner *s;
	struct tsr_builder *b;
	struct tsr_inspect *in;
};

static struct set set_new(struct tsr_ruleset *rs)
{
	struct set s = { .rs = rs, .limits = tsr_limits_default };

	s.s = scanner_of(rs);
	s.b = tsr_builder_new();
	s.in = tsr_inspect_new(rs, &s.limits, s.s, s.b);
	return s;
}

static struct tsr_facts *set_end(struct set *s)
{
	struct tsr_facts head = { 0 }, *f;

	tsr_inspect_end(s->in);
	f = tsr_builder_publish(s->b, &head);
	tsr_inspect_free(s->in);
	tsr_builder_free(s->b);
	tsr_scanner_free(s->s);
	return f;
}

/* The matches of one text as the engine gives them, in one entry or none. */
static void match(struct set *s, uint32_t rule, uint32_t region, uint64_t start, uint64_t len)
{
	char secret[32];
	struct tsr_match m = { .rule = rule, .region = region, .offset = start, .raw = start, .raw_len = len };

	snprintf(secret, sizeof(secret), "%u %llu %llu", rule, (unsigned long long)start, (unsigned long long)len);
	m.secret = tsr_slice_str(secret);
	tsr_inspect_match(s->in, &m);
}

static uint32_t entry(struct set *s, const char *name)
{
	struct tsr_entry e = { .type = '0', .size = 1 };

	e.node = tsr_builder_node(s->b, tsr_slice_str(name));
	return tsr_builder_add_entry(s->b, &e);
}

enum { R_HIGH, R_LOW, R_MIDDLE }; /* by id */

static void expect(const struct tsr_facts *f, const char *want)
{
	struct tsr_buf b = TSR_BUF_INIT(1 << 16);

	for (uint32_t i = 0; i < f->n_raws; i++)
		tsr_buf_printf(&b, "%u@%lld ", f->raws[i].rule, (long long)f->raws[i].offset);
	cr_expect_str_eq(b.ptr, want, "%s", b.ptr);
	tsr_buf_release(&b);
}

Test(overlap, keeps_the_most_specific)
{
	struct tsr_ruleset *rs = rules_of(CHAIN);
	struct set s = set_new(rs);
	uint32_t e = entry(&s, "file");
	struct tsr_facts *f;

	match(&s, R_LOW, e, 10, 20);
	match(&s, R_HIGH, e, 15, 5);   /* inside the first */
	match(&s, R_MIDDLE, e, 40, 10);
	match(&s, R_LOW, e, 50, 10);   /* next to it: no overlap */
	match(&s, R_LOW, e, 70, 10);
	match(&s, R_MIDDLE, e, 70, 10); /* at the same place */
	f = set_end(&s);
	expect(f, "0@15 2@40 1@50 2@70 ");
	tsr_facts_free(f);
	tsr_ruleset_free(rs);
}

Test(overlap, what_is_beaten_beats_nothing)
{
	struct tsr_ruleset *rs = rules_of(CHAIN);
	struct set s = set_new(rs);
	uint32_t e = entry(&s, "file");
	struct tsr_facts *f;

	match(&s, R_MIDDLE, e, 0, 100);
	match(&s, R_LOW, e, 5, 10); /* is overlapped only by what is overlapped itself */
	match(&s, R_LOW, e, 95, 3);
	match(&s, R_HIGH, e, 90, 20);
	f = set_end(&s);
	expect(f, "1@5 0@90 ");
	tsr_facts_free(f);
	tsr_ruleset_free(rs);
}

Test(overlap, streams_do_not_overlap_each_other)
{
	struct tsr_ruleset *rs = rules_of(CHAIN);
	struct set s = set_new(rs);
	uint32_t one = entry(&s, "one"), two = entry(&s, "two");
	struct tsr_match m = { .rule = R_LOW, .region = TSR_NONE, .raw_len = 10, .secret = TSR_SLICE("made up 1") };
	struct tsr_facts *f;

	match(&s, R_LOW, one, 10, 10);
	match(&s, R_HIGH, two, 10, 10);
	match(&s, R_HIGH, TSR_NONE, 10, 10);
	m.region_start = 5000; /* another run of framing: the same place in it */
	m.offset = m.raw = 10;
	tsr_inspect_match(s.in, &m);
	f = set_end(&s);
	expect(f, "1@10 0@10 0@10 1@5010 ");
	tsr_facts_free(f);
	tsr_ruleset_free(rs);
}

static uint32_t total(const struct tsr_facts *f, uint32_t e, uint32_t rule, uint32_t *n)
{
	uint32_t sum = 0;

	*n = 0;
	for (uint32_t i = 0; i < f->n_raws; i++)
		if (f->raws[i].entry == e && f->raws[i].rule == rule) {
			sum += f->raws[i].occurrences;
			++*n;
		}
	return sum;
}

Test(overlap, many_of_a_rule_in_an_entry_are_one_with_a_count)
{
	struct tsr_ruleset *rs = rules_of(CHAIN);
	struct set s = set_new(rs);
	uint32_t many = entry(&s, "many"), few = entry(&s, "few"), n;
	struct tsr_facts *f;

	for (unsigned i = 0; i < 250; i++) {
		match(&s, R_LOW, many, 1000 + 20 * i, 10);
		if (i == 70) /* another entry's raw in between, as small chunks give it */
			tsr_inspect_entry(s.in, few, TSR_SLICE("few"));
	}
	for (unsigned i = 0; i < 100; i++)
		match(&s, R_LOW, few, 20 * i, 10);
	for (unsigned i = 0; i < 120; i++) { /* framing: runs between entries, counted as one */
		match(&s, R_LOW, TSR_NONE, 20 * i, 10);
		match(&s, R_HIGH, few, 100000 + 20 * i, 10);
	}
	f = set_end(&s);
	cr_expect(total(f, many, R_LOW, &n) == 250 && n == 1, "%u", n);
	cr_expect(total(f, few, R_LOW, &n) == 100 && n == 100, "%u", n);
	cr_expect(total(f, TSR_NONE, R_LOW, &n) == 120 && n == 1, "%u", n);
	cr_expect(total(f, few, R_HIGH, &n) == 120 && n == 1, "%u", n);
	tsr_facts_free(f);
	tsr_ruleset_free(rs);
}

Test(overlap, many_do_not_vanish_with_the_first)
{
	struct tsr_ruleset *rs = rules_of(CHAIN);
	struct set s = set_new(rs);
	uint32_t e = entry(&s, "file"), n;
	struct tsr_facts *f;

	match(&s, R_HIGH, e, 0, 15);
	for (unsigned i = 0; i < 150; i++)
		match(&s, R_LOW, e, 20 * i, 10);
	f = set_end(&s);
	cr_expect(total(f, e, R_LOW, &n) == 150 && n == 1, "%u", n);
	cr_expect(total(f, e, R_HIGH, &n) == 1 && n == 1);
	tsr_facts_free(f);
	tsr_ruleset_free(rs);
}

static struct tsr_facts *json_facts(struct bench *b, const struct tsr_buf *text)
{
	struct tsr_analysis a = bench_run(b, text->ptr, text->len);

	cr_expect_eq(a.kind, TSR_BLOB_JSON);
	free(a.json);
	return a.facts;
}

Test(overlap, what_bytes_and_strings_of_json_show_is_told_once)
{
	struct tsr_buf token = TSR_BUF_INIT(256), text = TSR_BUF_INIT(1 << 20);
	struct bench b = bench_new();
	const struct tsr_raw *raw = NULL;
	struct tsr_facts *f;

	made(&token, TOKEN, 1);
	tsr_buf_printf(&text, "{\"a\":[\"%s\"]}", token.ptr);
	f = json_facts(&b, &text);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 1u);
	cr_assert(raw);
	cr_expect_str_eq(tsr_facts_text(f, raw->pointer), "/a/0");
	tsr_facts_free(f);
	/* Of a key that comes twice only the last value is in the tree; the bytes show both. */
	tsr_buf_reset(&text);
	tsr_buf_printf(&text, "{\"a\":\"%s\",\"a\":\"", token.ptr);
	tsr_buf_printf(&text, "%s\"}", made(&token, TOKEN, 2));
	f = json_facts(&b, &text);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 2u);
	tsr_facts_free(f);
	/* What is no JSON is told by its bytes. */
	text.len -= 2;
	f = json_facts(&b, &text);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 2u);
	cr_expect_eq(raw->pointer, 0u);
	tsr_facts_free(f);
	tsr_buf_release(&token);
	tsr_buf_release(&text);
	bench_free(&b);
}

Test(overlap, many_strings_of_json_are_each_told)
{
	struct tsr_buf token = TSR_BUF_INIT(256), text = TSR_BUF_INIT(1 << 20);
	struct bench b = bench_new();
	const struct tsr_raw *raw = NULL;
	struct tsr_facts *f;

	tsr_buf_adds(&text, "[0");
	for (unsigned i = 0; i < 150; i++)
		tsr_buf_printf(&text, ",\"%s\"", made(&token, TOKEN, i));
	tsr_buf_adds(&text, "]");
	f = json_facts(&b, &text);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 150u);
	for (uint32_t i = 0; i < f->n_raws; i++)
		cr_expect(f->raws[i].pointer && f->raws[i].occurrences == 1);
	tsr_facts_free(f);
	/* All in one string: one, with the count. */
	tsr_buf_reset(&text);
	tsr_buf_adds(&text, "{\"a\":\"");
	for (unsigned i = 0; i < 150; i++)
		tsr_buf_printf(&text, " %s", made(&token, TOKEN, i));
	tsr_buf_adds(&text, "\"}");
	f = json_facts(&b, &text);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 1u);
	cr_expect_eq(raw->occurrences, 150u);
	cr_expect_str_eq(tsr_facts_text(f, raw->pointer), "/a");
	tsr_facts_free(f);
	tsr_buf_release(&token);
	tsr_buf_release(&text);
	bench_free(&b);
}
