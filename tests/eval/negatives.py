# SPDX-License-Identifier: Apache-2.0
"""What looks like a secret and is none: (kind, file, text)."""
import base64
import subprocess

LINES = [
    # placeholders
    ("placeholder", "srv/{n}/.env", "DB_PASSWORD=changeme\n"), ("placeholder", "srv/{n}/.env", "API_KEY=your-api-key-here\n"),
    ("placeholder", "etc/{n}.yml", "password: <password>\n"), ("placeholder", "etc/{n}.ini", "secret_key = xxxxxxxxxxxxxxxxxxxxxxxx\n"),
    ("placeholder", "etc/{n}.json", "{\"apiKey\": \"REPLACE_ME_WITH_KEY\"}\n"), ("placeholder", "etc/{n}.yml", "token: \"0000000000000000000000000000\"\n"),
    ("placeholder", "srv/{n}/.env.example", "DB_PASSWORD=password\nSECRET_KEY=insert-your-secret\n"), ("placeholder", "etc/{n}.toml", "api_key = \"abcdefghijklmnopqrstuvwxyz\"\n"),
    ("placeholder", "etc/{n}.yml", "password: \"********\"\n"), ("placeholder", "srv/{n}/a.sh", "curl -u user:password https://example.com\n"),
    ("placeholder", "etc/{n}.conf", "url=postgres://user:password@localhost/db\n"), ("placeholder", "srv/{n}/a.py", "PASSWORD = 'test'\n"),
    ("placeholder", "etc/{n}.properties", "spring.datasource.password=\n"), ("placeholder", "etc/{n}.yml", "secret: TODO\n"),
    # references
    ("reference", "srv/{n}/.env", "DB_PASSWORD=${DB_PASSWORD}\n"), ("reference", "srv/{n}/run.sh", "export API_TOKEN=$(cat /run/secrets/token)\n"),
    ("reference", "etc/{n}.yml", "password: {{ vault_db_password }}\n"), ("reference", "etc/{n}.yml", "token: ${{ secrets.GITHUB_TOKEN }}\n"),
    ("reference", "srv/{n}/a.py", "password = os.environ['DB_PASSWORD']\n"), ("reference", "srv/{n}/a.js", "const apiKey = process.env.STRIPE_API_KEY;\n"),
    ("reference", "srv/{n}/a.go", "password := os.Getenv(\"DB_PASSWORD\")\n"), ("reference", "srv/{n}/A.java", "String password = config.getString(\"db.password\");\n"),
    ("reference", "srv/{n}/a.tf", "password = var.db_password\n"), ("reference", "srv/{n}/a.tf", "secret = aws_secretsmanager_secret.main.arn\n"),
    ("reference", "etc/{n}.yml", "passwordSecretRef:\n  name: db-credentials\n  key: password\n"), ("reference", "etc/{n}.yml", "  secretName: app-tls-2024\n"),
    ("reference", "etc/{n}.json", "{\"passwordFile\": \"/run/secrets/db_password_1\"}\n"), ("reference", "srv/{n}/a.sh", "mysql -u root -p\"$MYSQL_ROOT_PASSWORD\"\n"),
    ("reference", "srv/{n}/a.cs", "var secret = Configuration[\"Auth:ClientSecret\"];\n"), ("reference", "srv/{n}/a.rb", "password = ENV.fetch('DB_PASSWORD')\n"),
    ("reference", "srv/{n}/a.php", "$password = getenv('DB_PASSWORD');\n"), ("reference", "etc/{n}.conf", "proxy_set_header Authorization $http_authorization;\n"),
    ("reference", "srv/{n}/a.sh", "curl -u \"$USER:$TOKEN\" https://api.internal/\n"), ("reference", "etc/{n}.xml", "<password>${db.password}</password>\n"),
    ("reference", "etc/{n}.yml", "password: !vault |\n"), ("reference", "etc/{n}.yml", "token: vault:secret/data/app#token\n"),
    ("reference", "srv/{n}/.env", "DB_PASSWORD_FILE=/run/secrets/db_password\n"), ("reference", "etc/{n}.ini", "password = %(DB_PASSWORD)s\n"),
    ("reference", "etc/{n}.conf", "ssl_certificate_key /etc/ssl/private/site1.key;\n"), ("reference", "etc/{n}.json", "{\"clientSecret\": \"@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/a)\"}\n"),
    # calls, types, prompts, validators
    ("code", "srv/{n}/a.py", "def login(user: str, password: str = None) -> Token:\n    token = create_token(user, secret_key=settings.SECRET_KEY)\n"),
    ("code", "srv/{n}/a.ts", "interface Login { password: string; accessToken?: AccessToken2; }\n"),
    ("code", "srv/{n}/a.py", "password = getpass.getpass('Enter password: ')\n"), ("code", "srv/{n}/a.py", "raise ValidationError('Password must have 8 characters, 1 digit')\n"),
    ("code", "srv/{n}/a.js", "if (password !== confirmPassword2) { setError('passwordMismatch1'); }\n"), ("code", "srv/{n}/a.js", "const PASSWORD_REGEX = /^(?=.*[A-Z])(?=.*\\d).{8,}$/;\n"),
    ("code", "srv/{n}/a.py", "token = self.tokens[index + 1]\nsecret = b64encode(os.urandom(32))\n"), ("code", "srv/{n}/a.go", "token, err := jwt.ParseWithClaims(raw, &claims2, keyFunc1)\n"),
    ("code", "srv/{n}/A.java", "passwordEncoder = new BCryptPasswordEncoder(12);\nString token = UUID.randomUUID().toString();\n"),
    ("code", "srv/{n}/a.c", "static const char *password_types[] = { \"password\", \"md5_crypt2\", NULL };\n"), ("code", "srv/{n}/a.js", "this.token = response.data.accessToken1;\n"),
    ("code", "srv/{n}/a.py", "parser.add_argument('--password', help='The password2 of the user')\n"), ("code", "srv/{n}/a.py", "api_key: Optional[SecretStr1] = Field(default=None)\n"),
    ("code", "srv/{n}/a.rs", "let password: &str = matches.value_of(\"password\").unwrap();\n"), ("code", "srv/{n}/a.sql", "ALTER TABLE users ADD COLUMN password VARCHAR(255) NOT NULL;\n"),
    ("code", "srv/{n}/a.php", "public function setPassword(string $password1): self\n"), ("code", "srv/{n}/a.rb", "validates :password, length: { minimum: 8 }, presence: true\n"),
    ("code", "srv/{n}/a.js", "inputType: 'password', autocomplete: 'current-password2'\n"), ("code", "srv/{n}/a.html", "<input type=\"password\" name=\"password2\" placeholder=\"Password1234\">\n"),
    ("code", "srv/{n}/a.py", "TOKEN_URL = 'https://login.internal/oauth2/v2.0/token1'\n"), ("code", "etc/{n}.yml", "token_type: bearer\ntoken_lifetime: 3600s\n"),
    ("code", "srv/{n}/a.js", "export const SET_AUTH_TOKEN = 'auth/SET_AUTH_TOKEN_V2';\n"), ("code", "srv/{n}/a.py", "CSRF_COOKIE_NAME = 'csrftoken_v2_2024'\n"),
    ("code", "srv/{n}/a.py", "SECRET_KEY_LENGTH = 64\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']\n"),
    ("code", "srv/{n}/a.java", "@JsonProperty(\"access_token\") private String accessToken2;\n"), ("code", "srv/{n}/a.cs", "public string ApiKey2 { get; set; } = string.Empty;\n"),
    ("code", "etc/{n}.conf", "password_encryption = scram-sha-256\nauth_method = md5\n"), ("code", "etc/pam.d/{n}", "password requisite pam_pwquality.so retry=3 minlen=12\n"),
    ("code", "etc/{n}.yml", "privateKeyPath: /etc/ssl/private/app1.pem\n"), ("code", "etc/{n}.ini", "token_endpoint = https://login.internal/connect/token2\n"),
    # documentation
    ("documentation", "usr/share/doc/{n}/README.md", "Set `password=secret123` in the file, or pass `--token YOUR_TOKEN`.\n"),
    ("documentation", "usr/share/man/man1/{n}.1", ".It Fl password Ar password\nThe password. See\n.Xr passwd 5 .\n"),
    ("documentation", "usr/share/locale/de/{n}.po", "msgid \"Password:\"\nmsgstr \"Passwort1:\"\n"), ("documentation", "usr/share/{n}/messages.json", "{\"password\": \"Mot de passe\", \"invalidPassword\": \"Mot_de_passe_invalide_1\"}\n"),
    ("documentation", "srv/{n}/i18n/en.json", "{\"resetPassword\": \"Reset-your-password!\", \"tokenExpired\": \"Token2 expired\"}\n"),
    ("documentation", "usr/share/doc/{n}/api.rst", "Authorization: Bearer <token>\nX-Api-Key: <key>\n"),
]


def made(m):
    """Kinds that are random, so that looking random is not enough."""
    def openssl(*args, data=None):
        return subprocess.run(["openssl", *args], input=data, capture_output=True, check=True).stdout
    key = m.pem().encode()
    yield "public key", "etc/ssl/{n}.pem", openssl("ec", "-pubout", data=key).decode()
    yield "public key", "root/.ssh/{n}.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + m.of("b64", 43) + " app@host\n"
    yield "certificate", "etc/ssl/certs/{n}.crt", openssl("req", "-x509", "-new", "-key", "/dev/stdin", "-subj", "/CN=x", "-days", "9", data=key).decode()
    yield "hash", "srv/{n}/package-lock.json", "{\"integrity\": \"sha512-" + base64.b64encode(m.randbytes(64)).decode() + "\"}\n"
    yield "hash", "srv/{n}/requirements.txt", "x==1.0 --hash=sha256:" + m.of("hex", 64) + "\n"
    yield "hash", "srv/{n}/go.sum", "example.com/token v1.0.0 h1:" + base64.b64encode(m.randbytes(32)).decode() + "\n"
    yield "hash", "srv/{n}/Cargo.lock", "[[package]]\nname = \"secret-service\"\nchecksum = \"" + m.of("hex", 64) + "\"\n"
    yield "hash", "srv/{n}/poetry.lock", "{file = \"token-1.0.whl\", hash = \"sha256:" + m.of("hex", 64) + "\"}\n"
    yield "hash", "srv/{n}/.git/packed-refs", m.of("hex", 40) + " refs/heads/token-rotation\n"
    yield "hash", "srv/{n}/manifest.json", "{\"src/secret.rs\": \"" + m.of("hex", 64) + "\", \"lib/token.py\": \"" + m.of("hex", 64) + "\"}\n"
    yield "hash", "srv/{n}/SHA256SUMS", m.of("hex", 64) + "  password-store.tar.gz\n"
    yield "hash", "etc/{n}.yml", "password_hash: " + m.of("hex", 64) + "\npasswordSha256: " + m.of("hex", 64) + "\n"
    yield "uuid", "etc/{n}.yml", "client_id: " + m.uuid() + "\ntenantId: " + m.uuid() + "\n"
    yield "uuid", "srv/{n}/a.json", "{\"clientToken\": \"" + m.uuid() + "\", \"requestId\": \"" + m.uuid() + "\"}\n"
    yield "identifier", "etc/{n}.yml", "key_id: " + m.of("b62", 20) + "\naccess_key_id_alias: main\n"
    yield "identifier", "srv/{n}/a.json", "{\"nextToken\": \"" + m.of("b64u", 60) + "\", \"pageToken\": \"" + m.of("b64u", 40) + "\"}\n"
    yield "identifier", "srv/{n}/a.html", "<input type=\"hidden\" name=\"csrf_token\" value=\"" + m.of("b62", 40) + "\">\n"
    yield "identifier", "srv/{n}/a.js", "stripe = Stripe('pk" + "_live_" + m.of("b62", 24) + "');\n"
    yield "image", "srv/{n}/a.css", ".x{background:url(data:image/png;base64," + base64.b64encode(m.randbytes(900)).decode() + ")}\n"
    yield "minified", "srv/{n}/a.min.js", "!function(e,t){var n=e.token,r=t.password||'" + m.of("lower", 3) + "';" + "".join(
        "function " + m.of("letter", 2) + "(" + m.of("lower", 1) + "){return " + m.of("lower", 1) + ".secret[" + m.of("digit", 2) + "]}" for _ in range(40)) + "}(window);\n"
    yield "crypt", "etc/{n}.yml", "admin_password_hash: \"$2b$12$" + m.of("b62", 53) + "\"\n"
    yield "nonce", "srv/{n}/a.html", "<script nonce=\"" + m.of("b64", 24) + "\" integrity=\"sha384-" + m.of("b64", 64) + "\"></script>\n"
    yield "noise", "srv/{n}/a.bin", "".join(chr(m.randrange(32, 127)) for _ in range(20000))


def all_negatives(m, rounds):
    n = 0
    for _ in range(rounds):
        for kind, path, text in list(LINES if not n else []) + list(made(m)):
            yield kind, path.replace("{n}", "n%d" % n), text
            n += 1
