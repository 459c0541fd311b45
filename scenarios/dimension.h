/*
 * The dimensions of a sweep: what a scenario may ask for in several values, as one list.
 *
 * DIMENSION_ROWS names each dimension once. Everything that has a value, a label or a column for
 * each of them is made from it: the values of a scenario (scenarios/sweep.h), the cells of a plan,
 * the labels of a record (struct trial_cell), --only, where: of claims, strata. A new dimension is
 * a row here, one in SWEEPS and one in CELL_VALUES (bench/plan/cell_values.c).
 * Threads: read-only. Must not need codecs/ or core/: reports/ reads it.
 */
#ifndef ASSAY_SCENARIOS_DIMENSION_H
#define ASSAY_SCENARIOS_DIMENSION_H

#include <stddef.h>

/* The order is that of labels and of the cells of a plan, whose first dimension changes slowest. A
 * label is text, but for record_bytes, which is recorded as a number.
 * X(id, member of a record, name for compare, name for --only, key in where:, what where: takes,
 *   the usual value: of records that name none; labels leave it out; "": there is none) */
#define DIMENSION_ROWS(X)                                                                          \
    X(PAYLOAD, payload, "payload", "payload", "payloads", "names of payloads", "")                 \
    X(CODEC, codec, "codec", "codec", "codecs", "codecs, where they are not the arms", "")         \
    X(ENCODING, encoding, "encoding", "encoding", "encodings", "\"raw\", \"base64-json\"", "")     \
    X(BATCHING, batching, "batching", "batch", "batchings",                                        \
      "how batches close: \"1000\" is 1000 records", "")                                           \
    X(LOAD, load, "load", "load", "loads",                                                         \
      "\"open\" is every rate, \"closed\" every window, \"flat out\"", "")                         \
    X(LINK, link, "link", "link", "links", "\"unlimited\", \"100 Mbit/s\"", "unlimited")           \
    X(BACKGROUND, background, "background", "background", "backgrounds",                           \
      "\"none\", \"raster\" is every load of that payload", "none")                                \
    X(PARTITIONS, partitions, "partitions", "partitions", "partitions", "\"1\", \"4 partitions\"", \
      "1 partition")                                                                               \
    X(BROKERS, brokers, "brokers", "brokers", "brokers", "\"1\", \"3 brokers\"", "1 broker")       \
    X(PARAMETERS, parameters, "parameters", "parameters", "parameters",                            \
      "what its workload is given: \"threads 4\"", "")                                             \
    X(ARM, arm, "arms", "arm", "arms", "arms that are spelled out, where a test names none", "")

#define DIMENSION_ID(id, ...) DIMENSION_##id,
enum dimension { DIMENSION_ROWS(DIMENSION_ID) DIMENSION_RECORD_BYTES, DIMENSIONS };
#undef DIMENSION_ID

struct dimension_name {
    const char *name;    /* of its label in a record */
    const char *compare; /* as compare: and a record have it */
    const char *only;    /* as --only has it */
    const char *where;   /* the key of where: */
    const char *says;    /* one line: what that takes */
    const char *usual;   /* the label of a record that names none; "": it is not known */
};
extern const struct dimension_name DIMENSION_NAMES[DIMENSIONS];

/* DIMENSIONS: none is called that by compare. */
enum dimension dimension_find(const char *compare);

#endif
