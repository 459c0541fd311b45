#include "bench/measure/stored_join.h"

#include <stdlib.h>

enum { BITS = 64 };

enum rc stored_join_open(struct stored_join *j, int32_t partitions, const int64_t *from,
                         const int64_t *to, struct err *e)
{
    size_t n = partitions > 0 ? (size_t)partitions : 1;
    *j = (struct stored_join){.from = calloc(n, sizeof *j->from),
                              .to = calloc(n, sizeof *j->to),
                              .bits = calloc(n, sizeof *j->bits)};
    bool there = j->from != NULL && j->to != NULL && j->bits != NULL;
    for (int32_t p = 0; there && p < partitions; p++) {
        size_t words = to[p] > from[p] ? (size_t)(to[p] - from[p] + BITS - 1) / BITS : 0;
        j->from[p] = from[p];
        j->to[p] = to[p];
        j->bits[p] = calloc(words + 1, sizeof **j->bits);
        there = j->bits[p] != NULL;
        j->partitions = p + 1;
    }
    return there ? RC_OK
                 : err_set(e, RC_INFRA, "no memory to join the stored batches of %d partitions",
                           (int)partitions);
}

void stored_join_release(struct stored_join *j)
{
    for (int32_t p = 0; p < j->partitions; p++)
        free(j->bits[p]);
    free(j->bits);
    free(j->from);
    free(j->to);
    *j = (struct stored_join){0};
}

/* One outside of the range stays expected, and is found nowhere. */
static void mark(struct stored_join *j, int32_t p, int64_t offset)
{
    bool inside = p >= 0 && p < j->partitions && offset >= j->from[p] && offset < j->to[p];
    uint64_t at = inside ? (uint64_t)(offset - j->from[p]) : 0;
    uint64_t bit = UINT64_C(1) << at % BITS;
    if (inside && (j->bits[p][at / BITS] & bit) != 0)
        return;
    if (inside)
        j->bits[p][at / BITS] |= bit;
    j->expected++;
}

bool stored_join_mark(struct stored_join *j, const struct ledger *l, int64_t foreign)
{
    bool known = true;
    for (size_t i = 0; i < l->sent_count; i++) {
        const struct sent_entry *s = &l->sent[i];
        if (s->state == SENT_ACKNOWLEDGED && s->offset >= 0)
            mark(j, s->partition, s->offset);
        else if (s->state != SENT_NOTHING && s->state != SENT_REFUSED)
            known = false;
    }
    for (size_t i = 0; foreign == 0 && i < l->received_count; i++)
        mark(j, l->received[i].partition, l->received[i].offset);
    return known || foreign == 0;
}

/* How many records of the trial lie in a batch's range of offsets. */
static int64_t ours(const struct stored_join *j, int32_t p, const struct stored_batch *b)
{
    int64_t n = 0;
    for (int64_t o = b->base_offset; o <= b->last_offset; o++) {
        uint64_t at = (uint64_t)(o - j->from[p]);
        if (o >= j->from[p] && o < j->to[p])
            n += (int64_t)(j->bits[p][at / BITS] >> at % BITS & 1);
    }
    return n;
}

static void count(struct stored_join_count *c, const struct stored_batch *b)
{
    c->batches++;
    c->records += b->records;
    c->bytes += b->stored_bytes;
}

void stored_join_add(struct stored_join *j, int32_t partition, const struct stored_batch *b)
{
    int64_t n = partition >= 0 && partition < j->partitions ? ours(j, partition, b) : 0;
    if (n == 0) {
        count(&j->foreign, b);
        return;
    }
    j->held += n < b->records ? n : b->records;
    j->mixed += n < b->records;
    count(&j->all, b);
    count(&j->codec[b->codec_id], b);
}
