#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What names, modes and owners of files say: which of them count, in which state, and what is one finding.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
user 1001
layer base
mode 4755 usr/bin/su x
mode 4755 usr/bin/passwd x
mode 2755 usr/bin/chage x
mode 4755 opt/gone x
mode 4755 opt/fixed x
mode 4644 opt/data x
mode 2755 opt/group x
link opt/link /usr/bin/su
mode 4755 opt/tool x
mode 666 srv/a x
mode 666 srv/b x
mode 666 srv/gone x
link srv/link a
file var/log/dpkg.log x
file var/log/app/a.log x
file var/log/app/b.log x
file var/log/empty.log
link var/log/out.log /dev/stdout
file var/log/gone.log x
layer application
whiteout opt/gone
mode 755 opt/fixed x
whiteout srv/gone
whiteout var/log/gone.log
dir app/.git
file app/.git/HEAD x
file app/.git/objects/aa/bb x
file src/.git/HEAD x
file app/.gitignore x
dir app/.idea
file app/x.swp x
file app/.x.py.swp x
file app/y~ x
file app/Dockerfile x
file app/.dockerignore x
file app/.github/workflows/ci.yml x
file app/main.py x
file app/tests/test_main.py x
file app/tests/conftest.py x
file opt/venv/lib/python3.12/site-packages/p/tests/test_p.py x
file opt/venv/lib/python3.12/site-packages/p/Dockerfile x
pad 70000 app/core.123
pad 3000 app/core
file app/core.1.js x
file app/core.py x
file run/docker.sock
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'a setuid program' rule=file/setuid path=/opt/tool severity=medium state=live
finds 'those of base systems are one note' rule=file/setuid path=/usr/bin/su severity=info occurrences=2
finds '... and no more' not rule=file/setuid path=/usr/bin/passwd
for f in gone fixed data link; do finds "no setuid program in the end: $f" not rule=file/setuid "path=/opt/$f"; done
finds 'a setgid program' rule=file/setgid path=/opt/group severity=medium
finds 'those of base systems are a note' rule=file/setgid path=/usr/bin/chage severity=info
finds 'files that everybody may change are one finding' rule=file/world-writable path=/srv/a severity=medium occurrences=2
finds 'logs of one directory are one finding' rule=file/log-file path=/var/log/app/a.log severity=low occurrences=2
finds 'logs of the system are a note' rule=file/log-file path=/var/log/dpkg.log severity=info
finds 'a deleted log is information' rule=file/log-file path=/var/log/gone.log severity=info state=deleted
for f in empty out; do finds "no log: $f" not "path=/var/log/$f.log"; done
finds 'a repository is one finding' rule=file/vcs-directory path=/app/.git severity=medium occurrences=3
finds '... also without an entry of its directory' rule=file/vcs-directory path=/src/.git/HEAD
finds 'a file of that beginning is none' not path=/app/.gitignore
finds 'editors leave one finding' rule=file/editor-litter path=/app/.idea severity=low occurrences=3
finds 'what a build needs is one finding for a directory' rule=file/build-leftover path=/app/Dockerfile severity=low occurrences=2
finds '... and another' rule=file/build-leftover path=/app/.github/workflows/ci.yml
finds 'tests are one finding' rule=file/test-suite path=/app/tests/test_main.py severity=low occurrences=2
for r in test-suite build-leftover; do finds "packages are not meant: $r" not "rule=file/$r" 'path=/opt/venv/*'; done
finds 'a memory dump' rule=file/core-dump path=/app/core.123 severity=medium
for f in core core.1.js core.py main.py; do finds "no dump: $f" not "path=/app/$f"; done
finds 'the socket of an engine' rule=file/docker-socket path=/run/docker.sock severity=low
status 'nothing of that fails the audit' 0

# The directory's mode in the end is that of its last entry.
cat >"$T/recipe" <<'END'
user 1001
layer one
mode 1777 tmp/
mode 777 open/
mode 777 open/two/
mode 777 shut/
layer two
mode 755 shut/
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'directories that everybody may write to are one finding' rule=file/world-writable-directory path=/open severity=medium occurrences=2
finds 'with the sticky bit they may' not path=/tmp
finds 'one that was shut later is shut' not path=/shut

# Credential files by name, unless their content says more.
cat >"$T/recipe" <<'END'
user 1001
layer one
file root/.ssh/id_rsa x
file root/.ssh/id_rsa.pub x
file root/.ssh/id_ed25519
file root/.netrc machine h login l password {password:61}\n
file root/.pgpass x
file root/.npmrc registry=https://registry.example.org/\n
file root/.aws/credentials x
file root/.kube/config x
file root/.docker/config.json {}
file app/store.jks x
file app/terraform.tfstate.example x
file app/credentials.py x
file root/.git-credentials x
layer two
whiteout root/.git-credentials
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
for f in root/.ssh/id_rsa root/.pgpass root/.aws/credentials root/.kube/config app/store.jks; do
	finds "by name: $f" rule=file/credential-file "path=/$f" severity=medium confidence=possible
done
finds 'a deleted one counts' rule=file/credential-file path=/root/.git-credentials severity=medium state=deleted
finds 'an empty one is information' rule=file/credential-file path=/root/.ssh/id_ed25519 severity=info
for f in root/.npmrc root/.docker/config.json; do finds "configuration: $f" rule=file/credential-config "path=/$f" severity=low; done
finds 'the password that was read takes its place' not rule=file/credential-file path=/root/.netrc
finds '... and is told' 'rule=secret/*' path=/root/.netrc severity=high
for f in root/.ssh/id_rsa.pub app/credentials.py; do finds "nothing: $f" not "path=/$f"; done

# Code and the user that runs it. Entries of recipes belong to uid 0.
code() {
	printf 'user %s\nlayer one\n' "$1" >"$T/recipe"
	cat >>"$T/recipe" <<'END'
file etc/passwd root:x:0:0:::/bin/sh\napp:x:1001:0::/:/bin/sh\n
file etc/group root:x:0:\nstaff:x:50:\n
mode 664 srv/app.py x
mode 775 srv/run x
mode 644 srv/lib.py x
mode 664 srv/data.csv x
file opt/venv/lib/python3.12/site-packages/p/__init__.py x
END
	mkimage docker24 "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
}
code app
finds 'code that the group of the user may write' rule=file/writable-code path=/srv/app.py severity=low 'msg=*uid 1001*: 2'
finds 'packages without bytecode' rule=file/no-bytecode path=/opt/venv/lib/python3.12/site-packages/p/__init__.py severity=info
for u in app:staff 1001:50 app:50; do
	code "$u"
	finds "it may not write it: $u" not rule=file/writable-code
done
code 1002
finds 'a number without an account has the group of root' rule=file/writable-code 'msg=*uid 1002*'
code root
finds 'of root other rules tell' not rule=file/writable-code
printf '%s\n' 'user 1' 'layer one' 'file usr/lib/python3/dist-packages/p.py x' 'layer two' 'file usr/lib/python3/dist-packages/__pycache__/p.cpython-311.pyc x' >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'bytecode of a later layer will do' not rule=file/no-bytecode

# What a package of the system installed setuid is lowered, what was put in its place is not.
md5=$(printf x | md5sum | cut -d' ' -f1)
cat >"$T/recipe" <<END
user 1
layer one
file var/lib/dpkg/info/tool.md5sums $md5  usr/bin/tool\n$md5  usr/bin/other\n
mode 4755 usr/bin/tool x
mode 4755 usr/bin/other y
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'a package has it setuid' rule=file/setuid path=/usr/bin/tool severity=low
finds 'a changed one is not lowered' rule=file/setuid path=/usr/bin/other severity=medium
finish
