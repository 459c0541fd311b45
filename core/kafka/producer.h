/*
 * A producer as a service would use it: idempotent, acks=all, payloads never copied.
 *
 * Values stay borrowed until the record's delivery report. Reports come from the
 * producer's own thread, one at a time, in the order in which the broker answered; on_delivery must
 * be quick and must not call the producer, save producer_wire.
 * Ownership: producer_close waits for nothing: flush first; what is then still queued is dropped
 * with a failed report each. Threads: any thread may send; one owner opens and closes.
 */
#ifndef ASSAY_CORE_KAFKA_PRODUCER_H
#define ASSAY_CORE_KAFKA_PRODUCER_H

#include "codecs/codec.h"
#include "core/kafka/cluster.h"
#include "core/kafka/wire_bytes.h"

#include <stdint.h>

enum delivery_kind {
    DELIVERY_ACKNOWLEDGED,
    DELIVERY_NOT_STORED,  /* failed, and certainly not in the log */
    DELIVERY_MAYBE_STORED /* failed after it went out: the log may have it */
};

struct delivery_report {
    uint64_t tag;      /* as given to producer_send */
    int64_t offset;    /* -1: not told (acks=0, or a repeat of a stored batch) */
    int32_t partition; /* -1: none was chosen */
    size_t topic;      /* as in producer_record */
    enum delivery_kind kind;
    size_t more;       /* reports of the same answer of the broker that follow at once */
    const char *error; /* one sentence, NULL when acknowledged; valid during the call */
    size_t too_large;  /* bytes of the value that was refused for its size; 0: that is not why */
};
typedef void producer_on_delivery(void *ctx, const struct delivery_report *r);

enum { PRODUCER_MORE_TOPICS = 3 };
struct producer_settings {
    const struct cluster *cluster;  /* borrowed while opening only */
    const char *topic;              /* borrowed while opening only */
    const char *const *more_topics; /* further topics, NULL-terminated; a record names one by its
                                       number; NULL: none */
    size_t more_count;              /* at most PRODUCER_MORE_TOPICS */
    struct codec_spec codec;
    int64_t batch_records;       /* a batch closes at so many records; 1 … 1 000 000 */
    int64_t batch_bytes;         /* or so many uncompressed bytes; 1 … 2^31-1 */
    int64_t linger_ns;           /* or after so long; 0 … 900 s, whole microseconds */
    int64_t message_max_bytes;   /* largest record with its key and headers; 0: 1 000 000 */
    int64_t queue_records;       /* most records not yet reported on; 0: 100 000 */
    int64_t queue_bytes;         /* and most bytes; 0: 1 GiB. Raised to fit one largest record */
    int64_t delivery_timeout_ns; /* give up on a record after so long; 0: 300 s */
    int acks;                    /* -1 all in-sync replicas (idempotent), 0, 1 (not idempotent) */
    producer_on_delivery *on_delivery;
    void *ctx; /* handed to on_delivery */
};
/* acks=all, 10 000 records, 1 000 000 bytes, linger 5 ms, codec none. Set cluster, topic, callback.
 */
void producer_settings_init(struct producer_settings *s);
/* What the topic's max.message.bytes must be at least, so that every batch of this producer fits.
 */
int64_t producer_batch_limit(const struct producer_settings *s);

struct producer;         /* opaque */
struct producer_headers; /* opaque; the same for every record they are given to */

enum rc producer_open(const struct producer_settings *s, struct producer **out,
                      struct err *e) MUST_CHECK;
void producer_close(struct producer *p); /* NULL is fine */

struct producer_record {
    struct span value;    /* borrowed until its report */
    struct span key;      /* borrowed until its report; data NULL: no key */
    int32_t partition;    /* -1: by key, or sticky without one */
    size_t topic;         /* 0: topic, i: more_topics[i - 1]; producer_send_many knows 0 only */
    int64_t timestamp_ms; /* since the epoch; 0: now */
    const struct producer_headers *headers; /* NULL: none; copied at once */
    uint64_t tag;
};

enum send_outcome {
    SEND_DONE,       /* a report will come */
    SEND_QUEUE_FULL, /* nothing happened, no report: try again later */
    SEND_FAILED      /* will not be sent, no report; the struct err says why */
};

enum send_outcome producer_send(struct producer *p, const struct producer_record *r,
                                struct err *e) MUST_CHECK;
/* Sends records[0 … count-1] in order to one partition (-1: each by its key) and returns how many
 * were taken from the front; *stop says why the next was not (SEND_DONE when all were). The
 * partition of each record is ignored. Fastest for small records without timestamps and headers. */
size_t producer_send_many(struct producer *p, int32_t partition,
                          const struct producer_record *records, size_t count,
                          enum send_outcome *stop, struct err *e) MUST_CHECK;

/* What is done while a sender has to wait; anything but RC_OK ends the waiting. It may sleep. */
struct producer_patience {
    enum rc (*wait)(void *ctx, struct err *e);
    void *ctx;
};
/* As producer_send, but waits while the queue is full. SEND_QUEUE_FULL: the waiting was ended, and
 * e says why. */
enum send_outcome producer_hand_over(struct producer *p, const struct producer_record *r,
                                     const struct producer_patience *w, struct err *e) MUST_CHECK;
/* Sends what lingers at once and waits until every record has been reported on, however long that
 * takes; wait is called about once a second meanwhile. */
enum rc producer_settle(struct producer *p, const struct producer_patience *w,
                        struct err *e) MUST_CHECK;
/* Sends what lingers at once and waits until every record has been reported on. RC_INFRA with the
 * cause when some are left after the timeout. */
enum rc producer_flush(struct producer *p, int64_t timeout_ns, struct err *e) MUST_CHECK;
/* Gives up on all records not reported on yet: each gets its failed report, soon. */
void producer_purge(struct producer *p);
/* Records sent and not yet reported on. */
int64_t producer_pending(struct producer *p);
/* RC_OK, or what has gone wrong for good (idempotence lost, login refused, no broker reachable).
 * The latter two may heal; the first never does. */
enum rc producer_failure(struct producer *p, struct err *e) MUST_CHECK;

/* The last trouble with a connection, also when the library has connected anew since and only tries
 * in vain again; "" when there never was any. Returns text. */
char *producer_trouble(struct producer *p, char *text, size_t size);

struct wire_bytes producer_wire(const struct producer *p);

/* What the client says it uses: the interesting keys, secrets hidden. *out is initialised here. */
enum rc producer_in_force(const struct producer *p, struct settings *out, struct err *e) MUST_CHECK;

/* "name=value" texts, NULL-terminated; a name without '=' has an empty value. */
enum rc producer_headers_make(const char *const *texts, struct producer_headers **out,
                              struct err *e) MUST_CHECK;
void producer_headers_free(struct producer_headers *h); /* NULL is fine */

#endif
