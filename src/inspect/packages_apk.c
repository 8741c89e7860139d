/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/* SHA-1: the form that apk writes to its database ("Q1" and base64). */
#define SHA1_BYTES 20

static bool parse_q1(struct tsr_slice value, uint8_t out[SHA1_BYTES + 4])
{
	return tsr_slice_starts(value, "Q1") &&
	       tsr_base64_decode(tsr_slice_sub(value, 2, value.len), out, SHA1_BYTES + 4) == SHA1_BYTES;
}

/*
 * lib/apk/db/installed: stanzas of "X:value", among them P: the package, F: a directory and
 * below it R: a file and Z: the SHA-1 of its content.
 */
void tsr_packages_apk(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct tsr_slice line, package = TSR_SLICE_NONE, dir = TSR_SLICE_NONE, file = TSR_SLICE_NONE;
	struct tsr_buf path = TSR_BUF_INIT(in->limits->path);
	uint8_t sha1[SHA1_BYTES + 4];

	while (tsr_slice_next(&rest, '\n', &line)) {
		struct tsr_slice value = tsr_slice_sub(line, 2, line.len);

		if (line.len < 2 || line.ptr[1] != ':') {
			package = dir = file = TSR_SLICE_NONE;
		} else if (line.ptr[0] == 'P') {
			package = value;
		} else if (line.ptr[0] == 'F') {
			dir = value;
			file = TSR_SLICE_NONE;
		} else if (line.ptr[0] == 'R') {
			file = value;
		} else if (line.ptr[0] == 'Z' && file.len && parse_q1(value, sha1)) {
			tsr_buf_reset(&path);
			tsr_buf_addsl(&path, dir);
			if (dir.len)
				tsr_buf_addc(&path, '/');
			if (!tsr_buf_addsl(&path, file))
				tsr_packages_add(in, TSR_EXTRACT_APK, package, tsr_buf_slice(&path), sha1);
		}
	}
	tsr_buf_release(&path);
}
