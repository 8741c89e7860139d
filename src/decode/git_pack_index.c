/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/git_pack_index.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define SHA1_SIZE 20u
#define SHA256_SIZE 32u
/* An entry takes 32 bytes here and, in packs that are no attack, more than that in the pack. */
#define OBJECTS_MAX (1u << 20)
/* What all entries may inflate to, while only their ends are looked for. */
#define INFLATED_RATIO 64u
#define INFLATED_MORE (64u << 20)

static int next_byte(struct tsr_inflater *z, unsigned char *out, struct tsr_err *err)
{
	int c = tsr_inflater_byte(z, err);

	if (c == -2)
		return -1;
	if (c < 0)
		return tsr_err_set(err, TSR_EFORMAT, "the pack is cut short");
	*out = (unsigned char)c;
	return 0;
}

int tsr_git_pack_head_read(struct tsr_inflater *z, uint32_t *objects, struct tsr_err *err)
{
	unsigned char b[TSR_GIT_PACK_HEAD];

	for (size_t i = 0; i < sizeof(b); i++)
		if (next_byte(z, &b[i], err))
			return -1;
	if (memcmp(b, "PACK\0\0\0", 7) != 0 || (b[7] != 2 && b[7] != 3))
		return tsr_err_set(err, TSR_EFORMAT, "not a pack of version 2 or 3");
	*objects = (uint32_t)b[8] << 24 | (uint32_t)b[9] << 16 | (uint32_t)b[10] << 8 | b[11];
	return 0;
}

/* Each byte but the last adds one, so that no number is written in two ways. */
static int read_back(struct tsr_inflater *z, uint64_t *out, struct tsr_err *err)
{
	unsigned char b = 0;
	uint64_t n;

	if (next_byte(z, &b, err))
		return -1;
	for (n = b & 0x7f; b & 0x80; n = (n + 1) << 7 | (b & 0x7f)) {
		if (n >> 55)
			return tsr_err_set(err, TSR_EFORMAT, "an object's head is damaged");
		if (next_byte(z, &b, err))
			return -1;
	}
	*out = n;
	return 0;
}

int tsr_git_head_read(struct tsr_inflater *z, size_t id_size, struct tsr_git_head *out, struct tsr_err *err)
{
	unsigned char b = 0;
	unsigned shift = 4;

	if (next_byte(z, &b, err))
		return -1;
	out->type = (enum tsr_git_type)(b >> 4 & 7);
	out->back = 0;
	for (out->size = b & 0x0f; b & 0x80; shift += 7) {
		if (shift > 56)
			return tsr_err_set(err, TSR_EFORMAT, "an object's head is damaged");
		if (next_byte(z, &b, err))
			return -1;
		out->size |= (uint64_t)(b & 0x7f) << shift;
	}
	if (out->type == TSR_GIT_UNKNOWN || out->type == 5)
		return tsr_err_set(err, TSR_EFORMAT, "an object of no known type");
	if (out->type == TSR_GIT_OFS_DELTA)
		return read_back(z, &out->back, err);
	for (size_t i = 0; out->type == TSR_GIT_REF_DELTA && i < id_size; i++)
		if (next_byte(z, &out->base[i], err))
			return -1;
	return 0;
}

static const EVP_MD *hash_of(size_t id_size)
{
	return id_size == SHA1_SIZE ? EVP_sha1() : EVP_sha256();
}

static bool digest(size_t id_size, struct tsr_slice head, struct tsr_slice body, unsigned char *out)
{
	EVP_MD_CTX *ctx;
	bool good;

	/* A machine's openssl.cnf must not decide what is loaded into an auditor. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	ctx = EVP_MD_CTX_new();
	good = ctx && EVP_DigestInit_ex(ctx, hash_of(id_size), NULL) == 1 &&
	       (!head.len || EVP_DigestUpdate(ctx, head.ptr, head.len) == 1) &&
	       (!body.len || EVP_DigestUpdate(ctx, body.ptr, body.len) == 1) &&
	       EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

void tsr_git_object_id(enum tsr_git_type type, struct tsr_slice content, size_t id_size,
		       unsigned char id[TSR_GIT_ID_MAX])
{
	static const char *const names[] = {
		[TSR_GIT_COMMIT] = "commit",
		[TSR_GIT_TREE] = "tree",
		[TSR_GIT_BLOB] = "blob",
		[TSR_GIT_TAG] = "tag",
	};
	char head[40];
	int n = snprintf(head, sizeof(head), "%s %zu", names[type], content.len);

	/* Without the algorithm no id is that of anything. */
	if (!digest(id_size, tsr_slice_of(head, (size_t)n + 1), content, id))
		memset(id, 0, TSR_GIT_ID_MAX);
}

/* The pack does not say which hash it is of; its last bytes are its own digest. */
static size_t find_id_size(struct tsr_slice pack)
{
	unsigned char out[EVP_MAX_MD_SIZE];
	size_t sizes[] = { SHA1_SIZE, SHA256_SIZE };

	for (size_t i = 0; i < 2; i++) {
		struct tsr_slice body = tsr_slice_sub(pack, 0, pack.len - sizes[i]);

		if (pack.len > TSR_GIT_PACK_HEAD + sizes[i] && digest(sizes[i], TSR_SLICE_NONE, body, out) &&
		    !memcmp(pack.ptr + body.len, out, sizes[i]))
			return sizes[i];
	}
	return SHA1_SIZE;
}

/* Up to the end of its data, which nothing but inflating it tells. */
static int pass_over(struct tsr_inflater *z, uint64_t size, struct tsr_err *err)
{
	unsigned char room[16 << 10];
	uint64_t have = 0;
	ssize_t n;

	tsr_inflater_begin(z);
	while ((n = tsr_inflater_read(z, room, sizeof(room), err)) > 0) {
		have += (uint64_t)n;
		if (have > size)
			break;
	}
	if (n >= 0 && have != size)
		return tsr_err_set(err, TSR_EFORMAT, "an object's size is not what its head says");
	return n < 0 ? -1 : 0;
}

static uint32_t entry_at(const struct tsr_git_index *x, uint64_t at)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->entries[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->n && x->entries[lo].at == at ? (uint32_t)lo : TSR_GIT_NONE;
}

/* `next` of a delta by offset is its base until the lists are made. */
static int add_entry(struct tsr_git_index *x, struct tsr_inflater *z, uint64_t *budget, struct tsr_err *err)
{
	struct tsr_git_entry *e = &x->entries[x->n];
	struct tsr_git_head h;
	uint64_t at = tsr_inflater_offset(z);

	if (tsr_git_head_read(z, x->id_size, &h, err))
		return -1;
	*e = (struct tsr_git_entry){ .at = (uint32_t)at,
				     .body = (uint32_t)tsr_inflater_offset(z),
				     .type = (uint8_t)h.type };
	e->heavy = e->child = e->next = TSR_GIT_NONE;
	e->size = h.size < UINT32_MAX ? (uint32_t)h.size : UINT32_MAX;
	e->weight = 1;
	e->kind = h.type < TSR_GIT_OFS_DELTA ? (uint8_t)h.type : TSR_GIT_UNKNOWN;
	if (h.size > *budget)
		return tsr_err_set(err, TSR_ELIMIT,
				   "the pack's entries unpack to more than %u times its size",
				   INFLATED_RATIO);
	*budget -= h.size;
	if (h.type == TSR_GIT_OFS_DELTA && h.back <= at)
		e->next = entry_at(x, at - h.back);
	if (e->next != TSR_GIT_NONE)
		e->kind = x->entries[e->next].kind;
	if (h.type == TSR_GIT_REF_DELTA)
		x->refs[x->n_refs++] =
			(struct tsr_git_ref){ x->pack.ptr + e->body - x->id_size, (uint32_t)x->n, false };
	x->n++;
	return pass_over(z, h.size, err);
}

/* Bases stand before their deltas, so that from the end to the start weights are complete when they are added. */
static void make_lists(struct tsr_git_index *x)
{
	for (size_t i = x->n; i-- > 0;) {
		struct tsr_git_entry *e = &x->entries[i], *base;
		uint32_t lighter = (uint32_t)i;

		if (e->next == TSR_GIT_NONE)
			continue;
		base = &x->entries[e->next];
		e->next = TSR_GIT_NONE;
		base->weight += e->weight;
		if (base->heavy == TSR_GIT_NONE || x->entries[base->heavy].weight < e->weight) {
			lighter = base->heavy;
			base->heavy = (uint32_t)i;
		}
		if (lighter == TSR_GIT_NONE)
			continue;
		x->entries[lighter].next = base->child;
		base->child = lighter;
	}
}

static int by_base(const void *a, const void *b, void *ctx)
{
	const struct tsr_git_ref *x = a, *y = b;
	int order = memcmp(x->base, y->base, *(const size_t *)ctx);

	return order ? order : x->entry < y->entry ? -1 : x->entry > y->entry;
}

int tsr_git_index_make(struct tsr_git_index *x, struct tsr_slice pack, struct tsr_err *err)
{
	uint64_t budget = (uint64_t)pack.len * INFLATED_RATIO + INFLATED_MORE;
	struct tsr_inflater *z;
	uint32_t claimed;

	*x = (struct tsr_git_index){ .pack = pack };
	if (pack.len >= UINT32_MAX)
		return tsr_err_set(err, TSR_ELIMIT, "the pack is larger than 4 GiB");
	z = tsr_inflater_over(pack);
	if (tsr_git_pack_head_read(z, &claimed, err)) {
		tsr_inflater_free(z);
		return -1;
	}
	x->id_size = find_id_size(pack);
	/* An entry has a byte of head and at least eight of data, whatever number is claimed. */
	if (claimed > pack.len / 9 + 1)
		claimed = (uint32_t)(pack.len / 9 + 1);
	x->entries = tsr_xcalloc(claimed < OBJECTS_MAX ? claimed + 1 : OBJECTS_MAX, sizeof(*x->entries));
	x->refs = tsr_xcalloc(claimed < OBJECTS_MAX ? claimed + 1 : OBJECTS_MAX, sizeof(*x->refs));
	while (x->n < claimed && x->n < OBJECTS_MAX)
		if (add_entry(x, z, &budget, &x->err))
			break;
	if (x->n == OBJECTS_MAX && x->n < claimed)
		tsr_err_set(&x->err, TSR_ELIMIT, "the pack has more than %u objects", OBJECTS_MAX);
	tsr_inflater_free(z);
	make_lists(x);
	qsort_r(x->refs, x->n_refs, sizeof(*x->refs), by_base, &x->id_size);
	return 0;
}

void tsr_git_index_release(struct tsr_git_index *x)
{
	free(x->entries);
	free(x->refs);
}

/* The first reference whose base is not before this id, or is behind it. */
static size_t bound(const struct tsr_git_index *x, const unsigned char *id, bool behind)
{
	size_t lo = 0, hi = x->n_refs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(x->refs[mid].base, id, x->id_size) < behind)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t tsr_git_index_refs(struct tsr_git_index *x, const unsigned char *id, size_t *first)
{
	size_t end = bound(x, id, true);

	*first = bound(x, id, false);
	if (*first == end || x->refs[*first].used)
		return *first;
	x->refs[*first].used = true;
	return end;
}
