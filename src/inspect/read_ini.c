/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"
#include "inspect/fields.h"

struct tsr_slice tsr_field_name(const struct tsr_field *f, size_t up)
{
	return up < f->depth ? f->path[f->depth - 1 - up] : TSR_SLICE_NONE;
}

#define PLAIN_MAX 65536u

static bool is_comment(struct tsr_slice s)
{
	return s.ptr[0] == '#' || s.ptr[0] == ';' || s.ptr[0] == '!' || tsr_slice_starts(s, "//") ||
	       tsr_slice_starts(s, "/*") || tsr_slice_starts(s, "--");
}

static size_t separator(struct tsr_slice s)
{
	size_t equals = tsr_slice_find(s, '=', 0), colon = tsr_slice_find(s, ':', 0);

	return equals < colon ? equals : colon;
}

/* Between quotes what stands there (`\"` goes on); without them up to a comment behind white space. */
static struct tsr_slice unquote(struct tsr_slice s)
{
	char quote = s.len && (s.ptr[0] == '"' || s.ptr[0] == '\'') ? s.ptr[0] : '\0';

	for (size_t i = 1; i < s.len; i++) {
		if (quote && s.ptr[i] == '\\')
			i++;
		else if (quote && s.ptr[i] == quote)
			return tsr_slice_sub(s, 1, i);
		else if (!quote && s.ptr[i] == '#' && (s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '\t'))
			return tsr_slice_trim(tsr_slice_sub(s, 0, i));
	}
	return s;
}

void tsr_fields_ini(struct tsr_slice content, const struct tsr_limits *limits, tsr_field_visit *visit,
		    void *ctx)
{
	struct tsr_slice rest = content, text, path[2] = { TSR_SLICE_NONE, TSR_SLICE_NONE };
	struct tsr_field f = { .path = path, .depth = 2 };
	struct tsr_buf plain = TSR_BUF_INIT(PLAIN_MAX);

	(void)limits;
	while (tsr_slice_next(&rest, '\n', &text)) {
		size_t at;

		f.line++;
		text = tsr_slice_trim(text);
		if (!text.len || is_comment(text))
			continue;
		if (text.ptr[0] == '[' && tsr_slice_ends(text, "]")) {
			path[0] = tsr_slice_sub(text, 1, text.len - 1);
			continue;
		}
		at = separator(text);
		if (at == text.len)
			continue;
		path[1] = unquote(tsr_slice_trim(tsr_slice_sub(text, 0, at)));
		f.value = f.raw = unquote(tsr_slice_trim(tsr_slice_sub(text, at + 1, text.len)));
		if (f.raw.len < PLAIN_MAX && tsr_slice_find(f.raw, '\\', 0) < f.raw.len)
			f.value = tsr_escape_undo(f.raw, TSR_ESCAPE_PROPERTY | TSR_ESCAPE_ONCE, &plain);
		visit(ctx, &f);
	}
	tsr_buf_wipe(&plain);
	tsr_buf_release(&plain);
}
