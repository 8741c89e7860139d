/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sample_place.h"

#include <criterion/criterion.h>

#include "base/mem.h"

Test(sample_place, tests_and_documentation_of_packages)
{
	static const struct {
		const char *path;
		enum tsr_ownership owner;
		enum tsr_sample_place sample;
	} rows[] = {
		{ "usr/lib/python3.11/test/keycert.pem", TSR_OWNED_SAME, TSR_PLACE_SAMPLE },
		{ "usr/share/doc/libssl-dev/demos/cakey.pem", TSR_OWNED_SAME, TSR_PLACE_SAMPLE },
		{ "usr/share/mysql/mysql-test/std_data/cakey.pem", TSR_OWNED_SAME, TSR_PLACE_SAMPLE },
		{ "usr/share/doc/libssl-dev/demos/cakey.pem", TSR_OWNED_CHANGED, TSR_PLACE_OWN },
		{ "usr/share/doc/libssl-dev/demos/cakey.pem", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "etc/ssl/private/key.pem", TSR_OWNED_SAME, TSR_PLACE_OWN },
		{ "usr/lib/python3/site-packages/tornado/test/test.key", TSR_OWNED_PYTHON, TSR_PLACE_SAMPLE },
		{ "usr/lib/python3/site-packages/tornado/test/test.key", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "usr/lib/python3/site-packages/app/key.pem", TSR_OWNED_PYTHON, TSR_PLACE_OWN },
		{ "app/node_modules/ssh2/test/fixtures/id_rsa", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "node_modules/ssh2/README.md", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "app/test/node_modules/ssh2/lib/key.js", TSR_OWNED_BY_NONE, TSR_PLACE_SOURCE },
		{ "app/node_modules/debug/.coveralls.yml", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "app/node_modules/debug/.github/workflows/ci.yml", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "app/node_modules/app/config.yml", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "root/go/pkg/mod/example.com/m@v1.0.0/a_test.go", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "root/go/pkg/mod/example.com/m@v1.0.0/a.go", TSR_OWNED_BY_NONE, TSR_PLACE_SOURCE },
		{ "usr/local/go/src/crypto/tls/tls.go", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/rsa-0.9.0/src/pss.rs", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "usr/local/cargo/registry/src/crates.corp.internal-6f17d22bba15001f/a-1.0.0/src/a.rs", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "root/.pyenv/versions/3.12.1/lib/python3.12/test/certdata/keycert.pem", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "usr/lib/python2.7/test/keycert.pem", TSR_OWNED_BY_NONE, TSR_PLACE_SAMPLE },
		{ "usr/lib/python3.12/test_data/keycert.pem", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "usr/lib/python3/dist-packages/a/key.pem", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "usr/lib/pythonic/test/keycert.pem", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "srv/tests/key.pem", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
		{ "node_modules", TSR_OWNED_BY_NONE, TSR_PLACE_OWN },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_sample_place(tsr_slice_str(rows[i].path), rows[i].owner), rows[i].sample, "%s",
			     rows[i].path);
}

Test(sample_place, lowers_but_never_a_confirmed_token)
{
	static const char *const data[] = { "CWE-321", "test-data", NULL }, *const token[] = { "CWE-798", NULL };
	static const struct {
		const char *const *tags;
		enum tsr_severity before, after;
		enum tsr_confidence confidence;
	} rows[] = {
		{ data, TSR_CRITICAL, TSR_LOW, TSR_CONFIRMED },	   { data, TSR_MEDIUM, TSR_LOW, TSR_LIKELY },
		{ data, TSR_INFO, TSR_INFO, TSR_CONFIRMED },	   { token, TSR_CRITICAL, TSR_CRITICAL, TSR_CONFIRMED },
		{ token, TSR_CRITICAL, TSR_MEDIUM, TSR_LIKELY },   { token, TSR_LOW, TSR_LOW, TSR_POSSIBLE },
		{ NULL, TSR_HIGH, TSR_MEDIUM, TSR_POSSIBLE },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_finding f = { .severity = rows[i].before, .confidence = rows[i].confidence, .tags = rows[i].tags };
		bool lowered = tsr_sample_place_lowers(&f);

		cr_expect_eq(f.severity, rows[i].after, "row %zu", i);
		cr_expect_eq(lowered, rows[i].before != rows[i].after, "row %zu", i);
	}
}

Test(sample_place, comments_in_source_of_packages_show_something)
{
	static const char *const comment[] = { "in-comment", NULL };
	struct tsr_finding f = { .tags = comment };

	cr_expect(tsr_sample_place_holds(TSR_PLACE_SAMPLE, &f));
	cr_expect(tsr_sample_place_holds(TSR_PLACE_SOURCE, &f));
	cr_expect_not(tsr_sample_place_holds(TSR_PLACE_OWN, &f), "commented out is not removed");
	f.tags = NULL;
	cr_expect(tsr_sample_place_holds(TSR_PLACE_SAMPLE, &f));
	cr_expect_not(tsr_sample_place_holds(TSR_PLACE_SOURCE, &f));
}
