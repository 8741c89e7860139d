/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner.h"

#include "scan_build.h"

#define GITHUB                                                                                                      \
	"- id: secret/github\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"  \
	"  literals: [ghp_, gho_]\n  pattern: '(?<secret>gh[op]_[0-9A-Za-z]{36})'\n  left: token\n  right: token\n" \
	"  encode: [utf16, base64, base64-twice, escapes]\n  check: crc32-base62\n  public-prefix: 4\n"             \
	"  examples: ['{\"ghp_\"}{base62:30}{crc32-base62}']\n"
#define PASSWORD                                                                                                    \
	"- id: secret/password\n  title: T\n  severity: low\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: [{ text: password, nocase: true }]\n  before: 20\n"                                            \
	"  pattern: '(?i)(?<key>[a-z_]{0,20}password) ?= ?(?<secret>[0-9a-z]{8,40})'\n  right: word\n"              \
	"  scope: { text: true }\n  hashable: false\n  examples: ['db_password = {base62:12}']\n"
#define PAIR                                                                                                    \
	"- id: secret/pair\n  title: T\n  severity: low\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: [pair-]\n  pattern: 'pair-[0-9a-f]{16}'\n  near: { pattern: 'vendor', within: 100 }\n"     \
	"  encode: [utf16, base64]\n  examples: ['vendor pair-{hex:16}']\n"
#define KEY                                                                                                    \
	"- id: secret/key\n  title: T\n  severity: low\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: ['-----BEGIN ']\n  pattern: '-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----'\n  reach: 1500\n"   \
	"  encode: [base64, escapes, hex]\n  check: private-key\n  examples: ['{pem:ec}']\n"

enum {
	R_GITHUB,
	R_KEY,
	R_PAIR,
	R_PASSWORD
}; /* by id */

static const size_t chunk_sizes[] = { 1, 2, 3, 7, 64, 1000, 4096, 262144 };

struct part {
	uint32_t number;
	uint64_t start, end; /* end UINT64_MAX: not told */
};

struct stream {
	struct tsr_buf bytes;
	struct part parts[400];
	size_t n;
};

static uint64_t seed_of(uint64_t *state, uint64_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % below;
}

static void widen(struct tsr_buf *out, struct tsr_slice s, bool big_endian)
{
	for (size_t i = 0; i < s.len; i++) {
		if (big_endian)
			tsr_buf_addc(out, 0);
		tsr_buf_addc(out, s.ptr[i]);
		if (!big_endian)
			tsr_buf_addc(out, 0);
	}
}

static void plant(struct tsr_buf *out, uint64_t *state)
{
	static const char *const plants[] = {
		"{\"ghp_\"}{base62:30}{crc32-base62}",
		"x={\"gho_\"}{base62:36} ",
		"{\"ghp_\"}{same:x:36}",
		"DB_PASSWORD = {base62:20}\n",
		"password={lower:4} PassWord={base62:12}\n",
		"vendor {lower:60} pair-{hex:16} ",
		"pair-{hex:16}{base62:60} vendor ",
		"{pem:ec}",
		"k={pem-escaped:pkcs8}",
		"{base64:{base62:7} {\"ghp_\"}{base62:36}}",
		"{base64:{base62:5}\"{\"gho_\"}{base62:30}{crc32-base62}\"}",
		"data: {base64:{pem:ec}}\n",
		"{base64:vendor pair-{hex:16}}",
		"{base64:{base64:{\"ghp_\"}{base62:30}{crc32-base62}}}",
		"{percent:\"{\"gho_\"}{base62:36}\"}&a=%20",
		"\\u0022{unicode-escape:{\"ghp_\"}}{base62:36}\\n",
		"{html:{pem:ec}}",
		"{hex:{pem:ec}}",
		"ghp_",
		"-----BEGIN ",
		"passwordpasswordpassword",
	};
	uint64_t which = seed_of(state, TSR_ARRAY_LEN(plants)), seed = seed_of(state, 1000000);
	uint64_t form = seed_of(state, 6);
	struct tsr_buf text;

	if (form > 1) {
		expand(out, plants[which], seed);
		return;
	}
	tsr_buf_init(&text, 1 << 16);
	expand(&text, plants[which], seed);
	widen(out, tsr_buf_slice(&text), form == 1);
	tsr_buf_release(&text);
}

static void fill(struct tsr_buf *out, uint64_t *state, bool binary, uint64_t len)
{
	static const char text[] = "abcdefghijk ABCDEF 0123456789 \n .-_/+=\"";

	for (uint64_t i = 0; i < len; i++)
		tsr_buf_addc(out,
			     binary ? (char)seed_of(state, 256) : text[seed_of(state, sizeof(text) - 1)]);
}

/* Regions of random size, some with a gap behind them, some of unknown end; borders cut through secrets. */
static void make_stream(struct stream *st, uint64_t seed)
{
	uint64_t state = seed * 77 + 1, next = 0;

	tsr_buf_init(&st->bytes, 1 << 20);
	st->n = 0;
	while (st->bytes.len < 60000) {
		fill(&st->bytes, &state, seed_of(&state, 3) == 0,
		     seed_of(&state, seed_of(&state, 20) == 0 ? 6000 : 120));
		plant(&st->bytes, &state);
	}
	while (next < st->bytes.len && st->n < TSR_ARRAY_LEN(st->parts)) {
		struct part *p = &st->parts[st->n];
		uint64_t size = seed_of(&state, seed_of(&state, 3) == 0 ? 12000 : 900);

		*p = (struct part){ st->n % 5 ? (uint32_t)st->n : UINT32_MAX, next, UINT64_MAX };
		next += size;
		if (seed_of(&state, 3)) {
			p->end = next;
			next += seed_of(&state, 3) ? 0 : seed_of(&state, 400);
		}
		st->n++;
	}
}

static void feed_all(struct tsr_scanner *s, const struct stream *st, size_t chunk, struct tsr_buf *out)
{
	size_t room = tsr_scanner_headroom(tsr_scanner_ruleset(s)), part = 0;
	unsigned char *memory = tsr_xmalloc(room + chunk);
	const struct tsr_scanner_limits *l;

	tsr_scanner_begin(s, write_match, out);
	for (size_t at = 0; at < st->bytes.len;) {
		size_t n = st->bytes.len - at < chunk ? st->bytes.len - at : chunk;

		memset(memory, 0xee, room + chunk);
		memcpy(memory + room, st->bytes.ptr + at, n);
		tsr_scanner_feed(s, memory + room, n);
		at += n;
		for (; part < st->n && st->parts[part].start < at; part++)
			tsr_scanner_region(s, st->parts[part].number, st->parts[part].start,
					   st->parts[part].end, TSR_SLICE("etc/app.conf"));
		tsr_scanner_settle(s);
		memset(memory, 0xdd, room + chunk);
	}
	tsr_scanner_end(s);
	l = tsr_scanner_limits(s);
	tsr_buf_printf(out, "limits %llu %llu\n", (unsigned long long)l->match_limit,
		       (unsigned long long)l->over_budget);
	free(memory);
}

static size_t count_lines(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, needle)) != NULL; p++)
		n++;
	return n;
}

Test(scanner, results_do_not_depend_on_chunk_sizes)
{
	struct tsr_ruleset *rs = rules_of(GITHUB PASSWORD PAIR KEY);
	struct tsr_scanner *s = scanner_of(rs);
	size_t matches = 0, forms = 0;

	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct tsr_buf want, got;
		struct stream st;

		make_stream(&st, seed);
		tsr_buf_init(&want, 1 << 20);
		tsr_buf_init(&got, 1 << 20);
		feed_all(s, &st, st.bytes.len, &want);
		matches += count_lines(want.ptr, "rule ");
		forms += (count_lines(want.ptr, "base64") > 0) + (count_lines(want.ptr, "utf-16le") > 0) +
			 (count_lines(want.ptr, "utf-16be") > 0);
		for (size_t i = 0; i < TSR_ARRAY_LEN(chunk_sizes); i++) {
			tsr_buf_reset(&got);
			feed_all(s, &st, chunk_sizes[i], &got);
			cr_assert(tsr_slice_eq(tsr_buf_slice(&want), tsr_buf_slice(&got)),
				  "seed %d, chunks of %zu", (int)seed, chunk_sizes[i]);
		}
		tsr_buf_release(&want);
		tsr_buf_release(&got);
		tsr_buf_release(&st.bytes);
	}
	cr_expect(matches > 200, "only %zu", matches);
	cr_expect(forms == 9);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

/* Expands, scans and compares with a part of the line that it should give ("": nothing is found). */
static void expect_found(const struct tsr_ruleset *rs, const char *generator, const char *want)
{
	struct tsr_buf text;
	char *found;

	tsr_buf_init(&text, 1 << 20);
	expand(&text, generator, 7);
	found = scan_text(rs, tsr_buf_slice(&text), "etc/app.conf");
	if (*want)
		cr_expect(strstr(found, want) != NULL, "%s: wanted %s, got %s", generator, want, found);
	else
		cr_expect(!*found, "%s: got %s", generator, found);
	free(found);
	tsr_buf_release(&text);
}

Test(scanner, boundaries_hold_unless_a_checksum_speaks)
{
	struct tsr_ruleset *rs = rules_of(GITHUB);

	expect_found(rs, "a\n {\"ghp_\"}{[x-z1-9]:36}", "at 3 len 40 key 0 line 2 check 2 0 raw 3+40\n");
	expect_found(rs, "x{\"ghp_\"}{base62:36}", "");
	expect_found(rs, "-{\"ghp_\"}{base62:36}", "");
	expect_found(rs, "{\"ghp_\"}{base62:37}", "");
	expect_found(rs, "{\"ghp_\"}{base62:36}.json", "check 2");
	expect_found(rs, "{\"ghp_\"}{base62:36}.abcdef", "");
	expect_found(rs, "https://host/path/{\"ghp_\"}{base62:36}/a", "check 2");
	expect_found(rs, "bGlua1A9/{base62:20}aZ0{base62:20}/{\"ghp_\"}{base62:36}", "");
	expect_found(rs, "a\\n{\"ghp_\"}{base62:36}", "check 2");
	expect_found(rs, "a%3D{\"ghp_\"}{base62:36}", "check 2");
	expect_found(rs, "a\\u003d{\"ghp_\"}{base62:36}", "check 2");
	expect_found(rs, "x{\"ghp_\"}{base62:30}{crc32-base62}x", "at 1 len 40 key 0 line 1 check 1");
	expect_found(rs, "{\"ghp_\"}{same:x:36}", "made up");
	tsr_ruleset_free(rs);
}

Test(scanner, a_length_byte_explains_a_neighbour_in_binary_data)
{
	struct tsr_ruleset *rs =
		rules_of("- id: secret/x\n  title: T\n  severity: high\n  description: D\n  remediation: R\n"
			 "  kind: content\n  literals: [tok_]\n  pattern: 'tok_[0-9a-z]{44}'\n  left: token\n"
			 "  right: token\n  examples: ['tok_{lowernum:44}']\n");
	struct tsr_buf text;
	char *found;

	tsr_buf_init(&text, 1000);
	/* 48 is '0'. */
	expand(&text, "0tok_{lowernum:44}next", 3);
	found = scan_text(rs, tsr_buf_slice(&text), "");
	cr_expect(!*found, "%s", found);
	free(found);
	tsr_buf_addc(&text, 0);
	found = scan_text(rs, tsr_buf_slice(&text), "");
	cr_expect(strstr(found, "at 1 len 48 key 0 line 0") != NULL, "%s", found);
	free(found);
	tsr_buf_release(&text);
	tsr_ruleset_free(rs);
}

Test(scanner, a_match_may_begin_before_its_literal_and_covers_it)
{
	struct tsr_ruleset *rs = rules_of(PASSWORD);

	expect_found(rs, "my_db_password = {lowernum:12}", "at 17 len 12 key 14");
	/* Two literals in one match are one match; the second value is one of its own. */
	expect_found(rs, "password_password={lowernum:9}\n",
		     "rule 0 region 0 at 18 len 9 key 17 line 1 check 0 0 raw 18+9\n");
	expect_found(rs, "password=a password={lowernum:9}", "at 20 len 9");
	tsr_ruleset_free(rs);
}

Test(scanner, a_companion_must_be_near)
{
	struct tsr_ruleset *rs = rules_of(PAIR);

	expect_found(rs, "vendor {same: :90} pair-{hex:16}", "rule 0");
	expect_found(rs, "vendor {same: :190} pair-{hex:16}", "");
	expect_found(rs, "pair-{hex:16} {same: :90}vendor", "rule 0");
	expect_found(rs, "pair-{hex:16} {same: :98}vendor", "");
	expect_found(rs, "{base64:vendor pair-{hex:16}}", "at 7 via base64 0 len 21");
	expect_found(rs, "vendor {base64:pair-{hex:16}}", "");
	tsr_ruleset_free(rs);
}

Test(scanner, base64_is_decoded_at_every_alignment_and_when_wrapped)
{
	struct tsr_ruleset *rs = rules_of(GITHUB);

	for (unsigned pad = 0; pad < 8; pad++) {
		char generator[96], want[64];

		snprintf(generator, sizeof(generator),
			 "k: {base64:%.*s{\"ghp_\"}{base62:30}{crc32-base62} {base62:9}}", (int)pad,
			 "::::::::");
		snprintf(want, sizeof(want), "at %u via base64 3 len 40 key 0 line 1 check 1", pad);
		expect_found(rs, generator, want);
	}
	for (unsigned before = 0; before < 80; before++) {
		unsigned begin = (before + 1) * 8 / 6, end = ((before + 5) * 8 + 5) / 6;
		struct tsr_buf plain, wrapped;
		char generator[96];
		char *found;

		tsr_buf_init(&plain, 1 << 16);
		tsr_buf_init(&wrapped, 1 << 16);
		snprintf(generator, sizeof(generator),
			 "{base64:{lower:%u} {\"ghp_\"}{base62:30}{crc32-base62} {lower:90}}", before);
		expand(&plain, generator, before);
		for (size_t i = 0; i < plain.len; i += 76) {
			tsr_buf_addsl(&wrapped, tsr_slice_sub(tsr_buf_slice(&plain), i, i + 76));
			tsr_buf_adds(&wrapped, before % 2 ? "\r\n" : "\n    ");
		}
		found = scan_text(rs, tsr_buf_slice(&wrapped), "");
		/* A literal that is itself cut by a line end is not seen. */
		if (begin / 76 == (end - 1) / 76)
			cr_expect(strstr(found, "via base64"), "%u before it", before);
		free(found);
		tsr_buf_release(&plain);
		tsr_buf_release(&wrapped);
	}
	tsr_ruleset_free(rs);
}

Test(scanner, utf16_is_read_in_both_byte_orders)
{
	struct tsr_ruleset *rs = rules_of(GITHUB PASSWORD);

	for (int be = 0; be < 2; be++) {
		struct tsr_buf text, wide;
		char *found, want[128];

		tsr_buf_init(&text, 4096);
		tsr_buf_init(&wide, 4096);
		expand(&text, "t={\"ghp_\"}{base62:30}{crc32-base62};", 5);
		widen(&wide, tsr_buf_slice(&text), be);
		found = scan_text(rs, tsr_buf_slice(&wide), "");
		snprintf(want, sizeof(want),
			 "rule 0 region 0 at 0 via utf-16%s 4 len 40 key 0 line 0 check 1 0 raw 4+80\n",
			 be ? "be" : "le");
		cr_expect(strcmp(found, want) == 0, "%s: %s", want, found);
		free(found);
		tsr_buf_release(&text);
		tsr_buf_release(&wide);
	}
	tsr_ruleset_free(rs);
}

Test(scanner, windows_do_not_cross_regions)
{
	struct tsr_ruleset *rs = rules_of(GITHUB PAIR);
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf text, found;
	size_t room = tsr_scanner_headroom(rs);

	for (size_t cut = 0; cut <= 47; cut++) {
		unsigned char *memory = tsr_xcalloc(room + 200, 1);
		bool inside = cut <= 4 || cut >= 44;

		tsr_buf_init(&text, 200);
		tsr_buf_init(&found, 4096);
		/* With a wrong checksum, so that boundaries count; the left one is bad but for the cut. */
		expand(&text, "abc {\"ghp_\"}{[1-9]:36} xyz", 1);
		memcpy(memory + room, text.ptr, text.len);
		tsr_scanner_begin(s, write_match, &found);
		tsr_scanner_feed(s, memory + room, text.len);
		tsr_scanner_region(s, 1, 0, cut, TSR_SLICE_NONE);
		tsr_scanner_region(s, 2, cut, text.len, TSR_SLICE_NONE);
		tsr_scanner_settle(s);
		tsr_scanner_end(s);
		cr_expect((found.len > 0) == inside, "cut at %zu: %s", cut, found.ptr);
		tsr_buf_release(&text);
		tsr_buf_release(&found);
		free(memory);
	}
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(scanner, scopes_bind_to_text_and_paths)
{
	struct tsr_ruleset *rs =
		rules_of(PASSWORD "  # text only\n"
				  "- id: secret/zz\n  title: T\n  severity: low\n  description: D\n"
				  "  remediation: R\n  kind: content\n  literals: [secretkey]\n"
				  "  pattern: 'secretkey=(?<secret>[a-z]{9})'\n"
				  "  scope: { paths: ['*.conf', 'opt/**/keys'] }\n"
				  "  examples: ['secretkey={lower:9}']\n"
				  "- id: secret/zzz\n  title: T\n  severity: low\n  description: D\n"
				  "  remediation: R\n  kind: content\n  literals: [configkey]\n"
				  "  pattern: 'configkey=(?<secret>[a-z]{9})'\n"
				  "  scope: { paths: ['*.conf'], config: true }\n"
				  "  examples: ['configkey={lower:9}']\n");
	static const struct {
		const char *path;
		bool found, config;
	} paths[] = { { "etc/x.conf", true, true },
		      { "x.txt", false, false },
		      { "", false, true },
		      { "opt/a/b/keys", true, false } };
	struct tsr_slice binary = TSR_SLICE("\0 password=qwertzuiop");
	char *found = scan_text(rs, binary, "");

	cr_expect(!*found, "%s", found);
	free(found);
	found = scan_text(rs, tsr_slice_sub(binary, 1, binary.len), "");
	cr_expect(*found);
	free(found);
	for (size_t i = 0; i < TSR_ARRAY_LEN(paths); i++) {
		found = scan_text(rs, TSR_SLICE("secretkey=qwertyuio"), paths[i].path);
		cr_expect((*found != 0) == paths[i].found, "%s", paths[i].path);
		free(found);
		found = scan_text(rs, TSR_SLICE("configkey=qwertyuio"), paths[i].path);
		cr_expect((*found != 0) == paths[i].config, "%s", paths[i].path);
		free(found);
	}
	tsr_ruleset_free(rs);
}

Test(scanner, a_key_is_found_over_its_whole_block_and_once)
{
	struct tsr_ruleset *rs = rules_of(KEY);
	struct tsr_buf text;
	char *found, want[128];

	tsr_buf_init(&text, 1 << 16);
	expand(&text, "{pem:ec}", 1);
	snprintf(want, sizeof(want), "rule 0 region 0 at 0 len 30 key 0 line 1 check 1 %zu raw 0+%zu\n",
		 text.len - 1, text.len - 1);
	found = scan_text(rs, tsr_buf_slice(&text), "");
	cr_expect(strcmp(found, want) == 0, "wanted %s got %s", want, found);
	free(found);
	tsr_buf_release(&text);
	tsr_ruleset_free(rs);
}

Test(scanner, work_beyond_the_budget_is_told)
{
	struct tsr_ruleset *rs = rules_of(
		"- id: secret/wide\n  title: T\n  severity: low\n  description: D\n  remediation: R\n"
		"  kind: content\n  literals: [abcd]\n  pattern: 'abcd[^!]{0,12000}!'\n"
		"  examples: ['abcd!']\n");
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf text, found;

	tsr_buf_init(&text, 1 << 20);
	tsr_buf_init(&found, 1 << 20);
	for (int i = 0; i < 20000; i++)
		tsr_buf_adds(&text, "abcd");
	tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE_NONE, write_match, &found);
	cr_expect(tsr_scanner_limits(s)->over_budget > 10000);
	cr_expect(tsr_scanner_limits(s)->rule == 0 && tsr_scanner_limits(s)->region == 0);
	/* The next stream starts with a clean account. */
	tsr_scanner_text(s, TSR_SLICE("abcd!"), TSR_SLICE_NONE, write_match, &found);
	cr_expect(tsr_scanner_limits(s)->over_budget == 0);
	cr_expect(strcmp(found.ptr, "rule 0 region 0 at 0 len 5 key 0 line 1 check 0 0 raw 0+5\n") == 0, "%s",
		  found.ptr);
	tsr_buf_release(&text);
	tsr_buf_release(&found);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

/* Sizes that are not told are counted as far as they were seen, which must not depend on chunks. */
Test(scanner, the_budget_does_not_depend_on_chunk_sizes)
{
	struct tsr_ruleset *rs = rules_of("- id: secret/wide\n  title: T\n  severity: low\n  description: D\n"
					  "  remediation: R\n  kind: content\n  literals: [abcd]\n"
					  "  pattern: 'abcd[^!]{0,3000}!'\n  examples: ['abcd!']\n");
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf want, got;
	struct stream st;

	tsr_buf_init(&want, 1 << 20);
	tsr_buf_init(&got, 1 << 20);
	tsr_buf_init(&st.bytes, 1 << 20);
	expand(&st.bytes, "{same: :100}", 1);
	for (int i = 0; i < 12000; i++)
		tsr_buf_adds(&st.bytes, i % 1000 ? "abcd" : "!!!!");
	/* Told, not told, told with a gap behind it, told and never reached. */
	st.parts[0] = (struct part){ 0, 50, 9000 };
	st.parts[1] = (struct part){ 1, 9000, UINT64_MAX };
	st.parts[2] = (struct part){ 2, 20000, 25000 };
	st.parts[3] = (struct part){ 3, 36000, 1 << 20 };
	st.n = 4;
	feed_all(s, &st, st.bytes.len, &want);
	cr_expect(strstr(want.ptr, "limits 0 0") == NULL);
	for (size_t i = 3; i < TSR_ARRAY_LEN(chunk_sizes); i++) {
		tsr_buf_reset(&got);
		feed_all(s, &st, chunk_sizes[i], &got);
		cr_expect(tsr_slice_eq(tsr_buf_slice(&want), tsr_buf_slice(&got)), "chunks of %zu",
			  chunk_sizes[i]);
	}
	tsr_buf_release(&want);
	tsr_buf_release(&got);
	tsr_buf_release(&st.bytes);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(scanner, a_pattern_that_explodes_is_stopped_and_told)
{
	/* On characters that rule/stress.c does not try. */
	struct tsr_ruleset *rs = rules_of(
		"- id: secret/slow\n  title: T\n  severity: low\n  description: D\n  remediation: R\n"
		"  kind: content\n  literals: [abcd]\n  pattern: 'abcd(?:(?:[qz]{1,9}){1,9}){1,99}[!?]'\n"
		"  examples: ['abcdq!']\n");
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf text, found;

	tsr_buf_init(&text, 1 << 16);
	tsr_buf_init(&found, 1 << 16);
	expand(&text, "abcd{same:q:3000}", 1);
	tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE_NONE, write_match, &found);
	cr_expect(tsr_scanner_limits(s)->match_limit == 1);
	tsr_buf_release(&text);
	tsr_buf_release(&found);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(scanner, says_whether_the_region_told_last_is_binary)
{
	struct tsr_ruleset *rs = rules_of(GITHUB);
	struct tsr_scanner *s = scanner_of(rs);
	size_t room = tsr_scanner_headroom(rs);
	unsigned char *memory = tsr_xcalloc(room + 12000, 1);
	struct tsr_buf found;

	tsr_buf_init(&found, 100);
	memset(memory + room, 'a', 12000);
	memory[room + 4095] = 0;	/* the last byte that decides, of the first region */
	memory[room + 5000 + 4096] = 0; /* one behind it, of the second */
	for (size_t chunk = 100; chunk <= 12000; chunk = chunk * 11 / 10 + 1) {
		unsigned char *other = tsr_xcalloc(room + chunk, 1);
		static const uint64_t starts[] = { 0, 5000, 11000 };
		size_t next = 0;

		tsr_scanner_begin(s, write_match, &found);
		cr_expect(!tsr_scanner_binary(s));
		for (size_t at = 0; at < 12000; at += chunk) {
			size_t n = 12000 - at < chunk ? 12000 - at : chunk;

			memcpy(other + room, memory + room + at, n);
			tsr_scanner_feed(s, other + room, n);
			for (; next < 3 && starts[next] < at + n; next++) {
				if (next)
					cr_expect(tsr_scanner_binary(s) == (next == 1), "chunks of %zu",
						  chunk);
				tsr_scanner_region(s, (uint32_t)next, starts[next], next ? UINT64_MAX : 4500,
						   TSR_SLICE_NONE);
			}
			tsr_scanner_settle(s);
		}
		tsr_scanner_end(s);
		cr_expect(!tsr_scanner_binary(s));
		free(other);
	}
	free(memory);
	tsr_buf_release(&found);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(scanner, a_ruleset_without_literals_scans_nothing)
{
	struct tsr_ruleset *rs =
		rules_of("- id: file/x\n  title: T\n  severity: low\n  description: D\n  remediation: R\n"
			 "  kind: path\n  globs: ['*.x']\n");
	char *found = scan_text(rs, TSR_SLICE("anything"), "a.x");

	cr_expect(!*found);
	free(found);
	tsr_ruleset_free(rs);
}
