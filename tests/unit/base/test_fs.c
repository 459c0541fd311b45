/* base/fs: folders and whole files, and above all what removal must never touch. */
#define _GNU_SOURCE
#include "base/fs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[FS_PATH_MAX];

static const char *below(const char *name, char *path)
{
    struct err e;
    assert_int_equal(fs_join(path, &e, root, "%s", name), RC_OK);
    return path;
}

static void put(const char *name, const char *text)
{
    char path[FS_PATH_MAX];
    struct err e = {0};
    assert_int_equal(fs_write(below(name, path), span_str(text), 0600, &e), RC_OK);
}

static void get(const char *name, struct buf *b)
{
    char path[FS_PATH_MAX];
    struct err e = {0};
    buf_clear(b);
    assert_int_equal(fs_read(below(name, path), b, &e), RC_OK);
}

static int setup(void **state)
{
    (void)state;
    memcpy(root, "/tmp/test_fs.XXXXXX", sizeof "/tmp/test_fs.XXXXXX");
    return mkdtemp(root) != NULL ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    struct err e;
    int failed = fs_remove_tree(root, &e) == RC_OK ? 0 : 1;
    return failed + (fs_exists(root) ? 1 : 0);
}

static void test_join(void **state)
{
    (void)state;
    char path[FS_PATH_MAX];
    struct err e = {0};
    assert_int_equal(fs_join(path, &e, "/a", "b-%d", 7), RC_OK);
    assert_string_equal(path, "/a/b-7");
    assert_int_equal(fs_join(path, &e, "/a/", "b"), RC_OK);
    assert_string_equal(path, "/a/b");
    char name[FS_PATH_MAX];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(fs_join(path, &e, "/a", "%s", name), RC_INPUT);
    assert_int_equal(fs_set(path, name, &e), RC_OK);
    name[sizeof name - 3] = '\0';
    assert_int_equal(fs_join(path, &e, "/", "%s", name), RC_OK); /* just fits */
}

static void test_make_folder(void **state)
{
    (void)state;
    char path[FS_PATH_MAX];
    struct err e = {0};
    assert_int_equal(fs_make_folder(below("a/b/c", path), &e), RC_OK);
    assert_true(fs_exists(path));
    assert_int_equal(fs_make_folder(path, &e), RC_OK);
    put("file", "x");
    assert_int_equal(fs_make_folder(below("file/d", path), &e), RC_INFRA);
    assert_non_null(strstr(e.text, "/file"));
    assert_int_equal(fs_make_folder("", &e), RC_INPUT);
}

static void test_write_replaces_in_one_step(void **state)
{
    (void)state;
    struct buf b;
    struct err e = {0};
    char path[FS_PATH_MAX];
    struct stat s;
    buf_init(&b, 1024);
    put("f", "old and long");
    put("f", "new");
    get("f", &b);
    assert_int_equal(b.size, 3);
    assert_string_equal(b.data, "new");
    assert_int_equal(stat(below("f", path), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    assert_int_equal(fs_write(below("none/f", path), span_str("x"), 0600, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "No such file"));
    buf_release(&b);
}

static void test_read_is_bounded(void **state)
{
    (void)state;
    struct buf b;
    struct err e = {0};
    char path[FS_PATH_MAX];
    put("f", "0123456789");
    buf_init(&b, 10);
    assert_int_equal(fs_read(below("f", path), &b, &e), RC_OK); /* exactly fits */
    assert_int_equal(b.size, 10);
    buf_release(&b);
    buf_init(&b, 9);
    assert_int_equal(fs_read(path, &b, &e), RC_INPUT);
    assert_int_equal(b.size, 0);
    assert_non_null(strstr(e.text, "larger than the 9 bytes"));
    assert_int_equal(fs_read_tail(path, 4, &b, &e), RC_OK);
    assert_string_equal(b.data, "6789");
    assert_int_equal(fs_read(root, &b, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "not a file"));
    assert_int_equal(fs_read(below("none", path), &b, &e), RC_INFRA);
    buf_release(&b);
}

static void test_read_of_an_empty_file(void **state)
{
    (void)state;
    struct buf b;
    struct err e = {0};
    char path[FS_PATH_MAX];
    buf_init(&b, 10);
    put("empty", "");
    assert_int_equal(fs_read(below("empty", path), &b, &e), RC_OK);
    assert_int_equal(b.size, 0);
    buf_release(&b);
}

static void test_removal_does_not_follow_links(void **state)
{
    (void)state;
    struct err e = {0};
    char tree[FS_PATH_MAX];
    char path[FS_PATH_MAX];
    char link_path[FS_PATH_MAX];
    assert_int_equal(fs_make_folder(below("outside", path), &e), RC_OK);
    put("outside/precious", "x");
    assert_int_equal(fs_make_folder(below("tree/deep/er", path), &e), RC_OK);
    put("tree/deep/er/f", "x");
    assert_int_equal(symlink(below("outside", path), below("tree/deep/link", link_path)), 0);
    assert_int_equal(symlink(below("outside/precious", path), below("tree/flink", link_path)), 0);
    assert_int_equal(fs_remove_tree(below("tree", tree), &e), RC_OK);
    assert_false(fs_exists(tree));
    assert_true(fs_exists(below("outside/precious", path)));
    /* A link given by name goes, its target stays. */
    assert_int_equal(symlink(below("outside", path), below("direct", link_path)), 0);
    assert_int_equal(fs_remove_tree(link_path, &e), RC_OK);
    assert_false(fs_exists(link_path));
    assert_true(fs_exists(below("outside/precious", path)));
}

static void test_removal_of_what_is_not_there(void **state)
{
    (void)state;
    struct err e = {0};
    char path[FS_PATH_MAX];
    assert_int_equal(fs_remove_tree(below("none", path), &e), RC_OK);
    put("f", "x");
    assert_int_equal(fs_remove_tree(below("f", path), &e), RC_OK);
    assert_false(fs_exists(path));
}

static void test_free_space(void **state)
{
    (void)state;
    struct err e = {0};
    int64_t room = -1;
    assert_int_equal(fs_free_space(root, &room, &e), RC_OK);
    assert_true(room >= 0);
    assert_int_equal(fs_free_space("/no/such/place", &room, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "/no/such/place"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        cmocka_unit_test_setup_teardown(test_make_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_replaces_in_one_step, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_of_an_empty_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_removal_does_not_follow_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_removal_of_what_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_free_space, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
