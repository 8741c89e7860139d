/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/placeholder.h"

#include <ctype.h>

#include "base/mem.h"
#include "scan/rarity.h"
#include "scan/sample.h"

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool is_letter(unsigned char c)
{
	c = lower(c);
	return c >= 'a' && c <= 'z';
}

/* Is `word` (lower case) at s[at] in any case? */
static bool word_at(struct tsr_slice s, size_t at, const char *word)
{
	for (; *word; word++, at++)
		if (at >= s.len || lower((unsigned char)s.ptr[at]) != (unsigned char)*word)
			return false;
	return true;
}

/* One character over most of it, or hardly more than two different ones. */
static bool monotonous(struct tsr_slice s)
{
	size_t count[256] = { 0 }, most = 0, distinct = 0, run = 0, longest = 0;

	for (size_t i = 0; i < s.len; i++) {
		size_t n = ++count[(unsigned char)s.ptr[i]];

		distinct += n == 1;
		most = n > most ? n : most;
		run = i && s.ptr[i] == s.ptr[i - 1] ? run + 1 : 1;
		longest = run > longest ? run : longest;
	}
	if (s.len >= 4 && distinct == 1)
		return true;
	if (longest >= 6 && longest * 2 > s.len)
		return true;
	if (s.len >= 16 && distinct <= 3)
		return true;
	return s.len >= 12 && most * 4 >= s.len * 3;
}

/* abcdef…, 98765…: nearly all neighbours are one apart, in one direction. */
static bool sequence(struct tsr_slice s)
{
	size_t up = 0, down = 0, best;

	if (s.len < 6)
		return false;
	for (size_t i = 1; i < s.len; i++) {
		int d = lower((unsigned char)s.ptr[i]) - lower((unsigned char)s.ptr[i - 1]);

		up += d == 1 ||
		      (s.ptr[i - 1] == '9' && (s.ptr[i] == '0' || lower((unsigned char)s.ptr[i]) == 'a'));
		down += d == -1 || (s.ptr[i - 1] == '0' && s.ptr[i] == '9');
	}
	best = up > down ? up : down;
	if (s.len < 12)
		return best + 1 == s.len;
	return best * 10 >= (s.len - 1) * 7;
}

/* A pattern that stands at least three times and nothing else. */
static bool periodic(struct tsr_slice s)
{
	if (s.len < 8)
		return false;
	for (size_t p = 1; p * 3 <= s.len; p++)
		if (memcmp(s.ptr, s.ptr + p, s.len - p) == 0)
			return true;
	return false;
}

bool tsr_placeholder_mashed(struct tsr_slice s)
{
	size_t letters = 0, home = 0, no_hex = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 'A' && c <= 'Z')
			return false;
		letters += is_letter(c);
		home += c && strchr("asdfghjkl", c) != NULL;
		no_hex += c && strchr("sghjkl", c) != NULL;
	}
	return letters >= 10 && letters * 3 >= s.len * 2 && s.len <= 20 && no_hex >= 4 && home * 100 >= letters * 85;
}

/* Words so long that chance does not write them. */
static bool has_word(struct tsr_slice s)
{
	static const char *const words[] = { "example",	     "changeme",  "change_me",	"change-me",
					     "placeholder",  "redacted",  "replaceme",	"replace_me",
					     "replace-me",   "yourtoken", "your_token", "your-token",
					     "your_api",     "your-api",  "yourapikey", "notasecret",
					     "not_a_secret", "xxxxxx",	  "dummytoken", "insert_your" };

	for (size_t i = 0; i < s.len; i++)
		for (size_t w = 0; w < TSR_ARRAY_LEN(words); w++)
			if (word_at(s, i, words[w]))
				return true;
	return false;
}

/* your-key-here, MY_SECRET: words with separators, no digit, beginning as such things do. */
static bool phrase(struct tsr_slice s)
{
	static const char *const first[] = { "your",  "my",	 "insert", "enter", "put", "fake",
					     "dummy", "test",	 "sample", "some",  "the", "add",
					     "use",   "replace", "secret", "token", "todo" };
	size_t separators = 0, end = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '-' || c == '_' || c == ' ' || c == '.') {
			if (!separators++)
				end = i;
		} else if (!is_letter(c)) {
			return false;
		}
	}
	if (!separators)
		return false;
	for (size_t w = 0; w < TSR_ARRAY_LEN(first); w++)
		if (strlen(first[w]) == end && word_at(s, 0, first[w]))
			return true;
	return false;
}

/* ModelServingEndpointConfiguration: letters only, and no random ones. */
static bool identifier(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter((unsigned char)s.ptr[i]) && s.ptr[i] != '_')
			return false;
	return s.len >= 20 && tsr_rarity(s) < 84;
}

static bool enclosed(struct tsr_slice s, const char *open, const char *close)
{
	return s.len >= strlen(open) + strlen(close) && tsr_slice_starts(s, open) && tsr_slice_ends(s, close);
}

/* $NAME or %NAME% whole, or a name in upper case only behind '$'. */
static bool variable(struct tsr_slice s)
{
	if (s.len < 2 || s.ptr[0] != '$')
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') && s.ptr[i] != '_' &&
		    !(i > 1 && s.ptr[i] >= '0' && s.ptr[i] <= '9'))
			return false;
	return true;
}

/* Part of a regular expression, which stands where the value would in what it is to match. */
static bool expression(struct tsr_slice s)
{
	static const char *const parts[] = { "(.*", ".*)", "(.+", ".+)", ".*?", ".+?", "(?:",  "(?=",  "(?!",  "(?P", "(?<", "[^/",
					     "[^@", "[^:", "[^'", "[^\"", "[^ ", "[^\\", "\\S+", "\\w+", "\\S*", "\\d+", "[a-z", "[A-Z" };

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '(' || s.ptr[i] == '.' || s.ptr[i] == '[' || s.ptr[i] == '\\')
			for (size_t k = 0; k < TSR_ARRAY_LEN(parts); k++)
				if (tsr_slice_starts(tsr_slice_sub(s, i, s.len), parts[k]))
					return true;
	return false;
}

/* "@db.password@", as Maven fills resources in. Passwords have digits, too. */
static bool filtered(struct tsr_slice s)
{
	for (size_t i = 1; i + 1 < s.len; i++)
		if (!isalpha((unsigned char)s.ptr[i]) && (!s.ptr[i] || !strchr("._-", s.ptr[i])))
			return false;
	return s.len > 3 && s.ptr[0] == '@' && s.ptr[s.len - 1] == '@';
}

bool tsr_placeholder_template(struct tsr_slice s)
{
	static const struct {
		const char *open, *close;
	} pairs[] = { { "<", ">" },   { "${", "}" },  { "{{", "}}" },	 { "$(", ")" },
		      { "%(", ")s" }, { "[", "]" },   { "%", "%" },	 { "#{", "}" },
		      { "{", "}" },   { "@@", "@@" }, { "&lt;", "&gt;" } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(pairs); i++)
		if (enclosed(s, pairs[i].open, pairs[i].close))
			return true;
	for (size_t i = 0; i + 1 < s.len; i++)
		if ((s.ptr[i] == '$' || s.ptr[i] == '{' || s.ptr[i] == '#') && s.ptr[i + 1] == '{')
			return true;
	if (s.len >= 3 && (memcmp(s.ptr, "***", 3) == 0 || memcmp(s.ptr, "...", 3) == 0))
		return true;
	return expression(s) || filtered(s) || tsr_slice_eq_str(s, "%s") || tsr_slice_eq_str(s, "%v") ||
	       tsr_slice_eq_str(s, "\xe2\x80\xa6") || variable(s);
}

bool tsr_placeholder_word(struct tsr_slice s)
{
	static const char *const words[] = {
		"password",	"passwd",	 "pass",	  "pwd",	 "passw0rd",	   "secret",
		"tiger",	"changeme",	"change_me",	 "changeit",	  "example",	 "test",	   "testing",
		"token",	"user",		 "username",	  "admin",	 "root",	   "guest",
		"foo",		"bar",		 "baz",		  "dummy",	 "foobar",	   "xxx",
		"xxxx",		"yyy",		 "mypassword",	  "my_password", "my-password",	   "mysecret",
		"yourpassword", "your_password", "your-password", "hunter2",	 "letmein",	   "pa55word",
		"p4ssw0rd",	"p@ssw0rd",	 "somepassword",  "thepassword", "secretpassword", "none",
		"null",		"undefined",	 "123",		  "1234",	 "12345",	   "123456"
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (tsr_slice_caseeq_str(s, words[i]))
			return true;
	return false;
}

bool tsr_placeholder(struct tsr_slice s)
{
	if (!s.len)
		return false;
	return monotonous(s) || sequence(s) || periodic(s) || has_word(s) || phrase(s) || identifier(s) ||
	       tsr_placeholder_template(s) || tsr_published_sample(s);
}
