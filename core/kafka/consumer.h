/*
 * A consumer of given partitions from given offsets: no group, no commits, CRCs checked.
 *
 * Records come in batches whose values and keys are borrowed until the batch is released: by
 * consumer_batch_release, or by polling into the same struct again.
 * Ownership: release every batch before consumer_close. Threads: one owner.
 */
#ifndef ASSAY_CORE_KAFKA_CONSUMER_H
#define ASSAY_CORE_KAFKA_CONSUMER_H

#include "core/kafka/cluster.h"
#include "core/kafka/wire_bytes.h"

#include <stdint.h>

struct consumer_start {
    int32_t partition;
    int64_t offset;
    size_t topic; /* 0: topic, i: more_topics[i - 1] */
};
enum { CONSUMER_MORE_TOPICS = 3 };

struct consumer_settings {
    const struct cluster *cluster;  /* borrowed while opening only */
    const char *topic;              /* borrowed while opening only */
    const char *const *more_topics; /* further topics, NULL-terminated; a start names one by its
                                       number; NULL: none */
    size_t more_count;              /* at most CONSUMER_MORE_TOPICS */
    const struct consumer_start *starts;
    size_t start_count;
    int64_t message_max_bytes; /* largest record; buffers follow from it; 0: 1 000 000 */
    int64_t batch_bytes;       /* largest batch, uncompressed; 0: as message_max_bytes */
    int64_t fetch_wait_ns;     /* the broker waits so long for fetch_min_bytes; 0: what the
                                  cluster's properties say, else librdkafka's 500 ms */
    int64_t fetch_min_bytes;   /* 0: likewise, else 1 */
    size_t batch_records;      /* most records a poll returns; 0: 1000 */
};

struct consumed {
    struct span value; /* empty when broken */
    struct span key;   /* data NULL: no key */
    int64_t offset;
    int64_t timestamp_ms; /* -1: none */
    int32_t partition;
    size_t topic; /* as in consumer_start */
    bool broken;  /* could not be decoded (CRC, decompression): what stands at offset is unknown */
};

struct consumer; /* opaque */
struct consumer_batch {
    struct consumed *records; /* owned by the consumer */
    size_t count;
    struct consumer *of; /* NULL: nothing to release */
};

enum rc consumer_open(const struct consumer_settings *s, struct consumer **out,
                      struct err *e) MUST_CHECK;
void consumer_close(struct consumer *c); /* NULL is fine */

/* Waits up to timeout for the first record, then takes what is there. RC_OK with count 0 when
 * nothing came; RC_INFRA when the partition, login or broker is lost for good. */
enum rc consumer_poll(struct consumer *c, int64_t timeout_ns, struct consumer_batch *out,
                      struct err *e) MUST_CHECK;
void consumer_batch_release(struct consumer_batch *b); /* NULL and empty are fine */

/* The offset after the last record polled of the partition that starts[start] named; the starting
 * offset before. -1: there is no such start. */
int64_t consumer_position(const struct consumer *c, size_t start);
/* Whether all has been polled up to the ends (exclusive), one for each of the starts. */
bool consumer_reached(const struct consumer *c, const int64_t *ends);
/* RC_OK, or the trouble it has now (broker unreachable…), as one sentence; it may heal. */
enum rc consumer_failure(struct consumer *c, struct err *e) MUST_CHECK;
struct wire_bytes consumer_wire(const struct consumer *c);
/* What the client says it uses: the interesting keys, secrets hidden. *out is initialised here. */
enum rc consumer_in_force(const struct consumer *c, struct settings *out, struct err *e) MUST_CHECK;

#endif
