/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/filekind.h"

#include "base/mem.h"

/* By what the last component ends with, the first row that fits; case is ignored. */
#define ROW(end, kind) { end, sizeof(end) - 1, kind }

static const struct {
	const char *end;
	size_t len;
	enum tsr_filekind kind;
} rows[] = {
	ROW(".env", TSR_FILE_ENV), ROW(".envrc", TSR_FILE_ENV), ROW(".ini", TSR_FILE_CONFIG),
	ROW(".cfg", TSR_FILE_CONFIG), ROW(".conf", TSR_FILE_CONFIG), ROW(".cnf", TSR_FILE_CONFIG),
	ROW(".config", TSR_FILE_CONFIG), ROW(".yaml", TSR_FILE_CONFIG), ROW(".yml", TSR_FILE_CONFIG),
	ROW(".json", TSR_FILE_CONFIG), ROW(".toml", TSR_FILE_CONFIG), ROW(".xml", TSR_FILE_CONFIG),
	ROW(".properties", TSR_FILE_CONFIG), ROW(".tfvars", TSR_FILE_CONFIG), ROW(".tf", TSR_FILE_CONFIG),
	ROW(".hcl", TSR_FILE_CONFIG), ROW(".sh", TSR_FILE_CONFIG), ROW(".bash", TSR_FILE_CONFIG),
	ROW("rc", TSR_FILE_CONFIG), ROW("profile", TSR_FILE_CONFIG), ROW("history", TSR_FILE_CONFIG),
	ROW(".service", TSR_FILE_CONFIG), ROW(".plist", TSR_FILE_CONFIG), ROW(".reg", TSR_FILE_CONFIG),
	ROW(".bat", TSR_FILE_CONFIG), ROW(".cmd", TSR_FILE_CONFIG), ROW(".zsh", TSR_FILE_CONFIG),
	ROW(".j2", TSR_FILE_CONFIG), ROW(".tpl", TSR_FILE_CONFIG), ROW(".tfstate", TSR_FILE_CONFIG),
	ROW("procfile", TSR_FILE_CONFIG), ROW(".ps1", TSR_FILE_CODE), ROW("jenkinsfile", TSR_FILE_CODE),
	ROW("dockerfile", TSR_FILE_CONFIG), ROW("credentials", TSR_FILE_CONFIG), ROW(".py", TSR_FILE_CODE),
	ROW(".pyi", TSR_FILE_CODE), ROW(".js", TSR_FILE_CODE), ROW(".mjs", TSR_FILE_CODE), ROW(".mts", TSR_FILE_CODE),
	ROW(".cts", TSR_FILE_CODE),
	ROW(".cjs", TSR_FILE_CODE), ROW(".ts", TSR_FILE_CODE), ROW(".tsx", TSR_FILE_CODE),
	ROW(".jsx", TSR_FILE_CODE), ROW(".go", TSR_FILE_CODE), ROW(".rs", TSR_FILE_CODE),
	ROW(".java", TSR_FILE_CODE), ROW(".kt", TSR_FILE_CODE), ROW(".c", TSR_FILE_CODE),
	ROW(".h", TSR_FILE_CODE), ROW(".cc", TSR_FILE_CODE), ROW(".cpp", TSR_FILE_CODE),
	ROW(".hpp", TSR_FILE_CODE), ROW(".cs", TSR_FILE_CODE), ROW(".rb", TSR_FILE_CODE),
	ROW(".php", TSR_FILE_CODE), ROW(".pl", TSR_FILE_CODE), ROW(".pm", TSR_FILE_CODE),
	ROW(".lua", TSR_FILE_CODE), ROW(".swift", TSR_FILE_CODE), ROW(".scala", TSR_FILE_CODE),
	ROW(".groovy", TSR_FILE_CODE), ROW(".ex", TSR_FILE_CODE), ROW(".exs", TSR_FILE_CODE),
	ROW(".vue", TSR_FILE_CODE), ROW(".sql", TSR_FILE_CODE), ROW(".md", TSR_FILE_TEXT),
	ROW(".rst", TSR_FILE_TEXT), ROW(".html", TSR_FILE_TEXT), ROW(".htm", TSR_FILE_TEXT),
	ROW(".adoc", TSR_FILE_TEXT), ROW(".pod", TSR_FILE_TEXT), ROW(".po", TSR_FILE_TEXT),
	ROW(".pot", TSR_FILE_TEXT), ROW(".xlf", TSR_FILE_TEXT), ROW(".css", TSR_FILE_TEXT),
	ROW(".svg", TSR_FILE_TEXT), ROW(".map", TSR_FILE_TEXT), ROW("readme", TSR_FILE_TEXT),
	ROW("changelog", TSR_FILE_TEXT), ROW("copyright", TSR_FILE_TEXT), ROW("metadata", TSR_FILE_TEXT),
};

static struct tsr_slice last_component(struct tsr_slice path)
{
	size_t at = path.len;

	while (at && path.ptr[at - 1] != '/')
		at--;
	return tsr_slice_sub(path, at, path.len);
}

/* Asked for every value that is assigned to a name: so the last character is looked at first. */
static bool ends_with(struct tsr_slice s, const char *end, size_t len)
{
	return s.len >= len && (s.ptr[s.len - 1] | 0x20) == (end[len - 1] | 0x20) &&
	       tsr_slice_caseeq_str(tsr_slice_sub(s, s.len - len, s.len), end);
}

enum tsr_filekind tsr_filekind(struct tsr_slice path)
{
	struct tsr_slice name = last_component(path);

	if (!path.len || tsr_slice_starts(name, ".env"))
		return TSR_FILE_ENV;
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		if (ends_with(name, rows[i].end, rows[i].len))
			return rows[i].kind;
	return TSR_FILE_OTHER;
}

bool tsr_filekind_is_test(struct tsr_slice path)
{
	static const char *const folders[] = { "test",	   "tests",    "testing",  "testdata", "__tests__", "spec",
					       "example",  "examples", "fixtures", "samples",  "sample",    "mock",
					       "mocks",	   "doc",      "docs",	   "demo",     "demos",	    "man",
					       "benchmark", "benches", "tutorial", "tutorials", "testutil",
					       "testutils", "testsetup", "dummyserver", "testcerts", "testsuites", "testkit", "testlib" };
	static const char *const tails[] = { "-test", "_test", "-tests", "-examples", "testsuite", "-testing" };
	static const char *const names[] = { "test_", "test.", "test-", "tests.", "tests-", "tests_", "example", "sample", "mock" };
	static const char *const infixes[] = { "_test.", ".test.", ".spec.", "_spec.", "_tests.", ".examples.", "-examples." };
	struct tsr_slice rest = path, part;

	while (tsr_slice_next(&rest, '/', &part)) {
		for (size_t i = 0; i < TSR_ARRAY_LEN(folders); i++)
			if (tsr_slice_caseeq_str(part, folders[i]))
				return true;
		for (size_t i = 0; rest.len && i < TSR_ARRAY_LEN(tails); i++)
			if (ends_with(part, tails[i], strlen(tails[i])))
				return true;
		if (rest.len && (tsr_slice_starts(part, "test-") || tsr_slice_starts(part, "test_")))
			return true;
	}
	part = last_component(path);
	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_starts(part, names[i]))
			return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(infixes); i++)
		for (size_t k = 0; k + strlen(infixes[i]) <= part.len; k++)
			if (tsr_slice_starts(tsr_slice_sub(part, k, part.len), infixes[i]))
				return true;
	return false;
}
