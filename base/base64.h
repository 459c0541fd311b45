/*
 * base64 with padding (RFC 4648, section 4), for short texts in files of ours; bulk data on its way
 * to Kafka goes through core/encode/encoding.h.
 *
 * Decoding is strict: length a multiple of 4, no foreign characters, padding at the end only.
 * Ownership: out is borrowed and appended to. Threads: pure functions.
 */
#ifndef ASSAY_BASE_BASE64_H
#define ASSAY_BASE_BASE64_H

#include "base/buf.h"

/* Writes the text and a NUL; text must hold (bytes.size + 2) / 3 * 4 + 1 characters. */
void base64_text(struct span bytes, char *text);
enum rc base64_append(struct buf *out, struct span bytes, struct err *e) MUST_CHECK;
/* RC_INPUT names the position of the first wrong character. */
enum rc base64_decode(struct span text, struct buf *out, struct err *e) MUST_CHECK;

#endif
