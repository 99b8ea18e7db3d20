/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading and writing of small files relative to a folder. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "folder.h"
#include "sys/sysfs.h"

START_TEST(a_file_is_read_without_its_last_newline)
{
	static const struct {
		const char *content;
		const char *text;
	} cases[] = {
		{"", ""},	  {"\n", ""},	      {"7", "7"},	{"7\n", "7"},
		{"7\n\n", "7\n"}, {"a\nb\n", "a\nb"}, {" 7 \n", " 7 "},
	};
	struct fake fake = unit_folder();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		char buf[16];

		fake_put_bytes(&fake, cases[i].content, strlen(cases[i].content), "file");
		ck_assert_int_eq(sriov_sysfs_read(fake.root, "file", buf, sizeof(buf)),
				 (int)strlen(cases[i].text));
		ck_assert_str_eq(buf, cases[i].text);
	}
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_text_is_read_whole_or_its_begin)
{
	struct fake fake = unit_folder();
	char *text = NULL;

	fake_put_bytes(&fake, "one\ntwo\n\n", 9, "file");
	ck_assert_int_eq(sriov_sysfs_text(fake.root, "file", 64, &text), 0);
	ck_assert_str_eq(text, "one\ntwo");
	free(text);
	ck_assert_int_eq(sriov_sysfs_text(fake.root, "file", 5, &text), 0);
	ck_assert_str_eq(text, "one\nt");
	free(text);
	text = NULL;
	fake_put_bytes(&fake, "a\0b", 3, "binary");
	ck_assert_int_eq(sriov_sysfs_text(fake.root, "binary", 64, &text), -EINVAL);
	ck_assert_int_eq(sriov_sysfs_text(fake.root, "none", 64, &text), -ENOENT);
	ck_assert_int_eq(sriov_sysfs_text(fake.root, ".", 64, &text), -EISDIR);
	ck_assert_ptr_null(text);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_stream_ends_where_it_would_wait)
{
	struct fake fake = unit_folder();
	_cleanup_free_ char *line = NULL;
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_close_ int writer = -1;
	size_t room = 0;

	ck_assert_ptr_null(sriov_sysfs_stream(fake.root, "fifo"));
	ck_assert_int_eq(mkfifoat(fake.root, "fifo", 0600), 0);
	file = sriov_sysfs_stream(fake.root, "fifo");
	ck_assert_ptr_nonnull(file);
	writer = openat(fake.root, "fifo", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write(writer, "one\n", 4), 4);
	ck_assert_int_eq(getline(&line, &room, file), 4);
	ck_assert_int_eq(getline(&line, &room, file), -1);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(what_cannot_be_read_has_an_errno)
{
	struct fake fake = unit_folder();
	char buf[8];

	ck_assert_int_eq(sriov_sysfs_read(fake.root, "none", buf, sizeof(buf)), -ENOENT);
	ck_assert_int_eq(sriov_sysfs_read(fake.root, ".", buf, sizeof(buf)), -EISDIR);
	fake_put_bytes(&fake, "1234567", 7, "fits");
	ck_assert_int_eq(sriov_sysfs_read(fake.root, "fits", buf, sizeof(buf)), 7);
	fake_put_bytes(&fake, "12345678", 8, "long");
	ck_assert_int_eq(sriov_sysfs_read(fake.root, "long", buf, sizeof(buf)), -EFBIG);
	fake_put_bytes(&fake, "1\0002", 3, "binary");
	ck_assert_int_eq(sriov_sysfs_read(fake.root, "binary", buf, sizeof(buf)),
			 -EINVAL);
	fake_put_bytes(&fake, "\0", 1, "zero");
	ck_assert_int_eq(sriov_sysfs_read(fake.root, "zero", buf, sizeof(buf)), -EINVAL);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_number_is_all_that_a_file_holds)
{
	static const struct {
		const char *content;
		int base;
		uint64_t max;
		int result;
		uint64_t number;
	} cases[] = {
		{"7\n", 10, 7, 0, 7},
		{"8\n", 10, 7, -ERANGE, 0},
		{"0x1521\n", 0, 0xffff, 0, 0x1521},
		{"1520\n", 16, 0xffff, 0, 0x1520},
		{"\n", 10, 7, -EINVAL, 0},
		{"", 10, 7, -EINVAL, 0},
		{"-1\n", 10, 7, -EINVAL, 0},
		{"7 VFs\n", 10, 7, -EINVAL, 0},
		{"7\n8\n", 10, 78, -EINVAL, 0},
		{"77777777777777777777777777777777777\n", 10, 7, -EINVAL, 0},
		{"777777777777777777777777777777\n", 10, 7, -ERANGE, 0},
	};
	struct fake fake = unit_folder();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		uint64_t number = 12345;
		int r;

		fake_put_bytes(&fake, cases[i].content, strlen(cases[i].content), "file");
		r = sriov_sysfs_number(fake.root, "file", cases[i].base, cases[i].max,
				       &number);
		ck_assert_msg(r == cases[i].result, "'%s' gives %d", cases[i].content, r);
		ck_assert_uint_eq(number, r == 0 ? cases[i].number : 12345);
	}
	ck_assert_int_eq(sriov_sysfs_number(fake.root, "none", 10, 7, &(uint64_t){0}),
			 -ENOENT);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_link_is_known_by_the_last_part_of_its_target)
{
	struct fake fake = unit_folder();
	char buf[8];

	fake_symlink(&fake, "../../bus/pci/drivers/igb", "driver");
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "driver", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "igb");
	fake_symlink(&fake, "igb", "plain");
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "plain", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "igb");
	fake_symlink(&fake, "drivers/seven77", "fits");
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "fits", buf, sizeof(buf)), 0);
	fake_symlink(&fake, "drivers/eight888", "long");
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "long", buf, sizeof(buf)),
			 -ENAMETOOLONG);
	fake_put(&fake, "igb", "file");
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "file", buf, sizeof(buf)),
			 -EINVAL);
	ck_assert_int_eq(sriov_sysfs_link_name(fake.root, "none", buf, sizeof(buf)),
			 -ENOENT);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_link_that_leads_nowhere_exists)
{
	struct fake fake = unit_folder();

	fake_symlink(&fake, "nowhere", "link");
	fake_put(&fake, "", "file");
	ck_assert(sriov_sysfs_exists(fake.root, "link"));
	ck_assert(sriov_sysfs_exists(fake.root, "file"));
	ck_assert(!sriov_sysfs_exists(fake.root, "nowhere"));
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_folder_is_listed_without_what_starts_with_a_dot)
{
	struct fake fake = unit_folder();
	const char *name;
	DIR *list;

	fake_put(&fake, "", "folder/.hidden");
	fake_put(&fake, "", "folder/shown");
	list = sriov_sysfs_list(fake.root, "folder");
	ck_assert_ptr_nonnull(list);
	name = sriov_sysfs_next(list);
	ck_assert_str_eq(name, "shown");
	ck_assert_ptr_null(sriov_sysfs_next(list));
	closedir(list);
	ck_assert_ptr_null(sriov_sysfs_list(fake.root, "none"));
	ck_assert_int_eq(errno, ENOENT);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(folders_are_opened_and_nothing_else)
{
	struct fake fake = unit_folder();
	int fd;

	fake_folder(&fake, "folder");
	fake_put(&fake, "", "file");
	fd = sriov_sysfs_open(fake.root, "folder");
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	ck_assert_int_eq(sriov_sysfs_open(fake.root, "file"), -ENOTDIR);
	ck_assert_int_eq(sriov_sysfs_open(fake.root, "none"), -ENOENT);
	unit_folder_remove(&fake);
}
END_TEST

START_TEST(a_write_goes_to_a_file_that_is_there)
{
	_cleanup_close_ int dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct fake fake = unit_folder();
	char buf[16];

	fake_put(&fake, "1", "file");
	ck_assert_int_eq(sriov_sysfs_write(fake.root, "file", "0"), 0);
	ck_assert_str_eq(fake_get(&fake, buf, sizeof(buf), "file"), "0");
	ck_assert_int_eq(sriov_sysfs_write(fake.root, "none", "0"), -ENOENT);
	ck_assert(!fake_exists(&fake, "none"));
	ck_assert_int_eq(sriov_sysfs_write(dev, "full", "0"), -ENOSPC);
	unit_folder_remove(&fake);
}
END_TEST

UNIT_MAIN("sys/sysfs", a_text_is_read_whole_or_its_begin,
	  a_stream_ends_where_it_would_wait, a_file_is_read_without_its_last_newline,
	  what_cannot_be_read_has_an_errno, a_number_is_all_that_a_file_holds,
	  a_link_is_known_by_the_last_part_of_its_target,
	  a_link_that_leads_nowhere_exists,
	  a_folder_is_listed_without_what_starts_with_a_dot,
	  folders_are_opened_and_nothing_else, a_write_goes_to_a_file_that_is_there)
