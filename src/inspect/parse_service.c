/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"
#include "inspect/words.h"

/* Passwords in the files of servers and daemons: one record a line, of words. */

static bool is_comment(struct tsr_slice word)
{
	return !word.len || word.ptr[0] == '#' || word.ptr[0] == ';' || word.ptr[0] == '!';
}

static void each_line(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content,
		      void (*visit)(struct tsr_tell *t, struct tsr_slice text))
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, text;

	while (tsr_slice_next(&rest, '\n', &text))
		visit(&t, tsr_slice_trim(text));
}

/* Names of passwords that do not say so, and how many words stand between them and it. */
static const struct {
	const char *name;
	unsigned skip;
} directives[] = {
	{ "requirepass", 0 },	  { "masterauth", 0 },	     { "sentinel-pass", 0 },	    { "auth-pass", 1 },
	{ "bindpw", 0 },	  { "rootpw", 0 },	     { "rootbindpw", 0 },	    { "rootmodpw", 0 },
	{ "ldap_default_authtok", 0 }, { "insecure-password", 0 }, { "rocommunity", 0 },    { "rwcommunity", 0 },
	{ "rocommunity6", 0 },	  { "rwcommunity6", 0 },     { "trapcommunity", 0 },	    { "com2sec", 2 },
	{ "com2sec6", 2 },	  { "defAuthPassphrase", 0 }, { "defPrivPassphrase", 0 },
};

/* What every manual and every default file has. */
static bool is_default(struct tsr_slice value)
{
	return tsr_slice_eq_str(value, "public") || tsr_slice_eq_str(value, "testing123") ||
	       tsr_slice_eq_str(value, "community");
}

static void tell_value(struct tsr_tell *t, struct tsr_slice *rest, struct tsr_slice name, unsigned skip)
{
	struct tsr_slice value = tsr_word_next(rest);

	/* FreeRADIUS assigns with := and ==. */
	if (tsr_slice_eq_str(value, ":"))
		value = tsr_word_next(rest);
	while (skip--)
		value = tsr_word_next(rest);
	if (value.len && value.ptr[0] != '#' && tsr_secret_value(value) && !is_default(value))
		tsr_tell_secret(t, value, name, TSR_LIKELY, NULL);
}

/* createUser NAME MD5|SHA "auth" DES|AES "priv" (snmpd.conf(5)). */
static void snmp_user(struct tsr_tell *t, struct tsr_slice rest)
{
	struct tsr_slice user = tsr_word_next(&rest), kind;

	while ((kind = tsr_word_next(&rest)).len)
		if (tsr_slice_starts(kind, "MD5") || tsr_slice_starts(kind, "SHA") || tsr_slice_starts(kind, "DES") ||
		    tsr_slice_starts(kind, "AES"))
			tell_value(t, &rest, user, 0);
}

/* user NAME on >password … (Redis), and HAProxy's "user NAME insecure-password …", which goes on below. */
static void acl_user(struct tsr_tell *t, struct tsr_slice rest)
{
	struct tsr_slice user = tsr_word_next(&rest), word;

	while ((word = tsr_word_next(&rest)).len)
		if (word.ptr[0] == '>' && word.len > 1)
			tsr_tell_secret(t, tsr_slice_sub(word, 1, word.len), user, TSR_LIKELY, NULL);
}

static void one_directive(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice rest = text, word = tsr_word_next(&rest), before = TSR_SLICE_NONE, value;

	/* Who may see userPassword, and how a password is to be stored (slapd.conf, ldap.conf). */
	if (is_comment(word) || tsr_slice_eq_str(word, "access") || tsr_slice_eq_str(word, "pam_password"))
		return;
	if (tsr_slice_caseeq_str(word, "createUser")) {
		snmp_user(t, rest);
		return;
	}
	if (tsr_slice_eq_str(word, "user"))
		acl_user(t, rest);
	for (; word.len && word.ptr[0] != '#'; before = word, word = tsr_word_next(&rest)) {
		/* stats auth user:password */
		if (tsr_slice_eq_str(before, "stats") && tsr_slice_eq_str(word, "auth")) {
			value = tsr_word_next(&rest);
			tsr_tell_secret(t, tsr_slice_sub(value, tsr_slice_find(value, ':', 0) + 1, value.len), word,
					TSR_LIKELY, NULL);
			continue;
		}
		for (size_t i = 0; i < TSR_ARRAY_LEN(directives); i++)
			if (tsr_slice_caseeq_str(word, directives[i].name))
				tell_value(t, &rest, word, directives[i].skip);
		if (tsr_secret_name(word) && !tsr_slice_caseeq_str(word, "insecure-password"))
			tell_value(t, &rest, word, 0);
	}
}

static void parse_directives(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, one_directive);
}

const struct tsr_parser tsr_parser_directives = {
	"directives", "passwords of Redis, LDAP, SNMP, HAProxy and RADIUS", parse_directives
};

/* client server SECRET address (pppd(8)); mount point, user, SECRET (davfs2); number, kind, KEY (ntp). */
static void third_word(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice first = tsr_word_next(&text), second = tsr_word_next(&text), third = tsr_word_next(&text);

	if (!is_comment(first) && second.len && third.len && third.ptr[0] != '#' && third.ptr[0] != '@')
		tsr_tell_secret(t, third, first, TSR_LIKELY, NULL);
}

static void parse_third_word(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, third_word);
}

const struct tsr_parser tsr_parser_third_word = { "third_word", "passwords of pppd, davfs2 and NTP",
						  parse_third_word };

/* identifier SECRET: racoon's psk.txt, PgBouncer's userlist.txt. */
static void second_word(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice first = tsr_word_next(&text), second = tsr_word_next(&text);

	if (!is_comment(first) && second.len && second.ptr[0] != '#')
		tsr_tell_secret(t, second, first, TSR_LIKELY, NULL);
}

static void parse_second_word(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, second_word);
}

const struct tsr_parser tsr_parser_second_word = { "second_word", "passwords of racoon and PgBouncer",
						   parse_second_word };

/* user:SECRET (rsyncd.conf(5)), host:user:SECRET (Exim). */
static void last_field(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice rest = text, field, last = TSR_SLICE_NONE, first = TSR_SLICE_NONE;
	unsigned n = 0;

	while (tsr_slice_next(&rest, ':', &field)) {
		if (!n++)
			first = field;
		last = field;
	}
	if ((n == 2 || n == 3) && !is_comment(first) && tsr_slice_find(first, ' ', 0) == first.len)
		tsr_tell_secret(t, last, first, TSR_LIKELY, NULL);
}

static void parse_last_field(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, last_field);
}

const struct tsr_parser tsr_parser_last_field = { "last_field", "passwords of rsyncd and Exim", parse_last_field };

/* identifiers : PSK "…"; RSA and the like name a file and its passphrase (ipsec.secrets(5)). */
static void ipsec_line(struct tsr_tell *t, struct tsr_slice text)
{
	static const char *const kinds[] = { "PSK", "XAUTH", "EAP", "NTLM" };
	size_t colon = tsr_slice_find(text, ':', 0);
	struct tsr_slice rest, kind;

	/* Addresses of IPv6 have colons: the one that counts has a blank behind it. */
	while (colon + 1 < text.len && text.ptr[colon + 1] != ' ' && text.ptr[colon + 1] != '\t')
		colon = tsr_slice_find(text, ':', colon + 1);
	if (!text.len || text.ptr[0] == '#' || colon + 1 >= text.len)
		return;
	rest = tsr_slice_sub(text, colon + 1, text.len);
	kind = tsr_word_next(&rest);
	for (size_t i = 0; i < TSR_ARRAY_LEN(kinds); i++)
		if (tsr_slice_caseeq_str(kind, kinds[i]))
			tsr_tell_secret(t, tsr_word_next(&rest), tsr_slice_trim(tsr_slice_sub(text, 0, colon)), TSR_LIKELY,
					NULL);
}

static void parse_ipsec_secrets(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, ipsec_line);
}

const struct tsr_parser tsr_parser_ipsec_secrets = { "ipsec_secrets", "preshared keys of strongSwan and Libreswan",
						     parse_ipsec_secrets };

/* name:uid:LANMAN:NT:[flags]:… with hashes of 32 hexadecimal digits (smbpasswd(5)). */
static void smb_line(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice user = TSR_SLICE_NONE, field, hash = TSR_SLICE_NONE;

	if (!tsr_slice_next(&text, ':', &user) || is_comment(user))
		return;
	for (int i = 0; i < 3 && tsr_slice_next(&text, ':', &field); i++)
		hash = field;
	if (hash.len != 32 || !tsr_slice_starts(text, "["))
		return;
	for (size_t i = 0; i < hash.len; i++)
		if (!strchr("0123456789ABCDEFabcdef", hash.ptr[i]))
			return;
	tsr_tell_bytes(t, hash, user, TSR_CONFIRMED, NULL);
}

static void parse_smbpasswd(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	each_line(in, rule, content, smb_line);
}

const struct tsr_parser tsr_parser_smbpasswd = { "smbpasswd", "password hashes of Samba", parse_smbpasswd };
