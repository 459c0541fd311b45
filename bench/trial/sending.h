/*
 * The act of sending: records go to the producer one by one as the load asks, or in chunks flat
 * out, each noted in the ledger before it is handed over and completed from its delivery report.
 *
 * Ownership: everything in a struct sending is the sender's (sender.c), which opens and frees it.
 * Threads: sending_until on one thread; sending_on_delivery on the producer's polling thread. The
 * two meet in a ledger entry: written before the record is handed over, completed after.
 */
#ifndef ASSAY_BENCH_TRIAL_SENDING_H
#define ASSAY_BENCH_TRIAL_SENDING_H

#include "base/buf.h"
#include "bench/measure/pacer.h"
#include "bench/payload/payload.h"
#include "bench/trial/board.h"
#include "bench/trial/image_sending.h"
#include "core/kafka/producer.h"

enum { SENDING_KEY_TEXT = 24 };

struct sending {
    struct board *b;
    struct sent_entry *entries;
    struct payload_pool pool;
    struct producer *producer;
    struct producer_headers *headers; /* NULL: none */
    struct pacer pacer;
    uint64_t next;       /* sequence of the next record */
    uint8_t **encoded;   /* by sequence, freed on delivery; NULL when records travel raw */
    char *keys;          /* SENDING_KEY_TEXT bytes each; borrowed by the client until the report */
    bool in_answer;      /* polling thread: more reports of the same answer will follow */
    int64_t answered_ns; /* polling thread: when that answer came */
    uint32_t answered;   /* polling thread: its reports so far */
    struct image_sending *images; /* NULL: the trial has none */
    struct buf planted;           /* bytes of a planted record; must outlive its delivery */
};

/* For producer_settings.on_delivery; ctx is the struct sending. Completes the entry, frees what was
 * encoded, lets the window move. */
void sending_on_delivery(void *ctx, const struct delivery_report *d);

/* Sends records up to sequence until (exclusive), for at most window_ns (0: no limit), and waits
 * for all reports. RC_INTERRUPTED when control says STOP. */
enum rc sending_until(struct sending *s, uint64_t until, int64_t window_ns,
                      struct err *e) MUST_CHECK;

#endif
