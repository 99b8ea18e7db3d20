#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man pages' examples that need libvirt, QEMU or DPDK come out as they stand there;
# tests/examples has tried the others on the fake kernel.

# lab: deadline 600
. "$LAB_DIR/inside.sh"

check "udevd starts" start_udev
check "libvirtd answers" start_libvirt
modprobe vfio-pci
status=0
"$LAB_DIR/../examples" --lab || status=$?
same "every example comes out so" 0 "$status"
end
