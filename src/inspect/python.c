/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"
#include "inspect/python.h"
#include "inspect/python_links.h"
#include "rule/package_name.h"

/*
 * Python distributions, wherever they are installed: NAME-VERSION.dist-info
 * (PEP 376, 427), NAME[-VERSION[-pyX.Y]].egg-info and NAME-VERSION-pyX.Y.egg, folder or
 * file. The name in METADATA and the folder's are both taken, since either may be missing
 * or be changed. One record per such path in the layer.
 */
struct distribution {
	uint32_t node;  /* of the .dist-info, .egg-info or .egg */
	uint32_t entry; /* METADATA or PKG-INFO where it was seen, else the first entry */
	char *name, *version; /* from the path */
	char *meta_name, *meta_version;
	enum tsr_python_origin origin;
	uint32_t origin_entry; /* direct_url.json */
};

struct tsr_python {
	struct distribution *list;
	size_t n, cap;
	uint32_t *by_node; /* open addressing: index + 1 */
	size_t slots;
	size_t current; /* of the entry at hand; SIZE_MAX if none */
	struct tsr_python_links *links;
};

struct tsr_python *tsr_python_new(void)
{
	struct tsr_python *p = tsr_xcalloc(1, sizeof(*p));

	p->current = SIZE_MAX;
	p->links = tsr_python_links_new();
	return p;
}

void tsr_python_free(struct tsr_python *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].version);
		free(p->list[i].meta_name);
		free(p->list[i].meta_version);
	}
	tsr_python_links_free(p->links);
	free(p->list);
	free(p->by_node);
	free(p);
}

static const char *const suffixes[] = { ".dist-info", ".egg-info", ".egg" };

/* What follows ".egg" of the path has to be this, else it is no distribution; of an archive nothing. */
static bool is_egg(struct tsr_slice path, size_t end)
{
	struct tsr_slice name = tsr_path_base(tsr_slice_sub(path, 0, end));

	return memmem(name.ptr, name.len, "-py", 3) &&
	       (end == path.len || tsr_slice_starts(tsr_slice_sub(path, end, path.len), "/EGG-INFO"));
}

/* Length of the path up to and with the component that is a distribution's; 0: none. */
static size_t distribution_end(struct tsr_slice path)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(suffixes); i++) {
		size_t n = strlen(suffixes[i]);
		const char *hit = path.len ? memmem(path.ptr, path.len, suffixes[i], n) : NULL;

		while (hit) {
			size_t end = (size_t)(hit - path.ptr) + n;

			if ((end == path.len || path.ptr[end] == '/') && (i < 2 || is_egg(path, end)))
				return end;
			hit = memmem(hit + 1, path.len - (size_t)(hit + 1 - path.ptr), suffixes[i], n);
		}
	}
	return 0;
}

static size_t slot_of(const struct tsr_python *p, uint32_t node)
{
	size_t i = (node * 2654435761u) & (p->slots - 1);

	while (p->by_node[i] && p->list[p->by_node[i] - 1].node != node)
		i = (i + 1) & (p->slots - 1);
	return i;
}

static void rehash(struct tsr_python *p)
{
	p->slots = p->slots ? p->slots * 2 : 64;
	free(p->by_node);
	p->by_node = tsr_xcalloc(p->slots, sizeof(*p->by_node));
	for (size_t i = 0; i < p->n; i++)
		p->by_node[slot_of(p, p->list[i].node)] = (uint32_t)i + 1;
}

static size_t find_or_add(struct tsr_python *p, uint32_t node, bool *added)
{
	size_t slot;

	if (2 * (p->n + 1) > p->slots)
		rehash(p);
	slot = slot_of(p, node);
	*added = !p->by_node[slot];
	if (*added) {
		p->list = tsr_grow(p->list, &p->cap, p->n + 1, sizeof(*p->list));
		p->list[p->n] = (struct distribution){ .node = node };
		p->by_node[slot] = (uint32_t)++p->n;
	}
	return p->by_node[slot] - 1;
}

size_t tsr_python_name_end(struct tsr_slice s)
{
	size_t at = tsr_slice_find(s, '-', 0);

	for (size_t i = at; i + 1 < s.len; i = tsr_slice_find(s, '-', i + 1))
		if (s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9')
			return i;
	return at;
}

static void name_from_path(struct distribution *d, struct tsr_slice component)
{
	size_t dot = component.len;
	struct tsr_slice whole, name, rest, version = TSR_SLICE_NONE;

	while (component.ptr[dot - 1] != '.')
		dot--;
	whole = tsr_slice_sub(component, 0, dot - 1);
	name = tsr_slice_sub(whole, 0, tsr_python_name_end(whole));
	rest = tsr_slice_sub(whole, name.len + 1, whole.len);

	tsr_slice_next(&rest, '-', &version);
	d->name = tsr_xstrndup(name.ptr, name.len);
	d->version = tsr_xstrndup(version.ptr, version.len);
}

void tsr_python_entry(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path)
{
	struct tsr_python *p = in->python;
	size_t end = distribution_end(path);
	struct tsr_slice dir = tsr_slice_sub(path, 0, end);
	uint32_t node;
	bool added;

	p->current = SIZE_MAX;
	if (!end)
		return;
	node = tsr_builder_node(in->b, dir);
	if (node == TSR_NONE)
		return; /* the facts are full, and say so */
	p->current = find_or_add(p, node, &added);
	if (added) {
		p->list[p->current].entry = entry;
		name_from_path(&p->list[p->current], tsr_path_base(dir));
	}
}

/* A header of the core metadata format (an RFC 822 header block, PEP 566). */
static struct tsr_slice header(struct tsr_slice content, const char *key)
{
	size_t n = strlen(key);
	struct tsr_slice line;

	while (tsr_slice_next(&content, '\n', &line)) {
		line = tsr_slice_trim(line);
		if (!line.len)
			break; /* the body begins */
		if (line.len > n && tsr_slice_caseeq_str(tsr_slice_sub(line, 0, n), key) && line.ptr[n] == ':')
			return tsr_slice_trim(tsr_slice_sub(line, n + 1, line.len));
	}
	return TSR_SLICE_NONE;
}

void tsr_python_metadata(struct tsr_inspect *in, struct tsr_slice content)
{
	struct tsr_python *p = in->python;
	struct tsr_slice name = header(content, "Name"), version = header(content, "Version");
	struct distribution *d;

	if (p->current == SIZE_MAX || !name.len)
		return;
	d = &p->list[p->current];
	if (d->meta_name)
		return; /* the first copy; a second is in a directory below */
	d->entry = in->file->entry;
	d->meta_name = tsr_xstrndup(name.ptr, name.len);
	d->meta_version = tsr_xstrndup(version.ptr, version.len);
}

void tsr_python_direct_url(struct tsr_inspect *in, struct tsr_slice content)
{
	struct tsr_python *p = in->python;
	struct tsr_err err = TSR_ERR_INIT;

	if (p->current == SIZE_MAX || p->list[p->current].origin)
		return;
	if (tsr_python_origin(content, in->limits, &p->list[p->current].origin, &err))
		tsr_inspect_skip(in->file, "the origin of a distribution", err.msg, err.kind == TSR_ELIMIT, 0);
	p->list[p->current].origin_entry = in->file->entry;
}

static bool listed(const struct tsr_rule_package *r, const char *name)
{
	char normal[TSR_PACKAGE_NAME_MAX];

	tsr_package_normalise(TSR_ECO_PYTHON, tsr_slice_str(name), normal);
	return tsr_package_named(r, TSR_ECO_PYTHON, normal);
}

void tsr_python_say(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *name, const char *version, const char *how,
		const enum tsr_severity *severity)
{
	struct tsr_raw *raw = tsr_inspect_add(in, NULL, rule, entry, NULL);
	struct tsr_buf message = TSR_BUF_INIT(2048);

	if (!raw)
		return;
	tsr_text_escape(tsr_slice_sub(tsr_slice_str(name), 0, 200), &message);
	if (version && *version) {
		tsr_buf_addc(&message, ' ');
		tsr_text_escape(tsr_slice_sub(tsr_slice_str(version), 0, 60), &message);
	}
	tsr_buf_addc(&message, ' ');
	tsr_buf_adds(&message, how);
	raw->message = tsr_builder_text(in->b, tsr_buf_slice(&message));
	raw->key = tsr_builder_text(in->b, tsr_slice_sub(tsr_slice_str(name), 0, 200));
	if (severity)
		raw->severity = (uint8_t)*severity;
	if (severity && *severity < raw->severity_hidden)
		raw->severity_hidden = (uint8_t)*severity;
	tsr_buf_release(&message);
}

static const struct {
	const char *how;
	enum tsr_severity severity;
	uint64_t flag;
} origins[] = {
	[TSR_PYTHON_EDITABLE] = { "is installed as a link to its source", TSR_LOW, TSR_PACKAGE_EDITABLE },
	[TSR_PYTHON_LOCAL] = { "was installed from a folder or a file", TSR_INFO, TSR_PACKAGE_LOCAL },
	[TSR_PYTHON_REVISION] = { "was installed from a repository, at a commit or tag", TSR_LOW, TSR_PACKAGE_VCS },
	[TSR_PYTHON_BRANCH] = { "was installed from a repository, at a branch", TSR_MEDIUM, TSR_PACKAGE_VCS },
};

void tsr_python_say_unpinned(struct tsr_inspect *in, enum tsr_python_origin origin, uint32_t entry, const char *name, const char *version)
{
	uint32_t rule = in->rs->builtin[TSR_BUILTIN_PYTHON_UNPINNED];

	if (origin && rule != UINT32_MAX)
		tsr_python_say(in, rule, entry, name, version, origins[origin].how, &origins[origin].severity);
}

static void judge(struct tsr_inspect *in, const struct distribution *d)
{
	const char *name = d->meta_name ? d->meta_name : d->name;
	const char *version = d->meta_version && *d->meta_version ? d->meta_version : d->version;

	for (uint32_t i = 0; i < in->rs->n_rules; i++) {
		const struct tsr_rule *r = in->rs->rules[i];

		if (r->kind != TSR_RULE_PACKAGE)
			continue;
		if (listed(r->package, d->meta_name))
			tsr_python_say(in, i, d->entry, d->meta_name, version, "is installed", NULL);
		else if (listed(r->package, d->name))
			tsr_python_say(in, i, d->entry, d->name, version, "is installed", NULL);
	}
	tsr_packages_note(in, d->entry, TSR_ECO_PYTHON, tsr_slice_str(name), tsr_slice_str(version), origins[d->origin].flag);
	tsr_python_say_unpinned(in, d->origin, d->origin_entry, name, version);
}

void tsr_python_end(struct tsr_inspect *in)
{
	struct tsr_python *p = in->python;

	for (size_t i = 0; i < p->n; i++) {
		judge(in, &p->list[i]);
		if (p->list[i].origin == TSR_PYTHON_EDITABLE)
			tsr_python_links_told(p->links, p->list[i].name);
	}
	tsr_python_links_end(in, p->links);
}

void tsr_python_egg_link(struct tsr_inspect *in, struct tsr_slice content)
{
	tsr_python_links_egg(in, in->python->links, content);
}

void tsr_python_pth(struct tsr_inspect *in, struct tsr_slice content)
{
	tsr_python_links_pth(in, in->python->links, content);
}
