/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/pipe.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "pack.h"

static const size_t chunk_sizes[] = { 1024, 1500, 4096, 65536, 262144 };

/* Gives what it has in pieces, then the end or an error. */
struct drip {
	const unsigned char *p;
	size_t left, piece;
	bool breaks;
};

static ssize_t drip_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct drip *d = ctx;

	n = n < d->piece ? n : d->piece;
	n = n < d->left ? n : d->left;
	if (!n && d->breaks)
		return tsr_err_set(err, TSR_EINPUT, "it breaks off");
	if (!n)
		return 0;
	memcpy(p, d->p, n);
	d->p += n;
	d->left -= n;
	return (ssize_t)n;
}

struct got {
	struct tsr_pipe_result r;
	struct bytes out;
	size_t first; /* length of the first chunk */
	size_t aside; /* bytes that the stream lacks: r.aside goes with the pipe */
};

static void *assist(void *ring)
{
	tsr_ring_assist(ring);
	return NULL;
}

static struct got run(struct drip d, size_t chunk, bool attached, const struct tsr_pipe_options *more)
{
	struct tsr_pipe_options o = *more;
	struct tsr_err err = TSR_ERR_INIT;
	struct got g = { 0 };
	struct tsr_pipe *p;
	struct tsr_chunk *c;
	pthread_t thread;

	o.in = (struct tsr_reader){ drip_read, &d };
	o.chunk_size = chunk;
	o.headroom = 64;
	p = tsr_pipe_new(&o, &err);
	cr_assert(p, "%s", err.msg);
	if (attached)
		cr_assert_eq(pthread_create(&thread, NULL, assist, tsr_pipe_ring(p)), 0);
	while ((c = tsr_pipe_next(p))) {
		memset(c->data - o.headroom, 0xee, o.headroom);
		g.first = g.out.len ? g.first : c->len;
		bytes_add(&g.out, c->data, c->len);
	}
	tsr_pipe_finish(p, &g.r);
	g.aside = g.r.aside.len;
	g.r.aside = TSR_SLICE_NONE;
	cr_expect(g.r.codec == tsr_pipe_codec(p));
	if (attached) {
		tsr_ring_close(tsr_pipe_ring(p));
		pthread_join(thread, NULL);
	}
	tsr_pipe_free(p);
	return g;
}

static const struct tsr_pipe_options plain_options = { .max_unpacked = UINT64_MAX, .max_ratio = UINT64_MAX };

static struct drip whole(const struct bytes *b)
{
	return (struct drip){ b->p, b->len, 777, false };
}

/* Half of it compresses well, half of it not at all. */
static struct bytes sample(size_t n)
{
	struct bytes b = { NULL, 0, 0 };
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		unsigned char c;

		x = x * 1664525u + 1013904223u;
		c = i / 4096 % 2 ? (unsigned char)(x >> 24) : (unsigned char)('a' + i % 7);
		bytes_add(&b, &c, 1);
	}
	return b;
}

static void expect_digest(const struct tsr_digest *d, enum tsr_digest_alg alg, const struct bytes *b)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_hash h = { 0 };
	struct tsr_digest want;

	cr_assert_eq(tsr_hash_init(&h, alg, &err), 0);
	if (b->len)
		tsr_hash_update(&h, b->p, b->len);
	tsr_hash_final(&h, &want);
	tsr_hash_release(&h);
	cr_expect(tsr_digest_eq(d, &want));
}

Test(pipe, gives_the_same_bytes_and_hashes_for_every_chunk_size_and_producer)
{
	static const size_t sizes[] = { 1, 1023, 1024, 1025, 4096, 262144, 262145, 700000 };
	struct tsr_pipe_options o = plain_options;

	o.other = TSR_DIGEST_SHA512;
	for (size_t s = 0; s < TSR_ARRAY_LEN(sizes); s++)
		for (size_t k = 0; k <= TSR_ARRAY_LEN(packers); k++) {
			struct bytes plain = sample(sizes[s]), stored = { NULL, 0, 0 };

			if (k)
				packers[k - 1].pack(&stored, plain.p, plain.len);
			else
				bytes_add(&stored, plain.p, plain.len);
			for (size_t c = 0; c < 2 * TSR_ARRAY_LEN(chunk_sizes); c++) {
				size_t chunk = chunk_sizes[c / 2];
				struct got g = run(whole(&stored), chunk, c % 2, &o);

				cr_expect_eq(g.r.status, TSR_PIPE_WHOLE, "%s", g.r.why);
				cr_expect_str_eq(g.r.codec ? g.r.codec->name : "plain", k ? packers[k - 1].name : "plain");
				cr_expect(g.out.len == plain.len && !memcmp(g.out.p, plain.p, plain.len));
				cr_expect(g.r.stored == stored.len && g.r.unpacked == plain.len && !g.r.undecoded);
				cr_expect_eq(g.first, plain.len < chunk ? plain.len : chunk);
				expect_digest(&g.r.digest, TSR_DIGEST_SHA256, &stored);
				expect_digest(&g.r.diff_id, TSR_DIGEST_SHA256, &plain);
				expect_digest(&g.r.digest_other, TSR_DIGEST_SHA512, &stored);
				expect_digest(&g.r.diff_id_other, TSR_DIGEST_SHA512, &plain);
				bytes_free(&g.out);
			}
			bytes_free(&plain);
			bytes_free(&stored);
		}
}

Test(pipe, an_empty_blob_has_no_chunk)
{
	struct bytes none = { NULL, 0, 0 };
	struct got g = run(whole(&none), 1024, false, &plain_options);

	cr_expect(g.r.status == TSR_PIPE_WHOLE && !g.out.len && !g.r.stored && !g.r.codec);
	expect_digest(&g.r.digest, TSR_DIGEST_SHA256, &none);
	cr_expect_eq(g.r.digest_other.alg, TSR_DIGEST_NONE);
}

/* Whatever happens to the decoder, all stored bytes are hashed, and the same bytes come out. */
static void expect_damaged(const struct bytes *stored, enum tsr_pipe_status status, const char *why, bool same_output)
{
	struct bytes first = { NULL, 0, 0 };

	for (size_t c = 0; c < 2 * TSR_ARRAY_LEN(chunk_sizes); c++) {
		struct got g = run(whole(stored), chunk_sizes[c / 2], c % 2, &plain_options);

		cr_expect_eq(g.r.status, status, "status %d: %s", g.r.status, g.r.why);
		cr_expect(strstr(g.r.why, why), "%s", g.r.why);
		cr_expect(g.r.stored == stored->len && g.r.unpacked == g.out.len);
		expect_digest(&g.r.digest, TSR_DIGEST_SHA256, stored);
		expect_digest(&g.r.diff_id, TSR_DIGEST_SHA256, &g.out);
		if (!c)
			bytes_add(&first, g.out.p, g.out.len);
		else if (same_output)
			cr_expect(first.len == g.out.len && !memcmp(first.p, g.out.p, first.len));
		bytes_free(&g.out);
	}
	bytes_free(&first);
}

Test(pipe, grades_cut_damaged_and_trailing_compression)
{
	struct bytes plain = sample(300000);

	for (size_t k = 0; k < 2; k++) {
		struct bytes b = { NULL, 0, 0 };
		size_t n;

		packers[k].pack(&b, plain.p, plain.len);
		n = b.len;
		for (size_t cut = 1; cut < 40; cut += 7) {
			b.len = n - cut;
			expect_damaged(&b, TSR_PIPE_DAMAGED, "cut short", true);
		}
		b.len = n / 2;
		expect_damaged(&b, TSR_PIPE_DAMAGED, "cut short", true);
		b.len = n;
		b.p[n - 2] ^= 0x10; /* the check at the end */
		expect_damaged(&b, TSR_PIPE_DAMAGED, packers[k].name, true);
		b.p[n - 2] ^= 0x10;
		bytes_add(&b, "a secret behind it", 18);
		expect_damaged(&b, TSR_PIPE_DAMAGED, "behind the end", true);
		bytes_free(&b);
	}
	bytes_free(&plain);
}

Test(pipe, counts_what_was_not_decoded)
{
	struct bytes plain = sample(1000), b = { NULL, 0, 0 };
	struct got g;

	pack_gzip(&b, plain.p, plain.len);
	for (int i = 0; i < 9000; i++)
		bytes_add(&b, "trailing", 8);
	g = run(whole(&b), 1024, false, &plain_options);
	cr_expect_eq(g.r.undecoded, 72000u, "%llu", (unsigned long long)g.r.undecoded);
	cr_expect(g.out.len == plain.len && g.r.stored == b.len);
	bytes_free(&g.out);
	bytes_free(&b);
	pack_zstd(&b, plain.p, plain.len);
	pack_skippable(&b, 3, 200);
	g = run(whole(&b), 1024, false, &plain_options);
	cr_expect(g.r.status == TSR_PIPE_WHOLE && g.aside == 208, "%zu", g.aside);
	bytes_free(&g.out);
	bytes_free(&b);
	bytes_free(&plain);
}

Test(pipe, gives_out_all_bytes_in_front_of_a_read_error)
{
	static const size_t lengths[] = { 0, 1, 500, 1024, 1500, 300000 };
	struct bytes plain = sample(300000), packed = { NULL, 0, 0 };
	struct got g;

	for (size_t i = 0; i < TSR_ARRAY_LEN(lengths); i++)
		for (size_t c = 0; c < TSR_ARRAY_LEN(chunk_sizes); c++) {
			struct drip d = { plain.p, lengths[i], 100, true };

			g = run(d, chunk_sizes[c], false, &plain_options);
			cr_expect(g.r.status == TSR_PIPE_UNREAD && strstr(g.r.why, "breaks off"));
			cr_expect(g.out.len == lengths[i] && g.r.stored == lengths[i]);
			bytes_free(&g.out);
		}
	pack_gzip(&packed, plain.p, plain.len);
	g = run((struct drip){ packed.p, packed.len - 4, 100, true }, 4096, false, &plain_options);
	cr_expect(g.r.status == TSR_PIPE_UNREAD && g.out.len == plain.len, "%zu", g.out.len);
	bytes_free(&g.out);
	bytes_free(&packed);
	bytes_free(&plain);
}

Test(pipe, stops_at_the_limits)
{
	struct tsr_pipe_options o = plain_options;
	struct bytes plain = sample(500000), b = { NULL, 0, 0 };
	struct timespec now;
	struct got g;

	pack_zstd(&b, plain.p, plain.len);
	o.max_unpacked = plain.len;
	g = run(whole(&b), 4096, false, &o);
	cr_expect_eq(g.r.status, TSR_PIPE_WHOLE);
	bytes_free(&g.out);
	o.max_unpacked = 100000;
	g = run(whole(&b), 4096, false, &o);
	cr_expect(g.r.status == TSR_PIPE_LIMITED && strstr(g.r.why, "--max-unpacked"), "%s", g.r.why);
	cr_expect(g.out.len > 100000 && g.out.len <= 100000 + 4096 && g.r.undecoded > 0);
	expect_digest(&g.r.digest, TSR_DIGEST_SHA256, &b);
	bytes_free(&g.out);
	o = plain_options;
	o.deadline = 1;
	g = run(whole(&b), 4096, false, &o);
	cr_expect(g.r.status == TSR_PIPE_LIMITED && strstr(g.r.why, "time limit") && !g.out.len);
	clock_gettime(CLOCK_MONOTONIC, &now);
	o.deadline = ((int64_t)now.tv_sec + 3600) * 1000000000;
	g = run(whole(&b), 4096, false, &o);
	cr_expect_eq(g.r.status, TSR_PIPE_WHOLE);
	bytes_free(&g.out);
	bytes_free(&b);
	bytes_free(&plain);
}

/* A bomb: 1.25 GiB of zeros, a frame of 2 MiB many times over. Its output is not kept. */
Test(pipe, stops_at_a_ratio_that_no_image_has, .timeout = 120)
{
	struct bytes frame = { NULL, 0, 0 }, b = { NULL, 0, 0 };
	struct tsr_pipe_options o = plain_options;
	struct tsr_memory_reader memory;
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_pipe_result r;
	struct tsr_pipe *p;
	void *zeros = calloc(1, 2u << 20);

	pack_zstd(&frame, zeros, 2u << 20);
	for (int i = 0; i < 640; i++)
		bytes_add(&b, frame.p, frame.len);
	o.in = tsr_memory_reader(&memory, b.p, b.len);
	o.chunk_size = TSR_CHUNK_SIZE;
	o.max_ratio = tsr_limits_default.ratio;
	p = tsr_pipe_new(&o, &err);
	cr_assert(p);
	while (tsr_pipe_next(p))
		;
	tsr_pipe_finish(p, &r);
	cr_expect(r.status == TSR_PIPE_LIMITED && strstr(r.why, "--max-ratio"), "%s", r.why);
	cr_expect(r.unpacked > 1u << 30 && r.unpacked < (1u << 30) + 2 * TSR_CHUNK_SIZE);
	tsr_pipe_free(p);
	bytes_free(&frame);
	bytes_free(&b);
	free(zeros);
}
