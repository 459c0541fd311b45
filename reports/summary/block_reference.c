#include "reports/summary/block_reference.h"

#include <stdlib.h>
#include <string.h>

static int by_block(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct reference_row *)a)->r;
    const struct trial_record *y = ((const struct reference_row *)b)->r;
    int scenario = strcmp(x->scenario, y->scenario);
    if (scenario != 0)
        return scenario;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->block < y->block ? -1 : x->block > y->block;
}

enum rc block_references_of(const struct results *r, struct block_references *out, struct err *e)
{
    *out = (struct block_references){.rows = calloc(r->count + 1, sizeof(struct reference_row))};
    if (out->rows == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu trials", r->count);
    for (size_t i = 0; i < r->count; i++)
        if (r->records[i].reference)
            out->rows[out->count++].r = &r->records[i];
    qsort(out->rows, out->count, sizeof *out->rows, by_block);
    return RC_OK;
}

void block_references_release(struct block_references *b)
{
    free(b->rows);
    *b = (struct block_references){.rows = NULL};
}

const struct trial_record *block_reference(const struct block_references *b,
                                           const struct trial_record *of)
{
    const struct reference_row wanted = {of};
    const struct reference_row *found =
        bsearch(&wanted, b->rows, b->count, sizeof *b->rows, by_block);
    return found != NULL ? found->r : NULL;
}
