/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/image_fold.h"
#include "audit/image_packages.h"
#include "audit/node_needs.h"
#include "base/mem.h"
#include "base/path.h"

/*
 * Packages for development in node_modules folders that npm's own list is missing of. package-lock.json says which they would
 * be, and the final root whether they are there. Of other managers only package.json names them, and only those that the application
 * itself asks for; what something that it needs to run needs as well is none. Where yarn or pnpm say that they were to install them,
 * each that is there counts. Where nobody says so all of them have to be there: a few may serve another purpose.
 */

/* Names that are looked at in order to see what applications need: of a large monorepo each time some 15,000. */
#define WORK_MAX (8u << 20)

enum installer { NOBODY_SAYS, FOR_DEVELOPMENT, FOR_PRODUCTION };

/* A record of what an installer left. */
struct mark {
	uint32_t layer, entry;
	bool development;
};

struct node_check {
	struct tsr_image_fold *x;
	struct mark *marks; /* by layer and entry */
	size_t n_marks, cap_marks;
	struct tsr_node_needs *needs; /* made when first asked for */
	size_t work;
	bool limited;
};

/* Records of one lock file or package.json, which stand together: [i, end) of the layer's extracts. */
struct list {
	const struct tsr_facts *f;
	uint32_t layer, entry, i, end;
	bool lock;             /* it is a lock file */
	struct tsr_buf folder; /* with a slash behind it, unless it is the root */
};

static struct list list_at(const struct tsr_facts *f, uint32_t layer, uint32_t i)
{
	struct list l = { f, layer, f->extracts[i].entry, i, i, false, TSR_BUF_INIT(TSR_BUF_TEXT_MAX) };
	struct tsr_slice dir;

	while (l.end < f->n_extracts && f->extracts[l.end].kind == TSR_EXTRACT_LOCKED && f->extracts[l.end].entry == l.entry)
		l.end++;
	tsr_facts_path(f, f->entries[l.entry].node, &l.folder);
	l.lock = !tsr_slice_eq_str(tsr_path_base(tsr_buf_slice(&l.folder)), "package.json");
	dir = tsr_path_dir(tsr_buf_slice(&l.folder));
	l.folder.len = dir.len;
	if (dir.len)
		tsr_buf_addc(&l.folder, '/');
	return l;
}

static bool is_there(const struct node_check *c, const struct list *l, const char *path, const char *file, struct tsr_found *found)
{
	struct tsr_buf whole = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	bool there;

	tsr_buf_addsl(&whole, tsr_buf_slice(&l->folder));
	tsr_buf_adds(&whole, path);
	tsr_buf_adds(&whole, file);
	there = tsr_rootfs_lookup(c->x->rootfs, tsr_buf_slice(&whole), found);
	tsr_buf_release(&whole);
	return there;
}

static int by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int c = (x->layer > y->layer) - (x->layer < y->layer);

	return c ? c : (x->entry > y->entry) - (x->entry < y->entry);
}

static void gather_marks(struct node_check *c)
{
	for (uint32_t layer = 0; layer < c->x->image->n_layers; layer++) {
		const struct tsr_facts *f = c->x->facts[layer];

		for (uint32_t i = 0; f && i < f->n_extracts; i++) {
			if (f->extracts[i].kind != TSR_EXTRACT_INSTALLER || f->extracts[i].entry == TSR_NONE)
				continue;
			c->marks = tsr_grow(c->marks, &c->cap_marks, c->n_marks + 1, sizeof(*c->marks));
			c->marks[c->n_marks++] = (struct mark){ layer, f->extracts[i].entry, f->extracts[i].x };
		}
	}
	if (c->n_marks)
		qsort(c->marks, c->n_marks, sizeof(*c->marks), by_place);
}

static enum installer installer_of(const struct node_check *c, const struct list *l)
{
	static const char *const files[] = { ".yarn-integrity", ".modules.yaml" };
	struct tsr_found found;

	for (size_t i = 0; i < 2 && c->n_marks; i++) {
		const struct mark *m;
		struct mark key;

		if (!is_there(c, l, "node_modules/", files[i], &found))
			continue;
		key = (struct mark){ found.layer, found.entry, false };
		m = bsearch(&key, c->marks, c->n_marks, sizeof(key), by_place);
		if (m)
			return m->development ? FOR_DEVELOPMENT : FOR_PRODUCTION;
	}
	return NOBODY_SAYS;
}

static void say(struct node_check *c, const struct list *l, const struct tsr_extract *e, const struct tsr_found *found, size_t others)
{
	const struct tsr_image_package p = {
		.name = tsr_facts_text(l->f, e->a),
		.version = tsr_facts_text(l->f, e->b),
		.layer = others ? l->layer : found->layer,
		.entry = others ? l->entry : found->entry,
		.gone_in = TSR_NONE,
	};
	const char *how = l->lock ? "is for development only, as package-lock.json says" :
				    "is for development only, as package.json says";

	tsr_image_tell_package(c->x, c->x->f->maker.rules->builtin[TSR_BUILTIN_NODE_DEV], &p, how,
			       l->lock ? TSR_CONFIRMED : TSR_LIKELY, others);
}

static uint32_t how_many_are_there(const struct node_check *c, const struct list *l)
{
	struct tsr_found found;
	uint32_t n = 0;

	for (uint32_t i = l->i; i < l->end; i++)
		n += is_there(c, l, tsr_facts_text(l->f, l->f->extracts[i].a), "/package.json", &found);
	return n;
}

/* What the application needs to run is known. */
static bool find_needs(struct node_check *c, const struct list *l)
{
	if (!c->needs && !c->limited)
		c->needs = tsr_node_needs_new(c->x->facts, (uint32_t)c->x->image->n_layers);
	c->work += c->needs ? tsr_node_needs_size(c->needs) : 0;
	c->limited |= !c->needs || c->work > WORK_MAX;
	if (c->limited)
		return false;
	tsr_node_needs_of(c->needs, tsr_buf_slice(&l->folder));
	return true;
}

/* Does a package.json tell, and does it stand beside packages for development? */
static bool asks_application(struct node_check *c, const struct list *l, enum installer installer)
{
	struct tsr_found found;
	uint32_t n;

	if (is_there(c, l, "package-lock.json", "", &found) || is_there(c, l, "npm-shrinkwrap.json", "", &found))
		return false;
	n = how_many_are_there(c, l);
	return n && (n == l->end - l->i || installer == FOR_DEVELOPMENT) && find_needs(c, l);
}

/* It is there, and not because something that runs needs it. */
static bool is_for_development(const struct node_check *c, const struct list *l, const struct tsr_extract *e, struct tsr_found *found)
{
	const char *path = tsr_facts_text(l->f, e->a);

	return (l->lock || !tsr_node_needs_has(c->needs, tsr_slice_str(path + strlen("node_modules/")))) &&
	       is_there(c, l, path, "/package.json", found);
}

static void check_list(struct node_check *c, const struct list *l)
{
	enum installer installer = installer_of(c, l);
	struct tsr_found found;
	size_t n = 0, others;

	if (tsr_rootfs_fate(c->x->rootfs, l->layer, l->entry).state != TSR_STATE_LIVE || installer == FOR_PRODUCTION ||
	    is_there(c, l, "node_modules/", ".package-lock.json", &found) || (!l->lock && !asks_application(c, l, installer)))
		return;
	for (uint32_t i = l->i; i < l->end; i++)
		n += is_for_development(c, l, &l->f->extracts[i], &found);
	others = n > TSR_IMAGE_PACKAGES_EACH ? n - 1 : 0;
	for (uint32_t i = l->i; i < l->end && n; i++)
		if (is_for_development(c, l, &l->f->extracts[i], &found)) {
			say(c, l, &l->f->extracts[i], &found, others);
			n = others ? 0 : n - 1;
		}
}

void tsr_image_check_node(struct tsr_image_fold *x)
{
	struct node_check c = { .x = x };

	gather_marks(&c);
	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *f = x->facts[layer];

		for (uint32_t i = 0; f && i < f->n_extracts; i++) {
			struct list l;

			if (f->extracts[i].kind != TSR_EXTRACT_LOCKED || f->extracts[i].entry == TSR_NONE)
				continue;
			l = list_at(f, layer, i);
			check_list(&c, &l);
			i = l.end - 1;
			tsr_buf_release(&l.folder);
		}
	}
	if (c.limited)
		tsr_fold_skip(x->f, &x->out->coverage, "packages of Node", "there are more applications or names than are looked at",
			      TSR_NO_LAYER, 0);
	tsr_node_needs_free(c.needs);
	free(c.marks);
}
