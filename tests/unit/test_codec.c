/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "source/codec.h"
#include "unit/pack.h"

struct outcome {
	enum tsr_codec_status status;
	struct bytes out;
	size_t left; /* input behind the end, held bytes included */
	struct tsr_buf aside;
	const char *why;
};

static void outcome_free(struct outcome *o)
{
	bytes_free(&o->out);
	tsr_buf_release(&o->aside);
}

/* Feeds one piece until it is used up, as a heap block: a sanitizer sees what is read beyond. */
static bool feed(const struct tsr_codec *c, void *state, const unsigned char *p, size_t n, size_t room,
		 struct outcome *o)
{
	unsigned char *piece = malloc(n + !n), *out = malloc(room);
	struct tsr_codec_io io = { .aside = &o->aside };
	bool more = true;

	if (n)
		memcpy(piece, p, n);
	io.in = piece;
	io.in_len = n;
	do {
		io.out = out;
		io.out_len = room;
		o->status = c->decode(state, &io);
		bytes_add(&o->out, out, room - io.out_len);
		more = o->status == TSR_CODEC_OK || o->status == TSR_CODEC_END;
	} while (more && io.out_len == 0);
	cr_assert(!more || io.in_len == 0, "%s: room and input are left", c->name);
	o->left = io.in_len + io.held;
	o->why = io.why;
	free(piece);
	free(out);
	return more;
}

static struct outcome decode(const struct tsr_codec *c, const unsigned char *p, size_t n, size_t step,
			     size_t room)
{
	struct outcome o = { .aside = TSR_BUF_INIT(1 << 20) };
	void *state = c->open();
	bool more = true;
	size_t i = 0;

	while (more && i < n) {
		size_t k = n - i < step ? n - i : step;

		more = feed(c, state, p + i, k, room, &o);
		i += k;
	}
	if (more) {
		feed(c, state, NULL, 0, room, &o);
	} else { /* said is said */
		struct tsr_codec_io io = {
			.in = p, .in_len = n, .out = (unsigned char[1]){ 0 }, .out_len = 1
		};

		cr_expect(c->decode(state, &io) == o.status && io.in_len == n && io.out_len == 1);
		cr_expect_str_eq(io.why, o.why);
		o.left += n - i;
	}
	c->close(state);
	return o;
}

static const struct {
	size_t in, out;
} splits[] = { { 1u << 20, 1u << 20 }, { 1, 1 },	{ 1, 4096 }, { 3, 7 }, { 4096, 1 },
	       { 1000, 333 },	       { 65536, 65536 } };

/* The outcome for these bytes, which every way of cutting them must give. */
static struct outcome outcome(const struct tsr_codec *c, const unsigned char *p, size_t n)
{
	struct outcome first = decode(c, p, n, splits[0].in, splits[0].out);

	for (size_t i = 1; i < TSR_ARRAY_LEN(splits); i++) {
		struct outcome o = decode(c, p, n, splits[i].in, splits[i].out);
		size_t same = o.out.len < first.out.len ? o.out.len : first.out.len;

		cr_assert(o.status == first.status, "%s, split %zu: status %d, not %d", c->name, i, o.status,
			  first.status);
		/* liblzma notices some damage only at the end of a call, and until then goes on decoding. */
		cr_assert(o.out.len == first.out.len ||
				  (o.status == TSR_CODEC_DAMAGED && strcmp(c->name, "xz") == 0),
			  "%s, split %zu: %zu bytes out, not %zu", c->name, i, o.out.len, first.out.len);
		cr_assert(!same || !memcmp(o.out.p, first.out.p, same), "%s, split %zu", c->name, i);
		cr_assert(o.left == first.left || o.status == TSR_CODEC_DAMAGED ||
				  o.status == TSR_CODEC_LIMITED,
			  "%s, split %zu: %zu bytes left, not %zu", c->name, i, o.left, first.left);
		cr_assert(tsr_slice_eq(tsr_buf_slice(&o.aside), tsr_buf_slice(&first.aside)), "%s, split %zu", c->name, i);
		if (o.status >= TSR_CODEC_TRAILING)
			cr_assert_str_eq(o.why, first.why);
		outcome_free(&o);
	}
	return first;
}

static void expect(const struct tsr_codec *c, const struct bytes *in, enum tsr_codec_status status,
		   const void *data, size_t n)
{
	struct outcome o = outcome(c, in->p, in->len);

	cr_expect(o.status == status, "%s: status %d, not %d (%s)", c->name, o.status, status,
		  o.why ? o.why : "");
	cr_expect(o.out.len == n && (!n || !memcmp(o.out.p, data, n)), "%s: %zu bytes out", c->name,
		  o.out.len);
	outcome_free(&o);
}

static const struct tsr_codec *named(const char *name)
{
	const struct tsr_codec *c;

	for (size_t i = 0; (c = tsr_codec_at(i)) != NULL; i++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	cr_assert_fail("no codec %s", name);
	return NULL;
}

/* Bytes that compress by about half, with long matches in between. */
static void fill(unsigned char *p, size_t n)
{
	unsigned x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1103515245 + 12345;
		p[i] = i > 40000 && (i >> 12) % 3 == 0 ? p[i - 40000 + (i >> 14)]
						       : (unsigned char)(x >> 20 & 0x1f);
	}
}

Test(codec, every_split_of_input_and_output_decodes_to_the_same)
{
	static unsigned char data[200000];
	static const size_t sizes[] = { 0, 1, 300, 70000, sizeof(data) };

	fill(data, sizeof(data));
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		for (size_t k = 0; k < TSR_ARRAY_LEN(sizes); k++) {
			struct bytes b = { 0 };

			packers[i].pack(&b, data, sizes[k]);
			cr_expect(tsr_codec_sniff(b.p, b.len) == named(packers[i].name));
			expect(named(packers[i].name), &b, TSR_CODEC_END, data, sizes[k]);
			bytes_free(&b);
		}
	}
}

Test(codec, members_one_after_another_are_one_stream)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		struct bytes b = { 0 };

		packers[i].pack(&b, "one ", 4);
		packers[i].pack(&b, "", 0);
		packers[i].pack(&b, "two ", 4);
		packers[i].pack(&b, "three", 5);
		expect(named(packers[i].name), &b, TSR_CODEC_END, "one two three", 13);
		bytes_free(&b);
	}
}

Test(codec, zero_bytes_may_follow_the_last_member)
{
	static const char zeros[1030];
	static const size_t counts[] = { 1, 4, 1030 };

	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		for (size_t k = 0; k < TSR_ARRAY_LEN(counts); k++) {
			struct bytes b = { 0 };

			packers[i].pack(&b, "data", 4);
			bytes_add(&b, zeros, counts[k]);
			expect(named(packers[i].name), &b, TSR_CODEC_END, "data", 4);
			bytes_free(&b);
		}
	}
}

Test(codec, a_member_behind_zero_bytes_counts_only_for_xz)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		bool xz = strcmp(packers[i].name, "xz") == 0;

		for (size_t zeros = 4; zeros < 6; zeros++) {
			bool end = xz && zeros == 4;
			struct bytes b = { 0 };

			packers[i].pack(&b, "one ", 4);
			bytes_add(&b, "\0\0\0\0\0", zeros);
			packers[i].pack(&b, "two", 3);
			expect(named(packers[i].name), &b, end ? TSR_CODEC_END : TSR_CODEC_TRAILING,
			       "one two", end ? 7 : 4);
			bytes_free(&b);
		}
	}
}

Test(codec, what_follows_is_left_and_counted)
{
	/* Some begin like a magic and go on differently. */
	static const struct {
		const char *p;
		size_t n;
	} junk[] = { { "junk", 4 },
		     { "\x1f\x8bx", 3 },
		     { "\x28\xb5\x2f++", 5 },
		     { "Px", 2 },
		     { "P*M!and more", 12 },
		     { "\xfd"
		       "7zX-",
		       5 },
		     { "BZhh", 4 },
		     { "BZx", 3 },
		     { "\xff", 1 } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		for (size_t k = 0; k < TSR_ARRAY_LEN(junk); k++) {
			struct bytes b = { 0 };
			struct outcome o;

			packers[i].pack(&b, "data", 4);
			bytes_add(&b, junk[k].p, junk[k].n);
			o = outcome(named(packers[i].name), b.p, b.len);
			cr_expect(o.status == TSR_CODEC_TRAILING, "%s, junk %zu", packers[i].name, k);
			cr_expect(o.left == junk[k].n, "%s, junk %zu: %zu", packers[i].name, k, o.left);
			cr_expect(o.out.len == 4);
			outcome_free(&o);
			bytes_free(&b);
		}
	}
}

Test(codec, input_that_is_cut_short_is_never_an_end)
{
	static unsigned char data[700];

	fill(data, sizeof(data));
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		const struct tsr_codec *c = named(packers[i].name);
		struct bytes b = { 0 };
		size_t first;

		packers[i].pack(&b, data, sizeof(data));
		first = b.len;
		packers[i].pack(&b, data, 5);
		for (size_t n = 0; n < b.len; n++) {
			struct outcome o = outcome(c, b.p, n);

			cr_expect(o.status == (n == first ? TSR_CODEC_END : TSR_CODEC_OK),
				  "%s: %zu of %zu: %d", c->name, n, b.len, o.status);
			cr_expect(!o.out.len || !memcmp(o.out.p, data,
							o.out.len < sizeof(data) ? o.out.len : sizeof(data)));
			outcome_free(&o);
		}
		bytes_free(&b);
	}
}

Test(codec, a_flipped_bit_is_noticed_or_harmless)
{
	static unsigned char data[300];

	fill(data, sizeof(data));
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		const struct tsr_codec *c = named(packers[i].name);
		size_t damaged = 0, end = 0;
		struct bytes b = { 0 };

		packers[i].pack(&b, data, sizeof(data));
		for (size_t bit = 0; bit < b.len * 8; bit++) {
			struct outcome o;

			b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
			o = outcome(c, b.p, b.len);
			b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
			damaged += o.status == TSR_CODEC_DAMAGED;
			end += o.status == TSR_CODEC_END;
			if (o.status == TSR_CODEC_END)
				cr_expect(o.out.len == sizeof(data) && !memcmp(o.out.p, data, o.out.len),
					  "%s, bit %zu", c->name, bit);
			outcome_free(&o);
		}
		/* Time, system and a few flags of a gzip header mean nothing. */
		cr_expect(end <= 64 && damaged > b.len * 6, "%s: %zu of %zu bits damage", c->name, damaged,
			  b.len * 8);
		bytes_free(&b);
	}
}

Test(codec, a_wrong_checksum_comes_after_all_bytes)
{
	static unsigned char data[100000];

	fill(data, sizeof(data));
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		struct bytes b = { 0 };
		/* gzip's lies before the size, xz's before its index. */
		static const size_t from_end[] = { 6, 2, 40, 2 };

		packers[i].pack(&b, data, sizeof(data));
		b.p[b.len - from_end[i]] ^= 0x10;
		expect(named(packers[i].name), &b, TSR_CODEC_DAMAGED, data, sizeof(data));
		bytes_free(&b);
	}
}

Test(codec, gzip_header_fields_are_read_and_their_checksum_verified)
{
	/* FHCRC, FEXTRA, FNAME, FCOMMENT; the checksum is that of zlib. */
	static const char head[] = "\x1f\x8b\x08\x1e\0\0\0\0\0\x03"
				   "\x05\0extra"
				   "name\0"
				   "comment\0";
	struct bytes plain = { 0 }, b = { 0 };
	uint32_t crc;

	pack_gzip(&plain, "data", 4);
	crc = lzma_crc32((const uint8_t *)head, sizeof(head) - 1, 0);
	for (unsigned flip = 0; flip < 2; flip++) {
		unsigned char sum[2] = { (unsigned char)(crc ^ flip), (unsigned char)(crc >> 8) };

		b.len = 0;
		bytes_add(&b, head, sizeof(head) - 1);
		bytes_add(&b, sum, 2);
		bytes_add(&b, plain.p + 10, plain.len - 10);
		expect(named("gzip"), &b, flip ? TSR_CODEC_DAMAGED : TSR_CODEC_END, "data", flip ? 0 : 4);
	}
	bytes_free(&plain);
	bytes_free(&b);
}

Test(codec, zstd_skippable_frames_go_aside_wherever_they_stand)
{
	struct bytes b = { 0 };
	struct outcome o;

	pack_skippable(&b, 0, 700);
	cr_expect(tsr_codec_sniff(b.p, 8) == named("zstd"));
	pack_zstd(&b, "one ", 4);
	pack_skippable(&b, 7, 0);
	pack_skippable(&b, 15, 3);
	pack_zstd(&b, "two", 3);
	pack_skippable(&b, 1, 20);
	o = outcome(named("zstd"), b.p, b.len);
	cr_expect(o.status == TSR_CODEC_END && o.out.len == 7 && o.aside.len == 700 + 0 + 3 + 20 + 4 * 8);
	outcome_free(&o);
	o = outcome(named("zstd"), b.p, b.len - 1);
	cr_expect(o.status == TSR_CODEC_OK && o.aside.len == 700 + 0 + 3 + 19 + 4 * 8);
	outcome_free(&o);
	bytes_free(&b);
}

Test(codec, optional_fields_of_gzip_headers_go_aside)
{
	struct bytes b = { 0 }, named_one = { 0 };
	struct outcome o;

	pack_gzip(&b, "data", 4);
	o = outcome(named("gzip"), b.p, b.len);
	cr_expect_eq(o.aside.len, 0, "a header without fields holds nothing");
	outcome_free(&o);
	bytes_add(&named_one, b.p, 10);
	named_one.p[3] |= 8 | 16; /* FNAME, FCOMMENT */
	bytes_add(&named_one, "the name\0the comment", 21);
	bytes_add(&named_one, b.p + 10, b.len - 10);
	o = outcome(named("gzip"), named_one.p, named_one.len);
	cr_expect(o.status == TSR_CODEC_END && o.out.len == 4);
	cr_expect(memmem(o.aside.ptr, o.aside.len, "the name", 8) && memmem(o.aside.ptr, o.aside.len, "the comment", 11));
	outcome_free(&o);
	bytes_free(&b);
	bytes_free(&named_one);
}

Test(codec, a_window_above_the_maximum_is_limited_whatever_the_content)
{
	struct bytes b = { 0 };

	pack_zstd_with(&b, "small", 5, 26, 0);
	expect(named("zstd"), &b, TSR_CODEC_END, "small", 5);
	b.len = 0;
	pack_zstd_with(&b, "small", 5, 27, 0);
	expect(named("zstd"), &b, TSR_CODEC_LIMITED, "", 0);
	b.len = 0;
	pack_xz_with(&b, "small", 5, 64u << 20);
	expect(named("xz"), &b, TSR_CODEC_END, "small", 5);
	b.len = 0;
	pack_xz_with(&b, "small", 5, 96u << 20);
	expect(named("xz"), &b, TSR_CODEC_LIMITED, "", 0);
	bytes_free(&b);
}

Test(codec, a_zstd_frame_of_one_segment_is_measured_by_its_content)
{
	/* Single segment, content size in 4 bytes; the block is "last, RLE, 1 byte". */
	unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x04, 0x0b, 0, 0, 'x' };
	unsigned char dictionary[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xa1, 7, 1, 0, 0, 0, 0x0b, 0, 0, 'x' };
	struct bytes b = { 0 };

	bytes_add(&b, frame, sizeof(frame));
	b.p[5] = 1; /* 64 MiB and a byte */
	expect(named("zstd"), &b, TSR_CODEC_LIMITED, "", 0);
	b.p[5] = 1, b.p[8] = 0;
	expect(named("zstd"), &b, TSR_CODEC_END, "x", 1);
	b.len = 0;
	bytes_add(&b, dictionary, sizeof(dictionary));
	expect(named("zstd"), &b, TSR_CODEC_DAMAGED, "", 0);
	bytes_free(&b);
}

Test(codec, magic_decides_and_a_file_name_does_not)
{
	static const struct {
		const char *p;
		size_t n;
		const char *name;
	} rows[] = {
		{ "\x1f\x8b\x08\0\0\0\0\0", 8, "gzip" },
		{ "\x1f\x8b\x07\0\0\0\0\0", 8, NULL },
		{ "\x28\xb5\x2f\xfd\0\0\0\0", 8, "zstd" },
		{ "\x5f\x2a\x4d\x18\0\0\0\0", 8, "zstd" },
		{ "\x60\x2a\x4d\x18\0\0\0\0", 8, NULL },
		{ "\xfd"
		  "7zXZ\0\0\x04",
		  8, "xz" },
		{ "BZh9\x31\x41\x59\x26", 8, "bzip2" },
		{ "BZh1\x17\x72\x45\x38\x50\x90\0\0", 12, "bzip2" },
		{ "BZh9.tar\0\0\0\0", 12, NULL },
		{ "BZh0\x31\x41\x59\x26", 8, NULL },
		{ "manifest", 8, NULL },
		{ "\x1f", 1, NULL },
		{ "", 0, NULL },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect(tsr_codec_sniff((const unsigned char *)rows[i].p, rows[i].n) ==
				  (rows[i].name ? named(rows[i].name) : NULL),
			  "row %zu", i);
}

Test(codec, every_codec_names_itself_and_its_library)
{
	const struct tsr_codec *c;
	size_t n = 0;

	for (; (c = tsr_codec_at(n)) != NULL; n++)
		cr_expect(c->name[0] && c->help[0] && c->library()[0]);
	cr_expect(n == 4);
	cr_expect(tsr_codec_at(n + 100) == NULL);
}
