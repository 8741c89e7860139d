/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/tell.h"

#include "base/buf.h"
#include "finding/finding.h"
#include "scan/placeholder.h"

#define KEY_MAX 256u
#define JUDGED_MAX 1024u
/* A hostile file may have a hundred thousand values that stand nowhere. */
#define SEARCHES_MAX 32u

static bool stands_in(struct tsr_slice content, struct tsr_slice s)
{
	return s.len && s.ptr >= content.ptr && s.ptr < content.ptr + content.len;
}

/* At or behind `from`. NULL, too, when too much was searched. */
static const char *search(struct tsr_tell *t, size_t from, struct tsr_slice s)
{
	const char *begin = t->content.ptr + from, *at;

	if (t->searched > (uint64_t)t->content.len * SEARCHES_MAX)
		return NULL;
	at = memmem(begin, t->content.len - from, s.ptr, s.len);
	t->searched += at ? (uint64_t)(at - begin) : t->content.len;
	return at;
}

static uint64_t place(struct tsr_tell *t, struct tsr_slice s)
{
	const char *at;

	if (t->raw.len)
		s = t->raw;
	at = s.ptr;
	if (!stands_in(t->content, s)) {
		at = search(t, t->from, s);
		if (!at)
			at = search(t, 0, s);
		if (!at)
			return TSR_NO_OFFSET;
		t->from = (size_t)(at - t->content.ptr) + s.len;
	}
	return (uint64_t)(at - t->content.ptr);
}

static void line_reset(struct tsr_tell *t)
{
	t->counted = 0;
	t->line = 1;
}

/* Values come in the file's order, so that its lines are counted about once. */
static uint32_t line_of(struct tsr_tell *t, uint64_t offset)
{
	if (offset == TSR_NO_OFFSET)
		return t->at_line;
	if (offset < t->counted)
		line_reset(t);
	for (; t->counted < offset; t->counted++)
		t->line += t->content.ptr[t->counted] == '\n';
	return t->line;
}

void tsr_tell_seek(struct tsr_tell *t, uint32_t line)
{
	t->at_line = line;
	if (!line)
		return;
	if (t->line > line)
		line_reset(t);
	for (; t->counted < t->content.len && t->line < line; t->counted++)
		t->line += t->content.ptr[t->counted] == '\n';
	if (t->from < t->counted)
		t->from = t->counted;
}

static bool is_text(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* tsr_placeholder_word() knows whole passwords only; WordPress and Django ship phrases. */
bool tsr_made_up(struct tsr_slice s)
{
	static const char *const phrases[] = { "put your unique phrase here", "put your", "your_", "your-",
					       "<your" };

	s = tsr_slice_sub(s, 0, JUDGED_MAX);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (s.len >= strlen(phrases[i]) &&
		    tsr_slice_caseeq_str(tsr_slice_sub(s, 0, strlen(phrases[i])), phrases[i]))
			return true;
	if (tsr_slice_ends(s, "_here") || tsr_slice_ends(s, "-here"))
		return true;
	return tsr_placeholder_word(s) || tsr_placeholder(s);
}

void tsr_tell_bytes(struct tsr_tell *t, struct tsr_slice secret, struct tsr_slice key,
		    enum tsr_confidence confidence, const char *note)
{
	struct tsr_secret s = { .secret = secret, .key = key, .confidence = confidence, .note = note };

	if (!secret.len)
		return;
	s.offset = place(t, secret);
	s.line = line_of(t, s.offset);
	tsr_inspect_secret(t->in, t->rule, &s);
}

void tsr_tell_secret(struct tsr_tell *t, struct tsr_slice secret, struct tsr_slice key,
		     enum tsr_confidence confidence, const char *note)
{
	struct tsr_secret s = { .secret = secret, .key = key, .confidence = confidence, .note = note };

	if (!secret.len || !is_text(secret))
		return;
	s.offset = place(t, secret);
	s.line = line_of(t, s.offset);
	s.placeholder = tsr_made_up(secret);
	tsr_inspect_secret(t->in, t->rule, &s);
}

void tsr_tell_field(struct tsr_tell *t, const struct tsr_field *f)
{
	struct tsr_buf key = TSR_BUF_INIT(KEY_MAX);

	for (size_t i = 0; i < f->depth; i++) {
		if (!f->path[i].len)
			continue;
		if (key.len)
			tsr_buf_addc(&key, '.');
		tsr_buf_addsl(&key, f->path[i]);
	}
	tsr_tell_seek(t, f->line);
	t->raw = f->raw;
	tsr_tell_secret(t, f->value, tsr_buf_slice(&key), TSR_LIKELY, NULL);
	t->raw = TSR_SLICE_NONE;
	tsr_buf_release(&key);
}
