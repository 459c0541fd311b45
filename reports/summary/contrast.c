#include "reports/summary/contrast.h"

#include "reports/summary/effect.h"
#include "reports/summary/position.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The trial of one arm in every block: NULL where there is none that counts. */
struct contrast_slot {
    const struct trial_record *r;
};
struct contrast_arm {
    const char *name;
    struct contrast_slot *by_block; /* owned; index is the block number */
    size_t trials;
};

static bool belongs(const struct trial_record *r, const struct contrast_key *k, const char *arm)
{
    return r->group == k->group && (k->last_block == 0 || r->block <= k->last_block) &&
           r->block > 0 && strcmp(r->scenario, k->scenario) == 0 &&
           strcmp(trial_record_arm(r), arm) == 0;
}

static void count_trial(struct contrast *c, const struct contrast_key *k,
                        const struct trial_record *r)
{
    c->trials++;
    if (r->block > c->blocks)
        c->blocks = r->block;
    if (metric_counts(k->metric, r)) {
        c->unmeasured += metric_of(k->metric, r) < 0;
        return;
    }
    if (r->validity == TRIAL_SATURATED)
        c->saturated++;
    else
        c->voided++;
    if (c->why[0] == '\0')
        c->why = r->why;
    if (c->wrong == NULL && r->integrity_hurt)
        c->wrong = r;
}

static void collect(struct contrast *c, const struct results *results, const struct contrast_key *k,
                    struct contrast_arm *arm)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct trial_record *r = &results->records[i];
        if (!belongs(r, k, arm->name))
            continue;
        arm->trials++;
        count_trial(c, k, r);
        if (metric_counts(k->metric, r) && metric_of(k->metric, r) >= 0)
            arm->by_block[r->block].r = r;
    }
    c->absent += arm->trials == 0;
}

static int64_t blocks_of(const struct results *r)
{
    int64_t most = 0;
    for (size_t i = 0; i < r->count; i++)
        most = r->records[i].block > most ? r->records[i].block : most;
    return most;
}

static double spread_of(const double *values, size_t n)
{
    double least = n > 0 ? values[0] : 0, most = least;
    for (size_t i = 1; i < n; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    return most > 0 ? (most - least) / most : 0;
}

/* Records and batches of one arm, summed over its trials. */
struct batch_count {
    int64_t records, batches;
    bool unknown;
};

static void count_batches(struct batch_count *c, const struct trial_record *r)
{
    c->records += r->delivery.sent;
    c->batches += r->bytes.batches;
    c->unknown = c->unknown || r->bytes.batches <= 0;
}

static double per_batch(const struct batch_count *c)
{
    return c->unknown || c->batches == 0 ? NOT_MEASURED : (double)c->records / (double)c->batches;
}

/* Whether one of the arms stood at some place more often than the other, as an order that is
 * balanced does not let it. */
static bool is_unbalanced(const struct contrast *c, const struct positions *p)
{
    for (size_t place = 0; place < p->count; place++) {
        int64_t more = 0;
        for (size_t i = 0; i < c->n; i++) {
            assert(c->pairs[i].from != NULL && c->pairs[i].to != NULL);
            more += (position_of(p, c->pairs[i].from) == place) -
                    (position_of(p, c->pairs[i].to) == place);
        }
        if (more < -1 || more > 1)
            return true;
    }
    return false;
}

static void remove_places(struct contrast *c, const struct positions *p, enum metric m)
{
    bool unbalanced = is_unbalanced(c, p);
    if (c->censored > 0 || (!unbalanced && !p->differ))
        return;
    if (!p->known) {
        c->place = PLACE_UNBALANCED;
        return;
    }
    c->place = unbalanced ? PLACE_REBALANCED : PLACE_REMOVED;
    c->stretch = positions_stretch(p);
    c->last_adds = p->adds[p->count - 1] - p->adds[0];
    for (size_t i = 0; i < c->n; i++) {
        c->from[i] = position_removed(p, m, c->pairs[i].from, c->from[i]);
        c->to[i] = position_removed(p, m, c->pairs[i].to, c->to[i]);
    }
}

static enum rc remove_position(struct contrast *c, const struct results *r,
                               const struct contrast_key *k, struct err *e)
{
    struct positions p;
    enum rc rc = positions_of(r, k, &p, e);
    if (rc == RC_OK && p.count > 0)
        remove_places(c, &p, k->metric);
    positions_release(&p);
    return rc;
}

char *contrast_place_text(const struct contrast *c, enum metric m, char *text)
{
    char size[EFFECT_TEXT];
    double adds = METRICS[m].by_difference ? fabs(c->last_adds) : fabs(expm1(c->last_adds));
    const char *way = c->last_adds < 0 ? "below" : "above";
    text[0] = '\0';
    if (c->place == PLACE_REMOVED)
        (void)snprintf(text, CONTRAST_WORDS,
                       "the last place of a block was %s %s the first: taken out",
                       effect_size_text(m, adds, size), way);
    if (c->place == PLACE_REBALANCED)
        (void)snprintf(text, CONTRAST_WORDS,
                       "the order of the arms is not balanced: what the place in a block does "
                       "(last %s %s first) was taken out",
                       effect_size_text(m, adds, size), way);
    if (c->place == PLACE_UNBALANCED)
        (void)snprintf(text, CONTRAST_WORDS,
                       "the order of the arms is not balanced: what the place in a block does is "
                       "in the figures");
    return text;
}

static void pair_up(struct contrast *c, enum metric m, const struct contrast_arm *from,
                    const struct contrast_arm *to, int64_t blocks)
{
    struct batch_count batches_from = {.records = 0}, batches_to = {.records = 0};
    c->exact = true;
    for (int64_t b = 1; b <= blocks; b++) {
        struct contrast_pair pair = {.from = from->by_block[b].r, .to = to->by_block[b].r};
        if (pair.from == NULL || pair.to == NULL)
            continue;
        struct metric_value first = metric_value_of(m, pair.from);
        struct metric_value second = metric_value_of(m, pair.to);
        c->from[c->n] = first.v;
        c->to[c->n] = second.v;
        c->from_censored[c->n] = first.censored;
        c->to_censored[c->n] = second.censored;
        c->censored += (size_t)second.censored + (size_t)(from != to && first.censored);
        count_batches(&batches_from, pair.from);
        count_batches(&batches_to, pair.to);
        c->exact = c->exact && pair.from->cell.exact && pair.to->cell.exact;
        c->pairs[c->n++] = pair;
    }
    double first = spread_of(c->from, c->n), second = spread_of(c->to, c->n);
    c->spread = first > second ? first : second;
    c->batch_from = per_batch(&batches_from);
    c->batch_to = per_batch(&batches_to);
}

enum rc contrast_of(const struct results *r, const struct contrast_key *k, struct contrast *out,
                    struct err *e)
{
    size_t room = (size_t)blocks_of(r) + 1;
    struct contrast_arm to = {.name = k->to}, from = {.name = k->from};
    *out = (struct contrast){.why = "", .batch_from = NOT_MEASURED, .batch_to = NOT_MEASURED};
    out->from = calloc(room, sizeof *out->from);
    out->to = calloc(room, sizeof *out->to);
    out->from_censored = calloc(room, sizeof *out->from_censored);
    out->to_censored = calloc(room, sizeof *out->to_censored);
    out->pairs = calloc(room, sizeof *out->pairs);
    to.by_block = calloc(room, sizeof *to.by_block);
    from.by_block = calloc(room, sizeof *from.by_block);
    enum rc rc = RC_OK;
    if (out->from == NULL || out->to == NULL || out->from_censored == NULL ||
        out->to_censored == NULL || out->pairs == NULL || to.by_block == NULL ||
        from.by_block == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for a comparison of %zu blocks", room);
    if (rc == RC_OK && k->from != NULL)
        collect(out, r, k, &from);
    if (rc == RC_OK) {
        collect(out, r, k, &to);
        pair_up(out, k->metric, k->from != NULL ? &from : &to, &to, (int64_t)room - 1);
    }
    if (rc == RC_OK && k->from != NULL)
        rc = remove_position(out, r, k, e);
    free(to.by_block);
    free(from.by_block);
    if (rc != RC_OK)
        contrast_release(out);
    return rc;
}

void contrast_release(struct contrast *c)
{
    free(c->from);
    free(c->to);
    free(c->from_censored);
    free(c->to_censored);
    free(c->pairs);
    *c = (struct contrast){.why = ""};
}
