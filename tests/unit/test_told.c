/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/told.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "archive/members.h"
#include "layer/facts_build.h"

/* As many raws as a config of many variables has, each at a pointer of its own. */
static struct tsr_facts *config(uint32_t n, const char *list)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_facts head = { 0 }, *f;
	char pointer[64];

	for (uint32_t i = 0; i < n; i++) {
		struct tsr_raw r = { .rule = i % 7, .entry = TSR_NONE, .step = TSR_NONE };

		snprintf(pointer, sizeof(pointer), "%s/%u", list, i);
		r.pointer = tsr_builder_text(b, tsr_slice_str(pointer));
		r.secret_id[0] = (uint8_t)i;
		tsr_builder_add_raw(b, &r);
	}
	f = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	return f;
}

static uint32_t count(const struct tsr_told *t, const struct tsr_facts *f)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_raws; i++)
		n += tsr_told_has(t, f, &f->raws[i]);
	return n;
}

/* Each of 80,000 raws against each of as many takes far longer. */
Test(told, raws_of_configs_are_told_however_many_there_are, .timeout = 30)
{
	struct tsr_facts *facts[] = { config(40000, "/config/Env"), config(40000, "/history"), config(5, "/config/Env") };
	struct tsr_facts *same = config(40000, "/config/Env"), *other = config(40000, "/container_config/Env");
	struct tsr_blob blobs[3] = { { .flags = TSR_BLOB_SELECTED }, { .flags = TSR_BLOB_SELECTED }, { .flags = 0 } };
	struct tsr_image images[5] = { 0 };
	struct tsr_model model = { .images = images, .n_images = 5 };
	struct tsr_told *t;

	for (int i = 0; i < 3; i++)
		blobs[i].facts = facts[i];
	images[0].config_blob = images[1].config_blob = &blobs[0];
	images[2].config_blob = &blobs[1];
	images[4].config_blob = &blobs[2];
	t = tsr_told_new(&model);
	cr_expect_eq(count(t, same), same->n_raws);
	cr_expect_eq(count(t, other), 0);
	tsr_told_free(t);

	model.n_images = 0;
	t = tsr_told_new(&model);
	cr_expect_eq(count(t, same), 0);
	tsr_told_free(t);

	images[0].config_blob = &blobs[2]; /* of an image that is not reported */
	model.n_images = 1;
	t = tsr_told_new(&model);
	cr_expect_eq(count(t, facts[2]), 0);
	tsr_told_free(t);
	tsr_told_free(NULL);
	for (int i = 0; i < 3; i++)
		tsr_facts_free(facts[i]);
	tsr_facts_free(same);
	tsr_facts_free(other);
}
