/*
 * A scenario: what a user asks to be compared, parsed once from YAML into this immutable struct.
 *
 * scenario_load refuses unknown keys, missing units, values out of range and unreadable files; the
 * message reads FILE:LINE: FIELD: what was found and what would be right, and nothing is started.
 * Lists sweep: the plan (bench/run/plan.h) is the product of the sweeps of each arm group.
 * Ownership: everything inside a struct scenario is freed by scenario_free. Threads: read-only.
 * The YAML form is documented in docs/scenarios.md.
 */
#ifndef ASSAY_SCENARIOS_SCENARIO_H
#define ASSAY_SCENARIOS_SCENARIO_H

#include "base/err.h"
#include "codecs/codec.h"
#include "core/stream/encoding.h"

#include <stdbool.h>

/* What is sent: a generator's name, or files. */
struct payload_sweep {
    char *name; /* owned; label in tables: generator name, or the label given for files */
    char *kind; /* owned; generator, or NULL for files */
    char *data; /* owned; path of files: as given, made absolute by the loader; NULL for a generator
                 */
    char *cut;  /* owned; "lines", "whole" or "slices"; NULL for a generator */
    char *
        data_type; /* owned; key of the codec policy: alert iot weather firms raster; may be NULL */
};

/* What a codec column asks for: a fixed choice, or the documents' per-type policy. */
struct codec_sweep {
    bool policy;                /* true: core/stream/policy.h decides by data type */
    struct codec_choice choice; /* meaningful when !policy */
};

enum load_kind { LOAD_FLAT_OUT, LOAD_OPEN, LOAD_CLOSED };
struct load {
    enum load_kind kind;
    double rate_per_s;       /* open loop: records per second, Poisson arrivals */
    int64_t in_flight;       /* closed loop: window in records */
    bool until_acknowledged; /* closed loop: a place frees on ack; false (default): on receipt */
};

struct batching {
    int64_t records;   /* close a batch at so many records (batch.num.messages) */
    int64_t bytes;     /* or so many uncompressed bytes (batch.size) */
    int64_t linger_ns; /* or after so long (linger.ms) */
};

struct scenario {
    char *name;                 /* owned */
    char *about;                /* owned; one paragraph: which question it answers */
    char *file;                 /* owned; where it was read from */
    struct codec_sweep *codecs; /* owned arrays; every count >= 1 */
    size_t codec_count;
    struct payload_sweep *payloads;
    size_t payload_count;
    int64_t *record_bytes; /* 0: the natural record */
    size_t record_bytes_count;
    enum encoding *encodings;
    size_t encoding_count;
    struct batching *batchings;
    size_t batching_count;
    struct load *loads;
    size_t load_count;

    int64_t records;        /* measured records per trial; 0: decided by seconds */
    int64_t measure_bytes;  /* or stop after this many payload bytes, 0: no such limit */
    int64_t warmup_records; /* first records of a trial: verified, not measured */
    int64_t blocks;         /* default 3 here; 12 for verdicts */
    int64_t partitions;
    int64_t key_count;   /* 0: no keys; else records carry one of so many keys */
    bool exact;          /* timestamps set, one partition, batches closed by count, long linger */
    bool receiver_after; /* the receiver starts after the sender has ended */
    int64_t pool_bytes;  /* 0: default */
    uint64_t seed;
    int64_t trial_timeout_ns;  /* no progress for so long voids the trial */
    int64_t message_max_bytes; /* 0: derived from the largest record */
    char *baseline; /* owned; the arm others are compared with: "none", "gzip-6"…; NULL: first codec
                     */
    char **properties; /* owned "key=value" librdkafka properties; NULL-terminated; may be NULL */
    char **headers;    /* owned "name=value" record headers; NULL-terminated; may be NULL */
};

/* One --set on the command line: "field=value", the value in YAML ("codecs=[none, zstd-3]"). */
struct scenario_override {
    const char *text;
};

/* name_or_file: a built-in name, or a path (has a '/' or ends in .yaml). home: the folder that
 * holds scenarios/ (see base/home.h). data, if not NULL, replaces every payload by that corpus
 * (--data). On success *out is the caller's. */
enum rc scenario_load(const char *name_or_file, const char *home,
                      const struct scenario_override *overrides, size_t override_count,
                      struct scenario **out, struct err *e) MUST_CHECK;
void scenario_free(struct scenario *s);

#endif
