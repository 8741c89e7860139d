/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "base/mem.h"
#include "config/history_priv.h"

/* Packages that are installed in whatever version the day of the build has: history/unpinned-package. */

static bool has_one_of(struct tsr_slice s, const char *chars)
{
	for (size_t i = 1; i < s.len; i++)
		if (s.ptr[i] && strchr(chars, s.ptr[i]))
			return true;
	return false;
}

static bool debian(struct tsr_slice s)
{
	return has_one_of(s, "=");
}

static bool alpine(struct tsr_slice s)
{
	return has_one_of(s, "=~<");
}

/* curl-8.5.0, but not python3-pip */
static bool redhat(struct tsr_slice s)
{
	for (size_t i = 1; i + 1 < s.len; i++)
		if (s.ptr[i] == '-' && isdigit((unsigned char)s.ptr[i + 1]))
			return true;
	return false;
}

static bool suse(struct tsr_slice s)
{
	return has_one_of(s, "=<") || redhat(s);
}

static bool python(struct tsr_slice s)
{
	for (size_t i = 1; i + 1 < s.len; i++)
		if ((s.ptr[i] == '=' || s.ptr[i] == '~') && s.ptr[i + 1] == '=')
			return true;
	return has_one_of(s, "@");
}

static bool node(struct tsr_slice s)
{
	return has_one_of(s, "@") && !tsr_slice_ends(s, "@latest") && !tsr_slice_ends(s, "@next");
}

static bool ruby(struct tsr_slice s)
{
	return has_one_of(s, ":");
}

static bool go(struct tsr_slice s)
{
	return has_one_of(s, "@") && !tsr_slice_ends(s, "@latest") && !tsr_slice_ends(s, "@master") && !tsr_slice_ends(s, "@main");
}

static bool cargo(struct tsr_slice s)
{
	return has_one_of(s, "@");
}

static const struct manager {
	const char *programs, *verbs;
	bool (*pinned)(struct tsr_slice package);
	const char *with_value; /* options that take the next word */
	const char *settles;    /* options with which all is pinned, or with which nothing is installed by name */
	const char *message;
} managers[] = {
	{ "apt-get apt aptitude", "install", debian, "-t -o -c -a --target-release --default-release --option --config-file",
	  "--print-uris --download-only", "apt installs packages without a version" },
	{ "apk", "add", alpine, "-t --virtual -X --repository -p --root --keys-dir --repositories-file --arch --cache-dir", "",
	  "apk adds packages without a version" },
	{ "dnf yum microdnf dnf5 tdnf", "install", redhat,
	  "-c -x --exclude --enablerepo --disablerepo --repo --repoid --setopt --installroot --releasever", "",
	  "dnf or yum installs packages without a version" },
	{ "zypper", "install in", suse, "-t --type -r --repo --from --root -C --capability", "",
	  "zypper installs packages without a version" },
	{ "pip pip2* pip3* pipx", "install", python,
	  "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url --trusted-host -f --find-links --prefix "
	  "--root --src --platform --python-version --implementation --abi --timeout --retries --log --cache-dir --no-binary --only-binary "
	  "--progress-bar --proxy --python -p --config-settings -C --global-option --install-option",
	  "-c --constraint* --require-hashes", "pip installs packages without a version" },
	{ "npm pnpm yarn", "install i add", node, "--prefix --registry --userconfig --cache -C --dir -w --workspace", "",
	  "Packages of Node.js are installed without a version" },
	{ "gem", "install", ruby, "-i --install-dir -n --bindir --source -s -p --platform", "-v --version* -v=*",
	  "Gems are installed without a version" },
	{ "go", "install get", go, "-o -p -tags -ldflags -gcflags -mod -modfile", "", "go installs a module without a version" },
	{ "cargo", "install", cargo, "--root --features -F --target --registry --index --profile -j --jobs --bin",
	  "--version* --vers* --path* --git*", "cargo installs a crate without a version" },
	{ "conda mamba micromamba", "install create", debian, "-c --channel -n --name -p --prefix --solver", "-f --file* --file",
	  "conda installs packages without a version" },
};

/* Is it the name of a package: no path, no address, no archive, nothing that a variable holds? */
static bool is_name(const struct tsr_shell_word *w)
{
	static const char archives[] = "*.whl *.tar.gz *.tgz *.zip *.deb *.rpm *.apk *.gem *.git *.tar.bz2 *://*";
	struct tsr_slice s = w->text;

	return s.len && !w->dynamic && (isalnum((unsigned char)s.ptr[0]) || (s.ptr[0] == '@' && tsr_slice_find(s, '/', 0) < s.len)) &&
	       !tsr_judge_listed(archives, s);
}

static bool is_settled(const struct manager *m, const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++)
		if (tsr_judge_listed(m->settles, call->words[i].text))
			return true;
	return false;
}

static void judge(struct tsr_judge *j, const struct manager *m, const struct tsr_shell_call *call, uint32_t verb)
{
	if (is_settled(m, call))
		return;
	for (uint32_t i = verb + 1; i < call->n; i++) {
		struct tsr_slice s = call->words[i].text;

		if (tsr_slice_starts(s, "-")) {
			i += tsr_judge_listed(m->with_value, s);
		} else if (is_name(&call->words[i]) && !m->pinned(s)) {
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_UNPINNED, m->message);
			return;
		}
	}
}

void tsr_judge_pins(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	uint32_t verb = tsr_judge_verb(call);

	if (!verb || j->said[TSR_BUILTIN_HISTORY_UNPINNED])
		return;
	/* yarn global add */
	if (tsr_slice_eq_str(call->words[verb].text, "global") && verb + 1 < call->n)
		verb++;
	for (size_t i = 0; i < TSR_ARRAY_LEN(managers); i++)
		if (tsr_judge_listed(managers[i].programs, tsr_shell_program(call)) &&
		    tsr_judge_listed(managers[i].verbs, call->words[verb].text))
			judge(j, &managers[i], call, verb);
}
