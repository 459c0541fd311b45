/*
 * Any run of chunk records, their checksums made right, through a reassembly with little room:
 * the budget holds, an image is handed out only when it has the CRC its chunks name, and every
 * image that was begun ends once.
 * Input: records one after another, each with its length before it in two bytes.
 */
#include "base/crc32c.h"
#include "core/image/reassembly.h"

#include <stdlib.h>

enum { METADATA_SIZE_AT = 56, IMAGE_CRC_AT = 60, DATA_CRC_AT = 64, HEAD_CRC_AT = 68 };
static const int64_t STEP_NS = INT64_C(40) * NS_PER_S;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void put_crc(uint8_t *at, uint32_t crc)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void mend(uint8_t *record, size_t size)
{
    if (size < CHUNK_HEAD)
        return;
    size_t metadata = (size_t)record[METADATA_SIZE_AT + 2] << 8 | record[METADATA_SIZE_AT + 3];
    if (metadata > size - CHUNK_HEAD)
        return;
    const uint8_t *data = record + CHUNK_HEAD + metadata;
    size_t data_size = size - CHUNK_HEAD - metadata;
    put_crc(record + DATA_CRC_AT, crc32c(span_of(data, data_size)));
    if (record[IMAGE_CRC_AT] == 0) /* an image of one chunk gets the right CRC, too */
        put_crc(record + IMAGE_CRC_AT, crc32c(span_of(data, data_size)));
    put_crc(record + HEAD_CRC_AT, crc32c_more(crc32c(span_of(record, HEAD_CRC_AT)),
                                              span_of(record + CHUNK_HEAD, metadata)));
}

static void count_loss(void *ctx, const struct reassembly_loss *loss)
{
    uint64_t *losses = ctx;
    ++*losses;
    must(loss->end != REASSEMBLY_COMPLETE && loss->why[0] != '\0' &&
         loss->missing_count <= REASSEMBLY_MISSING);
}

static void add(struct reassembly *r, struct span record, struct instant now)
{
    struct err e = {0};
    struct reassembly_step step;
    struct chunk c;
    must(reassembly_add(r, record, now, &step, &e) == RC_OK);
    if (step.outcome == CHUNK_COMPLETED) {
        must(chunk_read(record, &c, &e) == RC_OK);
        must(step.image.image.size == c.image.total_size);
        must(crc32c(step.image.image) == c.image.image_crc);
    }
    reassembled_release(&step.image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reassembly_config config;
    struct reassembly *r = NULL;
    struct reassembly_counts n = {0};
    struct err e = {0};
    uint64_t losses = 0;
    reassembly_config_init(&config);
    config.memory_bytes = 50000;
    config.remembered = 4;
    must(reassembly_open(&config, count_loss, &losses, &r, &e) == RC_OK);
    int64_t empty = 0;
    reassembly_counts(r, &n);
    empty = n.memory_bytes;
    struct instant now = {.ns = 1};
    while (size >= 2) {
        size_t length = (size_t)data[0] << 8 | data[1];
        length = length < size - 2 ? length : size - 2;
        uint8_t *record = malloc(length + 1);
        must(record != NULL);
        memcpy(record, data + 2, length);
        mend(record, length);
        add(r, span_of(record, length), now);
        free(record);
        reassembly_counts(r, &n);
        must(n.memory_bytes <= config.memory_bytes && n.memory_bytes >= empty);
        must(n.in_flight > 0 || n.memory_bytes == empty);
        data += 2 + length;
        size -= 2 + length;
        now = instant_after(now, STEP_NS);
    }
    uint64_t ended = losses;
    reassembly_close(r);
    must(losses == ended + n.in_flight);
    return 0;
}
