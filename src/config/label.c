/* SPDX-License-Identifier: Apache-2.0 */
#include "config/label.h"

#include <ctype.h>

#include "base/mem.h"

static bool is_name(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && (!s.ptr[i] || !strchr("._/-", s.ptr[i])))
			return false;
	return s.len && isalnum((unsigned char)s.ptr[0]) && isalnum((unsigned char)s.ptr[s.len - 1]);
}

/* Digits where the pattern has 0, else its characters; ? is anything. */
static bool has_form(struct tsr_slice s, const char *pattern)
{
	size_t n = strlen(pattern);

	for (size_t i = 0; i < n && i < s.len; i++)
		if (pattern[i] == '0' ? !isdigit((unsigned char)s.ptr[i]) : pattern[i] != '?' && pattern[i] != s.ptr[i])
			return false;
	return s.len >= n;
}

/* 2024-05-17T08:30:00Z, 2024-05-17T08:30:00.123+02:00 */
static bool is_time(struct tsr_slice s)
{
	size_t at = 19;

	if (!has_form(s, "0000-00-00?00:00:00") || !strchr("Tt ", s.ptr[10]))
		return false;
	if (at < s.len && s.ptr[at] == '.')
		for (at++; at < s.len && isdigit((unsigned char)s.ptr[at]);)
			at++;
	s = tsr_slice_sub(s, at, s.len);
	return tsr_slice_caseeq_str(s, "Z") || (s.len == 6 && (s.ptr[0] == '+' || s.ptr[0] == '-') && has_form(s, "?00:00"));
}

static bool is_url(struct tsr_slice s)
{
	size_t colon = tsr_slice_find(s, ':', 0);

	for (size_t i = 0; i < s.len; i++)
		if (isspace((unsigned char)s.ptr[i]))
			return false;
	for (size_t i = 0; i < colon; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && (!s.ptr[i] || !strchr("+.-", s.ptr[i])))
			return false;
	return colon && tsr_slice_starts(tsr_slice_sub(s, colon, s.len), "://") && s.len > colon + 3;
}

/* Identifiers, joined by AND, OR, WITH. */
static bool is_spdx(struct tsr_slice s)
{
	bool id = false;
	struct tsr_slice word;

	while (tsr_slice_next(&s, ' ', &word)) {
		bool joins;

		while (word.len && word.ptr[0] == '(')
			word = tsr_slice_sub(word, 1, word.len);
		while (word.len && word.ptr[word.len - 1] == ')')
			word.len--;
		if (!word.len)
			continue;
		joins = tsr_slice_caseeq_str(word, "AND") || tsr_slice_caseeq_str(word, "OR") || tsr_slice_caseeq_str(word, "WITH");
		if (joins != id)
			return false;
		id = !joins;
		for (size_t i = 0; i < word.len; i++)
			if (!isalnum((unsigned char)word.ptr[i]) && (!word.ptr[i] || !strchr(".+-:", word.ptr[i])))
				return false;
	}
	return id;
}

const char *tsr_label_fault(struct tsr_slice name, struct tsr_slice value)
{
	static const char oci[] = "org.opencontainers.image.";
	static const struct {
		const char *name;
		bool (*fits)(struct tsr_slice value);
		const char *fault;
	} forms[] = {
		{ "created", is_time, "is no time of RFC 3339" },
		{ "url", is_url, "is no URL" },
		{ "source", is_url, "is no URL" },
		{ "documentation", is_url, "is no URL" },
		{ "licenses", is_spdx, "is no expression of SPDX identifiers" },
	};
	struct tsr_slice rest;

	if (!is_name(name))
		return "has characters in its name that labels do not have";
	if (!tsr_slice_starts(name, oci))
		return NULL;
	value = tsr_slice_trim(value);
	rest = tsr_slice_sub(name, strlen(oci), name.len);
	if (!value.len)
		return "is empty";
	for (size_t i = 0; i < TSR_ARRAY_LEN(forms); i++)
		if (tsr_slice_eq_str(rest, forms[i].name) && !forms[i].fits(value))
			return forms[i].fault;
	return NULL;
}
