/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/select.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"

/* Names and options have spaces between; "" is none. */
struct list {
	struct tsr_slice slices[4];
	const char *strings[4];
	char text[4][64];
	size_t n;
};

static void split(struct list *l, const char *s)
{
	struct tsr_slice rest = tsr_slice_str(s), one;

	l->n = 0;
	while (tsr_slice_next(&rest, ' ', &one)) {
		snprintf(l->text[l->n], sizeof(l->text[0]), "%.*s", TSR_SLICE_ARG(one));
		l->slices[l->n] = one;
		l->strings[l->n] = l->text[l->n];
		l->n++;
	}
}

Test(select, by_name_and_platform)
{
	static const struct {
		const char *names, *platform, *refs, *platforms;
		bool selected;
	} table[] = {
		{ "app:1", "linux/amd64/", "", "", true },
		{ "", "//", "", "", true },
		{ "app:1", "linux/amd64/", "app:1", "", true },
		{ "app:1 app:2", "linux/amd64/", "app:2", "", true },
		{ "app:1", "linux/amd64/", "x:1 app:1", "", true },
		{ "app:1", "linux/amd64/", "app", "", false },
		{ "app:1", "linux/amd64/", "pp:1", "", false },
		{ "app:1", "linux/amd64/", "/app:1", "", false },
		{ "app:10", "linux/amd64/", "app:1", "", false },
		{ "", "linux/amd64/", "app:1", "", false },
		{ "docker.io/library/app:1", "linux/amd64/", "app:1", "", true },
		{ "docker.io/library/app:1", "linux/amd64/", "library/app:1", "", true },
		{ "docker.io/library/app:1", "linux/amd64/", "docker.io/library/app:1", "", true },
		{ "docker.io/library/my-app:1", "linux/amd64/", "app:1", "", false },
		{ "app:1", "linux/amd64/", "docker.io/library/app:1", "", false },
		{ "app:1", "linux/amd64/", "", "linux/amd64", true },
		{ "app:1", "linux/amd64/", "", "linux/arm64", false },
		{ "app:1", "linux/amd64/", "", "linux/arm64 linux/amd64", true },
		{ "app:1", "linux/amd64/", "", "linux", false },
		{ "app:1", "linux/amd64/", "", "windows/amd64", false },
		{ "app:1", "linux/arm/v7", "", "linux/arm", true },
		{ "app:1", "linux/arm/v7", "", "linux/arm/v7", true },
		{ "app:1", "linux/arm/v7", "", "linux/arm/v6", false },
		{ "app:1", "linux/arm64/", "", "linux/arm64/v8", false },
		{ "app:1", "//", "", "linux/amd64", false },
		{ "app:1", "linux/amd64/", "app:1", "linux/arm64", false },
		{ "app:1", "linux/amd64/", "app:2", "linux/amd64", false },
		{ "app:1", "linux/amd64/", "app:1", "linux/amd64", true },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct list names, refs, platforms;
		struct tsr_slice platform = tsr_slice_str(table[i].platform);
		struct tsr_audit_options o = { 0 };
		struct tsr_image image = { 0 };

		split(&names, table[i].names);
		split(&refs, table[i].refs);
		split(&platforms, table[i].platforms);
		image.names = names.slices;
		image.n_names = names.n;
		tsr_slice_next(&platform, '/', &image.os);
		tsr_slice_next(&platform, '/', &image.architecture);
		image.variant = platform;
		o.refs = refs.strings;
		o.n_refs = refs.n;
		o.platforms = platforms.strings;
		o.n_platforms = platforms.n;
		cr_expect_eq(tsr_image_selected(&o, &image), table[i].selected, "row %zu: %s %s for %s %s", i, table[i].names,
			     table[i].platform, table[i].refs, table[i].platforms);
	}
}
