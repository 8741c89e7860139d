/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/analyse.h"

#include "audit/fold.h"
#include "image_build.h"
#include "inspect/packages.h"

Test(analyse, knows_kinds_by_bytes)
{
	static const char zeros[4096];
	struct bench b = bench_new();
	struct tar_build tar = { NULL, 0 };
	struct bytes gz = { NULL, 0, 0 }, nothing = { NULL, 0, 0 }, json = { NULL, 0, 0 };

	tb_file(&tar, "file", "text");
	tb_end(&tar);
	pack_gzip(&gz, tar.p, tar.len);
	pack_gzip(&nothing, "", 0);
	pack_zstd(&json, "{\"a\":1}", 7);
	{
		const struct {
			const char *what;
			const void *p;
			size_t n;
			enum tsr_blob_kind kind;
			enum tsr_grade grade;
		} table[] = {
			{ "tar", tar.p, tar.len, TSR_BLOB_TAR, TSR_GRADE_AUDITED },
			{ "tar.gz", gz.p, gz.len, TSR_BLOB_TAR, TSR_GRADE_AUDITED },
			{ "an empty layer of docker", zeros, 1024, TSR_BLOB_TAR, TSR_GRADE_AUDITED },
			{ "more zeros", zeros, 4096, TSR_BLOB_TAR, TSR_GRADE_AUDITED },
			{ "less zeros", zeros, 512, TSR_BLOB_OPAQUE, TSR_GRADE_OPAQUE },
			{ "nothing", "", 0, TSR_BLOB_EMPTY, TSR_GRADE_AUDITED },
			{ "nothing, packed", nothing.p, nothing.len, TSR_BLOB_EMPTY, TSR_GRADE_AUDITED },
			{ "an object", "{}", 2, TSR_BLOB_JSON, TSR_GRADE_AUDITED },
			{ "an array", " \n[1]", 5, TSR_BLOB_JSON, TSR_GRADE_AUDITED },
			{ "packed JSON", json.p, json.len, TSR_BLOB_OPAQUE, TSR_GRADE_OPAQUE },
			{ "text", "some text", 9, TSR_BLOB_OPAQUE, TSR_GRADE_OPAQUE },
			{ "one byte", "x", 1, TSR_BLOB_OPAQUE, TSR_GRADE_OPAQUE },
			{ "half a header", tar.p, 300, TSR_BLOB_OPAQUE, TSR_GRADE_OPAQUE },
			{ "cut compression", gz.p, gz.len / 2, TSR_BLOB_OPAQUE, TSR_GRADE_DAMAGED },
		};

		for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
			struct tsr_analysis a = bench_run(&b, table[i].p, table[i].n);

			if (i + 1 < TSR_ARRAY_LEN(table)) /* what is there of it depends on the compressor */
				cr_expect_eq(a.kind, table[i].kind, "%s: kind %d", table[i].what, a.kind);
			cr_expect_eq((enum tsr_grade)a.facts->grade, table[i].grade, "%s: %s", table[i].what,
				     tsr_facts_text(a.facts, a.facts->why));
			cr_expect_eq(a.facts->stored, table[i].n);
			cr_expect_eq(a.json != NULL, a.kind == TSR_BLOB_JSON);
			analysis_free(&a);
		}
	}
	tb_free(&tar);
	bytes_free(&gz);
	bytes_free(&nothing);
	bytes_free(&json);
	bench_free(&b);
}

Test(analyse, json_escapes_hide_nothing)
{
	struct tsr_buf token = TSR_BUF_INIT(256), text = TSR_BUF_INIT(4096), path = TSR_BUF_INIT(8192);
	const struct tsr_raw *raw = NULL;
	struct bench b = bench_new();
	struct tsr_analysis a;

	made(&token, TOKEN, 1);
	tsr_buf_adds(&text, "{\"config\":{\"La/be~l\":[1,\"x=");
	for (size_t i = 0; i < token.len; i++)
		tsr_buf_printf(&text, "\\u00%02x", token.ptr[i]);
	tsr_buf_adds(&text, "\"]}}");
	a = bench_run(&b, text.ptr, text.len);
	cr_expect_eq(raws_of(&b, a.facts, "secret/github-token", &raw), 1u);
	cr_assert(raw);
	cr_expect_str_eq(tsr_facts_text(a.facts, raw->pointer), "/config/La~1be~0l/1");
	cr_expect_eq(raw->offset, 2u);
	analysis_free(&a);
	/* A pointer is not longer than a reader wants. */
	tsr_buf_reset(&text);
	tsr_buf_adds(&text, "{\"");
	for (int i = 0; i < 300; i++)
		tsr_buf_adds(&text, "long key ");
	tsr_buf_printf(&text, "\":\"\\u0067%s\"}", token.ptr + 1);
	a = bench_run(&b, text.ptr, text.len);
	cr_expect_eq(raws_of(&b, a.facts, "secret/github-token", &raw), 1u);
	cr_expect(strlen(tsr_facts_text(a.facts, raw->pointer)) <= 1100);
	analysis_free(&a);
	tsr_buf_release(&token);
	tsr_buf_release(&text);
	tsr_buf_release(&path);
	bench_free(&b);
}

Test(analyse, json_beyond_a_limit_is_scanned_but_limited)
{
	struct tsr_buf token = TSR_BUF_INIT(256), text = TSR_BUF_INIT(4096);
	struct bench b = bench_new();
	struct tsr_analysis a;

	tsr_buf_printf(&text, "[1,2,3,4,5,6,7,8,9,\"%s\"]", made(&token, TOKEN, 1));
	b.limits.json_bytes = 30;
	a = bench_run(&b, text.ptr, text.len);
	cr_expect(a.json_too_long && !a.json && a.facts->grade == TSR_GRADE_LIMITED);
	cr_expect(strstr(tsr_facts_text(a.facts, a.facts->why), "--max-json"));
	cr_expect_eq(raws_of(&b, a.facts, "secret/github-token", NULL), 1u);
	analysis_free(&a);
	bench_free(&b);
	b = bench_new();
	b.limits.json_values = 5;
	a = bench_run(&b, text.ptr, text.len);
	cr_expect_eq(a.facts->grade, (uint32_t)TSR_GRADE_LIMITED);
	cr_expect_eq(raws_of(&b, a.facts, "secret/github-token", NULL), 1u);
	analysis_free(&a);
	tsr_buf_release(&token);
	tsr_buf_release(&text);
	bench_free(&b);
}

/* A layer in which chunk borders fall everywhere: big files, small ones, many of one kind, framing. */
static void big_layer(struct tar_build *t)
{
	struct tsr_buf s = TSR_BUF_INIT(1u << 20), token = TSR_BUF_INIT(256);
	char name[64];

	for (unsigned i = 0; i < 12; i++) {
		tsr_buf_reset(&s);
		for (unsigned k = 0; k < (i == 5 ? 200u : i); k++) {
			made(&token, k % 3 ? TOKEN : "{\"npm_\"}{base62:30}{crc32-base62}", i * 1000 + k);
			tsr_buf_printf(&s, "line %u %s\n", k, token.ptr);
			for (unsigned fill = 0; fill < k * 37 % 90; fill++)
				tsr_buf_adds(&s, "some filling text\n");
		}
		snprintf(name, sizeof(name), "srv/%u/.env", i);
		tb_file(t, name, s.ptr);
		tb_link(tb_header(t, "srv/link", '2', 0), made(&token, TOKEN, i));
		tb_file(t, "root/.netrc", made(&s, "machine a login b password {alnum:16}{nl}", i));
		snprintf(name, sizeof(name), "lib/tox-%u.dist-info/METADATA", i);
		tb_file(t, name, "Name: tox\n");
	}
	tb_end(t);
	tsr_buf_release(&s);
	tsr_buf_release(&token);
}

struct job {
	struct bench *benches; /* one per thread of the pool */
	const struct bytes *stored;
	struct tsr_buf *told; /* one per job */
};

static void analyse_job(void *ctx, size_t i, unsigned thread)
{
	static const size_t chunks[] = { 1024, 1500, 4096, 65536, 262144 };
	struct job *j = ctx;
	struct bench *b = &j->benches[thread];
	struct tsr_analysis a;

	b->chunk = chunks[i];
	a = bench_run(b, j->stored->p, j->stored->len);
	tell_facts(b->rs, a.facts, &j->told[i]);
	analysis_free(&a);
}

Test(analyse, facts_depend_on_neither_chunks_nor_threads, .timeout = 120)
{
	struct tsr_ruleset *rs = catalogue();
	struct tsr_buf first = TSR_BUF_INIT(4u << 20), told[5];
	struct tar_build t = { NULL, 0 };
	struct bytes gz = { NULL, 0, 0 };

	big_layer(&t);
	pack_gzip(&gz, t.p, t.len);
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct bench benches[4];
		struct job j = { benches, &gz, told };
		struct tsr_pool *pool = tsr_pool_new(threads);

		for (unsigned i = 0; i < 4; i++)
			benches[i] = (struct bench){ .rs = rs, .limits = tsr_limits_default, .pool = pool };
		for (unsigned i = 0; i < 5; i++)
			tsr_buf_init(&told[i], 4u << 20);
		tsr_pool_run(pool, 5, analyse_job, &j);
		if (threads == 1)
			tsr_buf_addsl(&first, tsr_buf_slice(&told[4]));
		for (unsigned i = 0; i < 5; i++) {
			cr_expect(tsr_slice_eq(tsr_buf_slice(&told[i]), tsr_buf_slice(&first)), "%u threads, chunks %u", threads, i);
			tsr_buf_release(&told[i]);
		}
		for (unsigned i = 0; i < 4; i++)
			tsr_analyser_free(benches[i].a);
		tsr_pool_free(pool);
	}
	cr_expect(strstr(first.ptr, "x133 ") && strstr(first.ptr, "secret/npm-token"), "%zu", first.len);
	tsr_buf_release(&first);
	tb_free(&t);
	bytes_free(&gz);
	tsr_ruleset_free(rs);
}

/* Whatever pieces the files come in. */
Test(analyse, digests_of_files_are_there_only_if_asked_for)
{
	static char bodies[3][3001]; /* texts */

	memset(bodies[1], 'a', 700);
	memset(bodies[2], 'b', 3000);
	for (size_t chunk = 0; chunk < 3; chunk++) {
		struct bench b = bench_new();
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;
		uint32_t n = 0;

		b.chunk = (size_t[]){ 512, 1536, TSR_CHUNK_SIZE }[chunk];
		b.want_digests = chunk != 1;
		tb_header(&t, "d/", '5', 0);
		for (size_t i = 0; i < 3; i++)
			tb_file(&t, (const char *[]){ "empty", "d/short", "d/long" }[i], bodies[i]);
		tb_end(&t);
		f = facts_of(&b, &t);
		for (uint32_t i = 0; i < f->n_extracts; i++) {
			const struct tsr_extract *x = &f->extracts[i];
			uint8_t digest[32];
			uint64_t hi, lo;

			if (x->kind != TSR_EXTRACT_SHA256)
				continue;
			cr_assert_eq(x->entry, ++n);
			tsr_sha256(bodies[n - 1], strlen(bodies[n - 1]), digest);
			tsr_packages_pack(digest, &hi, &lo);
			cr_expect(x->x == hi && x->y == lo, "chunk %zu, file %u", b.chunk, n);
		}
		cr_expect_eq(n, b.want_digests ? 3u : 0u, "chunk %zu: %u", b.chunk, n);
		tsr_facts_free(f);
		bench_free(&b);
	}
}

static void fold(struct tsr_intake *in, const struct tsr_audit_options *o, struct tsr_buf *out)
{
	struct tsr_policy policy = { .fail_on = TSR_HIGH };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_model model = { 0 };
	struct tsr_run run;
	struct tsr_fold f = { .o = o, .intake = in, .model = &model, .run = &run, .source = tsr_text_ours("source") };
	struct tsr_analyser *a = tsr_intake_analyser(in, 0, &err);

	tsr_run_begin(&run, o->rules);
	f.maker = (struct tsr_maker){ .rules = o->rules, .scanner = tsr_analyser_scanner(a), .arena = &run.arena };
	cr_assert_eq(tsr_model_read(&model, &in->members, false, &o->limits, &err), 0, "%s", err.msg);
	for (uint32_t i = 0; i < model.n_images; i++)
		tsr_fold_image(&f, i);
	tsr_fold_archive(&f, true);
	tsr_model_release(&model);
	tsr_run_finish(&run, &policy);
	ib_report(&run, out);
	tsr_run_release(&run);
}

/* Facts that were written and read again, in place of the first ones. */
static void reread(struct tsr_intake *in)
{
	for (size_t i = 0; i < in->n_bodies; i++) {
		struct tsr_buf bytes = TSR_BUF_INIT(64u << 20);
		struct tsr_err err = TSR_ERR_INIT;
		struct tsr_facts *f;

		cr_assert_eq(tsr_facts_write(in->bodies[i].facts, &bytes), 0);
		f = tsr_facts_read(tsr_buf_slice(&bytes), &err);
		cr_assert(f, "%s", err.msg);
		for (size_t k = 0; k < in->members.n_blobs; k++)
			if (in->members.blobs[k].facts == in->bodies[i].facts)
				in->members.blobs[k].facts = f;
		tsr_facts_free(in->bodies[i].facts);
		in->bodies[i].facts = f;
		tsr_buf_release(&bytes);
	}
}

Test(analyse, facts_that_were_stored_give_the_same_report)
{
	struct tsr_audit_options o = { .rules = catalogue(), .limits = tsr_limits_default, .jobs = 1 };
	struct tsr_buf one = TSR_BUF_INIT(TSR_REPORT_MAX), two = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_pool *pool = tsr_pool_new(1);
	struct tsr_err err = TSR_ERR_INIT;
	struct image_build im;
	struct tsr_intake in;
	struct tsr_source s;

	ib_make(&im);
	ib_store(&im);
	cr_assert_eq(tsr_source_open(&s, im.tar, 0, &err), 0, "%s", err.msg);
	cr_assert_eq(tsr_intake_run(&in, &o, &s, pool, 0, &err), 0, "%s", err.msg);
	fold(&in, &o, &one);
	reread(&in);
	fold(&in, &o, &two);
	cr_expect(tsr_slice_eq(tsr_buf_slice(&one), tsr_buf_slice(&two)));
	cr_expect(strstr(one.ptr, "secret/github-token") && strstr(one.ptr, "secret/netrc"));
	tsr_intake_release(&in);
	tsr_source_close(&s);
	tsr_pool_free(pool);
	ib_free(&im);
	tsr_buf_release(&one);
	tsr_buf_release(&two);
	tsr_ruleset_free((struct tsr_ruleset *)(uintptr_t)o.rules);
}
