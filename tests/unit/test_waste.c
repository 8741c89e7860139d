/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/waste.h"

#include "base/mem.h"
#include "inspect/layer_mix.h"
#include "rootfs/dive.h"
#include "unit/layers.h"

static void count(struct image *im, struct tsr_waste *w)
{
	tsr_waste_count(w, im->rootfs, (const struct tsr_facts *const *)im->facts, im->n);
}

Test(waste, what_later_layers_hide_is_wasted_in_the_layer_that_ships_it)
{
	static const struct {
		const char *image;
		uint64_t deleted, overwritten, repeated; /* bytes of layer 0, 0, 1 */
		uint32_t efficiency;
	} rows[] = {
		{ "f a@10", 0, 0, 0, 1000000 },
		{ "d d; f d/e@0", 0, 0, 0, 1000000 },
		{ "f a@10 | w .wh.a", 10, 0, 0, 0 },
		{ "f a@10; f b@30 | w .wh.a", 10, 0, 0, 750000 },
		{ "f a@10 | f a@30", 0, 10, 0, 250000 },
		{ "f a@10 | f a@10", 0, 10, 10, 500000 },
		{ "d d; f d/a@10; f d/b@20 | w .wh.d", 30, 0, 0, 0 },
		{ "d d; f d/a@10; f d/b@20 | o d; f d/b@20", 10, 20, 20, 400000 },
		{ "f a@10 | d a", 10, 0, 0, 0 },
		{ "f a@10 | l a -> b", 0, 10, 0, 0 },
		{ "f a@10; h b -> a | w .wh.a", 0, 0, 0, 1000000 },
		{ "f a@10; h b -> a | w .wh.a; w .wh.b", 10, 0, 0, 0 },
		/* The way of a path does not matter, only where it leads. */
		{ "d usr; l bin -> usr; f bin/a@10 | d usr; f usr/a@10", 0, 10, 10, 500000 },
		{ "f a@10 | - | w .wh.a", 10, 0, 0, 0 },
		{ "-", 0, 0, 0, 1000000 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_waste w;
		struct image im;

		make_image(&im, rows[i].image);
		count(&im, &w);
		cr_expect_eq(w.layers[0].deleted_bytes, rows[i].deleted, "%s", rows[i].image);
		cr_expect_eq(w.layers[0].overwritten_bytes, rows[i].overwritten, "%s", rows[i].image);
		cr_expect_eq(im.n > 1 ? w.layers[1].repeated_bytes : 0, rows[i].repeated, "%s", rows[i].image);
		cr_expect_eq(tsr_waste_efficiency(&w), rows[i].efficiency, "%s: %u", rows[i].image, tsr_waste_efficiency(&w));
		tsr_waste_release(&w);
		free_image(&im);
	}
}

Test(waste, the_paths_that_waste_most_come_first)
{
	char text[4096] = "f a@10; f b@30; f c@5; f live@99 | f a@40; f b@1 | w .wh.a; w .wh.c";
	struct tsr_waste w;
	struct image im;

	make_image(&im, text);
	count(&im, &w);
	cr_assert_eq(w.n_top, 3u);
	cr_expect(w.top[0].bytes == 50 && w.top[0].copies == 2 && w.top[0].layer == 1 && w.top[0].entry == 0);
	cr_expect(w.top[1].bytes == 30 && w.top[1].copies == 1 && w.top[1].layer == 0 && w.top[1].entry == 1);
	cr_expect(w.top[2].bytes == 5);
	tsr_waste_release(&w);
	free_image(&im);

	text[0] = '\0';
	for (unsigned i = 0; i < 30; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%sf p%u@%u", i ? "; " : "", i, i * 7 % 30 + 1);
	for (unsigned i = 0; i < 30; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%sw .wh.p%u", i ? "; " : " | ", i);
	make_image(&im, text);
	count(&im, &w);
	cr_assert_eq(w.n_top, (size_t)TSR_WASTE_TOP);
	for (uint64_t i = 0; i < TSR_WASTE_TOP; i++)
		cr_expect_eq(w.top[i].bytes, 30 - i, "%llu", (unsigned long long)i);
	tsr_waste_release(&w);
	free_image(&im);
}

/* The figures that dive 0.13.1 gave for these images. */
Test(waste, by_the_rules_of_dive_it_is_what_dive_says)
{
	static const struct {
		const char *image;
		uint64_t paths, bytes;
		uint32_t efficiency;
	} rows[] = {
		{ "f a@1000; f b@500 | f a@800", 1, 1800, 565217 },
		{ "f a@1000 | f a@800 | f a@1200", 1, 3000, 266666 },
		{ "f a@1000; f b@500 | w .wh.a", 1, 1000, 333333 },
		{ "f a@1000; f b@500 | w .wh.a | f a@700", 1, 1700, 227272 },
		{ "d d; f d/a@1000; f d/b@500; f c@100 | w .wh.d", 0, 0, 1000000 },
		{ "d d; f d/a@1000; f d/b@500; f c@100 | w .wh.d | d d; f d/a@1000", 1, 2000, 756097 },
		{ "d d; d d/e; f d/e/a@1000; f d/b@300 | d d; w d/.wh.e | w .wh.d", 0, 0, 1000000 },
		{ "d d; f d/a@10; f c@30 | w .wh.d; f c@10", 1, 40, 500000 },
		{ "f d/a@10; f c@30 | w .wh.d; f c@10", 1, 40, 400000 },
		{ "d d; f d/a@1000; f d/b@500; f c@100 | o d; d d; f d/a@900", 1, 1900, 600000 },
		{ "f a@1000; h b -> a | w .wh.a", 1, 1000, 0 },
		{ "f a@1000; h b -> a | w .wh.a; w .wh.b", 2, 1000, 0 },
		{ "f a@1000; l l -> a | f l@200", 1, 200, 833333 },
		{ "f a@1000 | d a; f a/b@10", 0, 0, 1000000 },
		{ "d a; f a/b@1000 | f a@10", 0, 0, 1000000 },
		{ "d a | d a | d a; f x@3", 1, 0, 1000000 },
		{ "f a@1000; f a@500", 0, 0, 1000000 },
		{ "f a@4 | - | w .wh.a", 1, 4, 0 },
		{ "-", 0, 0, 1000000 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_dive d;
		struct image im;

		make_image(&im, rows[i].image);
		tsr_dive_count(&d, (const struct tsr_facts *const *)im.facts, im.n);
		cr_expect(d.known && d.inefficient == rows[i].paths && d.inefficient_bytes == rows[i].bytes &&
				  d.efficiency == rows[i].efficiency,
			  "%s: %llu %llu %u", rows[i].image, (unsigned long long)d.inefficient,
			  (unsigned long long)d.inefficient_bytes, d.efficiency);
		free_image(&im);
	}
}

/* --- against a plain model ---------------------------------------------------- */

#define PATHS 12
struct model {
	uint64_t size[PATHS]; /* of the visible copy */
	uint32_t layer[PATHS]; /* that has it, UINT32_MAX: none */
	uint64_t least[PATHS], shipped[PATHS];
	uint32_t copies[PATHS];
	uint64_t hidden[LAYERS];
};

static void model_copy(struct model *m, unsigned p, uint64_t size)
{
	if (!m->copies[p]++ || size < m->least[p])
		m->least[p] = size;
	m->shipped[p] += size;
}

static void model_hide(struct model *m, unsigned p)
{
	if (m->layer[p] != UINT32_MAX)
		m->hidden[m->layer[p]] += m->size[p];
	m->layer[p] = UINT32_MAX;
}

static unsigned roll(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(*seed >> 33) % n;
}

/* Paths d<p/4>/f<p>; a layer writes some, or removes one or a directory of which it writes nothing. */
static void random_layer(struct model *m, uint64_t *seed, uint32_t layer, struct tsr_buf *out)
{
	bool written[PATHS] = { false };

	for (unsigned k = 0; k < 4; k++) {
		unsigned p = roll(seed, PATHS), size = roll(seed, 5) * 10;

		if (written[p])
			continue;
		written[p] = true;
		tsr_buf_printf(out, "f d%u/f%u@%u; ", p / 4, p, size);
		model_hide(m, p);
		model_copy(m, p, size);
		m->layer[p] = layer;
		m->size[p] = size;
	}
	for (unsigned k = 0; k < 3; k++) {
		unsigned d = k, first = d * 4;

		if (written[first] || written[first + 1] || written[first + 2] || written[first + 3] || roll(seed, 3))
			continue;
		tsr_buf_printf(out, "w .wh.d%u; ", d);
		for (unsigned p = first; p < first + 4; p++) {
			if (m->layer[p] == UINT32_MAX)
				continue;
			model_hide(m, p);
			model_copy(m, p, 0);
		}
	}
}

Test(waste, it_is_what_a_plain_model_says)
{
	uint64_t seed = 7;

	for (unsigned round = 0; round < 500; round++) {
		struct model m = { 0 };
		TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(4096);
		uint64_t least = 0, shipped = 0, twice = 0, bytes = 0;
		struct tsr_waste w;
		struct image im;

		for (unsigned p = 0; p < PATHS; p++)
			m.layer[p] = UINT32_MAX;
		for (uint32_t i = 0; i < LAYERS; i++) {
			tsr_buf_adds(&text, i ? "| " : "");
			random_layer(&m, &seed, i, &text);
		}
		make_image(&im, text.ptr);
		count(&im, &w);
		for (unsigned p = 0; p < PATHS; p++) {
			least += m.least[p];
			shipped += m.shipped[p];
			twice += m.copies[p] > 1;
			bytes += m.copies[p] > 1 ? m.shipped[p] : 0;
		}
		for (uint32_t i = 0; i < LAYERS; i++)
			cr_expect_eq(tsr_waste_hidden(&w.layers[i]), m.hidden[i], "layer %u of %s", i, text.ptr);
		cr_expect_eq(w.least, least, "%s", text.ptr);
		cr_expect_eq(w.shipped, shipped, "%s", text.ptr);
		cr_expect_eq(w.inefficient, twice, "%s", text.ptr);
		cr_expect_eq(w.inefficient_bytes, bytes, "%s", text.ptr);
		tsr_waste_release(&w);
		free_image(&im);
	}
}

Test(waste, sums_of_absurd_sizes_stop)
{
	struct tsr_waste w;
	struct image im;

	make_image(&im, "f a@18446744073709551615; f b@18446744073709551615 | w .wh.a; w .wh.b");
	count(&im, &w);
	cr_expect_eq(tsr_waste_total(&w), UINT64_MAX);
	cr_expect_eq(tsr_waste_efficiency(&w), 0);
	tsr_waste_release(&w);
	free_image(&im);
}

Test(layer_mix, dependencies_and_source_are_told_apart)
{
	static const struct {
		const char *layer;
		uint32_t packages, sources;
	} rows[] = {
		{ "f app/main.py@1", 0, 1 },
		{ "f app/.venv/lib/python3.12/site-packages/a-1.dist-info/METADATA@1; f app/.venv/lib/python3.12/site-packages/a/b.py@1", 1, 0 },
		{ "f app/.venv/bin/activate_this.py@1; f app/.venv/lib/python3.12/x.py@1", 0, 0 },
		{ "f usr/local/lib/python3.12/os.py@1; f usr/share/x.py@1; f etc/x.js@1; f var/lib/x.py@1", 0, 0 },
		{ "f usr/src/app/index.js@1; f usr/src/app/node_modules/a/package.json@1; f usr/src/app/node_modules/a/b.js@1", 1, 1 },
		{ "f var/www/a.ts@1; f var/task/b.py@1; f srv/c.mjs@1; f d.py@1", 0, 4 },
		{ "f app/empty.py@0; f app/.py@1; d app/dir.py; l app/l.py -> main.py; w app/.wh.gone.py", 0, 0 },
		{ "f app/package.json@1; f app/a.dist-info/METADATA@1", 0, 0 },
		{ "f opt/x/dist-packages/a.egg-info/PKG-INFO@1; f opt/x/run.py@1", 1, 1 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_facts *f = make_layer(tsr_slice_str(rows[i].layer));
		struct tsr_layer_mix mix;

		tsr_layer_mix(f, &mix);
		cr_expect_eq(mix.packages, rows[i].packages, "%s: %u", rows[i].layer, mix.packages);
		cr_expect_eq(mix.sources, rows[i].sources, "%s: %u", rows[i].layer, mix.sources);
		tsr_facts_free(f);
	}
}
