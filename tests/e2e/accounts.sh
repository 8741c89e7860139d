#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The accounts of the final root, and programs with capabilities.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
user 1001
layer base
file etc/passwd root:x:0:0:root:/root:/bin/sh\ndaemon:*:1:1::/:/usr/sbin/nologin\napp:x:1001:1001::/:/bin/sh\n
file etc/shadow root:*:1:0:99999:7:::\ndaemon:*:1:0:99999:7:::\napp:!:1:0:99999:7:::\n
file etc/group root:x:0:\napp:x:1001:\n
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'good accounts are nothing' not 'rule=account/*'
status 'a good image passes' 0

cat >"$T/recipe" <<'END'
user 1001
layer base
file etc/passwd root::0:0:root:/root:/bin/sh\n
file etc/shadow root:*:1:0:99999:7:::\n
file etc/group root:x:0:\n
layer bad accounts
file etc/passwd root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\none:x:7:7::/:/bin/sh\ntwo:x:7:8::/:/bin/sh\nopen::9:9::/:/bin/sh\nbroken:line\n\xff\xfe\n
file usr/share/accounts/shadow root::1:0:99999:7:::\none:abccccccccccc:1:0:99999:7:::\ntwo:\x241\x24salt\x24dddddddddddddddddddddd:1:0:99999:7:::\nshort\n
link etc/shadow ../usr/share/accounts/shadow
file etc/group root:x:0:\na:x:5:\nb:x:5:\n
file srv/passwd root::0:0:root:/root:/bin/sh\n
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'an empty field of passwd' rule=account/empty-password path=/etc/passwd severity=medium layer=1 'msg=*: open'
finds 'an empty field of root in shadow, through a link' rule=account/empty-password path=/usr/share/accounts/shadow severity=high 'msg=*: root'
finds 'only the final files count' n=2 rule=account/empty-password
finds 'weak hashes' rule=account/weak-hash path=/usr/share/accounts/shadow severity=medium 'msg=*: one, two'
finds 'a second root' rule=account/extra-root path=/etc/passwd severity=medium 'msg=*: toor'
finds 'a uid twice' rule=account/duplicate-uid path=/etc/passwd severity=medium 'msg=*: one, two'
finds 'a gid twice' rule=account/duplicate-gid path=/etc/group severity=low 'msg=*: a, b'
finds 'broken lines of passwd' rule=account/broken-line path=/etc/passwd severity=info 'msg=2 lines*line 6'
finds 'broken lines of shadow' rule=account/broken-line path=/usr/share/accounts/shadow 'msg=1 lines*line 4'
status 'root without a password fails the audit' 1

cat >"$T/recipe" <<'END'
user 1001
layer base
xattr security.capability usr/bin/ping \x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability usr/bin/newuidmap \x01\x00\x00\x02\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability usr/bin/newgidmap \x01\x00\x00\x02\xc0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability opt/admin \x01\x00\x00\x02\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability opt/kill \x01\x00\x00\x02\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability opt/gone \x01\x00\x00\x02\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
xattr security.capability opt/odd \x01\x00
xattr user.capability opt/none \x01\x00\x00\x02\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
layer later
whiteout opt/gone
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'a raw socket is information' rule=file/capabilities path=/usr/bin/ping severity=info 'msg=*cap_net_raw'
finds 'what shadow gives its helpers is information' rule=file/capabilities path=/usr/bin/newuidmap severity=info 'msg=*cap_setuid'
finds 'a helper with more is none' rule=file/capabilities path=/usr/bin/newgidmap severity=high 'msg=*cap_setuid'
finds 'the mighty one is high' rule=file/capabilities path=/opt/admin severity=high 'msg=*cap_sys_admin'
finds 'others are medium' rule=file/capabilities path=/opt/kill severity=medium 'msg=*cap_kill'
finds 'a value that is none' rule=file/capabilities path=/opt/odd severity=low
finds 'what is gone does not run' not path=/opt/gone
finds 'another attribute is another thing' not path=/opt/none
finish
