/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/keys.h"

#include <stddef.h>

#include "base/mem.h"
#include "finding/ecosystem.h"
#include "rule/setters.h"

#define FIELD(member) offsetof(struct tsr_rule_draft, member)
#define C (1u << TSR_RULE_CONTENT)
#define P (1u << TSR_RULE_PATH)
#define K (1u << TSR_RULE_PACKAGE)
#define S (1u << TSR_RULE_STRUCTURED)
#define ALL (C | P | K | S | 1u << TSR_RULE_BUILTIN)

static const char *const severities[] = { "info", "low", "medium", "high", "critical", NULL };
static const char *const kinds[] = { "content", "path", "package", "structured", "builtin", NULL };
static const char *const edges[] = { "none", "word", "token", NULL };
static const char *const encodings[] = { "utf16", "base64", "base64-twice", "escapes", "hex", NULL };
static const char *const confidences[] = { "possible", "likely", "confirmed", NULL };
static const char *const once[] = { "file", "directory", "tree", "layer", NULL };
static const char *const types[] = { "file", "hardlink", "symlink", "device", "directory", NULL };

/* clang-format off */
static const struct tsr_key near_keys[] = {
	{ .name = "pattern", .type = TSR_KEY_STRING, .kinds = C, .required = true, .set = tsr_key_set_pattern,
	  .field = FIELD(content.near_pattern), .help = "what must match in the neighbourhood (PCRE2)" },
	{ .name = "within", .type = TSR_KEY_INTEGER, .kinds = C, .required = true, .set = tsr_key_set_integer,
	  .field = FIELD(content.near_within), .min = 1, .max = TSR_WIDTH_MAX,
	  .help = "bytes before and behind the match that are the neighbourhood" },
	{ .name = NULL },
};

static const struct tsr_key scope_keys[] = {
	{ .name = "text", .type = TSR_KEY_BOOL, .kinds = C, .set = tsr_key_set_bool, .field = FIELD(content.text_only),
	  .help = "not in binary files" },
	{ .name = "paths", .type = TSR_KEY_STRINGS, .kinds = C, .set = tsr_key_set_strings, .field = FIELD(content.paths),
	  .help = "only in files that one of these globs matches" },
	{ .name = "config", .type = TSR_KEY_BOOL, .kinds = C, .set = tsr_key_set_bool, .field = FIELD(content.config),
	  .help = "beside paths: in the configuration and the history, too" },
	{ .name = NULL },
};

static const struct tsr_key mode_keys[] = {
	{ .name = "all", .type = TSR_KEY_STRING, .kinds = P, .set = tsr_key_set_octal, .field = FIELD(path.mode_all),
	  .help = "bits that are all set, in octal" },
	{ .name = "any", .type = TSR_KEY_STRING, .kinds = P, .set = tsr_key_set_octal, .field = FIELD(path.mode_any),
	  .help = "bits of which one is set" },
	{ .name = "none", .type = TSR_KEY_STRING, .kinds = P, .set = tsr_key_set_octal, .field = FIELD(path.mode_none),
	  .help = "bits of which none is set" },
	{ .name = NULL },
};

static const struct tsr_key literal_keys[] = {
	{ .name = "text", .type = TSR_KEY_STRING, .kinds = C, .required = true, .help = "the bytes" },
	{ .name = "nocase", .type = TSR_KEY_BOOL, .kinds = C, .help = "letters match in either case (ASCII)" },
	{ .name = NULL },
};

static const struct tsr_key keys[] = {
	{ .name = "id", .type = TSR_KEY_STRING, .kinds = ALL, .required = true, .set = tsr_key_set_string,
	  .field = FIELD(rule.id), .help = "folder/name, of lower-case letters, digits and hyphens" },
	{ .name = "title", .type = TSR_KEY_STRING, .kinds = ALL, .required = true, .set = tsr_key_set_string,
	  .field = FIELD(rule.title), .help = "what was found, in a few words" },
	{ .name = "severity", .type = TSR_KEY_ONE_OF, .kinds = ALL, .required = true, .set = tsr_key_set_severity,
	  .field = FIELD(rule.severity), .words = severities, .help = "of a finding" },
	{ .name = "severity-when-hidden", .type = TSR_KEY_ONE_OF, .kinds = ALL, .set = tsr_key_set_hidden,
	  .field = FIELD(rule.severity_hidden), .words = severities,
	  .help = "the severity in a file that a later layer deletes or overwrites; default: the same" },
	{ .name = "kind", .type = TSR_KEY_ONE_OF, .kinds = ALL, .required = true, .words = kinds,
	  .help = "how the rule looks" },
	{ .name = "description", .type = TSR_KEY_STRING, .kinds = ALL, .required = true, .set = tsr_key_set_string,
	  .field = FIELD(rule.description), .help = "why it matters" },
	{ .name = "remediation", .type = TSR_KEY_STRING, .kinds = ALL, .required = true, .set = tsr_key_set_string,
	  .field = FIELD(rule.remediation), .help = "what to do about it" },
	{ .name = "references", .type = TSR_KEY_STRINGS, .kinds = ALL, .set = tsr_key_set_strings,
	  .field = FIELD(rule.references), .help = "URLs of documents on it" },
	{ .name = "tags", .type = TSR_KEY_STRINGS, .kinds = ALL, .set = tsr_key_set_strings, .field = FIELD(rule.tags),
	  .help = "names in other catalogues, such as CWE-798" },
	{ .name = "examples", .type = TSR_KEY_STRINGS, .kinds = ALL, .set = tsr_key_set_strings,
	  .field = FIELD(rule.examples), .help = "generators of texts that the rule must find; required of content rules" },
	{ .name = "counter-examples", .type = TSR_KEY_STRINGS, .kinds = ALL, .set = tsr_key_set_strings,
	  .field = FIELD(rule.counter_examples), .help = "generators of texts that it must not find" },

	{ .name = "literals", .type = TSR_KEY_LITERALS, .kinds = C, .required = true, .set = tsr_key_set_literals,
	  .min = 3, .max = 255, .sub = literal_keys, .help = "texts of which every match holds one; 3 to 255 bytes each" },
	{ .name = "pattern", .type = TSR_KEY_STRING, .kinds = C, .required = true, .set = tsr_key_set_pattern,
	  .field = FIELD(content.pattern), .help = "regular expression (PCRE2) with the group `secret`, perhaps `key`" },
	{ .name = "before", .type = TSR_KEY_INTEGER, .kinds = C, .set = tsr_key_set_integer, .field = FIELD(content.before),
	  .max = TSR_WIDTH_MAX, .help = "bytes in front of the literal at which a match may begin; default 0: at the literal" },
	{ .name = "reach", .type = TSR_KEY_INTEGER, .kinds = C, .set = tsr_key_set_integer, .field = FIELD(content.reach),
	  .max = TSR_WIDTH_MAX, .help = "bytes from the match's start that the check may look at; default 0: the match" },
	{ .name = "left", .type = TSR_KEY_ONE_OF, .kinds = C, .set = tsr_key_set_edge, .field = FIELD(content.left),
	  .words = edges, .help = "what may not stand in front of the secret" },
	{ .name = "right", .type = TSR_KEY_ONE_OF, .kinds = C, .set = tsr_key_set_edge, .field = FIELD(content.right),
	  .words = edges, .help = "what may not stand behind it" },
	{ .name = "encode", .type = TSR_KEY_SOME_OF, .kinds = C, .set = tsr_key_set_encode, .field = FIELD(content.encode),
	  .words = encodings, .help = "further forms in which the literals are looked for" },
	{ .name = "near", .type = TSR_KEY_MAP, .kinds = C, .set = tsr_key_set_map, .sub = near_keys,
	  .help = "a companion without which a match does not count" },
	{ .name = "scope", .type = TSR_KEY_MAP, .kinds = C, .set = tsr_key_set_map, .sub = scope_keys,
	  .help = "where the rule looks; default: everywhere" },
	{ .name = "specificity", .type = TSR_KEY_INTEGER, .kinds = C, .set = tsr_key_set_integer,
	  .field = FIELD(content.specificity), .max = 100,
	  .help = "of two rules that match at one place, the higher one reports; default 50" },
	{ .name = "check", .type = TSR_KEY_STRING, .kinds = C, .set = tsr_key_set_string, .field = FIELD(content.check),
	  .help = "name of the validator that the secret is put to" },
	{ .name = "min-entropy", .type = TSR_KEY_DECIMAL, .kinds = C, .set = tsr_key_set_decimal,
	  .field = FIELD(content.min_entropy_x100), .max = 800,
	  .help = "bits per character that the secret must have, such as 3.5" },
	{ .name = "hashable", .type = TSR_KEY_BOOL, .kinds = C | S, .set = tsr_key_set_hashable,
	  .help = "whether the secret's hash may enter a fingerprint; false for what can be guessed; default true" },
	{ .name = "public-prefix", .type = TSR_KEY_INTEGER, .kinds = C | S, .set = tsr_key_set_prefix, .max = 32,
	  .help = "leading characters that may be shown" },

	{ .name = "globs", .type = TSR_KEY_STRINGS, .kinds = P | S, .required = true, .set = tsr_key_set_globs,
	  .help = "paths that are meant" },
	{ .name = "exclude", .type = TSR_KEY_STRINGS, .kinds = P, .set = tsr_key_set_strings, .field = FIELD(path.excludes),
	  .help = "paths that are not meant" },
	{ .name = "templates", .type = TSR_KEY_STRINGS, .kinds = P, .set = tsr_key_set_strings,
	  .field = FIELD(path.templates), .help = "paths that are worth a note (info) only" },
	{ .name = "types", .type = TSR_KEY_SOME_OF, .kinds = P, .set = tsr_key_set_types, .words = types,
	  .help = "types of entries that are meant; default: file and hardlink" },
	{ .name = "empty-is-info", .type = TSR_KEY_BOOL, .kinds = P, .set = tsr_key_set_bool,
	  .field = FIELD(path.empty_is_info), .help = "whether an empty file is worth a note only" },
	{ .name = "known", .type = TSR_KEY_STRINGS, .kinds = P, .set = tsr_key_set_strings, .field = FIELD(path.known),
	  .help = "paths that base systems have: worth a note (info) only" },
	{ .name = "mode", .type = TSR_KEY_MAP, .kinds = P, .set = tsr_key_set_map, .sub = mode_keys,
	  .help = "permission bits that the entry has" },
	{ .name = "uid", .type = TSR_KEY_INTEGER, .kinds = P, .set = tsr_key_set_integer, .field = FIELD(path.uid),
	  .max = TSR_ID_ANY - 1, .help = "user that owns the entry" },
	{ .name = "gid", .type = TSR_KEY_INTEGER, .kinds = P, .set = tsr_key_set_integer, .field = FIELD(path.gid),
	  .max = TSR_ID_ANY - 1, .help = "group that owns the entry" },
	{ .name = "min-size", .type = TSR_KEY_INTEGER, .kinds = P, .set = tsr_key_set_integer,
	  .field = FIELD(path.min_size), .max = UINT32_MAX, .help = "bytes that the file has at least" },
	{ .name = "live", .type = TSR_KEY_BOOL, .kinds = P, .set = tsr_key_set_bool, .field = FIELD(path.live),
	  .help = "whether only what is in the final file system counts" },
	{ .name = "nested", .type = TSR_KEY_BOOL, .kinds = P, .set = tsr_key_set_bool, .field = FIELD(path.nested),
	  .help = "whether names inside archives count; default true" },
	{ .name = "once-per", .type = TSR_KEY_ONE_OF, .kinds = P, .set = tsr_key_set_once, .words = once,
	  .help = "what gets one finding, however much of it matches; default: each file" },
	{ .name = "unless-secret", .type = TSR_KEY_BOOL, .kinds = P, .set = tsr_key_set_bool,
	  .field = FIELD(path.unless_secret),
	  .help = "whether a finding in the file's content takes the place of one about its name" },
	{ .name = "confidence", .type = TSR_KEY_ONE_OF, .kinds = P, .set = tsr_key_set_confidence, .words = confidences,
	  .help = "how sure the name makes it; default: confirmed" },
	{ .name = "ecosystem", .type = TSR_KEY_ONE_OF, .kinds = K, .set = tsr_key_set_ecosystem,
	  .words = tsr_ecosystem_names, .help = "whose packages are meant; this or ecosystems is required" },
	{ .name = "ecosystems", .type = TSR_KEY_SOME_OF, .kinds = K, .set = tsr_key_set_ecosystems,
	  .words = tsr_ecosystem_names, .help = "the same, of several" },
	{ .name = "names", .type = TSR_KEY_STRINGS, .kinds = K, .required = true, .set = tsr_key_set_strings,
	  .field = FIELD(package.names), .help = "normalised names; * stands for any characters, ? for one" },
	{ .name = "magic", .type = TSR_KEY_STRINGS, .kinds = S, .set = tsr_key_set_strings,
	  .field = FIELD(structured.magic), .help = "first bytes, in hex with ?? for any, of files that are meant, too" },
	{ .name = "parser", .type = TSR_KEY_STRING, .kinds = S, .required = true, .set = tsr_key_set_string,
	  .field = FIELD(structured.parser), .help = "what reads the file" },
};

/* clang-format on */

const struct tsr_key *tsr_key_at(size_t i)
{
	return i < TSR_ARRAY_LEN(keys) ? &keys[i] : NULL;
}

int tsr_keys_read(struct tsr_rule_draft *d, const json_t *rule, struct tsr_err *err)
{
	return tsr_key_set_keys(d, keys, TSR_ARRAY_LEN(keys), rule, err);
}
