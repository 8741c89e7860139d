/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/compare.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/mem.h"
#include "unit/run_build.h"

/* A run of one image of `n` layers, "diffID instruction" each. */
struct side {
	struct tsr_run run;
	struct tsr_run_image image;
	struct tsr_run_layer layers[8];
	struct tsr_run_package packages[8];
	struct tsr_finding findings[8];
};

static void make_side(struct side *s, const char *const (*layers)[2], size_t n)
{
	*s = (struct side){ .run = { .version = "1", .rules_digest = DIGEST_A, .n_images = 1 } };
	s->run.images = &s->image;
	s->image = (struct tsr_run_image){ .source = text("x"), .platform = text("linux/amd64"), .config_digest = "",
					   .layers = s->layers, .n_layers = n };
	for (size_t i = 0; i < n; i++)
		s->layers[i] = (struct tsr_run_layer){ .index = (uint32_t)i, .digest = layers[i][0], .diff_id = layers[i][0],
						       .created_by = text(layers[i][1]), .status = "audited" };
}

static const char *changes(const struct tsr_image_pair *p, char out[64])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_layers; i++)
		out[n++] = "=ci+-"[p->layers[i].change];
	out[n] = '\0';
	return out;
}

Test(compare, layers_are_matched_by_content_then_instruction_then_place)
{
	static const struct {
		const char *old[4][2], *new[4][2];
		size_t n_old, n_new;
		const char *want; /* = reused, c content, i instruction, + added, - removed */
	} rows[] = {
		{ { { "a", "A" }, { "b", "B" } }, { { "a", "A" }, { "b", "B" } }, 2, 2, "==" },
		{ { { "a", "A" }, { "b", "B" } }, { { "a", "A" }, { "c", "B" } }, 2, 2, "=c" },
		{ { { "a", "A" }, { "b", "B" } }, { { "a", "A" }, { "c", "C" } }, 2, 2, "=i" },
		{ { { "a", "A" } }, { { "a", "A" }, { "b", "B" } }, 1, 2, "=+" },
		{ { { "a", "A" }, { "b", "B" } }, { { "b", "B" } }, 2, 1, "-=" },
		{ { { "a", "A" }, { "b", "B" } }, { { "x", "X" }, { "a", "A" }, { "b", "B" } }, 2, 3, "+==" },
		/* Another builder writes the same in another form. */
		{ { { "a", "/bin/sh -c mkdir /x" } }, { { "b", "RUN mkdir /x" } }, 1, 1, "c" },
		{ { { "a", "RUN /bin/sh -c mkdir /x # buildkit" } }, { { "b", "/bin/sh -c mkdir /x" } }, 1, 1, "c" },
		{ { { "a", "/bin/sh -c #(nop) WORKDIR /x " } }, { { "b", "WORKDIR /x" } }, 1, 1, "c" },
		{ { { "a", "RUN mkdir /x" } }, { { "b", "mkdir /y" } }, 1, 1, "i" },
		{ { { "a", "RUN # buildkit" } }, { { "b", "/bin/sh -c " } }, 1, 1, "i" },
		/* No instruction is no instruction in common. */
		{ { { "a", "" } }, { { "b", "" } }, 1, 1, "i" },
		/* An unknown diffID is nobody's. */
		{ { { "", "A" } }, { { "", "A" } }, 1, 1, "c" },
		{ { { "a", "A" }, { "a", "A" } }, { { "a", "A" } }, 2, 1, "=-" },
		{ { { "a", "A" } }, { { "", "" } }, 1, 0, "-" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct side old, new;
		struct tsr_comparison c;
		char got[64];

		make_side(&old, rows[i].old, rows[i].n_old);
		make_side(&new, rows[i].new, rows[i].n_new);
		tsr_compare(&c, &old.run, &new.run);
		cr_expect_str_eq(changes(&c.images[0], got), rows[i].want, "row %zu: %s", i, got);
		tsr_comparison_release(&c);
	}
}

static struct tsr_run_file file(const char *path, uint64_t size, char type, bool live)
{
	return (struct tsr_run_file){ .path = text(path), .link = TSR_TEXT_NONE, .size = size, .type = type, .live = live };
}

Test(compare, files_of_the_final_root_are_compared_once_each)
{
	static const char *const layers[][2] = { { "a", "A" }, { "b", "B" } };
	/* The later of two that are both live (directories) and not the hidden one counts. */
	struct tsr_run_file was0[] = { file("/b", 1, '0', true), file("/a", 1, '0', false), file("/d", 0, '5', true) };
	struct tsr_run_file was1[] = { file("/a", 2, '0', true), file("/gone", 5, '0', true), file("/.wh", 0, 'w', false) };
	struct tsr_run_file is0[] = { file("/b", 1, '0', true), file("/d", 0, '5', true), file("/new", 7, '2', true) };
	struct tsr_run_file is1[] = { file("/a", 3, '0', true), file("/d", 0, '5', true) };
	struct tsr_comparison c;
	struct side old, new;

	make_side(&old, layers, 2);
	make_side(&new, layers, 2);
	old.layers[0].files = was0;
	old.layers[0].n_files = TSR_ARRAY_LEN(was0);
	old.layers[1].files = was1;
	old.layers[1].n_files = TSR_ARRAY_LEN(was1);
	new.layers[0].files = is0;
	new.layers[0].n_files = TSR_ARRAY_LEN(is0);
	new.layers[1].files = is1;
	new.layers[1].n_files = TSR_ARRAY_LEN(is1);
	tsr_compare(&c, &old.run, &new.run);
	cr_assert_eq(c.images[0].n_files, 3);
	cr_expect_str_eq(c.images[0].files[0].new->path.ptr, "/a");
	cr_expect_eq(c.images[0].files[0].old->size, 2);
	cr_expect_str_eq(c.images[0].files[1].old->path.ptr, "/gone");
	cr_expect_null(c.images[0].files[1].new);
	cr_expect_str_eq(c.images[0].files[2].new->path.ptr, "/new");
	cr_expect_eq(c.images[0].file_tally.added_bytes, 7);
	cr_expect_eq(c.images[0].file_tally.removed_bytes, 5);
	cr_expect_eq(c.images[0].file_tally.changed_new_bytes, 3);
	tsr_comparison_release(&c);
}

static struct tsr_run_package package(const char *ecosystem, const char *name, const char *version, const char *path)
{
	return (struct tsr_run_package){ .ecosystem = ecosystem, .name = text(name), .version = text(version), .path = text(path) };
}

Test(compare, a_package_of_another_version_is_changed)
{
	static const char *const layers[][2] = { { "a", "A" } };
	struct tsr_comparison c;
	struct side old, new;

	make_side(&old, layers, 1);
	make_side(&new, layers, 1);
	old.packages[0] = package("dpkg", "curl", "1", "/s");
	old.packages[1] = package("dpkg", "gone", "1", "/s");
	old.packages[2] = package("node", "two", "1", "/a");
	new.packages[0] = package("python", "curl", "1", "/s");
	new.packages[1] = package("dpkg", "curl", "2", "/s");
	/* Another copy of the same version changes nothing; another version beside it is added. */
	new.packages[2] = package("node", "two", "1", "/b");
	new.packages[3] = package("node", "two", "2", "/b");
	new.packages[4] = package("node", "two", "1", "/a");
	old.image.packages = old.packages;
	old.image.n_packages = 3;
	new.image.packages = new.packages;
	new.image.n_packages = 5;
	tsr_compare(&c, &old.run, &new.run);
	cr_expect_eq(c.images[0].package_tally.changed, 1);
	cr_expect_eq(c.images[0].package_tally.added, 2);
	cr_expect_eq(c.images[0].package_tally.removed, 1);
	cr_expect_str_eq(c.images[0].packages[0].new->version.ptr, "2");
	tsr_comparison_release(&c);
}

static void name_finding(struct tsr_finding *f, const char *fingerprint, enum tsr_severity severity)
{
	*f = build_finding("a/rule", severity, TSR_PLACE_FILE);
	snprintf(f->fingerprint, sizeof(f->fingerprint), "%s", fingerprint);
}

Test(compare, findings_are_introduced_fixed_or_unchanged_by_fingerprint)
{
	static const char *const layers[][2] = { { "a", "A" } };
	static const struct tsr_suppression ignored = { .kind = "ignore", .reason = { "x", false } };
	struct tsr_comparison c;
	struct side old, new;

	make_side(&old, layers, 1);
	make_side(&new, layers, 1);
	name_finding(&old.findings[0], "same", TSR_HIGH);
	name_finding(&old.findings[1], "fixed", TSR_HIGH);
	name_finding(&old.findings[2], "graver", TSR_LOW);
	name_finding(&old.findings[3], "milder", TSR_HIGH);
	name_finding(&new.findings[0], "same", TSR_HIGH);
	name_finding(&new.findings[1], "same", TSR_LOW); /* in another layer too */
	name_finding(&new.findings[2], "graver", TSR_MEDIUM);
	name_finding(&new.findings[3], "milder", TSR_LOW);
	name_finding(&new.findings[4], "new", TSR_CRITICAL);
	new.findings[4].suppressed = &ignored;
	old.image.findings = old.findings;
	name_finding(&old.findings[4], "again", TSR_HIGH);
	old.findings[4].suppressed = &ignored;
	name_finding(&new.findings[5], "again", TSR_HIGH);
	old.image.n_findings = 5;
	new.image.findings = new.findings;
	new.image.n_findings = 6;
	tsr_compare(&c, &old.run, &new.run);
	cr_expect_eq(c.images[0].findings.unchanged, 2);
	cr_expect_eq(c.images[0].findings.n_fixed, 1);
	cr_assert_eq(c.images[0].findings.n_introduced, 2);
	cr_expect_eq(c.images[0].findings.suppressed, 1);
	cr_expect_str_eq(c.images[0].findings.introduced[0].new->fingerprint, "again", "the gravest first; it counts now");
	cr_expect_eq(c.images[0].findings.introduced[1].old->severity, TSR_LOW);
	cr_expect(tsr_comparison_introduced(&c, TSR_HIGH));
	cr_expect_not(tsr_comparison_introduced(&c, TSR_CRITICAL), "one that is suppressed does not count");
	tsr_comparison_release(&c);
}
