/*
 * How a topic is really stored: batches, records and exact bytes per codec, whoever wrote them.
 *
 * The evidence is the best there is: the broker's own segment files when its log folder is given,
 * else a raw Fetch when the cluster speaks plain TCP without login, else none, and why_not says so.
 * Ownership: a struct stored_summary is plain memory; codec names are static. Threads: one call,
 * one thread; no state.
 */
#ifndef ASSAY_CORE_LOG_STORED_H
#define ASSAY_CORE_LOG_STORED_H

#include "core/kafka/cluster.h"
#include "core/log/segment.h"

enum stored_evidence { STORED_EVIDENCE_NONE, STORED_EVIDENCE_SEGMENTS, STORED_EVIDENCE_FETCH };
/* "none", "segment files", "raw fetch" */
extern const char *const STORED_EVIDENCE_NAMES[];

struct stored_range {
    int32_t partition;
    int64_t from, to;    /* [from, to); STORED_TO_END: whatever is there */
    const char *log_dir; /* of a broker that has this partition; NULL: the question's */
};
#define STORED_TO_END INT64_MAX

struct stored_question {
    const char *topic;
    const struct stored_range *ranges; /* NULL: every partition from its first offset on */
    size_t range_count;
    const char *log_dir;           /* the broker's log.dirs folder; NULL: not at hand */
    const struct cluster *cluster; /* how to reach the cluster; NULL: not at all */
    bool decode;                   /* also decompress and count: fills body and value bytes */
    int64_t timeout_ns;            /* of each connect, request and answer; 0: 10 s */
    stored_batch_visit *on_batch;  /* also called with every batch counted; may be NULL */
    void *ctx;
};

struct stored_count {
    int64_t batches, records, stored_bytes;
    int64_t body_bytes;  /* records uncompressed, as the client lays them out; 0 unless decoded */
    int64_t value_bytes; /* values alone; 0 unless decoded */
};

enum { STORED_WHY_MAX = 512 };

struct stored_summary {
    enum stored_evidence evidence;
    char why_not[STORED_WHY_MAX];                /* one sentence when evidence is none */
    struct stored_count codec[STORED_CODEC_IDS]; /* by codec id; stored_codec_name names it */
    struct stored_count all;
    /* Not counted above: transaction markers, and batches that lie only partly in their range. */
    struct stored_count control, straddling;
    int64_t min_batch_bytes, median_batch_bytes, max_batch_bytes; /* -1: no batch */
    int64_t first_offset, last_offset; /* lowest and highest of all partitions; -1: no batch */
    int32_t partitions;                /* asked */
    bool complete; /* every partition reached the end of its range (always with STORED_TO_END) */
    bool decoded;
};

/* RC_OK with STORED_EVIDENCE_NONE when no evidence can be had here; RC_INPUT: no such topic or
 * partition; RC_INFRA: unreachable, unreadable; RC_INTEGRITY: a damaged batch. */
enum rc stored_batches(const struct stored_question *q, struct stored_summary *out,
                       struct err *e) MUST_CHECK;

/* "zstd"; "unknown codec 5" for ids that Kafka has not given out. Static text. */
const char *stored_codec_name(int codec_id);

#endif
