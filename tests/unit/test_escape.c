/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct {
	const char *text;
	int value;
	size_t len;
} rows[] = {
	{ "%41", 'A', 3 },	   { "%7e", '~', 3 },	     { "%e9x", 0xe9, 3 },      { "%2541", 'A', 5 },    { "%252541", 'A', 7 },
	{ "%25", '%', 3 },	   { "%2525", '%', 5 },	     { "%25zz", '%', 3 },      { "%00", 0, 3 },	       { "%4", -1, 0 },
	{ "%", -1, 0 },		   { "%%41", -1, 0 },	     { "%4g", -1, 0 },	       { "\\x41", 'A', 4 },    { "\\x4", -1, 0 },
	{ "\\u0041", 'A', 6 },	   { "\\u00E9", 0xe9, 6 },   { "\\u004", -1, 0 },      { "\\u{41}", 'A', 6 },  { "\\u{1F600}", 0x1f600, 9 },
	{ "\\u{41", -1, 0 },	   { "\\u{}", -1, 0 },	     { "\\\\u0041", 'A', 7 },  { "\\\\\\x41", 'A', 6 }, { "\\101", 'A', 4 },
	{ "\\477", -1, 0 },	   { "\\0", 0, 2 },	     { "\\0a", -1, 0 },	       { "\\n", '\n', 2 },     { "\\\\r", '\r', 3 },
	{ "\\/", '/', 2 },	   { "\\\"", '"', 2 },	     { "\\'", '\'', 2 },       { "\\q", -1, 0 },	{ "\\:", ':', 2 }, { "\\\\=", '=', 3 },       { "\\", -1, 0 },
	{ "\\\\", -1, 0 },	   { "&#65;", 'A', 5 },	     { "&#x41;", 'A', 6 },     { "&#X41;", 'A', 6 },   { "&#0000065;", 'A', 10 },
	{ "&#65", -1, 0 },	   { "&#;", -1, 0 },	     { "&#x;", -1, 0 },	       { "&#99999999;", -1, 0 }, { "&quot;", '"', 6 },
	{ "&amp;", '&', 5 },	   { "&amp;quot;", '"', 10 }, { "&amp;amp;lt;", '<', 12 }, { "&amp;foo;", '&', 5 }, { "&amp;&quot;", '&', 5 },
	{ "&foo;", -1, 0 },	   { "&quot", -1, 0 },	     { "A", -1, 0 },	       { "", -1, 0 },
};

Test(escape, reads_each_notation)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		/* Its own memory, so that a read beyond the end is seen. */
		size_t len = strlen(rows[i].text), end = 0;
		char *copy = malloc(len + 1);
		int c;

		memcpy(copy, rows[i].text, len + 1);
		c = tsr_escape_read(tsr_slice_of(copy, len), 0, TSR_ESCAPE_ANY, &end);
		cr_expect(c == rows[i].value && (c < 0 || end == rows[i].len), "%s: %d, %zu", rows[i].text, c, end);
		free(copy);
	}
}

Test(escape, finds_from_behind_what_is_read_from_the_front)
{
	char text[64];

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		size_t len;

		if (rows[i].value < 0)
			continue;
		snprintf(text, sizeof(text), "ab %.*s", (int)rows[i].len, rows[i].text);
		len = strlen(text);
		cr_expect_eq(tsr_escape_before(tsr_slice_of(text, len), len, TSR_ESCAPE_ANY), 3u, "%s", text);
	}
	cr_expect_eq(tsr_escape_before(TSR_SLICE("a%22"), 3, TSR_ESCAPE_ANY), 3u);
	cr_expect_eq(tsr_escape_before(TSR_SLICE("plain"), 5, TSR_ESCAPE_ANY), 5u);
	cr_expect_eq(tsr_escape_before(TSR_SLICE("plain"), 0, TSR_ESCAPE_ANY), 0u);
	cr_expect_eq(tsr_escape_before(TSR_SLICE("&amp; &lt b;"), 12, TSR_ESCAPE_ANY), 12u);
}

Test(escape, keeps_to_the_kinds_that_are_asked_for)
{
	size_t end;

	cr_expect_eq(tsr_escape_read(TSR_SLICE("%41"), 0, TSR_ESCAPE_BACKSLASH | TSR_ESCAPE_ENTITY, &end), -1);
	cr_expect_eq(tsr_escape_read(TSR_SLICE("\\x41"), 0, TSR_ESCAPE_PERCENT | TSR_ESCAPE_ENTITY, &end), -1);
	cr_expect_eq(tsr_escape_read(TSR_SLICE("&lt;"), 0, TSR_ESCAPE_PERCENT | TSR_ESCAPE_BACKSLASH, &end), -1);
	cr_expect_eq(tsr_escape_before(TSR_SLICE("%41"), 3, TSR_ESCAPE_BACKSLASH), 3u);
}

Test(escape, undoes_what_a_format_has_and_only_once)
{
	static const struct {
		const char *text, *want;
		unsigned kinds;
	} texts[] = {
		{ "a&amp;quot;&lt;", "a&quot;<", TSR_ESCAPE_ENTITY | TSR_ESCAPE_ONCE },
		{ "&#233;&#x20AC;&#x1F511;", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91", TSR_ESCAPE_ENTITY },
		{ "&foo; 50% \\n", "&foo; 50% \\n", TSR_ESCAPE_ENTITY | TSR_ESCAPE_ONCE },
		{ "\\u0070w\\=\\:\\\\u0041\\ x", "pw=:\\u0041 x", TSR_ESCAPE_PROPERTY | TSR_ESCAPE_ONCE },
		{ "C:\\new\\table\\x41", "C:\\new\\table\\x41", TSR_ESCAPE_PROPERTY },
		{ "a%2541", "a%41", TSR_ESCAPE_PERCENT | TSR_ESCAPE_ONCE },
		{ "a%2541", "aA", TSR_ESCAPE_PERCENT },
		{ "", "", TSR_ESCAPE_ANY },
	};
	struct tsr_buf room = TSR_BUF_INIT(64), small = TSR_BUF_INIT(2);
	struct tsr_slice plain = TSR_SLICE("plain"), long_one = TSR_SLICE("&lt;&lt;&lt;");

	for (size_t i = 0; i < TSR_ARRAY_LEN(texts); i++) {
		struct tsr_slice got = tsr_escape_undo(tsr_slice_str(texts[i].text), texts[i].kinds, &room);

		cr_expect(tsr_slice_eq_str(got, texts[i].want), "%s: %.*s", texts[i].text, TSR_SLICE_ARG(got));
	}
	cr_expect(tsr_escape_undo(plain, TSR_ESCAPE_ANY, &room).ptr == plain.ptr);
	cr_expect(tsr_escape_undo(long_one, TSR_ESCAPE_ANY, &small).ptr == long_one.ptr);
	tsr_buf_release(&room);
	tsr_buf_release(&small);
}
