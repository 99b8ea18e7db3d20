# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2054
#
# Sourced by lab: the emulated machine. The guest's side is in guest/.

# The memory is given out as it is touched; a nested guest's is pinned.
memory=2G

# Under emulation, what the kernel does for security or for real hardware's
# sake costs seconds.
kernel_line=(
	console=ttyS0 quiet panic=-1 intel_iommu=on
	mitigations=off nokaslr no_timer_check tsc=reliable random.trust_cpu=on
	printk.devkmsg=on
)

# What the guest has to know goes in files of the logs folder: .plan is read by
# guest/main.sh, .main tells guest/init where that is.
write_plan() {
	local mode=$1 deadlines=() scenario terminal=""
	shift
	local scenarios=("$@")

	for scenario in "$@"; do
		deadlines+=("$(deadline_of "$scenario")")
	done
	[[ $mode != shell ]] || terminal="$(stty size) $TERM"
	declare -p mode lab_dir build scenarios deadlines terminal >"$logs/.plan"
	echo "$lab_dir/guest/main.sh" >"$logs/.main"
}

# The early boot's archive: the cached one, and init as it is in this tree.
write_early_archive() {
	local folder=$cache/kernel-$kernel/early

	{
		(cd "$folder" && find . | ./bin/busybox cpio -o -H newc)
		(cd "$lab_dir/guest" && echo init | "$folder/bin/busybox" cpio -o -H newc)
	} >"$logs/early.cpio" 2>/dev/null
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

describe_machine() {
	local tree_command

	find_in_tree qemu-system-x86_64
	emulator=(
		"${tree_command[@]}" -nodefaults -no-user-config -no-reboot -display none
		-L "$tree/usr/share/qemu" -L "$tree/usr/share/seabios"
		-machine q35,kernel-irqchip=split,usb=off,sata=off,smbus=off,vmport=off,hpet=off
		-accel tcg,thread=multi -cpu max -smp 2 -m "$memory"
		-device intel-iommu,intremap=on
		-kernel "$cache/kernel-$kernel/image" -initrd "$logs/early.cpio"
		-append "${kernel_line[*]}"
		-chardev "file,id=serial,path=$logs/serial.log,append=on" -serial chardev:serial
	)
	shared_folder machine / readonly=on
	shared_folder tree "$tree" readonly=on
	shared_folder kernel "$cache/kernel-$kernel" readonly=on
	shared_folder logs "$logs"
	igb_port 1
	igb_port 2
	slot 3
	emulator+=(
		-device nvme-subsys,id=nvme
		-device nvme,bus=slot3,serial=vfs,subsys=nvme,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=8
	)
	slot 4
	emulator+=(-device nvme,bus=slot4,serial=plain)
	slot 5
	emulator+=(-device e1000e,bus=slot5,mac=52:54:00:e3:00:01,romfile=)
	emulator+=(-object "filter-dump,id=witness,netdev=net1,file=$logs/em1.pcap")
}

stop_guest() {
	local pid

	for pid in ${guest:-} ${follower:-}; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" || true
	done
	guest="" follower=""
}

# Shows what comes in the given files until the guest is gone.
follow() {
	touch "$@"
	tail -q -n +1 -s 0.2 --pid "$guest" -f "$@" 2>/dev/null &
	follower=$!
}

# The sum of the scenarios' deadlines, unless the caller knows better.
limit_for() {
	local sum=60 scenario

	for scenario in "$@"; do
		((sum += $(deadline_of "$scenario") + 10))
	done
	echo "${timeout:-$sum}"
}

# Marks the scenario that had begun and has no status: it took the machine along.
mark_the_dead() {
	local scenario name

	for scenario in "$@"; do
		name=$(name_of "$scenario")
		[[ -e $logs/$name.started && ! -e $logs/$name.status ]] || continue
		echo "died" >"$logs/$name.status"
		echo "FAIL $name (the machine ended within it)"
	done
	rm -f "$logs"/*.started
}

# Starts the machine on the scenarios given and waits for its end; sets timed_out.
boot_and_run() {
	local files=("$logs/.stream") scenario status=0

	write_plan run "$@"
	write_early_archive
	describe_machine
	: >"$logs/.stream"
	trap 'exit 130' INT TERM
	timeout -k 5 "$(limit_for "$@")" "${emulator[@]}" \
		</dev/null 2>>"$logs/emulator.log" &
	guest=$!
	[[ $live == only ]] && files=()
	for scenario in "$@"; do
		[[ -z $live ]] || files+=("$logs/$(name_of "$scenario").log")
	done
	follow "${files[@]}"
	wait "$guest" || status=$?
	guest=""
	wait "$follower" || true
	follower=""
	timed_out=$((status == 124 || status == 137))
	((timed_out == 0)) || say "the deadline has passed"
	mark_the_dead "$@"
}

boot_shell() {
	write_plan shell
	write_early_archive
	describe_machine
	"${emulator[@]}" -chardev stdio,id=terminal,signal=off \
		-device virtio-serial-pci -device virtconsole,chardev=terminal
}
