/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "base/base64.h"
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/* Files of system services, one record a line. */

static struct tsr_slice next_word(struct tsr_slice *rest)
{
	struct tsr_slice word;
	size_t i = 0, from;

	while (i < rest->len && isspace((unsigned char)rest->ptr[i]))
		i++;
	for (from = i; i < rest->len && !isspace((unsigned char)rest->ptr[i]);)
		i++;
	word = tsr_slice_sub(*rest, from, i);
	*rest = tsr_slice_sub(*rest, i, rest->len);
	return word;
}

/* The forms of htpasswd(1): MD5 and SHA-1 of Apache, bcrypt, crypt(3). Plain text is like any other text. */
static bool is_htpasswd_hash(struct tsr_slice s)
{
	static const struct {
		const char *id;
		size_t min;
	} forms[] = { { "$apr1$", 30 }, { "{SHA}", 30 }, { "{SSHA}", 30 }, { "$2y$", 59 }, { "$2a$", 59 },
		      { "$2b$", 59 },	{ "$1$", 26 },	 { "$5$", 46 },	   { "$6$", 90 },	 { "$7$", 60 } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (tsr_slice_starts(s, forms[i].id))
			return s.len >= forms[i].min;
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != '/')
			return false;
	return s.len == 13;
}

static void parse_htpasswd(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, text;

	while (tsr_slice_next(&rest, '\n', &text)) {
		struct tsr_slice user, hash;

		text = tsr_slice_trim(text);
		if (!tsr_slice_next(&text, ':', &user) || !user.len || user.ptr[0] == '#')
			continue;
		hash = tsr_slice_sub(text, 0, tsr_slice_find(text, ':', 0));
		if (is_htpasswd_hash(hash))
			tsr_tell_bytes(&t, hash, user, TSR_CONFIRMED, NULL);
	}
}

const struct tsr_parser tsr_parser_htpasswd = { "htpasswd", "password hashes of htpasswd files",
						parse_htpasswd };

/* Mount options of cifs, davfs, … with password= or pass= in them (fstab(5), mount.cifs(8)). */
static void parse_fstab(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, text, device, options, option;

	while (tsr_slice_next(&rest, '\n', &text)) {
		device = next_word(&text);
		if (!device.len || device.ptr[0] == '#')
			continue;
		next_word(&text);
		next_word(&text);
		options = next_word(&text);
		while (tsr_slice_next(&options, ',', &option)) {
			size_t at = tsr_slice_find(option, '=', 0);

			if (tsr_secret_name(tsr_slice_sub(option, 0, at)))
				tsr_tell_secret(&t, tsr_slice_sub(option, at + 1, option.len), device,
						TSR_LIKELY, NULL);
		}
	}
}

const struct tsr_parser tsr_parser_fstab = { "fstab", "passwords in mount options of fstab", parse_fstab };

/* HOST USER:PASSWORD (Postfix, SASL_README). */
static void parse_sasl_passwd(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, text, host, login, user;

	while (tsr_slice_next(&rest, '\n', &text)) {
		host = next_word(&text);
		login = tsr_slice_trim(text);
		if (!host.len || host.ptr[0] == '#' || tsr_slice_find(login, ':', 0) == login.len)
			continue;
		tsr_slice_next(&login, ':', &user);
		if (user.len)
			tsr_tell_secret(&t, login, host, TSR_LIKELY, NULL);
	}
}

const struct tsr_parser tsr_parser_sasl_passwd = { "sasl_passwd", "passwords of Postfix' relays",
						   parse_sasl_passwd };

/* PrivateKey and PresharedKey are 32 bytes in base64 (wg(8)). */
static void on_wireguard(void *ctx, const struct tsr_field *f)
{
	struct tsr_slice name = tsr_field_name(f, 0);
	uint8_t key[48];

	if ((tsr_slice_caseeq_str(name, "PrivateKey") || tsr_slice_caseeq_str(name, "PresharedKey")) &&
	    f->value.len == 44 && tsr_base64_decode(f->value, key, sizeof(key)) == 32)
		tsr_tell_secret(ctx, f->value, name, TSR_CONFIRMED, NULL);
}

static void parse_wireguard(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_ini(content, in->limits, on_wireguard, &t);
}

const struct tsr_parser tsr_parser_wireguard = { "wireguard", "private and preshared keys of WireGuard",
						 parse_wireguard };
