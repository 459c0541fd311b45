/*
 * Working memory of one join, shared by the files of the ledger: what is put in order
 * (ledger_order.c), what was announced (ledger_notes.c) and the join itself (ledger.c).
 */
#ifndef ASSAY_BENCH_MEASURE_LEDGER_JOIN_H
#define ASSAY_BENCH_MEASURE_LEDGER_JOIN_H

#include "bench/measure/ledger.h"

/* NEAR: its bytes came only at places that the send cannot have taken. */
enum { UNMATCHED = 0, MATCHED = 1, NEAR = 2 };

struct join {
    const struct ledger *l;
    struct ledger_verdict *v;
    uint32_t *sends;    /* sequences with a known offset, grouped by partition, in offset order */
    uint32_t *receipts; /* receipt indices grouped by partition, in offset order */
    size_t *sends_from; /* by partition, and one more: where its sends begin */
    size_t *receipts_from; /* the same of its receipts */
    size_t *at;            /* by partition: room for counting */
    uint8_t *send_done;    /* MATCHED once accounted for */
    uint8_t *receipt_done;
};

/* The first record that went wrong, in words. */
void ledger_keep_example(struct join *j, const char *what, int32_t partition, int64_t offset);
bool ledger_has_place(const struct sent_entry *s, int32_t partitions);

/* Sends and receipts by partition, in the order of their offsets. */
enum rc ledger_put_in_order(struct join *j, struct err *e) MUST_CHECK;
/* Counts what was announced; a send of which something was is accounted for. When all that arrived
 * is matched. */
enum rc ledger_take_notes(struct join *j, struct err *e) MUST_CHECK;

#endif
