/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_header.h"

#include "archive/tar_walk.h"

/* Fields of the header block: offset and length. */
#define NAME b, 100
#define MODE b + 100, 8
#define UID b + 108, 8
#define GID b + 116, 8
#define SIZE b + 124, 12
#define MTIME b + 136, 12
#define CHKSUM b + 148, 8
#define TYPE b[156]
#define LINK b + 157, 100
#define MAGIC b + 257
#define DEVMAJOR b + 329, 8
#define DEVMINOR b + 337, 8
#define USTAR_PREFIX b + 345, 155
#define STAR_PREFIX b + 345, 131
#define STAR_ATIME b + 476, 12
#define STAR_CTIME b + 488, 12
#define STAR_TRAILER b + 508
#define GNU_ATIME b + 345, 12
#define GNU_CTIME b + 357, 12

struct tsr_slice tsr_tar_text(const unsigned char *field, size_t len)
{
	return tsr_slice_of(field, strnlen((const char *)field, len));
}

static int base256(const unsigned char *f, size_t len, int64_t *out, unsigned *doubts)
{
	unsigned char inv = f[0] & 0x40 ? 0xff : 0;
	uint64_t x = (f[0] ^ inv) & 0x7f;

	if (f[0] != 0x80 && f[0] != 0xff)
		*doubts |= TSR_TAR_NUMBER;
	for (size_t i = 1; i < len; i++) {
		if (x >> 56)
			return -1;
		x = x << 8 | (unsigned char)(f[i] ^ inv);
	}
	if (x >> 63)
		return -1;
	*out = inv ? -(int64_t)x - 1 : (int64_t)x;
	return 0;
}

/*
 * Go trims spaces and NULs at both ends, cuts at the next NUL and wants nothing
 * but octal digits. Others stop at a leading NUL, and skip tabs.
 */
int tsr_tar_number(const unsigned char *f, size_t len, int64_t *out, unsigned *doubts)
{
	bool nul = false;
	uint64_t x = 0;
	size_t i = 0;

	if (f[0] & 0x80)
		return base256(f, len, out, doubts);
	*out = 0;
	while (i < len && (f[i] == ' ' || f[i] == 0))
		nul |= f[i++] == 0;
	if (i == len)
		return 0;
	if (nul)
		*doubts |= TSR_TAR_NUMBER;
	for (; i < len && f[i] >= '0' && f[i] <= '7'; i++) {
		if (x >> 60)
			return -1;
		x = x << 3 | (uint64_t)(f[i] - '0');
	}
	*out = (int64_t)x;
	if (i == len || f[i] == 0)
		return 0;
	/* Spaces and NULs to the end, or garbage. */
	while (i < len && (f[i] == ' ' || f[i] == 0))
		i++;
	return i == len ? 0 : -1;
}

int tsr_tar_decimal(struct tsr_slice s, int64_t *out)
{
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
	size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
	uint64_t x = 0;

	if (i == s.len)
		return -1;
	for (; i < s.len; i++) {
		unsigned digit = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (digit > 9 || x > (limit - digit) / 10)
			return -1;
		x = x * 10 + digit;
	}
	*out = negative ? (int64_t)(0 - x) : (int64_t)x;
	return 0;
}

bool tsr_tar_is_zero(const unsigned char *p, size_t len)
{
	size_t i = 0;

	/* Runs, so that the inner loop has no exit and is vectorised. */
	while (i < len) {
		size_t end = len - i > TSR_TAR_BLOCK ? i + TSR_TAR_BLOCK : len;
		unsigned char any = 0;

		for (; i < end; i++)
			any |= p[i];
		if (any)
			return false;
	}
	return true;
}

/* Does the stored checksum hold, by unsigned or (old writers) signed bytes? */
static bool checksum_holds(const unsigned char *b, unsigned *doubts)
{
	uint32_t sum = 0, high = 0;
	int64_t stored;

	if (tsr_tar_number(CHKSUM, &stored, doubts))
		return false;
	for (unsigned i = 0; i < TSR_TAR_BLOCK; i++) {
		sum += b[i];
		high += b[i] >> 7;
	}
	/* The field itself counts as spaces. */
	for (unsigned i = 148; i < 156; i++) {
		sum += (uint32_t)' ' - b[i];
		high -= b[i] >> 7;
	}
	if (stored == sum)
		return true;
	if (stored != (int64_t)sum - 256 * (int64_t)high)
		return false;
	*doubts |= TSR_TAR_CHECKSUM;
	return true;
}

static enum tsr_tar_format format_of(const unsigned char *b)
{
	if (!memcmp(MAGIC, "ustar", 6))
		return memcmp(STAR_TRAILER, "tar", 4) ? TSR_TAR_USTAR : TSR_TAR_STAR;
	return memcmp(MAGIC, "ustar  ", 8) ? TSR_TAR_V7 : TSR_TAR_GNU;
}

/*
 * GNU headers have no prefix. Before 1.8 Go wrote one all the same, over the
 * times; so where those are no numbers and the field is ASCII text, Go takes it
 * as the prefix (golang.org/issue/12594).
 */
static void gnu_prefix(const unsigned char *b, struct tsr_tar_header *h)
{
	int64_t ignored;
	unsigned none = 0;
	struct tsr_slice s;
	bool bad = false;

	if (b[345])
		bad = tsr_tar_number(GNU_ATIME, &ignored, &none) != 0;
	if (b[357])
		bad |= tsr_tar_number(GNU_CTIME, &ignored, &none) != 0;
	if (!bad)
		return;
	s = tsr_tar_text(USTAR_PREFIX);
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] & 0x80)
			return;
	}
	h->prefix = s;
}

static int parse_format(const unsigned char *b, struct tsr_tar_header *h)
{
	int64_t ignored;
	int rc = 0;

	h->format = format_of(b);
	if (h->format == TSR_TAR_V7)
		return 0;
	rc |= tsr_tar_number(DEVMAJOR, &h->devmajor, &h->doubts);
	rc |= tsr_tar_number(DEVMINOR, &h->devminor, &h->doubts);
	switch (h->format) {
	case TSR_TAR_USTAR:
		h->prefix = tsr_tar_text(USTAR_PREFIX);
		break;
	case TSR_TAR_STAR:
		h->prefix = tsr_tar_text(STAR_PREFIX);
		rc |= tsr_tar_number(STAR_ATIME, &ignored, &h->doubts);
		rc |= tsr_tar_number(STAR_CTIME, &ignored, &h->doubts);
		break;
	case TSR_TAR_GNU:
		gnu_prefix(b, h);
		break;
	case TSR_TAR_V7:
		break;
	}
	return rc;
}

int tsr_tar_header_parse(const unsigned char *b, struct tsr_tar_header *h, const char **why)
{
	int rc = 0;

	memset(h, 0, sizeof(*h));
	if (!checksum_holds(b, &h->doubts)) {
		*why = "header checksum does not hold";
		return -1;
	}
	h->type = (char)TYPE;
	h->name = tsr_tar_text(NAME);
	h->link = tsr_tar_text(LINK);
	rc |= tsr_tar_number(SIZE, &h->size, &h->doubts);
	rc |= tsr_tar_number(MODE, &h->mode, &h->doubts);
	rc |= tsr_tar_number(UID, &h->uid, &h->doubts);
	rc |= tsr_tar_number(GID, &h->gid, &h->doubts);
	rc |= tsr_tar_number(MTIME, &h->mtime, &h->doubts);
	rc |= parse_format(b, h);
	if (rc)
		*why = "a number in the header is none";
	return rc;
}
