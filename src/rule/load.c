/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/load.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "base/yaml.h"
#include "rule/verify.h"

#define FILE_MAX (4u << 20)
#define DEPTH_MAX 8u

void tsr_rule_list_release(struct tsr_rule_list *l)
{
	free(l->rules);
	free(l->files);
	*l = (struct tsr_rule_list)TSR_RULE_LIST_INIT;
}

struct input {
	struct tsr_slice text;
	const char *name;
	struct tsr_arena *arena;
	struct tsr_rule_list *list;
};

/* Does the line, with its `- ` and quotes off, begin with `key:` (and go on with `value`, if there is one)? */
static bool line_has(struct tsr_slice line, const char *key, const char *value)
{
	size_t len = strlen(key);

	line = tsr_slice_trim(line);
	if (tsr_slice_starts(line, "- "))
		line = tsr_slice_trim(tsr_slice_sub(line, 2, line.len));
	if (!tsr_slice_starts(line, key) || line.len == len || line.ptr[len] != ':')
		return false;
	line = tsr_slice_trim(tsr_slice_sub(line, len + 1, line.len));
	if (line.len > 1 && (line.ptr[0] == '"' || line.ptr[0] == '\''))
		line = tsr_slice_sub(line, 1, line.len - 1);
	return !value || tsr_slice_eq_str(line, value);
}

/*
 * The tree has no line numbers. The line of the rule's id, or that of a key behind it,
 * is found again in the text; 0 if it is written in an unusual way.
 */
static size_t line_of(struct tsr_slice text, const char *id, const char *key)
{
	struct tsr_slice line;
	size_t n = 0, found = 0;

	while (tsr_slice_next(&text, '\n', &line)) {
		n++;
		if (!found && line_has(line, "id", id))
			found = n;
		else if (found && line_has(line, "id", NULL))
			break;
		if (found && key && line_has(line, key, NULL))
			return n;
	}
	return found;
}

static int fail_at(const struct input *in, const char *id, const char *key, struct tsr_err *err)
{
	size_t line = line_of(in->text, id, key);

	if (line)
		return tsr_err_wrap(err, "%s:%zu: %s", in->name, line, id);
	return tsr_err_wrap(err, "%s: %s", in->name, id);
}

static int read_kind(struct tsr_rule_draft *d, const json_t *rule, struct tsr_err *err)
{
	struct tsr_slice kind = tsr_json_str(json_object_get(rule, "kind"));
	unsigned k;

	d->bad_key = "kind";
	for (k = TSR_RULE_CONTENT; k <= TSR_RULE_BUILTIN; k++)
		if (tsr_slice_eq_str(kind, tsr_rule_kind_name((enum tsr_rule_kind)k))) {
			d->rule.kind = (enum tsr_rule_kind)k;
			return 0;
		}
	return tsr_err_set(err, TSR_EUSAGE, "kind: %s",
			   json_object_get(rule, "kind")
				   ? "not one of content, path, package, structured, builtin"
				   : "missing");
}

static int known_id(const struct tsr_rule_list *l, const char *id, struct tsr_err *err)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->rules[i]->id, id) == 0)
			return tsr_err_set(err, TSR_EUSAGE, "id: there is a rule of this id in %s",
					   l->files[i]);
	return 0;
}

static void append(struct tsr_rule_list *l, const struct tsr_rule *r, const char *file)
{
	l->rules = tsr_grow(l->rules, &l->cap, l->n + 1, sizeof(const struct tsr_rule *));
	l->files = tsr_grow(l->files, &l->files_cap, l->n + 1, sizeof(const char *));
	l->rules[l->n] = r;
	l->files[l->n++] = file;
}

static int load_rule(const struct input *in, const json_t *rule, size_t number, struct tsr_err *err)
{
	struct tsr_slice id = tsr_json_str(json_object_get(rule, "id"));
	struct tsr_rule_draft *d = tsr_arena_alloc(in->arena, 1, sizeof(*d));
	const char *name;

	if (!json_is_object(rule))
		return tsr_err_set(err, TSR_EUSAGE, "%s: rule %zu: not a mapping", in->name, number);
	if (!tsr_rule_id_valid(id))
		return tsr_err_set(err, TSR_EUSAGE, "%s: rule %zu: id: %s", in->name, number,
				   json_object_get(rule, "id")
					   ? "not folder/name of lower-case letters, digits and "
					     "hyphens"
					   : "missing");
	name = tsr_arena_str(in->arena, id);
	d->arena = in->arena;
	d->content.specificity = 50;
	d->content.hashable = d->structured.hashable = true;
	d->path.nested = true;
	d->path.uid = d->path.gid = TSR_ID_ANY;
	d->path.confidence = TSR_CONFIRMED;
	d->rule.id = name;
	if (read_kind(d, rule, err) || tsr_keys_read(d, rule, err) || tsr_rule_verify(d, err))
		return fail_at(in, name, d->bad_key, err);
	if (known_id(in->list, name, err))
		return fail_at(in, name, "id", err);
	append(in->list, &d->rule, in->name);
	return 0;
}

int tsr_rule_load_text(struct tsr_rule_list *out, struct tsr_arena *a, struct tsr_slice text,
		       const char *name, struct tsr_err *err)
{
	struct input in = { .text = text, .arena = a, .list = out };
	json_t *root = NULL;
	size_t i;
	int rc = 0;

	/* File names come from whoever calls us, and go to a terminal. */
	in.name = tsr_text_escaped(a, tsr_slice_str(name)).ptr;
	if (tsr_yaml_load(text, in.name, &root, err))
		return -1;
	if (json_is_array(root))
		for (i = 0; rc == 0 && i < json_array_size(root); i++)
			rc = load_rule(&in, json_array_get(root, i), i + 1, err);
	else
		rc = load_rule(&in, root, 1, err);
	json_decref(root);
	return rc;
}

static int load_file(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(FILE_MAX);

	if (tsr_textfile_read(path, &text, err))
		return -1;
	return tsr_rule_load_text(out, a, tsr_buf_slice(&text), path, err);
}

static int load_any(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, unsigned depth,
		    struct tsr_err *err);

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_entry(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, unsigned depth,
		      struct tsr_err *err)
{
	struct tsr_slice name = tsr_slice_str(path);
	struct stat st;

	if (stat(path, &st) != 0)
		return tsr_err_errno(err, TSR_EUSAGE, errno, "%s", tsr_text_escaped(a, name).ptr);
	if (S_ISDIR(st.st_mode) || tsr_slice_ends(name, ".yaml") || tsr_slice_ends(name, ".yml"))
		return load_any(out, a, path, depth, err);
	return 0;
}

static int load_dir(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, unsigned depth,
		    struct tsr_err *err)
{
	const char *shown = tsr_text_escaped(a, tsr_slice_str(path)).ptr;
	struct dirent **names = NULL;
	int i, n, rc = 0;

	if (depth == DEPTH_MAX)
		return tsr_err_set(err, TSR_EUSAGE, "%s: too deep", shown);
	n = scandir(path, &names, NULL, by_name);
	if (n < 0)
		return tsr_err_errno(err, TSR_EUSAGE, errno, "%s", shown);
	for (i = 0; i < n; i++) {
		/* Beside the rules of the catalogue lie the profiles, which are no rules. */
		if (rc == 0 && names[i]->d_name[0] != '.' && strcmp(names[i]->d_name, "profiles") != 0)
			rc = load_entry(out, a, tsr_arena_printf(a, "%s/%s", path, names[i]->d_name),
					depth + 1, err);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int load_any(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, unsigned depth,
		    struct tsr_err *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return load_dir(out, a, path, depth, err);
	return load_file(out, a, path, err);
}

int tsr_rule_load_path(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, struct tsr_err *err)
{
	return load_any(out, a, path, 0, err);
}
