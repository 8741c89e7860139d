/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/path_fold.h"

#include "analyse_build.h"

/* What is told of a layer, with all its files live unless `hidden` says otherwise of an entry. */
struct told {
	uint32_t n, occurrences[8];
	const char *rule[8], *message[8];
	enum tsr_severity severity[8];
};

static void on_told(void *ctx, const struct tsr_facts *facts, const uint32_t *raws, uint32_t n, struct tsr_finding *f)
{
	struct told *t = ctx;

	(void)facts;
	(void)raws;
	cr_expect_eq(n, f->occurrences);
	cr_assert(t->n < 8);
	t->rule[t->n] = f->rule_id;
	t->message[t->n] = f->message.ptr;
	t->severity[t->n] = f->severity;
	t->occurrences[t->n++] = f->occurrences;
}

static struct told fold(const struct bench *b, const struct tsr_facts *facts, uint32_t hidden, struct tsr_arena *a)
{
	struct tsr_path_fold *p = tsr_path_fold_new(b->rs, facts);
	struct told t = { .n = 0 };

	for (uint32_t i = 0; i < facts->n_raws; i++) {
		const struct tsr_raw *r = &facts->raws[i];
		enum tsr_state state = r->entry == hidden ? TSR_STATE_DELETED : TSR_STATE_LIVE;
		struct tsr_finding f = {
			.rule_id = b->rs->rules[r->rule]->id,
			.severity = r->severity,
			.state = state,
			.occurrences = 1,
			.message = tsr_text_ours("it is there"),
		};

		if (!tsr_path_fold_takes(p, i, state) && !tsr_path_fold_keeps(p, i, &f))
			on_told(&t, facts, &i, 1, &f);
	}
	tsr_path_fold_end(p, a, on_told, &t);
	return t;
}

static void add_mode(struct tar_build *t, const char *name, unsigned mode)
{
	unsigned char *h = tb_header(t, name, '0', 0);

	tb_octal(h + 100, 8, mode);
	tb_sum(h);
}

Test(path_fold, a_flood_is_one_finding)
{
	struct bench b = bench_new();
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	struct told told;
	char name[64];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "srv/%d/%d", i % 97, i);
		add_mode(&t, name, 0666);
	}
	tb_end(&t);
	f = facts_of(&b, &t);
	told = fold(&b, f, TSR_NONE, &a);
	cr_assert_eq(told.n, 1);
	cr_expect_str_eq(told.rule[0], "file/world-writable");
	cr_expect_str_eq(told.message[0], "it is there: 3000 in this layer");
	cr_expect_eq(told.occurrences[0], 3000);
	told = fold(&b, f, 5, &a);
	cr_expect(told.n == 1 && told.occurrences[0] == 2999, "what is hidden is not meant");
	tsr_facts_free(f);
	tsr_arena_release(&a);
	bench_free(&b);
}

Test(path_fold, states_and_trees_are_told_apart)
{
	struct bench b = bench_new();
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	struct told told;

	tb_file(&t, "a/.git/HEAD", "x");
	tb_file(&t, "a/.git/objects/1", "x");
	tb_file(&t, "a/.git/modules/b/.git/HEAD", "x");
	tb_file(&t, "c/.git/HEAD", "x");
	tb_file(&t, "c/CVS/Root", "x");
	tb_file(&t, "c/CVS/Entries", "x");
	tb_end(&t);
	f = facts_of(&b, &t);
	told = fold(&b, f, TSR_NONE, &a);
	cr_assert_eq(told.n, 3);
	cr_expect(told.occurrences[0] == 3 && told.occurrences[1] == 1 && told.occurrences[2] == 2);
	told = fold(&b, f, 1, &a);
	cr_assert_eq(told.n, 4);
	cr_expect(told.occurrences[0] == 2 && told.occurrences[1] == 1);
	tsr_facts_free(f);
	tsr_arena_release(&a);
	bench_free(&b);
}

Test(path_fold, content_takes_the_place_of_a_name)
{
	struct bench b = bench_new();
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tsr_buf secret = TSR_BUF_INIT(4096);
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	struct told told;

	tb_file(&t, "root/.pgpass", made(&secret, TOKEN, 1));
	tb_file(&t, "etc/.pgpass", "nothing");
	tb_end(&t);
	f = facts_of(&b, &t);
	told = fold(&b, f, TSR_NONE, &a);
	cr_assert_eq(told.n, 2);
	cr_expect(!strncmp(told.rule[0], "secret/", 7), "%s", told.rule[0]);
	cr_expect_str_eq(told.rule[1], "file/credential-file");
	cr_expect_eq(told.severity[1], TSR_MEDIUM);
	tsr_facts_free(f);
	tsr_arena_release(&a);
	tsr_buf_release(&secret);
	bench_free(&b);
}
