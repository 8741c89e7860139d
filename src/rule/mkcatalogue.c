/* SPDX-License-Identifier: Apache-2.0 */

/*
 * mkcatalogue OUT.c FILE.yaml...: a build tool. Reads and verifies the rules as tarsier does rule
 * files, and writes them as const C tables together with the literal databases,
 * serialised for any machine of the architecture.
 */
#include <errno.h>
#include <hs/hs.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "rule/canonical.h"
#include "rule/load.h"
#include "rule/needles.h"

static void put_string(FILE *f, const char *s, size_t len)
{
	size_t i, column = 0;

	fputc('"', f);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		/* Octal escapes have an end, and a question mark may begin a trigraph. */
		if (c < 0x20 || c >= 0x7f || strchr("\"\\?", c))
			fprintf(f, "\\%03o", (unsigned)c);
		else
			fputc(c, f);
		if (++column % 96 == 0 && i + 1 < len)
			fputs("\"\n\t\t\"", f);
	}
	fputc('"', f);
}

static void put_text(FILE *f, const char *name, const char *s)
{
	if (!s)
		return;
	fprintf(f, "\t.%s = ", name);
	put_string(f, s, strlen(s));
	fputs(",\n", f);
}

static void put_list(FILE *f, size_t i, const char *name, const char *const *list)
{
	if (!list)
		return;
	fprintf(f, "static const char *const %s_%zu[] = {\n", name, i);
	for (; *list; list++) {
		fputs("\t", f);
		put_string(f, *list, strlen(*list));
		fputs(",\n", f);
	}
	fputs("\tNULL,\n};\n", f);
}

static void put_ref(FILE *f, const char *field, bool there, const char *name, size_t i)
{
	if (there)
		fprintf(f, "\t.%s = %s_%zu,\n", field, name, i);
}

static void put_literals(FILE *f, size_t i, const struct tsr_rule_content *c)
{
	uint32_t k;

	fprintf(f, "static const struct tsr_literal literals_%zu[] = {\n", i);
	for (k = 0; k < c->n_literals; k++) {
		fputs("\t{ .bytes = ", f);
		put_string(f, c->literals[k].bytes, c->literals[k].len);
		fprintf(f, ", .len = %" PRIu32 ", .nocase = %d },\n", c->literals[k].len,
			c->literals[k].nocase);
	}
	fputs("};\n", f);
}

static void put_content(FILE *f, size_t i, const struct tsr_rule_content *c)
{
	put_literals(f, i, c);
	put_list(f, i, "scope", c->paths);
	fprintf(f, "static const struct tsr_rule_content content_%zu = {\n", i);
	fprintf(f, "\t.literals = literals_%zu,\n\t.n_literals = %" PRIu32 ",\n", i, c->n_literals);
	put_text(f, "pattern", c->pattern);
	fprintf(f, "\t.before = %" PRIu32 ",\n\t.width = %" PRIu32 ",\n\t.reach = %" PRIu32 ",\n", c->before,
		c->width, c->reach);
	fprintf(f, "\t.left = %u,\n\t.right = %u,\n\t.encode = %" PRIu32 ",\n", (unsigned)c->left,
		(unsigned)c->right, c->encode);
	put_text(f, "near_pattern", c->near_pattern);
	fprintf(f, "\t.near_within = %" PRIu32 ",\n\t.text_only = %d,\n", c->near_within, c->text_only);
	put_ref(f, "paths", c->paths, "scope", i);
	fprintf(f, "\t.config = %d,\n\t.specificity = %" PRIu32 ",\n", c->config, c->specificity);
	put_text(f, "check", c->check);
	fprintf(f,
		"\t.min_entropy_x100 = %" PRIu32 ",\n\t.hashable = %d,\n\t.public_prefix = %" PRIu32
		",\n};\n",
		c->min_entropy_x100, c->hashable, c->public_prefix);
}

static void put_path(FILE *f, size_t i, const struct tsr_rule_path *p)
{
	put_list(f, i, "globs", p->globs);
	put_list(f, i, "excludes", p->excludes);
	put_list(f, i, "templates", p->templates);
	put_list(f, i, "known", p->known);
	fprintf(f, "static const struct tsr_rule_path path_%zu = {\n", i);
	put_ref(f, "globs", p->globs, "globs", i);
	put_ref(f, "excludes", p->excludes, "excludes", i);
	put_ref(f, "templates", p->templates, "templates", i);
	put_ref(f, "known", p->known, "known", i);
	put_text(f, "types", p->types);
	fprintf(f, "\t.mode_all = %" PRIu32 ",\n\t.mode_any = %" PRIu32 ",\n\t.mode_none = %" PRIu32 ",\n", p->mode_all,
		p->mode_any, p->mode_none);
	fprintf(f, "\t.uid = %" PRIu32 "u,\n\t.gid = %" PRIu32 "u,\n\t.min_size = %" PRIu32 "u,\n", p->uid, p->gid,
		p->min_size);
	fprintf(f, "\t.empty_is_info = %d,\n\t.live = %d,\n\t.nested = %d,\n\t.unless_secret = %d,\n", p->empty_is_info,
		p->live, p->nested, p->unless_secret);
	fprintf(f, "\t.once = %u,\n\t.confidence = %u,\n};\n", (unsigned)p->once, (unsigned)p->confidence);
}

static void put_package(FILE *f, size_t i, const struct tsr_rule_package *p)
{
	put_list(f, i, "names", p->names);
	fprintf(f, "static const struct tsr_rule_package package_%zu = {\n", i);
	fprintf(f, "\t.ecosystems = %" PRIu32 ",\n", p->ecosystems);
	put_ref(f, "names", p->names, "names", i);
	fputs("};\n", f);
}

static void put_structured(FILE *f, size_t i, const struct tsr_rule_structured *s)
{
	put_list(f, i, "globs", s->globs);
	put_list(f, i, "magic", s->magic);
	fprintf(f, "static const struct tsr_rule_structured structured_%zu = {\n", i);
	put_ref(f, "globs", s->globs, "globs", i);
	put_ref(f, "magic", s->magic, "magic", i);
	put_text(f, "parser", s->parser);
	fprintf(f, "\t.hashable = %d,\n\t.public_prefix = %" PRIu32 ",\n};\n", s->hashable, s->public_prefix);
}

static void put_rule(FILE *f, size_t i, const struct tsr_rule *r)
{
	static const char *const kinds[] = {
		[TSR_RULE_CONTENT] = "TSR_RULE_CONTENT", [TSR_RULE_PATH] = "TSR_RULE_PATH",
		[TSR_RULE_PACKAGE] = "TSR_RULE_PACKAGE", [TSR_RULE_STRUCTURED] = "TSR_RULE_STRUCTURED",
		[TSR_RULE_BUILTIN] = "TSR_RULE_BUILTIN",
	};
	static const char *const severities[] = { "TSR_INFO", "TSR_LOW", "TSR_MEDIUM", "TSR_HIGH",
						  "TSR_CRITICAL" };

	put_list(f, i, "references", r->references);
	put_list(f, i, "tags", r->tags);
	put_list(f, i, "examples", r->examples);
	put_list(f, i, "counter_examples", r->counter_examples);
	if (r->content)
		put_content(f, i, r->content);
	if (r->path)
		put_path(f, i, r->path);
	if (r->package)
		put_package(f, i, r->package);
	if (r->structured)
		put_structured(f, i, r->structured);
	fprintf(f, "static const struct tsr_rule rule_%zu = {\n", i);
	put_text(f, "id", r->id);
	put_text(f, "title", r->title);
	put_text(f, "description", r->description);
	put_text(f, "remediation", r->remediation);
	fprintf(f, "\t.severity = %s,\n\t.severity_hidden = %s,\n\t.kind = %s,\n", severities[r->severity],
		severities[r->severity_hidden], kinds[r->kind]);
	put_ref(f, "content", r->content, "&content", i);
	put_ref(f, "path", r->path, "&path", i);
	put_ref(f, "package", r->package, "&package", i);
	put_ref(f, "structured", r->structured, "&structured", i);
	put_ref(f, "references", r->references, "references", i);
	put_ref(f, "tags", r->tags, "tags", i);
	put_ref(f, "examples", r->examples, "examples", i);
	put_ref(f, "counter_examples", r->counter_examples, "counter_examples", i);
	fputs("};\n\n", f);
}

static void put_bytes(FILE *f, int sieve, const unsigned char *p, size_t len)
{
	size_t i;

	fprintf(f, "static const unsigned char database_%d[] = {", sieve);
	for (i = 0; i < len; i++)
		fprintf(f, "%s%u,", i % 24 ? "" : "\n\t", p[i]);
	fputs("\n};\n\n", f);
}

static void put_digest(FILE *f, const struct tsr_rule_list *l)
{
	struct tsr_digest d;
	size_t i;

	tsr_rules_digest(l->rules, (uint32_t)l->n, &d);
	fputs("\t.digest = { .alg = TSR_DIGEST_SHA256, .bytes = {", f);
	for (i = 0; i < tsr_digest_size(TSR_DIGEST_SHA256); i++)
		fprintf(f, "%s%u", i ? ", " : " ", d.bytes[i]);
	fputs(" } },\n", f);
}

struct serialised {
	char *bytes[TSR_SIEVES]; /* NULL if there are no literals */
	size_t len[TSR_SIEVES];
};

static int serialise(const struct tsr_rule_list *l, struct tsr_arena *a, struct serialised *out,
		     struct tsr_err *err)
{
	struct tsr_needle_set set;

	tsr_needles_make(&set, l->rules, (uint32_t)l->n, a);
	for (int i = 0; i < TSR_SIEVES; i++) {
		hs_database_t *db = NULL;
		hs_error_t rc = HS_SUCCESS;

		if (tsr_needles_compile(&set, (enum tsr_sieve)i, true, &db, err))
			return -1;
		if (db)
			rc = hs_serialize_database(db, &out->bytes[i], &out->len[i]);
		hs_free_database(db);
		if (rc != HS_SUCCESS)
			return tsr_err_set(err, TSR_EINTERNAL, "a literal database cannot be serialised");
	}
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct tsr_rule *x = *(const struct tsr_rule *const *)a,
			      *y = *(const struct tsr_rule *const *)b;

	return strcmp(x->id, y->id);
}

/* The program looks its built-in rules up and relies on finding them. */
static int all_builtins(const struct tsr_rule_list *l, struct tsr_err *err)
{
	static const char *const ids[] = {
#define BUILTIN(symbol, id) id,
#include "rule/builtin.def"
#undef BUILTIN
	};
	size_t i, k;

	for (i = 0; i < TSR_ARRAY_LEN(ids); i++) {
		for (k = 0; k < l->n && strcmp(l->rules[k]->id, ids[i]) != 0; k++)
			continue;
		if (k == l->n)
			return tsr_err_set(err, TSR_EUSAGE, "%s: no rule file describes this built-in rule",
					   ids[i]);
	}
	return 0;
}

static int write_catalogue(const char *name, const struct tsr_rule_list *l, const struct serialised *db,
			   struct tsr_err *err)
{
	FILE *f = fopen(name, "we");
	size_t i;
	int bad, k;

	if (!f)
		return tsr_err_errno(err, TSR_EIO, errno, "%s", name);
	fputs("/* Made by mkcatalogue from rules/; not to be edited. */\n#include \"rule/ruleset.h\"\n\n", f);
	for (i = 0; i < l->n; i++)
		put_rule(f, i, l->rules[i]);
	fputs("static const struct tsr_rule *const rules[] = {\n", f);
	for (i = 0; i < l->n; i++)
		fprintf(f, "\t&rule_%zu,\n", i);
	fputs("};\n\n", f);
	for (k = 0; k < TSR_SIEVES; k++)
		if (db->bytes[k])
			put_bytes(f, k, (const unsigned char *)db->bytes[k], db->len[k]);
	fprintf(f, "const struct tsr_catalogue tsr_catalogue = {\n\t.rules = rules,\n\t.n_rules = %zu,\n",
		l->n);
	for (k = 0; k < TSR_SIEVES; k++)
		if (db->bytes[k])
			fprintf(f, "\t.database[%d] = database_%d,\n\t.database_len[%d] = sizeof(database_%d),\n",
				k, k, k, k);
	put_digest(f, l);
	fputs("};\n", f);
	bad = ferror(f);
	return fclose(f) != 0 || bad ? tsr_err_errno(err, TSR_EIO, errno, "%s", name) : 0;
}

int main(int argc, char **argv)
{
	struct tsr_rule_list list = TSR_RULE_LIST_INIT;
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_err err = TSR_ERR_INIT;
	struct serialised db = { 0 };
	int rc = 0, i;

	if (argc < 3) {
		fputs("usage: mkcatalogue OUT.c FILE.yaml...\n", stderr);
		return 2;
	}
	for (i = 2; rc == 0 && i < argc; i++)
		rc = tsr_rule_load_path(&list, &arena, argv[i], &err);
	if (rc == 0)
		qsort(list.rules, list.n, sizeof(*list.rules), by_id);
	if (rc || all_builtins(&list, &err) || serialise(&list, &arena, &db, &err) ||
	    write_catalogue(argv[1], &list, &db, &err)) {
		fprintf(stderr, "mkcatalogue: %s\n", err.msg);
		rc = 1;
	}
	for (i = 0; i < TSR_SIEVES; i++)
		free(db.bytes[i]);
	tsr_rule_list_release(&list);
	tsr_arena_release(&arena);
	return rc;
}
