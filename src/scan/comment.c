/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/comment.h"

#include "base/mem.h"
#include "scan/edge.h"

bool tsr_comment_line(struct tsr_slice text, size_t at)
{
	static const char *const marks[] = { "//", "#", "*", "/*", ">>>", "--" };
	size_t least = at > TSR_EDGE_REACH ? at - TSR_EDGE_REACH : 0, begin = at;
	struct tsr_slice line;

	while (begin > least && text.ptr[begin - 1] != '\n')
		begin--;
	if (begin && text.ptr[begin - 1] != '\n')
		return false;
	line = tsr_slice_sub(text, begin, at);
	while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
		line = tsr_slice_sub(line, 1, line.len);
	for (size_t i = 0; i < TSR_ARRAY_LEN(marks); i++)
		if (tsr_slice_starts(line, marks[i]))
			return true;
	return false;
}
