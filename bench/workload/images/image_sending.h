/*
 * The act of sending images: each goes through the router, whose messages go to the producer and
 * are noted in the ledger of messages; the image itself is noted in the ledger of images.
 *
 * No more than IMAGE_WAITING_BYTES of messages wait for their reports at a time, and no more than
 * IMAGE_WAITING_CHUNK_BYTES before another chunk goes (one message may be larger): the sending
 * thread waits for room. The client's compressed copies of what is on its way come on top. Time
 * spent making messages is summed in the region; what the object store takes is not in it.
 * For image_sending.c, image_outgoing.c and image_faults.c only. Ownership: opened and closed by
 * the sender, which it borrows. Threads: image_sending_on_delivery on the producer's polling
 * thread, all else on the sending thread. The two meet in a message's ledger entry and in the
 * image's count of open messages.
 */
#ifndef ASSAY_BENCH_WORKLOAD_IMAGES_IMAGE_SENDING_H
#define ASSAY_BENCH_WORKLOAD_IMAGES_IMAGE_SENDING_H

#include "bench/workload/images/images.h"
#include "bench/workload/records/sender.h"
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
    struct sending *by; /* the sender; its producer is open before the first image */
    const struct images_spec *spec;
    struct image_sender_region *region;
    const struct payload_pool *pool;
    struct sent_entry *messages, *images; /* the ledgers */
    const char **formats;                 /* owned; of the pool's records, static names */
    _Atomic uint32_t
        *open; /* owned; by image: messages not reported on, and one while it is sent */
    struct outgoing *outgoing; /* owned; by tag */
    uint64_t next;             /* tag */
    _Atomic int64_t waiting;   /* bytes without a report */
    _Atomic uint32_t reports;
    uint32_t seen;          /* of the reports, before it was looked whether there is room */
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

/* For producer_settings.on_delivery; ctx is the struct image_sending. */
void image_sending_on_delivery(void *ctx, const struct delivery_report *d);
/* One less of the image to wait for; the last one completes it. */
void image_sending_end_part(struct image_sending *s, uint64_t image);
/* To the producer under tag, waiting while its queue is full. */
enum rc image_sending_produce(struct image_sending *s, const struct outgoing *m, uint64_t tag,
                              struct err *e) MUST_CHECK;
/* To the producer under the next tag. The message is the table's from here on, or freed. */
enum rc image_sending_hand_over(struct image_sending *s, const struct outgoing *m,
                                struct err *e) MUST_CHECK;
/* Hands over all that a planted fault still holds back. */
enum rc image_sending_release_held(struct image_sending *s, struct err *e) MUST_CHECK;
/* The next message that a fault holds back, if there is one. */
enum rc image_sending_release_one(struct image_sending *s, struct err *e) MUST_CHECK;
/* A message of the image on which the fault was planted, in the place of image_sending_hand_over.
 */
enum rc image_sending_commit_fault(struct image_sending *s, const struct outgoing *m,
                                   struct err *e) MUST_CHECK;

#endif
