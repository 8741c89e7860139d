/* SPDX-License-Identifier: Apache-2.0 */

/*
 * scan IMAGE.tar RULES.yaml [ROUNDS]: what the content engine costs on the plain layers of
 * a docker-archive, beside reading, hashing and walking them:
 *
 *	the search for literals alone, and the whole scan, with the catalogue and
 *	with the rules of the file besides, in turns; the dearest rules.
 *
 * Linked with --wrap=tsr_judge: every judgement of a hit goes through this program, which
 * leaves it out, does it, or does it rule by rule with a watch. The product has no counters.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive/tar_walk.h"
#include "base/arena.h"
#include "base/mem.h"
#include "scan/scanner_impl.h"

#define CHUNK (256u << 10)
#define ROUNDS_MAX 99
#define DEAREST 10

struct part {
	uint32_t number;
	uint64_t start, end;
	struct tsr_slice path;
};

struct layer {
	const unsigned char *bytes;
	size_t len;
	struct part *parts;
	size_t n, cap;
};

static struct layer *layers;
static size_t n_layers, cap_layers;
static struct tsr_arena arena = TSR_ARENA_INIT;

/* --- the judge, wrapped --- */

void __real_tsr_judge(struct tsr_scanner *s, struct region *r, const struct hit *h);
void __wrap_tsr_judge(struct tsr_scanner *s, struct region *r, const struct hit *h);

static enum { LEAVE_OUT, DO, WATCH } judging;
/* The ruleset with one needle for each use, and what each rule took: in this pass, and in its best. */
static struct tsr_ruleset by_use;
static double *taken, *least;
static unsigned long *judged;

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void __wrap_tsr_judge(struct tsr_scanner *s, struct region *r, const struct hit *h)
{
	const struct tsr_ruleset *rs = s->rs;
	const struct tsr_needle *needle = &rs->needles[h->needle];

	if (judging == DO)
		__real_tsr_judge(s, r, h);
	if (judging != WATCH)
		return;
	s->rs = &by_use;
	for (uint32_t i = needle->first; i < needle->first + needle->n; i++) {
		struct hit one = { .start = h->start, .needle = i };
		double from = seconds(CLOCK_MONOTONIC);

		__real_tsr_judge(s, r, &one);
		taken[rs->uses[i].rule] += seconds(CLOCK_MONOTONIC) - from;
		judged[rs->uses[i].rule]++;
	}
	s->rs = rs;
}

static void split_uses(const struct tsr_ruleset *rs)
{
	struct tsr_needle *each;
	uint32_t n_uses = 0;

	for (uint32_t i = 0; i < rs->n_needles; i++)
		n_uses += rs->needles[i].n;
	each = tsr_arena_alloc(&arena, n_uses + 1, sizeof(*each));
	for (uint32_t i = 0; i < rs->n_needles; i++)
		for (uint32_t k = 0; k < rs->needles[i].n; k++)
			each[rs->needles[i].first + k] = (struct tsr_needle){
				.len = rs->needles[i].len, .first = rs->needles[i].first + k, .n = 1
			};
	by_use = *rs;
	by_use.needles = each;
	by_use.n_needles = n_uses;
	taken = tsr_arena_alloc(&arena, rs->n_rules + 1, sizeof(*taken));
	least = tsr_arena_alloc(&arena, rs->n_rules + 1, sizeof(*least));
	judged = tsr_arena_alloc(&arena, rs->n_rules + 1, sizeof(*judged));
}

/* --- the layers --- */

static void add_part(struct layer *l, const struct tsr_tar_entry *e)
{
	if (!e->size)
		return;
	l->parts = tsr_grow(l->parts, &l->cap, l->n + 1, sizeof(*l->parts));
	l->parts[l->n] = (struct part){ .number = (uint32_t)l->n,
					.start = e->data,
					.end = e->data + e->size,
					.path = tsr_arena_dup(&arena, e->name) };
	l->n++;
}

static void walk_layer(const unsigned char *bytes, size_t len)
{
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_slice in = tsr_slice_of((const char *)bytes, len);
	struct tsr_tar_event_data ev;
	struct layer *l;

	layers = tsr_grow(layers, &cap_layers, n_layers + 1, sizeof(*layers));
	l = &layers[n_layers++];
	*l = (struct layer){ .bytes = bytes, .len = len };
	while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED)
		if (ev.type == TSR_TAR_ENTRY)
			add_part(l, ev.entry);
	tsr_tar_walk_free(w);
}

static int map_image(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct tsr_tar_walk *w;
	struct tsr_tar_event_data ev;
	struct tsr_slice in;
	struct stat st;
	unsigned char *map;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return -1;
	w = tsr_tar_walk_new();
	in = tsr_slice_of((const char *)map, (size_t)st.st_size);
	while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED)
		if (ev.type == TSR_TAR_ENTRY && ev.entry->type == '0' && ev.entry->size >= 1024 &&
		    tsr_tar_is_header(map + ev.entry->data))
			walk_layer(map + ev.entry->data, ev.entry->size);
	tsr_tar_walk_free(w);
	return 0;
}

/* --- the scan --- */

static void count_match(void *ctx, const struct tsr_match *m)
{
	(void)m;
	++*(unsigned long *)ctx;
}

/* CPU seconds of the scan of all layers; copying a chunk to where it may have a headroom is no part of it. */
static double scan_all(struct tsr_scanner *s, unsigned char *memory, size_t room, unsigned long *matches)
{
	double sum = 0;

	for (size_t i = 0; i < n_layers; i++) {
		const struct layer *l = &layers[i];
		size_t part = 0;

		tsr_scanner_begin(s, count_match, matches);
		for (size_t at = 0; at < l->len;) {
			size_t n = l->len - at < CHUNK ? l->len - at : CHUNK;
			double from;

			memcpy(memory + room, l->bytes + at, n);
			at += n;
			from = seconds(CLOCK_THREAD_CPUTIME_ID);
			tsr_scanner_feed(s, memory + room, n);
			for (; part < l->n && l->parts[part].start < at; part++)
				tsr_scanner_region(s, l->parts[part].number, l->parts[part].start,
						   l->parts[part].end, l->parts[part].path);
			tsr_scanner_settle(s);
			sum += seconds(CLOCK_THREAD_CPUTIME_ID) - from;
		}
		tsr_scanner_end(s);
	}
	return sum;
}

struct set {
	struct tsr_ruleset *rs;
	struct tsr_scanner *scanner;
	unsigned char *memory;
	size_t room;
	unsigned long matches;
	double literals[ROUNDS_MAX], whole[ROUNDS_MAX];
};

static int open_set(struct set *set, const char *const *files, size_t n, struct tsr_err *err)
{
	if (tsr_ruleset_new(&set->rs, files, n, err))
		return -1;
	set->scanner = tsr_scanner_new(set->rs, err);
	set->room = tsr_scanner_headroom(set->rs);
	set->memory = tsr_xmalloc(set->room + CHUNK);
	return set->scanner ? 0 : -1;
}

static void close_set(struct set *set)
{
	tsr_scanner_free(set->scanner);
	tsr_ruleset_free(set->rs);
	free(set->memory);
}

static double run(struct set *set, int how)
{
	judging = how;
	set->matches = 0;
	return scan_all(set->scanner, set->memory, set->room, &set->matches);
}

/* Other programs only add to what a pass takes: the least of some passes is its own. */
static double best_of(const double *v, size_t n)
{
	double best = v[0];

	for (size_t i = 1; i < n; i++)
		best = v[i] < best ? v[i] : best;
	return best;
}

static void watch(struct set *set, size_t rounds)
{
	size_t n = set->rs->n_rules;

	split_uses(set->rs);
	for (size_t r = 0; r < rounds; r++) {
		memset(taken, 0, n * sizeof(*taken));
		memset(judged, 0, n * sizeof(*judged));
		run(set, WATCH);
		for (size_t i = 0; i < n; i++)
			least[i] = r && least[i] < taken[i] ? least[i] : taken[i];
	}
}

static void print_dearest(const struct tsr_ruleset *rs, double whole)
{
	printf("the dearest rules, by their share of the scan:\n");
	for (int i = 0; i < DEAREST; i++) {
		uint32_t most = 0;

		for (uint32_t k = 1; k < rs->n_rules; k++)
			if (least[k] > least[most])
				most = k;
		printf("  %5.2f %%  %6lu hits  %s\n", least[most] / whole * 100, judged[most], rs->rules[most]->id);
		least[most] = 0;
	}
}

static void measure(struct set sets[2], size_t rounds)
{
	double bytes = 0, literals[2], whole[2];

	for (size_t i = 0; i < n_layers; i++)
		bytes += (double)layers[i].len;
	for (int i = 0; i < 2; i++)
		run(&sets[i], DO); /* compiles the patterns that are needed */
	for (size_t r = 0; r < rounds; r++)
		for (int i = 0; i < 2; i++) {
			sets[i].literals[r] = run(&sets[i], LEAVE_OUT);
			sets[i].whole[r] = run(&sets[i], DO);
		}
	watch(&sets[0], rounds);
	printf("%zu layers, %.0f MB; the best of %zu rounds, one thread\n", n_layers, bytes / 1e6, rounds);
	for (int i = 0; i < 2; i++) {
		literals[i] = best_of(sets[i].literals, rounds);
		whole[i] = best_of(sets[i].whole, rounds);
		printf("%3u rules, %4u literals in all forms: literals %.2f GB/s, whole scan %.3f CPU s per GB "
		       "(%lu matches)\n",
		       (unsigned)sets[i].rs->n_rules, (unsigned)sets[i].rs->n_needles, bytes / literals[i] / 1e9,
		       whole[i] / bytes * 1e9, sets[i].matches);
	}
	printf("%u more rules: literals %+.1f %%, whole scan %+.1f %% of time\n",
	       (unsigned)(sets[1].rs->n_rules - sets[0].rs->n_rules), (literals[1] / literals[0] - 1) * 100,
	       (whole[1] / whole[0] - 1) * 100);
	print_dearest(sets[0].rs, whole[0]);
}

int main(int argc, char **argv)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct set sets[2] = { { 0 }, { 0 } };
	const char *files[1] = { argc > 2 ? argv[2] : NULL };
	long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 5;
	int rc = 1;

	if (argc < 3 || rounds < 1 || rounds > ROUNDS_MAX) {
		fputs("usage: scan IMAGE.tar RULES.yaml [ROUNDS]\n", stderr);
		return 2;
	}
	if (map_image(argv[1]))
		fprintf(stderr, "scan: %s: %s\n", argv[1], strerror(errno));
	else if (!n_layers)
		fprintf(stderr, "scan: %s has no plain layers\n", argv[1]);
	else if (open_set(&sets[0], NULL, 0, &err) || open_set(&sets[1], files, 1, &err))
		fprintf(stderr, "scan: %s\n", err.msg);
	else
		rc = 0;
	if (rc == 0)
		measure(sets, (size_t)rounds);
	close_set(&sets[0]);
	close_set(&sets[1]);
	for (size_t i = 0; i < n_layers; i++)
		free(layers[i].parts);
	free(layers);
	tsr_arena_release(&arena);
	return rc;
}
