#include "reports/summary/comparison.h"

#include "reports/stats/statistics.h"
#include "reports/stats/unpaired.h"
#include "reports/summary/block_reference.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double ALPHA = 0.05;

/* The cells of one folder, and which one each record belongs to. */
struct cell_list {
    const struct results *results;
    const struct trial_record **first; /* owned */
    size_t *cell_of;                   /* owned; by record */
    size_t count;
    struct block_references references; /* owned */
};

struct comparing {
    const struct comparison_options *o;
    struct comparison *out;
    enum metric metrics[METRICS_MAX]; /* those asked for, or the gated ones */
    size_t metric_count;
    struct cell_list a, b;
    double from[UNPAIRED_MAX], to[UNPAIRED_MAX];
    bool from_censored[UNPAIRED_MAX], to_censored[UNPAIRED_MAX];
};

static bool same_cell(const struct trial_record *x, const struct trial_record *y)
{
    return strcmp(x->scenario, y->scenario) == 0 &&
           trial_cell_differs(&x->cell, &y->cell) == DIMENSIONS;
}

static size_t find_cell(const struct cell_list *l, const struct trial_record *r)
{
    for (size_t i = 0; i < l->count; i++)
        if (same_cell(l->first[i], r))
            return i;
    return SIZE_MAX;
}

static enum rc list_cells(const struct results *r, struct cell_list *out, struct err *e)
{
    *out = (struct cell_list){.results = r,
                              .first = calloc(r->count + 1, sizeof(struct trial_record *)),
                              .cell_of = calloc(r->count + 1, sizeof(size_t))};
    if (out->first == NULL || out->cell_of == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu trials", r->count);
    for (size_t i = 0; i < r->count; i++) {
        size_t cell = find_cell(out, &r->records[i]);
        if (cell == SIZE_MAX) {
            cell = out->count++;
            out->first[cell] = &r->records[i];
        }
        out->cell_of[i] = cell;
    }
    return block_references_of(r, &out->references, e);
}

static void release_cells(struct cell_list *l)
{
    free(l->first);
    free(l->cell_of);
    block_references_release(&l->references);
}

static size_t trials_of(const struct cell_list *l, size_t cell)
{
    size_t n = 0;
    for (size_t i = 0; i < l->results->count; i++)
        n += l->cell_of[i] == cell;
    return n;
}

static void count_shares(const struct cell_list *l, size_t cell, bool to, struct trial_shares *out)
{
    for (size_t i = 0; i < l->results->count; i++)
        if (l->cell_of[i] == cell)
            trial_shares_count(out, &l->results->records[i], to);
}

/* Room for the values of one cell, UNPAIRED_MAX each. */
struct room {
    double *values;
    bool *censored;
};

/* A metric, or what it is to that of the reference arm beside it. */
struct gathered {
    enum metric metric;
    bool to_reference;
};

/* False: the trial has none. */
static bool value_of(const struct cell_list *l, const struct trial_record *r, struct gathered g,
                     struct metric_value *out)
{
    enum metric m = g.metric;
    *out = metric_value_of(m, r);
    if (!metric_counts(m, r) || !metric_has_change(m, out->v))
        return false;
    if (!g.to_reference)
        return true;
    const struct trial_record *beside = block_reference(&l->references, r);
    struct metric_value base = {.v = NOT_MEASURED};
    if (beside != NULL && metric_counts(m, beside))
        base = metric_value_of(m, beside);
    if (base.censored || !metric_has_change(m, base.v))
        return false;
    out->v = METRICS[m].by_difference ? out->v - base.v : out->v / base.v;
    return true;
}

/* The values of one cell. */
static enum rc gather(const struct cell_list *l, const struct trial_record *cell_of,
                      struct gathered g, struct room room, struct sample *out, struct err *e)
{
    size_t cell = find_cell(l, cell_of);
    *out = (struct sample){.values = room.values, .censored = room.censored};
    for (size_t i = 0; i < l->results->count; i++) {
        struct metric_value v;
        if (l->cell_of[i] != cell || !value_of(l, &l->results->records[i], g, &v))
            continue;
        if (out->n == UNPAIRED_MAX)
            return err_set(e, RC_INPUT, "%s: more than %d trials of one cell", l->results->path,
                           UNPAIRED_MAX);
        room.values[out->n] = v.v;
        room.censored[out->n++] = v.censored;
    }
    return RC_OK;
}

static bool is_judged(const struct effect *f)
{
    return !f->exact && f->word != EFFECT_NOT_MEASURED;
}

static enum rc gather_both(struct comparing *w, const struct compared_cell *c, struct gathered g,
                           struct sample both[2], struct err *e)
{
    struct room first = {w->from, w->from_censored}, second = {w->to, w->to_censored};
    enum rc rc = gather(&w->a, c->a, g, first, &both[0], e);
    return rc == RC_OK ? gather(&w->b, c->b, g, second, &both[1], e) : rc;
}

/* Medians are those of the values, gathered before; all else is of what they are to their
 * reference. */
static enum rc judge_to_reference(struct comparing *w, const struct compared_cell *c, enum metric m,
                                  const struct sample values[2], struct effect *f, struct err *e)
{
    struct sample both[2];
    double from = values[0].n > 0 ? measure_of(w->from, values[0].n).median : NOT_MEASURED;
    double to = values[1].n > 0 ? measure_of(w->to, values[1].n).median : NOT_MEASURED;
    enum rc rc = gather_both(w, c, (struct gathered){m, true}, both, e);
    if (rc == RC_OK)
        rc = effect_unpaired(m, both[0], both[1], w->out->level, f, e);
    f->from = from;
    f->to = to;
    return rc;
}

static enum rc judge_cell(struct comparing *w, struct compared_cell *c, enum metric m, size_t *used,
                          struct err *e)
{
    struct comparison *out = w->out;
    struct sample both[2];
    struct effect *f = &out->effects[*used];
    assert(c->a != NULL && c->b != NULL);
    enum rc rc = gather_both(w, c, (struct gathered){m, false}, both, e);
    if (rc != RC_OK || (both[0].n == 0 && both[1].n == 0))
        return rc;
    bool fixed = c->a->cell.exact && c->b->cell.exact;
    if (effect_is_exact(m, both[0], both[1], fixed))
        effect_exact(m, both[0], both[1], w->o->tolerance, f);
    else if (!c->reference && c->has_reference)
        rc = judge_to_reference(w, c, m, both, f, e);
    else
        rc = effect_unpaired(m, both[0], both[1], c->reference ? out->checks : out->level, f, e);
    *used += 1;
    c->count++;
    return rc;
}

static enum rc judge_cells(struct comparing *w, struct err *e)
{
    const struct comparison_options *o = w->o;
    size_t used = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < w->out->cell_count; i++) {
        struct compared_cell *c = &w->out->cells[i];
        c->first = used;
        c->count = 0;
        for (size_t k = 0; rc == RC_OK && k < w->metric_count; k++)
            if (o->metrics != NULL || effect_is_telling(w->metrics[k], c->a))
                rc = judge_cell(w, c, w->metrics[k], &used, e);
    }
    w->out->effect_count = used;
    return rc;
}

size_t comparison_judged(const struct comparison *c, bool reference)
{
    size_t n = 0;
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        for (size_t k = cell->first; k < cell->first + cell->count; k++)
            n += cell->reference == reference && is_judged(&c->effects[k]);
    }
    return n;
}

static enum rc correct(struct comparison *c, bool reference, struct err *e)
{
    struct effect **list = calloc(c->effect_count + 1, sizeof(struct effect *));
    size_t n = 0;
    if (list == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu comparisons", c->effect_count);
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        for (size_t k = cell->first; cell->reference == reference && k < cell->first + cell->count;
             k++)
            list[n++] = &c->effects[k];
    }
    enum rc rc = effects_correct(list, n, c->level.alpha, e);
    free(list);
    return rc;
}

static void say_reference_differs(struct comparison *c, const struct compared_cell *cell,
                                  const struct effect *f)
{
    char label[COMPARISON_LABEL], change[EFFECT_TEXT];
    c->reference_differs = true;
    (void)snprintf(c->why, sizeof c->why,
                   "the reference arm itself differs (%.200s: %s %s, %s): what all arms share "
                   "changed, and nobody can tell whether machine, broker or client did it",
                   comparison_label(cell->a, label), METRICS[f->metric].name, effect_says(f),
                   effect_change_text(f, change));
}

static void check_references(struct comparison *c)
{
    for (size_t i = 0; i < c->cell_count && !c->unreliable; i++) {
        const struct compared_cell *cell = &c->cells[i];
        for (size_t k = cell->first; k < cell->first + cell->count; k++) {
            const struct effect *f = &c->effects[k];
            bool differs = f->word == EFFECT_BETTER || f->word == EFFECT_WORSE;
            if (!is_judged(f))
                continue;
            if (cell->reference && differs && !c->reference_differs)
                say_reference_differs(c, cell, f);
            c->unreliable = c->unreliable ||
                            (!cell->reference && !cell->has_reference && f->word != EFFECT_TOO_FEW);
        }
    }
    if (c->unreliable)
        (void)snprintf(c->why, sizeof c->why,
                       "no reference arm is common to both folders: nothing tells a change of the "
                       "machine from a change of what is compared");
}

/* The reference arm of its comparison; NULL: none has a trial. */
static const struct trial_record *reference_of(const struct results *r,
                                               const struct trial_record *cell)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->records[i].reference && r->records[i].group == cell->group &&
            strcmp(r->records[i].scenario, cell->scenario) == 0)
            return &r->records[i];
    return NULL;
}

static bool have_same_reference(const struct comparing *w, const struct compared_cell *c)
{
    const struct trial_record *a = reference_of(w->a.results, c->a);
    const struct trial_record *b = reference_of(w->b.results, c->b);
    return a != NULL && b != NULL && same_cell(a, b);
}

static enum rc match(struct comparing *w, struct err *e)
{
    struct comparison *c = w->out;
    c->cells = calloc(w->a.count + 1, sizeof *c->cells);
    c->effects = calloc(w->a.count * w->metric_count + 1, sizeof *c->effects);
    c->only_a = calloc(w->a.count + 1, sizeof(struct trial_record *));
    c->only_b = calloc(w->b.count + 1, sizeof(struct trial_record *));
    if (c->cells == NULL || c->effects == NULL || c->only_a == NULL || c->only_b == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", w->a.count + w->b.count);
    for (size_t i = 0; i < w->a.count; i++) {
        const struct trial_record *r = w->a.first[i];
        size_t at = find_cell(&w->b, r);
        if (at == SIZE_MAX) {
            c->only_a[c->only_a_count++] = r;
            continue;
        }
        c->cells[c->cell_count++] =
            (struct compared_cell){.a = r,
                                   .b = w->b.first[at],
                                   .reference = r->reference && w->b.first[at]->reference,
                                   .trials_a = trials_of(&w->a, i),
                                   .trials_b = trials_of(&w->b, at)};
        struct compared_cell *cell = &c->cells[c->cell_count - 1];
        cell->has_reference = have_same_reference(w, cell);
        count_shares(&w->a, i, false, &cell->shares);
        count_shares(&w->b, at, true, &cell->shares);
    }
    for (size_t i = 0; i < w->b.count; i++)
        if (find_cell(&w->a, w->b.first[i]) == SIZE_MAX)
            c->only_b[c->only_b_count++] = w->b.first[i];
    return RC_OK;
}

/* Twice: how many comparisons share alpha is known only after the first time. */
static enum rc judge_and_correct(struct comparing *w, struct err *e)
{
    struct comparison *c = w->out;
    double alpha = w->o->alpha > 0 ? w->o->alpha : ALPHA;
    c->level = c->checks = (struct effect_level){.alpha = alpha, .comparisons = 1};
    enum rc rc = judge_cells(w, e);
    size_t judged = comparison_judged(c, false), checks = comparison_judged(c, true);
    c->level.comparisons = judged > 0 ? judged : 1;
    c->checks.comparisons = checks > 0 ? checks : 1;
    if (rc == RC_OK)
        rc = judge_cells(w, e);
    if (rc == RC_OK)
        rc = correct(c, false, e);
    if (rc == RC_OK)
        rc = correct(c, true, e);
    if (rc == RC_OK)
        check_references(c);
    return rc;
}

static void choose_metrics(struct comparing *w)
{
    for (size_t i = 0; w->o->metrics != NULL && i < w->o->metric_count; i++)
        w->metrics[w->metric_count++] = w->o->metrics[i];
    for (int m = 0; w->o->metrics == NULL && m < METRIC_COUNT; m++)
        if (METRICS[m].gated)
            w->metrics[w->metric_count++] = (enum metric)m;
}

enum rc comparison_of(const struct results *a, const struct results *b,
                      const struct comparison_options *o, struct comparison *out, struct err *e)
{
    struct comparing *w = calloc(1, sizeof *w);
    *out = (struct comparison){.a = a, .b = b};
    if (w == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    w->o = o;
    w->out = out;
    choose_metrics(w);
    enum rc rc = list_cells(a, &w->a, e);
    if (rc == RC_OK)
        rc = list_cells(b, &w->b, e);
    if (rc == RC_OK)
        rc = match(w, e);
    if (rc == RC_OK)
        rc = judge_and_correct(w, e);
    release_cells(&w->a);
    release_cells(&w->b);
    free(w);
    if (rc != RC_OK)
        comparison_release(out);
    return rc;
}

void comparison_release(struct comparison *c)
{
    free(c->cells);
    free(c->effects);
    free(c->only_a);
    free(c->only_b);
    *c = (struct comparison){.cells = NULL};
}

size_t comparison_too_few(const struct comparison *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        for (size_t k = cell->first; !cell->reference && k < cell->first + cell->count; k++)
            n += c->effects[k].word == EFFECT_TOO_FEW;
    }
    return n;
}

char *comparison_label(const struct trial_record *r, char *text)
{
    (void)snprintf(text, COMPARISON_LABEL, "%s: %s", trial_record_arm(r), r->group_label);
    return text;
}
