#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # the plan brings them
#
# The service lab of a machine with systemd: runs the scenario, and then switches off
# or, where the scenario asked for it, boots again.

# shellcheck source=plan.sh
. "${0%/*}/plan.sh"
trap power_off EXIT

# the ports have their names
udevadm settle
dmesg -n 7
cd "$folder" || cd /
run_scenario
[[ -e $LAB_AGAIN ]] || exit 0
# which ends this script like others
trap - EXIT
systemctl reboot || power_off
