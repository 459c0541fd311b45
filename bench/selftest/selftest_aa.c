#include "bench/selftest/selftest_real.h"

enum { BLOCKS = 6, CALLED_ONE_IN = 4 };
static const char PART[] = "aa";

static enum rc judge_all(const struct selftest_request *r, const struct results *results,
                         size_t *called, size_t *judged, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < r->comparisons; i++) {
        struct effect f = {.word = EFFECT_NOT_MEASURED};
        char change[EFFECT_TEXT];
        struct selftest_window w = {.part = PART,
                                    .from = SELFTEST_TWICE[0],
                                    .to = SELFTEST_TWICE[1],
                                    .first = (int64_t)i * BLOCKS + 1,
                                    .last = (int64_t)(i + 1) * BLOCKS};
        rc = selftest_window_judge(results, &w, &f, e);
        *called += f.word == EFFECT_BETTER || f.word == EFFECT_WORSE;
        *judged += f.word != EFFECT_TOO_FEW && f.word != EFFECT_NOT_MEASURED;
        run_say(&r->listener, SAY_RESULT, "  comparison %2zu: %s, p %.3f  %s", i + 1,
                effect_change_text(&f, change), f.p, effect_says(&f));
    }
    return rc;
}

static enum rc count_calls(void *ctx, const struct selftest_real *s, const struct results *results,
                           struct err *e)
{
    const struct selftest_request *r = ctx;
    size_t called = 0, judged = 0;
    (void)s;
    enum rc rc = judge_all(r, results, &called, &judged, e);
    if (rc != RC_OK)
        return rc;
    run_say(&r->listener, SAY_RESULT,
            "real A/A: %zu of %zu comparisons of %d blocks called a difference (5 %% would be "
            "%.1f; the self-test fails at a quarter)",
            called, judged, BLOCKS, SELFTEST_LEVEL.alpha * (double)judged);
    if (called > 1 && called * CALLED_ONE_IN >= judged)
        return err_set(e, RC_UNDECIDED,
                       "selftest: %zu of %zu real A/A comparisons were called a difference", called,
                       judged);
    if (judged < r->comparisons)
        return err_set(e, RC_UNDECIDED, "selftest: %zu of %zu comparisons could not be judged",
                       r->comparisons - judged, r->comparisons);
    return RC_OK;
}

enum rc selftest_aa(const struct selftest_request *r, struct err *e)
{
    struct selftest_request mine = *r;
    struct selftest_design d = {
        .parts = {{PART, (int64_t)r->comparisons * BLOCKS, SELFTEST_TWICE, 2}},
        .part_count = 1,
        .judge = count_calls,
        .ctx = &mine};
    return selftest_real_run(r, &d, e);
}
