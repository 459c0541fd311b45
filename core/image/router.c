#include "core/image/router.h"

#include "base/crc32c.h"
#include "core/image/envelope.h"
#include "core/image/image_document.h"

#include <stdlib.h>

enum { REFERENCE_MAX = 65536, SUM_STEP = 1 << 20 };

/* One image on its way. */
struct route_sending {
    struct router *router;
    const struct image_source *image;
    struct span metadata; /* JSON */
    int64_t took_ns;      /* making records, without what the sink takes */
    struct routed *out;
};

void router_init(struct router *r, enum route_unit unit)
{
    *r = (struct router){.metrics = NULL};
    route_rule_init(&r->rule, unit);
}

static struct instant now(const struct router *r)
{
    return r->now != NULL ? r->now() : (struct instant){0};
}

static enum rc take_memory(size_t size, uint8_t **out, struct err *e)
{
    *out = size == SIZE_MAX ? NULL : malloc(size);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "out of memory for a record of %zu bytes", size);
    return RC_OK;
}

/* Hands a record on; value is gone after it. */
static enum rc hand_on(struct route_sending *s, enum image_topic topic, uint8_t *value, size_t size,
                       struct err *e)
{
    struct image_message m = {
        .topic = topic, .key_size = IMAGE_ID_TEXT - 1, .value = value, .value_size = size};
    image_id_format(&s->out->id, m.key);
    enum rc rc = s->router->sink.send(s->router->sink.ctx, &m, e);
    if (rc == RC_OK) {
        s->out->records++;
        s->out->record_bytes += (int64_t)size;
    }
    return rc;
}

/* Bytes in memory are copied and summed in one go, others read into their place. */
static enum rc write_envelope(const struct route_sending *s, uint8_t *record, struct err *e)
{
    size_t size = (size_t)s->image->size;
    struct envelope env = {
        .kind = ENVELOPE_IMAGE, .metadata = s->metadata, .data = span_of(s->image->bytes, size)};
    if (s->image->bytes != NULL)
        return envelope_write(&env, record, e);
    enum rc rc =
        s->image->read(s->image->ctx, 0, envelope_data_at(record, s->metadata.size), size, e);
    return rc == RC_OK ? envelope_seal(record, ENVELOPE_IMAGE, s->metadata, size, e) : rc;
}

static enum rc send_direct(struct route_sending *s, struct err *e)
{
    struct instant started = now(s->router);
    size_t size = envelope_size(s->metadata.size, (size_t)s->image->size);
    uint8_t *record = NULL;
    enum rc rc = take_memory(size, &record, e);
    if (rc == RC_OK)
        rc = write_envelope(s, record, e);
    if (rc != RC_OK) {
        free(record);
        return rc;
    }
    s->took_ns += instant_since(now(s->router), started);
    return hand_on(s, IMAGE_TOPIC_BINARY, record, size, e);
}

static enum rc send_document(struct route_sending *s, struct err *e)
{
    struct instant started = now(s->router);
    size_t size = image_document_size(s->metadata.size, (size_t)s->image->size);
    uint8_t *record = NULL;
    enum rc rc = take_memory(size, &record, e);
    if (rc == RC_OK)
        rc = image_document_write(s->metadata, s->image, record, e);
    if (rc != RC_OK) {
        free(record);
        return rc;
    }
    s->took_ns += instant_since(now(s->router), started);
    return hand_on(s, IMAGE_TOPIC_BINARY, record, size, e);
}

/* The checksum of the whole, which every chunk names: the image is read once before it is sent. */
static enum rc sum_image(const struct image_source *image, uint32_t *crc, struct err *e)
{
    uint8_t *step = NULL;
    if (image->bytes != NULL) {
        *crc = crc32c(span_of(image->bytes, (size_t)image->size));
        return RC_OK;
    }
    enum rc rc = take_memory(SUM_STEP, &step, e);
    *crc = 0;
    for (int64_t at = 0; rc == RC_OK && at < image->size; at += SUM_STEP) {
        int64_t left = image->size - at;
        size_t size = left < SUM_STEP ? (size_t)left : SUM_STEP;
        rc = image->read(image->ctx, at, step, size, e);
        if (rc == RC_OK)
            *crc = crc32c_more(*crc, span_of(step, size));
    }
    free(step);
    return rc;
}

/* *crc goes on with what was really sent. */
static enum rc send_chunk(struct route_sending *s, const struct chunk_image *image, uint32_t index,
                          uint32_t *crc, struct err *e)
{
    struct instant started = now(s->router);
    size_t size = chunk_record_size(image, index);
    size_t data_size = chunk_data_size(image, index);
    uint8_t *record = NULL;
    enum rc rc = take_memory(size, &record, e);
    if (rc != RC_OK)
        return rc;
    uint8_t *data = chunk_data_at(record, image);
    rc = s->image->read(s->image->ctx, (int64_t)index * image->chunk_size, data, data_size, e);
    if (rc == RC_OK) {
        *crc = crc32c_more(*crc, span_of(data, data_size));
        rc = chunk_seal(record, image, index, e);
    }
    if (rc != RC_OK) {
        free(record);
        return rc;
    }
    s->took_ns += instant_since(now(s->router), started);
    return hand_on(s, IMAGE_TOPIC_CHUNKS, record, size, e);
}

static enum rc send_chunks(struct route_sending *s, struct err *e)
{
    struct chunk_image image = {.id = s->out->id, .metadata = s->metadata};
    struct instant started = now(s->router);
    uint32_t sent_crc = 0;
    enum rc rc =
        chunk_image_cut(&image, (uint64_t)s->image->size, (uint64_t)s->router->rule.chunk_bytes, e);
    if (rc == RC_OK)
        rc = sum_image(s->image, &image.image_crc, e);
    s->took_ns += instant_since(now(s->router), started);
    for (uint32_t i = 0; rc == RC_OK && i < image.count; i++)
        rc = send_chunk(s, &image, i, &sent_crc, e);
    if (rc == RC_OK && sent_crc != image.image_crc)
        rc = err_set(e, RC_INTEGRITY,
                     "the image changed while it was sent; its chunks will be "
                     "reported as corrupt");
    return rc;
}

static enum rc send_reference(struct route_sending *s, struct span reference, struct err *e)
{
    struct envelope env = {.kind = ENVELOPE_REFERENCE, .metadata = s->metadata, .data = reference};
    size_t size = envelope_size(env.metadata.size, reference.size);
    uint8_t *record = NULL;
    enum rc rc = take_memory(size, &record, e);
    if (rc != RC_OK)
        return rc;
    rc = envelope_write(&env, record, e);
    if (rc != RC_OK) {
        free(record);
        return rc;
    }
    return hand_on(s, IMAGE_TOPIC_METADATA, record, size, e);
}

static enum rc send_object(struct route_sending *s, const struct image_metadata *m, struct err *e)
{
    const struct object_store *store = &s->router->store;
    if (store->ops == NULL)
        return err_set(e, RC_INPUT,
                       "an image of %lld bytes goes to the object store (above %lld), and none is "
                       "configured",
                       (long long)s->image->size, (long long)s->router->rule.chunked_max_bytes);
    struct buf reference;
    buf_init(&reference, REFERENCE_MAX);
    enum rc rc = store->ops->put(store->ctx, s->image, m, &reference, e);
    if (rc == RC_OK) {
        rc = send_reference(s, buf_span(&reference), e);
        struct err why = {0};
        if (rc != RC_OK && store->ops->remove(store->ctx, buf_span(&reference), &why) != RC_OK)
            (void)err_wrap(e, "the object is left behind (%s)", why.text);
    }
    buf_release(&reference);
    return rc;
}

static enum rc send_by_route(struct route_sending *s, const struct image_metadata *m, struct err *e)
{
    if (s->router->as_document)
        return send_document(s, e);
    switch (s->out->route) {
    case ROUTE_DIRECT:
        return send_direct(s, e);
    case ROUTE_CHUNKS:
        return send_chunks(s, e);
    case ROUTE_OBJECT:
        break;
    }
    return send_object(s, m, e);
}

static void count_image(const struct route_sending *s, const struct image_metadata *m)
{
    struct image_metrics *metrics = s->router->metrics;
    if (metrics == NULL)
        return;
    if (!s->router->as_document) /* the documents' metrics do not count them */
        image_metrics_sent(metrics, m->format, s->out->route);
    if (s->router->now != NULL && s->out->route != ROUTE_OBJECT)
        image_metrics_serialized(metrics, s->took_ns);
}

enum rc router_send(struct router *r, const struct image_source *image,
                    const struct image_metadata *m, const struct image_id *id, struct routed *out,
                    struct err *e)
{
    *out =
        (struct routed){.route = r->as_document ? ROUTE_DIRECT : route_of(&r->rule, image->size)};
    enum rc rc = route_rule_check(&r->rule, e);
    if (rc == RC_OK && image->size < 1)
        rc = err_set(e, RC_INPUT, "an image of no bytes");
    if (rc == RC_OK && id == NULL)
        rc = image_id_make(&out->id, e);
    else if (rc == RC_OK)
        out->id = *id;
    struct buf json;
    buf_init(&json, METADATA_MAX);
    struct route_sending s = {.router = r, .image = image, .out = out};
    if (rc == RC_OK)
        rc = metadata_write(m, &json, e);
    s.metadata = buf_span(&json);
    if (rc == RC_OK)
        rc = send_by_route(&s, m, e);
    if (rc == RC_OK)
        count_image(&s, m);
    buf_release(&json);
    return rc;
}
