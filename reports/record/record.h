/*
 * The trial record: the only thing that passes from measuring to reporting.
 *
 * One record is one line of trials.jsonl (schema "assay-trial/2"; lines of "assay-trial/1" are
 * read, too); field names there are the names here, with units as suffixes. Absent measurements are
 * JSON null and NOT_MEASURED here, never 0. docs/result-folder.md lists every field. Ownership: a
 * struct trial_record is plain memory, no pointers; copying it is fine. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_RECORD_H
#define ASSAY_REPORTS_RECORD_RECORD_H

#include "base/buf.h"
#include "base/err.h"
#include "reports/record/latency.h"
#include "reports/record/outcome.h"
#include "reports/record/settings_table.h"
#include "scenarios/dimension.h"

#include <stdbool.h>
#include <stdint.h>

#define TRIAL_SCHEMA "assay-trial/2"
enum { NOT_MEASURED = -1 };
enum {
    RECORD_WORD_MAX = 32,
    RECORD_NAME_MAX = 96,
    RECORD_LABEL_MAX = 288,
    RECORD_WHY_MAX = 512,
    RECORD_SETTINGS_MAX = 8192,
    RECORD_CODECS = 8,
    RECORD_METRICS = 12,
    RECORD_METRIC_NAME_MAX = 40,
    RECORD_BLOCK_MAX =
        100000 /* a run has 1000 at most, and a block more for each time it stopped */
};

/* Larger numbers in a record are refused: sums over all trials then hold. Whole numbers that pass
 * the first are texts. */
#define RECORD_INT_MAX ((int64_t)1 << 53)
#define RECORD_REAL_MAX 1e100

enum validity { TRIAL_VALID, TRIAL_VOID, TRIAL_SATURATED, TRIAL_INTERRUPTED, TRIAL_REFUSED };
extern const char *const VALIDITY_NAMES[]; /* "valid" "void" "saturated" "interrupted"
                                              "refused" (not run: no client takes such a record),
                                              NULL */

/* Which arm of the comparison: every dimension of the sweep, in words and in numbers. */
struct trial_cell {
    /* A label for each row of DIMENSION_ROWS, for people: codec "zstd-3", payload "iot", encoding
     * "raw", batching "100 records, 5.00 ms", load "open 1000/s", link "100 Mbit/s", background
     * "raster 1.00 MB, ..." or "" for nothing, arm its name when compare is "arms", else "". */
#define CELL_LABEL(id, member, ...) char member[RECORD_NAME_MAX];
    DIMENSION_ROWS(CELL_LABEL)
#undef CELL_LABEL
    char workload[RECORD_WORD_MAX]; /* what was tested: "records", "images" */
    int64_t record_bytes;           /* size asked for; 0: natural */
    int64_t batch_records;          /* batch.num.messages in force */
    int64_t batch_bytes;            /* batch.size in force */
    int64_t linger_ns;
    int64_t link_bit_per_s, link_delay_ns; /* asked for; 0: unlimited, no delay */
    char load_kind[RECORD_WORD_MAX];       /* name of the load: "flat out", "open" */
    double load_rate_per_s; /* asked for; NOT_MEASURED: the load has none, or it is calibrated */
    int64_t load_in_flight; /* window in records; NOT_MEASURED: the load has none */
    bool load_paced;        /* latencies are those of a service; else they are a queue's length */
    bool load_sets_rate;    /* the load decides how many records a second there are */
    bool codec_by_policy;   /* the policy chose the codec by the data's type */
    bool exact;             /* timestamps set and batches closed by count: bytes repeat */
};

/* A number that the workload recorded under the name of a metric. Cut off (censored): it is at
 * least as large as value, and how large is not known. */
struct recorded_metric {
    char name[RECORD_METRIC_NAME_MAX]; /* "": unused row */
    double value;
    bool censored;
};

struct codec_batches {
    char codec[RECORD_WORD_MAX]; /* empty: unused row */
    int64_t batches;
    int64_t bytes; /* stored, headers included */
};

struct role_use {
    int64_t user_ns, system_ns;       /* CPU between warm-up end and drain end */
    int64_t peak_anon_bytes;          /* peak anonymous resident memory: client and allocator */
    int64_t ledger_bytes, pool_bytes; /* shared memory, told apart */
    char cpus[RECORD_NAME_MAX];       /* where it was allowed to run: "0-1" */
};

/* Of the background load of a trial; NOT_MEASURED where it has none. background.jsonl has its whole
 * record. */
struct trial_background {
    int64_t sent, identical; /* whole trial; identical: byte for byte */
    int64_t arrived, bytes;  /* while the other flow was measured; bytes: before encoding */
};

struct trial_record {
    char run[RECORD_NAME_MAX];   /* id of the run: folder name */
    char trial[RECORD_NAME_MAX]; /* id: "c03.b02" */
    char scenario[RECORD_NAME_MAX];
    struct trial_cell cell;
    int64_t cell_index;                 /* position of the arm in the plan */
    int64_t group;                      /* comparison it belongs to: index of the plan's group */
    char group_label[RECORD_LABEL_MAX]; /* what the arms of the group have in common */
    char compare[RECORD_NAME_MAX];      /* what tells them apart: "codec" "encoding" "batching" */
    bool reference;                     /* the arm that the others are compared with */
    int64_t block, position;            /* block number from 1, position in the block from 0 */
    int64_t started_wall_ns;            /* since the epoch */
    int64_t broker_started_wall_ns;     /* the same; 0: brokers of others, or kept running */
    uint64_t seed;
    char topic[RECORD_LABEL_MAX];
    enum validity validity;
    char why[RECORD_WHY_MAX]; /* one sentence when not valid */
    bool integrity_hurt;      /* void for what arrived or was stored, not for what kept it from
                                 being measured */

    struct delivery delivery; /* the whole trial, warm-up included */
    int64_t measured_records; /* after warm-up */
    int64_t measured_payload_bytes;

    char codec_effective[RECORD_NAME_MAX]; /* codec and level the producer was set to: "zstd-3" */
    char codec_name[RECORD_WORD_MAX];      /* the codec alone: "zstd" */
    char codec_library[RECORD_NAME_MAX];   /* "libzstd 1.5.4", "snappy in librdkafka 2.0.2" */
    char client_library[RECORD_NAME_MAX];  /* "librdkafka 2.0.2" */
    char broker[RECORD_NAME_MAX];          /* "Apache Kafka 4.3.1, embedded"; "" if unknown */
    char object_store[RECORD_NAME_MAX];    /* "versitygw v1.0.18, embedded"; "" without one */
    char link_kind[RECORD_NAME_MAX];       /* how the link is limited: "loopback", "relay", ... */
    double link_up_bit_per_s, link_down_bit_per_s; /* as measured before the run; NOT_MEASURED */
    char codec_evidence[RECORD_NAME_MAX];          /* "segment files", "raw fetch", "producer" */
    struct codec_batches stored[RECORD_CODECS];    /* whole trial, by codec found */

    struct {                              /* whole trial, warm-up included, so that parts add up */
        int64_t payload;                  /* as handed to the client, after encoding */
        int64_t original;                 /* before encoding */
        int64_t batches;                  /* number of stored batches */
        int64_t stored;                   /* exact bytes in the log */
        int64_t wire_sent, wire_received; /* by the clients' sockets, protocol included */
        int64_t objects;                  /* in the object store; NOT_MEASURED without one */
        int64_t http_sent, http_received; /* to and from it, heads included; the same */
    } bytes;
    double ratio; /* payload / (stored + objects); NOT_MEASURED when stored is unknown */
    struct {      /* what is sent in turn, and how many of these records differ from all others */
        int64_t records, distinct;
        int64_t damaged;               /* whole files that fail the check of their image format */
        char damage[RECORD_LABEL_MAX]; /* what is wrong with the first; "" */
    } pool;
    struct { /* whole trial; NOT_MEASURED where records are no images */
        int64_t sent, arrived, identical; /* arrived: whole; identical: byte for byte */
        int64_t incomplete;               /* sent, and given up */
    } images;
    struct trial_background background;
    double encode_ns_per_record; /* making base64 and JSON, or envelope or chunks, at the sender, by
                                    the clock; NOT_MEASURED for what travels as it is */

    struct {
        double records_per_s, payload_bytes_per_s; /* first measured send to last receipt */
        double produced_records_per_s;             /* first measured send to last ack */
        double consumed_records_per_s;             /* first to last receipt */
    } throughput;
    int64_t window_ns;                              /* first measured send to last receipt */
    struct latency latency_ns[LATENCIES_MAX];       /* by row of LATENCIES; n 0: there is none */
    struct recorded_metric metrics[RECORD_METRICS]; /* of the workload; in the order recorded */
    double load_rate_per_s;     /* open loop: the rate in force, also where the cell says auto */
    double send_lag_p99_ns;     /* sent - intended, open loop */
    double unsent_at_end_share; /* open loop: share still waiting when the window closed */

    struct {
        struct role_use sender, receiver;
        int64_t
            broker_ns; /* CPU of the embedded broker in the same window; NOT_MEASURED elsewhere */
        int64_t broker_rss_bytes; /* of all brokers of ours together, as is broker_ns */
        int64_t store_ns;         /* CPU of the embedded object store, where the trial used it */
        char broker_cpus[RECORD_NAME_MAX];
    } use;
    int64_t brokers;         /* of the cluster; NOT_MEASURED in records of old */
    int64_t cores;           /* that the tool may run on, shared by sender, receiver and broker */
    int64_t steal_ns;        /* of all cores during the trial; NOT_MEASURED if unknown */
    int64_t cpu_pressure_ns; /* pressure stall "some" during the trial */
    int64_t duration_ns;     /* whole trial: create topic to verdict of the ledger */
    char sender_settings[SETTINGS_ID_MAX]; /* in force: their id in settings.jsonl; "" */
    char receiver_settings[SETTINGS_ID_MAX];
};

/* Everything NOT_MEASURED, zero counts, empty names. */
void trial_record_init(struct trial_record *r);
/* Appends one line of JSON, newline included. */
enum rc trial_record_write(const struct trial_record *r, struct buf *out, struct err *e) MUST_CHECK;
/* Members "outcomes" and "latency_ns" of the open JSON object, in records and summaries alike.
 * measured_only: without latencies that have no value. */
struct json_writer;
void outcomes_write(const struct delivery *d, struct json_writer *w);
void latencies_write(const struct latency all[LATENCIES_MAX], bool measured_only,
                     struct json_writer *w);
/* Reads one line (no newline). Lines of schema 1 hold their settings, which are added to settings
 * (NULL: left out). Unknown fields are ignored and absent measurements NOT_MEASURED;
 * another schema, an absent identity, a wrong kind, a text too long are RC_INPUT and name the
 * field; *r is then undefined. */
enum rc trial_record_read(struct span line, struct settings_table *settings, struct trial_record *r,
                          struct err *e) MUST_CHECK;

/* The label of a cell in a dimension as it is recorded; "" for record_bytes. */
const char *trial_cell_text(const struct trial_cell *c, enum dimension d);
/* The same for every dimension: a size in words, and where nothing is recorded what it was before
 * ("unlimited"), or "". text holds RECORD_NAME_MAX bytes and may be what is returned. */
const char *trial_cell_label(const struct trial_cell *c, enum dimension d, char *text);
/* Takes the label of a dimension that is recorded as text; others are left. */
void trial_cell_set(struct trial_cell *c, enum dimension d, const char *label);
/* The first dimension in which two cells differ; DIMENSIONS: none. */
enum dimension trial_cell_differs(const struct trial_cell *a, const struct trial_cell *b);

/* The name of the arm within its group: its codec, encoding, batching or own name. Borrowed from
 * r. */
const char *trial_record_arm(const struct trial_record *r);
/* What quantities per record are divided by: records sent, or images. */
int64_t trial_record_sent(const struct trial_record *r);
/* Batches stored with another codec than codec_name, "none" included. */
int64_t trial_record_fallbacks(const struct trial_record *r);
/* Adds a metric, or replaces the one of its name. RC_INPUT: there are RECORD_METRICS already. */
enum rc trial_record_add_metric(struct trial_record *r, const struct recorded_metric *m,
                                struct err *e) MUST_CHECK;
/* NULL: not recorded. */
const struct recorded_metric *trial_record_metric(const struct trial_record *r, const char *name);

#endif
