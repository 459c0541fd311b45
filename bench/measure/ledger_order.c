/* Sends and receipts of a ledger by partition, in the order of their offsets. */
#include "bench/measure/ledger_join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ledger_keep_example(struct join *j, const char *what, int32_t partition, int64_t offset)
{
    if (j->v->example[0] == '\0')
        (void)snprintf(j->v->example, sizeof j->v->example, "%s: partition %d offset %lld", what,
                       (int)partition, (long long)offset);
}

bool ledger_has_place(const struct sent_entry *s, int32_t partitions)
{
    return s->offset >= 0 && s->partition >= 0 && s->partition < partitions;
}

/* One row of a sort: offset first, then position, so that equal offsets keep their order. */
struct sort_row {
    int64_t offset;
    uint32_t index;
};

static int by_offset(const void *a, const void *b)
{
    const struct sort_row *x = a;
    const struct sort_row *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static enum rc sort_rows(uint32_t *index, size_t n,
                         int64_t (*offset_of)(const struct ledger *, uint32_t),
                         const struct ledger *l, struct err *e)
{
    struct sort_row *rows = malloc(n * sizeof *rows);
    if (rows == NULL)
        return err_set(e, RC_INFRA, "out of memory joining %zu records", n);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct sort_row){.offset = offset_of(l, index[i]), .index = index[i]};
    qsort(rows, n, sizeof *rows, by_offset);
    for (size_t i = 0; i < n; i++)
        index[i] = rows[i].index;
    free(rows);
    return RC_OK;
}

static int64_t sent_offset(const struct ledger *l, uint32_t i)
{
    return l->sent[i].offset;
}

static int64_t received_offset(const struct ledger *l, uint32_t i)
{
    return l->received[i].offset;
}

/* Counts descents in the given order (each is one record out of order) and sorts when there are
 * any. */
static enum rc put_in_order(struct join *j, uint32_t *index, size_t n,
                            int64_t (*offset_of)(const struct ledger *, uint32_t), struct err *e)
{
    bool sorted = true;
    int64_t highest = -1;
    for (size_t i = 0; i < n; i++) {
        int64_t offset = offset_of(j->l, index[i]);
        if (offset < highest) {
            sorted = false;
            j->v->delivery.outcome[OUTCOME_REORDERED]++;
            ledger_keep_example(j, "out of order", -1, offset);
        } else {
            highest = offset;
        }
    }
    return sorted ? RC_OK : sort_rows(index, n, offset_of, j->l, e);
}

static enum rc group_sends(struct join *j, struct err *e)
{
    const struct ledger *l = j->l;
    for (size_t i = 0; i < l->sent_count; i++)
        if (ledger_has_place(&l->sent[i], l->partitions))
            j->sends_from[l->sent[i].partition + 1]++;
    for (int32_t p = 0; p < l->partitions; p++)
        j->sends_from[p + 1] += j->sends_from[p];
    size_t *at = j->at;
    memcpy(at, j->sends_from, (size_t)l->partitions * sizeof *at);
    for (size_t i = 0; i < l->sent_count; i++)
        if (ledger_has_place(&l->sent[i], l->partitions))
            j->sends[at[l->sent[i].partition]++] = (uint32_t)i;
    enum rc rc = RC_OK;
    for (int32_t p = 0; rc == RC_OK && p < l->partitions; p++)
        rc = put_in_order(j, j->sends + j->sends_from[p], j->sends_from[p + 1] - j->sends_from[p],
                          sent_offset, e);
    return rc;
}

static enum rc group_receipts(struct join *j, struct err *e)
{
    const struct ledger *l = j->l;
    for (size_t i = 0; i < l->received_count; i++) {
        int32_t p = l->received[i].partition;
        if (p < 0 || p >= l->partitions)
            return err_set(e, RC_INTEGRITY, "receipt %zu names partition %d of %d", i, (int)p,
                           (int)l->partitions);
        j->receipts_from[p + 1]++;
    }
    for (int32_t p = 0; p < l->partitions; p++)
        j->receipts_from[p + 1] += j->receipts_from[p];
    size_t *at = j->at;
    memcpy(at, j->receipts_from, (size_t)l->partitions * sizeof *at);
    for (size_t i = 0; i < l->received_count; i++)
        j->receipts[at[l->received[i].partition]++] = (uint32_t)i;
    enum rc rc = RC_OK;
    for (int32_t p = 0; rc == RC_OK && p < l->partitions; p++)
        rc = put_in_order(j, j->receipts + j->receipts_from[p],
                          j->receipts_from[p + 1] - j->receipts_from[p], received_offset, e);
    return rc;
}

enum rc ledger_put_in_order(struct join *j, struct err *e)
{
    enum rc rc = group_sends(j, e);
    return rc == RC_OK ? group_receipts(j, e) : rc;
}
