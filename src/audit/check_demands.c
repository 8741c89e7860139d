/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/demand_fold.h"

#include <inttypes.h>

#include "config/instruction.h"
#include "config/run_config.h"
#include "config/user.h"
#include "finding/fingerprint.h"
#include "rootfs/dive.h"
#include "rule/package_name.h"

/* What the policy demands of the configuration and of packages: config/runtime-env, policy/platform, user, label, port, package, waste. */

#define WORD_MAX 4096

bool tsr_demand_matches(const char *pattern, struct tsr_slice word)
{
	char text[WORD_MAX];

	/* A text with a NUL or of this length is nothing that a policy names. */
	if (word.len >= sizeof(text) || memchr(word.len ? word.ptr : "", '\0', word.len))
		return false;
	if (word.len)
		memcpy(text, word.ptr, word.len);
	text[word.len] = '\0';
	return tsr_package_name_match(pattern, text);
}

bool tsr_demand_lists(const char *const *list, struct tsr_slice word)
{
	for (; list && *list; list++)
		if (tsr_demand_matches(*list, word))
			return true;
	return false;
}

/* A range is forbidden if one of its ports is, and allowed by an entry that has all of them. */
static bool is_port_listed(const char *const *list, struct tsr_slice port, bool (*is)(struct tsr_slice port, struct tsr_slice listed))
{
	for (; list && *list; list++)
		if (is(port, tsr_slice_str(*list)))
			return true;
	return false;
}

struct tsr_location tsr_demand_config(const char *pointer)
{
	struct tsr_location where = tsr_demand_image();

	where.kind = TSR_PLACE_CONFIG;
	where.pointer = pointer;
	return where;
}

struct tsr_location tsr_demand_image(void)
{
	return (struct tsr_location){ .kind = TSR_PLACE_LAYER, .path = TSR_TEXT_NONE, .layer = TSR_NO_LAYER,
				      .created_by = TSR_TEXT_NONE, .offset = TSR_NO_OFFSET };
}

void tsr_demand_emit(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, const char *key,
		     const struct tsr_location *where)
{
	struct tsr_finding f;

	tsr_make_builtin(&x->f->maker, which, message, &f);
	f.where = *where;
	tsr_fingerprint(&f, NULL, tsr_slice_str(key), 0, f.fingerprint);
	tsr_image_emit(x, &f);
}

static struct tsr_text shown(struct tsr_image_fold *x, struct tsr_slice s)
{
	return tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, s, TSR_MASK_TEXT);
}

#define SAY(x, ...) tsr_arena_printf(&(x)->f->run->arena, __VA_ARGS__)

static void runtime_env(struct tsr_image_fold *x, const struct tsr_config *c, const struct tsr_demands *d)
{
	for (size_t i = 0; i < c->env.n; i++) {
		struct tsr_slice name = tsr_slice_sub(c->env.at[i], 0, tsr_slice_find(c->env.at[i], '=', 0));
		struct tsr_location where = tsr_demand_config(SAY(x, "/config/Env/%zu", i));
		const char *text;

		if (!tsr_demand_lists(d->runtime_env, name))
			continue;
		text = shown(x, name).ptr;
		tsr_demand_emit(x, TSR_BUILTIN_RUNTIME_ENV, SAY(x, "%s is set in the image", text), text, &where);
	}
}

/* ENV stands in the config too, unless a later instruction or another image has it otherwise; ARG stands here only. */
static void runtime_args(struct tsr_image_fold *x, const struct tsr_config *c, const struct tsr_demands *d)
{
	for (size_t i = 0; i < c->n_history; i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_location where = tsr_demand_config(SAY(x, "/history/%zu/created_by", i));
		struct tsr_instruction in;

		where.kind = TSR_PLACE_HISTORY;
		tsr_instruction_parse(c->history[i].created_by, &arena, &in);
		for (size_t k = 0; in.kind != TSR_INSTRUCTION_ENV && k < in.n_variables; k++) {
			const char *name;

			if (!in.variables[k].value.len || !tsr_demand_lists(d->runtime_env, in.variables[k].name))
				continue;
			name = shown(x, in.variables[k].name).ptr;
			tsr_demand_emit(x, TSR_BUILTIN_RUNTIME_ENV, SAY(x, "%s has a value in a build argument", name), name, &where);
		}
		tsr_arena_release(&arena);
	}
}

/* "linux/arm64" allows linux/arm64/v8. */
static void platform(struct tsr_image_fold *x, const struct tsr_demands *d)
{
	struct tsr_slice is = tsr_slice_str(x->out->platform.ptr);
	const struct tsr_location where = tsr_demand_config("/os");

	for (const char *const *p = d->platforms; *p; p++) {
		size_t len = strlen(*p);

		if (tsr_slice_starts(is, *p) && (is.len == len || is.ptr[len] == '/'))
			return;
	}
	tsr_demand_emit(x, TSR_BUILTIN_POLICY_PLATFORM, SAY(x, "The image is for %s", is.len ? is.ptr : "no platform that it names"), "",
			&where);
}

/*
 * "app", "1001" and "1001:1001" of the policy against what a runtime makes of USER: numbers, by the image's accounts. A
 * number of the policy is one, though the image may have an account of that name.
 */
static bool is_user(struct tsr_image_fold *x, const char *listed, struct tsr_slice user, const struct tsr_user_ids *is)
{
	struct tsr_slice name = tsr_slice_sub(user, 0, tsr_slice_find(user, ':', 0)), want = tsr_slice_str(listed);
	bool with_group = tsr_slice_find(want, ':', 0) < want.len;
	unsigned long long uid;
	struct tsr_user_ids ids;

	if (is && !strchr(listed, '*') && tsr_user_ids(want, x->rootfs, x->facts, &ids)) {
		if (!tsr_slice_u64(tsr_slice_sub(want, 0, tsr_slice_find(want, ':', 0)), &uid))
			ids.uid = uid;
		return ids.uid == is->uid && (!with_group || ids.gid == is->gid);
	}
	return tsr_demand_matches(listed, with_group ? user : name.len ? name : TSR_SLICE("root"));
}

static void user(struct tsr_image_fold *x, const struct tsr_config *c, const struct tsr_demands *d)
{
	struct tsr_slice name = tsr_slice_sub(c->user, 0, tsr_slice_find(c->user, ':', 0));
	const struct tsr_location where = tsr_demand_config("/config/User");
	struct tsr_user_ids ids;
	bool known = tsr_user_ids(c->user, x->rootfs, x->facts, &ids);

	for (const char *const *p = d->users; *p; p++)
		if (is_user(x, *p, c->user, known ? &ids : NULL))
			return;
	tsr_demand_emit(x, TSR_BUILTIN_POLICY_USER,
			SAY(x, "The user is %s", name.len ? shown(x, name).ptr : "root, since the image names none"), "", &where);
}

static void labels(struct tsr_image_fold *x, const struct tsr_config *c, const struct tsr_demands *d)
{
	const struct tsr_location where = tsr_demand_config("/config/Labels");

	for (const char *const *p = d->labels_required; p && *p; p++) {
		bool there = false;

		for (size_t i = 0; i < c->n_labels; i++)
			there |= tsr_demand_matches(*p, c->labels[i].name) && tsr_slice_trim(c->labels[i].value).len;
		if (!there)
			tsr_demand_emit(x, TSR_BUILTIN_POLICY_LABEL, SAY(x, "%s is missing or empty",
					tsr_text_escaped(&x->f->run->arena, tsr_slice_str(*p)).ptr), *p, &where);
	}
	for (size_t i = 0; d->labels_forbidden && i < c->n_labels; i++)
		if (tsr_demand_lists(d->labels_forbidden, c->labels[i].name)) {
			const char *name = shown(x, c->labels[i].name).ptr;

			tsr_demand_emit(x, TSR_BUILTIN_POLICY_LABEL, SAY(x, "%s is forbidden", name), name, &where);
		}
}

static void ports(struct tsr_image_fold *x, const struct tsr_config *c, const struct tsr_demands *d)
{
	const struct tsr_location where = tsr_demand_config("/config/ExposedPorts");

	for (size_t i = 0; i < c->exposed_ports.n; i++) {
		struct tsr_slice port = c->exposed_ports.at[i];
		bool forbidden = is_port_listed(d->ports_forbidden, port, tsr_port_meets);
		const char *text;

		if (!forbidden && (!d->ports_allowed || is_port_listed(d->ports_allowed, port, tsr_port_within)))
			continue;
		text = shown(x, port).ptr;
		tsr_demand_emit(x, TSR_BUILTIN_POLICY_PORT, SAY(x, "%s is exposed and %s", text, forbidden ? "forbidden" : "not allowed"),
				text, &where);
	}
}

/* "python:pytest*" and "gcc*". */
static bool is_package(const char *demand, const struct tsr_run_package *p)
{
	const char *colon = strchr(demand, ':');
	char normal[TSR_PACKAGE_NAME_MAX];
	unsigned eco = 0;

	if (colon && (strlen(p->ecosystem) != (size_t)(colon - demand) || strncmp(p->ecosystem, demand, (size_t)(colon - demand)) != 0))
		return false;
	while (tsr_ecosystem_names[eco] && strcmp(tsr_ecosystem_names[eco], p->ecosystem) != 0)
		eco++;
	tsr_package_normalise((enum tsr_ecosystem)eco, tsr_slice_str(p->name.ptr), normal);
	return tsr_package_name_match(colon ? colon + 1 : demand, normal) ||
	       tsr_package_name_match(colon ? colon + 1 : demand, p->name.ptr);
}

static void packages(struct tsr_image_fold *x, const struct tsr_demands *d)
{
	const char *const *p;
	size_t i;

	for (p = d->packages_required; p && *p; p++) {
		const struct tsr_location where = tsr_demand_image();

		for (i = 0; i < x->out->n_packages && !is_package(*p, &x->out->packages[i]);)
			i++;
		if (i == x->out->n_packages)
			tsr_demand_emit(x, TSR_BUILTIN_POLICY_PACKAGE, SAY(x, "%s is not installed",
					tsr_text_escaped(&x->f->run->arena, tsr_slice_str(*p)).ptr), *p, &where);
	}
	for (p = d->packages_forbidden; p && *p; p++)
		for (i = 0; i < x->out->n_packages; i++) {
			const struct tsr_run_package *found = &x->out->packages[i];
			struct tsr_location where = tsr_demand_image();

			if (!is_package(*p, found))
				continue;
			where.kind = TSR_PLACE_FILE;
			where.path = found->path;
			tsr_image_place(x, found->layer, &where);
			tsr_demand_emit(x, TSR_BUILTIN_POLICY_PACKAGE,
					SAY(x, "%s %s is installed and forbidden", found->name.ptr, found->version.ptr),
					SAY(x, "%s %s", *p, found->name.ptr), &where);
		}
}

/* "12.34 %" of millionths. */
static const char *percent(struct tsr_image_fold *x, uint64_t millionths)
{
	return SAY(x, "%" PRIu64 ".%02u %%", millionths / 10000, (unsigned)(millionths / 100 % 100));
}

static void tell_waste(struct tsr_image_fold *x, const char *message, const char *key)
{
	const struct tsr_location where = tsr_demand_image();

	tsr_demand_emit(x, TSR_BUILTIN_POLICY_WASTE, message, key, &where);
}

/* The three rules of `dive --ci`, with dive's own sums. */
static void waste(struct tsr_image_fold *x, const struct tsr_waste_demand *d)
{
	const unsigned __int128 million = 1000000;
	struct tsr_dive dive;
	uint64_t added = 0;

	if (!d->has_efficiency && !d->has_bytes && !d->has_share)
		return;
	tsr_dive_count(&dive, x->facts, x->image->n_layers);
	if (!dive.known) {
		tell_waste(x, "There are too many files to add up what is wasted", "");
		return;
	}
	for (size_t i = 1; i < x->waste.n_layers; i++)
		if (__builtin_add_overflow(added, x->waste.layers[i].bytes, &added))
			added = UINT64_MAX;
	if (d->has_efficiency && dive.efficiency < d->efficiency)
		tell_waste(x, SAY(x, "The efficiency is %s, not at least %s", percent(x, dive.efficiency), percent(x, d->efficiency)),
			   "efficiency");
	if (d->has_bytes && dive.inefficient_bytes > d->bytes)
		tell_waste(x, SAY(x, "%" PRIu64 " bytes are wasted, more than %" PRIu64, dive.inefficient_bytes, d->bytes), "bytes");
	if (d->has_share && dive.inefficient_bytes * million > d->share * (unsigned __int128)added)
		tell_waste(x, added ? SAY(x, "%s of the bytes above the first layer are wasted, more than %s",
					  percent(x, (uint64_t)(dive.inefficient_bytes * million / added)), percent(x, d->share)) :
				      "Bytes are wasted, and none are added above the first layer",
			   "share");
}

void tsr_image_check_demands(struct tsr_image_fold *x)
{
	const struct tsr_demands *d = x->f->o->demands;
	const struct tsr_config *c = x->image->config;

	if (!d)
		return;
	if (d->platforms)
		platform(x, d);
	if (c && d->runtime_env) {
		runtime_env(x, c, d);
		runtime_args(x, c, d);
	}
	if (c && d->users)
		user(x, c, d);
	if (c)
		labels(x, c, d);
	if (c)
		ports(x, c, d);
	packages(x, d);
	waste(x, &d->waste);
}
