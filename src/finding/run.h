/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_RUN_H
#define TSR_FINDING_RUN_H

#include "base/arena.h"
#include "finding/coverage.h"
#include "finding/finding.h"

/*
 * A finished audit, in the shape of the JSON report (schemaVersion 1): all that a
 * reporter sees. Everything is in its final order; all text is in `arena`, and so
 * are the arrays that are made at once (names, layers, blobs). Those that grow (with a
 * `cap_`) are the run's and freed with it.
 */

/* An entry of a layer; only where struct tsr_audit_options asks for files. */
struct tsr_run_file {
	struct tsr_text path, link; /* absolute, and the target of a link */
	uint64_t size;
	int64_t uid, gid;
	uint32_t mode;
	char type;     /* as of a tar header; 'w' for a whiteout, 'o' for an opaque mark */
	bool hashed;   /* `content` is there: of regular files that are neither sparse nor cut */
	uint64_t content[2]; /* half of the SHA-256 of what it holds; never shown, since it would confirm a guess */
	bool live;     /* a container sees it under this name */
};

/* Regular files of a layer, and bytes in them, that no container sees (rootfs/waste.h). */
struct tsr_run_waste {
	uint64_t files, bytes; /* all of the layer */
	uint64_t deleted, deleted_bytes, overwritten, overwritten_bytes, repeated, repeated_bytes;
	uint64_t wasted_bytes; /* deleted and overwritten ones */
};

struct tsr_run_layer {
	uint32_t index;
	const char *digest;     /* of the stored blob, computed; claimed where the blob is absent; "" unknown */
	const char *diff_id;    /* as the config says, or computed where it is silent; "" unknown */
	struct tsr_text media_type;
	const char *compression; /* "none" "gzip" "zstd" "xz" "bzip2"; "" unknown */
	uint64_t size, uncompressed_size, entries;
	struct tsr_text created_by; /* "" if not attributable */
	const char *status;     /* "audited" "missing" "encrypted" "foreign" "damaged" "ambiguous" "limited" "unsupported" "unverifiable" */
	bool excused;           /* foreign, and the policy says that it may be */
	struct tsr_run_waste waste;
	struct tsr_run_file *files; /* in the order of the layer */
	size_t n_files;
};

/* A path of which copies are shipped for nothing. */
struct tsr_run_wasted {
	struct tsr_text path;
	uint32_t layer, copies; /* of the last copy; how many */
	uint64_t bytes;
};

/* What dive(1) says of an image (rootfs/dive.h). */
struct tsr_run_dive {
	bool known;
	uint32_t efficiency; /* millionths */
	uint64_t inefficient, inefficient_bytes;
};

/*
 * A setting of the config. Two of them are the same if `same` is: `text` is masked, so that it
 * cannot tell. `same` is never shown.
 */
struct tsr_run_value {
	struct tsr_text name; /* of a variable or a label; else "" */
	struct tsr_text text; /* "" if not set; of a variable never its value */
	uint64_t same;	      /* 0 if not set */
	uint32_t length;      /* of a variable's value */
};

/* How containers are made; only where struct tsr_audit_options asks for it. */
struct tsr_run_config {
	bool known; /* there is a config that could be read */
	struct tsr_run_value user, entrypoint, cmd, working_dir, stop_signal, healthcheck;
	struct tsr_run_value *env, *labels, *ports, *volumes;
	size_t n_env, n_labels, n_ports, n_volumes;
};

/* An installed package of the final file system. */
struct tsr_run_package {
	const char *ecosystem;         /* "dpkg" (finding/ecosystem.h) */
	struct tsr_text name, version; /* version "" if it has none */
	struct tsr_text path;          /* of the list or file that says so */
	uint32_t layer;                /* in which it was installed in this version, position from 0 */
	bool development;              /* for development only, as its lock file says */
};

struct tsr_run_image {
	struct tsr_text source;
	struct tsr_text *names; /* sorted as found */
	size_t n_names;
	struct tsr_text platform; /* "linux/amd64", "" if unknown */
	const char *config_digest, *manifest_digest; /* manifest NULL where there is none */
	const char *base_digest; /* of the manifest of its base image, as its own says; NULL */
	struct tsr_run_layer *layers;
	size_t n_layers;
	struct tsr_finding *findings;
	size_t n_findings, cap_findings;
	struct tsr_run_package *packages; /* by path, ecosystem, name and version */
	size_t n_packages;
	struct tsr_run_config config;
	struct tsr_run_dive dive; /* where the config is wanted */
	struct tsr_run_wasted *wasted; /* the worst ones first; where the config is wanted */
	size_t n_wasted;
	uint64_t wasted_bytes;	     /* of all layers */
	uint64_t inefficient, inefficient_bytes; /* paths written more than once or removed, and all their copies */
	uint32_t efficiency;	     /* millionths */
	struct tsr_coverage coverage;
	bool complete;
};

struct tsr_run_blob {
	uint32_t ordinal;
	struct tsr_text *names;
	size_t n_names;
	const char *digest;
	uint64_t size;
	const char *role;   /* "layer" "config" "manifest" "index" "attestation" "artifact" "legacy" "unreferenced" "other" */
	const char *status; /* as a layer's */
};

struct tsr_run_archive {
	struct tsr_text source;
	const char *format; /* "docker-archive" "oci-archive" "oci-layout" "docker-dir" … */
	struct tsr_finding *findings;
	size_t n_findings, cap_findings;
	struct tsr_run_blob *blobs;
	size_t n_blobs;
	struct tsr_coverage coverage;
	bool complete;
};

struct tsr_run_error {
	struct tsr_text source, message;
	int status; /* the exit status it stands for: 3, 4 or 5 */
};

enum tsr_verdict { TSR_PASS = 0, TSR_FAIL, TSR_VERDICT_INCOMPLETE };

struct tsr_run {
	struct tsr_arena arena;
	const char *version;
	const char *rules_digest; /* "sha256:…" */
	const char *const *areas; /* of the rules in force, what stands before their "/": sorted; NULL-terminated, or NULL */
	struct tsr_run_archive *archives;
	size_t n_archives, cap_archives;
	struct tsr_run_image *images;
	size_t n_images, cap_images;
	struct tsr_run_error *errors;
	size_t n_errors, cap_errors;
	bool baselined; /* findings were compared with a baseline (policy/apply.h) */
	/* Filled by policy/verdict.h: */
	enum tsr_severity fail_on;
	bool fail_never;
	uint64_t by_severity[TSR_SEVERITIES], suppressed;
	enum tsr_verdict verdict;
	int status;
};

void tsr_run_init(struct tsr_run *run);
void tsr_run_release(struct tsr_run *run);

/* New, zeroed elements at the end; valid until the next is added. */
struct tsr_run_archive *tsr_run_add_archive(struct tsr_run *run);
struct tsr_run_image *tsr_run_add_image(struct tsr_run *run);
void tsr_run_add_error(struct tsr_run *run, struct tsr_text source, struct tsr_text message, int status);

/* Sinks that append to an image's or an archive's findings. */
void tsr_run_image_emit(void *image, const struct tsr_finding *f);
void tsr_run_archive_emit(void *archive, const struct tsr_finding *f);

/*
 * Sorts findings and merges those of one layer with the same fingerprint: occurrences add up, the
 * first live place stays (the first, if all are hidden), with the highest severity and
 * confidence among them.
 */
void tsr_run_settle(struct tsr_run *run);

/* Every input could be read, and every archive and image was audited completely (as tsr_verdict() has it). */
bool tsr_run_complete(const struct tsr_run *run);

/* The finding makes the run fail. */
bool tsr_run_fails(const struct tsr_run *run, const struct tsr_finding *f);

const char *tsr_file_type_name(char type);       /* "file" "directory" "symlink" … of a tsr_run_file */
const char *tsr_verdict_name(enum tsr_verdict v); /* "pass" "fail" "incomplete" */

#endif
