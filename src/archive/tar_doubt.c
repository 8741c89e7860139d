/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_header.h"
#include "archive/tar_walk.h"
#include "base/mem.h"

static const struct doubt {
	unsigned bit;
	const char *name;
} doubts[] = {
	{ TSR_TAR_NUMBER, "odd number field" },
	{ TSR_TAR_SIZED_LINK, "size on an entry without data" },
	{ TSR_TAR_SLASH_FILE, "file with data named as a directory" },
	{ TSR_TAR_EXTENSIONS, "contradicting extended headers" },
	{ TSR_TAR_PAX, "odd PAX record" },
	{ TSR_TAR_TYPE, "unknown entry type" },
	{ TSR_TAR_CHECKSUM, "signed checksum" },
	{ TSR_TAR_GLOBAL, "global header" },
	{ TSR_TAR_AFTER_END, "data behind the end marker" },
	{ TSR_TAR_LONE_ZERO, "half an end marker" },
	{ TSR_TAR_NO_END, "no end marker" },
	{ TSR_TAR_SPARSE, "sparse file" },
};

void tsr_tar_doubt_names(unsigned mask, struct tsr_buf *out)
{
	bool any = false;

	for (size_t i = 0; i < TSR_ARRAY_LEN(doubts); i++) {
		if (!(mask & doubts[i].bit))
			continue;
		if (any)
			tsr_buf_adds(out, ", ");
		tsr_buf_adds(out, doubts[i].name);
		any = true;
	}
}

bool tsr_tar_is_header(const unsigned char block[512])
{
	struct tsr_tar_header h;
	const char *why;

	return tsr_tar_header_parse(block, &h, &why) == 0;
}
