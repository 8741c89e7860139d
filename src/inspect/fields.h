/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_FIELDS_H
#define TSR_INSPECT_FIELDS_H

#include "base/limits.h"
#include "base/slice.h"
#include "base/yaml_walk.h"

/*
 * Files that consist of names and values, each format as the same stream of
 * fields, so that a parser says which fields it wants and nothing about syntax.
 * Input is hostile: readers are linear, bounded in depth, and give what they could read
 * of a file that is cut or broken.
 */
#define TSR_FIELD_DEPTH 32

struct tsr_field {
	const struct tsr_slice *path; /* names from the outermost, the value's own last; empty for items of lists */
	size_t depth;
	struct tsr_slice value;       /* in the content itself where it has no escapes */
	struct tsr_slice raw;         /* XML, ini: as it stands in the content; else empty */
	uint32_t document;            /* YAML: from 0 */
	uint32_t line;                /* from 1; 0: not known */
	bool tagged;                  /* YAML: it has a tag */
};

typedef void tsr_field_visit(void *ctx, const struct tsr_field *f);
typedef void tsr_field_reader(struct tsr_slice content, const struct tsr_limits *limits, tsr_field_visit *visit,
			      void *ctx);

/*
 * [section] and name = value or name: value; ini, properties, TOML and HCL as far as they look like that. Of escapes
 * those are undone that properties have.
 */
tsr_field_reader tsr_fields_ini;
tsr_field_reader tsr_fields_yaml;
/* Comments and commas at the end are allowed, as editors and .NET do. */
tsr_field_reader tsr_fields_json;
/* Texts of elements; an attribute is a field below its element. */
tsr_field_reader tsr_fields_xml;

/* The value's own name, and that which is `up` above it; empty if there is none. */
struct tsr_slice tsr_field_name(const struct tsr_field *f, size_t up);

#endif
