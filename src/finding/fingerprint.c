/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/fingerprint.h"

#include "base/digest.h"
#include "base/err.h"

/* Every part with its length before it, so that no two lists of parts read the same. */
static void part(struct tsr_hash *h, const void *p, size_t len)
{
	uint8_t n[8];
	size_t i;

	for (i = 0; i < sizeof(n); i++)
		n[i] = (uint8_t)((uint64_t)len >> (8 * i));
	tsr_hash_update(h, n, sizeof(n));
	tsr_hash_update(h, p, len);
}

static void part_str(struct tsr_hash *h, const char *s)
{
	part(h, s ? s : "", s ? strlen(s) : 0);
}

/* A git pack has ID/PATH: versions of one file are one place, which a commit more does not change. */
static const char *name_in(const struct tsr_via *via)
{
	const char *name = via->path.ptr, *slash = name && !strcmp(via->kind, "git-pack") ? strchr(name, '/') : NULL;

	return slash ? slash : name;
}

void tsr_fingerprint(const struct tsr_finding *f, const uint8_t *secret_id, struct tsr_slice key,
		     uint32_t ordinal, char out[33])
{
	static const uint8_t none[16];
	static const char hex[] = "0123456789abcdef";
	struct tsr_digest d;
	struct tsr_hash h;
	uint8_t number[4];
	size_t i;

	if (tsr_hash_init(&h, TSR_DIGEST_SHA256, NULL))
		TSR_BUG("fingerprint: OpenSSL refuses SHA-256");
	part_str(&h, "tarsier fingerprint 1");
	part_str(&h, f->rule_id);
	part_str(&h, f->where.path.ptr);
	part(&h, &f->where.n_via, 1);
	for (i = 0; i < f->where.n_via; i++) {
		part_str(&h, f->where.via[i].kind);
		if (f->where.via[i].path.ptr && *f->where.via[i].path.ptr)
			part_str(&h, name_in(&f->where.via[i]));
	}
	part_str(&h, f->where.pointer);
	if (secret_id && memcmp(secret_id, none, sizeof(none)) != 0) {
		part_str(&h, "secret");
		part(&h, secret_id, sizeof(none));
	} else {
		for (i = 0; i < sizeof(number); i++)
			number[i] = (uint8_t)(ordinal >> (8 * i));
		part_str(&h, "key");
		part(&h, key.ptr, key.len);
		part(&h, number, sizeof(number));
	}
	tsr_hash_final(&h, &d);
	for (i = 0; i < 16; i++) {
		out[2 * i] = hex[d.bytes[i] >> 4];
		out[2 * i + 1] = hex[d.bytes[i] & 15];
	}
	out[32] = '\0';
}
