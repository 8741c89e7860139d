/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "finding/finding.h"
#include "inspect/parser.h"
#include "scan/placeholder.h"

/*
 * Registry log-ins: {"auths": {REGISTRY: {"auth": base64(user:password),
 * "identitytoken": …}}} of docker's config.json and podman's auth.json; the
 * older .dockercfg is the inner object alone. Entries that only name a
 * credential helper hold no secret.
 */
struct logins {
	struct tsr_inspect *in;
	uint32_t rule;
	struct tsr_slice content;
	size_t from; /* behind the last value that was found */
};

/*
 * Where the value stands in the file: the parser has no positions, but the text is rare enough to be
 * found, and values are asked for in the file's order. With escapes in it, it is not found.
 */
static void locate(struct logins *l, struct tsr_slice value, struct tsr_secret *s)
{
	const char *at = memmem(l->content.ptr + l->from, l->content.len - l->from, value.ptr, value.len);

	if (!at)
		at = memmem(l->content.ptr, l->content.len, value.ptr, value.len);
	s->offset = TSR_NO_OFFSET;
	s->line = 0;
	if (!at)
		return;
	s->offset = (uint64_t)(at - l->content.ptr);
	l->from = (size_t)s->offset + value.len;
	s->line = 1;
	for (const char *p = l->content.ptr; p < at; p++)
		s->line += *p == '\n';
}

/* Does it decode to user:password, and to one that somebody made up for a manual? */
static bool judge_auth(struct tsr_slice auth, struct tsr_secret *s)
{
	uint8_t plain[1024];
	long n = tsr_base64_decode(auth, plain, sizeof(plain));
	struct tsr_slice text = tsr_slice_of(plain, n > 0 ? (size_t)n : 0);
	size_t colon = tsr_slice_find(text, ':', 0);

	s->placeholder = tsr_placeholder_word(tsr_slice_sub(text, colon + 1, text.len));
	OPENSSL_cleanse(plain, sizeof(plain));
	return colon + 1 < text.len;
}

static void one_login(struct logins *l, const char *registry, const json_t *login)
{
	struct tsr_slice auth = tsr_json_get_string(login, "auth", NULL);
	struct tsr_slice token = tsr_json_get_string(login, "identitytoken", NULL);
	struct tsr_secret s = { .key = tsr_slice_str(registry), .confidence = TSR_CONFIRMED };

	s.secret = auth;
	if (auth.len && judge_auth(auth, &s)) {
		locate(l, auth, &s);
		tsr_inspect_secret(l->in, l->rule, &s);
	}
	s.secret = token;
	s.placeholder = false;
	s.confidence = TSR_LIKELY;
	if (token.len) {
		locate(l, token, &s);
		tsr_inspect_secret(l->in, l->rule, &s);
	}
}

static void parse_docker_config(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	const struct tsr_json_limits limits = { in->limits->json_bytes, (uint32_t)in->limits->json_values };
	struct logins l = { in, rule, content, 0 };
	json_t *root = NULL, *auths, *login;
	const char *registry;

	if (tsr_json_load(content, &limits, &root, NULL, NULL))
		return; /* another file of that name */
	auths = tsr_json_get_object(root, "auths", NULL);
	json_object_foreach(auths ? auths : root, registry, login)
		if (json_is_object(login))
			one_login(&l, registry, login);
	json_decref(root);
}

const struct tsr_parser tsr_parser_docker_config = { "docker_config", "registry log-ins of docker, podman and kaniko",
						     parse_docker_config };
