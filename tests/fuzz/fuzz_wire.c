/*
 * Any bytes, read as a broker's answer: refused or understood, with nothing read past the end. The
 * first byte picks the request answered, the second the version of Fetch.
 */
#include "core/log/protocol.h"

#include <stdlib.h>

enum { LEAST = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void read_versions(struct span answer, struct err *e)
{
    struct protocol_versions v;
    if (protocol_versions_read(answer, &v, e) != RC_OK)
        return;
    for (int api = 0; api < API_COUNT; api++)
        must(v.use[api] == -1 ||
             (v.use[api] >= PROTOCOL[api].oldest && v.use[api] <= PROTOCOL[api].newest));
}

static void read_metadata(struct span answer, struct err *e)
{
    struct topic_map m;
    if (protocol_metadata_read(answer, &m, e) != RC_OK)
        return;
    for (int32_t i = 0; i < m.broker_count; i++)
        must(memchr(m.brokers[i].host, '\0', sizeof m.brokers[i].host) != NULL);
    topic_map_release(&m);
}

static void read_fetch(struct span answer, int16_t version, struct err *e)
{
    const struct protocol_fetch f = {.version = version, .topic = "t"};
    struct protocol_fetched got;
    if (protocol_fetch_read(answer, &f, &got, e) != RC_OK || got.records.size == 0)
        return;
    must(got.records.data > answer.data);
    must(got.records.data + got.records.size == answer.data + answer.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < LEAST)
        return 0;
    struct span answer = span_of(data + LEAST, size - LEAST);
    struct err e = {0};
    struct protocol_offset offset;
    int16_t span = (int16_t)(PROTOCOL[API_FETCH].newest - PROTOCOL[API_FETCH].oldest + 1);
    switch (data[0] % API_COUNT) {
    case API_VERSIONS:
        read_versions(answer, &e);
        break;
    case API_METADATA:
        read_metadata(answer, &e);
        break;
    case API_LIST_OFFSETS:
        if (protocol_offsets_read(answer, 0, &offset, &e) == RC_OK)
            must(e.text[0] == '\0');
        break;
    default:
        read_fetch(answer, (int16_t)(PROTOCOL[API_FETCH].oldest + data[1] % span), &e);
    }
    return 0;
}
