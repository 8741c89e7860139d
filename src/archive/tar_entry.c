/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_walk_priv.h"

static bool is_header_only(char type)
{
	return type >= '1' && type <= '6';
}

static struct tsr_slice keep_name(struct tsr_tar_walk *w)
{
	struct tsr_slice prefix = w->header.prefix, name = w->header.name;
	size_t len = 0;

	if (prefix.len) {
		memcpy(w->name, prefix.ptr, prefix.len);
		w->name[prefix.len] = '/';
		len = prefix.len + 1;
	}
	memcpy(w->name + len, name.ptr, name.len);
	return tsr_slice_of(w->name, len + name.len);
}

void tsr_tar_entry_begin(struct tsr_tar_walk *w)
{
	struct tsr_tar_header *h = &w->header;
	struct tsr_tar_entry *e = &w->entry;

	memset(e, 0, sizeof(*e));
	e->name = keep_name(w);
	memcpy(w->link, h->link.ptr, h->link.len);
	e->link = tsr_slice_of(w->link, h->link.len);
	e->type = h->type;
	e->mode = (uint32_t)(h->mode & 07777);
	e->odd_mode = h->mode & ~(int64_t)0177777;
	e->header = w->group;
	e->devmajor = (uint64_t)h->devmajor;
	e->devminor = (uint64_t)h->devminor;
}

static void apply_names(struct tsr_tar_walk *w)
{
	struct tsr_tar_entry *e = &w->entry;

	if (w->pax.path.len)
		e->name = w->pax.path;
	if (w->pax.linkpath.len)
		e->link = w->pax.linkpath;
	/* Go lets the GNU forms win, others the last one. */
	if ((w->long_name.len && w->pax.path.len) || (w->long_link.len && w->pax.linkpath.len))
		w->group_doubts |= TSR_TAR_EXTENSIONS;
	if (w->long_name.len)
		e->name = tsr_buf_slice(&w->long_name);
	if (w->long_link.len)
		e->link = tsr_buf_slice(&w->long_link);
}

/* -1: Go refuses the sparse map. *more: blocks of an old GNU map follow. */
static int apply_sparse(struct tsr_tar_walk *w, const unsigned char *block, bool *more)
{
	struct tsr_tar_entry *e = &w->entry;
	int64_t logical = (int64_t)e->logical;
	enum tsr_pax_sparse kind;

	if (w->header.type == 'S') {
		if (w->header.format != TSR_TAR_GNU ||
		    tsr_tar_sparse_begin(block, &w->sparse, &w->group_doubts) ||
		    tsr_tar_sparse_block(block, true, &w->sparse, more, &w->group_doubts))
			return -1;
		e->type = '0';
		e->logical = (uint64_t)w->sparse.size;
		w->group_doubts |= TSR_TAR_SPARSE;
		return 0;
	}
	if (!w->has_x)
		return 0;
	if (tsr_pax_sparse(&w->pax, &kind, &logical))
		return -1;
	if (kind == TSR_PAX_DENSE)
		return 0;
	/* A stored map takes a block at least. */
	if (is_header_only(e->type) || (kind == TSR_PAX_SPARSE_STORED && e->size < TSR_TAR_BLOCK))
		return -1;
	if (w->pax.sparse_name.len)
		e->name = w->pax.sparse_name;
	e->logical = (uint64_t)logical;
	if (kind == TSR_PAX_SPARSE_STORED)
		tsr_tar_map_begin(&w->map, logical);
	w->group_doubts |= TSR_TAR_SPARSE;
	return 0;
}

/* Type and size by the final name, and what is doubtful about them. -1: negative size. */
static int settle_type(struct tsr_tar_walk *w)
{
	struct tsr_tar_entry *e = &w->entry;
	int64_t size = w->header.size;
	bool slash = e->name.len && e->name.ptr[e->name.len - 1] == '/';

	if (e->type == '\0')
		e->type = slash ? '5' : '0'; /* how v7 marks directories */
	else if (e->type == '7')
		e->type = '0';
	else if (!(e->type >= '0' && e->type <= '6') && e->type != 'S')
		w->group_doubts |= TSR_TAR_TYPE;
	if (is_header_only(e->type)) {
		if (size != 0)
			w->group_doubts |= TSR_TAR_SIZED_LINK;
		size = 0;
	}
	if (size < 0)
		return -1;
	if (slash && size > 0)
		w->group_doubts |= TSR_TAR_SLASH_FILE;
	e->size = e->logical = (uint64_t)size;
	return 0;
}

int tsr_tar_entry_make(struct tsr_tar_walk *w, const unsigned char *block, bool *more, const char **why)
{
	struct tsr_tar_entry *e = &w->entry;

	tsr_tar_entry_begin(w);
	/* Also where a PAX record sets another size. */
	*why = "negative size";
	if (w->header.size < 0 && !is_header_only(w->header.type))
		return -1;
	*why = "a number in a PAX record is none";
	if (w->has_x && tsr_pax_numbers(&w->pax, &w->header))
		return -1;
	apply_names(w);
	*why = "negative size";
	if (settle_type(w))
		return -1;
	*why = "malformed sparse map";
	if (apply_sparse(w, block, more))
		return -1;
	e->uid = w->header.uid;
	e->gid = w->header.gid;
	e->mtime = w->header.mtime;
	e->xattrs = tsr_buf_slice(&w->pax.xattrs);
	w->group_doubts |= w->header.doubts | w->pax.doubts;
	return 0;
}
