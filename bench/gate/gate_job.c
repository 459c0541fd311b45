#define _GNU_SOURCE
#include "bench/gate/gate_job.h"

#include "base/clock.h"
#include "base/quantity.h"
#include "reports/stats/paired.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_DEFAULT = 12 };

/* --- scenarios --- */

static enum rc name_again(struct scenario *s, struct err *e)
{
    char *name = NULL;
    if (asprintf(&name, "%s%s", s->name, GATE_AGAIN) < 0)
        return err_set(e, RC_INFRA, "out of memory");
    free(s->name);
    s->name = name;
    return RC_OK;
}

static enum rc load_stages(struct gate_job *j, struct err *e)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < GATE_STAGES; i++) {
        rc = run_request_load(j->request->run, j->request->scenario, &j->scenario[i], e);
        if (rc == RC_OK)
            rc = gate_ref_apply(j->scenario[i], &j->baseline, &j->candidate, e);
    }
    return rc == RC_OK ? name_again(j->scenario[GATE_CONFIRMATION], e) : rc;
}

/* --- blocks --- */

/* Whether a noisy gated metric will say something of a cell. */
static bool is_case(enum metric metric, const struct plan_cell *c)
{
    const struct metric_row *m = &METRICS[metric];
    bool enough = c->records_max - c->warmup_records >= metric_records_needed(metric);
    if (!m->gated || m->sizes || !enough || (m->queue_when_flat_out && !load_is_paced(&c->load)))
        return false;
    return !m->throughput || !load_by_clock(&c->load);
}

/* Noisy cases that a comparison may have. */
static size_t cases_of(const struct plan_cell *c, bool exact)
{
    size_t n = 0;
    for (int m = 0; !exact && m < METRIC_COUNT; m++)
        n += is_case((enum metric)m, c);
    return n;
}

static size_t blocks_needed(const struct scenario *s, double alpha, size_t *cases, struct err *e)
{
    struct plan p;
    *cases = 0;
    if (plan_build(s, plan_sample_payload, &p, e) != RC_OK)
        return 0;
    for (size_t g = 0; g < p.comparison_count; g++)
        *cases += cases_of(&p.cells[p.comparisons[g].first], s->exact);
    plan_release(&p);
    return *cases > 0 ? paired_blocks_needed(*cases, alpha) : 1;
}

static enum rc choose_blocks(struct gate_job *j, struct err *e)
{
    struct scenario *s = j->scenario[GATE_MAIN];
    size_t needed = blocks_needed(s, j->request->limits->alpha, &j->cases, e);
    if (needed == 0)
        return e->rc;
    bool given = j->request->blocks_given;
    if (given && (size_t)s->blocks < needed)
        return err_set(e, RC_INPUT,
                       "too few blocks for %zu comparisons: %lld asked for, and %zu are needed "
                       "(the smallest p of n blocks is 2^(1-n))",
                       j->cases, (long long)s->blocks, needed);
    j->blocks_needed = needed;
    int64_t least = j->cases > 0 && needed < BLOCKS_DEFAULT ? BLOCKS_DEFAULT : (int64_t)needed;
    for (int i = 0; !given && i < GATE_STAGES; i++)
        if (j->scenario[i]->blocks < least)
            j->scenario[i]->blocks = least;
    return RC_OK;
}

/* --- the run --- */

/* Within each block, the arms of a comparison run the other way round. */
static void reverse_arms(struct plan *p)
{
    size_t first = 0;
    while (first < p->trial_count) {
        size_t end = first + 1;
        size_t group = p->cells[p->trials[first].cell].group;
        while (end < p->trial_count && p->trials[end].block == p->trials[first].block &&
               p->cells[p->trials[end].cell].group == group)
            end++;
        for (size_t a = first, b = end - 1; a < b; a++, b--) {
            struct plan_trial other = p->trials[a];
            int64_t position = other.position;
            p->trials[a] = p->trials[b];
            other.position = p->trials[a].position;
            p->trials[a].position = position;
            p->trials[b] = other;
        }
        first = end;
    }
}

static bool is_wanted(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct gate_job *j = ctx;
    bool main_stage = p->scenario == j->scenario[GATE_MAIN];
    return gate_stages_want(&j->stages, main_stage ? GATE_MAIN : GATE_CONFIRMATION,
                            p->cells[t->cell].group);
}

/* Parts of the run are the stages, in their order. */
static enum rc end_stage(void *ctx, size_t part, struct err *e)
{
    struct gate_job *j = ctx;
    struct results results;
    const struct gate_stages *s = &j->stages;
    enum rc rc = results_read(j->run.folder.path, &results, e);
    if (rc == RC_OK)
        rc = gate_stages_end(&j->stages, (enum gate_stage)part, &results, e);
    if (rc == RC_OK && part == GATE_MAIN && s->suspects > 0)
        run_say(&j->request->run->listener, SAY_STEP,
                "%zu of %zu case%s %s worse: a fresh stage, order reversed", s->suspects,
                s->gate.count, s->gate.count == 1 ? "" : "s", s->suspects == 1 ? "is" : "are");
    results_release(&results);
    return rc;
}

static void tell_progress(void *ctx, const struct run_progress *p)
{
    const struct gate_job *j = ctx;
    run_tell(&j->request->run->listener, p);
}

/* What went wrong with trials comes before what the numbers say. */
static enum rc settle_trials(const struct gate_job *j, enum rc rc, struct err *e)
{
    size_t infra = 0, integrity = 0;
    const char *why = "";
    for (size_t i = 0; i < j->run.part_count; i++) {
        const struct plan_run_result *result = &j->run.parts[i].result;
        infra += result->void_other;
        integrity += result->void_integrity;
        if (why[0] == '\0')
            why = result->first_why;
    }
    if (infra + integrity == 0)
        return rc;
    return err_set(e, infra > 0 ? RC_INFRA : RC_INTEGRITY, "%zu trials void; %s", infra + integrity,
                   why);
}

static enum rc settle(struct gate_job *j, int64_t took_ns, const struct gate_show *show,
                      struct err *e)
{
    struct gate_report report = {.gate = &j->stages.gate,
                                 .baseline = j->baseline.says,
                                 .candidate = j->candidate.says,
                                 .file = j->scenario[GATE_MAIN]->file,
                                 .seconds = (double)took_ns / NS_PER_S};
    enum rc rc = gate_settle(&report, j->run.folder.path, show, e);
    return rc == RC_INPUT || rc == RC_INFRA ? rc : settle_trials(j, rc, e);
}

char *gate_job_lacks(const struct gate_job *j, char *text)
{
    const struct plan *p = &j->run.parts[GATE_MAIN].plan;
    int64_t fewest = INT64_MAX;
    text[0] = '\0';
    for (size_t i = 0; i < p->cell_count; i++) {
        int64_t measured = p->cells[i].records_max - p->cells[i].warmup_records;
        fewest = measured < fewest ? measured : fewest;
    }
    if (j->cases == 0 && !p->scenario->exact)
        (void)snprintf(text, GATE_LACKS,
                       "no latency can ever be judged: %lld records a trial are measured, a median "
                       "needs %lld; only sizes can, where they repeat",
                       (long long)fewest, (long long)metric_records_needed(METRIC_E2E_P50));
    return text;
}

static void say_begin(const struct gate_job *j)
{
    char left[QUANTITY_TEXT], lacks[GATE_LACKS];
    const struct plan *p = &j->run.parts[GATE_MAIN].plan;
    run_say(&j->request->run->listener, SAY_STEP,
            "gate: baseline %s, candidate %s; %lld blocks of %zu trials, about %s, and as "
            "long again if anything is worse",
            j->baseline.says, j->candidate.says, (long long)p->scenario->blocks, p->cell_count,
            quantity_format_duration(p->total_duration_ns, left));
    if (gate_job_lacks(j, lacks)[0] != '\0')
        run_say(&j->request->run->listener, SAY_STEP, "%s", lacks);
}

enum rc gate_job_run(struct gate_job *j, const struct gate_show *show, struct err *e)
{
    struct instant start = clock_now();
    enum rc rc = run_open(&j->run, e);
    if (rc == RC_OK) {
        say_begin(j);
        rc = run_measure(&j->run, e);
    }
    return rc == RC_OK ? settle(j, instant_since(clock_now(), start), show, e) : rc;
}

/* --- the plan --- */

static enum rc prepare(struct gate_job *j, struct err *e)
{
    enum rc rc = gate_ref_read(j->request->baseline, RC_BASELINE, &j->baseline, e);
    if (rc == RC_OK)
        rc = gate_ref_read(j->request->candidate, RC_INPUT, &j->candidate, e);
    if (rc == RC_OK)
        rc = load_stages(j, e);
    return rc == RC_OK ? choose_blocks(j, e) : rc;
}

enum rc gate_job_plan(struct gate_job *j, struct err *e)
{
    struct run_request *r = j->request->run;
    j->stages.limits = j->request->limits;
    j->options = (struct run_options){.testbed = run_request_testbed(r),
                                      .trial = run_request_trial(r),
                                      .out = r->out,
                                      .name = "gate",
                                      .command = r->command,
                                      .starts = BROKER_STARTS,
                                      .wanted = is_wanted,
                                      .part_done = end_stage,
                                      .on_progress = tell_progress,
                                      .ctx = j};
    enum rc rc = prepare(j, e);
    if (rc == RC_OK)
        rc = run_plan(&j->options, j->scenario, GATE_STAGES, &j->run, e);
    if (rc == RC_OK)
        reverse_arms(&j->run.parts[GATE_CONFIRMATION].plan);
    return rc;
}

void gate_job_close(struct gate_job *j, bool failed)
{
    run_close(&j->run, failed);
    gate_stages_release(&j->stages);
    gate_ref_release(&j->baseline);
    gate_ref_release(&j->candidate);
    for (int i = 0; i < GATE_STAGES; i++)
        scenario_free(j->scenario[i]);
}
