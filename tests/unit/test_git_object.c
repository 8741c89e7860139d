/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/inflater.h"

#include <zlib.h>

#include "container_told.h"

static struct tsr_slice deflated(struct tsr_buf *b, struct tsr_slice s, int level)
{
	uLongf n = compressBound(s.len);
	unsigned char *room = tsr_xmalloc(n);

	cr_assert_eq(compress2(room, &n, (const Bytef *)s.ptr, s.len, level), Z_OK);
	tsr_buf_reset(b);
	tsr_buf_add(b, room, n);
	free(room);
	return tsr_buf_slice(b);
}

static const char *kind_of(struct tsr_slice s)
{
	const struct tsr_container *c = tsr_container_sniff(tsr_slice_sub(s, 0, TSR_CONTAINER_HEAD));

	return c ? c->kind : "";
}

Test(git_object, content_is_told_without_its_head)
{
	static const struct {
		struct tsr_slice raw;
		const char *kind, *content;
		bool good;
	} table[] = {
		{ TSR_SLICE("blob 6\0a\nb\nc\n"), "git-object", "a\nb\nc\n", true },
		{ TSR_SLICE("blob 0\0"), "git-object", "", true },
		{ TSR_SLICE("commit 3\0abc"), "git-object", "abc", true },
		{ TSR_SLICE("tag 3\0abc"), "git-object", "abc", true },
		{ TSR_SLICE("tree 3\0abc"), "git-object", "abc", true },
		{ TSR_SLICE("blob 18446744073709551615\0abc"), "git-object", "abc", false },
		{ TSR_SLICE("blob 2\0abc"), "git-object", "abc", false },
		{ TSR_SLICE("blob x\0abc"), "zlib", "blob x", true },
		{ TSR_SLICE("blobs 3\0abc"), "zlib", "blobs 3", true },
		{ TSR_SLICE("blob 99999999999999999999999999999999999999999999\0"), "zlib",
		  "blob 99999999999999999999999999999999999999999999", true },
		{ TSR_SLICE("anything"), "zlib", "anything", true },
	};
	struct tsr_buf b = TSR_BUF_INIT(65536);

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++)
		for (int level = 0; level <= 9; level += 3)
			for (size_t piece = 1; piece < 4096; piece *= 5) {
				struct tsr_slice s = deflated(&b, table[i].raw, level);
				struct told_list l;

				cr_assert_str_eq(kind_of(s), table[i].kind, "%zu", i);
				l = tell_pieces(container_of(table[i].kind), s, piece);
				cr_assert_eq(l.n, 1u, "%zu", i);
				cr_expect_str_eq(l.list[0].bytes.ptr, table[i].content, "%zu", i);
				cr_expect_eq(l.list[0].err.kind == TSR_ENONE, table[i].good, "%zu", i);
				cr_expect_eq(l.list[0].path.len, 0u);
				told_free(&l);
			}
	tsr_buf_release(&b);
}

Test(git_object, damaged_and_cut_streams_tell_what_was_there)
{
	struct tsr_buf b = TSR_BUF_INIT(1u << 20), text = TSR_BUF_INIT(1u << 20);
	struct tsr_slice s;
	struct told_list l;

	tsr_buf_add(&text, "blob 58890\0", 11);
	for (unsigned i = 0; i < 10000; i++)
		tsr_buf_printf(&text, "%u\n", i);
	text.ptr[5] = '4'; /* 48890 bytes */
	s = deflated(&b, tsr_buf_slice(&text), 6);
	l = tell(container_of("git-object"), s);
	cr_expect_eq(l.list[0].err.kind, TSR_ENONE, "%s", l.list[0].err.msg);
	cr_expect_eq(l.list[0].bytes.len, 48890u);
	told_free(&l);
	l = tell(container_of("git-object"), tsr_slice_sub(s, 0, s.len / 2));
	cr_expect_eq(l.list[0].err.kind, TSR_EFORMAT);
	cr_expect_gt(l.list[0].bytes.len, 10000u);
	told_free(&l);
	b.ptr[s.len - 1] ^= 1; /* the check */
	l = tell(container_of("git-object"), s);
	cr_expect_eq(l.list[0].err.kind, TSR_EFORMAT);
	cr_expect_eq(l.list[0].bytes.len, 48890u);
	told_free(&l);
	b.ptr[s.len - 1] ^= 1;
	tsr_buf_adds(&b, "trailing");
	l = tell(container_of("git-object"), tsr_buf_slice(&b));
	cr_expect_eq(l.list[0].err.kind, TSR_EFORMAT);
	cr_expect_eq(l.list[0].bytes.len, 48890u);
	told_free(&l);
	tsr_buf_release(&b);
	tsr_buf_release(&text);
}

/* Random bytes and text behind each pair of bytes that a zlib stream may begin with. */
Test(git_object, other_files_are_no_zlib_streams)
{
	uint64_t state = 88172645463325252u;
	unsigned char head[TSR_CONTAINER_HEAD];
	unsigned hits = 0, tried = 0;

	for (unsigned cmf = 0; cmf < 256; cmf++)
		for (unsigned flg = 0; flg < 256; flg++) {
			if ((cmf & 15) != 8 || (cmf << 8 | flg) % 31)
				continue;
			for (unsigned round = 0; round < 400; round++) {
				for (size_t i = 0; i < sizeof(head); i++) {
					state ^= state << 13;
					state ^= state >> 7;
					state ^= state << 17;
					head[i] = (unsigned char)(round % 2 ? state : 32 + state % 90);
				}
				head[0] = (unsigned char)cmf;
				head[1] = (unsigned char)flg;
				tried++;
				hits += tsr_container_sniff(tsr_slice_of(head, round % 4 < 2 ? sizeof(head)
											     : 100)) != NULL;
			}
		}
	cr_expect_gt(tried, 10000u);
	cr_expect_eq(hits, 0u, "%u of %u", hits, tried);
}
