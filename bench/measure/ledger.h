/*
 * The ledger: what was sent joined with what arrived and what was announced, out of band.
 *
 * Nothing of ours is in the payload. The sender notes one struct sent_entry per record (filled from
 * delivery reports), the receiver one struct received_entry per receipt; after the drain the two
 * are joined on (partition, offset) and every record is accounted for. Both arrays lie in one
 * shared memory (bench/trial/shared_memory.h), preallocated and touched before the clock starts: 48
 * + 32 = 80 bytes a record.
 *
 * Ownership: struct ledger borrows both arrays. Threads: one writer per entry while a trial runs;
 * the join runs after both workers have ended.
 */
#ifndef ASSAY_BENCH_MEASURE_LEDGER_H
#define ASSAY_BENCH_MEASURE_LEDGER_H

#include "base/err.h"
#include "base/hist.h"
#include "bench/measure/note.h"
#include "reports/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sent_state {
    SENT_NOTHING,      /* entry not used */
    SENT_PENDING,      /* handed to the client, no report so far */
    SENT_ACKNOWLEDGED, /* the broker has it; offset may still be unknown (acks=0) */
    SENT_REFUSED,      /* the client says it was not stored */
    SENT_UNKNOWN       /* the client cannot tell (timed out after transmission) */
};

/* Indexed by the send sequence. Times are CLOCK_MONOTONIC ns, 0 means never. */
struct sent_entry {
    int64_t offset; /* -1: not known */
    int64_t intended_ns;
    int64_t sent_ns;
    int64_t acked_ns;
    uint64_t hash;
    int32_t partition; /* -1: not known */
    int32_t state;     /* enum sent_state */
};

/* In order of receipt. */
struct received_entry {
    int64_t offset;
    int64_t received_ns;
    uint64_t hash; /* 0: the client or the decoder could not read it */
    int32_t partition;
    int32_t unused;
};

/* Entries for the receipts of so many records: a few more, so that duplicates are seen; a topic
 * shared with others brings theirs. */
size_t ledger_received_room(int64_t records, bool shared);
/* Memory of both arrays for so many records. */
int64_t ledger_bytes(int64_t records, bool shared);

/* What a kind of note announces; a list by note.what. */
struct announcement {
    size_t outcome;           /* a row of OUTCOMES; OUTCOME_COUNT: nothing that counts */
    const char *const *class; /* names by note.class, NULL-terminated; NULL: it has no classes */
};

struct ledger {
    const struct sent_entry *sent;
    size_t sent_count;
    const struct received_entry *received;
    size_t received_count;
    size_t warmup; /* the first so many sends are verified but not measured */
    int32_t partitions;
    /* Per partition: the offset the receiver has read up to (exclusive). An acknowledged record at
     * or past it was never looked for and is undecided, not lost. */
    const int64_t *read_up_to; /* borrowed */
    /* What workers announced, a list from each; borrowed. A record counts once for each outcome
     * announced of it, and is not lost then, although it did not arrive. What is announced of a
     * record that nobody here sent is foreign. */
    const struct note_list *const *notes;
    size_t note_lists;
    const struct announcement *announces;
    size_t announcements;
};

/* What the join found. The histograms hold measured, matched records only. */
struct ledger_verdict {
    struct delivery delivery;
    struct hist *e2e;                    /* received - intended; owned by the caller, may be NULL */
    struct hist *ack;                    /* acked - intended */
    struct hist *service;                /* received - sent */
    struct hist *send_lag;               /* sent - intended */
    int64_t first_sent_ns, last_sent_ns; /* of measured records; intended time of the first */
    int64_t last_acked_ns, first_received_ns, last_received_ns;
    int64_t measured;  /* records sent after the warm-up */
    char example[128]; /* the first record that went wrong, in words; "" if none */
};

/* Fills v (its histograms are the caller's). RC_INTEGRITY: a receipt or a note that cannot be, or
 * notes were dropped. Cost: O(n) when offsets rise, O(n log n) otherwise;
 * 8 bytes of working memory per record. */
enum rc ledger_join(const struct ledger *l, struct ledger_verdict *v, struct err *e) MUST_CHECK;

#endif
