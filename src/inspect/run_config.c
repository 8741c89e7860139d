/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/run_config.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "inspect/secret_name.h"
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

static unsigned port_at(struct tsr_slice s, size_t *at)
{
	unsigned n = 0;

	for (; *at < s.len && isdigit((unsigned char)s.ptr[*at]) && n < 100000; ++*at)
		n = n * 10 + (unsigned)(s.ptr[*at] - '0');
	return n < 65536 ? n : 0;
}

struct port_range {
	unsigned first, last; /* 0: none */
	struct tsr_slice protocol;
};

static struct port_range port_range(struct tsr_slice s)
{
	struct port_range out;
	size_t at = 0;

	out.first = out.last = port_at(s, &at);
	if (at < s.len && s.ptr[at] == '-') {
		at++;
		out.last = port_at(s, &at);
	}
	if (!out.last)
		out.first = 0;
	out.protocol = at < s.len && s.ptr[at] == '/' ? tsr_slice_sub(s, at + 1, s.len) : TSR_SLICE("tcp");
	return out;
}

size_t tsr_ports_find(struct tsr_slices ports, unsigned low, unsigned high)
{
	for (size_t i = 0; i < ports.n; i++) {
		struct port_range p = port_range(ports.at[i]);

		if (p.first && p.first <= high && p.last >= low)
			return i;
	}
	return ports.n;
}

bool tsr_port_within(struct tsr_slice inner, struct tsr_slice outer)
{
	struct port_range i = port_range(inner), o = port_range(outer);

	if (!i.first || !o.first)
		return tsr_slice_eq(inner, outer);
	return o.first <= i.first && i.last <= o.last && tsr_slice_eq(i.protocol, o.protocol);
}

bool tsr_port_meets(struct tsr_slice a, struct tsr_slice b)
{
	struct port_range x = port_range(a), y = port_range(b);

	if (!x.first || !y.first)
		return tsr_slice_eq(a, b);
	return x.first <= y.last && y.first <= x.last && tsr_slice_eq(x.protocol, y.protocol);
}

size_t tsr_ports_invalid(struct tsr_slices ports)
{
	static const char *const protocols[] = { "", "/tcp", "/udp", "/sctp", NULL };

	for (size_t i = 0; i < ports.n; i++) {
		struct tsr_slice s = ports.at[i];
		size_t at = 0;
		unsigned first = port_at(s, &at), last = first;

		if (at < s.len && s.ptr[at] == '-') {
			at++;
			last = port_at(s, &at);
		}
		if (!first || last < first || !one_of(tsr_slice_sub(s, at, s.len), protocols))
			return i;
	}
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

/* Name of a file, a header, a setting: DB_PASSWORD_FILE and the like do not end in such a word, so that these need no list. */
enum tsr_variable_kind tsr_variable_judge(struct tsr_slice name, struct tsr_slice value)
{
	static const char *const dummies[] = { "changeit", "replaceme", "change_me", "change-me", "placeholder", "unset", "empty",
					       "dummy",	   "example",	"xxx",	     "xxxx",	  "todo",	 "tbd",	  "secret", NULL };

	value = tsr_slice_trim(value);
	if (!tsr_secret_name(name) || !tsr_secret_value(value) || tsr_placeholder_template(value) || tsr_placeholder_word(value) ||
	    one_of(value, dummies) || tsr_slice_find(value, '$', 0) == 0)
		return TSR_VARIABLE_NONE;
	if (tsr_placeholder(value))
		return TSR_VARIABLE_NONE;
	return !is_word(value) ? TSR_VARIABLE_VALUE : TSR_VARIABLE_WEAK;
}
