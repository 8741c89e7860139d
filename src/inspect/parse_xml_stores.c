/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/* FileZilla: <Server><Host>…<Pass encoding="base64">; encoding="crypt" needs a master password. */
struct filezilla {
	struct tsr_tell tell;
	struct tsr_slice host, encoding;
};

static void tell_pass(struct filezilla *z, struct tsr_slice value)
{
	uint8_t plain[256];
	long n = tsr_base64_decode(value, plain, sizeof(plain));
	struct tsr_slice text = tsr_slice_of(plain, n > 0 ? (size_t)n : 0);
	bool made_up = tsr_made_up(text);

	if (!tsr_slice_eq_str(z->encoding, "base64"))
		tsr_tell_secret(&z->tell, value, z->host, TSR_LIKELY, NULL);
	else if (n > 0)
		tsr_tell_secret(&z->tell, value, z->host, made_up ? TSR_POSSIBLE : TSR_CONFIRMED,
				made_up ? "what it decodes to looks like a placeholder" : NULL);
	OPENSSL_cleanse(plain, sizeof(plain));
}

static void on_filezilla(void *ctx, const struct tsr_field *f)
{
	struct filezilla *z = ctx;

	if (tsr_slice_eq_str(tsr_field_name(f, 0), "Host"))
		z->host = f->value;
	if (tsr_slice_eq_str(tsr_field_name(f, 1), "Pass") && tsr_slice_eq_str(tsr_field_name(f, 0), "encoding"))
		z->encoding = f->value;
	if (!tsr_slice_eq_str(tsr_field_name(f, 0), "Pass"))
		return;
	if (!tsr_slice_eq_str(z->encoding, "crypt"))
		tell_pass(z, f->value);
	z->encoding = TSR_SLICE_NONE;
}

static void parse_filezilla(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct filezilla z = { .tell = TSR_TELL_INIT(in, rule, content) };

	tsr_fields_xml(content, in->limits, on_filezilla, &z);
}

const struct tsr_parser tsr_parser_filezilla = { "filezilla", "passwords of FileZilla's servers",
						 parse_filezilla };

/*
 * Jenkins' credentials.xml: values in {…} are encrypted with secrets/ of the same
 * Jenkins, which is where the image has them, too, more often than not.
 */
static void on_jenkins(void *ctx, const struct tsr_field *f)
{
	struct tsr_slice name = tsr_field_name(f, 0), value = f->value;
	bool encrypted = value.len > 2 && value.ptr[0] == '{' && value.ptr[value.len - 1] == '}';

	if (!tsr_secret_name(name) && !tsr_slice_eq_str(name, "privateKey") &&
	    !tsr_slice_eq_str(name, "secretBytes"))
		return;
	if (encrypted)
		tsr_tell_bytes(ctx, tsr_slice_sub(value, 1, value.len - 1), name, TSR_LIKELY,
			       "encrypted with keys in Jenkins' own secrets directory");
	else if (tsr_secret_value(value))
		tsr_tell_field(ctx, f);
}

static void parse_jenkins(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_xml(content, in->limits, on_jenkins, &t);
}

const struct tsr_parser tsr_parser_jenkins = { "jenkins", "credentials that Jenkins stores", parse_jenkins };
