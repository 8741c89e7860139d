/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_TAR_TRICKS_H
#define TSR_TESTS_TAR_TRICKS_H

#include "archive/tar_walk.h"
#include "tar_build.h"

/*
 * Tars that readers understand differently. Each hides a decoy header in what is
 * a body for one reader and a header for the other, and has a file "real" behind it.
 */
struct trick {
	const char *name;
	void (*build)(struct tar_build *t);
	const char *view; /* of Go: type name[>link] size, each with ";" behind; BAD where it stops */
	unsigned doubts;  /* all that the walk has in the end */
	int differs;	  /* libarchive (any version) sees it differently: 1 yes, 0 no, -1 some versions do */
};

static inline void trick_decoy(struct tar_build *t)
{
	tb_header(t, "decoy", '0', 0);
}

static inline void trick_rest(struct tar_build *t)
{
	tb_file(t, "real", "r");
	tb_end(t);
}

static inline void trick_nul_size(struct tar_build *t)
{
	unsigned char *h = tb_header(t, "hide", '0', 0);

	memcpy(h + 124,
	       "\0"
	       "0000001000",
	       12);
	tb_sum(h);
	trick_decoy(t);
	trick_rest(t);
}

static inline void trick_signed_size(struct tar_build *t)
{
	tb_pax(t, 'x', "size", "+512");
	tb_header(t, "hide", '0', 0);
	trick_decoy(t);
	trick_rest(t);
}

static inline void trick_slash_file(struct tar_build *t)
{
	tb_header(t, "hide/", '0', 512);
	trick_decoy(t);
	trick_rest(t);
}

static inline void trick_hard_link_after_pax(struct tar_build *t)
{
	tb_pax(t, 'x', "mtime", "1.5");
	tb_file(t, "first", "f");
	tb_link(tb_header(t, "hide", '1', 512), "first");
	trick_decoy(t);
	trick_rest(t);
}

static inline void trick_sized(struct tar_build *t, char type)
{
	tb_pax(t, 'x', "size", "512");
	tb_link(tb_header(t, "hide", type, 0), "to");
	trick_decoy(t);
	trick_rest(t);
}

#define TRICK_SIZED(name, type)                              \
	static inline void trick_##name(struct tar_build *t) \
	{                                                    \
		trick_sized(t, type);                        \
	}
TRICK_SIZED(hard_link, '1')
TRICK_SIZED(symlink, '2')
TRICK_SIZED(character, '3')
TRICK_SIZED(block, '4')
TRICK_SIZED(directory, '5')
TRICK_SIZED(fifo, '6')
#undef TRICK_SIZED

static inline void trick_long_then_pax(struct tar_build *t)
{
	tb_extension(t, 'L', "long", 5);
	tb_pax(t, 'x', "path", "pax");
	trick_rest(t);
}

static inline void trick_pax_then_long(struct tar_build *t)
{
	tb_pax(t, 'x', "path", "pax");
	tb_extension(t, 'L', "long", 5);
	trick_rest(t);
}

static inline void trick_two_x(struct tar_build *t)
{
	tb_pax(t, 'x', "path", "one");
	tb_pax(t, 'x', "mtime", "1");
	trick_rest(t);
}

static inline void trick_two_g(struct tar_build *t)
{
	tb_pax(t, 'g', "comment", "one");
	tb_pax(t, 'g', "comment", "two");
	trick_rest(t);
}

static inline void trick_global_path(struct tar_build *t)
{
	tb_pax(t, 'g', "path", "everywhere");
	trick_rest(t);
}

static inline void trick_checksum(struct tar_build *t)
{
	tb_file(t, "first", "f");
	tb_header(t, "broken", '0', 0)[0] ^= 1;
	trick_rest(t);
}

static inline void trick_after_end(struct tar_build *t)
{
	tb_file(t, "first", "f");
	tb_end(t);
	trick_rest(t);
}

static inline void trick_one_zero(struct tar_build *t)
{
	tb_file(t, "first", "f");
	tb_add(t, NULL, 512);
	trick_rest(t);
}

static inline void trick_no_end(struct tar_build *t)
{
	tb_file(t, "real", "r");
}

static inline void trick_empty_pax(struct tar_build *t)
{
	tb_extension(t, 'x', "", 0);
	trick_rest(t);
}

static inline void trick_long_pax(struct tar_build *t)
{
	size_t n = (1u << 20) + 512;
	char *body = calloc(1, n + 64);

	memset(body, 'v', n);
	memcpy(body, "1049088 key=", 12);
	body[n - 1] = '\n';
	tb_file(t, "first", "f");
	tb_extension(t, 'x', body, n);
	free(body);
	trick_rest(t);
}

static inline void trick_realsize(struct tar_build *t)
{
	tb_pax(t, 'x', "SCHILY.realsize", "99999999999");
	trick_rest(t);
}

static inline void trick_terabyte(struct tar_build *t)
{
	struct tar_records r = { .len = 0 };

	tb_record(&r, "GNU.sparse.major", "1", 1);
	tb_record(&r, "GNU.sparse.minor", "0", 1);
	tb_record(&r, "GNU.sparse.name", "holes", 5);
	tb_record(&r, "GNU.sparse.realsize", "1099511627776", 13);
	tb_extension(t, 'x', r.text, r.len);
	tb_header(t, "GNUSparseFile.0/holes", '0', 512);
	tb_data(t, "0\n", 2);
	trick_rest(t);
}

static inline void trick_nul_path(struct tar_build *t)
{
	struct tar_records r = { .len = 0 };

	tb_record(&r, "path", "a\0b", 3);
	tb_extension(t, 'x', r.text, r.len);
	trick_rest(t);
}

static inline void trick_garbage_octal(struct tar_build *t)
{
	unsigned char *h;

	tb_file(t, "first", "f");
	h = tb_header(t, "odd", '0', 0);
	memcpy(h + 108, "001750x", 8);
	tb_sum(h);
	trick_rest(t);
}

#define TRICK_REST "0 decoy 0; 0 real 1; "

static const struct trick tricks[] = {
	{ "size with a leading NUL", trick_nul_size, "0 hide 512; 0 real 1; ", TSR_TAR_NUMBER, 1 },
	{ "signed size", trick_signed_size, "0 hide 512; 0 real 1; ", TSR_TAR_PAX, 1 },
	{ "file named as a directory", trick_slash_file, "0 hide/ 512; 0 real 1; ", TSR_TAR_SLASH_FILE, 1 },
	{ "sized hard link after PAX", trick_hard_link_after_pax, "0 first 1; 1 hide>first 0; " TRICK_REST,
	  TSR_TAR_SIZED_LINK, 1 },
	{ "sized hard link", trick_hard_link, "1 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, 1 },
	{ "sized symbolic link", trick_symlink, "2 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, -1 },
	{ "sized character device", trick_character, "3 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, -1 },
	{ "sized block device", trick_block, "4 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, -1 },
	{ "sized directory", trick_directory, "5 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, -1 },
	{ "sized FIFO", trick_fifo, "6 hide>to 0; " TRICK_REST, TSR_TAR_SIZED_LINK, -1 },
	{ "long name, then PAX path", trick_long_then_pax, "0 long 1; ", TSR_TAR_EXTENSIONS, -1 },
	{ "PAX path, then long name", trick_pax_then_long, "0 long 1; ", TSR_TAR_EXTENSIONS, -1 },
	{ "two PAX headers", trick_two_x, "0 real 1; ", TSR_TAR_EXTENSIONS, -1 },
	{ "two global headers", trick_two_g, "g extension 0; g extension 0; 0 real 1; ", 0, -1 },
	{ "global path", trick_global_path, "g everywhere 0; 0 real 1; ", TSR_TAR_GLOBAL, 0 },
	{ "bad checksum", trick_checksum, "0 first 1; BAD", 0, -1 },
	{ "entries after the end", trick_after_end, "0 first 1; ", TSR_TAR_AFTER_END, 0 },
	{ "one zero block", trick_one_zero, "0 first 1; ", TSR_TAR_LONE_ZERO, 0 },
	{ "no end marker", trick_no_end, "0 real 1; ", TSR_TAR_NO_END, 0 },
	{ "empty PAX header", trick_empty_pax, "0 real 1; ", 0, -1 },
	{ "PAX header above 1 MiB", trick_long_pax, "0 first 1; BAD", 0, -1 },
	{ "SCHILY.realsize", trick_realsize, "0 real 1; ", 0, 1 },
	{ "a terabyte of holes", trick_terabyte, "0 holes 1099511627776; 0 real 1; ", TSR_TAR_SPARSE, 0 },
	{ "NUL in a PAX path", trick_nul_path, "BAD", 0, -1 },
	{ "octal with a garbage tail", trick_garbage_octal, "0 first 1; BAD", 0, -1 },
};

#endif
