/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/*
 * Composer's auth.json: {"http-basic": {HOST: {username, password}}, "bearer": {HOST: TOKEN}, …}
 * (Composer manual, Authentication for privately hosted packages).
 */
static bool is_wanted(const struct tsr_field *f)
{
	static const char *const tokens[] = { "github-oauth", "gitlab-oauth", "gitlab-token", "bearer",
					      "forgejo-token" };
	struct tsr_slice name = tsr_field_name(f, 0);

	if (f->depth < 2)
		return false;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (tsr_slice_eq_str(f->path[0], tokens[i]))
			return f->depth == 2 || tsr_slice_eq_str(name, "token");
	return f->depth == 3 &&
	       ((tsr_slice_eq_str(f->path[0], "http-basic") && tsr_slice_eq_str(name, "password")) ||
		(tsr_slice_eq_str(f->path[0], "bitbucket-oauth") &&
		 tsr_slice_eq_str(name, "consumer-secret")));
}

static void on_field(void *ctx, const struct tsr_field *f)
{
	if (is_wanted(f))
		tsr_tell_field(ctx, f);
}

static void parse_composer(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_json(content, in->limits, on_field, &t);
}

const struct tsr_parser tsr_parser_composer = { "composer", "passwords and tokens of Composer's auth.json",
						parse_composer };

/*
 * Bundler's config: BUNDLE_GEMS__EXAMPLE__COM: "user:password"; two underlines are a dot, so that
 * such a key has one. What mirrors and builds need is set with the same form.
 */
static void on_bundle(void *ctx, const struct tsr_field *f)
{
	static const char *const others[] = { "BUNDLE_BUILD__", "BUNDLE_MIRROR__", "BUNDLE_LOCAL__",
					      "BUNDLE_PLUGINS__" };
	struct tsr_slice name = tsr_field_name(f, 0);

	if (f->depth != 1 || !tsr_slice_starts(name, "BUNDLE_") || !memmem(name.ptr, name.len, "__", 2))
		return;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (tsr_slice_starts(name, others[i]))
			return;
	if (tsr_secret_value(f->value) && f->value.ptr[0] != '-' && !tsr_slice_starts(f->value, "http"))
		tsr_tell_field(ctx, f);
}

static void parse_bundle(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_yaml(content, in->limits, on_bundle, &t);
}

const struct tsr_parser tsr_parser_bundle = { "bundle", "credentials of gem servers in Bundler's config",
					      parse_bundle };
