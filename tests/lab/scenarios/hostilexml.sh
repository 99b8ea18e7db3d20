#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# XML that names files and hosts: what it names is touched by none that read a domain.

# lab: deadline 240
. "$LAB_DIR/inside.sh"

expect 0 sriovctl enable em1 1
document() {
	printf '%s\n' "$2" >"$1.xml"
}
document 1 '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><domain><devices>&b;</devices></domain>'
document 2 '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><domain><devices/></domain>'
document 3 '<!DOCTYPE a [<!ENTITY % b SYSTEM "/etc/hostname"> %b;]><domain><devices/></domain>'
document 4 '<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0//EN" "/etc/hostname"><domain><devices/></domain>'
document 5 '<domain><uuid/><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/><devices/></domain>'
cat >read-all <<-'EOF'
	for document in *.xml; do
		sriovctl xml "$@" <"$document" >>printed 2>/dev/null
		echo $?
	done
EOF

# The exit status of each, all of them watched.
traced() {
	rm -f printed
	LSAN_OPTIONS=detect_leaks=0 ASAN_OPTIONS=detect_leaks=0 strace -f --seccomp-bpf \
		-o trace -e trace=%file,%network bash read-all "$@" | xargs
}
for words in "add em1/0" "remove --all" "check"; do
	# shellcheck disable=SC2086 # words
	same "xml $words takes none with a DOCTYPE" "8 8 8 8 0" "$(traced $words)"
	check_not "it says nothing on stdout of those" grep -q DOCTYPE printed
	check "they were seen" grep -q "execve.*\"xml\"" trace
	check_not "nothing was touched that they name" \
		grep -E "/etc/hostname|/etc/xml|catalog|a\.dtd|AF_INET" trace
done

# Who forgets the pipe is told what is waited for.
typed() {
	printf "<domain><devices/></domain>\n\004" | script -qec "sriovctl xml check" /dev/null
}
expect 0 typed
out_has "reading XML from the terminal"
end
