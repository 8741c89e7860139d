/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/example.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/mem.h"
#include "scan/crc.h"
#include "scan/example_key.h"
#include "scan/example_pem.h"

#define ALNUM62 "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define PART_MAX 65536u
#define DEPTH_MAX 4u

static const struct {
	const char *name, *chars;
} alphabets[] = {
	{ "hex", "0123456789abcdef" },
	{ "HEX", "0123456789ABCDEF" },
	{ "base62", ALNUM62 },
	{ "alnum", ALNUM62 },
	{ "base64", ALNUM62 "+/" },
	{ "base64url", ALNUM62 "-_" },
	{ "base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" },
	{ "lower", "abcdefghijklmnopqrstuvwxyz" },
	{ "upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
	{ "digit", "0123456789" },
	{ "lowernum", "0123456789abcdefghijklmnopqrstuvwxyz" },
	{ "letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
};

struct expander {
	uint64_t random; /* state of the generator */
	unsigned depth;
	struct tsr_buf *out;
	size_t token; /* where the last quoted text began: what checksums call the token */
	size_t part;  /* where the last random part began */
	struct tsr_err *err;
};

/* SplitMix64: repeatable everywhere. */
static uint64_t next_random(struct expander *x)
{
	uint64_t z = x->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int fail(struct expander *x, struct tsr_slice item)
{
	return tsr_err_set(x->err, TSR_EUSAGE, "no generator: {%.*s}", TSR_SLICE_ARG(item));
}

static void put_random(struct expander *x, const char *chars, size_t n_chars, unsigned long long count)
{
	while (count--)
		tsr_buf_addc(x->out, chars[next_random(x) % n_chars]);
}

/* "30", or "20-40": a length in between. */
static int parse_count(struct expander *x, struct tsr_slice s, unsigned long long *out)
{
	size_t dash = tsr_slice_find(s, '-', 0);
	unsigned long long most;

	if (tsr_slice_u64(tsr_slice_sub(s, 0, dash), out) != 0 || *out > PART_MAX)
		return -1;
	if (dash == s.len)
		return 0;
	if (tsr_slice_u64(tsr_slice_sub(s, dash + 1, s.len), &most) != 0 || most > PART_MAX || most < *out)
		return -1;
	*out += next_random(x) % (most - *out + 1);
	return 0;
}

/* "[a-f0-9_]:12": the class's characters. */
static int put_class(struct expander *x, struct tsr_slice item)
{
	size_t close = tsr_slice_find(item, ']', 0), n = 0;
	unsigned long long count;
	char chars[256];

	if (close + 2 >= item.len || item.ptr[close + 1] != ':' ||
	    parse_count(x, tsr_slice_sub(item, close + 2, item.len), &count) != 0)
		return fail(x, item);
	for (size_t i = 1; i < close && n < sizeof(chars); i++) {
		unsigned char from = (unsigned char)item.ptr[i], to = from;

		if (i + 2 < close && item.ptr[i + 1] == '-') {
			to = (unsigned char)item.ptr[i + 2];
			i += 2;
		}
		for (unsigned c = from; c <= to && n < sizeof(chars); c++)
			chars[n++] = (char)c;
	}
	if (!n)
		return fail(x, item);
	x->part = x->out->len;
	put_random(x, chars, n, count);
	return 0;
}

static int put_alphabet(struct expander *x, struct tsr_slice name, struct tsr_slice arg,
			struct tsr_slice item)
{
	unsigned long long count;

	for (size_t i = 0; i < TSR_ARRAY_LEN(alphabets); i++) {
		if (!tsr_slice_eq_str(name, alphabets[i].name))
			continue;
		if (parse_count(x, arg, &count) != 0)
			return fail(x, item);
		x->part = x->out->len;
		put_random(x, alphabets[i].chars, strlen(alphabets[i].chars), count);
		return 0;
	}
	return fail(x, item);
}

static int put_same(struct expander *x, struct tsr_slice arg, struct tsr_slice item)
{
	unsigned long long count;

	if (arg.len < 3 || arg.ptr[1] != ':' || parse_count(x, tsr_slice_sub(arg, 2, arg.len), &count) != 0)
		return fail(x, item);
	x->part = x->out->len;
	while (count--)
		tsr_buf_addc(x->out, arg.ptr[0]);
	return 0;
}

static void put_base64(struct tsr_buf *out, struct tsr_slice s, bool url)
{
	tsr_autofree char *text = tsr_xmalloc(4 * ((s.len + 2) / 3) + 1);
	size_t n = tsr_base64_encode((const uint8_t *)s.ptr, s.len, text);

	while (url && n && text[n - 1] == '=')
		n--;
	for (size_t i = 0; url && i < n; i++)
		text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	tsr_buf_add(out, text, n);
}

/* Every character as an escape, or in hex. */
static void put_escaped(struct tsr_buf *out, struct tsr_slice s, const char *before, const char *behind, int digits)
{
	for (size_t i = 0; i < s.len; i++)
		tsr_buf_printf(out, "%s%0*x%s", before, digits, (unsigned char)s.ptr[i], behind);
}

enum encoding { BASE64, BASE64_URL, PERCENT, HEX_ESCAPE, UNICODE_ESCAPE, HTML, HEX };

static const char *const encodings[] = {
	[BASE64] = "base64",	 [PERCENT] = "percent", [HEX_ESCAPE] = "hex-escape", [UNICODE_ESCAPE] = "unicode-escape",
	[HTML] = "html", [HEX] = "hex",
};

static void encode(struct tsr_buf *out, struct tsr_slice s, enum encoding how)
{
	switch (how) {
	case BASE64:
	case BASE64_URL:
		put_base64(out, s, how == BASE64_URL);
		break;
	case PERCENT:
		put_escaped(out, s, "%", "", 2);
		break;
	case HEX_ESCAPE:
		put_escaped(out, s, "\\x", "", 2);
		break;
	case UNICODE_ESCAPE:
		put_escaped(out, s, "\\u", "", 4);
		break;
	case HTML:
		put_escaped(out, s, "&#x", ";", 2);
		break;
	case HEX:
		put_escaped(out, s, "", "", 2);
		break;
	}
}

static int expand(struct expander *x, struct tsr_slice s);

/* {base64:…}: what the generator inside gives, encoded. */
static int put_encoded(struct expander *x, struct tsr_slice arg, enum encoding how)
{
	struct tsr_buf inner, *outer = x->out;
	size_t token = x->token, part = outer->len;
	int rc;

	tsr_buf_init(&inner, PART_MAX);
	x->out = &inner;
	rc = expand(x, arg);
	x->out = outer;
	x->token = token;
	x->part = part;
	if (rc == 0)
		encode(outer, tsr_buf_slice(&inner), how);
	tsr_buf_release(&inner);
	return rc;
}

/* {hex:30} is random, {hex:text} is that text. */
static bool is_encoding(struct tsr_slice name, struct tsr_slice arg, enum encoding *how)
{
	size_t i = 0, count = 0;

	while (i < TSR_ARRAY_LEN(encodings) && !(encodings[i] && tsr_slice_eq_str(name, encodings[i])))
		i++;
	*how = (enum encoding)i;
	while (count < arg.len && strchr("0123456789-", arg.ptr[count]) && arg.ptr[count])
		count++;
	return i < TSR_ARRAY_LEN(encodings) && count < arg.len;
}

static int put_jwt(struct expander *x)
{
	size_t begin = x->out->len;

	put_base64(x->out, TSR_SLICE("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), true);
	tsr_buf_addc(x->out, '.');
	if (put_encoded(x, TSR_SLICE("{{\"sub\":\"{[1-9]:1}{digit:11}\",\"iat\":17{digit:8}}}"), BASE64_URL) != 0)
		return -1;
	tsr_buf_addc(x->out, '.');
	put_random(x, ALNUM62 "-_", 64, 43);
	x->part = begin;
	return 0;
}

/* A macaroon, version 2, as package indexes give them out: location, identifier, one caveat, signature. */
static int put_macaroon(struct expander *x, struct tsr_slice location)
{
	struct tsr_buf body;

	if (!location.len || location.len > 127)
		return -1;
	tsr_buf_init(&body, 1024);
	tsr_buf_add(&body, "\x02\x01", 2);
	tsr_buf_addc(&body, (char)location.len);
	tsr_buf_addsl(&body, location);
	tsr_buf_add(&body, "\x02\x24", 2);
	for (int i = 0; i < 36; i++)
		tsr_buf_addc(&body, "0123456789abcdef"[next_random(x) % 16]);
	tsr_buf_add(&body, "\0\x02\x08", 3);
	tsr_buf_adds(&body, "[1, 2]  ");
	tsr_buf_add(&body, "\0\0\x06\x20", 4);
	for (int i = 0; i < 32; i++)
		tsr_buf_addc(&body, (char)next_random(x));
	x->part = x->out->len;
	put_base64(x->out, tsr_buf_slice(&body), true);
	tsr_buf_release(&body);
	return 0;
}

static void put_crc_base62(struct expander *x)
{
	char digits[6];

	tsr_crc_digits(tsr_crc32(x->out->ptr + x->part, x->out->len - x->part), 62, 6, digits);
	tsr_buf_add(x->out, digits, 6);
}

/* The length of the payload before the dot (two digits) and the sum of the whole token. */
static void put_crc_base36(struct expander *x)
{
	char digits[7];

	tsr_crc_digits((uint32_t)(x->out->len - x->part - 1), 36, 2, digits);
	tsr_buf_add(x->out, digits, 2);
	tsr_crc_digits(tsr_crc32(x->out->ptr + x->token, x->out->len - x->token), 36, 7, digits);
	tsr_buf_add(x->out, digits, 7);
}

/* Of the token without the separator before the sum. */
static void put_crc_hex(struct expander *x)
{
	size_t end = x->out->len - (x->out->len > x->token);

	tsr_buf_printf(x->out, "%08x", tsr_crc32(x->out->ptr + x->token, end - x->token));
}

/* Six digits of checksum behind the token's prefix, 1 and data; in upper case, as age writes them, if the token begins so. */
static void put_bech32(struct expander *x)
{
	static const char digits[] = TSR_BECH32_DIGITS;
	size_t at = x->out->len;
	bool upper = at > x->token && x->out->ptr[x->token] < 'a';
	uint32_t sum;

	tsr_buf_adds(x->out, "QQQQQQ"); /* zeros */
	if (x->out->full ||
	    !tsr_bech32_sum(tsr_slice_sub(tsr_buf_slice(x->out), x->token, x->out->len), &sum))
		return;
	sum ^= 1;
	for (size_t i = 0; i < 6; i++) {
		char d = digits[sum >> 5 * (5 - i) & 31];

		x->out->ptr[at + i] = upper && d >= 'a' ? (char)(d - 32) : d;
	}
}

/* An extended key of Bitcoin behind "xprv": 82 bytes of which the last four are the sum. */
static void put_base58check(struct expander *x)
{
	static const char digits[] = TSR_BASE58_DIGITS;
	uint8_t bytes[82] = { 0x04, 0x88, 0xad, 0xe4 }, sum[32];
	char text[111];

	for (size_t i = 4; i < 78; i++)
		bytes[i] = (uint8_t)next_random(x);
	bytes[4] = 0; /* the depth decides the first digit behind xprv */
	bytes[45] = 0;
	tsr_sha256(bytes, 78, sum);
	tsr_sha256(sum, sizeof(sum), sum);
	memcpy(bytes + 78, sum, 4);
	for (size_t i = sizeof(text); i > 0; i--) {
		unsigned rest = 0;

		for (size_t k = 0; k < sizeof(bytes); k++) {
			rest = rest << 8 | bytes[k];
			bytes[k] = (uint8_t)(rest / 58);
			rest %= 58;
		}
		text[i - 1] = digits[rest];
	}
	x->out->len = x->token;
	tsr_buf_add(x->out, text, sizeof(text));
}

static int put_pem(struct expander *x, struct tsr_slice kind, bool escaped, struct tsr_slice item)
{
	struct tsr_buf block;
	int rc;

	tsr_buf_init(&block, PART_MAX);
	rc = tsr_example_pem(kind, &block);
	for (size_t i = 0; rc == 0 && i < block.len; i++) {
		if (escaped && block.ptr[i] == '\n')
			tsr_buf_adds(x->out, "\\n");
		else
			tsr_buf_addc(x->out, block.ptr[i]);
	}
	tsr_buf_wipe(&block);
	tsr_buf_release(&block);
	return rc == 0 ? 0 : fail(x, item);
}

static int put_simple(struct expander *x, struct tsr_slice name, struct tsr_slice arg, struct tsr_slice item)
{
	if (tsr_slice_eq_str(name, "crc32-base62"))
		put_crc_base62(x);
	else if (tsr_slice_eq_str(name, "crc32-base36"))
		put_crc_base36(x);
	else if (tsr_slice_eq_str(name, "crc32-hex"))
		put_crc_hex(x);
	else if (tsr_slice_eq_str(name, "bech32"))
		put_bech32(x);
	else if (tsr_slice_eq_str(name, "base58check"))
		put_base58check(x);
	else if (tsr_slice_eq_str(name, "nl"))
		tsr_buf_addc(x->out, '\n');
	else if (tsr_slice_eq_str(name, "aws-key-id"))
		return expand(x, TSR_SLICE("{[Q-U]:1}{base32:15}"));
	else if (tsr_slice_eq_str(name, "uuid"))
		return expand(x, TSR_SLICE("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}"));
	else if (tsr_slice_eq_str(name, "jwt"))
		return put_jwt(x);
	else
		return put_alphabet(x, name, arg, item);
	return 0;
}

static int put_item(struct expander *x, struct tsr_slice item)
{
	size_t colon = tsr_slice_find(item, ':', 0);
	struct tsr_slice name = tsr_slice_sub(item, 0, colon), arg = tsr_slice_sub(item, colon + 1, item.len);
	enum encoding how;

	if (item.len >= 2 && item.ptr[0] == '"' && item.ptr[item.len - 1] == '"') {
		x->token = x->out->len;
		return tsr_buf_add(x->out, item.ptr + 1, item.len - 2);
	}
	if (item.len && item.ptr[0] == '[')
		return put_class(x, item);
	if (tsr_slice_eq_str(name, "same"))
		return put_same(x, arg, item);
	if (is_encoding(name, arg, &how))
		return put_encoded(x, arg, how);
	if (tsr_slice_eq_str(name, "pem"))
		return put_pem(x, arg, false, item);
	if (tsr_slice_eq_str(name, "key"))
		return tsr_example_key(arg, x->out) == 0 ? 0 : fail(x, item);
	if (tsr_slice_eq_str(name, "pem-escaped"))
		return put_pem(x, arg, true, item);
	if (tsr_slice_eq_str(name, "macaroon"))
		return put_macaroon(x, arg) == 0 ? 0 : fail(x, item);
	return put_simple(x, name, arg, item);
}

/* The index of the brace that closes the one before `at`; quoted text is skipped, braces nest. */
static size_t closing(struct tsr_slice s, size_t at)
{
	unsigned depth = 1;

	if (at < s.len && s.ptr[at] == '"') {
		at = tsr_slice_find(s, '"', at + 1);
		return tsr_slice_find(s, '}', at);
	}
	for (; at < s.len; at++) {
		depth += s.ptr[at] == '{';
		depth -= s.ptr[at] == '}';
		if (!depth)
			break;
	}
	return at;
}

static int expand(struct expander *x, struct tsr_slice s)
{
	int rc = 0;

	if (x->depth == DEPTH_MAX)
		return tsr_err_set(x->err, TSR_EUSAGE, "generators nest too deep");
	x->depth++;
	for (size_t i = 0; i < s.len && rc == 0; i++) {
		char c = s.ptr[i];
		size_t end;

		if ((c == '{' || c == '}') && i + 1 < s.len && s.ptr[i + 1] == c) {
			i++;
		} else if (c == '{') {
			end = closing(s, i + 1);
			if (end >= s.len)
				return tsr_err_set(x->err, TSR_EUSAGE, "a brace is not closed");
			rc = put_item(x, tsr_slice_sub(s, i + 1, end));
			i = end;
			continue;
		}
		tsr_buf_addc(x->out, c);
	}
	x->depth--;
	return rc;
}

int tsr_example_expand(const char *generator, uint64_t seed, struct tsr_buf *out, struct tsr_err *err)
{
	struct expander x = { .random = seed * 0xd1342543de82ef95u + 1, .out = out, .err = err };

	x.token = x.part = out->len;
	if (expand(&x, tsr_slice_str(generator)) != 0)
		return -1;
	return out->full ? tsr_err_set(err, TSR_EUSAGE, "the example is too long") : 0;
}
