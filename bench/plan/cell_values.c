#include "bench/plan/cell_values.h"

#include "scenarios/sweep.h"

static void take_load(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->load = p->scenario->loads[i];
}

static void take_link(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->link = p->scenario->links[i];
}

static void take_codec(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->codec = &p->scenario->codecs[i];
}

static void take_encoding(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->encoding = p->scenario->encodings[i];
}

static void take_batching(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->batching = p->scenario->batchings[i];
}

/* The background load of a cell in the plan; NULL: it has none. */
static const struct plan_background *find_background(const struct plan *p,
                                                     const struct background *as)
{
    for (size_t i = 0; i < p->background_count; i++)
        if (p->backgrounds[i].as == as)
            return &p->backgrounds[i];
    return NULL;
}

static void take_background(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->background = find_background(p, &p->scenario->backgrounds[i]);
}

static void take_partitions(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->partitions = p->scenario->partitions[i];
}

static void take_brokers(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->brokers = p->scenario->brokers[i];
}

static void take_parameters(const struct plan *p, size_t i, struct plan_cell *c)
{
    c->parameters = &p->scenario->parameters[i];
}

/* What a listed arm sets itself takes the place of what the scenario says. A value of a compared
 * key comes with the parameters that the cell has otherwise. */
static void take_arm(const struct plan *p, size_t i, struct plan_cell *c)
{
    const struct scenario *s = p->scenario;
    if (s->arm_count == 0) {
        c->parameters += i * SWEEPS[DIMENSION_PARAMETERS].count(s);
        return;
    }
    const struct arm_choice *arm = &s->arms[i];
    c->listed = arm;
    if (arm->has_codec)
        c->codec = &arm->codec;
    if (arm->has_encoding)
        c->encoding = arm->encoding;
    if (arm->has_batching)
        c->batching = arm->batching;
    if (arm->has_background)
        c->background = find_background(p, &arm->background);
    for (int d = 0; d < DIMENSIONS; d++)
        if (SWEEPS[d].label_of_arm != NULL)
            (void)SWEEPS[d].label_of_arm(arm, c->label[d]);
}

/* Takes the i-th value of the sweep. NULL: payload and size, which a cell has from its pool. Arms
 * are last, as they override. */
static void (*const CELL_VALUES[DIMENSIONS])(const struct plan *p, size_t i,
                                             struct plan_cell *c) = {
    [DIMENSION_LOAD] = take_load,
    [DIMENSION_LINK] = take_link,
    [DIMENSION_CODEC] = take_codec,
    [DIMENSION_ENCODING] = take_encoding,
    [DIMENSION_BATCHING] = take_batching,
    [DIMENSION_BACKGROUND] = take_background,
    [DIMENSION_PARTITIONS] = take_partitions,
    [DIMENSION_BROKERS] = take_brokers,
    [DIMENSION_PARAMETERS] = take_parameters,
    [DIMENSION_ARM] = take_arm,
};

size_t cell_values_count(const struct scenario *s, int d)
{
    return CELL_VALUES[d] != NULL ? SWEEPS[d].count(s) : 1;
}

void cell_values_take(const struct plan *p, size_t n, struct plan_cell *c)
{
    const struct scenario *s = p->scenario;
    size_t at[DIMENSIONS];
    c->arm = n % cell_values_count(s, (int)s->compare);
    n /= cell_values_count(s, (int)s->compare);
    for (int d = DIMENSIONS - 1; d >= 0; d--) {
        if (d == (int)s->compare)
            continue;
        at[d] = n % cell_values_count(s, d);
        n /= cell_values_count(s, d);
    }
    at[s->compare] = c->arm;
    for (int d = 0; d < DIMENSIONS; d++) {
        if (CELL_VALUES[d] == NULL)
            continue;
        (void)SWEEPS[d].label(s, at[d], c->label[d]);
        CELL_VALUES[d](p, at[d], c);
    }
}
