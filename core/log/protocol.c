#include "core/log/protocol.h"

#include "core/log/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const struct protocol_row PROTOCOL[API_COUNT] = {
    [API_FETCH] = {"Fetch", 1, 4, 11},
    [API_LIST_OFFSETS] = {"ListOffsets", 2, 1, 1},
    [API_METADATA] = {"Metadata", 3, 4, 4},
    [API_VERSIONS] = {"ApiVersions", 18, 0, 0},
};

/* The first Fetch version that has each of these fields. */
enum {
    FETCH_HAS_LOG_START = 5,
    FETCH_HAS_SESSION = 7,
    FETCH_HAS_LEADER_EPOCH = 9,
    FETCH_HAS_RACK = 11
};
enum { FETCH_WAIT_MS = 100, NO_REPLICA = -1, NO_SESSION_EPOCH = -1, UNKNOWN = -1 };

/* Fewest bytes of an element, so that an announced count can be judged before it is believed. */
enum { BROKER_MIN = 12, PARTITION_MIN = 18, ID_SIZE = 4, VERSION_ROW = 6, ABORTED_ROW = 16 };

static const struct {
    int16_t code;
    const char *says;
} KAFKA_ERRORS[] = {
    {-1, "an unknown error of the broker"},
    {1, "the offset is outside of what is stored"},
    {2, "the broker found the stored batch damaged"},
    {3, "unknown topic or partition"},
    {5, "no leader at the moment"},
    {6, "the broker no longer leads the partition"},
    {7, "the broker's own request timed out"},
    {8, "the broker is not available"},
    {9, "the replica is not available"},
    {17, "the broker does not allow that topic name"},
    {29, "not authorised to read the topic"},
    {31, "not authorised on the cluster"},
    {35, "the broker does not know that version of the request"},
    {56, "the broker's disk fails"},
    {74, "the broker knows an older leader"},
    {76, "the broker will not hand out that codec to this version of Fetch"},
};

const char *kafka_error_say(int16_t code, char *text)
{
    for (size_t i = 0; i < sizeof KAFKA_ERRORS / sizeof *KAFKA_ERRORS; i++)
        if (KAFKA_ERRORS[i].code == code)
            return KAFKA_ERRORS[i].says;
    (void)snprintf(text, KAFKA_ERROR_TEXT, "error %d", code);
    return text;
}

static enum rc check_read(const struct wire_reader *r, enum protocol_api api, struct err *e)
{
    if (r->broken)
        return err_set(e, RC_INFRA, "the answer to %s ends early or a length in it does not fit",
                       PROTOCOL[api].name);
    if (r->at != r->bytes.size)
        return err_set(e, RC_INFRA, "the answer to %s has %zu bytes too many", PROTOCOL[api].name,
                       r->bytes.size - r->at);
    return RC_OK;
}

enum rc protocol_versions_read(struct span answer, struct protocol_versions *out, struct err *e)
{
    for (int api = 0; api < API_COUNT; api++)
        out->use[api] = -1;
    struct wire_reader r = wire_reader_of(answer);
    int16_t error = wire_int16(&r);
    int32_t rows = wire_array(&r, VERSION_ROW);
    for (int32_t i = 0; i < rows; i++) {
        int16_t key = wire_int16(&r);
        int16_t oldest = wire_int16(&r);
        int16_t newest = wire_int16(&r);
        for (int api = 0; api < API_COUNT; api++) {
            const struct protocol_row *p = &PROTOCOL[api];
            int16_t best = newest < p->newest ? newest : p->newest;
            if (p->key == key && best >= p->oldest && best >= oldest)
                out->use[api] = best;
        }
    }
    char text[KAFKA_ERROR_TEXT];
    enum rc rc = check_read(&r, API_VERSIONS, e);
    if (rc == RC_OK && error != KAFKA_NO_ERROR)
        rc = err_set(e, RC_INFRA, "ApiVersions is refused: %s", kafka_error_say(error, text));
    return rc;
}

enum rc protocol_metadata_write(struct buf *b, const char *topic, struct err *e)
{
    enum rc rc = wire_put_int32(b, 1, e);
    if (rc == RC_OK)
        rc = wire_put_string(b, topic, e);
    return rc != RC_OK ? rc : wire_put_int8(b, 0, e); /* do not create it */
}

static void read_brokers(struct wire_reader *r, struct topic_map *out)
{
    int32_t count = wire_array(r, BROKER_MIN);
    out->brokers = calloc((size_t)count + 1, sizeof *out->brokers);
    for (int32_t i = 0; out->brokers != NULL && i < count && !r->broken; i++) {
        struct topic_broker *broker = &out->brokers[out->broker_count];
        broker->id = wire_int32(r);
        struct span host = wire_string(r);
        broker->port = wire_int32(r);
        (void)wire_string(r); /* rack */
        if (host.size == 0 || host.size >= sizeof broker->host)
            r->broken = true;
        if (r->broken)
            return;
        memcpy(broker->host, host.data, host.size);
        out->broker_count++;
    }
}

static void read_partitions(struct wire_reader *r, struct topic_map *out)
{
    int32_t count = wire_array(r, PARTITION_MIN);
    out->leaders = calloc((size_t)count + 1, sizeof *out->leaders);
    if (out->leaders == NULL)
        return;
    for (int32_t i = 0; i < count; i++)
        out->leaders[i] = UNKNOWN;
    for (int32_t i = 0; i < count && !r->broken; i++) {
        (void)wire_int16(r); /* the partition's error; a missing leader says the same */
        int32_t index = wire_int32(r);
        int32_t leader = wire_int32(r);
        (void)wire_raw(r, (size_t)wire_array(r, ID_SIZE) * ID_SIZE); /* replicas */
        (void)wire_raw(r, (size_t)wire_array(r, ID_SIZE) * ID_SIZE); /* in sync */
        if (index < 0 || index >= count)
            r->broken = true;
        if (!r->broken)
            out->leaders[index] = leader;
    }
    out->partition_count = r->broken ? 0 : count;
}

enum rc protocol_metadata_read(struct span answer, struct topic_map *out, struct err *e)
{
    *out = (struct topic_map){0};
    struct wire_reader r = wire_reader_of(answer);
    (void)wire_int32(&r); /* throttle time */
    read_brokers(&r, out);
    (void)wire_string(&r); /* cluster id */
    (void)wire_int32(&r);  /* controller */
    if (wire_array(&r, 1) != 1)
        r.broken = true;
    out->error = wire_int16(&r);
    (void)wire_string(&r); /* the topic asked for */
    (void)wire_int8(&r);   /* internal */
    if (!r.broken)
        read_partitions(&r, out);
    enum rc rc = check_read(&r, API_METADATA, e);
    if (rc == RC_OK && (out->brokers == NULL || out->leaders == NULL))
        rc = err_set(e, RC_INFRA, "out of memory for the answer to Metadata");
    if (rc != RC_OK)
        topic_map_release(out);
    return rc;
}

void topic_map_release(struct topic_map *m)
{
    if (m == NULL)
        return;
    free(m->brokers);
    free(m->leaders);
    *m = (struct topic_map){0};
}

/* One topic with one partition, as ListOffsets and Fetch begin their lists. */
static enum rc put_partition(struct buf *b, const char *topic, int32_t partition, struct err *e)
{
    enum rc rc = wire_put_int32(b, 1, e);
    if (rc == RC_OK)
        rc = wire_put_string(b, topic, e);
    if (rc == RC_OK)
        rc = wire_put_int32(b, 1, e);
    return rc != RC_OK ? rc : wire_put_int32(b, partition, e);
}

/* Its counterpart in answers. */
static void expect_partition(struct wire_reader *r, int32_t partition)
{
    if (wire_array(r, 1) != 1)
        r->broken = true;
    (void)wire_string(r);
    if (wire_array(r, 1) != 1)
        r->broken = true;
    if (wire_int32(r) != partition)
        r->broken = true;
}

enum rc protocol_offsets_write(struct buf *b, const char *topic, int32_t partition, int64_t which,
                               struct err *e)
{
    enum rc rc = wire_put_int32(b, NO_REPLICA, e);
    if (rc == RC_OK)
        rc = put_partition(b, topic, partition, e);
    return rc != RC_OK ? rc : wire_put_int64(b, which, e);
}

enum rc protocol_offsets_read(struct span answer, int32_t partition, struct protocol_offset *out,
                              struct err *e)
{
    struct wire_reader r = wire_reader_of(answer);
    expect_partition(&r, partition);
    out->error = wire_int16(&r);
    (void)wire_int64(&r); /* timestamp */
    out->offset = wire_int64(&r);
    return check_read(&r, API_LIST_OFFSETS, e);
}

static enum rc put_fetch_head(struct buf *b, const struct protocol_fetch *f, struct err *e)
{
    enum rc rc = wire_put_int32(b, NO_REPLICA, e);
    if (rc == RC_OK)
        rc = wire_put_int32(b, FETCH_WAIT_MS, e);
    if (rc == RC_OK)
        rc = wire_put_int32(b, 1, e); /* least bytes to answer with */
    if (rc == RC_OK)
        rc = wire_put_int32(b, f->max_bytes, e);
    if (rc == RC_OK)
        rc = wire_put_int8(b, 0, e); /* read uncommitted: what is stored, not what is visible */
    if (rc == RC_OK && f->version >= FETCH_HAS_SESSION) {
        rc = wire_put_int32(b, 0, e);
        if (rc == RC_OK)
            rc = wire_put_int32(b, NO_SESSION_EPOCH, e);
    }
    return rc;
}

enum rc protocol_fetch_write(struct buf *b, const struct protocol_fetch *f, struct err *e)
{
    enum rc rc = put_fetch_head(b, f, e);
    if (rc == RC_OK)
        rc = put_partition(b, f->topic, f->partition, e);
    if (rc == RC_OK && f->version >= FETCH_HAS_LEADER_EPOCH)
        rc = wire_put_int32(b, UNKNOWN, e);
    if (rc == RC_OK)
        rc = wire_put_int64(b, f->offset, e);
    if (rc == RC_OK && f->version >= FETCH_HAS_LOG_START)
        rc = wire_put_int64(b, UNKNOWN, e);
    if (rc == RC_OK)
        rc = wire_put_int32(b, f->max_bytes, e);
    if (rc == RC_OK && f->version >= FETCH_HAS_SESSION)
        rc = wire_put_int32(b, 0, e); /* forgotten topics */
    if (rc == RC_OK && f->version >= FETCH_HAS_RACK)
        rc = wire_put_string(b, "", e);
    return rc;
}

enum rc protocol_fetch_read(struct span answer, const struct protocol_fetch *f,
                            struct protocol_fetched *out, struct err *e)
{
    *out = (struct protocol_fetched){0};
    struct wire_reader r = wire_reader_of(answer);
    (void)wire_int32(&r); /* throttle time */
    if (f->version >= FETCH_HAS_SESSION) {
        out->error = wire_int16(&r);
        (void)wire_int32(&r); /* session */
    }
    if (out->error != KAFKA_NO_ERROR) /* of the whole request: no partition follows */
        return r.broken ? check_read(&r, API_FETCH, e) : RC_OK;
    expect_partition(&r, f->partition);
    out->error = wire_int16(&r);
    out->high_watermark = wire_int64(&r);
    (void)wire_int64(&r); /* last stable offset */
    if (f->version >= FETCH_HAS_LOG_START)
        (void)wire_int64(&r);
    (void)wire_raw(&r, (size_t)wire_array(&r, ABORTED_ROW) * ABORTED_ROW);
    if (f->version >= FETCH_HAS_RACK)
        (void)wire_int32(&r); /* preferred replica */
    out->records = wire_blob(&r);
    return check_read(&r, API_FETCH, e);
}
