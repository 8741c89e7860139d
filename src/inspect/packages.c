/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/packages.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>

#include "inspect/inspect_priv.h"

/* Records of one blob: 40 MiB of them. A Debian desktop has 300,000 files. */
#define RECORDS_MAX (1u << 20)

void tsr_packages_pack(const uint8_t digest[TSR_FILEHASH_BYTES], uint64_t *hi, uint64_t *lo)
{
	*hi = *lo = 0;
	for (size_t i = 0; i < 8; i++) {
		*hi = *hi << 8 | digest[i];
		*lo = *lo << 8 | digest[i + 8];
	}
}

/* One more than the value of a digit; 0: none. A distribution's image has tens of thousands of these lines. */
static const uint8_t digits[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
	['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

bool tsr_packages_hex(struct tsr_slice hex, uint8_t out[TSR_FILEHASH_BYTES])
{
	bool good = hex.len >= 2 * TSR_FILEHASH_BYTES;

	for (size_t i = 0; good && i < TSR_FILEHASH_BYTES; i++) {
		unsigned hi = digits[(unsigned char)hex.ptr[2 * i]], lo = digits[(unsigned char)hex.ptr[2 * i + 1]];

		good = hi && lo;
		out[i] = (uint8_t)((hi - 1) << 4 | (lo - 1));
	}
	return good;
}

static struct tsr_slice merged(struct tsr_slice path)
{
	static const char *const dirs[] = { "bin/", "sbin/", "lib/", "lib64/", "lib32/", "libx32/" };
	struct tsr_slice rest = tsr_slice_sub(path, 4, path.len);

	if (!tsr_slice_starts(path, "usr/"))
		return path;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (tsr_slice_starts(rest, dirs[i]))
			return rest;
	return path;
}

/* Eight bytes at a time. Nobody gains by a collision: whoever can make one can write the record itself. */
uint64_t tsr_packages_path_hash(struct tsr_slice path)
{
	uint64_t h, word;

	path = merged(path);
	h = 0xcbf29ce484222325u ^ path.len;
	for (; path.len; path = tsr_slice_sub(path, 8, path.len)) {
		word = 0;
		memcpy(&word, path.ptr, path.len < 8 ? path.len : 8);
		h = (h ^ le64toh(word)) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return h;
}

static void say_too_many(struct tsr_inspect *in)
{
	const struct tsr_skip s = {
		.what = tsr_builder_text(in->b, TSR_SLICE("records of packages")),
		.why = tsr_builder_text(in->b, TSR_SLICE("there are more than 1,048,576 in this layer")),
		.entry = in->file->entry,
		.step = TSR_NONE,
		.derived = 1,
		.fatal = 1,
	};

	tsr_builder_add_skip(in->b, &s);
}

bool tsr_packages_spend(struct tsr_inspect *in)
{
	if (in->n_records < RECORDS_MAX) {
		in->n_records++;
		return true;
	}
	if (in->n_records == RECORDS_MAX)
		say_too_many(in);
	in->n_records = RECORDS_MAX + 1;
	return false;
}

void tsr_packages_note(struct tsr_inspect *in, uint32_t entry, enum tsr_ecosystem eco, struct tsr_slice name,
		       struct tsr_slice version, uint64_t flags)
{
	struct tsr_extract x = { .kind = TSR_EXTRACT_PACKAGE, .entry = entry, .x = eco, .y = flags };

	if (!tsr_packages_spend(in))
		return;
	x.a = tsr_builder_text(in->b, tsr_slice_sub(name, 0, 255));
	x.b = tsr_builder_text(in->b, tsr_slice_sub(version, 0, 255));
	tsr_builder_add_extract(in->b, &x);
}

void tsr_packages_unreadable(struct tsr_inspect *in, const char *what, const char *why)
{
	struct tsr_err err = TSR_ERR_INIT;

	tsr_err_set(&err, TSR_EFORMAT, "%s", why);
	tsr_packages_failed(in, what, &err);
}

void tsr_packages_failed(struct tsr_inspect *in, const char *what, const struct tsr_err *err)
{
	uint32_t rule = in->rs->builtin[TSR_BUILTIN_PACKAGE_DATABASE];
	char message[600];

	snprintf(message, sizeof(message), "%s: %s", what, err->msg);
	tsr_inspect_skip(in->file, what, err->msg, err->kind == TSR_ELIMIT, 0);
	if (rule != UINT32_MAX)
		tsr_inspect_say(in, rule, message);
}

void tsr_packages_bad_lines(struct tsr_inspect *in, const char *what, uint64_t bad, uint64_t first)
{
	char why[120];

	snprintf(why, sizeof(why), "%" PRIu64 " lines in it cannot be read, the first is %" PRIu64, bad, first);
	if (bad)
		tsr_packages_unreadable(in, what, why);
}

void tsr_packages_add(struct tsr_inspect *in, enum tsr_extract_kind kind, struct tsr_slice package, struct tsr_slice path,
		      const uint8_t digest[TSR_FILEHASH_BYTES])
{
	struct tsr_extract x = { .kind = kind, .entry = in->file->entry };

	if (!tsr_packages_spend(in))
		return;
	x.a = tsr_builder_text(in->b, tsr_slice_sub(package, 0, 127));
	x.x = tsr_packages_path_hash(path);
	tsr_packages_pack(digest, &x.y, &x.z);
	tsr_builder_add_extract(in->b, &x);
}
