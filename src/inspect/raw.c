/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "finding/finding.h"
#include "finding/redact.h"
#include "inspect/inspect_priv.h"

/* How raws are made: from matches of the engine, from parsers, from rules about paths and packages. */

struct tsr_raw *tsr_inspect_add(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const struct tsr_span *span)
{
	const struct tsr_rule *r = in->rs->rules[rule];
	struct tsr_rule_count *whole = &in->counts[rule];
	struct tsr_rule_count *c = entry == TSR_NONE ? whole + in->rs->n_rules + 1 : whole;
	struct tsr_raw raw = {
		.rule = rule,
		.entry = entry,
		.offset = TSR_NO_OFFSET,
		.severity = (uint8_t)r->severity,
		.severity_hidden = (uint8_t)r->severity_hidden,
		.confidence = TSR_CONFIRMED,
		.occurrences = 1,
		.nth = whole->nth,
	};
	uint32_t n;

	if (!c->used || c->entry != entry || c->string != in->string) {
		c->entry = entry;
		c->string = in->string;
		c->n = 0;
		c->used = true;
	}
	if (++c->n > TSR_OCCURRENCES_MAX) {
		tsr_builder_raws(in->b, &n)[c->first].occurrences = c->n;
		return NULL;
	}
	whole->nth++;
	raw.is_key = in->in_json && in->is_key;
	n = tsr_builder_add_raw(in->b, &raw);
	if (c->n == 1)
		c->first = n;
	in->spans = tsr_grow(in->spans, &in->cap_spans, n + 1, sizeof(*in->spans));
	in->spans[n] = span ? *span : (struct tsr_span){ 0 };
	in->n_spans = n + 1;
	return &tsr_builder_raws(in->b, &n)[n - 1];
}

void tsr_inspect_say(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *message)
{
	struct tsr_raw *raw = tsr_inspect_add(in, rule, entry, NULL);

	if (raw && message)
		raw->message = tsr_builder_text(in->b, tsr_slice_str(message));
}

static void lower_to_info(struct tsr_inspect *in, struct tsr_raw *raw, const char *tag)
{
	raw->severity = raw->severity_hidden = TSR_INFO;
	raw->tags = tsr_builder_text(in->b, tsr_slice_str(tag));
}

void tsr_inspect_say_info(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *message, const char *tag)
{
	struct tsr_raw *raw = tsr_inspect_add(in, rule, entry, NULL);

	if (!raw)
		return;
	raw->message = tsr_builder_text(in->b, tsr_slice_str(message));
	lower_to_info(in, raw, tag);
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

void tsr_inspect_match(void *ctx, const struct tsr_match *m)
{
	struct tsr_inspect *in = ctx;
	const struct tsr_rule_content *c = in->rs->rules[m->rule]->content;
	/* Runs of framing are many, so their places are told in the whole stream. */
	uint64_t base = m->region == TSR_NONE ? m->region_start : 0;
	struct tsr_span span = { base + m->raw, base + m->raw + m->raw_len, c->specificity };
	struct tsr_raw *raw = tsr_inspect_add(in, m->rule, in->in_json ? TSR_NONE : m->region, &span);
	const char *note = m->check.note;

	if (!raw)
		return;
	raw->offset = m->via ? m->offset : base + m->offset;
	raw->line = m->line;
	raw->length = m->check.length ? m->check.length : (uint32_t)m->secret.len;
	weigh(in, raw, m->check.result);
	if (m->placeholder) {
		lower_to_info(in, raw, "placeholder");
		raw->confidence = TSR_POSSIBLE;
		note = "it looks like a placeholder";
	}
	identify(raw, c->hashable, m->check.id.len ? m->check.id : m->secret);
	if (m->via) {
		raw->via = tsr_builder_text(in->b, tsr_slice_str(m->via));
		raw->via_offset = base + m->via_offset;
	}
	raw->redacted = redacted_text(in, m->secret, c->public_prefix, c->hashable);
	raw->key = escaped_text(in, m->key);
	raw->message = note_text(in, note);
}

void tsr_inspect_secret(struct tsr_inspect *in, uint32_t rule, const struct tsr_secret *s)
{
	const struct tsr_rule_structured *r = in->rs->rules[rule]->structured;
	struct tsr_span span = { s->offset, s->offset + s->secret.len, 80 };
	struct tsr_raw *raw = tsr_inspect_add(in, rule, in->entry, s->offset == TSR_NO_OFFSET ? NULL : &span);

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
