/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "inspect/parser.h"
#include "scan/placeholder.h"

/* No tool writes control characters there, and hosts are ASCII: another kind of file has that name. */
static bool is_text(struct tsr_slice s, unsigned char max)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < ' ' || c == 0x7f || c > max)
			return false;
	}
	return true;
}

/* What the parsers of passwords say of one. */
static void report(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content, struct tsr_slice secret, struct tsr_slice key,
		   uint32_t line)
{
	const struct tsr_secret s = {
		.secret = secret,
		.key = key,
		.offset = (uint64_t)(secret.ptr - content.ptr),
		.line = line,
		.confidence = TSR_LIKELY,
		.placeholder = tsr_placeholder_word(secret) || tsr_placeholder_template(secret),
	};

	if (secret.len && is_text(secret, 0xff) && is_text(key, 0x7f))
		tsr_inspect_secret(in, rule, &s);
}

/* The next word between white space; quotes of GNU netrc are taken off. Counts lines. */
static bool next_word(struct tsr_slice *rest, struct tsr_slice *word, uint32_t *line)
{
	size_t i = 0, start;

	for (; i < rest->len && strchr(" \t\r\n", rest->ptr[i]); i++)
		*line += rest->ptr[i] == '\n';
	if (i == rest->len)
		return false;
	start = i;
	while (i < rest->len && !strchr(" \t\r\n", rest->ptr[i]))
		i++;
	*word = tsr_slice_sub(*rest, start, i);
	*rest = tsr_slice_sub(*rest, i, rest->len);
	if (word->len >= 2 && word->ptr[0] == '"' && word->ptr[word->len - 1] == '"')
		*word = tsr_slice_sub(*word, 1, word->len - 1);
	return true;
}

static void skip_line(struct tsr_slice *rest)
{
	*rest = tsr_slice_sub(*rest, tsr_slice_find(*rest, '\n', 0), rest->len);
}

/* The lines of a macro, up to an empty one, are commands for ftp. */
static void skip_macro(struct tsr_slice *rest, uint32_t *line)
{
	struct tsr_slice text;

	while (tsr_slice_next(rest, '\n', &text)) {
		++*line;
		if (!tsr_slice_trim(text).len)
			break;
	}
}

/*
 * machine NAME login NAME account NAME password SECRET, in any layout; `default` stands for all machines
 * (netrc(5)). A name may be a keyword.
 */
static void parse_netrc(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_slice rest = content, word, machine = TSR_SLICE("default");
	uint32_t line = 1;

	while (next_word(&rest, &word, &line)) {
		if (tsr_slice_starts(word, "#"))
			skip_line(&rest);
		else if (tsr_slice_eq_str(word, "machine"))
			next_word(&rest, &machine, &line);
		else if (tsr_slice_eq_str(word, "default"))
			machine = word;
		else if (tsr_slice_eq_str(word, "login") || tsr_slice_eq_str(word, "account"))
			next_word(&rest, &word, &line);
		else if (tsr_slice_eq_str(word, "macdef"))
			skip_macro(&rest, &line);
		else if ((tsr_slice_eq_str(word, "password") || tsr_slice_eq_str(word, "passwd")) &&
			 next_word(&rest, &word, &line))
			report(in, rule, content, word, machine, line);
	}
}

const struct tsr_parser tsr_parser_netrc = { "netrc", "passwords of .netrc files", parse_netrc };

/* Up to the next ':' that no backslash stands before. */
static struct tsr_slice pgpass_field(struct tsr_slice *rest)
{
	struct tsr_slice field = *rest;
	size_t i = 0;

	while (i < rest->len && rest->ptr[i] != ':')
		i += rest->ptr[i] == '\\' ? 2 : 1;
	field = tsr_slice_sub(*rest, 0, i);
	*rest = tsr_slice_sub(*rest, i + 1, rest->len);
	return field;
}

/* A number or a wildcard: what tells such a line from any other with colons. */
static bool is_port(struct tsr_slice s)
{
	unsigned long long n;

	return tsr_slice_eq_str(s, "*") || (!tsr_slice_u64(s, &n) && n < 65536);
}

/* host:port:database:user:password, `\:` and `\\` escaped (PostgreSQL manual, The Password File). */
static void parse_pgpass(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_slice rest = content, text;
	uint32_t line = 0;

	while (tsr_slice_next(&rest, '\n', &text)) {
		struct tsr_slice host, port;

		line++;
		text = tsr_slice_trim(text);
		if (!text.len || text.ptr[0] == '#')
			continue;
		host = pgpass_field(&text);
		port = pgpass_field(&text);
		pgpass_field(&text);
		pgpass_field(&text);
		if (is_port(port))
			report(in, rule, content, text, host, line);
	}
}

const struct tsr_parser tsr_parser_pgpass = { "pgpass", "passwords of PostgreSQL's .pgpass files", parse_pgpass };

/* scheme://user:password@host, one a line (git-credential-store(1)). */
static void parse_git_credentials(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_slice rest = content, text;
	uint32_t line = 0;

	while (tsr_slice_next(&rest, '\n', &text)) {
		size_t scheme, at, colon;

		line++;
		scheme = tsr_slice_find(text, ':', 0);
		if (!tsr_slice_starts(tsr_slice_sub(text, scheme, text.len), "://"))
			continue;
		at = tsr_slice_find(text, '@', scheme);
		colon = tsr_slice_find(text, ':', scheme + 3);
		/* A '/' in a password is written %2F: behind one there is no log-in any more. */
		if (at == text.len || colon > at || tsr_slice_find(text, '/', scheme + 3) < at)
			continue;
		report(in, rule, content, tsr_slice_sub(text, colon + 1, at),
		       tsr_slice_trim(tsr_slice_sub(text, at + 1, text.len)), line);
	}
}

const struct tsr_parser tsr_parser_git_credentials = { "git_credentials", "passwords of .git-credentials files",
						       parse_git_credentials };
