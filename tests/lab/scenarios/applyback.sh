#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# apply goes back, or comes to the same end in a second run: a change that nobody
# confirms, an interrupt, a kill; cards that are missing or have another name.

# lab: deadline 600
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"
# shellcheck source=../wanted.sh
. "$LAB_DIR/wanted.sh"

# A background process of a script has SIGINT ignored, and no standard input.
in_background() {
	env --default-signal=INT "$@" <&0 >"$scratch/background" 2>&1 &
	worker=$!
}

ends_with() {
	local code=0

	wait "$worker" || code=$?
	same "$1" "$2" "$code"
}

is_cold() {
	[[ $(facts) == "$cold" ]]
}

# unless confirmed
# shellcheck disable=SC2119 # no settings besides
configure
cold=$(facts)
mkfifo "$scratch/keys"
exec {keys}<>"$scratch/keys"
expect 1 takes 5000 90000 sriovctl apply --confirm 5 <&-
err_has "nobody said that the change may stay; it was put back"
check "without an answer the host is cold again" is_cold
same "nothing is left behind" "" "$(leftovers)"
in_background script --quiet --return --command "sriovctl apply --confirm 3" /dev/null \
	<"$scratch/keys"
ends_with "a terminal where nobody types is no answer" 1
check "the question was there" grep -q "Keep this" "$scratch/background"
check "the host is cold again" is_cold
in_background script --quiet --return --command "sriovctl apply --confirm 20" /dev/null \
	<"$scratch/keys"
check "the question comes" wait_for 60 grep -q "Keep this" "$scratch/background"
kill -KILL "$worker"
wait "$worker" || true
check "when the terminal goes away the change goes back" wait_for 120 is_cold
in_background sriovctl apply --confirm 60 <"$scratch/keys"
check "the question comes" wait_for 60 grep -q "Keep this" "$scratch/background"
printf y >&"$keys"
ends_with "the first letter is the answer" 0
is_wanted "with a y it stays"
expect 0 takes 0 10000 sriovctl apply --confirm 60 <"$scratch/keys"
out_is unchanged
go_cold
in_background sriovctl apply --confirm 60 <"$scratch/keys"
check "the question comes" wait_for 60 grep -q "Keep this" "$scratch/background"
kill -INT "$worker"
ends_with "an interrupt there exits 130" 130
check "the host is cold again" is_cold

# interrupted, with em1 down: its rates wait for carrier
sed '0,/link: up/{/link: up/d}' $file >"$scratch/down.yaml"
in_background sriovctl -v apply -f "$scratch/down.yaml"
check "apply waits for carrier" wait_for 60 grep -q carrier "$scratch/background"
kill -INT "$worker"
ends_with "an interrupt in the middle exits 130" 130
check "it says so" grep -q interrupted "$scratch/background"
check "and what was put back" grep -q "put back" "$scratch/background"
same "VFs that were made stay, without settings, with the kernel's driver" \
	$'      7 0000:01:00.0 igbvf\n      4 0000:02:00.0 igbvf' \
	"$(facts | grep -E 'igbvf|vfio|true,true|,100,|true\]')"
same "there are those of the NVMe controller, too" 2 "$(vfs_by_files nvme0)"
same "nothing is left behind" "" "$(leftovers)"

# killed
for moment in "making 7 VFs" "waiting for carrier" "binding to default"; do
	go_cold
	[[ $moment != binding* ]] || ip link set em1 up
	in_background sriovctl -v apply -f "$scratch/down.yaml"
	check "apply is $moment" wait_for 60 grep -q "$moment" "$scratch/background"
	kill -KILL "$worker"
	ends_with "it is killed" 137
	expect 0 sriovctl apply --yes
	is_wanted "killed while $moment, the same command again makes it so"
	same "nothing is left behind" "" "$(leftovers)"
done

# a card that is not there, and one under another name
go_cold
ip link set em1 name eth7
sed '/pci: 0000:01/d' $file >"$scratch/by-name.yaml"
expect 8 sriovctl apply -f "$scratch/by-name.yaml"
err_has "there is no PF 'em1'"
expect 7 sriovctl apply --boot --timeout 20 -f "$scratch/by-name.yaml"
err_has "em1: was waited for"
same "the others were done" "0 4 2" \
	"$(vfs_by_files em1) $(vfs_by_files em2) $(vfs_by_files nvme0)"
expect 0 sriovctl apply --boot
err_has "$file:3:9: warning: the PF at 0000:01:00.0 is called eth7 now, not em1"
ip link set eth7 down
ip link set eth7 name em1
ip link set em1 up
is_wanted "by its address the card is known under another name"
end
