#include "base/quantity.h"
#include "bench/selftest/selftest_real.h"
#include "reports/stats/paired.h"
#include "reports/stats/resample.h"
#include "reports/stats/statistics.h"
#include "reports/summary/contrast.h"

#include <math.h>
#include <stdlib.h>

enum { ESTIMATE_BLOCKS = 20, ESTIMATE_QUICK = 10, SLOW_BLOCKS = 8, FOUND_OF_TEN = 9 };
enum { PART_NOISE, PART_SLOW };
static const double PERCENT = 100;
static const double LADDER[] = {0.5, 1, 2}; /* in minimum detectable effects; the last must show */
enum { RUNGS = sizeof LADDER / sizeof *LADDER };
static const char NOISE[] = "noise", SLOWDOWN[] = "slowdown";
static const char *const SLOW_ARMS[RUNGS + 1] = {"as it is", "0.5 x", "1 x", "2 x"};

struct slowdown {
    const struct run_listener *listener;
    size_t repetitions;
    double median_ns, detectable; /* of the noise part; detectable as a logarithm */
    int64_t delay_ns[RUNGS];
};

/* The spread of the pairs' differences, and the median they have in common. */
static enum rc measure_noise(const struct contrast *c, struct slowdown *d, struct err *e)
{
    double *differences = calloc(c->n + 1, sizeof *differences);
    if (differences == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu differences", c->n);
    for (size_t i = 0; i < c->n; i++)
        differences[i] = log(c->to[i] / c->from[i]);
    double spread = paired_spread(differences, c->n, SELFTEST_LEVEL.alpha);
    d->detectable = paired_detectable(spread, SLOW_BLOCKS, SELFTEST_LEVEL.alpha);
    free(differences);
    return RC_OK;
}

/* From the A/A part: what the noise is, and so how long to wait in each arm of the next part. */
static enum rc estimate_noise(const struct selftest_real *s, struct slowdown *d, struct err *e)
{
    struct results results = {.count = 0};
    struct effect f = {.word = EFFECT_NOT_MEASURED};
    struct contrast c = {.n = 0};
    struct contrast_key k = {.scenario = NOISE,
                             .from = SELFTEST_TWICE[0],
                             .to = SELFTEST_TWICE[1],
                             .metric = METRIC_E2E_P50};
    struct selftest_window all = {NOISE, k.from, k.to, 1, INT64_MAX};
    enum rc rc = results_read(s->run.folder.path, &results, e);
    if (rc == RC_OK)
        rc = contrast_of(&results, &k, &c, e);
    if (rc == RC_OK)
        rc = selftest_window_judge(&results, &all, &f, e);
    if (rc == RC_OK)
        rc = measure_noise(&c, d, e);
    d->median_ns = f.from;
    contrast_release(&c);
    results_release(&results);
    if (rc == RC_OK && !(d->detectable > 0 && d->median_ns > 0))
        rc = err_set(e, RC_UNDECIDED, "selftest: the noise of this machine could not be estimated");
    return rc;
}

static enum rc plant_delays(void *ctx, struct selftest_real *s, struct err *e)
{
    struct slowdown *d = ctx;
    struct scenario *slow = selftest_real_part(s, PART_SLOW);
    char median[QUANTITY_TEXT], delay[QUANTITY_TEXT];
    enum rc rc = estimate_noise(s, d, e);
    if (rc != RC_OK)
        return rc;
    const struct run_listener *l = &s->request->listener;
    run_say(l, SAY_RESULT,
            "A/A: median latency %s; %d blocks find a slowdown of %.1f %% (80 %% power)",
            quantity_format_duration(llround(d->median_ns), median), SLOW_BLOCKS,
            PERCENT * expm1(d->detectable));
    for (size_t i = 0; i < RUNGS; i++) {
        double share = expm1(LADDER[i] * d->detectable);
        d->delay_ns[i] = llround(d->median_ns * share);
        slow->arms[i + 1].delay_ns = d->delay_ns[i];
        run_say(l, SAY_RESULT, "  arm \"%s\": the sender waits %s before each record, %.1f %%",
                SLOW_ARMS[i + 1], quantity_format_duration(d->delay_ns[i], delay), PERCENT * share);
    }
    return RC_OK;
}

/* The latency of the reference arm is not that of the A/A part when the machine has calmed or
 * filled up since: both shares are said. */
static void tell_rung(const struct slowdown *d, size_t rung, double beside_ns, double measured,
                      size_t found)
{
    char delay[QUANTITY_TEXT];
    run_say(d->listener, SAY_RESULT,
            "  injected %s (%s the detectable effect: %+.1f %% of the A/A latency, %+.1f %% of "
            "that beside it): measured %+.1f %% on average, found in %zu of %zu",
            quantity_format_duration(d->delay_ns[rung], delay), SLOW_ARMS[rung + 1],
            PERCENT * expm1(LADDER[rung] * d->detectable),
            PERCENT * (double)d->delay_ns[rung] / beside_ns, PERCENT * measured, found,
            d->repetitions);
}

/* How often one rung was found. */
static enum rc count_found(const struct slowdown *d, const struct results *results, size_t rung,
                           size_t *found, struct err *e)
{
    double sum = 0, beside = 0;
    enum rc rc = RC_OK;
    *found = 0;
    for (size_t i = 0; rc == RC_OK && i < d->repetitions; i++) {
        struct effect f = {.word = EFFECT_NOT_MEASURED};
        struct selftest_window w = {.part = SLOWDOWN,
                                    .from = SLOW_ARMS[0],
                                    .to = SLOW_ARMS[rung + 1],
                                    .first = (int64_t)i * SLOW_BLOCKS + 1,
                                    .last = (int64_t)(i + 1) * SLOW_BLOCKS};
        rc = selftest_window_judge(results, &w, &f, e);
        *found += rc == RC_OK && f.word == EFFECT_WORSE;
        sum += f.change / (double)d->repetitions;
        beside += f.from / (double)d->repetitions;
    }
    if (rc == RC_OK)
        tell_rung(d, rung, beside, sum, *found);
    return rc;
}

static enum rc judge_ladder(void *ctx, const struct selftest_real *s, const struct results *results,
                            struct err *e)
{
    const struct slowdown *d = ctx;
    (void)s;
    size_t found = 0, smallest = RUNGS;
    char delay[QUANTITY_TEXT];
    enum rc rc = RC_OK;
    for (size_t rung = 0; rc == RC_OK && rung < RUNGS; rung++) {
        rc = count_found(d, results, rung, &found, e);
        if (smallest == RUNGS && found * 10 >= d->repetitions * FOUND_OF_TEN)
            smallest = rung;
    }
    if (rc != RC_OK)
        return rc;
    if (smallest == RUNGS)
        run_say(d->listener, SAY_RESULT,
                "no injected slowdown was found in 90 %% of the repetitions");
    else
        run_say(d->listener, SAY_RESULT,
                "smallest injected slowdown found in 90 %% of the repetitions: %s a record, "
                "%.1f %% of the A/A latency",
                quantity_format_duration(d->delay_ns[smallest], delay),
                PERCENT * expm1(LADDER[smallest] * d->detectable));
    if (found * 10 < d->repetitions * FOUND_OF_TEN)
        return err_set(e, RC_UNDECIDED,
                       "selftest: twice the minimum detectable effect was found in %zu of %zu "
                       "repetitions, and 90 %% are asked for",
                       found, d->repetitions);
    return RC_OK;
}

enum rc selftest_slowdown(const struct selftest_request *r, struct err *e)
{
    struct slowdown slowdown = {.listener = &r->listener, .repetitions = r->repetitions};
    struct selftest_design d = {
        .parts = {[PART_NOISE] = {NOISE, r->quick ? ESTIMATE_QUICK : ESTIMATE_BLOCKS,
                                  SELFTEST_TWICE, 2},
                  [PART_SLOW] = {SLOWDOWN, (int64_t)r->repetitions * SLOW_BLOCKS, SLOW_ARMS,
                                 RUNGS + 1}},
        .part_count = SELFTEST_PARTS,
        .before_last = plant_delays,
        .judge = judge_ladder,
        .ctx = &slowdown};
    return selftest_real_run(r, &d, e);
}
