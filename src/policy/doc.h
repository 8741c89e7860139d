/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_DOC_H
#define TSR_POLICY_DOC_H

#include "base/arena.h"
#include "base/yaml.h"
#include "finding/severity.h"

/*
 * Files of the policy while they are read: a YAML tree in which every value knows its line and its key.
 * Keys stand in tables (struct tsr_setting), so that a wrong one gets "file:line:column: no such
 * key 'x' (did you mean 'y'?)" and a wrong type what is wanted, alike in all of them. All errors are TSR_EUSAGE.
 * A file that says nothing is an empty mapping and an empty list.
 */
struct tsr_doc {
	const char *path;        /* as it was given */
	const char *name;        /* the same for messages, escaped */
	struct tsr_arena *arena; /* what is kept of it */
	struct tsr_yaml_marks marks;
	json_t *root;
};

struct tsr_value {
	const struct tsr_doc *doc;
	const json_t *json;
	struct tsr_yaml_place at;
	const char *key; /* it stands behind; "" for the whole document */
};

struct tsr_setting {
	const char *name;
	/* Takes the value over into *to. */
	int (*set)(const struct tsr_value *v, void *to, struct tsr_err *err);
	size_t field; /* offset in what is filled */
};

/* `text` as a document. *doc is released by the caller also after -1. */
int tsr_doc_parse(struct tsr_doc *doc, struct tsr_slice text, const char *name, struct tsr_arena *arena, struct tsr_err *err);
void tsr_doc_release(struct tsr_doc *doc);
struct tsr_value tsr_doc_root(const struct tsr_doc *doc);

/* "file:line:column: key: …"; returns -1. */
int tsr_value_fail(const struct tsr_value *v, struct tsr_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "file:line:column", in the arena. */
const char *tsr_value_place(const struct tsr_value *v);

/* A mapping: every key by the table, which ends in a row without a name. */
int tsr_value_members(const struct tsr_value *v, const struct tsr_setting *table, void *to, struct tsr_err *err);
/* The members of a mapping, in the order of the text, one after the other: *walk begins zeroed. The member's key is its name. */
struct tsr_walk {
	void *at;
	size_t nth;
};
bool tsr_value_next(const struct tsr_value *v, struct tsr_walk *walk, struct tsr_value *member);
/* The nth item of a sequence. */
bool tsr_value_item(const struct tsr_value *v, size_t nth, struct tsr_value *item);
size_t tsr_value_count(const struct tsr_value *v);
/* It is this text, NULs and all. */
bool tsr_value_is(const struct tsr_value *v, const char *word);
/* Null is empty at the top of a file only: behind a key something was meant to stand. */
int tsr_value_want_mapping(const struct tsr_value *v, struct tsr_err *err);
int tsr_value_want_list(const struct tsr_value *v, struct tsr_err *err);

/* Setters; `to` is what their comment says. Strings are in the arena, not empty and without NUL. */
int tsr_set_string(const struct tsr_value *v, void *to, struct tsr_err *err);  /* const char ** */
int tsr_set_word(const struct tsr_value *v, void *to, struct tsr_err *err);    /* the same; numbers too */
int tsr_set_words(const struct tsr_value *v, void *to, struct tsr_err *err);   /* const char *const **, NULL at the end */
int tsr_set_glob(const struct tsr_value *v, void *to, struct tsr_err *err);    /* const char ** */
int tsr_set_digest(const struct tsr_value *v, void *to, struct tsr_err *err);  /* const char **: "sha256:…" */
int tsr_set_bool(const struct tsr_value *v, void *to, struct tsr_err *err);    /* bool * */
int tsr_set_size(const struct tsr_value *v, void *to, struct tsr_err *err);    /* uint64_t *: 8388608, 8M; at least 1 */
int tsr_set_severity(const struct tsr_value *v, void *to, struct tsr_err *err); /* enum tsr_severity * */

/* A list, each item by a setter of `const char *`. */
int tsr_set_list(const struct tsr_value *v, void *to, int (*set)(const struct tsr_value *v, void *to, struct tsr_err *err),
		 struct tsr_err *err);

#endif
