/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/*
 * Files of names and values in which a name that says password, secret, token or key
 * is enough, because the rule's globs say what kind of file it is.
 */
static void on_field(void *ctx, const struct tsr_field *f)
{
	if (!f->tagged && tsr_secret_name(tsr_field_name(f, 0)) && tsr_secret_value(f->value))
		tsr_tell_field(ctx, f);
}

static void run(tsr_field_reader *read, struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	read(content, in->limits, on_field, &t);
}

static void parse_ini(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	run(tsr_fields_ini, in, rule, content);
}

static void parse_yaml(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	run(tsr_fields_yaml, in, rule, content);
}

static void parse_json(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	run(tsr_fields_json, in, rule, content);
}

static void parse_xml(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	run(tsr_fields_xml, in, rule, content);
}

const struct tsr_parser tsr_parser_ini_secrets = {
	"ini_secrets", "passwords, secrets and tokens of ini and properties files", parse_ini
};
const struct tsr_parser tsr_parser_yaml_secrets = { "yaml_secrets", "the same of YAML", parse_yaml };
const struct tsr_parser tsr_parser_json_secrets = { "json_secrets", "the same of JSON", parse_json };
const struct tsr_parser tsr_parser_xml_secrets = { "xml_secrets", "the same of XML", parse_xml };
