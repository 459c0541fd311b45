/*
 * A scenario: what a user asks to be compared, parsed once from YAML into this immutable struct.
 *
 * scenario_load refuses unknown keys, missing units, values out of range and unreadable files; the
 * message reads FILE:LINE: FIELD: what was found and what was expected, and nothing is started.
 * Lists sweep: the plan (bench/plan/plan.h) is the product of the sweeps. Every field is valid on
 * its own and with the others; fields that were not given hold the defaults of docs/scenarios.md.
 * Ownership: everything inside a struct scenario is freed by scenario_free. Threads: read-only.
 * The YAML form is documented in docs/scenarios.md.
 */
#ifndef ASSAY_SCENARIOS_SCENARIO_H
#define ASSAY_SCENARIOS_SCENARIO_H

#include "base/buf.h"
#include "base/err.h"
#include "codecs/codec.h"
#include "core/encode/encoding.h"
#include "scenarios/dimension.h"
#include "scenarios/load.h"
#include "scenarios/workload_form.h"

#include <stdbool.h>

/* What is sent: a generator's name, or files. */
struct payload_choice {
    char *name;      /* owned; label in tables: generator name, or the label given for files */
    char *kind;      /* owned; generator, or NULL for files */
    char *data;      /* owned; file or folder, found readable by the loader; NULL for a generator */
    char *cut;       /* owned; "lines", "whole" or "slices"; NULL for a generator */
    char *data_type; /* owned; a data type of POLICY, or NULL */
    int64_t record_bytes; /* its own size in place of the sweep's (0: natural), or PAYLOAD_SWEPT */
    int64_t *sizes; /* owned; of a generator: sizes its records have in turn; NULL: one size */
    size_t size_count;
};

/* What workloads send that need no records: named "none". */
bool payload_is_nothing(const struct payload_choice *p);

enum { PAYLOAD_SWEPT = -1, WARM_UP_SHARED = -1 };

/* What a codec column asks for: a fixed choice, or the documents' per-type policy. */
struct codec_choice {
    bool policy;              /* true: core/encode/policy.h decides by data type */
    struct codec_spec choice; /* meaningful when !policy */
};

struct batching {
    int64_t records;   /* close a batch at so many records (batch.num.messages) */
    int64_t bytes;     /* or so many uncompressed bytes (batch.size) */
    int64_t linger_ns; /* or after so long (linger.ms) */
};

/* The network between the clients and an embedded broker; both directions at this rate. */
struct link_choice {
    int64_t bit_per_s; /* 0: unlimited (loopback) */
    int64_t delay_ns;  /* one way; 0: none */
};

struct scenario;

/* Background load: another workload that runs from before the warm-up to after the drain of what is
 * measured, with workers of its own, on the same broker, and proven as strictly. */
struct background {
    struct scenario *stream; /* owned; what goes there, as a scenario of one cell; NULL: nothing */
    bool same_topic;  /* to the topic of the measured records; false: a fresh one of its own */
    int64_t at_least; /* so many must arrive while measuring, or the trial is void */
};

/* An arm spelled out, for comparisons of arms that differ in more than one dimension. What it does
 * not say is the scenario's (which must then not sweep it). */
struct arm_choice {
    char *name; /* owned; label in tables */
    bool has_codec, has_encoding, has_batching, has_background;
    struct codec_choice codec;
    enum encoding encoding;
    struct batching batching;
    struct background background;
    char **properties; /* owned "key=value" of librdkafka, for both roles; NULL-terminated; may be
                          NULL */
    char *libraries;   /* owned; folder of shared objects that its roles load first; NULL: none.
                          Not in YAML: set by the gate */
    char *program;     /* owned; the assay binary that its roles are; NULL: this one. Not in YAML */
    int64_t delay_ns;  /* its sender waits so long before each record; 0: not at all. Not in YAML:
                          set by the self-test */
};

struct scenario {
    char *name;                  /* owned */
    char *about;                 /* owned; one paragraph: which question it answers */
    char *file;                  /* owned; where it was read from */
    struct codec_choice *codecs; /* owned arrays; every count >= 1; no entry stands twice */
    size_t codec_count;
    struct payload_choice *payloads;
    size_t payload_count;
    int64_t *record_bytes; /* 0: the natural record */
    size_t record_bytes_count;
    enum encoding *encodings;
    size_t encoding_count;
    struct batching *batchings;
    size_t batching_count;
    struct load *loads;
    size_t load_count;
    struct link_choice *links; /* default: one, unlimited */
    size_t link_count;
    struct background *backgrounds; /* default: one, of nothing */
    size_t background_count;
    int64_t *partitions; /* of the trial's topic; default: one, 1 */
    size_t partitions_count;
    int64_t *brokers; /* of the cluster: 1 or 3; default: one, 1 */
    size_t brokers_count;
    const struct workload_form *workload;   /* borrowed; NULL: the encoding says which */
    struct workload_parameters *parameters; /* default: one, of the keys' standards */
    size_t parameters_count;
    const struct workload_key *compared; /* a key of the workload whose values are the arms: then
                                            compare is DIMENSION_ARM; NULL: none */
    size_t compared_count;               /* its values */
    struct arm_choice *arms;             /* spelled out: then compare is DIMENSION_ARM; else NULL */
    size_t arm_count;

    /* Which dimension tells the arms of a comparison apart; everything else is alike within one.
     * Default: arms, or the first of codec, encoding, batching that sweeps, or else any other. */
    enum dimension compare;
    size_t baseline_arm; /* index in the swept array of compare; default 0 */

    int64_t records;        /* measured records per trial; 0: no such limit */
    bool records_standard;  /* no limit was given: records holds for loads that do not end */
    int64_t duration_ns;    /* stop sending measured records after so long; 0: no such limit */
    int64_t measure_bytes;  /* or after so many measured payload bytes, counted before encoding;
                               the plan turns it into records; 0: no such limit */
    int64_t warmup_records; /* first records of a trial: verified, not measured; WARM_UP_SHARED: a
                               tenth of those measured, see plan_cell */
    int64_t blocks;         /* default 3 here; 12 for verdicts */
    int64_t key_count;      /* 0: no keys; else records carry one of so many keys */
    bool exact;          /* timestamps set, one partition, batches closed by count, long linger */
    bool receiver_after; /* the receiver starts after the sender has ended */
    int64_t pool_bytes;  /* 0: default */
    int64_t chunk_bytes; /* images: of a chunk; 0: the documents' */
    int64_t direct_max_bytes;  /* routed images up to so many bytes are one record; 0: the same */
    int64_t chunked_max_bytes; /* and up to so many go in chunks; 0: the same */
    bool reassembly_files;     /* chunks wait in files for their image to be whole, not in memory */
    uint64_t seed;
    int64_t trial_timeout_ns;  /* no progress for so long voids the trial */
    int64_t message_max_bytes; /* 0: derived from the largest record and batch */
    char **properties; /* owned "key=value" librdkafka properties; NULL-terminated; may be NULL */
    char **headers;    /* owned "name=value" record headers; NULL-terminated; may be NULL */

    uint64_t fingerprint; /* of all that was asked for, but name, about and blocks */
};

/* Where things are, and what else there is to name. Everything is borrowed. */
struct scenario_places {
    const char *scenarios; /* folder of the built-in scenarios; NULL: there are none */
    const char *data;      /* folder of fetched data, where "data:" of a payload is looked for after
                              the scenario's own folder; NULL: there is none */
    const char *corpus;    /* --data: a file or folder that replaces every payload; NULL: none */
    const char *const *generators; /* names of the payload generators; NULL-terminated */
    const struct workload_form *const *workloads; /* NULL-terminated; NULL: there are none */
};

/* One --set on the command line: "field=value", the value in YAML ("codecs=[none, zstd-3]",
 * "batching.linger=5 ms"). */
struct scenario_override {
    const char *text;
};

/* name_or_file: a built-in name, or a path (has a '/' or ends in .yaml). On success *out is the
 * caller's (scenario_free); on failure it is untouched and e has one sentence, RC_INPUT. */
enum rc scenario_load(const char *name_or_file, const struct scenario_places *places,
                      const struct scenario_override *overrides, size_t override_count,
                      struct scenario **out, struct err *e) MUST_CHECK;
/* The same from text in memory. */
struct scenario_text {
    struct span yaml;
    const char *file; /* the name that messages show */
};
enum rc scenario_parse(const struct scenario_text *text, const struct scenario_places *places,
                       const struct scenario_override *overrides, size_t override_count,
                       struct scenario **out, struct err *e) MUST_CHECK;
void scenario_free(struct scenario *s); /* NULL is fine */
/* Some of what it measures goes by the image path. */
bool scenario_sends_images(const struct scenario *s);

/* Names of the built-in scenarios, sorted; NULL-terminated; scenario_names_free frees them. An
 * absent folder has none. */
enum rc scenario_names(const struct scenario_places *places, char ***out, struct err *e) MUST_CHECK;
void scenario_names_free(char **names); /* NULL is fine */

/* What a scenario of scenario_names says it is about, without checking the rest; "" when it says
 * nothing. *out is the caller's (free). */
enum rc scenario_about(const char *name, const struct scenario_places *places, char **out,
                       struct err *e) MUST_CHECK;

/* Labels as records, tables and messages show them. text holds SCENARIO_LABEL bytes; returns it. */
enum { SCENARIO_LABEL = 96 };
char *codec_choice_label(const struct codec_choice *c, char *text); /* "zstd-3", "policy" */
char *load_label(const struct load *l, char *text);                 /* "flat out", "open 1000/s" */
char *link_label(const struct link_choice *l, char *text); /* "unlimited", "100 Mbit/s, 20 ms" */
bool link_is_limited(const struct link_choice *l);         /* or delayed */
/* "" for nothing, else "raster 1.00 MB + 20.0 MB, routed, zstd-1, closed 1, same topic" */
char *background_label(const struct background *b, char *text);
char *batching_label(const struct batching *b, char *text); /* "100 records, 1.00 MB, 5.00 ms" */

/* The keys of a scenario, as the loader knows them, as Markdown tables; appended to out.
 * docs/scenarios.md holds exactly this. */
enum rc scenario_describe_keys(struct buf *out, struct err *e) MUST_CHECK;

/* What a scenario may leave unlimited, in the form clients take it. */
enum {
    BATCH_RECORDS_MAX = 1000000,
    BATCH_BYTES_MAX = 2147483647,
    SCENARIO_BLOCKS_MAX = 1000,
    SCENARIO_PARTITIONS_MAX = 10000
};

#endif
