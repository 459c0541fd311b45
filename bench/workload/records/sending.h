/*
 * The act of sending: records go to the producer one by one as the load asks, or in chunks flat
 * out, each noted in the ledger before it is handed over and completed from its delivery report.
 *
 * What a record of the flow is to its sender stands in struct sending_ops: bytes of the pool, or an
 * image that becomes messages (bench/workload/images/image_sending.h).
 * Ownership: everything in a struct sending is the sender's (sender.c), which opens and frees it.
 * Threads: sending_until on one thread; on_delivery on the producer's polling thread. The two meet
 * in a ledger entry: written before the record is handed over, completed after.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_SENDING_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_SENDING_H

#include "base/buf.h"
#include "bench/measure/pacer.h"
#include "bench/payload/payload.h"
#include "bench/workload/records/records_shared.h"
#include "core/kafka/producer.h"

enum { SENDING_KEY_TEXT = 24 };

struct sending;

struct sending_ops {
    /* Before the producer is opened; sets ctx. NULL: nothing to open. */
    enum rc (*open)(struct sending *s, struct err *e);
    /* After the producer is closed. RC_INFRA: something stays behind. NULL: nothing to close. */
    enum rc (*close)(struct sending *s, struct err *e);
    /* For producer_settings.on_delivery, with ctx. */
    void (*on_delivery)(void *ctx, const struct delivery_report *d);
    /* Sends the record of sequence s->next. */
    enum rc (*send)(struct sending *s, int64_t intended_ns, struct err *e);
    /* A planted fault happens here; may send records itself and move s->next. */
    enum rc (*plant)(struct sending *s, int64_t intended_ns, struct err *e);
    /* Hands over what a planted fault still holds back. NULL: nothing is. */
    enum rc (*release_held)(struct sending *s, struct err *e);
    bool by_chunk; /* flat out, many records may go to the client in one call */
};
extern const struct sending_ops RECORD_SENDING;

struct sending {
    const struct sending_ops *ops;
    struct shared_memory *memory;
    const struct records_spec *spec;
    struct worker_slot *slot;     /* its own */
    struct worker_slot *receiver; /* of the worker that receives */
    struct sender_region *region;
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
    void *ctx;           /* of the ops; RECORD_SENDING: this struct */
    struct buf planted;  /* bytes of a planted record; must outlive its delivery */
};

/* Sends records up to sequence until (exclusive), for at most window_ns (0: no limit), and waits
 * for all reports. RC_INTERRUPTED when control says STOP. */
enum rc sending_until(struct sending *s, uint64_t until, int64_t window_ns,
                      struct err *e) MUST_CHECK;

#endif
