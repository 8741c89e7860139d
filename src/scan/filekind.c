/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/filekind.h"

#include "base/mem.h"

/* By what the last component ends with, the first row that fits; case is ignored. */
static const struct {
	const char *end;
	enum tsr_filekind kind;
} rows[] = {
	{ ".env", TSR_FILE_ENV },	   { ".envrc", TSR_FILE_ENV },	  { ".ini", TSR_FILE_CONFIG },
	{ ".cfg", TSR_FILE_CONFIG },	   { ".conf", TSR_FILE_CONFIG },	  { ".cnf", TSR_FILE_CONFIG },
	{ ".config", TSR_FILE_CONFIG },	   { ".yaml", TSR_FILE_CONFIG },	  { ".yml", TSR_FILE_CONFIG },
	{ ".json", TSR_FILE_CONFIG },	   { ".toml", TSR_FILE_CONFIG },	  { ".xml", TSR_FILE_CONFIG },
	{ ".properties", TSR_FILE_CONFIG }, { ".tfvars", TSR_FILE_CONFIG }, { ".tf", TSR_FILE_CONFIG },
	{ ".hcl", TSR_FILE_CONFIG },	   { ".sh", TSR_FILE_CONFIG },	  { ".bash", TSR_FILE_CONFIG },
	{ "rc", TSR_FILE_CONFIG },	   { "profile", TSR_FILE_CONFIG },  { "history", TSR_FILE_CONFIG },
	{ ".service", TSR_FILE_CONFIG },   { ".plist", TSR_FILE_CONFIG }, { ".reg", TSR_FILE_CONFIG },
	{ ".bat", TSR_FILE_CONFIG },	   { ".cmd", TSR_FILE_CONFIG },	  { ".zsh", TSR_FILE_CONFIG },
	{ ".j2", TSR_FILE_CONFIG },	   { ".tpl", TSR_FILE_CONFIG },	  { ".tfstate", TSR_FILE_CONFIG },
	{ "procfile", TSR_FILE_CONFIG },   { ".ps1", TSR_FILE_CODE },	  { "jenkinsfile", TSR_FILE_CODE },
	{ "dockerfile", TSR_FILE_CONFIG }, { "credentials", TSR_FILE_CONFIG },
	{ ".py", TSR_FILE_CODE },	   { ".pyi", TSR_FILE_CODE },	  { ".js", TSR_FILE_CODE },
	{ ".mjs", TSR_FILE_CODE },	   { ".cjs", TSR_FILE_CODE },	  { ".ts", TSR_FILE_CODE },
	{ ".tsx", TSR_FILE_CODE },	   { ".jsx", TSR_FILE_CODE },	  { ".go", TSR_FILE_CODE },
	{ ".rs", TSR_FILE_CODE },	   { ".java", TSR_FILE_CODE },	  { ".kt", TSR_FILE_CODE },
	{ ".c", TSR_FILE_CODE },	   { ".h", TSR_FILE_CODE },	  { ".cc", TSR_FILE_CODE },
	{ ".cpp", TSR_FILE_CODE },	   { ".hpp", TSR_FILE_CODE },	  { ".cs", TSR_FILE_CODE },
	{ ".rb", TSR_FILE_CODE },	   { ".php", TSR_FILE_CODE },	  { ".pl", TSR_FILE_CODE },
	{ ".pm", TSR_FILE_CODE },	   { ".lua", TSR_FILE_CODE },	  { ".swift", TSR_FILE_CODE },
	{ ".scala", TSR_FILE_CODE },	   { ".groovy", TSR_FILE_CODE },	  { ".ex", TSR_FILE_CODE },
	{ ".exs", TSR_FILE_CODE },	   { ".vue", TSR_FILE_CODE },	  { ".sql", TSR_FILE_CODE },
	{ ".md", TSR_FILE_TEXT },	   { ".rst", TSR_FILE_TEXT },
	{ ".html", TSR_FILE_TEXT },	   { ".htm", TSR_FILE_TEXT },	  { ".adoc", TSR_FILE_TEXT },
	{ ".pod", TSR_FILE_TEXT },	   { ".po", TSR_FILE_TEXT },	  { ".pot", TSR_FILE_TEXT },
	{ ".xlf", TSR_FILE_TEXT },	   { ".css", TSR_FILE_TEXT },	  { ".svg", TSR_FILE_TEXT },
	{ ".map", TSR_FILE_TEXT },	   { "readme", TSR_FILE_TEXT },	  { "changelog", TSR_FILE_TEXT },
	{ "copyright", TSR_FILE_TEXT },	   { "metadata", TSR_FILE_TEXT },
};

static struct tsr_slice last_component(struct tsr_slice path)
{
	size_t at = path.len;

	while (at && path.ptr[at - 1] != '/')
		at--;
	return tsr_slice_sub(path, at, path.len);
}

static bool ends_with(struct tsr_slice s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && tsr_slice_caseeq_str(tsr_slice_sub(s, s.len - n, s.len), end);
}

enum tsr_filekind tsr_filekind(struct tsr_slice path)
{
	struct tsr_slice name = last_component(path);

	if (!path.len || tsr_slice_starts(name, ".env"))
		return TSR_FILE_ENV;
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		if (ends_with(name, rows[i].end))
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
	static const char *const names[] = { "test_", "test.", "example", "sample", "mock" };
	static const char *const infixes[] = { "_test.", ".test.", ".spec.", "_spec.", "_tests.", ".examples.", "-examples." };
	struct tsr_slice rest = path, part;

	while (tsr_slice_next(&rest, '/', &part)) {
		for (size_t i = 0; i < TSR_ARRAY_LEN(folders); i++)
			if (tsr_slice_caseeq_str(part, folders[i]))
				return true;
		for (size_t i = 0; rest.len && i < TSR_ARRAY_LEN(tails); i++)
			if (ends_with(part, tails[i]))
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
