/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/python_links.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "rule/package_name.h"

/* More links than that are no installation, and comparing them would cost a square. */
#define LINKS_MAX 1000u

struct link {
	uint32_t entry;
	char *name, *target; /* what the file is called after; the folder it names, clean. Either may be NULL */
	bool pth;
};

struct tsr_python_links {
	struct link *list;
	size_t n, cap;
	bool cut;    /* there were more */
	char **told; /* normal names of distributions that say so themselves; sorted at the end */
	size_t n_told, cap_told;
};

struct tsr_python_links *tsr_python_links_new(void)
{
	return tsr_xcalloc(1, sizeof(struct tsr_python_links));
}

void tsr_python_links_free(struct tsr_python_links *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++) {
		free(l->list[i].name);
		free(l->list[i].target);
	}
	for (size_t i = 0; i < l->n_told; i++)
		free(l->told[i]);
	free(l->told);
	free(l->list);
	free(l);
}

static char *copy(struct tsr_slice s)
{
	return s.len ? tsr_xstrndup(s.ptr, s.len) : NULL;
}

static void add(struct tsr_inspect *in, struct tsr_python_links *l, struct tsr_slice name, struct tsr_slice target, bool pth)
{
	if (l->n == LINKS_MAX) {
		if (!l->cut)
			tsr_inspect_skip(in->file, "links to source of Python packages", "there are more than 1000 in this layer", true, 0);
		l->cut = true;
		return;
	}
	l->list = tsr_grow(l->list, &l->cap, l->n + 1, sizeof(*l->list));
	l->list[l->n++] = (struct link){ in->file->entry, copy(name), copy(target), pth };
}

/* "/src", then where setup.py is. */
void tsr_python_links_egg(struct tsr_inspect *in, struct tsr_python_links *l, struct tsr_slice content)
{
	struct tsr_slice base = tsr_path_base(tsr_buf_slice(&in->file->path)), line = TSR_SLICE_NONE;
	struct tsr_buf target = TSR_BUF_INIT(in->limits->path);

	tsr_slice_next(&content, '\n', &line);
	tsr_path_clean(tsr_slice_trim(line), &target);
	add(in, l, tsr_slice_sub(base, 0, base.len - strlen(".egg-link")), tsr_buf_slice(&target), false);
	tsr_buf_release(&target);
}

/* Python looks at these in the folders of packages only; others of this name may be anything (weights of PyTorch). */
void tsr_python_links_pth(struct tsr_inspect *in, struct tsr_python_links *l, struct tsr_slice content)
{
	static const char *const prefixes[] = { "__editable__.", "_editable_impl_" };
	struct tsr_slice path = tsr_buf_slice(&in->file->path), base = tsr_path_base(path), line;
	struct tsr_slice name = tsr_slice_sub(base, 0, base.len - strlen(".pth"));
	struct tsr_buf target = TSR_BUF_INIT(in->limits->path);

	for (size_t i = 0; i < TSR_ARRAY_LEN(prefixes); i++)
		if (tsr_slice_starts(name, prefixes[i])) {
			name = tsr_slice_sub(name, strlen(prefixes[i]), name.len);
			add(in, l, tsr_slice_sub(name, 0, tsr_python_name_end(name)), TSR_SLICE_NONE, true);
			return;
		}
	if (!tsr_slice_ends(tsr_path_dir(path), "site-packages") && !tsr_slice_ends(tsr_path_dir(path), "dist-packages"))
		return;
	while (tsr_slice_next(&content, '\n', &line)) {
		tsr_buf_reset(&target);
		if (tsr_python_pth_line(line, tsr_path_dir(path), &target))
			add(in, l, name, tsr_buf_slice(&target), true);
	}
	tsr_buf_release(&target);
}

static void normalise(const char *name, char out[TSR_PACKAGE_NAME_MAX])
{
	tsr_package_normalise(TSR_ECO_PYTHON, tsr_slice_str(name), out);
}

void tsr_python_links_told(struct tsr_python_links *l, const char *name)
{
	char normal[TSR_PACKAGE_NAME_MAX];

	if (!l->n)
		return; /* nobody will ask */
	normalise(name, normal);
	l->told = tsr_grow(l->told, &l->cap_told, l->n_told + 1, sizeof(*l->told));
	l->told[l->n_told++] = tsr_xstrndup(normal, strlen(normal));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Does its distribution say the same, or an .egg-link the same as a .pth? */
static bool is_told(const struct tsr_python_links *l, const struct link *link)
{
	char normal[TSR_PACKAGE_NAME_MAX] = "", other[TSR_PACKAGE_NAME_MAX];
	const char *wanted = normal;

	if (link->name)
		normalise(link->name, normal);
	if (link->name && l->n_told && bsearch(&wanted, l->told, l->n_told, sizeof(*l->told), by_text))
		return true;
	for (size_t i = 0; link->pth && i < l->n; i++) {
		const struct link *egg = &l->list[i];

		if (egg->pth)
			continue;
		normalise(egg->name, other);
		if ((link->target && egg->target && !strcmp(link->target, egg->target)) || !strcmp(normal, other))
			return true;
	}
	return false;
}

static void judge(struct tsr_inspect *in, const struct link *link)
{
	static const enum tsr_severity low = TSR_LOW;
	uint32_t rule = in->rs->builtin[TSR_BUILTIN_PYTHON_UNPINNED];
	struct tsr_buf folder = TSR_BUF_INIT(in->limits->path + 1);

	if (!link->pth || !link->target) {
		tsr_python_say_unpinned(in, TSR_PYTHON_EDITABLE, link->entry, link->name, NULL);
	} else if (rule != UINT32_MAX) {
		tsr_buf_printf(&folder, "/%s", link->target);
		tsr_python_say(in, rule, link->entry, folder.ptr, NULL, "is where Python is told to look for packages as well", &low);
	}
	tsr_buf_release(&folder);
}

void tsr_python_links_end(struct tsr_inspect *in, struct tsr_python_links *l)
{
	if (l->n_told)
		qsort(l->told, l->n_told, sizeof(*l->told), by_text);
	for (size_t i = 0; i < l->n; i++)
		if (!is_told(l, &l->list[i]))
			judge(in, &l->list[i]);
}
