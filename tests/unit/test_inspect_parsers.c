/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include "analyse_build.h"
#include "inspect/parser.h"

/*
 * One file per row, with generators for its secrets (scan/example.h), and what its
 * parser says: "line:key" of each finding, with '?' where it looks made up.
 */
struct row {
	const char *what, *path, *form, *said;
};

#define PW "{alnum:16}"
#define AUTH(user) "{base64:" user ":" PW "}"

static const struct row table[] = {
	{ "one line", "root/.netrc", "machine a.example login joe password " PW "{nl}", "1:a.example" },
	{ "many lines", "root/.netrc", "machine a.example{nl}\tlogin joe{nl}\tpassword " PW "{nl}", "3:a.example" },
	{ "CR LF", "root/.netrc", "machine a.example{nl}login joe password " PW "\r{nl}", "2:a.example" },
	{ "two machines", "root/_netrc", "machine a password " PW " machine b password " PW, "1:a 1:b" },
	{ "default", "root/.netrc", "machine a login x{nl}default login joe password " PW, "2:default" },
	{ "no machine", "root/.netrc", "password " PW, "1:default" },
	{ "quotes", "root/.netrc", "machine a password \"" PW "\"", "1:a" },
	{ "empty quotes", "root/.netrc", "machine a password \"\"", "" },
	{ "a comment", "root/.netrc", "# machine x password " PW "{nl}machine a password " PW, "2:a" },
	{ "a log-in that is a keyword", "root/.netrc", "machine a login password password " PW, "1:a" },
	{ "an account that is a keyword", "root/.netrc", "machine a account password login joe password " PW, "1:a" },
	{ "the old keyword", "root/.netrc", "machine a login joe passwd " PW, "1:a" },
	{ "a macro", "root/.netrc", "machine a{nl}macdef init{nl}password " PW "{nl}{nl}machine b password " PW, "5:b" },
	{ "no password", "root/.netrc", "machine a login joe{nl}machine b password", "" },
	{ "a template", "root/.netrc", "machine a login joe password ${{TOKEN}}", "1:a?" },
	{ "documentation", "root/.netrc", "machine a login joe password changeme", "1:a?" },

	{ "a line", "root/.pgpass", "db.example:5432:app:joe:" PW "{nl}", "1:db.example" },
	{ "wildcards", "root/.pgpass", "*:*:*:*:" PW, "1:*" },
	{ "a comment and an empty line", "root/.pgpass", "#h:1:d:u:" PW "{nl}{nl}h:1:d:u:" PW "{nl}", "3:h" },
	{ "escapes", "root/.pgpass", "\\:\\:1:5432:d\\:b:u\\\\:" PW "{nl}", "1:\\:\\:1" },
	{ "a colon in the password", "root/.pgpass", "h:1:d:u:" PW "\\:x{nl}", "1:h" },
	{ "too few fields", "root/.pgpass", "h:1:d:" PW "{nl}h:1{nl}:::{nl}h:1:d:u:{nl}", "" },
	{ "a backslash at the end", "root/.pgpass", "h:1:d:u\\", "" },
	{ "a port that is none", "root/.pgpass", "http://x: a: b: c: d{nl}", "" },

	{ "a log-in", "root/.git-credentials", "https://joe:" PW "@git.example{nl}", "1:git.example" },
	{ "two, one of them without", "root/.git-credentials", "https://joe@git.example{nl}http://j:" PW "@b.example:8080/x{nl}", "2:b.example:8080/x" },
	{ "XDG", "root/.config/git/credentials", "https://joe:" PW "@git.example", "1:git.example" },
	{ "no name", "root/.git-credentials", "https://:" PW "@git.example", "1:git.example" },
	{ "no password", "root/.git-credentials", "https://joe:@git.example{nl}https://git.example", "" },
	{ "an @ in the path", "root/.git-credentials", "https://git.example:443/a@b{nl}", "" },
	{ "no scheme", "root/.git-credentials", "joe:" PW "@git.example{nl}", "" },

	{ "auth", "root/.docker/config.json", "{{\"auths\":{{\"r.example\":{{\"auth\":\"" AUTH("joe") "\"}}}}}}", "1:r.example" },
	{ "an identity token", "root/.docker/config.json", "{{{nl}\"auths\":{{\"r.example\":{{\"identitytoken\":\"" PW "\"}}}}}}", "2:r.example" },
	{ "podman", "run/containers/auth.json", "{{\"auths\":{{\"r\":{{\"auth\":\"" AUTH("joe") "\"}}}}}}", "1:r" },
	{ "the old file", "root/.dockercfg", "{{\"r\":{{\"auth\":\"" AUTH("joe") "\",\"email\":\"a@b\"}}}}", "1:r" },
	{ "keys in any case", "root/.docker/config.json", "{{\"AUTHS\":{{\"r\":{{\"Auth\":\"" AUTH("joe") "\"}}}}}}", "1:r" },
	{ "two registries", "root/.docker/config.json", "{{\"auths\":{{\"a\":{{\"auth\":\"" AUTH("joe") "\"}},{nl}\"b\":{{\"auth\":\"" AUTH("ann") "\"}}}}}}", "1:a 2:b" },
	{ "a helper", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{}}}},\"credsStore\":\"pass\"}}", "" },
	{ "no password", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{\"auth\":\"am9lOg==\"}}}}}}", "" },
	{ "no base64", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{\"auth\":\"!!!\"}}}}}}", "" },
	{ "documentation", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{\"auth\":\"{base64:user:password}\"}}}}}}", "1:r?" },
	{ "other types", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{\"auth\":7}},\"s\":[],\"t\":null}}}}", "" },
	{ "an array", "root/.docker/config.json", "[{{\"auth\":\"" AUTH("joe") "\"}}]", "" },
	{ "no JSON", "root/.docker/config.json", "{{\"auths\":{{\"r\":{{\"auth\":\"" AUTH("joe"), "" },

	{ "SHA-512", "etc/shadow", "root:$6$salt${base62:86}:19000:0:99999:7:::{nl}", "1:root" },
	{ "yescrypt", "etc/shadow", "root:$y$j9T${base62:22}${base62:43}:19000:0:99999:7:::{nl}", "1:root" },
	{ "DES", "etc/shadow", "joe:{base62:13}:19000:0:99999:7:::{nl}", "1:joe" },
	{ "locked", "etc/shadow", "a:*:19000:0:99999:7:::{nl}b:!:1::::::{nl}c:!!:1::::::{nl}d:x:1::::::{nl}e:!$6$s${base62:86}:1::::::{nl}", "" },
	{ "no password", "etc/shadow", "root:*:1::::::{nl}joe::19000:0:99999:7:::{nl}", "2:joe" },
	{ "the backup", "etc/shadow-", "root:$6$salt${base62:86}:19000:0:99999:7:::{nl}", "1:root" },
	{ "below", "srv/chroot/etc/shadow", "root:$6$salt${base62:86}:1:0:99999:7:::{nl}", "1:root" },
	{ "no shadow file", "etc/shadow", "std::string{nl}# a::{nl}:::{nl}name{nl}name:{nl}13: thirteen char:{nl}", "" },
};

static const char *rule_for(const char *path)
{
	return strstr(path, "netrc") ? "secret/netrc" :
	       strstr(path, "pgpass") ? "secret/pgpass" :
	       strstr(path, "git") ? "secret/git-credentials" :
	       strstr(path, "shadow") ? "secret/shadow-hash" : "secret/docker-config";
}

/* What the rule for that path says of the file. */
static void say(struct bench *b, const char *path, struct tsr_slice content, struct tsr_buf *out)
{
	struct tar_build t = { NULL, 0 };
	const char *rule = rule_for(path);
	struct tsr_facts *f;
	uint32_t r;

	cr_assert(tsr_ruleset_find(b->rs, tsr_slice_str(rule), &r), "%s", rule);
	tb_header(&t, path, '0', content.len);
	tb_data(&t, content.ptr, content.len);
	tb_end(&t);
	f = facts_of(b, &t);
	tsr_buf_reset(out);
	for (uint32_t i = 0; i < f->n_raws; i++) {
		const struct tsr_raw *raw = &f->raws[i];

		if (raw->rule == r)
			tsr_buf_printf(out, "%s%u:%s%s", out->len ? " " : "", raw->line, tsr_facts_text(f, raw->key),
				       strstr(tsr_facts_text(f, raw->tags), "placeholder") ? "?" : "");
		cr_expect(!raw->redacted || strlen(tsr_facts_text(f, raw->redacted)) < 16);
	}
	tsr_facts_free(f);
}

Test(inspect_parsers, know_every_odd_form)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), said = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		made(&text, table[i].form, i);
		b.chunk = i % 2 ? 1024 : TSR_CHUNK_SIZE;
		say(&b, table[i].path, tsr_buf_slice(&text), &said);
		cr_expect_str_eq(said.ptr, table[i].said, "%s, %s: [%s]", rule_for(table[i].path), table[i].what, said.ptr);
	}
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

/* The same log-in for two registries is two log-ins; escapes hide no value. */
Test(inspect_parsers, tell_equal_and_escaped_values_apart)
{
	struct tsr_buf auth = TSR_BUF_INIT(256), text = TSR_BUF_INIT(4096), said = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	made(&auth, AUTH("joe"), 1);
	tsr_buf_printf(&text, "{\"auths\":{\"a\":{\"auth\":\"%s\"},\n\"b\":{\"auth\":\"%s\"}}}", auth.ptr, auth.ptr);
	say(&b, "root/.docker/config.json", tsr_buf_slice(&text), &said);
	cr_expect_str_eq(said.ptr, "1:a 2:b", "%s", said.ptr);
	tsr_buf_reset(&text);
	tsr_buf_printf(&text, "{\"auths\":{\"a\":{\"auth\":\"\\u00%02x%s\"},\"b\":{\"auth\":\"\\u00%02x%s\"}}}", auth.ptr[0],
		       auth.ptr + 1, auth.ptr[0], auth.ptr + 1);
	say(&b, "root/.docker/config.json", tsr_buf_slice(&text), &said);
	cr_expect_str_eq(said.ptr, "0:a 0:b", "%s", said.ptr);
	tsr_buf_release(&auth);
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

static uint32_t next(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

Test(inspect_parsers, survive_what_is_cut_anywhere)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), said = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		made(&text, table[i].form, i);
		for (size_t n = 0; n < text.len; n += 1 + text.len / 40)
			say(&b, table[i].path, tsr_slice_sub(tsr_buf_slice(&text), 0, n), &said);
	}
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

Test(inspect_parsers, say_nothing_of_garbage)
{
	static const char *const paths[] = { ".netrc", ".pgpass", ".git-credentials", ".docker/config.json", "etc/shadow" };
	static const char punctuation[] = "::::@\n\n /\\$#{\"}\0";
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), said = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();
	uint32_t x = 5;

	for (int round = 0; round < 40; round++) {
		tsr_buf_reset(&text);
		for (int i = 0; i < 4000; i++) {
			uint32_t r = next(&x);

			/* Bytes of any kind; in odd rounds with much of what the formats live on. */
			tsr_buf_addc(&text, (char)(round % 2 && r % 3 == 0 ? punctuation[r / 3 % (sizeof(punctuation) - 1)] :
									     (char)(r >> 4)));
		}
		for (size_t p = 0; p < TSR_ARRAY_LEN(paths); p++) {
			say(&b, paths[p], tsr_buf_slice(&text), &said);
			cr_expect_str_eq(said.ptr, "", "%s: %s", paths[p], said.ptr);
		}
	}
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

Test(inspect_parsers, leave_a_file_above_the_limit_to_the_scan)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;

	b.limits.retain = 64;
	made(&text, "machine a login joe password " PW "{nl}# and a longer comment behind it, beyond the limit{nl}", 1);
	tb_file(&t, "root/.netrc", text.ptr);
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(raws_of(&b, f, "secret/netrc", NULL), 0u);
	cr_assert_eq(f->n_skips, 1u);
	cr_expect(f->skips[0].derived && f->skips[0].bytes == text.len);
	tsr_facts_free(f);
	tsr_buf_release(&text);
	bench_free(&b);
}
