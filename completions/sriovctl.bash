# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for sriovctl: the tool itself knows what may follow.

_sriovctl()
{
	local words current cut

	# bash takes ':' and '=' for ends of words, as in guest:vm1 or --output=vf
	read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} != *[[:blank:]] ]] || words+=("")
	current=${words[-1]}
	mapfile -t COMPREPLY < <(sriovctl completion words -- "${words[@]:1}" 2>/dev/null)
	# a file name where nothing else may follow: -f FILE, --disk FILE
	if [ ${#COMPREPLY[@]} -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
	# and wants back what is behind the last of these
	cut=${current%"${current##*[:=]}"}
	COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

complete -F _sriovctl sriovctl
