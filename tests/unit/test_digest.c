/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <criterion/criterion.h>

#include "base/mem.h"

#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA384_ABC \
	"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
#define SHA512_ABC                                                         \
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

Test(digest, known_answers)
{
	static const char *const want[] = { "sha256:" SHA256_ABC, "sha384:" SHA384_ABC,
					    "sha512:" SHA512_ABC };
	int alg;

	for (alg = TSR_DIGEST_SHA256; alg <= TSR_DIGEST_SHA512; alg++) {
		struct tsr_err err = TSR_ERR_INIT;
		struct tsr_digest d, parsed;
		char out[TSR_DIGEST_STR_MAX];
		struct tsr_hash h;

		cr_assert_eq(tsr_hash_init(&h, (enum tsr_digest_alg)alg, &err), 0);
		tsr_hash_update(&h, "a", 1);
		tsr_hash_update(&h, NULL, 0);
		tsr_hash_update(&h, "bc", 2);
		tsr_hash_final(&h, &d);
		cr_assert_null(h.ctx);
		cr_expect_str_eq(tsr_digest_str(&d, out), want[alg - 1]);
		cr_expect_eq(tsr_digest_parse(tsr_slice_str(want[alg - 1]), &parsed), 0);
		cr_expect(tsr_digest_eq(&d, &parsed));
	}
}

Test(digest, sha256_of_one_run)
{
	struct tsr_digest d = { TSR_DIGEST_SHA256, { 0 } };
	char out[TSR_DIGEST_STR_MAX];

	tsr_sha256("abc", 3, d.bytes);
	cr_assert_str_eq(tsr_digest_str(&d, out), "sha256:" SHA256_ABC);
	tsr_sha256(NULL, 0, d.bytes);
	cr_assert_str_eq(tsr_digest_str(&d, out),
			 "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

Test(digest, a_released_hash_leaks_nothing)
{
	struct tsr_hash h;

	cr_assert_eq(tsr_hash_init(&h, TSR_DIGEST_SHA512, NULL), 0);
	tsr_hash_update(&h, "x", 1);
	tsr_hash_release(&h);
	tsr_hash_release(&h);
}

Test(digest, what_is_no_digest_is_refused)
{
	static const char *const bad[] = {
		"",
		"sha256",
		"sha256:",
		":abc",
		SHA256_ABC,
		"sha256:abc",
		"sha256:" SHA256_ABC "0",
		"sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
		"sha512:" SHA256_ABC,
		"SHA256:" SHA256_ABC,
		"md5+:abc",
		"+md5:abc",
		"md5..x:abc",
		"md5:a/b",
		"md5:a:b",
		" md5:ab",
	};
	struct tsr_digest d = { TSR_DIGEST_NONE, { 0 } };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(bad); i++)
		cr_expect_eq(tsr_digest_parse(tsr_slice_str(bad[i]), &d), -1, "%s", bad[i]);
	cr_assert_eq(d.alg, TSR_DIGEST_NONE, "a failure leaves the result alone");
}

Test(digest, other_algorithms_compare_by_their_text)
{
	struct tsr_digest a, b, c;
	char out[TSR_DIGEST_STR_MAX];

	cr_assert_eq(
		tsr_digest_parse(TSR_SLICE("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8"),
				 &a),
		0);
	cr_assert_eq(a.alg, TSR_DIGEST_OTHER);
	cr_assert_eq(tsr_digest_parse(TSR_SLICE("md5:900150983cd24fb0d6963f7d28e17f72"), &b), 0);
	cr_assert_eq(tsr_digest_parse2(TSR_SLICE("md5"), TSR_SLICE("900150983cd24fb0d6963f7d28e17f72"), &c),
		     0);
	cr_assert(tsr_digest_eq(&b, &c));
	cr_assert_not(tsr_digest_eq(&a, &b));
	cr_assert_str_eq(tsr_digest_str(&b, out), "");
}

Test(digest, parts_apart_are_the_same_digest)
{
	struct tsr_digest a, b;

	cr_assert_eq(tsr_digest_parse(TSR_SLICE("sha256:" SHA256_ABC), &a), 0);
	cr_assert_eq(tsr_digest_parse2(TSR_SLICE("sha256"), TSR_SLICE(SHA256_ABC), &b), 0);
	cr_assert(tsr_digest_eq(&a, &b));
}

Test(digest, none_equals_nothing)
{
	struct tsr_digest none = { TSR_DIGEST_NONE, { 0 } }, a;
	char out[TSR_DIGEST_STR_MAX];

	tsr_digest_parse(TSR_SLICE("sha256:" SHA256_ABC), &a);
	cr_assert_not(tsr_digest_eq(&none, &none));
	cr_assert_not(tsr_digest_eq(&none, &a));
	cr_assert_str_eq(tsr_digest_str(&none, out), "");
	cr_assert_eq(tsr_digest_size(TSR_DIGEST_NONE), 0);
	cr_assert_eq(tsr_digest_size(TSR_DIGEST_SHA256), 32);
	cr_assert_eq(tsr_digest_size(TSR_DIGEST_SHA384), 48);
	cr_assert_eq(tsr_digest_size(TSR_DIGEST_SHA512), 64);
	cr_assert_eq(tsr_digest_size(TSR_DIGEST_OTHER), 0);
}
