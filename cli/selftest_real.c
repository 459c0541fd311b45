#define _GNU_SOURCE
#include "base/quantity.h"
#include "bench/payload/payload.h"
#include "bench/run/session.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/run_request.h"
#include "cli/selftest.h"
#include "reports/contrast.h"
#include "reports/effect.h"
#include "reports/paired.h"
#include "reports/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One record at a time: what is waited before a record is what it arrives later. */
static const char SCENARIO[] = "about: the same client again and again, for assay selftest\n"
                               "codecs: [none]\n"
                               "payloads: [iot]\n"
                               "batching: {records: 100, linger: 0 ms}\n"
                               "load: {in_flight: 1}\n"
                               "records: 200\n"
                               "warmup: 50\n"
                               "pool: 1 MB\n";
static const char WARM_UP[] = "warm-up"; /* as scenario, and told as such */
static const struct effect_level ONE = {.alpha = 0.05, .comparisons = 1};
enum { AA_BLOCKS = 6, ESTIMATE_BLOCKS = 20, ESTIMATE_QUICK = 10, SLOW_BLOCKS = 8, ARMS_MAX = 4 };
enum { CALLED_ONE_IN = 4, FOUND_OF_TEN = 9 };
static const double PERCENT = 100;
static const double LADDER[] = {0.5, 1, 2}; /* in minimum detectable effects; the last must show */
enum { RUNGS = sizeof LADDER / sizeof *LADDER, WARM_BLOCKS = 20 };
/* The first is not judged: record by record, a broker's first ten thousand are slow. */
enum { PART_WARM, PART_FIRST, PART_SLOW, PARTS };

struct real {
    const struct selftest_request *r;
    struct run_request run;
    struct progress progress;
    struct scenario *scenario[PARTS]; /* owned */
    size_t parts;
    struct session session;
    struct session_options options;
    bool estimated;
    double median_ns, detectable;
    enum rc rc; /* of estimating, while the session runs */
    struct err err;
};

/* --- scenarios --- */

static enum rc parse(const char *name, int64_t blocks, struct scenario **out, struct err *e)
{
    enum { KINDS = 64 };
    const char *kinds[KINDS + 1] = {NULL};
    char set_name[64], set_blocks[64];
    for (size_t i = 0; i < KINDS && PAYLOAD_KINDS[i] != NULL; i++)
        kinds[i] = PAYLOAD_KINDS[i]->name;
    (void)snprintf(set_name, sizeof set_name, "name=%s", name);
    (void)snprintf(set_blocks, sizeof set_blocks, "blocks=%lld", (long long)blocks);
    struct scenario_places places = {.generators = kinds};
    struct scenario_override sets[] = {{set_name}, {set_blocks}};
    struct scenario_text text = {.yaml = span_str(SCENARIO), .file = "selftest"};
    return scenario_parse(&text, &places, sets, sizeof sets / sizeof *sets, out, e);
}

static enum rc set_arms(struct scenario *s, const char *const *names, size_t count, struct err *e)
{
    s->arms = calloc(count, sizeof *s->arms);
    if (s->arms == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu arms", count);
    s->arm_count = count;
    s->compare = ARM_LISTED;
    s->baseline_arm = 0;
    for (size_t i = 0; i < count; i++) {
        s->arms[i].name = strdup(names[i]);
        if (s->arms[i].name == NULL)
            return err_set(e, RC_INFRA, "out of memory for %zu arms", count);
    }
    return RC_OK;
}

static enum rc add_part(struct real *t, const char *name, int64_t blocks, const char *const *arms,
                        size_t count, struct err *e)
{
    struct scenario **s = &t->scenario[t->parts];
    enum rc rc = parse(name, blocks, s, e);
    if (rc != RC_OK)
        return rc;
    t->parts++;
    return set_arms(*s, arms, count, e);
}

/* --- judging --- */

/* Blocks first to last of one arm against the first arm of a part. */
struct window {
    const char *scenario, *from, *to;
    int64_t first, last;
};

static enum rc judge_window(const struct results *r, const struct window *w, struct effect *out,
                            struct err *e)
{
    struct contrast c;
    struct contrast_key k = {
        .scenario = w->scenario, .from = w->from, .to = w->to, .metric = METRIC_E2E_P50};
    enum rc rc = contrast_of(r, &k, &c, e);
    if (rc != RC_OK)
        return rc;
    size_t begin = 0, end;
    while (begin < c.n && c.pairs[begin].from->block < w->first)
        begin++;
    for (end = begin; end < c.n && c.pairs[end].from->block <= w->last; end++)
        ;
    struct sample from = {c.from + begin, end - begin}, to = {c.to + begin, end - begin};
    struct effect *list[] = {out};
    rc = effect_paired(METRIC_E2E_P50, from, to, ONE, out, e);
    if (rc == RC_OK)
        rc = effects_correct(list, 1, ONE.alpha, e);
    contrast_release(&c);
    return rc;
}

/* --- the session --- */

static bool wanted(void *ctx, const struct plan *p, const struct plan_trial *trial);

static void show(void *ctx, const struct run_progress *p)
{
    static const char NOT_JUDGED[] = "warm-up trials, not judged:";
    struct real *t = ctx;
    struct run_progress mine = *p;
    if (t->session.running == PART_WARM && strcmp(p->doing, "measuring") == 0)
        mine.doing = NOT_JUDGED;
    progress_show(&t->progress, &mine);
}

static enum rc measure(struct real *t, struct results *out, struct err *e)
{
    t->options = (struct session_options){.ground = run_request_ground(&t->run, interrupt_watch()),
                                          .out = t->run.out,
                                          .name = "selftest",
                                          .command = t->run.command,
                                          .wanted = wanted,
                                          .on_progress = show,
                                          .ctx = t};
    enum rc rc = session_plan(&t->options, t->scenario, t->parts, &t->session, e);
    if (rc != RC_OK)
        return rc;
    rc = session_open(&t->session, e);
    if (rc == RC_OK)
        rc = session_run(&t->session, e);
    progress_end(&t->progress);
    if (rc == RC_OK && t->rc != RC_OK) {
        *e = t->err;
        rc = t->rc;
    }
    if (rc == RC_OK)
        rc = results_read(t->session.folder.path, out, e);
    if (rc == RC_OK)
        (void)printf("records: %s\n", t->session.folder.path);
    session_close(&t->session, rc == RC_INFRA);
    return rc;
}

static enum rc begin(struct real *t, const struct selftest_request *r, struct err *e)
{
    *t = (struct real){.r = r};
    progress_start(&t->progress, r->quiet);
    return run_request_read(r->args, &t->run, e);
}

static void end(struct real *t)
{
    for (size_t i = 0; i < PARTS; i++)
        scenario_free(t->scenario[i]);
    run_request_release(&t->run);
    free(t);
}

/* --- A/A --- */

static const char *const TWICE[] = {"A", "A again"};

static enum rc count_calls(const struct selftest_request *r, const struct results *results,
                           struct err *e)
{
    size_t called = 0, judged = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < r->comparisons; i++) {
        struct effect f = {.word = EFFECT_NOT_MEASURED};
        char change[EFFECT_TEXT];
        struct window w = {.scenario = "aa",
                           .from = TWICE[0],
                           .to = TWICE[1],
                           .first = (int64_t)i * AA_BLOCKS + 1,
                           .last = (int64_t)(i + 1) * AA_BLOCKS};
        rc = judge_window(results, &w, &f, e);
        bool call = f.word == EFFECT_BETTER || f.word == EFFECT_WORSE;
        called += call;
        judged += f.word != EFFECT_TOO_FEW && f.word != EFFECT_NOT_MEASURED;
        (void)printf("  comparison %2zu: %s, p %.3f  %s\n", i + 1, effect_change_text(&f, change),
                     f.p, effect_says(&f));
    }
    if (rc != RC_OK)
        return rc;
    (void)printf("real A/A: %zu of %zu comparisons of %d blocks called a difference (5 %% would be "
                 "%.1f; the self-test fails at a quarter)\n",
                 called, judged, AA_BLOCKS, 0.05 * (double)judged);
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
    struct results results = {.count = 0};
    struct real *t = calloc(1, sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = begin(t, r, e);
    if (rc == RC_OK)
        rc = add_part(t, WARM_UP, WARM_BLOCKS, TWICE, 2, e);
    if (rc == RC_OK)
        rc = add_part(t, "aa", (int64_t)r->comparisons * AA_BLOCKS, TWICE, 2, e);
    if (rc == RC_OK)
        rc = measure(t, &results, e);
    if (rc == RC_OK)
        rc = count_calls(r, &results, e);
    results_release(&results);
    end(t);
    return rc;
}

/* --- slowdown --- */

static const char *const SLOW_ARMS[ARMS_MAX] = {"as it is", "0.5 x", "1 x", "2 x"};

/* From the A/A part: what the noise is, and so how long to wait in each arm of the next part. */
static enum rc estimate(struct real *t, struct err *e)
{
    struct results results;
    struct effect f = {.word = EFFECT_NOT_MEASURED};
    struct contrast c = {.n = 0};
    struct contrast_key k = {.scenario = t->scenario[PART_FIRST]->name,
                             .from = TWICE[0],
                             .to = TWICE[1],
                             .metric = METRIC_E2E_P50};
    struct window all = {k.scenario, TWICE[0], TWICE[1], 1, INT64_MAX};
    enum rc rc = results_read(t->session.folder.path, &results, e);
    if (rc == RC_OK)
        rc = contrast_of(&results, &k, &c, e);
    if (rc == RC_OK)
        rc = judge_window(&results, &all, &f, e);
    double *d = rc == RC_OK ? calloc(c.n + 1, sizeof *d) : NULL;
    struct paired p = {.sigma = NAN};
    for (size_t i = 0; d != NULL && i < c.n; i++)
        d[i] = log(c.to[i] / c.from[i]);
    if (d != NULL)
        rc = paired_judge(d, c.n, ONE.alpha, &p, e);
    t->median_ns = f.from;
    t->detectable = paired_detectable(p.sigma, SLOW_BLOCKS, ONE.alpha);
    free(d);
    contrast_release(&c);
    results_release(&results);
    if (rc == RC_OK && !(t->detectable > 0 && t->median_ns > 0))
        rc = err_set(e, RC_UNDECIDED, "selftest: the noise of this machine could not be estimated");
    return rc;
}

static void plant(struct real *t)
{
    struct scenario *s = t->scenario[PART_SLOW];
    char median[QUANTITY_TEXT], delay[QUANTITY_TEXT];
    progress_end(&t->progress);
    (void)printf("A/A: median latency %s; %d blocks find a slowdown of %.1f %% (80 %% power)\n",
                 quantity_format_duration(llround(t->median_ns), median), SLOW_BLOCKS,
                 PERCENT * expm1(t->detectable));
    for (size_t i = 0; i < RUNGS; i++) {
        double share = expm1(LADDER[i] * t->detectable);
        s->arms[i + 1].delay_ns = llround(t->median_ns * share);
        (void)printf("  arm \"%s\": the sender waits %s before each record, %.1f %%\n",
                     s->arms[i + 1].name, quantity_format_duration(s->arms[i + 1].delay_ns, delay),
                     PERCENT * share);
    }
    (void)fflush(stdout);
}

/* Asked before the first trial of the second part: then the first has ended. */
static bool wanted(void *ctx, const struct plan *p, const struct plan_trial *trial)
{
    struct real *t = ctx;
    (void)trial;
    if (t->parts < PARTS || p->scenario != t->scenario[PART_SLOW])
        return true;
    if (!t->estimated) {
        t->estimated = true;
        t->rc = estimate(t, &t->err);
        if (t->rc == RC_OK)
            plant(t);
    }
    return t->rc == RC_OK;
}

static int64_t delay_of(const struct real *t, size_t rung)
{
    return t->scenario[PART_SLOW]->arms[rung + 1].delay_ns;
}

/* The latency of the reference arm is not that of the A/A part when the machine has calmed or
 * filled up since: both shares are said. */
static void print_rung(const struct real *t, size_t rung, double beside_ns, double measured,
                       size_t found)
{
    char delay[QUANTITY_TEXT];
    (void)printf(
        "  injected %s (%s the detectable effect: %+.1f %% of the A/A latency, %+.1f %% of "
        "that beside it): measured %+.1f %% on average, found in %zu of %zu\n",
        quantity_format_duration(delay_of(t, rung), delay), SLOW_ARMS[rung + 1],
        PERCENT * expm1(LADDER[rung] * t->detectable),
        PERCENT * (double)delay_of(t, rung) / beside_ns, PERCENT * measured, found,
        t->r->repetitions);
}

/* How often one rung was found. */
static enum rc count_found(const struct real *t, const struct results *results, size_t rung,
                           size_t *found, struct err *e)
{
    double sum = 0, beside = 0;
    enum rc rc = RC_OK;
    *found = 0;
    for (size_t i = 0; rc == RC_OK && i < t->r->repetitions; i++) {
        struct effect f = {.word = EFFECT_NOT_MEASURED};
        struct window w = {.scenario = t->scenario[PART_SLOW]->name,
                           .from = SLOW_ARMS[0],
                           .to = SLOW_ARMS[rung + 1],
                           .first = (int64_t)i * SLOW_BLOCKS + 1,
                           .last = (int64_t)(i + 1) * SLOW_BLOCKS};
        rc = judge_window(results, &w, &f, e);
        *found += rc == RC_OK && f.word == EFFECT_WORSE;
        sum += f.change / (double)t->r->repetitions;
        beside += f.from / (double)t->r->repetitions;
    }
    if (rc == RC_OK)
        print_rung(t, rung, beside, sum, *found);
    return rc;
}

static enum rc judge_ladder(const struct real *t, const struct results *results, struct err *e)
{
    size_t found = 0, smallest = RUNGS;
    char delay[QUANTITY_TEXT];
    enum rc rc = RC_OK;
    for (size_t rung = 0; rc == RC_OK && rung < RUNGS; rung++) {
        rc = count_found(t, results, rung, &found, e);
        if (smallest == RUNGS && found * 10 >= t->r->repetitions * FOUND_OF_TEN)
            smallest = rung;
    }
    if (rc != RC_OK)
        return rc;
    if (smallest == RUNGS)
        (void)printf("no injected slowdown was found in 90 %% of the repetitions\n");
    else
        (void)printf("smallest injected slowdown found in 90 %% of the repetitions: %s a record, "
                     "%.1f %% of the A/A latency\n",
                     quantity_format_duration(delay_of(t, smallest), delay),
                     PERCENT * expm1(LADDER[smallest] * t->detectable));
    if (found * 10 < t->r->repetitions * FOUND_OF_TEN)
        return err_set(e, RC_UNDECIDED,
                       "selftest: twice the minimum detectable effect was found in %zu of %zu "
                       "repetitions, and 90 %% are asked for",
                       found, t->r->repetitions);
    return RC_OK;
}

enum rc selftest_slowdown(const struct selftest_request *r, struct err *e)
{
    struct results results = {.count = 0};
    struct real *t = calloc(1, sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = begin(t, r, e);
    if (rc == RC_OK)
        rc = add_part(t, WARM_UP, WARM_BLOCKS, TWICE, 2, e);
    if (rc == RC_OK)
        rc = add_part(t, "noise", r->quick ? ESTIMATE_QUICK : ESTIMATE_BLOCKS, TWICE, 2, e);
    if (rc == RC_OK)
        rc = add_part(t, "slowdown", (int64_t)r->repetitions * SLOW_BLOCKS, SLOW_ARMS, ARMS_MAX, e);
    if (rc == RC_OK)
        rc = measure(t, &results, e);
    if (rc == RC_OK)
        rc = judge_ladder(t, &results, e);
    results_release(&results);
    end(t);
    return rc;
}
