/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_RUN_BUILD_H
#define TESTS_UNIT_RUN_BUILD_H

#include "finding/run.h"
#include "report/report.h"

/*
 * A run built by hand for the reporters: one archive, one image with two layers
 * and four findings, one of each kind of place. A test changes what it is about.
 * Nothing in it is owned, so there is nothing to release.
 */
#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct run_build {
	struct tsr_run run;
	struct tsr_run_archive archive;
	struct tsr_run_image image;
	struct tsr_run_layer layers[2];
	struct tsr_run_blob blob;
	struct tsr_finding findings[4];
	struct tsr_skip_row skipped, derived[2];
	struct tsr_run_error error;
	struct tsr_text names[2];
};

static inline struct tsr_text text(const char *s)
{
	return tsr_text_ours(s);
}

static inline struct tsr_finding build_finding(const char *rule, enum tsr_severity severity, enum tsr_place kind)
{
	struct tsr_finding f = {
		.rule_id = rule,
		.severity = severity,
		.confidence = TSR_CONFIRMED,
		.title = text("a title"),
		.message = text("a message"),
		.where = { .kind = kind, .path = TSR_TEXT_NONE, .layer = TSR_NO_LAYER, .created_by = TSR_TEXT_NONE,
			   .offset = TSR_NO_OFFSET },
		.hidden_in = TSR_NO_LAYER,
		.occurrences = 1,
		.redacted = TSR_TEXT_NONE,
		.remediation = "Do something about it.",
		.fingerprint = "0123456789abcdef0123456789abcdef",
	};

	return f;
}

/* A complete image without findings. */
static inline void build_clean(struct run_build *b)
{
	*b = (struct run_build){ 0 };
	b->names[0] = text("app:1");
	b->names[1] = text("app:latest");
	b->layers[0] = (struct tsr_run_layer){ .index = 0, .digest = DIGEST_A, .diff_id = DIGEST_B,
					       .media_type = text("application/x"), .compression = "gzip", .size = 10,
					       .uncompressed_size = 20, .entries = 3,
					       .created_by = text("COPY . /app"), .status = "audited" };
	b->layers[1] = (struct tsr_run_layer){ .index = 1, .digest = DIGEST_B, .diff_id = DIGEST_A,
					       .media_type = text("application/x"), .compression = "none", .size = 30,
					       .uncompressed_size = 30, .entries = 4, .created_by = TSR_TEXT_NONE,
					       .status = "audited" };
	b->image = (struct tsr_run_image){ .source = text("saved.tar"), .names = b->names, .n_names = 1,
					   .platform = text("linux/amd64"), .config_digest = DIGEST_A,
					   .layers = b->layers, .n_layers = 2, .complete = true };
	b->image.coverage = (struct tsr_coverage){ .layers = 5, .entries = 13324, .bytes = 248704512,
						   .bytes_scanned = 248704512 };
	b->blob = (struct tsr_run_blob){ 3, b->names, 1, DIGEST_A, 10, "layer", "audited" };
	b->archive = (struct tsr_run_archive){ .source = text("saved.tar"), .format = "docker-archive",
					       .blobs = &b->blob, .n_blobs = 1, .complete = true };
	b->run = (struct tsr_run){ .version = "1.2.3", .rules_digest = DIGEST_B, .archives = &b->archive,
				   .n_archives = 1, .images = &b->image, .n_images = 1 };
}

static inline void build_full(struct run_build *b)
{
	static const char *const tags[] = { "CWE-798", "CIS-DI-0010", NULL };
	static const char *const refs[] = { "https://example.com/", NULL };
	static const struct tsr_via base64 = { .kind = "base64", .offset = 17 };
	struct tsr_finding *f = b->findings;

	build_clean(b);
	f[0] = build_finding("secret/one", TSR_CRITICAL, TSR_PLACE_FILE);
	f[0].where.path = text("app/settings.py");
	f[0].where.layer = 0;
	f[0].where.line = 12;
	f[0].where.offset = 120;
	f[0].where.diff_id = DIGEST_B;
	f[0].where.created_by = text("COPY . /app");
	f[0].where.n_via = 1;
	f[0].where.via = &base64;
	f[0].state = TSR_STATE_DELETED;
	f[0].hidden_in = 4;
	f[0].redacted = text("tok_ab…");
	f[0].length = 40;
	f[0].tags = tags;
	f[0].references = refs;
	f[1] = build_finding("secret/one", TSR_LOW, TSR_PLACE_FILE);
	f[1].where.path = text("app/blob");
	f[1].where.layer = 1;
	f[1].where.offset = 99;
	f[1].state = TSR_STATE_LIVE;
	f[1].occurrences = 3;
	f[2] = build_finding("config/user-root", TSR_HIGH, TSR_PLACE_CONFIG);
	f[2].where.pointer = "/config/User";
	f[3] = build_finding("config/user-not-numeric", TSR_INFO, TSR_PLACE_HISTORY);
	b->image.findings = f;
	b->image.n_findings = 4;
	b->run.by_severity[TSR_CRITICAL] = b->run.by_severity[TSR_HIGH] = 1;
	b->run.by_severity[TSR_LOW] = b->run.by_severity[TSR_INFO] = 1;
	b->run.verdict = TSR_FAIL;
	b->run.status = 1;
}

static inline void build_incomplete(struct run_build *b)
{
	build_clean(b);
	b->skipped = (struct tsr_skip_row){ text("entries"), text("checksum of the header is wrong"), TSR_TEXT_NONE, 1,
					    2048, false };
	b->derived[0] = (struct tsr_skip_row){ text("nested zip"), text("too large"), text("/app/a.jar"), 0, 0, true };
	b->derived[1] = (struct tsr_skip_row){ text("nested zip"), text("encrypted"), text("/app/b.jar"), 0, 0, false };
	b->image.coverage.skipped = &b->skipped;
	b->image.coverage.n_skipped = 1;
	b->image.coverage.derived = b->derived;
	b->image.coverage.n_derived = 2;
	b->image.complete = false;
	b->error = (struct tsr_run_error){ text("saved.tar"), text("layer 1: entries: checksum of the header is wrong"),
					   4 };
	b->run.errors = &b->error;
	b->run.n_errors = 1;
	b->run.verdict = TSR_VERDICT_INCOMPLETE;
	b->run.status = 4;
}

static inline void build_error(struct run_build *b)
{
	*b = (struct run_build){ .run = { .version = "1.2.3", .rules_digest = DIGEST_B } };
	b->error = (struct tsr_run_error){ text("gone.tar"), text("No such file or directory"), 3 };
	b->run.errors = &b->error;
	b->run.n_errors = 1;
	b->run.verdict = TSR_VERDICT_INCOMPLETE;
	b->run.status = 3;
}

#endif
