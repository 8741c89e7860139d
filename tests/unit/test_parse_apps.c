/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"

#include "parse_told.h"

#define WP "secret/wordpress-config"
#define DJ "secret/django-settings"
#define K8 "secret/kubernetes-secret"
#define KC "secret/kubeconfig"
#define TF "secret/terraform-state"
#define NETJ "secret/dotnet-appsettings"
#define NETX "secret/dotnet-config"

static const struct row rows[] = {
	{ WP, "var/www/wp-config.php", "password and salt", "<?php{nl}define( 'DB_NAME', 'wp' );{nl}define( 'DB_PASSWORD', '" PW "' );{nl}define('AUTH_KEY',  '{base62:30} {base62:30}');{nl}", "3:DB_PASSWORD 4:AUTH_KEY" },
	{ WP, "var/www/wp-config-sample.php", "the sample", "define( 'DB_PASSWORD', 'password_here' );{nl}define( 'AUTH_SALT', 'put your unique phrase here' );{nl}", "1:DB_PASSWORD? 2:AUTH_SALT?" },
	{ WP, "var/www/wp-config.php", "from the environment", "define('DB_PASSWORD', getenv('X'));{nl}define('DB_PASSWORD'){nl}define{nl}define('{nl}define('AUTH_KEY', '{nl}", "" },
	{ DJ, "app/settings.py", "the key", "DEBUG = True{nl}SECRET_KEY = '{base62:50}'{nl}", "2:SECRET_KEY" },
	{ DJ, "app/settings/prod.py", "a database", "DATABASES = {{{nl}  'default': {{{nl}    'USER': 'joe',{nl}    'PASSWORD': '" PW "',{nl}}}}}{nl}", "4:PASSWORD" },
	{ DJ, "app/settings.py", "expressions", "SECRET_KEY = os.environ['SECRET_KEY']{nl}API_TOKEN = 'abcdef' + x{nl}  SECRET_KEY = 'indentedindented'{nl}secret_key = 'abcdefghijkl'{nl}SECRET_KEY ={nl}= 'x'{nl}", "" },
	{ "secret/rails-key", "app/config/master.key", "the key", "{hex:32}", "1:" },
	{ "secret/rails-key", "app/config/credentials/production.key", "with a line end", "{hex:32}{nl}", "1:" },
	{ "secret/rails-key", "app/config/credentials/a.key", "others", "{base64:32}zz{nl}", "" },
	{ "secret/rails-secrets", "app/config/secrets.yml", "a key", "production:{nl}  secret_key_base: {hex:128}{nl}test:{nl}  secret_key_base: <%= ENV[\"X\"] %>{nl}", "2:production.secret_key_base" },

	{ K8, "deploy/k8s/db.yaml", "data", "apiVersion: v1{nl}kind: Secret{nl}metadata: {{name: x}}{nl}data:{nl}  username: am9l{nl}  password: {base64:" PW "}{nl}", "6:password" },
	{ K8, "srv/secret.yml", "kind behind, documents", "data: {{a: {base64:" PW "}}}{nl}kind: ConfigMap{nl}---{nl}stringData:{nl}  key: " PW "{nl}kind: Secret{nl}", "5:stringData.key" },
	{ K8, "srv/secret.yaml", "made up", "kind: Secret{nl}stringData:{nl}  password: <password>{nl}  tls.crt: abc{nl}", "3:stringData.password?" },
	{ K8, "srv/secret.yaml", "a template", "kind: Secret{nl}data:{nl}  password: {{{{ .Values.password }}}}{nl}", "" },
	{ K8, "srv/secret.yaml", "no manifest", "password: " PW "{nl}", "" },
	{ KC, "root/.kube/config", "each kind", "apiVersion: v1{nl}clusters:{nl}- cluster: {{certificate-authority-data: {base64:" PW "}}}{nl}users:{nl}- name: a{nl}  user:{nl}    client-certificate-data: {base64:" PW "}{nl}    client-key-data: {base64:" PW PW "}{nl}- name: b{nl}  user: {{token: " PW "}}{nl}- name: c{nl}  user:{nl}    auth-provider:{nl}      config:{nl}        refresh-token: " PW "{nl}",
	  "8:users.user.client-key-data 10:users.user.token 15:users.user.auth-provider.config.refresh-token" },
	{ KC, "root/.kube/config", "JSON", "{{\"users\":[{{\"user\":{{\"password\":\"" PW "\"}}}}]}}", "1:users.user.password" },
	{ KC, "root/.kube/config", "other places", "token: " PW "{nl}users:{nl}  user:{nl}    token: x{nl}", "" },

	{ TF, "src/terraform.tfstate", "attributes and outputs", "{{\"outputs\":{{\"db_password\":{{\"value\":\"" PW "\"}},\"url\":{{\"value\":\"http://x\"}}}},{nl}\"resources\":[{{\"instances\":[{{\"attributes\":{{\"id\":\"i\",\"password\":\"" PW "\",{nl}\"private_key_pem\":\"" PW "\"}},\"sensitive_attributes\":[{{\"value\":\"password\"}}]}}]}}]}}",
	  "1:outputs.db_password.value 2:resources.instances.attributes.password 3:resources.instances.attributes.private_key_pem" },
	{ TF, "src/a.tfstate", "a generated password", "{{\"resources\":[{{\"type\":\"random_password\",\"instances\":[{{\"attributes\":{{\"result\":\"" PW "\"}}}}]}},{{\"type\":\"x\",\"instances\":[{{\"attributes\":{{\"result\":\"" PW "\"}}}}]}}]}}", "1:resources.instances.attributes.result" },
	{ TF, "src/terraform.tfstate.backup", "references", "{{\"resources\":[{{\"instances\":[{{\"attributes\":{{\"secret\":\"arn:aws:x\",\"password\":\"\",\"token\":null}}}}]}}]}}", "" },

	{ NETJ, "app/appsettings.json", "a connection string", "{{\"ConnectionStrings\":{{\"Db\":\"Server=a;User Id=b;Password=" PW ";Encrypt=true\"}}}}", "1:ConnectionStrings.Db" },
	{ NETJ, "app/appsettings.Production.json", "a key and comments", "{{ // x{nl} \"Jwt\": {{ \"SecretKey\": \"" PW "\" }},{nl}}}", "2:Jwt.SecretKey" },
	{ NETJ, "app/appsettings.json", "none", "{{\"ConnectionStrings\":{{\"Db\":\"Server=a;Integrated Security=true;Password=\"}}}}", "" },
	{ NETX, "app/web.config", "each kind", "<configuration><connectionStrings>{nl}<add name=\"a\" connectionString=\"Server=s;Pwd=" PW "\"/></connectionStrings>{nl}<machineKey validationKey=\"{HEX:64}\" decryptionKey=\"AutoGenerate\"/>{nl}<appSettings><add key=\"ApiKey\" value=\"" PW "\"/><add key=\"Mode\" value=\"" PW "\"/></appSettings></configuration>",
	  "2:configuration.connectionStrings.add.connectionString 3:configuration.machineKey.validationKey 4:configuration.appSettings.add.value" },
	{ "secret/nuget-config", "root/.nuget/NuGet/NuGet.Config", "clear text", "<configuration><packageSourceCredentials><corp>{nl}<add key=\"Username\" value=\"joe\"/><add key=\"ClearTextPassword\" value=\"" PW "\"/><add key=\"Password\" value=\"" PW "\"/></corp></packageSourceCredentials></configuration>",
	  "2:configuration.packageSourceCredentials.corp.add.value" },

	{ "secret/composer-auth", "root/.composer/auth.json", "each kind", "{{\"http-basic\":{{\"a.example\":{{\"username\":\"joe\",\"password\":\"" PW "\"}}}},{nl}\"github-oauth\":{{\"github.com\":\"" PW "\"}},{nl}\"gitlab-token\":{{\"b\":{{\"username\":\"x\",\"token\":\"" PW "\"}}}}}}",
	  "1:http-basic.a.example.password 2:github-oauth.github.com 3:gitlab-token.b.token" },
	{ "secret/composer-auth", "root/auth.json", "another file", "{{\"token\":\"" PW "\",\"a\":{{\"b\":{{\"password\":\"" PW "\"}}}}}}", "" },
	{ "secret/gem-credentials", "root/.gem/credentials", "a key", "---{nl}:rubygems_api_key: " PW "{nl}", "2::rubygems_api_key" },
	{ "secret/bundler-config", "root/.bundle/config", "a server", "---{nl}BUNDLE_GEMS__EXAMPLE__COM: \"joe:" PW "\"{nl}BUNDLE_WITHOUT: \"a:b\"{nl}BUNDLE_BUILD__X: \"--with=a\"{nl}BUNDLE_PATH: \"vendor\"{nl}", "2:BUNDLE_GEMS__EXAMPLE__COM" },
	{ "secret/filezilla", "root/.config/filezilla/sitemanager.xml", "base64 and plain", "<FileZilla3><Servers><Server><Host>a</Host>{nl}<Pass encoding=\"base64\">{base64:" PW "}</Pass></Server>{nl}<Server><Host>b</Host><Pass>" PW "</Pass></Server><Server><Host>c</Host><Pass encoding=\"crypt\" pubkey=\"a\">" PW "</Pass></Server></Servers></FileZilla3>", "2:a 3:b" },
	{ "secret/jenkins-credentials", "var/jenkins_home/credentials.xml", "encrypted and plain", "<a><username>joe</username>{nl}<password>{{{base64:40}}}</password>{nl}<secret>" PW "</secret></a>", "2:password 3:a.secret" },
	{ "secret/jenkins-master-key", "var/jenkins_home/secrets/master.key", "the key", "{hex:256}", "1:" },
};

Test(parse_apps, know_every_odd_form)
{
	say_rows(rows, TSR_ARRAY_LEN(rows));
}

Test(parse_apps, take_garbage)
{
	say_garbage(rows, TSR_ARRAY_LEN(rows));
}
