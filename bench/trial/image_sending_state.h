/* What sending images holds. For image_sending.c, image_outgoing.c and image_faults.c only. */
#ifndef ASSAY_BENCH_TRIAL_IMAGE_SENDING_STATE_H
#define ASSAY_BENCH_TRIAL_IMAGE_SENDING_STATE_H

#include "bench/trial/image_sending.h"
#include "core/image/router.h"
#include "core/s3/object_store.h"

enum { PLANTED_MAX = 2 };
#define IMAGE_NOT_IN_LEDGER UINT64_MAX /* tag of a planted message */

/* One message, from the router until its report. */
struct outgoing {
    uint8_t *value; /* owned */
    size_t size;
    uint64_t image; /* sequence */
    size_t topic;   /* of the trial's; 0 where it has one */
    uint64_t hash;
    bool is_chunk;
    char key[IMAGE_ID_TEXT];
};

struct image_sending {
    struct board *b;
    const struct payload_pool *pool;
    struct producer *producer;
    struct sent_entry *messages, *images; /* the ledgers */
    const char **formats;                 /* owned; of the pool's records, static names */
    _Atomic uint32_t
        *open; /* owned; by image: messages not reported on, and one while it is sent */
    struct outgoing *outgoing; /* owned; by tag */
    uint64_t next;             /* tag */
    _Atomic int64_t waiting;   /* bytes without a report */
    _Atomic uint32_t reports;
    struct s3_store *store; /* owned; NULL: none */
    struct router router;
    int64_t timed_ns;  /* of image_metrics.took_ns, seen so far */
    uint64_t sequence; /* of the image being sent */
    int64_t intended_ns;
    bool plant;                           /* the fault happens to this image */
    struct outgoing *held;                /* owned; kept back by a planted fault, in order */
    size_t held_count, held_next;         /* those before next have gone */
    uint64_t held_image;                  /* whose they are */
    struct outgoing planted[PLANTED_MAX]; /* of nobody's ledger; freed at the end */
    size_t planted_count;
};

/* One less of the image to wait for; the last one completes it. */
void image_sending_end_part(struct image_sending *s, uint64_t image);
/* To the producer under tag, waiting while its queue is full. */
enum rc image_sending_produce(struct image_sending *s, const struct outgoing *m, uint64_t tag,
                              struct err *e) MUST_CHECK;
/* To the producer under the next tag. The message is the table's from here on, or freed. */
enum rc image_sending_hand_over(struct image_sending *s, const struct outgoing *m,
                                struct err *e) MUST_CHECK;
/* The next message that a fault holds back, if there is one. */
enum rc image_sending_release_one(struct image_sending *s, struct err *e) MUST_CHECK;
/* A message of the image on which the fault was planted, in the place of image_sending_hand_over.
 */
enum rc image_sending_commit_fault(struct image_sending *s, const struct outgoing *m,
                                   struct err *e) MUST_CHECK;

#endif
