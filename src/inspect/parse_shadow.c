/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "inspect/parser.h"

static bool is_crypt64(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != '/')
			return false;
	return true;
}

/*
 * Password hashes of shadow(5): user:hash:…. Locked accounts (`*`, `!…`, `x`)
 * hold none; an empty field is an account without a password. What a hash looks
 * like is crypt(5): $id$…, or 13 characters of DES.
 */
static bool is_hash(struct tsr_slice f)
{
	static const char *const ids[] = { "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$sha1$" };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (tsr_slice_starts(f, ids[i]) && f.len > strlen(ids[i]) + 20)
			return true;
	return f.len == 13 && is_crypt64(f);
}

/* A name of an account, as far as it tells such a line from any other with colons. */
static bool is_name(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || (unsigned char)s.ptr[i] > '~' ||
		    strchr("#,/\"'<>{}()", s.ptr[i]))
			return false;
	return s.len > 0 && s.len <= 256;
}

/* The fields about the password's age are numbers or empty. */
static bool is_aging(struct tsr_slice rest)
{
	for (size_t i = 0; i < rest.len; i++)
		if (!isdigit((unsigned char)rest.ptr[i]) && !strchr(":-\r", rest.ptr[i]))
			return false;
	return true;
}

static void parse_shadow(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_slice rest = content, text, user, hash;
	uint32_t line = 0;

	while (tsr_slice_next(&rest, '\n', &text)) {
		struct tsr_secret s = { .confidence = TSR_CONFIRMED };

		line++;
		if (!tsr_slice_next(&text, ':', &user) || !is_name(user) || !text.len)
			continue;
		hash = tsr_slice_sub(text, 0, tsr_slice_find(text, ':', 0));
		if (hash.len ? !is_hash(hash) : !is_aging(text))
			continue;
		s.secret = hash;
		s.key = user;
		s.offset = (uint64_t)(hash.ptr - content.ptr);
		s.line = line;
		s.note = hash.len ? NULL : "an account without a password";
		tsr_inspect_secret(in, rule, &s);
	}
}

const struct tsr_parser tsr_parser_shadow = { "shadow", "password hashes of /etc/shadow", parse_shadow };
