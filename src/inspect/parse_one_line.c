/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "inspect/parser.h"
#include "inspect/tell.h"

/* Files that hold a secret and nothing else. */
#define LINE_MAX_BYTES 512u

static bool is_hex(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isxdigit((unsigned char)s.ptr[i]))
			return false;
	return true;
}

/* Rails' master.key has 32 hexadecimal digits, Jenkins' 256. */
static void parse_hex_key(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice key = tsr_slice_trim(content);

	if ((key.len == 32 || key.len == 64 || key.len == 256) && is_hex(key))
		tsr_tell_secret(&t, key, TSR_SLICE_NONE, TSR_CONFIRMED, NULL);
}

const struct tsr_parser tsr_parser_hex_key = { "hex_key", "files that are one key in hexadecimal",
					       parse_hex_key };

/* A password of a vault: one line; a script that asks for it is none. */
static void parse_password_line(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice line = tsr_slice_trim(content);

	if (line.len <= LINE_MAX_BYTES && !tsr_slice_starts(line, "#!") &&
	    tsr_slice_find(line, '\n', 0) == line.len)
		tsr_tell_secret(&t, line, TSR_SLICE_NONE, TSR_LIKELY, NULL);
}

const struct tsr_parser tsr_parser_password_line = { "password_line", "files that are one password",
						     parse_password_line };

/* The user on one line, the password on the next and no more; neither has a space. */
static void tell_two_lines(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice user = TSR_SLICE_NONE, password = TSR_SLICE_NONE, rest;

	tsr_slice_next(&text, '\n', &user);
	tsr_slice_next(&text, '\n', &password);
	rest = tsr_slice_trim(text);
	user = tsr_slice_trim(user);
	password = tsr_slice_trim(password);
	if (!user.len || password.len > LINE_MAX_BYTES || rest.len ||
	    tsr_slice_find(user, ' ', 0) < user.len || user.ptr[0] == '#' || user.ptr[0] == '<')
		return;
	tsr_tell_secret(t, password, user, TSR_LIKELY, NULL);
}

static void parse_user_pass(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tell_two_lines(&t, tsr_slice_trim(content));
}

const struct tsr_parser tsr_parser_user_pass = { "user_pass",
						 "OpenVPN's auth-user-pass files: a user and a password",
						 parse_user_pass };

/* <auth-user-pass> … </auth-user-pass> inside a profile (openvpn(8), INLINE FILE SUPPORT). */
static void parse_ovpn(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	static const char open[] = "<auth-user-pass>", close[] = "</auth-user-pass>";
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content;
	const char *at, *end;

	at = memmem(rest.ptr, rest.len, open, sizeof(open) - 1);
	if (!at)
		return;
	rest = tsr_slice_sub(rest, (size_t)(at - rest.ptr) + sizeof(open) - 1, rest.len);
	end = memmem(rest.ptr, rest.len, close, sizeof(close) - 1);
	if (end)
		tell_two_lines(&t, tsr_slice_trim(tsr_slice_sub(rest, 0, (size_t)(end - rest.ptr))));
}

const struct tsr_parser tsr_parser_ovpn = { "ovpn", "a user's password inside an OpenVPN profile",
					    parse_ovpn };
