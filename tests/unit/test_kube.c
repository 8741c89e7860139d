/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse_build.h"
#include "base/base64.h"
#include "container_told.h"

/* Secrets of Kubernetes as containers of files. */

static const struct tsr_container *kube(const char *text)
{
	const struct tsr_container *c = tsr_container_sniff(tsr_slice_str(text));

	return c && strcmp(c->kind, "kube-secret") == 0 ? c : NULL;
}

Test(kube, is_known_by_its_first_line)
{
	static const char *const yes[] = { "apiVersion: v1\n", "---\n# made by x\napiVersion: v1\n", "{\n  \"apiVersion\": \"v1\",", "{\"kind\":\"Secret\",",
					   "kind: Secret\nmetadata:\n", "\r\n---\r\nkind: Secret\r\n" };
	static const char *const no[] = { "", "data:\n", "kind: Deployment\n", "# apiVersion: v1\nname: x\n", "{}", "plain apiVersion" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(yes); i++)
		cr_expect(kube(yes[i]) != NULL, "%s", yes[i]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(no); i++)
		cr_expect(kube(no[i]) == NULL, "%s", no[i]);
	cr_expect(tsr_container_sniff(tsr_slice_of("apiVersion: \0", 13)) == NULL);
}

static void expect_told(const char *text, const char *want)
{
	const struct tsr_container *c = kube(text);
	struct tsr_buf got = TSR_BUF_INIT(4096);

	cr_assert(c, "%s", text);
	for (size_t piece = 1; piece < 100; piece *= 9) {
		struct told_list l = tell_pieces(c, tsr_slice_str(text), piece);

		tsr_buf_reset(&got);
		for (size_t i = 0; i < l.n; i++)
			tsr_buf_printf(&got, "%.*s=%.*s;", TSR_SLICE_ARG(tsr_buf_slice(&l.list[i].path)),
				       TSR_SLICE_ARG(tsr_buf_slice(&l.list[i].bytes)));
		cr_expect(tsr_slice_eq_str(tsr_buf_slice(&got), want), "%s: %.*s", text, TSR_SLICE_ARG(tsr_buf_slice(&got)));
		told_free(&l);
	}
	tsr_buf_release(&got);
}

Test(kube, values_of_secrets_are_files)
{
	expect_told("apiVersion: v1\nkind: Secret\ndata:\n  user: YWRtaW4=\n  a.env: WD0xCg\nstringData:\n  b: YWRtaW4=\n", "user=admin;a.env=X=1\n;");
	expect_told("apiVersion: v1\ndata:\n  user: YWRtaW4=\nkind: Secret\n", "user=admin;");
	expect_told("apiVersion: v1\ndata:\n  wrapped: |\n    YWRt\n    aW4=\n  none: a.b\n  empty: ''\nkind: Secret\n", "wrapped=admin;");
	expect_told("apiVersion: v1\nkind: ConfigMap\ndata:\n  user: YWRtaW4=\n---\nkind: Secret\ndata: {k: YWRtaW4=}\n", "k=admin;");
	expect_told("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"k\":\"YWRtaW4=\"}}", "k=admin;");
	expect_told("apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  data:\n    k: YWRtaW4=\n", "k=admin;");
	expect_told("apiVersion: v1\nkind: Secret\ndata:\n  k: !x YWRtaW4=\n  deep:\n    k: YWRtaW4=\n", "");
	expect_told("apiVersion: v1\nkind: Secret\ndata: [\n", "");
	expect_told("apiVersion: v1\nkind: ConfigMap\ndata:\n  k: YWRtaW4=\n", "");
}

static void put_base64(struct tsr_buf *out, struct tsr_slice s)
{
	char *text = tsr_xmalloc(s.len * 2 + 8);

	tsr_buf_add(out, text, tsr_base64_encode((const uint8_t *)s.ptr, s.len, text));
	free(text);
}

/* What stands in base64 of base64: a token in the settings of a registry, in a Secret. */
Test(kube, what_is_in_a_value_is_judged_as_a_file)
{
	struct tsr_buf login = TSR_BUF_INIT(1024), config = TSR_BUF_INIT(4096), text = TSR_BUF_INIT(8192);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	const struct tsr_raw *r = NULL;
	struct tsr_facts *f;

	made(&login, "robot:{base62:24}", 3);
	tsr_buf_adds(&config, "{\"auths\":{\"reg.internal\":{\"auth\":\"");
	put_base64(&config, tsr_buf_slice(&login));
	tsr_buf_adds(&config, "\"}}}");
	tsr_buf_adds(&text, "apiVersion: v1\nkind: Secret\ndata:\n  .dockerconfigjson: ");
	put_base64(&text, tsr_buf_slice(&config));
	tsr_buf_adds(&text, "\n");
	tb_file(&t, "srv/pull.yaml", text.ptr);
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(raws_of(&b, f, "secret/docker-config", &r), 1u);
	cr_expect(r && r->confidence == TSR_CONFIRMED);
	tsr_facts_free(f);
	bench_free(&b);
	tsr_buf_release(&login);
	tsr_buf_release(&config);
	tsr_buf_release(&text);
}
