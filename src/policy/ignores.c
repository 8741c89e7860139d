/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/ignores.h"

#include <stddef.h>
#include <time.h>

#include "base/mem.h"
#include "base/textfile.h"
#include "policy/doc.h"
#include "rule/glob.h"

#define FILE_MAX (4u << 20)
#define ITEMS_MAX 10000u /* each is compared with each finding */
#define FIELD(member) offsetof(struct tsr_ignore, member)

/* --- days -------------------------------------------------------------------- */

uint32_t tsr_day_parse(struct tsr_slice s)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned long long y, m, d;

	if (s.len != 10 || s.ptr[4] != '-' || s.ptr[7] != '-' || tsr_slice_u64(tsr_slice_sub(s, 0, 4), &y) ||
	    tsr_slice_u64(tsr_slice_sub(s, 5, 7), &m) || tsr_slice_u64(tsr_slice_sub(s, 8, 10), &d))
		return 0;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > days[m - 1])
		return 0;
	if (m == 2 && d == 29 && (y % 4 || (y % 100 == 0 && y % 400)))
		return 0;
	return (uint32_t)(y * 10000 + m * 100 + d);
}

uint32_t tsr_day_of(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return 0;
	return (uint32_t)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
}

/* --- reading ----------------------------------------------------------------- */

static int set_text(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_text *text = to;
	const char *s;

	if (tsr_set_word(v, &s, err))
		return -1;
	if (tsr_slice_trim(tsr_slice_str(s)).len == 0)
		return tsr_value_fail(v, err, "it is empty");
	*text = tsr_text_escaped(v->doc->arena, tsr_slice_str(s));
	return 0;
}

static int set_fingerprint(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char *word;

	if (tsr_set_word(v, &word, err))
		return -1;
	*(const char **)to = word;
	if (strlen(word) != 32 || strspn(word, "0123456789abcdef") != 32)
		return tsr_value_fail(v, err, "32 hexadecimal digits are wanted");
	return 0;
}

static int set_until(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	if (tsr_set_string(v, to, err))
		return -1;
	if (!tsr_day_parse(tsr_slice_str(*(const char **)to)))
		return tsr_value_fail(v, err, "a day is wanted: YYYY-MM-DD");
	return 0;
}

static const struct tsr_setting keys[] = {
	{ "rule", tsr_set_glob, FIELD(rule) },
	{ "path", tsr_set_glob, FIELD(path) },
	{ "layer", tsr_set_digest, FIELD(layer) },
	{ "fingerprint", set_fingerprint, FIELD(fingerprint) },
	{ "image", tsr_set_glob, FIELD(image) },
	{ "reason", set_text, FIELD(shown.reason) },
	{ "owner", set_text, FIELD(shown.owner) },
	{ "until", set_until, FIELD(until) },
	{ NULL, NULL, 0 },
};

static int read_item(struct tsr_ignore *to, const struct tsr_value *v, uint32_t today, struct tsr_err *err)
{
	*to = (struct tsr_ignore){ .shown = { "ignore", TSR_TEXT_NONE, TSR_TEXT_NONE, TSR_TEXT_NONE }, .line = (uint32_t)v->at.line };
	if (tsr_value_members(v, keys, to, err))
		return -1;
	if (!*to->shown.reason.ptr)
		return tsr_value_fail(v, err, "reason is missing");
	if (!to->rule && !to->path && !to->layer && !to->fingerprint && !to->image)
		return tsr_value_fail(v, err, "it must say what is ignored: rule, path, layer, fingerprint or image");
	if (to->until) {
		to->shown.until = tsr_text_ours(to->until);
		to->expired = today > tsr_day_parse(tsr_slice_str(to->until));
	}
	return 0;
}

static int read_items(struct tsr_ignores *list, const struct tsr_doc *doc, uint32_t today, struct tsr_err *err)
{
	struct tsr_value root = tsr_doc_root(doc), item;

	if (tsr_value_want_list(&root, err))
		return -1;
	if (tsr_value_count(&root) > ITEMS_MAX)
		return tsr_value_fail(&root, err, "more than %u entries", ITEMS_MAX);
	list->items = tsr_arena_alloc(&list->arena, tsr_value_count(&root) + 1, sizeof(*list->items));
	for (; tsr_value_item(&root, list->n, &item); list->n++)
		if (read_item(&list->items[list->n], &item, today, err))
			return -1;
	return 0;
}

struct tsr_ignores *tsr_ignores_read(struct tsr_slice text, const char *name, uint32_t today, struct tsr_err *err)
{
	struct tsr_ignores *list = tsr_xcalloc(1, sizeof(*list));
	struct tsr_doc doc;
	int rc;

	list->name = tsr_text_escaped(&list->arena, tsr_slice_str(name));
	rc = tsr_doc_parse(&doc, text, name, &list->arena, err);
	if (!rc)
		rc = read_items(list, &doc, today, err);
	tsr_doc_release(&doc);
	if (!rc)
		return list;
	tsr_ignores_free(list);
	return NULL;
}

struct tsr_ignores *tsr_ignores_read_file(const char *path, uint32_t today, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(FILE_MAX);

	if (tsr_textfile_read(path, &text, err))
		return NULL;
	return tsr_ignores_read(tsr_buf_slice(&text), path, today, err);
}

void tsr_ignores_free(struct tsr_ignores *list)
{
	if (!list)
		return;
	tsr_arena_release(&list->arena);
	free(list);
}

/* --- matching ---------------------------------------------------------------- */

/* "app:1" by "app:*"; an image without a name by its config's digest. */
static bool is_image(const char *glob, const struct tsr_run_image *image)
{
	size_t i;

	if (!image)
		return false;
	for (i = 0; i < image->n_names; i++)
		if (tsr_glob_match(glob, tsr_slice_str(image->names[i].ptr)))
			return true;
	return image->config_digest && strcmp(glob, image->config_digest) == 0;
}

static bool is_layer(const char *digest, const struct tsr_finding *f, const struct tsr_run_image *image)
{
	if (f->where.diff_id && strcmp(f->where.diff_id, digest) == 0)
		return true;
	return image && f->where.layer < image->n_layers && image->layers[f->where.layer].digest &&
	       strcmp(image->layers[f->where.layer].digest, digest) == 0;
}

static struct tsr_slice without_root(const char *path)
{
	return tsr_slice_str(path && path[0] == '/' ? path + 1 : path ? path : "");
}

/* The file, or what is in it: "app/lib/a.jar" and "app/lib/a.jar!BOOT-INF/application.yml". */
static bool is_path(const char *glob, const struct tsr_location *w)
{
	TSR_AUTO(tsr_buf) struct tsr_buf inner = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_slice path = without_root(w->path.ptr);
	unsigned i;

	if (path.len == 0)
		return false;
	if (tsr_glob_match(glob, path))
		return true;
	if (!w->n_via || !strchr(glob, '!'))
		return false;
	tsr_buf_addsl(&inner, path);
	for (i = 0; i < w->n_via; i++)
		if (w->via[i].path.ptr && *w->via[i].path.ptr)
			tsr_buf_printf(&inner, "!%s", w->via[i].path.ptr);
	return inner.len > path.len && tsr_glob_match(glob, tsr_buf_slice(&inner));
}

static bool matches(const struct tsr_ignore *g, const struct tsr_finding *f, const struct tsr_run_image *image)
{
	if (g->fingerprint && strcmp(g->fingerprint, f->fingerprint) != 0)
		return false;
	if (g->rule && !tsr_glob_match(g->rule, tsr_slice_str(f->rule_id)))
		return false;
	if (g->layer && !is_layer(g->layer, f, image))
		return false;
	if (g->image && !is_image(g->image, image))
		return false;
	return !g->path || f->n_files || is_path(g->path, &f->where);
}

/* Of a finding about several files those that the entry means; true if there are any. */
static bool cover(const struct tsr_ignore *g, const struct tsr_finding *f, bool *covered)
{
	bool all = !g->path || (f->where.n_via && is_path(g->path, &f->where) && !strchr(g->path, '!')), any = false;
	uint32_t i;

	for (i = 0; i < f->n_files; i++) {
		if (!all && !tsr_glob_match(g->path, without_root(f->files[i].ptr)))
			continue;
		any = true;
		covered[i] |= !g->expired;
	}
	return any;
}

const struct tsr_ignore *tsr_ignores_match(struct tsr_ignores *list, const struct tsr_finding *f,
					   const struct tsr_run_image *image)
{
	tsr_autofree bool *covered = f->n_files ? tsr_xcalloc(f->n_files, sizeof(*covered)) : NULL;
	const struct tsr_ignore *first = NULL;
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct tsr_ignore *g = &list->items[i];

		if (!matches(g, f, image) || (covered && !cover(g, f, covered)))
			continue;
		g->used = true;
		if (!first && !g->expired)
			first = g;
	}
	for (i = 0; covered && i < f->n_files; i++)
		if (!covered[i])
			return NULL;
	return first;
}

void tsr_ignores_see(struct tsr_ignores *list, const struct tsr_run_image *image)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (!list->items[i].image || is_image(list->items[i].image, image))
			list->items[i].relevant = true;
}
