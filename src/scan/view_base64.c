/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/mem.h"
#include "scan/view_impl.h"

/*
 * Base64 that is wrapped (MIME, `base64` of coreutils) goes on in the next line if
 * the line is one of at least so many characters, in whole groups of four.
 */
#define WRAP_MIN 60u
#define WRAP_MAX 128u
#define INDENT_MAX 16u

size_t tsr_base64_behind(size_t behind)
{
	return behind / 3 * 4 + 8 + WRAP_MAX;
}

/* And line ends with some indentation. */
size_t tsr_base64_ahead(size_t ahead)
{
	return ahead / 3 * 4 + 8 + ahead / 3 * 4 / WRAP_MIN * 8;
}

/* Past a line end and indentation, if base64 goes on behind it; else `at` as it was. */
static size_t unwrap(struct tsr_slice raw, size_t at, size_t line)
{
	size_t i = at;

	if (line < WRAP_MIN || line % 4)
		return at;
	if (i < raw.len && raw.ptr[i] == '\r')
		i++;
	if (i >= raw.len || raw.ptr[i] != '\n')
		return at;
	i++;
	for (unsigned k = 0; k < INDENT_MAX && i < raw.len && (raw.ptr[i] == ' ' || raw.ptr[i] == '\t'); k++)
		i++;
	return i < raw.len && tsr_base64_value((unsigned char)raw.ptr[i]) >= 0 ? i : at;
}

/* Characters of base64 directly before raw[at], at most `max`. */
static size_t base64_before(struct tsr_slice raw, size_t at, size_t max)
{
	size_t n = 0;

	while (n < max && n < at && tsr_base64_value((unsigned char)raw.ptr[at - 1 - n]) >= 0)
		n++;
	return n;
}

/* Decodes up to `count` characters from raw[at] on, lines unwrapped; returns the index behind them. */
static size_t base64_walk(struct tsr_slice raw, size_t at, size_t count, unsigned char *out, size_t *decoded)
{
	size_t line = base64_before(raw, at, WRAP_MAX), n = 0, len = 0;
	uint32_t bits = 0;
	unsigned have = 0;

	while (n < count) {
		int value = at < raw.len ? tsr_base64_value((unsigned char)raw.ptr[at]) : -1;

		if (value < 0) {
			size_t next = unwrap(raw, at, line);

			if (next == at)
				break;
			at = next;
			line = 0;
			continue;
		}
		bits = (bits << 6 | (uint32_t)value) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			if (out)
				out[len++] = (unsigned char)(bits >> have);
		}
		at++;
		n++;
		line++;
	}
	if (decoded)
		*decoded = len;
	return at;
}

bool tsr_view_base64(struct tsr_view *v, unsigned phase, const struct tsr_view_in *in)
{
	/* Of the group in which the literal begins, so many characters hold bits of what stands before it. */
	static const size_t lead[3] = { 0, 2, 3 };
	size_t want = (in->behind + 2) / 3 * 4, before, groups, first, chars, n;

	before = base64_before(in->raw, in->hit, lead[phase] + want);
	if (before < lead[phase])
		return false;
	groups = (before - lead[phase]) / 4;
	first = in->hit - lead[phase] - groups * 4;
	chars = groups * 4 + (phase + in->ahead + 2) / 3 * 4;
	tsr_view_room(v, chars / 4 * 3 + 3);
	base64_walk(in->raw, first, chars, v->room, &n);
	v->via = "base64";
	v->text = tsr_slice_of(v->room, n);
	v->hit = groups * 3 + phase;
	v->raw = first;
	v->at_start = before - lead[phase] < want;
	v->at_end = n < chars / 4 * 3;
	return true;
}

/*
 * The outer needle is base64 of the inner needle's characters, so the outer view's hit is where
 * these begin: the place from which the inner view is made.
 */
bool tsr_view_twice(struct tsr_view *v, unsigned places, const struct tsr_view_in *in)
{
	struct tsr_view_in outer = *in, inner = *in;
	struct tsr_view o = { .room = v->outer_room, .cap = v->outer_cap };
	bool made;

	outer.behind = tsr_base64_behind(in->behind);
	outer.ahead = tsr_base64_ahead(in->ahead);
	made = tsr_view_base64(&o, places / 3, &outer);
	v->outer_room = o.room;
	v->outer_cap = o.cap;
	if (!made)
		return false;
	v->outer = o.text;
	v->outer_raw = o.raw;
	inner.raw = o.text;
	inner.hit = o.hit;
	return tsr_view_base64(v, places % 3, &inner);
}

size_t tsr_base64_index(struct tsr_slice raw, size_t first, size_t at, bool end)
{
	size_t chars = at % 3 + (end && at % 3);

	return base64_walk(raw, first, at / 3 * 4 + chars, NULL, NULL);
}
