/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/base_images.h"

#include <string.h>

static bool begins_with(const struct tsr_run_image *image, const struct tsr_base *base)
{
	size_t i;

	if (!base->n || base->n > image->n_layers)
		return false;
	for (i = 0; i < base->n; i++)
		if (!image->layers[i].diff_id || !*base->diff_ids[i] || strcmp(image->layers[i].diff_id, base->diff_ids[i]) != 0)
			return false;
	return true;
}

size_t tsr_inherited_layers(const struct tsr_bases *bases, const struct tsr_run_image *image, const struct tsr_base **which)
{
	size_t i, n = 0;

	*which = NULL;
	for (i = 0; i < bases->n; i++) {
		if (bases->items[i].n <= n || !begins_with(image, &bases->items[i]))
			continue;
		n = bases->items[i].n;
		*which = &bases->items[i];
	}
	return n;
}
