/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/history.h"

#include "base/buf.h"
#include "base/mem.h"
#include "inspect/shell_words.h"

struct judge {
	const struct tsr_leftovers *left;
	tsr_history_say *say;
	void *ctx;
	bool said[TSR_BUILTINS];

	/* Of the instruction as a whole: */
	bool apt_updates, apt_installs, apt_cleans, apk_adds, apk_cleans, dnf_installs, dnf_cleans;
};

static void say(struct judge *j, enum tsr_builtin rule, const char *message)
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

/* The first word that is no option: apt-get -y -o A=b INSTALL. */
static struct tsr_slice verb_of(const struct tsr_shell_call *call)
{
	static const char *const with_value[] = { "-o", "-c", "-t", "--repository", "-X", "-p", "--root", NULL };

	for (uint32_t i = 1; i < call->n; i++) {
		if (any(call->words[i].text, with_value))
			i++;
		else if (!tsr_slice_starts(call->words[i].text, "-"))
			return call->words[i].text;
	}
	return TSR_SLICE_NONE;
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

static void judge_apt(struct judge *j, const struct tsr_shell_call *call, struct tsr_slice verb)
{
	static const char *const distribution[] = { "dist-upgrade", "full-upgrade", NULL };
	static const char *const installs[] = { "install", "reinstall", "build-dep", "satisfy", "upgrade", "safe-upgrade",
						"download", "source", NULL };
	static const char *const cleans[] = { "dist-clean", "distclean", NULL };

	j->apt_updates |= tsr_slice_eq_str(verb, "update");
	j->apt_cleans |= any(verb, cleans);
	if (any(verb, distribution)) {
		j->apt_installs = true;
		say(j, TSR_BUILTIN_HISTORY_DIST_UPGRADE, "The instruction upgrades the whole distribution of the base image");
	}
	if (!any(verb, installs))
		return;
	j->apt_installs = true;
	if (tsr_slice_eq_str(verb, "install") && !without_recommends(call))
		say(j, TSR_BUILTIN_HISTORY_APT_RECOMMENDS,
		    "Packages are installed without --no-install-recommends: what they recommend comes along");
}

static void judge_removal(struct judge *j, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		j->apt_cleans |= tsr_slice_starts(call->words[i].text, "/var/lib/apt/lists") ||
				 tsr_slice_starts(call->words[i].text, "/var/lib/apt/");
		j->apk_cleans |= tsr_slice_starts(call->words[i].text, "/var/cache/apk");
		j->dnf_cleans |= tsr_slice_starts(call->words[i].text, "/var/cache/dnf") ||
				 tsr_slice_starts(call->words[i].text, "/var/cache/yum") ||
				 tsr_slice_starts(call->words[i].text, "/var/cache/libdnf5");
	}
}

static void judge_pip(struct judge *j, const struct tsr_shell_call *call, uint32_t first)
{
	for (uint32_t i = first; i < call->n; i++) {
		if (!tsr_shell_is(&call->words[i], "install"))
			continue;
		if (j->left->known ? j->left->pip_cache :
				     !tsr_shell_has(call, "--no-cache-dir") && !tsr_shell_has(call, "--no-cache"))
			say(j, TSR_BUILTIN_HISTORY_PIP_CACHE, j->left->known ?
								      "pip left its cache in the layer" :
								      "pip is called without --no-cache-dir");
		return;
	}
}

/* Does a mode of chmod let everybody write, without the sticky bit? */
static bool opens_to_all(struct tsr_slice mode)
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

static void judge_chmod(struct judge *j, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++) {
		if (tsr_slice_starts(call->words[i].text, "-"))
			continue;
		if (!call->words[i].dynamic && opens_to_all(call->words[i].text))
			say(j, TSR_BUILTIN_HISTORY_CHMOD, "chmod lets every user write");
		return;
	}
}

static bool is_pip(struct tsr_slice base)
{
	return tsr_slice_starts(base, "pip") && (base.len == 3 || (base.ptr[3] >= '0' && base.ptr[3] <= '9'));
}

static void judge_call(struct judge *j, const struct tsr_shell_call *call)
{
	static const char *const apt[] = { "apt-get", "apt", "aptitude", NULL };
	static const char *const dnf[] = { "dnf", "yum", "microdnf", "dnf5", NULL };
	static const char *const removers[] = { "rm", "find", NULL };
	struct tsr_slice base = tsr_shell_program(call), verb = verb_of(call);

	if (call->sudo)
		say(j, TSR_BUILTIN_HISTORY_SUDO, "The instruction calls sudo");
	if (any(base, apt))
		judge_apt(j, call, verb);
	else if (any(base, removers))
		judge_removal(j, call);
	else if (tsr_slice_eq_str(base, "do-release-upgrade"))
		say(j, TSR_BUILTIN_HISTORY_DIST_UPGRADE, "The instruction upgrades the whole distribution of the base image");
	else if (tsr_slice_eq_str(base, "apk") && tsr_slice_eq_str(verb, "add") && !tsr_shell_has(call, "--no-cache"))
		j->apk_adds = true;
	else if (tsr_slice_eq_str(base, "apk") && tsr_slice_eq_str(verb, "cache"))
		j->apk_cleans = true;
	else if (any(base, dnf) && tsr_slice_eq_str(verb, "clean"))
		j->dnf_cleans = true;
	else if (any(base, dnf) && (tsr_slice_eq_str(verb, "install") || tsr_slice_eq_str(verb, "update") ||
				    tsr_slice_eq_str(verb, "upgrade")))
		j->dnf_installs = true;
	else if (tsr_slice_eq_str(base, "chmod"))
		judge_chmod(j, call);
	else if (is_pip(base))
		judge_pip(j, call, 1);
	else if (tsr_slice_starts(base, "python") && call->n > 3 && tsr_shell_is(&call->words[1], "-m") &&
		 is_pip(call->words[2].text))
		judge_pip(j, call, 3);
}

/* Does what curl or wget fetches go into an interpreter? By a pipe, or through words of one. */
static void judge_downloads(struct judge *j, const struct tsr_shell *sh)
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
		say(j, TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "A script from the network is run as it comes, unseen and unverified");
}

static void judge_run(struct judge *j, const struct tsr_instruction *in, struct tsr_arena *arena)
{
	const struct tsr_leftovers *left = j->left;
	struct tsr_shell sh;

	tsr_shell_parse(in->text, arena, &sh);
	for (uint32_t i = 0; i < sh.n; i++) {
		struct tsr_shell_call call = tsr_shell_call(&sh.commands[i]);

		if (call.n || call.sudo)
			judge_call(j, &call);
	}
	judge_downloads(j, &sh);
	if (j->apt_updates && !j->apt_installs && (!left->known || left->apt_lists) && !j->apt_cleans)
		say(j, TSR_BUILTIN_HISTORY_APT_UPDATE,
		    "apt's lists are updated in an instruction of their own: a cached layer keeps old ones");
	else if ((j->apt_updates || j->apt_installs) && (left->known ? left->apt_lists : j->apt_updates && !j->apt_cleans))
		say(j, TSR_BUILTIN_HISTORY_APT_CLEAN, left->known ? "apt's package lists stayed in the layer" :
								     "apt's package lists are not removed where they were fetched");
	if (j->apk_adds && (left->known ? left->apk_cache : !j->apk_cleans))
		say(j, TSR_BUILTIN_HISTORY_APK_CACHE, left->known ? "apk's index stayed in the layer" :
								     "apk add is called without --no-cache");
	if (j->dnf_installs && (left->known ? left->dnf_cache : !j->dnf_cleans))
		say(j, TSR_BUILTIN_HISTORY_DNF_CACHE, left->known ? "The package manager's cache stayed in the layer" :
								     "The package manager's cache is not removed where it was made");
}

static bool is_remote(struct tsr_slice source)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "git://", "ssh://", "git@" };

	while (source.len && (source.ptr[0] == '"' || source.ptr[0] == '[' || source.ptr[0] == '\''))
		source = tsr_slice_sub(source, 1, source.len);
	for (size_t i = 0; i < TSR_ARRAY_LEN(schemes); i++)
		if (tsr_slice_starts(source, schemes[i]))
			return true;
	return false;
}

/* The classic builder writes "file:HASH in DEST" of local files, and the bare hash of a download. */
static bool is_bare_hash(struct tsr_slice source)
{
	for (size_t i = 0; i < source.len; i++)
		if (!strchr("0123456789abcdef", source.ptr[i]) || !source.ptr[i])
			return false;
	return source.len == 64;
}

static void judge_add(struct judge *j, struct tsr_slice text)
{
	struct tsr_slice rest = text, word;
	bool remote = false, checked = false, first = true;

	while (tsr_slice_next(&rest, ' ', &word)) {
		if (!word.len)
			continue;
		checked |= tsr_slice_starts(word, "--checksum=");
		remote |= is_remote(word) || (first && is_bare_hash(word) && tsr_slice_starts(tsr_slice_trim(rest), "in "));
		first = false;
	}
	if (remote && !checked)
		say(j, TSR_BUILTIN_HISTORY_ADD_REMOTE, "ADD fetched a file from the network without a checksum");
}

void tsr_history_judge(const struct tsr_instruction *in, const struct tsr_leftovers *left, struct tsr_arena *arena,
		       tsr_history_say *say_it, void *ctx)
{
	struct judge j = { .left = left, .say = say_it, .ctx = ctx };

	if (in->kind == TSR_INSTRUCTION_RUN)
		judge_run(&j, in, arena);
	else if (in->kind == TSR_INSTRUCTION_ADD)
		judge_add(&j, in->text);
}

struct tsr_leftovers tsr_leftovers_of(const struct tsr_facts *layer)
{
	struct tsr_leftovers out = { .known = true };
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (uint32_t i = 0; i < layer->n_entries; i++) {
		const struct tsr_entry *e = &layer->entries[i];
		struct tsr_slice p;

		if (e->type != '0' || !e->size || (e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE)))
			continue;
		tsr_buf_reset(&path);
		tsr_facts_path(layer, e->node, &path);
		p = tsr_buf_slice(&path);
		out.apt_lists |= tsr_slice_starts(p, "var/lib/apt/lists/") && !tsr_slice_ends(p, "/lock");
		out.apk_cache |= tsr_slice_starts(p, "var/cache/apk/");
		out.dnf_cache |= tsr_slice_starts(p, "var/cache/dnf/") || tsr_slice_starts(p, "var/cache/yum/") ||
				 tsr_slice_starts(p, "var/cache/libdnf5/");
		out.pip_cache |= tsr_slice_starts(p, "root/.cache/pip/") || tsr_slice_casehas(p, "/.cache/pip/");
	}
	return out;
}
