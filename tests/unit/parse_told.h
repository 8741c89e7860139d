/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_PARSE_TOLD_H
#define TSR_TESTS_PARSE_TOLD_H

#include "analyse_build.h"

/*
 * Parsers of known files: one file per row, with generators for its secrets
 * (scan/example.h), and what its rule says: "line:key" of each finding, with '?' where it looks made up.
 */
struct row {
	const char *rule, *path, *what, *form, *said;
};

#define PW "{alnum:18}"

static inline void say(struct bench *b, const char *rule, const char *path, struct tsr_slice content, struct tsr_buf *out)
{
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	uint32_t r;

	cr_assert(tsr_ruleset_find(b->rs, tsr_slice_str(rule), &r), "%s", rule);
	tb_header(&t, path, '0', content.len);
	tb_data(&t, content.ptr, content.len);
	tb_end(&t);
	f = facts_of(b, &t);
	tsr_buf_reset(out);
	for (uint32_t i = 0; i < f->n_raws; i++) {
		const struct tsr_raw *raw = &f->raws[i];

		if (raw->rule != r)
			continue;
		tsr_buf_printf(out, "%s%u:%s%s", out->len ? " " : "", raw->line, tsr_facts_text(f, raw->key),
			       strstr(tsr_facts_text(f, raw->tags), "placeholder") ? "?" : "");
		cr_expect(!raw->redacted || strlen(tsr_facts_text(f, raw->redacted)) < 16);
	}
	tsr_facts_free(f);
}

/* Every row as it is; then cut in many places, which only must not go wrong. */
static inline void say_rows(const struct row *rows, size_t n)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), said = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();

	for (size_t i = 0; i < n; i++) {
		made(&text, rows[i].form, i + 1);
		b.chunk = i % 2 ? 1024 : TSR_CHUNK_SIZE;
		say(&b, rows[i].rule, rows[i].path, tsr_buf_slice(&text), &said);
		cr_expect_str_eq(said.ptr, rows[i].said, "%s, %s: [%s]", rows[i].rule, rows[i].what, said.ptr);
		for (size_t k = 0; k < text.len; k += 1 + text.len / 25)
			say(&b, rows[i].rule, rows[i].path, tsr_slice_sub(tsr_buf_slice(&text), 0, k), &said);
	}
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

/* Bytes of any kind, and much of what the formats live on: no parser may go wrong or be slow. */
static inline void say_garbage(const struct row *rows, size_t n)
{
	static const char marks[] = "<>=\"'{}[]:,/\\\n\n #-@&!|?%\0";
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), said = TSR_BUF_INIT(1 << 20);
	struct bench b = bench_new();
	uint32_t x = 7;

	for (size_t i = 0; i < n; i++) {
		tsr_buf_reset(&text);
		for (int k = 0; k < 3000; k++) {
			x = x * 1664525u + 1013904223u;
			tsr_buf_addc(&text, (char)(x >> 30 ? marks[(x >> 8) % (sizeof(marks) - 1)] : (char)(x >> 12)));
		}
		say(&b, rows[i].rule, rows[i].path, tsr_buf_slice(&text), &said);
	}
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

#endif
