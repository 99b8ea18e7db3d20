# SPDX-License-Identifier: GPL-2.0-or-later
# What `cpack -G DEB` and `cpack -G RPM` make of a build: one package each, below /usr
# whatever the prefix of the build is.
set(PACKAGING ${CMAKE_CURRENT_LIST_DIR})

set(CPACK_PACKAGE_CONTACT "sriovctl maintainers <maintainers@sriovctl.example>"
    CACHE STRING "Who answers for the packages")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "set up SR-IOV Virtual Functions for KVM guests")
set(CPACK_PACKAGE_DESCRIPTION
"Makes the Virtual Functions (VFs) of network cards and NVMe drives, sets their
MAC address, VLAN, spoof checking, trust and rates, binds them to vfio-pci and
writes the XML that gives them to libvirt's guests. Each change is refused when
it would take a VF from whoever uses it, and read back from the kernel. The
VFs of a whole host come from one file, at boot by a service that has to be
enabled.")
set(CPACK_PACKAGE_VENDOR sriovctl)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PACKAGING}/stage.cmake)
set(CPACK_SRIOV_PACKAGING ${PACKAGING})
set(CPACK_SRIOV_SBINDIR ${CMAKE_INSTALL_FULL_SBINDIR})

# libkmod and libsystemd are opened at run time, where no tool sees them in the program.
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libkmod2, libsystemd0, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS kmod)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS libvirt-clients)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PACKAGING}/deb/postinst ${PACKAGING}/deb/prerm ${PACKAGING}/deb/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# By what is in them, since distributions call the packages differently.
set(bits "")
if(CMAKE_SIZEOF_VOID_P EQUAL 8)
  set(bits "(64bit)")
endif()
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_LICENSE GPL-2.0-or-later)
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Base")
set(CPACK_RPM_PACKAGE_REQUIRES "libkmod.so.2()${bits}, libsystemd.so.0()${bits}")
# Folders that other packages own; in some distributions /usr/sbin is a link.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    /usr/sbin /usr/lib/systemd /usr/lib/systemd/system /usr/lib/udev /usr/lib/udev/rules.d
    /usr/share/bash-completion /usr/share/bash-completion/completions
    /usr/share/fish /usr/share/fish/vendor_completions.d
    /usr/share/licenses /usr/share/man /usr/share/man/man5 /usr/share/man/man8
    /usr/share/zsh /usr/share/zsh/site-functions)
set(CPACK_RPM_USER_FILELIST "%license /usr/share/licenses/sriovctl/LICENSE")
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${PACKAGING}/rpm/post)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${PACKAGING}/rpm/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${PACKAGING}/rpm/postun)

include(CPack)
