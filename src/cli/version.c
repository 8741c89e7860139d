/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/cli.h"

#include <archive.h>
#include <hs.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <pcre2.h>
#include <yaml.h>

#include "inspect/rules_load.h"
#include "rule/ruleset.h"
#include "source/codec.h"
#include "tarsier/tarsier.h"

/* "10.42 2022-12-11" and "5.4.9 2026-01-01" without the date. */
static void add_number(struct tsr_buf *out, const char *name, const char *version)
{
	tsr_buf_printf(out, "%s %.*s\n", name, (int)strcspn(version, " "), version);
}

static void add_libraries(struct tsr_buf *out)
{
	const struct tsr_codec *codec;
	char pcre2[64] = "";
	size_t i;

	/* "libarchive 3.6.2" and "OpenSSL 3.0.17 1 Jul 2025" name themselves. */
	tsr_buf_printf(out, "%s\n", archive_version_string());
	for (i = 0; (codec = tsr_codec_at(i)); i++)
		tsr_buf_printf(out, "%s: %s\n", codec->name, codec->library());
	tsr_buf_printf(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
	pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
	add_number(out, "PCRE2", pcre2);
	add_number(out, "Vectorscan", hs_version());
	add_number(out, "jansson", jansson_version_str());
	add_number(out, "libyaml", yaml_get_version_string());
}

int tsr_cli_version(const struct tsr_options *o, struct tsr_buf *out)
{
	struct tsr_err err = TSR_ERR_INIT;
	char digest[TSR_DIGEST_STR_MAX];
	struct tsr_ruleset *rs;

	tsr_buf_printf(out, "tarsier %s\n", tsr_version());
	if (tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	tsr_buf_printf(out, "%u rules, %s\n", rs->n_rules, tsr_digest_str(&rs->digest, digest));
	tsr_ruleset_free(rs);
	add_libraries(out);
	return 0;
}
