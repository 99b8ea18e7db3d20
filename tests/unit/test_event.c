/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of two looks at a host. */
#include "base/array.h"
#include "base/text.h"
#include "folder.h"
#include "want/event.h"

/* A host that is looked at again and again. */
struct seen {
	struct unit_scene scene;
	struct sriov_host host;
	char told[4096];
};

static struct sriov_host look(struct unit_scene *scene)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS;
	struct sriov_error err = {0};
	struct sriov_host host;

	ck_assert_msg(sriov_host_look(&scene->doors, what, NULL, 0, &host, &err) == 0,
		      "%s", err.msg);
	return host;
}

/* "em1/3 changed vlan 0 100\n" */
static void on_event(const struct sriov_event *event, void *arg)
{
	struct seen *seen = arg;
	char name[SRIOV_NAME_LEN], from[SRIOV_VALUE_LEN], to[SRIOV_VALUE_LEN], user[128];

	sriov_text_append(seen->told, sizeof(seen->told), "%s %s",
			  event->vf ? sriov_vf_name(event->pf, event->vf->index, name)
				    : event->pf->name,
			  sriov_event_name(event->kind));
	if (event->attr)
		sriov_text_append(seen->told, sizeof(seen->told), " %s %s %s",
				  event->attr->name,
				  sriov_attr_format(event->attr, &event->from, from),
				  sriov_attr_format(event->attr, &event->to, to));
	if (event->user)
		sriov_text_append(seen->told, sizeof(seen->told), " %s",
				  sriov_user_format(event->user, user, sizeof(user)));
	sriov_text_append(seen->told, sizeof(seen->told), "\n");
}

/* What is told after the tree was changed by @line, NULL for not at all. */
static const char *after(struct seen *seen, const char *line)
{
	struct sriov_host now;

	if (line)
		fake_tree_line(&seen->scene.fake, line);
	now = look(&seen->scene);
	seen->told[0] = '\0';
	sriov_host_compare(&seen->host, &now, on_event, seen);
	sriov_host_free(&seen->host);
	seen->host = now;
	return seen->told;
}

static void begin(struct seen *seen, const char *tree)
{
	unit_scene_open(&seen->scene, tree);
	seen->host = look(&seen->scene);
}

static void end(struct seen *seen)
{
	sriov_host_free(&seen->host);
	unit_scene_close(&seen->scene);
}

START_TEST(each_change_is_told_once)
{
	static const struct {
		const char *line, *told;
	} cases[] = {
		{"vf 0000:01:00.0 3 vlan 201 qos 4 trust off",
		 "em1/3 changed vlan 200 201\nem1/3 changed qos 3 4\n"
		 "em1/3 changed trust on off\n"},
		{"vf 0000:01:00.0 3 mac 52:54:00:a1:00:03",
		 "em1/3 changed mac ae:00:00:01:11:04 52:54:00:a1:00:03\n"},
		{"bind 0000:01:11.4 vfio-pci", "em1/3 bound driver none vfio-pci\n"},
		{"unbind 0000:01:11.4", "em1/3 unbound driver vfio-pci none\n"},
		{"link em1v4 down", "em1/4 released address 198.51.100.7/24\n"},
		{"link em1v4 up", "em1/4 used address 198.51.100.7/24\n"},
		{"link em1 down",
		 "em1 changed link up down\nem1 changed carrier on off\n"},
		{"vfs 0000:01:00.2 1", "em3/0 appeared\nem3/0 bound driver none igbvf\n"
				       "em3/0 changed netdev none em3v0\n"},
		{"vfs 0000:01:00.2 0", "em3/0 disappeared\n"},
	};
	struct seen seen;

	begin(&seen, "r730-used");
	ck_assert_str_eq(after(&seen, NULL), "");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		ck_assert_str_eq(after(&seen, cases[i].line), cases[i].told);
		ck_assert_str_eq(after(&seen, NULL), "");
	}
	end(&seen);
}
END_TEST

START_TEST(a_card_goes_with_its_vfs_and_comes_back)
{
	struct seen seen;

	begin(&seen, "netdevsim");
	fake_tree_line(&seen.scene.fake, "vfs netdevsim1 1");
	ck_assert_str_eq(after(&seen, NULL), "sim1/0 appeared\n");
	ck_assert_str_eq(after(&seen, "delete sys/bus/netdevsim/devices/netdevsim1"),
			 "sim1/0 disappeared\nsim1 disappeared\n");
	ck_assert_str_eq(after(&seen, "sys/bus/netdevsim/devices/netdevsim1 -> "
				      "../../../devices/netdevsim1"),
			 "sim1 appeared\nsim1/0 appeared\n");
	end(&seen);
}
END_TEST

START_TEST(who_cannot_be_seen_has_not_gone)
{
	struct seen seen;

	begin(&seen, "r730-used");
	/* somebody has its vfio device open still */
	ck_assert_str_eq(after(&seen, "delete proc/2211/fd/23"), "");
	ck_assert_str_eq(after(&seen, "delete proc/2211"), "");
	ck_assert_str_eq(after(&seen, "sys/bus/pci/devices/0000:01:10.0/enable = 0"),
			 "em1/0 released guest vm1 (pid 2211)\n");
	/* somebody opens it, who is found out later */
	ck_assert_str_eq(after(&seen, "sys/bus/pci/devices/0000:01:10.0/enable = 1"),
			 "em1/0 used ?\n");
	fake_tree_line(&seen.scene.fake, "proc/17/comm = holder");
	fake_tree_line(&seen.scene.fake, "proc/17/cmdline := holder\\x00");
	fake_tree_line(&seen.scene.fake, "proc/17/fd/4 -> anon_inode:[vfio-device]");
	ck_assert_str_eq(after(&seen, "proc/17/fd/3 -> /dev/vfio/41"),
			 "em1/0 used process holder (pid 17)\n");
	fake_tree_line(&seen.scene.fake, "sys/bus/pci/devices/0000:01:10.0/enable = 0");
	ck_assert_str_eq(after(&seen, "delete proc/17"),
			 "em1/0 released process holder (pid 17)\n");
	end(&seen);
}
END_TEST

START_TEST(what_cannot_be_read_has_not_changed)
{
	struct seen seen;

	begin(&seen, "r730-used");
	fake_tree_line(&seen.scene.fake, "faults = EPERM getlink em1");
	ck_assert_str_eq(after(&seen, NULL), "");
	ck_assert_str_eq(after(&seen, "vf 0000:01:00.0 0 vlan 101"), "");
	ck_assert_str_eq(after(&seen, NULL), "");
	ck_assert_str_eq(after(&seen, "delete faults"), "em1/0 changed vlan 100 101\n");
	end(&seen);
}
END_TEST

START_TEST(what_names_a_vf_uses_it_not)
{
	struct seen seen;

	begin(&seen, "libvirt");
	ck_assert_str_eq(after(&seen, "delete etc/libvirt/qemu/vm3.xml"),
			 "em1/2 unclaimed guest vm3 (shut off)\n");
	ck_assert_str_eq(after(&seen,
			       "etc/libvirt/qemu/vm9.xml := <domain><name>vm9</name>"
			       "<devices><hostdev type='pci'><source><address bus='1' "
			       "slot='0x11' function='0'/></source></hostdev></devices>"
			       "</domain>"),
			 "em1/2 claimed guest vm9 (shut off)\n");
	end(&seen);
}
END_TEST

UNIT_MAIN("want/event", each_change_is_told_once, a_card_goes_with_its_vfs_and_comes_back,
	  who_cannot_be_seen_has_not_gone, what_cannot_be_read_has_not_changed,
	  what_names_a_vf_uses_it_not)
