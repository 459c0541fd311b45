/*
 * The fields of a trial record as data: where each lies in the struct and what it is called in
 * trials.jsonl. The writer, the reader and the tests walk this table; a new field is one row.
 * Threads: read-only.
 */
#ifndef ASSAY_REPORTS_RECORD_RECORD_FIELDS_H
#define ASSAY_REPORTS_RECORD_RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum field_kind {
    FIELD_TEXT,      /* char[size] */
    FIELD_COUNT,     /* int64_t, never null */
    FIELD_MEASURE,   /* int64_t, null when NOT_MEASURED */
    FIELD_REAL,      /* double, null when NOT_MEASURED */
    FIELD_BIG,       /* int64_t that passes 2^53: a text, null when NOT_MEASURED */
    FIELD_SEED,      /* uint64_t, written as text: it passes 2^63 */
    FIELD_BOOL,      /* bool */
    FIELD_VALIDITY,  /* enum validity, by name */
    FIELD_BATCHES,   /* struct codec_batches[RECORD_CODECS]: {codec: batches} */
    FIELD_BYTES,     /* the same rows: {codec: bytes} */
    FIELD_OUTCOMES,  /* struct delivery's outcomes: {name: {"all": n, class: n}} */
    FIELD_LATENCIES, /* struct latency[LATENCIES_MAX]: {name: {"n": n, "p50": ns ...}} */
    FIELD_METRICS,   /* struct recorded_metric[RECORD_METRICS]: {name: value} */
    FIELD_SETTINGS   /* char[size]: id in settings.jsonl */
};

struct record_field {
    const char *path; /* "latency_ns.e2e.p50"; rows of one object stand together; NULL ends */
    enum field_kind kind;
    size_t offset; /* in struct trial_record */
    size_t size;   /* of a text, terminator included */
    bool required; /* a line without it is not a trial record */
    int since;     /* the schema from which on it is required; 0: none */
    bool derived;  /* older lines lack it, and their reader derives it */
};
extern const struct record_field RECORD_FIELDS[];

/* The members of a latency. */
struct latency_field {
    const char *name; /* NULL ends */
    size_t offset;    /* in struct latency; int64_t */
};
extern const struct latency_field LATENCY_FIELDS[];
#define RECORD_INTEGRITY "integrity_hurt"
/* Key of an outcome's count over all classes. */
#define RECORD_ALL_CLASSES "all"

enum { FIELD_DEPTH = 4, FIELD_NAME_MAX = 64 };
/* Cuts path at its dots; returns the number of parts, at most FIELD_DEPTH. */
size_t record_field_parts(const char *path, char parts[FIELD_DEPTH][FIELD_NAME_MAX]);

#endif
