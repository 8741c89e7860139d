/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/baseline.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"

#define FILE_MAX (1u << 30) /* as large as a report may be */

struct known {
	char fingerprint[33];
	enum tsr_severity severity; /* the highest among its findings */
	uint64_t unlisted;          /* files of one that are counted only */
};

/* A file that a rule was told of. */
struct known_file {
	const char *rule, *path;
	enum tsr_severity severity;
	bool listed; /* with others, so that the rule is about files and not about what is in them */
};

struct tsr_baseline {
	struct known *items;
	size_t n, cap;
	struct known_file *files;
	size_t n_files, cap_files;
	struct tsr_arena arena;
};

static int known_cmp(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return strcmp(x->fingerprint, y->fingerprint);
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static int file_cmp(const void *a, const void *b)
{
	const struct known_file *x = a, *y = b;
	int c = strcmp(x->rule, y->rule);

	return c ? c : strcmp(x->path, y->path);
}

static void add_file(struct tsr_baseline *b, const json_t *f, const char *path, enum tsr_severity severity, bool listed)
{
	b->files = tsr_grow(b->files, &b->cap_files, b->n_files + 1, sizeof(*b->files));
	b->files[b->n_files++] = (struct known_file){ tsr_arena_str(&b->arena, tsr_slice_str(string_of(f, "rule"))),
						      tsr_arena_str(&b->arena, tsr_slice_str(path)), severity, listed };
}

/* A report names the files of a finding about several, up to a limit. */
static void take_files(struct tsr_baseline *b, struct known *k, const json_t *f)
{
	const json_t *files = json_object_get(f, "files");
	json_int_t occurrences = json_integer_value(json_object_get(f, "occurrences"));
	size_t i, n = json_array_size(files);

	for (i = 0; i < n; i++)
		if (json_is_string(json_array_get(files, i)))
			add_file(b, f, json_string_value(json_array_get(files, i)), k->severity, true);
	if (!n)
		add_file(b, f, string_of(json_object_get(f, "location"), "path"), k->severity, false);
	k->unlisted = n && occurrences > (json_int_t)n ? (uint64_t)occurrences : 0;
}

static int take_finding(struct tsr_baseline *b, const json_t *f)
{
	const char *fingerprint = string_of(f, "fingerprint");
	struct known k;

	if (strlen(fingerprint) != sizeof(k.fingerprint) - 1 ||
	    tsr_severity_parse(tsr_slice_str(string_of(f, "severity")), &k.severity))
		return -1;
	if (strcmp(string_of(json_object_get(f, "suppressed"), "kind"), "ignore") == 0)
		return 0;
	memcpy(k.fingerprint, fingerprint, sizeof(k.fingerprint));
	take_files(b, &k, f);
	b->items = tsr_grow(b->items, &b->cap, b->n + 1, sizeof(*b->items));
	b->items[b->n++] = k;
	return 0;
}

/* The findings of all images, or of all archives. */
static int take_all(struct tsr_baseline *b, const json_t *groups)
{
	size_t i, k;

	if (!json_is_array(groups))
		return -1;
	for (i = 0; i < json_array_size(groups); i++) {
		const json_t *findings = json_object_get(json_array_get(groups, i), "findings");

		if (!json_is_array(findings))
			return -1;
		for (k = 0; k < json_array_size(findings); k++)
			if (take_finding(b, json_array_get(findings, k)))
				return -1;
	}
	return 0;
}

static void settle_files(struct tsr_baseline *b)
{
	size_t i, kept = 0;

	qsort(b->files, b->n_files, sizeof(*b->files), file_cmp);
	for (i = 0; i < b->n_files; i++) {
		struct known_file *last = kept ? &b->files[kept - 1] : NULL;

		if (!last || file_cmp(last, &b->files[i]) != 0) {
			b->files[kept++] = b->files[i];
			continue;
		}
		last->listed |= b->files[i].listed;
		if (last->severity < b->files[i].severity)
			last->severity = b->files[i].severity;
	}
	b->n_files = kept;
}

/* Sorted, each once. */
static void settle(struct tsr_baseline *b)
{
	size_t i, kept = 0;

	if (!b->n)
		return;
	settle_files(b);
	qsort(b->items, b->n, sizeof(*b->items), known_cmp);
	for (i = 0; i < b->n; i++) {
		if (kept && strcmp(b->items[kept - 1].fingerprint, b->items[i].fingerprint) == 0) {
			if (b->items[kept - 1].severity < b->items[i].severity)
				b->items[kept - 1].severity = b->items[i].severity;
			if (b->items[kept - 1].unlisted < b->items[i].unlisted)
				b->items[kept - 1].unlisted = b->items[i].unlisted;
			continue;
		}
		b->items[kept++] = b->items[i];
	}
	b->n = kept;
}

static int read_report(struct tsr_baseline *b, const json_t *root, const char *name, struct tsr_err *err)
{
	if (strcmp(string_of(json_object_get(root, "tool"), "name"), "tarsier") != 0)
		return tsr_err_set(err, TSR_EUSAGE, "%s: not a JSON report of tarsier", name);
	if (json_integer_value(json_object_get(root, "schemaVersion")) != 1)
		return tsr_err_set(err, TSR_EUSAGE, "%s: a report of another schemaVersion than 1", name);
	if (take_all(b, json_object_get(root, "archives")) || take_all(b, json_object_get(root, "images")))
		return tsr_err_set(err, TSR_EUSAGE, "%s: not a complete report", name);
	settle(b);
	return 0;
}

struct tsr_baseline *tsr_baseline_read(struct tsr_slice text, const char *name, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf shown = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_baseline *b;
	json_error_t why;
	json_t *root = json_loadb(text.len ? text.ptr : "", text.len, 0, &why);
	int rc;

	tsr_text_escape(tsr_slice_str(name), &shown);
	if (!root) {
		tsr_err_set(err, TSR_EUSAGE, "%s:%d: not JSON", shown.ptr, why.line);
		return NULL;
	}
	b = tsr_xcalloc(1, sizeof(*b));
	rc = read_report(b, root, shown.ptr, err);
	json_decref(root);
	if (!rc)
		return b;
	tsr_baseline_free(b);
	return NULL;
}

struct tsr_baseline *tsr_baseline_read_file(const char *path, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(FILE_MAX);

	if (tsr_textfile_read(path, &text, err))
		return NULL;
	return tsr_baseline_read(tsr_buf_slice(&text), path, err);
}

void tsr_baseline_free(struct tsr_baseline *b)
{
	if (!b)
		return;
	free(b->items);
	free(b->files);
	tsr_arena_release(&b->arena);
	free(b);
}

static const struct known_file *find_file(const struct tsr_baseline *b, const struct tsr_finding *f, const char *path)
{
	const struct known_file key = { .rule = f->rule_id, .path = path }, *k = NULL;

	if (b->n_files)
		k = bsearch(&key, b->files, b->n_files, sizeof(key), file_cmp);
	return k && f->severity <= k->severity ? k : NULL;
}

/* Of several files each, whichever finding it stood in; of one that stood among several, too. */
static bool has_files(const struct tsr_baseline *b, const struct tsr_finding *f)
{
	const struct known_file *k;
	uint32_t i;

	for (i = 0; i < f->n_files; i++)
		if (!find_file(b, f, f->files[i].ptr))
			return false;
	if (f->n_files)
		return true;
	k = f->where.kind == TSR_PLACE_FILE && f->where.path.ptr && !f->where.n_via ? find_file(b, f, f->where.path.ptr) : NULL;
	return k && k->listed;
}

bool tsr_baseline_has(const struct tsr_baseline *b, const struct tsr_finding *f)
{
	struct known key, *k;

	if (strlen(f->fingerprint) != sizeof(key.fingerprint) - 1 || !b->n)
		return false;
	if (has_files(b, f))
		return true;
	memcpy(key.fingerprint, f->fingerprint, sizeof(key.fingerprint));
	k = bsearch(&key, b->items, b->n, sizeof(key), known_cmp);
	return k && f->severity <= k->severity && f->n_files <= k->unlisted;
}
