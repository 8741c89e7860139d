/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <string.h>

#include "base/mem.h"

/*
 * The last component before *end that the clean form keeps; *skip counts the
 * ".." met on the way, each of which takes one component to its left. Going from
 * the right needs no stack and never writes what is dropped later.
 */
static bool prev_kept(struct tsr_slice raw, size_t *end, size_t *skip, struct tsr_slice *component,
		      bool *dotdot)
{
	while (*end > 0) {
		size_t to = *end, from = to;

		while (from > 0 && raw.ptr[from - 1] != '/')
			from--;
		*end = from ? from - 1 : 0;
		*component = tsr_slice_sub(raw, from, to);
		if (component->len == 0 || tsr_slice_eq_str(*component, "."))
			continue;
		if (tsr_slice_eq_str(*component, "..")) {
			*dotdot = true;
			(*skip)++;
			continue;
		}
		if (*skip) {
			(*skip)--;
			continue;
		}
		return true;
	}
	return false;
}

int tsr_path_clean(struct tsr_slice raw, struct tsr_buf *out)
{
	struct tsr_slice c;
	size_t len = 0, end = raw.len, skip = 0, at;
	bool dotdot = false;
	int flags = 0;

	while (prev_kept(raw, &end, &skip, &c, &dotdot))
		len += c.len + 1;
	if (len)
		len--; /* no slash before the first */
	/* The clean form is never longer than raw: raw's bytes hold its place. */
	if (tsr_buf_add(out, raw.ptr, len))
		return -1;
	at = out->len;
	end = raw.len;
	skip = 0;
	while (prev_kept(raw, &end, &skip, &c, &dotdot)) {
		at -= c.len;
		memcpy(out->ptr + at, c.ptr, c.len);
		if (at > out->len - len)
			out->ptr[--at] = '/';
	}
	if (raw.len && raw.ptr[0] == '/')
		flags |= TSR_PATH_ABSOLUTE;
	if (raw.len && raw.ptr[raw.len - 1] == '/')
		flags |= TSR_PATH_SLASH;
	if (dotdot)
		flags |= TSR_PATH_DOTDOT;
	return flags;
}

static size_t last_slash(struct tsr_slice path)
{
	size_t i = path.len;

	while (i > 0 && path.ptr[i - 1] != '/')
		i--;
	return i;
}

struct tsr_slice tsr_path_base(struct tsr_slice path)
{
	return tsr_slice_sub(path, last_slash(path), path.len);
}

struct tsr_slice tsr_path_dir(struct tsr_slice path)
{
	size_t i = last_slash(path);

	return tsr_slice_sub(path, 0, i ? i - 1 : 0);
}

bool tsr_path_next(struct tsr_slice *rest, struct tsr_slice *component)
{
	return tsr_slice_next(rest, '/', component);
}

int tsr_path_resolve(struct tsr_slice dir, struct tsr_slice target, struct tsr_buf *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf joined = TSR_BUF_INIT(dir.len + target.len + 1);

	if (!tsr_slice_starts(target, "/")) {
		tsr_buf_addsl(&joined, dir);
		tsr_buf_addc(&joined, '/');
	}
	tsr_buf_addsl(&joined, target);
	return tsr_path_clean(tsr_buf_slice(&joined), out) < 0 ? -1 : 0;
}

bool tsr_path_climbs(struct tsr_slice dir, struct tsr_slice target)
{
	struct tsr_slice component;
	size_t depth = 0;

	if (!tsr_slice_starts(target, "/"))
		while (tsr_path_next(&dir, &component))
			depth++;
	while (tsr_path_next(&target, &component)) {
		if (!component.len || tsr_slice_eq_str(component, "."))
			continue;
		if (!tsr_slice_eq_str(component, ".."))
			depth++;
		else if (depth-- == 0)
			return true;
	}
	return false;
}
