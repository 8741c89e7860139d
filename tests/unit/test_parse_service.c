/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"

#include "parse_told.h"

#define REDIS "secret/redis-config"
#define LDAP "secret/ldap-config"
#define SNMP "secret/snmp-config"
#define IPSEC "secret/ipsec-secrets"
#define PPP "secret/ppp-secrets"

static const struct row rows[] = {
	{ REDIS, "etc/redis/redis.conf", "directives", "# requirepass x{nl}requirepass " PW "{nl}masterauth \"" PW "\"{nl}port 6379{nl}requirepass{nl}", "2:requirepass 3:masterauth" },
	{ REDIS, "etc/redis/users.acl", "users", "user default off{nl}user joe on >" PW " ~* +@all{nl}user bob on #{hex:64}{nl}", "2:joe" },
	{ REDIS, "etc/sentinel.conf", "a master's", "sentinel auth-pass mymaster " PW "{nl}", "1:auth-pass" },
	{ LDAP, "etc/ldap/slapd.conf", "hashed", "rootdn \"cn=a\"{nl}rootpw {{SSHA}}{base64:32}{nl}", "2:rootpw" },
	{ LDAP, "etc/ldap/slapd.conf", "who may see it", "access to attrs=userPassword,shadowLastChange by self write{nl}access to attrs=userPassword by * none{nl}", "" },
	{ LDAP, "etc/libnss-ldap.conf", "how it is stored", "pam_password md5{nl}", "" },
	{ LDAP, "etc/nslcd.conf", "plain", "binddn cn=a{nl}#bindpw x{nl}bindpw " PW "{nl}", "3:bindpw" },
	{ LDAP, "etc/sssd/sssd.conf", "with =", "[domain/x]{nl}ldap_default_authtok = " PW "{nl}", "2:ldap_default_authtok" },
	{ "secret/ldap-password-file", "etc/ldap.secret", "a line", PW "{nl}", "1:" },
	{ SNMP, "etc/snmp/snmpd.conf", "communities", "rocommunity public{nl}rocommunity " PW " default{nl}com2sec ro default " PW "{nl}", "2:rocommunity 3:com2sec" },
	{ SNMP, "etc/snmp/snmpd.conf", "a user", "createUser joe SHA \"" PW "\" AES " PW "{nl}", "1:joe 1:joe" },
	{ "secret/haproxy-config", "etc/haproxy/haproxy.cfg", "users", "userlist u{nl}  user joe insecure-password " PW "{nl}listen s{nl}  stats auth admin:" PW "{nl}", "2:insecure-password 4:auth" },
	{ "secret/radius-config", "etc/freeradius/3.0/clients.conf", "a client", "client a {{{nl}  secret = " PW "{nl}}}{nl}client b {{{nl}  secret = testing123{nl}}}{nl}", "2:secret" },
	{ "secret/radius-config", "etc/freeradius/3.0/users", "a user", "#bob Cleartext-Password := \"hello\"{nl}joe Cleartext-Password := \"" PW "\"{nl}", "2:Cleartext-Password" },
	{ "secret/radius-servers", "etc/pam_radius_auth.conf", "a server", "# server secret{nl}10.0.0.1 " PW " 3{nl}", "2:10.0.0.1" },
	{ IPSEC, "etc/ipsec.secrets", "kinds", "# : PSK \"x\"{nl}10.0.0.1 10.0.0.2 : PSK \"" PW "\"{nl}joe : EAP " PW "{nl}: RSA key.pem{nl}fe80::1 : PSK 0x{hex:32}{nl}", "2:10.0.0.1 10.0.0.2 3:joe 5:fe80::1" },
	{ "secret/racoon-psk", "etc/racoon/psk.txt", "a peer", "10.0.0.1\t" PW "{nl}#x y{nl}", "1:10.0.0.1" },
	{ PPP, "etc/ppp/chap-secrets", "a client", "# client server secret{nl}joe * " PW " *{nl}\"a b\" l2tpd \"" PW "\" *{nl}only two{nl}", "2:joe 3:a b" },
	{ PPP, "etc/ppp/pap-secrets", "in a file", "joe * @/etc/secret *{nl}", "" },
	{ "secret/davfs-secrets", "etc/davfs2/secrets", "a share", "https://x.y/z joe " PW "{nl}", "1:https://x.y/z" },
	{ "secret/ntp-keys", "etc/ntp.keys", "a key", "1 SHA1 {hex:40}{nl}", "1:1" },
	{ "secret/rsync-secrets", "etc/rsyncd.secrets", "a user", "#a:b{nl}joe:" PW "{nl}", "2:joe" },
	{ "secret/exim-login", "etc/exim4/passwd.client", "a relay", "# target:login:password{nl}smtp.x.y:joe:" PW "{nl}", "2:smtp.x.y" },
	{ "secret/pgbouncer-users", "etc/pgbouncer/userlist.txt", "users", "\"joe\" \"" PW "\"{nl}", "1:joe" },
	{ "secret/smbpasswd", "etc/samba/smbpasswd", "hashes", "joe:1000:{same:X:32}:{HEX:32}:[U          ]:LCT-5C0B2D6E:{nl}pc:1:{same:X:32}:{same:X:32}:[W          ]:x{nl}", "1:joe" },
	{ "secret/erlang-cookie", "var/lib/rabbitmq/.erlang.cookie", "a line", "{upper:20}", "1:" },
	{ "secret/service-config", "etc/supervisor/supervisord.conf", "ini", "[unix_http_server]{nl}username = joe{nl}password = " PW "{nl}", "3:unix_http_server.password" },
	{ "secret/service-yaml", "etc/alertmanager/alertmanager.yml", "YAML", "global:{nl}  smtp_auth_password: " PW "{nl}", "2:global.smtp_auth_password" },
	{ "secret/java-server-config", "opt/tomcat/conf/context.xml", "XML", "<Context>{nl}<Resource name=\"j\" password=\"" PW "\"/>{nl}</Context>", "2:Context.Resource.password" },
	{ "secret/htpasswd", "etc/mosquitto/passwd", "mosquitto", "joe:$7$101${base64:16}${base64:86}=={nl}", "1:joe" },
	{ "secret/git-host-login", "root/.config/gh/hosts.yml", "gh", "github.com:{nl}    user: joe{nl}    oauth_token: " PW "{nl}", "3:github.com.oauth_token" },
	{ "secret/cloud-cli-login-yaml", "root/.config/doctl/config.yaml", "doctl", "access-token: " PW "{nl}output: text{nl}", "1:access-token" },
	{ "secret/cloud-cli-login-json", "root/.azure/msal_token_cache.json", "Azure", "{{\"RefreshToken\": {{\"k\": {{\"secret\": \"" PW "\"}}}}}}", "1:RefreshToken.k.secret" },
	{ "secret/cloud-cli-login-ini", "root/.databrickscfg", "Databricks", "[DEFAULT]{nl}host = https://x{nl}token = " PW "{nl}", "3:DEFAULT.token" },
	{ "secret/ai-tool-login", "root/.codex/auth.json", "Codex", "{{\"OPENAI_API_KEY\": null, \"tokens\": {{\"refresh_token\": \"" PW "\"}}}}", "1:tokens.refresh_token" },
	{ "secret/token-file", "root/.cache/huggingface/token", "Hugging Face", PW, "1:" },
	{ "secret/yarn-config", "app/.yarnrc.yml", "Yarn", "npmRegistryServer: https://x{nl}npmAuthToken: " PW "{nl}", "2:npmAuthToken" },
};

Test(parse_service, know_every_odd_form)
{
	say_rows(rows, TSR_ARRAY_LEN(rows));
}

Test(parse_service, take_garbage)
{
	say_garbage(rows, TSR_ARRAY_LEN(rows));
}

static void put16(struct tsr_buf *b, size_t n)
{
	tsr_buf_addc(b, (char)(n >> 8));
	tsr_buf_addc(b, (char)n);
}

static void put32(struct tsr_buf *b, uint32_t n)
{
	put16(b, n >> 16);
	put16(b, n & 0xffff);
}

static void put_text(struct tsr_buf *b, const char *s)
{
	put16(b, strlen(s));
	tsr_buf_adds(b, s);
}

/* host/NAME@REALM with a key of AES-256. */
static void put_entry(struct tsr_buf *b, const char *name)
{
	put32(b, (uint32_t)(2 + 2 + 5 + 2 + 4 + 2 + strlen(name) + 9 + 2 + 2 + 32));
	put16(b, 2);
	put_text(b, "REALM");
	put_text(b, "host");
	put_text(b, name);
	put32(b, 1);
	put32(b, 1700000000);
	tsr_buf_addc(b, 3);
	put16(b, 18);
	put16(b, 32);
	for (int i = 0; i < 32; i++)
		tsr_buf_addc(b, (char)(i * 37 + strlen(name)));
}

/* Under any name, by its first bytes; a hole is skipped, and what is cut off gives nothing more. */
Test(parse_service, keytabs_are_read_entry_by_entry)
{
	struct tsr_buf tab = TSR_BUF_INIT(4096), said = TSR_BUF_INIT(4096);
	struct bench b = bench_new();

	tsr_buf_add(&tab, "\5\2", 2);
	put_entry(&tab, "www");
	put32(&tab, (uint32_t)-8);
	tsr_buf_adds(&tab, "12345678");
	put_entry(&tab, "mail");
	say(&b, "secret/kerberos-keytab", "srv/anything", tsr_buf_slice(&tab), &said);
	cr_expect(strstr(said.ptr, ":www ") && strstr(said.ptr, ":mail"), "[%s]", said.ptr);
	for (size_t n = 0; n < tab.len; n++) {
		say(&b, "secret/kerberos-keytab", "etc/krb5.keytab", tsr_slice_sub(tsr_buf_slice(&tab), 0, n), &said);
		cr_expect(!said.len || !strstr(said.ptr, "mail"), "%zu: [%s]", n, said.ptr);
	}
	bench_free(&b);
	tsr_buf_release(&tab);
	tsr_buf_release(&said);
}
