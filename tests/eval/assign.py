# SPDX-License-Identifier: Apache-2.0
"""Assignments: a name that says what the value is, in configuration formats and languages."""
import base64
import re

CONCEPTS = {
    "password": ["db_password", "smtp_pass", "admin_passwd", "user_pwd", "keystore_password", "redis_password", "password",
                 "ldap_bind_password", "key_passphrase", "root_password"],
    "secret": ["client_secret", "jwt_secret", "app_secret", "session_secret", "webhook_secret", "cookie_secret", "oauth_secret"],
    "token": ["auth_token", "access_token", "api_token", "deploy_token", "refresh_token", "bot_token", "token"],
    "api key": ["api_key", "service_api_key", "maps_api_key", "payment_apikey", "x_api_key"],
    "key": ["access_key", "account_key", "encryption_key", "signing_key", "master_key", "private_key", "auth_key"],
    "credential": ["credential", "service_credentials", "registry_credential"],
}
STYLES = {
    "snake": lambda w: "_".join(w), "upper": lambda w: "_".join(w).upper(), "kebab": lambda w: "-".join(w),
    "camel": lambda w: w[0] + "".join(x.capitalize() for x in w[1:]), "pascal": lambda w: "".join(x.capitalize() for x in w),
    "dot": lambda w: ".".join(w),
}
# name, file, style, text; K is the name, V the value.
FORMATS = [
    ("env", "srv/{n}/.env", "upper", "PORT=8080\nK=V\nDEBUG=false\n"),
    ("env quoted", "srv/{n}/.env.production", "upper", "PORT=8080\nK=\"V\"\nexport MODE=prod\n"),
    ("env export", "etc/profile.d/{n}.sh", "upper", "#!/bin/sh\nexport K='V'\nexport LANG=C.UTF-8\n"),
    ("ini", "etc/{n}.ini", "snake", "[server]\nhost = db1.internal\nK = V\nport = 5432\n"),
    ("ini tight", "etc/{n}.cfg", "snake", "[server]\nhost=db1.internal\nK=V\n"),
    ("properties", "opt/{n}/application.properties", "dot", "server.port=8080\nspring.K=V\nlogging.level=INFO\n"),
    ("properties camel", "opt/{n}/{n}.properties", "camel", "# settings\nserver.port = 8080\nK = V\n"),
    ("yaml", "etc/{n}.yaml", "snake", "database:\n  host: db1.internal\n  K: V\n  pool: 5\n"),
    ("yaml quoted", "etc/{n}.yml", "kebab", "database:\n  host: db1.internal\n  K: \"V\"\n  pool: 5\n"),
    ("yaml single", "opt/{n}/values.yaml", "camel", "image: app\nsettings:\n  K: 'V'\nreplicas: 2\n"),
    ("yaml block", "etc/{n}/settings.yml", "snake", "database:\n  K: |\n    V\n  pool: 5\n"),
    ("yaml folded", "etc/{n}/config.yml", "snake", "database:\n  K: >-\n    V\n  pool: 5\n"),
    ("yaml list", "srv/{n}/docker-compose.yml", "upper", "services:\n  app:\n    environment:\n      - K=V\n      - PORT=1\n"),
    ("yaml env", "srv/{n}/deployment.yaml", "upper", "    env:\n    - name: K\n      value: V\n    - name: PORT\n      value: \"80\"\n"),
    ("json", "etc/{n}.json", "camel", "{\n  \"host\": \"db1.internal\",\n  \"K\": \"V\",\n  \"port\": 5432\n}\n"),
    ("json tight", "etc/{n}/config.json", "snake", "{\"host\":\"db1.internal\",\"K\":\"V\",\"port\":5432}"),
    ("json nested", "opt/{n}/appsettings.json", "pascal", "{\n  \"Database\": {\n    \"Host\": \"db1\",\n    \"K\": \"V\"\n  }\n}\n"),
    ("json name value", "opt/{n}/task.json", "upper", "{\"environment\": [{\"name\": \"K\", \"value\": \"V\"}, {\"name\": \"A\", \"value\": \"1\"}]}"),
    ("toml", "etc/{n}.toml", "snake", "[database]\nhost = \"db1.internal\"\nK = \"V\"\nport = 5432\n"),
    ("xml element", "etc/{n}.xml", "camel", "<config>\n  <host>db1.internal</host>\n  <K>V</K>\n</config>\n"),
    ("xml attribute", "opt/{n}/context.xml", "camel", "<Context>\n  <Resource name=\"jdbc/x\" username=\"app\" K=\"V\" maxActive=\"20\"/>\n</Context>\n"),
    ("xml add", "opt/{n}/web.config", "pascal", "<appSettings>\n  <add key=\"Mode\" value=\"prod\" />\n  <add key=\"K\" value=\"V\" />\n</appSettings>\n"),
    ("xml property", "opt/{n}/beans.xml", "camel", "<bean id=\"ds\">\n  <property name=\"K\" value=\"V\"/>\n  <property name=\"url\" value=\"x\"/>\n</bean>\n"),
    ("plist", "opt/{n}/Info.plist", "pascal", "<dict>\n\t<key>K</key>\n\t<string>V</string>\n</dict>\n"),
    ("python", "srv/{n}/settings.py", "upper", "import os\n\nDEBUG = False\nK = \"V\"\nHOST = os.environ[\"HOST\"]\n"),
    ("python single", "srv/{n}/client.py", "snake", "def connect():\n    K = 'V'\n    return open_session(K)\n"),
    ("python call", "srv/{n}/db.py", "snake", "conn = connect(host=\"db1\", user=\"app\", K=\"V\", port=5432)\n"),
    ("python dict", "srv/{n}/conf.py", "snake", "CONFIG = {\n    \"host\": \"db1\",\n    \"K\": \"V\",\n}\n"),
    ("python environ", "srv/{n}/boot.py", "upper", "import os\nos.environ[\"K\"] = \"V\"\nos.environ.setdefault('MODE', 'prod')\n"),
    ("python default", "srv/{n}/env.py", "upper", "import os\nvalue = os.environ.get(\"K\", \"V\")\n"),
    ("javascript", "srv/{n}/config.js", "camel", "module.exports = {\n  host: 'db1',\n  K: 'V',\n  port: 5432,\n};\n"),
    ("javascript const", "srv/{n}/app.js", "upper", "const K = \"V\";\nconst app = express();\n"),
    ("javascript or", "srv/{n}/server.js", "upper", "const x = process.env.K || 'V';\n"),
    ("typescript", "srv/{n}/config.ts", "camel", "export class Config {\n  private readonly K: string = 'V';\n}\n"),
    ("go", "srv/{n}/main.go", "camel", "package main\n\nfunc main() {\n\tK := \"V\"\n\trun(K)\n}\n"),
    ("go const", "srv/{n}/config.go", "pascal", "package main\n\nconst (\n\tHost = \"db1\"\n\tK    = \"V\"\n)\n"),
    ("go struct", "srv/{n}/db.go", "pascal", "package db\n\nvar opts = Options{\n\tHost: \"db1\",\n\tK: \"V\",\n}\n"),
    ("java", "srv/{n}/Config.java", "upper", "public class Config {\n    private static final String K = \"V\";\n}\n"),
    ("java set", "srv/{n}/Db.java", "pascal", "class Db {\n  void init() {\n    ds.setHost(\"db1\");\n    ds.setK(\"V\");\n  }\n}\n"),
    ("java annotation", "srv/{n}/Beans.java", "dot", "class Beans {\n  @Value(\"${app.K:V}\")\n  private String x;\n}\n"),
    ("csharp", "srv/{n}/Config.cs", "pascal", "public static class Config\n{\n    public const string K = \"V\";\n}\n"),
    ("php", "srv/{n}/config.php", "snake", "<?php\n$config['host'] = 'db1';\n$config['K'] = 'V';\n"),
    ("php define", "srv/{n}/define.php", "upper", "<?php\ndefine('HOST', 'db1');\ndefine('K', 'V');\n"),
    ("php array", "srv/{n}/database.php", "snake", "<?php\nreturn [\n    'host' => 'db1',\n    'K' => 'V',\n];\n"),
    ("php variable", "srv/{n}/index.php", "snake", "<?php\n$K = \"V\";\n"),
    ("ruby", "srv/{n}/config.rb", "snake", "Config.setup do |config|\n  config.host = 'db1'\n  config.K = 'V'\nend\n"),
    ("ruby hash", "srv/{n}/database.rb", "snake", "OPTS = { host: 'db1', K: 'V' }\nOTHER = { :K => 'x' }\n"),
    ("perl", "srv/{n}/app.pl", "snake", "use strict;\nmy $K = 'V';\nmy %h = (host => 'db1');\n"),
    ("rust", "srv/{n}/main.rs", "upper", "const K: &str = \"V\";\nfn main() { run(K) }\n"),
    ("kotlin", "srv/{n}/Main.kt", "camel", "object Config {\n    const val K = \"V\"\n}\n"),
    ("c define", "srv/{n}/config.h", "upper", "#define HOST \"db1\"\n#define K \"V\"\n"),
    ("shell", "usr/local/bin/{n}.sh", "upper", "#!/bin/sh\nK=V\nrun \"$K\"\n"),
    ("shell option", "usr/local/bin/{n}-run", "kebab", "#!/bin/bash\nexec /opt/app/run --user app --K=V --port 80\n"),
    ("shell option blank", "usr/local/bin/{n}-start", "kebab", "#!/bin/bash\nexec /opt/app/run --user app --K V --port 80\n"),
    ("shell default", "usr/local/bin/{n}-init", "upper", "#!/bin/sh\n: \"${K:=V}\"\nX=${K:-V}\n"),
    ("dockerfile env", "srv/{n}/Dockerfile", "upper", "FROM debian\nENV K=V\nRUN make\n"),
    ("dockerfile env blank", "srv/{n}/Dockerfile.prod", "upper", "FROM debian\nENV K V\nRUN make\n"),
    ("dockerfile arg", "srv/{n}/build/Dockerfile", "upper", "FROM debian\nARG K=V\nRUN make\n"),
    ("hcl", "srv/{n}/main.tf", "snake", "resource \"db\" \"x\" {\n  username = \"app\"\n  K        = \"V\"\n}\n"),
    ("tfvars", "srv/{n}/prod.tfvars", "snake", "region = \"eu\"\nK = \"V\"\n"),
    ("nginx", "etc/nginx/{n}.conf", "kebab", "location / {\n  proxy_set_header X-K \"V\";\n  proxy_pass http://app;\n}\n"),
    ("systemd", "etc/systemd/system/{n}.service", "upper", "[Service]\nEnvironment=\"K=V\"\nExecStart=/bin/app\n"),
    ("conf blank", "etc/{n}.conf", "snake", "host db1.internal\nK \"V\"\n"),
    ("conf colon", "etc/{n}.conf.d/a.conf", "snake", "host: db1.internal\nK: V\n"),
    ("gradle", "srv/{n}/gradle.properties", "camel", "org.gradle.daemon=true\nK=V\n"),
    ("http header", "srv/{n}/call.sh", "kebab", "curl -H 'X-K: V' https://api.internal/v1\n"),
    ("url parameter", "srv/{n}/hook.sh", "snake", "wget 'https://api.internal/v1?user=app&K=V&x=1'\n"),
    ("comment", "srv/{n}/notes.sh", "upper", "#!/bin/sh\n# K=V\nrun\n"),
    ("log", "var/log/{n}.log", "snake", "2025-01-01 10:00:00 INFO connecting with K=V to db1\n"),
    ("sql", "srv/{n}/schema.sql", "snake", "INSERT INTO settings (name, value) VALUES ('K', 'V');\n"),
    ("powershell", "srv/{n}/run.ps1", "pascal", "$K = \"V\"\nInvoke-App -K $K\n"),
    ("jenkins", "srv/{n}/Jenkinsfile", "upper", "environment {\n  K = 'V'\n}\n"),
    ("no extension", "etc/{n}/defaults", "upper", "HOST=db1\nK=V\n"),
    ("xml property element", "opt/{n}/hibernate.cfg.xml", "dot", "<property name=\"hibernate.K\">V</property>\n"),
    ("xml param", "opt/{n}/web.xml", "camel", "<init-param>\n  <param-name>K</param-name>\n  <param-value>V</param-value>\n</init-param>\n"),
    ("xml property value", "opt/{n}/spring.xml", "camel", "<property name=\"K\">\n  <value>V</value>\n</property>\n"),
    ("xml setting", "opt/{n}/app.config", "pascal", "<setting name=\"K\" serializeAs=\"String\">\n  <value>V</value>\n</setting>\n"),
    ("xml user", "opt/{n}/tomcat-users.xml", "camel", "<user username=\"admin\" K=\"V\" roles=\"manager-gui\"/>\n"),
    ("dotfile yaml", "root/.config/{n}", "snake", "---\nuser: app\nK: V\n"), ("mail rc", "root/.{n}rc", "snake", "account default\nhost mail1\nK V\n"),
    ("rc set", "root/.{n}rc.d", "snake", "set from = \"a@b.c\"\nset K = \"V\"\n"), ("inventory", "etc/ansible/{n}.ini", "snake", "[web]\nhost1 ansible_user=app ansible_K=V ansible_port=22\n"),
    ("compose map", "srv/{n}/compose.yaml", "upper", "services:\n  db:\n    environment:\n      K: V\n      PORT: 1\n"),
    ("docker run", "usr/local/bin/{n}-up", "upper", "#!/bin/sh\ndocker run -d -e K=V -p 80:80 app\n"), ("terraform variable", "srv/{n}/vars.tf", "snake", "variable \"K\" {\n  type    = string\n  default = \"V\"\n}\n"),
    ("r", "srv/{n}/a.R", "snake", "K <- \"V\"\n"), ("elixir", "srv/{n}/a.exs", "snake", "config :app, App.Repo,\n  host: \"db1\",\n  K: \"V\"\n"),
    ("erlang", "srv/{n}/sys.config", "snake", "[{app, [{host, \"db1\"}, {K, \"V\"}]}].\n"), ("clojure", "srv/{n}/a.clj", "kebab", "(def db {:host \"db1\" :K \"V\"})\n"),
    ("lua", "srv/{n}/a.lua", "snake", "local K = \"V\"\n"), ("swift", "srv/{n}/a.swift", "camel", "let K: String = \"V\"\n"), ("objective-c", "srv/{n}/a.m", "camel", "NSString *K = @\"V\";\n"),
    ("pascal", "srv/{n}/a.pas", "pascal", "K := 'V';\n"), ("scala", "srv/{n}/A.scala", "camel", "val K = \"V\"\n"), ("dart", "srv/{n}/a.dart", "camel", "final String K = 'V';\n"),
    ("c", "srv/{n}/a.c", "snake", "static const char *K = \"V\";\n"), ("c array", "srv/{n}/b.c", "snake", "static const char K[] = \"V\";\n"), ("tcl", "srv/{n}/a.tcl", "snake", "set K \"V\"\n"),
    ("cmake", "srv/{n}/CMakeLists.txt", "upper", "set(K \"V\")\n"), ("makefile", "srv/{n}/Makefile", "upper", "K ?= V\nall:\n"), ("batch", "srv/{n}/run.bat", "upper", "@echo off\r\nset K=V\r\n"),
    ("vb", "srv/{n}/a.vb", "pascal", "Dim K As String = \"V\"\n"), ("groovy", "srv/{n}/build.gradle", "camel", "credentials {\n  username 'app'\n  K 'V'\n}\n"),
    ("hidden input", "srv/{n}/a.html", "snake", "<input type=\"hidden\" name=\"K\" value=\"V\">\n"), ("markdown notes", "root/{n}.md", "snake", "* host: db1\n* K: V\n"), ("text notes", "root/{n}.txt", "snake", "host: db1\nK: V\n"),
    ("json in shell", "srv/{n}/post.sh", "camel", "curl -d '{\"user\":\"app\",\"K\":\"V\"}' http://api1/\n"), ("json escaped", "srv/{n}/esc.json", "camel", "{\"body\": \"{\\\"K\\\":\\\"V\\\"}\"}\n"),
    ("python type", "srv/{n}/t.py", "snake", "class Settings(BaseSettings):\n    K: str = \"V\"\n"), ("python field", "srv/{n}/f.py", "snake", "    K = os.getenv('X') or 'V'\n"),
    ("go map", "srv/{n}/m.go", "snake", "var m = map[string]string{\"host\": \"db1\", \"K\": \"V\"}\n"), ("setenv", "srv/{n}/e.go", "upper", "os.Setenv(\"K\", \"V\")\n"),
    ("ruby symbol", "srv/{n}/s.rb", "snake", "ENV['K'] ||= 'V'\nx = { :host => 'db1' }\n"), ("csharp property", "srv/{n}/P.cs", "pascal", "public string K { get; set; } = \"V\";\n"),
    ("history export", "home/app/.zsh_history", "upper", ": 1700000000:0;export K=V\n"), ("mysql history", "home/u{n}/.mysql_history", "snake", "SET PASSWORD FOR 'app'@'%' = 'V';\n# K\n"),
]
PASSWORD_VALUES = ["random_password", "human_password", "token", "dashed_phrase"]
TOKEN_VALUES = ["token", "hexadecimal", "base64", "url_safe"]
# Where the format keeps quotes or the end of a line around the value, blanks may be in it.
BLANKS = {"env quoted", "yaml", "yaml quoted", "yaml block", "json", "json nested", "toml", "ini", "properties", "python", "php define",
          "xml element", "xml attribute", "java", "csharp", "javascript", "ruby", "hcl"}


def put(text, name, value):
    """K and V are where no letter joins them to a word."""
    return re.sub(r"(?<![A-Z])[KV](?![A-Za-z])", lambda x: name if x.group(0) == "K" else value, text)


def all_assignments(m, each):
    """(format, concept, value kind, file, text) for every format; concept and value go round."""
    n = 0
    names = [(c, k) for c in CONCEPTS for k in CONCEPTS[c]]
    for fmt, path, style, text in FORMATS:
        for _ in range(each):
            concept, key = names[n * 7 % len(names)] if n % 2 else ("password", CONCEPTS["password"][n // 2 % 10])
            kinds = PASSWORD_VALUES if concept == "password" else TOKEN_VALUES
            kind = kinds[m.randrange(len(kinds))]
            value = getattr(m, kind)()
            name = STYLES[style](key.split("_"))
            if fmt == "http header":
                name = name.title()
            yield fmt, concept, kind, path.replace("{n}", "a%d" % n), put(text, name, value)
            n += 1
    for fmt, path, style, text in FORMATS:
        if fmt in BLANKS:
            name = STYLES[style](CONCEPTS["password"][n % 10].split("_"))
            yield fmt, "password", "passphrase", path.replace("{n}", "a%d" % n), put(text, name, m.passphrase())
            n += 1


CONNECTIONS = [
    ("postgres url", "DATABASE_URL=postgres://app:{P}@db1.internal:5432/app"),
    ("postgres url code", "engine = create_engine(\"postgresql+psycopg2://app:{P}@db1.internal/app\")"),
    ("mysql url", "url: mysql://app:{P}@db1.internal/app"),
    ("mongodb", "mongodb+srv://app:{P}@cluster0.ab1cd.mongodb.net/app"), ("redis", "REDIS_URL=redis://:{P}@cache1.internal:6379/0"),
    ("amqp", "broker: amqp://app:{P}@mq1.internal:5672/vhost"), ("jdbc", "url=jdbc:mysql://db1.internal/app?user=app&password={P}"),
    ("jdbc oracle", "jdbc:oracle:thin:app/{P}@//db1.internal:1521/XE"),
    ("ado.net", "<add name=\"Db\" connectionString=\"Server=db1;Database=app;User Id=app;Password={P};\" />"),
    ("ado.net json", "\"Default\": \"Server=tcp:db1.database.windows.net,1433;Initial Catalog=app;User ID=app;Password={P};Encrypt=True\""),
    ("odbc", "dsn = 'DRIVER={ODBC Driver 17};SERVER=db1;UID=app;PWD={P}'"), ("libpq", "conninfo = \"host=db1 dbname=app user=app password={P}\""),
    ("ldap url", "ldap://cn=app:{P}@ldap1.internal:389/"), ("ftp url", "wget ftp://deploy:{P}@files1.internal/a.tgz"),
    ("smtp url", "MAILER_DSN=smtp://app:{P}@mail1.internal:587"), ("proxy", "http_proxy=http://app:{P}@proxy1.internal:3128"),
    ("git url", "git clone https://deploy:{P}@git1.internal/app.git"), ("pip index", "pip install --index-url https://app:{P}@pypi1.internal/simple x"),
    ("service bus", "Endpoint=sb://app1.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={B32}"),
    ("basic header", "curl -H 'Authorization: Basic {BASIC}' https://api1.internal/"), ("bearer", "Authorization: Bearer {T}"),
]
COMMANDS = [
    ("mysql", "mysql -h db1 -u root -p{P} app"), ("mysqldump", "mysqldump --user=root --password={P} app > a.sql"),
    ("pgpassword", "PGPASSWORD={P} psql -h db1 -U app"), ("sshpass", "sshpass -p {P} ssh root@db1"), ("curl -u", "curl -u app:{P} https://api1.internal/v1"),
    ("curl -u quoted", "curl -s -X POST --user 'app:{P}' https://api1.internal/v1"), ("wget", "wget --user=app --password={P} https://files1.internal/a"),
    ("docker login", "docker login -u app -p {P} registry1.internal"), ("helm", "helm repo add x https://charts1.internal --username app --password {P}"),
    ("redis-cli", "redis-cli -h cache1 -a {P} ping"), ("openssl", "openssl pkcs12 -in a.p12 -passin pass:{P} -nodes"),
    ("htpasswd", "htpasswd -bc /etc/nginx/.htpasswd app {P}"), ("ldapsearch", "ldapsearch -x -D cn=app,dc=x -w {P} -b dc=x"),
    ("export", "export API_TOKEN={T}"), ("echo chpasswd", "echo 'root:{P}' | chpasswd"), ("sudo -S", "echo {P} | sudo -S make install"),
    ("mongo", "mongo --host db1 -u app -p {P} admin"), ("smbclient", "smbclient //files1/x -U app%{P}"), ("keytool", "keytool -list -keystore a.jks -storepass {P}"),
    ("zip", "unzip -P {P} a.zip"), ("sqlplus", "sqlplus app/{P}@db1:1521/XE"), ("useradd", "useradd -m -p $(openssl passwd -1 {P}) app"),
    ("az login", "az login --service-principal -u app -p {P} --tenant x"), ("rabbitmq", "rabbitmqctl add_user app {P}"),
    ("bearer", "curl -H \"Authorization: Bearer {T}\" https://api1.internal/"), ("create user", "mysql -e \"CREATE USER 'app'@'%' IDENTIFIED BY '{P}'\""),
]


def fill(line, m):
    p = m.random_password() if m.random() < 0.5 else m.human_password()
    p = p.replace("@", "-").replace("?", "+")
    return (line.replace("{P}", p).replace("{T}", m.token()).replace("{B32}", base64.b64encode(m.randbytes(32)).decode())
            .replace("{BASIC}", base64.b64encode(("deploy:" + m.random_password()).encode()).decode()))
