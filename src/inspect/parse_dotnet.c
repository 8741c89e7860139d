/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/*
 * .NET: appsettings.json and user secrets (names separated by ':' or nested),
 * web.config and its relatives: connection strings, <add key= value=>, machineKey; the
 * encrypted sections have neither.
 */
static void tell_part(struct tsr_tell *t, const struct tsr_field *f, struct tsr_slice secret)
{
	struct tsr_field part = *f;

	part.value = secret;
	if (secret.len && tsr_secret_value(secret))
		tsr_tell_field(t, &part);
}

static void on_json(void *ctx, const struct tsr_field *f)
{
	struct tsr_slice connection = tsr_connection_secret(f->value);

	if (connection.len)
		tell_part(ctx, f, connection);
	else if (tsr_secret_name(tsr_field_name(f, 0)))
		tell_part(ctx, f, f->value);
}

static void parse_appsettings(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_json(content, in->limits, on_json, &t);
}

const struct tsr_parser tsr_parser_appsettings = { "appsettings",
						   "secrets of appsettings.json and .NET user secrets",
						   parse_appsettings };

struct config {
	struct tsr_tell tell;
	struct tsr_slice key; /* of the last <add key=…> */
};

static void on_xml(void *ctx, const struct tsr_field *f)
{
	struct config *c = ctx;
	struct tsr_slice name = tsr_field_name(f, 0), tag = tsr_field_name(f, 1);
	struct tsr_slice connection = tsr_connection_secret(f->value);

	if (connection.len) {
		tell_part(&c->tell, f, connection);
	} else if (tsr_slice_eq_str(tag, "machineKey")) {
		if ((tsr_slice_eq_str(name, "validationKey") || tsr_slice_eq_str(name, "decryptionKey")) &&
		    !tsr_slice_starts(f->value, "AutoGenerate"))
			tell_part(&c->tell, f, f->value);
	} else if (tsr_slice_eq_str(tag, "add") && tsr_slice_eq_str(name, "key")) {
		c->key = f->value;
	} else if (tsr_slice_eq_str(tag, "add") && tsr_slice_eq_str(name, "value")) {
		if (tsr_secret_name(c->key))
			tell_part(&c->tell, f, f->value);
		c->key = TSR_SLICE_NONE;
	} else if (tsr_secret_name(name)) {
		tell_part(&c->tell, f, f->value);
	}
}

static void parse_web_config(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct config c = { TSR_TELL_INIT(in, rule, content), TSR_SLICE_NONE };

	tsr_fields_xml(content, in->limits, on_xml, &c);
}

const struct tsr_parser tsr_parser_web_config = { "web_config",
						  "connection strings, keys and passwords of web.config",
						  parse_web_config };

/*
 * NuGet.Config: <packageSourceCredentials><SOURCE><add key="ClearTextPassword" value=…>; what is
 * called Password is encrypted for one Windows account.
 */
static void on_nuget(void *ctx, const struct tsr_field *f)
{
	struct config *c = ctx;

	if (tsr_slice_caseeq_str(tsr_field_name(f, 0), "key"))
		c->key = f->value;
	else if (tsr_slice_caseeq_str(tsr_field_name(f, 0), "value") &&
		 tsr_slice_caseeq_str(c->key, "ClearTextPassword"))
		tell_part(&c->tell, f, f->value);
}

static void parse_nuget(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct config c = { TSR_TELL_INIT(in, rule, content), TSR_SLICE_NONE };

	tsr_fields_xml(content, in->limits, on_nuget, &c);
}

const struct tsr_parser tsr_parser_nuget = { "nuget", "clear-text passwords of NuGet.Config", parse_nuget };
