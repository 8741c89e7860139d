/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "finding/finding.h"

static struct tsr_finding base(void)
{
	return (struct tsr_finding){ .rule_id = "b/rule",
				     .entry = 5,
				     .nth = 5,
				     .occurrences = 1,
				     .where = { .kind = TSR_PLACE_FILE, .layer = 5, .offset = 5 } };
}

Test(finding, places_have_the_names_of_the_report)
{
	cr_expect_str_eq(tsr_place_name(TSR_PLACE_ARCHIVE), "archive");
	cr_expect_str_eq(tsr_place_name(TSR_PLACE_LAYER), "layer");
	cr_expect_str_eq(tsr_place_name(TSR_PLACE_FILE), "file");
	cr_expect_str_eq(tsr_place_name(TSR_PLACE_CONFIG), "config");
	cr_expect_str_eq(tsr_place_name(TSR_PLACE_HISTORY), "history");
}

/* One finding below and one above the base for every key, from the last key to the first. */
static const struct tsr_via base64_at_3 = { .kind = "base64", .offset = 3 };

static void vary(int key, struct tsr_finding *low, struct tsr_finding *high)
{
	switch (key) {
	case 0:
		low->nth = 1;
		high->nth = 9;
		break;
	case 1:
		low->rule_id = "a/rule";
		high->rule_id = "c/rule";
		break;
	case 2:
		low->where.offset = 1;
		high->where.offset = TSR_NO_OFFSET;
		break;
	case 3:
		low->where.n_via = 0;
		high->where.n_via = 1;
		high->where.via = &base64_at_3;
		break;
	case 4:
		low->entry = 1;
		high->entry = UINT32_MAX;
		break;
	default:
		low->where.layer = 1;
		high->where.layer = TSR_NO_LAYER;
		break;
	}
}

Test(finding, order_is_layer_entry_via_offset_rule_nth)
{
	int key, later;

	for (key = 0; key <= 5; key++) {
		struct tsr_finding low = base(), high = base(), unused = base();

		vary(key, &low, &high);
		cr_expect(tsr_finding_cmp(&low, &high) < 0, "key %d", key);
		cr_expect(tsr_finding_cmp(&high, &low) > 0, "key %d", key);
		cr_expect_eq(tsr_finding_cmp(&low, &low), 0);
		/* The keys after it, the other way round, change nothing. */
		for (later = 0; later < key; later++) {
			vary(later, &high, &unused);
			vary(later, &unused, &low);
		}
		cr_expect(tsr_finding_cmp(&low, &high) < 0, "key %d with later keys turned round", key);
	}
}

Test(finding, views_order_by_offset_then_depth)
{
	struct tsr_via one[1] = { { .kind = "base64", .offset = 10 } };
	struct tsr_via two[2] = { { .kind = "base64", .offset = 10 }, { .kind = "base64" } };
	struct tsr_finding a = base(), b = base();

	a.where.n_via = 1;
	a.where.via = one;
	b.where.n_via = 2;
	b.where.via = two;
	cr_expect(tsr_finding_cmp(&a, &b) < 0);
	two[0].offset = 9;
	cr_expect(tsr_finding_cmp(&a, &b) > 0);
}

Test(finding, files_of_a_container_order_by_name)
{
	struct tsr_via x = { .kind = "zip", .path = tsr_text_ours("a") }, y = { .kind = "zip", .path = tsr_text_ours("b") };
	struct tsr_finding a = base(), b = base();

	a.where.n_via = b.where.n_via = 1;
	a.where.via = &x;
	b.where.via = &y;
	a.where.offset = 9;
	cr_expect(tsr_finding_cmp(&a, &b) < 0);
	cr_expect(tsr_finding_cmp(&b, &a) > 0);
}

Test(finding, order_is_total_where_keys_are_equal)
{
	struct tsr_finding a = base(), b = base();

	cr_expect_eq(tsr_finding_cmp(&a, &b), 0);
	a.where.path.ptr = "/a";
	b.where.path.ptr = "/b";
	cr_expect(tsr_finding_cmp(&a, &b) < 0 && tsr_finding_cmp(&b, &a) > 0);
	b.where.path.ptr = "/a";
	a.where.pointer = "/config/Env/1";
	cr_expect(tsr_finding_cmp(&a, &b) > 0 && tsr_finding_cmp(&b, &a) < 0);
}
