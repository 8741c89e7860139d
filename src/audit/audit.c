/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <string.h>
#include <time.h>

#include "audit/fold.h"
#include "audit/select.h"

static int64_t deadline_of(const struct tsr_audit_options *o)
{
	struct timespec now;

	if (!o->timeout)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + (int64_t)o->timeout * 1000000000;
}

/* What an error means for the exit status (design: 3 not an image, 4 could not look). */
static int status_of(enum tsr_errkind kind)
{
	return kind == TSR_ELIMIT ? 4 : kind == TSR_EINTERNAL || kind == TSR_EIO ? 5 : 3;
}

/* Messages of src/source/ begin with the name, which stands in the row already. */
static void add_error(struct tsr_run *run, struct tsr_text source, const struct tsr_err *err)
{
	struct tsr_slice message = tsr_slice_str(err->msg);
	size_t n = strlen(source.ptr);

	if (tsr_slice_starts(message, source.ptr) && tsr_slice_starts(tsr_slice_sub(message, n, message.len), ": "))
		message = tsr_slice_sub(message, n + 2, message.len);
	tsr_run_add_error(run, source, tsr_text_ours(tsr_arena_str(&run->arena, message)), status_of(err->kind));
}

/* Marks what the reported images use: the rest of the archive is reported with the archive. */
static void mark_selected(struct tsr_image *image)
{
	if (image->config_blob)
		image->config_blob->flags |= TSR_BLOB_SELECTED;
	for (size_t i = 0; i < image->n_layers; i++)
		if (image->layers[i].blob)
			image->layers[i].blob->flags |= TSR_BLOB_SELECTED;
}

/* Entries that are kept for want_files: some 150 bytes each. */
#define RUN_FILES_MAX (2ull << 20)

/* Entries of all layers of all images that are folded: many images of one large layer cost their product. */
#define FOLD_ENTRIES_MAX (200ull << 20)

static uint64_t entries_of(const struct tsr_image *image)
{
	uint64_t n = 0;

	for (size_t i = 0; i < image->n_layers; i++)
		if (image->layers[i].blob && image->layers[i].blob->facts)
			n += image->layers[i].blob->facts->n_entries;
	return n;
}

/* Records of packages, of all images together. */
#define PACKAGES_MAX (1u << 20)

/* Within the budget of the whole archive; what is beyond it is said not to have been looked at. */
static bool within_budget(struct tsr_fold *f, uint32_t image, uint64_t *spent)
{
	uint64_t n = entries_of(&f->model->images[image]);

	if (n <= FOLD_ENTRIES_MAX - *spent) {
		*spent += n;
		return true;
	}
	tsr_run_add_error(f->run, f->source,
			  tsr_text_ours(tsr_arena_printf(&f->run->arena,
							 "image %u was not folded: the images have too many entries in all", image)),
			  4);
	return false;
}

static void fold_images(struct tsr_fold *f)
{
	uint64_t spent = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->model->n_images; i++)
		if (tsr_image_selected(f->o, &f->model->images[i])) {
			mark_selected(&f->model->images[i]);
			n++;
		}
	for (uint32_t i = 0; i < f->model->n_images; i++)
		if (tsr_image_selected(f->o, &f->model->images[i]) && within_budget(f, i, &spent))
			tsr_fold_image(f, i);
	if (!n)
		tsr_run_add_error(f->run, f->source,
				  tsr_text_ours(f->o->n_refs || f->o->n_platforms ? "no image in it matches --ref and --platform" :
										    "it holds no image"),
				  3);
}

/* Everything was taken in: whose is it? */
static int report(const struct tsr_audit_options *o, struct tsr_intake *in, struct tsr_text source, struct tsr_run *run,
		  struct tsr_err *err)
{
	struct tsr_model model = { 0 };
	struct tsr_fold f = { .o = o, .intake = in, .model = &model, .run = run, .source = source };
	struct tsr_analyser *a = tsr_intake_analyser(in, 0, err);
	struct tsr_err broken = TSR_ERR_INIT;
	bool named;

	if (!a)
		return -1;
	f.maker = (struct tsr_maker){
		.rules = o->rules,
		.scanner = tsr_analyser_scanner(a),
		.arena = &run->arena,
		.distrust_owner = o->demands && o->demands->distrust_owner,
		.left = &f.findings_left,
	};
	f.findings_left = f.checks_left = o->limits.findings;
	f.packages_left = PACKAGES_MAX;
	f.files_left = RUN_FILES_MAX;
	named = !tsr_model_read(&model, &in->members, in->source->kind == TSR_SOURCE_DIR, &o->limits, &broken);
	if (named)
		fold_images(&f);
	else
		add_error(run, source, &broken);
	/* What was found in a broken archive is told even where its images are gone. */
	if (named || in->damaged[0] || in->limited[0] || broken.kind == TSR_ELIMIT)
		tsr_fold_archive(&f, named);
	tsr_model_release(&model);
	return 0;
}

static int audit_open(const struct tsr_audit_options *o, struct tsr_source *s, struct tsr_text source, struct tsr_run *run,
		      struct tsr_err *err)
{
	struct tsr_pool *pool = tsr_pool_new(o->jobs ? o->jobs : 1);
	struct tsr_intake in;
	struct tsr_err failed = TSR_ERR_INIT;
	int r = tsr_intake_run(&in, o, s, pool, deadline_of(o), &failed);

	if (!r) {
		r = report(o, &in, source, run, err);
	} else if (failed.kind == TSR_EINTERNAL) {
		*err = failed;
	} else {
		add_error(run, source, &failed);
		r = 0;
	}
	tsr_intake_release(&in);
	tsr_pool_free(pool);
	return r;
}

int tsr_audit_source(const struct tsr_audit_options *o, const char *name, struct tsr_run *run, struct tsr_err *err)
{
	struct tsr_text source = tsr_text_escaped(&run->arena, tsr_slice_str(name));
	struct tsr_err failed = TSR_ERR_INIT;
	struct tsr_source s;
	int r;

	if (tsr_source_open(&s, name, o->stdin_fd, &failed)) {
		add_error(run, source, &failed);
		return 0;
	}
	r = audit_open(o, &s, source, run, err);
	tsr_source_close(&s);
	return r;
}
