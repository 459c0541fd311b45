/*
 * Base64 of a few bytes, for generators of JSON that carries device bytes (RFC 4648, section 4).
 * Whole payloads are encoded in core/image, with a library made for it.
 */
#ifndef ASSAY_BENCH_PAYLOAD_BASE64_TEXT_H
#define ASSAY_BENCH_PAYLOAD_BASE64_TEXT_H

#include "base/span.h"

/* Writes the text and a NUL; text must hold (bytes.size + 2) / 3 * 4 + 1 characters. */
void base64_text(struct span bytes, char *text);

#endif
