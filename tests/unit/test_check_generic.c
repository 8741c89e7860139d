/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check.h"

#include "scan/filekind.h"
#include "scan/rarity.h"
#include "scan_build.h"

/* `name operator value rest`, as a rule would cut it: the value stands between the marks \1 and \2. */
static enum tsr_check_result judge(const char *check, const char *path, const char *generator)
{
	const struct tsr_check *c = tsr_check_find(check);
	struct tsr_check_out out = { .result = TSR_CHECK_NONE };
	struct tsr_check_in in = { .path = tsr_slice_str(path) };
	char line[2048] = "";
	size_t n = 0, begin = 0, end = 0;
	struct tsr_buf text;

	cr_assert(c != NULL, "%s", check);
	tsr_buf_init(&text, 1 << 16);
	expand(&text, generator, 5);
	cr_assert(text.len < sizeof(line));
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\1')
			begin = n;
		else if (text.ptr[i] == '\2')
			end = n;
		else
			line[n++] = text.ptr[i];
	}
	tsr_buf_release(&text);
	in.param = c->param;
	in.match = tsr_slice_of(line, end);
	in.secret = tsr_slice_of(line + begin, end - begin);
	in.ahead = tsr_slice_of(line, n);
	in.key = tsr_slice_of(line, strcspn(line, "=: '\">("));
	c->run(&in, &out);
	return out.result;
}

struct row {
	const char *path, *text;
	enum tsr_check_result want;
};

static void run(const char *check, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum tsr_check_result got = judge(check, rows[i].path, rows[i].text);

		cr_expect(got == rows[i].want, "%s: %s in %s: %d", check, rows[i].text, rows[i].path, got);
	}
}

#define RUN(check, rows) run(check, rows, TSR_ARRAY_LEN(rows))

Test(check_generic, words_are_common_and_random_text_is_rare)
{
	static const char *const words[] = { "configuration", "get_user_name", "XMLHttpRequest", "docker-compose" };
	struct tsr_buf text;

	for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
		cr_expect(tsr_rarity(tsr_slice_str(words[i])) < 92, "%s", words[i]);
	tsr_buf_init(&text, 256);
	for (unsigned seed = 1; seed < 50; seed++) {
		tsr_buf_reset(&text);
		expand(&text, "{base62:32}", seed);
		cr_expect(tsr_rarity(tsr_buf_slice(&text)) >= 104, "seed %u", seed);
	}
	tsr_buf_release(&text);
	cr_expect(tsr_rarity(TSR_SLICE("")) == 0);
}

Test(check_generic, passwords_in_settings)
{
	static const struct row rows[] = {
		{ "app/.env", "DB_PASSWORD=\1{base62:10}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "", "DB_PASSWORD=\1{base62:10}{digit:2}\2", TSR_CHECK_NONE },
		{ "etc/app.ini", "password = \1{base62:10}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "etc/app.ini", "password = \1{lower:6}{digit:2}!\2 ; of the database\n", TSR_CHECK_NONE },
		{ "etc/app.yml", "password: \"\1{base62:10}{digit:2}\2\"\n", TSR_CHECK_NONE },
		{ "etc/app.json", "password\": \"\1{base62:10}{digit:2}\2\"}}", TSR_CHECK_NONE },
		{ "etc/app.xml", "password>\1{base62:10}{digit:2}\2</password>", TSR_CHECK_NONE },
		{ "etc/app.xml", "password>\1{base62:10}{digit:2}\2 more", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1winter\2\n", TSR_CHECK_REJECT },
		{ "etc/app.yml", "password: \1{base62:10}{digit:2}\2 is what you need\n", TSR_CHECK_REJECT },
		{ "etc/app.conf", "password_encryption = \1scram-sha-256\2\n", TSR_CHECK_REJECT },
		{ "etc/app.conf", "password = \1scram-sha-256\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password_file = \1{base62:10}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1/run/secrets/db1\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1${{DB_PASSWORD}}\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1$DB_PASS_1\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1changeme\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "password = \1https://host/x1\2\n", TSR_CHECK_REJECT },
		{ "etc/app.yml", "passphrase: \1falcon river velvet candle 42\2\n", TSR_CHECK_NONE },
		{ "etc/app.yml", "password: \1enter a password with 8 characters\2\n", TSR_CHECK_REJECT },
		{ "etc/app.json", "password\": \"\1falcon river velvet candle 42\2\"", TSR_CHECK_NONE },
		{ "etc/app.json", "password\": \"\1Das Passwort ist falsch\2\"", TSR_CHECK_REJECT },
		{ "etc/app.yml", "password: |\n    \1{base62:10}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "etc/app.ini", "smtp_pass = \1{base62:10}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "etc/app.ini", "password=\1Austin.4471\2\n", TSR_CHECK_NONE },
		{ "etc/app.ini", "password=\1config.mysql.pass1\2\n", TSR_CHECK_REJECT },
		{ "etc/app.plist", "DbPassword</key><string>\1MarbleWindow4471\2</string>", TSR_CHECK_NONE },
		{ "etc/app.ini", "compass = \1{base62:10}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "passes = \1{base62:10}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "etc/app.ini", "TESTPASSED = \1{base62:10}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "etc/app.sh", "--db-password \1{base62:10}{digit:2}\2 --port 80\n", TSR_CHECK_NONE },
		{ "etc/app.conf", "requirepass \1Falcon2019\2\n", TSR_CHECK_REJECT },
		{ "etc/app.conf", "password \1Falcon2019\2\n", TSR_CHECK_NONE },
		{ "etc/app.conf", "password \1required\2\n", TSR_CHECK_REJECT },
		{ "etc/app.conf", "password := \"\1%{{string:Tmp-1}}\2\"", TSR_CHECK_REJECT },
		{ "app/yarn.lock", "verdaccio-htpasswd: \00113.0.0-next.8\2\n", TSR_CHECK_REJECT },
		{ "app/notes.txt", "password: \1{base62:10}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "usr/share/doc/app/README.md", "password: '\1{base62:10}{digit:2}\2'", TSR_CHECK_FAIL },
		{ "app/tests/app.ini", "password = \1{base62:10}{digit:2}\2\n", TSR_CHECK_FAIL },
	};

	RUN("assigned-password", rows);
}

Test(check_generic, passwords_in_code)
{
	static const struct row rows[] = {
		{ "app/a.py", "PASSWORD = \"\1{base62:10}{digit:2}!\2\"\n", TSR_CHECK_NONE },
		{ "app/a.php", "DB_PASSWORD', '\1{base62:10}{digit:2}!\2');", TSR_CHECK_NONE },
		{ "app/a.c", "password\", \"\1{base62:10}{digit:2}!\2\", \"user\"", TSR_CHECK_REJECT },
		{ "app/a.py", "password = \1{base62:10}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "app/a.py", "password = \1getpass.getpass()\2\n", TSR_CHECK_REJECT },
		{ "app/a.py", "password = \"\1{base62:10}{digit:2}!\2 and more\"", TSR_CHECK_REJECT },
		{ "app/a.py", "password = \"\1user_input2\2\"", TSR_CHECK_REJECT },
		{ "app/a.py", "'password' '\1{base62:10}{digit:2}!\2' )", TSR_CHECK_REJECT },
		{ "app/a.py", "password = \"\1Falcon2019!\2\"", TSR_CHECK_NONE },
		{ "app/A.java", "setPassword(\"\1{base62:10}{digit:2}!\2\");", TSR_CHECK_NONE },
		{ "app/A.java", "getPassword(\"\1{base62:10}{digit:2}!\2\");", TSR_CHECK_REJECT },
		{ "app/a.js", "PASSWORD || '\1{base62:10}{digit:2}!\2'", TSR_CHECK_NONE },
		{ "app/a.js", "passwordColor = \"\1rgba(255,231,130,0.4)\2\"", TSR_CHECK_REJECT },
		{ "app/a_test.go", "password = \"\1{base62:10}{digit:2}!\2\"", TSR_CHECK_FAIL },
	};

	RUN("assigned-password", rows);
}

Test(check_generic, tokens_must_be_rare)
{
	static const struct row rows[] = {
		{ "app/a.js", "apiKey: \"\1{base62:30}{digit:2}\2\",", TSR_CHECK_NONE },
		{ "app/a.yml", "api_key: \1{hex:30}{digit:1}a\2\n", TSR_CHECK_NONE },
		{ "app/a.yml", "api_key: \1{uuid}\2\n", TSR_CHECK_NONE },
		{ "app/a.yml", "client_token: \1{uuid}\2\n", TSR_CHECK_REJECT },
		{ "app/a.js", "token: \"\1authenticationRequired1\2\",", TSR_CHECK_REJECT },
		{ "app/a.js", "token: \"\1application/x-www-form-urlencoded1\2\",", TSR_CHECK_REJECT },
		{ "app/a.yml", "token_type: \1{base62:30}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "app/a.yml", "public_api_key: \1{base62:30}{digit:2}\2\n", TSR_CHECK_REJECT },
		{ "app/a.yml", "secret_hash: \1{hex:40}\2\n", TSR_CHECK_REJECT },
		{ "app/a.yml", "secret: \1config.app.key1\2\n", TSR_CHECK_REJECT },
		{ "app/a.json", "secret.rs\":\"\1{hex:63}a\2\",", TSR_CHECK_REJECT },
		{ "app/a.properties", "jwt.secret.key=\1{base62:30}{digit:2}\2\n", TSR_CHECK_NONE },
		{ "app/a.ts", "id_SecretBag = \"\11.2.840.113549.1.12.10.1.5\2\";", TSR_CHECK_REJECT },
		{ "app/a.json", "secretSet\": \"\12016-09-08T13:47:36Z\2\",", TSR_CHECK_REJECT },
		{ "app/a.ts", "test_secret') => '\1{hex:63}a\2'", TSR_CHECK_REJECT },
		{ "app/a.py", "token = '\1{jwt}\2'", TSR_CHECK_REJECT },
		{ "app/a.py", "'oauth_token': '\1sdf0o9823sjdfsdf\2',", TSR_CHECK_REJECT },
		{ ".env", "JWT_SECRET=\1blue42horses\2\n", TSR_CHECK_NONE },
		{ "etc/app.yml", "jwt_secret: \1blue42horses\2\n", TSR_CHECK_REJECT },
	};

	RUN("assigned-token", rows);
}

Test(check_generic, arguments_of_commands)
{
	static const struct row rows[] = {
		{ "root/.bash_history", "mysql -p\1{base62:12}\2\n", TSR_CHECK_NONE },
		{ "root/.bash_history", "mysql -p\1$PASSWORD\2\n", TSR_CHECK_REJECT },
		{ "root/.bash_history", "mysql -p\1changeme\2\n", TSR_CHECK_SAMPLE },
		{ "root/.bash_history", "mysql -p\1rootroot\2\n", TSR_CHECK_FAIL },
		{ "usr/share/doc/x.txt", "mysql -p\1{base62:12}\2\n", TSR_CHECK_FAIL },
	};
	static const struct row bearer[] = {
		{ "app/run.sh", "Bearer \1{base62:30}{digit:2}\2\"", TSR_CHECK_NONE },
		{ "app/run.sh", "Bearer \1authenticationIsRequired1\2\"", TSR_CHECK_REJECT },
		{ "app/README.md", "Bearer \1{base62:30}{digit:2}\2\"", TSR_CHECK_FAIL },
	};

	RUN("argument", rows);
	RUN("random", bearer);
}

Test(check_generic, logins_in_urls_and_headers)
{
	static const struct row urls[] = {
		{ "app/run.sh", "://app:\1{base62:14}\2@host.internal", TSR_CHECK_NONE },
		{ "app/run.py", "://app:\1{base62:14}\2@host.internal", TSR_CHECK_NONE },
		{ "app/run.py", "://app:\1monkey\2@host.internal", TSR_CHECK_FAIL },
		{ "app/run.py", "://user:\1password\2@host.internal", TSR_CHECK_REJECT },
		{ "app/run.sh", "://user:\1password\2@host.internal", TSR_CHECK_SAMPLE },
		{ "app/README", "://app:\1{base62:14}\2@host.internal", TSR_CHECK_FAIL },
		{ "app/run.js", "://app:\1RandomPassword7\2@host.internal", TSR_CHECK_SAMPLE },
	};
	static const struct row databases[] = {
		{ "app/run.py", "mysql://app:\1{base62:14}\2@db.internal", TSR_CHECK_NONE },
		{ "app/run.py", "mysql://app:\1RandomPassword7\2@db.internal", TSR_CHECK_SAMPLE },
		{ "app/.env", "mysql://app:\1RandomPassword7\2@db.internal", TSR_CHECK_NONE },
		{ "app/run.py", "mysql://app:\1monkey\2@localhost", TSR_CHECK_SAMPLE },
		{ "app/.env", "mysql://app:\1monkey\2@localhost", TSR_CHECK_FAIL },
		{ "app/README.md", "mysql://app:\1{base62:14}\2@db.internal", TSR_CHECK_FAIL },
		{ "app/run.py", "mysql://[user[:\1password]\2@]host", TSR_CHECK_REJECT },
	};
	static const struct row headers[] = {
		{ "app/run.sh", "Basic \1{base64:app:{base62:14}}\2", TSR_CHECK_NONE },
		{ "app/test_run.py", "Basic \1{base64:app:{base62:14}}\2", TSR_CHECK_FAIL },
		{ "app/run.sh", "Basic \1{base64:no colon}\2", TSR_CHECK_REJECT },
	};

	RUN("url-login", urls);
	RUN("database-login", databases);
	RUN("basic-login", headers);
}

Test(check_generic, kinds_of_files)
{
	static const struct {
		const char *path;
		enum tsr_filekind kind;
		bool test;
	} rows[] = {
		{ "", TSR_FILE_ENV, false },
		{ "app/.env.prod", TSR_FILE_ENV, false },
		{ "app/x.YML", TSR_FILE_CONFIG, false },
		{ "root/.bashrc", TSR_FILE_CONFIG, false },
		{ "app/x.py", TSR_FILE_CODE, false },
		{ "app/tests/x.py", TSR_FILE_CODE, true },
		{ "app/test_x.py", TSR_FILE_CODE, true },
		{ "app/x.spec.ts", TSR_FILE_CODE, true },
		{ "app/attest/x.ts", TSR_FILE_CODE, false },
		{ "app/README.md", TSR_FILE_TEXT, false },
		{ "app/data", TSR_FILE_OTHER, false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_slice path = tsr_slice_str(rows[i].path);

		cr_expect(tsr_filekind(path) == rows[i].kind, "%s", rows[i].path);
		cr_expect(tsr_filekind_is_test(path) == rows[i].test, "%s", rows[i].path);
	}
}
