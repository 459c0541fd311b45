/*
 * The act of receiving images: messages become images again, each is hashed when it is whole and
 * noted in the ledger of images with the time at which it was checked.
 *
 * Envelopes are read in place, chunks go to reassembly (in memory, or in files where the trial says
 * so), references are followed to the object store and hashed piece by piece: an image of which a
 * piece is wrong does not arrive. An image that cannot be had (damaged, given up, gone from the
 * store) is counted as finished, so that nobody waits for it, and is not in the ledger; the board
 * says why of the first. Ownership: opened and closed by the receiver; the board is borrowed.
 * Threads: one owner.
 */
#ifndef ASSAY_BENCH_TRIAL_IMAGE_RECEIVING_H
#define ASSAY_BENCH_TRIAL_IMAGE_RECEIVING_H

#include "bench/trial/board.h"
#include "core/kafka/consumer.h"

struct image_receiving; /* opaque */

enum rc image_receiving_open(struct board *b, struct image_receiving **out,
                             struct err *e) MUST_CHECK;
/* What was fetched stays in the object store: the trial empties that. NULL is fine. */
void image_receiving_close(struct image_receiving *r);

/* One message. Returns its hash for the ledger of messages; 0 when it is damaged. */
uint64_t image_receiving_take(struct image_receiving *r, const struct consumed *got);
/* Images finished since the last call. */
uint32_t image_receiving_finished(struct image_receiving *r);
/* Puts what reassembly has in hand on the board, for whoever watches. */
void image_receiving_show(struct image_receiving *r);
/* Nothing more will come: gives up what is incomplete and says so on the board. */
void image_receiving_end(struct image_receiving *r);

#endif
