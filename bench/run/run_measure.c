/* The parts of a run that is open, one after another, over one start of the broker or several. */
#include "bench/run/attempt.h"
#include "bench/run/run_testbed.h"

#include <stdlib.h>
#include <string.h>

static bool is_wanted(const struct run *s, const struct plan *p, const struct plan_trial *t)
{
    const struct run_options *o = s->options;
    return o->wanted == NULL || o->wanted(o->ctx, p, t);
}

/* Of the blocks of the present start of the broker. */
static bool part_wants(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct run *s = ctx;
    const struct run_part *part = &s->parts[s->running];
    return t->block > part->from && t->block <= part->to && is_wanted(s, p, t);
}

static enum rc part_block_done(void *ctx, const struct plan *p, int64_t block, struct err *e)
{
    const struct run_options *o = ((const struct run *)ctx)->options;
    return o->block_done != NULL ? o->block_done(o->ctx, p, block, e) : RC_OK;
}

/* Trials of a part in blocks after `block` that are wanted, and the time they are thought to take.
 */
static size_t ahead_of(const struct run *s, const struct run_part *part, int64_t block, int64_t *ns)
{
    size_t count = 0;
    for (size_t i = 0; i < part->plan.trial_count; i++) {
        if (part->plan.trials[i].block <= block ||
            !is_wanted(s, &part->plan, &part->plan.trials[i]))
            continue;
        count++;
        *ns += plan_cell_of(&part->plan, i)->estimate.duration_ns;
    }
    return count;
}

/* What is ahead here, and what all parts need after this start of the broker, for whoever watches.
 */
static void part_progress(void *ctx, const struct run_progress *p)
{
    struct run *s = ctx;
    struct run_progress all = *p;
    for (size_t i = 0; i < s->part_count; i++) {
        const struct run_part *part = &s->parts[i];
        all.ahead += ahead_of(s, part, i > s->running ? part->from : part->to, &all.left_ns);
    }
    if (p->record != NULL) {
        s->trials++;
        live_metrics_finished(s->trial.live, p->record->validity);
    }
    if (s->trial.live != NULL)
        live_metrics_ahead(s->trial.live, all.ahead);
    all.ahead = p->ahead;
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

/* A start goes through the parts from `first` to before `end`. */
static enum rc run_start(struct run *s, size_t start, size_t starts, size_t first, size_t end,
                         struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = first; i < end; i++)
        take_blocks(&s->parts[i], start, starts);
    for (s->running = first; rc == RC_OK && s->running < end; s->running++) {
        const struct run_part *part = &s->parts[s->running];
        if (part->to > part->from)
            rc = run_part(s, e);
    }
    s->running = end - 1;
    return rc;
}

/* All starts of those parts. What is not ours to start again has one. */
static enum rc run_starts(struct run *s, size_t first, size_t end, struct err *e)
{
    size_t starts = s->options->starts > 0 ? s->options->starts : 1;
    enum rc rc = RC_OK;
    for (size_t start = 0; rc == RC_OK && start < starts; start++) {
        bool anew = false;
        if (start > 0)
            rc = testbed_start_anew(&s->testbed, &anew, e);
        if (rc == RC_OK && start > 0 && !anew) {
            start = starts - 1; /* the rest of the blocks on the start there is */
        }
        if (rc == RC_OK)
            rc = run_start(s, start, starts, first, end, e);
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
