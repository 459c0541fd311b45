#include "bench/claims/claims_job.h"

#include "bench/claims/claims_ask.h"
#include "bench/claims/claims_known.h"
#include "bench/claims/claims_wanted.h"
#include "reports/stats/looks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- scenarios --- */

static enum rc load_with(const struct claims_job *j, const char *path, const char *blocks,
                         struct scenario **out, struct err *e)
{
    const struct scenario_override override = {.text = blocks};
    struct scenario_places places = run_request_places(j->request->run);
    return scenario_load(path, &places, &override, blocks != NULL ? 1 : 0, out, e);
}

/* --blocks is for noisy measurements; sizes that repeat to the byte are measured once. */
static enum rc load_scenario(const struct claims_job *j, const char *name, struct scenario **out,
                             struct err *e)
{
    char folder[HOME_PATH_MAX], path[HOME_PATH_MAX + 128];
    const char *blocks = j->request->blocks;
    enum rc rc = claims_known_folder(&j->request->run->home, folder, e);
    (void)snprintf(path, sizeof path, "%s/measure/%.80s.yaml", folder, name);
    if (rc == RC_OK)
        rc = load_with(j, path, NULL, out, e);
    if (rc != RC_OK || blocks[0] == '\0' || (*out)->exact)
        return rc;
    scenario_free(*out);
    *out = NULL;
    return load_with(j, path, blocks, out, e);
}

/* Every measured test of the selected claims whose scenario is `name` gets a reason. */
static enum rc give_up(struct claims_job *j, const char *name, const char *why, struct err *e)
{
    struct claims_request *r = j->request;
    enum rc rc = RC_OK;
    run_say(&j->request->run->listener, SAY_STEP, "%s cannot be run: %s", name, why);
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count; i++) {
        const struct claim *c = claim_find(&r->claims, r->claims_run.ids[i]);
        for (size_t t = 0; rc == RC_OK && t < c->test_count; t++) {
            const char *scenario = test_scenario(&c->tests[t], r->claims_run.full);
            if (test_is_measured(&c->tests[t]) && scenario != NULL && strcmp(scenario, name) == 0)
                rc = claims_ask_give_up(r, c, t, why, e);
        }
    }
    return rc;
}

static bool has_part(const struct claims_job *j, const char *name)
{
    for (size_t i = 0; i < j->left_out_count; i++) {
        if (strcmp(j->left_out[i], name) == 0)
            return true;
    }
    for (size_t i = 0; i < j->part_count; i++) {
        if (strcmp(j->parts[i].scenario->name, name) == 0)
            return true;
    }
    return false;
}

/* A plan alone shows whether it can be run here: payloads, arms, the cluster's properties. */
static enum rc plan_alone(const struct claims_job *j, struct scenario *s, struct run **out,
                          struct err *e)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "out of memory for the plan of %s", s->name);
    return run_plan(&j->options, &s, 1, *out, e);
}

static void forget_plan(struct run *alone)
{
    if (alone != NULL)
        run_close(alone, false);
    free(alone);
}

/* Links that no wanted cell has are not opened. */
static void keep_links(struct scenario *s, const struct plan *p, const bool *wanted)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->link_count; i++) {
        bool used = false;
        for (size_t c = 0; c < p->cell_count; c++)
            used = used || (wanted[c] && p->cells[c].link.bit_per_s == s->links[i].bit_per_s &&
                            p->cells[c].link.delay_ns == s->links[i].delay_ns);
        if (used)
            s->links[kept++] = s->links[i];
    }
    s->link_count = kept > 0 ? kept : s->link_count;
}

static enum rc choose_cells(struct claims_job *j, struct scenario *s, const struct plan *p,
                            bool *any, struct err *e)
{
    struct claims_wanted w = {.cells = calloc(p->cell_count, sizeof *w.cells),
                              .offer = &j->offer,
                              .note = &j->request->claims_run};
    if (w.cells == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", p->cell_count);
    enum rc rc = claims_wanted_cells(j->request, p, &w, e);
    *any = false;
    for (size_t i = 0; i < p->cell_count; i++)
        *any = *any || w.cells[i];
    keep_links(s, p, w.cells);
    free(w.cells);
    return rc;
}

/* Keeps a scenario that was planned, unless --only takes none of its comparisons. */
static enum rc keep_scenario(struct claims_job *j, const char *name, struct scenario **s,
                             const struct run *alone, struct err *e)
{
    bool any = true;
    enum rc rc = RC_OK;
    if (j->request->claims_run.only.count > 0)
        rc = choose_cells(j, *s, &alone->parts[0].plan, &any, e);
    if (rc != RC_OK)
        return rc;
    if (!any) {
        j->left_out[j->left_out_count++] = name;
        return RC_OK;
    }
    j->parts[j->part_count++].scenario = *s;
    *s = NULL;
    return RC_OK;
}

static enum rc add_part(struct claims_job *j, const char *name, struct err *e)
{
    struct err why;
    struct scenario *s = NULL;
    struct run *alone = NULL;
    if (j->part_count + j->left_out_count == RUN_PARTS)
        return give_up(j, name, "more scenarios than one run takes", e);
    enum rc rc = load_scenario(j, name, &s, &why);
    if (rc == RC_OK)
        rc = plan_alone(j, s, &alone, &why);
    if (rc == RC_OK)
        rc = keep_scenario(j, name, &s, alone, e);
    else if (rc == RC_INPUT)
        rc = give_up(j, name, why.text, e);
    else
        rc = err_set(e, rc, "%s", why.text);
    forget_plan(alone);
    scenario_free(s);
    return rc;
}

static bool was_given_up(const struct claims_job *j, const struct claim *c, size_t test)
{
    return claims_run_knows(&j->request->claims_run, c->id, test);
}

static enum rc add_parts(struct claims_job *j, struct err *e)
{
    const struct claims_request *r = j->request;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count; i++) {
        const struct claim *c = claim_find(&r->claims, r->claims_run.ids[i]);
        for (size_t t = 0; rc == RC_OK && t < c->test_count; t++) {
            const char *name = test_scenario(&c->tests[t], r->claims_run.full);
            if (test_is_measured(&c->tests[t]) && name != NULL && !was_given_up(j, c, t) &&
                !has_part(j, name))
                rc = add_part(j, name, e);
        }
    }
    return rc;
}

/* A value that takes nothing is a mistake, and so are conditions that nothing meets together. */
static enum rc check_choice(const struct claims_job *j, struct err *e)
{
    const struct strata_choice *only = &j->request->claims_run.only;
    char text[CHOICE_TEXT];
    if (only->count == 0)
        return RC_OK;
    if (j->part_count + j->left_out_count == 0)
        return err_set(e, RC_INPUT,
                       "--only: none of the claims asked for is measured by trials here, so there "
                       "is nothing to choose from");
    enum rc rc = strata_choice_check(only, &j->offer, e);
    if (rc == RC_OK && j->part_count == 0)
        rc = err_set(e, RC_INPUT,
                     "--only: no comparison of the claims asked for meets all of %.400s",
                     strata_choice_text(only, text));
    return rc;
}

/* --- what of it is wanted --- */

static void say_doing(struct claims_job *j, struct claims_part *p)
{
    const struct claims_request *r = j->request;
    size_t at = (size_t)snprintf(p->doing, sizeof p->doing, "deciding");
    for (size_t i = 0; i < r->claims_run.count && at + CLAIMS_RUN_ID_MAX + 2 < sizeof p->doing;
         i++) {
        const struct claim *c = claim_find(&r->claims, r->claims_run.ids[i]);
        if (claims_wanted_uses(c, p->scenario->name, r->claims_run.full))
            at += (size_t)snprintf(p->doing + at, sizeof p->doing - at, " %s", c->id);
    }
}

static enum rc want_part(struct claims_job *j, size_t part, struct err *e)
{
    struct claims_part *p = &j->parts[part];
    const struct plan *plan = &j->run.parts[part].plan;
    p->cell_wanted = calloc(plan->cell_count, sizeof *p->cell_wanted);
    p->group_decided = calloc(plan->comparison_count, sizeof *p->group_decided);
    if (p->cell_wanted == NULL || p->group_decided == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu cells", plan->cell_count);
    struct claims_wanted w = {.cells = p->cell_wanted, .undecidable = &j->undecidable};
    enum rc rc = claims_wanted_cells(j->request, plan, &w, e);
    for (size_t i = 0; i < plan->trial_count; i++) {
        size_t cell = plan->trials[i].cell;
        if (!p->cell_wanted[cell])
            continue;
        p->trials++;
        p->duration_ns += plan->cells[cell].estimate.duration_ns;
    }
    j->trials += p->trials;
    j->duration_ns += p->duration_ns;
    say_doing(j, p);
    return rc;
}

static size_t part_of(const struct claims_job *j, const struct plan *p)
{
    size_t i = 0;
    while (i + 1 < j->part_count && strcmp(j->parts[i].scenario->name, p->scenario->name) != 0)
        i++;
    return i;
}

static bool is_wanted(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct claims_job *j = ctx;
    const struct claims_part *part = &j->parts[part_of(j, p)];
    return part->cell_wanted[t->cell] && !part->group_decided[p->cells[t->cell].group];
}

/* At a look: comparisons that more blocks would not change are left out from now on. */
static enum rc look_at_block(void *ctx, const struct plan *p, int64_t block, struct err *e)
{
    struct claims_job *j = ctx;
    struct claims_part *part = &j->parts[part_of(j, p)];
    struct claims_look l = {.request = j->request,
                            .plan = p,
                            .block = block,
                            .folder = j->run.folder.path,
                            .decided = part->group_decided};
    if (!j->request->claims_run.looks || p->scenario->exact)
        return RC_OK;
    enum rc rc = claims_wanted_look(&l, e);
    if (rc == RC_OK && l.newly > 0)
        run_say(&j->request->run->listener, SAY_STEP,
                "after %lld blocks %zu of %zu comparisons of %s are decided", (long long)block,
                l.newly, p->comparison_count, p->scenario->name);
    return rc;
}

/* What is being decided, and how long is left for what is wanted and for what is asked after it. */
static void tell_progress(void *ctx, const struct run_progress *r)
{
    const struct claims_job *j = ctx;
    struct run_progress mine = *r;
    mine.left_ns += j->asking_ns;
    if (j->run.running < j->part_count && strcmp(r->doing, "measuring") == 0)
        mine.doing = j->parts[j->run.running].doing;
    run_tell(&j->request->run->listener, &mine);
}

static void set_options(struct claims_job *j)
{
    struct run_request *r = j->request->run;
    j->options = (struct run_options){.testbed = run_request_testbed(r),
                                      .trial = run_request_trial(r),
                                      .out = r->out,
                                      .name = "claims",
                                      .command = r->command,
                                      .resume = r->resume,
                                      .starts = BROKER_STARTS,
                                      .wanted = is_wanted,
                                      .block_done = look_at_block,
                                      .on_progress = tell_progress,
                                      .ctx = j};
}

/* What a run that was not stopped has: with looks, those up to the first. */
static size_t trials_at_least(const struct claims_job *j)
{
    size_t sum = 0;
    for (size_t i = 0; i < j->part_count; i++) {
        const struct claims_part *p = &j->parts[i];
        size_t blocks = (size_t)p->scenario->blocks, first = LOOK_BLOCKS[0];
        bool looks = j->request->claims_run.looks && !p->scenario->exact && blocks > first;
        sum += looks ? p->trials / blocks * first : p->trials;
    }
    return sum;
}

enum rc claims_job_plan(struct claims_job *j, struct err *e)
{
    struct scenario *scenarios[RUN_PARTS];
    set_options(j);
    enum rc rc = add_parts(j, e);
    if (rc == RC_OK)
        rc = check_choice(j, e);
    j->asking_ns = claims_ask_expected_ns(j->request);
    if (rc != RC_OK || j->part_count == 0)
        return rc;
    for (size_t i = 0; i < j->part_count; i++)
        scenarios[i] = j->parts[i].scenario;
    rc = run_plan(&j->options, scenarios, j->part_count, &j->run, e);
    j->planned = rc == RC_OK;
    for (size_t i = 0; rc == RC_OK && i < j->part_count; i++)
        rc = want_part(j, i, e);
    if (rc == RC_OK)
        rc = claims_undecidable_say(&j->undecidable, e);
    if (rc == RC_OK)
        j->run.planned = trials_at_least(j);
    j->request->claims_run.trials_planned = (int64_t)j->trials;
    return rc;
}

void claims_job_release(struct claims_job *j, bool failed)
{
    if (j->planned)
        run_close(&j->run, failed);
    for (size_t i = 0; i < j->part_count; i++) {
        scenario_free(j->parts[i].scenario);
        free(j->parts[i].cell_wanted);
        free(j->parts[i].group_decided);
    }
    claims_undecidable_release(&j->undecidable);
}
