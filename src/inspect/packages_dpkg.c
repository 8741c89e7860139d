/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * dpkg's two records of file digests. info/NAME.md5sums comes with the package and has all files but
 * conffiles (deb-md5sums(5)); those stand in the status file, as the package had them, not as they are.
 */

static bool parse_md5(struct tsr_slice hex, uint8_t out[TSR_FILEHASH_BYTES])
{
	return hex.len == 2 * TSR_FILEHASH_BYTES && tsr_packages_hex(hex, out);
}

/* Also as distroless images have them. Elsewhere the name means nothing. */
static bool is_database(struct tsr_slice path)
{
	return tsr_slice_starts(path, "var/lib/dpkg/info/") || tsr_slice_starts(path, "var/lib/dpkg/status.d/");
}

/* "MD5  usr/bin/name", the path as it is to the end of the line. */
void tsr_packages_md5sums(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct tsr_slice path = tsr_buf_slice(&in->file->path), base = tsr_path_base(path), line;
	struct tsr_slice package = tsr_slice_sub(base, 0, base.len - strlen(".md5sums"));
	uint8_t md5[TSR_FILEHASH_BYTES];
	uint64_t n = 0, bad = 0, first = 0;

	if (!is_database(path))
		return;
	while (tsr_slice_next(&rest, '\n', &line)) {
		struct tsr_slice name = tsr_slice_sub(line, 34, line.len);

		n++;
		if (!parse_md5(tsr_slice_sub(line, 0, 32), md5) || !name.len) {
			if (line.len && !bad++)
				first = n;
			continue;
		}
		if (tsr_slice_starts(name, "./"))
			name = tsr_slice_sub(name, 2, name.len);
		tsr_packages_add(in, TSR_EXTRACT_DPKG, package, name, md5);
	}
	tsr_packages_bad_lines(in, "the digests of a package of dpkg", bad, first);
}

/* " /etc/name MD5", then perhaps "obsolete" or "remove-on-upgrade". */
static void conffile(struct tsr_inspect *in, struct tsr_slice package, struct tsr_slice line)
{
	uint8_t md5[TSR_FILEHASH_BYTES];
	size_t at = 0;

	while (at < line.len) {
		size_t space = tsr_slice_find(line, ' ', at), end = tsr_slice_find(line, ' ', space + 1);

		if (space < line.len && parse_md5(tsr_slice_sub(line, space + 1, end), md5)) {
			tsr_packages_add(in, TSR_EXTRACT_DPKG, package, tsr_slice_sub(line, 1, space), md5);
			return;
		}
		at = space + 1;
	}
}

struct stanza {
	struct tsr_slice package, version, status;
	bool any; /* it has lines */
};

/* Of the three words of a status the last is the state; distroless files have none. What was removed leaves its stanza. */
static bool is_installed(struct tsr_slice status)
{
	struct tsr_slice word, state = TSR_SLICE("installed");

	while (tsr_slice_next(&status, ' ', &word))
		if (word.len)
			state = word;
	return !tsr_slice_eq_str(state, "not-installed") && !tsr_slice_eq_str(state, "config-files") &&
	       !tsr_slice_eq_str(state, "half-installed");
}

/* False: a stanza that names no package. */
static bool end_stanza(struct tsr_inspect *in, struct stanza *s)
{
	bool good = s->package.len || !s->any;

	if (s->package.len && is_installed(s->status))
		tsr_packages_note(in, in->file->entry, TSR_ECO_DPKG, s->package, s->version, 0);
	*s = (struct stanza){ TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, false };
	return good;
}

/* False: it is no "Key: value". */
static bool field(struct stanza *s, struct tsr_slice line)
{
	size_t colon = tsr_slice_find(line, ':', 0);
	struct tsr_slice key = tsr_slice_sub(line, 0, colon), value = tsr_slice_sub(line, colon + 1, line.len);

	if (colon == 0 || colon == line.len || memchr(line.ptr, 0, line.len))
		return false;
	value = tsr_slice_trim(value);
	if (tsr_slice_caseeq_str(key, "Package"))
		s->package = value;
	else if (tsr_slice_caseeq_str(key, "Version"))
		s->version = value;
	else if (tsr_slice_caseeq_str(key, "Status"))
		s->status = value;
	return true;
}

/* deb-control(5): stanzas of "Key: value", with lines that go on indented. */
void tsr_packages_status(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct stanza s = { TSR_SLICE_NONE, TSR_SLICE_NONE, TSR_SLICE_NONE, false };
	uint64_t n = 0, bad = 0, first = 0;
	bool conffiles = false, good;
	struct tsr_slice line;

	while (tsr_slice_next(&rest, '\n', &line)) {
		n++;
		if (conffiles && tsr_slice_starts(line, " /")) {
			conffile(in, s.package, tsr_slice_sub(line, 1, line.len));
			continue;
		}
		conffiles = tsr_slice_starts(line, "Conffiles:");
		good = true;
		if (!tsr_slice_trim(line).len)
			good = end_stanza(in, &s);
		else if (line.ptr[0] != ' ' && line.ptr[0] != '\t')
			good = field(&s, line);
		s.any |= tsr_slice_trim(line).len > 0;
		if (!good && !bad++)
			first = n;
	}
	if (!end_stanza(in, &s) && !bad++)
		first = n;
	tsr_packages_bad_lines(in, "the database of dpkg", bad, first);
}
