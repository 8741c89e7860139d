/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/image_fold.h"
#include "base/mem.h"
#include "rootfs/dive.h"

/*
 * The image as `inspect` and `diff` show it. Values of variables are not shown at all; all else of
 * the config is masked like the instructions of the history, labels together with their names, which
 * say whether a value is a password.
 */

static struct tsr_text mask(struct tsr_image_fold *x, struct tsr_slice s, enum tsr_mask how)
{
	return tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, s, how);
}

static uint64_t sameness(struct tsr_slice s)
{
	uint8_t digest[32];
	uint64_t same;

	tsr_sha256(s.len ? s.ptr : "", s.len, digest);
	memcpy(&same, digest, sizeof(same));
	return same ? same : 1;
}

static struct tsr_run_value value_of(struct tsr_image_fold *x, struct tsr_slice s)
{
	if (!s.len)
		return (struct tsr_run_value){ .name = TSR_TEXT_NONE, .text = TSR_TEXT_NONE };
	return (struct tsr_run_value){ .name = TSR_TEXT_NONE, .text = mask(x, s, TSR_MASK_INSTRUCTION), .same = sameness(s) };
}

/* Words of a command line as one text, those with blanks in quotes. */
static struct tsr_run_value words(struct tsr_image_fold *x, const struct tsr_slices *list, struct tsr_slice more)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (size_t i = 0; i < list->n; i++) {
		struct tsr_slice w = list->at[i];
		bool quoted = !w.len || tsr_slice_find(w, ' ', 0) < w.len;

		tsr_buf_adds(&b, i ? " " : "");
		tsr_buf_adds(&b, quoted ? "\"" : "");
		tsr_buf_addsl(&b, w);
		tsr_buf_adds(&b, quoted ? "\"" : "");
	}
	if (b.len)
		tsr_buf_addsl(&b, more);
	return value_of(x, tsr_buf_slice(&b));
}

static void add_duration(struct tsr_buf *b, const char *name, int64_t ns)
{
	if (ns > 0)
		tsr_buf_printf(b, "%s%s %g s", b->len ? ", " : " (", name, (double)ns / 1e9);
}

static struct tsr_run_value healthcheck(struct tsr_image_fold *x, const struct tsr_healthcheck *h)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(4096);

	add_duration(&b, "interval", h->interval);
	add_duration(&b, "timeout", h->timeout);
	add_duration(&b, "start period", h->start_period);
	add_duration(&b, "start interval", h->start_interval);
	if (h->retries > 0)
		tsr_buf_printf(&b, "%sretries %lld", b.len ? ", " : " (", (long long)h->retries);
	if (b.len)
		tsr_buf_addc(&b, ')');
	return words(x, &h->test, tsr_buf_slice(&b));
}

static struct tsr_run_value *names_of(struct tsr_image_fold *x, const struct tsr_slices *list, size_t *n)
{
	struct tsr_run_value *out = tsr_arena_alloc(&x->f->run->arena, list->n + 1, sizeof(*out));

	for (size_t i = 0; i < list->n; i++) {
		out[i] = value_of(x, list->at[i]);
		out[i].name = out[i].text;
		out[i].text = TSR_TEXT_NONE;
	}
	*n = list->n;
	return out;
}

static void add_env(struct tsr_image_fold *x, const struct tsr_config *c, struct tsr_run_config *out)
{
	out->env = tsr_arena_alloc(&x->f->run->arena, c->env.n + 1, sizeof(*out->env));
	for (size_t i = 0; i < c->env.n; i++) {
		struct tsr_slice s = c->env.at[i];
		size_t eq = tsr_slice_find(s, '=', 0);
		struct tsr_slice value = tsr_slice_sub(s, eq + 1, s.len);

		/* What has no '=' is no variable; a value may have been put there in its place. */
		out->env[out->n_env++] = (struct tsr_run_value){
			.name = eq < s.len ? mask(x, tsr_slice_sub(s, 0, eq), TSR_MASK_TEXT) : tsr_text_ours("\xe2\x80\xa6"),
			.text = TSR_TEXT_NONE,
			.same = sameness(s),
			.length = (uint32_t)value.len,
		};
	}
}

/* "name=value" is masked as a whole, since the name tells what the value is; then the name is taken off. */
static struct tsr_run_value label(struct tsr_image_fold *x, const struct tsr_label *l)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_text name = mask(x, l->name, TSR_MASK_TEXT), whole;
	size_t n = strlen(name.ptr);

	tsr_buf_addsl(&b, l->name);
	tsr_buf_addc(&b, '=');
	tsr_buf_addsl(&b, l->value);
	whole = mask(x, tsr_buf_slice(&b), TSR_MASK_TEXT);
	if (strncmp(whole.ptr, name.ptr, n) == 0 && whole.ptr[n] == '=')
		whole.ptr += n + 1;
	else
		whole = tsr_text_ours("\xe2\x80\xa6");
	return (struct tsr_run_value){ .name = name, .text = whole, .same = sameness(tsr_buf_slice(&b)) };
}

static void add_config(struct tsr_image_fold *x, const struct tsr_config *c, struct tsr_run_config *out)
{
	out->known = true;
	out->user = value_of(x, c->user);
	out->entrypoint = words(x, &c->entrypoint, TSR_SLICE_NONE);
	out->cmd = words(x, &c->cmd, TSR_SLICE_NONE);
	out->working_dir = value_of(x, c->working_dir);
	out->stop_signal = value_of(x, c->stop_signal);
	out->healthcheck = healthcheck(x, &c->healthcheck);
	add_env(x, c, out);
	out->ports = names_of(x, &c->exposed_ports, &out->n_ports);
	out->volumes = names_of(x, &c->volumes, &out->n_volumes);
	out->labels = tsr_arena_alloc(&x->f->run->arena, c->n_labels + 1, sizeof(*out->labels));
	for (size_t i = 0; i < c->n_labels; i++)
		out->labels[out->n_labels++] = label(x, &c->labels[i]);
}

static char type_of(const struct tsr_entry *e)
{
	if (e->flags & TSR_ENTRY_OPAQUE)
		return 'o';
	return e->flags & TSR_ENTRY_WHITEOUT ? 'w' : e->type;
}

static void add_files(struct tsr_image_fold *x, uint32_t layer, struct tsr_run_layer *out)
{
	const struct tsr_facts *f = x->facts[layer];
	tsr_autofree const struct tsr_extract **digests = tsr_xcalloc((size_t)f->n_entries + 1, sizeof(struct tsr_extract *));

	for (uint32_t i = 0; i < f->n_extracts; i++)
		if (f->extracts[i].kind == TSR_EXTRACT_SHA256)
			digests[f->extracts[i].entry] = &f->extracts[i];
	out->files = tsr_arena_alloc(&x->f->run->arena, (size_t)f->n_entries + 1, sizeof(*out->files));
	for (uint32_t e = 0; e < f->n_entries; e++) {
		const struct tsr_entry *from = &f->entries[e];
		struct tsr_slice link = tsr_slice_of(tsr_facts_text(f, from->link), from->link_len);

		if (from->type == 'g')
			continue;
		out->files[out->n_files++] = (struct tsr_run_file){
			.path = tsr_make_path(&x->f->maker, f, e),
			.link = link.len ? mask(x, link, TSR_MASK_TEXT) : TSR_TEXT_NONE,
			.size = from->size,
			.uid = from->uid,
			.gid = from->gid,
			.mode = from->mode,
			.type = type_of(from),
			.live = tsr_rootfs_at_path(x->rootfs, layer, e),
			.hashed = digests[e] != NULL,
			.content = { digests[e] ? digests[e]->x : 0, digests[e] ? digests[e]->y : 0 },
		};
	}
}

static void add_waste(struct tsr_image_fold *x)
{
	x->out->wasted_bytes = tsr_waste_total(&x->waste);
	x->out->inefficient = x->waste.inefficient;
	x->out->inefficient_bytes = x->waste.inefficient_bytes;
	x->out->efficiency = tsr_waste_efficiency(&x->waste);
	for (size_t i = 0; i < x->waste.n_layers; i++) {
		const struct tsr_waste_layer *w = &x->waste.layers[i];

		x->out->layers[i].waste = (struct tsr_run_waste){
			.files = w->files,
			.bytes = w->bytes,
			.deleted = w->deleted,
			.deleted_bytes = w->deleted_bytes,
			.overwritten = w->overwritten,
			.overwritten_bytes = w->overwritten_bytes,
			.repeated = w->repeated,
			.repeated_bytes = w->repeated_bytes,
			.wasted_bytes = tsr_waste_hidden(w),
		};
	}
}

static void add_wasted_paths(struct tsr_image_fold *x)
{
	const struct tsr_waste *w = &x->waste;

	x->out->wasted = tsr_arena_alloc(&x->f->run->arena, w->n_top + 1, sizeof(*x->out->wasted));
	for (size_t i = 0; i < w->n_top; i++)
		x->out->wasted[i] = (struct tsr_run_wasted){
			.path = tsr_make_path(&x->f->maker, x->facts[w->top[i].layer], w->top[i].entry),
			.layer = w->top[i].layer,
			.copies = w->top[i].copies,
			.bytes = w->top[i].bytes,
		};
	x->out->n_wasted = w->n_top;
}

static void add_dive(struct tsr_image_fold *x)
{
	struct tsr_dive d;

	tsr_dive_count(&d, x->facts, x->image->n_layers);
	x->out->dive = (struct tsr_run_dive){ d.known, d.efficiency, d.inefficient, d.inefficient_bytes };
}

void tsr_image_describe(struct tsr_image_fold *x)
{
	const struct tsr_audit_options *o = x->f->o;

	add_waste(x);
	if (o->want_config) {
		add_wasted_paths(x);
		add_dive(x);
	}
	if (o->want_config && x->image->config)
		add_config(x, x->image->config, &x->out->config);
	for (uint32_t i = 0; o->want_files && i < x->image->n_layers; i++) {
		if (!x->facts[i])
			continue;
		if (x->facts[i]->n_entries > x->f->files_left) {
			tsr_fold_skip(x->f, &x->out->coverage, "files", "there are more than are compared", i, 0);
			continue;
		}
		x->f->files_left -= x->facts[i]->n_entries;
		add_files(x, i, &x->out->layers[i]);
	}
}
