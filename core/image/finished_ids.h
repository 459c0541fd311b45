/*
 * The ids of the last images that were finished, and whether they were complete.
 *
 * The oldest makes room for the newest. Ownership: fixed memory, taken at the start.
 * Threads: one owner.
 */
#ifndef ASSAY_CORE_IMAGE_FINISHED_IDS_H
#define ASSAY_CORE_IMAGE_FINISHED_IDS_H

#include "core/image/chunk.h"

struct finished_id {
    struct image_id id;
    size_t next; /* in its bucket; FINISHED_NONE ends */
    bool complete;
};
#define FINISHED_NONE SIZE_MAX

struct finished_ids {
    struct finished_id *ring; /* owned */
    size_t *buckets;          /* owned; first of each, as many as the ring has places */
    size_t room;
    size_t count;
    size_t newest; /* where the next one goes */
};

/* Bytes it takes for room ids. */
size_t finished_ids_bytes(size_t room);
enum rc finished_ids_init(struct finished_ids *f, size_t room, struct err *e) MUST_CHECK;
void finished_ids_release(struct finished_ids *f);

/* The id must not be in the set. */
void finished_ids_add(struct finished_ids *f, const struct image_id *id, bool complete);
const struct finished_id *finished_ids_find(const struct finished_ids *f,
                                            const struct image_id *id); /* NULL: not there */

#endif
