/*
 * Puts images together again from their chunks, in whatever order and however often those come.
 *
 * Memory is bounded by config.memory_bytes: images up to file_above_bytes are kept in memory while
 * there is room, all others in nameless files in config.folder (bounded by file_bytes); bookkeeping
 * is counted, images handed out are not. An image counts in full from its first chunk on. When room
 * is lacking, the image untouched for longest (of those that hold what is lacking) is given up. An
 * image that got no new chunk for timeout_ns is given up, too. Whatever is given up is reported,
 * once, with what was missing; the ids of the last finished images are remembered, so that late
 * copies of their chunks start nothing. An image is handed out only when every chunk was whole and
 * the CRC of all of it, taken from where it is kept, is the one all its chunks named. Errors:
 * RC_INFRA for memory and disk only; bad records are outcomes, not errors. Ownership: chunk records
 * are borrowed during the call; images handed out are the caller's to release. Threads: one owner;
 * no clock is read, the caller says what time it is.
 */
#ifndef ASSAY_CORE_IMAGE_REASSEMBLY_H
#define ASSAY_CORE_IMAGE_REASSEMBLY_H

#include "base/clock.h"
#include "core/image/chunk.h"

#include <stdint.h>

#define REASSEMBLY_TIMEOUT_NS (INT64_C(300) * NS_PER_S)

struct reassembly_config {
    int64_t memory_bytes; /* budget; 256 MB unless set */
    int64_t file_bytes;   /* budget of the files in folder; 64 GB unless set */
    int64_t
        file_above_bytes; /* larger images go to files; 5 MB unless set; ignored without folder */
    const char *folder;   /* borrowed while open; NULL: memory only */
    int64_t timeout_ns;   /* since the last new chunk; REASSEMBLY_TIMEOUT_NS unless set */
    int64_t image_max_bytes; /* larger images are refused; 2 GB unless set */
    size_t in_flight_max;    /* images at once; 10 000 unless set */
    size_t remembered;       /* ids of finished images; 4096 unless set */
};
void reassembly_config_init(struct reassembly_config *c);

enum reassembly_end {
    REASSEMBLY_COMPLETE,
    REASSEMBLY_TIMED_OUT, /* no new chunk for timeout_ns */
    REASSEMBLY_EVICTED,   /* gave way to a newer one: the budget was used up */
    REASSEMBLY_TOO_LARGE, /* cannot fit in the budget at all */
    REASSEMBLY_CONFLICT,  /* two of its chunks contradict each other */
    REASSEMBLY_CORRUPT,   /* every chunk was whole and the image is not */
    REASSEMBLY_FAILED,    /* memory or disk gave out */
    REASSEMBLY_CLOSED,    /* still incomplete when reassembly ended */
    REASSEMBLY_ENDS
};
extern const char *const REASSEMBLY_END_NAMES[]; /* "complete" "timed_out" …; NULL ends */

enum { REASSEMBLY_WHY = 256, REASSEMBLY_MISSING = 8 };

/* An image that was given up. */
struct reassembly_loss {
    struct image_id id;
    enum reassembly_end end;
    uint64_t total_size;
    uint32_t count, received;
    uint32_t missing[REASSEMBLY_MISSING]; /* the first indexes that did not come */
    size_t missing_count;                 /* in that array */
    uint32_t damaged;                     /* its chunks that came damaged */
    struct span metadata;                 /* valid during the call */
    char why[REASSEMBLY_WHY];             /* one sentence */
};
typedef void reassembly_on_loss(void *ctx, const struct reassembly_loss *loss);

/* An image handed out. */
struct reassembled {
    struct image_id id;
    struct span image;    /* owned, as metadata */
    struct span metadata; /* JSON */
    int64_t took_ns;      /* from its first chunk to its last */
    bool mapped;          /* private: the bytes are a mapped file, else from malloc */
};
void reassembled_release(struct reassembled *image); /* NULL and empty are fine */

enum reassembly_outcome {
    CHUNK_TAKEN,     /* a new piece */
    CHUNK_COMPLETED, /* the last piece: the image is in *image */
    CHUNK_DUPLICATE, /* had it already, or its image is complete */
    CHUNK_LATE,      /* its image was given up before */
    CHUNK_DAMAGED,   /* not a whole chunk record; why says what is wrong */
    CHUNK_ENDED      /* its image was given up because of it, and was reported */
};

struct reassembly_step {
    enum reassembly_outcome outcome;
    struct reassembled image; /* of CHUNK_COMPLETED: release it */
    char why[REASSEMBLY_WHY]; /* of CHUNK_DAMAGED and CHUNK_ENDED */
};

struct reassembly; /* opaque */

enum rc reassembly_open(const struct reassembly_config *c, reassembly_on_loss *on_loss, void *ctx,
                        struct reassembly **out, struct err *e) MUST_CHECK;
/* Reports what is still incomplete, the one untouched for longest first. NULL is fine. */
void reassembly_close(struct reassembly *r);

/* One chunk record. Gives up what has timed out by now, first. Times that run backwards are taken
 * as no time passed. After RC_INFRA the image is given up and reported. */
enum rc reassembly_add(struct reassembly *r, struct span record, struct instant now,
                       struct reassembly_step *out, struct err *e) MUST_CHECK;
/* Gives up what has timed out by now; call it now and then when no chunk comes. */
void reassembly_expire(struct reassembly *r, struct instant now);

struct reassembly_counts {
    uint64_t chunks_taken, chunks_duplicate, chunks_late, chunks_damaged;
    uint64_t ended[REASSEMBLY_ENDS];         /* images, by enum reassembly_end */
    int64_t memory_bytes, memory_peak_bytes; /* in use, bookkeeping included */
    int64_t file_bytes, file_peak_bytes;
    size_t in_flight, in_flight_peak;
};
void reassembly_counts(const struct reassembly *r, struct reassembly_counts *out);

/* The state of one image in flight. */
struct reassembly_image {
    struct image_id id;
    uint64_t total_size, received_size;
    uint32_t count, received, damaged;
    int64_t age_ns, idle_ns; /* since its first chunk; since its last new one */
    bool in_file;
    struct span metadata; /* until the next change */
};
/* Calls see for every image in flight, the one untouched for longest first. */
void reassembly_each(const struct reassembly *r, struct instant now,
                     void (*see)(void *ctx, const struct reassembly_image *i), void *ctx);
bool reassembly_find(const struct reassembly *r, const struct image_id *id, struct instant now,
                     struct reassembly_image *out);

#endif
