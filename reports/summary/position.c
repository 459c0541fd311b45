#include "reports/summary/position.h"

#include "reports/stats/paired.h"
#include "reports/stats/shift.h"
#include "reports/stats/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_FEWEST = 6, TURNS = 5, AVERAGES_MOST = 50 };
static const double CERTAIN = 0.01;

/* Blocks by places: a value and whose it is. */
struct race {
    int64_t cells[POSITIONS_MAX]; /* arms, by the cell they are */
    size_t arms, blocks, whole;
    struct position_slot *at; /* owned; [block * arms + place] */
    double *value;            /* owned; the same; less the mean of its block; NAN: none */
    size_t *arm;              /* owned; the same */
    double of_arm[POSITIONS_MAX], of_place[POSITIONS_MAX];
    double *some, *room; /* owned; a value of each block, and averages of every two */
};

static bool takes_part(const struct trial_record *r, const struct contrast_key *k)
{
    return r->group == k->group && r->block > 0 &&
           (k->last_block == 0 || r->block <= k->last_block) &&
           strcmp(r->scenario, k->scenario) == 0;
}

/* The number of an arm; POSITIONS_MAX when there are too many. */
static size_t arm_of(struct race *c, int64_t cell)
{
    for (size_t i = 0; i < c->arms; i++)
        if (c->cells[i] == cell)
            return i;
    if (c->arms == POSITIONS_MAX)
        return POSITIONS_MAX;
    c->cells[c->arms] = cell;
    return c->arms++;
}

/* The value in the scale of comparison; NAN when it says nothing. */
static double scaled(enum metric m, const struct trial_record *r)
{
    if (!metric_counts(m, r))
        return NAN;
    struct metric_value v = metric_value_of(m, r);
    bool none = v.v < 0 || v.censored || (v.v == 0 && !METRICS[m].by_difference);
    if (none)
        return NAN;
    return METRICS[m].by_difference ? v.v : log(v.v);
}

/* Takes the mean out of each block; a block that lacks a value is left out. */
static void level_blocks(struct race *c)
{
    for (size_t b = 0; b < c->blocks; b++) {
        double *row = c->value + b * c->arms, mean = 0;
        for (size_t i = 0; i < c->arms; i++)
            mean += row[i] / (double)c->arms;
        c->whole += isnan(mean) ? 0 : 1;
        for (size_t i = 0; i < c->arms; i++)
            row[i] -= mean;
    }
}

static double typical(struct race *c, size_t n)
{
    if (n > AVERAGES_MOST)
        return measure_of(c->some, n).median;
    return measure_of(c->room, walsh_averages(c->some, n, c->room)).median;
}

/* What is left at each block of one place (by_place) or of one arm, without the other's effect. */
static size_t left_of(const struct race *c, bool by_place, size_t which, double *out)
{
    size_t n = 0;
    for (size_t i = 0; i < c->blocks * c->arms; i++) {
        size_t place = i % c->arms;
        if (!isnan(c->value[i]) && (by_place ? place : c->arm[i]) == which)
            out[n++] = c->value[i] - (by_place ? c->of_arm[c->arm[i]] : c->of_place[place]);
    }
    return n;
}

static void polish(struct race *c)
{
    for (size_t turn = 0; turn < TURNS; turn++) {
        double mean = 0;
        for (size_t i = 0; i < c->arms; i++)
            c->of_arm[i] = typical(c, left_of(c, false, i, c->some));
        for (size_t i = 0; i < c->arms; i++) {
            c->of_place[i] = typical(c, left_of(c, true, i, c->some));
            mean += c->of_place[i] / (double)c->arms;
        }
        for (size_t i = 0; i < c->arms; i++)
            c->of_place[i] -= mean;
    }
}

/* An arm that stands at one place always: its effect and that of the place are one. */
static bool some_arm_never_moves(const struct race *c)
{
    size_t place[POSITIONS_MAX];
    bool moves[POSITIONS_MAX] = {false}, seen[POSITIONS_MAX] = {false};
    for (size_t i = 0; i < c->blocks * c->arms; i++) {
        size_t arm = c->arm[i];
        if (isnan(c->value[i]))
            continue;
        moves[arm] = moves[arm] || (seen[arm] && place[arm] != i % c->arms);
        place[arm] = i % c->arms;
        seen[arm] = true;
    }
    for (size_t i = 0; i < c->arms; i++)
        if (!moves[i])
            return true;
    return false;
}

static enum rc test_places(struct race *c, bool *differ, struct err *e)
{
    double least = 1;
    for (size_t i = 0; i < c->arms; i++) {
        double above, below;
        size_t n = left_of(c, true, i, c->some);
        enum rc rc = paired_p_beyond(c->some, n, 0, false, &above, e);
        if (rc == RC_OK)
            rc = paired_p_beyond(c->some, n, 0, true, &below, e);
        if (rc != RC_OK)
            return rc;
        least = fmin(least, 2 * fmin(above, below));
    }
    *differ = least * (double)(c->arms - 1) < CERTAIN;
    return RC_OK;
}

static void survey(const struct results *r, const struct contrast_key *k, struct race *c)
{
    bool too_many = false;
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = &r->records[i];
        if (!takes_part(one, k))
            continue;
        too_many = too_many || arm_of(c, one->cell_index) == POSITIONS_MAX;
        c->blocks = (size_t)one->block > c->blocks ? (size_t)one->block : c->blocks;
    }
    if (too_many || c->blocks > PAIRED_MAX)
        c->arms = 0;
}

static enum rc make_room(struct race *c, struct err *e)
{
    size_t values = c->blocks * c->arms, averages = AVERAGES_MOST * (AVERAGES_MOST + 1) / 2;
    c->value = calloc(values + c->blocks + averages, sizeof *c->value);
    c->arm = calloc(values, sizeof *c->arm);
    c->at = calloc(values, sizeof *c->at);
    if (c->value == NULL || c->arm == NULL || c->at == NULL)
        return err_set(e, RC_INFRA, "out of memory for the places of %zu trials", values);
    c->some = c->value + values;
    c->room = c->some + c->blocks;
    for (size_t i = 0; i < values; i++)
        c->value[i] = NAN;
    return RC_OK;
}

static int by_position(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct position_slot *)a)->r;
    const struct trial_record *y = ((const struct position_slot *)b)->r;
    return (x->position > y->position) - (x->position < y->position);
}

/* Trials of other comparisons of the block count positions, too: the place is the one among its
 * own. A block that lacks a trial, or in which two stand at one position, tells of no place. */
static void fill(const struct results *r, const struct contrast_key *k, size_t *seen,
                 struct race *c)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = &r->records[i];
        if (!takes_part(one, k) || seen[one->block - 1] == c->arms)
            continue;
        size_t block = (size_t)one->block - 1;
        c->at[block * c->arms + seen[block]++].r = one;
    }
    for (size_t b = 0; b < c->blocks; b++) {
        struct position_slot *row = c->at + b * c->arms;
        bool whole = seen[b] == c->arms;
        if (whole)
            qsort(row, c->arms, sizeof *row, by_position);
        for (size_t i = 1; i < c->arms && whole; i++)
            whole = row[i].r->position != row[i - 1].r->position;
        for (size_t i = 0; i < c->arms; i++) {
            size_t at = b * c->arms + i;
            if (whole) {
                c->value[at] = scaled(k->metric, row[i].r);
                c->arm[at] = arm_of(c, row[i].r->cell_index);
            } else {
                row[i].r = NULL;
            }
        }
    }
}

/* What is left of a race whose places are known. */
static enum rc judge(struct race *c, struct positions *out, struct err *e)
{
    level_blocks(c);
    if (c->whole < BLOCKS_FEWEST || some_arm_never_moves(c))
        return RC_OK;
    polish(c);
    out->known = true;
    out->blocks = c->whole;
    memcpy(out->adds, c->of_place, c->arms * sizeof *out->adds);
    return test_places(c, &out->differ, e);
}

enum rc positions_of(const struct results *r, const struct contrast_key *k, struct positions *out,
                     struct err *e)
{
    struct race c = {.arms = 0};
    *out = (struct positions){.count = 0};
    survey(r, k, &c);
    if (c.arms < 2 || METRICS[k->metric].sizes)
        return RC_OK;
    size_t *seen = calloc(c.blocks, sizeof *seen);
    enum rc rc = make_room(&c, e);
    if (rc == RC_OK && seen == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for the places of %zu blocks", c.blocks);
    if (rc == RC_OK) {
        fill(r, k, seen, &c);
        out->at = c.at;
        out->count = c.arms;
        c.at = NULL;
        rc = judge(&c, out, e);
    }
    free(seen);
    free(c.value);
    free(c.arm);
    free(c.at);
    return rc;
}

void positions_release(struct positions *p)
{
    free(p->at);
    *p = (struct positions){.count = 0};
}

size_t position_of(const struct positions *p, const struct trial_record *r)
{
    const struct position_slot *row = p->at + (size_t)(r->block - 1) * p->count;
    for (size_t i = 0; i < p->count; i++)
        if (row[i].r == r)
            return i;
    return POSITIONS_MAX;
}

double position_removed(const struct positions *p, enum metric m, const struct trial_record *r,
                        double value)
{
    size_t place = position_of(p, r);
    if (!p->known || place == POSITIONS_MAX)
        return value;
    return METRICS[m].by_difference ? value - p->adds[place] : value * exp(-p->adds[place]);
}

double positions_stretch(const struct positions *p)
{
    return !p->known ? 1 : sqrt((double)(p->blocks - 1) / (double)(p->blocks - 2));
}
