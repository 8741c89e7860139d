/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/inherited.h"

#include <string.h>

static const char *const *with_tag(struct tsr_arena *arena, const char *const *tags)
{
	const char **more;
	size_t n = 0;

	for (; tags && tags[n]; n++)
		if (strcmp(tags[n], "inherited") == 0)
			return tags;
	more = tsr_arena_alloc(arena, n + 2, sizeof(*more));
	if (n)
		memcpy(more, tags, n * sizeof(*more));
	more[n] = "inherited";
	return more;
}

void tsr_inherited_mark(const struct tsr_bases *bases, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena)
{
	const struct tsr_base *base;
	size_t i, n = tsr_inherited_layers(bases, image, &base);
	struct tsr_suppression *s;

	if (!n)
		return;
	s = tsr_arena_alloc(arena, 1, sizeof(*s));
	*s = (struct tsr_suppression){
		.kind = "inherited",
		.reason = tsr_text_ours(tsr_arena_printf(arena, "its layer is one of the base image %s", base->name)),
		.owner = TSR_TEXT_NONE,
		.until = TSR_TEXT_NONE,
	};
	for (i = 0; i < image->n_findings; i++) {
		struct tsr_finding *f = &image->findings[i];

		if (f->where.layer >= n)
			continue;
		f->tags = with_tag(arena, f->tags);
		if (ignore && !f->suppressed)
			f->suppressed = s;
	}
}

void tsr_inherited_mark_named(const struct tsr_run *run, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena)
{
	size_t i, k;

	for (i = 0; image->base_digest && i < run->n_images; i++) {
		const struct tsr_run_image *other = &run->images[i];
		struct tsr_base base = { NULL, NULL, other->n_layers };
		const struct tsr_bases bases = { &base, 1 };
		const char **ids;

		if (other == image || !other->manifest_digest || strcmp(other->manifest_digest, image->base_digest) != 0)
			continue;
		ids = tsr_arena_alloc(arena, other->n_layers + 1, sizeof(*ids));
		for (k = 0; k < other->n_layers; k++)
			ids[k] = other->layers[k].diff_id ? other->layers[k].diff_id : "";
		base.name = other->n_names ? other->names[0].ptr : other->source.ptr;
		base.diff_ids = ids;
		tsr_inherited_mark(&bases, image, ignore, arena);
		return;
	}
}
