#include "reports/gate/gate_cases.h"

#include "reports/stats/paired.h"
#include "reports/summary/contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first gated metric stands for a cell that the candidate does not have. */
static enum metric first_gated(void)
{
    int m = 0;
    while (m < METRIC_COUNT - 1 && !METRICS[m].gated)
        m++;
    return (enum metric)m;
}

static enum rc make_room(struct gate *g, size_t cases, struct err *e)
{
    g->cases = calloc(cases + 1, sizeof *g->cases);
    if (g->cases == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu gated cases", cases);
    return RC_OK;
}

void gate_cases_release(struct gate *g)
{
    free(g->cases);
    *g = (struct gate){.cases = NULL};
}

/* --- two folders --- */

static void add_folder_case(struct gate *g, const struct trial_record *r, const struct effect *f,
                            double limit)
{
    struct gate_case *c = &g->cases[g->count++];
    *c = (struct gate_case){.group = r->group, .limit = limit, .effect[GATE_MAIN] = *f};
    (void)comparison_label(r, c->label);
    (void)snprintf(c->scenario, sizeof c->scenario, "%s", r->scenario);
}

/* Trials that count and say nothing of a metric: more of them in the second folder than in the
 * first. */
static size_t lacks_of(const struct compared_cell *cell, const struct effect *f)
{
    const struct trial_shares *s = &cell->shares;
    size_t from = s->from.all - s->from.hits - s->from_void;
    size_t to = s->to.all - s->to.hits - s->to_void;
    size_t lacking_from = from > f->n_from ? from - f->n_from : 0;
    size_t lacking_to = to > f->n_to ? to - f->n_to : 0;
    return lacking_to > lacking_from ? lacking_to - lacking_from : 0;
}

/* Trials of one cell that do not count; there is a case of them only where they tell anything. */
static void add_folder_trials(struct gate *g, const struct compared_cell *cell)
{
    struct gate_case *c = &g->cases[g->count];
    *c = (struct gate_case){.group = cell->a->group, .of_trials = true, .shares = cell->shares};
    (void)comparison_label(cell->a, c->label);
    (void)snprintf(c->scenario, sizeof c->scenario, "%s", cell->a->scenario);
    g->count += trial_shares_matter(&c->shares);
}

enum rc gate_cases_of_folders(const struct comparison *c, const struct gate_limits *l,
                              struct gate *out, struct err *e)
{
    size_t share = c->level.comparisons > 0 ? c->level.comparisons : 1;
    *out = (struct gate){.alpha = l->alpha,
                         .alpha_each = c->level.alpha / (double)share,
                         .unreliable = c->unreliable,
                         .reference_differs = c->reference_differs};
    enum rc rc = make_room(out, c->effect_count + c->cell_count + c->only_a_count, e);
    size_t alone = 0, beside = 0; /* gated metrics of reference arms, and of the others */
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        for (size_t k = cell->first; k < cell->first + cell->count; k++) {
            const struct effect *f = &c->effects[k];
            bool gated = METRICS[f->metric].gated;
            bool sizes = METRICS[f->metric].sizes;
            if (sizes)
                gated = gated && (f->exact || f->word == EFFECT_NOT_MEASURED);
            alone += gated && !sizes && cell->reference;
            beside += gated && !sizes && !cell->reference;
            if (!sizes)
                gated = gated && !cell->reference;
            if (gated)
                add_folder_case(out, cell->a, f, l->limit[f->metric]);
            if (gated && !f->exact)
                out->cases[out->count - 1].lacks = lacks_of(cell, f);
        }
        add_folder_trials(out, cell);
    }
    out->one_arm = alone > 0 && beside == 0;
    struct effect absent = {.metric = first_gated(), .p = 1, .p_holm = 1};
    for (size_t i = 0; i < c->only_a_count; i++)
        add_folder_case(out, c->only_a[i], &absent, l->limit[absent.metric]);
    return RC_OK;
}

/* --- one job --- */

static bool is_again(const char *scenario)
{
    size_t length = strlen(scenario), tail = strlen(GATE_AGAIN);
    return length > tail && strcmp(scenario + length - tail, GATE_AGAIN) == 0;
}

/* What the scenario of a stage is called. */
static void stage_scenario(const char *main, enum gate_stage stage,
                           char out[RECORD_NAME_MAX + sizeof GATE_AGAIN])
{
    (void)snprintf(out, RECORD_NAME_MAX + sizeof GATE_AGAIN, "%s%s", main,
                   stage == GATE_CONFIRMATION ? GATE_AGAIN : "");
}

/* The first record of each comparison of the main stage. */
static bool begins_group(const struct results *r, size_t at)
{
    const struct trial_record *this = &r->records[at];
    if (is_again(this->scenario))
        return false;
    for (size_t i = 0; i < at; i++)
        if (r->records[i].group == this->group &&
            strcmp(r->records[i].scenario, this->scenario) == 0)
            return false;
    return true;
}

static size_t groups_of(const struct results *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += begins_group(r, i);
    return n;
}

/* Two contrasts of one case: candidate against baseline, and baseline against itself. */
struct pair_of_contrasts {
    struct contrast effect, null;
};

static enum rc read_contrasts(const struct results *r, const char *scenario, int64_t group,
                              enum metric m, struct pair_of_contrasts *out, struct err *e)
{
    struct contrast_key k = {.scenario = scenario,
                             .group = group,
                             .from = GATE_ARM_BASELINE,
                             .to = GATE_ARM_CANDIDATE,
                             .metric = m};
    *out = (struct pair_of_contrasts){.effect = {.n = 0}};
    enum rc rc = contrast_of(r, &k, &out->effect, e);
    k.to = GATE_ARM_AGAIN;
    return rc == RC_OK ? contrast_of(r, &k, &out->null, e) : rc;
}

static void release_contrasts(struct pair_of_contrasts *p)
{
    contrast_release(&p->effect);
    contrast_release(&p->null);
}

static bool all_alike(const double *values, size_t n, double as)
{
    for (size_t i = 0; i < n; i++)
        if (values[i] != as)
            return false;
    return true;
}

/* Sizes repeat to the byte in the baseline, its second arm included, and in the candidate. */
static bool is_exact(enum metric m, const struct pair_of_contrasts *p)
{
    struct sample from = {p->effect.from, p->effect.n, p->effect.from_censored};
    struct sample to = {p->effect.to, p->effect.n, p->effect.to_censored};
    if (p->effect.n == 0 || p->null.n == 0)
        return false;
    bool fixed = p->effect.pairs[0].from->cell.exact && p->effect.pairs[0].to->cell.exact;
    return effect_is_exact(m, from, to, fixed) &&
           all_alike(p->null.from, p->null.n, p->effect.from[0]) &&
           all_alike(p->null.to, p->null.n, p->effect.from[0]);
}

static enum rc judge_contrast(enum metric m, const struct contrast *c, bool exact,
                              struct effect_level level, struct effect *out, struct err *e)
{
    struct sample from = {c->from, c->n, c->from_censored}, to = {c->to, c->n, c->to_censored};
    level.stretch = c->stretch;
    if (!exact)
        return effect_paired(m, from, to, level, out, e);
    effect_exact(m, from, to, 0, out);
    return RC_OK;
}

/* The same as lacks_of, of the candidate against the baseline in the main stage. */
static size_t lacks_of_job(const struct results *r, const struct trial_record *first, enum metric m)
{
    size_t from = 0, to = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = &r->records[i];
        if (one->validity != TRIAL_VALID || one->group != first->group ||
            strcmp(one->scenario, first->scenario) != 0 || metric_has_change(m, metric_of(m, one)))
            continue;
        from += strcmp(trial_record_arm(one), GATE_ARM_BASELINE) == 0;
        to += strcmp(trial_record_arm(one), GATE_ARM_CANDIDATE) == 0;
    }
    return to > from ? to - from : 0;
}

static enum rc add_job_case(const struct results *r, const struct trial_record *first,
                            enum metric m, struct gate *g, struct err *e)
{
    struct pair_of_contrasts p;
    struct gate_case *c = &g->cases[g->count];
    struct effect_level once = {.alpha = g->alpha, .comparisons = 1};
    enum rc rc = read_contrasts(r, first->scenario, first->group, m, &p, e);
    bool exact = rc == RC_OK && is_exact(m, &p);
    if (rc == RC_OK && (p.effect.n > 0 || p.null.n > 0) && (exact || !METRICS[m].sizes)) {
        *c = (struct gate_case){.group = first->group};
        (void)snprintf(c->label, sizeof c->label, "%s", first->group_label);
        (void)snprintf(c->scenario, sizeof c->scenario, "%s", first->scenario);
        (void)contrast_place_text(&p.effect, m, c->place);
        c->lacks = exact ? 0 : lacks_of_job(r, first, m);
        rc = judge_contrast(m, &p.effect, exact, once, &c->effect[GATE_MAIN], e);
        if (rc == RC_OK)
            rc = starts_of(&p.effect, false, !METRICS[m].by_difference, g->alpha, &c->starts, e);
        if (!METRICS[m].by_difference) {
            c->starts.least = expm1(c->starts.least);
            c->starts.most = expm1(c->starts.most);
        }
        if (rc == RC_OK)
            rc = judge_contrast(m, &p.null, exact, once, &c->null[GATE_MAIN], e);
        g->count += rc == RC_OK;
    }
    release_contrasts(&p);
    return rc;
}

/* Trials of one comparison in one stage that do not count; those of the control are the baseline's,
 * too. */
static void add_job_trials(const struct results *r, const struct trial_record *first,
                           enum gate_stage stage, struct gate *g)
{
    char scenario[RECORD_NAME_MAX + sizeof GATE_AGAIN];
    struct gate_case *c = &g->cases[g->count];
    *c = (struct gate_case){.group = first->group, .of_trials = true};
    (void)snprintf(c->label, sizeof c->label, "%s", first->group_label);
    (void)snprintf(c->scenario, sizeof c->scenario, "%s", first->scenario);
    stage_scenario(first->scenario, stage, scenario);
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = &r->records[i];
        bool candidate = strcmp(trial_record_arm(one), GATE_ARM_CANDIDATE) == 0;
        if (one->group == first->group && strcmp(one->scenario, scenario) == 0)
            trial_shares_count(&c->shares, one, candidate);
    }
    g->count += trial_shares_matter(&c->shares);
}

/* Again, now that it is known how many comparisons share alpha. */
static enum rc judge_stage(const struct results *r, struct gate_case *c, enum gate_stage stage,
                           struct effect_level level, struct err *e)
{
    char scenario[RECORD_NAME_MAX + sizeof GATE_AGAIN];
    enum metric m = c->effect[GATE_MAIN].metric;
    struct pair_of_contrasts p;
    stage_scenario(c->scenario, stage, scenario);
    enum rc rc = read_contrasts(r, scenario, c->group, m, &p, e);
    if (rc == RC_OK)
        rc = judge_contrast(m, &p.effect, false, level, &c->effect[stage], e);
    if (rc == RC_OK)
        rc = judge_contrast(m, &p.null, false, level, &c->null[stage], e);
    release_contrasts(&p);
    return rc;
}

static size_t noisy_of(const struct gate *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->count; i++)
        n += !g->cases[i].of_trials && !g->cases[i].effect[GATE_MAIN].exact;
    return n;
}

enum rc gate_cases_of_job(const struct results *r, const struct gate_limits *l, struct gate *out,
                          struct err *e)
{
    *out = (struct gate){.alpha = l->alpha, .one_job = true};
    enum rc rc = make_room(out, groups_of(r) * ((size_t)METRIC_COUNT + GATE_STAGES), e);
    for (size_t i = 0; rc == RC_OK && i < r->count; i++) {
        const struct trial_record *first = &r->records[i];
        if (!begins_group(r, i))
            continue;
        for (int m = 0; rc == RC_OK && m < METRIC_COUNT; m++)
            if (METRICS[m].gated && effect_is_telling((enum metric)m, first))
                rc = add_job_case(r, first, (enum metric)m, out, e);
        if (rc == RC_OK)
            add_job_trials(r, first, GATE_MAIN, out);
    }
    size_t noisy = noisy_of(out);
    struct effect_level level = {.alpha = l->alpha, .comparisons = noisy > 0 ? noisy : 1};
    out->alpha_each = level.alpha / (double)level.comparisons;
    for (size_t i = 0; rc == RC_OK && i < out->count; i++) {
        struct gate_case *c = &out->cases[i];
        if (c->of_trials)
            continue;
        c->limit = l->limit[c->effect[GATE_MAIN].metric];
        if (!c->effect[GATE_MAIN].exact)
            rc = judge_stage(r, c, GATE_MAIN, level, e);
    }
    if (rc != RC_OK)
        gate_cases_release(out);
    return rc;
}

enum rc gate_cases_confirm(const struct results *r, struct gate *g, struct err *e)
{
    size_t suspects = gate_count(g, GATE_CASE_SUSPECT);
    struct effect_level level = {.alpha = g->alpha, .comparisons = suspects > 0 ? suspects : 1};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < g->count; i++)
        if (g->cases[i].outcome == GATE_CASE_SUSPECT)
            rc = judge_stage(r, &g->cases[i], GATE_CONFIRMATION, level, e);
    for (size_t i = 0; rc == RC_OK && i < r->count; i++)
        if (begins_group(r, i))
            add_job_trials(r, &r->records[i], GATE_CONFIRMATION, g);
    return rc;
}

size_t gate_blocks_needed(const struct gate *g)
{
    size_t noisy = noisy_of(g);
    return paired_blocks_needed(noisy > 0 ? noisy : 1, g->alpha);
}
