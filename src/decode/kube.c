/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/yaml_walk.h"
#include "decode/container.h"

/*
 * Kubernetes manifests, YAML or JSON, one or many in a file: each value in `data` of a Secret is
 * base64 of a file, and is told as that, under its key (.dockerconfigjson, tls.key, .env). In it may stand
 * base64 again, or a container.
 */

#define DOCUMENTS_MAX 65536u
/* Anchors may say a value many times. */
#define PLAIN_RATIO 4u
#define PLAIN_MORE (1u << 20)

struct value {
	uint32_t document;
	size_t name, name_len, at, len; /* in `bytes` */
};

struct manifests {
	struct tsr_buf bytes;   /* names, and values decoded */
	struct tsr_buf secrets; /* by document: 1 if its kind, or that of one in its list, is Secret */
	struct value *values;
	size_t n, cap, next; /* next: behind the one at hand */
	size_t given;	     /* bytes of that */
};

/* Behind lines that say nothing. */
static struct tsr_slice first_line(struct tsr_slice head)
{
	struct tsr_slice line = head;

	while (tsr_slice_next(&head, '\n', &line)) {
		line = tsr_slice_trim(line);
		if (line.len && line.ptr[0] != '#' && line.ptr[0] != '%' && !tsr_slice_eq_str(line, "---") &&
		    !tsr_slice_eq_str(line, "{"))
			break;
	}
	return line;
}

static bool kube_sniff(struct tsr_slice head)
{
	struct tsr_slice line = memchr(head.ptr, 0, head.len) ? TSR_SLICE_NONE : first_line(head);

	while (line.len && strchr("{\" ", line.ptr[0]))
		line = tsr_slice_sub(line, 1, line.len);
	return tsr_slice_starts(line, "apiVersion") ||
	       (tsr_slice_starts(line, "kind") && tsr_slice_find(line, 'S', 0) < line.len);
}

static void note_kind(struct manifests *m, const struct tsr_yaml_scalar *s)
{
	while (m->secrets.len <= s->document && !m->secrets.full)
		tsr_buf_addc(&m->secrets, '\0');
	if (m->secrets.len > s->document && tsr_slice_eq_str(s->value, "Secret"))
		m->secrets.ptr[s->document] = 1;
}

/* What decodes is kept; nothing else is a value of a Secret. */
static void note_value(struct manifests *m, uint32_t document, struct tsr_slice name, struct tsr_slice value)
{
	struct value v = { .document = document, .name = m->bytes.len, .name_len = name.len };
	tsr_autofree char *text = tsr_xmalloc(value.len + 1);
	long n;
	size_t len = 0;

	/* Wrapped, as `base64` wraps it. */
	for (size_t i = 0; i < value.len; i++)
		if (!strchr(" \r\n", value.ptr[i]) || !value.ptr[i])
			text[len++] = value.ptr[i];
	n = tsr_base64_decode(tsr_slice_of(text, len), (uint8_t *)text, len);
	if (n > 0 && !tsr_buf_addsl(&m->bytes, name)) {
		v.at = m->bytes.len;
		v.len = (size_t)n;
		if (!tsr_buf_add(&m->bytes, text, (size_t)n)) {
			m->values = tsr_grow(m->values, &m->cap, m->n + 1, sizeof(*m->values));
			m->values[m->n++] = v;
		}
	}
	explicit_bzero(text, value.len);
}

/* kind and data stand at the top, or in an item of a List's `items`. */
static void on_scalar(void *ctx, const struct tsr_yaml_scalar *s)
{
	size_t top = s->depth > 2 && tsr_slice_eq_str(s->path[0], "items") ? 2 : 0;

	if (s->depth == top + 1 && tsr_slice_eq_str(s->path[top], "kind"))
		note_kind(ctx, s);
	else if (s->depth == top + 2 && tsr_slice_eq_str(s->path[top], "data") && !s->tagged)
		note_value(ctx, s->document, s->path[top + 1], s->value);
}

static void kube_close(void *state)
{
	struct manifests *m = state;

	tsr_buf_wipe(&m->bytes);
	tsr_buf_release(&m->bytes);
	tsr_buf_release(&m->secrets);
	free(m->values);
	free(m);
}

static void *kube_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct manifests *m;

	(void)err;
	if (!memmem(input->whole.ptr, input->whole.len, "Secret", 6))
		return NULL;
	m = tsr_xcalloc(1, sizeof(*m));
	tsr_buf_init(&m->bytes, input->whole.len * PLAIN_RATIO + PLAIN_MORE);
	tsr_buf_init(&m->secrets, DOCUMENTS_MAX);
	tsr_yaml_walk(input->whole, on_scalar, m);
	return m;
}

static int kube_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct manifests *m = state;

	if (m->next == m->n && m->bytes.full)
		return tsr_err_set(err, TSR_EFORMAT, "its values are too large together");
	while (m->next < m->n) {
		const struct value *v = &m->values[m->next++];

		if (v->document >= m->secrets.len || !m->secrets.ptr[v->document])
			continue;
		m->given = 0;
		*out = (struct tsr_inner_stream){ .path = tsr_slice_of(m->bytes.ptr + v->name, v->name_len) };
		return 1;
	}
	return 0;
}

static ssize_t kube_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct manifests *m = state;
	const struct value *v = &m->values[m->next - 1];

	(void)err;
	n = n < v->len - m->given ? n : v->len - m->given;
	memcpy(p, m->bytes.ptr + v->at + m->given, n);
	m->given += n;
	return (ssize_t)n;
}

const struct tsr_container tsr_container_kube = { "kube-secret", true,	    kube_sniff, kube_open,
						  kube_next,	 kube_read, kube_close, NULL };
