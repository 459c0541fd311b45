/* The parts of a run that is open, one after another, over one start of the broker or several. */
#include "bench/run/attempt.h"
#include "bench/run/run_testbed.h"

#include <stdlib.h>
#include <string.h>

static bool part_wants(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct run_options *o = ((const struct run *)ctx)->options;
    return o->wanted == NULL || o->wanted(o->ctx, p, t);
}

static enum rc part_block_done(void *ctx, const struct plan *p, int64_t block, struct err *e)
{
    const struct run_options *o = ((const struct run *)ctx)->options;
    return o->block_done != NULL ? o->block_done(o->ctx, p, block, e) : RC_OK;
}

/* Trials of a part that are wanted in blocks after `from` up to `to`; the time they are thought to
 * take is added to *ns. */
static size_t count_wanted(const struct run *s, const struct run_part *part, int64_t from,
                           int64_t to, int64_t *ns)
{
    size_t count = 0;
    for (size_t i = 0; i < part->plan.trial_count; i++) {
        const struct plan_trial *t = &part->plan.trials[i];
        if (t->block <= from || t->block > to || !part_wants(s, &part->plan, t))
            continue;
        count++;
        *ns += plan_cell_of(&part->plan, i)->estimate.duration_ns;
    }
    return count;
}

/* What the other parts still need comes on top. */
static void part_progress(void *ctx, const struct run_progress *p)
{
    struct run *s = ctx;
    struct run_progress all = *p;
    size_t ahead = p->ahead;
    for (size_t i = 0; i < s->part_count; i++) {
        const struct run_part *part = &s->parts[i];
        if (i != s->running)
            ahead += count_wanted(s, part, i > s->running ? part->from : part->to, INT64_MAX,
                                  &all.left_ns);
    }
    if (p->record != NULL) {
        s->trials++;
        live_metrics_finished(s->trial.live, p->record->validity);
    }
    if (s->trial.live != NULL)
        live_metrics_ahead(s->trial.live, ahead);
    if (s->options->on_progress != NULL)
        s->options->on_progress(s->options->ctx, &all);
}

/* Once for every part: what earlier attempts left of it, and which rates they had. */
static enum rc begin_part(struct run *s, struct run_part *part, struct err *e)
{
    part->rates = calloc(part->plan.comparison_count, sizeof *part->rates);
    if (part->rates == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu groups", part->plan.comparison_count);
    for (size_t i = 0; i < s->earlier.count; i++)
        if (strcmp(s->earlier.records[i].scenario, part->scenario->name) == 0)
            plan_run_count(&part->result, &s->earlier.records[i]);
    return s->earlier.count > 0 ? attempt_continue(s, part, part->rates, e) : RC_OK;
}

static enum rc run_part(struct run *s, struct err *e)
{
    struct run_part *part = &s->parts[s->running];
    struct plan_run_options want = {.scenario = part->scenario,
                                    .plan = &part->plan,
                                    .trial = &s->trial,
                                    .testbed = &s->testbed,
                                    .folder = &s->folder,
                                    .from = part->from,
                                    .to = part->to,
                                    .rate_per_s = part->rates,
                                    .wanted = part_wants,
                                    .block_done = part_block_done,
                                    .on_progress = part_progress,
                                    .ctx = s};
    s->trial.cluster = &part->cluster;
    enum rc rc = run_provide(s, s->running, e);
    return rc == RC_OK ? plan_run(&want, &part->result, e) : rc;
}

/* --- starts of the broker --- */

static int64_t last_block(const struct plan *p)
{
    return p->trial_count > 0 ? p->trials[p->trial_count - 1].block : 0;
}

/* Gives a part the blocks of one start; exact scenarios, where a start changes nothing, have all of
 * them in the first. */
static void take_blocks(struct run_part *part, size_t start, size_t starts)
{
    int64_t blocks = last_block(&part->plan);
    part->from = part->to;
    part->to = part->scenario->exact ? blocks : blocks * (int64_t)(start + 1) / (int64_t)starts;
}

static bool wants_some(const struct run *s, const struct run_part *part)
{
    int64_t ns = 0;
    return count_wanted(s, part, part->from, part->to, &ns) > 0;
}

/* The blocks of one start, in the parts from `first` to before `end`. The broker is started anew
 * for the first part that wants something, unless the start there is has served nobody yet. */
static enum rc run_start(struct run *s, size_t first, size_t end, bool *served, struct err *e)
{
    bool anew = *served;
    enum rc rc = RC_OK;
    for (size_t i = first; rc == RC_OK && i < end; i++) {
        if (!wants_some(s, &s->parts[i]))
            continue;
        if (anew)
            rc = testbed_start_anew(&s->testbed, e);
        anew = false;
        *served = true;
        s->running = i;
        if (rc == RC_OK)
            rc = run_part(s, e);
    }
    return rc;
}

/* All starts of those parts; on brokers of others, one after the other on the start there is. */
static enum rc run_starts(struct run *s, size_t first, size_t end, struct err *e)
{
    size_t starts = s->options->starts > 0 ? s->options->starts : 1;
    bool served = false;
    enum rc rc = RC_OK;
    for (size_t start = 0; rc == RC_OK && start < starts; start++) {
        for (size_t i = first; i < end; i++)
            take_blocks(&s->parts[i], start, starts);
        rc = run_start(s, first, end, &served, e);
    }
    return rc;
}

enum rc run_measure(struct run *s, struct err *e)
{
    bool one_by_one = s->options->part_done != NULL;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < s->part_count; i++)
        rc = begin_part(s, &s->parts[i], e);
    if (rc == RC_OK && !one_by_one && s->part_count > 0)
        return run_starts(s, 0, s->part_count, e);
    for (size_t i = 0; rc == RC_OK && i < s->part_count; i++) {
        rc = run_starts(s, i, i + 1, e);
        if (rc == RC_OK)
            rc = s->options->part_done(s->options->ctx, i, e);
    }
    return rc;
}
