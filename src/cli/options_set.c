/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_set.h"

#include "base/mem.h"

#define JOBS_MAX 1024
#define UNUSED(x) (void)(x)

void tsr_strings_add(struct tsr_strings *list, const char *item)
{
	list->items = tsr_grow(list->items, &list->cap, list->n + 1, sizeof(*list->items));
	list->items[list->n++] = item;
}

static int bad(struct tsr_err *err, const char *value, const char *want)
{
	return tsr_err_set(err, TSR_EUSAGE, "'%s' is not %s", value, want);
}

/* Digits, then perhaps one letter of `units`, which multiplies. */
static int parse_number(const char *value, const char *units, const uint64_t *factors, uint64_t *out)
{
	struct tsr_slice s = tsr_slice_str(value);
	unsigned long long n;
	uint64_t factor = 1;
	const char *unit;

	if (s.len && (s.ptr[s.len - 1] < '0' || s.ptr[s.len - 1] > '9')) {
		unit = strchr(units, s.ptr[s.len - 1]);
		if (!unit)
			return -1;
		factor = factors[unit - units];
		s.len--;
	}
	if (tsr_slice_u64(s, &n) || __builtin_mul_overflow((uint64_t)n, factor, out) || *out > INT64_MAX)
		return -1;
	return 0;
}

static int find_format(struct tsr_slice name, const struct tsr_reporter **out)
{
	const struct tsr_reporter *r;
	size_t i;

	for (i = 0; (r = tsr_reporter_at(i)); i++) {
		if (!tsr_slice_eq_str(name, r->name))
			continue;
		*out = r;
		return 0;
	}
	return -1;
}

int tsr_opt_format(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	if (find_format(tsr_slice_str(value), &o->format))
		return bad(err, value, "a report format");
	return 0;
}

/*
 * "json=FILE", or a FILE whose ending names the format. What stands before a '='
 * and looks like a format must be one, so that a misspelt format does not
 * become a file; ./a=b.json is a file.
 */
int tsr_opt_output(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-");
	struct tsr_output out = { NULL, value };
	struct tsr_slice s = tsr_slice_str(value);

	UNUSED(self);
	if (value[len] == '=') {
		if (find_format(tsr_slice_of(value, len), &out.format))
			return tsr_err_set(err, TSR_EUSAGE, "'%.*s' is not a report format", (int)len, value);
		out.path = value + len + 1;
	} else {
		out.format = tsr_reporter_for(s);
	}
	if (!out.format)
		return tsr_err_set(err, TSR_EUSAGE, "'%s': say FORMAT=FILE, or let FILE end in .json, .sarif, .xml (JUnit) or .txt", value);
	if (!*out.path)
		return tsr_err_set(err, TSR_EUSAGE, "'%s' names no file", value);
	if (strcmp(out.path, "-") == 0)
		return tsr_err_set(err, TSR_EUSAGE, "'%s': the format for standard output is --format", value);
	o->outputs = tsr_grow(o->outputs, &o->cap_outputs, o->n_outputs + 1, sizeof(*o->outputs));
	o->outputs[o->n_outputs++] = out;
	return 0;
}

int tsr_opt_fail_on(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	o->policy.fail_never = strcmp(value, "none") == 0;
	if (!o->policy.fail_never && tsr_severity_parse(tsr_slice_str(value), &o->policy.fail_on))
		return bad(err, value, "critical, high, medium, low, info or none");
	return 0;
}

/* 2 to 5 have a meaning of their own, and from 126 on the shell's numbers begin. */
int tsr_opt_exit_code(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	uint64_t n;

	UNUSED(self);
	if (parse_number(value, "", NULL, &n) || (n > 1 && n < 6) || n > 125)
		return bad(err, value, "0, 1 or a number from 6 to 125");
	o->exit_code = (int)n;
	return 0;
}

int tsr_opt_severity(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	if (tsr_severity_parse(tsr_slice_str(value), &o->show))
		return bad(err, value, "critical, high, medium, low or info");
	o->show_given = true;
	return 0;
}

static int add_nonempty(struct tsr_strings *list, const char *value, const char *want, struct tsr_err *err)
{
	if (!*value)
		return bad(err, value, want);
	tsr_strings_add(list, value);
	return 0;
}

int tsr_opt_rules(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	return add_nonempty(&o->rules, value, "a file or directory", err);
}

#define FILE_NAME(name, field) \
	int tsr_opt_##name(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err) \
	{ \
		UNUSED(self); \
		if (!*value) \
			return bad(err, value, "a file"); \
		o->field = value; \
		return 0; \
	}
FILE_NAME(config, config)
FILE_NAME(profile, profile)
FILE_NAME(ignorefile, ignorefile)
FILE_NAME(baseline, baseline)
FILE_NAME(base, base)

int tsr_opt_ref(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	return add_nonempty(&o->refs, value, "an image name", err);
}

int tsr_opt_platform(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	struct tsr_slice rest = tsr_slice_str(value), part;
	unsigned parts = 0;

	UNUSED(self);
	while (tsr_slice_next(&rest, '/', &part)) {
		parts++;
		if (part.len == 0)
			parts = 4;
	}
	if (parts < 2 || parts > 3 || value[strlen(value) - 1] == '/')
		return bad(err, value, "a platform (os/arch or os/arch/variant)");
	tsr_strings_add(&o->platforms, value);
	return 0;
}

int tsr_opt_jobs(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	uint64_t n;

	UNUSED(self);
	if (parse_number(value, "", NULL, &n) || n < 1 || n > JOBS_MAX)
		return bad(err, value, "a number from 1 to 1024");
	o->jobs = (unsigned)n;
	return 0;
}

int tsr_opt_timeout(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	static const uint64_t factors[] = { 1, 60, 3600 };
	uint64_t n;

	UNUSED(self);
	if (parse_number(value, "smh", factors, &n) || n > UINT32_MAX)
		return bad(err, value, "a time (300, 300s, 5m or 2h)");
	o->timeout = (uint32_t)n;
	return 0;
}

int tsr_opt_limit(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	static const uint64_t factors[] = { 1ull << 10, 1ull << 20, 1ull << 30, 1ull << 40 };
	bool size = self->more & TSR_OPTION_SIZE;
	uint64_t n;

	/* The engine counts in 32 bits, and in bytes in 63. */
	if (parse_number(value, size ? "KMGT" : "", factors, &n) || n < 1 || (!size && n > UINT32_MAX))
		return bad(err, value, size ? "a size of at least 1 (8388608, 8M)" : "a number of at least 1");
	*(uint64_t *)((char *)&o->limits + self->limit) = n;
	return 0;
}

/* The last one of -q and -v counts. */
int tsr_opt_quiet(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	UNUSED(value);
	UNUSED(err);
	o->quiet = true;
	o->verbose = false;
	return 0;
}

int tsr_opt_verbose(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err)
{
	UNUSED(self);
	UNUSED(value);
	UNUSED(err);
	o->verbose = true;
	o->quiet = false;
	return 0;
}

#define SWITCH(name) \
	int tsr_opt_##name(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err) \
	{ \
		UNUSED(self); \
		UNUSED(value); \
		UNUSED(err); \
		o->name = true; \
		return 0; \
	}
SWITCH(no_color)
SWITCH(no_progress)
SWITCH(help)
SWITCH(version)
