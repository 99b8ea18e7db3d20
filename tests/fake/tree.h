/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees as compact text: what a host looks like, for tests. */
#ifndef FAKE_TREE_H
#define FAKE_TREE_H

#include "disk.h"

/*
 * Do what the lines of the file @path say to the tree of @fake.  A line is one of
 *
 *	PATH = CONTENT		a file, ending in a newline
 *	PATH := CONTENT		a file, exactly
 *	PATH -> TARGET		a symbolic link
 *	delete PATH
 *	huge PATH SIZE		a file of so many bytes
 *	include FILE		beside this file
 *	driver NAME [NAME]...	drivers that are loaded
 *	module NAME [ALIAS]	one that can be, by its name or an alias with *
 *	pci ADDRESS WORD VALUE [WORD VALUE]...
 *		id 8086:1521, class 020000, numa 0, group 30 (else the next),
 *		driver igb (bound when it is loaded)
 *	sriov ADDRESS WORD VALUE...
 *		hardware 8, limit 7, offset 128, stride 4, vf-id 1520, vf-driver igbvf
 *	netdev NAME ADDRESS mac MAC [WORD VALUE]...
 *		ifindex 2, speed 1000, port p0, switch 00aabb, link up|down,
 *		guid G (of InfiniBand)
 *	sim ADDRESS NETDEV max N	netdevsim1, which is no PCI device
 *	vfs ADDRESS N		as a write to sriov_numvfs
 *	vf ADDRESS INDEX ATTR VALUE...	the card's settings, by ip's words, and what it
 *		counts: rx_packets, rx_bytes, rx_dropped, tx_packets, tx_bytes, tx_dropped
 *	bind ADDRESS DRIVER	by an override that is cleared again
 *	unbind ADDRESS
 *	link NETDEV up|down
 *
 * and may have \n, \t, \\, \s (a blank), and \xHH in its paths and contents.  '#' begins
 * a comment.  What a real kernel has in memory are files below kernel/: no-iommu,
 * next-group, next-ifindex, addresses, routes, unprivileged, no-devlink,
 * <address>/eswitch, <address>/no-cable, <address>/late-answers (how many drivers of VFs
 * hear of their MAC with their second question only).
 */
void fake_tree_unpack(const struct fake *fake, const char *path);

/* Do what one such line says; not for include. */
void fake_tree_line(const struct fake *fake, const char *line);

#endif
