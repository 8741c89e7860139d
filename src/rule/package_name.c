/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/package_name.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void tsr_package_normalise(enum tsr_ecosystem eco, struct tsr_slice name, char out[TSR_PACKAGE_NAME_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name.len && n + 1 < TSR_PACKAGE_NAME_MAX; i++) {
		char c = name.ptr[i];
		bool separator = eco == TSR_ECO_PYTHON && (c == '-' || c == '_' || c == '.');

		if (separator && n && out[n - 1] == '-')
			continue;
		out[n++] = separator ? '-' : lower(c);
	}
	out[n] = '\0';
}

static bool alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool wild(char c)
{
	return c == '*' || c == '?';
}

/* Single hyphens, between other characters. */
static bool python_normal(const char *s)
{
	char before = '-';

	for (; *s; before = *s++)
		if (!alphanumeric(*s) && !wild(*s) && (*s != '-' || before == '-'))
			return false;
	return before != '-';
}

static bool other_normal(const char *s)
{
	for (; *s; s++)
		if (!alphanumeric(*s) && !wild(*s) && !strchr("-._+@/~", *s))
			return false;
	return true;
}

bool tsr_package_name_normal(const char *pattern, uint32_t ecosystems)
{
	const uint32_t python = 1u << TSR_ECO_PYTHON;
	size_t letters = 0;

	if (strlen(pattern) >= TSR_PACKAGE_NAME_MAX)
		return false;
	for (const char *p = pattern; *p; p++)
		letters += alphanumeric(*p);
	return letters && ((ecosystems & python && python_normal(pattern)) || (ecosystems & ~python && other_normal(pattern)));
}

/* Goes back to the last star only, so that the work is at most the product of the lengths. */
bool tsr_package_name_match(const char *pattern, const char *name)
{
	const char *star = NULL, *at = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			at = name;
		} else if (*pattern && (*pattern == '?' || *pattern == *name)) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++at;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool tsr_package_named(const struct tsr_rule_package *r, enum tsr_ecosystem eco, const char *name)
{
	if (!(r->ecosystems >> eco & 1) || !*name)
		return false;
	for (const char *const *p = r->names; *p; p++)
		if ((**p == *name || wild(**p)) && tsr_package_name_match(*p, name))
			return true;
	return false;
}
