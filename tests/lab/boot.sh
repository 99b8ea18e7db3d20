# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
#
# Sourced by lab: the emulated machine. The guest's side is in guest/.

# The memory is given out as it is touched; a nested guest's is pinned.
memory=2G

# Under emulation, what the kernel does for security or for real hardware's
# sake costs seconds.
kernel_line=(
	console=ttyS0 quiet panic=-1 oops=panic intel_iommu=on
	mitigations=off rcupdate.rcu_expedited=1 nokaslr no_timer_check tsc=reliable random.trust_cpu=on
	printk.devkmsg=on
)

# What the guest has to know goes in files of the logs folder: .plan is read by
# guest/plan.sh, .main tells guest/init what to go on with.
write_plan() {
	local scenario=${1:-} name=${2:-} deadline=${3:-} boot=${4:-1} terminal="" folder=$PWD

	[[ -n $scenario ]] || terminal="$(stty size) $TERM"
	declare -p lab_dir build scenario name deadline boot terminal folder >"$logs/.plan"
	echo "$lab_dir/guest/${systemd:-main}.sh" >"$logs/.main"
}

# The early boot's archive: the cached one, and init as it is in this tree.
write_early_archive() {
	local folder=$kernel_folder/early

	{
		(cd "$folder" && find . | ./bin/busybox cpio -o -H newc)
		(cd "$lab_dir/guest" && echo init | "$folder/bin/busybox" cpio -o -H newc)
	} >"$logs/.early.cpio" 2>/dev/null
}

# Folder $2 of this machine as a file system with the tag $1.
shared_folder() {
	emulator+=(
		-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap${3:+,$3}"
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
	)
}

# Every device sits behind a root port of its own, whose number is its bus.
slot() {
	emulator+=(-device "pcie-root-port,id=slot$1,slot=$1,chassis=$1")
}

# A hub, and not QEMU's user network, which would answer the guests' pings
# itself: both ports on one hub are a cable from em1 to em2.
igb_port() {
	slot "$1"
	emulator+=(
		-netdev "hubport,id=net$1,hubid=0"
		-device "igb,bus=slot$1,netdev=net$1,mac=52:54:00:e$1:00:01,romfile="
	)
}

# A file system for what the machine writes, from one boot to the next.
make_disk() {
	rm -f "$logs/.disk"
	truncate -s 1G "$logs/.disk"
	from_tree mke2fs -q -F -t ext4 "$logs/.disk" || die "cannot make a disk"
}

disk() {
	emulator+=(
		-drive "id=disk,if=none,format=raw,cache=unsafe,file=$logs/.disk"
		-device virtio-blk-pci,drive=disk
	)
}

# $1 is the first part of the names of its logs. QEMU 10's virtual GIF lets an interrupt in
# just after a nested guest was left, before KVM has the kernel's own registers back: the
# kernel panics, with every tenth guest or so.
describe_machine() {
	local tree_command

	find_in_tree qemu-system-x86_64
	emulator=(
		"${tree_command[@]}" -nodefaults -no-user-config -no-reboot -display none
		-L "$tree/usr/share/qemu" -L "$tree/usr/share/seabios"
		-machine q35,kernel-irqchip=split,usb=off,sata=off,smbus=off,vmport=off,hpet=off
		-accel tcg,thread=multi -cpu max,-vgif -smp 2 -m "$memory"
		-device intel-iommu,intremap=on
		-kernel "$kernel_folder/image" -initrd "$logs/.early.cpio"
		-append "${kernel_line[*]}${systemd:+ lab=systemd systemd.condition-needs-update=0}${extra:+ lab=extra}"
		-chardev "file,id=serial,append=on,path=$logs/$1.serial" -serial chardev:serial
	)
	shared_folder machine / readonly=on
	shared_folder tree "$tree" readonly=on
	shared_folder kernel "$kernel_folder/layer" readonly=on
	[[ -z ${extra:-} ]] || shared_folder extra "$extra" readonly=on
	shared_folder logs "$logs"
	igb_port 1
	igb_port 2
	slot 3
	emulator+=(
		-device nvme-subsys,id=nvme
		-device nvme,bus=slot3,serial=vfs,subsys=nvme,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=8
	)
	slot 4
	truncate -s 0 "$logs/.drive"
	truncate -s 16M "$logs/.drive"
	emulator+=(
		-drive "id=drive,if=none,format=raw,cache=unsafe,file=$logs/.drive"
		-device nvme,bus=slot4,serial=plain,drive=drive
	)
	slot 5
	emulator+=(-device e1000e,bus=slot5,mac=52:54:00:e3:00:01,romfile=)
	emulator+=(-object "filter-dump,id=witness,netdev=net1,file=$logs/$1.pcap")
	[[ -z $systemd ]] || disk
}

# Ends what runs in the background.
stop_guest() {
	local pid

	for pid in ${guest:-} ${follower:-}; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" || true
	done
	guest="" follower=""
}

# Shows what comes in file $1 after its first $2 bytes until the guest is gone.
follow() {
	tail -c "+$(($2 + 1))" -s 0.2 --pid "$guest" -f "$1" &
	follower=$!
}

# Prints how long a machine for a scenario of $1 seconds may run: a slow machine
# takes its time to boot, and the caller's limit is for all scenarios together.
limit_for() {
	local limit=$(($1 + 60)) left

	if [[ -n $timeout ]]; then
		left=$((timeout - SECONDS))
		((left > 0)) || left=1
		((left > limit)) || limit=$left
	fi
	echo "$limit"
}

start_guest() {
	timeout -k 5 "$2" "${emulator[@]}" </dev/null >"$logs/$1.emulator" 2>&1 &
	guest=$!
}

# On a busy machine an emulated processor once in a while loses its timer: nothing that
# runs in the machine can do that, so the machine is started again.
lost_timer() {
	grep -q 'Possible timer handling issue' "$logs/$1.serial" 2>/dev/null
}

# Nor can it make an assertion of the emulator's fail (iotlb_to_section() of QEMU 10).
has_aborted() {
	[[ ! -e $logs/$1.status ]] && grep -q 'Assertion .* failed' "$logs/$1.emulator"
}

# Nor is QEMU's emulation of nested guests to be trusted: the server's kernel comes upon
# memory and registers that are not its own, in places that have nothing in common, once
# in some twenty guests. What a scenario itself does to the kernel it does at every try.
has_crashed() {
	local said

	[[ -n $nested && ! -e $logs/$1.status ]] || return 1
	said=$(grep -m 1 -oE '(BUG: |Oops: |Kernel panic).*' "$logs/$1.serial") || return 1
	say "the server's kernel, with a guest: ${said%$'\r'}"
	cp "$logs/$1.serial" "$logs/$1.crashed"
}

# Whether the guest got as far as its scenario.
has_begun() {
	local deadline=$((SECONDS + 60))

	[[ -z $systemd ]] || deadline=$((deadline + 60))
	until [[ -e $logs/$1.begun ]]; do
		((SECONDS < deadline)) || return 1
		kill -0 "$guest" 2>/dev/null || return 0
		sleep 0.1
	done
}

# Waits for the guest's end. Fails when it had to be ended without its timer, or was by
# the emulator's faults.
await_guest() {
	while kill -0 "$guest" 2>/dev/null; do
		if [[ ! -e $logs/$1.status ]] && lost_timer "$1"; then
			stop_guest
			return 1
		fi
		sleep 0.2
	done
	wait "$guest" || true
	guest=""
	[[ -z $live ]] || wait "$follower" || true
	follower=""
	! has_aborted "$1" && ! has_crashed "$1"
}

# One start of the machine that describe_machine was called for.
start_once() {
	local before

	before=$(stat -c %s "$logs/$1.log")
	rm -f "$logs/$1".{begun,status,again}
	start_guest "$1" "$(limit_for "$2")"
	if ! has_begun "$1"; then
		stop_guest
		return 1
	fi
	[[ -z $live ]] || follow "$logs/$1.log" "$before"
	await_guest "$1"
}

# Starts the machine for the arguments of boot_for, and again as long as the scenario
# asks for it.
start_all() {
	local boot=0

	rm -f "$logs/$2.serial"
	: >"$logs/$2.log"
	[[ -z $systemd ]] || make_disk
	until ((boot)) && [[ ! -e $logs/$2.again ]]; do
		boot=$((boot + 1))
		write_plan "$@" "$boot"
		start_once "$2" "$3" || return 1
	done
}

# Boots the machine for scenario $1, named $2, of at most $3 seconds. Sets status
# to the scenario's, or to "none" when it did not come to its end.
boot_for() {
	local tries=3 systemd extra nested=""

	systemd=$(init_of "$1")
	! grep -q 'nested\.sh' "$1" || nested=yes
	extra=$(extra_of "$1")
	write_early_archive
	describe_machine "$2"
	until start_all "$@" || ((--tries == 0)); do
		say "the emulator has failed; starting the machine again"
	done
	status=none
	[[ ! -e $logs/$2.status ]] || status=$(<"$logs/$2.status")
	rm -f "$logs/$2.begun" "$logs/.disk" "$logs/.drive"
}

boot_shell() {
	local systemd=""

	rm -f "$logs/shell.serial"
	write_plan
	write_early_archive
	describe_machine shell
	"${emulator[@]}" -chardev stdio,id=terminal,signal=off \
		-device virtio-serial-pci -device virtconsole,chardev=terminal \
		2>"$logs/shell.emulator"
}
