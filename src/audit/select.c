/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/select.h"

#include <string.h>

/* "app:1" names "docker.io/library/app:1" too: what stands before is a registry and its path. */
static bool names(struct tsr_slice name, const char *ref)
{
	size_t n = strlen(ref);

	if (tsr_slice_eq_str(name, ref))
		return true;
	return name.len > n && tsr_slice_ends(name, ref) && name.ptr[name.len - n - 1] == '/';
}

static bool ref_matches(const struct tsr_audit_options *o, const struct tsr_image *image)
{
	for (size_t r = 0; r < o->n_refs; r++)
		for (size_t i = 0; i < image->n_names; i++)
			if (names(image->names[i], o->refs[r]))
				return true;
	return !o->n_refs;
}

/* os/arch matches every variant of it. */
static bool platform_is(const struct tsr_image *image, const char *platform)
{
	struct tsr_slice rest = tsr_slice_str(platform), part;

	if (!tsr_slice_next(&rest, '/', &part) || !tsr_slice_eq(part, image->os))
		return false;
	if (!tsr_slice_next(&rest, '/', &part) || !tsr_slice_eq(part, image->architecture))
		return false;
	return !rest.len || tsr_slice_eq(rest, image->variant);
}

static bool platform_matches(const struct tsr_audit_options *o, const struct tsr_image *image)
{
	for (size_t i = 0; i < o->n_platforms; i++)
		if (platform_is(image, o->platforms[i]))
			return true;
	return !o->n_platforms;
}

bool tsr_image_selected(const struct tsr_audit_options *o, const struct tsr_image *image)
{
	return ref_matches(o, image) && platform_matches(o, image);
}
