/*
 * Any bytes, read as a run of stored batches and, CRC or no CRC, decoded: nothing is read past the
 * end, what is found lies inside the bytes, and what is counted agrees with the header.
 */
#include "core/log/stored_batch.h"
#include "core/log/stored_body.h"

#include <stdlib.h>

enum { BODY_MAX = 1048576 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void decode(const struct stored_batch *b)
{
    struct stored_decoder d;
    struct stored_body body;
    struct err e = {0};
    stored_decoder_init(&d, BODY_MAX);
    if (stored_decoder_read(&d, b, &body, &e) == RC_OK)
        must(body.records == b->records && body.value_bytes + body.key_bytes <= body.body_bytes);
    else
        must(e.text[0] != '\0');
    stored_decoder_release(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of(data, size);
    struct stored_batch b;
    enum stored_batch_found found;
    struct err e = {0};
    while (stored_batch_next(&rest, &b, &found, &e) == RC_OK && found == STORED_BATCH_WHOLE)
        must(b.whole.data >= data && b.whole.data + b.whole.size == rest.data);
    must(rest.data + rest.size == data + size);

    rest = span_of(data, size); /* again without CRCs, which no fuzzer guesses */
    while (stored_batch_read(rest, &b, &found, &e) == RC_OK && found == STORED_BATCH_WHOLE) {
        must(b.last_offset >= b.base_offset && b.records <= b.last_offset - b.base_offset + 1);
        must((size_t)b.stored_bytes == b.whole.size && b.whole.size <= rest.size);
        decode(&b);
        rest = span_of(rest.data + b.whole.size, rest.size - b.whole.size);
    }
    return 0;
}
