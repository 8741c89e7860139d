/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/pattern.h"

#include <hs/hs.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/mem.h"

#define SEARCH_LIMIT 10000000u

pcre2_code *tsr_pattern_compile(const char *pattern, bool anchored, struct tsr_err *err)
{
	uint32_t options =
		PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
	unsigned char why[160] = "";
	pcre2_code *code;
	int number = 0;
	size_t at = 0;

	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
			     options | (anchored ? PCRE2_ANCHORED : 0), &number, &at, NULL);
	if (!code) {
		pcre2_get_error_message(number, why, sizeof(why));
		tsr_err_set(err, TSR_EUSAGE, "%s, at character %zu", (const char *)why, at + 1);
		return NULL;
	}
	/* Without JIT code it is slower, no less right. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

void tsr_pattern_free(pcre2_code *code)
{
	pcre2_code_free(code);
}

int tsr_pattern_search(const pcre2_code *code, struct tsr_slice bytes)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int rc = PCRE2_ERROR_NOMEMORY;

	if (context && data) {
		pcre2_set_match_limit(context, SEARCH_LIMIT);
		rc = pcre2_match(code, (PCRE2_SPTR)(bytes.len ? bytes.ptr : ""), bytes.len, 0, 0, data, context);
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

/* Position of the `]` of the class that opens at p, or the end. */
static const char *class_end(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	for (; *p && *p != ']'; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
			const char *q = strchr(p + 2, ']');

			if (q && q[-1] == p[1] && q > p + 2)
				p = q;
		}
	}
	return p;
}

/* Position of the last byte of the escape at p, or the end. */
static const char *escape_end(const char *p)
{
	const char *q = NULL;

	if (!p[1])
		return p + 1;
	if (p[1] == 'Q')
		q = strstr(p, "\\E");
	else if (p[2] == '{')
		q = strchr(p, '}');
	if (q)
		return p[1] == 'Q' ? q + 1 : q;
	return p[1] == 'Q' ? p + strlen(p) - 1 : p + 1;
}

/* Position of the `)` of the group that opens at p, or the end. */
static const char *group_end(const char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		if (*p == '\\')
			p = escape_end(p);
		else if (*p == '[')
			p = class_end(p);
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p;
		if (!*p)
			break;
	}
	return p;
}

/* Length of the `{n,m}` at p; 0 if it is none. */
static size_t counted(const char *p)
{
	size_t digits = strspn(p + 1, "0123456789"), n = 1 + digits;

	if (digits && p[n] == ',')
		n += 1 + strspn(p + n + 1, "0123456789");
	return digits && p[n] == '}' ? n + 1 : 0;
}

/* Length of what opens a group whose kind does not matter here: named, atomic, branch reset; 0 if it is another. */
static size_t plain_group(const char *p)
{
	size_t n = strncmp(p, "(?P<", 4) == 0				    ? 4
		   : strncmp(p, "(?<", 3) == 0 || strncmp(p, "(?'", 3) == 0 ? 3
									    : 0;

	if (n) {
		n += strcspn(p + n, ">'");
		return p[n] ? n + 1 : 0;
	}
	return strncmp(p, "(?>", 3) == 0 || strncmp(p, "(?|", 3) == 0 ? 3 : 0;
}

static bool is_lookaround(const char *p)
{
	return strncmp(p, "(?=", 3) == 0 || strncmp(p, "(?!", 3) == 0 || strncmp(p, "(?<=", 4) == 0 ||
	       strncmp(p, "(?<!", 4) == 0;
}

/*
 * The pattern in Vectorscan's dialect, with the same greatest width: look-arounds,
 * which have none, become empty groups; named and atomic groups and possessive
 * quantifiers ordinary ones.
 */
static int translate(const char *p, struct tsr_buf *out, struct tsr_err *err)
{
	bool quantified = false; /* what stands before p is a quantifier */

	for (; *p; p++) {
		const char *last = p;
		bool quantifier = *p == '*' || *p == '+' || *p == '?';
		size_t n = *p == '{' ? counted(p) : 0;

		if (*p == '+' && quantified) {
			quantified = false;
			continue;
		}
		if (is_lookaround(p)) {
			tsr_buf_adds(out, "(?:)");
			p = group_end(p);
			if (!*p)
				break;
			quantified = false;
			continue;
		}
		if (plain_group(p)) {
			tsr_buf_adds(out, "(?:");
			p += plain_group(p) - 1;
			quantified = false;
			continue;
		}
		if (strncmp(p, "(*", 2) == 0)
			return tsr_err_set(err, TSR_EUSAGE, "verbs, (*...), are not allowed");
		/* PCRE2 has changed its mind on these; its versions would match differently. */
		if (strncmp(p, "{,", 2) == 0 || strncmp(p, "{ ", 2) == 0)
			return tsr_err_set(err, TSR_EUSAGE, "write {0,n} for {,n}, and \\{ for a brace");
		if (*p == '\\')
			last = escape_end(p);
		else if (*p == '[')
			last = class_end(p);
		else if (n)
			last = p + n - 1;
		if (!*last)
			return tsr_err_set(err, TSR_EUSAGE, "it ends too early");
		tsr_buf_add(out, p, (size_t)(last - p) + 1);
		quantified = (quantifier && !quantified) || n;
		p = last;
	}
	return out->full ? tsr_err_set(err, TSR_EUSAGE, "too long") : 0;
}

int tsr_pattern_width(const char *pattern, uint32_t *width, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(64u << 10);
	hs_compile_error_t *why = NULL;
	hs_expr_info_t *info = NULL;
	uint32_t max;

	if (translate(pattern, &text, err))
		return -1;
	if (hs_expression_info(text.ptr, HS_FLAG_ALLOWEMPTY, &info, &why) != HS_SUCCESS) {
		tsr_err_set(err, TSR_EUSAGE, "its greatest width cannot be told: %.200s",
			    why ? why->message : "no memory");
		hs_free_compile_error(why);
		return -1;
	}
	max = info->max_width;
	free(info);
	if (max == UINT32_MAX)
		return tsr_err_set(err, TSR_EUSAGE, "no bound to its width: write {0,n} for * and +");
	if (max > TSR_WIDTH_MAX)
		return tsr_err_set(err, TSR_EUSAGE, "matches up to %u bytes; %u are allowed", (unsigned)max,
				   TSR_WIDTH_MAX);
	*width = max;
	return 0;
}

static int verify_names(const pcre2_code *code, const char *const *names, struct tsr_err *err)
{
	uint32_t n = 0, size = 0, i;
	PCRE2_SPTR table = NULL;
	size_t k;

	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
	for (i = 0; i < n; i++, table += size) {
		const char *name = (const char *)table + 2;

		for (k = 0; names[k] && strcmp(names[k], name) != 0; k++)
			continue;
		if (!names[k])
			return tsr_err_set(err, TSR_EUSAGE, "no group may be called '%s'", name);
	}
	return 0;
}

int tsr_pattern_verify(const char *pattern, const char *const *names, struct tsr_err *err)
{
	pcre2_code *code = tsr_pattern_compile(pattern, false, err);
	uint32_t empty = 0, changed = 0, backrefs = 0;
	int rc;

	if (!code)
		return -1;
	pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &empty);
	pcre2_pattern_info(code, PCRE2_INFO_JCHANGED, &changed);
	pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &backrefs);
	rc = verify_names(code, names, err);
	pcre2_code_free(code);
	if (rc)
		return -1;
	if (empty)
		return tsr_err_set(err, TSR_EUSAGE, "it matches the empty string");
	if (changed)
		return tsr_err_set(err, TSR_EUSAGE, "(?J) is not allowed");
	if (backrefs)
		return tsr_err_set(err, TSR_EUSAGE, "back references are not allowed");
	return 0;
}
