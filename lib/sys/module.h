/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel modules (libkmod, which is opened when it is needed).  Where there is no
 * libkmod every function returns -ELIBACC.
 */
#ifndef SRIOV_SYS_MODULE_H
#define SRIOV_SYS_MODULE_H

#include <stddef.h>

/*
 * Load the module @name and what it depends on; nothing is done where it is loaded or
 * built in.  Returns 0 or -errno (-ENOENT: the kernel has no such module).
 */
int sriov_module_load(const char *name);

/*
 * Look for the module @name, loaded or not, among those of the running kernel, or of the
 * folder @modules (/lib/modules/<release>).  Returns 0, -ENOENT (it is not there, or no
 * module is, as after an update that has removed them), or another -errno.
 */
int sriov_module_find(const char *modules, const char *name);

/*
 * Name in @buf the module that modules.alias gives for "vfio_" + @modalias (a vfio
 * variant driver such as mlx5_vfio_pci; drivers/vfio/pci of the kernel), or "vfio-pci"
 * where there is none.  Returns 0 or -errno.
 */
int sriov_module_vfio_variant(const char *modalias, char *buf, size_t size);

#endif
