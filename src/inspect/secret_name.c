/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/secret_name.h"

#include <ctype.h>

#define WORDS 3 /* how many of the last words count */

/* Words end where letters do not go on, and before a capital letter behind a small one. */
static bool starts_word(struct tsr_slice s, size_t i)
{
	unsigned char c = (unsigned char)s.ptr[i], before = i ? (unsigned char)s.ptr[i - 1] : '.';

	return isalnum(c) && (!isalnum(before) || (isupper(c) && islower(before)));
}

/* The last words, the last one first; returns how many. */
static size_t last_words(struct tsr_slice s, struct tsr_slice words[WORDS])
{
	size_t n = 0, end = s.len;

	for (size_t i = s.len; i-- > 0 && n < WORDS;) {
		if (!isalnum((unsigned char)s.ptr[i])) {
			end = i;
			continue;
		}
		if (!starts_word(s, i))
			continue;
		words[n++] = tsr_slice_sub(s, i, end);
		end = i;
	}
	return n;
}

static bool one_of(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_caseeq_str(s, *list))
			return true;
	return false;
}

static bool ends_with_one(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++) {
		size_t n = strlen(*list);

		if (s.len >= n && tsr_slice_caseeq_str(tsr_slice_sub(s, s.len - n, s.len), *list))
			return true;
	}
	return false;
}

/* password2 of rclone is one as well. */
static struct tsr_slice without_digits(struct tsr_slice s)
{
	while (s.len > 1 && isdigit((unsigned char)s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool tsr_secret_name(struct tsr_slice name)
{
	static const char *const alone[] = { "pass",	    "pwd", "pw",	 "token", "authtoken",
					     "accesstoken", "psk", "obscurekey", NULL };
	static const char *const endings[] = { "password",   "passwd",	  "passphrase", "secret",
					       "apikey",     "secretkey", "privatekey", "sharedkey",
					       "accountkey", "imappass",  "smtppass",	"authpass",
					       "remotepass", "dbpass",	  "userpass",	NULL };
	static const char *const keys[] = { "api",     "secret", "private",	"encryption",
					    "signing", "master", "account",	"shared",
					    "auth",    "deploy", "application", NULL };
	/* The access key of S3 is a name, that of Azure is not. */
	static const char *const access[] = { "secret", "primary", "secondary", "storage", NULL };
	static const char *const no_tokens[] = { "next", "page", "csrf", "xsrf", "continuation",
						 "sync", "bos",	 "eos",	 "pad",	 "unk",
						 "mask", "sep",	 "cls",	 "max",	 NULL };
	struct tsr_slice words[WORDS] = { { NULL, 0 } };
	size_t n = last_words(without_digits(name), words);

	/* PasswordPlain of WinSCP */
	if (n > 1 && tsr_slice_caseeq_str(words[0], "plain"))
		words[0] = words[1];
	if (!n)
		return false;
	if (ends_with_one(words[0], endings))
		return true;
	if (one_of(words[0], alone))
		return n == 1 || !one_of(words[1], no_tokens);
	if (n >= 2 && tsr_slice_caseeq_str(words[0], "key"))
		return one_of(words[1], keys) ||
		       (n == 3 && tsr_slice_caseeq_str(words[1], "access") && one_of(words[2], access));
	return n == 3 && tsr_slice_caseeq_str(words[0], "base") && tsr_slice_caseeq_str(words[1], "key") &&
	       tsr_slice_caseeq_str(words[2], "secret");
}

bool tsr_secret_name_loose(struct tsr_slice name)
{
	static const char *const alone[] = { "key", "creds", "cred", "credential", "credentials", "auth", "salt", NULL };
	static const char *const others[] = { "gpg",   "pgp",	 "public",  "pub",   "host",	 "apt",	 "repo",  "cache", "primary", "foreign",
					      "sort",  "index",	 "row",	    "hash",  "partition", "site", "rsa",   "asc",	 "hot",	    "map",
					      "query", "object", "registry", "group", "hosts",	"id",	 "translation", NULL };
	struct tsr_slice words[WORDS] = { { NULL, 0 } };
	size_t n = last_words(without_digits(name), words);

	return n && one_of(words[0], alone) && (n < 2 || !one_of(words[1], others));
}

static bool is_number(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.ptr[i]))
			return false;
	return s.len < 4;
}

static bool starts_with_one(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_starts(s, *list))
			return true;
	return false;
}

bool tsr_secret_value(struct tsr_slice value)
{
	static const char *const words[] = { "true",	 "false",    "yes",    "no",	    "on",     "off",
					     "null",	 "nil",	     "none",   "~",	    "prompt", "ask",
					     "required", "optional", "string", "undefined", "{",      "[",
					     "|",	 ">",	     ".",      NULL }; /* "." is Remmina's mark for the keyring */
	/* Paths, references that are resolved elsewhere, and what needs another key. */
	static const char *const beginnings[] = { "/",
						  "./",
						  "../",
						  "~/",
						  "file:",
						  "classpath:",
						  "ENC(",
						  "ENC[",
						  "{cipher}",
						  "vault:",
						  "secret:",
						  "secretref:",
						  "arn:",
						  "op://",
						  "awssm://",
						  "data.",
						  "var.",
						  "local.",
						  "module.",
						  "env(",
						  "ENV[",
						  "@Microsoft.KeyVault",
						  "$ANSIBLE_VAULT",
						  "projects/",
						  "random_password.",
						  "-----BEGIN CERT",
						  "-----BEGIN PUBLIC",
						  "<%",
						  NULL };

	return value.len && !is_number(value) && !one_of(value, words) && !starts_with_one(value, beginnings);
}

struct tsr_slice tsr_connection_secret(struct tsr_slice text)
{
	static const char *const names[] = { "password",     "pwd",
					     "accountkey",   "sharedaccesskey",
					     "sharedsecret", "sharedaccesssignature",
					     "accesskey",    NULL };
	struct tsr_slice rest = text, part;

	while (tsr_slice_next(&rest, ';', &part)) {
		size_t at = tsr_slice_find(part, '=', 0);
		struct tsr_slice value = tsr_slice_trim(tsr_slice_sub(part, at + 1, part.len));

		if (value.len && one_of(tsr_slice_trim(tsr_slice_sub(part, 0, at)), names))
			return value;
	}
	return TSR_SLICE_NONE;
}
