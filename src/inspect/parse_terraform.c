/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/*
 * Terraform state: {"resources": [{"instances": [{"attributes": {…}}]}], "outputs": {NAME: {"value": …}}};
 * before 0.12 {"modules": [{"resources": {…: {"primary": {"attributes": {…}}}}}]}.
 * sensitive_attributes are names, no values; random_password has its value in `result`.
 */
static bool below(const struct tsr_field *f, const char *name)
{
	for (size_t i = 0; i + 1 < f->depth; i++)
		if (tsr_slice_eq_str(f->path[i], name))
			return true;
	return false;
}

static bool is_key_form(struct tsr_slice name)
{
	return tsr_slice_starts(name, "private_key_") || tsr_slice_eq_str(name, "kube_config_raw") ||
	       tsr_slice_eq_str(name, "kube_admin_config_raw") || tsr_slice_eq_str(name, "client_key");
}

struct state {
	struct tsr_tell tell;
	struct tsr_slice type; /* of the resource at hand: it stands before the instances */
};

static bool is_attribute(const struct state *st, struct tsr_slice name)
{
	return tsr_secret_name(name) || is_key_form(name) ||
	       (tsr_slice_eq_str(name, "result") && tsr_slice_eq_str(st->type, "random_password"));
}

static void on_state(void *ctx, const struct tsr_field *f)
{
	struct state *st = ctx;
	struct tsr_slice name = tsr_field_name(f, 0);
	bool wanted = false;

	if (f->depth == 3 && tsr_slice_eq_str(f->path[0], "resources") && tsr_slice_eq_str(name, "type"))
		st->type = f->value;
	if (below(f, "sensitive_attributes") || below(f, "dependencies"))
		return;
	if (below(f, "attributes"))
		wanted = is_attribute(st, name);
	else if (below(f, "outputs") && tsr_slice_eq_str(name, "value"))
		wanted = tsr_secret_name(tsr_field_name(f, 1)) || is_key_form(tsr_field_name(f, 1));
	if (wanted && tsr_secret_value(f->value))
		tsr_tell_field(&st->tell, f);
}

static void parse_tfstate(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct state st = { TSR_TELL_INIT(in, rule, content), TSR_SLICE_NONE };

	tsr_fields_json(content, in->limits, on_state, &st);
}

const struct tsr_parser tsr_parser_tfstate = { "tfstate", "secret attributes and outputs of Terraform state",
					       parse_tfstate };
