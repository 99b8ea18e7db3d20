# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Sourced by lab: fetches what the lab is made of as Debian packages and unpacks
# it below $cache. Nothing is installed; apt runs with a configuration of its own.
#
#   $cache/apt/            private apt configuration, indexes and downloads
#   $cache/tree-STATE/     QEMU, libvirt and the tools of the guests, unpacked
#   $cache/kernel-VERSION-STATE/
#     image                kernel
#     early/               root of the early boot, but for its init
#     layer/               what the emulated machine sees of it: the modules, and in
#                          usr/lib/sriovctl-lab the same for nested guests
#   $cache/extra-HASH-STATE/  what a scenario wants that no test does, unpacked
#
# A folder is made under a temporary name and renamed when it is complete; where
# there is one, it is good.

# Unpacked into the tree.
tree_packages=(
	qemu-system-x86 libvirt-daemon-system libvirt-clients libvirt-daemon-driver-qemu
	udev dbus systemd kmod busybox-static xz-utils zstd e2fsprogs
	iproute2 iputils-ping ethtool pciutils jq libxml2-utils strace tcpdump procps
	dpdk dpdk-dev
)

# Debian 13 has libvirt in smaller pieces, one of which wants a firewall.
trixie_packages=(
	libvirt-daemon-driver-network libvirt-daemon-driver-nodedev libvirt-daemon-log
	nftables
)

# Loaded by the early boot, before there is a root file system; and beside that
# the drivers whose devices take their time.
early_modules=(virtio_pci 9pnet_virtio 9p overlay)
early_drivers=(igb e1000e nvme)
# For a root that outlives the boot.
disk_modules=(crc32c_generic ext4 virtio_blk)
# A failover pair is only made when its modules come in this order.
nested_modules=(failover net_failover virtio_net igbvf nvme button evdev)

# What of the kernel's module tree is kept.
module_folders=(
	arch block crypto fs lib mm net virt
	drivers/acpi drivers/block drivers/char drivers/crypto drivers/dca drivers/gnss
	drivers/i2c drivers/input drivers/iommu drivers/net drivers/nvme drivers/pci
	drivers/pps drivers/ptp drivers/uio drivers/vdpa drivers/vfio drivers/vhost drivers/virt
	drivers/virtio
)

debian_codename() {
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

private_apt() {
	APT_CONFIG=$cache/apt/apt.conf "$@"
}

# The rows "URI origin codename" of the package indexes that apt has.
# shellcheck disable=SC2016 # the names are apt's
apt_sources() {
	private_apt apt-get indextargets "$@" --format \
		'$(REPO_URI) $(COMPONENT) $(CREATED_BY) $(ORIGIN) $(CODENAME)' |
		awk '$2 == "main" && $3 == "Packages" { print $1, $4, $5 }' | sort -u
}

# Reads rows "URI release" and makes them the private configuration's sources.
write_sources() {
	local keyring=/usr/share/keyrings/debian-archive-keyring options=""

	for keyring in "$keyring.pgp" "$keyring.gpg"; do
		[[ -e $keyring ]] && options="[signed-by=$keyring] " && break
	done
	awk -v options="$options" '{ print "deb " options $1, $2, "main" }' \
		>"$cache/apt/sources.list"
}

# Keeps the machine's way to its mirror (proxies, time-outs) and nothing else of
# its configuration: no hooks, no pins, no third-party sources. The empty status
# file makes apt resolve whole dependency closures, whatever the machine has.
write_apt_configuration() {
	local apt=$cache/apt

	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	cat >"$apt/preferences" <<-EOF
		Package: src:qemu src:seabios src:ipxe
		Pin: release n=$1-backports
		Pin-Priority: 990
	EOF
	{
		apt-config dump | grep '^Acquire::'
		cat <<-EOF
			Dir::Etc::Parts "/dev/null";
			Dir::Etc::Main "/dev/null";
			Dir::Etc::SourceList "$apt/sources.list";
			Dir::Etc::SourceParts "/dev/null";
			Dir::Etc::Preferences "$apt/preferences";
			Dir::Etc::PreferencesParts "/dev/null";
			Dir::State "$apt";
			Dir::State::Lists "$apt/lists";
			Dir::State::Status "$apt/status";
			Dir::Cache "$apt/cache";
			Acquire::Languages "none";
			APT::Install-Recommends "false";
			APT::Get::Assume-Yes "true";
			APT::Sandbox::User "root";
		EOF
	} >"$apt/apt.conf"
}

# The machine's sources may hold third-party entries, even of the same release name.
# What is Debian's own, the indexes say: they are fetched for all entries first, and
# then for Debian's with backports added.
derive_sources() {
	local codename=$1 machine=(
		-o Dir::Etc::SourceList=/etc/apt/sources.list
		-o Dir::Etc::SourceParts=/etc/apt/sources.list.d
	)

	private_apt apt-get -qq update "${machine[@]}" || true
	apt_sources "${machine[@]}" | awk -v c="$codename" '
		$2 != "Debian" { next }
		$3 ~ "^" c "(-updates|-security)?$" { print $1, $3 }
		$3 == c && c == "bookworm" { print $1, c "-backports" }
	' >"$cache/apt/debian"
	[[ -s $cache/apt/debian ]] ||
		die "apt's sources name no Debian archive of $codename that can be reached"
	write_sources <"$cache/apt/debian"
	private_apt apt-get -qq update
}

# Once a run: sets up apt if that was not done yet.
need_apt() {
	local codename

	[[ -z ${apt_ready:-} ]] || return 0
	codename=$(debian_codename)
	case $codename in
	bookworm | trixie) ;;
	*) die "the lab knows Debian 12 and 13, not '${codename:-this system}'" ;;
	esac
	say "reading the package indexes of $codename"
	mkdir -p "$cache/apt"
	write_apt_configuration "$codename"
	derive_sources "$codename"
	apt_ready=1
}

# Unpacks every package of the download folder into $1. The links of a merged
# /usr stand before, and tar keeps them where a package has a folder instead.
# shellcheck disable=SC2016 # the inner shell's arguments
unpack_into() {
	local name

	for name in bin sbin lib lib64; do
		mkdir -p "$1/usr/$name"
		ln -s "usr/$name" "$1/$name"
	done
	find "$cache/apt/cache/archives" -name '*.deb' -print0 |
		xargs -0 -r -n 1 -P "$(nproc)" bash -o pipefail -c '
			dpkg-deb --fsys-tarfile "$1" |
				tar -x -C "$0" --keep-directory-symlink --no-same-owner
		' "$1"
}

# Makes the folder $1 with the function $2, unless it is there.
make_folder() {
	local folder=$1 maker=$2
	shift 2

	[[ ! -d $folder ]] || return 0
	need_apt
	rm -rf "$folder.new" "$cache"/apt/cache/archives/*.deb
	mkdir -p "$folder.new"
	"$maker" "$folder.new" "$@"
	mv "$folder.new" "$folder"
}

make_tree() {
	local packages=("${tree_packages[@]}")

	[[ $(debian_codename) != trixie ]] || packages+=("${trixie_packages[@]}")
	say "fetching QEMU, libvirt and tools"
	private_apt apt-get -qq install --download-only "${packages[@]}"
	say "unpacking them"
	unpack_into "$1"
	rm -rf "$1"/usr/share/{doc,man,locale,info,lintian} "$1"/usr/include
	# what DPDK comes with for building
	find "$1"/usr/lib -name '*.a' -delete
}

# Prints the package of kernel $1: the release has it under its own name, or as
# its only kernel.
find_kernel_package() {
	local meta depends

	for meta in "linux-image-$1-amd64" linux-image-amd64; do
		depends=$(private_apt apt-cache depends "$meta" 2>/dev/null |
			awk -v v="linux-image-$1[.]" '$1 == "Depends:" && $2 ~ v { print $2; exit }')
		[[ -n $depends ]] && echo "$depends" && return 0
	done
	return 1
}

# Debian 12 has 6.12 among its security updates, which a machine's sources may lack.
kernel_package() {
	find_kernel_package "$1" && return 0
	say "the machine's package sources have no kernel $1: taking 6.1"
	find_kernel_package 6.1 || die "$(debian_codename) has no kernel $1"
}

# What the tree has is the tree's: of the folder $1 the rest stays.
keep_what_is_new() {
	local file

	find "$1" ! -type d -printf '%P\0' | while read -r -d '' file; do
		[[ ! -e $tree/$file && ! -L $tree/$file ]] || rm "$1/$file"
	done
	find "$1" -mindepth 1 -type d -empty -delete
}

make_extra() {
	local folder=$1
	shift

	say "fetching $*"
	private_apt apt-get -qq install --download-only "$@"
	unpack_into "$folder"
	rm -rf "$folder"/usr/share/{doc,man,locale,info,lintian}
	keep_what_is_new "$folder"
}

# Leaves the modules that the lab has a use for, unpacked: the emulated
# processors are slow at xz, and depmod reads them all.
thin_modules() {
	local modules=$1 kept folder

	kept=$(mktemp -d -p "${modules%/*}")
	for folder in "${module_folders[@]}"; do
		[[ -d $modules/kernel/$folder ]] || continue
		mkdir -p "$kept/${folder%/*}"
		mv "$modules/kernel/$folder" "$kept/$folder"
	done
	rm -rf "$modules/kernel" "$kept/drivers/net/wireless"
	mv "$kept" "$modules/kernel"
	chmod 755 "$modules/kernel"
	find "$modules" -name '*.ko.xz' -print0 |
		xargs -0 -r -n 64 -P "$(nproc)" "$tree/usr/bin/busybox" unxz
}

# Where in file $1 something looks like the start of a zstd frame.
zstd_offsets() {
	LC_ALL=C grep -aobP '\x28\xb5\x2f\xfd' "$1" | cut -d: -f1
}

# The kernel in an archive of its own unpacks itself, which an emulated processor
# takes seconds for. As a plain ELF image it starts at once (PVH).
extract_kernel() {
	local image=$1 offset

	for offset in $(zstd_offsets "$image"); do
		tail -c "+$((offset + 1))" "$image" |
			from_tree zstd -dcq 2>/dev/null >"$2" || true
		[[ $(head -c 4 "$2" | tr -d '\0') == $'\x7fELF' ]] && return 0
	done
	cp "$image" "$2"
}

# Prints the files of module $2 and what it needs, in the order of loading.
# Nothing for one that is built in.
module_files() {
	local modules=$1

	awk -v name="$2" '{
		file = $1
		sub(/:$/, "", file)
		n = split(file, part, "/")
		base = part[n]
		sub(/[.]ko$/, "", base)
		gsub(/-/, "_", base)
		if (base == name)
			for (i = NF; i; i--) {
				sub(/:$/, "", $i)
				print $i
			}
	}' "$modules/modules.dep"
}

# Copies modules of the folder $1 and what they need into $2. The order of loading
# is in the names.
copy_modules() {
	local module file count=10
	local -A seen=()

	for module in "${@:3}"; do
		for file in $(module_files "$1" "$module"); do
			[[ -n ${seen[$file]:-} ]] && continue
			seen[$file]=1
			cp "$1/$file" "$2/$((count++))-${file##*/}"
		done
	done
}

# $1 is the folder that becomes the root of the early boot.
make_early_root() {
	mkdir -p "$1"/{bin,modules,drivers,disk,proc,sys,dev,machine,tree,kernel,extra,changes,root}
	cp "$tree/usr/bin/busybox" "$1/bin/busybox"
	copy_modules "$2" "$1/modules" "${early_modules[@]}"
	copy_modules "$2" "$1/drivers" "${early_drivers[@]}"
	copy_modules "$2" "$1/disk" "${disk_modules[@]}"
}

# $1 is the folder that becomes the root of nested guests.
make_nested_root() {
	mkdir -p "$1"/{bin,modules,proc,sys,dev}
	cp "$tree/usr/bin/busybox" "$1/bin/busybox"
	copy_modules "$2" "$1/modules" "${nested_modules[@]}"
}

# Fetches into the folder $2 what builds a module for kernel package $1: its source,
# as one archive, and its headers with their tools.
fetch_kernel_source() {
	local release=${1#linux-image-} version headers

	version=$(private_apt apt-cache show "$1" |
		awk '$1 == "Version:" { print $2; exit }')
	headers=linux-headers-$release
	mapfile -t headers < <(echo "$headers" && private_apt apt-cache depends "$headers" |
		awk '$1 == "Depends:" && $2 ~ "^linux-(headers|kbuild)-" { print $2 }')
	[[ $release =~ ^[0-9]+[.][0-9]+ ]]
	(cd "$2" && private_apt apt-get -qq download "${headers[@]}" \
		"linux-source-${BASH_REMATCH[0]}=$version")
}

# Builds the kernel's own netdevsim, which Debian leaves out, for the modules $1 of
# package $2. It needs no type information, and that would need one more program.
make_netdevsim() {
	local build package headers

	build=$(mktemp -d -p "$cache")
	say "fetching the source of $2"
	fetch_kernel_source "$2" "$build"
	say "building netdevsim, which can have thousands of VFs"
	for package in "$build"/linux-{headers,kbuild}-*.deb; do
		dpkg-deb -x "$package" "$build/root"
	done
	dpkg-deb --fsys-tarfile "$build"/linux-source-*.deb |
		tar -x -O --wildcards './usr/src/linux-source-*.tar.xz' |
		from_tree xz -dc | tar -x -C "$build" --strip-components 3 \
			--wildcards --no-wildcards-match-slash '*/drivers/net/netdevsim'
	headers=$build/root/usr/src/${2/image/headers}
	sed -i "s|/usr/src|$build/root&|" "$headers/Makefile"
	make -s -j "$(nproc)" -C "$headers" "M=$build/netdevsim" CC=gcc \
		CONFIG_NETDEVSIM=m CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2 ||
		die "cannot build netdevsim"
	strip -g "$build/netdevsim/netdevsim.ko"
	mkdir -p "$1/kernel/drivers/net/netdevsim"
	mv "$build/netdevsim/netdevsim.ko" "$1/kernel/drivers/net/netdevsim"
	rm -rf "$build"
}

make_kernel() {
	local folder=$1 version=$2 package modules nested=$1/layer/usr/lib/sriovctl-lab

	package=$(kernel_package "$version")
	say "fetching $package"
	(cd "$cache/apt/cache/archives" && private_apt apt-get -qq download "$package")
	say "unpacking it"
	unpack_into "$folder/layer"
	modules=$(echo "$folder"/layer/usr/lib/modules/*)
	thin_modules "$modules"
	make_netdevsim "$modules" "$package"
	from_tree depmod -b "$folder/layer" "${modules##*/}"
	extract_kernel "$folder/layer/boot/vmlinuz-${modules##*/}" "$folder/image"
	make_early_root "$folder/early" "$modules"
	make_nested_root "$nested/root" "$modules"
	ln "$folder/image" "$nested/image"
	rm -rf "$folder/layer"/{boot,usr/share}
}

# Sets tree_command to the start of a command line for program $1 of the tree.
# It has the tree's own loader and libraries: neither does the machine need to
# have them, nor can its own ones get in between.
find_in_tree() {
	local libraries=$tree/usr/lib/x86_64-linux-gnu program=$tree/usr/bin/$1 link

	# depmod is a link to /bin/kmod, which is not to be the machine's.
	link=$tree/usr/sbin/$1
	[[ -e $link ]] && program=$link
	[[ -L $link ]] && program=$tree/usr/bin/$(basename "$(readlink "$link")")
	tree_command=(
		"$libraries/ld-linux-x86-64.so.2" --argv0 "$1"
		--library-path "$libraries:$tree/usr/lib" "$program"
	)
}

from_tree() {
	local tree_command

	find_in_tree "$1"
	"${tree_command[@]}" "${@:2}"
}

lock_cache() {
	mkdir -p "$cache"
	exec {cache_lock}>"$cache/lock"
	flock "$cache_lock"
}

unlock_cache() {
	rm -rf "$cache/apt"
	apt_ready=""
	exec {cache_lock}>&-
}

# Makes what is missing, for kernel version $1, and removes what was not used for
# two weeks.
make_folders() {
	lock_cache
	make_folder "$tree" make_tree
	make_folder "$kernel_folder" make_kernel "$1"
	touch "$tree" "$kernel_folder"
	find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf {} +
	unlock_cache
}

# Prints the packages that the scenario $1 wants: "# lab: packages network-manager".
packages_of() {
	sed -n 's/^# lab: packages \(.*\)$/\1/p;20q' "$1"
}

# Prints the folder of the packages that the scenario $1 wants; nothing for none.
extra_of() {
	local packages

	packages=$(packages_of "$1")
	[[ -z $packages ]] ||
		echo "$cache/extra-$(sha256sum <<<"$packages" | cut -c 1-12)-$state"
}

prepare_extra() {
	local folder packages

	folder=$(extra_of "$1")
	[[ -n $folder ]] || return 0
	read -ra packages < <(packages_of "$1")
	if [[ ! -d $folder ]]; then
		lock_cache
		make_folder "$folder" make_extra "${packages[@]}"
		unlock_cache
	fi
	touch "$folder"
}

# Sets the folders tree and kernel_folder, for kernel version $1.
prepare() {
	local version=$1

	# Of this script and the release; another state makes folders of its own, so
	# that none takes them away from another.
	state=$(debian_codename)-$(sha256sum <"$lab_dir/prepare.sh" | cut -c 1-12)
	tree=$cache/tree-$state
	kernel_folder=$cache/kernel-$version-$state
	[[ -d $tree && -d $kernel_folder ]] || make_folders "$version"
	touch "$tree" "$kernel_folder"
}
