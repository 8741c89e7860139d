/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include "analyse_build.h"

#define DOTENV "file/dotenv"
#define HISTORY "file/shell-history"

/* One entry and what is said of it: severity, or -1 for nothing. */
struct row {
	const char *name;
	char type;
	const char *text; /* content; of links the target */
	const char *rule;
	int severity;
	const char *tag;
};

static const struct row table[] = {
	{ "app/.env", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ ".env", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ "/abs/.env", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ "./x/../y/.env", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ "a/.env.production", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ "b/prod.env", '0', "A=1\n", DOTENV, TSR_HIGH, "" },
	{ "c/.env", '0', "", DOTENV, TSR_INFO, "empty" },
	{ "d/.env.example", '0', "A=1\n", DOTENV, TSR_INFO, "template" },
	{ "e/.env.example", '0', "", DOTENV, TSR_INFO, "template" },
	{ "f/sample.env", '0', "A=1\n", DOTENV, TSR_INFO, "template" },
	{ "g/.env.sample.local", '0', "A=1\n", DOTENV, TSR_INFO, "template" },
	{ "h/.env", '5', "", DOTENV, -1, "" },
	{ "i/.env", '2', "app/.env", DOTENV, -1, "" },
	{ "j/.env", '1', "app/.env", DOTENV, TSR_HIGH, "" },
	{ "k/.env", '1', "c/.env", DOTENV, TSR_INFO, "empty" },
	{ "l/.env", '1', "./c/.env", DOTENV, TSR_INFO, "empty" },
	{ "m/.env", '1', "elsewhere", DOTENV, TSR_HIGH, "" },
	{ "n/.wh..env", '0', "", DOTENV, -1, "" },
	{ "o/.environment", '0', "A=1\n", DOTENV, -1, "" },
	{ "p/env", '0', "A=1\n", DOTENV, -1, "" },
	{ "q/.env/file", '0', "A=1\n", DOTENV, -1, "" },
	{ "r/.env", '3', "", DOTENV, -1, "" },
	{ "s/.env", '6', "", DOTENV, -1, "" },
	{ "root/.bash_history", '0', "ls\n", HISTORY, TSR_HIGH, "" },
	{ "root/.zsh_history", '0', "ls\n", HISTORY, TSR_HIGH, "" },
	{ "root/.python_history", '0', "ls\n", HISTORY, TSR_HIGH, "" },
	{ "root/x/.bash_history", '0', "", HISTORY, TSR_INFO, "empty" },
	{ "root/bash_history.md", '0', "ls\n", HISTORY, -1, "" },
};

Test(inspect_paths, say_what_stands_where)
{
	static const size_t chunks[] = { 1024, TSR_CHUNK_SIZE };
	struct bench b = bench_new();

	for (size_t c = 0; c < TSR_ARRAY_LEN(chunks); c++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		b.chunk = chunks[c];
		for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
			const struct row *r = &table[i];

			if (r->type == '0')
				tb_file(&t, r->name, r->text);
			else
				tb_link(tb_header(&t, r->name, r->type, 0), r->text);
		}
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_assert_eq(f->n_entries, TSR_ARRAY_LEN(table));
		for (uint32_t i = 0; i < f->n_entries; i++) {
			const struct tsr_raw *raw = NULL;

			for (uint32_t k = 0; k < f->n_raws; k++)
				if (f->raws[k].entry == i && !strcmp(raw_id(b.rs, &f->raws[k]), table[i].rule))
					raw = &f->raws[k];
			cr_expect_eq(raw ? (int)raw->severity : -1, table[i].severity, "%s: %d", table[i].name,
				     raw ? (int)raw->severity : -1);
			if (raw)
				cr_expect_str_eq(tsr_facts_text(f, raw->tags), table[i].tag, "%s", table[i].name);
		}
		tsr_facts_free(f);
	}
	bench_free(&b);
}

Test(inspect_paths, tell_text_from_binary)
{
	static const size_t chunks[] = { 1024, 4096, TSR_CHUNK_SIZE };
	struct bench b = bench_new();

	for (size_t c = 0; c < TSR_ARRAY_LEN(chunks); c++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		b.chunk = chunks[c];
		tb_header(&t, "dir/", '5', 0);
		tb_file(&t, "empty", "");
		tb_file(&t, "text", "text");
		tb_header(&t, "binary", '0', 3);
		tb_data(&t, "a\0b", 3);
		tb_file(&t, "after", "text");
		tb_link(tb_header(&t, "link", '2', 0), "text");
		tb_end(&t);
		f = facts_of(&b, &t);
		for (uint32_t i = 0; i < f->n_entries; i++)
			cr_expect_eq((f->entries[i].flags & TSR_ENTRY_BINARY) != 0, i == 3, "entry %u", i);
		tsr_facts_free(f);
	}
	bench_free(&b);
}
