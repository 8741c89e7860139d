/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

#define SHA256_BYTES 32

/* "path,sha256=base64,size" (PEP 376, 627). A path with a quote of its own in it is passed over. */
static bool parse_row(struct tsr_slice line, struct tsr_slice *path, uint8_t sha256[SHA256_BYTES])
{
	struct tsr_slice rest = line, field;

	if (tsr_slice_starts(line, "\"")) {
		size_t end = tsr_slice_find(line, '"', 1);

		*path = tsr_slice_sub(line, 1, end);
		rest = tsr_slice_sub(line, end + 1, line.len);
		if (!tsr_slice_next(&rest, ',', &field) || field.len)
			return false;
	} else if (!tsr_slice_next(&rest, ',', path)) {
		return false;
	}
	return path->len && tsr_slice_next(&rest, ',', &field) && tsr_slice_starts(field, "sha256=") &&
	       tsr_base64_decode(tsr_slice_sub(field, 7, field.len), sha256, SHA256_BYTES) == SHA256_BYTES;
}

/* Three fields, of which only the path must say something. */
static bool is_row(struct tsr_slice line)
{
	size_t comma = tsr_slice_find(line, ',', 0);

	return comma > 0 && tsr_slice_find(line, ',', comma + 1) < line.len;
}

/* Paths are relative to the directory that the .dist-info stands in. */
void tsr_packages_record(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct tsr_slice info = tsr_path_dir(tsr_buf_slice(&in->file->path)), name = tsr_path_base(info), line, target;
	struct tsr_buf path = TSR_BUF_INIT(in->limits->path);
	uint8_t sha256[SHA256_BYTES];
	uint64_t n = 0, bad = 0, first = 0;

	if (!tsr_slice_ends(name, ".dist-info"))
		return;
	name = tsr_slice_sub(name, 0, name.len - strlen(".dist-info"));
	while (tsr_slice_next(&rest, '\n', &line)) {
		n++;
		if (tsr_slice_trim(line).len && !is_row(line) && !bad++)
			first = n;
		tsr_buf_reset(&path);
		if (parse_row(tsr_slice_trim(line), &target, sha256) && !tsr_path_resolve(tsr_path_dir(info), target, &path))
			tsr_packages_add(in, TSR_EXTRACT_RECORD, name, tsr_buf_slice(&path), sha256);
	}
	tsr_packages_bad_lines(in, "the RECORD of a distribution", bad, first);
	tsr_buf_release(&path);
}
