/*
 * How a record travels: as it is, as the documents did it before (base64 inside a JSON document),
 * or as an image on one of the routes of core/image, which builds those records itself.
 *
 * The document is one line, its members always in this order and without spaces:
 *   {"timestamp":"2025-10-13T10:00:00Z","sensor":"OLI","format":"tiff","data":"<base64>"}
 * Sizes are known beforehand and exact, so nothing is copied twice and nothing grows. Base64 is
 * RFC 4648 section 4, padded, decoded strictly: canonical or refused.
 * Ownership: spans are borrowed, output goes where the caller says. Threads: pure functions.
 */
#ifndef ASSAY_CORE_ENCODE_ENCODING_H
#define ASSAY_CORE_ENCODE_ENCODING_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum encoding {
    ENCODING_RAW,
    ENCODING_BASE64_JSON,
    ENCODING_ENVELOPE, /* images: one record each, in its envelope */
    ENCODING_CHUNKS,   /* images: in chunks */
    ENCODING_OBJECT,   /* images: in the object store, a reference in the topic */
    ENCODING_ROUTED,   /* images: one of these three, by size */
};
extern const char *const ENCODING_NAMES[]; /* by enum encoding, NULL-terminated */

/* True for the encodings of images, which the functions below do not handle. */
static inline bool encoding_is_image(enum encoding how)
{
    return how >= ENCODING_ENVELOPE;
}

/* What stands beside the data in a document. Plain words: no quote, backslash or control byte. */
struct encoding_note {
    const char *timestamp; /* "2025-10-13T10:00:00Z" */
    const char *sensor;    /* "OLI" */
    const char *format;    /* "tiff" */
};

/* True when every member may stand in a document as it is. */
bool encoding_note_valid(const struct encoding_note *n);

/* Bytes of the record that data becomes; exact. SIZE_MAX when that does not fit in memory, and for
 * images. */
size_t encoding_size(enum encoding how, const struct encoding_note *n, size_t data_size);
/* Writes exactly encoding_size(how, n, data.size) bytes to out, which must hold them. RC_INPUT when
 * the note is not valid. ENCODING_RAW copies: where you can, hand the data on instead. */
enum rc encoding_write(enum encoding how, const struct encoding_note *n, struct span data,
                       uint8_t *out, struct err *e) MUST_CHECK;

/* What was read; text members borrow from the record. */
struct encoding_read {
    struct span timestamp, sensor, format;
    size_t data_size;
};
/* Reads a base64-JSON document; the data goes to out, for which room of
 * record.size bytes always suffices; out must not overlap the record. RC_INPUT says what is wrong
 * and where. */
enum rc encoding_read_document(struct span record, uint8_t *out, size_t room,
                               struct encoding_read *read, struct err *e) MUST_CHECK;

#endif
