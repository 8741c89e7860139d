/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/path.h"
#include "inspect/python.h"

/* direct_url.json (packaging.python.org, "Recording the Direct URL Origin"): where what came from no index came from. */

static bool is_hex(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
			return false;
	return s.len >= 7;
}

/* "1.2", "v1.2" */
static bool is_version(struct tsr_slice s)
{
	if (tsr_slice_starts(s, "v"))
		s = tsr_slice_sub(s, 1, s.len);
	return s.len > 1 && s.ptr[0] >= '0' && s.ptr[0] <= '9' && tsr_slice_find(s, '.', 0) < s.len;
}

static enum tsr_python_origin from_repository(const json_t *info)
{
	struct tsr_slice asked = tsr_json_get_string(info, "requested_revision", NULL);

	return is_hex(asked) || is_version(asked) ? TSR_PYTHON_REVISION : TSR_PYTHON_BRANCH;
}

int tsr_python_origin(struct tsr_slice content, const struct tsr_limits *limits, enum tsr_python_origin *out, struct tsr_err *err)
{
	const struct tsr_json_limits l = { limits->json_bytes, (uint32_t)limits->json_values };
	const json_t *vcs, *dir;
	json_t *root = NULL;

	*out = TSR_PYTHON_INDEX;
	if (tsr_json_load(content, &l, &root, NULL, err))
		return -1;
	vcs = tsr_json_get_object(root, "vcs_info", NULL);
	dir = tsr_json_get_object(root, "dir_info", NULL);
	if (vcs)
		*out = from_repository(vcs);
	else if (dir)
		*out = json_is_true(tsr_json_get(dir, "editable", NULL)) ? TSR_PYTHON_EDITABLE : TSR_PYTHON_LOCAL;
	else if (tsr_slice_starts(tsr_json_get_string(root, "url", NULL), "file:"))
		*out = TSR_PYTHON_LOCAL;
	json_decref(root);
	return 0;
}

static bool is_site(struct tsr_slice path)
{
	struct tsr_slice name;

	while (tsr_path_next(&path, &name))
		if (tsr_slice_eq_str(name, "site-packages") || tsr_slice_eq_str(name, "dist-packages"))
			return true;
	return false;
}

bool tsr_python_pth_line(struct tsr_slice line, struct tsr_slice dir, struct tsr_buf *target)
{
	struct tsr_slice found;

	line = tsr_slice_trim(line);
	if (!line.len || line.ptr[0] == '#' || memchr(line.ptr, 0, line.len))
		return false;
	if (tsr_slice_starts(line, "import ") || tsr_slice_starts(line, "import\t"))
		return tsr_slice_casehas(line, "editable");
	if (tsr_path_resolve(dir, line, target))
		return false;
	found = tsr_buf_slice(target);
	return found.len && !is_site(found) &&
	       !(tsr_slice_eq(tsr_slice_sub(found, 0, dir.len), dir) && (found.len == dir.len || found.ptr[dir.len] == '/'));
}
