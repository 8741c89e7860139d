/* SPDX-License-Identifier: Apache-2.0 */
#include "config/run_config.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "inspect/secret_name.h"
#include "rule/demands.h"
#include "scan/placeholder.h"

static bool one_of(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_caseeq_str(s, *list))
			return true;
	return false;
}

const char *tsr_stop_signal_fault(struct tsr_slice signal)
{
	static const char *const fine[] = { "HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH", "ALRM", "PWR", "ABRT", "CONT",
					    "IO",  "POLL", "URG", "RTMIN", "RTMAX", NULL };
	static const char *const deadly[] = { "KILL", "STOP", "9", "19", NULL };
	static const char *const odd[] = { "TRAP", "IOT", "BUS", "FPE",	 "SEGV", "PIPE", "STKFLT", "CHLD", "TSTP", "TTIN",
					   "TTOU", "XCPU", "XFSZ", "VTALRM", "PROF", "SYS", "ILL", "CLD", NULL };
	unsigned long long n;

	if (tsr_slice_starts(signal, "SIG") || tsr_slice_starts(signal, "sig"))
		signal = tsr_slice_sub(signal, 3, signal.len);
	if (one_of(signal, deadly))
		return "The stop signal cannot be caught: the program is killed without a chance to finish";
	if (one_of(signal, odd))
		return "The stop signal is one that programs do not take for a request to end";
	if (!signal.len || one_of(signal, fine) || (!tsr_slice_u64(signal, &n) && n > 0 && n <= 64))
		return NULL;
	if (tsr_slice_starts(signal, "RTMIN+") || tsr_slice_starts(signal, "RTMAX-"))
		return NULL;
	return "The stop signal is none that runtimes know";
}

/* /proc, /sys, /dev and what is below them; p has no slash in front. */
static bool is_kernels(struct tsr_slice p)
{
	static const char *const trees[] = { "proc", "sys", "dev" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(trees); i++)
		if (tsr_slice_starts(p, trees[i]) && (p.len == strlen(trees[i]) || p.ptr[strlen(trees[i])] == '/'))
			return !tsr_slice_eq_str(p, "dev/shm");
	return false;
}

bool tsr_volume_is_sensitive(struct tsr_slice path)
{
	static const char *const whole[] = { "", "etc", "usr", "usr/bin", "usr/sbin", "usr/lib", "usr/local", "usr/local/bin",
					     "bin", "sbin", "lib", "lib64", "boot", "root", "root/.ssh", "etc/ssh", "etc/passwd",
					     "etc/shadow", "etc/sudoers", "var/run", "run", "var/lib/docker", "var/lib/containerd",
					     "var/lib/kubelet", NULL };
	static const char *const sockets[] = { "docker.sock", "containerd.sock", "crio.sock", "podman.sock" };
	TSR_AUTO(tsr_buf) struct tsr_buf clean = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_slice p;

	if (!path.len || tsr_path_clean(path, &clean) < 0)
		return false;
	p = tsr_buf_slice(&clean);
	if (is_kernels(p))
		return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(sockets); i++)
		if (tsr_slice_eq_str(tsr_path_base(p), sockets[i]))
			return true;
	for (size_t i = 0; whole[i]; i++)
		if (tsr_slice_eq_str(p, whole[i]))
			return true;
	return false;
}

size_t tsr_ports_find(struct tsr_slices ports, unsigned low, unsigned high)
{
	for (size_t i = 0; i < ports.n; i++) {
		struct tsr_port p;

		if (tsr_port_parse(ports.at[i], &p) == 0 && p.first <= high && p.last >= low)
			return i;
	}
	return ports.n;
}

bool tsr_port_within(struct tsr_slice inner, struct tsr_slice outer)
{
	struct tsr_port i, o;

	if (tsr_port_parse(inner, &i) || tsr_port_parse(outer, &o))
		return tsr_slice_eq(inner, outer);
	return o.first <= i.first && i.last <= o.last && strcmp(i.protocol, o.protocol) == 0;
}

bool tsr_port_meets(struct tsr_slice a, struct tsr_slice b)
{
	struct tsr_port x, y;

	if (tsr_port_parse(a, &x) || tsr_port_parse(b, &y))
		return tsr_slice_eq(a, b);
	return x.first <= y.last && y.first <= x.last && strcmp(x.protocol, y.protocol) == 0;
}

size_t tsr_ports_invalid(struct tsr_slices ports)
{
	struct tsr_port p;

	for (size_t i = 0; i < ports.n; i++)
		if (tsr_port_parse(ports.at[i], &p))
			return i;
	return ports.n;
}

bool tsr_workdir_is_system(struct tsr_slice path)
{
	TSR_AUTO(tsr_buf) struct tsr_buf clean = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	return path.len && tsr_path_clean(path, &clean) >= 0 && is_kernels(tsr_buf_slice(&clean));
}

bool tsr_name_is_latest(struct tsr_slice name)
{
	name = tsr_slice_sub(name, 0, tsr_slice_find(name, '@', 0));
	return tsr_slice_ends(name, ":latest") || tsr_slice_eq_str(name, "latest");
}

static bool is_word(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!islower((unsigned char)s.ptr[i]))
			return false;
	return s.len < 16;
}

/* Letters and digits without a blank or a path in them, and no fingerprint of OpenPGP. */
static bool looks_made(struct tsr_slice s)
{
	bool letter = false, digit = false, print = true;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (!isalnum(c) && (!c || !strchr("+=_-.@!%^*~", c)))
			return false;
		letter |= isalpha(c) != 0;
		digit |= isdigit(c) != 0;
		print &= isdigit(c) || (c >= 'A' && c <= 'F');
	}
	return s.len >= 12 && letter && digit && !(print && (s.len == 16 || s.len == 40));
}

/* Name of a file, a header, a setting: DB_PASSWORD_FILE and the like do not end in such a word, so that these need no list. */
enum tsr_variable_kind tsr_variable_judge(struct tsr_slice name, struct tsr_slice value)
{
	static const char *const dummies[] = { "changeit", "replaceme", "change_me", "change-me", "placeholder", "unset", "empty",
					       "dummy",	   "example",	"xxx",	     "xxxx",	  "todo",	 "tbd",	  "secret", NULL };
	bool weak;

	value = tsr_slice_trim(value);
	weak = !tsr_secret_name(name) && tsr_secret_name_loose(name) && looks_made(value);
	if ((!weak && !tsr_secret_name(name)) || !tsr_secret_value(value) || tsr_placeholder_template(value) || tsr_placeholder_word(value) ||
	    one_of(value, dummies) || tsr_slice_find(value, '$', 0) == 0)
		return TSR_VARIABLE_NONE;
	if (tsr_placeholder(value))
		return TSR_VARIABLE_NONE;
	return weak || is_word(value) ? TSR_VARIABLE_WEAK : TSR_VARIABLE_VALUE;
}
