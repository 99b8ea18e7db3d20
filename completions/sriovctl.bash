# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for sriovctl: the tool itself knows what may follow.

_sriovctl()
{
	local current=${COMP_WORDS[COMP_CWORD]}

	mapfile -t COMPREPLY < <(
		sriovctl completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null
	)
	# a file name where nothing else may follow: -f FILE, --disk FILE
	if [ ${#COMPREPLY[@]} -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -F _sriovctl sriovctl
