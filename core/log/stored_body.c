#include "core/log/stored_body.h"

#include "core/log/wire.h"

#include <inttypes.h>

/* Room tried first, as a multiple of the compressed size, and how it grows. */
enum { FIRST_ROOM_FACTOR = 4, ROOM_GROWTH = 4, FIRST_ROOM_MIN = 65536 };

void stored_decoder_init(struct stored_decoder *d, size_t max_bytes)
{
    *d = (struct stored_decoder){0};
    buf_init(&d->body, max_bytes);
}

void stored_decoder_release(struct stored_decoder *d)
{
    if (d == NULL)
        return;
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        if (d->works[id] != NULL)
            codec_by_kafka_id(id)->close(d->works[id]);
    buf_release(&d->body);
    stored_decoder_init(d, d->body.max);
}

static enum rc find_codec(struct stored_decoder *d, int id, const struct codec **out, struct err *e)
{
    const struct codec *c = codec_by_kafka_id(id);
    if (c == NULL)
        return err_set(e, RC_INPUT, "it is compressed with codec %d, which nobody here knows", id);
    *out = c;
    return d->works[id] != NULL ? RC_OK : c->open(c->level_default, &d->works[id], e);
}

/* Leaves in d->body what in holds. A codec cannot say how much room it needs: try, then grow. */
static enum rc decompress(struct stored_decoder *d, const struct codec *c, struct span in,
                          struct err *e)
{
    size_t most = d->body.max;
    size_t room = in.size > most / FIRST_ROOM_FACTOR ? most : in.size * FIRST_ROOM_FACTOR;
    if (room < FIRST_ROOM_MIN)
        room = FIRST_ROOM_MIN < most ? FIRST_ROOM_MIN : most;
    buf_clear(&d->body);
    for (;;) {
        enum rc rc = buf_reserve(&d->body, room, e);
        if (rc == RC_OK)
            rc = c->decompress(d->works[c->kafka_id], in, d->body.data, room, &d->body.size, e);
        if (rc != RC_INPUT || room == most)
            return rc;
        room = room > most / ROOM_GROWTH ? most : room * ROOM_GROWTH;
    }
}

/* *out is the body uncompressed: borrowed from the batch or from d. */
static enum rc uncompressed(struct stored_decoder *d, const struct stored_batch *b,
                            struct span *out, struct err *e)
{
    if (b->codec_id == 0 || b->body.size == 0) { /* compaction leaves empty batches */
        *out = b->body;
        return RC_OK;
    }
    const struct codec *c = NULL;
    enum rc rc = find_codec(d, b->codec_id, &c, e);
    if (rc != RC_OK)
        return rc;
    rc = decompress(d, c, b->body, e);
    if (rc == RC_INPUT && e != NULL)
        e->rc = RC_INTEGRITY; /* the bytes were stored by somebody: damage, not a wrong request */
    if (rc == RC_INPUT)
        rc = RC_INTEGRITY;
    *out = buf_span(&d->body);
    return rc;
}

/* A varint length and so many bytes; -1 is null and gives false. */
static bool field(struct wire_reader *r, int64_t *sum)
{
    int32_t length = wire_varint(r);
    if (length < -1)
        r->broken = true;
    if (length <= 0)
        return length == 0;
    (void)wire_raw(r, (size_t)length);
    *sum += length;
    return true;
}

/* One record of exactly its bytes. *delta is its offset less the batch's base offset. */
static bool read_record(struct span bytes, struct stored_body *out, int32_t *delta)
{
    struct wire_reader r = wire_reader_of(bytes);
    int64_t header_bytes = 0;
    (void)wire_int8(&r);    /* attributes, unused */
    (void)wire_varlong(&r); /* timestamp less the base timestamp */
    *delta = wire_varint(&r);
    (void)field(&r, &out->key_bytes);
    if (!field(&r, &out->value_bytes))
        out->tombstones++;
    int32_t headers = wire_varint(&r);
    if (headers < 0)
        return false;
    for (int32_t i = 0; i < headers && !r.broken; i++) {
        if (!field(&r, &header_bytes)) /* the name may not be null */
            return false;
        (void)field(&r, &header_bytes);
    }
    return !r.broken && r.at == bytes.size;
}

static enum rc walk(const struct stored_batch *b, struct span body, struct stored_body *out,
                    struct err *e)
{
    struct wire_reader r = wire_reader_of(body);
    int64_t last = -1;
    int64_t span = b->last_offset - b->base_offset;
    while (wire_left(&r) > 0) {
        int32_t length = wire_varint(&r);
        int32_t delta = 0;
        if (length < 0)
            r.broken = true;
        struct span record = length > 0 ? wire_raw(&r, (size_t)length) : (struct span){0};
        if (r.broken || !read_record(record, out, &delta))
            return err_set(e, RC_INTEGRITY, "record %" PRId32 " of it does not fit its length",
                           out->records);
        if (delta <= last || delta > span)
            return err_set(e, RC_INTEGRITY,
                           "record %" PRId32 " of it has offset %+" PRId32
                           " from the first, after %+" PRId64 " and with %+" PRId64 " as the last",
                           out->records, delta, last, span);
        last = delta;
        out->records++;
    }
    if (r.broken)
        return err_set(e, RC_INTEGRITY, "it ends inside a record");
    if (out->records != b->records)
        return err_set(e, RC_INTEGRITY, "it holds %" PRId32 " records, its header says %" PRId32,
                       out->records, b->records);
    return RC_OK;
}

enum rc stored_decoder_read(struct stored_decoder *d, const struct stored_batch *b,
                            struct stored_body *out, struct err *e)
{
    *out = (struct stored_body){0};
    struct span body = {0};
    enum rc rc = uncompressed(d, b, &body, e);
    if (rc == RC_OK) {
        out->body_bytes = (int64_t)body.size;
        rc = walk(b, body, out, e);
    }
    if (rc != RC_OK)
        (void)err_wrap(e, "the batch of offsets %" PRId64 " to %" PRId64, b->base_offset,
                       b->last_offset);
    return rc;
}
