/*
 * The record envelope: metadata as JSON and binary data side by side in one Kafka record.
 *
 * Byte by byte in docs/image-envelope.md: a head of 28 bytes (magic, version, kind, sizes, CRC-32C
 * of the data, CRC-32C of head and metadata), the metadata, the data; nothing after them.
 * Reading copies nothing. Writing copies the data once, or not at all: reserve a record, read the
 * data into its place, seal it.
 * Errors: RC_INPUT for what cannot be written; RC_INTEGRITY for a record that is not one, naming
 * the field that is wrong. Ownership: spans borrow from the record. Threads: pure functions.
 */
#ifndef ASSAY_CORE_IMAGE_ENVELOPE_H
#define ASSAY_CORE_IMAGE_ENVELOPE_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum { ENVELOPE_VERSION = 1, ENVELOPE_HEAD = 28 };

enum envelope_kind {
    ENVELOPE_IMAGE = 1,    /* the data are the image */
    ENVELOPE_REFERENCE = 2 /* the data are JSON that says where the image is */
};

struct envelope {
    enum envelope_kind kind;
    struct span metadata; /* JSON, not parsed here */
    struct span data;
};

/* Exact. SIZE_MAX when that does not fit in memory. */
size_t envelope_size(size_t metadata_size, size_t data_size);
/* Writes exactly envelope_size(…) bytes to out, which must hold them and not overlap the data. */
enum rc envelope_write(const struct envelope *env, uint8_t *out, struct err *e) MUST_CHECK;

/* Writing in place: data_size bytes put at envelope_data_at(record, metadata.size), then sealed:
 * head and metadata are written before them. record holds envelope_size(…) bytes. */
uint8_t *envelope_data_at(uint8_t *record, size_t metadata_size);
enum rc envelope_seal(uint8_t *record, enum envelope_kind kind, struct span metadata,
                      size_t data_size, struct err *e) MUST_CHECK;

/* True when the first bytes are an envelope's magic: then envelope_read is the right reader. */
bool envelope_begins(struct span record);
/* *out is untouched on failure. Every byte is checked. */
enum rc envelope_read(struct span record, struct envelope *out, struct err *e) MUST_CHECK;

#endif
