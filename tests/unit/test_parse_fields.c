/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/fields.h"

#include "inspect/secret_name.h"
#include "parse_told.h"

#define MY "secret/mysql-config"
#define PROPS "secret/spring-properties"
#define YAML "secret/spring-yaml"
#define SFTP "secret/sftp-config"
#define MAVEN "secret/maven-settings"

static const struct row rows[] = {
	{ MY, "root/.my.cnf", "client", "[client]{nl}user=joe{nl}password = " PW "{nl}", "3:client.password" },
	{ MY, "etc/mysql/debian.cnf", "quotes", "[client]{nl}password='" PW "'{nl}[mysql_upgrade]{nl}password=\"" PW "\"{nl}", "2:client.password 4:mysql_upgrade.password" },
	{ MY, "root/.my.cnf", "comments", "#password=" PW "{nl};password=" PW "{nl}[client]{nl}password=" PW " # mine{nl}", "4:client.password" },
	{ MY, "root/.my.cnf", "none", "[client]{nl}password{nl}password={nl}user=password{nl}", "" },
	{ MY, "root/.my.cnf", "made up", "[client]{nl}password=changeme{nl}", "2:client.password?" },
	{ MY, "root/.my.cnf", "CR LF", "[client]\r{nl}password=" PW "\r{nl}", "2:client.password" },
	{ "secret/pypirc", "root/.pypirc", "two", "[pypi]{nl}username: joe{nl}password: " PW "{nl}[testpypi]{nl}password = " PW "{nl}", "3:pypi.password 5:testpypi.password" },
	{ "secret/poetry-auth", "root/.config/pypoetry/auth.toml", "table", "[http-basic.corp]{nl}username = \"joe\"{nl}password = \"" PW "\"{nl}", "3:http-basic.corp.password" },
	{ "secret/object-storage-config", "root/.s3cfg", "s3cmd", "[default]{nl}access_key = {upper:20}{nl}secret_key = {base62:40}{nl}use_https = True{nl}gpg_passphrase = {nl}", "3:default.secret_key" },
	{ "secret/object-storage-config", "root/.boto", "boto", "[Credentials]{nl}gs_oauth2_refresh_token = {base62:60}{nl}", "2:Credentials.gs_oauth2_refresh_token" },
	{ "secret/object-storage-config", "root/.config/rclone/rclone.conf", "rclone", "[box]{nl}type = crypt{nl}password = {base64url:40}{nl}password2 = {base64url:40}{nl}", "3:box.password 4:box.password2" },
	{ "secret/winscp", "root/WinSCP.ini", "session", "[Sessions\\\\joe@host]{nl}HostName=host{nl}Password={HEX:60}{nl}", "3:Sessions\\\\joe@host.Password" },
	{ "secret/smb-credentials", "root/.smbcredentials", "a file", "username=joe{nl}password=" PW "{nl}domain=corp{nl}", "2:password" },
	{ "secret/terraform-variables", "src/prod.tfvars", "nested", "region = \"eu\"{nl}db = {{{nl}  password = \"" PW "\"{nl}}}{nl}db_password_length = 16{nl}token_url = \"https://x\"{nl}", "3:password" },
	{ "secret/terraform-variables-json", "src/prod.tfvars.json", "JSON", "{{\"db_password\":\"" PW "\",\"n\":1}}", "1:db_password" },
	{ "secret/gradle-properties", "root/.gradle/gradle.properties", "keys", "org.gradle.daemon=true{nl}nexusPassword=" PW "{nl}signing.password=" PW "{nl}signing.secretKeyRingFile=/k.gpg{nl}", "2:nexusPassword 3:signing.password" },
	{ "secret/cargo-credentials", "root/.cargo/credentials.toml", "token", "[registry]{nl}token = \"{base62:32}\"{nl}", "2:registry.token" },

	{ PROPS, "app/application.properties", "data source", "spring.datasource.username=joe{nl}spring.datasource.password=" PW "{nl}", "2:spring.datasource.password" },
	{ PROPS, "app/application-prod.properties", "references", "a.password=ENC({base64:24}){nl}b.password=/run/secrets/b{nl}c.password=true{nl}d.token=123{nl}", "" },
	{ PROPS, "app/application.properties", "a template", "a.password=${{DB_PASSWORD}}{nl}", "1:a.password?" },
	{ PROPS, "app/application.properties", "other names", "a.password-policy=strict-and-long{nl}max.tokens=4000000{nl}next.token=abcdefgh{nl}bypass=something{nl}a.publicKey=abcdefghijkl{nl}", "" },

	{ PROPS, "app/application.properties", "escapes", "a.password=\\u0063\\u0068\\u0061ngeme{nl}b.password=\\u0070" PW "\\=\\:{nl}c.password=$\\{{DB\\}}{nl}", "1:a.password? 2:b.password 3:c.password?" },

	{ YAML, "app/application.yml", "nested", "spring:{nl}  datasource:{nl}    username: joe{nl}    password: " PW "{nl}", "4:spring.datasource.password" },
	{ YAML, "app/application.yml", "anchors, documents, tags", "a: &x{nl}  password: " PW "{nl}b: *x{nl}---{nl}c:{nl}  password: !vault " PW "{nl}  secret: \"" PW "\"{nl}", "2:a.password 7:c.secret" },
	{ YAML, "app/application.yml", "what stands before an error", "a:{nl}  password: " PW "{nl}b: [{nl}c: }}{nl}", "2:a.password" },
	{ YAML, "app/application.yaml", "the same text before", "note: secretword{nl}password: secretword{nl}", "2:password" },
	{ YAML, "app/application.yml", "flow", "{{a: {{password: " PW "}}, list: [{{token: " PW "}}]}}", "1:a.password 1:list.token" },
	{ YAML, "app/application.yml", "odd keys", "? [a, b]{nl}: {{password: " PW "}}{nl}", "2:password" },

	{ SFTP, "src/sftp-config.json", "comments", "{{ // \"password\": \"x\"{nl}\"host\": \"h\", /* \"password\": 1 */{nl}\"password\": \"" PW "\",{nl}}}", "3:password" },
	{ SFTP, "src/.vscode/sftp.json", "a list", "[{{\"host\":\"a\",\"password\":\"" PW "\"}},{{\"passphrase\":\"" PW "\"}}]", "1:password 1:passphrase" },
	{ SFTP, "src/.ftpconfig", "other types", "{{\"pass\":7,\"password\":null,\"passphrase\":\"\",\"secret\":true}}", "" },
	{ SFTP, "src/sftp-config.json", "a URL in a string", "{{\"u\":\"http://x\",\"password\":\"a//b" PW "\"}}", "1:password" },
	{ "secret/robomongo", "root/.3T/robo-3t/1.4/robo3t.json", "user", "{{\"connections\":[{{\"credentials\":[{{\"userPassword\":\"" PW "\"}}]}}]}}", "1:connections.credentials.userPassword" },

	{ MAVEN, "root/.m2/settings.xml", "server", "<settings>{nl}<!-- <password>x</password> -->{nl}<servers><server><id>a</id>{nl}<password>" PW "</password></server></servers></settings>", "4:settings.servers.server.password" },
	{ MAVEN, "root/.m2/settings.xml", "CDATA and white space", "<a><password>{nl} <![CDATA[" PW "]]>{nl}</password><b/><passphrase>{nl}" PW "{nl}</passphrase></a>", "2:a.password 4:a.passphrase" },
	{ MAVEN, "root/.m2/settings.xml", "encrypted", "<password>{{abc}}</password>", "1:password?" },
	{ MAVEN, "root/.m2/settings.xml", "entities", "<a><password>&lt;x&gt;&amp;&#65;" PW "&quot;</password>{nl}<passphrase a='&#x70;'>&#x63;&#x68;angeme</passphrase></a>", "1:a.password 2:a.passphrase?" },
	{ MAVEN, "root/.m2/settings.xml", "no entities", "<a><password><![CDATA[&lt;" PW "]]></password><passphrase>&foo;&" PW "</passphrase></a>", "1:a.password 1:a.passphrase" },
	{ MAVEN, "root/.m2/settings.xml", "empty and broken", "<a><password></password><password/></a></a></a><password attr=></x><<>", "" },
	{ "secret/tomcat-users", "opt/tomcat/conf/tomcat-users.xml", "attributes", "<?xml version='1.0'?>{nl}<!DOCTYPE x>{nl}<tomcat-users>{nl}<!--<user password=\"x\"/>-->{nl}<user username='a' password='" PW "' roles=\"b\"/></tomcat-users>", "5:tomcat-users.user.password" },
};

Test(parse_fields, find_secrets_by_their_names)
{
	say_rows(rows, TSR_ARRAY_LEN(rows));
}

Test(parse_fields, take_garbage)
{
	say_garbage(rows, TSR_ARRAY_LEN(rows));
}

Test(parse_fields, judge_names_by_their_last_words)
{
	static const char *const yes[] = { "password", "DB_PASSWORD", "spring.mail.password", "clientSecret", "api-key", "apiKey",
					   "aws_secret_access_key", "primary_access_key", "secret_key_base", ":rubygems_api_key",
					   "PasswordPlain", "AuthPass", "imap_pass", "password2", "GITHUB_TOKEN", "signingKey" };
	static const char *const no[] = { "", "...", "bypass", "compass", "tokens", "max_token", "csrf_token", "password_policy",
					  "access_key", "key", "public_key", "secret_name", "monkey", "passwordField", "2" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(yes); i++)
		cr_expect(tsr_secret_name(tsr_slice_str(yes[i])), "%s", yes[i]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(no); i++)
		cr_expect(!tsr_secret_name(tsr_slice_str(no[i])), "%s", no[i]);
}

/* Values with escapes stand nowhere in the file; long ones repeat themselves: neither may take long. */
Test(parse_fields, take_no_longer_for_hostile_values, .timeout = 60)
{
	struct tsr_buf text = TSR_BUF_INIT(8 << 20), said = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();

	tsr_buf_adds(&text, "[");
	for (int i = 0; i < 60000; i++)
		tsr_buf_printf(&text, "{\"password\":\"\\u0061%d\"},", i + 10000);
	tsr_buf_adds(&text, "{\"password\":\"");
	while (text.len < (4u << 20))
		tsr_buf_adds(&text, "abcdefgh");
	tsr_buf_adds(&text, "X\"}]");
	say(&b, SFTP, "src/sftp-config.json", tsr_buf_slice(&text), &said);
	cr_expect(said.len > 0);
	tsr_buf_release(&text);
	tsr_buf_release(&said);
	bench_free(&b);
}

static void count_depth(void *ctx, const struct tsr_field *f)
{
	size_t *deepest = ctx;

	cr_assert_leq(f->depth, (size_t)TSR_FIELD_DEPTH);
	*deepest = f->depth > *deepest ? f->depth : *deepest;
}

/* Nesting without end, in each format. */
Test(parse_fields, bound_the_depth)
{
	static const struct {
		tsr_field_reader *read;
		const char *open;
	} forms[] = { { tsr_fields_yaml, "[" },	   { tsr_fields_yaml, "{a: " }, { tsr_fields_yaml, "- " }, { tsr_fields_json, "[" },
		      { tsr_fields_json, "{\"a\":" }, { tsr_fields_xml, "<a b='c'>d" }, { tsr_fields_yaml, "? " } };
	struct tsr_buf text = TSR_BUF_INIT(1 << 20);

	for (size_t i = 0; i < TSR_ARRAY_LEN(forms); i++) {
		size_t deepest = 0;

		tsr_buf_reset(&text);
		for (int k = 0; k < 50000; k++)
			tsr_buf_adds(&text, forms[i].open);
		forms[i].read(tsr_buf_slice(&text), &tsr_limits_default, count_depth, &deepest);
		cr_expect_leq(deepest, (size_t)TSR_FIELD_DEPTH);
	}
	tsr_buf_release(&text);
}
