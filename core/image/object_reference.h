/*
 * The reference that travels in the topic in place of an image in the object store: one JSON
 * object.
 *
 * {"store":"s3","bucket":"imagery","key":"images/5f….zst","etag":"\"9b…\"","codec":"zstd-1",
 *  "size":104857600,"stored_size":83886080,"frame_bytes":8388608,
 *  "frames":[[671088,3735928559],…],"url":"https://…","expires":"2025-10-13T11:00:00Z"}
 * The object is its frames one after the other; each is frame_bytes of the image (the last the
 * rest), compressed by itself: a file that gzip -d, zstd -d and lz4 -d read. A frame tells its
 * stored bytes and the CRC-32C of the image's bytes in it. codec none: the image as it is.
 * It may come from anyone who can write to the topic: a key that leaves the bucket (.., a leading
 * slash), and texts that would break the lines of a request, are refused.
 * Errors: RC_INTEGRITY names the member that is wrong. Ownership: frames belong to the struct.
 * Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_OBJECT_REFERENCE_H
#define ASSAY_CORE_IMAGE_OBJECT_REFERENCE_H

#include "base/buf.h"
#include "base/err.h"
#include "codecs/codec.h"

#include <stdint.h>

enum { REFERENCE_TEXT = 512, REFERENCE_URL_TEXT = 8192, REFERENCE_FRAMES_MAX = 1 << 20 };

struct object_frame {
    int64_t stored_size;
    uint32_t crc32c; /* of the image's bytes */
};

struct object_reference {
    char bucket[REFERENCE_TEXT], key[REFERENCE_TEXT];
    char etag[REFERENCE_TEXT]; /* with its quotes */
    struct codec_spec codec;
    int64_t size;        /* of the image */
    int64_t stored_size; /* of the object: the sum of its frames */
    int64_t frame_bytes;
    struct object_frame *frames; /* owned */
    size_t frame_count;
    char url[REFERENCE_URL_TEXT]; /* presigned; "": none */
    char expires[32];             /* of the URL */
};

/* Bytes of the image in frame i. */
int64_t object_frame_size(const struct object_reference *r, size_t i);

/* Appends the JSON, one line. */
enum rc object_reference_write(const struct object_reference *r, struct buf *out,
                               struct err *e) MUST_CHECK;
/* On failure *out is empty. */
enum rc object_reference_read(struct span json, struct object_reference *out,
                              struct err *e) MUST_CHECK;
void object_reference_release(struct object_reference *r); /* zeroed is fine */

#endif
