/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base_image.h"

#include <unistd.h>

#include "audit/intake.h"
#include "image/image.h"

static const char *digest_of(struct tsr_arena *arena, const struct tsr_layer_ref *ref)
{
	const struct tsr_facts *facts = ref->blob ? ref->blob->facts : NULL;
	char text[TSR_DIGEST_STR_MAX];

	return tsr_arena_str(arena, tsr_slice_str(tsr_digest_str(ref->diff_id.alg || !facts ? &ref->diff_id : &facts->diff_id, text)));
}

static void take(const struct tsr_image *image, struct tsr_arena *arena, struct tsr_image_layers *out)
{
	const char **ids = tsr_arena_alloc(arena, image->n_layers + 1, sizeof(*ids));

	for (size_t i = 0; i < image->n_layers; i++)
		ids[i] = digest_of(arena, &image->layers[i]);
	*out = (struct tsr_image_layers){ ids, image->n_layers };
}

static int read_model(struct tsr_intake *in, struct tsr_arena *arena, struct tsr_image_layers **out, size_t *n, struct tsr_err *err)
{
	struct tsr_model model = { 0 };

	if (in->damaged[0])
		return tsr_err_set(err, TSR_EUSAGE, "%s", in->damaged);
	if (tsr_model_read(&model, &in->members, in->source->kind == TSR_SOURCE_DIR, &in->o->limits, err))
		return -1;
	*out = tsr_arena_alloc(arena, model.n_images + 1, sizeof(**out));
	*n = model.n_images;
	for (size_t i = 0; i < model.n_images; i++)
		take(&model.images[i], arena, &(*out)[i]);
	tsr_model_release(&model);
	return *n ? 0 : tsr_err_set(err, TSR_EUSAGE, "it holds no image");
}

static int read_source(const struct tsr_audit_options *o, struct tsr_source *s, struct tsr_arena *arena,
		       struct tsr_image_layers **out, size_t *n, struct tsr_err *err)
{
	struct tsr_pool *pool = tsr_pool_new(o->jobs);
	struct tsr_intake in;
	int rc = tsr_intake_run(&in, o, s, pool, 0, err);

	if (!rc)
		rc = read_model(&in, arena, out, n, err);
	tsr_intake_release(&in);
	tsr_pool_free(pool);
	return rc;
}

int tsr_base_image_read(const char *name, const struct tsr_limits *limits, unsigned jobs, struct tsr_arena *arena,
			struct tsr_image_layers **out, size_t *n, struct tsr_err *err)
{
	struct tsr_audit_options o = { .limits = *limits, .jobs = jobs, .stdin_fd = STDIN_FILENO };
	struct tsr_ruleset *none;
	struct tsr_source s;
	int rc;

	/* The least that is ever opened inside files. */
	o.limits.depth = 1;
	o.limits.nested_files = 1;
	if (tsr_ruleset_from_files(&none, NULL, 0, err))
		return -1;
	o.rules = none;
	rc = tsr_source_open(&s, name, STDIN_FILENO, err);
	if (!rc) {
		rc = read_source(&o, &s, arena, out, n, err);
		tsr_source_close(&s);
	}
	tsr_ruleset_free(none);
	if (rc && err->kind != TSR_EINTERNAL)
		err->kind = TSR_EUSAGE;
	return rc;
}
