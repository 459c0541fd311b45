/*
 * What becomes of an image in a trial: by which route it goes, how many messages that makes, how
 * large they are, and how it is known again at the other end.
 *
 * An image of a trial is named by its sequence: its id is eight bytes of the trial's seed and eight
 * of the sequence, big-endian, which is also the key of all its messages. What a message's hash in
 * the ledger covers is its head: the checksum of the data stands in it, and who reads the message
 * holds the data against that.
 * Ownership: plain values. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_WORKLOAD_IMAGES_IMAGE_RULE_H
#define ASSAY_BENCH_WORKLOAD_IMAGES_IMAGE_RULE_H

#include "core/image/chunk.h"
#include "core/image/metadata.h"
#include "core/image/route.h"
#include "scenarios/scenario.h"

/* Messages of a sender that wait for their reports: at most so many bytes, and chunks at most so
 * many before another goes. */
enum { IMAGE_WAITING_BYTES = 64000000, IMAGE_WAITING_CHUNK_BYTES = 40000000 };

/* The thresholds that make images go as the encoding says; zeroed for one that is of no image. */
struct route_rule image_rule_of(const struct scenario *s, enum encoding how);

/* Messages that an image becomes. */
int64_t image_rule_messages(const struct route_rule *rule, int64_t image_bytes);
/* Bytes of the largest message that images up to this size become; an upper bound. */
int64_t image_rule_message_bytes(const struct route_rule *rule, int64_t largest_image);
/* Whether images of this size need an object store. */
bool image_rule_needs_store(const struct route_rule *rule, int64_t largest_image);

/* What is said of every image that is made up; format as in IMAGE_FORMATS. */
struct image_metadata image_rule_metadata(const char *source_id, const char *format);

void image_rule_id(uint64_t seed, uint64_t sequence, struct image_id *out);
/* False when it is not one of this trial's. */
bool image_rule_sequence(uint64_t seed, const struct image_id *id, uint64_t *sequence);

/* Of a message whose data begin data_at bytes into it. */
uint64_t image_rule_hash(struct span message, size_t data_at);

#endif
