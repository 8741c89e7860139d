/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "decode/rpmdb.h"

/*
 * rpm's own format (lib/backend/ndb/rpmpkg.c), little-endian: a head of two slots' size, whose
 * fourth number says how many pages are slots; slots of "Slot", package, first block, blocks; and
 * in blocks of 16 bytes "BlbS", package, generation, length, and the header.
 */
#define PAGE_BYTES 4096u
#define SLOT_BYTES 16u
#define HEAD_BYTES 32u
#define BLOCK_BYTES 16u

static uint32_t le32(struct tsr_slice s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.ptr + at;

	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* The header that a slot leads to. */
static bool find_blob(struct tsr_slice db, struct tsr_slice slot, struct tsr_slice *out)
{
	uint64_t at = (uint64_t)le32(slot, 8) * BLOCK_BYTES, room = (uint64_t)le32(slot, 12) * BLOCK_BYTES;
	uint32_t len;

	if (at > db.len || room > db.len - at || room < SLOT_BYTES)
		return false;
	*out = tsr_slice_sub(db, (size_t)at, (size_t)(at + room));
	if (!tsr_slice_starts(*out, "BlbS") || le32(*out, 4) != le32(slot, 4))
		return false;
	len = le32(*out, 12);
	if (len > room - SLOT_BYTES)
		return false;
	*out = tsr_slice_sub(*out, SLOT_BYTES, SLOT_BYTES + (size_t)len);
	return true;
}

int tsr_rpmdb_ndb(struct tsr_slice db, struct tsr_rpmdb_out *out, struct tsr_err *err)
{
	struct tsr_slice slots, header;

	if (db.len < HEAD_BYTES)
		return tsr_err_set(err, TSR_EFORMAT, "the ndb database is cut short");
	slots = tsr_slice_sub(db, HEAD_BYTES, (size_t)le32(db, 12) * PAGE_BYTES);
	for (; slots.len >= SLOT_BYTES; slots = tsr_slice_sub(slots, SLOT_BYTES, slots.len)) {
		if (!tsr_slice_starts(slots, "Slot"))
			return tsr_err_set(err, TSR_EFORMAT, "the ndb database is damaged");
		if (!le32(slots, 4))
			continue; /* free */
		if (!find_blob(db, slots, &header) || !tsr_rpmdb_tell(out, header))
			return tsr_err_set(err, TSR_EFORMAT, "the ndb database is damaged");
	}
	if ((uint64_t)le32(db, 12) * PAGE_BYTES > db.len)
		return tsr_err_set(err, TSR_EFORMAT, "the ndb database is cut short");
	return 0;
}
