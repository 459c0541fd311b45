/*
 * Any bytes, read as an envelope and as metadata: what is found lies inside the record, and what is
 * taken writes back to the same bytes. CRCs, which no fuzzer guesses, are made right first.
 */
#include "core/image/envelope.h"
#include "core/image/metadata.h"

#include <stdlib.h>

enum { KIND_AT = 5 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void read_metadata(struct span json)
{
    struct image_metadata m, again;
    struct buf b;
    struct err e = {0};
    if (metadata_read(json, &m, &e) != RC_OK) {
        must(e.text[0] != '\0');
        return;
    }
    buf_init(&b, METADATA_MAX);
    must(metadata_write(&m, &b, &e) == RC_OK && metadata_read(buf_span(&b), &again, &e) == RC_OK);
    must(strcmp(m.source_id, again.source_id) == 0 && m.lat == again.lat && m.lon == again.lon);
    buf_release(&b);
}

static void read_record(struct span record)
{
    struct envelope env;
    struct err e = {0};
    if (envelope_read(record, &env, &e) != RC_OK) {
        must(e.text[0] != '\0');
        return;
    }
    must(env.data.data + env.data.size == record.data + record.size);
    must(envelope_size(env.metadata.size, env.data.size) == record.size);
    uint8_t *again = malloc(record.size);
    must(again != NULL && envelope_write(&env, again, &e) == RC_OK);
    must(memcmp(again, record.data, record.size) == 0);
    free(again);
    read_metadata(env.metadata);
}

/* Seals what was given as a record: its sizes stay where they fit. */
static void read_mended(struct span bytes)
{
    struct err e = {0};
    if (bytes.size <= ENVELOPE_HEAD)
        return;
    uint8_t *record = malloc(bytes.size);
    must(record != NULL);
    memcpy(record, bytes.data, bytes.size);
    size_t metadata_size = bytes.data[0] * (bytes.size - ENVELOPE_HEAD) / 255;
    struct span metadata = span_of(bytes.data + ENVELOPE_HEAD, metadata_size);
    if (envelope_seal(record, bytes.data[KIND_AT] % 3, metadata,
                      bytes.size - ENVELOPE_HEAD - metadata_size, &e) == RC_OK)
        read_record(span_of(record, bytes.size));
    free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_metadata(span_of(data, size));
    read_record(span_of(data, size));
    read_mended(span_of(data, size));
    return 0;
}
