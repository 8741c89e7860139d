/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static const struct tsr_json_limits wide = { 8u << 20, 300000 };

static json_t *load(const char *text)
{
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	cr_assert_eq(tsr_json_load(tsr_slice_str(text), &wide, &root, NULL, &err), 0, "%s: %s", text,
		     err.msg);
	return root;
}

static enum tsr_errkind refusal(struct tsr_slice text, const struct tsr_json_limits *limits)
{
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	if (tsr_json_load(text, limits, &root, NULL, &err) == 0) {
		json_decref(root);
		return TSR_ENONE;
	}
	cr_expect_null(root);
	cr_expect(err.msg[0]);
	return err.kind;
}

Test(json, keys_fold_as_in_go)
{
	static const struct {
		const char *text, *key;
		int value; /* 0: no match */
	} rows[] = {
		{ "{\"layers\":1}", "Layers", 1 },
		{ "{\"LAYERS\":1}", "layers", 1 },
		{ "{\"Layer\\u017f\":1}", "Layers", 1 },
		{ "{\"Layer\xc5\xbf\":1}", "layers", 1 },
		{ "{\"\\u212aey\":1}", "Key", 1 },
		{ "{\"\xe2\x84\xaa\":1}", "k", 1 },
		{ "{\"layer\":1}", "layers", 0 },
		{ "{\"layers2\":1}", "layers", 0 },
		{ "{\"lay\\u00e9rs\":1}", "layers", 0 },
		{ "{\"l\xc4\xb0\":1}", "li", 0 }, /* U+0130 does not fold to i */
		{ "{\"[\":1}", "{", 0 },
		{ "{\"\":1}", "a", 0 },
		{ "{\"\xc5\xbf\":1}", "", 0 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		json_t *root = load(rows[i].text);

		cr_expect_eq(json_integer_value(tsr_json_get(root, rows[i].key, NULL)), rows[i].value, "%s",
			     rows[i].text);
		json_decref(root);
	}
}

Test(json, the_last_matching_key_wins_and_is_called_ambiguous)
{
	static const struct {
		const char *text;
		int value;
		bool ambiguous, duplicate;
	} rows[] = {
		{ "{\"Layers\":1,\"x\":2}", 1, false, false },
		{ "{\"Layers\":1,\"layers\":2}", 2, true, false },
		{ "{\"layers\":1,\"Layers\":2}", 2, true, false },
		{ "{\"Layers\":1,\"a\":5,\"Layer\\u017f\":2}", 2, true, false },
		{ "{\"Layers\":1,\"Layers\":2}", 2, false, true },
		{ "{\"Layers\":1,\"\\u004cayers\":2}", 2, false, true },
		{ "{\"a\":{\"b\":1,\"b\":2},\"Layers\":3}", 3, false, true },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_json_notes notes = { false, false };
		bool ambiguous = false;
		json_t *root = NULL;

		cr_assert_eq(tsr_json_load(tsr_slice_str(rows[i].text), &wide, &root, &notes, NULL), 0);
		cr_expect_eq(json_integer_value(tsr_json_get(root, "Layers", &ambiguous)), rows[i].value,
			     "%s", rows[i].text);
		cr_expect_eq(ambiguous, rows[i].ambiguous, "%s", rows[i].text);
		cr_expect_eq(notes.duplicate_keys, rows[i].duplicate, "%s", rows[i].text);
		json_decref(root);
	}
}

Test(json, ambiguous_is_only_ever_set)
{
	json_t *root = load("{\"a\":1}");
	bool ambiguous = true;

	tsr_json_get(root, "a", &ambiguous);
	cr_assert(ambiguous);
	json_decref(root);
}

Test(json, what_follows_the_value_is_ignored_and_noted)
{
	static const struct {
		const char *text;
		bool trailing;
	} rows[] = {
		{ "{}", false },  { " [1] \r\n\t", false },   { "{}{}", true },	   { "[1]]", true },
		{ "{} x", true }, { "{}\xff", true },	      { "\"a\" 1", true }, { "null", false },
		{ "12 ", false }, { "{\"a\":\"}\"}", false },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_json_notes notes = { true, true };
		json_t *root = NULL;

		cr_expect_eq(tsr_json_load(tsr_slice_str(rows[i].text), &wide, &root, &notes, NULL), 0, "%s",
			     rows[i].text);
		cr_expect_eq(notes.trailing, rows[i].trailing, "%s", rows[i].text);
		cr_expect_not(notes.duplicate_keys);
		json_decref(root);
	}
}

Test(json, what_is_no_json_is_a_format_error)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"[",
		"{\"a\"}",
		"{\"a\":}",
		"[1,]",
		"tru",
		"[}",
		"{]",
		"\"",
		"\"\\",
		"nul",
		",",
		":",
		"}",
		"'a'",
		"[\"\xff\"]",
		"{a:1}",
		"[01]",
		"[1.]",
		"\xef\xbb\xbf{}",
		"[\"\\ud800\"]",
		"{\"a\\u0000b\":1}",
		"[\"\n\"]",
		"[1 2]",
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(bad); i++)
		cr_expect_eq(refusal(tsr_slice_str(bad[i]), &wide), TSR_EFORMAT, "%s", bad[i]);
	cr_expect_eq(refusal(TSR_SLICE_NONE, &wide), TSR_EFORMAT);
	cr_expect_eq(refusal(TSR_SLICE("{\0}"), &wide), TSR_EFORMAT);
}

Test(json, an_error_never_quotes_the_text)
{
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root;

	cr_assert_eq(tsr_json_load(TSR_SLICE("{\"a\": hunter2hunter2}"), &wide, &root, NULL, &err), -1);
	cr_assert_null(strstr(err.msg, "hunter"));
	cr_assert_not_null(strstr(err.msg, "line 1"));
}

Test(json, nesting_has_an_end)
{
	char *text = tsr_xmalloc(2 * 3000 + 1);
	json_t *root = NULL;

	memset(text, '[', 2000);
	memset(text + 2000, ']', 2000);
	cr_expect_eq(tsr_json_load(tsr_slice_of(text, 4000), &wide, &root, NULL, NULL), 0);
	json_decref(root);
	memset(text, '[', 3000);
	memset(text + 3000, ']', 3000);
	cr_expect_eq(refusal(tsr_slice_of(text, 6000), &wide), TSR_EFORMAT);
	free(text);
}

Test(json, limits_are_exact_and_come_before_parsing)
{
	static const struct {
		const char *text;
		uint32_t values;
	} rows[] = {
		{ "{}", 1 },
		{ "[1,2,3]", 4 },
		{ "{\"a\":{\"b\":[true,null,\"x\"]}}", 8 },
		{ "[-1.5e3,\"a\\\"b,c\"]", 3 },
		{ " 5 ", 1 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_slice s = tsr_slice_str(rows[i].text);
		struct tsr_json_limits fits = { s.len, rows[i].values };
		struct tsr_json_limits fewer = { s.len, rows[i].values - 1 }, shorter = { s.len - 1, 100 };

		cr_expect_eq(refusal(s, &fits), TSR_ENONE, "%s", rows[i].text);
		cr_expect_eq(refusal(s, &fewer), TSR_ELIMIT, "%s", rows[i].text);
		cr_expect_eq(refusal(s, &shorter), TSR_ELIMIT, "%s", rows[i].text);
	}
}

Test(json, many_small_values_cost_no_memory)
{
	size_t n = 7u << 20, i;
	char *text = tsr_xmalloc(n);

	for (i = 0; i < n; i++)
		text[i] = i % 2 ? ',' : '0';
	text[0] = '[';
	cr_expect_eq(refusal(tsr_slice_of(text, n), &wide), TSR_ELIMIT);
	free(text);
}

Test(json, nul_in_a_string_is_kept)
{
	json_t *root = load("{\"a\":\"x\\u0000y\"}");

	cr_assert(tsr_slice_eq(tsr_json_get_string(root, "A", NULL), TSR_SLICE("x\0y")));
	json_decref(root);
}

Test(json, integers_too_large_do_not_hide_the_document)
{
	json_t *root = load(
		"{\"x\":18446744073709551616,\"size\":1234,\"y\":-99999999999999999999,\"f\":1.5,\"z\":1,"
		"\"z\":2}");
	uint64_t v = 0;

	cr_assert_eq(tsr_json_get_u64(root, "Size", &v), 0);
	cr_assert_eq(v, 1234);
	cr_assert_eq(tsr_json_get_u64(root, "x", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "y", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "f", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "z", &v), 0);
	cr_assert_eq(v, 2);
	json_decref(root);
}

Test(json, u64_takes_what_fits)
{
	json_t *root = load("{\"a\":9223372036854775807,\"b\":-1,\"c\":\"1\",\"d\":0,\"e\":null}");
	uint64_t v = 5;

	cr_assert_eq(tsr_json_get_u64(root, "b", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "c", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "e", &v), -1);
	cr_assert_eq(tsr_json_get_u64(root, "none", &v), -1);
	cr_assert_eq(v, 5);
	cr_assert_eq(tsr_json_get_u64(root, "a", &v), 0);
	cr_assert_eq(v, INT64_MAX);
	cr_assert_eq(tsr_json_get_u64(root, "d", &v), 0);
	cr_assert_eq(v, 0);
	json_decref(root);
}

Test(json, typed_lookups_tell_wrong_from_absent)
{
	json_t *root = load("{\"o\":{},\"a\":[],\"s\":\"\",\"n\":null,\"i\":1}");
	bool wrong = false;

	cr_assert_not_null(tsr_json_get_object(root, "O", &wrong));
	cr_assert_not_null(tsr_json_get_array(root, "A", &wrong));
	cr_assert_not_null(tsr_json_get_string(root, "S", &wrong).ptr);
	cr_assert_null(tsr_json_get_object(root, "n", &wrong));
	cr_assert_null(tsr_json_get_array(root, "none", &wrong));
	cr_assert_null(tsr_json_get_string(root, "n", &wrong).ptr);
	cr_assert_not(wrong);
	cr_assert(json_is_null(tsr_json_get(root, "n", NULL)));
	cr_assert_null(tsr_json_get_object(root, "a", NULL));
	cr_assert_null(tsr_json_get_object(root, "a", &wrong));
	cr_assert(wrong);
	wrong = false;
	tsr_json_get_array(root, "o", &wrong);
	cr_assert(wrong);
	wrong = false;
	tsr_json_get_string(root, "i", &wrong);
	cr_assert(wrong);
	cr_assert_null(tsr_json_get(tsr_json_get(root, "a", NULL), "x", NULL));
	cr_assert_null(tsr_json_get(NULL, "x", NULL));
	cr_assert_eq(tsr_json_str(NULL).len, 0);
	json_decref(root);
}

Test(json, sniff_looks_behind_white_space)
{
	cr_assert(tsr_json_sniff(TSR_SLICE(" \n\t{")));
	cr_assert(tsr_json_sniff(TSR_SLICE("[")));
	cr_assert_not(tsr_json_sniff(TSR_SLICE("\"a\"")));
	cr_assert(tsr_json_sniff(TSR_SLICE("  ")), "a document may begin with any amount of white space");
	cr_assert_not(tsr_json_sniff(TSR_SLICE("  x")));
	cr_assert_not(tsr_json_sniff(TSR_SLICE_NONE));
}

static void note(void *ctx, const char *pointer, struct tsr_slice s, bool is_key)
{
	tsr_buf_printf(ctx, "%s%s=%.*s\n", is_key ? "K " : "V ", pointer, TSR_SLICE_ARG(s));
}

Test(json, every_string_is_visited_with_its_pointer)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(10000);
	json_t *root = load("{\"config\":{\"Env\":[\"A=1\",2,[\"x\"]],\"a/b~c\":\"v\"},\"\":\"e\"}");

	tsr_json_each_string(root, note, &out);
	cr_expect_str_eq(out.ptr, "K /config=config\n"
				  "K /config/Env=Env\n"
				  "V /config/Env/0=A=1\n"
				  "V /config/Env/2/0=x\n"
				  "K /config/a~1b~0c=a/b~c\n"
				  "V /config/a~1b~0c=v\n"
				  "K /=\n"
				  "V /=e\n");
	json_decref(root);
	tsr_buf_reset(&out);
	root = load("\"alone\"");
	tsr_json_each_string(root, note, &out);
	cr_expect_str_eq(out.ptr, "V =alone\n");
	json_decref(root);
}
