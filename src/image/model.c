/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <string.h>

#include "base/mem.h"
#include "image/build.h"

static const struct tsr_reader *const readers[] = {
#define READER(name) &tsr_reader_##name,
#include "image/readers.def"
#undef READER
};

/* --- from drafts to images ---------------------------------------------------------- */

static int cmp_slices(struct tsr_slice a, struct tsr_slice b)
{
	/* What has a name or platform stands before what has none. */
	if (!a.len || !b.len)
		return (a.len == 0) - (b.len == 0);
	return tsr_slice_cmp(a, b);
}

/* docker writes manifest.json in random order: sort, so that two saves of the same images read the same. */
static int cmp_images(const void *pa, const void *pb)
{
	const struct tsr_image *a = pa, *b = pb;
	int c = cmp_slices(a->n_names ? a->names[0] : TSR_SLICE_NONE,
			   b->n_names ? b->names[0] : TSR_SLICE_NONE);

	if (!c)
		c = cmp_slices(a->os, b->os);
	if (!c)
		c = cmp_slices(a->architecture, b->architecture);
	if (!c)
		c = cmp_slices(a->variant, b->variant);
	if (!c)
		c = memcmp(&a->config_digest, &b->config_digest, sizeof(a->config_digest));
	return c ? c : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static void attribute(const struct tsr_image *img)
{
	size_t i;

	if (img->config_blob) {
		img->config_blob->flags |= TSR_BLOB_REFERENCED;
		tsr_build_role(img->config_blob, "config");
	}
	for (i = 0; i < img->n_layers; i++)
		if (img->layers[i].blob) {
			img->layers[i].blob->flags |= TSR_BLOB_REFERENCED;
			tsr_build_role(img->layers[i].blob, "layer");
		}
}

static void align_history(struct tsr_build *b, struct tsr_draft *d)
{
	struct tsr_image *img = &d->img;
	size_t i;

	img->config = tsr_config_align(d->doc, img->n_layers, b->arena, &img->history_aligned);
	if (!img->history_aligned)
		return;
	for (i = 0; i < img->config->n_history; i++)
		if (img->config->history[i].layer < img->n_layers)
			img->layers[img->config->history[i].layer].created_by =
				img->config->history[i].created_by;
}

static void finish_draft(struct tsr_build *b, struct tsr_draft *d)
{
	const struct tsr_name_list *names = d->names.n ? &d->names : &d->tags;
	struct tsr_image *img = &d->img;

	img->names = names->list;
	img->n_names = names->n;
	if (d->doc && d->doc->limited)
		img->limited = true;
	if (d->doc && d->doc->readable)
		align_history(b, d);
	if (img->config && !img->os.len && !img->architecture.len) {
		img->os = img->config->os;
		img->architecture = img->config->architecture;
		img->variant = img->config->variant;
	}
	attribute(img);
}

static void finish(struct tsr_build *b)
{
	struct tsr_model *m = b->m;
	uint32_t *order;
	size_t i;

	m->images = tsr_grow(m->images, &m->cap_images, b->n_drafts + 1, sizeof(*m->images));
	for (i = 0; i < b->n_drafts; i++) {
		struct tsr_draft *d = &b->drafts[i];

		if (d->dropped)
			continue;
		finish_draft(b, d);
		d->img.ordinal = (uint32_t)i;
		m->images[m->n_images++] = d->img;
	}
	if (m->n_images)
		qsort(m->images, m->n_images, sizeof(*m->images), cmp_images);
	order = tsr_xcalloc(m->n_images + 1, sizeof(*order));
	for (i = 0; i < m->n_images; i++) {
		order[i] = m->images[i].ordinal;
		m->images[i].ordinal = (uint32_t)i;
	}
	tsr_build_check(b, order);
	tsr_build_rest(b);
	free(order);
}

/* --- the whole ----------------------------------------------------------------------- */

static bool run_readers(struct tsr_build *b)
{
	bool recognised = false;
	size_t i;

	tsr_build_verify_names(b);
	for (i = 0; i < TSR_ARRAY_LEN(readers); i++) {
		if (!readers[i]->recognise(b))
			continue;
		recognised = true;
		readers[i]->read(b);
		if (!b->m->format && b->n_drafts)
			b->m->format = readers[i]->format(b);
	}
	return recognised;
}

int tsr_model_read(struct tsr_model *m, struct tsr_members *members, bool is_dir,
		   const struct tsr_limits *limits, struct tsr_err *err)
{
	struct tsr_build b;
	int rc = 0;

	*m = (struct tsr_model){ 0 };
	tsr_build_init(&b, m, members, is_dir, limits);
	if (!run_readers(&b)) {
		rc = tsr_err_set(err, TSR_EINPUT,
				 "not an image: no manifest.json, index.json or repositories in it");
	} else if (!b.n_drafts && b.unreadable) {
		rc = tsr_err_set(err, TSR_ELIMIT, "an index or manifest cannot be read: %s",
				 b.unreadable_why);
	} else if (!b.n_drafts) {
		rc = tsr_err_set(err, TSR_EINPUT, "not an image: %s",
				 b.nothing ? b.nothing : "there is none in it");
	} else {
		tsr_build_compare(&b);
		finish(&b);
	}
	tsr_build_release(&b);
	if (rc < 0)
		tsr_model_release(m);
	return rc;
}

void tsr_model_release(struct tsr_model *m)
{
	free(m->images);
	free(m->notes);
	*m = (struct tsr_model){ 0 };
}
