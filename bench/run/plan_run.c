#define _GNU_SOURCE
#include "bench/run/plan_run.h"

#include "base/clock.h"
#include "bench/plan/estimate.h"
#include "bench/plan/pools.h"
#include "bench/run/trial_store.h"
#include "bench/run/warmth.h"
#include "bench/trial/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_RECORDS_FIRST = 100000, WARM_RECORDS = 20000, CALIBRATE_RECORDS = 50000 };
/* A broker serves a request ten times faster after some thousands of them: its code has been
 * compiled by then. Batches of many records do not get it there, so the first warm-up sends these
 * one by one; no warm-up needs more. */
enum { WARM_REQUESTS = 5000 };
static const double OVERLOAD_PER_S = 1e9;
static const int64_t WARM_BYTES_FIRST = 100000000;
static const int64_t WARM_BYTES = 25000000;

struct plan_run {
    const struct plan_run_options *o;
    struct plan_run_result *result;
    struct pools pools;
    bool *used;         /* owned; by cell: a trial of it is wanted now */
    double *rate_per_s; /* owned; by group, of open loops with an automatic rate; 0: unknown */
    int64_t planned_ns, taken_ns; /* of the counted trials so far: how far off the estimates are */
    int64_t left_planned_ns;      /* of trials that are wanted */
    size_t ahead;                 /* so many of these */
    enum live_phase phase;
};

static void tell(const struct plan_run *r, const char *doing, size_t done, size_t total,
                 const struct trial_record *record)
{
    double factor = r->planned_ns > 0 ? (double)r->taken_ns / (double)r->planned_ns : 1.0;
    struct run_progress p = {.doing = doing,
                             .done = done,
                             .total = total,
                             .ahead = r->ahead,
                             .left_ns = (int64_t)((double)r->left_planned_ns * factor),
                             .record = record};
    if (r->o->on_progress != NULL)
        r->o->on_progress(r->o->ctx, &p);
}

static enum rc run_one(struct plan_run *r, const struct plan_cell *cell,
                       const struct plan_trial *trial, double rate_per_s, struct trial_outcome *out,
                       struct err *e)
{
    struct trial_order order = {.cell = cell,
                                .group = &r->o->plan->comparisons[cell->group],
                                .trial = trial,
                                .scenario = r->o->scenario,
                                .rate_per_s = rate_per_s,
                                .phase = r->phase};
    struct trial_options options = *r->o->trial;
    if (options.shared_topic == NULL)
        options.partitions = (int32_t)cell->partitions;
    enum rc rc = RC_OK;
    if ((testbed_needs_of(cell) & TESTBED_CLUSTERS) != 0)
        rc = testbed_use(r->o->testbed, cell->brokers, e);
    if (rc == RC_OK)
        rc = pools_get(&r->pools, cell, &order.pool, e);
    if (rc == RC_OK)
        rc = pools_get_background(&r->pools, cell, &order.background_pool, e);
    if (rc == RC_OK)
        rc = trial_run(&options, &order, out, e);
    if (out->topic_left[0] != '\0' && r->result->topics_left++ == 0)
        (void)snprintf(r->result->first_topic_left, sizeof r->result->first_topic_left, "%s",
                       out->topic_left);
    if (out->objects_left[0] != '\0')
        memcpy(r->result->objects_left, out->objects_left, sizeof out->objects_left);
    return rc;
}

/* A cell like this one, but flat out, without warm-up and at most so large. */
static struct plan_cell flat_out(const struct plan_cell *cell, int64_t records, int64_t bytes)
{
    struct plan_cell c = *cell;
    int64_t fitting = bytes / (cell->sample.mean_bytes > 0 ? cell->sample.mean_bytes : 1);
    c.load = (struct load){.kind = LOAD_FLAT_OUT};
    (void)load_label(&c.load, c.label[DIMENSION_LOAD]);
    c.window_ns = 0;
    c.warmup_records = 0;
    c.background = NULL;
    int64_t batches = WARM_REQUESTS * c.batching.records;
    c.records_max = records < fitting ? records : fitting;
    if (c.records_max > batches)
        c.records_max = batches;
    if (c.records_max < 2)
        c.records_max = 2;
    return c;
}

/* Where --max-rate holds senders back, or their work does workers, a warm-up is as long as this at
 * most. */
static void shorten(const struct plan_run *r, struct plan_cell *c)
{
    enum { SECONDS = 10 };
    double sent = r->o->trial->max_rate_per_s, done = estimate_work_rate(c);
    double rate = sent > 0 && (done == 0 || sent < done) ? sent : done;
    if (rate > 0 && (double)c->records_max > rate * SECONDS)
        c->records_max = rate * SECONDS > 2 ? (int64_t)(rate * SECONDS) : 2;
}

/* What a void trial ends a run with. */
static enum rc void_rc(const struct trial_record *r)
{
    return r->integrity_hurt ? RC_INTEGRITY : RC_INFRA;
}

static enum rc warm_by(struct plan_run *r, struct plan_cell *c, struct err *e)
{
    shorten(r, c);
    c->link = (struct link_choice){.bit_per_s = 0}; /* it is the broker that is to be warm */
    struct plan_trial t = {.cell = 0, .block = 0, .seed = 1};
    struct trial_outcome out = {0};
    (void)snprintf(t.id, sizeof t.id, "warm-up");
    enum rc rc = run_one(r, c, &t, 0, &out, e);
    if (rc == RC_OK && out.record.validity == TRIAL_VOID && r->o->trial->sabotage == 0 &&
        r->o->trial->sabotage_background == 0)
        rc = err_set(e, void_rc(&out.record), "the warm-up failed: %s", out.record.why);
    trial_outcome_release(&out);
    return rc;
}

static enum rc warm_with(struct plan_run *r, const struct plan_cell *cell, bool first,
                         struct err *e)
{
    struct plan_cell c = flat_out(cell, first ? WARM_RECORDS_FIRST : WARM_RECORDS,
                                  first ? WARM_BYTES_FIRST : WARM_BYTES);
    return warm_by(r, &c, e);
}

/* A first large request costs a cold broker far more than the next. */
static enum rc warm_background(struct plan_run *r, const struct plan_cell *cell, struct err *e)
{
    enum { RECORDS = 2000 };
    struct plan_cell c = flat_out(cell, RECORDS, WARM_BYTES);
    c.load = (struct load){.kind = LOAD_CLOSED, .in_flight = 1};
    c.background = cell->background;
    return warm_by(r, &c, e);
}

static enum rc warm_singly(struct plan_run *r, const struct plan_cell *cell, struct err *e)
{
    struct plan_cell single = *cell;
    single.batching.records = 1;
    single.batching.linger_ns = 0;
    struct plan_cell c = flat_out(&single, WARM_REQUESTS, WARM_BYTES_FIRST);
    return warm_by(r, &c, e);
}

static enum rc warm_broker(struct plan_run *r, struct err *e)
{
    const struct plan *p = r->o->plan;
    struct testbed *testbed = r->o->testbed;
    size_t total = 0;
    size_t done = 0;
    for (size_t i = 0; i < p->cell_count; i++)
        total += warmth_lacks(testbed, p, r->used, i);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < p->cell_count; i++) {
        struct testbed_warmth *warmth = testbed_warmth(testbed, p->cells[i].brokers);
        if (!warmth_lacks(testbed, p, r->used, i))
            continue;
        tell(r, "warming the broker", done, total, NULL);
        if (warmth->count == 0)
            rc = warm_singly(r, &p->cells[i], e);
        if (rc == RC_OK)
            rc = warm_with(r, &p->cells[i], warmth->count == 0, e);
        if (rc == RC_OK && warmth->count < TESTBED_CODECS)
            warmth->codec[warmth->count++] = p->cells[i].choice;
        done++;
    }
    for (size_t i = 0; rc == RC_OK && i < p->cell_count; i++)
        if (warmth_lacks_background(testbed, p, r->used, i))
            rc = warm_background(r, &p->cells[i], e);
    return rc;
}

/* What a limited link carries in a few seconds, at most. */
static int64_t calibrate_bytes(const struct plan_cell *cell)
{
    enum { BITS_PER_BYTE = 8, SECONDS = 3 };
    int64_t carried = cell->link.bit_per_s / BITS_PER_BYTE * SECONDS;
    return carried > 0 && carried < WARM_BYTES_FIRST ? carried : WARM_BYTES_FIRST;
}

/* Records per second that an arm carries end to end when it is always behind its schedule. The path
 * is that of an open loop: flat out, records go to the client in chunks, and more of them fit. */
static enum rc capacity_of(struct plan_run *r, const struct plan_cell *cell, double *out,
                           struct err *e)
{
    struct plan_cell c = flat_out(cell, CALIBRATE_RECORDS, calibrate_bytes(cell));
    c.load = (struct load){.kind = LOAD_OPEN};
    struct plan_trial t = {.cell = 0, .block = 0, .seed = 1};
    struct trial_outcome outcome = {0};
    (void)snprintf(t.id, sizeof t.id, "calibrate");
    enum rc rc = run_one(r, &c, &t, OVERLOAD_PER_S, &outcome, e);
    if (rc == RC_OK && outcome.record.validity == TRIAL_VOID)
        rc = err_set(e, void_rc(&outcome.record), "calibration failed: %s", outcome.record.why);
    *out = outcome.record.throughput.records_per_s;
    trial_outcome_release(&outcome);
    return rc;
}

/* Half of what the slowest arm does, arms that are not run included: a rate is the group's. */
static enum rc calibrate_group(struct plan_run *r, size_t g, struct err *e)
{
    const struct plan *p = r->o->plan;
    const struct plan_comparison *group = &p->comparisons[g];
    double slowest = 0;
    for (size_t i = group->first; i < group->first + group->count; i++) {
        double capacity = 0;
        if (p->cells[i].refused[0] != '\0')
            continue;
        enum rc rc = capacity_of(r, &p->cells[i], &capacity, e);
        if (rc != RC_OK)
            return rc;
        if (slowest == 0 || capacity < slowest)
            slowest = capacity;
    }
    r->rate_per_s[g] = slowest / 2;
    return RC_OK;
}

/* Trials over a link that is not what it should be are void: there is nothing to calibrate. */
static bool route_is_void(const struct plan_run *r, const struct plan_cell *c)
{
    const struct link_path *way = link_paths_find(&r->o->testbed->link_paths, &c->link);
    return way != NULL && way->trouble[0] != '\0';
}

static bool must_calibrate(const struct plan_run *r, size_t g)
{
    const struct plan_comparison *group = &r->o->plan->comparisons[g];
    const struct load *load = &r->o->plan->cells[group->first].load;
    bool used = false;
    for (size_t i = group->first; i < group->first + group->count; i++)
        used = used || r->used[i];
    return used && load->rate_auto && r->rate_per_s[g] <= 0 &&
           !route_is_void(r, &r->o->plan->cells[group->first]);
}

static enum rc calibrate(struct plan_run *r, struct err *e)
{
    size_t groups = r->o->plan->comparison_count;
    enum rc rc = RC_OK;
    for (size_t g = 0; rc == RC_OK && g < groups; g++) {
        if (!must_calibrate(r, g))
            continue;
        tell(r, "calibrating the load", g, groups, NULL);
        rc = calibrate_group(r, g, e);
    }
    return rc;
}

void plan_run_count(struct plan_run_result *result, const struct trial_record *r)
{
    result->valid += r->validity == TRIAL_VALID;
    result->saturated += r->validity == TRIAL_SATURATED;
    result->refused += r->validity == TRIAL_REFUSED;
    if (r->validity != TRIAL_VOID)
        return;
    if (result->void_integrity + result->void_other == 0)
        (void)snprintf(result->first_why, sizeof result->first_why, "%s: %s", r->trial, r->why);
    *(r->integrity_hurt ? &result->void_integrity : &result->void_other) += 1;
}

/* What no client takes is recorded with the reason, and that is no failure. */
static enum rc refuse(struct plan_run *r, const struct plan_trial *trial, struct trial_outcome *out)
{
    const struct plan *p = r->o->plan;
    const struct plan_cell *cell = &p->cells[trial->cell];
    struct trial_order order = {.cell = cell,
                                .group = &p->comparisons[cell->group],
                                .trial = trial,
                                .scenario = r->o->scenario};
    account_open(r->o->trial, &order, &out->record);
    out->record.topic[0] = '\0';
    out->record.validity = TRIAL_REFUSED;
    (void)snprintf(out->record.why, sizeof out->record.why, "%s", cell->refused);
    return RC_OK;
}

static bool is_wanted(const struct plan_run *r, size_t index)
{
    const struct plan *p = r->o->plan;
    return r->o->wanted == NULL || r->o->wanted(r->o->ctx, p, &p->trials[index]);
}

static bool is_wanted_now(const struct plan_run *r, size_t index)
{
    int64_t block = r->o->plan->trials[index].block;
    return block > r->o->from && block <= r->o->to && is_wanted(r, index);
}

/* Trials from `first` on that are still wanted, now or in their turn. */
static void look_ahead(struct plan_run *r, size_t first)
{
    int64_t ns = 0;
    r->ahead = 0;
    for (size_t i = first; i < r->o->plan->trial_count; i++) {
        if (r->o->plan->trials[i].block <= r->o->from || !is_wanted(r, i))
            continue;
        r->ahead++;
        ns += plan_cell_of(r->o->plan, i)->estimate.duration_ns;
    }
    r->left_planned_ns = ns;
}

static enum rc measure(struct plan_run *r, size_t index, struct err *e)
{
    const struct plan *p = r->o->plan;
    const struct plan_trial *trial = &p->trials[index];
    const struct plan_cell *cell = plan_cell_of(p, index);
    double rate = cell->load.rate_auto ? r->rate_per_s[cell->group] : cell->load.rate_per_s;
    struct trial_outcome out = {0};
    look_ahead(r, index);
    tell(r, "measuring", r->result->measured, r->result->measured + r->ahead, NULL);
    enum rc rc =
        cell->refused[0] != '\0' ? refuse(r, trial, &out) : run_one(r, cell, trial, rate, &out, e);
    if (rc == RC_OK)
        rc = trial_store(r->o->folder, &out, e);
    if (rc == RC_OK) {
        plan_run_count(r->result, &out.record);
        r->planned_ns += cell->estimate.duration_ns;
        r->taken_ns += out.record.duration_ns;
        r->result->measured++;
        look_ahead(r, index + 1);
        tell(r, "measuring", r->result->measured, r->result->measured + r->ahead, &out.record);
    }
    trial_outcome_release(&out);
    return rc;
}

static void find_used(struct plan_run *r)
{
    const struct plan *p = r->o->plan;
    for (size_t i = 0; i < p->trial_count; i++)
        if (is_wanted_now(r, i) && plan_cell_of(p, i)->refused[0] == '\0')
            r->used[p->trials[i].cell] = true;
}

/* The trials of one block, which stand side by side, from *at on. */
static enum rc measure_block(struct plan_run *r, size_t *at, struct err *e)
{
    const struct plan *p = r->o->plan;
    int64_t block = p->trials[*at].block;
    bool any = false;
    for (; *at < p->trial_count && p->trials[*at].block == block; (*at)++) {
        if (!is_wanted_now(r, *at))
            continue;
        any = true;
        enum rc rc = measure(r, *at, e);
        if (rc != RC_OK)
            return rc;
    }
    return any && r->o->block_done != NULL ? r->o->block_done(r->o->ctx, p, block, e) : RC_OK;
}

static enum rc open_run(struct plan_run *r, struct err *e)
{
    const struct plan *p = r->o->plan;
    r->rate_per_s = calloc(p->comparison_count, sizeof *r->rate_per_s);
    r->used = calloc(p->cell_count, sizeof *r->used);
    if (r->rate_per_s == NULL || r->used == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", p->cell_count);
    if (r->o->rate_per_s != NULL)
        memcpy(r->rate_per_s, r->o->rate_per_s, p->comparison_count * sizeof *r->rate_per_s);
    find_used(r);
    look_ahead(r, 0);
    return pools_init(&r->pools, p, e);
}

enum rc plan_run(const struct plan_run_options *o, struct plan_run_result *out, struct err *e)
{
    struct plan_run r = {.o = o, .result = out};
    enum rc rc = open_run(&r, e);
    r.phase = LIVE_WARM_UP;
    if (rc == RC_OK)
        rc = warm_broker(&r, e);
    r.phase = LIVE_CALIBRATION;
    if (rc == RC_OK)
        rc = calibrate(&r, e);
    r.phase = LIVE_MEASUREMENT;
    for (size_t i = 0; rc == RC_OK && i < o->plan->trial_count;)
        rc = measure_block(&r, &i, e);
    if (o->rate_per_s != NULL && r.rate_per_s != NULL)
        memcpy(o->rate_per_s, r.rate_per_s, o->plan->comparison_count * sizeof *r.rate_per_s);
    pools_release(&r.pools);
    free(r.used);
    free(r.rate_per_s);
    return rc;
}
