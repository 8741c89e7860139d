/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/generic.h"

/* Is what stands behind a name a literal? Of languages and formats that nobody told us of. */

/* Only blanks, punctuation or a comment up to the end of the line. */
static bool line_ends(struct tsr_slice s)
{
	size_t i = 0;

	if (s.len && is_quote(s.ptr[0]))
		return true;
	for (; i < s.len && (is_space(s.ptr[i]) || strchr(",;}])", s.ptr[i])); i++)
		if (i && s.ptr[i] == ';' && is_space(s.ptr[i - 1]))
			return true;
	return i >= s.len || s.ptr[i] == '\n' || s.ptr[i] == '#' || s.ptr[i] == '\\' ||
	       (s.ptr[i] == '/' && i + 1 < s.len && s.ptr[i + 1] == '/');
}

bool tsr_generic_behind_ends(const struct tsr_generic *v, const char *word)
{
	return ends_with(v->behind, word);
}

/* --password VALUE, ENV PASSWORD VALUE, and in configuration a line of a name and a value. */
static bool bare_after_blank(const struct tsr_generic *v)
{
	static const char *const words[] = { "ENV ", "ARG ", "#define ", "setx ", "config set ", "login " };

	if (!line_ends(v->after) && !(tsr_slice_starts(v->name, "--") && is_space(first_of(v->after))))
		return false;
	if (tsr_slice_starts(v->name, "--"))
		return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (tsr_generic_behind_ends(v, words[i]))
			return true;
	return v->kind == TSR_FILE_CONFIG && (!v->behind.len || tsr_generic_behind_ends(v, "\n")) && v->digit &&
	       (v->upper || v->special || v->rarity >= 92);
}

/* ${NAME:-value}, ${name:value}: a default. */
static bool default_in_braces(const struct tsr_generic *v)
{
	return first_of(v->after) == '}' && tsr_generic_behind_ends(v, "${");
}

/* The operator: what stands before the value, without blanks. */
static bool bare_value_ends_well(const struct tsr_generic *v)
{
	struct tsr_slice b = v->before;
	bool spaced = b.len && is_space(b.ptr[b.len - 1]);
	char op, next = first_of(v->after);

	while (b.len && is_space(b.ptr[b.len - 1]))
		b.len--;
	op = b.len ? b.ptr[b.len - 1] : 0;
	if (!b.len)
		return bare_after_blank(v);
	if (op == '\n') /* a block of YAML */
		return v->kind == TSR_FILE_CONFIG && line_ends(v->after);
	if (op == '>')
		return next == '<' && v->after.len > 1 && v->after.ptr[1] == '/';
	if (op == '=' && !spaced)
		return true;
	return (op == '=' || op == ':') && line_ends(v->after);
}

/* a.b, a::b, a->b, a(…), a[…]: something to be evaluated. */
static bool expression(const struct tsr_generic *v)
{
	struct tsr_slice s = v->text;
	bool word = true;

	for (size_t i = 0; i < s.len; i++) {
		if (strchr("()[]{}", s.ptr[i]) && v->kind != TSR_FILE_ENV)
			return true;
		if (s.ptr[i] == '(' && i && is_alnum(s.ptr[i - 1]) && s.ptr[s.len - 1] == ')')
			return true;
		word &= is_alnum(s.ptr[i]) || s.ptr[i] == '_' || s.ptr[i] == '.';
		/* The parts of a name begin with letters. */
		word &= !(s.ptr[i] >= '0' && s.ptr[i] <= '9') || (i && s.ptr[i - 1] != '.');
	}
	return has(s, "->") || has(s, "::") || (word && has(s, ".") && v->rarity < 90);
}

/* ( 'passwordMustChange' 'pwdMustChange' ): names side by side; only a bare name has its value behind a blank. */
static bool of_a_row(const struct tsr_generic *v)
{
	struct tsr_slice b = v->before;

	for (size_t i = 0; i < b.len; i++)
		if (!is_space(b.ptr[i]) && !is_quote(b.ptr[i]))
			return false;
	if (tsr_slice_caseeq_str(v->name, "pass") && v->behind.len > 1 && is_alnum(v->behind.ptr[v->behind.len - 2]))
		return true; /* and pass "x" to it */
	return b.len > 2 && is_quote(b.ptr[0]);
}

/* "password", "scram": two of a list; f("password", "…") is an assignment. */
static bool of_a_list(const struct tsr_generic *v)
{
	size_t i = 0;

	if (tsr_slice_find(v->before, ',', 0) == v->before.len || has(v->before, "value"))
		return false;
	while (i < v->after.len && (is_quote(v->after.ptr[i]) || v->after.ptr[i] == '\\'))
		i++;
	if (v->kind == TSR_FILE_CONFIG && first_of(tsr_slice_sub(v->after, i, v->after.len)) == '}')
		return false; /* a pair of Erlang's */
	return first_of(tsr_slice_sub(v->after, i, v->after.len)) != ')';
}

/* setPassword("…") gives one; getPassword("…"), password_hash("…") and compute(…) => "…" do something with one. */
static bool result_or_question(const struct tsr_generic *v)
{
	static const char *const words[] = { "password", "passwd", "passphrase", "token", "secret", "apikey", "api_key", "pwd" };
	size_t at = v->name.len, least;
	struct tsr_slice last;

	if (has(v->before, ")") && has(v->before, "=>"))
		return true;
	if (!v->before.len || v->before.ptr[0] != '(')
		return false;
	while (at && v->name.ptr[at - 1] != '.')
		at--;
	last = tsr_slice_sub(v->name, at, v->name.len);
	least = last.len < 4 ? last.len : 4;
	if (tsr_slice_caseeq_str(tsr_slice_sub(last, 0, least < 3 ? least : 3), "set") ||
	    tsr_slice_caseeq_str(tsr_slice_sub(last, 0, least), "with"))
		return false;
	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (tsr_slice_caseeq_str(last, words[i]))
			return false;
	return true;
}

bool tsr_generic_literal(const struct tsr_generic *v)
{
	char next = first_of(v->after);

	if (v->quoted && next != v->before.ptr[v->before.len - 1] && next != '\\')
		return false;
	if (v->quoted)
		return !of_a_list(v) && !of_a_row(v) && !result_or_question(v);
	if (default_in_braces(v) && v->kind != TSR_FILE_TEXT)
		return !expression(v);
	if (v->kind == TSR_FILE_CODE || v->kind == TSR_FILE_TEXT)
		return false;
	return bare_value_ends_well(v) && !expression(v);
}
