/*
 * The act of sending images: each goes through the router, whose messages go to the producer and
 * are noted in the ledger of messages; the image itself is noted in the ledger of images.
 *
 * No more than IMAGE_WAITING_BYTES of messages wait for their reports at a time, and no more than
 * IMAGE_WAITING_CHUNK_BYTES before another chunk goes (one message may be larger): the sending
 * thread waits for room. The client's compressed copies of what is on its way come on top. Time
 * spent making messages is summed on the board; what the object store takes is not in it.
 * Ownership: opened and closed by the sender; board, pool and producer are borrowed and outlive it.
 * Threads: image_sending_on_delivery on the producer's polling thread, all else on the sending
 * thread. The two meet in a message's ledger entry and in the image's count of open messages.
 */
#ifndef ASSAY_BENCH_TRIAL_IMAGE_SENDING_H
#define ASSAY_BENCH_TRIAL_IMAGE_SENDING_H

#include "bench/payload/payload.h"
#include "bench/trial/board.h"
#include "core/kafka/producer.h"

struct image_sending; /* opaque */

/* Opens the object store where the trial has one. producer may be NULL until the first image is
 * sent: its callback needs *out first. */
enum rc image_sending_open(struct board *b, const struct payload_pool *pool,
                           struct image_sending **out, struct err *e) MUST_CHECK;
void image_sending_use(struct image_sending *s, struct producer *producer);
/* RC_INFRA: something of ours stays in the object store. After producer_close. NULL is fine. */
enum rc image_sending_close(struct image_sending *s, struct err *e);

/* For producer_settings.on_delivery; ctx is the struct image_sending. */
void image_sending_on_delivery(void *ctx, const struct delivery_report *d);

/* Sends the image of this sequence. RC_INTERRUPTED when control says STOP. */
enum rc image_sending_send(struct image_sending *s, uint64_t sequence, int64_t intended_ns,
                           struct err *e) MUST_CHECK;
/* The next image sent suffers the trial's planted fault. */
void image_sending_plant(struct image_sending *s);
/* Hands over what a planted fault still holds back. */
enum rc image_sending_release_held(struct image_sending *s, struct err *e) MUST_CHECK;

#endif
