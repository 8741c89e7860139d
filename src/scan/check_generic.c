/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/filekind.h"
#include "scan/placeholder.h"
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

struct value {
	struct tsr_slice text, name, before, after; /* after: what follows it, to the end of `ahead` */
	struct tsr_slice behind;		    /* what stands before the name */
	enum tsr_filekind kind;
	bool quoted, phrase; /* words with blanks between them */
	size_t digits;
	bool lower, upper, digit, special, hex; /* hex: nothing but such digits */
	unsigned rarity;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_alnum(char c)
{
	return (folded(c) >= 'a' && folded(c) <= 'z') || (c >= '0' && c <= '9');
}

static bool has(struct tsr_slice s, const char *word)
{
	return tsr_slice_casehas(s, word);
}

static bool ends_with(struct tsr_slice s, const char *word)
{
	size_t n = strlen(word);

	return s.len >= n && tsr_slice_caseeq_str(tsr_slice_sub(s, s.len - n, s.len), word);
}

static void describe(struct value *v)
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

/* Names that tell about a secret, or that have the word by chance. */
static bool name_is_about(struct tsr_slice name)
{
	static const char *const ends[] = {
		"file",	   "filename", "path",	 "name",    "id",	"ids",	    "type",    "url",	   "uri",     "endpoint",
		"field",   "column",   "expires", "expiry",  "expiration", "expired", "length",  "len",	   "size",    "regex",
		"pattern", "hash",     "digest", "checksum", "sum",	"prompt",   "label",   "hint",	   "policy",  "count",
		"limit",   "timeout",  "ttl",	 "header",  "method",	"algorithm", "alg",    "class",	   "format",  "prefix",
		"suffix",  "index",    "version", "service", "provider", "manager", "store",   "reset",	   "enabled", "required",
		"env",	   "envvar",   "var",	 "help",    "title",	"message",  "error",   "param",	   "selector", "date",
		"time",	   "ref",      "arn",	 "list",    "tokens",	"prop",	    "loader",  "input",	   "form",    "page",
		"domain",  "host",     "scope",	 "state",   "status",	"user",	    "username", "role",	   "issuer",  "audience",
		"encryption", "encoding", "validator", "mode", "change", "auth"
	};
	static const char *const parts[] = {
		"public",    "csrf",	  "xsrf",    "nextpage",    "next_token", "nexttoken", "pagetoken", "page_token",
		"continuation", "cancel", "tokeniz", "tokenis",	    "keyword",	  "hash",      "digest",    "checksum",
		"fingerprint", "encrypted", "sha1",  "sha256",	    "md5",	  "integrity", "etag",	    "secretary",
		"secretion", "bypass",	  "compass"
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(ends); i++)
		if (ends_with(name, ends[i]))
			return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(parts); i++)
		if (has(name, parts[i]))
			return true;
	return false;
}

/* `pass` is in many words: smtp_pass, SmtpPass and passProd are about one, compass and passes are not. */
static bool names_a_password(struct tsr_slice name)
{
	static const char *const words[] = { "password", "passwd", "passphrase", "passcode", "pwd" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (has(name, words[i]))
			return true;
	for (size_t i = 0; i + 4 <= name.len; i++) {
		char before = i ? name.ptr[i - 1] : '_', after = i + 4 < name.len ? name.ptr[i + 4] : '_';
		bool apart = !is_alnum(before) || (name.ptr[i] == 'P' && name.ptr[i + 1] == 'a' && before >= 'a');

		if (tsr_slice_caseeq_str(tsr_slice_sub(name, i, i + 4), "pass") && apart && !(after >= 'a' && after <= 'z') &&
		    !(name.ptr[i] == 'P' && name.ptr[i + 1] == 'A' && after >= 'A' && after <= 'Z'))
			return true;
	}
	return false;
}

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

static char first_of(struct tsr_slice s)
{
	return s.len ? s.ptr[0] : '\n';
}

static bool behind_ends(const struct value *v, const char *word)
{
	return ends_with(v->behind, word);
}

/* --password VALUE, ENV PASSWORD VALUE, and in configuration a line of a name and a value. */
static bool bare_after_blank(const struct value *v)
{
	static const char *const words[] = { "ENV ", "ARG ", "#define ", "setx ", "config set ", "login " };

	if (!line_ends(v->after) && !(tsr_slice_starts(v->name, "--") && is_space(first_of(v->after))))
		return false;
	if (tsr_slice_starts(v->name, "--"))
		return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (behind_ends(v, words[i]))
			return true;
	return v->kind == TSR_FILE_CONFIG && (!v->behind.len || behind_ends(v, "\n")) && v->digit &&
	       (v->upper || v->special || v->rarity >= 92);
}

/* ${NAME:-value}, ${name:value}: a default. */
static bool default_in_braces(const struct value *v)
{
	return first_of(v->after) == '}' && behind_ends(v, "${");
}

/* The operator: what stands before the value, without blanks. */
static bool bare_value_ends_well(const struct value *v)
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
static bool expression(const struct value *v)
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
static bool of_a_row(const struct value *v)
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
static bool of_a_list(const struct value *v)
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
static bool result_or_question(const struct value *v)
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

static bool literal(const struct value *v)
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

/* Segments of words, as in /run/secrets/db and registry.local/name:tag. */
static bool path_like(const struct value *v)
{
	struct tsr_slice s = v->text;
	size_t slashes = 0;

	for (size_t i = 0; i < s.len; i++)
		slashes += s.ptr[i] == '/';
	if (has(s, "://") || tsr_slice_starts(s, "./") || tsr_slice_starts(s, "../") || tsr_slice_starts(s, "~/"))
		return true;
	return slashes && (v->rarity < 100 || (s.ptr[0] == '/' && s.len < 24 && !v->digit));
}

/* "src/token.rs": "5e1f…", a file and its digest. */
static bool digest_of_a_file(const struct value *v)
{
	static const char *const ends[] = { ".rs",  ".go",  ".py",   ".pyi", ".js",   ".mjs", ".cjs",  ".ts",  ".java",
					    ".cc",  ".cpp", ".hpp",  ".rb",  ".php",  ".pem", ".key",  ".crt", ".cer",
					    ".der", ".p8",  ".p12",  ".pub", ".txt",  ".md",  ".json", ".jwk", ".yml",
					    ".xml", ".css", ".html", ".map", ".snap", ".csv", ".sql",  ".rst", ".toml" };

	for (size_t i = 0; v->hex && i < TSR_ARRAY_LEN(ends); i++)
		if (ends_with(v->name, ends[i]))
			return true;
	return false;
}

/* 13.0.0-next.8 */
static bool version_like(struct tsr_slice s)
{
	size_t dots = 0, i = 0;

	for (; i < s.len && ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (i && s.ptr[i] == '.')); i++)
		dots += s.ptr[i] == '.';
	return dots == 2 && (i == s.len || s.ptr[i] == '-' || s.ptr[i] == '+');
}

/* 1.2.840.113549 and 2016-09-08T13:47:36Z. */
static bool number_or_date(const struct value *v)
{
	struct tsr_slice s = v->text;
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < s.len; i++) {
		digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
		letters += folded(s.ptr[i]) >= 'a' && folded(s.ptr[i]) <= 'z';
	}
	if (!letters)
		return v->special || v->kind != TSR_FILE_ENV;
	if (version_like(s))
		return true;
	return s.len >= 10 && letters <= 2 && digits >= 8 && s.ptr[4] == '-' && s.ptr[7] == '-';
}

/* A JSON Web Token or Signature: its own rule knows more of it. */
static bool jwt_like(struct tsr_slice s)
{
	size_t dot = tsr_slice_find(s, '.', 0);

	return tsr_slice_starts(s, "eyJ") && dot < s.len && tsr_slice_find(s, '.', dot + 1) < s.len;
}

static bool word_and_parenthesis(struct tsr_slice s)
{
	size_t i = 0;

	while (i < s.len && (is_alnum(s.ptr[i]) || s.ptr[i] == '_' || s.ptr[i] == '.'))
		i++;
	return i > 1 && i < s.len && s.ptr[i] == '(';
}

/* Something that stands for a value, or a mark of a language that is no value. */
static bool stands_for_another(const struct value *v)
{
	static const char *const words[] = { "example", "placeholder", "change_me", "changeme", "change-me", "your",
					     "dummy",	"redacted",    "replace",   "insert",	"undefined", "todo",
					     "fake",	"sample",      "xxxx" };
	struct tsr_slice s = v->text;

	if (tsr_placeholder_template(s) || tsr_placeholder(s) || tsr_placeholder_word(s) ||
	    tsr_placeholder_mashed(s))
		return true;
	if (has(v->behind, "manager:")) /* arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME */
		return true;
	if (strchr("$%&@*!<{[(#+|?~^:=,.", s.ptr[0]) && !(v->quoted && v->kind != TSR_FILE_CODE && s.ptr[0] != '$'))
		return v->kind != TSR_FILE_ENV || strchr("$<{%", s.ptr[0]);
	if (v->quoted && s.ptr[s.len - 1] == ')' && word_and_parenthesis(s)) /* rgba(255,231,130,0.4) */
		return true;
	if (has(s, "%{") || has(s, "$(") || has(s, "${") || has(s, "{{") || has(s, "#{") || has(s, "%s") || has(s, "%("))
		return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (has(s, words[i]))
			return true;
	/* The value is the name in other words; in an environment such a thing is a password all the same. */
	if (v->kind == TSR_FILE_ENV && v->digit)
		return false;
	return has(s, "password") || has(s, "passwd") || has(s, "secret") || has(s, "token") || has(s, "api_key") ||
	       has(s, "apikey") || has(s, "credential");
}

static bool settings(const struct value *v)
{
	return v->kind == TSR_FILE_ENV || v->kind == TSR_FILE_CONFIG;
}

/* Made by a machine: what tokens are. */
static bool random_enough(const struct value *v)
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
static bool name_like(const struct value *v)
{
	struct tsr_slice s = v->text;

	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) && !strchr("-_.", s.ptr[i]))
			return false;
	return v->special && !v->upper && v->digits < 4 && v->rarity < 92;
}

/* Chosen by a person, but no word: what passwords are, at best. */
static bool password_enough(const struct value *v)
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

/* Calls of web services have tokens that are UUIDs and no secrets: those that make a request unique. */
static bool uuid(const struct value *v)
{
	struct tsr_slice s = v->text;

	if (has(v->name, "token") && v->kind != TSR_FILE_ENV)
		return false;
	if (s.len != 36)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = folded(s.ptr[i]);
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

/* Four words and a number, as people are told to make passwords: no sentence of a program's. */
static bool phrase_like(const struct value *v)
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
static void take_phrase(struct value *v, struct tsr_slice whole, size_t at)
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

static bool parse(struct value *v, const struct tsr_check_in *in)
{
	struct tsr_slice whole = in->ahead.len > in->match.len ? in->ahead : in->match;
	size_t at = (size_t)(in->secret.ptr - in->match.ptr), n = 0;

	if (!in->secret.len || !in->key.len || in->key.ptr + in->key.len > in->secret.ptr)
		return false;
	n = in->key.ptr + in->key.len > in->match.ptr ? (size_t)(in->key.ptr + in->key.len - in->match.ptr) : 0;
	*v = (struct value){ .text = in->secret,
			     .name = in->key,
			     .before = tsr_slice_sub(whole, n, at),
			     .after = tsr_slice_sub(whole, at + in->secret.len, whole.len),
			     .behind = in->behind,
			     .kind = tsr_filekind(in->path) };
	v->quoted = v->before.len && is_quote(v->before.ptr[v->before.len - 1]);
	if (!v->quoted && behind_ends(v, "${")) { /* up to the brace that ends the default */
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
	struct value v;

	out->result = TSR_CHECK_REJECT;
	if (!parse(&v, in) || (password && !names_a_password(v.name)) || !literal(&v))
		return;
	if (v.phrase && password && phrase_like(&v) && !stands_for_another(&v)) {
		out->length = (uint32_t)v.text.len;
		tsr_check_place(in, out);
	}
	if (v.phrase)
		return;
	if (!uuid(&v) && !(password || v.kind == TSR_FILE_ENV ? password_enough(&v) : random_enough(&v)))
		return;
	if (path_like(&v) || stands_for_another(&v) || name_is_about(v.name) || digest_of_a_file(&v) ||
	    number_or_date(&v) || jwt_like(v.text))
		return;
	tsr_check_place(in, out);
}

void tsr_check_random(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct value v = { .text = in->secret, .kind = tsr_filekind(in->path) };

	describe(&v);
	out->result = TSR_CHECK_REJECT;
	if (!v.text.len || stands_for_another(&v) || !random_enough(&v))
		return;
	tsr_check_place(in, out);
}
