/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "base/mem.h"
#include "finding/ecosystem.h"
#include "policy/doc.h"
#include "policy/settings.h"
#include "rule/package_name.h"

#define DEMAND(member) offsetof(struct tsr_settings, demands.member)

static int set_platform(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	if (tsr_set_string(v, to, err))
		return -1;
	return strchr(*(const char **)to, '/') ? 0 : tsr_value_fail(v, err, "os/arch or os/arch/variant is wanted");
}

int tsr_set_platforms(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	return tsr_set_list(v, &s->demands.platforms, set_platform, err);
}

static const struct tsr_setting labels_keys[] = {
	{ "required", tsr_set_words, DEMAND(labels_required) },
	{ "forbidden", tsr_set_words, DEMAND(labels_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_labels(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, labels_keys, to, err);
}

static int set_port(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_port port;

	if (tsr_set_word(v, to, err))
		return -1;
	if (tsr_port_parse(tsr_slice_str(*(const char **)to), &port))
		return tsr_value_fail(v, err, "a port is wanted: 8000, 53/udp or 6000-6010/tcp");
	return 0;
}

int tsr_set_port_list(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_set_list(v, to, set_port, err);
}

static const struct tsr_setting ports_keys[] = {
	{ "allowed", tsr_set_port_list, DEMAND(ports_allowed) },
	{ "forbidden", tsr_set_port_list, DEMAND(ports_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_ports(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, ports_keys, to, err);
}

/* "python:pytest*" or "gcc*": what stands before a colon is an ecosystem. */
static int set_package(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_slice word, eco;
	size_t e;

	if (tsr_set_word(v, to, err))
		return -1;
	word = tsr_slice_str(*(const char **)to);
	eco = tsr_slice_sub(word, 0, tsr_slice_find(word, ':', 0));
	for (e = 0; eco.len < word.len && tsr_ecosystem_names[e] && !tsr_slice_eq_str(eco, tsr_ecosystem_names[e]);)
		e++;
	return tsr_ecosystem_names[e] ? 0 : tsr_value_fail(v, err, "%.*s is no ecosystem (python, dpkg, apk, rpm, node, …)",
							   TSR_SLICE_ARG(eco));
}

static int set_packages(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_set_list(v, to, set_package, err);
}

static const struct tsr_setting packages_keys[] = {
	{ "required", set_packages, DEMAND(packages_required) },
	{ "forbidden", set_packages, DEMAND(packages_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_packages(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, packages_keys, to, err);
}

int tsr_set_trust_ownership(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	bool trust;

	if (tsr_set_bool(v, &trust, err))
		return -1;
	s->demands.distrust_owner = !trust;
	return 0;
}

int tsr_set_nested(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	s->demands.nested_strict = tsr_value_is(v, "strict");
	return s->demands.nested_strict || tsr_value_is(v, "lenient") ? 0 : tsr_value_fail(v, err, "strict or lenient is wanted");
}

int tsr_set_foreign(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	return tsr_set_list(v, &s->demands.foreign, tsr_set_digest, err);
}

/* --- waste ------------------------------------------------------------------- */

/* "0.95" or "95%", with up to six digits behind the point, in millionths; numbers with a point are text to our YAML. */
static bool parse_share(const char *word, uint32_t *to)
{
	bool percent = strchr(word, '%');
	uint32_t scale = percent ? 10000 : 1000000, whole = 0;
	const char *p;

	for (p = word; *p >= '0' && *p <= '9' && p - word < 3; p++)
		whole = whole * 10 + (uint32_t)(*p - '0');
	if (p == word || whole > 100)
		return false;
	*to = whole * scale;
	if (*p == '.' && p[1] >= '0' && p[1] <= '9')
		for (p++; *p >= '0' && *p <= '9' && scale > 1; p++) {
			scale /= 10;
			*to += scale * (uint32_t)(*p - '0');
		}
	return strcmp(p, percent ? "%" : "") == 0 && *to <= 1000000;
}

static int set_millionths(const struct tsr_value *v, uint32_t *to, bool *has, struct tsr_err *err)
{
	const char *word;

	*has = true;
	if (tsr_set_word(v, &word, err))
		return -1;
	return parse_share(word, to) ? 0 : tsr_value_fail(v, err, "a share is wanted: 0.95 or 95%%");
}

static int set_efficiency(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	return set_millionths(v, &s->demands.waste.efficiency, &s->demands.waste.has_efficiency, err);
}

static int set_share(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	return set_millionths(v, &s->demands.waste.share, &s->demands.waste.has_share, err);
}

static int set_bytes(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	s->demands.waste.has_bytes = true;
	if (json_is_integer(v->json) && json_integer_value(v->json) == 0) {
		s->demands.waste.bytes = 0;
		return 0;
	}
	return tsr_set_size(v, &s->demands.waste.bytes, err);
}

static const struct tsr_setting waste_keys[] = {
	{ "efficiency", set_efficiency, 0 },
	{ "bytes", set_bytes, 0 },
	{ "share", set_share, 0 },
	{ NULL, NULL, 0 },
};

int tsr_set_waste(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, waste_keys, to, err);
}
