#include "bench/workload/images/image_rule.h"

#include "base/hash.h"

#include <stdio.h>

/* METADATA: what sender.c puts there; REFERENCE: a URL and a line for each frame of 8 MiB. */
enum { METADATA_BYTES = 512, REFERENCE_BYTES = 16384, FRAME_BYTES = 8388608, FRAME_TEXT = 32 };
enum { HALF = IMAGE_ID_BYTES / 2, BYTE_BITS = 8 };

static int64_t or_standard(int64_t asked, int64_t standard)
{
    return asked > 0 ? asked : standard;
}

struct route_rule image_rule_of(const struct scenario *s, enum encoding how)
{
    struct route_rule rule = {0};
    if (!encoding_is_image(how))
        return rule;
    route_rule_init(&rule, ROUTE_MB);
    rule.chunk_bytes = or_standard(s->chunk_bytes, rule.chunk_bytes);
    if (how == ENCODING_ROUTED) {
        rule.direct_max_bytes = or_standard(s->direct_max_bytes, rule.direct_max_bytes);
        rule.chunked_max_bytes = or_standard(s->chunked_max_bytes, rule.chunked_max_bytes);
        return rule;
    }
    rule.direct_max_bytes = how == ENCODING_ENVELOPE ? INT64_MAX : 0;
    rule.chunked_max_bytes = how == ENCODING_OBJECT ? 0 : INT64_MAX;
    return rule;
}

int64_t image_rule_messages(const struct route_rule *rule, int64_t image_bytes)
{
    if (image_bytes < 1 || route_of(rule, image_bytes) != ROUTE_CHUNKS)
        return 1;
    return (image_bytes - 1) / rule->chunk_bytes + 1;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t image_rule_message_bytes(const struct route_rule *rule, int64_t largest_image)
{
    int64_t most = smaller(largest_image, rule->direct_max_bytes);
    if (largest_image > rule->direct_max_bytes && rule->chunked_max_bytes > rule->direct_max_bytes)
        most = larger(most, smaller(largest_image, rule->chunk_bytes));
    if (image_rule_needs_store(rule, largest_image))
        most = larger(most, REFERENCE_BYTES + largest_image / FRAME_BYTES * FRAME_TEXT);
    return most + CHUNK_HEAD + METADATA_BYTES;
}

bool image_rule_needs_store(const struct route_rule *rule, int64_t largest_image)
{
    return largest_image > rule->chunked_max_bytes;
}

struct image_metadata image_rule_metadata(const char *source_id, const char *format)
{
    struct image_metadata m = {.timestamp = "2025-10-13T10:00:00Z",
                               .satellite = "Landsat-8",
                               .sensor = "OLI",
                               .located = true,
                               .lat = 39.7596,
                               .lon = -121.6219,
                               .resolution_m = 30};
    (void)snprintf(m.source_id, sizeof m.source_id, "%s", source_id);
    (void)snprintf(m.format, sizeof m.format, "%s", format);
    return m;
}

static void put(uint64_t value, uint8_t *to)
{
    for (int i = HALF - 1; i >= 0; i--, value >>= BYTE_BITS)
        to[i] = (uint8_t)value;
}

static uint64_t get(const uint8_t *from)
{
    uint64_t value = 0;
    for (int i = 0; i < HALF; i++)
        value = value << BYTE_BITS | from[i];
    return value;
}

void image_rule_id(uint64_t seed, uint64_t sequence, struct image_id *out)
{
    put(seed, out->bytes);
    put(sequence, out->bytes + HALF);
}

bool image_rule_sequence(uint64_t seed, const struct image_id *id, uint64_t *sequence)
{
    if (get(id->bytes) != seed)
        return false;
    *sequence = get(id->bytes + HALF);
    return true;
}

uint64_t image_rule_hash(struct span message, size_t data_at)
{
    return hash_bytes(span_of(message.data, data_at < message.size ? data_at : message.size));
}
