/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "shell/shell_words.h"

/* The kernel reads this much of the line (BINPRM_BUF_SIZE). */
#define LINE_MAX_BYTES 256u

/* The next word of a "#!" line; a carriage return belongs to it, as the kernel sees it. */
static struct tsr_slice next_word(struct tsr_slice *line)
{
	size_t start = 0, end;

	while (start < line->len && (line->ptr[start] == ' ' || line->ptr[start] == '\t'))
		start++;
	for (end = start; end < line->len && line->ptr[end] != ' ' && line->ptr[end] != '\t'; end++)
		;
	*line = tsr_slice_sub(*line, end, line->len);
	return (struct tsr_slice){ line->ptr - (end - start), end - start };
}

bool tsr_script_head(struct tsr_inspect *in, uint32_t entry, struct tsr_slice head)
{
	const struct tsr_entry *e = tsr_builder_entry(in->b, entry);
	struct tsr_extract x = { .kind = TSR_EXTRACT_SCRIPT, .entry = entry };
	struct tsr_slice line, word;

	if (!tsr_slice_starts(head, "#!") || !e || !(e->mode & 0111))
		return false;
	line = tsr_slice_sub(head, 2, tsr_slice_find(tsr_slice_sub(head, 0, LINE_MAX_BYTES), '\n', 0));
	line = tsr_slice_sub(line, 0, tsr_slice_find(line, '\0', 0));
	word = next_word(&line);
	if (!word.len)
		return false;
	x.a = tsr_builder_text(in->b, word);
	/* Of the arguments only a program's name is kept: env [-S] NAME. */
	if (tsr_slice_eq_str(tsr_path_base(word), "env")) {
		word = next_word(&line);
		if (tsr_slice_eq_str(word, "-S"))
			word = next_word(&line);
		if (word.len && word.ptr[0] != '-' && tsr_slice_find(word, '=', 0) == word.len)
			x.b = tsr_builder_text(in->b, word);
	}
	tsr_builder_add_extract(in->b, &x);
	return tsr_shell_is_shell(tsr_path_base(word));
}
