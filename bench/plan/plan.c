#include "bench/plan/plan.h"

#include "base/quantity.h"
#include "bench/plan/cell_values.h"
#include "bench/plan/estimate.h"
#include "bench/plan/order.h"
#include "bench/workload/workload.h"
#include "core/encode/policy.h"
#include "core/kafka/library.h"
#include "scenarios/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS_MAX = 100000, DISK_SAFETY = 2 };
/* Streams of the scenario's seed. */
enum { STREAM_ORDER = 1, STREAM_GROUPS = 2, STREAM_ARRIVALS = 3 };

static size_t sizes_of(const struct scenario *s, const struct payload_choice *p)
{
    return p->record_bytes == PAYLOAD_SWEPT ? s->record_bytes_count : 1;
}

static size_t pools_of(const struct scenario *s)
{
    size_t pools = 0;
    for (size_t i = 0; i < s->payload_count; i++)
        pools += sizes_of(s, &s->payloads[i]);
    return pools;
}

static enum rc no_memory(struct err *e)
{
    return err_set(e, RC_INFRA, "no memory for the plan");
}

/* --- cells --- */

static enum rc resolve_codec(const struct scenario *s, struct plan_cell *c, struct err *e)
{
    c->choice = c->codec->choice;
    if (!c->codec->policy)
        return RC_OK;
    const struct policy_row *row =
        c->payload->data_type != NULL ? policy_find(c->payload->data_type) : NULL;
    if (row == NULL)
        return err_set(e, RC_INPUT,
                       "%s: payload %s: found no data type that the codec policy knows", s->name,
                       c->payload->name);
    struct policy_effect effect;
    enum rc rc = policy_effective(row, library_has_codec, &effect, e);
    if (rc != RC_OK)
        return rc;
    c->choice = effect.choice;
    (void)snprintf(c->policy_says, sizeof c->policy_says, "%s", effect.reason);
    return RC_OK;
}

/* The encoding says it where the scenario does not. */
static const struct workload *workload_of(const struct scenario *s, const struct plan_cell *c)
{
    const char *by_encoding = encoding_is_image(c->encoding) ? "images" : "records";
    return workload_find(s->workload != NULL ? s->workload->name : by_encoding);
}

/* All cells of one pool, from the first free place on. */
static enum rc add_pool(struct plan *p, const struct plan_cell *model, size_t combinations,
                        struct err *e)
{
    const struct scenario *s = p->scenario;
    size_t arms = cell_values_count(s, (int)s->compare);
    for (size_t n = 0; n < combinations; n++) {
        struct plan_cell *c = &p->cells[p->cell_count];
        *c = *model;
        cell_values_take(p, n, c);
        (void)snprintf(c->id, sizeof c->id, "c%02zu", p->cell_count + 1);
        c->group = p->cell_count / arms;
        c->workload = workload_of(s, c);
        enum rc rc = resolve_codec(s, c, e);
        if (rc == RC_OK && c->workload->plan != NULL)
            rc = c->workload->plan(s, c, e);
        if (rc != RC_OK)
            return rc;
        p->cell_count++;
    }
    return RC_OK;
}

static enum rc estimate_comparison(struct plan *p, const struct plan_comparison *g, struct err *e)
{
    struct plan_cell *cell = p->cells + g->first;
    double slowest = estimate_capacity(cell);
    for (size_t i = 1; i < g->count; i++)
        if (estimate_capacity(&cell[i]) < slowest)
            slowest = estimate_capacity(&cell[i]);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < g->count; i++)
        rc = estimate_cell(p->scenario, &cell[i], slowest, e);
    for (size_t i = 0; rc == RC_OK && i < g->count; i++)
        if (cell[i].background != NULL)
            estimate_add_background(&cell[i]);
    return rc;
}

static enum rc add_cells(struct plan *p, size_t combinations, plan_sampler *sample, struct err *e)
{
    const struct scenario *s = p->scenario;
    for (size_t i = 0; i < s->payload_count; i++) {
        const struct payload_choice *payload = &s->payloads[i];
        for (size_t j = 0; j < sizes_of(s, payload); j++) {
            struct plan_cell model = {.payload = payload, .pool = p->pool_count++};
            (void)SWEEPS[DIMENSION_PAYLOAD].label(s, i, model.label[DIMENSION_PAYLOAD]);
            model.record_bytes =
                payload->record_bytes == PAYLOAD_SWEPT ? s->record_bytes[j] : payload->record_bytes;
            enum rc rc = sample(s, payload, model.record_bytes, &model.sample, e);
            if (rc != RC_OK) {
                (void)err_wrap(e, "%s: payload %s", s->name, payload->name);
                return rc;
            }
            rc = add_pool(p, &model, combinations, e);
            if (rc != RC_OK)
                return rc;
        }
    }
    return RC_OK;
}

/* --- comparisons --- */

static void append_label(char *text, const char *lead, const char *part)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, PLAN_COMPARISON_LABEL - used, "%s%s%s", used > 0 ? ", " : "", lead,
                   part);
}

/* Names what the cells of a comparison have in common, as far as it tells comparisons apart. */
static void label_comparison(const struct plan *p, struct plan_comparison *g)
{
    const struct scenario *s = p->scenario;
    const struct plan_cell *c = &p->cells[g->first];
    char text[QUANTITY_TEXT];
    g->label[0] = '\0';
    append_label(g->label, "", c->payload->name);
    if (c->record_bytes > 0)
        append_label(g->label, "", quantity_format_size(c->record_bytes, text));
    for (int d = 0; d < DIMENSIONS; d++) {
        bool of_pool = d == DIMENSION_PAYLOAD || d == DIMENSION_RECORD_BYTES;
        if (of_pool || d == (int)s->compare || SWEEPS[d].count(s) < 2)
            continue;
        append_label(g->label, SWEEPS[d].lead != NULL ? SWEEPS[d].lead : "",
                     c->label[d][0] != '\0' ? c->label[d] : DIMENSION_NAMES[d].usual);
    }
}

static enum rc add_comparisons(struct plan *p, struct err *e)
{
    const struct scenario *s = p->scenario;
    size_t arms = cell_values_count(s, (int)s->compare);
    p->comparison_count = p->cell_count / arms;
    p->comparisons = calloc(p->comparison_count, sizeof *p->comparisons);
    if (p->comparisons == NULL)
        return no_memory(e);
    enum rc rc = RC_OK;
    for (size_t g = 0; rc == RC_OK && g < p->comparison_count; g++) {
        p->comparisons[g] = (struct plan_comparison){
            .first = g * arms, .count = arms, .baseline = g * arms + s->baseline_arm};
        label_comparison(p, &p->comparisons[g]);
        rc = estimate_comparison(p, &p->comparisons[g], e);
    }
    return rc;
}

/* --- trials --- */

void plan_trial_name(const struct plan *p, size_t cell, int64_t block, char id[PLAN_TRIAL_ID])
{
    (void)snprintf(id, PLAN_TRIAL_ID, "%s.b%02lld", p->cells[cell].id, (long long)block);
}

/* The trials of one comparison in one block. */
static void add_trials(struct plan *p, size_t group, const size_t *arm, size_t block, uint64_t seed)
{
    const struct plan_comparison *g = &p->comparisons[group];
    for (size_t i = 0; i < g->count; i++) {
        struct plan_trial *t = &p->trials[p->trial_count];
        *t = (struct plan_trial){.cell = g->first + arm[i],
                                 .block = (int64_t)block + 1,
                                 .position = (int64_t)(p->trial_count % p->cell_count),
                                 .seed = seed};
        plan_trial_name(p, t->cell, t->block, t->id);
        p->trial_count++;
    }
}

/* arm: the orders of all comparisons, one after the other; turn: room for an order of comparisons.
 */
static enum rc fill_trials(struct plan *p, size_t blocks, size_t *arm, size_t *turn, struct err *e)
{
    struct rng orders, groups, arrivals;
    rng_init(&orders, p->scenario->seed, STREAM_ORDER);
    rng_init(&groups, p->scenario->seed, STREAM_GROUPS);
    rng_init(&arrivals, p->scenario->seed, STREAM_ARRIVALS);
    size_t arms = p->comparisons[0].count;
    for (size_t g = 0; g < p->comparison_count; g++) {
        enum rc rc = order_arms(&orders, arms, blocks, arm + g * blocks * arms, e);
        if (rc != RC_OK)
            return rc;
    }
    for (size_t block = 0; block < blocks; block++) {
        order_shuffle(&groups, p->comparison_count, turn);
        for (size_t i = 0; i < p->comparison_count; i++)
            add_trials(p, turn[i], arm + (turn[i] * blocks + block) * arms, block,
                       rng_u64(&arrivals));
    }
    return RC_OK;
}

static enum rc order_trials(struct plan *p, struct err *e)
{
    size_t blocks = (size_t)p->scenario->blocks;
    size_t total = p->cell_count * blocks;
    p->trials = calloc(total, sizeof *p->trials);
    size_t *arm = calloc(total, sizeof *arm);
    size_t *turn = calloc(p->comparison_count, sizeof *turn);
    enum rc rc = RC_OK;
    if (p->trials == NULL || arm == NULL || turn == NULL)
        rc = no_memory(e);
    else
        rc = fill_trials(p, blocks, arm, turn, e);
    free(turn);
    free(arm);
    return rc;
}

/* --- background load --- */

static enum rc add_background(struct plan *p, const struct background *as, plan_sampler *sample,
                              struct err *e)
{
    if (as->stream == NULL)
        return RC_OK;
    struct plan_background *b = &p->backgrounds[p->background_count++];
    b->as = as;
    enum rc rc = plan_build(as->stream, sample, &b->plan, e);
    if (rc == RC_OK && b->plan.cells[0].workload->arrival == NULL)
        rc = err_set(e, RC_INPUT,
                     "background: found workload %s, which does not say what arrived; expected one "
                     "that does",
                     b->plan.cells[0].workload->form.name);
    return rc;
}

static enum rc add_backgrounds(struct plan *p, plan_sampler *sample, struct err *e)
{
    const struct scenario *s = p->scenario;
    p->backgrounds = calloc(s->background_count + s->arm_count, sizeof *p->backgrounds);
    enum rc rc = p->backgrounds != NULL ? RC_OK : no_memory(e);
    for (size_t i = 0; rc == RC_OK && i < s->background_count; i++)
        rc = add_background(p, &s->backgrounds[i], sample, e);
    for (size_t i = 0; rc == RC_OK && i < s->arm_count; i++)
        rc = add_background(p, &s->arms[i].background, sample, e);
    return rc;
}

/* --- the whole --- */

static void add_up(struct plan *p)
{
    int64_t most = 0;
    size_t pools_seen = 0;
    for (size_t i = 0; i < p->cell_count; i++) {
        const struct plan_cell *c = &p->cells[i];
        const struct plan_estimate *x = &c->estimate;
        p->total_payload_bytes += x->payload_bytes * p->scenario->blocks;
        p->total_duration_ns += x->duration_ns * p->scenario->blocks;
        if (DISK_SAFETY * x->disk_bytes > p->disk_bytes)
            p->disk_bytes = DISK_SAFETY * x->disk_bytes;
        if (x->ledger_bytes + x->image_bytes > most)
            most = x->ledger_bytes + x->image_bytes;
        if (x->broker_heap > p->heap_bytes)
            p->heap_bytes = x->broker_heap;
        if (c->pool == pools_seen) {
            p->memory_bytes += x->pool_bytes;
            pools_seen++;
        }
    }
    for (size_t i = 0; i < p->background_count; i++)
        p->memory_bytes += p->backgrounds[i].plan.cells[0].estimate.pool_bytes;
    p->memory_bytes += most;
}

static enum rc fill_plan(struct plan *p, plan_sampler *sample, struct err *e)
{
    const struct scenario *s = p->scenario;
    size_t combinations = 1;
    for (int d = 0; d < DIMENSIONS; d++)
        combinations *= cell_values_count(s, d);
    size_t cells = combinations * pools_of(s);
    if (cells > TRIALS_MAX || cells * (size_t)s->blocks > TRIALS_MAX)
        return err_set(e, RC_INPUT,
                       "%s: found %zu cells in %lld blocks; expected at most %d trials", s->name,
                       cells, (long long)s->blocks, TRIALS_MAX);
    p->cells = calloc(cells, sizeof *p->cells);
    if (p->cells == NULL)
        return no_memory(e);
    enum rc rc = add_backgrounds(p, sample, e);
    if (rc == RC_OK)
        rc = add_cells(p, combinations, sample, e);
    if (rc == RC_OK)
        rc = add_comparisons(p, e);
    if (rc == RC_OK)
        rc = order_trials(p, e);
    if (rc == RC_OK)
        add_up(p);
    return rc;
}

enum rc plan_build(const struct scenario *s, plan_sampler *sample, struct plan *out, struct err *e)
{
    struct plan p = {.scenario = s};
    enum rc rc = fill_plan(&p, sample, e);
    if (rc != RC_OK) {
        plan_release(&p);
        p = (struct plan){0};
    }
    *out = p;
    return rc;
}

void plan_release(struct plan *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->background_count; i++)
        plan_release(&p->backgrounds[i].plan);
    free(p->backgrounds);
    free(p->cells);
    free(p->comparisons);
    free(p->trials);
    *p = (struct plan){0};
}

const struct plan_cell *plan_cell_of(const struct plan *p, size_t trial)
{
    return &p->cells[p->trials[trial].cell];
}
