/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "tarsier/tarsier.h"

/* Only what the public header offers. */
static struct tsr_session *session(void)
{
	char why[256] = "";
	struct tsr_session *s = tsr_session_new(NULL, 0, why, sizeof(why));

	cr_assert(s, "%s", why);
	return s;
}

Test(api, the_version_is_that_of_the_header)
{
	cr_assert_str_eq(tsr_version(), TSR_VERSION);
}

Test(api, settings_are_checked)
{
	struct tsr_session *s = session();

	cr_expect(tsr_session_set_jobs(s, 0) == -1);
	cr_expect(tsr_session_set_jobs(s, 2) == 0);
	cr_expect(tsr_session_set_fail_on(s, "severe") == -1);
	cr_expect(strstr(tsr_session_message(s), "severe"));
	cr_expect(tsr_session_set_fail_on(s, "none") == 0);
	cr_expect(tsr_session_set_fail_on(s, "low") == 0);
	cr_expect(tsr_session_set_limit(s, "max-layers", 10) == 0);
	cr_expect(tsr_session_set_limit(s, "max-layers", 0) == -1);
	cr_expect(tsr_session_set_limit(s, "max-wit", 10) == -1);
	cr_expect(tsr_session_set_file(s, "confg", "a") == -1);
	cr_expect(tsr_session_set_file(s, "config", "none") == 0);
	cr_expect(tsr_session_prepare(s) == 0);
	tsr_session_free(s);
	tsr_session_free(NULL);
}

Test(api, rules_that_cannot_be_read_give_no_session)
{
	const char *rules[] = { "/nonexistent/rules.yaml" };
	char why[64] = "";

	cr_expect(!tsr_session_new(rules, 1, why, sizeof(why)));
	cr_expect(*why);
	cr_expect(!tsr_session_new(rules, 1, NULL, 0));
}

Test(api, an_unreadable_input_is_a_result)
{
	struct tsr_session *s = session();
	char *report = NULL;
	size_t len = 0;

	cr_expect(tsr_session_audit(s, "/nonexistent/image.tar") == 0);
	cr_expect(tsr_session_status(s) == 3);
	cr_assert(tsr_session_report(s, "json", &report, &len) == 0);
	cr_expect(len == strlen(report));
	cr_expect(strstr(report, "/nonexistent/image.tar"));
	free(report);
	cr_expect(tsr_session_report(s, "papyrus", &report, &len) == -1);
	cr_expect(strstr(tsr_session_message(s), "papyrus"));
	tsr_session_free(s);
}
