/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/words.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '=' || c == ',';
}

struct tsr_slice tsr_word_next(struct tsr_slice *rest)
{
	struct tsr_slice s = *rest, word;
	size_t i = 0, end;
	char quote;

	while (i < s.len && is_space(s.ptr[i]))
		i++;
	quote = i < s.len && (s.ptr[i] == '"' || s.ptr[i] == '\'') ? s.ptr[i] : '\0';
	if (quote) {
		end = tsr_slice_find(s, quote, i + 1);
		word = tsr_slice_sub(s, i + 1, end);
		*rest = tsr_slice_sub(s, end + 1, s.len);
		return word;
	}
	for (end = i; end < s.len && !is_space(s.ptr[end]);)
		end++;
	word = tsr_slice_sub(s, i, end);
	*rest = tsr_slice_sub(s, end, s.len);
	return word;
}
