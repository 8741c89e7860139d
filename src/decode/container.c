/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/container.h"

#include "base/mem.h"

#define CONTAINER(name) extern const struct tsr_container tsr_container_##name;
#include "decode/containers.def"
#undef CONTAINER

static const struct tsr_container *const containers[] = {
#define CONTAINER(name) &tsr_container_##name,
#include "decode/containers.def"
#undef CONTAINER
};

const struct tsr_container *tsr_container_at(size_t i)
{
	return i < TSR_ARRAY_LEN(containers) ? containers[i] : NULL;
}

const struct tsr_container *tsr_container_sniff(struct tsr_slice head)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(containers); i++)
		if (containers[i]->sniff(head))
			return containers[i];
	return NULL;
}
