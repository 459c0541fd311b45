/* Arithmetic on figures: values, comparisons, what is shown, and the sentence for what is none. */
#include "scenarios/arithmetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static char sent[] = "sent", done[] = "done", before[] = "before", after[] = "after";
static const struct figure FIGURES[] = {
    {sent, 1500000}, {done, 1498500}, {before, 27}, {after, 5.4}};

static enum rc check(const char *text, double tolerance, struct arithmetic_answer *out,
                     struct err *e)
{
    struct arithmetic a = {.text = text,
                           .figures = FIGURES,
                           .figure_count = sizeof FIGURES / sizeof FIGURES[0],
                           .tolerance = tolerance};
    return arithmetic_check(&a, out, e);
}

static const struct {
    const char *text;
    double tolerance;
    bool holds;
    const char *shown;
} GOOD[] = {
    {"sent - done - 0 = 0", 0, false, "1500000 - 1498500 - 0 = 1500; 1500 = 0 is false"},
    {"sent - done = 1500", 0, true, "1500000 - 1498500 = 1500; 1500 = 1500 is true"},
    {"1 - after / before = 0.8", 0, true, "1 - 5.4 / 27 = 0.8; 0.8 = 0.8 is true"},
    {"after = 5", 0.1, true, "5.4 = 5 is true within 10 %"},
    {"after = 5", 0.07, false, "5.4 = 5 is false within 7 %"},
    {"2 + 3 * 4 = 14", 0, true, "2 + 3 * 4 = 14; 14 = 14 is true"},
    {"(2 + 3) * 4 = 20", 0, true, "(2 + 3) * 4 = 20; 20 = 20 is true"},
    {"20 - 5 - 5 = 10", 0, true, "20 - 5 - 5 = 10; 10 = 10 is true"}, /* from the left */
    {"20 / 5 / 2 = 2", 0, true, "20 / 5 / 2 = 2; 2 = 2 is true"},
    {"-after < -5", 0, true, "-5.4 < -5 is true"},
    {"-(after - before) > 0", 0, true, "-(5.4 - 27) = 21.6; 21.6 > 0 is true"},
    {"5 < 5", 0, false, "5 < 5 is false"},
    {"5 <= 5", 0, true, "5 <= 5 is true"},
    {"5 >= 5", 0, true, "5 >= 5 is true"},
    {"5 > 5", 0.5, false, "5 > 5 is false within 50 %"}, /* a tolerance is for "=" alone */
    {"0.1 + 0.2 <= 0.3", 0, true, "0.1 + 0.2 = 0.3; 0.3 <= 0.3 is true"}, /* binary fractions */
    {"1=sent/done-0.001", 0.01, true, "1500000 / 1498500 - 0.001 = 1; 1 = 1 is true within 1 %"},
    {"0 = 0", 0, true, "0 = 0 is true"},
};

static void figures_are_put_in_and_compared(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        struct arithmetic_answer answer;
        struct err e = {0};
        if (check(GOOD[i].text, GOOD[i].tolerance, &answer, &e) != RC_OK)
            fail_msg("%s: %s", GOOD[i].text, e.text);
        assert_string_equal(answer.shown, GOOD[i].shown);
        assert_int_equal(answer.holds, GOOD[i].holds);
    }
}

static const char *const BAD[][2] = {
    {"", "\"\" ends too early; expected a number, a figure or an expression in parentheses"},
    {"sent", "\"sent\" ends too early; expected one of + - * / and, once, = < > <= >="},
    {"sent =", "\"sent =\" ends too early; expected a number, a figure or an expression in "
               "parentheses"},
    {"= 5", "\"= 5\": found \"= 5\"; expected a number, a figure or an expression in "
            "parentheses"},
    {"sent + = 5", "\"sent + = 5\": found \"= 5\"; expected a number, a figure or an "
                   "expression in parentheses"},
    {"set = 5", "\"set = 5\": found \"set\"; expected one of the figures"},
    {"sen = 5", "\"sen = 5\": found \"sen\"; expected one of the figures"},
    {"(sent = 5", "\"(sent = 5\": found \"= 5\"; expected a closing parenthesis"},
    {"sent) = 5", "\"sent) = 5\": found \") = 5\"; expected one of + - * / and, once, = < > "
                  "<= >="},
    {"5 5 = 5", "\"5 5 = 5\": found \"5 = 5\"; expected one of + - * / and, once, = < > <= "
                ">="},
    {"5 = 5 = 5", "\"5 = 5 = 5\": found \"= 5\"; expected the end"},
    {"1.2.3 = 5", "\"1.2.3 = 5\": found \"1.2.3 = 5\"; expected a number such as 4995 or "
                  "0.8"},
    {"5 / (sent - sent) = 1", "\"5 / (sent - sent) = 1\" divides by zero"},
    {"99999999999999999999999999999999 = 1",
     "\"99999999999999999999999999999999 = 1\": found \"99999999999999999999\"; expected a "
     "number of fewer digits"},
};

static void what_is_no_comparison_gets_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct arithmetic_answer answer;
        struct err e = {0};
        assert_int_equal(check(BAD[i][0], 0, &answer, &e), RC_INPUT);
        assert_string_equal(e.text, BAD[i][1]);
    }
}

static void depth_length_and_size_are_bounded(void **state)
{
    (void)state;
    struct arithmetic_answer answer;
    struct err e = {0};
    char text[ARITHMETIC_TEXT_MAX + 8];
    (void)memset(text, '(', ARITHMETIC_DEPTH_MAX + 1);
    text[ARITHMETIC_DEPTH_MAX + 1] = '\0';
    assert_int_equal(check(text, 0, &answer, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "expected fewer parentheses"));
    (void)memset(text, '1', ARITHMETIC_TEXT_MAX + 1);
    text[ARITHMETIC_TEXT_MAX + 1] = '\0';
    assert_int_equal(check(text, 0, &answer, &e), RC_INPUT);
    assert_string_equal(e.text, "found 401 characters; expected at most 400");
    struct arithmetic huge = {
        .text = "a * a = 1", .figures = &(struct figure){(char[]){"a"}, 1e300}, .figure_count = 1};
    assert_int_equal(arithmetic_check(&huge, &answer, &e), RC_INPUT);
    assert_string_equal(e.text, "\"a * a = 1\" comes to no finite number");
}

static void names_of_figures_are_checked(void **state)
{
    (void)state;
    assert_true(figure_name_valid("lag_5_k"));
    assert_false(figure_name_valid(""));
    assert_false(figure_name_valid("5k"));
    assert_false(figure_name_valid("a-b"));
    assert_false(figure_name_valid("a b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_put_in_and_compared),
        cmocka_unit_test(what_is_no_comparison_gets_its_sentence),
        cmocka_unit_test(depth_length_and_size_are_bounded),
        cmocka_unit_test(names_of_figures_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
