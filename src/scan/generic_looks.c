/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/generic.h"
#include "scan/placeholder.h"

/* What names and values look like that are no secrets. */

/* Names that tell about a secret, or that have the word by chance. */
bool tsr_generic_about(struct tsr_slice name)
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
bool tsr_generic_names_password(struct tsr_slice name)
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

/* Segments of words, as in /run/secrets/db and registry.local/name:tag. */
static bool path_like(const struct tsr_generic *v)
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
static bool digest_of_a_file(const struct tsr_generic *v)
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
static bool number_or_date(const struct tsr_generic *v)
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
bool tsr_generic_stands_for(const struct tsr_generic *v)
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

/* Calls of web services have tokens that are UUIDs and no secrets: those that make a request unique. */
bool tsr_generic_uuid(const struct tsr_generic *v)
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

bool tsr_generic_other(const struct tsr_generic *v)
{
	return path_like(v) || digest_of_a_file(v) || number_or_date(v) || jwt_like(v->text);
}
