#include "bench/claims/claims_wanted.h"

#include "bench/trial/account.h"
#include "reports/claims/verdicts.h"
#include "reports/stats/looks.h"
#include "reports/summary/strata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool claims_wanted_uses(const struct claim *c, const char *scenario, bool full)
{
    for (size_t i = 0; i < c->test_count; i++) {
        const char *name = test_scenario(&c->tests[i], full);
        if (test_is_measured(&c->tests[i]) && name != NULL && strcmp(name, scenario) == 0)
            return true;
    }
    return false;
}

/* A record per cell that says which arm of which comparison it is, as a trial would. */
static enum rc identify_cells(const struct plan *p, struct results *out, struct err *e)
{
    struct plan_trial none = {.block = 1};
    *out = (struct results){.records = calloc(p->cell_count, sizeof *out->records),
                            .count = p->cell_count};
    if (out->records == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", p->cell_count);
    for (size_t i = 0; i < p->cell_count; i++) {
        struct trial_order o = {.cell = &p->cells[i],
                                .group = &p->comparisons[p->cells[i].group],
                                .trial = &none,
                                .scenario = p->scenario};
        none.cell = i;
        account_identity(&o, &out->records[i]);
    }
    return RC_OK;
}

static bool some_cell_is(const struct results *cells, const char *arm)
{
    for (size_t i = 0; i < cells->count; i++) {
        if (strcmp(trial_record_arm(&cells->records[i]), arm) == 0)
            return true;
    }
    return false;
}

static enum rc check_arm(const struct results *cells, const char *arm, struct err *e)
{
    if (arm == NULL || some_cell_is(cells, arm))
        return RC_OK;
    return err_set(e, RC_INPUT, "found \"%.60s\"; expected an arm of the scenario %.80s", arm,
                   cells->records[0].scenario);
}

/* A tier's arms are joined by '|'. */
static enum rc check_tier(const struct results *cells, const char *tier, struct err *e)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && tier[0] != '\0') {
        char arm[RECORD_NAME_MAX];
        size_t length = strcspn(tier, "|");
        (void)snprintf(arm, sizeof arm, "%.*s", (int)length, tier);
        rc = check_arm(cells, arm, e);
        tier += length + (tier[length] == '|');
    }
    return rc;
}

/* Nobody would measure an arm that does not exist, or strata of which there are none. */
static enum rc check_test(const struct results *cells, const struct claim_test *t,
                          const struct strata *strata, struct err *e)
{
    enum rc rc = check_arm(cells, t->from, e);
    if (rc == RC_OK)
        rc = check_arm(cells, t->to, e);
    for (size_t i = 0; rc == RC_OK && t->order != NULL && t->order[i] != NULL; i++)
        rc = check_tier(cells, t->order[i], e);
    if (rc == RC_OK && strata->count == 0)
        rc = err_set(e, RC_INPUT, "where: lets no comparison of the scenario %.80s through",
                     cells->records[0].scenario);
    return rc;
}

/* One test of a claim, in one plan. */
struct wanted_test {
    const struct claims_request *request;
    const struct claims_wanted *out;
    const struct results *cells;
    const struct plan *plan;
    const struct claim *claim;
    size_t test;
};

static void want_arms(const struct wanted_test *w, const struct strata_group *g, bool *cells)
{
    for (size_t i = 0; i < w->cells->count; i++) {
        const struct trial_record *r = &w->cells->records[i];
        if (r->group == g->group && strata_has_arm(&w->claim->tests[w->test], trial_record_arm(r)))
            cells[i] = w->out->cells[i] = true;
    }
}

/* What of the test's strata was asked for, and how many. */
static enum rc choose_strata(const struct wanted_test *w, const struct strata *strata,
                             struct err *e)
{
    struct test_part part = {.asked = 0};
    size_t pairs = strata_pairs(&w->claim->tests[w->test]);
    bool *mine = calloc(w->cells->count, sizeof *mine); /* cells of this test */
    if (mine == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", w->cells->count);
    for (size_t g = 0; g < strata->count; g++) {
        const struct strata_group *one = &strata->all[g];
        if (w->out->offer != NULL)
            strata_offer_add(w->out->offer, &one->common);
        bool taken = strata_choice_takes(&w->request->claims_run.only, &one->common);
        *(taken ? &part.asked : &part.left_out) += pairs;
        if (taken)
            want_arms(w, one, mine);
    }
    enum rc rc = RC_OK;
    struct test_demand demand = {w->claim, w->test, w->plan, mine, part.asked};
    if (w->out->undecidable != NULL)
        rc = claims_undecidable_add(w->out->undecidable, &demand, e);
    free(mine);
    if (rc != RC_OK || w->out->note == NULL)
        return rc;
    return claims_run_add_part(w->out->note, w->claim->id, w->test, part, e);
}

static enum rc want_test(const struct wanted_test *w, struct err *e)
{
    struct strata strata;
    const struct claim_test *t = &w->claim->tests[w->test];
    enum rc rc = strata_of(w->cells, w->cells->records[0].scenario, t, &strata, e);
    if (rc != RC_OK)
        return rc;
    bool pruned = w->request->claims_run.only.count > 0 && w->out->note == NULL;
    if (!pruned) /* else it was checked when the choice was made, on all links */
        rc = check_test(w->cells, t, &strata, e);
    if (rc == RC_OK)
        rc = choose_strata(w, &strata, e);
    strata_release(&strata);
    if (rc == RC_OK)
        return RC_OK;
    return err_wrap(e, "%s:%d: claim %s, tests[%zu]", w->claim->file, t->line, w->claim->id,
                    w->test);
}

enum rc claims_wanted_cells(const struct claims_request *r, const struct plan *p,
                            const struct claims_wanted *w, struct err *e)
{
    struct results cells;
    struct wanted_test one = {.request = r, .out = w, .cells = &cells, .plan = p};
    enum rc rc = identify_cells(p, &cells, e);
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count; i++) {
        one.claim = claim_find(&r->claims, r->claims_run.ids[i]);
        for (one.test = 0; rc == RC_OK && one.test < one.claim->test_count; one.test++) {
            const struct claim_test *t = &one.claim->tests[one.test];
            const char *name = test_scenario(t, r->claims_run.full);
            if (test_is_measured(t) && name != NULL && strcmp(name, p->scenario->name) == 0)
                rc = want_test(&one, e);
        }
    }
    results_release(&cells);
    return rc;
}

struct test_part claims_wanted_part(const struct claims_run *q, const char *claim)
{
    struct test_part sum = {.asked = 0};
    for (size_t i = 0; i < q->part_count; i++) {
        if (strcmp(q->parts[i].claim, claim) != 0)
            continue;
        sum.asked += q->parts[i].part.asked;
        sum.left_out += q->parts[i].part.left_out;
    }
    return sum;
}

/* Every stratum of a group must be decided, in every claim that has it. */
static void weigh_claim(const struct claim_verdict *v, const struct plan *p, bool *open, bool *seen)
{
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (strcmp(s->scenario, p->scenario->name) != 0 || (size_t)s->group >= p->comparison_count)
            continue;
        seen[s->group] = true;
        if (!stratum_decided(v, s))
            open[s->group] = true;
    }
}

static enum rc weigh_groups(struct claims_look *l, const struct verdicts *v, struct err *e)
{
    size_t groups = l->plan->comparison_count;
    bool *open = calloc(2 * groups, sizeof *open);
    if (open == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu groups", groups);
    for (size_t i = 0; i < v->count; i++)
        weigh_claim(&v->all[i], l->plan, open, open + groups);
    for (size_t g = 0; g < groups; g++) {
        bool now = open[groups + g] && !open[g];
        l->newly += now && !l->decided[g];
        l->decided[g] = l->decided[g] || now;
    }
    free(open);
    return RC_OK;
}

enum rc claims_wanted_look(struct claims_look *l, struct err *e)
{
    struct results results;
    struct verdicts v = {.all = NULL};
    const struct claims_run *q = &l->request->claims_run;
    size_t which;
    if (!look_at((size_t)l->block, (size_t)q->blocks, &which))
        return RC_OK;
    enum rc rc = results_read(l->folder, &results, e);
    if (rc != RC_OK)
        return rc;
    rc = verdicts_build(&l->request->claims, q, &results, &v, e);
    if (rc == RC_OK)
        rc = weigh_groups(l, &v, e);
    verdicts_release(&v);
    results_release(&results);
    return rc;
}
