/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/check_impl.h"

/*
 * Words that give a wallet (BIP 39). Its list has 2048 words of three to eight letters, and none of
 * those that English cannot do without: twelve words without one are no sentence.
 */
static const char *const no_words[] = { "the",	"and",	"for",	"are",	"was",	"not",	"but",	"with", "from",
					"has",	"have", "had",	"his",	"her",	"its",	"our",	"your", "they",
					"them", "then", "than", "will", "would", "can't", "should", "were", "been",
					"which", "these", "those", "into", "also", "must", "when", "word", "words" };
/* Phrases that stand in every manual begin so. */
static const char *const samples[] = { "abandon abandon ",	 "test test ",	     "zoo zoo ",
				       "legal winner ",		 "letter advice ",   "candy maple ",
				       "myth like bonus ",	 "word1 ",	     "void come effort ",
				       "witch collapse practice " };

static bool one_of(struct tsr_slice word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tsr_slice_eq_str(word, list[i]))
			return true;
	return false;
}

void tsr_check_mnemonic(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = in->secret, word, words[24];
	size_t n = 0, twice = 0;

	out->result = TSR_CHECK_REJECT;
	for (size_t i = 0; i < TSR_ARRAY_LEN(samples); i++) {
		if (!tsr_slice_starts(in->secret, samples[i]))
			continue;
		out->result = TSR_CHECK_SAMPLE;
		out->note = "a phrase of documentation";
		return;
	}
	while (tsr_slice_next(&rest, ' ', &word)) {
		if (n == TSR_ARRAY_LEN(words) || word.len < 3 || word.len > 8 ||
		    one_of(word, no_words, TSR_ARRAY_LEN(no_words)))
			return;
		for (size_t i = 0; i < n; i++)
			if (tsr_slice_eq(words[i], word)) {
				twice++;
				break;
			}
		words[n++] = word;
	}
	if (n >= 12 && n % 3 == 0 && twice <= 2)
		out->result = TSR_CHECK_NONE;
}
