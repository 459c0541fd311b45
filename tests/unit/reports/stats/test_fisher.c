/* Fisher's exact test against values worked out by hand. */
#include "reports/stats/fisher.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is_near(double found, double want)
{
    if (!(fabs(found - want) < 1e-12))
        fail_msg("%.15g is not %.15g", found, want);
}

static void known_tables(void **state)
{
    (void)state;
    /* The lady who tastes tea: 3 of 4 right, and 1 of the other 4 called the same. */
    is_near(fisher_more((struct share){1, 4}, (struct share){3, 4}), 17.0 / 70);
    is_near(fisher_more((struct share){0, 4}, (struct share){4, 4}), 1.0 / 70);
    /* All six among the twelve: C(12,6) of C(36,6) ways. */
    is_near(fisher_more((struct share){0, 24}, (struct share){6, 12}), 924.0 / 1947792);
    /* At least none is certain, also where `from` cannot hold the others. */
    is_near(fisher_more((struct share){3, 3}, (struct share){0, 5}), 1);
    is_near(fisher_more((struct share){1, 1}, (struct share){4, 5}), 1);
}

static void nothing_says_nothing(void **state)
{
    (void)state;
    is_near(fisher_more((struct share){0, 12}, (struct share){0, 12}), 1);
    is_near(fisher_more((struct share){0, 0}, (struct share){5, 5}), 1);
    is_near(fisher_more((struct share){5, 5}, (struct share){0, 0}), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_tables),
        cmocka_unit_test(nothing_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
