/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "layer/facts_priv.h"

void tsr_facts_free(struct tsr_facts *f)
{
	if (!f)
		return;
	free(f->nodes);
	free(f->entries);
	free(f->steps);
	free(f->raws);
	free(f->extracts);
	free(f->skips);
	free(f->text);
	free(f);
}

void tsr_node_path(const struct tsr_node *nodes, const char *text, uint32_t node, struct tsr_buf *out)
{
	tsr_autofree char *path = NULL;
	size_t len = 0, at;
	uint32_t n;

	for (n = node; n; n = nodes[n].parent)
		len += nodes[n].name_len + 1;
	if (!len)
		return;
	path = tsr_xmalloc(len);
	for (n = node, at = len; n; n = nodes[n].parent) {
		path[--at] = '/';
		at -= nodes[n].name_len;
		memcpy(path + at, text + nodes[n].name, nodes[n].name_len);
	}
	tsr_buf_add(out, path, len - 1); /* without the last slash */
}

void tsr_facts_path(const struct tsr_facts *f, uint32_t node, struct tsr_buf *out)
{
	if (node >= f->n_nodes)
		TSR_BUG("facts: a node that is not there");
	tsr_node_path(f->nodes, f->text, node, out);
}

void tsr_facts_step_names(const struct tsr_facts *f, uint32_t step, struct tsr_buf *out)
{
	uint32_t chain[TSR_STEPS_MAX], n = 0;

	for (; step != TSR_NONE && n < TSR_STEPS_MAX; step = f->steps[step].outer)
		chain[n++] = step;
	while (n--) {
		const struct tsr_step *s = &f->steps[chain[n]];

		if (!s->path_len)
			continue;
		tsr_buf_addc(out, '!');
		tsr_buf_add(out, f->text + s->path, s->path_len);
	}
}

void tsr_facts_key(const struct tsr_digest *blob, const struct tsr_digest *rules,
		   const struct tsr_digest *limits, uint8_t out[32])
{
	const struct tsr_digest *parts[] = { blob, rules, limits };
	char bytes[32 + 3 * sizeof(struct tsr_digest)] = "tarsier facts";
	size_t at = 16, i;

	bytes[at++] = TSR_FACTS_VERSION;
	for (i = 0; i < TSR_ARRAY_LEN(parts); i++) {
		bytes[at++] = (char)parts[i]->alg;
		memcpy(bytes + at, parts[i]->bytes, sizeof(parts[i]->bytes));
		at += sizeof(parts[i]->bytes);
	}
	tsr_sha256(bytes, at, out);
}
