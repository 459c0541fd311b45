#define _GNU_SOURCE
#include "bench/selftest/selftest_real.h"

#include "reports/summary/contrast.h"

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

const char *const SELFTEST_TWICE[2] = {"A", "A again"};
const struct effect_level SELFTEST_LEVEL = {.alpha = 0.05, .comparisons = 1};

/* Not judged: record by record, a broker's first ten thousand are slow. */
static const struct selftest_part WARM_UP = {
    .name = "warm-up", .blocks = 20, .arms = SELFTEST_TWICE, .arm_count = 2};

/* --- scenarios --- */

static enum rc parse_part(const struct selftest_real *s, const struct selftest_part *part,
                          struct scenario **out, struct err *e)
{
    char set_name[64], set_blocks[64];
    (void)snprintf(set_name, sizeof set_name, "name=%s", part->name);
    (void)snprintf(set_blocks, sizeof set_blocks, "blocks=%lld", (long long)part->blocks);
    struct scenario_places places = run_request_places(s->request->run);
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
    s->compare = DIMENSION_ARM;
    s->baseline_arm = 0;
    for (size_t i = 0; i < count; i++) {
        s->arms[i].name = strdup(names[i]);
        if (s->arms[i].name == NULL)
            return err_set(e, RC_INFRA, "out of memory for %zu arms", count);
    }
    return RC_OK;
}

static enum rc add_part(struct selftest_real *s, const struct selftest_part *part, struct err *e)
{
    struct scenario **scenario = &s->scenarios[s->scenario_count];
    enum rc rc = parse_part(s, part, scenario, e);
    if (rc != RC_OK)
        return rc;
    s->scenario_count++;
    return set_arms(*scenario, part->arms, part->arm_count, e);
}

struct scenario *selftest_real_part(const struct selftest_real *s, size_t i)
{
    return s->scenarios[i + 1];
}

/* --- the run --- */

static enum rc end_part(void *ctx, size_t part, struct err *e)
{
    struct selftest_real *s = ctx;
    const struct selftest_design *d = s->design;
    bool last_is_next = part + 2 == s->scenario_count;
    return d->before_last != NULL && last_is_next ? d->before_last(d->ctx, s, e) : RC_OK;
}

static void tell_progress(void *ctx, const struct run_progress *p)
{
    static const char NOT_JUDGED[] = "warm-up trials, not judged:";
    struct selftest_real *s = ctx;
    struct run_progress mine = *p;
    if (s->run.running == 0 && strcmp(p->doing, "measuring") == 0)
        mine.doing = NOT_JUDGED;
    run_tell(&s->request->listener, &mine);
}

static enum rc measure_parts(struct selftest_real *s, struct results *out, struct err *e)
{
    struct run_request *r = s->request->run;
    s->options = (struct run_options){.testbed = run_request_testbed(r),
                                      .trial = run_request_trial(r),
                                      .out = r->out,
                                      .name = "selftest",
                                      .command = r->command,
                                      .part_done = end_part,
                                      .on_progress = tell_progress,
                                      .ctx = s};
    enum rc rc = run_plan(&s->options, s->scenarios, s->scenario_count, &s->run, e);
    if (rc != RC_OK)
        return rc;
    rc = run_open(&s->run, e);
    if (rc == RC_OK)
        rc = run_measure(&s->run, e);
    if (rc == RC_OK)
        rc = results_read(s->run.folder.path, out, e);
    if (rc == RC_OK)
        run_say(&s->request->listener, SAY_RESULT, "records: %s", s->run.folder.path);
    run_close(&s->run, rc == RC_INFRA);
    return rc;
}

static enum rc add_parts(struct selftest_real *s, struct err *e)
{
    enum rc rc = add_part(s, &WARM_UP, e);
    for (size_t i = 0; rc == RC_OK && i < s->design->part_count; i++)
        rc = add_part(s, &s->design->parts[i], e);
    return rc;
}

enum rc selftest_real_run(const struct selftest_request *r, const struct selftest_design *d,
                          struct err *e)
{
    struct results results = {.count = 0};
    struct selftest_real *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    s->request = r;
    s->design = d;
    enum rc rc = add_parts(s, e);
    if (rc == RC_OK)
        rc = measure_parts(s, &results, e);
    if (rc == RC_OK)
        rc = d->judge(d->ctx, s, &results, e);
    results_release(&results);
    for (size_t i = 0; i < s->scenario_count; i++)
        scenario_free(s->scenarios[i]);
    free(s);
    return rc;
}

/* --- judging --- */

enum rc selftest_window_judge(const struct results *r, const struct selftest_window *w,
                              struct effect *out, struct err *e)
{
    struct contrast c;
    struct contrast_key k = {
        .scenario = w->part, .from = w->from, .to = w->to, .metric = METRIC_E2E_P50};
    enum rc rc = contrast_of(r, &k, &c, e);
    if (rc != RC_OK)
        return rc;
    size_t begin = 0, end;
    while (begin < c.n && c.pairs[begin].from->block < w->first)
        begin++;
    for (end = begin; end < c.n && c.pairs[end].from->block <= w->last; end++)
        ;
    struct sample from = {.values = c.from + begin, .n = end - begin};
    struct sample to = {.values = c.to + begin, .n = end - begin};
    struct effect *list[] = {out};
    rc = effect_paired(METRIC_E2E_P50, from, to, SELFTEST_LEVEL, out, e);
    if (rc == RC_OK)
        rc = effects_correct(list, 1, SELFTEST_LEVEL.alpha, e);
    contrast_release(&c);
    return rc;
}
