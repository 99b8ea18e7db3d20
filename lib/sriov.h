/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libsriov, as the commands see it: each header below holds the contracts of its room. */
#ifndef SRIOV_H
#define SRIOV_H

#include "base/array.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/problem.h"
#include "base/text.h"
#include "capture/capture.h"
#include "check/check.h"
#include "check/domain.h"
#include "host/host.h"
#include "host/pick.h"
#include "host/stats.h"
#include "host/topology.h"
#include "libvirt/device.h"
#include "libvirt/document.h"
#include "libvirt/edit.h"
#include "plan/plan.h"
#include "plan/rows.h"
#include "run/run.h"
#include "sys/doors.h"
#include "sys/replace.h"
#include "sys/xml.h"
#include "want/attr.h"
#include "want/broken.h"
#include "want/config.h"
#include "want/event.h"
#include "want/profile.h"
#include "want/save.h"
#include "want/selector.h"
#include "want/want.h"

#endif
