/* What the gate says in one sentence, of one case and of many. */
#include "reports/gate/gate_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CASES = 3 };

static void outcomes_are_sentences_for_one_and_many(void **state)
{
    static const struct {
        size_t count;
        enum gate_outcome outcome;
        enum gate_case_outcome cases[CASES];
        const char *says;
    } ROWS[] = {
        {1, GATE_PASS, {GATE_CASE_FINE}, "PASS: the one gated case did not regress"},
        {2, GATE_PASS, {GATE_CASE_FINE}, "PASS: none of 2 gated cases regressed"},
        {1, GATE_REGRESSION, {GATE_CASE_REGRESSED}, "REGRESSION: the one gated case is worse"},
        {3, GATE_REGRESSION, {GATE_CASE_REGRESSED}, "REGRESSION: 1 of 3 gated cases is worse"},
        {3,
         GATE_REGRESSION,
         {GATE_CASE_REGRESSED, GATE_CASE_REGRESSED},
         "REGRESSION: 2 of 3 gated cases are worse"},
        {1,
         GATE_INCONCLUSIVE,
         {GATE_CASE_TOO_FEW},
         "INCONCLUSIVE: the one gated case has too few blocks"},
        {1,
         GATE_INCONCLUSIVE,
         {GATE_CASE_NOT_MEASURED},
         "INCONCLUSIVE: the one gated case was not measured in the candidate"},
        {1,
         GATE_INCONCLUSIVE,
         {GATE_CASE_CENSORED},
         "INCONCLUSIVE: the one gated case hangs on values that were cut off"},
        {3,
         GATE_INCONCLUSIVE,
         {GATE_CASE_CENSORED, GATE_CASE_FINE, GATE_CASE_CENSORED},
         "INCONCLUSIVE: 2 of 3 gated cases hang on values that were cut off"},
        {3,
         GATE_INCONCLUSIVE,
         {GATE_CASE_TOO_FEW, GATE_CASE_NOT_MEASURED, GATE_CASE_NOT_MEASURED},
         "INCONCLUSIVE: of 3 gated cases 1 has too few blocks and 2 were not measured in the "
         "candidate"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct gate_case cases[CASES] = {{.outcome = ROWS[i].cases[0]},
                                         {.outcome = ROWS[i].cases[1]},
                                         {.outcome = ROWS[i].cases[2]}};
        struct gate g = {.cases = cases, .count = ROWS[i].count, .outcome = ROWS[i].outcome};
        struct gate_report report = {.gate = &g};
        char text[GATE_WHY];
        assert_string_equal(gate_outcome_text(&report, text), ROWS[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_are_sentences_for_one_and_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
