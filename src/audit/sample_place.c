/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sample_place.h"

#include <string.h>

#include "base/mem.h"
#include "scan/filekind.h"

/* Below these a package manager alone writes; of a public source all of it is in everybody's hands. */
static const struct {
	const char *folder;
	bool public_source;
} stores[] = {
	{ "/node_modules/", false },
	{ "/pkg/mod/", false },
	{ "/registry/src/index.crates.io-", true },
	{ "/registry/src/github.com-", true },
	{ "/usr/local/go/", true },
	{ "/usr/lib/go/", true },
	{ "/gems/", false },
	{ "/.m2/repository/", false },
};

/* What maintainers leave in a package for their own builds. */
static bool of_its_maintainers(struct tsr_slice path)
{
	static const char *const parts[] = { "/.github/", "/.circleci/", "/.gitlab/", "/.buildkite/", "/.evergreen/" };
	static const char *const names[] = { "/.coveralls.yml", "/.travis.yml", "/.gitlab-ci.yml", "/appveyor.yml",
					     "/.drone.yml",	"/.codecov.yml", "/.cirrus.yml" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(parts); i++)
		if (memmem(path.ptr, path.len, parts[i], strlen(parts[i])))
			return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_ends(path, names[i]))
			return true;
	return false;
}

static bool shows_something(struct tsr_slice path)
{
	return tsr_filekind_is_test(path) || tsr_filekind(path) == TSR_FILE_TEXT || of_its_maintainers(path);
}

/* `folder` in `path` as if that began with '/': what stands from its last byte on; empty: it is not there. */
static struct tsr_slice from_end_of(struct tsr_slice path, const char *folder)
{
	size_t n = strlen(folder);
	const char *at;

	if (path.len > n - 1 && memcmp(path.ptr, folder + 1, n - 1) == 0)
		return tsr_slice_sub(path, n - 2, path.len);
	at = memmem(path.ptr, path.len, folder, n);
	if (!at)
		return TSR_SLICE_NONE;
	return tsr_slice_sub(path, (size_t)(at - path.ptr) + n - 1, path.len);
}

/* lib/python3.12/test/: what tests the standard library, where no package manager has put it. */
static bool tests_of_python(struct tsr_slice path)
{
	struct tsr_slice rest = from_end_of(path, "/lib/python"), part;

	if (!rest.len)
		return false;
	rest = tsr_slice_sub(rest, 1, rest.len);
	tsr_slice_next(&rest, '/', &part); /* what is left of the folder's name: its version */
	for (size_t i = 0; i < part.len; i++)
		if (!(part.ptr[i] >= '0' && part.ptr[i] <= '9') && part.ptr[i] != '.')
			return false;
	return tsr_slice_starts(rest, "test/") && part.len;
}

static enum tsr_sample_place in_package(struct tsr_slice path, bool shows)
{
	if (shows)
		return TSR_PLACE_SAMPLE;
	return tsr_filekind(path) == TSR_FILE_CODE ? TSR_PLACE_SOURCE : TSR_PLACE_OWN;
}

enum tsr_sample_place tsr_sample_place(struct tsr_slice path, enum tsr_ownership owner)
{
	struct tsr_slice rest;

	if (owner == TSR_OWNED_SAME || owner == TSR_OWNED_PYTHON)
		return in_package(path, shows_something(path));
	if (owner == TSR_OWNED_CHANGED)
		return TSR_PLACE_OWN;
	for (size_t i = 0; i < TSR_ARRAY_LEN(stores); i++) {
		rest = from_end_of(path, stores[i].folder);
		if (rest.len)
			return in_package(path, stores[i].public_source || shows_something(rest));
	}
	return tests_of_python(path) ? TSR_PLACE_SAMPLE : TSR_PLACE_OWN;
}

static bool has_tag(const struct tsr_finding *f, const char *tag)
{
	for (const char *const *t = f->tags; t && *t; t++)
		if (!strcmp(*t, tag))
			return true;
	return false;
}

bool tsr_sample_place_is_data(const struct tsr_finding *f)
{
	return has_tag(f, "test-data");
}

bool tsr_sample_place_holds(enum tsr_sample_place place, const struct tsr_finding *f)
{
	return place == TSR_PLACE_SAMPLE || (place == TSR_PLACE_SOURCE && has_tag(f, "in-comment"));
}

bool tsr_sample_place_lowers(struct tsr_finding *f)
{
	bool data = has_tag(f, "test-data");
	enum tsr_severity most = data ? TSR_LOW : TSR_MEDIUM;

	if (f->severity <= most || (!data && f->confidence == TSR_CONFIRMED))
		return false;
	f->severity = most;
	return true;
}
