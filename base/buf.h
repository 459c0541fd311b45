/*
 * A growable byte buffer with a ceiling.
 *
 * Owns its memory; buf_init needs a maximum, past which every append fails with RC_INPUT instead of
 * growing for ever. After a failed call the content is what it was before. Threads: one owner.
 */
#ifndef ASSAY_BASE_BUF_H
#define ASSAY_BASE_BUF_H

#include "base/err.h"
#include "base/span.h"

struct buf {
    uint8_t *data; /* owned; always followed by one NUL when size > 0, so text can be printed */
    size_t size;   /* bytes in use */
    size_t room;   /* bytes allocated */
    size_t max;    /* ceiling in bytes */
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* NULL is fine; leaves an empty buffer with the same ceiling */
static inline void buf_clear(struct buf *b)
{
    b->size = 0;
}
static inline struct span buf_span(const struct buf *b)
{
    return span_of(b->data, b->size);
}

/* Makes room for size bytes in all (not extra). */
enum rc buf_reserve(struct buf *b, size_t size, struct err *e) MUST_CHECK;
enum rc buf_append(struct buf *b, const void *data, size_t size, struct err *e) MUST_CHECK;
enum rc buf_appendf(struct buf *b, struct err *e, const char *fmt, ...)
    PRINTF_LIKE(3, 4) MUST_CHECK;

#endif
