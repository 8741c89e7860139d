/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_UNIT_LAYERS_H
#define TSR_TESTS_UNIT_LAYERS_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer/facts_build.h"
#include "rootfs/rootfs.h"

/*
 * Images as text: layers between '|', entries between ';':
 *	d PATH       directory           f PATH  file           g PATH  global header
 *	l PATH -> T  symbolic link       h PATH -> T  hard link
 *	w DIR/.wh.N  whiteout of DIR/N   o DIR   opaque mark    c PATH  0:0 character device
 *	a PATH       an AUFS leftover    -       (alone) a missing layer
 * PATH@N has N bytes.
 */
#define LAYERS 8

struct image {
	struct tsr_facts *facts[LAYERS];
	uint32_t n;
	struct tsr_rootfs *rootfs;
};

static inline void add_entry(struct tsr_builder *b, struct tsr_slice text)
{
	struct tsr_entry e = { .type = '0', .mode = 0644 };
	struct tsr_slice path = tsr_slice_trim(tsr_slice_sub(text, 1, text.len));
	char whole[256];
	char *arrow, *wh, *at;

	snprintf(whole, sizeof(whole), "%.*s", TSR_SLICE_ARG(path));
	arrow = strstr(whole, " -> ");
	if (arrow) {
		struct tsr_slice target = tsr_slice_str(arrow + 4);

		e.link = tsr_builder_text(b, target);
		e.link_len = (uint32_t)target.len;
		*arrow = '\0';
	}
	at = strchr(whole, '@');
	if (at) {
		e.size = strtoull(at + 1, NULL, 10);
		*at = '\0';
	}
	switch (text.ptr[0]) {
	case 'd':
		e.type = '5';
		break;
	case 'l':
		e.type = '2';
		break;
	case 'h':
		e.type = '1';
		break;
	case 'g':
		e.type = 'g';
		break;
	case 'c':
		e.type = '3';
		e.flags = TSR_ENTRY_WHITEOUT;
		break;
	case 'o':
		e.flags = TSR_ENTRY_OPAQUE;
		break;
	case 'a':
		e.flags = TSR_ENTRY_AUFS;
		break;
	case 'w':
		e.flags = TSR_ENTRY_WHITEOUT;
		wh = strstr(whole, ".wh.");
		cr_assert_not_null(wh);
		memmove(wh, wh + 4, strlen(wh + 4) + 1);
		break;
	default:
		break;
	}
	e.node = tsr_builder_node(b, tsr_slice_str(whole));
	tsr_builder_add_entry(b, &e);
}

static inline struct tsr_facts *make_layer(struct tsr_slice text)
{
	struct tsr_facts head = { .kind = 0 }, *f;
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_slice one;

	while (tsr_slice_next(&text, ';', &one)) {
		one = tsr_slice_trim(one);
		if (one.len)
			add_entry(b, one);
	}
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	return f;
}

static inline void make_image(struct image *im, const char *text)
{
	struct tsr_slice rest = tsr_slice_str(text), layer;

	memset(im, 0, sizeof(*im));
	im->rootfs = tsr_rootfs_new();
	while (tsr_slice_next(&rest, '|', &layer)) {
		cr_assert(im->n < LAYERS);
		if (!tsr_slice_eq_str(tsr_slice_trim(layer), "-"))
			im->facts[im->n] = make_layer(layer);
		tsr_rootfs_add(im->rootfs, im->facts[im->n]);
		im->n++;
	}
	tsr_rootfs_settle(im->rootfs);
}

static inline void free_image(struct image *im)
{
	uint32_t i;

	tsr_rootfs_free(im->rootfs);
	for (i = 0; i < im->n; i++)
		tsr_facts_free(im->facts[i]);
}

#endif
