/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Compared with the tree that the JSON on the right gives. */
static void check(const char *yaml, const char *json)
{
	struct tsr_err err = TSR_ERR_INIT;
	json_t *got = NULL, *want = json_loads(json, JSON_DECODE_ANY, NULL);

	cr_assert_not_null(want, "%s", json);
	cr_expect_eq(tsr_yaml_load(tsr_slice_str(yaml), "x.yaml", &got, &err), 0, "%s: %s", yaml, err.msg);
	cr_expect(json_equal(got, want), "%s", yaml);
	json_decref(got);
	json_decref(want);
}

static void refuse(const char *yaml, const char *message)
{
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	cr_expect_eq(tsr_yaml_load(tsr_slice_str(yaml), "x.yaml", &root, &err), -1, "%s", yaml);
	cr_expect_null(root);
	cr_expect_eq(err.kind, TSR_EUSAGE);
	cr_expect_eq(strncmp(err.msg, message, strlen(message)), 0, "%s: %s", yaml, err.msg);
}

Test(yaml, scalars_have_few_types)
{
	check("a: true\nb: false\n", "{\"a\":true,\"b\":false}");
	check("[null, ~, ]", "[null,null]");
	check("a:\nb: x", "{\"a\":null,\"b\":\"x\"}");
	check("[0, 7, -12, 9223372036854775807]", "[0,7,-12,9223372036854775807]");
	check("[9223372036854775808, 007, 0x10, +1, 1e3, 1.10, '-']",
	      "[\"9223372036854775808\",\"007\",\"0x10\",\"+1\",\"1e3\",\"1.10\",\"-\"]");
	check("[no, on, yes, True, NULL, .inf, 2024-01-01]",
	      "[\"no\",\"on\",\"yes\",\"True\",\"NULL\",\".inf\",\"2024-01-01\"]");
	check("['true', \"null\", '1', \"\"]", "[\"true\",\"null\",\"1\",\"\"]");
	check("a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}");
	check("a: >-\n  1\n", "{\"a\":\"1\"}");
}

Test(yaml, keys_are_strings)
{
	check("1: a\ntrue: b\n~: c\n", "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\"}");
}

Test(yaml, structure)
{
	check("- a: [1, {b: c}]\n  d:\n  - e\n- f\n", "[{\"a\":[1,{\"b\":\"c\"}],\"d\":[\"e\"]},\"f\"]");
	check("# comment\n---\na: b # more\n...\n", "{\"a\":\"b\"}");
	check("x", "\"x\"");
	check("\xef\xbb\xbf"
	      "a: b",
	      "{\"a\":\"b\"}");
}

Test(yaml, json_is_accepted)
{
	check("{\"a\": [1, true, null, \"x\\u00e9\\/\\n\"],\n\t\"b\": {}}",
	      "{\"a\":[1,true,null,\"x\\u00e9/\\n\"],\"b\":{}}");
}

Test(yaml, nul_in_a_value_is_kept)
{
	json_t *root = NULL;

	cr_assert_eq(tsr_yaml_load(TSR_SLICE("[\"a\\0b\"]"), "x", &root, NULL), 0);
	cr_assert_eq(json_string_length(json_array_get(root, 0)), 3);
	json_decref(root);
}

Test(yaml, what_hides_meaning_is_refused)
{
	refuse("a: &x b\n", "x.yaml:1:4: anchors");
	refuse("a: &x [b]\n", "x.yaml:1:4: anchors");
	refuse("a: &x {b: c}\n", "x.yaml:1:4: anchors");
	refuse("a: b\nc: *x\n", "x.yaml:2:4: aliases");
	refuse("a: !!str b\n", "x.yaml:1:4: tags");
	refuse("a: !x [b]\n", "x.yaml:1:4: tags");
	refuse("a: 1\n<<: {b: 2}\n", "x.yaml:2:1: merge keys");
	refuse("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: the same key twice");
	refuse("a: 1\n---\nb: 2\n", "x.yaml:2:1: more than one document");
	refuse("? [a]\n: b\n", "x.yaml:1:3: a key must be a scalar");
	refuse("? {a: b}\n: c\n", "x.yaml:1:3: a key must be a scalar");
	refuse("\"a\\0b\": c\n", "x.yaml:1:1: a key holds a NUL");
	check("'<<': a", "{\"<<\":\"a\"}");
}

Test(yaml, errors_name_the_line)
{
	refuse("", "x.yaml:1:1: no document");
	refuse("# nothing\n", "x.yaml:1:1: no document");
	refuse("a: [1\nb: 2\n", "x.yaml:2:");
	refuse("a: b\n c: d\n", "x.yaml:2:");
	refuse("a: \"\n", "x.yaml:2:");
	refuse("a:\n\tb: c\n", "x.yaml:2:1: a tab cannot indent");
	refuse("\xef\xbb\xbf" "a: 1\r\nb: 2\r\na: 3\r\n", "x.yaml:3:1: the same key twice");
	refuse("a: b\nc: \xff\n", "x.yaml:");
}

Test(yaml, depth_and_size_are_limited)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(16u << 20);
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;
	int i;

	for (i = 0; i < 32; i++)
		tsr_buf_addc(&b, '[');
	for (i = 0; i < 32; i++)
		tsr_buf_addc(&b, ']');
	cr_assert_eq(tsr_yaml_load(tsr_buf_slice(&b), "x", &root, &err), 0);
	json_decref(root);
	root = NULL;
	tsr_buf_reset(&b);
	for (i = 0; i < 33; i++)
		tsr_buf_addc(&b, '[');
	tsr_buf_addc(&b, '\n');
	refuse(b.ptr, "x.yaml:1:33: nested too deeply");
	tsr_buf_reset(&b);
	tsr_buf_adds(&b, "a: b #");
	while (b.len <= 4u << 20)
		tsr_buf_adds(&b, "0123456789abcdef");
	refuse(b.ptr, "x.yaml:1:1: larger than 4 MiB");
}
