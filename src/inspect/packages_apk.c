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

struct stanza {
	struct tsr_slice package, version, dir, file;
	bool any; /* it has lines */
};

/* False: a stanza that names no package. */
static bool end_stanza(struct tsr_inspect *in, struct stanza *s)
{
	bool good = s->package.len || !s->any;

	if (s->package.len)
		tsr_packages_note(in, in->file->entry, TSR_ECO_APK, s->package, s->version, 0);
	*s = (struct stanza){ TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, false };
	return good;
}

static void digest(struct tsr_inspect *in, const struct stanza *s, struct tsr_slice value, struct tsr_buf *path)
{
	uint8_t sha1[SHA1_BYTES + 4];

	if (!s->file.len || !parse_q1(value, sha1))
		return;
	tsr_buf_reset(path);
	tsr_buf_addsl(path, s->dir);
	if (s->dir.len)
		tsr_buf_addc(path, '/');
	if (!tsr_buf_addsl(path, s->file))
		tsr_packages_add(in, TSR_EXTRACT_APK, s->package, tsr_buf_slice(path), sha1);
}

/* False: it is no "X:value". */
static bool field(struct tsr_inspect *in, struct stanza *s, struct tsr_slice line, struct tsr_buf *path)
{
	struct tsr_slice value = tsr_slice_sub(line, 2, line.len);

	if (line.len < 2 || line.ptr[1] != ':')
		return false;
	s->any = true;
	switch (line.ptr[0]) {
	case 'P':
		s->package = value;
		break;
	case 'V':
		s->version = value;
		break;
	case 'F':
		s->dir = value;
		s->file = TSR_SLICE_NONE;
		break;
	case 'R':
		s->file = value;
		break;
	case 'Z':
		digest(in, s, value, path);
		break;
	}
	return true;
}

/*
 * lib/apk/db/installed: stanzas of "X:value", among them P: the package, V: its version, F: a directory and
 * below it R: a file and Z: the SHA-1 of its content.
 */
void tsr_packages_apk(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct stanza s = { TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, false };
	struct tsr_buf path = TSR_BUF_INIT(in->limits->path);
	uint64_t n = 0, bad = 0, first = 0;
	struct tsr_slice line;

	while (tsr_slice_next(&rest, '\n', &line)) {
		n++;
		if (!(line.len ? field(in, &s, line, &path) : end_stanza(in, &s)) && !bad++)
			first = n;
	}
	if (!end_stanza(in, &s) && !bad++)
		first = n;
	tsr_packages_bad_lines(in, "the database of apk", bad, first);
	tsr_buf_release(&path);
}
