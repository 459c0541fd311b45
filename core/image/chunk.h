/*
 * The chunk record: one piece of an image, with all that is needed to put it in its place.
 *
 * Byte by byte in docs/image-envelope.md: a head of 72 bytes, the image's metadata, the data. All
 * chunks of an image but the last are of one size, so index, offset, count and total bind each
 * other and a record in which they disagree is refused. The metadata stand in every chunk, so that
 * an image of which any one chunk arrived can be reported by name; the record's key is the image's
 * id as text, so that its chunks share a partition.
 * Errors: RC_INPUT for what cannot be written; RC_INTEGRITY for a record that is not one, naming
 * the field. Ownership: spans borrow from the record. Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_CHUNK_H
#define ASSAY_CORE_IMAGE_CHUNK_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum { CHUNK_VERSION = 1, CHUNK_HEAD = 72, IMAGE_ID_BYTES = 16, IMAGE_ID_TEXT = 33 };

struct image_id {
    uint8_t bytes[IMAGE_ID_BYTES]; /* 128 random bits */
};
enum rc image_id_make(struct image_id *out,
                      struct err *e) MUST_CHECK; /* from the system's random */
void image_id_format(const struct image_id *id,
                     char *text); /* 32 hex digits; IMAGE_ID_TEXT bytes */
enum rc image_id_parse(const char *text, struct image_id *out, struct err *e) MUST_CHECK;

/* What all chunks of an image say alike. */
struct chunk_image {
    struct image_id id;
    uint64_t total_size;  /* bytes of the image; >= 1 */
    uint32_t count;       /* chunks; >= 1 */
    uint32_t chunk_size;  /* bytes of every chunk but the last */
    uint32_t image_crc;   /* CRC-32C of the whole image */
    struct span metadata; /* JSON, not parsed here */
};

struct chunk {
    struct chunk_image image;
    uint32_t index;
    uint64_t offset;   /* index * image.chunk_size */
    uint32_t data_crc; /* CRC-32C of the data, as the head says */
    struct span data;
};

/* Fills total_size, chunk_size and count; RC_INPUT when the image is empty, the chunks are, or they
 * would be too many. */
enum rc chunk_image_cut(struct chunk_image *image, uint64_t total_size, uint64_t chunk_size,
                        struct err *e) MUST_CHECK;
/* Bytes of data in one chunk. */
size_t chunk_data_size(const struct chunk_image *image, uint32_t index);
/* Bytes of its record. */
size_t chunk_record_size(const struct chunk_image *image, uint32_t index);

/* Writing in place: the data put at chunk_data_at, then sealed. record holds
 * chunk_record_size(image, index) bytes. */
uint8_t *chunk_data_at(uint8_t *record, const struct chunk_image *image);
enum rc chunk_seal(uint8_t *record, const struct chunk_image *image, uint32_t index,
                   struct err *e) MUST_CHECK;

bool chunk_begins(struct span record); /* the magic is there */

/* Head and metadata; what the head says of the data is filled and so is the span, unchecked. *out
 * is untouched on failure. */
enum rc chunk_read_head(struct span record, struct chunk *out, struct err *e) MUST_CHECK;
/* What chunk_read_head leaves out: whether the data are what their checksum says. */
enum rc chunk_check_data(const struct chunk *c, struct err *e) MUST_CHECK;
/* The whole record. */
enum rc chunk_read(struct span record, struct chunk *out, struct err *e) MUST_CHECK;

#endif
