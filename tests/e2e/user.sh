#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every form of USER, judged by the image's own final accounts.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

PASSWD='root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\napp:x:1001:1001::/:/bin/sh\n007:x:0:0::/:/bin/sh\n'
GROUP='root:x:0:\nstaff:x:50:\n'

# user CLAIM WORD [expect arguments]: an image with that user.
user() {
	claim=$1 word=$2
	shift 2
	{
		[ "$word" = - ] || printf '%s\n' "user $word"
		printf '%s\n' 'layer ADD rootfs'
		printf '%s\n' "file etc/passwd $PASSWD"
		printf '%s\n' "file etc/group $GROUP"
	} >"$T/recipe"
	mkimage docker24 "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
	finds "$claim" "$@"
}

root='rule=config/user-root severity=high'
for word in - root 0 00 0:0 root:x root:root 0:1001 000:50 toor; do
	# shellcheck disable=SC2086
	user "root by '$word'" "$word" $root
	[ "$word" = - ] || [ $rc = 1 ] || not_ok "root by '$word' fails the audit: $rc"
done
user 'another number is not root' 1001 not rule=config/user-root
user 'a number and a group' 1001:50 not rule=config/user-root
user 'a number that no account has' 4711 not rule=config/user-unresolved
user 'a name with a number' app not rule=config/user-root
user 'a name is not numeric' app rule=config/user-not-numeric severity=info
user 'a number is numeric' 1001:1001 not rule=config/user-not-numeric
user 'a name that the image lacks' nobody rule=config/user-unresolved
user 'a group that the image lacks' app:nogroup rule=config/user-unresolved
user 'a group of the image' app:staff not rule=config/user-unresolved

# Accounts of Windows are in its registry: names count.
windows() {
	claim=$1 word=$2
	shift 2
	{
		echo 'platform windows/amd64'
		[ "$word" = - ] || printf '%s\n' "user $word"
		printf '%s\n' 'layer Apply image' 'dir Files/Windows'
	} >"$T/recipe"
	mkimage docker24 "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
	finds "$claim" "$@"
}
for word in - ContainerAdministrator containeradministrator 'NT AUTHORITY\SYSTEM'; do
	# shellcheck disable=SC2086
	windows "all rights on Windows by '$word'" "$word" $root
done
windows 'an account without rights on Windows' ContainerUser not 'rule=config/user-*'
windows 'an account of a domain' 'CORP\svc' not 'rule=config/user-*'

# The final accounts count, also through links.
image 'a later passwd counts' rule=config/user-root <<'END'
user app
layer one
file etc/passwd app:x:1001:1001::/:/bin/sh\n
layer two
file etc/passwd app:x:0:0::/:/bin/sh\n
END
image 'an earlier one does not' not rule=config/user-root <<'END'
user app
layer one
file etc/passwd app:x:0:0::/:/bin/sh\n
layer two
file etc/passwd app:x:1001:1001::/:/bin/sh\n
END
image 'a deleted one does not' rule=config/user-unresolved <<'END'
user app
layer one
file etc/passwd app:x:1001:1001::/:/bin/sh\n
layer two
whiteout etc/passwd
END
image 'no passwd at all' rule=config/user-unresolved <<'END'
user app
layer one
file etc/other 1
END
image 'through a link' rule=config/user-root <<'END'
user app
layer one
file usr/etc/passwd app:x:0:0::/:/bin/sh\n
link etc usr/etc
END
image 'through an absolute link' rule=config/user-root <<'END'
user app
layer one
file private/passwd app:x:0:0::/:/bin/sh\n
link etc/passwd /private/passwd
END
image 'through a hard link' rule=config/user-root <<'END'
user app
layer one
file private/passwd app:x:0:0::/:/bin/sh\n
hard etc/passwd private/passwd
END
image 'a layer of nothing and an image of no layer' rule=config/user-root <<'END'
layer one
END
finish
