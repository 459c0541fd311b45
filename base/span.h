/* A borrowed run of bytes. The holder never frees it; who lends it says how long it lives. */
#ifndef ASSAY_BASE_SPAN_H
#define ASSAY_BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *data; /* may be NULL only when size is 0 */
    size_t size;         /* bytes */
};

static inline struct span span_of(const void *data, size_t size)
{
    return (struct span){.data = data, .size = size};
}

static inline struct span span_str(const char *text)
{
    return span_of(text, strlen(text));
}

#endif
