/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "finding/finding.h"
#include "finding/redact.h"
#include "inspect/inspect_priv.h"

/* How raws are made: from matches of the engine, from parsers, from rules about paths and packages. */

/* The step that leads to a file's content; TSR_NONE for an entry. */
static uint32_t step_to(struct tsr_file *f)
{
	struct tsr_step s = { .path = 0 };

	if (!f->outer)
		return TSR_NONE;
	if (f->step == TSR_NONE) {
		s.outer = step_to(f->outer);
		s.kind = tsr_builder_text(f->in->b, tsr_slice_str(f->kind));
		if (f->named) {
			s.path = tsr_builder_text(f->in->b, tsr_buf_slice(&f->path));
			s.path_len = (uint32_t)f->path.len;
		}
		f->step = tsr_builder_add_step(f->in->b, &s);
	}
	return f->step;
}

/* The counter of a rule in a stream, begun anew if the last raw of the rule was in another one. */
static struct tsr_rule_count *count_of(struct tsr_inspect *in, struct tsr_file *f, uint32_t rule, uint32_t entry)
{
	struct tsr_rule_count *c = f ? &f->counts[rule] : &in->counts[rule + (entry == TSR_NONE ? in->rs->n_rules + 1 : 0)];
	uint32_t of = f ? f->stream : entry;

	if (!c->used || c->of != of || c->string != in->string)
		*c = (struct tsr_rule_count){ .of = of, .string = in->string, .used = true };
	return c;
}

struct tsr_raw *tsr_inspect_add(struct tsr_inspect *in, struct tsr_file *f, uint32_t rule, uint32_t entry,
				const struct tsr_span *span)
{
	const struct tsr_rule *r = in->rs->rules[rule];
	struct tsr_rule_count *c = count_of(in, f, rule, entry);
	struct tsr_raw raw = {
		.rule = rule,
		.entry = entry,
		.step = f ? step_to(f) : TSR_NONE,
		.stream = f ? f->stream : 0,
		.offset = TSR_NO_OFFSET,
		.severity = (uint8_t)r->severity,
		.severity_hidden = (uint8_t)r->severity_hidden,
		.confidence = TSR_CONFIRMED,
		.occurrences = 1,
		.nth = in->nth[rule],
	};
	uint32_t n;

	if (++c->n > TSR_OCCURRENCES_MAX) {
		tsr_builder_raws(in->b, &n)[c->first].occurrences = c->n;
		return NULL;
	}
	in->nth[rule]++;
	raw.is_key = in->in_json && in->is_key;
	n = tsr_builder_add_raw(in->b, &raw);
	if (c->n == 1)
		c->first = n;
	in->spans = tsr_grow(in->spans, &in->cap_spans, n + 1, sizeof(*in->spans));
	in->spans[n] = span ? *span : (struct tsr_span){ 0 };
	in->n_spans = n + 1;
	return &tsr_builder_raws(in->b, &n)[n - 1];
}

/* The file at hand, as a raw of it wants it. */
static struct tsr_raw *add_here(struct tsr_inspect *in, uint32_t rule, const struct tsr_span *span)
{
	return tsr_inspect_add(in, in->file->outer ? in->file : NULL, rule, in->file->entry, span);
}

struct tsr_raw *tsr_inspect_say(struct tsr_inspect *in, uint32_t rule, const char *message)
{
	struct tsr_raw *raw = add_here(in, rule, NULL);

	if (raw && message)
		raw->message = tsr_builder_text(in->b, tsr_slice_str(message));
	return raw;
}

static void lower_to_info(struct tsr_inspect *in, struct tsr_raw *raw, const char *tag)
{
	raw->severity = raw->severity_hidden = TSR_INFO;
	raw->tags = tsr_builder_text(in->b, tsr_slice_str(tag));
}

struct tsr_raw *tsr_inspect_say_info(struct tsr_inspect *in, uint32_t rule, const char *message, const char *tag)
{
	struct tsr_raw *raw = tsr_inspect_say(in, rule, message);

	if (raw)
		lower_to_info(in, raw, tag);
	return raw;
}

/* What identifies the secret across rebuilds: its hash, where the rule allows that. */
static void identify(struct tsr_raw *raw, bool hashable, struct tsr_slice id)
{
	uint8_t hash[32];

	if (!hashable)
		return;
	tsr_sha256(id.ptr, id.len, hash);
	memcpy(raw->secret_id, hash, sizeof(raw->secret_id));
}

static uint32_t redacted_text(struct tsr_inspect *in, struct tsr_slice secret, unsigned prefix, bool hashable)
{
	struct tsr_buf b = TSR_BUF_INIT(256);
	uint32_t text;

	tsr_redact(secret, prefix, hashable, &b);
	text = tsr_builder_text(in->b, tsr_buf_slice(&b));
	tsr_buf_release(&b);
	return text;
}

static uint32_t escaped_text(struct tsr_inspect *in, struct tsr_slice s)
{
	struct tsr_buf b = TSR_BUF_INIT(4096);
	uint32_t text;

	tsr_text_escape(tsr_slice_sub(s, 0, 512), &b);
	text = tsr_builder_text(in->b, tsr_buf_slice(&b));
	tsr_buf_release(&b);
	return text;
}

/* What a validator says, as a sentence. */
static uint32_t note_text(struct tsr_inspect *in, const char *note)
{
	char message[256];

	if (!note)
		return 0;
	snprintf(message, sizeof(message), "%s", note);
	message[0] = (char)toupper((unsigned char)message[0]);
	return tsr_builder_text(in->b, tsr_slice_str(message));
}

/* Severity and confidence, after the validator. */
static void weigh(struct tsr_inspect *in, struct tsr_raw *raw, enum tsr_check_result check)
{
	raw->check = (uint8_t)check;
	switch (check) {
	case TSR_CHECK_NONE:
	case TSR_CHECK_REJECT: /* was not emitted */
		raw->confidence = TSR_LIKELY;
		break;
	case TSR_CHECK_PASS:
		raw->confidence = TSR_CONFIRMED;
		break;
	case TSR_CHECK_FAIL:
		raw->confidence = TSR_POSSIBLE;
		raw->severity = tsr_severity_lower(raw->severity);
		raw->severity_hidden = tsr_severity_lower(raw->severity_hidden);
		break;
	case TSR_CHECK_PUBLISHED:
		raw->confidence = TSR_CONFIRMED;
		lower_to_info(in, raw, "published");
		break;
	case TSR_CHECK_SAMPLE:
		raw->confidence = TSR_POSSIBLE;
		lower_to_info(in, raw, "placeholder");
		break;
	case TSR_CHECK_ENCRYPTED:
		raw->confidence = TSR_CONFIRMED;
		if (raw->severity > TSR_MEDIUM)
			raw->severity = TSR_MEDIUM;
		if (raw->severity_hidden > TSR_MEDIUM)
			raw->severity_hidden = TSR_MEDIUM;
		break;
	}
}

/* What tells two places of one secret from two secrets; it is gone with the blob. */
static uint64_t secret_hash(struct tsr_slice secret)
{
	uint64_t h;
	uint8_t hash[32];

	tsr_sha256(secret.ptr, secret.len, hash);
	memcpy(&h, hash, sizeof(h));
	return h | 1;
}

/* A view that the match stands in. */
static uint32_t view_step(struct tsr_inspect *in, uint32_t outer, const char *kind, uint64_t offset)
{
	const struct tsr_step s = {
		.outer = outer,
		.kind = tsr_builder_text(in->b, tsr_slice_str(kind)),
		.offset = offset,
	};

	return tsr_builder_add_step(in->b, &s);
}

static void add_match(struct tsr_inspect *in, struct tsr_file *f, uint32_t entry, const struct tsr_match *m)
{
	const struct tsr_rule_content *c = in->rs->rules[m->rule]->content;
	/* Runs of framing are many, so their places are told in the whole stream. */
	uint64_t base = !f && m->region == TSR_NONE ? m->region_start : 0;
	struct tsr_span span = { base + m->raw, base + m->raw + m->raw_len, c->specificity, secret_hash(m->secret) };
	struct tsr_raw *raw = tsr_inspect_add(in, f, m->rule, entry, &span);
	const char *note = m->check.note;

	if (!raw)
		return;
	raw->offset = m->via ? m->offset : base + m->offset;
	raw->line = m->line;
	raw->length = m->check.length ? m->check.length : (uint32_t)m->secret.len;
	weigh(in, raw, m->check.result);
	if (m->comment && !raw->tags)
		raw->tags = tsr_builder_text(in->b, tsr_slice_str("in-comment"));
	if (m->placeholder) {
		lower_to_info(in, raw, "placeholder");
		raw->confidence = TSR_POSSIBLE;
		note = "it looks like a placeholder";
	}
	identify(raw, c->hashable, m->check.id.len ? m->check.id : m->secret);
	if (m->outer)
		raw->step = view_step(in, raw->step, m->outer, base + m->outer_offset);
	if (m->via)
		raw->step = view_step(in, raw->step, m->via, (m->outer ? 0 : base) + m->via_offset);
	raw->redacted = redacted_text(in, m->secret, c->public_prefix, c->hashable);
	raw->key = escaped_text(in, m->key);
	raw->message = note_text(in, note);
}

void tsr_inspect_match(void *ctx, const struct tsr_match *m)
{
	struct tsr_inspect *in = ctx;

	add_match(in, NULL, in->in_json ? TSR_NONE : m->region, m);
}

void tsr_inspect_match_inside(void *ctx, const struct tsr_match *m)
{
	struct tsr_file *f = ctx;

	add_match(f->in, f, f->entry, m);
}

static void add_skip(struct tsr_file *f, const char *what, const char *why, bool fatal, uint64_t bytes)
{
	const struct tsr_skip s = {
		.what = tsr_builder_text(f->in->b, tsr_slice_str(what)),
		.why = tsr_builder_text(f->in->b, tsr_slice_str(why)),
		.entry = f->entry,
		.step = step_to(f),
		.derived = 1,
		.fatal = fatal,
		.bytes = bytes,
	};

	tsr_builder_add_skip(f->in->b, &s);
}

void tsr_inspect_skip(struct tsr_file *f, const char *what, const char *why, bool fatal, uint64_t bytes)
{
	struct tsr_inspect *in = f->in;

	if (in->n_skips++ >= TSR_SKIPS_MAX && (in->failed || !fatal))
		return;
	in->failed |= fatal;
	add_skip(f, what, why, fatal, bytes);
}

void tsr_inspect_skips_end(struct tsr_inspect *in)
{
	char what[64];

	if (in->n_skips <= TSR_SKIPS_MAX)
		return;
	snprintf(what, sizeof(what), "content of %" PRIu32 " more files", in->n_skips - TSR_SKIPS_MAX);
	in->files[0].entry = TSR_NONE;
	add_skip(&in->files[0], what, "they are malformed, encrypted or beyond a limit", false, 0);
}

void tsr_inspect_secret(struct tsr_inspect *in, uint32_t rule, const struct tsr_secret *s)
{
	const struct tsr_rule_structured *r = in->rs->rules[rule]->structured;
	struct tsr_span span = { s->offset, s->offset + s->secret.len, 80, secret_hash(s->secret) };
	struct tsr_raw *raw;

	if (s->offset == TSR_NO_OFFSET)
		span.start = span.end = 0;
	raw = add_here(in, rule, &span);
	if (!raw)
		return;
	raw->offset = s->offset;
	raw->line = s->line;
	raw->length = (uint32_t)s->secret.len;
	raw->confidence = (uint8_t)s->confidence;
	if (s->judged)
		weigh(in, raw, s->judged->result);
	if (s->placeholder)
		lower_to_info(in, raw, "placeholder");
	identify(raw, r->hashable, s->judged && s->judged->id.len ? s->judged->id : s->secret);
	raw->redacted = redacted_text(in, s->secret, r->public_prefix, r->hashable);
	raw->key = escaped_text(in, s->key);
	raw->message = note_text(in, s->placeholder ? "it looks like a placeholder" :
				     s->judged && s->judged->note ? s->judged->note : s->note);
}
