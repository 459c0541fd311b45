/*
 * Any bytes, checked as an image: nothing is read past the end, it ends, and who is refused is told
 * why. A PNG's CRCs, which no fuzzer guesses, are made right first.
 */
#include "core/image/format/image_format.h"

#include <stdlib.h>
#include <zlib.h>

enum { PNG_MAGIC = 8, FRAME = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct span bytes)
{
    struct err e = {0};
    const struct image_format *f = NULL;
    enum rc rc = image_format_check(bytes, &f, &e);
    if ((rc == RC_OK) != (f != NULL) || (rc != RC_OK && e.text[0] == '\0'))
        abort();
}

static void mend_png(uint8_t *data, size_t size)
{
    size_t at = PNG_MAGIC;
    while (at <= size && size - at >= FRAME) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                        (size_t)data[at + 2] << 8 | data[at + 3];
        if (length > size - at - FRAME)
            return;
        uint32_t crc = (uint32_t)crc32(0, data + at + 4, (uInt)length + 4);
        for (size_t i = 0; i < 4; i++)
            data[at + 8 + length + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += FRAME + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(span_of(data, size));
    if (size < PNG_MAGIC || data[0] != 0x89 || data[1] != 'P')
        return 0;
    uint8_t *copy = malloc(size);
    if (copy == NULL)
        return 0;
    memcpy(copy, data, size);
    mend_png(copy, size);
    check(span_of(copy, size));
    free(copy);
    return 0;
}
