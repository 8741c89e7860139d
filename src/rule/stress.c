/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/stress.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/mem.h"
#include "rule/pattern.h"

#define STEPS_MAX (TSR_MATCH_LIMIT / 4)

/* What is repeated behind the literal, and before it where a match may begin there. */
static const char *const fillers[] = {
	"a", "A", "0", " ", "\t", "\n", "=", ":", "\"", "'", "-", "_", ".", "/", "+", "a1", "a ", "a.", "a=", "a-", "a\"", "\" ", "a,", "a/", "= ",
};

static void repeat(struct tsr_buf *out, const char *filler, size_t len)
{
	size_t n = strlen(filler);

	for (size_t i = 0; i < len; i++)
		tsr_buf_addc(out, filler[i % n]);
}

struct trial {
	const pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
	struct tsr_buf subject;
	uint32_t last; /* the last character that every match has, or 0 */
};

/* At every place where the engine would try; false: it gave up. */
static bool endures(struct trial *t, size_t before)
{
	for (size_t at = 0; at <= before; at += before / 4 + 1) {
		int rc = pcre2_match(t->code, (PCRE2_SPTR)t->subject.ptr, t->subject.len, at, PCRE2_NOTBOL | PCRE2_NOTEOL,
				     t->match, t->context);

		if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT ||
		    rc == PCRE2_ERROR_JIT_STACKLIMIT)
			return false;
	}
	return true;
}

static bool stress_literal(struct trial *t, const struct tsr_rule_content *c, const struct tsr_literal *l, const char *filler)
{
	char last[2] = { '\1', (char)t->last };

	tsr_buf_reset(&t->subject);
	repeat(&t->subject, filler, c->before);
	tsr_buf_add(&t->subject, l->bytes, l->len);
	repeat(&t->subject, filler, c->width);
	/* Without the character that every match ends with, PCRE2 would not even try. */
	tsr_buf_add(&t->subject, last, sizeof(last));
	return endures(t, c->before);
}

/* The character as a person would write it. */
static void name_filler(const char *filler, char out[16])
{
	size_t n = 0;

	for (; *filler && n < 12; filler++) {
		out[n++] = *filler == '\n' || *filler == '\t' ? '\\' : *filler;
		if (*filler == '\n' || *filler == '\t')
			out[n++] = *filler == '\n' ? 'n' : 't';
	}
	out[n] = '\0';
}

static int stress(struct trial *t, const struct tsr_rule_content *c, struct tsr_err *err)
{
	char name[16];

	for (uint32_t l = 0; l < c->n_literals; l++)
		for (size_t f = 0; f < TSR_ARRAY_LEN(fillers); f++) {
			if (stress_literal(t, c, &c->literals[l], fillers[f]))
				continue;
			name_filler(fillers[f], name);
			return tsr_err_set(err, TSR_EUSAGE, "catastrophic: it gives up where `%s` stands %u times behind `%.*s`", name,
					   (unsigned)(c->width / strlen(fillers[f])), (int)c->literals[l].len,
					   c->literals[l].bytes);
		}
	return 0;
}

int tsr_pattern_stress(const struct tsr_rule_content *c, struct tsr_err *err)
{
	struct trial t = { .subject = TSR_BUF_INIT(2 * TSR_WIDTH_MAX + 4096) };
	pcre2_code *code = tsr_pattern_compile(c->pattern, c->before == 0, err);
	int r = -1;

	t.code = code;
	t.match = code ? pcre2_match_data_create(1, NULL) : NULL;
	t.context = code ? pcre2_match_context_create(NULL) : NULL;
	if (t.match && t.context) {
		pcre2_set_match_limit(t.context, STEPS_MAX);
		pcre2_pattern_info(code, PCRE2_INFO_LASTCODEUNIT, &t.last);
		r = stress(&t, c, err);
	}
	pcre2_match_data_free(t.match);
	pcre2_match_context_free(t.context);
	pcre2_code_free(code);
	tsr_buf_release(&t.subject);
	return r;
}
