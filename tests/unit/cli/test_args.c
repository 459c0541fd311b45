/* Options are tables: what is not in them, comes twice or lacks its value is refused by name. */
#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct option_row OPTIONS[] = {
    {"--blocks", NULL, "N", "how often", false},
    {"--set", "-s", "KEY=VALUE", "override", true},
    {"--quiet", "-q", NULL, "no progress", false},
    {NULL, NULL, NULL, NULL, false},
};
static const struct command COMMAND = {
    .name = "try", .operands = "FILE...", .says = "tries", .options = OPTIONS};

/* args_parse takes main's argv, which is not const, but changes nothing in it. */
static enum rc parse(const char *const *words, struct args *a, struct err *e)
{
    int argc = 0;
    while (words[argc] != NULL)
        argc++;
    return args_parse(&COMMAND, argc, (char **)(uintptr_t)words, a, e);
}

static void test_options_and_operands_are_told_apart(void **state)
{
    (void)state;
    const char *const words[] = {"one", "--blocks=5", "-s", "a=1", "two", "--set",
                                 "b=2", "-q",         "--", "-x",  NULL};
    struct args a;
    struct err e;
    assert_int_equal(parse(words, &a, &e), RC_OK);
    assert_string_equal(args_value(&a, "--blocks"), "5");
    assert_string_equal(args_nth(&a, "--set", 0), "a=1");
    assert_string_equal(args_nth(&a, "--set", 1), "b=2");
    assert_null(args_nth(&a, "--set", 2));
    assert_true(args_has(&a, "--quiet"));
    assert_int_equal(a.operand_count, 3);
    assert_string_equal(a.operands[1], "two");
    assert_string_equal(a.operands[2], "-x"); /* after "--" nothing is an option */
    args_release(&a);
}

static void refuses(const char *const *words, const char *says)
{
    struct args a;
    struct err e = {0};
    assert_int_equal(parse(words, &a, &e), RC_INPUT);
    if (strstr(e.text, says) == NULL)
        fail_msg("said: %s", e.text);
}

static void test_what_is_wrong_is_named(void **state)
{
    (void)state;
    refuses((const char *[]){"--bloks", "5", NULL}, "did you mean --blocks?");
    refuses((const char *[]){"--nonsense", NULL}, "--help lists the options");
    refuses((const char *[]){"--blocks", NULL}, "--blocks needs a value");
    refuses((const char *[]){"--blocks", "1", "--blocks", "2", NULL}, "--blocks is given twice");
    refuses((const char *[]){"--quiet=yes", NULL}, "--quiet takes no value");
}

static void test_exit_codes_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_int_equal(command_exit_code(RC_OK), 0);
    assert_int_equal(command_exit_code(RC_REGRESSION), 1);
    assert_int_equal(command_exit_code(RC_INPUT), 2);
    assert_int_equal(command_exit_code(RC_UNDECIDED), 3);
    assert_int_equal(command_exit_code(RC_INTEGRITY), 4);
    assert_int_equal(command_exit_code(RC_INFRA), 5);
    assert_int_equal(command_exit_code(RC_BASELINE), 6);
    assert_int_equal(command_exit_code(RC_INTERRUPTED), 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_operands_are_told_apart),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_exit_codes_are_those_of_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
