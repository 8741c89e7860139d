/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

static bool one_of(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_caseeq_str(s, *list))
			return true;
	return false;
}

/* users: [{name, user: {client-key-data, token, password, auth-provider: {config: {…}}}}] */
static void on_kubeconfig(void *ctx, const struct tsr_field *f)
{
	static const char *const names[] = { "client-key-data", "token",    "password",
					     "access-token",	"id-token", "refresh-token",
					     "client-secret",	NULL };

	if (f->depth >= 4 && tsr_slice_eq_str(f->path[0], "users") && tsr_slice_eq_str(f->path[2], "user") &&
	    one_of(tsr_field_name(f, 0), names))
		tsr_tell_field(ctx, f);
}

static void parse_kubeconfig(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	tsr_fields_yaml(content, in->limits, on_kubeconfig, &t);
}

const struct tsr_parser tsr_parser_kubeconfig = { "kubeconfig",
						  "keys, tokens and passwords of kubeconfig files",
						  parse_kubeconfig };

/* Kind may stand behind data, so documents are told apart first. */
struct manifests {
	struct tsr_tell tell;
	struct tsr_buf secret; /* by document: 1 if its kind is Secret */
};

#define DOCUMENTS_MAX 65536u

static void on_kind(void *ctx, const struct tsr_field *f)
{
	struct manifests *m = ctx;

	if (f->depth != 1 || !tsr_slice_eq_str(f->path[0], "kind"))
		return;
	while (m->secret.len <= f->document && !m->secret.full)
		tsr_buf_addc(&m->secret, '\0');
	if (m->secret.len > f->document)
		m->secret.ptr[f->document] = tsr_slice_eq_str(f->value, "Secret");
}

/* What stands in a Secret beside the secret. */
static bool is_harmless(struct tsr_slice name)
{
	static const char *const names[] = { "username",
					     "user",
					     "login",
					     "host",
					     "hostname",
					     "port",
					     "database",
					     "dbname",
					     "namespace",
					     "ca.crt",
					     "tls.crt",
					     "url",
					     "type",
					     "name",
					     "region",
					     "bucket",
					     "endpoint",
					     "email",
					     "server",
					     "AWS_ACCESS_KEY_ID",
					     "expiration",
					     "token-id",
					     "usage-bootstrap-signing",
					     "usage-bootstrap-authentication",
					     "description",
					     NULL };

	return one_of(name, names) || tsr_slice_ends(name, ".crt") || tsr_slice_ends(name, ".pub") ||
	       tsr_slice_ends(name, "_USER") || tsr_slice_ends(name, "_HOST") ||
	       tsr_slice_ends(name, "_PORT");
}

/* data: is the decoded value made up? False if it is no base64, too: then a template is written there. */
static bool judge_data(struct tsr_slice value, bool *made_up)
{
	uint8_t plain[512];
	long n = tsr_base64_decode(value, plain, sizeof(plain));
	struct tsr_slice text = tsr_slice_trim(tsr_slice_of(plain, n > 0 ? (size_t)n : 0));
	bool is = value.len > 4 * sizeof(plain) / 3 || tsr_secret_value(text);

	*made_up = tsr_made_up(text);
	OPENSSL_cleanse(plain, sizeof(plain));
	return is;
}

static void on_secret(void *ctx, const struct tsr_field *f)
{
	struct manifests *m = ctx;
	bool made_up = false;

	if (f->tagged || f->depth != 2 || f->document >= m->secret.len || !m->secret.ptr[f->document] ||
	    is_harmless(tsr_field_name(f, 0)))
		return;
	tsr_tell_seek(&m->tell, f->line);
	if (tsr_slice_eq_str(f->path[0], "data") && judge_data(f->value, &made_up))
		tsr_tell_secret(&m->tell, f->value, tsr_field_name(f, 0), made_up ? TSR_POSSIBLE : TSR_LIKELY,
				made_up ? "what it decodes to looks like a placeholder" : NULL);
	else if (tsr_slice_eq_str(f->path[0], "stringData") && tsr_secret_value(f->value))
		tsr_tell_field(&m->tell, f);
}

static void parse_kube_secret(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct manifests m = { TSR_TELL_INIT(in, rule, content), TSR_BUF_INIT(DOCUMENTS_MAX) };

	if (memmem(content.ptr, content.len, "Secret", 6)) {
		tsr_fields_yaml(content, in->limits, on_kind, &m);
		tsr_fields_yaml(content, in->limits, on_secret, &m);
	}
	tsr_buf_release(&m.secret);
}

const struct tsr_parser tsr_parser_kube_secret = { "kube_secret", "values of Kubernetes Secret manifests",
						   parse_kube_secret };
