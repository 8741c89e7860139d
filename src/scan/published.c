/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/published.h"

#include <stddef.h>
#include <string.h>

#define ENTRY 8u

/* The file as it is, in read-only data: half a megabyte as a C array would take the compiler seconds. */
__asm__(".pushsection .rodata\n"
	".global tsr_published_keys\n"
	".global tsr_published_keys_end\n"
	"tsr_published_keys:\n"
	".incbin \"data/published-keys.spki8\"\n"
	"tsr_published_keys_end:\n"
	".byte 0\n"
	".popsection\n");

extern const uint8_t tsr_published_keys[], tsr_published_keys_end[];

bool tsr_key_published(const uint8_t id[32])
{
	size_t low = 0, high = (size_t)(tsr_published_keys_end - tsr_published_keys) / ENTRY;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = memcmp(tsr_published_keys + mid * ENTRY, id, ENTRY);

		if (!order)
			return true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}
