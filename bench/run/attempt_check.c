#include "bench/run/attempt.h"

#include "bench/trial/account.h"
#include "reports/record/key_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENVIRONMENT_MAX = 1 << 22 };

/* --- the same records? --- */

static const struct run_part *part_of(const struct run *s, const char *scenario)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (strcmp(s->parts[i].scenario->name, scenario) == 0)
            return &s->parts[i];
    return NULL;
}

/* The first field of a cell in which the record differs from the plan; NULL: none. */
static const char *different(const struct trial_record *r, const struct trial_record *want)
{
    enum dimension d = trial_cell_differs(&r->cell, &want->cell);
    if (d < DIMENSIONS)
        return DIMENSION_NAMES[d].compare;
    const struct {
        const char *what;
        bool same;
    } fields[] = {
        {"compare", strcmp(r->compare, want->compare) == 0},
        {"group", r->group == want->group && strcmp(r->group_label, want->group_label) == 0},
        {"reference", r->reference == want->reference},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!fields[i].same)
            return fields[i].what;
    return NULL;
}

/* Seeds are the comparison's, one a block; a block measured anew has the seed it had. */
static bool seed_is_planned(const struct plan *p, const struct trial_record *r)
{
    for (size_t i = 0; i < p->trial_count; i++)
        if (p->trials[i].cell == (size_t)r->cell_index && p->trials[i].seed == r->seed)
            return true;
    return false;
}

/* The cells, as the record names them: which scenario, which cell, which arm. */
static enum rc check_cell(const struct run_part *part, const struct trial_record *r, struct err *e)
{
    struct plan_trial t = {.cell = (size_t)r->cell_index};
    const struct plan_cell *cell = &part->plan.cells[t.cell];
    struct trial_order order = {.cell = cell,
                                .group = &part->plan.comparisons[cell->group],
                                .trial = &t,
                                .scenario = part->scenario,
                                .rate_per_s = cell->load.rate_per_s};
    struct trial_record want;
    account_identity(&order, &want);
    const char *what = different(r, &want);
    if (what == NULL)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "trial %s of %s was measured with another %s than the plan has now; name "
                   "another folder, or the same scenario and options",
                   r->trial, r->scenario, what);
}

static enum rc check_seed(const struct run_part *part, const struct trial_record *r, struct err *e)
{
    int64_t planned = part->scenario->blocks;
    if (seed_is_planned(&part->plan, r))
        return RC_OK;
    if (r->block > planned)
        return err_set(e, RC_INPUT,
                       "trial %s of %s is of block %lld, and the plan has %lld; expected as many "
                       "blocks, or another folder",
                       r->trial, r->scenario, (long long)r->block, (long long)planned);
    return err_set(e, RC_INPUT,
                   "trial %s of %s was measured with another seed than the plan has now; name "
                   "another folder, or the same seed",
                   r->trial, r->scenario);
}

/* Every block past the planned ones was measured anew, and holds a record. */
static enum rc check_block(const struct run *s, const struct run_part *part,
                           const struct trial_record *r, struct err *e)
{
    int64_t planned = part->scenario->blocks;
    if (r->block >= 1 && r->block <= planned + (int64_t)s->earlier.count)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "trial %s of %s is of block %lld, and the plan has %lld; expected a block that "
                   "this run can have measured",
                   r->trial, r->scenario, (long long)r->block, (long long)planned);
}

/* Its id says where it stands: "c03.b02". */
static enum rc check_id(const struct run_part *part, const struct trial_record *r, struct err *e)
{
    char id[PLAN_TRIAL_ID];
    plan_trial_name(&part->plan, (size_t)r->cell_index, r->block, id);
    if (strcmp(r->trial, id) == 0)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "trial %s of %s has the cell_index %lld and the block %lld; expected the id %s",
                   r->trial, r->scenario, (long long)r->cell_index, (long long)r->block, id);
}

static enum rc check_record(const struct run *s, const struct environment *first,
                            const struct trial_record *r, struct err *e)
{
    const struct run_part *part = part_of(s, r->scenario);
    if (strcmp(r->run, first->run) != 0)
        return err_set(e, RC_INPUT,
                       "trial %s is one of the run %s, and the folder is that of %s; expected the "
                       "records of one run",
                       r->trial, r->run, first->run);
    if (part == NULL)
        return err_set(e, RC_INPUT,
                       "trial %s is one of the scenario %s, which is not among those to be run",
                       r->trial, r->scenario);
    if ((size_t)r->cell_index >= part->plan.cell_count)
        return err_set(e, RC_INPUT, "trial %s of %s: the plan has only %zu cells", r->trial,
                       r->scenario, part->plan.cell_count);
    enum rc rc = check_cell(part, r, e);
    if (rc == RC_OK)
        rc = check_id(part, r, e);
    if (rc == RC_OK)
        rc = check_seed(part, r, e);
    return rc == RC_OK ? check_block(s, part, r, e) : rc;
}

enum rc attempt_check(const struct run *s, const struct environment *first, struct err *e)
{
    const struct results *earlier = &s->earlier;
    for (size_t i = 0; i < earlier->count; i++)
        if (check_record(s, first, &earlier->records[i], e) != RC_OK)
            return err_wrap(e, "%s/" FOLDER_TRIALS ":%zu", earlier->path, i + 1);
    return RC_OK;
}

/* --- the same conditions? --- */

/* The first key of `lines` that `others` has with another value, or, unless only common keys count,
 * has not: its value is "" then. */
static bool first_other(const char *lines, const char *others, bool common, struct key_value *one,
                        struct key_value *other)
{
    while (key_value_next(&lines, one)) {
        bool found = false;
        for (const char *at = others; !found && key_value_next(&at, other);)
            found = strcmp(one->key, other->key) == 0;
        if (!found)
            other->value[0] = '\0';
        if (found ? strcmp(one->value, other->value) != 0 : !common)
            return true;
    }
    return false;
}

/* Records of other scenarios, data or options look alike. Folders from before these were noted have
 * none of them. */
static enum rc check_asked(const struct environment *then, const struct environment *now,
                           const char *path, struct err *e)
{
    struct key_value a, b;
    if (first_other(now->asked, then->asked, true, &a, &b))
        return err_set(e, RC_INPUT,
                       "%s was begun with other keys or another trace in the scenario %s than it "
                       "has now; name another folder, or the same scenario and options",
                       path, a.key);
    if (first_other(now->data, then->data, true, &a, &b))
        return err_set(e, RC_INPUT,
                       "%s was begun with other records in the data files of the scenario %s than "
                       "they hold now; name another folder, or the same data",
                       path, a.key);
    if (then->options[0] == '\0')
        return RC_OK;
    if (first_other(now->options, then->options, false, &a, &b))
        return err_set(e, RC_INPUT,
                       "%s: %s is %s now, and was %s when the folder was begun; name another "
                       "folder, or the same options",
                       path, a.key, a.value, b.value[0] != '\0' ? b.value : "not given");
    if (first_other(then->options, now->options, false, &a, &b))
        return err_set(e, RC_INPUT,
                       "%s: %s is not given now, and was %s when the folder was begun; name "
                       "another folder, or the same options",
                       path, a.key, a.value);
    return RC_OK;
}

static enum rc check_conditions(const struct environment *then, const struct environment *now,
                                const char *path, struct err *e)
{
    if (strcmp(then->tool, now->tool) != 0)
        return err_set(e, RC_INPUT, "%s was begun with %s and this is %s; name another folder",
                       path, then->tool, now->tool);
    if (strcmp(then->cpu_model, now->cpu_model) != 0 || then->cores != now->cores)
        return err_set(e, RC_INPUT,
                       "%s was begun on another machine (%s, %lld cores; this one: %s, %lld "
                       "cores); name another folder",
                       path, then->cpu_model, (long long)then->cores, now->cpu_model,
                       (long long)now->cores);
    if (then->attempt_count == ENVIRONMENT_ATTEMPTS)
        return err_set(e, RC_INPUT, "%s was continued %d times already; name another folder", path,
                       ENVIRONMENT_ATTEMPTS - 1);
    return RC_OK;
}

enum rc attempt_add(const struct run *s, struct environment *v, struct err *e)
{
    const char *path = s->earlier.path;
    struct environment *then = calloc(1, sizeof *then);
    struct buf text;
    if (then == NULL)
        return err_set(e, RC_INFRA, "out of memory for the conditions of the run");
    buf_init(&text, ENVIRONMENT_MAX);
    enum rc rc = results_file(path, FOLDER_ENVIRONMENT, &text, NULL, e);
    if (rc == RC_OK && environment_read(buf_span(&text), then, e) != RC_OK)
        rc = err_wrap(e, "%s/" FOLDER_ENVIRONMENT, path);
    if (rc == RC_OK)
        rc = check_conditions(then, v, path, e);
    if (rc == RC_OK)
        rc = attempt_check(s, then, e);
    if (rc == RC_OK)
        rc = check_asked(then, v, path, e);
    if (rc == RC_OK) {
        struct environment_attempt now = v->attempts[0];
        int64_t planned = v->planned_trials; /* blocks may be more than before */
        *v = *then;
        v->planned_trials = planned;
        v->attempts[v->attempt_count++] = now;
    }
    buf_release(&text);
    free(then);
    return rc;
}
