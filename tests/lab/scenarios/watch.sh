#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What happens to VFs is told while it happens, and what they send and receive is counted.

# lab: deadline 500
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# The lines so far, without their times, and one blank between words.
lines() {
	sed -E 's/^[^ ]+ +//; s/ +/ /g' watched
}

# A line that is the pattern $1.
told() {
	check "\"$1\" is told" wait_for 60 told_already "$1"
}

told_already() {
	lines | grep -qxE -- "$1"
}

# What a value was before is what it was told to have become; a VF that appears has none.
hangs_together() {
	lines | awk '
		$2 == "appeared" { for (key in last) if (index(key, $1 " ") == 1) delete last[key] }
		$2 == "bound" || $2 == "unbound" { tell($1 " driver", $3, $5) }
		$2 == "changed" { tell($1 " " $3, $4, $6) }
		function tell(key, from, to) {
			told++
			if (from == to || (key in last && last[key] != from)) {
				print key ": " from " to " to " after " last[key]
				wrong = 1
			}
			last[key] = to
		}
		END { exit wrong || !told }'
}

watch() {
	: >watched
	sriovctl watch "$@" >watched 2>watched.err &
	watching=$!
	wait_for 20 listens
}

# It has looked for the first time when it waits, with both of its sockets.
listens() {
	[[ $(cat "/proc/$watching/wchan") == *poll* ]]
}

# $1: the status that it ends with.
ends() {
	local code=0

	wait "$watching" || code=$?
	same "watch ends with $1" "$1" "$code"
}

raise em1
raise em2
watch
expect 0 sriovctl enable em1 2
told "em1/0 appeared 0000:01:10.0"
told "em1/1 appeared 0000:01:10.2"
told "em1/0 bound none → igbvf"
netdev=$(vf_netdev em1 1)
told "em1/1 changed netdev none → $netdev"
# em1 has no carrier for a moment, and nothing is sent before it has
wait_for 20 carrier em1
expect 0 sriovctl vf set em1/0 vlan 100
told "em1/0 changed vlan 0 → 100"
expect 0 sriovctl vf set em1/0 mac 52:54:00:a1:00:00 trust on
told "em1/0 changed trust off → on"
check "the MAC too" grep -q "em1/0 .* → 52:54:00:a1:00:00" watched
expect 0 sriovctl bind em1/0
# a look may fall between the two drivers
told "em1/0 bound (igbvf|none) → vfio-pci"
hold em1 0
told "em1/0 used process holder .pid $holder."
holder_was=$holder
let_go
told "em1/0 released process holder .pid $holder_was."
ip netns add red
ip link set "$netdev" netns red
told "em1/1 changed netdev $netdev → none"
told "em1/1 used namespace red"

# Too few descriptors: it does not see, says so once, and has missed nothing afterwards.
limit=$(prlimit --pid "$watching" --nofile --noheadings --output SOFT,HARD)
prlimit --pid "$watching" --nofile="4:${limit##* }"
check "it says that it cannot look" wait_for 20 grep -q "Too many open files" watched.err
expect 0 sriovctl --yes vf set em1/0 trust off
prlimit --pid "$watching" --nofile="${limit%% *}:${limit##* }"
told "em1/0 changed trust on → off"
same "it was said once" 1 "$(grep -c "Too many open files" watched.err)"

# More events than the kernel keeps for it, among them the VFs' end.
kill -STOP "$watching"
expect 0 sriovctl --force disable em1
{
	for ((i = 0; i < 150; i++)); do
		printf 'link add name dummy%d type dummy\nlink delete dummy%d\n' $i $i
	done
} | ip -batch -
kill -CONT "$watching"
told "em1/0 disappeared 0000:01:10.0"
told "em1/1 released namespace red"
told "em1/1 disappeared 0000:01:10.2"
check "it says that events were lost" grep -q "events were lost" watched.err
ip link set em1 down
told "em1 changed link up → down"
kill -INT "$watching"
ends 0
check "one line follows from the other" hangs_together
check_not "nothing is told of the other port" grep -q em2 watched
raise em1

# For a program, of one port, until it is terminated.
watch --json em2
expect 0 sriovctl enable em2 1
check "a line is an object" wait_for 20 jq -es \
	'any(.[]; .object == "em2/0" and .event == "bound" and .from == "none" and .to == "igbvf")' watched
same "each has the same members" 1 "$(jq -c keys watched | sort -u | wc -l)"
same "the time is UTC" true "$(jq -s 'all(.[]; .time | test("^2[-0-9]+T[0-9:]+\\.[0-9]{3}Z$"))' watched)"
kill -TERM "$watching"
ends 0

# Without root.
as_nobody sriovctl watch em2 >watched 2>watched.err &
shell=$!
wait_for 20 pgrep -u nobody -x sriovctl
watching=$(pgrep -u nobody -x sriovctl)
wait_for 20 listens
expect 0 sriovctl bind em2/0
told "em2/0 bound (igbvf|none) → vfio-pci"
hold em2 0
told "em2/0 used [?]"
let_go
told "em2/0 released [?]"
kill -INT "$watching"
watching=$shell
ends 0
expect 0 sriovctl unbind em2/0

# Nobody reads any more, and nothing happens.
unread() {
	sriovctl watch | true
	return "${PIPESTATUS[0]}"
}
expect 0 unread
mkdir -p tree/sys
expect 2 sriovctl --root tree watch
err_has "nothing happens in a captured tree"

# Traffic between two VFs, one of which is in a namespace of its own.  igb counts nothing
# for its VFs, so it is the VF's interface that does.
expect 0 sriovctl enable em1 1
left=$(vf_netdev em1 0)
check "em2/0 goes into a namespace" into_namespace em2 0 blue 192.0.2.2/24
ip address add 192.0.2.1/24 dev "$left"
ip link set "$left" up
wait_for 20 carrier "$left"
counted() {
	sriovctl stats em1/0 --no-headings -o "$1"
}
has_received() {
	(($(counted rx_packets) >= before + $1))
}
before=$(counted rx_packets)
check "they reach one another" ping -q -c 5 -i 0.2 -I "$left" 192.0.2.2
check "what came is counted" wait_for 10 has_received 5
same "by the VF's interface" netdev "$(counted source)"
sent() {
	cat "/sys/class/net/$left/statistics/tx_bytes"
}
as_the_interface_says() {
	local low found

	low=$(sent)
	found=$(counted tx_bytes)
	((found >= low && found <= $(sent)))
}
check "as the interface says" as_the_interface_says
expect 0 sriovctl --json stats em1 em2
out_json '[.vfs[]|[.pf,.vf,.source,(.rx_packets|type)]]' \
	'[["em1",0,"netdev","number"],["em2",0,null,"null"]]'
expect 0 sriovctl stats --prometheus
check "the sample is there" grep -qE \
	"^sriovctl_vf_receive_packets_total\{pf=\"em1\",vf=\"0\",pci=\"0000:01:10.0\",source=\"netdev\"\} [0-9]+$" \
	<<<"$out"
out_lacks em2
expect 3 sriovctl stats 0000:03:00.0

# Rates; the VF goes and comes back meanwhile.
sriovctl --json stats --watch 1 em1 >rates &
watching=$!
ping -q -i 0.2 -c 20 -I "$left" 192.0.2.2 >/dev/null
check "what comes a second is told" wait_for 10 jq -es \
	'any(.[]; .seconds >= 1 and .vfs[0].rates.rx_packets > 0)' rates
expect 0 sriovctl --force disable em1
check "a VF that is gone is left out" wait_for 10 jq -es 'any(.[]; .vfs == [])' rates
expect 0 sriovctl enable em1 1
check "a new one has no rate at first" wait_for 20 jq -es \
	'any(.[]; .vfs[0].source == "netdev" and .vfs[0].rates.rx_packets == null)' rates
kill -INT "$watching"
ends 0
check "every line is an object" jq -es 'all(.[]; .version == 1)' rates
end
