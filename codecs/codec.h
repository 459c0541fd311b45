/*
 * The codec table: what Kafka can store a batch with, over the libraries users' clients link. A
 * codec that Kafka does not know may stand in it, too: `assay codec` measures it, scenarios refuse
 * it.
 *
 * Every codec of Kafka writes the container that Kafka stores (gzip member, Snappy as librdkafka
 * writes it, LZ4 frame with independent blocks, zstd frame), so that recompressing the body of a
 * stored batch agrees with the broker's bytes; parameters as in librdkafka 2.0.2
 * (rdkafka_msgset_writer.c, rdkafka_lz4.c, rdkafka_zstd.c). Adding a codec: CONTRIBUTING.md.
 *
 * Ownership: table entries are static. A struct codec_work is working memory for one codec and
 * level, owned by the caller between open and close. Threads: the table is read-only; one owner per
 * struct codec_work.
 */
#ifndef ASSAY_CODECS_CODEC_H
#define ASSAY_CODECS_CODEC_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

struct codec_work; /* never defined: behind it is a struct of each codec's own */

/* One way in which clients let the library compress a batch. The same level gives other bytes when
 * the library is told how much is coming, or compresses blocks in another way. The level of a
 * stored batch is found by comparing its size with that of each manner. */
struct codec_manner {
    const char *says; /* "size not told"; NULL ends a table */
    int level_min;    /* what the library takes, which may be more than a client's configuration */
    int level_max;
    /* Bytes that each of in comes to at that level. All in one call, as the memory that a high
     * level wants takes longer to get than a batch to compress. */
    enum rc (*sizes)(int level, const struct span *in, size_t count, size_t *sizes, struct err *e);
};

/* Time that one byte takes to be compressed and decompressed, up to and including a level. A plan
 * estimates the length of its trials with it. */
struct codec_cost {
    int level;
    double ps_per_byte; /* picoseconds */
};

enum {
    CODEC_LEVELS_END = -1000, /* no library's level: it ends a list of them */
    CODEC_NOT_KAFKAS = -1     /* kafka_id of a codec that Kafka does not know */
};

struct codec {
    const char *name; /* as librdkafka's compression.codec takes it */
    int kafka_id;     /* record batch attributes & 7, or CODEC_NOT_KAFKAS */
    bool has_levels;  /* false: the three below are 0 */
    int level_min;    /* smallest and largest level librdkafka's compression.level takes */
    int level_max;
    int level_default;        /* what librdkafka uses when no level is given */
    const int *level_samples; /* what is compared when no level is named; CODEC_LEVELS_END ends
                                 it; NULL without levels */
    const struct codec_cost *costs; /* by rising level, the last one holds above it;
                                       CODEC_LEVELS_END ends it; NULL: nothing */
    const char *file_ending;        /* of a file that it compressed: ".zst"; NULL: none is usual */
    bool client_bundles_it;         /* librdkafka compresses with a copy of its own */
    const char *library;            /* "libzstd" */
    const char *(*version)(void);   /* of the library in use at run time; static text */
    size_t (*bound)(size_t size);   /* most bytes compress can write for size bytes of input */
    const struct codec_manner *manners; /* ends with says NULL; NULL without levels */

    /* level is in [level_min, level_max], or 0 without levels. */
    enum rc (*open)(int level, struct codec_work **out, struct err *e);
    void (*close)(struct codec_work *w); /* NULL is fine */
    /* *out_size is written on success only; RC_INPUT when room is too small or in is not valid.
     * compress may ask for bound(in.size) even where less would do. Both never write past room and
     * leave w usable after a failure. */
    enum rc (*compress)(struct codec_work *w, struct span in, uint8_t *out, size_t room,
                        size_t *out_size, struct err *e);
    /* Takes the containers of other clients too: several gzip members, snappy-java's framing, LZ4
     * frames with linked blocks of any size, several zstd frames. Trailing bytes are refused. */
    enum rc (*decompress)(struct codec_work *w, struct span in, uint8_t *out, size_t room,
                          size_t *out_size, struct err *e);
};

/* NULL-terminated: Kafka's in the order of its ids, then what it does not know. */
extern const struct codec *const CODECS[];

/* Bytes that c compresses each of in to at that level, by c's own compress: a manner's sizes. */
enum rc codec_sizes_at(const struct codec *c, int level, const struct span *in, size_t count,
                       size_t *sizes, struct err *e) MUST_CHECK;

const struct codec *codec_find(const char *name); /* NULL when there is none */
const struct codec *codec_by_kafka_id(int id);    /* NULL when there is none */
/* RC_INPUT when Kafka stores no batches of that codec. */
enum rc codec_kafka_check(const struct codec *c, struct err *e) MUST_CHECK;

/* A codec and the level asked for. Text form: "none", "lz4", "zstd-3", "gzip-6". */
struct codec_spec {
    const struct codec *codec;
    int level;        /* meaningful only when level_given */
    bool level_given; /* false: the client's default level */
};

enum { CODEC_SPEC_TEXT = 24 };
/* Refuses unknown names (listing the table) and levels out of range (naming the range and whose
 * limit it is), and a level for a codec without levels. *out untouched on failure. */
enum rc codec_spec_parse(const char *text, struct codec_spec *out, struct err *e) MUST_CHECK;
char *codec_spec_format(struct codec_spec c, char *text); /* returns text */
int codec_spec_level(struct codec_spec c);                /* the level in force, 0 without levels */
double codec_spec_ps_per_byte(struct codec_spec c);       /* see struct codec_cost */

#endif
