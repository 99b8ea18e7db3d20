# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for sriovctl: the tool itself knows what may follow.

function __sriovctl_words
	set -l typed (commandline -opc) (commandline -ct)
	sriovctl completion words -- $typed[2..-1] 2>/dev/null
end

complete -c sriovctl -f -a '(__sriovctl_words)'
