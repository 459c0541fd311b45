/*
 * Images of which some chunks have arrived, found by id, ordered by when they were last touched.
 *
 * Ownership: a struct flights owns every flight in it. Threads: one owner.
 */
#ifndef ASSAY_CORE_IMAGE_FLIGHT_H
#define ASSAY_CORE_IMAGE_FLIGHT_H

#include "base/clock.h"
#include "core/image/chunk.h"
#include "core/image/image_space.h"

struct flight {
    struct flight *older, *newer; /* by last touch */
    struct flight *next;          /* in its bucket */
    struct chunk_image image;     /* its metadata are owned */
    uint32_t *crcs;               /* owned; of the data of every chunk that came */
    uint8_t *seen;                /* owned; a bit per chunk */
    uint32_t received;            /* chunks */
    uint64_t received_size;
    uint32_t damaged; /* chunks that came damaged */
    struct instant first, last;
    struct image_space space;
    bool in_file;
};

struct flights {
    struct flight **buckets; /* owned */
    struct flight *oldest, *newest;
    size_t count;
};

/* Bytes of the empty table, and of one flight without its space. */
size_t flights_bytes(void);
uint64_t flight_bytes(const struct chunk_image *image);

enum rc flights_init(struct flights *all, struct err *e) MUST_CHECK;
void flights_release(struct flights *all); /* with every flight */

struct flight *flights_find(const struct flights *all, const struct image_id *id); /* or NULL */
/* A new one, the newest; folder as image_space_open takes it. */
enum rc flights_add(struct flights *all, const struct chunk_image *image, const char *folder,
                    struct flight **out, struct err *e) MUST_CHECK;
void flights_remove(struct flights *all, struct flight *f); /* and frees it */
void flights_touch(struct flights *all, struct flight *f);  /* marks the flight as the newest */

bool flight_has(const struct flight *f, uint32_t index);
void flight_note(struct flight *f, uint32_t index, uint32_t crc); /* it came */

#endif
