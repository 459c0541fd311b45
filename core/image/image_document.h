/*
 * The document that carried images before: metadata and the image, as base64, in one JSON object.
 *
 *   {"timestamp":"2025-10-13T10:00:00Z","format":"tiff","source_id":"x","data":"<base64>"}
 * Written are the members of metadata.h and then data, without spaces. Read is any object with a
 * member data, as other services write it; what else is known need not be there. That is fast where
 * data come last, and as slow as a JSON parser elsewhere. Base64 is RFC 4648 section 4, padded,
 * canonical or refused.
 * Errors: RC_INPUT for what cannot be written, RC_INTEGRITY for what is no such document; else the
 * source's own. Ownership: spans are borrowed. Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_IMAGE_DOCUMENT_H
#define ASSAY_CORE_IMAGE_IMAGE_DOCUMENT_H

#include "base/buf.h"
#include "core/image/metadata.h"
#include "core/image/route.h"

/* Exact; SIZE_MAX when that does not fit in memory. metadata: JSON as metadata_write makes it. */
size_t image_document_size(size_t metadata_size, size_t data_size);
/* Writes exactly image_document_size(…) bytes to out. The image is read piece by piece. */
enum rc image_document_write(struct span metadata, const struct image_source *image, uint8_t *out,
                             struct err *e) MUST_CHECK;

/* True when the first byte that is no blank begins an object. */
bool image_document_begins(struct span record);
/* The image replaces what was in *image; *m is untouched on failure. */
enum rc image_document_read(struct span record, struct buf *image, struct image_metadata *m,
                            struct err *e) MUST_CHECK;

#endif
