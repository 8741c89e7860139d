/* SPDX-License-Identifier: Apache-2.0 */
#include "config/program.h"

#include "base/buf.h"
#include "base/mem.h"

/* What docker sets where the config has none. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define KERNEL_PATH_MAX 4096u /* bytes of a path, with its NUL (PATH_MAX) */
#define INTERPRETERS_MAX 4 /* scripts that scripts run, as the kernel has it */

/*
 * Each part of PATH may have a script whose interpreter is looked for in each part of PATH …: what all
 * questions of an image cost is bounded, in records of scripts that are passed over.
 */
#define WORK_MAX (1u << 28)
#define WORK_OF_PLACE 4096u

void tsr_programs_init(struct tsr_programs *p, const struct tsr_config *config, const struct tsr_rootfs *root,
		       const struct tsr_facts *const *layers)
{
	*p = (struct tsr_programs){
		.root = root,
		.layers = layers,
		.path = TSR_SLICE(DEFAULT_PATH),
		.working_dir = config->working_dir,
		.shell = config->shell,
		.env = config->env,
		.work = WORK_MAX,
	};
	for (size_t i = 0; i < config->env.n; i++)
		if (tsr_slice_starts(config->env.at[i], "PATH="))
			p->path = tsr_slice_sub(config->env.at[i], 5, config->env.at[i].len);
	p->who_known = tsr_user_identity(config->user, root, layers, &p->who);
}

static bool may(const struct tsr_programs *p, const struct tsr_entry *e, unsigned want)
{
	unsigned bits = e->mode & 7;

	if (!p->who_known)
		return true;
	if (!p->who.uid) /* root executes what anybody may, and reads everything */
		return !(want & 1) || e->type == '5' || (e->mode & 0111);
	for (uint32_t i = 0; i < p->who.n_groups; i++)
		if (e->gid >= 0 && (uint64_t)e->gid == p->who.groups[i])
			bits = (e->mode >> 3) & 7;
	if (e->uid >= 0 && (uint64_t)e->uid == p->who.uid)
		bits = (e->mode >> 6) & 7;
	return (bits & want) == want;
}

/* False: there is nothing left. */
static bool spend(struct tsr_programs *p, uint32_t work)
{
	if (work > p->work) {
		p->limited = true;
		return false;
	}
	p->work -= work;
	return true;
}

struct pass {
	const struct tsr_programs *p;
	bool denied;
};

static void on_pass(void *ctx, uint32_t layer, uint32_t entry)
{
	struct pass *pass = ctx;

	if (entry != TSR_NONE && !may(pass->p, &pass->p->layers[layer]->entries[entry], 1))
		pass->denied = true;
}

static const struct tsr_extract *extract_of(const struct tsr_facts *f, uint32_t entry, enum tsr_extract_kind kind)
{
	for (uint32_t i = 0; i < f->n_extracts; i++)
		if (f->extracts[i].kind == kind && f->extracts[i].entry == entry)
			return &f->extracts[i];
	return NULL;
}

/* What was seen of a program. */
struct sight {
	struct tsr_found at;
	struct tsr_slice interpreter; /* that cannot be run */
};

static enum tsr_program_state look(struct tsr_programs *p, struct tsr_slice name, unsigned depth, struct sight *sight);

static enum tsr_program_state look_script(struct tsr_programs *p, const struct tsr_found *at, unsigned depth,
					  struct sight *sight)
{
	const struct tsr_facts *f = p->layers[at->layer];
	const struct tsr_extract *x = spend(p, f->n_extracts) ? extract_of(f, at->entry, TSR_EXTRACT_SCRIPT) : NULL;
	struct sight deeper;
	struct tsr_slice name;

	if (!x || depth >= INTERPRETERS_MAX)
		return TSR_PROGRAM_OK;
	if (!may(p, &f->entries[at->entry], 4))
		return TSR_PROGRAM_DENIED;
	name = tsr_slice_str(tsr_facts_text(f, x->a));
	if (look(p, name, depth + 1, &deeper) == TSR_PROGRAM_OK && x->b)
		name = tsr_slice_str(tsr_facts_text(f, x->b));
	if (look(p, name, depth + 1, &deeper) == TSR_PROGRAM_OK)
		return TSR_PROGRAM_OK;
	sight->interpreter = name;
	return TSR_PROGRAM_NO_INTERPRETER;
}

/* One place: `path` from the root. */
static enum tsr_program_state look_at(struct tsr_programs *p, struct tsr_slice path, unsigned depth,
				      struct sight *sight)
{
	struct pass pass = { p, false };
	const struct tsr_entry *e;

	if (path.len >= KERNEL_PATH_MAX)
		return TSR_PROGRAM_MISSING;
	if (!spend(p, WORK_OF_PLACE))
		return TSR_PROGRAM_OK;
	if (!tsr_rootfs_trace(p->root, path, on_pass, &pass, &sight->at))
		return TSR_PROGRAM_MISSING;
	if (sight->at.layer == TSR_NONE)
		return TSR_PROGRAM_DIRECTORY;
	e = &p->layers[sight->at.layer]->entries[sight->at.entry];
	if (e->type == '5')
		return TSR_PROGRAM_DIRECTORY;
	if (pass.denied)
		return TSR_PROGRAM_UNREACHABLE;
	return may(p, e, 1) ? look_script(p, &sight->at, depth, sight) : TSR_PROGRAM_DENIED;
}

static enum tsr_program_state look_in(struct tsr_programs *p, struct tsr_slice dir, struct tsr_slice name, unsigned depth,
				      struct sight *sight)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(KERNEL_PATH_MAX);

	if (!tsr_slice_starts(dir, "/")) {
		tsr_buf_addsl(&path, p->working_dir);
		tsr_buf_addc(&path, '/');
	}
	tsr_buf_addsl(&path, dir);
	tsr_buf_addc(&path, '/');
	if (tsr_buf_addsl(&path, name))
		return TSR_PROGRAM_MISSING; /* no kernel takes such a path */
	return look_at(p, tsr_buf_slice(&path), depth, sight);
}

static enum tsr_program_state look(struct tsr_programs *p, struct tsr_slice name, unsigned depth, struct sight *sight)
{
	enum tsr_program_state worst = TSR_PROGRAM_MISSING;
	struct tsr_slice rest = p->path, dir;

	if (!name.len)
		return TSR_PROGRAM_MISSING;
	if (name.ptr[0] == '/')
		return look_at(p, name, depth, sight);
	if (tsr_slice_find(name, '/', 0) < name.len)
		return look_in(p, TSR_SLICE_NONE, name, depth, sight);
	while (tsr_slice_next(&rest, ':', &dir)) {
		enum tsr_program_state s = look_in(p, dir, name, depth, sight);

		if (s == TSR_PROGRAM_OK)
			return s;
		if (s != TSR_PROGRAM_DIRECTORY && worst == TSR_PROGRAM_MISSING)
			worst = s;
	}
	return worst;
}

bool tsr_program_check(struct tsr_programs *p, struct tsr_slice name, struct tsr_program_fault *fault)
{
	struct sight sight = { .interpreter = TSR_SLICE_NONE };

	*fault = (struct tsr_program_fault){ .name = name };
	fault->state = look(p, name, 0, &sight);
	fault->interpreter = sight.interpreter;
	return fault->state == TSR_PROGRAM_OK;
}

bool tsr_program_hands_on(struct tsr_programs *p, struct tsr_slice script, struct tsr_slice program)
{
	struct sight sight = { .at = { .layer = TSR_NONE } };
	const struct tsr_extract *x;
	const struct tsr_facts *f;
	struct tsr_slice rest, word;

	/* Where the work that an image may cost is done, nothing was found. */
	if (look(p, script, 0, &sight) != TSR_PROGRAM_OK || sight.at.layer == TSR_NONE ||
	    !spend(p, p->layers[sight.at.layer]->n_extracts))
		return false;
	f = p->layers[sight.at.layer];
	x = extract_of(f, sight.at.entry, TSR_EXTRACT_ENTRY);
	if (!x || (x->x && tsr_slice_starts(program, "-")))
		return false;
	rest = tsr_slice_str(tsr_facts_text(f, x->a));
	while (tsr_slice_next(&rest, '\n', &word))
		if (tsr_slice_eq(word, program))
			return false;
	return true;
}

const char *tsr_program_says(const struct tsr_program_fault *fault, const char *name, const char *interpreter,
			     struct tsr_arena *arena)
{
	switch (fault->state) {
	case TSR_PROGRAM_DIRECTORY:
		return tsr_arena_printf(arena, "`%s` is a directory", name);
	case TSR_PROGRAM_DENIED:
		return tsr_arena_printf(arena, "`%s` may not be executed by the image's user", name);
	case TSR_PROGRAM_UNREACHABLE:
		return tsr_arena_printf(arena, "`%s` stands in a directory that the image's user may not search", name);
	case TSR_PROGRAM_NO_INTERPRETER:
		return tsr_arena_printf(arena, "`%s` is a script, and its interpreter `%s` cannot be run", name, interpreter);
	case TSR_PROGRAM_OK:
	case TSR_PROGRAM_MISSING:
		break;
	}
	if (!name[0])
		return "An empty name stands for the program";
	return tsr_arena_printf(arena, "`%s` is not in the image", name);
}
