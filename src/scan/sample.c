/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/sample.h"

#include <stdint.h>

#include "base/mem.h"

/*
 * Sorted FNV-1a hashes of values that standards and manuals of products print as examples, and of keys that
 * everybody has. Made by tests/tool/sample_hash.py; the values look like secrets and are not in this repository.
 */
static const uint64_t samples[] = {
	0x058633e2ffe8cd27u, /* RFC 5849 */
	0x0633c137f698c49fu, /* AWS KMS examples */
	0x080119caddd83c5eu, /* Docker's own tests */
	0x080129caddd8578eu, /* Docker's own tests */
	0x0976a82a29ed6765u, /* AWS SigV4 tests of the Google auth libraries */
	0x0a000203929f0bc0u, /* AWS KMS examples */
	0x0ab50e412ab981a4u, /* RFC 5849 */
	0x0b40af47150300a0u, /* RFC 7628 */
	0x105e4dd763a812bcu, /* RFC 5849 */
	0x15b07405a882d3ffu, /* RFC 6749 */
	0x1a0c68f594101637u, /* RFC 5849 */
	0x1a7b78be56f3054du, /* RFC 6749 */
	0x204fbb74572d58c6u, /* Docker Engine API reference */
	0x233f429334a5454cu, /* AWS Cognito examples */
	0x30aa8188bb023e35u, /* RFC 6749 */
	0x36ec79cfe49d42fau, /* RFC 5849 */
	0x3bb48d9728bc8f42u, /* RFC 5849 */
	0x3be955b18f32adbeu, /* RFC 5849 */
	0x3c0d8e9db0e6bea8u, /* RFC 5849 */
	0x3f9d1c996e620b67u, /* Azurite, the storage emulator */
	0x4a1621617c73d041u, /* AWS SigV4 tests of the Google auth libraries */
	0x4f459807254f1ee7u, /* RFC 7009 */
	0x57116b3e04f3b229u, /* RFC 7617 */
	0x5801a51bedfac4cbu, /* RFC 5849 */
	0x58447b16edf3214eu, /* RFC 6749 */
	0x60bca9a8e7e780a0u, /* RFC 5849 */
	0x695f9ce069fcdff2u, /* play.min.io, a public server */
	0x697b56b4a317bce6u, /* AWS SigV4 tests of the Google auth libraries */
	0x6a0687ba81915fa7u, /* AWS KMS examples */
	0x7699c294beebad32u, /* AWS documentation */
	0x76f07e1e430f318eu, /* RFC 5849 */
	0x794571430c276b31u, /* RFC 6749 */
	0x7e85c9fb00f0a603u, /* Docker Engine API reference */
	0x846b2a1e2fad7fcbu, /* RFC 6749 */
	0x8f3557532b45f010u, /* RFC 5849 */
	0x8f635ee3a1e6f45du, /* AWS documentation */
	0x9617ea5685ae57eau, /* RFC 7617 */
	0x961d15992b9feb22u, /* RFC 7517 */
	0x9bb93d89924cf35du, /* RFC 5849 */
	0x9d4ff970106568e4u, /* Stripe's own tests */
	0x9f1920c6cd484714u, /* Azure Cosmos DB emulator */
	0xa75ddad0eebf6abbu, /* play.min.io, a public server */
	0xb6d01ee844bb100du, /* Docker Engine API reference */
	0xb822b85d842488a4u, /* AWS DataSync reference */
	0xbb65956c4b8b34bfu, /* RFC 6750 */
	0xc2a624577f63f4e7u, /* RFC 7617 */
	0xc696fe3125d0bd0cu, /* Docker Engine API reference */
	0xc862eaba6c6b2e40u, /* RFC 6749 */
	0xceed4ebcf0307d6au, /* Docker Engine API reference */
	0xd5576153e0888119u, /* RFC 7517 */
	0xd7ba480fb3bb167eu, /* RFC 5849 */
	0xd9ad86ad3724159bu, /* RFC 6749 */
	0xda9880ba9e752f84u, /* MinIO documentation */
	0xdb9d9a015ca5096cu, /* RFC 6749 */
	0xdc8d8ca0645472e9u, /* RFC 6749 */
	0xecc1a4474851bc28u, /* RFC 6749 */
	0xee0425ac21b03b65u, /* RFC 7617 */
	0xee53195ee18ce5fcu, /* RFC 5849 */
	0xf40e2e026c9ac885u, /* RFC 5849 */
};

bool tsr_published_sample(struct tsr_slice s)
{
	uint64_t hash = 0xcbf29ce484222325u;
	size_t lo = 0, hi = TSR_ARRAY_LEN(samples);

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (samples[mid] == hash)
			return true;
		if (samples[mid] < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
