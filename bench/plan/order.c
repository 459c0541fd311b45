#include "bench/plan/order.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

void order_shuffle(struct rng *r, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = (size_t)rng_below(r, i + 1);
        out[i] = out[j];
        out[j] = i;
    }
}

/* The first row of the square: 0, k-1, 1, k-2, 2, … */
static size_t first_row(size_t arms, size_t position)
{
    return position % 2 == 0 ? position / 2 : arms - 1 - position / 2;
}

/* Row `number` of all squares, one after the other, each by itself shuffled: its rows are shift. */
static void fill_row(size_t arms, size_t number, const size_t *shift, const size_t *name,
                     size_t *row)
{
    bool backwards = arms % 2 == 1 && number / arms % 2 == 1;
    for (size_t i = 0; i < arms; i++) {
        size_t position = backwards ? arms - 1 - i : i;
        row[position] = name[(first_row(arms, i) + shift[number % arms]) % arms];
    }
}

/* Blocks whose rows are shuffled together: whole squares, of at least SPAN blocks. */
static size_t span_of_blocks(size_t arms)
{
    enum { SPAN = 24 };
    return (SPAN + arms - 1) / arms * arms;
}

enum rc order_arms(struct rng *r, size_t arms, size_t blocks, size_t *out, struct err *e)
{
    assert(arms > 0);
    size_t span = span_of_blocks(arms);
    size_t *name = calloc(2 * arms + span, sizeof *name);
    if (name == NULL)
        return err_set(e, RC_INFRA, "no memory for the order of %zu arms", arms);
    size_t *shift = name + arms, *place = shift + arms;
    order_shuffle(r, arms, name);
    for (size_t row = 0; row < blocks; row++) {
        size_t first = row / span * span, left = blocks - first;
        if (row == first)
            order_shuffle(r, left < span ? left : span, place);
        if (row % arms == 0)
            order_shuffle(r, arms, shift);
        fill_row(arms, row, shift, name, out + (first + place[row - first]) * arms);
    }
    free(name);
    return RC_OK;
}
