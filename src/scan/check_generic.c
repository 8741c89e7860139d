/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/generic.h"
#include "scan/rarity.h"

/*
 * `name = value`, where the name says that the value is a secret: is it one?
 *
 * Nothing can confirm it, so everything here looks for reasons against: the
 * name means something about a secret (`token_type`, `password_file`); what stands
 * on the right is no literal (a call, a variable, a type) or no secret (a path, a
 * URL, a template); the value is a word. What is left is judged by how seldom people
 * write such a thing otherwise (scan/rarity.h), and the less the file is one of settings,
 * the rarer it must be. What is for tests or readers is only possible.
 */

static void describe(struct tsr_generic *v)
{
	v->hex = true;
	for (size_t i = 0; i < v->text.len; i++) {
		char c = v->text.ptr[i];

		v->lower |= c >= 'a' && c <= 'z';
		v->upper |= c >= 'A' && c <= 'Z';
		v->digits += c >= '0' && c <= '9';
		v->special |= !is_alnum(c);
		v->hex &= (c >= '0' && c <= '9') || (folded(c) >= 'a' && folded(c) <= 'f');
	}
	v->digit = v->digits > 0;
	v->rarity = tsr_rarity(v->text);
}

static bool settings(const struct tsr_generic *v)
{
	return v->kind == TSR_FILE_ENV || v->kind == TSR_FILE_CONFIG;
}

/* Made by a machine: what tokens are. */
static bool random_enough(const struct tsr_generic *v)
{
	size_t n = v->text.len;

	if (v->hex)
		return v->digit && (v->lower || v->upper) && !(v->lower && v->upper) && n >= 20 && n % 2 == 0;
	if (n < 12)
		return n >= 10 && v->digit && v->rarity >= 112 && settings(v);
	if (!v->digit)
		return n >= 20 && v->rarity >= (v->lower && v->upper ? 112 : 100) && !v->special;
	return v->rarity >= (n < 16 ? 104 : 92);
}

/* scram-sha-256, my_app.v2: words and numbers. */
static bool name_like(const struct tsr_generic *v)
{
	struct tsr_slice s = v->text;

	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) && !strchr("-_.", s.ptr[i]))
			return false;
	return v->special && !v->upper && v->digits < 4 && v->rarity < 92;
}

/* Chosen by a person, but no word: what passwords are, at best. */
static bool password_enough(const struct tsr_generic *v)
{
	unsigned kinds = v->lower + v->upper + v->digit + v->special;

	if (random_enough(v))
		return true;
	if (v->text.len < 6 || kinds < 2 || !(v->lower || v->upper) || (v->kind != TSR_FILE_ENV && name_like(v)))
		return false;
	if (settings(v) && v->digit)
		return v->rarity >= 64 || kinds == 4 || (kinds == 3 && v->digits >= 2 && v->rarity >= 52);
	if (v->text.len < 8 || !v->digit || kinds < 3)
		return false;
	if (kinds == 4 || v->digits >= 4)
		return v->rarity >= 56;
	return v->rarity >= (v->kind == TSR_FILE_CODE ? 80 : 70);
}

/* Four words and a number, as people are told to make passwords: no sentence of a program's. */
static bool phrase_like(const struct tsr_generic *v)
{
	static const char *const grammar[] = { "the", "your", "you", "is", "are", "a", "an", "to", "for", "must", "and", "or",
					       "not", "please", "enter", "of", "in", "with", "at", "least", "this", "be", "no",
					       "has", "have", "from", "by", "on", "new", "old", "if", "when", "was", "can",
					       "password", "passphrase", "secret", "token", "key", "characters", "select", "where" };
	static const char *const ends[] = { "password", "passwd", "passphrase", "pass", "pwd", "secret" };
	struct tsr_slice rest = v->text, word;
	size_t words = 0, known = 0;

	for (size_t i = 0; i < TSR_ARRAY_LEN(ends); i++)
		known += ends_with(v->name, ends[i]);
	while (known && tsr_slice_next(&rest, ' ', &word)) {
		words++;
		for (size_t i = 0; i < word.len; i++)
			if (!is_alnum(word.ptr[i]) && !strchr("-!'", word.ptr[i]))
				return false;
		for (size_t i = 0; i < TSR_ARRAY_LEN(grammar); i++)
			if (tsr_slice_caseeq_str(word, grammar[i]))
				return false;
		if (word.len < 2 && !(word.len && word.ptr[0] >= '0' && word.ptr[0] <= '9'))
			return false;
	}
	return words >= 3 && words <= 8 && v->digit && v->text.len >= 14;
}

/* Without quotes a value with blanks goes on to the end of its line, or of its element. */
static void take_phrase(struct tsr_generic *v, struct tsr_slice whole, size_t at)
{
	size_t end = at + v->text.len;

	if (!v->quoted && first_of(v->after) == ' ' && settings(v) && v->before.len &&
	    (is_space(v->before.ptr[v->before.len - 1]) || v->before.ptr[v->before.len - 1] == '>')) {
		while (end < whole.len && end - at < 100 && !strchr("\n\r<\"#;", whole.ptr[end]))
			end++;
		while (end > at && is_space(whole.ptr[end - 1]))
			end--;
		v->text = tsr_slice_sub(whole, at, end);
		v->after = tsr_slice_sub(whole, end, whole.len);
	}
	v->phrase = tsr_slice_find(v->text, ' ', 0) < v->text.len;
}

static bool parse(struct tsr_generic *v, const struct tsr_check_in *in)
{
	struct tsr_slice whole = in->ahead.len > in->match.len ? in->ahead : in->match;
	size_t at = (size_t)(in->secret.ptr - in->match.ptr), n = 0;

	if (!in->secret.len || !in->key.len || in->key.ptr + in->key.len > in->secret.ptr)
		return false;
	n = in->key.ptr + in->key.len > in->match.ptr ? (size_t)(in->key.ptr + in->key.len - in->match.ptr) : 0;
	*v = (struct tsr_generic){ .text = in->secret,
			     .name = in->key,
			     .before = tsr_slice_sub(whole, n, at),
			     .after = tsr_slice_sub(whole, at + in->secret.len, whole.len),
			     .behind = in->behind,
			     .kind = tsr_filekind(in->path) };
	v->quoted = v->before.len && is_quote(v->before.ptr[v->before.len - 1]);
	if (!v->quoted && tsr_generic_behind_ends(v, "${")) { /* up to the brace that ends the default */
		v->text = tsr_slice_sub(v->text, 0, tsr_slice_find(v->text, '}', 0));
		v->after = tsr_slice_sub(whole, at + v->text.len, whole.len);
	}
	take_phrase(v, whole, at);
	describe(v);
	return true;
}

void tsr_check_assignment(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	bool password = in->param == 'p';
	struct tsr_generic v;

	out->result = TSR_CHECK_REJECT;
	if (!parse(&v, in) || (password && !tsr_generic_names_password(v.name)) || !tsr_generic_literal(&v))
		return;
	if (v.phrase && password && phrase_like(&v) && !tsr_generic_stands_for(&v)) {
		out->length = (uint32_t)v.text.len;
		tsr_check_place(in, out);
	}
	if (v.phrase)
		return;
	if (!tsr_generic_uuid(&v) && !(password || v.kind == TSR_FILE_ENV ? password_enough(&v) : random_enough(&v)))
		return;
	if (tsr_generic_other(&v) || tsr_generic_stands_for(&v) || tsr_generic_about(v.name))
		return;
	tsr_check_place(in, out);
}

void tsr_check_random(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_generic v = { .text = in->secret, .kind = tsr_filekind(in->path) };

	describe(&v);
	out->result = TSR_CHECK_REJECT;
	if (!v.text.len || tsr_generic_stands_for(&v) || !random_enough(&v))
		return;
	tsr_check_place(in, out);
}
