/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"
#include "inspect/words.h"

/*
 * Mail programs, whose files are words: `password SECRET` (msmtp, fetchmail, mbsync: Pass),
 * `set imap_pass="SECRET"` (mutt), `AuthPass=SECRET` (ssmtp). A word that names a password is
 * followed by it, behind spaces, `=` and the filler words of fetchmail.
 */
static void one_line(struct tsr_tell *t, struct tsr_slice text)
{
	struct tsr_slice word, value;

	while ((word = tsr_word_next(&text)).len) {
		if (word.ptr[0] == '#')
			return;
		if (!tsr_secret_name(word))
			continue;
		value = tsr_word_next(&text);
		if (tsr_slice_eq_str(value, "is"))
			value = tsr_word_next(&text);
		/* `cat file`: the output of a command. */
		if (value.len && value.ptr[0] != '`' && value.ptr[0] != '#' && tsr_secret_value(value))
			tsr_tell_secret(t, value, word, TSR_LIKELY, NULL);
	}
}

static void parse_mail(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, text;

	while (tsr_slice_next(&rest, '\n', &text))
		one_line(&t, text);
}

const struct tsr_parser tsr_parser_mail = { "mail", "passwords of msmtp, fetchmail, mutt, mbsync and ssmtp",
					    parse_mail };

static bool is_url_byte(char c)
{
	return (unsigned char)c > ' ' && !strchr("\"'<>`,;", c);
}

/*
 * scheme://user:password@host anywhere: indexes of packages. A user alone may be a token, but is mostly a name;
 * rules for tokens know theirs.
 */
static void parse_urls(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	size_t i = 0;

	while ((i = tsr_slice_find(content, ':', i)) < content.len) {
		size_t from = i + 3, colon = 0, end;

		if (!tsr_slice_starts(tsr_slice_sub(content, i, content.len), "://")) {
			i++;
			continue;
		}
		for (end = from; end < content.len && is_url_byte(content.ptr[end]) &&
				 content.ptr[end] != '@' && content.ptr[end] != '/';
		     end++)
			if (content.ptr[end] == ':' && !colon)
				colon = end;
		if (colon && end < content.len && content.ptr[end] == '@')
			tsr_tell_secret(&t, tsr_slice_sub(content, colon + 1, end),
					tsr_slice_sub(content, from, colon), TSR_LIKELY, NULL);
		i = end;
	}
}

const struct tsr_parser tsr_parser_urls = { "urls", "passwords in URLs, of package indexes and repositories",
					    parse_urls };
