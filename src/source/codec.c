/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec.h"

#include "base/mem.h"

#define CODEC(name) extern const struct tsr_codec tsr_codec_##name;
#include "source/codecs.def"
#undef CODEC

static const struct tsr_codec *const codecs[] = {
#define CODEC(name) &tsr_codec_##name,
#include "source/codecs.def"
#undef CODEC
};

const struct tsr_codec *tsr_codec_at(size_t i)
{
	return i < TSR_ARRAY_LEN(codecs) ? codecs[i] : NULL;
}

const struct tsr_codec *tsr_codec_sniff(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(codecs); i++) {
		if (codecs[i]->sniff(p, len))
			return codecs[i];
	}
	return NULL;
}
