/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/macros.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

static const struct tsr_macro macros[] = {
#define MACRO(name, text, help) { name, text, help },
#include "rule/macros.def"
#undef MACRO
};

const struct tsr_macro *tsr_macro_at(size_t i)
{
	return i < TSR_ARRAY_LEN(macros) ? &macros[i] : NULL;
}

static const char *find(struct tsr_slice name)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(macros); i++)
		if (tsr_slice_eq_str(name, macros[i].name))
			return macros[i].text;
	return NULL;
}

const char *tsr_macros_expand(struct tsr_arena *a, const char *pattern, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *open;

	for (; (open = strstr(pattern, "%{")); pattern = open) {
		struct tsr_slice name = tsr_slice_str(open + 2);
		const char *text;

		name = tsr_slice_sub(name, 0, tsr_slice_find(name, '}', 0));
		text = open[2 + name.len] ? find(name) : NULL;
		if (!text) {
			tsr_err_set(err, TSR_EUSAGE, "there is no %%{%.40s}", tsr_text_escaped(a, name).ptr);
			return NULL;
		}
		tsr_buf_add(&out, pattern, (size_t)(open - pattern));
		tsr_buf_adds(&out, text);
		open += 3 + name.len;
	}
	tsr_buf_adds(&out, pattern);
	return tsr_arena_str(a, tsr_buf_slice(&out));
}
