/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "decode/rpmdb.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * rpm's database: of each package the folders, and of each file its folder's number, name, digest and
 * flags. A ghost is a path that the package has no content for.
 */

#define DIRECTORIES_MAX (1u << 18)
#define FLAG_GHOST (1u << 6)

/* Numbers of RFC 4880, 9.4, which rpm uses. */
#define ALGORITHM_MD5 1u
#define ALGORITHM_SHA256 8u

struct directories {
	struct tsr_slice *list;
	size_t n, cap;
};

static void list_directories(const struct tsr_rpm_header *h, struct directories *d)
{
	struct tsr_rpm_values names = tsr_rpm_strings(h, TSR_RPM_DIRNAMES);
	struct tsr_slice name;

	while (d->n < DIRECTORIES_MAX && tsr_rpm_next_string(&names, &name)) {
		d->list = tsr_grow(d->list, &d->cap, d->n + 1, sizeof(*d->list));
		d->list[d->n++] = name;
	}
}

/* False: digests of an algorithm that is not compared. */
static bool kind_of(const struct tsr_rpm_header *h, enum tsr_extract_kind *kind, size_t *size)
{
	struct tsr_rpm_values algorithm = tsr_rpm_numbers(h, TSR_RPM_FILEDIGESTALGO);
	uint32_t n = ALGORITHM_MD5; /* where nothing is said */

	tsr_rpm_next_number(&algorithm, &n);
	*kind = n == ALGORITHM_MD5 ? TSR_EXTRACT_RPM_MD5 : TSR_EXTRACT_RPM;
	*size = n == ALGORITHM_MD5 ? 16 : 32;
	return n == ALGORITHM_MD5 || n == ALGORITHM_SHA256;
}

static void add_files(struct tsr_inspect *in, const struct tsr_rpm_header *h, struct tsr_slice package)
{
	struct tsr_rpm_values names = tsr_rpm_strings(h, TSR_RPM_BASENAMES),
			      digests = tsr_rpm_strings(h, TSR_RPM_FILEDIGESTS);
	struct tsr_rpm_values places = tsr_rpm_numbers(h, TSR_RPM_DIRINDEXES),
			      flags = tsr_rpm_numbers(h, TSR_RPM_FILEFLAGS);
	struct tsr_buf path = TSR_BUF_INIT(in->limits->path);
	struct directories d = { NULL, 0, 0 };
	uint8_t digest[TSR_FILEHASH_BYTES];
	struct tsr_slice name, hex;
	enum tsr_extract_kind kind;
	uint32_t place, flag;
	size_t size;

	if (!kind_of(h, &kind, &size))
		return;
	list_directories(h, &d);
	while (tsr_rpm_next_string(&names, &name) && tsr_rpm_next_string(&digests, &hex) &&
	       tsr_rpm_next_number(&places, &place)) {
		flag = 0;
		tsr_rpm_next_number(&flags, &flag);
		if (place >= d.n || flag & FLAG_GHOST || hex.len != 2 * size || !tsr_packages_hex(hex, digest))
			continue;
		tsr_buf_reset(&path);
		tsr_buf_addsl(&path, tsr_slice_sub(d.list[place], tsr_slice_starts(d.list[place], "/"),
						   d.list[place].len));
		if (!tsr_buf_addsl(&path, name))
			tsr_packages_add(in, kind, package, tsr_buf_slice(&path), digest);
	}
	free(d.list);
	tsr_buf_release(&path);
}

/* Keys that signed packages are kept as packages too, without an architecture. */
static void add_package(struct tsr_inspect *in, const struct tsr_rpm_header *h, struct tsr_slice name)
{
	struct tsr_rpm_values epochs = tsr_rpm_numbers(h, TSR_RPM_EPOCH);
	struct tsr_slice arch = tsr_rpm_string(h, TSR_RPM_ARCH);
	struct tsr_buf version = TSR_BUF_INIT(1024);
	uint32_t epoch = 0;

	if (tsr_rpm_next_number(&epochs, &epoch) && epoch)
		tsr_buf_printf(&version, "%u:", epoch);
	tsr_buf_addsl(&version, tsr_slice_sub(tsr_rpm_string(h, TSR_RPM_VERSION), 0, 127));
	tsr_buf_addc(&version, '-');
	tsr_buf_addsl(&version, tsr_slice_sub(tsr_rpm_string(h, TSR_RPM_RELEASE), 0, 127));
	if (arch.len) {
		tsr_buf_addc(&version, '.');
		tsr_buf_addsl(&version, tsr_slice_sub(arch, 0, 127));
	}
	tsr_packages_note(in, in->file->entry, TSR_ECO_RPM, name, tsr_buf_slice(&version), 0);
	tsr_buf_release(&version);
}

static void on_header(void *ctx, struct tsr_slice bytes)
{
	struct tsr_inspect *in = ctx;
	struct tsr_rpm_header h;
	struct tsr_slice name;

	if (!tsr_rpm_header_parse(bytes, &h))
		return;
	name = tsr_rpm_string(&h, TSR_RPM_NAME);
	if (!name.len)
		return;
	add_package(in, &h, name);
	add_files(in, &h, name);
}

void tsr_packages_rpm(struct tsr_inspect *in, struct tsr_slice content)
{
	struct tsr_err err = TSR_ERR_INIT;

	if (tsr_rpmdb_each(content, on_header, in, &err))
		tsr_packages_failed(in, "the database of rpm", &err);
}
