#include "bench/run/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        plan_trial_name(p, t[i].cell, block, to[i].id);
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
