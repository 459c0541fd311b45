/* Looks, what each may spend (tests/data/looks_answers.tsv), and the normal tail under it. */
#include "reports/stats/looks.h"
#include "reports/stats/normal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/reports/stats/answers.h"

/* Also the values Wichura prints with AS 241: -0.6744897501960817, -3.090232306167814 and
 * -9.262340089798408 for p = 0.25, 0.001 and 1e-20. */
static void the_normal_tail_and_its_inverse(void **state)
{
    (void)state;
    struct answers a;
    answers_open(&a, "tests/data/normal_answers.tsv");
    while (answers_next(&a, 2)) {
        double tail = answers_number(&a, 0), z = answers_number(&a, 1);
        answers_near(&a, "z", normal_tail_z(tail), z);
        assert_true(fabs(normal_tail(z) / tail - 1) < 1e-11);
    }
    assert_int_equal(a.rows, 24);
    assert_true(normal_tail_z(0) == INFINITY && normal_tail_z(1) == -INFINITY);
    assert_true(isnan(normal_tail_z(-0.1)) && isnan(normal_tail_z(1.1)) &&
                isnan(normal_tail_z(NAN)));
    assert_true(fabs(normal_tail_z(0.25) - 0.6744897501960817) < 1e-15);
    assert_true(fabs(normal_tail_z(0.001) - 3.090232306167814) < 1e-14);
    assert_true(fabs(normal_tail_z(1e-20) - 9.262340089798408) < 1e-14);
    assert_true(fabs(normal_density(0) - 0.3989422804014327) < 1e-15);
    assert_true(fabs(normal_density(-1.5) - 0.12951759566589174) < 1e-15);
}

enum { MOST, ALPHA, BLOCKS, SPENT, COLUMNS };

static void levels_add_up_to_what_may_be_spent(void **state)
{
    (void)state;
    struct answers a;
    double blocks[ANSWERS_LIST], want[ANSWERS_LIST];
    answers_open(&a, "tests/data/looks_answers.tsv");
    while (answers_next(&a, COLUMNS)) {
        size_t most = (size_t)answers_number(&a, MOST), n = answers_list(&a, BLOCKS, blocks), look;
        double alpha = answers_number(&a, ALPHA), spent = 0;
        assert_int_equal(answers_list(&a, SPENT, want), n);
        for (size_t i = 0; i < n; i++) {
            assert_true(look_at((size_t)blocks[i], most, &look));
            assert_int_equal(look, i);
            double level = look_alpha(look, most, alpha);
            assert_true(level > 0 && level <= alpha);
            spent += level;
            answers_near(&a, "spent", spent / want[i], 1);
        }
        answers_near(&a, "all", spent / alpha, 1);
    }
    assert_int_equal(a.rows, 32);
}

static void looks_come_at_8_12_16_24_and_at_the_end(void **state)
{
    (void)state;
    static const struct {
        size_t most;
        size_t at[6]; /* ends with 0 */
    } ROWS[] = {{24, {8, 12, 16, 24}},
                {40, {8, 12, 16, 24, 40}},
                {20, {8, 12, 16, 20}},
                {9, {8, 9}},
                {8, {8}},
                {6, {6}},
                {1, {1}}};
    for (size_t row = 0; row < sizeof ROWS / sizeof *ROWS; row++) {
        size_t next = 0, look;
        for (size_t blocks = 0; blocks <= 50; blocks++) {
            bool is = ROWS[row].at[next] != 0 && blocks == ROWS[row].at[next];
            assert_int_equal(look_at(blocks, ROWS[row].most, &look), is);
            if (is)
                assert_int_equal(look, next++);
            size_t coming = ROWS[row].at[next] != 0 ? ROWS[row].at[next] : ROWS[row].most;
            assert_int_equal(look_next(blocks, ROWS[row].most), coming);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_normal_tail_and_its_inverse),
        cmocka_unit_test(levels_add_up_to_what_may_be_spent),
        cmocka_unit_test(looks_come_at_8_12_16_24_and_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
