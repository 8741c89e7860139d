/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "rule/glob.h"
#include "scan/check_impl.h"
#include "scan/crc.h"
#include "scan/key.h"
#include "scan/pem.h"

/* A body's first line has 64 characters; programs that only name the header have code or prose there. */
#define BODY_RUN_MIN 32u

static void set(struct tsr_check_out *out, enum tsr_check_result result, const char *note)
{
	out->result = result;
	out->note = note;
}

static void check_der(const struct tsr_pem *pem, struct tsr_check_out *out)
{
	if (!tsr_key_der(tsr_slice_of(pem->der, pem->der_len), out))
		set(out, TSR_CHECK_FAIL, "the body does not parse as a key");
}

static void check_encrypted_der(const struct tsr_pem *pem, struct tsr_check_out *out)
{
	const unsigned char *p = pem->der;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)pem->der_len);

	if (sig)
		set(out, TSR_CHECK_ENCRYPTED, "the key is encrypted");
	else
		set(out, TSR_CHECK_FAIL, "the body does not parse as an encrypted key");
	X509_SIG_free(sig);
	ERR_clear_error();
}

static void check_pgp(const struct tsr_pem *pem, struct tsr_check_out *out)
{
	if (pem->has_crc && tsr_crc24(pem->der, pem->der_len) != pem->crc)
		set(out, TSR_CHECK_FAIL, "checksum does not match");
	else
		tsr_check_pgp(tsr_slice_of(pem->der, pem->der_len), out);
}

/* An outer SEQUENCE that claims at least twice the bytes that are there: no key is in the first half. */
static bool only_the_beginning(const struct tsr_pem *pem)
{
	const uint8_t *p = pem->der;
	size_t claimed;

	if (pem->der_len < 8 || p[0] != 0x30)
		return false;
	claimed = p[1] == 0x82 ? ((size_t)p[2] << 8 | p[3]) : p[1] == 0x81 ? p[2] : p[1];
	return p[1] <= 0x82 && claimed > 2 * pem->der_len;
}

static void check_body(const struct tsr_pem *pem, struct tsr_check_out *out)
{
	/* Until something better identifies the key: never the header alone, which all have in common. */
	tsr_check_set_id(out, pem->der, pem->der_len);
	if (tsr_slice_eq_str(pem->label, "OPENSSH PRIVATE KEY"))
		tsr_check_openssh(tsr_slice_of(pem->der, pem->der_len), out);
	else if (tsr_slice_eq_str(pem->label, "PGP PRIVATE KEY BLOCK"))
		check_pgp(pem, out);
	else if (tsr_slice_eq_str(pem->label, "ENCRYPTED PRIVATE KEY"))
		check_encrypted_der(pem, out);
	else if (pem->encrypted)
		set(out, TSR_CHECK_ENCRYPTED, "the key is encrypted");
	else
		check_der(pem, out);
	if (out->result == TSR_CHECK_FAIL && only_the_beginning(pem))
		set(out, TSR_CHECK_SAMPLE, "only the beginning of a key");
	else if (out->result == TSR_CHECK_FAIL && !pem->clean)
		out->note = "the block is cut or damaged";
}

void tsr_check_private_key(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice text = in->ahead.len > in->match.len ? in->ahead : in->match;
	struct tsr_pem pem;
	size_t skip;

	if (!tsr_pem_read(text, &pem) || memmem(pem.label.ptr, pem.label.len, "PRIVATE", 7) == NULL ||
	    pem.first_run < BODY_RUN_MIN) {
		out->result = TSR_CHECK_REJECT;
		return;
	}
	check_body(&pem, out);
	if (out->result == TSR_CHECK_PASS && tsr_glob_match("etc/ssh/ssh_host_*_key", in->path))
		out->note = "an SSH host key: every container of the image answers with it";
	tsr_key_published_check(out);
	skip = (size_t)(in->secret.ptr - in->match.ptr);
	if (pem.length > skip)
		out->length = (uint32_t)(pem.length - skip);
	OPENSSL_cleanse(&pem, sizeof(pem));
}
