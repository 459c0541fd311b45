/* base/home: the three cases, and what is said when none applies. */
#define _GNU_SOURCE
#include "base/fs.h"
#include "base/home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char root[FS_PATH_MAX];

static void make_file(const char *below)
{
    char path[FS_PATH_MAX];
    struct err e;
    assert_int_equal(fs_join(path, &e, root, "%s", below), RC_OK);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_int_equal(fs_make_folder(path, &e), RC_OK);
    *slash = '/';
    assert_int_equal(fs_write(path, span_str("x"), 0644, &e), RC_OK);
}

static const char *below(const char *name, char *path)
{
    struct err e;
    assert_int_equal(fs_join(path, &e, root, "%s", name), RC_OK);
    return path;
}

static int setup(void **state)
{
    (void)state;
    memcpy(root, "/tmp/test_home.XXXXXX", sizeof "/tmp/test_home.XXXXXX");
    assert_non_null(mkdtemp(root));
    unsetenv("ASSAY_HOME");
    unsetenv("ASSAY_VAR");
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", "/home/someone", 1);
    make_file("tree/Makefile");
    make_file("tree/scripts/kafka/pom.xml");
    make_file("tree/build/release/assay");
    make_file("prefix/share/assay/scenarios/quick.yaml");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    struct err e;
    return fs_remove_tree(root, &e) == RC_OK ? 0 : 1;
}

static void test_checkout_from_its_build_folder(void **state)
{
    (void)state;
    static const char *const programs[] = {"tree/build/release/assay", "tree/build/x-asan/assay",
                                           "tree/build/debug/tests/test_home"};
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        struct home h;
        struct err e = {0};
        char exe[FS_PATH_MAX];
        char expected[FS_PATH_MAX];
        assert_int_equal(home_find_for(below(programs[i], exe), &h, &e), RC_OK);
        assert_string_equal(h.data, below("tree", expected));
        assert_string_equal(h.var, below("tree/var", expected));
        assert_true(h.checkout);
    }
}

static void test_installed_uses_the_state_folder(void **state)
{
    (void)state;
    struct home h;
    struct err e = {0};
    char exe[FS_PATH_MAX];
    char expected[FS_PATH_MAX];
    assert_int_equal(home_find_for(below("prefix/bin/assay", exe), &h, &e), RC_OK);
    assert_string_equal(h.data, below("prefix/share/assay", expected));
    assert_string_equal(h.var, "/home/someone/.local/state/assay");
    assert_false(h.checkout);
    setenv("XDG_STATE_HOME", "/state", 1);
    assert_int_equal(home_find_for(exe, &h, &e), RC_OK);
    assert_string_equal(h.var, "/state/assay");
}

static void test_environment_wins(void **state)
{
    (void)state;
    struct home h;
    struct err e = {0};
    char tree[FS_PATH_MAX];
    char expected[FS_PATH_MAX];
    setenv("ASSAY_HOME", below("tree", tree), 1);
    assert_int_equal(home_find_for("/nowhere/assay", &h, &e), RC_OK);
    assert_string_equal(h.data, tree);
    assert_string_equal(h.var, below("tree/var", expected));
    setenv("ASSAY_VAR", "/elsewhere", 1);
    assert_int_equal(home_find_for("/nowhere/assay", &h, &e), RC_OK);
    assert_string_equal(h.var, "/elsewhere");
}

static void test_what_is_refused(void **state)
{
    (void)state;
    struct home h = {.checkout = true};
    struct err e = {0};
    char exe[FS_PATH_MAX];
    assert_int_equal(home_find_for(below("other/bin/assay", exe), &h, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "ASSAY_HOME"));
    setenv("ASSAY_HOME", "relative", 1);
    assert_int_equal(home_find_for(exe, &h, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "\"relative\""));
    unsetenv("ASSAY_HOME");
    unsetenv("HOME");
    assert_int_equal(home_find_for(below("prefix/bin/assay", exe), &h, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "XDG_STATE_HOME"));
    assert_true(h.checkout); /* untouched */
}

/* A folder named build alone does not make a checkout. */
static void test_a_build_folder_elsewhere_is_no_checkout(void **state)
{
    (void)state;
    struct home h;
    struct err e = {0};
    char exe[FS_PATH_MAX];
    make_file("stranger/build/x/assay");
    assert_int_equal(home_find_for(below("stranger/build/x/assay", exe), &h, &e), RC_INFRA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_checkout_from_its_build_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_installed_uses_the_state_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_environment_wins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_build_folder_elsewhere_is_no_checkout, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
