/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/load.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rule/keys.h"
#include "rule/macros.h"
#include "rule/pattern.h"
#include "scan/check.h"

struct loaded {
	struct tsr_rule_list list;
	struct tsr_arena arena;
	struct tsr_err err;
	int rc;
};

static void load(struct loaded *l, const char *text)
{
	memset(l, 0, sizeof(*l));
	l->rc = tsr_rule_load_text(&l->list, &l->arena, tsr_slice_str(text), "f.yaml", &l->err);
}

static void release(struct loaded *l)
{
	tsr_rule_list_release(&l->list);
	tsr_arena_release(&l->arena);
}

#define HEAD "id: secret/x\ntitle: T\nseverity: high\ndescription: D\nremediation: R\n"
#define CONTENT HEAD "kind: content\nexamples: [e]\n"
#define BASIC CONTENT "literals: [ghp_]\npattern: 'ghp_[a-z]{4}'\n"
#define PATH HEAD "kind: path\n"
#define PACKAGE HEAD "kind: package\necosystem: python\n"

Test(rule_load, reads_every_key_of_a_content_rule)
{
	struct loaded l;
	const struct tsr_rule *r;
	const struct tsr_rule_content *c;

	load(&l, CONTENT
	     "severity-when-hidden: low\n"
	     "references: [https://example.com/a]\ntags: [CWE-1, CWE-2]\ncounter-examples: [c]\n"
	     "literals: [ghp_, {text: \"A\\0b\", nocase: true}]\n"
	     "pattern: '(?<secret>ghp_[a-z]{4,10})(?=x)'\nbefore: 7\nreach: 100\nleft: token\nright: word\n"
	     "encode: [utf16]\nnear: {pattern: '[0-9]{12}', within: 200}\nscope: {text: true, paths: ['*.py'], config: true}\n"
	     "specificity: 90\ncheck: crc\nmin-entropy: 3.5\nhashable: false\npublic-prefix: 4\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	cr_assert(l.list.n == 1);
	r = l.list.rules[0];
	c = r->content;
	cr_assert(c && r->kind == TSR_RULE_CONTENT && !r->path && !r->package && !r->structured);
	cr_expect_str_eq(r->id, "secret/x");
	cr_expect(r->severity == TSR_HIGH && r->severity_hidden == TSR_LOW);
	cr_expect(strcmp(r->tags[1], "CWE-2") == 0 && !r->tags[2] && !r->references[1]);
	cr_expect(strcmp(r->counter_examples[0], "c") == 0);
	cr_expect(c->n_literals == 2 && c->literals[1].len == 3 &&
		  memcmp(c->literals[1].bytes, "A\0b", 3) == 0);
	cr_expect(!c->literals[0].nocase && c->literals[1].nocase);
	cr_expect(c->width == 14 && c->before == 7 && c->reach == 100);
	cr_expect(c->left == TSR_EDGE_TOKEN && c->right == TSR_EDGE_WORD && c->encode == TSR_ENCODE_UTF16);
	cr_expect(strcmp(c->near_pattern, "[0-9]{12}") == 0 && c->near_within == 200);
	cr_expect(c->text_only && strcmp(c->paths[0], "*.py") == 0 && !c->paths[1] && c->config);
	cr_expect(c->specificity == 90 && strcmp(c->check, "crc") == 0 && c->min_entropy_x100 == 350);
	cr_expect(!c->hashable && c->public_prefix == 4);
	release(&l);
}

Test(rule_load, defaults_are_those_of_the_manual)
{
	struct loaded l;
	const struct tsr_rule_content *c;

	load(&l, BASIC);
	cr_assert(l.rc == 0, "%s", l.err.msg);
	c = l.list.rules[0]->content;
	cr_expect(l.list.rules[0]->severity_hidden == TSR_HIGH);
	cr_expect(c->specificity == 50 && c->hashable && c->left == TSR_EDGE_NONE && c->before == 0 &&
		  !c->check);
	release(&l);
	load(&l, PATH "globs: [a]\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	cr_expect_str_eq(l.list.rules[0]->path->types, "01");
	release(&l);
}

Test(rule_load, reads_the_other_kinds)
{
	const struct tsr_rule_path *p;
	struct loaded l;

	load(&l, PATH "globs: [a, '*.b']\nexclude: [c]\ntemplates: [d]\ntypes: [device, directory, symlink]\n"
		      "empty-is-info: true\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	cr_expect_str_eq(l.list.rules[0]->path->types, "2345");
	cr_expect(l.list.rules[0]->path->empty_is_info &&
		  strcmp(l.list.rules[0]->path->excludes[0], "c") == 0);
	release(&l);
	load(&l, PATH "globs: [a]\nknown: [k]\nmode: {all: '4000', any: '111', none: '2'}\nuid: 0\nmin-size: 9\nlive: true\n"
		      "nested: false\nonce-per: tree\nunless-secret: true\nconfidence: possible\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	p = l.list.rules[0]->path;
	cr_expect(p->mode_all == 04000 && p->mode_any == 0111 && p->mode_none == 2);
	cr_expect(p->uid == 0 && p->gid == TSR_ID_ANY && p->min_size == 9 && strcmp(p->known[0], "k") == 0);
	cr_expect(p->live && !p->nested && p->once == TSR_ONCE_TREE && p->unless_secret && p->confidence == TSR_POSSIBLE);
	release(&l);
	load(&l, PACKAGE "names: [pytest-*, pytest, black]\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	cr_expect_str_eq(l.list.rules[0]->package->names[0], "black");
	cr_expect_str_eq(l.list.rules[0]->package->names[2], "pytest-*");
	release(&l);
	load(&l, HEAD "kind: structured\nglobs: [.pgpass]\nparser: pgpass\nhashable: false\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	cr_expect(!l.list.rules[0]->structured->hashable);
	release(&l);
	load(&l,
	     "id: config/user-root\ntitle: T\nseverity: low\ndescription: D\nremediation: R\nkind: builtin\n");
	cr_assert(l.rc == 0, "%s", l.err.msg);
	release(&l);
	load(&l, "[]");
	cr_expect(l.rc == 0 && l.list.n == 0);
	release(&l);
}

Test(rule_load, refuses_with_a_reason)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "just text", "rule 1: not a mapping" },
		{ "- 5", "rule 1: not a mapping" },
		{ "title: T", "rule 1: id: missing" },
		{ "id: X/y", "rule 1: id: not folder/name" },
		{ "id: a", "rule 1: id: not folder/name" },
		{ "id: a/b/c", "rule 1: id: not folder/name" },
		{ "id: a/", "rule 1: id: not folder/name" },
		{ "id: a/b\n", "f.yaml:1: a/b: kind: missing" },
		{ "id: a/b\nkind: magic\n", "f.yaml:2: a/b: kind: not one of content, path" },
		{ "id: a/b\nkind: path\n", "title: missing" },
		{ BASIC "colour: red\n", "f.yaml:10: secret/x: colour: no such key" },
		{ BASIC "globs: [a]\n", "f.yaml:10: secret/x: globs: not a key of content rules" },
		{ PATH "globs: [a]\npattern: x\n", "pattern: not a key of path rules" },
		{ PATH, "globs: missing" },
		{ PATH "globs: []\n", "globs: not a list" },
		{ PATH "globs: [[]]\n", "globs: element 1: not a string" },
		{ PATH "globs: ['a[']\n", "globs: a '[' is not closed" },
		{ PATH "globs: [a]\nexclude: ['a//b']\n", "exclude: a component is empty" },
		{ PATH "globs: [a]\ntypes: [pipe]\n",
		  "types: element 1: not one of file, hardlink, symlink" },
		{ PATH "globs: [a]\nempty-is-info: 'yes'\n", "empty-is-info: neither true nor false" },
		{ PATH "globs: [a]\nmode: {all: 4000}\n", "mode: all: not one to four octal digits" },
		{ PATH "globs: [a]\nmode: {all: '8'}\n", "mode: all: not one to four octal digits" },
		{ PATH "globs: [a]\nmode: {some: '1'}\n", "mode: some: no such key" },
		{ PATH "globs: [a]\nonce-per: image\n", "once-per: not one of file, directory, tree, layer" },
		{ PATH "globs: [a]\nconfidence: sure\n", "confidence: not one of possible" },
		{ PATH "globs: [a]\nknown: ['a[']\n", "known: a '[' is not closed" },
		{ PATH "globs: [a]\nuid: -1\n", "uid: not a whole number" },
		{ PACKAGE "names: [PyTest]\n", "names: a name is not normalised" },
		{ PACKAGE "names: [a--b]\n", "names: a name is not normalised" },
		{ PACKAGE "names: ['*']\n", "names: a name is not normalised" },
		{ PACKAGE "names: [a, b, a]\n", "names: a name stands there twice" },
		{ HEAD "kind: package\necosystem: cobol\nnames: [a]\n", "ecosystem: not one of python, dpkg, apk" },
		{ HEAD "kind: package\nnames: [a]\n", "ecosystem: missing" },
		{ HEAD "kind: package\necosystems: [dpkg, deb]\nnames: [a]\n", "ecosystems: element 2: not one of python" },
		{ HEAD "kind: package\necosystem: dpkg\nnames: ['a b']\n", "names: a name is not normalised" },
		{ CONTENT "pattern: x\n", "literals: missing" },
		{ CONTENT "pattern: x\nliterals: [ab]\n", "literals: element 1: 2 bytes" },
		{ CONTENT "pattern: x\nliterals: [{text: abc, case: true}]\n",
		  "literals: element 1: neither a string nor" },
		{ CONTENT "literals: [abc]\n", "pattern: missing" },
		{ HEAD "kind: content\nliterals: [abc]\npattern: abc\n", "examples: missing" },
		{ CONTENT "literals: [abc]\npattern: 'abc('\n",
		  "pattern: missing closing parenthesis, at character 5" },
		{ CONTENT "literals: [abc]\npattern: 'abc.*'\n", "pattern: no bound to its width" },
		{ CONTENT "literals: [abc]\npattern: 'abc.{9,}'\n", "pattern: no bound to its width" },
		{ CONTENT "literals: [abc]\npattern: 'abc.{9,16382}'\n",
		  "pattern: matches up to 16385 bytes" },
		{ CONTENT "literals: [abc]\npattern: 'abc%{sectret}x'\n", "pattern: there is no %{sectret}" },
		{ CONTENT "literals: [abc]\npattern: 'abc%{below'\n", "pattern: " },
		{ CONTENT "literals: [abc]\npattern: '(?:abc)?'\n", "pattern: it matches the empty string" },
		{ CONTENT "literals: [abc]\npattern: 'abc(?:a{1,50}){1,50}!'\n", "pattern: catastrophic: it gives up where `a`" },
		{ CONTENT "literals: [abc]\npattern: 'abc(?:[a-z]{1,9} ?){1,90}=x'\n", "pattern: catastrophic: " },
		{ CONTENT "literals: [abc]\npattern: '(?<secrte>abc)'\n",
		  "pattern: no group may be called 'secrte'" },
		{ CONTENT "literals: [abc]\npattern: '(?<key>abc)\\1'\n",
		  "pattern: back references are not allowed" },
		{ CONTENT "literals: [abc]\npattern: '(*UTF)abc'\n", "pattern: " },
		{ CONTENT "literals: [abc]\npattern: '(*LIMIT_MATCH=9)abc'\n", "pattern: verbs" },
		{ CONTENT "literals: [abc]\npattern: 'abc{,3}'\n", "pattern: write {0,n}" },
		{ BASIC "near: {pattern: 'x'}\n", "near: within: missing" },
		{ BASIC "near: {pattern: '(?<secret>x)', within: 3}\n",
		  "near: pattern: no group may be called" },
		{ BASIC "near: {pattern: 'x*y', within: 3}\n", "near: pattern: no bound" },
		{ BASIC "near: {pattern: 'x', within: 0}\n", "near: within: not a whole number from 1" },
		{ BASIC "scope: {texts: true}\n", "scope: texts: no such key" },
		{ BASIC "scope: {paths: ['{']}\n", "scope: a '{' is not closed" },
		{ BASIC "scope: everywhere\n", "scope: not a mapping" },
		{ BASIC "left: edge\n", "left: not one of none, word, token" },
		{ BASIC "encode: [base32]\n", "encode: element 1: not one of utf16, base64" },
		{ CONTENT "pattern: abc\nliterals: [abc]\nencode: [base64]\n",
		  "encode: base64 is for literals of at least 4" },
		{ CONTENT "pattern: abcd\nliterals: [{text: abcd, nocase: true}]\nencode: [base64]\n",
		  "encode: base64 is for literals without nocase" },
		{ BASIC "specificity: 101\n", "specificity: not a whole number from 0 to 100" },
		{ BASIC "specificity: '50'\n", "specificity: not a whole number" },
		{ BASIC "before: 16385\n", "before: not a whole number from 0 to 16384" },
		{ BASIC "min-entropy: -1\n", "min-entropy: not a number" },
		{ BASIC "min-entropy: 3.123\n", "min-entropy: not a number" },
		{ BASIC "min-entropy: 9\n", "min-entropy: not a number from 0 to 8" },
		{ BASIC "min-entropy: 8.5\n", "min-entropy: not a number from 0 to 8" },
		{ BASIC "check: 5\n", "check: not a string" },
		{ BASIC "check: \"a\\0b\"\n", "check: holds a NUL" },
		{ BASIC "tags: ['']\n", "tags: element 1: empty" },
		{ BASIC "id: secret/y\n", "f.yaml:10:" },
		{ "id: config/user-root\ntitle: T\nseverity: low\ndescription: D\nremediation: R\nkind: path\nglobs: [a]\n",
		  "kind: the id is that of a built-in check" },
		{ HEAD "kind: builtin\n", "kind: no built-in check has this id" },
		{ "- {id: a/b, title: t, severity: low, kind: path, description: d, remediation: r, globs: [a]}\n"
		  "- {id: a/b, title: t, severity: low, kind: path, description: d, remediation: r, globs: [a]}\n",
		  "a/b: id: there is a rule of this id in f.yaml" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct loaded l;

		load(&l, rows[i].text);
		cr_expect(l.rc == -1 && l.err.kind == TSR_EUSAGE, "accepted:\n%s", rows[i].text);
		cr_expect(strncmp(l.err.msg, "f.yaml:", 7) == 0, "%s", l.err.msg);
		cr_expect(strstr(l.err.msg, rows[i].reason) != NULL, "%s\nsays: %s\nwanted: %s", rows[i].text,
			  l.err.msg, rows[i].reason);
		release(&l);
	}
}

Test(rule_load, escapes_what_stands_in_messages)
{
	struct loaded l;

	load(&l, BASIC "\"\\e[31mx\": 1\n");
	cr_assert(l.rc == -1);
	cr_expect(strchr(l.err.msg, 27) == NULL && strstr(l.err.msg, "\\x1b") != NULL, "%s", l.err.msg);
	release(&l);
}

Test(rule_load, knows_the_greatest_width_of_a_pattern)
{
	static const struct {
		const char *pattern;
		uint32_t width;
	} rows[] = {
		{ "abc", 3 },
		{ "abc[0-9]{3,20}", 23 },
		{ "(?<secret>x{3})y", 4 },
		{ "(?'key'x{3})", 3 },
		{ "a(?=bcd)", 1 },
		{ "(?<=ab)c(?!d(?:e|[)]))f", 2 },
		{ "(?<!\\))c", 1 },
		{ "a{1,3}+b?+c{2}+", 6 },
		{ "(?>ab|abc)d", 4 },
		{ "(?|(?<key>a)|(?<key>bc))", 2 },
		{ "\\bfoo\\b", 3 },
		{ "(?i)AbC|d", 3 },
		{ "\\Q(+?=\\E{2}x", 6 },
		{ "[]()+]{5}", 5 },
		{ "[^]()\\]]{5}", 5 },
		{ "[[:alpha:]](?=[[:digit:])])z", 2 },
		{ "\\x{41}{2}\\x42", 3 },
		{ "a\\++", 0 },
		{ "(?s).{0,16000}END", 16003 },
		{ "x{2}{3}", 0 },
		{ "a+", 0 },
		{ "a(?:bc)*d", 0 },
		{ "\\R", 0 },
		{ "(?R)?a", 0 },
	};
	struct tsr_err err;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		uint32_t w = 0;
		int rc = tsr_pattern_width(rows[i].pattern, &w, &err);

		cr_expect(rc == (rows[i].width ? 0 : -1), "%s: %s", rows[i].pattern,
			  rc ? err.msg : "accepted");
		cr_expect(rc || w == rows[i].width, "%s: %u", rows[i].pattern, w);
	}
}

Test(rule_load, broken_patterns_do_no_harm)
{
	static const char *const rows[] = { "\\",    "[",    "[^",     "[]",  "(",    "(?",  "(?=",  "(?=[",
					    "(?=\\", "(?<",  "a{",     "a{1", "a{1,", "\\Q", "\\Qa", "\\x{",
					    "[[:",   "[[:a", "(?=(a)", "+",   "++",   "?+",  "(?#",  "(?>" };
	struct tsr_err err;
	uint32_t w;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		(void)tsr_pattern_width(rows[i], &w, &err);
}

Test(rule_load, reads_a_directory_in_order_and_says_what_it_cannot_read)
{
	struct tsr_rule_list list = TSR_RULE_LIST_INIT;
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_err err = TSR_ERR_INIT;
	size_t i;

	cr_assert(tsr_rule_load_path(&list, &arena, "rules", &err) == 0, "%s", err.msg);
	cr_expect(list.n > 25);
	for (i = 1; i < list.n; i++)
		cr_expect(strcmp(list.files[i - 1], list.files[i]) <= 0);
	cr_expect(tsr_rule_load_path(&list, &arena, "rules/none.yaml", &err) == -1);
	cr_expect(err.kind == TSR_EUSAGE && strstr(err.msg, "rules/none.yaml") != NULL);
	tsr_rule_list_release(&list);
	tsr_arena_release(&arena);
}

/* Is `key` a property of the schema for every kind that has it, and required there if it is? */
static void compare_key(const json_t *schema, const struct tsr_key *k)
{
	const json_t *defs = json_object_get(schema, "$defs"), *common = json_object_get(defs, "rule");
	unsigned kind, all = 0;

	for (kind = TSR_RULE_CONTENT; kind <= TSR_RULE_BUILTIN; kind++)
		all |= 1u << kind;
	for (kind = TSR_RULE_CONTENT; kind <= TSR_RULE_BUILTIN; kind++) {
		const json_t *def = json_object_get(defs, tsr_rule_kind_name((enum tsr_rule_kind)kind));
		const json_t *required = json_object_get(k->kinds == all ? common : def, "required");
		bool there = json_object_get(json_object_get(def, "properties"), k->name) != NULL,
		     must = false;
		size_t i;

		cr_expect(there == (k->kinds >> kind & 1), "%s in %s rules", k->name,
			  tsr_rule_kind_name((enum tsr_rule_kind)kind));
		for (i = 0; i < json_array_size(required); i++)
			must |= strcmp(json_string_value(json_array_get(required, i)), k->name) == 0;
		if (there && strcmp(k->name, "examples") != 0)
			cr_expect(must == k->required, "%s required", k->name);
	}
}

Test(rule_load, schema_and_table_list_the_same_keys)
{
	json_error_t why;
	json_t *schema = json_load_file("rules/schema/rule.schema.json", 0, &why);
	size_t i, n[5] = { 0 };
	unsigned kind;

	cr_assert(schema != NULL, "%s", why.text);
	for (i = 0; tsr_key_at(i); i++) {
		compare_key(schema, tsr_key_at(i));
		for (kind = 0; kind < 5; kind++)
			n[kind] += tsr_key_at(i)->kinds >> kind & 1;
	}
	for (kind = 0; kind < 5; kind++) {
		const json_t *def = json_object_get(json_object_get(schema, "$defs"),
						    tsr_rule_kind_name((enum tsr_rule_kind)kind));

		cr_expect(json_object_size(json_object_get(def, "properties")) == n[kind], "kind %u", kind);
	}
	json_decref(schema);
}

static char page[1 << 17];

static void read_manual(void)
{
	FILE *f = fopen("man/tarsier-rules.5", "r");

	cr_assert(f != NULL);
	cr_assert(fread(page, 1, sizeof(page) - 1, f) > 1000);
	fclose(f);
}

/* Is there a list item `macro name` in the manual? */
static bool has_item(const char *macro, const char *name)
{
	char item[64];
	const char *p = page;

	snprintf(item, sizeof(item), ".It %s %s", macro, name);
	while ((p = strstr(p, item)) != NULL) {
		p += strlen(item);
		if (*p == '\n' || *p == ' ')
			return true;
	}
	return false;
}

Test(rule_load, manual_describes_every_key_and_validator)
{
	size_t i;

	read_manual();
	for (i = 0; tsr_key_at(i); i++) {
		cr_expect(has_item("Ic", tsr_key_at(i)->name), "%s", tsr_key_at(i)->name);
		cr_expect(strlen(tsr_key_at(i)->help) > 5);
	}
	for (i = 0; tsr_check_at(i); i++)
		cr_expect(has_item("Cm", tsr_check_at(i)->name), "%s", tsr_check_at(i)->name);
	for (i = 0; tsr_macro_at(i); i++)
		cr_expect(has_item("Cm", tsr_macro_at(i)->name), "%s", tsr_macro_at(i)->name);
}

Test(rule_load, rules_of_the_manual_are_valid)
{
	static const char open[] = ".Bd -literal -offset indent\n";
	const char *p, *end;
	unsigned n = 0;

	read_manual();
	for (p = page; (p = strstr(p, open)) != NULL; p = end) {
		char text[4096];
		struct loaded l;

		p += sizeof(open) - 1;
		end = strstr(p, ".Ed\n");
		cr_assert(end && (size_t)(end - p) < sizeof(text));
		memcpy(text, p, (size_t)(end - p));
		text[end - p] = 0;
		load(&l, text);
		cr_expect(l.rc == 0, "%s", l.err.msg);
		release(&l);
		n++;
	}
	cr_expect(n >= 2);
}
