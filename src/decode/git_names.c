/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/git_names.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

#define NODES_MAX (1u << 19)
#define TEXT_MAX (16u << 20)
#define NAME_MAX_BYTES 255u
#define DEPTH_MAX 64u
#define PROBES_MAX 64u
#define NONE UINT32_MAX

struct node {
	uint64_t key;
	uint32_t parent; /* node of the tree that named it; NONE: it has no name */
	uint32_t name;	 /* in text, with a NUL behind it */
};

struct tsr_git_names {
	size_t id_size;
	struct node *nodes;
	size_t n, cap;
	uint32_t *slots; /* open addressing by key: node + 1 */
	size_t n_slots;
	struct tsr_buf text;
};

struct tsr_git_names *tsr_git_names_new(size_t id_size)
{
	struct tsr_git_names *names = tsr_xcalloc(1, sizeof(*names));

	names->id_size = id_size;
	tsr_buf_init(&names->text, TEXT_MAX);
	return names;
}

void tsr_git_names_free(struct tsr_git_names *names)
{
	if (!names)
		return;
	tsr_buf_release(&names->text);
	free(names->nodes);
	free(names->slots);
	free(names);
}

static uint64_t key_of(const void *id)
{
	uint64_t key;

	memcpy(&key, id, sizeof(key));
	return key;
}

/* Its slot or the free one for it. Whoever makes trees chooses the ids in them: after so many others there is none. */
static size_t slot_of(const struct tsr_git_names *names, uint64_t key)
{
	uint64_t h = key * 0x9e3779b97f4a7c15u;
	size_t at = (size_t)(h ^ h >> 32);

	for (size_t i = 0; names->n_slots && i < PROBES_MAX; i++) {
		size_t slot = (at + i) & (names->n_slots - 1);

		if (!names->slots[slot] || names->nodes[names->slots[slot] - 1].key == key)
			return slot;
	}
	return SIZE_MAX;
}

static void rehash(struct tsr_git_names *names)
{
	names->n_slots = names->n_slots ? names->n_slots * 2 : 1024;
	free(names->slots);
	names->slots = tsr_xcalloc(names->n_slots, sizeof(*names->slots));
	for (size_t i = 0; i < names->n; i++) {
		size_t slot = slot_of(names, names->nodes[i].key);

		if (slot != SIZE_MAX)
			names->slots[slot] = (uint32_t)i + 1;
	}
}

static uint32_t find_or_add(struct tsr_git_names *names, uint64_t key)
{
	size_t slot;

	if (2 * (names->n + 1) > names->n_slots)
		rehash(names);
	slot = slot_of(names, key);
	if (slot != SIZE_MAX && names->slots[slot])
		return names->slots[slot] - 1;
	if (slot == SIZE_MAX || names->n == NODES_MAX)
		return NONE;
	names->nodes = tsr_grow(names->nodes, &names->cap, names->n + 1, sizeof(*names->nodes));
	names->nodes[names->n] = (struct node){ .key = key, .parent = NONE };
	names->slots[slot] = (uint32_t)++names->n;
	return (uint32_t)names->n - 1;
}

static void give_name(struct tsr_git_names *names, uint32_t parent, uint64_t key, struct tsr_slice name)
{
	uint32_t child = find_or_add(names, key);
	uint32_t at = (uint32_t)names->text.len;

	if (child == NONE || child == parent || names->nodes[child].parent != NONE || !name.len ||
	    name.len > NAME_MAX_BYTES)
		return;
	if (names->text.len + name.len + 1 > TEXT_MAX)
		return;
	tsr_buf_addsl(&names->text, name);
	tsr_buf_addc(&names->text, '\0');
	names->nodes[child].parent = parent;
	names->nodes[child].name = at;
}

void tsr_git_names_tree(struct tsr_git_names *names, const unsigned char *id, struct tsr_slice content)
{
	uint32_t tree = find_or_add(names, key_of(id));

	while (tree != NONE && content.len) {
		size_t nul = tsr_slice_find(content, '\0', 0), space = tsr_slice_find(content, ' ', 0);

		if (space >= nul || content.len - nul <= names->id_size)
			return;
		give_name(names, tree, key_of(content.ptr + nul + 1), tsr_slice_sub(content, space + 1, nul));
		content = tsr_slice_sub(content, nul + 1 + names->id_size, content.len);
	}
}

void tsr_git_names_path(const struct tsr_git_names *names, const unsigned char *id, struct tsr_buf *out)
{
	size_t slot = slot_of(names, key_of(id)), n = 0;
	uint32_t way[DEPTH_MAX], node = NONE;

	if (slot != SIZE_MAX && names->slots[slot])
		node = names->slots[slot] - 1;
	for (; node != NONE && names->nodes[node].parent != NONE && n < DEPTH_MAX;
	     node = names->nodes[node].parent)
		way[n++] = node;
	while (n--) {
		tsr_buf_addc(out, '/');
		tsr_buf_adds(out, names->text.ptr + names->nodes[way[n]].name);
	}
}
