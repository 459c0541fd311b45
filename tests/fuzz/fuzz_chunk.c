/*
 * Any bytes, read as a chunk: what is found lies inside the record and agrees with itself, and what
 * is taken writes back to the same bytes. The CRCs, which no fuzzer guesses, are made right first.
 */
#include "base/crc32c.h"
#include "core/image/chunk.h"

#include <stdlib.h>

enum { METADATA_SIZE_AT = 56, DATA_CRC_AT = 64, HEAD_CRC_AT = 68 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct span record)
{
    struct chunk c;
    struct err e = {0};
    if (chunk_read(record, &c, &e) != RC_OK) {
        must(e.text[0] != '\0');
        return;
    }
    must(c.data.data + c.data.size == record.data + record.size);
    must(c.index < c.image.count && c.offset + c.data.size <= c.image.total_size);
    must((c.offset + c.data.size == c.image.total_size) == (c.index == c.image.count - 1));
    uint8_t *again = malloc(record.size);
    must(again != NULL && chunk_record_size(&c.image, c.index) == record.size);
    memcpy(chunk_data_at(again, &c.image), c.data.data, c.data.size);
    must(chunk_seal(again, &c.image, c.index, &e) == RC_OK);
    must(memcmp(again, record.data, record.size) == 0);
    free(again);
}

static void put_crc(uint8_t *at, uint32_t crc)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void mend(uint8_t *record, size_t size)
{
    size_t metadata = (size_t)record[METADATA_SIZE_AT + 2] << 8 | record[METADATA_SIZE_AT + 3];
    if (metadata > size - CHUNK_HEAD)
        return;
    const uint8_t *data = record + CHUNK_HEAD + metadata;
    put_crc(record + DATA_CRC_AT, crc32c(span_of(data, size - CHUNK_HEAD - metadata)));
    put_crc(record + HEAD_CRC_AT, crc32c_more(crc32c(span_of(record, HEAD_CRC_AT)),
                                              span_of(record + CHUNK_HEAD, metadata)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(span_of(data, size));
    if (size < CHUNK_HEAD)
        return 0;
    uint8_t *copy = malloc(size);
    must(copy != NULL);
    memcpy(copy, data, size);
    mend(copy, size);
    check(span_of(copy, size));
    free(copy);
    return 0;
}
