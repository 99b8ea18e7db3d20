#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Attribute files that no kernel should have, and outputs that take nothing.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

numbers=(vendor device class numa_node sriov_totalvfs sriov_numvfs sriov_offset
	sriov_stride sriov_vf_device enable net/em1/ifindex net/em1/flags net/em1/carrier
	net/em1/addr_assign_type)

# A function's folder, as far as sriovctl reads it: $1 its address, $2 its driver.
make_function() {
	local folder=$root/sys/bus/pci/devices/$1

	mkdir -p "$folder"
	echo 0x8086 >"$folder/vendor"
	echo 0x10c9 >"$folder/device"
	echo 0x020000 >"$folder/class"
	echo -1 >"$folder/numa_node"
	echo 1 >"$folder/enable"
	echo "pci:v00008086d000010C9sv*" >"$folder/modalias"
	head -c 4096 /dev/zero >"$folder/config"
	ln -s "../../../bus/pci/drivers/$2" "$folder/driver"
	ln -s ../../../kernel/iommu_groups/7 "$folder/iommu_group"
}

make_netdev() {
	local folder=$root/sys/bus/pci/devices/$1/net/$2

	mkdir -p "$folder" "$root/sys/class/net"
	echo "$3" >"$folder/ifindex"
	echo 0x1003 >"$folder/flags"
	echo 52:54:00:00:00:01 >"$folder/address"
	echo 0 >"$folder/addr_assign_type"
	echo 1 >"$folder/carrier"
	ln -s "../../bus/pci/devices/$1/net/$2" "$root/sys/class/net/$2"
}

# A new tree of one port with two VFs.
make_tree() {
	local folder i

	root=$scratch/tree
	rm -rf "$root"
	folder=$root/sys/bus/pci/devices/0000:01:00.0
	make_function 0000:01:00.0 igb
	make_netdev 0000:01:00.0 em1 2
	echo 7 >"$folder/sriov_totalvfs"
	echo 2 >"$folder/sriov_numvfs"
	echo 128 >"$folder/sriov_offset"
	echo 2 >"$folder/sriov_stride"
	echo 10ca >"$folder/sriov_vf_device"
	echo 1 >"$folder/sriov_drivers_autoprobe"
	for i in 0 2; do
		make_function "0000:01:10.$i" igbvf
		ln -s ../0000:01:00.0 "$root/sys/bus/pci/devices/0000:01:10.$i/physfn"
		ln -s "../0000:01:10.$i" "$folder/virtfn$((i / 2))"
	done
	mkdir -p "$root"/{proc,run,etc}
}

# Every number of the port has what the command prints, or is gone without one.
spoil() {
	local file

	make_tree
	for file in "${numbers[@]}"; do
		file=$root/sys/bus/pci/devices/0000:01:00.0/$file
		rm "$file"
		(($#)) && "$@" >"$file"
	done
	return 0
}

# No look at the tree ends otherwise than with 0 or 1; sanitizers end with 98.
looks_survive() {
	local words status

	for words in list "list em1" "--json list" "show em1" "show 0000:01:00.0" \
		"show 0000:01:10.0" "--json show all" "--dry-run enable 0000:01:00.0 5" \
		"--dry-run disable all" "--dry-run bind 0000:01:10.0"; do
		status=0
		# shellcheck disable=SC2086 # words
		timeout 20 sriovctl --root "$root" $words >"$scratch/look" 2>&1 || status=$?
		[[ " $1 " == *" $status "* ]] && continue
		echo "$words: $status"
		cat "$scratch/look"
		return 1
	done
}

full() {
	"$@" >/dev/full
}

closed() {
	"$@" >&-
}

all_closed() {
	"$@" <&- >&- 2>&-
}

# Writes into a pipe that has lost its reader.
broken() {
	local pipe code=0

	exec {pipe}> >(:)
	wait "$!"
	"$@" >&"$pipe" || code=$?
	exec {pipe}>&-
	return "$code"
}

make_tree
expect 0 sriovctl --root "$root" list
out_has "2/7"
expect 0 sriovctl --root "$root" --json list
out_json '.pfs[0]|[.pf,.vfs,.limits.driver,.carrier]' '["em1",2,7,true]'
check "a sound tree can be looked at" looks_survive 0
expect 2 sriovctl --root "$root" enable em1 3
err_has --dry-run
same "a tree is not written to" 2 "$(<"$root/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs")"

spoil
check "so can one without its files" looks_survive "0 1 5"
spoil true
check "with empty files" looks_survive "0 1 3 5"
expect 0 sriovctl --root "$root" list
out_has "2/?"
err_has "cannot read sriov_totalvfs"
expect 0 sriovctl --root "$root" --json list
out_json '.pfs[0]|[.vfs,.limits.driver]' '[2,null]'
expect 1 sriovctl --root "$root" -n enable 0000:01:00.0 3
err_has "cannot read sriov_totalvfs"
spoil echo seven
check "with words for numbers" looks_survive "0 1 3 5"
spoil echo -7
check "with negative numbers" looks_survive "0 1 3 5"
spoil echo 99999999999999999999999
check "with numbers beyond 64 bits" looks_survive "0 1 3 5"
spoil printf '7\0\377\n'
check "with bytes that are no text" looks_survive "0 1 3 5"
spoil head -c 1000000 /dev/zero
check "with a million zeros" looks_survive "0 1 3 5"
expect 0 sriovctl --root "$root" list
out_has "2/?"
spoil seq 200000
check "with a million digits" looks_survive "0 1 3 5"

make_tree
port=$root/sys/bus/pci/devices/0000:01:00.0
ln -s ../0000:77:00.0 "$port/virtfn2"
ln -s nowhere "$port/virtfn3"
ln -s ../0000:01:10.0 "$port/virtfn99999999999999999999"
ln -s ../0000:01:10.0 "$port/virtfn-1"
ln -s ../0000:01:10.0 "$port/virtfn4x"
ln -s virtfn5 "$port/virtfn5"
rm "$port/driver" "$port/iommu_group"
ln -s "$(printf 'x%0300d' 0)" "$port/driver"
ln -s ../x/-7 "$port/iommu_group"
mkdir -p "$port/net/$(printf 'x%0200d' 0)" "$root/sys/bus/pci/devices/nonsense"
touch "$root/sys/bus/pci/devices/0000:09:00.0"
mkdir "$root/sys/bus/pci/devices/0000:0a:00.0"
mkdir "$root/sys/bus/pci/devices/0000:0a:00.0/sriov_totalvfs"
check "links that lead nowhere do no harm" looks_survive "0 1 3 5"
rm -rf "$root/sys/bus/pci/devices"
expect 0 sriovctl --root "$root" list
rm -rf "$root/sys"
expect 5 sriovctl --root "$root" list
expect 5 sriovctl --root "$scratch/none" list

expect 1 full sriovctl list
err_has "No space left"
expect 1 full sriovctl --json list
expect 1 full sriovctl help
expect 1 closed sriovctl list
expect 1 all_closed sriovctl list
expect 0 broken sriovctl list
same "a pipe without a reader needs no word" "" "$err"
expect 1 full sriovctl enable em1 2
err_has "cannot write to standard output"
err_lacks Success
same "the VFs are made though nobody can be told" 2 "$(vfs_by_files em1)"
expect 0 broken sriovctl vf set em1/0 vlan 100
same "of that no word either" "" "$err"
same "so is a VLAN" 100 "$(vf_says em1 0 '.vlan_list[0].vlan')"
expect 1 all_closed sriovctl vf set em1/1 vlan 200
same "with everything closed too" 200 "$(vf_says em1 1 '.vlan_list[0].vlan')"
check "the lock's file holds nothing but a number" \
	grep -qxE '[0-9]+' /run/sriovctl/lock/pci-0000:01:00.0
same "in one line" 1 "$(wc -l </run/sriovctl/lock/pci-0000:01:00.0)"
expect 0 sriovctl list
end
end
