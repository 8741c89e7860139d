# SPDX-License-Identifier: Apache-2.0
"""Files of known programs that hold credentials: (name, file, function of the maker that gives the content)."""
import base64
import hashlib
import json


def b64(s):
    return base64.b64encode(s.encode()).decode()


def pw(m):
    return m.random_password() if m.random() < 0.5 else m.human_password().replace("@", "-")


def sha512_crypt(m):
    return "$6$" + m.of("b62", 16) + "$" + m.of("b62", 86)


FILES = [
    ("netrc", "root/.netrc", lambda m: "machine api1.internal login deploy password %s\n" % pw(m)),
    ("netrc lines", "home/app/.netrc", lambda m: "machine api1.internal\n  login deploy\n  password %s\n" % pw(m)),
    ("pgpass", "root/.pgpass", lambda m: "db1.internal:5432:app:app:%s\n" % pw(m).replace(":", "-")),
    ("my.cnf", "root/.my.cnf", lambda m: "[client]\nuser=root\npassword=%s\n" % pw(m)),
    ("npmrc token", "root/.npmrc", lambda m: "//npm1.internal/:_authToken=%s\n" % m.uuid()),
    ("npmrc auth", "srv/x/.npmrc", lambda m: "_auth=%s\nalways-auth=true\n" % b64("deploy:" + pw(m))),
    ("pypirc", "root/.pypirc", lambda m: "[distutils]\nindex-servers = x\n[x]\nrepository: https://pypi1.internal\nusername: app\npassword: %s\n" % pw(m)),
    ("git-credentials", "root/.git-credentials", lambda m: "https://deploy:%s@git1.internal\n" % m.token()),
    ("git config", "srv/x/.git/config", lambda m: "[remote \"origin\"]\n\turl = https://deploy:%s@git1.internal/app.git\n" % m.token()),
    ("git extraheader", "srv/y/.git/config", lambda m: "[http \"https://git1.internal/\"]\n\textraheader = AUTHORIZATION: basic %s\n" % b64("x-access-token:" + m.token())),
    ("docker config", "root/.docker/config.json", lambda m: json.dumps({"auths": {"reg1.internal": {"auth": b64("deploy:" + pw(m))}}})),
    ("dockercfg", "root/.dockercfg", lambda m: json.dumps({"reg1.internal": {"auth": b64("deploy:" + pw(m)), "email": "a@b.c"}})),
    ("kubeconfig token", "root/.kube/config", lambda m: "apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user:\n    token: %s\n" % m.token()),
    ("kubeconfig key", "etc/kubernetes/admin.conf", lambda m: "apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user:\n    client-key-data: %s\n" % b64(m.pem())),
    ("kubernetes secret", "srv/x/secret.yaml", lambda m: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: %s\n" % b64(pw(m))),
    ("aws credentials", "root/.aws/credentials", lambda m: "[default]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n" % (m.of("B32", 16), m.of("b64", 40))),
    ("gcp service account", "srv/x/sa.json", lambda m: json.dumps({"type": "service_account", "project_id": "p1", "private_key_id": m.of("hex", 40),
        "private_key": m.pem("pkcs8"), "client_email": "x@p1.iam.gserviceaccount.com"}, indent=2)),
    ("gcp user", "root/.config/gcloud/application_default_credentials.json", lambda m: json.dumps({"type": "authorized_user", "client_id": "1-a.apps.googleusercontent.com",
        "client_secret": "d-" + m.of("b64u", 22), "refresh_token": "1//0" + m.of("b64u", 60)})),
    ("azure profile", "root/.azure/accessTokens.json", lambda m: json.dumps([{"tokenType": "Bearer", "refreshToken": m.of("b64u", 200), "accessToken": m.jwt()}])),
    ("tfstate", "srv/x/terraform.tfstate", lambda m: json.dumps({"version": 4, "terraform_version": "1.5.0", "lineage": m.uuid(), "resources": [
        {"type": "aws_db_instance", "name": "db", "instances": [{"attributes": {"username": "app", "password": pw(m)}}]}]}, indent=2)),
    ("maven settings", "root/.m2/settings.xml", lambda m: "<settings><servers><server><id>x</id><username>app</username><password>%s</password></server></servers></settings>\n" % pw(m)),
    ("htpasswd", "etc/nginx/.htpasswd", lambda m: "admin:$apr1$%s$%s\n" % (m.of("b62", 8), m.of("b62", 22))),
    ("shadow", "etc/shadow", lambda m: "root:%s:19000:0:99999:7:::\nbin:*:19000:0:99999:7:::\n" % sha512_crypt(m)),
    ("wp-config", "var/www/html/wp-config.php", lambda m: "<?php\ndefine( 'DB_USER', 'wp' );\ndefine( 'DB_PASSWORD', '%s' );\n" % pw(m)),
    ("django", "srv/x/settings.py", lambda m: "SECRET_KEY = '%s'\n" % "".join(m.choice("abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)") for _ in range(50))),
    ("rails master key", "srv/x/config/master.key", lambda m: m.of("hex", 32)),
    ("rails secrets", "srv/x/config/secrets.yml", lambda m: "production:\n  secret_key_base: %s\n" % m.of("hex", 128)),
    ("laravel", "srv/x/.env", lambda m: "APP_KEY=base64:%s\n" % base64.b64encode(m.randbytes(32)).decode()),
    ("filezilla", "root/.config/filezilla/sitemanager.xml", lambda m: "<FileZilla3><Servers><Server><Host>f1</Host><User>app</User><Pass encoding=\"base64\">%s</Pass></Server></Servers></FileZilla3>" % b64(pw(m))),
    ("sftp config", "srv/x/.vscode/sftp.json", lambda m: json.dumps({"host": "f1", "username": "app", "password": pw(m)}, indent=1)),
    ("s3cfg", "root/.s3cfg", lambda m: "[default]\naccess_key = AKIA%s\nsecret_key = %s\n" % (m.of("B32", 16), m.of("b64", 40))),
    ("rclone", "root/.config/rclone/rclone.conf", lambda m: "[x]\ntype = sftp\nhost = f1\nuser = app\npass = %s\n" % m.of("b64u", 38)),
    ("wireguard", "etc/wireguard/wg0.conf", lambda m: "[Interface]\nPrivateKey = %s\nAddress = 10.0.0.1/24\n" % base64.b64encode(m.randbytes(32)).decode()),
    ("cifs", "root/.smbcredentials", lambda m: "username=app\npassword=%s\ndomain=x\n" % pw(m)),
    ("composer", "root/.composer/auth.json", lambda m: json.dumps({"http-basic": {"repo1.internal": {"username": "app", "password": pw(m)}}})),
    ("rubygems", "root/.gem/credentials", lambda m: ":rubygems_api_key: rubygems" + "_%s\n" % m.of("hex", 48)),
    ("bundle", "srv/x/.bundle/config", lambda m: "---\nBUNDLE_GEMS__CONTRIBSYS__COM: \"%s:%s\"\n" % (m.of("hex", 8), m.of("hex", 8))),
    ("cargo", "root/.cargo/credentials.toml", lambda m: "[registry]\ntoken = \"%s\"\n" % m.of("b62", 32)),
    ("nuget", "root/.nuget/NuGet/NuGet.Config", lambda m: "<configuration><packageSourceCredentials><x><add key=\"Username\" value=\"a\" /><add key=\"ClearTextPassword\" value=\"%s\" /></x></packageSourceCredentials></configuration>" % pw(m)),
    ("mongorc", "root/.dbshell", lambda m: "db.auth('app', '%s')\n" % pw(m)),
    ("bash history", "root/.bash_history", lambda m: "ls\nmysql -u root -p%s app\nexit\n" % pw(m)),
    ("jupyter", "root/.jupyter/jupyter_notebook_config.py", lambda m: "c.NotebookApp.token = '%s'\n" % m.of("hex", 48)),
    ("jenkins", "var/lib/jenkins/secrets/master.key", lambda m: m.of("hex", 256)),
    ("vault token", "root/.vault-token", lambda m: "hv" + "s." + m.of("b64u", 90)),
    ("terraform login", "root/.terraform.d/credentials.tfrc.json", lambda m: json.dumps({"credentials": {"app.terraform.io": {"token": m.of("b62", 14) + ".at" + "lasv1." + m.of("b64u", 67)}}})),
    ("gitlab runner", "etc/gitlab-runner/config.toml", lambda m: "[[runners]]\n  url = \"https://git1.internal\"\n  token = \"%s\"\n" % m.of("b64u", 20)),
    ("ansible vault password", "srv/x/.vault_pass", lambda m: m.random_password() + "\n"),
    ("ssh host key", "etc/ssh/ssh_host_ed25519_key", lambda m: m.openssh()),
    ("slapd", "etc/ldap/slapd.conf", lambda m: "rootdn \"cn=admin,dc=x\"\nrootpw %s\n" % pw(m)),
    ("snmpd", "etc/snmp/snmpd.conf", lambda m: "createUser app SHA \"%s\" AES\n" % pw(m)),
    ("machine key", "srv/x/web.config", lambda m: "<machineKey validationKey=\"%s\" decryptionKey=\"%s\" validation=\"SHA1\" />" % (m.of("HEX", 128), m.of("HEX", 64))),
    ("hub", "root/.config/hub", lambda m: "github.com:\n- user: app\n  oauth_token: %s\n  protocol: https\n" % m.of("hex", 40)),
    ("redis.conf", "etc/redis/redis.conf", lambda m: "bind 127.0.0.1\nrequirepass %s\n" % pw(m)),
    ("rabbitmq.conf", "etc/rabbitmq/rabbitmq.conf", lambda m: "default_user = app\ndefault_pass = %s\n" % pw(m)),
    ("grafana.ini", "etc/grafana/grafana.ini", lambda m: "[security]\nadmin_user = admin\nadmin_password = %s\n" % pw(m)),
    ("odbc.ini", "etc/odbc.ini", lambda m: "[db]\nDriver = x\nUID = app\nPWD = %s\n" % pw(m)),
    ("wpa_supplicant", "etc/wpa_supplicant/wpa_supplicant.conf", lambda m: "network={\n\tssid=\"x\"\n\tpsk=\"%s\"\n}\n" % pw(m)),
    ("chap-secrets", "etc/ppp/chap-secrets", lambda m: "# client server secret IP\napp * %s *\n" % pw(m)),
    ("ipsec.secrets", "etc/ipsec.secrets", lambda m: ": PSK \"%s\"\n" % pw(m)),
    ("sasl_passwd", "etc/postfix/sasl_passwd", lambda m: "[mail1.internal]:587 app@x.internal:%s\n" % pw(m)),
    ("fetchmailrc", "root/.fetchmailrc", lambda m: "poll mail1.internal proto imap user \"app\" password \"%s\" is app here\n" % pw(m)),
    ("joomla", "var/www/joomla/configuration.php", lambda m: "<?php\nclass JConfig {\n\tpublic $password = '%s';\n\tpublic $db = 'x';\n}\n" % pw(m)),
    ("drupal", "var/www/drupal/settings.php", lambda m: "<?php\n$databases['default']['default'] = array (\n  'username' => 'app',\n  'password' => '%s',\n);\n" % pw(m)),
    ("mediawiki", "var/www/w/LocalSettings.php", lambda m: "<?php\n$wgDBuser = \"app\";\n$wgDBpassword = \"%s\";\n" % pw(m)),
    ("phpmyadmin", "etc/phpmyadmin/config.inc.php", lambda m: "<?php\n$cfg['Servers'][$i]['password'] = '%s';\n" % pw(m)),
    ("php connect", "var/www/db.php", lambda m: "<?php\n$db = new mysqli('db1', 'app', '%s', 'x');\n" % pw(m)),
    ("kickstart", "root/anaconda-ks.cfg", lambda m: "lang en_US\nrootpw --plaintext %s\n" % pw(m)),
    ("preseed", "root/preseed.cfg", lambda m: "d-i passwd/root-password password %s\n" % pw(m)),
    ("cloud-init", "var/lib/cloud/seed/user-data", lambda m: "#cloud-config\nchpasswd:\n  list: |\n    root:%s\n" % pw(m)),
    ("unattend", "srv/x/autounattend.xml", lambda m: "<AdministratorPassword>\n  <Value>%s</Value>\n  <PlainText>true</PlainText>\n</AdministratorPassword>" % pw(m)),
    ("psql history", "root/.psql_history", lambda m: "ALTER USER app WITH PASSWORD '%s';\n" % pw(m)),
    ("python history", "root/.python_history", lambda m: "c = Client('app', password='%s')\n" % pw(m)),
    ("powershell", "srv/x/deploy.ps1", lambda m: "$p = ConvertTo-SecureString \"%s\" -AsPlainText -Force\n" % pw(m)),
    ("rsync secrets", "etc/rsyncd.secrets", lambda m: "backup:%s\n" % pw(m)),
    ("fstab", "etc/fstab", lambda m: "//nas1/x /mnt cifs username=app,password=%s,vers=3.0 0 0\n" % pw(m).replace(",", "-")),
    ("irssi", "root/.irssi/config", lambda m: "chatnets = { x = { type = \"IRC\"; sasl_username = \"app\"; sasl_password = \"%s\"; }; };\n" % pw(m)),
    ("network manager", "etc/NetworkManager/system-connections/x.nmconnection", lambda m: "[wifi-security]\nkey-mgmt=wpa-psk\npsk=%s\n" % pw(m)),
]


def all_files(m):
    for i, (name, path, make) in enumerate(FILES):
        yield name, ("u%d/" % i) + path if path.startswith("srv/x") else path, make(m)
