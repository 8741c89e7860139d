/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/names.h"

#include <string.h>
#include <sys/auxv.h>

#include "base/mem.h"

struct tsr_names_slot {
	uint32_t hash;
	uint32_t id; /* TSR_NAMES_NONE: free */
};

void tsr_names_init(struct tsr_names *t)
{
	/* The kernel's 16 random bytes for this process: no system call that a sandbox would have to allow. */
	uintptr_t random = (uintptr_t)getauxval(AT_RANDOM);

	*t = (struct tsr_names){ { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u }, NULL, 0, 0 };
	if (random)
		memcpy(t->key, (const void *)random, sizeof(t->key));
}

void tsr_names_release(struct tsr_names *t)
{
	free(t->slots);
	t->slots = NULL;
	t->n = t->cap = 0;
}

static inline uint64_t rotl(uint64_t x, int b)
{
	return x << b | x >> (64 - b);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	v[0] ^= m;
}

uint32_t tsr_names_hash(const struct tsr_names *t, uint32_t parent, struct tsr_slice name)
{
	uint64_t v[4] = { t->key[0] ^ 0x736f6d6570736575u, t->key[1] ^ 0x646f72616e646f6du,
			  t->key[0] ^ 0x6c7967656e657261u, t->key[1] ^ 0x7465646279746573u };
	size_t i;
	uint64_t m;

	sip_word(v, (uint64_t)parent << 32 | (uint32_t)name.len);
	for (i = 0; i + 8 <= name.len; i += 8) {
		memcpy(&m, name.ptr + i, 8);
		sip_word(v, m);
	}
	m = 0;
	if (i < name.len)
		memcpy(&m, name.ptr + i, name.len - i);
	sip_word(v, m);
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	m = v[0] ^ v[1] ^ v[2] ^ v[3];
	return (uint32_t)(m ^ m >> 32);
}

uint32_t tsr_names_find(const struct tsr_names *t, uint32_t hash, uint32_t parent, struct tsr_slice name,
			tsr_names_same *same, const void *ctx)
{
	uint32_t i;

	if (!t->cap)
		return TSR_NAMES_NONE;
	for (i = hash & (t->cap - 1); t->slots[i].id != TSR_NAMES_NONE; i = (i + 1) & (t->cap - 1))
		if (t->slots[i].hash == hash && same(ctx, t->slots[i].id, parent, name))
			return t->slots[i].id;
	return TSR_NAMES_NONE;
}

static void put(struct tsr_names *t, struct tsr_names_slot slot)
{
	uint32_t i = slot.hash & (t->cap - 1);

	while (t->slots[i].id != TSR_NAMES_NONE)
		i = (i + 1) & (t->cap - 1);
	t->slots[i] = slot;
}

void tsr_names_add(struct tsr_names *t, uint32_t hash, uint32_t id)
{
	/* At most three quarters full. */
	if (t->n >= t->cap / 4 * 3) {
		struct tsr_names_slot *old = t->slots;
		uint32_t i, cap = t->cap;

		t->cap = cap ? cap * 2 : 64;
		t->slots = tsr_xcalloc(t->cap, sizeof(*t->slots));
		for (i = 0; i < t->cap; i++)
			t->slots[i].id = TSR_NAMES_NONE;
		for (i = 0; i < cap; i++)
			if (old[i].id != TSR_NAMES_NONE)
				put(t, old[i]);
		free(old);
	}
	put(t, (struct tsr_names_slot){ hash, id });
	t->n++;
}
