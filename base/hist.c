#include "base/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HALF = 1 << HIST_HALF_BITS, WORD_BITS = 64 };

enum rc hist_init(struct hist *h, struct err *e)
{
    *h = (struct hist){.counts = malloc(HIST_SLOTS * sizeof *h->counts)};
    if (h->counts == NULL)
        return err_set(e, RC_INFRA, "out of memory for a histogram");
    hist_clear(h);
    return RC_OK;
}

void hist_release(struct hist *h)
{
    if (h == NULL)
        return;
    free(h->counts);
    *h = (struct hist){.counts = NULL};
}

void hist_clear(struct hist *h)
{
    memset(h->counts, 0, HIST_SLOTS * sizeof *h->counts);
    *h = (struct hist){.counts = h->counts, .min = INT64_MAX, .max = -1};
}

/* The exponent is how often a value must be halved to lie below 2 * HALF. */
size_t hist_slot(int64_t value_ns)
{
    uint64_t value = (uint64_t)value_ns;
    int exponent = WORD_BITS - __builtin_clzll(value | (2 * HALF - 1)) - (HIST_HALF_BITS + 1);
    return ((size_t)exponent << HIST_HALF_BITS) + (size_t)(value >> exponent);
}

static int slot_exponent(size_t slot)
{
    return slot < 2 * HALF ? 0 : (int)(slot >> HIST_HALF_BITS) - 1;
}

int64_t hist_slot_low(size_t slot)
{
    int exponent = slot_exponent(slot);
    return (int64_t)(slot - ((size_t)exponent << HIST_HALF_BITS)) << exponent;
}

int64_t hist_slot_high(size_t slot)
{
    return hist_slot_low(slot) + ((INT64_C(1) << slot_exponent(slot)) - 1);
}

static void add_to_sum(struct hist *h, uint64_t value)
{
    h->sum += value;
    h->sum_carry += h->sum < value;
}

void hist_record(struct hist *h, int64_t value_ns)
{
    if (value_ns < 0) {
        h->negative++;
        return;
    }
    if (value_ns > HIST_HIGHEST_NS)
        h->above++;
    else
        h->counts[hist_slot(value_ns)]++;
    h->n++;
    if (value_ns < h->min)
        h->min = value_ns;
    if (value_ns > h->max)
        h->max = value_ns;
    add_to_sum(h, (uint64_t)value_ns);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    for (size_t i = 0; i < HIST_SLOTS; i++)
        into->counts[i] += from->counts[i];
    into->n += from->n;
    into->above += from->above;
    into->negative += from->negative;
    if (from->n > 0 && from->min < into->min)
        into->min = from->min;
    if (from->n > 0 && from->max > into->max)
        into->max = from->max;
    add_to_sum(into, from->sum);
    into->sum_carry += from->sum_carry;
}

int64_t hist_quantile(const struct hist *h, double q)
{
    if (h->n == 0)
        return -1;
    if (q <= 0)
        return h->min;
    if (q >= 1)
        return h->max;
    uint64_t rank = (uint64_t)ceil(q * (double)h->n);
    uint64_t seen = 0;
    for (size_t i = 0; i < HIST_SLOTS; i++) {
        seen += h->counts[i];
        if (seen < rank || h->counts[i] == 0)
            continue;
        int64_t high = hist_slot_high(i);
        return high < h->max ? high : h->max;
    }
    return h->max;
}

double hist_mean(const struct hist *h)
{
    if (h->n == 0)
        return -1;
    return (ldexp((double)h->sum_carry, WORD_BITS) + (double)h->sum) / (double)h->n;
}

uint64_t hist_count_at(const struct hist *h, int64_t value_ns)
{
    if (value_ns < 0 || value_ns > HIST_HIGHEST_NS)
        return 0;
    return h->counts[hist_slot(value_ns)];
}
