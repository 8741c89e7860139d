#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files that packages own: what is as the package has it counts less, what was changed is said to be.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# digest ALGORITHM FORM TEXT
digest() {
	"$PYTHON" -c '
import base64, hashlib, sys
d = hashlib.new(sys.argv[1], sys.argv[3].encode())
print({"hex": d.hexdigest, "base64": lambda: base64.b64encode(d.digest()).decode(),
       "url": lambda: base64.urlsafe_b64encode(d.digest()).decode().rstrip("=")}[sys.argv[2]]())' "$@"
}

url="postgres://svc:$(token password 1)@db.internal.corp/app"
confirmed=$(token github 1)
changed="$url and more"
md5=$(digest md5 hex "$url")
{
	cat <<END
user 1
layer base
file usr/lib/pkg/a $url
file usr/lib/pkg/bin $url
file etc/pkg.conf $url
file usr/lib/pkg/token $confirmed
file usr/lib/pkg/changed $changed
file usr/lib/pkg/none $url
file srv/pkg/a $url
file app/node_modules/x/a.js // as in $url
file app/node_modules/x/b.js x = "$url"
file app/node_modules/x/test/c.js x = "$url"
file app/node_modules/x/test/d.js x = "$confirmed"
file app/src/a.js // as in $url
file opt/v/lib/python3/site-packages/m.py $url
file opt/v/lib/python3/site-packages/other.py $url
pad 300000 usr/lib/pkg/large $url
file var/lib/dpkg/info/pkg.md5sums $md5  usr/lib/pkg/a\n$md5  lib/pkg/bin\n$(digest md5 hex "$confirmed")  usr/lib/pkg/token\n$md5  usr/lib/pkg/changed\n$md5  usr/lib/pkg/large\n$md5  srv/pkg/a\n
file var/lib/dpkg/status Package: pkg\nStatus: install ok installed\nConffiles:\n /etc/pkg.conf $md5\n
file opt/v/lib/python3/site-packages/m-1.dist-info/RECORD m.py,sha256=$(digest sha256 url "$url"),9\nother.py,sha256=$(digest sha256 url x),9\n
layer RUN edit
file usr/lib/pkg/bin $changed
layer RUN apt-get purge pkg
whiteout var/lib/dpkg/info/pkg.md5sums
layer RUN make install
file usr/lib/pkg/a $changed
END
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/dpkg.tar" || exit 1
audit "$T/dpkg.tar"

# is CLAIM PATH LAYER TAG LOWERED: one finding of a secret there, with the tag (or none), lowered by so many classes.
is() {
	check "$1" report is "$T/json" "[(sorted(t for t in f['tags'] if 'package-' in t or '-owned' in t),
		['info', 'low', 'medium', 'high', 'critical'].index(f['severity']))
		for f, _ in findings(r) if f['location']['path'] == '/$2' and f['location']['layer'] == $3 and f['rule'].startswith('secret/')
		] == [('$4'.split(), ['info', 'low', 'medium', 'high', 'critical'].index([f['severity'] for f, _ in findings(r)
		if f['location']['path'] == '/usr/lib/pkg/${6:-none}'][0]) - $5)]"
}
is 'a file as its package has it counts less' usr/lib/pkg/a 0 package-owned 1
is 'also where directories are merged' usr/lib/pkg/bin 0 package-owned 1
is 'also a conffile' etc/pkg.conf 0 package-owned 1
is 'a confirmed secret counts in full' usr/lib/pkg/token 0 package-owned 0 token
is 'a changed one counts in full' usr/lib/pkg/changed 0 package-changed 0
is 'one that no package has counts in full' usr/lib/pkg/none 0 '' 0
is 'where no package manager puts files nothing is compared' srv/pkg/a 0 '' 0
is 'a file of a wheel counts in full' opt/v/lib/python3/site-packages/m.py 0 python-owned 0
is 'a changed file of a wheel has no tag' opt/v/lib/python3/site-packages/other.py 0 '' 0
is 'one that a later layer changed' usr/lib/pkg/bin 1 package-changed 0
is 'once the package is gone its paths are free' usr/lib/pkg/a 3 '' 0
finds 'the package is named' 'path=/usr/lib/pkg/a' layer=0 'msg=*lowered: the file is as the package pkg has it*'
finds 'also of a changed file' 'path=/usr/lib/pkg/changed' 'msg=*the package pkg has this file with another content*'
is 'a file of several chunks is compared' usr/lib/pkg/large 0 package-changed 0
in_package() {
	check "$1" report expect "$T/json" path="/app/$2" severity="$3" confidence="$4" n=1
}
in_package 'a comment in the source of a package shows something' node_modules/x/a.js low likely
in_package 'its source counts in full' node_modules/x/b.js high likely
in_package 'its tests hold no secrets of the image' node_modules/x/test/c.js low possible
in_package 'but a confirmed token counts in full anywhere' node_modules/x/test/d.js critical confirmed
in_package 'commented out is not removed' src/a.js high likely
finds 'a sample is tagged and says so' path=/app/node_modules/x/test/c.js 'msg=*lowered: it shows or tests something*'
audit --max-retain 100000 "$T/dpkg.tar"
is 'a file above the limit is not compared' usr/lib/pkg/large 0 package-not-compared 0
check 'and complete all the same' report is "$T/json" 'all(im["complete"] for im in r["images"])'

sha1=$(digest sha1 base64 "$url")
cat >"$T/recipe" <<END
user 1
layer base
file usr/lib/pkg/a $url
file usr/lib/pkg/changed $changed
file usr/lib/pkg/none $url
file lib/apk/db/installed C:Q1$sha1\nP:pkg\nV:1\nF:usr\nF:usr/lib/pkg\nR:a\na:0:0:755\nZ:Q1$sha1\nR:changed\nZ:Q1$sha1\n\n
END
mkimage oci "$T/recipe" "$T/apk.tar" || exit 1
audit "$T/apk.tar"
is 'apk: a file as its package has it counts less' usr/lib/pkg/a 0 package-owned 1
is 'apk: a changed one counts in full' usr/lib/pkg/changed 0 package-changed 0

sha256=$(digest sha256 hex "$url")
for kind in sqlite:usr/lib/sysimage/rpm/rpmdb.sqlite sqlite:var/lib/rpm/rpmdb.sqlite ndb:usr/lib/sysimage/rpm/Packages.db; do
	cat >"$T/recipe" <<END
user 1
layer base
file usr/lib/pkg/a $url
file usr/lib/pkg/bin $url
file usr/lib/pkg/token $confirmed
file usr/lib/pkg/changed $changed
file usr/lib/pkg/none $url
rpmdb ${kind%%:*} ${kind#*:} other /usr/lib/other=$sha256\npkg /usr/lib/pkg/a=$sha256 /lib/pkg/bin=$sha256 /usr/lib/pkg/token=$(digest sha256 hex "$confirmed") /usr/lib/pkg/changed=$sha256\n
layer RUN edit
file usr/lib/pkg/bin $changed
END
	mkimage docker24 "$T/recipe" "$T/rpm.tar" || exit 1
	audit "$T/rpm.tar"
	is "rpm, ${kind#*:}: a file as its package has it counts less" usr/lib/pkg/a 0 package-owned 1
	is 'rpm: also where directories are merged' usr/lib/pkg/bin 0 package-owned 1
	is 'rpm: a confirmed secret counts in full' usr/lib/pkg/token 0 package-owned 0 token
	is 'rpm: a changed one counts in full' usr/lib/pkg/changed 0 package-changed 0
	is 'rpm: one that a later layer changed' usr/lib/pkg/bin 1 package-changed 0
	finds 'rpm: the package is named' 'path=/usr/lib/pkg/a' layer=0 'msg=*lowered: the file is as the package pkg has it*'
done
for j in 1 2; do
	"$TARSIER" --no-progress -j "$j" -f json "$T/dpkg.tar" >"$T/json.$j" 2>/dev/null
done
check 'threads do not show' cmp "$T/json.1" "$T/json.2"
text --severity info "$T/dpkg.tar"
shown() { ! grep -qF -e "$(token password 1)" -e "$confirmed" "$T/json" "$T/json.1" "$T/text"; }
check 'no secret is shown' shown
finish
