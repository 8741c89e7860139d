/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/canonical.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *texts(const char *const *s)
{
	json_t *a = json_array();

	for (; s && *s; s++)
		json_array_append_new(a, json_string(*s));
	return a;
}

static json_t *literals(const struct tsr_rule_content *c)
{
	json_t *a = json_array();
	uint32_t i;

	for (i = 0; i < c->n_literals; i++)
		json_array_append_new(a, json_pack("[o, b]",
						   json_stringn(c->literals[i].bytes, c->literals[i].len),
						   (int)c->literals[i].nocase));
	return a;
}

static json_t *content(const struct tsr_rule_content *c)
{
	return json_pack(
		"{s:o, s:o, s:[i, i, i], s:[i, i], s:i, s:o, s:i, s:b, s:o, s:b, s:i, s:o, s:i, s:b, s:i}",
		"literals", literals(c), "pattern", text(c->pattern), "extent", (int)c->before, (int)c->width,
		(int)c->reach, "edges", (int)c->left, (int)c->right, "encode", (int)c->encode, "near",
		text(c->near_pattern), "within", (int)c->near_within, "text", (int)c->text_only, "paths",
		texts(c->paths), "config", (int)c->config, "specificity", (int)c->specificity, "check",
		text(c->check), "entropy", (int)c->min_entropy_x100, "hashable", (int)c->hashable, "prefix", (int)c->public_prefix);
}

static json_t *path(const struct tsr_rule_path *p)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:[i, i, i], s:[I, I], s:I, s:[b, b, b, b], s:[i, i]}", "globs",
			 texts(p->globs), "exclude", texts(p->excludes), "templates", texts(p->templates), "known",
			 texts(p->known), "types", text(p->types), "mode", (int)p->mode_all, (int)p->mode_any,
			 (int)p->mode_none, "owner", (json_int_t)p->uid, (json_int_t)p->gid, "size",
			 (json_int_t)p->min_size, "flags", (int)p->empty_is_info, (int)p->live, (int)p->nested,
			 (int)p->unless_secret, "told", (int)p->once, (int)p->confidence);
}

static json_t *particulars(const struct tsr_rule *r)
{
	switch (r->kind) {
	case TSR_RULE_CONTENT:
		return content(r->content);
	case TSR_RULE_PATH:
		return path(r->path);
	case TSR_RULE_PACKAGE:
		return json_pack("{s:i, s:o}", "ecosystems", (int)r->package->ecosystems, "names",
				 texts(r->package->names));
	case TSR_RULE_STRUCTURED:
		return json_pack("{s:o, s:o, s:o, s:b, s:i}", "globs", texts(r->structured->globs), "magic",
				 texts(r->structured->magic), "parser", text(r->structured->parser),
				 "hashable", (int)r->structured->hashable, "prefix", (int)r->structured->public_prefix);
	case TSR_RULE_BUILTIN:
		break;
	}
	return json_object();
}

static json_t *rule(const struct tsr_rule *r)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:[i, i], s:s, s:o, s:o, s:o, s:o, s:o}", "id", text(r->id),
			 "title", text(r->title), "description", text(r->description), "remediation",
			 text(r->remediation), "severity", (int)r->severity, (int)r->severity_hidden, "kind",
			 tsr_rule_kind_name(r->kind), "rule", particulars(r), "references",
			 texts(r->references), "tags", texts(r->tags), "examples", texts(r->examples),
			 "counter-examples", texts(r->counter_examples));
}

void tsr_rules_digest(const struct tsr_rule *const *rules, uint32_t n, struct tsr_digest *out)
{
	json_t *all = json_array(), *root;
	char *dump;
	uint32_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(all, rule(rules[i]));
	root = json_pack("{s:i, s:o}", "engine", TSR_ENGINE_VERSION, "rules", all);
	dump = root && json_array_size(all) == n
		       ? json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII)
		       : NULL;
	if (!dump)
		TSR_BUG("a rule is no text");
	memset(out, 0, sizeof(*out));
	out->alg = TSR_DIGEST_SHA256;
	tsr_sha256(dump, strlen(dump), out->bytes);
	free(dump);
	json_decref(root);
}
