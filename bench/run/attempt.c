#include "bench/run/attempt.h"

#include "bench/trial/account.h"
#include "reports/record/key_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENVIRONMENT_MAX = 1 << 22 };

/* --- the same plans? --- */

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

static enum rc check_record(const struct run *s, const struct trial_record *r, const char *path,
                            struct err *e)
{
    const struct run_part *part = part_of(s, r->scenario);
    if (part == NULL)
        return err_set(e, RC_INPUT,
                       "%s holds trials of the scenario %s, which is not among those to be run",
                       path, r->scenario);
    if ((size_t)r->cell_index >= part->plan.cell_count)
        return err_set(e, RC_INPUT, "%s: trial %s of %s: the plan has only %zu cells", path,
                       r->trial, r->scenario, part->plan.cell_count);
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
    if (what != NULL)
        return err_set(e, RC_INPUT,
                       "%s: trial %s of %s was measured with another %s than the plan has now; "
                       "name another folder, or the same scenario and options",
                       path, r->trial, r->scenario, what);
    if (seed_is_planned(&part->plan, r))
        return RC_OK;
    if (r->block > part->scenario->blocks)
        return err_set(e, RC_INPUT,
                       "%s: trial %s of %s is of block %lld, and the plan has %lld; expected as "
                       "many blocks, or another folder",
                       path, r->trial, r->scenario, (long long)r->block,
                       (long long)part->scenario->blocks);
    return err_set(e, RC_INPUT,
                   "%s: trial %s of %s was measured with another seed than the plan has now; "
                   "name another folder, or the same seed",
                   path, r->trial, r->scenario);
}

enum rc attempt_check(const struct results *earlier, const struct run *s, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < earlier->count; i++)
        rc = check_record(s, &earlier->records[i], earlier->path, e);
    return rc;
}

/* --- environment.json --- */

/* Scenarios whose records would look alike and be of something else: other keys, another number of
 * records. Folders from before fingerprints have none. */
static enum rc check_asked(const struct environment *then, const struct environment *now,
                           const char *path, struct err *e)
{
    struct key_value want, have;
    for (const char *lines = now->asked; key_value_next(&lines, &want);)
        for (const char *before = then->asked; key_value_next(&before, &have);)
            if (strcmp(want.key, have.key) == 0 && strcmp(want.value, have.value) != 0)
                return err_set(e, RC_INPUT,
                               "%s was begun with other keys or another trace in the scenario %s "
                               "than it has now; name another folder, or the same scenario and "
                               "options",
                               path, want.key);
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
    return check_asked(then, now, path, e);
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
    if (rc == RC_OK) {
        struct environment_attempt now = v->attempts[0];
        *v = *then;
        v->attempts[v->attempt_count++] = now;
    }
    buf_release(&text);
    free(then);
    return rc;
}

/* --- what is left --- */

struct left {
    const struct run *s;
    const struct run_part *part;
    int64_t next_block; /* free in all groups */
};

static bool is_measured(const struct left *l, size_t cell, int64_t block)
{
    const struct results *earlier = &l->s->earlier;
    for (size_t i = 0; i < earlier->count; i++) {
        const struct trial_record *r = &earlier->records[i];
        if (r->cell_index == (int64_t)cell && r->block == block &&
            strcmp(r->scenario, l->part->scenario->name) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct left *l, const struct plan_trial *t)
{
    const struct run_options *o = l->s->options;
    return o->wanted == NULL || o->wanted(o->ctx, &l->part->plan, t);
}

enum state { STATE_OPEN, STATE_CUT, STATE_DONE };

/* How far a group is in a block: t is its first trial there, of count. */
static enum state state_of(const struct left *l, const struct plan_trial *t, size_t count,
                           int64_t block)
{
    size_t wanted = 0, measured = 0, both = 0;
    for (size_t i = 0; i < count; i++) {
        bool want = is_wanted(l, &t[i]);
        bool have = is_measured(l, t[i].cell, block);
        wanted += want;
        measured += have;
        both += want && have;
    }
    if (measured == 0)
        return STATE_OPEN;
    return both == wanted ? STATE_DONE : STATE_CUT;
}

/* Whole groups that earlier attempts measured anew, under numbers past the planned ones. */
static size_t made_up_for(const struct left *l, const struct plan_trial *t, size_t count)
{
    size_t done = 0;
    for (int64_t block = l->part->scenario->blocks + 1; block < l->next_block; block++)
        done += state_of(l, t, count, block) == STATE_DONE;
    return done;
}

static int64_t next_free_block(const struct run *s, const struct run_part *part)
{
    int64_t last = part->scenario->blocks;
    for (size_t i = 0; i < s->earlier.count; i++) {
        const struct trial_record *r = &s->earlier.records[i];
        if (strcmp(r->scenario, part->scenario->name) == 0 && r->block > last)
            last = r->block;
    }
    return last + 1;
}

/* Moves count trials to the end of the list in other, in a block of that number. */
static void put_off(const struct plan *p, const struct plan_trial *t, size_t count, int64_t block,
                    struct plan_trial *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = t[i];
        to[i].block = block;
        (void)snprintf(to[i].id, sizeof to[i].id, "%s.b%02lld", p->cells[t[i].cell].id,
                       (long long)block);
    }
}

/* Numbers that a group has cut: the first is measured anew in next_block, the second in the one
 * after it, so that no trial id stands twice. */
struct list {
    struct plan_trial *trials;
    size_t count;
};

static void sort_out(const struct left *l, size_t *redone, struct list *keep, struct list *later)
{
    const struct plan *p = &l->part->plan;
    for (size_t at = 0; at < p->trial_count;) {
        const struct plan_trial *t = &p->trials[at];
        size_t group = p->cells[t->cell].group;
        size_t count = p->comparisons[group].count;
        enum state state = state_of(l, t, count, t->block);
        if (state == STATE_OPEN) {
            memcpy(keep->trials + keep->count, t, count * sizeof *t);
            keep->count += count;
        } else if (state == STATE_CUT) {
            size_t nth = redone[group]++;
            size_t made_up = made_up_for(l, t, count);
            if (nth >= made_up) {
                put_off(p, t, count, l->next_block + (int64_t)(nth - made_up),
                        later->trials + later->count);
                later->count += count;
            }
        }
        at += count;
    }
}

/* By block, groups kept together. */
static void append(struct list *keep, const struct list *later, int64_t first_block)
{
    size_t end = keep->count + later->count;
    for (int64_t block = first_block; keep->count < end; block++)
        for (size_t i = 0; i < later->count; i++)
            if (later->trials[i].block == block)
                keep->trials[keep->count++] = later->trials[i];
}

static int64_t time_of(const struct plan *p)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->trial_count; i++)
        sum += plan_cell_of(p, i)->estimate.duration_ns;
    return sum;
}

static void read_rates(const struct left *l, double *rates)
{
    const struct results *earlier = &l->s->earlier;
    for (size_t i = 0; i < earlier->count; i++) {
        const struct trial_record *r = &earlier->records[i];
        if (strcmp(r->scenario, l->part->scenario->name) == 0 && r->load_rate_per_s > 0)
            rates[l->part->plan.cells[r->cell_index].group] = r->load_rate_per_s;
    }
}

enum rc attempt_continue(const struct run *s, struct run_part *part, double *rates, struct err *e)
{
    struct left l = {.s = s, .part = part, .next_block = next_free_block(s, part)};
    struct plan *p = &part->plan;
    struct list keep = {calloc(p->trial_count + 1, sizeof *keep.trials), 0};
    struct list later = {calloc(p->trial_count + 1, sizeof *later.trials), 0};
    size_t *redone = calloc(p->comparison_count, sizeof *redone);
    enum rc rc = RC_OK;
    if (keep.trials == NULL || later.trials == NULL || redone == NULL) {
        rc = err_set(e, RC_INFRA, "out of memory for %zu trials", p->trial_count);
    } else {
        read_rates(&l, rates);
        sort_out(&l, redone, &keep, &later);
        append(&keep, &later, l.next_block);
        memcpy(p->trials, keep.trials, keep.count * sizeof *keep.trials);
        p->trial_count = keep.count;
        p->total_duration_ns = time_of(p);
    }
    free(redone);
    free(later.trials);
    free(keep.trials);
    return rc;
}
