/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/needles.h"

#include <criterion/criterion.h>
#include <hs/hs.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct tsr_literal lit(const char *s, bool nocase)
{
	return (struct tsr_literal){ .bytes = s, .len = (uint32_t)strlen(s), .nocase = nocase };
}

/* Base64 of `text` with `pad` bytes before and two behind it. */
static void encode(const char *text, unsigned pad, unsigned char fill, char *out)
{
	unsigned char raw[64];
	size_t len = strlen(text);

	memset(raw, fill, sizeof(raw));
	memcpy(raw + pad, text, len);
	EVP_EncodeBlock((unsigned char *)out, raw, (int)(pad + len + 2));
}

Test(needles, base64_forms_stand_in_every_encoding_at_their_alignment)
{
	static const char *const words[] = { "ghp_", "AKIA", "glpat-", "xoxb-1234", "-----BEGIN" };
	char form[TSR_FORM_BYTES_MAX + 1], text[128];
	unsigned pad, fill;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(words); i++) {
		for (pad = 0; pad < 12; pad++) {
			struct tsr_literal l = lit(words[i], false);
			uint32_t n = tsr_needle_form(&l, TSR_FORM_BASE64_0 + pad % 3, 0, form);

			cr_assert(n >= 4, "%s at %u", words[i], pad);
			form[n] = 0;
			/* Whatever stands around it. */
			for (fill = 0; fill < 256; fill += 15) {
				encode(words[i], pad, (unsigned char)fill, text);
				cr_expect(strstr(text, form) != NULL, "%s (%s) in %s", form, words[i], text);
			}
		}
	}
}

Test(needles, base64_forms_are_as_long_as_the_literal_allows)
{
	struct tsr_literal l = lit("abcdef", false);
	char form[TSR_FORM_BYTES_MAX];

	cr_expect(tsr_needle_form(&l, TSR_FORM_BASE64_0, 0, form) == 8);
	cr_expect(tsr_needle_form(&l, TSR_FORM_BASE64_1, 0, form) == 7);
	cr_expect(tsr_needle_form(&l, TSR_FORM_BASE64_2, 0, form) == 7);
}

Test(needles, utf16_form_serves_both_byte_orders)
{
	struct tsr_literal l = lit("ghp_", false);
	char form[TSR_FORM_BYTES_MAX];

	cr_assert(tsr_needle_form(&l, TSR_FORM_UTF16, 0, form) == 7);
	cr_expect(memcmp(form, "g\0h\0p\0_", 7) == 0);
}

Test(needles, short_forms_and_base64_without_case_are_not_made)
{
	struct tsr_literal three = lit("SG.", false), any = lit("password", true);
	char form[TSR_FORM_BYTES_MAX];

	cr_expect(tsr_needle_form(&three, TSR_FORM_PLAIN, 0, form) == 3);
	cr_expect(tsr_needle_form(&three, TSR_FORM_UTF16, 0, form) == 5);
	cr_expect(tsr_needle_form(&three, TSR_FORM_BASE64_0, 0, form) == 4);
	cr_expect(tsr_needle_form(&three, TSR_FORM_BASE64_1, 0, form) == 0);
	cr_expect(tsr_needle_form(&any, TSR_FORM_BASE64_0, 0, form) == 0);
	cr_expect(tsr_needle_form(&any, TSR_FORM_UTF16, 0, form) == 15);
}

static void expect_form(const char *literal, enum tsr_form form, unsigned variant, const char *want)
{
	struct tsr_literal l = lit(literal, false);
	char bytes[TSR_FORM_BYTES_MAX];
	uint32_t n = tsr_needle_form(&l, form, variant, bytes);

	cr_expect(n == strlen(want) && memcmp(bytes, want, n) == 0, "%s as %d/%u: %.*s", literal, (int)form, variant, (int)n, bytes);
}

Test(needles, escapes_are_of_every_character_or_of_signs)
{
	static const struct tsr_literal nocase = { "a-b", 3, true };
	char form[TSR_FORM_BYTES_MAX];

	expect_form("glpat-", TSR_FORM_PERCENT, 0, "%67%6c%70%");
	expect_form("glpat-", TSR_FORM_PERCENT, 1, "");
	expect_form("hooks.x.com/a", TSR_FORM_PERCENT, 1, "hooks.x.com%2fa");
	expect_form("hooks.x.com/a", TSR_FORM_BACKSLASH, 3, "hooks.x.com\\/a");
	expect_form("://", TSR_FORM_BACKSLASH, 3, ":\\/\\/");
	expect_form("://", TSR_FORM_BACKSLASH, 4, "\\://");
	expect_form("://", TSR_FORM_ENTITY, 2, ":&#x2f;&#x2f;");
	expect_form("glpat-", TSR_FORM_PERCENT, 2, "");
	expect_form("PRIVATE KEY", TSR_FORM_PERCENT, 1, "PRIVATE%20KEY");
	expect_form("PRIVATE KEY", TSR_FORM_PERCENT, 2, "PRIVATE+KEY");
	expect_form("ghp_", TSR_FORM_PERCENT, 1, "");
	expect_form("ghp_", TSR_FORM_BACKSLASH, 0, "\\x67\\x68\\x70\\x");
	expect_form("ghp_", TSR_FORM_BACKSLASH, 1, "\\u0067\\u0068\\u0070\\u00");
	expect_form("sk-a", TSR_FORM_BACKSLASH, 2, "sk\\u002da");
	expect_form("ghp_", TSR_FORM_ENTITY, 0, "&#103;&#104;&#112;&#");
	expect_form("ghp_", TSR_FORM_ENTITY, 1, "&#x67;&#x68;&#x70;&#x");
	expect_form("ghp_", TSR_FORM_HEX, 0, "");
	expect_form("PRIVATE KEY", TSR_FORM_HEX, 0, "5052495641544520");
	/* The letters of a literal without case would be two numbers each. */
	cr_expect_eq(tsr_needle_form(&nocase, TSR_FORM_PERCENT, 0, form), 0u);
	cr_expect_eq(tsr_needle_form(&nocase, TSR_FORM_BACKSLASH, 2, form), 8u);
}

Test(needles, twice_encoded_forms_stand_in_every_encoding)
{
	static const char *const words[] = { "AKIA", "xoxb-", "glpat-", "PRIVATE KEY" };
	char form[TSR_FORM_BYTES_MAX + 1], once[64], twice[128];

	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++) {
		for (unsigned pad = 0; pad < 9; pad++) {
			bool found = false;

			encode(words[i], pad, 'x', once);
			EVP_EncodeBlock((unsigned char *)twice, (unsigned char *)once, (int)strlen(once));
			for (unsigned outer = 0; outer < 3; outer++) {
				struct tsr_literal l = lit(words[i], false);
				uint32_t n = tsr_needle_form(&l, TSR_FORM_TWICE_00 + outer * 3 + pad % 3, 0, form);

				cr_assert(n >= 4, "%s %u %u", words[i], outer, pad);
				form[n] = 0;
				found |= strstr(twice, form) != NULL;
			}
			cr_expect(found, "%s at %u in %s", words[i], pad, twice);
		}
	}
}

static const uint32_t both = TSR_ENCODE_UTF16 | TSR_ENCODE_BASE64;

struct fixture {
	struct tsr_literal literals[4];
	struct tsr_rule_content content[2];
	struct tsr_rule rules[2];
	const struct tsr_rule *list[2];
	struct tsr_arena arena;
	struct tsr_needle_set set;
};

static void two_rules(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->literals[0] = lit("ghp_", false);
	f->literals[1] = lit("PassWord", true);
	f->literals[2] = lit("ghp_", false);
	f->literals[3] = lit("password", true);
	f->content[0] = (struct tsr_rule_content){ .literals = f->literals, .n_literals = 2, .encode = both };
	f->content[1] = (struct tsr_rule_content){ .literals = f->literals + 2, .n_literals = 2 };
	f->rules[0] = (struct tsr_rule){ .id = "a/a", .content = &f->content[0] };
	f->rules[1] = (struct tsr_rule){ .id = "b/b", .content = &f->content[1] };
	f->list[0] = &f->rules[0];
	f->list[1] = &f->rules[1];
	tsr_needles_make(&f->set, f->list, 2, &f->arena);
}

Test(needles, equal_forms_are_shared)
{
	struct fixture f;
	uint32_t i, shared = 0;

	two_rules(&f);
	/* ghp_: plain, UTF-16 and three in base64; password: plain and UTF-16. */
	cr_assert(f.set.n_needles == 7, "%u", f.set.n_needles);
	cr_expect(f.set.n_uses == 9, "%u", f.set.n_uses);
	for (i = 0; i < f.set.n_needles; i++) {
		const struct tsr_needle *n = &f.set.needles[i];

		cr_expect(n->first + n->n <= f.set.n_uses);
		shared += n->n == 2;
		if (n->n == 2)
			cr_expect(f.set.uses[n->first].rule == 0 && f.set.uses[n->first + 1].rule == 1);
	}
	cr_expect(shared == 2);
	tsr_arena_release(&f.arena);
}

struct hits {
	const struct tsr_needle_set *set;
	uint64_t starts[64];
	enum tsr_form forms[64];
	size_t n;
};

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	struct hits *h = ctx;

	(void)from;
	(void)flags;
	if (id >= h->set->n_needles)
		return 0;
	cr_assert(h->n < 64);
	h->starts[h->n] = to - h->set->needles[id].len;
	h->forms[h->n++] = h->set->uses[h->set->needles[id].first].form;
	return 0;
}

static void scan(const struct hs_database *db, const char *data, size_t len, size_t step, struct hits *h)
{
	hs_scratch_t *scratch = NULL;
	hs_stream_t *stream = NULL;
	size_t at;

	cr_assert(hs_alloc_scratch(db, &scratch) == HS_SUCCESS);
	cr_assert(hs_open_stream(db, 0, &stream) == HS_SUCCESS);
	for (at = 0; at < len; at += step)
		hs_scan_stream(stream, data + at, (unsigned)(len - at < step ? len - at : step), 0, scratch,
			       on_hit, h);
	hs_close_stream(stream, scratch, on_hit, h);
	hs_free_scratch(scratch);
}

Test(needles, database_finds_every_form_across_chunks)
{
	static const char text[] = "..ghp_.. PASSWORD g\0h\0p\0_\0 P\0a\0S\0S\0w\0o\0r\0d GHP_";
	struct tsr_err err = TSR_ERR_INIT;
	char data[256], encoded[64];
	struct fixture f;
	int generic;
	size_t step;

	two_rules(&f);
	memcpy(data, text, sizeof(text));
	encode("ghp_", 7, 'x', encoded);
	memcpy(data + sizeof(text), encoded, strlen(encoded));
	for (generic = 0; generic < 2; generic++) {
		struct hs_database *db = NULL;

		cr_assert(tsr_needles_compile(&f.set, TSR_SIEVE_TEXT, generic, &db, &err) == 0, "%s", err.msg);
		for (step = 1; step < 100; step += 7) {
			struct hits h = { .set = &f.set, .n = 0 };

			scan(db, data, sizeof(text) + strlen(encoded), step, &h);
			cr_assert(h.n == 5, "%zu", h.n);
			cr_expect(h.starts[0] == 2 && h.forms[0] == TSR_FORM_PLAIN);
			cr_expect(h.starts[1] == 9 && h.forms[1] == TSR_FORM_PLAIN);
			cr_expect(h.starts[2] == 18 && h.forms[2] == TSR_FORM_UTF16);
			cr_expect(h.starts[3] == 27 && h.forms[3] == TSR_FORM_UTF16);
			cr_expect(h.forms[4] == TSR_FORM_BASE64_1);
		}
		hs_free_database(db);
	}
	tsr_arena_release(&f.arena);
}

Test(needles, literals_for_text_only_are_not_looked_for_in_binaries)
{
	static const char text[] = "ghp_ password other \xf8\xfb\xfd";
	struct tsr_literal other = lit("other", false);
	struct tsr_err err = TSR_ERR_INIT;
	struct fixture f;
	int sieve;

	two_rules(&f);
	f.content[0].n_literals = 1;
	f.content[1].literals = &f.literals[2];
	f.content[1].text_only = true;
	tsr_needles_make(&f.set, f.list, 2, &f.arena);
	for (sieve = 0; sieve < TSR_SIEVES; sieve++) {
		struct hits h = { .set = &f.set, .n = 0 };
		struct hs_database *db = NULL;

		cr_assert(tsr_needles_compile(&f.set, (enum tsr_sieve)sieve, true, &db, &err) == 0);
		scan(db, text, sizeof(text) - 1, 5, &h);
		/* ghp_ is one of both rules. */
		cr_expect(h.n == (sieve == TSR_SIEVE_TEXT ? 2 : 1), "%zu", h.n);
		hs_free_database(db);
	}
	f.content[0] = (struct tsr_rule_content){ .literals = &other, .n_literals = 1, .text_only = true };
	tsr_needles_make(&f.set, f.list, 2, &f.arena);
	for (sieve = 0; sieve < TSR_SIEVES; sieve++) {
		struct hs_database *db = NULL;

		cr_assert(tsr_needles_compile(&f.set, (enum tsr_sieve)sieve, true, &db, &err) == 0);
		cr_expect((db != NULL) == (sieve == TSR_SIEVE_TEXT), "all of them are for text");
		hs_free_database(db);
	}
	tsr_arena_release(&f.arena);
}

Test(needles, order_depends_on_the_rules_alone)
{
	struct fixture a, b;

	two_rules(&a);
	two_rules(&b);
	cr_assert(a.set.n_needles == b.set.n_needles && a.set.n_uses == b.set.n_uses);
	cr_expect(memcmp(a.set.needles, b.set.needles, a.set.n_needles * sizeof(*a.set.needles)) == 0);
	cr_expect(memcmp(a.set.uses, b.set.uses, a.set.n_uses * sizeof(*a.set.uses)) == 0);
	tsr_arena_release(&a.arena);
	tsr_arena_release(&b.arena);
}

Test(needles, without_literals_there_is_no_database)
{
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_needle_set set;
	struct hs_database *db = NULL;

	tsr_needles_make(&set, NULL, 0, &arena);
	cr_expect(set.n_needles == 0);
	cr_expect(tsr_needles_compile(&set, TSR_SIEVE_TEXT, false, &db, NULL) == 0);
	cr_expect(db == NULL);
	tsr_arena_release(&arena);
}
