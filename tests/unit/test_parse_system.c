/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"

#include <openssl/evp.h>

#include "parse_told.h"

#define HT "secret/htpasswd"
#define FS "secret/fstab"
#define WG "secret/wireguard-key"
#define MAIL "secret/mail-client"
#define URL "secret/package-index-url"
#define VPN "secret/openvpn-login"
#define ANS "secret/ansible-vault-password"

static const struct row rows[] = {
	{ HT, "etc/nginx/.htpasswd", "each kind", "a:$apr1${base62:8}${base62:22}{nl}b:$2y$10${base62:53}{nl}c:{{SHA}}{base64:28}{nl}#d:$apr1${base62:8}${base62:22}{nl}e:plain text{nl}f{nl}", "1:a 2:b 3:c" },
	{ FS, "etc/fstab", "an option", "# //a/b /c cifs password=x 0 0{nl}//srv/share /mnt cifs username=joe,password=" PW ",uid=1 0 0{nl}/dev/sda1 / ext4 defaults 0 1{nl}//x /y cifs credentials=/etc/c{nl}", "2://srv/share" },
	{ WG, "etc/wireguard/wg0.conf", "keys", "[Interface]{nl}PrivateKey = {base62:42}A={nl}[Peer]{nl}PublicKey = {base62:42}A={nl}PresharedKey={base62:42}A={nl}", "2:PrivateKey 5:PresharedKey" },
	{ WG, "etc/wireguard/wg0.conf", "no keys", "PrivateKey = <key>{nl}PrivateKey = short{nl}", "" },
	{ "secret/wifi-password", "etc/wpa_supplicant/wpa_supplicant.conf", "a network", "network={{{nl}  ssid=\"home\"{nl}  #psk=\"x\"{nl}  psk=\"" PW "\"{nl}}}{nl}", "4:psk" },
	{ VPN, "etc/openvpn/client/auth.txt", "two lines", "joe{nl}" PW "{nl}", "2:joe" },
	{ VPN, "etc/openvpn/login", "others", "joe{nl}", "" },
	{ VPN, "etc/openvpn/auth", "more lines", "a{nl}b{nl}c{nl}", "" },
	{ "secret/openvpn-profile", "root/a.ovpn", "inline", "client{nl}<auth-user-pass>{nl}joe{nl}" PW "{nl}</auth-user-pass>{nl}", "4:joe" },
	{ "secret/openvpn-profile", "root/a.ovpn", "unfinished", "<auth-user-pass>{nl}joe{nl}" PW, "" },
	{ ANS, "src/.vault_pass", "one line", PW "{nl}", "1:" },
	{ ANS, "src/.vault_pass", "a script", "#!/bin/sh{nl}", "" },
	{ ANS, "src/.vault_pass.txt", "a text", "read{nl}me{nl}", "" },
	{ "secret/postfix-relay", "etc/postfix/sasl_passwd", "a relay", "# a b:c{nl}[smtp.example]:587 joe@x:" PW "{nl}nothing{nl}", "2:[smtp.example]:587" },
	{ MAIL, "root/.msmtprc", "msmtp", "account a{nl}user joe{nl}password " PW "{nl}passwordeval gpg -d x{nl}", "3:password" },
	{ MAIL, "root/.fetchmailrc", "fetchmail", "poll h protocol imap username \"joe\" password \"" PW "\"{nl}", "1:password" },
	{ MAIL, "root/.fetchmailrc", "is", "user joe there with password is " PW "{nl}", "1:password" },
	{ MAIL, "root/.muttrc", "mutt", "set imap_user=joe{nl}set imap_pass=\"" PW "\" # x{nl}# set smtp_pass=\"x\"{nl}set smtp_pass=`pass x`{nl}", "2:imap_pass" },
	{ MAIL, "etc/ssmtp/ssmtp.conf", "ssmtp", "AuthUser=joe{nl}AuthPass=" PW "{nl}", "2:AuthPass" },
	{ URL, "etc/pip.conf", "an index", "[global]{nl}index-url = https://joe:" PW "@pypi.example/simple{nl}extra-index-url = https://pypi.org/simple{nl}https://a:1/x@y{nl}", "2:joe" },
	{ URL, "root/.condarc", "a variable", "- https://joe:${{PW}}@conda.example{nl}://:@{nl}http://a:b", "1:joe?" },
};

Test(parse_system, know_every_odd_form)
{
	say_rows(rows, TSR_ARRAY_LEN(rows));
}

Test(parse_system, take_garbage)
{
	say_garbage(rows, TSR_ARRAY_LEN(rows));
}

static int encrypt(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, struct tsr_slice in, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;

	cr_assert(EVP_EncryptInit_ex(ctx, cipher, NULL, key, iv));
	cr_assert(EVP_EncryptUpdate(ctx, out, &n, (const uint8_t *)in.ptr, (int)in.len));
	cr_assert(EVP_EncryptFinal_ex(ctx, out + n, &last));
	EVP_CIPHER_CTX_free(ctx);
	return n + last;
}

/* A file, what is said of it, and of all that is cut off it. */
static void say_bytes(const char *rule, const char *path, struct tsr_slice content, const char *expected)
{
	struct tsr_buf said = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	say(&b, rule, path, content, &said);
	cr_expect_str_eq(said.ptr, expected, "%s: [%s]", rule, said.ptr);
	for (size_t n = 0; n < content.len; n++)
		say(&b, rule, path, tsr_slice_sub(content, 0, n), &said);
	tsr_buf_release(&said);
	bench_free(&b);
}

Test(parse_system, decipher_mylogin)
{
	struct tsr_buf file = TSR_BUF_INIT(4096), line = TSR_BUF_INIT(256);
	static const char *const lines[] = { "[client]{nl}", "user = \"joe\"{nl}", "password = \"" PW "\"{nl}" };
	uint8_t raw[20], key[16] = { 0 }, out[128];

	for (size_t i = 0; i < sizeof(raw); i++) {
		raw[i] = (uint8_t)(i * 37 + 11);
		key[i % 16] ^= raw[i];
	}
	tsr_buf_add(&file, "\0\0\0\0", 4);
	tsr_buf_add(&file, raw, sizeof(raw));
	for (size_t i = 0; i < TSR_ARRAY_LEN(lines); i++) {
		int n;

		made(&line, lines[i], 3);
		n = encrypt(EVP_aes_128_ecb(), key, NULL, tsr_buf_slice(&line), out);
		tsr_buf_addc(&file, (char)n);
		tsr_buf_add(&file, "\0\0\0", 3);
		tsr_buf_add(&file, out, (size_t)n);
	}
	say_bytes("secret/mysql-login-path", "root/.mylogin.cnf", tsr_buf_slice(&file), "0:password");
	tsr_buf_release(&file);
	tsr_buf_release(&line);
}

Test(parse_system, decipher_dbeaver)
{
	static const uint8_t key[16] = { 0xba, 0xbb, 0x4a, 0x9f, 0x77, 0x4a, 0xb8, 0x53, 0xc9, 0x6c, 0x2d, 0x65, 0x3d, 0xfe, 0x54, 0x4a };
	struct tsr_buf file = TSR_BUF_INIT(4096), text = TSR_BUF_INIT(1024);
	uint8_t iv[16], out[1040];
	int n;

	memset(iv, 0x5a, sizeof(iv));
	made(&text, "{{\"postgres-1\":{{\"#connection\":{{\"user\":\"joe\",\"password\":\"" PW "\"}}}}}}", 4);
	n = encrypt(EVP_aes_128_cbc(), key, iv, tsr_buf_slice(&text), out);
	tsr_buf_add(&file, iv, sizeof(iv));
	tsr_buf_add(&file, out, (size_t)n);
	say_bytes("secret/dbeaver", "root/.local/share/DBeaverData/workspace6/General/.dbeaver/credentials-config.json",
		  tsr_buf_slice(&file), "0:postgres-1");
	tsr_buf_release(&file);
	tsr_buf_release(&text);
}

Test(parse_system, know_cookies_and_passwords_of_displays)
{
	struct tsr_buf file = TSR_BUF_INIT(4096);

	tsr_buf_add(&file, "\1\0\0\4host\0\1" "0\0\22MIT-MAGIC-COOKIE-1\0\20", 33);
	for (int i = 0; i < 16; i++)
		tsr_buf_addc(&file, (char)(i * 41 + 3));
	say_bytes("secret/xauthority", "root/.Xauthority", tsr_buf_slice(&file), "1:host");
	say_bytes("secret/vnc-password", "root/.vnc/passwd", tsr_slice_sub(tsr_buf_slice(&file), 33, 41), "1:");
	say_bytes("secret/vnc-password", "root/.vnc/passwd", tsr_slice_sub(tsr_buf_slice(&file), 33, 42), "");
	tsr_buf_release(&file);
}
