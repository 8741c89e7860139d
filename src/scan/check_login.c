/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/filekind.h"
#include "scan/placeholder.h"
#include "scan/rarity.h"

static bool has(struct tsr_slice s, const char *word)
{
	return tsr_slice_casehas(s, word);
}

/* The last step for what is a secret by its looks. */
void tsr_check_place(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	bool shown = has(in->behind, "e.g.") || has(in->behind, "example:") || has(in->behind, ">>> ");

	out->result = TSR_CHECK_NONE;
	if (!shown && tsr_filekind(in->path) != TSR_FILE_TEXT && !tsr_filekind_is_test(in->path))
		return;
	out->result = TSR_CHECK_FAIL;
	out->note = "it stands in documentation or a test";
}

/* randompassword, a%20secret, key_1234: in code such a password shows where one would stand. */
static bool says_that_it_is_one(struct tsr_slice s)
{
	static const char *const words[] = { "password", "passwd", "passw0rd", "p%40ss", "secret", "tiger", "key_1234",
					     "mypass", "yourpass", "foobar" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		if (has(s, words[i]))
			return true;
	return false;
}

/*
 * Names and passwords in URLs and headers: code and documentation are full of samples of those, which are no
 * findings there. The validator of the form decides first, then the place.
 */
static void judge_login(const struct tsr_check_in *in, struct tsr_check_out *out, struct tsr_slice password)
{
	enum tsr_filekind kind = tsr_filekind(in->path);
	bool real = kind == TSR_FILE_ENV || kind == TSR_FILE_CONFIG;

	if (out->result == TSR_CHECK_SAMPLE && !real)
		out->result = TSR_CHECK_REJECT;
	if (!real && out->result != TSR_CHECK_REJECT && says_that_it_is_one(password)) {
		out->result = TSR_CHECK_SAMPLE;
		out->note = "a password as in documentation";
	}
	if (out->result != TSR_CHECK_NONE && out->result != TSR_CHECK_PASS)
		return;
	tsr_check_place(in, out);
	if (out->result == TSR_CHECK_NONE && !real && tsr_rarity(password) < 80) {
		out->result = TSR_CHECK_FAIL;
		out->note = "the password is a word, outside of settings";
	}
}

/* The same for addresses of databases, which are findings wherever they stand. */
void tsr_check_database_login(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	enum tsr_filekind kind = tsr_filekind(in->path);
	bool real = kind == TSR_FILE_ENV || kind == TSR_FILE_CONFIG, local;

	tsr_check_url_password(in, out);
	local = out->result == TSR_CHECK_FAIL;
	if (out->result == TSR_CHECK_REJECT || out->result == TSR_CHECK_SAMPLE)
		return;
	if (tsr_slice_find(in->match, '[', 0) < in->match.len && tsr_slice_find(in->secret, ']', 0) < in->secret.len)
		out->result = TSR_CHECK_REJECT; /* mysql://[user[:password]@]host */
	else if (!real && (says_that_it_is_one(in->secret) || (local && (in->secret.len < 6 || tsr_rarity(in->secret) < 80)))) {
		out->result = TSR_CHECK_SAMPLE;
		out->note = "a password as in documentation";
	} else if (out->result == TSR_CHECK_NONE) {
		tsr_check_place(in, out);
	}
}

void tsr_check_url_login(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	tsr_check_url_password(in, out);
	judge_login(in, out, in->secret);
}

void tsr_check_basic_login(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	tsr_check_basic_auth(in, out);
	judge_login(in, out, in->secret);
}

/* Letters that are not rare, and nothing else that a password has. */
static bool is_a_word(struct tsr_slice s)
{
	bool digit = false, other = false;

	for (size_t i = 0; i < s.len; i++) {
		digit |= s.ptr[i] >= '0' && s.ptr[i] <= '9';
		other |= !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'z');
	}
	return tsr_rarity(s) < 76 && !(digit && other && s.len >= 8);
}

/* What a command is given on its line: only what is put in later is none. */
void tsr_check_argument(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice s = in->secret;

	out->result = TSR_CHECK_REJECT;
	if (!s.len || strchr("$%<{[(*", s.ptr[0]) || tsr_placeholder_template(s) || has(s, "$(") || has(s, "${"))
		return;
	out->result = TSR_CHECK_NONE;
	if (tsr_placeholder_word(s) || tsr_placeholder(s) || has(s, "your") || has(s, "example")) {
		out->result = TSR_CHECK_SAMPLE;
		out->note = "a password as in documentation";
	} else if (tsr_filekind(in->path) == TSR_FILE_TEXT || tsr_filekind_is_test(in->path) || is_a_word(s)) {
		out->result = TSR_CHECK_FAIL;
		out->note = "it stands in documentation or a test, or is a word";
	}
}
