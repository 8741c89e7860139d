# SPDX-License-Identifier: Apache-2.0
"""Tokens of vendors, written from their public documentation and not from this project's rules.

A row: name, template, line. In a template {KIND:N} are N characters (values.ALPHABETS), and {FUNCTION} is
one of the below; `|` is dropped, so that no prefix stands here in one piece. A line is what stands around it.
"""
import base64
import json
import re

import values

ENV = "{NAME}_TOKEN={}"
ROWS = [
    # source hosting and CI
    ("github classic", "gh|p_{crc62}", "GITHUB={}"), ("github oauth", "gh|o_{crc62}", "auth: {}"),
    ("github server", "gh|s_{crc62}", "x {} y"), ("github fine-grained", "github|_pat_{b62:22}_{b62:59}", "use {}"),
    ("gitlab personal", "gl|pat-{b62:20}", "GL={}"), ("gitlab deploy", "gl|dt-{b62:20}", "GL={}"),
    ("gitlab runner", "gl|rt-{b62:20}", "GL={}"), ("gitlab trigger", "gl|ptt-{hex:40}", "GL={}"),
    ("gitlab feed", "gl|ft-{b62:20}", "GL={}"), ("gitlab agent", "gl|agent-{b62:50}", "GL={}"),
    ("atlassian", "ATAT|T3xFfGF0{b64u:171}={hexcrc}", "JIRA={}"), ("buildkite", "bk|ua_{hex:40}", "BK={}"),
    ("circleci", "CCI|PAT_{b62:22}_{hex:40}", "CI={}"), ("netlify", "nf|p_{b62:36}", "N={}"),
    ("pulumi", "pu|l-{hex:40}", "P={}"), ("terraform cloud", "{b62:14}.at|lasv1.{b62:67}", "TF={}"),
    ("sonarqube", "sq|u_{hex:40}", "SONAR={}"), ("sourcegraph", "sg|p_{hex:16}_{hex:40}", "SG={}"),
    # package indexes
    ("npm", "np|m_{crc62}", "//registry.npmjs.org/:_authToken={}"), ("pypi", "{pypi}", "password = {}"),
    ("rubygems", "ruby|gems_{hex:48}", ":rubygems_api_key: {}"), ("crates", "c|io{b62:32}", "token = \"{}\""),
    ("nuget", "o|y2{b32:43}", "nuget push -k {}"), ("clojars", "CLO|JARS_{hex:60}", "C={}"),
    ("docker hub", "dckr|_pat_{b64u:27}", "D={}"), ("docker swarm", "SW|MTKN-1-{b36:50}-{b36:25}", "join --token {}"),
    ("artifactory", "AK|Cp{b62:69}", "X-JFrog-Art-Api: {}"),
    # clouds
    ("aws id", "AK|IA{awsid}", "aws_access_key_id = {}"), ("aws secret", "{awssecret}", "aws_secret_access_key = {}"),
    ("google api", "AI|zaSy{b64u:33}", "key={}"), ("google oauth secret", "GOC|SPX-{b64u:28}", "s={}"),
    ("digitalocean", "do|p_v1_{hex:64}", "DO={}"), ("azure storage", "{azure}", "AccountName=stor;AccountKey={};EndpointSuffix=core.windows.net"),
    ("azure ad", "{b62:3}8|Q~{b62:34}", "AZ={}"), ("alibaba id", "LT|AI{b62:20}", "alibaba access key {}"),
    ("heroku", "HRK|U-AA{b64u:58}", "H={}"), ("scaleway", "SC|W{B36:17}", "access_key: {}"),
    ("openshift", "sha|256~{b64u:43}", "oc login --token={}"), ("databricks", "da|pi{hex:32}", "D={}"),
    ("planetscale", "pscale|_tkn_{b64u:43}", "P={}"), ("supabase", "sb|p_{hex:40}", "S={}"),
    ("vault", "hv|s.{b64u:95}", "V={}"), ("doppler", "dp|.pt.{b62:43}", "D={}"),
    ("age", "{age}", "{}"), ("1password", "{op}", "OP={}"), ("tailscale", "ts|key-auth-k{b62:11}CNTRL-{b62:32}", "up --authkey {}"),
    # AI
    ("openai legacy", "s|k-{b62:20}T3Blbk|FJ{b62:20}", "o={}"), ("openai project", "s|k-proj-{b64u:74}T3Blbk|FJ{b64u:74}", "o={}"),
    ("anthropic", "s|k-ant-api03-{b64u:93}AA", "a={}"), ("huggingface", "h|f_{letter:34}", "hf: {}"),
    ("groq", "gs|k_{b62:52}", "g={}"), ("xai", "xa|i-{b62:80}", "g={}"), ("perplexity", "pp|lx-{b62:48}", "g={}"),
    ("replicate", "r|8_{b62:37}", "g={}"), ("openrouter", "s|k-or-v1-{hex:64}", "g={}"),
    ("langsmith", "ls|v2_pt_{hex:32}_{hex:10}", "g={}"),
    # payment
    ("stripe", "sk|_live_{b62:24}", "k={}"), ("stripe long", "sk|_live_51{b62:97}", "k={}"),
    ("stripe restricted", "rk|_live_{b62:24}", "k={}"), ("stripe webhook", "wh|sec_{b62:32}", "k={}"),
    ("square", "sq0|atp-{b64u:22}", "k={}"), ("shopify", "shp|at_{hex:32}", "k={}"),
    ("razorpay", "rzp|_live_{b62:14}", "k={}"), ("flutterwave", "FLW|SECK-{hex:32}-X", "k={}"),
    # messaging and mail
    ("slack bot", "xo|xb-{digit:12}-{digit:13}-{b62:24}", "k={}"), ("slack user", "xo|xp-{digit:11}-{digit:12}-{digit:13}-{hex:32}", "k={}"),
    ("slack webhook", "https://hooks.slack.com/services/T|{B36:8}/B{B36:10}/{b62:24}", "k={}"),
    ("discord webhook", "https://discord.com/api/webhooks/{digit:18}/{b64u:68}", "k={}"),
    ("telegram", "1{digit:9}:A|A{b64u:33}", "bot {}"), ("sendgrid", "S|G.{b64u:22}.{b64u:43}", "k={}"),
    ("mailgun", "key-{hex:32}", "mailgun api {}"), ("mailchimp", "{hex:32}-us12", "mailchimp_api_key = {}"),
    ("twilio", "S|K{hex:32}", "twilio: {}"), ("brevo", "xkey|sib-{hex:64}-{b62:16}", "k={}"),
    # observability and the rest
    ("grafana", "{grafana}", "k={}"), ("newrelic", "NR|AK-{B36:27}", "k={}"), ("dynatrace", "dt0|c01.{B32:24}.{B32:64}", "k={}"),
    ("sentry user", "sn|tryu_{hex:64}", "k={}"), ("datadog", "{hex:32}", "DD_API_KEY={}"),
    ("linear", "lin|_api_{b62:40}", "k={}"), ("notion", "nt|n_{digit:11}{b62:35}", "k={}"), ("figma", "fi|gd_{b64u:40}", "k={}"),
    ("airtable", "pa|t{b62:14}.{hex:64}", "k={}"), ("postman", "PM|AK-{hex:24}-{hex:34}", "k={}"),
    ("hubspot", "pa|t-na1-{uuid}", "k={}"), ("mapbox", "s|k.eyJ{b64u:80}.{b64u:22}", "k={}"),
    ("jwt", "{jwt}", "Cookie: session={}"),
]


def pypi(m):
    body = b"\x02\x01\x08" + b"pypi" + b".org\x02\x24" + m.uuid().encode()
    body += b"\x00\x02\x39" + m.of("b62", 57).encode() + b"\x00\x00\x06\x20" + m.randbytes(32)
    return "py" + "pi-" + base64.urlsafe_b64encode(body).decode().rstrip("=")


def aws_id(m):
    """16 characters whose first ones decode to an account number of twelve digits."""
    account = m.randint(10**11, 10**12 - 1)
    number = (account << 7) | m.randrange(128) | (1 << 47)
    out, number = "", number & ((1 << 50) - 1)
    bits = number << 0
    for i in range(10):
        out = values.ALPHABETS["B32"][(bits >> (5 * i)) & 31] + out
    return out[-9:].rjust(9, "A") + m.of("B32", 7)


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(hrp, data):
    def polymod(xs):
        chk = 1
        for v in xs:
            top, chk = chk >> 25, (chk & 0x1ffffff) << 5 ^ v
            for i, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
                chk ^= g if top >> i & 1 else 0
        return chk
    bits = int.from_bytes(data, "big") << (-len(data) * 8) % 5
    n = -(-len(data) * 8 // 5)
    five = [bits >> 5 * (n - 1 - i) & 31 for i in range(n)]
    expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    check = polymod(expanded + five + [0] * 6) ^ 1
    return hrp + "1" + "".join(BECH32[v] for v in five + [check >> 5 * (5 - i) & 31 for i in range(6)])


def one_password(m):
    doc = {"signInAddress": "my.1password.com", "userAuth": {"method": "SRPg-4096", "alg": "PBES2g-HS256", "iterations": 650000,
           "salt": m.of("b64u", 22)}, "email": m.of("b36", 13) + "@1passwordserviceaccounts.com", "srpX": m.of("hex", 64),
           "muk": {"alg": "A256GCM", "ext": True, "k": m.of("b64u", 43), "kty": "oct"}, "throttleSecret": {"seed": m.of("hex", 64)}}
    return "op" + "s_" + base64.urlsafe_b64encode(json.dumps(doc, separators=(",", ":")).encode()).decode().rstrip("=")


def grafana(m):
    body = "gl" + "sa_" + m.of("b62", 32)
    return body + "_" + m.crc_hex("", body)


FUNCTIONS = {
    "crc62": lambda m: m.crc62(), "pypi": pypi, "awsid": aws_id, "awssecret": lambda m: m.of("b64", 40),
    "azure": lambda m: base64.b64encode(m.randbytes(64)).decode(), "age": lambda m: bech32("age-secret-key-", m.randbytes(32)).upper(),
    "op": one_password, "grafana": grafana, "uuid": lambda m: m.uuid(), "jwt": lambda m: m.jwt(),
    "hexcrc": lambda m: "",
}


def fill(template, m):
    def one(match):
        kind, _, n = match.group(1).partition(":")
        return m.of(kind, int(n)) if n else FUNCTIONS[kind](m)
    out = re.sub(r"\{([A-Za-z0-9]+(?::\d+)?)\}", one, template.replace("|", ""))
    if "{hexcrc}" in template:
        out += m.crc_hex("", out[:-1])
    return out


def all_tokens(m, each):
    """(name, text of a file) for every row."""
    for name, template, line in ROWS:
        for _ in range(each):
            yield name, line.replace("{}", fill(template, m)) + "\n"
