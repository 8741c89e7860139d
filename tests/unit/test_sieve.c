/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner.h"

#include "scan_build.h"

/*
 * One rule for text only and one for every byte, in regions of both kinds that
 * border each other: what is found in each is known, for all sizes and all chunks.
 */
#define RULES                                                                                                    \
	"- id: secret/a-word\n  title: T\n  severity: low\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: [{ text: vendor, nocase: true }]\n  pattern: '(?i)vendor=(?<secret>[0-9a-f]{16})'\n"           \
	"  scope: { text: true }\n  encode: [utf16]\n  examples: ['vendor={hex:16}']\n"                             \
	"- id: secret/b-token\n  title: T\n  severity: low\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: [tok_]\n  pattern: 'tok_[0-9a-f]{16}'\n  examples: ['{\"tok_\"}{hex:16}']\n"

enum kind {
	TEXT,	/* both are found */
	BINARY, /* a NUL among the first 4096 bytes: the token only */
	LATE,	/* a NUL behind them: still text */
	WIDE,	/* UTF-16 with a mark: the word in UTF-16 and the token as it is */
	KINDS
};

struct part {
	enum kind kind;
	uint64_t start, end, gap;
};

struct stream {
	struct tsr_buf bytes;
	struct part parts[80];
	size_t n;
};

static void add_word(struct tsr_buf *out, bool wide)
{
	static const char word[] = " VENDOR=0123456789abcdef ";

	for (const char *p = word; *p; p++) {
		tsr_buf_addc(out, *p);
		if (wide)
			tsr_buf_addc(out, 0);
	}
}

/* A region of at least `size` bytes with the token at its begin and the word at its end. */
static void add_region(struct stream *st, enum kind kind, size_t size, size_t gap)
{
	struct part *p = &st->parts[st->n++];
	struct tsr_buf *b = &st->bytes;

	*p = (struct part){ .kind = kind, .start = b->len, .gap = gap };
	if (kind == WIDE)
		tsr_buf_add(b, "\xff\xfe", 2);
	if (kind == BINARY)
		tsr_buf_addc(b, 0);
	tsr_buf_adds(b, "tok_0123456789abcdef ");
	while (b->len - p->start < size)
		tsr_buf_addc(b, '.');
	if (kind == LATE) {
		while (b->len - p->start < 4096)
			tsr_buf_addc(b, '.');
		tsr_buf_addc(b, 0);
	}
	if (kind == WIDE && (b->len - p->start) % 2)
		tsr_buf_addc(b, '.');
	add_word(b, kind == WIDE);
	p->end = b->len;
	for (size_t i = 0; i < gap; i++)
		tsr_buf_addc(b, i % 7 ? 'g' : 0);
}

static void make_stream(struct stream *st)
{
	static const size_t sizes[] = { 60, 4000, 4050, 4071, 4096, 4097, 9000, 100 }, gaps[] = { 0, 512, 5000 };
	unsigned turn = 0;

	st->n = 0;
	tsr_buf_init(&st->bytes, 1 << 20);
	for (size_t i = 0; i < TSR_ARRAY_LEN(sizes); i++)
		for (int before = 0; before < KINDS; before++, turn++) {
			add_region(st, (enum kind)before, sizes[i], gaps[turn % TSR_ARRAY_LEN(gaps)]);
			add_region(st, (enum kind)((before + 1 + turn / 4) % KINDS), sizes[(i + turn) % 8], 0);
		}
}

/* `told`: the ends of regions are known when they begin. */
static void feed_all(struct tsr_scanner *s, const struct stream *st, size_t chunk, bool told, struct tsr_buf *out)
{
	size_t room = tsr_scanner_headroom(tsr_scanner_ruleset(s)), part = 0;
	unsigned char *memory = tsr_xmalloc(room + chunk);
	bool gap = false;

	tsr_scanner_begin(s, write_match, out);
	for (size_t at = 0; at < st->bytes.len;) {
		size_t n = st->bytes.len - at < chunk ? st->bytes.len - at : chunk;

		memcpy(memory + room, st->bytes.ptr + at, n);
		tsr_scanner_feed(s, memory + room, n);
		at += n;
		for (; part < st->n && (gap ? st->parts[part].end : st->parts[part].start) < at;) {
			const struct part *p = &st->parts[part];

			if (gap)
				tsr_scanner_region(s, UINT32_MAX, p->end, UINT64_MAX, TSR_SLICE_NONE);
			else
				tsr_scanner_region(s, (uint32_t)part, p->start, told ? p->end : UINT64_MAX,
						   TSR_SLICE_NONE);
			gap = !told && !gap && p->gap;
			part += !gap;
		}
		tsr_scanner_settle(s);
		memset(memory, 0xdd, room + chunk);
	}
	tsr_scanner_end(s);
	free(memory);
}

static void expect_all(const struct stream *st, const char *found, size_t chunk, bool told)
{
	char line[64];
	size_t lines = 0, want = 0;

	for (const char *p = found; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	for (size_t i = 0; i < st->n; i++) {
		snprintf(line, sizeof(line), "rule 1 region %zu at ", i);
		cr_assert(strstr(found, line) != NULL, "token %zu in chunks of %zu, %d", i, chunk, told);
		snprintf(line, sizeof(line), "rule 0 region %zu at ", i);
		cr_assert((strstr(found, line) != NULL) == (st->parts[i].kind != BINARY),
			  "word %zu of kind %d in chunks of %zu, %d", i, (int)st->parts[i].kind, chunk, told);
		want += 1 + (st->parts[i].kind != BINARY);
	}
	cr_expect(lines == want, "%zu, not %zu", lines, want);
}

Test(sieve, regions_are_scanned_as_what_they_are_in_all_chunks)
{
	static const size_t chunks[] = { 1, 63, 512, 1000, 4095, 4096, 4097, 10000, 65536, 1 << 20 };
	struct tsr_ruleset *rs = rules_of(RULES);
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf found;
	struct stream st;

	make_stream(&st);
	tsr_buf_init(&found, 1 << 20);
	for (size_t i = 0; i < TSR_ARRAY_LEN(chunks); i++)
		for (int told = 0; told < 2; told++) {
			tsr_buf_reset(&found);
			feed_all(s, &st, chunks[i], told, &found);
			expect_all(&st, found.ptr, chunks[i], told);
		}
	tsr_buf_release(&found);
	tsr_buf_release(&st.bytes);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(sieve, a_text_alone_is_scanned_as_what_it_is)
{
	struct tsr_ruleset *rs = rules_of(RULES);
	struct stream st;

	for (int kind = 0; kind < KINDS; kind++) {
		char *found;

		st.n = 0;
		tsr_buf_init(&st.bytes, 1 << 20);
		add_region(&st, (enum kind)kind, 100, 0);
		found = scan_text(rs, tsr_buf_slice(&st.bytes), "");
		expect_all(&st, found, 0, true);
		free(found);
		tsr_buf_release(&st.bytes);
	}
	tsr_ruleset_free(rs);
}
