/* SPDX-License-Identifier: Apache-2.0 */
#include "report/place.h"

#include <inttypes.h>

#include "base/mem.h"

/* Severity first, for formats whose readers cut the tail off. */
static int by_severity(const void *a, const void *b)
{
	const struct tsr_item *x = a, *y = b;

	if (x->f->severity != y->f->severity)
		return x->f->severity > y->f->severity ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int by_fingerprint(const void *a, const void *b)
{
	const struct tsr_item *x = a, *y = b;
	int c;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	c = strcmp(x->f->fingerprint, y->f->fingerprint);
	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static void add_all(struct tsr_items *items, const struct tsr_finding *f, size_t n, struct tsr_item like)
{
	size_t i;

	for (i = 0; i < n; i++) {
		like.f = &f[i];
		like.order = items->n;
		items->at[items->n++] = like;
	}
}

struct tsr_items tsr_items_of(const struct tsr_run *run)
{
	struct tsr_items items = { NULL, 0 };
	size_t i, n = 1;

	for (i = 0; i < run->n_images; i++)
		n += run->images[i].n_findings;
	for (i = 0; i < run->n_archives; i++)
		n += run->archives[i].n_findings;
	items.at = tsr_xcalloc(n, sizeof(*items.at));
	for (i = 0; i < run->n_images; i++)
		add_all(&items, run->images[i].findings, run->images[i].n_findings,
			(struct tsr_item){ .image = &run->images[i], .owner = i });
	for (i = 0; i < run->n_archives; i++)
		add_all(&items, run->archives[i].findings, run->archives[i].n_findings,
			(struct tsr_item){ .archive = &run->archives[i], .owner = run->n_images + i });
	qsort(items.at, items.n, sizeof(*items.at), by_fingerprint);
	for (i = 0; i < items.n; i++) {
		const struct tsr_item *before = i ? &items.at[i - 1] : NULL;
		bool again = before && before->owner == items.at[i].owner &&
			     strcmp(before->f->fingerprint, items.at[i].f->fingerprint) == 0;

		items.at[i].nth = again ? before->nth + 1 : 1;
	}
	qsort(items.at, items.n, sizeof(*items.at), by_severity);
	return items;
}

void tsr_items_release(struct tsr_items *items)
{
	free(items->at);
	*items = (struct tsr_items){ NULL, 0 };
}

static bool is_named(const struct tsr_via *v)
{
	return v->path.ptr && *v->path.ptr;
}

/* " (gzip, base64)": the steps that have no name. */
static void add_views(const struct tsr_location *w, struct tsr_buf *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < w->n_via; i++)
		if (!is_named(&w->via[i]))
			tsr_buf_printf(out, "%s%s", n++ ? ", " : " (", w->via[i].kind);
	if (n)
		tsr_buf_addc(out, ')');
}

void tsr_place_add(const struct tsr_location *w, struct tsr_buf *out)
{
	const char *path = w->path.ptr ? w->path.ptr : "";
	size_t before = out->len;
	unsigned i;

	if (w->kind == TSR_PLACE_FILE && path[0] != '/')
		tsr_buf_addc(out, '/');
	tsr_buf_adds(out, path);
	for (i = 0; i < w->n_via; i++)
		if (is_named(&w->via[i]))
			tsr_buf_printf(out, "!%s", w->via[i].path.ptr);
	if (w->pointer && *w->pointer)
		tsr_buf_printf(out, "%s%s", out->len > before ? " at " : "", w->pointer);
	else if (w->line)
		tsr_buf_printf(out, "%s%" PRIu32, out->len > before ? ":" : "line ", w->line);
	else if (w->offset != TSR_NO_OFFSET)
		tsr_buf_printf(out, "%sbyte %" PRIu64, out->len > before ? " at " : "", w->offset);
	add_views(w, out);
}

void tsr_state_add(const struct tsr_finding *f, struct tsr_buf *out)
{
	const char *sep = "";

	if (f->state == TSR_STATE_DELETED || f->state == TSR_STATE_OVERWRITTEN) {
		tsr_buf_adds(out, tsr_state_name(f->state));
		if (f->hidden_in != TSR_NO_LAYER)
			tsr_buf_printf(out, " in layer %" PRIu32, f->hidden_in);
		sep = "; ";
	}
	if (f->occurrences > 1)
		tsr_buf_printf(out, "%s%" PRIu32 " occurrences", sep, f->occurrences);
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of a text that may be escaped (base/text.h), and on to the next. */
static unsigned char next_byte(const char **s, bool escaped)
{
	const char *p = *s;

	if (escaped && p[0] == '\\' && p[1] == '\\') {
		*s += 2;
		return '\\';
	}
	if (escaped && p[0] == '\\' && p[1] == 'x' && hex_of(p[2]) >= 0 && hex_of(p[3]) >= 0) {
		*s += 4;
		return (unsigned char)(hex_of(p[2]) << 4 | hex_of(p[3]));
	}
	*s += 1;
	return (unsigned char)p[0];
}

/* RFC 3986, but ':' too: it would end a scheme. The bytes of the image come back from escaped text. */
static void add_encoded(struct tsr_buf *out, struct tsr_text t)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/";
	const char *s = t.ptr ? t.ptr : "";

	while (*s) {
		unsigned char c = next_byte(&s, t.escaped);

		if (c && strchr(plain, c))
			tsr_buf_addc(out, (char)c);
		else
			tsr_buf_printf(out, "%%%02X", c);
	}
}

/* Members of an archive can be called "../x" and "/x", and a reader of the URI would climb. */
static void add_encoded_path(struct tsr_buf *out, struct tsr_text path)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_slice rest, part;

	add_encoded(&b, path);
	rest = tsr_buf_slice(&b);
	while (tsr_slice_next(&rest, '/', &part)) {
		if (!part.len || tsr_slice_eq_str(part, "."))
			continue;
		tsr_buf_addc(out, '/');
		if (tsr_slice_eq_str(part, ".."))
			tsr_buf_adds(out, "%2E%2E");
		else
			tsr_buf_addsl(out, part);
	}
}

void tsr_place_add_uri(const char *owner, const struct tsr_location *w, struct tsr_buf *out)
{
	unsigned i;

	add_encoded(out, tsr_text_ours(owner));
	if (w->kind == TSR_PLACE_CONFIG || w->kind == TSR_PLACE_HISTORY)
		tsr_buf_adds(out, "/.image/config.json");
	else if (w->path.ptr && *w->path.ptr)
		add_encoded_path(out, w->path);
	else if (w->layer != TSR_NO_LAYER)
		tsr_buf_printf(out, "/.image/layer-%" PRIu32, w->layer);
	else
		tsr_buf_adds(out, "/.image");
	for (i = 0; i < w->n_via; i++) {
		if (!is_named(&w->via[i]))
			continue;
		tsr_buf_addc(out, '!');
		add_encoded(out, w->via[i].path);
	}
}

static struct tsr_slice last_part(struct tsr_slice s)
{
	size_t from = s.len;

	while (from > 0 && s.ptr[from - 1] != '/')
		from--;
	return tsr_slice_sub(s, from, s.len);
}

struct tsr_slice tsr_image_repository(const struct tsr_run_image *image)
{
	struct tsr_slice name = tsr_slice_str(image->n_names ? image->names[0].ptr : ""), last;
	size_t at = tsr_slice_find(name, '@', 0), colon;

	name = tsr_slice_sub(name, 0, at);
	last = last_part(name);
	colon = tsr_slice_find(last, ':', 0);
	return tsr_slice_sub(name, 0, name.len - (last.len - colon));
}

void tsr_owner_add(const struct tsr_item *item, struct tsr_buf *out)
{
	const char *source = item->image ? item->image->source.ptr : item->archive->source.ptr;
	struct tsr_slice name = TSR_SLICE_NONE;

	if (item->image)
		name = last_part(tsr_image_repository(item->image));
	if (!name.len)
		name = last_part(tsr_slice_str(source));
	if (!name.len || tsr_slice_eq_str(name, "-") || tsr_slice_eq_str(name, ".") || tsr_slice_eq_str(name, ".."))
		tsr_buf_adds(out, "image");
	else
		tsr_buf_addsl(out, name);
}

void tsr_image_add_label(const struct tsr_run_image *image, struct tsr_buf *out)
{
	const char *source = image->source.ptr ? image->source.ptr : "", *platform = image->platform.ptr;

	tsr_buf_adds(out, image->n_names ? image->names[0].ptr : *source ? source : "image");
	tsr_buf_printf(out, " (%s)", platform && *platform ? platform : "unknown platform");
}

void tsr_skip_add(const struct tsr_skip_row *row, struct tsr_buf *out)
{
	if (row->layer != TSR_NO_LAYER)
		tsr_buf_printf(out, "layer %" PRIu32 ": ", row->layer);
	if (row->path.ptr && *row->path.ptr)
		tsr_buf_printf(out, "%s: ", row->path.ptr);
	tsr_buf_printf(out, "%s: %s", row->what.ptr, row->why.ptr);
	if (row->bytes)
		tsr_buf_printf(out, " (%" PRIu64 " bytes)", row->bytes);
}

static void tell_gaps(const char *of, const struct tsr_coverage *c, bool complete, void (*tell)(void *ctx, const char *text), void *ctx)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_skip_row *row;
	size_t at = 0;

	while ((row = tsr_coverage_gap(c, &at))) {
		tsr_buf_reset(&b);
		tsr_buf_printf(&b, "%s: not audited: ", of);
		tsr_skip_add(row, &b);
		tell(ctx, b.ptr);
		complete = true;
	}
	tsr_buf_reset(&b);
	tsr_buf_printf(&b, "%s: not audited completely", of);
	if (!complete)
		tell(ctx, b.ptr);
}

void tsr_gaps_tell(const struct tsr_run *run, void (*tell)(void *ctx, const char *text), void *ctx)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i;

	for (i = 0; i < run->n_errors; i++) {
		tsr_buf_reset(&b);
		tsr_buf_printf(&b, "%s: %s", run->errors[i].source.ptr, run->errors[i].message.ptr);
		tell(ctx, b.ptr);
	}
	for (i = 0; i < run->n_archives; i++)
		tell_gaps(run->archives[i].source.ptr, &run->archives[i].coverage, run->archives[i].complete, tell, ctx);
	for (i = 0; i < run->n_images; i++) {
		tsr_buf_reset(&b);
		tsr_image_add_label(&run->images[i], &b);
		tell_gaps(b.ptr, &run->images[i].coverage, run->images[i].complete, tell, ctx);
	}
}

struct tsr_slice tsr_rule_area(const char *id)
{
	struct tsr_slice s = tsr_slice_str(id);

	return tsr_slice_sub(s, 0, tsr_slice_find(s, '/', 0));
}
