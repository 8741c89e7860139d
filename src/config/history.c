/* SPDX-License-Identifier: Apache-2.0 */
#include "config/history.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/history_priv.h"

#define LOGIN_LOG_MIN (1u << 20)
#define SOON 5 /* seconds */

void tsr_judge_say(struct tsr_judge *j, enum tsr_builtin rule, const char *message)
{
	if (!j->said[rule])
		j->say(j->ctx, rule, message);
	j->said[rule] = true;
}

static bool any(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_eq_str(s, *list))
			return true;
	return false;
}

uint32_t tsr_judge_verb(const struct tsr_shell_call *call)
{
	static const char *const with_value[] = { "-o", "-c", "-t", "--repository", "-X", "-p", "--root", "--prefix", "-C", NULL };

	for (uint32_t i = 1; i < call->n; i++) {
		if (any(call->words[i].text, with_value))
			i++;
		else if (!tsr_slice_starts(call->words[i].text, "-"))
			return i;
	}
	return 0;
}

static struct tsr_slice verb_of(const struct tsr_shell_call *call)
{
	uint32_t at = tsr_judge_verb(call);

	return at ? call->words[at].text : TSR_SLICE_NONE;
}

static bool without_recommends(const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		if (tsr_slice_eq_str(w, "--no-install-recommends") || tsr_slice_casehas(w, "install-recommends=") ||
		    tsr_slice_eq_str(w, "-R") || tsr_slice_eq_str(w, "--without-recommends"))
			return true;
	}
	return false;
}

static void judge_apt(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	static const char *const distribution[] = { "dist-upgrade", "full-upgrade", NULL };
	static const char *const installs[] = { "install", "reinstall", "build-dep", "satisfy", "upgrade", "safe-upgrade",
						"download", "source", NULL };
	static const char *const cleans[] = { "dist-clean", "distclean", NULL };
	struct tsr_slice verb = verb_of(call);

	j->apt_updates |= tsr_slice_eq_str(verb, "update");
	j->apt_cleans |= any(verb, cleans);
	if (any(verb, distribution)) {
		j->apt_installs = true;
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_DIST_UPGRADE, "The instruction upgrades the whole distribution of the base image");
	}
	if (!any(verb, installs))
		return;
	j->apt_installs = true;
	if (tsr_slice_eq_str(verb, "install") && !without_recommends(call))
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_APT_RECOMMENDS,
		    "Packages are installed without --no-install-recommends: what they recommend comes along");
}

static void judge_removal(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		j->apt_cleans |= tsr_slice_starts(call->words[i].text, "/var/lib/apt/lists") ||
				 tsr_slice_starts(call->words[i].text, "/var/lib/apt/");
		j->apk_cleans |= tsr_slice_starts(call->words[i].text, "/var/cache/apk");
		j->zypper_cleans |= tsr_slice_starts(call->words[i].text, "/var/cache/zypp");
		j->dnf_cleans |= tsr_slice_starts(call->words[i].text, "/var/cache/dnf") ||
				 tsr_slice_starts(call->words[i].text, "/var/cache/yum") ||
				 tsr_slice_starts(call->words[i].text, "/var/cache/libdnf5");
	}
}

static void judge_pip(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		if (!tsr_shell_is(&call->words[i], "install"))
			continue;
		if (j->left->known ? j->left->pip_cache :
				     !tsr_shell_has(call, "--no-cache-dir") && !tsr_shell_has(call, "--no-cache"))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_PIP_CACHE, j->left->known ?
								      "pip left its cache in the layer" :
								      "pip is called without --no-cache-dir");
		return;
	}
}

bool tsr_judge_opens_to_all(struct tsr_slice mode)
{
	struct tsr_slice clause;

	if (mode.len >= 3 && mode.len <= 5 && mode.ptr[0] >= '0' && mode.ptr[0] <= '7') {
		for (size_t i = 0; i < mode.len; i++)
			if (mode.ptr[i] < '0' || mode.ptr[i] > '7')
				return false;
		return ((mode.ptr[mode.len - 1] - '0') & 2) && !(mode.len > 3 && ((mode.ptr[mode.len - 4] - '0') & 1));
	}
	while (tsr_slice_next(&mode, ',', &clause)) {
		bool all = false;
		size_t i = 0;

		for (; i < clause.len && strchr("ugoa", clause.ptr[i]) && clause.ptr[i]; i++)
			all |= clause.ptr[i] == 'o' || clause.ptr[i] == 'a';
		if (all && i < clause.len && (clause.ptr[i] == '+' || clause.ptr[i] == '=') &&
		    tsr_slice_find(clause, 'w', i) < clause.len && tsr_slice_find(clause, 't', i) == clause.len)
			return true;
	}
	return false;
}

static void judge_chmod(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		if (tsr_slice_starts(call->words[i].text, "-"))
			continue;
		if (!call->words[i].dynamic && tsr_judge_opens_to_all(call->words[i].text))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_CHMOD, "chmod lets every user write");
		return;
	}
}

static void judge_apk(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	struct tsr_slice verb = verb_of(call);

	j->apk_adds |= tsr_slice_eq_str(verb, "add") && !tsr_shell_has(call, "--no-cache");
	j->apk_cleans |= tsr_slice_eq_str(verb, "cache");
}

static void judge_dnf(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	static const char *const installs[] = { "install", "update", "upgrade", "groupinstall", "localinstall", NULL };
	struct tsr_slice verb = verb_of(call);

	j->dnf_cleans |= tsr_slice_eq_str(verb, "clean");
	j->dnf_installs |= any(verb, installs);
}

static void judge_zypper(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	static const char *const installs[] = { "install", "in", "update", "up", "dist-upgrade", "dup", "patch", "refresh", "ref", NULL };
	static const char *const cleans[] = { "clean", "cc", NULL };
	struct tsr_slice verb = verb_of(call);

	j->zypper_cleans |= any(verb, cleans);
	j->zypper_installs |= any(verb, installs);
}

static void judge_node(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	static const char *const installs[] = { "install", "i", "ci", "add", "global", NULL };
	struct tsr_slice verb = verb_of(call);

	j->node_cleans |= tsr_slice_eq_str(verb, "cache");
	/* yarn alone installs */
	j->node_installs |= any(verb, installs) || (!verb.len && tsr_slice_eq_str(tsr_shell_program(call), "yarn") && call->n == 1);
}

/* python -m pip, uv pip: pip itself. */
static struct tsr_shell_call inner_call(struct tsr_shell_call call)
{
	struct tsr_slice base = tsr_shell_program(&call);
	uint32_t skip = 0;

	if (tsr_slice_starts(base, "python") && call.n > 2 && tsr_shell_is(&call.words[1], "-m"))
		skip = 2;
	else if (tsr_slice_eq_str(base, "uv") && call.n > 1 && tsr_shell_is(&call.words[1], "pip"))
		skip = 1;
	call.words += skip;
	call.n -= skip;
	return call;
}

static void judge_call(struct tsr_judge *j, const struct tsr_shell_call *outer, bool piped)
{
	static const struct {
		const char *programs;
		void (*judge)(struct tsr_judge *j, const struct tsr_shell_call *call);
	} programs[] = {
		{ "apt-get apt aptitude", judge_apt }, { "rm find", judge_removal },   { "apk", judge_apk },
		{ "dnf yum microdnf dnf5", judge_dnf }, { "zypper", judge_zypper },    { "npm yarn pnpm", judge_node },
		{ "chmod", judge_chmod },               { "pip pip2* pip3*", judge_pip },
	};
	struct tsr_shell_call call = inner_call(*outer);
	struct tsr_slice base = tsr_shell_program(&call);

	if (call.sudo)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_SUDO, "The instruction calls sudo");
	for (size_t i = 0; i < TSR_ARRAY_LEN(programs); i++)
		if (tsr_judge_listed(programs[i].programs, base))
			programs[i].judge(j, &call);
	tsr_judge_options(j, &call, piped);
	tsr_judge_pins(j, &call);
	j->state->curl |= tsr_slice_eq_str(base, "curl");
	j->state->wget |= tsr_slice_eq_str(base, "wget");
}

/* Does what curl or wget fetches go into an interpreter? By a pipe, or through words of one. */
static void judge_downloads(struct tsr_judge *j, const struct tsr_shell *sh)
{
	static const char *const loaders[] = { "curl", "wget", "fetch", "aria2c", NULL };
	enum { FETCHED = 1, IN_WORDS = 2 };
	tsr_autofree unsigned char *flow = tsr_xcalloc(sh->n ? sh->n : 1, 1);
	bool found = false;

	/* A pipe's commands stand in order; what is inside a command stands behind it. */
	for (uint32_t i = 0; i < sh->n; i++) {
		const struct tsr_shell_command *c = &sh->commands[i];
		struct tsr_shell_call call = tsr_shell_call(c);

		if (c->before == TSR_SHELL_PIPE && c->previous != TSR_SHELL_NONE && (flow[c->previous] & FETCHED)) {
			flow[i] |= FETCHED;
			found |= tsr_shell_runs_input(&call);
		}
		if (any(tsr_shell_program(&call), loaders))
			flow[i] |= FETCHED;
	}
	for (uint32_t i = sh->n; i-- > 0;)
		if ((flow[i] & (FETCHED | IN_WORDS)) && sh->commands[i].inside != TSR_SHELL_NONE)
			flow[sh->commands[i].inside] |= IN_WORDS;
	for (uint32_t i = 0; i < sh->n && !found; i++) {
		struct tsr_shell_call call = tsr_shell_call(&sh->commands[i]);

		found = (flow[i] & IN_WORDS) && tsr_shell_runs_words(&call);
	}
	if (found)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "A script from the network is run as it comes, unseen and unverified");
}

/* What package managers left behind, told when all commands are known. */
static void judge_leftovers(struct tsr_judge *j)
{
	const struct tsr_leftovers *left = j->left;
	const struct {
		bool installs, cleans, left;
		enum tsr_builtin rule;
		const char *by_layer, *by_text;
	} caches[] = {
		{ j->apk_adds, j->apk_cleans, left->apk_cache, TSR_BUILTIN_HISTORY_APK_CACHE, "apk's index stayed in the layer",
		  "apk add is called without --no-cache" },
		{ j->dnf_installs, j->dnf_cleans, left->dnf_cache, TSR_BUILTIN_HISTORY_DNF_CACHE,
		  "The package manager's cache stayed in the layer", "The package manager's cache is not removed where it was made" },
		{ j->zypper_installs, j->zypper_cleans, left->zypper_cache, TSR_BUILTIN_HISTORY_ZYPPER_CACHE,
		  "zypper's cache stayed in the layer", "zypper's cache is not removed where it was made" },
		{ j->node_installs, j->node_cleans, left->node_cache, TSR_BUILTIN_HISTORY_NODE_CACHE,
		  "The cache of npm, Yarn or pnpm stayed in the layer",
		  "The cache of npm, Yarn or pnpm is not removed where it was made" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(caches); i++)
		if (caches[i].installs && (left->known ? caches[i].left : !caches[i].cleans))
			tsr_judge_say(j, caches[i].rule, left->known ? caches[i].by_layer : caches[i].by_text);
	if (j->apt_updates && !j->apt_installs && (!left->known || left->apt_lists) && !j->apt_cleans)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_APT_UPDATE,
			      "apt's lists are updated in an instruction of their own: a cached layer keeps old ones");
	else if ((j->apt_updates || j->apt_installs) && (left->known ? left->apt_lists : j->apt_updates && !j->apt_cleans))
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_APT_CLEAN, left->known ?
									"apt's package lists stayed in the layer" :
									"apt's package lists are not removed where they were fetched");
}

static void judge_run(struct tsr_judge *j, const struct tsr_instruction *in, struct tsr_arena *arena)
{
	bool both = j->state->curl && j->state->wget;
	struct tsr_shell sh;

	tsr_shell_parse(in->text, arena, &sh);
	j->state->cut |= sh.cut;
	for (uint32_t i = 0; i < sh.n; i++) {
		struct tsr_shell_call call = tsr_shell_call(&sh.commands[i]);

		tsr_judge_variables(j, &sh.commands[i]);
		if (call.n || call.sudo)
			judge_call(j, &call, sh.commands[i].before == TSR_SHELL_PIPE);
	}
	judge_downloads(j, &sh);
	judge_leftovers(j);
	tsr_judge_shape(j, in, &sh);
	for (size_t i = 0; i < in->n_variables; i++)
		if (tsr_history_unverified(in->variables[i].name, in->variables[i].value))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_TLS, "A build argument switches the verification of servers off");
	if (!both && j->state->curl && j->state->wget)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_WGET_AND_CURL, "curl and wget are both used to build the image: one of them does");
}

/* "2026-01-02T03:04:05.6Z": seconds of the day */
static long seconds(struct tsr_slice s)
{
	long n = 0;

	for (size_t i = 11; i < 19; i += 3)
		n = n * 60 + (s.ptr[i] - '0') * 10 + (s.ptr[i + 1] - '0');
	return n;
}

/* Are the times the same, as BuildKit writes them for one build, or so near as one instruction follows the other? */
static bool is_soon(struct tsr_slice a, struct tsr_slice b)
{
	if (tsr_slice_eq(a, b))
		return true;
	if (a.len < 20 || b.len < 20 || !tsr_slice_eq(tsr_slice_sub(a, 0, 11), tsr_slice_sub(b, 0, 11)))
		return false;
	return labs(seconds(a) - seconds(b)) <= SOON;
}

/* Of several in one build only the last counts; a base image's are of another time. */
static void judge_repeated(struct tsr_judge *j, size_t which)
{
	struct tsr_slice *last = &j->state->last[which];

	if (last->len && is_soon(*last, j->state->created))
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_REPEATED,
			      "The instruction was there before in the same build: only the last CMD, ENTRYPOINT or HEALTHCHECK counts");
	*last = j->state->created;
}

void tsr_history_judge(const struct tsr_instruction *in, const struct tsr_leftovers *left, struct tsr_history_state *state,
		       struct tsr_arena *arena, tsr_history_say *say, void *ctx)
{
	struct tsr_judge j = { .left = left, .state = state, .say = say, .ctx = ctx };

	state->cut |= in->cut;
	switch (in->kind) {
	case TSR_INSTRUCTION_RUN:
		judge_run(&j, in, arena);
		break;
	case TSR_INSTRUCTION_ADD:
		tsr_judge_add(&j, in);
		tsr_judge_copy(&j, in->text);
		break;
	case TSR_INSTRUCTION_COPY:
		tsr_judge_copy(&j, in->text);
		break;
	case TSR_INSTRUCTION_CMD:
	case TSR_INSTRUCTION_ENTRYPOINT:
	case TSR_INSTRUCTION_HEALTHCHECK:
		judge_repeated(&j, in->kind - TSR_INSTRUCTION_CMD);
		break;
	case TSR_INSTRUCTION_WORKDIR:
		state->workdir = true;
		break;
	case TSR_INSTRUCTION_MAINTAINER:
		tsr_judge_say(&j, TSR_BUILTIN_HISTORY_MAINTAINER, "MAINTAINER is deprecated: a label says who the author is");
		break;
	case TSR_INSTRUCTION_SHELL:
		state->shell = in->text;
		break;
	case TSR_INSTRUCTION_OTHER:
	case TSR_INSTRUCTION_ENV:
	case TSR_INSTRUCTION_ARG:
		break;
	}
}

struct tsr_leftovers tsr_leftovers_of(const struct tsr_facts *layer)
{
	struct tsr_leftovers out = { .known = true };
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (uint32_t i = 0; i < layer->n_entries; i++) {
		const struct tsr_entry *e = &layer->entries[i];
		struct tsr_slice p;

		out.n_files += e->type != '5';
		if (e->type != '0' || !e->size || (e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE)))
			continue;
		tsr_buf_reset(&path);
		tsr_facts_path(layer, e->node, &path);
		p = tsr_buf_slice(&path);
		out.apt_lists |= tsr_slice_starts(p, "var/lib/apt/lists/") && !tsr_slice_ends(p, "/lock");
		out.apk_cache |= tsr_slice_starts(p, "var/cache/apk/");
		out.dnf_cache |= tsr_slice_starts(p, "var/cache/dnf/") || tsr_slice_starts(p, "var/cache/yum/") ||
				 tsr_slice_starts(p, "var/cache/libdnf5/");
		out.zypper_cache |= tsr_slice_starts(p, "var/cache/zypp/");
		out.node_cache |= tsr_slice_casehas(p, "/.npm/_cacache/") || tsr_slice_casehas(p, "/.cache/yarn/") ||
				  tsr_slice_casehas(p, "/.yarn/berry/cache/") || tsr_slice_casehas(p, "/pnpm/store/");
		out.login_logs |= e->size >= LOGIN_LOG_MIN &&
				  (tsr_slice_eq_str(p, "var/log/lastlog") || tsr_slice_eq_str(p, "var/log/faillog"));
		out.pip_cache |= tsr_slice_starts(p, "root/.cache/pip/") || tsr_slice_casehas(p, "/.cache/pip/");
	}
	return out;
}
