/*
 * At which level was a stored batch compressed? Told from its size.
 *
 * The bodies of the first batches are kept, and compressed once more, by the libraries at hand, at
 * every level and in every manner of their codec (codec.h). A level whose bytes come to the stored
 * size for every batch fits exactly; libraries of other versions give other sizes, so otherwise all
 * levels that come near are named. Neighbouring levels may come to the same.
 * Ownership: a struct stored_levels owns its working memory; release it. Threads: one owner.
 */
#ifndef ASSAY_CORE_LOG_STORED_LEVEL_H
#define ASSAY_CORE_LOG_STORED_LEVEL_H

#include "core/log/stored_body.h"

enum {
    STORED_LEVEL_BATCHES = 8,              /* of each codec so many are compared, then no more */
    STORED_LEVEL_BYTES = 64 * 1024 * 1024, /* once their bodies take so much, no more are */
    STORED_LEVEL_FITS = 64                 /* most pairs of level and manner of one codec */
};

struct level_fit {
    const char *manner; /* static */
    int level;
    int64_t bytes; /* of the compared bodies, compressed at that level */
    int64_t off;   /* bytes by which single batches differ from what is stored, summed up */
};

struct codec_levels {
    const struct codec *codec;                /* NULL: no batch of it was compared */
    int64_t batches, stored_bytes;            /* compared; bytes of their bodies */
    struct buf bodies[STORED_LEVEL_BATCHES];  /* owned; decompressed */
    size_t stored[STORED_LEVEL_BATCHES];      /* bytes of each as it is stored */
    struct level_fit fits[STORED_LEVEL_FITS]; /* nearest first, by stored_levels_rank */
    size_t fit_count;
    int gzip_extra_flags; /* XFL of RFC 1952: 2 "slowest", 4 "fastest"; 0: not told; -1: varies */
};

struct stored_levels {
    struct codec_levels of[STORED_CODEC_IDS]; /* by codec id */
    struct stored_decoder decoder;            /* owned */
};

void stored_levels_init(struct stored_levels *l);
void stored_levels_release(struct stored_levels *l); /* NULL is fine */
/* Batches of codecs without levels, and those past what is kept, are passed over. */
enum rc stored_levels_add(struct stored_levels *l, const struct stored_batch *b,
                          struct err *e) MUST_CHECK;
/* Compares what was added, once: seconds where batches are of zstd. */
enum rc stored_levels_rank(struct stored_levels *l, struct err *e) MUST_CHECK;
/* How many of the nearest fits may be the level: those that come to the stored bytes, or, where
 * none does because another library wrote them, all within half a percent: levels side by side lie
 * nearer to each other than two versions of a library do. At least one; c has been ranked and has
 * fits. */
size_t codec_levels_nearest(const struct codec_levels *c);

#endif
