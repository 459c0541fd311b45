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

static void fill_block(size_t arms, size_t shift, bool backwards, const size_t *name, size_t *row)
{
    for (size_t i = 0; i < arms; i++) {
        size_t position = backwards ? arms - 1 - i : i;
        row[position] = name[(first_row(arms, i) + shift) % arms];
    }
}

enum rc order_arms(struct rng *r, size_t arms, size_t blocks, size_t *out, struct err *e)
{
    assert(arms > 0);
    size_t *name = calloc(2 * arms, sizeof *name);
    if (name == NULL)
        return err_set(e, RC_INFRA, "no memory for the order of %zu arms", arms);
    size_t *shift = name + arms;
    order_shuffle(r, arms, name);
    for (size_t block = 0; block < blocks; block++) {
        size_t square = block / arms;
        if (block % arms == 0)
            order_shuffle(r, arms, shift);
        fill_block(arms, shift[block % arms], arms % 2 == 1 && square % 2 == 1, name,
                   out + block * arms);
    }
    free(name);
    return RC_OK;
}
