/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "scan_build.h"

/* Secrets behind encodings: every form alone, in pieces, in noise; and what must not be taken for one. */

#define TOKEN                                                                                                     \
	"- id: secret/a\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"     \
	"  literals: [tok-live_]\n  pattern: '(?<secret>tok-live_[0-9A-Za-z]{20})'\n  left: token\n"              \
	"  right: token\n  encode: [utf16, base64, base64-twice, escapes, hex]\n"                                 \
	"  examples: ['tok-live_{base62:20}']\n"
#define KEY                                                                                                      \
	"- id: secret/b\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"    \
	"  literals: ['PRIVATE KEY']\n  before: 31\n  reach: 16384\n  check: private-key\n"                      \
	"  pattern: '(?<secret>-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY-----)'\n"                                   \
	"  encode: [utf16, base64, base64-twice, escapes, hex]\n  examples: ['{pem:ec}']\n"
#define PATH                                                                                                     \
	"- id: secret/c\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"    \
	"  literals: [api_secret]\n  pattern: 'api_secret[\"'']?[=:] ?[\"'']?(?<secret>[0-9A-Za-z/+]{20})'\n"    \
	"  right: token\n  encode: [escapes]\n  examples: ['api_secret={base62:20}']\n"

#define HOOK                                                                                                     \
	"- id: secret/d\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"    \
	"  literals: [hooks.x-y.com/in/]\n  pattern: 'hooks\\.x-y\\.com/in/(?<secret>[0-9a-z]{8}/[0-9a-z]{20})'\n"  \
	"  encode: [escapes]\n  examples: ['https://hooks.x-y.com/in/{lowernum:8}/{lowernum:20}']\n"
#define LOGIN                                                                                                    \
	"- id: secret/e\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"    \
	"  literals: ['://']\n  pattern: '://[a-z]{1,20}:(?<secret>[0-9a-z]{12})@'\n  scope: { text: true }\n"      \
	"  encode: [escapes]\n  examples: ['ftp://joe:{lowernum:12}@host']\n"

static bool is_sign(unsigned char c)
{
	return c != '_' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
}

enum form {
	PERCENT,
	PERCENT_SIGNS,
	URL_FORM,
	PERCENT_TWICE,
	HEX_ESCAPE,
	UNICODE,
	UNICODE_UPPER,
	UNICODE_SIGNS,
	DECIMAL,
	ENTITY,
	HEX,
	HEX_UPPER,
	HEX_WRAPPED,
	HEX_INDENTED,
	BASE64,
	BASE64_TWICE,
	BASE64_TWICE_WRAPPED,
	FORMS
};

static const char *const via[FORMS] = {
	"percent",	  "percent",	    "percent", "percent", "hex-escape", "unicode-escape",
	"unicode-escape", "unicode-escape", "html",    "html",	  "hex",	"hex",
	"hex",		  "hex",	    "base64",  "base64",  "base64",
};

static void encode64(struct tsr_buf *out, struct tsr_slice s, size_t wrap)
{
	char *text = tsr_xmalloc(s.len * 2 + 8);
	size_t n = tsr_base64_encode((const uint8_t *)s.ptr, s.len, text);

	for (size_t i = 0; i < n; i++) {
		if (wrap && i && i % wrap == 0)
			tsr_buf_addc(out, '\n');
		tsr_buf_addc(out, text[i]);
	}
	free(text);
}

static void encode64_twice(struct tsr_buf *out, struct tsr_slice s, size_t wrap)
{
	struct tsr_buf once = TSR_BUF_INIT(1 << 16);

	encode64(&once, s, wrap);
	encode64(out, tsr_buf_slice(&once), wrap);
	tsr_buf_release(&once);
}

static void encode_char(struct tsr_buf *out, enum form form, unsigned char c, size_t i)
{
	bool sign = is_sign(c);

	if (form == PERCENT || (form == PERCENT_SIGNS && sign) || (form == URL_FORM && sign && c != ' ' && c != '-'))
		tsr_buf_printf(out, i % 2 ? "%%%02x" : "%%%02X", c);
	else if (form == URL_FORM && c == ' ')
		tsr_buf_addc(out, '+');
	else if (form == PERCENT_TWICE && c != '-' && c != '_' && sign)
		tsr_buf_printf(out, "%%25%02X", c);
	else if (form == HEX_ESCAPE)
		tsr_buf_printf(out, "\\x%02x", c);
	else if (form == UNICODE || (form == UNICODE_SIGNS && sign))
		tsr_buf_printf(out, "\\u%04x", c);
	else if (form == UNICODE_UPPER)
		tsr_buf_printf(out, "\\u%04X", c);
	else if (form == DECIMAL)
		tsr_buf_printf(out, "&#%u;", c);
	else if (form == ENTITY)
		tsr_buf_printf(out, "&#x%02X;", c);
	else if (form == HEX_UPPER)
		tsr_buf_printf(out, "%02X", c);
	else if (form == HEX || form == HEX_WRAPPED || form == HEX_INDENTED)
		tsr_buf_printf(out, "%02x%s", c,
			       form != HEX && i % 30 == 29 ? form == HEX_WRAPPED ? "\n" : "\r\n    " : "");
	else
		tsr_buf_addc(out, (char)c);
}

static void encode(struct tsr_buf *out, enum form form, struct tsr_slice s)
{
	if (form == BASE64)
		encode64(out, s, 0);
	else if (form == BASE64_TWICE)
		encode64_twice(out, s, 0);
	else if (form == BASE64_TWICE_WRAPPED)
		encode64_twice(out, s, 76);
	else
		for (size_t i = 0; i < s.len; i++)
			encode_char(out, form, (unsigned char)s.ptr[i], i);
}

static char *scan_chunks(const struct tsr_ruleset *rs, struct tsr_slice text, size_t chunk)
{
	struct tsr_scanner *s = scanner_of(rs);
	size_t room = tsr_scanner_headroom(rs);
	unsigned char *memory = tsr_xmalloc(room + chunk);
	struct tsr_buf found = TSR_BUF_INIT(1 << 20);

	tsr_scanner_begin(s, write_match, &found);
	for (size_t at = 0; at < text.len; at += chunk) {
		size_t n = text.len - at < chunk ? text.len - at : chunk;

		memcpy(memory + room, text.ptr + at, n);
		tsr_scanner_feed(s, memory + room, n);
		if (!at)
			tsr_scanner_region(s, 0, 0, text.len, TSR_SLICE("etc/app.conf"));
		tsr_scanner_settle(s);
	}
	tsr_scanner_end(s);
	free(memory);
	tsr_scanner_free(s);
	return tsr_buf_take(&found);
}

/* One match, of that rule, in that form; the same in chunks of one byte. */
static void expect_form(const struct tsr_ruleset *rs, struct tsr_slice text, unsigned rule, enum form form, const char *where)
{
	char *found = scan_text(rs, text, "etc/app.conf"), *pieces = scan_chunks(rs, text, 1), want[64];

	snprintf(want, sizeof(want), "rule %u region 0 at ", rule);
	cr_expect(strncmp(found, want, strlen(want)) == 0 && strchr(found, '\n') == found + strlen(found) - 1, "%s %s: form %d: %s",
		  rule ? "key" : "token", where, form, found);
	snprintf(want, sizeof(want), " via %s ", via[form]);
	cr_expect(strstr(found, want) != NULL, "%s: form %d: %s", where, form, found);
	cr_expect(rule == 0 || strstr(found, " check 1 ") != NULL, "key %s: form %d: %s", where, form, found);
	cr_expect_str_eq(found, pieces);
	free(found);
	free(pieces);
}

static void noise(struct tsr_buf *out, uint32_t seed, size_t n)
{
	for (; n; n--) {
		seed = seed * 1664525 + 1013904223;
		tsr_buf_addc(out, (char)(seed >> 24));
	}
}

static void each_place(const struct tsr_ruleset *rs, unsigned rule, enum form form, struct tsr_slice plain)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 18);

	encode(&text, form, plain);
	expect_form(rs, tsr_buf_slice(&text), rule, form, "alone");
	tsr_buf_reset(&text);
	tsr_buf_adds(&text, "na\xc3\xafve caf\xc3\xa9 \xe2\x80\x9c");
	encode(&text, form, plain);
	tsr_buf_adds(&text, "\xe2\x80\x9d\n");
	expect_form(rs, tsr_buf_slice(&text), rule, form, "in UTF-8");
	tsr_buf_reset(&text);
	/* These are looked for in text only. */
	if (form == BASE64_TWICE || form == BASE64_TWICE_WRAPPED || form == PERCENT_SIGNS || form == URL_FORM ||
	    form == UNICODE_SIGNS) {
		tsr_buf_release(&text);
		return;
	}
	noise(&text, 5, 300);
	tsr_buf_add(&text, "\0\n", 2);
	encode(&text, form, plain);
	tsr_buf_add(&text, "\n\0", 2);
	noise(&text, 6, 300);
	expect_form(rs, tsr_buf_slice(&text), rule, form, "in noise");
	tsr_buf_release(&text);
}

Test(forms, tokens_are_found_in_every_form)
{
	struct tsr_ruleset *rs = rules_of(TOKEN KEY);
	struct tsr_buf plain = TSR_BUF_INIT(1 << 16);

	for (unsigned form = 0; form < FORMS; form++) {
		/* URLs leave a hyphen alone, so the literal is plain there. */
		if (form == URL_FORM || form == PERCENT_TWICE || form == PERCENT_SIGNS)
			continue;
		for (unsigned pad = 0; pad < 9; pad++) {
			tsr_buf_reset(&plain);
			tsr_buf_add(&plain, "12345678", pad % 9);
			tsr_buf_adds(&plain, pad ? "=" : "");
			expand(&plain, "{\"tok-live_\"}{base62:20}", form * 10 + pad);
			tsr_buf_adds(&plain, pad % 2 ? "" : "\n");
			each_place(rs, 0, (enum form)form, tsr_buf_slice(&plain));
		}
	}
	tsr_buf_release(&plain);
	tsr_ruleset_free(rs);
}

Test(forms, keys_are_found_in_every_form)
{
	static const char *const keys[] = { "{pem:ec}", "{pem:rsa}", "{pem:pkcs8}", "key: |\n{pem:ec}" };
	struct tsr_ruleset *rs = rules_of(TOKEN KEY);
	struct tsr_buf plain = TSR_BUF_INIT(1 << 16);

	for (unsigned form = 0; form < FORMS; form++) {
		for (size_t i = 0; i < TSR_ARRAY_LEN(keys); i++) {
			if (form == PERCENT_TWICE)
				continue;
			tsr_buf_reset(&plain);
			expand(&plain, keys[i], form + 1);
			each_place(rs, 1, (enum form)form, tsr_buf_slice(&plain));
		}
	}
	tsr_buf_release(&plain);
	tsr_ruleset_free(rs);
}

static void expect(const struct tsr_ruleset *rs, const char *generator, const char *want)
{
	struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	char *found;

	expand(&text, generator, 11);
	found = scan_text(rs, tsr_buf_slice(&text), "etc/app.conf");
	cr_expect(*want ? strstr(found, want) != NULL : !*found, "%s: wanted '%s', got '%s'", generator, want, found);
	free(found);
	tsr_buf_release(&text);
}

Test(forms, an_escaped_neighbour_is_what_it_stands_for)
{
	static const char *const open[] = { "%22",  "%3D",  "%3a", "%2522", "\\x22", "\\u0022", "\\\\u0022", "\\u{{22}}", "&quot;", "&#34;",
					    "&#x22;", "&amp;quot;", "\\n", "\\t", "\\r", "\\\\n", "\\\"", "\\042", "\\/", "%0a" };
	static const char *const closed[] = { "%41", "%2D", "\\x41", "\\u0061", "&#45;", "&#x5f;", "\\141", "a%", "n", "22", "%2a2" };
	struct tsr_ruleset *rs = rules_of(TOKEN);
	char generator[64];

	for (size_t i = 0; i < TSR_ARRAY_LEN(open); i++) {
		snprintf(generator, sizeof(generator), "k%s{\"tok-live_\"}{base62:20}%s", open[i], open[i]);
		expect(rs, generator, "rule 0");
	}
	for (size_t i = 0; i < TSR_ARRAY_LEN(closed); i++) {
		if (strcmp(closed[i], "a%") != 0) {
			snprintf(generator, sizeof(generator), "k%s{\"tok-live_\"}{base62:20}", closed[i]);
			expect(rs, generator, "");
		}
		if (closed[i][0] == '%' || closed[i][0] == '\\' || closed[i][0] == '&') {
			snprintf(generator, sizeof(generator), "{\"tok-live_\"}{base62:20}%s", closed[i]);
			expect(rs, generator, strcmp(closed[i], "%2a2") ? "" : "rule 0");
		}
	}
	tsr_ruleset_free(rs);
}

Test(forms, a_value_is_read_through_escapes_when_its_name_is_plain)
{
	struct tsr_ruleset *rs = rules_of(PATH);

	expect(rs, "api_secret={base62:20}", "at 11 len 20");
	expect(rs, "{{\"api_secret\":\"{base62:8}\\/{base62:11}\"}}", "at 0 via escape 15 len 20 key 0 line 1 check 0 0 raw 15+21");
	expect(rs, "a=1&api_secret%3D{base62:8}%2F{base62:11}&b=2", "at 0 via percent 17 len 20 key 0 line 1 check 0 0 raw 17+22");
	expect(rs, "api_secret\\u003d{base62:8}\\u002b{base62:11}", "via unicode-escape 16 len 20");
	expect(rs, "<a api_secret&#61;&quot;{base62:8}&#47;{base62:11}&quot;/>", "via html 24 len 20");
	expect(rs, "api_secret%3D{base62:8}%2D{base62:11}", "");
	expect(rs, "api_secret%3D{base62:8}%2F{base62:12}", "");
	tsr_ruleset_free(rs);
}

Test(forms, urls_are_found_as_each_encoder_writes_them)
{
	struct tsr_ruleset *rs = rules_of(HOOK LOGIN);

	expect(rs, "\"https:\\/\\/hooks.x-y.com\\/in\\/{lowernum:8}\\/{lowernum:20}\"", "rule 0 region 0 at 0 via escape 30 len 29");
	expect(rs, "u=https%3A%2F%2Fhooks.x-y.com%2Fin%2F{lowernum:8}%2f{lowernum:20}&a", "via percent 37 len 29");
	expect(rs, "https:&#x2F;&#x2F;hooks.x-y.com&#x2F;in&#x2F;{lowernum:8}&#x2F;{lowernum:20}", "via html 45 len 29");
	expect(rs, "jdbc.url=ftp\\://joe\\:{lowernum:12}@host", "rule 1 region 0 at 0 via escape 21 len 12");
	expect(rs, "x=ftp%3A%2F%2Fjoe%3A{lowernum:12}%40host", "via percent 20 len 12");
	expect(rs, "{{\"u\":\"ftp:\\/\\/joe:{lowernum:12}@host\\/a\"}}", "via escape 18 len 12");
	expect(rs, "ftp://joe%3A{lowernum:12}%40host", "via percent 12 len 12");
	expect(rs, "https:\\/\\/host\\/joe:{lowernum:12}@host", "");
	tsr_ruleset_free(rs);
}

/* The work budget of a rule is not for ordinary texts, such as JSON or pages full of links. */
Test(forms, many_escaped_urls_are_no_burden)
{
	static const char *const links[] = { "\"http:\\/\\/a.b\\/c?d=1\",\n", "http%3A%2F%2Fa.b%2Fc%3Fd%3D1 ", "<a href=\"http://a.b/?c=1&amp;d=%22\">\\/</a>",
					     "jdbc\\://host\\:80/ " };
	struct tsr_ruleset *rs = rules_of(LOGIN);
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_buf text = TSR_BUF_INIT(8 << 20), found = TSR_BUF_INIT(1 << 16);

	for (size_t i = 0; i < TSR_ARRAY_LEN(links); i++) {
		tsr_buf_reset(&text);
		while (text.len < 4 << 20)
			tsr_buf_adds(&text, links[i]);
		tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE("a.json"), write_match, &found);
		cr_expect(found.len == 0 && tsr_scanner_limits(s)->over_budget == 0, "%s", links[i]);
	}
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
	tsr_buf_release(&text);
	tsr_buf_release(&found);
}

Test(forms, the_raw_bytes_to_mask_are_told)
{
	struct tsr_ruleset *rs = rules_of(TOKEN);

	/* tok-live_ and 20 characters, each as three, as six; then in hex and in base64. */
	expect(rs, "x=%74%6f%6b%2d%6c%69%76%65%5f{base62:20}&y", "via percent 2 len 29 key 0 line 1 check 0 0 raw 2+47");
	expect(rs, "\\u0074\\u006f\\u006b\\u002dlive_{base62:20}", "via unicode-escape 0 len 29 key 0 line 1 check 0 0 raw 0+49");
	expect(rs, "a=746f6b2d6c6976655f{digit:40};", "");
	tsr_ruleset_free(rs);
}

Test(forms, harmless_encoded_texts_hold_nothing)
{
	static const char *const texts[] = {
		"https://host/search?q=%74%6f%6b%20of%20caf%C3%A9%2C%20tok%2Dlive_%20%e2%82%ac&lang=de%2DDE",
		"!function(t,e){var n=\"\\x74\\x6f\\x6b\",r=/[\\u0074\\u006f\\u006b\\u00e9]/;return n+\"tok\\u002dlive_\"+e}(this)",
		"&#116;&#111;&#107;en &#x74;&#x6f;&#x6b; tok&#45;live_ is our prefix",
		"-----BEGIN+PUBLIC+KEY-----%0AMIIB PRIVATE%20KEY PRIVATE+KEY PRIVATE\\u0020KEY 50524956415445204b4559",
		"dG9rLWxpdmVf UFJJVkFURSBLRVk VUZKSlZrRlVSU0JMUlZr ZEc5ckxXeHBkbVZm",
		"%%%%22\\\\\\\\ &&amp;&#;&#x; \\u{} \\u00 \\x \\ % %2",
	};
	struct tsr_ruleset *rs = rules_of(TOKEN KEY PATH);

	for (size_t i = 0; i < TSR_ARRAY_LEN(texts); i++) {
		char *found = scan_text(rs, tsr_slice_str(texts[i]), "etc/app.conf");

		cr_expect(!*found, "%s: %s", texts[i], found);
		free(found);
	}
	tsr_ruleset_free(rs);
}

Test(forms, an_incomplete_or_unpadded_end_is_no_hindrance)
{
	struct tsr_ruleset *rs = rules_of(TOKEN KEY);
	struct tsr_buf plain = TSR_BUF_INIT(1 << 12), text = TSR_BUF_INIT(1 << 12);
	static const enum form forms[] = { BASE64, BASE64_TWICE, PERCENT, UNICODE, DECIMAL, HEX };

	for (size_t i = 0; i < TSR_ARRAY_LEN(forms); i++) {
		for (size_t cut = 0; cut < 4; cut++) {
			tsr_buf_reset(&plain);
			tsr_buf_reset(&text);
			expand(&plain, "{\"tok-live_\"}{base62:20}\n more of it", cut);
			encode(&text, forms[i], tsr_buf_slice(&plain));
			expect_form(rs, tsr_slice_sub(tsr_buf_slice(&text), 0, text.len - cut), 0, forms[i], "cut");
			/* Too much padding, and padding that is missing. */
			tsr_buf_add(&text, "=====", cut);
			expect_form(rs, tsr_buf_slice(&text), 0, forms[i], "padded");
		}
	}
	tsr_buf_release(&plain);
	tsr_buf_release(&text);
	tsr_ruleset_free(rs);
}

/* How PEM stands in texts whose own characters are plain: only the body's line ends and signs are escaped. */
Test(forms, keys_with_an_escaped_body_are_parsed)
{
	static const struct {
		const char *newline, *plus, *slash, *equals;
	} rows[] = {
		{ "%0A", "%2B", "%2F", "%3D" },		 { "%0d%0a", "%2b", "/", "%3d" },
		{ "\\n", "\\u002b", "\\u002f", "\\u003d" }, { "\\u000a", "\\u002B", "\\/", "\\u003D" },
		{ "\\x0a", "\\x2b", "\\x2F", "\\x3d" },	 { "&#10;", "&#43;", "&#47;", "&#61;" },
		{ "&#xA;", "&#x2b;", "&#x2F;", "&#x3d;" }, { "&NewLine;", "&plus;", "&sol;", "&equals;" },
		{ "\\r\\n", "+", "\\/", "=" },		 { "\\\\n", "\\\\u002b", "\\\\/", "\\\\u003d" },
		{ "%250A", "%252B", "%252F", "%253D" },	 { "&amp;#10;", "&amp;#43;", "/", "&amp;#61;" },
		{ "\\012", "\\053", "\\057", "\\075" },	 { "<br>", "+", "/", "=" },
	};
	struct tsr_ruleset *rs = rules_of(TOKEN KEY);
	struct tsr_buf plain = TSR_BUF_INIT(1 << 14), text = TSR_BUF_INIT(1 << 16);

	expand(&plain, "{pem:rsa}", 1);
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		char *found;

		tsr_buf_reset(&text);
		for (size_t k = 0; k < plain.len; k++) {
			char c[2] = { plain.ptr[k] };

			tsr_buf_adds(&text, c[0] == '\n'   ? rows[i].newline
					    : c[0] == '+' ? rows[i].plus
					    : c[0] == '/' ? rows[i].slash
					    : c[0] == '=' ? rows[i].equals
							  : c);
		}
		found = scan_text(rs, tsr_buf_slice(&text), "");
		cr_expect(strstr(found, " check 1 ") != NULL && strstr(found, " via ") == NULL, "%s: %s", rows[i].newline, found);
		free(found);
	}
	tsr_buf_release(&plain);
	tsr_buf_release(&text);
	tsr_ruleset_free(rs);
}
