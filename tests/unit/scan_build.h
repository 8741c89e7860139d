/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_SCAN_BUILD_H
#define TSR_TESTS_SCAN_BUILD_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "scan/example.h"
#include "scan/scanner.h"

/* What the tests of scan/ share: rulesets from YAML text, expanded generators. */

#define RULE_HEAD "title: T\nseverity: high\ndescription: D\nremediation: R\nkind: content\n"

static inline struct tsr_ruleset *rules_of(const char *yaml)
{
	char path[] = "/tmp/tsr-scan-XXXXXX";
	const char *paths[1] = { path };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs = NULL;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	cr_assert(write(fd, yaml, strlen(yaml)) == (ssize_t)strlen(yaml));
	close(fd);
	cr_assert(tsr_ruleset_from_files(&rs, paths, 1, &err) == 0, "%s", err.msg);
	unlink(path);
	return rs;
}

static inline struct tsr_scanner *scanner_of(const struct tsr_ruleset *rs)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_scanner *s = tsr_scanner_new(rs, &err);

	cr_assert(s != NULL, "%s", err.msg);
	return s;
}

/* Appends what the generator gives. */
static inline void expand(struct tsr_buf *out, const char *generator, uint64_t seed)
{
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert(tsr_example_expand(generator, seed, out, &err) == 0, "%s", err.msg);
}

/* What a scan found, one line each, without the secret. */
static inline void write_match(void *ctx, const struct tsr_match *m)
{
	tsr_buf_printf(ctx, "rule %u region %d at %llu", m->rule, (int)m->region,
		       (unsigned long long)m->offset);
	if (m->via)
		tsr_buf_printf(ctx, " via %s %llu", m->via, (unsigned long long)m->via_offset);
	tsr_buf_printf(ctx, " len %zu key %zu line %u check %d %u%s raw %llu+%llu\n", m->secret.len,
		       m->key.len, m->line, m->check.result, m->check.length,
		       m->placeholder ? " made up" : "", (unsigned long long)m->raw,
		       (unsigned long long)m->raw_len);
}

/* Scans one text and returns the lines of what it found; the caller frees them. */
static inline char *scan_text(const struct tsr_ruleset *rs, struct tsr_slice text, const char *path)
{
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf found;

	tsr_buf_init(&found, 1 << 20);
	tsr_scanner_text(s, text, tsr_slice_str(path), write_match, &found);
	tsr_scanner_free(s);
	return tsr_buf_take(&found);
}

#endif
