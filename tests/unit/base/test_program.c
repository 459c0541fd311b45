/* base/program: what a program says, what it ends with, and what goes wrong. */
#include "base/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum rc run_script(const char *script, const char *folder, struct buf *said, int *exit_code,
                          struct err *e)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    return program_run(&(struct program){.argv = argv, .folder = folder}, said, exit_code, e);
}

static void test_output_and_exit_code(void **state)
{
    (void)state;
    struct buf said;
    struct err e = {0};
    int exit_code = -1;
    buf_init(&said, 1024);
    assert_int_equal(
        run_script("echo out; echo err >&2; pwd; read x; exit 7", "/usr", &said, &exit_code, &e),
        RC_OK);
    assert_int_equal(exit_code, 7);
    assert_string_equal(said.data, "out\nerr\n/usr\n");
    buf_release(&said);
}

static void test_failures(void **state)
{
    (void)state;
    struct buf said;
    struct err e = {0};
    int exit_code = -1;
    buf_init(&said, 100);
    assert_int_equal(run_script("kill -9 $$", NULL, &said, &exit_code, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "signal 9"));
    assert_int_equal(run_script("head -c 5000 /dev/zero", NULL, &said, &exit_code, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "more than 100 bytes"));
    const char *const argv[] = {"no-such-program-here", NULL};
    assert_int_equal(program_run(&(struct program){.argv = argv}, &said, &exit_code, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "no-such-program-here"));
    buf_release(&said);
}

static void test_existence(void **state)
{
    (void)state;
    assert_true(program_exists("sh"));
    assert_false(program_exists("no-such-program-here"));
    assert_false(program_exists(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_and_exit_code),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_existence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
