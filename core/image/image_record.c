#include "core/image/image_record.h"

#include "core/image/chunk.h"
#include "core/image/envelope.h"
#include "core/image/image_document.h"

#include <stdio.h>

const char *const IMAGE_RECORD_NAMES[] = {
    [IMAGE_RECORD_ENVELOPE] = "envelope",
    [IMAGE_RECORD_DOCUMENT] = "document",
    [IMAGE_RECORD_CHUNK] = "chunk",
    [IMAGE_RECORD_REFERENCE] = "reference",
    NULL,
};

enum { SHOWN_BYTES = 4 };

static enum rc read_envelope(struct span record, struct image_record *out, struct err *e)
{
    struct envelope env;
    struct image_record got;
    enum rc rc = envelope_read(record, &env, e);
    if (rc != RC_OK)
        return rc;
    struct err why = {0};
    if (metadata_read(env.metadata, &got.metadata, &why) != RC_OK)
        return err_set(e, RC_INTEGRITY, "image envelope: %s", why.text);
    got.kind = env.kind == ENVELOPE_IMAGE ? IMAGE_RECORD_ENVELOPE : IMAGE_RECORD_REFERENCE;
    got.image = env.data;
    *out = got;
    return RC_OK;
}

static enum rc read_document(struct span record, struct buf *decoded, struct image_record *out,
                             struct err *e)
{
    struct image_record got = {.kind = IMAGE_RECORD_DOCUMENT};
    enum rc rc = image_document_read(record, decoded, &got.metadata, e);
    if (rc != RC_OK)
        return rc;
    got.image = buf_span(decoded);
    *out = got;
    return RC_OK;
}

enum rc image_record_read(struct span record, struct buf *decoded, struct image_record *out,
                          struct err *e)
{
    char shown[SHOWN_BYTES * 3 + 1] = " nothing";
    if (envelope_begins(record))
        return read_envelope(record, out, e);
    if (image_document_begins(record))
        return read_document(record, decoded, out, e);
    if (chunk_begins(record)) {
        *out = (struct image_record){.kind = IMAGE_RECORD_CHUNK};
        return RC_OK;
    }
    for (size_t i = 0; i < SHOWN_BYTES && i < record.size; i++)
        (void)snprintf(shown + i * 3, sizeof shown - i * 3, " %02x", record.data[i]);
    return err_set(e, RC_INTEGRITY, "no image record: it begins with%s", shown);
}
