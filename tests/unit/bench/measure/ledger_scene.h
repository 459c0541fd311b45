/* A perfect trial for the tests of the ledger, and what they break in it. */
#ifndef ASSAY_TESTS_UNIT_LEDGER_SCENE_H
#define ASSAY_TESTS_UNIT_LEDGER_SCENE_H

#include "bench/measure/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 1000, PARTITIONS = 3 };

struct trial {
    struct sent_entry sent[RECORDS];
    struct received_entry received[RECORDS + 8];
    int64_t read_up_to[PARTITIONS];
    struct ledger l;
    struct ledger_verdict v;
    struct err e;
};

/* Sent round robin over the partitions, one offset each; received in batches per partition. */
static inline struct trial *perfect(void)
{
    struct trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    int64_t next[PARTITIONS] = {0};
    for (size_t i = 0; i < RECORDS; i++) {
        int32_t p = (int32_t)(i % PARTITIONS);
        t->sent[i] = (struct sent_entry){.offset = next[p]++,
                                         .intended_ns = 1000 + (int64_t)i * 10,
                                         .sent_ns = 1002 + (int64_t)i * 10,
                                         .acked_ns = 1500 + (int64_t)i * 10,
                                         .hash = 77 + i,
                                         .partition = p,
                                         .state = SENT_ACKNOWLEDGED};
    }
    size_t n = 0;
    for (int32_t p = 0; p < PARTITIONS; p++)
        for (size_t i = 0; i < RECORDS; i++)
            if (t->sent[i].partition == p)
                t->received[n++] = (struct received_entry){.offset = t->sent[i].offset,
                                                           .received_ns = 3000 + (int64_t)i * 10,
                                                           .hash = t->sent[i].hash,
                                                           .partition = p};
    t->l = (struct ledger){.sent = t->sent,
                           .sent_count = RECORDS,
                           .received = t->received,
                           .received_count = n,
                           .partitions = PARTITIONS,
                           .read_up_to = t->read_up_to};
    for (int32_t p = 0; p < PARTITIONS; p++)
        t->read_up_to[p] = next[p];
    return t;
}

static inline void join(struct trial *t)
{
    assert_int_equal(ledger_join(&t->l, &t->v, &t->e), RC_OK);
}

/* All counts of faults, so that a test also notices what should not have been counted. */
static inline void assert_faults(const struct trial *t, struct delivery want)
{
    const struct delivery *d = &t->v.delivery;
    assert_int_equal(d->outcome[OUTCOME_REFUSED], want.outcome[OUTCOME_REFUSED]);
    assert_int_equal(d->outcome[OUTCOME_LOST], want.outcome[OUTCOME_LOST]);
    assert_int_equal(d->outcome[OUTCOME_DUPLICATED], want.outcome[OUTCOME_DUPLICATED]);
    assert_int_equal(d->outcome[OUTCOME_REORDERED], want.outcome[OUTCOME_REORDERED]);
    assert_int_equal(d->outcome[OUTCOME_CORRUPTED], want.outcome[OUTCOME_CORRUPTED]);
    assert_int_equal(d->outcome[OUTCOME_UNDECIDED], want.outcome[OUTCOME_UNDECIDED]);
    assert_int_equal(d->outcome[OUTCOME_FOREIGN], want.outcome[OUTCOME_FOREIGN]);
}

static inline void remove_receipt(struct trial *t, size_t at)
{
    memmove(t->received + at, t->received + at + 1,
            (t->l.received_count - at - 1) * sizeof t->received[0]);
    t->l.received_count--;
}

static inline void insert_receipt(struct trial *t, size_t at, struct received_entry r)
{
    memmove(t->received + at + 1, t->received + at,
            (t->l.received_count - at) * sizeof t->received[0]);
    t->received[at] = r;
    t->l.received_count++;
}

#endif
