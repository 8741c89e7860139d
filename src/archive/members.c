/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/members.h"

#include "archive/members_index.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

void tsr_members_init(struct tsr_members *m, struct tsr_arena *arena)
{
	memset(m, 0, sizeof(*m));
	m->arena = arena;
}

void tsr_members_release(struct tsr_members *m)
{
	tsr_members_index_free(m->index);
	free(m->list);
	free(m->blobs);
	memset(m, 0, sizeof(*m));
}

/* What a link means, as a clean path: hard links name a member, symbolic links start where they stand. */
static struct tsr_slice clean_target(struct tsr_members *m, const struct tsr_member *of,
				     struct tsr_slice target)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	int rc;

	if (of->type != '1' && of->type != '2')
		return TSR_SLICE_NONE;
	if (of->type == '2')
		rc = tsr_path_resolve(tsr_path_dir(of->name), target, &b);
	else
		rc = tsr_path_clean(target, &b);
	return rc < 0 ? TSR_SLICE_NONE : tsr_arena_dup(m->arena, tsr_buf_slice(&b));
}

struct tsr_member *tsr_members_add(struct tsr_members *m, struct tsr_slice raw, char type,
				   struct tsr_slice target)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_member *out;
	int flags;

	if (m->n >= UINT32_MAX)
		TSR_BUG("more members than a limit allows");
	m->list = tsr_grow(m->list, &m->cap, m->n + 1, sizeof(*m->list));
	out = &m->list[m->n];
	memset(out, 0, sizeof(*out));
	out->ordinal = (uint32_t)m->n++;
	out->raw = tsr_arena_dup(m->arena, raw);
	out->type = type;
	out->blob = TSR_NO_BLOB;
	flags = tsr_path_clean(raw, &b);
	if (flags > 0)
		out->absolute = (flags & (TSR_PATH_ABSOLUTE | TSR_PATH_DOTDOT)) != 0;
	/* Most names are clean as they stand: no second copy then. */
	out->name = tsr_slice_eq(out->raw, tsr_buf_slice(&b)) ? out->raw
							      : tsr_arena_dup(m->arena, tsr_buf_slice(&b));
	out->target = clean_target(m, out, target);
	if (type == '1' || type == '2')
		out->leads_out = tsr_slice_starts(target, "/") ||
				 tsr_path_climbs(type == '2' ? tsr_path_dir(out->name) : TSR_SLICE_NONE, target);
	return out;
}

/*
 * <hex>.tar is no claim: podman names the unpacked layer so and others the
 * packed one; layers are verified by their diffIDs anyway.
 */
static void claim(struct tsr_slice name, struct tsr_digest *out)
{
	struct tsr_slice rest = name, top, alg;

	out->alg = TSR_DIGEST_NONE;
	if (tsr_slice_starts(name, "sha256:")) {
		tsr_digest_parse(name, out);
		return;
	}
	if (name.len == 64 + strlen(".json") && tsr_slice_ends(name, ".json")) {
		tsr_digest_parse2(TSR_SLICE("sha256"), tsr_slice_sub(name, 0, 64), out);
		return;
	}
	if (tsr_path_next(&rest, &top) && tsr_slice_eq_str(top, "blobs") && tsr_path_next(&rest, &alg) &&
	    rest.len && tsr_slice_find(rest, '/', 0) == rest.len)
		tsr_digest_parse2(alg, rest, out);
}

struct tsr_blob *tsr_members_add_blob(struct tsr_members *m, struct tsr_member *of, uint64_t offset,
				      uint64_t size)
{
	struct tsr_blob *b;

	m->blobs = tsr_grow(m->blobs, &m->cap_blobs, m->n_blobs + 1, sizeof(*m->blobs));
	b = &m->blobs[m->n_blobs];
	memset(b, 0, sizeof(*b));
	b->ordinal = of->ordinal;
	b->offset = offset;
	b->size = size;
	of->blob = (uint32_t)m->n_blobs++;
	claim(of->name, &b->claimed);
	return b;
}

void tsr_members_settle(struct tsr_members *m)
{
	tsr_members_index_free(m->index);
	m->index = tsr_members_index_new(m);
}

/*
 * A name that no member has may lie below a symbolic link to a directory: puts
 * the target of the first such link in its place. False if there is none.
 */
static bool through_directory(struct tsr_members *m, struct tsr_slice name, struct tsr_buf *out)
{
	for (size_t at = tsr_slice_find(name, '/', 0); at < name.len;
	     at = tsr_slice_find(name, '/', at + 1)) {
		const struct tsr_member *d = tsr_members_index_last(m, tsr_slice_sub(name, 0, at));

		if (!d || d->type != '2')
			continue;
		tsr_buf_reset(out);
		tsr_buf_addsl(out, d->target);
		if (d->target.len)
			tsr_buf_addc(out, '/');
		return tsr_buf_addsl(out, tsr_slice_sub(name, at + 1, name.len)) == 0;
	}
	return false;
}

struct tsr_blob *tsr_members_find(struct tsr_members *m, struct tsr_slice name, unsigned *copies)
{
	TSR_AUTO(tsr_buf) struct tsr_buf a = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_buf *spare = &b;
	struct tsr_slice at;

	if (copies)
		*copies = 0;
	if (tsr_path_clean(name, &a) < 0)
		return NULL;
	at = tsr_buf_slice(&a);
	for (int hop = 0; hop <= TSR_MEMBER_LINKS_MAX; hop++) {
		const struct tsr_member *last = tsr_members_index_last(m, at);
		unsigned here = copies ? tsr_members_index_copies(m, at) : 0;

		/* A hard link keeps the body that its target had at the time: copies of any step count. */
		if (copies && here > *copies)
			*copies = here;
		if (last && last->blob != TSR_NO_BLOB)
			return &m->blobs[last->blob];
		if (last) {
			/* A link to the root, or what is no file. */
			if (!last->target.len)
				return NULL;
			at = last->target;
			continue;
		}
		if (!through_directory(m, at, spare))
			return NULL;
		at = tsr_buf_slice(spare);
		spare = spare == &b ? &a : &b;
	}
	return NULL;
}

const struct tsr_member *tsr_members_nth(struct tsr_members *m, struct tsr_slice name, unsigned n)
{
	return tsr_members_index_nth(m, name, n);
}

struct tsr_blob *tsr_members_by_digest(struct tsr_members *m, const struct tsr_digest *d)
{
	return tsr_members_index_digest(m, d, false);
}

struct tsr_blob *tsr_members_by_claim(struct tsr_members *m, const struct tsr_digest *d)
{
	char text[TSR_DIGEST_STR_MAX];
	char path[TSR_DIGEST_STR_MAX + sizeof("blobs/")];
	struct tsr_slice s = tsr_slice_str(tsr_digest_str(d, text)), out;
	size_t colon = tsr_slice_find(s, ':', 0);

	if (!s.len)
		return tsr_members_index_digest(m, d, true);
	memcpy(path, "blobs/", 6);
	memcpy(path + 6, s.ptr, s.len);
	path[6 + colon] = '/';
	out = tsr_slice_of(path, 6 + s.len);
	return tsr_members_find(m, out, NULL);
}
