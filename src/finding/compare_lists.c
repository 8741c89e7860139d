/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "finding/compare.h"

/* --- files -------------------------------------------------------------------- */

/* Of one path the later one comes last: in an array of a layer, or of layers one upon the other. */
static int by_path(const void *a, const void *b)
{
	const struct tsr_run_file *x = *(const struct tsr_run_file *const *)a, *y = *(const struct tsr_run_file *const *)b;

	return strcmp(x->path.ptr, y->path.ptr);
}

/* Sorts, and keeps the last of each path: what counts of a path that comes twice. */
static size_t sort_files(const struct tsr_run_file **list, size_t n)
{
	tsr_autofree const struct tsr_run_file **room = tsr_xcalloc(n + 1, sizeof(*room));
	size_t width, i, kept = 0;

	/* Merging from below: stable, which qsort need not be. */
	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			size_t left = i, middle = i + width < n ? i + width : n, right = middle, to = i;
			size_t end = i + 2 * width < n ? i + 2 * width : n;

			while (to < end)
				room[to++] = left < middle && (right == end || by_path(&list[left], &list[right]) <= 0) ?
						     list[left++] :
						     list[right++];
		}
		memcpy(list, room, n * sizeof(*list));
	}
	for (i = 0; i < n; i++)
		if (i + 1 == n || by_path(&list[i], &list[i + 1]) != 0)
			list[kept++] = list[i];
	return kept;
}

bool tsr_compare_content(const struct tsr_file_pair *f)
{
	const struct tsr_run_file *a = f->old, *b = f->new;

	return a && b && a->hashed && b->hashed && (a->content[0] != b->content[0] || a->content[1] != b->content[1]);
}

static bool same_file(const struct tsr_run_file *a, const struct tsr_run_file *b)
{
	return a->type == b->type && a->mode == b->mode && a->uid == b->uid && a->gid == b->gid && a->size == b->size &&
	       strcmp(a->link.ptr, b->link.ptr) == 0 && !tsr_compare_content(&(struct tsr_file_pair){ a, b });
}

size_t tsr_compare_entries(const struct tsr_run_file **old, size_t n_old, const struct tsr_run_file **new, size_t n_new,
			   struct tsr_file_pair *out)
{
	size_t i = 0, k = 0, n = 0;

	n_old = sort_files(old, n_old);
	n_new = sort_files(new, n_new);
	while (i < n_old || k < n_new) {
		int c = i == n_old ? 1 : k == n_new ? -1 : by_path(&old[i], &new[k]);
		const struct tsr_run_file *was = c <= 0 ? old[i++] : NULL, *is = c >= 0 ? new[k++] : NULL;

		if (!was || !is || !same_file(was, is))
			out[n++] = (struct tsr_file_pair){ was, is };
	}
	return n;
}

static const struct tsr_run_file **final_files(struct tsr_arena *a, const struct tsr_run_image *im, size_t *n)
{
	const struct tsr_run_file **list;
	size_t i, k;

	for (i = 0, *n = 0; i < im->n_layers; i++)
		*n += im->layers[i].n_files;
	list = tsr_arena_alloc(a, *n + 1, sizeof(*list));
	for (i = 0, *n = 0; i < im->n_layers; i++)
		for (k = 0; k < im->layers[i].n_files; k++)
			if (im->layers[i].files[k].live && im->layers[i].files[k].type != '5')
				list[(*n)++] = &im->layers[i].files[k];
	return list;
}

static void tally_file(struct tsr_tally *t, const struct tsr_file_pair *f)
{
	if (!f->old) {
		t->added++;
		t->added_bytes += f->new->size;
	} else if (!f->new) {
		t->removed++;
		t->removed_bytes += f->old->size;
	} else {
		t->changed++;
		t->changed_old_bytes += f->old->size;
		t->changed_new_bytes += f->new->size;
	}
}

void tsr_compare_files(struct tsr_arena *a, struct tsr_image_pair *pair)
{
	size_t n_old, n_new;
	const struct tsr_run_file **old = final_files(a, pair->old, &n_old), **new = final_files(a, pair->new, &n_new);

	pair->files = tsr_arena_alloc(a, n_old + n_new + 1, sizeof(*pair->files));
	pair->n_files = tsr_compare_entries(old, n_old, new, n_new, pair->files);
	for (size_t i = 0; i < pair->n_files; i++)
		tally_file(&pair->file_tally, &pair->files[i]);
}

/* --- packages ----------------------------------------------------------------- */

static int by_name(const struct tsr_run_package *x, const struct tsr_run_package *y)
{
	int c = strcmp(x->ecosystem, y->ecosystem);

	return c ? c : strcmp(x->name.ptr, y->name.ptr);
}

static int by_version(const void *a, const void *b)
{
	const struct tsr_run_package *x = *(const struct tsr_run_package *const *)a;
	const struct tsr_run_package *y = *(const struct tsr_run_package *const *)b;
	int c = by_name(x, y);

	return c ? c : strcmp(x->version.ptr, y->version.ptr);
}

/* Sorted, each version once: the same package may stand in several directories. */
static const struct tsr_run_package **sort_packages(struct tsr_arena *a, const struct tsr_run_image *im, size_t *n)
{
	const struct tsr_run_package **list = tsr_arena_alloc(a, im->n_packages + 1, sizeof(*list));

	for (size_t i = 0; i < im->n_packages; i++)
		list[i] = &im->packages[i];
	if (im->n_packages)
		qsort(list, im->n_packages, sizeof(*list), by_version);
	*n = 0;
	for (size_t i = 0; i < im->n_packages; i++)
		if (!i || by_version(&list[i - 1], &list[i]) != 0)
			list[(*n)++] = list[i];
	return list;
}

/* A version that went and one that came of the same name are a change. */
static void join_versions(struct tsr_image_pair *pair)
{
	size_t n = 0;

	for (size_t i = 0; i < pair->n_packages; i++) {
		struct tsr_package_pair *p = &pair->packages[i], *last = n ? &pair->packages[n - 1] : NULL;
		bool joins = last && !last->old != !p->old && !last->new != !p->new && !last->old == !p->new &&
			     by_name(last->old ? last->old : last->new, p->old ? p->old : p->new) == 0;

		if (joins)
			*last = (struct tsr_package_pair){ last->old ? last->old : p->old, last->new ? last->new : p->new };
		else
			pair->packages[n++] = *p;
	}
	pair->n_packages = n;
}

void tsr_compare_packages(struct tsr_arena *a, struct tsr_image_pair *pair)
{
	size_t n_old, n_new, i = 0, k = 0;
	const struct tsr_run_package **old = sort_packages(a, pair->old, &n_old), **new = sort_packages(a, pair->new, &n_new);

	pair->packages = tsr_arena_alloc(a, n_old + n_new + 1, sizeof(*pair->packages));
	while (i < n_old || k < n_new) {
		int c = i == n_old ? 1 : k == n_new ? -1 : by_version(&old[i], &new[k]);
		const struct tsr_run_package *was = c <= 0 ? old[i++] : NULL, *is = c >= 0 ? new[k++] : NULL;

		if (!was || !is)
			pair->packages[pair->n_packages++] = (struct tsr_package_pair){ was, is };
	}
	join_versions(pair);
	for (i = 0; i < pair->n_packages; i++) {
		pair->package_tally.added += !pair->packages[i].old;
		pair->package_tally.removed += !pair->packages[i].new;
		pair->package_tally.changed += pair->packages[i].old && pair->packages[i].new;
	}
}

/* --- configuration ------------------------------------------------------------ */

static void add_field(struct tsr_image_pair *pair, const char *field, const struct tsr_run_value *old,
		      const struct tsr_run_value *new)
{
	pair->config[pair->n_config++] = (struct tsr_field_pair){ field, old, new };
}

static void compare_value(struct tsr_image_pair *pair, const char *field, const struct tsr_run_value *old,
			  const struct tsr_run_value *new)
{
	if (old->same != new->same)
		add_field(pair, field, old->same ? old : NULL, new->same ? new : NULL);
}

static int by_value_name(const void *a, const void *b)
{
	const struct tsr_run_value *x = *(const struct tsr_run_value *const *)a, *y = *(const struct tsr_run_value *const *)b;
	int c = strcmp(x->name.ptr, y->name.ptr);

	return c ? c : (x->same > y->same) - (x->same < y->same);
}

static const struct tsr_run_value **sort_values(struct tsr_arena *a, const struct tsr_run_value *list, size_t n)
{
	const struct tsr_run_value **out = tsr_arena_alloc(a, n + 1, sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[i] = &list[i];
	if (n)
		qsort(out, n, sizeof(*out), by_value_name);
	return out;
}

static void compare_names(struct tsr_arena *a, struct tsr_image_pair *pair, const char *field, const struct tsr_run_value *olds,
			  size_t n_old, const struct tsr_run_value *news, size_t n_new)
{
	const struct tsr_run_value **old = sort_values(a, olds, n_old), **new = sort_values(a, news, n_new);
	size_t i = 0, k = 0;

	while (i < n_old || k < n_new) {
		int c = i == n_old ? 1 : k == n_new ? -1 : strcmp(old[i]->name.ptr, new[k]->name.ptr);
		const struct tsr_run_value *was = c <= 0 ? old[i++] : NULL, *is = c >= 0 ? new[k++] : NULL;

		if (!was || !is || was->same != is->same)
			add_field(pair, field, was, is);
	}
}

void tsr_compare_config(struct tsr_arena *a, struct tsr_image_pair *pair)
{
	const struct tsr_run_config *old = &pair->old->config, *new = &pair->new->config;
	size_t most = 6 + old->n_env + new->n_env + old->n_labels + new->n_labels + old->n_ports + new->n_ports + old->n_volumes +
		      new->n_volumes;

	pair->config = tsr_arena_alloc(a, most, sizeof(*pair->config));
	compare_value(pair, "user", &old->user, &new->user);
	compare_value(pair, "entrypoint", &old->entrypoint, &new->entrypoint);
	compare_value(pair, "cmd", &old->cmd, &new->cmd);
	compare_value(pair, "workingDir", &old->working_dir, &new->working_dir);
	compare_value(pair, "stopSignal", &old->stop_signal, &new->stop_signal);
	compare_value(pair, "healthcheck", &old->healthcheck, &new->healthcheck);
	compare_names(a, pair, "env", old->env, old->n_env, new->env, new->n_env);
	compare_names(a, pair, "ports", old->ports, old->n_ports, new->ports, new->n_ports);
	compare_names(a, pair, "volumes", old->volumes, old->n_volumes, new->volumes, new->n_volumes);
	compare_names(a, pair, "labels", old->labels, old->n_labels, new->labels, new->n_labels);
}

/* --- findings ----------------------------------------------------------------- */

static int by_fingerprint(const void *a, const void *b)
{
	const struct tsr_finding *x = *(const struct tsr_finding *const *)a, *y = *(const struct tsr_finding *const *)b;
	int c = strcmp(x->fingerprint, y->fingerprint);

	/* Of one fingerprint in several layers what counts first, and of that the gravest. */
	if (!c)
		c = (x->suppressed != NULL) - (y->suppressed != NULL);
	return c ? c : (x->severity < y->severity) - (x->severity > y->severity);
}

/* By fingerprint, each once. */
static const struct tsr_finding **sort_findings(struct tsr_arena *a, const struct tsr_finding *list, size_t *n)
{
	const struct tsr_finding **out = tsr_arena_alloc(a, *n + 1, sizeof(*out));
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		out[i] = &list[i];
	if (*n)
		qsort(out, *n, sizeof(*out), by_fingerprint);
	for (size_t i = 0; i < *n; i++)
		if (!i || strcmp(out[i - 1]->fingerprint, out[i]->fingerprint) != 0)
			out[kept++] = out[i];
	*n = kept;
	return out;
}

/* The order of reports: gravest first, then as the finding's own order has it. */
static int by_gravity(const void *a, const void *b)
{
	const struct tsr_finding_pair *x = a, *y = b;
	const struct tsr_finding *f = x->new ? x->new : x->old, *g = y->new ? y->new : y->old;

	return f->severity != g->severity ? (f->severity < g->severity ? 1 : -1) : tsr_finding_cmp(f, g);
}

void tsr_compare_findings(struct tsr_arena *a, const struct tsr_finding *olds, size_t n_old, const struct tsr_finding *news,
			  size_t n_new, struct tsr_findings_change *out)
{
	const struct tsr_finding **old = sort_findings(a, olds, &n_old), **new = sort_findings(a, news, &n_new);
	size_t i = 0, k = 0;

	*out = (struct tsr_findings_change){
		.introduced = tsr_arena_alloc(a, n_new + 1, sizeof(*out->introduced)),
		.fixed = tsr_arena_alloc(a, n_old + 1, sizeof(*out->fixed)),
	};
	while (i < n_old || k < n_new) {
		int c = i == n_old ? 1 : k == n_new ? -1 : strcmp(old[i]->fingerprint, new[k]->fingerprint);
		const struct tsr_finding *was = c <= 0 ? old[i++] : NULL, *is = c >= 0 ? new[k++] : NULL;
		bool counted = was && !was->suppressed;

		if (is ? is->suppressed != NULL : !counted)
			out->suppressed++;
		else if (!is)
			out->fixed[out->n_fixed++] = (struct tsr_finding_pair){ was, NULL };
		else if (!counted || is->severity > was->severity)
			out->introduced[out->n_introduced++] = (struct tsr_finding_pair){ was, is };
		else
			out->unchanged++;
	}
	if (out->n_introduced)
		qsort(out->introduced, out->n_introduced, sizeof(*out->introduced), by_gravity);
	if (out->n_fixed)
		qsort(out->fixed, out->n_fixed, sizeof(*out->fixed), by_gravity);
}
