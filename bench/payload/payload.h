/*
 * What is sent: a pool of distinct records of one kind, prepared before any clock starts.
 *
 * A pool lives in a memfd, so that the runner builds it once and each sender maps it read-only
 * without a copy: records are handed to the client straight from the mapping. A pool is larger than
 * any compression window (64 MB by default, or the whole corpus). Generated records are all
 * distinct; a corpus may repeat itself, and distinct says how many of its records are different.
 *
 * Kinds are rows of PAYLOAD_KINDS (seeded generators, each modelled on real data of its type, see
 * docs/payloads.md) or file corpora (--data). Adding a generator: one bench/payload/gen_NAME.c and
 * one line in generators.h.
 *
 * Ownership: payload_pool_release frees the mapping and closes the fd. Threads: read-only once
 * built.
 */
#ifndef ASSAY_BENCH_PAYLOAD_PAYLOAD_H
#define ASSAY_BENCH_PAYLOAD_PAYLOAD_H

#include "base/buf.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/span.h"

#include <stdbool.h>

/* State of one generator run, never defined: behind it is a struct of each kind's own with what it
 * needs between records (stations, sensors…). */
struct payload_source;

struct payload_kind {
    const char *name;      /* as scenarios name it: "iot" */
    const char *data_type; /* the documents' word: "IoT sensors" */
    const char *says; /* one line: format, typical record size, the real data it is modelled on */
    bool text;        /* lines of text; false for binary */
    /* One whole record appended to out. Deterministic in the source's rng. size_bytes 0: the
     * natural record; else at least that many bytes made of whole readings (text), or exactly that
     * many (binary). */
    enum rc (*open)(uint64_t seed, struct payload_source **out, struct err *e);
    enum rc (*next)(struct payload_source *s, size_t size_bytes, struct buf *out, struct err *e);
    void (*close)(struct payload_source *s);
};

extern const struct payload_kind *const PAYLOAD_KINDS[]; /* NULL-terminated */
const struct payload_kind *payload_kind_find(const char *name);
const char *const *payload_names(void); /* of PAYLOAD_KINDS, NULL-terminated */

/* How a file corpus becomes records. */
enum payload_cut {
    CUT_LINES, /* one record a line, without its newline; empty lines are skipped and counted */
    CUT_WHOLE, /* one record a file */
    CUT_SLICES /* records of size_bytes; the last of a file may be shorter */
};

struct payload_spec {
    const char *kind;     /* a name in PAYLOAD_KINDS, or NULL for a corpus */
    const char *path;     /* corpus: a file or a folder (walked in name order), or NULL */
    enum payload_cut cut; /* corpus only */
    size_t size_bytes;    /* 0: natural; see payload_kind.next and CUT_SLICES */
    const int64_t *sizes; /* generators: sizes taken in turn, in place of size_bytes; the pool then
                             holds whole turns; borrowed; NULL: size_bytes */
    size_t size_count;    /* in sizes */
    size_t
        pool_bytes; /* generators: build at least this much; 0: 64 MB. corpora: at most, 0: all */
    size_t records_max; /* stop after so many records; 0: no limit */
    uint64_t seed;
};

enum { PAYLOAD_DAMAGE = 256 };

struct payload_slot {
    uint64_t offset; /* from the first payload byte */
    uint64_t size;   /* bytes */
    uint64_t hash;   /* hash_bytes() of the record */
};

struct payload_pool {
    int fd;                           /* owned memfd, inheritable by children through posix_spawn */
    const struct payload_slot *slots; /* borrowed from the mapping */
    const uint8_t *bytes;             /* borrowed from the mapping */
    size_t records;
    size_t total_bytes;   /* of payload */
    size_t distinct;      /* records that differ from all others */
    size_t skipped_lines; /* empty lines and empty files of a corpus, not records */
    size_t damaged; /* files of a corpus, taken whole, that fail the check of their format; 0 in
                       a pool that was mapped */
    char damage[PAYLOAD_DAMAGE]; /* "a.jp2: jp2: offset 4077: …" of the first; "" */
    void *mapping;               /* owned */
    size_t mapping_bytes;
};

/* On failure *out is empty. A missing, unreadable or empty corpus is RC_INPUT naming the path, and
 * so is a record above 10^9 bytes, or a kind with too few distinct records of that size. */
enum rc payload_pool_build(const struct payload_spec *spec, struct payload_pool *out,
                           struct err *e) MUST_CHECK;
/* Maps a pool somebody else built (takes over fd, also on failure). Checks magic and bounds. */
enum rc payload_pool_map(int fd, struct payload_pool *out, struct err *e) MUST_CHECK;
void payload_pool_release(struct payload_pool *p); /* NULL and empty are fine */

static inline struct span payload_pool_record(const struct payload_pool *p, size_t i)
{
    return span_of(p->bytes + p->slots[i].offset, (size_t)p->slots[i].size);
}

#endif
