/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/placeholder.h"

static bool one_of(struct tsr_slice host, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tsr_slice_caseeq_str(host, names[i]))
			return true;
	return false;
}

/* RFC 2606's names, and those that manuals use in their place. */
static bool documentation_host(struct tsr_slice host)
{
	static const char *const names[] = { "host",	   "hostname",	   "server",	"domain",   "domain.com",   "yourhost",
					     "your-host",  "myhost",	   "my.host",	"somehost", "foo.com",	    "bar.com",
					     "site.com",   "mydomain.com", "host.com",	"website.com", "company.com" };
	static const char *const suffixes[] = { "example.com", "example.org", "example.net",
						"example.edu", ".example",    ".test",
						".invalid",    "example" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (host.len >= n &&
		    tsr_slice_caseeq_str(tsr_slice_sub(host, host.len - n, host.len), suffixes[i]))
			return true;
	}
	return one_of(host, names, TSR_ARRAY_LEN(names));
}

/* A password for the machine itself is seldom one that opens another. */
static bool local_host(struct tsr_slice host)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]", "0.0.0.0", "localhost.localdomain" };

	return one_of(host, names, TSR_ARRAY_LEN(names));
}

static void set(struct tsr_check_out *out, enum tsr_check_result result, const char *note)
{
	out->result = result;
	out->note = note;
}

/* The host behind `@`, without port. */
static struct tsr_slice host_of(struct tsr_slice s, size_t at)
{
	size_t end = at;

	if (end < s.len && s.ptr[end] == '[') {
		end = tsr_slice_find(s, ']', end);
		return tsr_slice_sub(s, at, end + 1);
	}
	while (end < s.len && !strchr(":/?#\"'<> \t\r\n\\,);`", s.ptr[end]))
		end++;
	return tsr_slice_sub(s, at, end);
}

static bool starts_as_word(struct tsr_slice s, const char *word)
{
	return tsr_slice_caseeq_str(tsr_slice_sub(s, 0, strlen(word)), word);
}

/* scheme://user:password@host, the secret being the password. Nothing can confirm one. */
void tsr_check_url_password(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice s = in->ahead.len > in->match.len ? in->ahead : in->match, user, host;
	size_t secret = (size_t)(in->secret.ptr - in->match.ptr), at = secret + in->secret.len,
	       begin = secret;

	if (!in->secret.len || tsr_placeholder_template(in->secret)) {
		out->result = TSR_CHECK_REJECT;
		return;
	}
	while (begin && s.ptr[begin - 1] != '/')
		begin--;
	user = tsr_slice_sub(s, begin, secret ? secret - 1 : 0);
	host = at < s.len && s.ptr[at] == '@' ? host_of(s, at + 1) : TSR_SLICE_NONE;
	if (tsr_placeholder_word(in->secret) || tsr_placeholder(in->secret) ||
	    starts_as_word(in->secret, "your") || tsr_slice_eq(user, in->secret))
		set(out, TSR_CHECK_SAMPLE, "a password as in documentation");
	else if (host.len && documentation_host(host))
		set(out, TSR_CHECK_SAMPLE, "the host is one of documentation");
	else if (host.len && local_host(host))
		set(out, TSR_CHECK_FAIL, "the host is the local one");
}

void tsr_check_placeholder_word(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	if (tsr_placeholder_template(in->secret)) {
		out->result = TSR_CHECK_REJECT;
	} else if (tsr_placeholder_word(in->secret) || tsr_placeholder(in->secret)) {
		set(out, TSR_CHECK_SAMPLE, "a value as in documentation");
	}
}
