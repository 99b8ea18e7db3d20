# SPDX-License-Identifier: GPL-2.0-or-later
# Run by CPack between installing into a folder and packing that: what a distribution
# wants of a package beyond what `cmake --install` does.
set(usr ${CPACK_TEMPORARY_DIRECTORY}/usr)
set(packaging ${CPACK_SRIOV_PACKAGING})

# -n: the same package from the same source
file(GLOB pages ${usr}/share/man/*/*)
file(GLOB units ${usr}/lib/systemd/system/*.service)
if(NOT pages OR NOT units)
  message(FATAL_ERROR "no man pages or units below ${usr}")
endif()

function(compress)
  execute_process(COMMAND gzip -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

compress(${pages})

# The build has its own prefix in them.
foreach(unit ${units})
  file(READ ${unit} text)
  string(REPLACE "ExecStart=${CPACK_SRIOV_SBINDIR}/" "ExecStart=/usr/sbin/" text "${text}")
  file(WRITE ${unit} "${text}")
endforeach()

# Where `sriovctl save` writes.
file(MAKE_DIRECTORY ${CPACK_TEMPORARY_DIRECTORY}/etc/sriovctl)

set(doc ${usr}/share/doc/sriovctl)
file(COPY ${packaging}/../../README.md DESTINATION ${doc})
file(COPY ${packaging}/../../man/figures DESTINATION ${doc}/man)
if(CPACK_GENERATOR STREQUAL DEB)
  file(COPY ${packaging}/deb/copyright ${packaging}/deb/changelog DESTINATION ${doc})
  compress(${doc}/changelog)
else()
  file(COPY ${packaging}/../../LICENSE DESTINATION ${usr}/share/licenses/sriovctl)
  # vendor-completions is Debian's
  file(RENAME ${usr}/share/zsh/vendor-completions ${usr}/share/zsh/site-functions)
endif()
