/*
 * Reads an image from a record of either kind: the envelope, or base64 in a JSON document.
 *
 * With it a topic that holds both, because a sender was rolled back or forth, stays readable. A
 * chunk or a reference is recognised and named, for the reader that can follow it.
 * Errors: RC_INTEGRITY for a record of a known kind that is damaged, and for one of no known kind.
 * Ownership: metadata and, for an envelope, the image borrow from the record; a document's image
 * is decoded into the caller's buffer. Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_IMAGE_RECORD_H
#define ASSAY_CORE_IMAGE_IMAGE_RECORD_H

#include "base/buf.h"
#include "core/image/metadata.h"

enum image_record_kind {
    IMAGE_RECORD_ENVELOPE,
    IMAGE_RECORD_DOCUMENT,  /* base64 in JSON */
    IMAGE_RECORD_CHUNK,     /* for reassembly: only kind is filled */
    IMAGE_RECORD_REFERENCE, /* image is the reference's JSON: for the object store */
};
extern const char *const IMAGE_RECORD_NAMES[]; /* by kind; NULL ends */

struct image_record {
    enum image_record_kind kind;
    struct image_metadata metadata;
    struct span image;
};

/* decoded: where a document's image goes, replacing what was there; its ceiling must leave 3 bytes
 * beyond the image. *out is untouched on failure. */
enum rc image_record_read(struct span record, struct buf *decoded, struct image_record *out,
                          struct err *e) MUST_CHECK;

#endif
