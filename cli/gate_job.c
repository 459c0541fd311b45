#define _GNU_SOURCE
#include "base/clock.h"
#include "base/quantity.h"
#include "bench/gate/gate_stages.h"
#include "bench/run/run.h"
#include "cli/gate_plan.h"
#include "cli/gate_ref.h"
#include "cli/gate_request.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/run_request.h"
#include "reports/stats/paired.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_DEFAULT = 12, RECORDS_FOR_P99 = 1000 };

struct job {
    const struct gate_request *r;
    struct run_request request;
    struct gate_ref baseline, candidate;
    struct scenario *scenario[GATE_STAGES]; /* owned; the same, the second under another name */
    struct run run;
    struct run_options options;
    struct progress progress;
    struct gate_stages stages;
    size_t cases, blocks_needed; /* noisy cases of the main stage, and for them */
};

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

static enum rc load(struct job *j, struct err *e)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < GATE_STAGES; i++) {
        rc = run_request_load(&j->request, j->r->operand, &j->scenario[i], e);
        if (rc == RC_OK)
            rc = gate_ref_apply(j->scenario[i], &j->baseline, &j->candidate, e);
    }
    return rc == RC_OK ? name_again(j->scenario[GATE_CONFIRMATION], e) : rc;
}

/* --- blocks --- */

/* Noisy cases that a group of cells may have: throughput, median, p99. */
static size_t cases_of(const struct plan_cell *c, bool exact)
{
    if (exact)
        return 0;
    if (c->load.kind == LOAD_FLAT_OUT)
        return 1;
    size_t latencies = c->records_max - c->warmup_records >= RECORDS_FOR_P99 ? 2 : 1;
    return latencies + (c->load.kind == LOAD_CLOSED ? 1 : 0);
}

static size_t blocks_needed(const struct scenario *s, double alpha, size_t *cases, struct err *e)
{
    struct plan p;
    *cases = 0;
    if (plan_build(s, plan_sample_payload, &p, e) != RC_OK)
        return 0;
    for (size_t g = 0; g < p.group_count; g++)
        *cases += cases_of(&p.cells[p.groups[g].first], s->exact);
    plan_release(&p);
    return *cases > 0 ? paired_blocks_needed(*cases, alpha) : 1;
}

/* By --blocks or --set blocks=N. */
static bool gives_blocks(const struct args *a)
{
    static const char FIELD[] = "blocks=";
    bool given = args_value(a, "--blocks") != NULL;
    for (size_t i = 0; args_nth(a, "--set", i) != NULL; i++)
        given = given || strncmp(args_nth(a, "--set", i), FIELD, sizeof FIELD - 1) == 0;
    return given;
}

static enum rc choose_blocks(struct job *j, struct err *e)
{
    struct scenario *s = j->scenario[GATE_MAIN];
    size_t needed = blocks_needed(s, j->r->limits.alpha, &j->cases, e);
    if (needed == 0)
        return e->rc;
    bool given = gives_blocks(j->r->args);
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
    const struct job *j = ctx;
    bool main_stage = p->scenario == j->scenario[GATE_MAIN];
    return gate_stages_want(&j->stages, main_stage ? GATE_MAIN : GATE_CONFIRMATION,
                            p->cells[t->cell].group);
}

/* Parts of the run are the stages, in their order. */
static enum rc end_stage(void *ctx, size_t part, struct err *e)
{
    struct job *j = ctx;
    struct results results;
    const struct gate_stages *s = &j->stages;
    enum rc rc = results_read(j->run.folder.path, &results, e);
    if (rc == RC_OK)
        rc = gate_stages_end(&j->stages, (enum gate_stage)part, &results, e);
    if (rc == RC_OK && part == GATE_MAIN && s->suspects > 0)
        progress_say(&j->progress, "%zu of %zu case%s %s worse: a fresh stage, order reversed",
                     s->suspects, s->gate.count, s->gate.count == 1 ? "" : "s",
                     s->suspects == 1 ? "is" : "are");
    results_release(&results);
    return rc;
}

static void show(void *ctx, const struct run_progress *p)
{
    struct job *j = ctx;
    progress_show(&j->progress, p);
}

/* What went wrong with trials comes before what the numbers say. */
static enum rc mind_trials(const struct job *j, enum rc rc, struct err *e)
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

static enum rc publish(struct job *j, int64_t took_ns, struct err *e)
{
    struct gate_report report = {.gate = &j->stages.gate,
                                 .baseline = j->baseline.says,
                                 .candidate = j->candidate.says,
                                 .file = j->scenario[GATE_MAIN]->file,
                                 .seconds = (double)took_ns / NS_PER_S};
    enum rc rc = gate_publish(j->r, &report, j->run.folder.path, e);
    if (rc == RC_OK)
        rc = gate_conclude(&report, e);
    return rc == RC_INPUT || rc == RC_INFRA ? rc : mind_trials(j, rc, e);
}

static enum rc measure_run(struct job *j, struct err *e)
{
    char left[QUANTITY_TEXT];
    struct instant start = clock_now();
    enum rc rc = run_open(&j->run, e);
    if (rc == RC_OK) {
        progress_say(&j->progress,
                     "gate: baseline %s, candidate %s; %lld blocks of %zu trials, about %s, and as "
                     "long again if anything is worse",
                     j->baseline.says, j->candidate.says, (long long)j->scenario[0]->blocks,
                     j->run.parts[0].plan.cell_count,
                     quantity_format_duration(j->run.parts[0].plan.total_duration_ns, left));
        rc = run_measure(&j->run, e);
    }
    progress_end(&j->progress);
    return rc == RC_OK ? publish(j, instant_since(clock_now(), start), e) : rc;
}

static void print_plan(const struct job *j)
{
    struct gate_plan g = {.baseline = j->baseline.says,
                          .candidate = j->candidate.says,
                          .main = &j->run.parts[GATE_MAIN].plan,
                          .again = &j->run.parts[GATE_CONFIRMATION].plan,
                          .cases = j->cases,
                          .blocks_needed = j->blocks_needed,
                          .limits = &j->r->limits};
    gate_plan_print(&g);
}

static enum rc plan_and_run(struct job *j, struct err *e)
{
    j->options = (struct run_options){.ground = run_request_ground(&j->request, interrupt_watch()),
                                      .out = j->r->out,
                                      .name = "gate",
                                      .command = j->request.command,
                                      .wanted = is_wanted,
                                      .part_done = end_stage,
                                      .on_progress = show,
                                      .ctx = j};
    enum rc rc = run_plan(&j->options, j->scenario, GATE_STAGES, &j->run, e);
    if (rc != RC_OK)
        return rc;
    reverse_arms(&j->run.parts[GATE_CONFIRMATION].plan);
    if (j->request.plan_only)
        print_plan(j);
    else
        rc = measure_run(j, e);
    run_close(&j->run, rc == RC_INFRA);
    return rc;
}

static enum rc prepare(struct job *j, struct err *e)
{
    enum rc rc = gate_ref_read(j->r->baseline, RC_BASELINE, &j->baseline, e);
    if (rc == RC_OK)
        rc = gate_ref_read(j->r->candidate, RC_INPUT, &j->candidate, e);
    if (rc == RC_OK)
        rc = load(j, e);
    return rc == RC_OK ? choose_blocks(j, e) : rc;
}

enum rc gate_job(const struct gate_request *r, struct err *e)
{
    struct job *j = calloc(1, sizeof *j);
    if (j == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    j->r = r;
    j->stages.limits = &r->limits;
    progress_start(&j->progress, r->quiet);
    enum rc rc = run_request_read(r->args, &j->request, e);
    if (rc == RC_OK) {
        rc = prepare(j, e);
        if (rc == RC_OK)
            rc = plan_and_run(j, e);
        run_request_release(&j->request);
    }
    gate_stages_release(&j->stages);
    gate_ref_release(&j->baseline);
    gate_ref_release(&j->candidate);
    for (int i = 0; i < GATE_STAGES; i++)
        scenario_free(j->scenario[i]);
    free(j);
    return rc;
}
