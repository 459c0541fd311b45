#include "bench/workload/images/image_sending.h"

#include "base/clock.h"
#include "bench/workload/images/image_rule.h"
#include "core/image/format/image_format.h"
#include "core/image/image_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- images --- */

static size_t data_at(const struct image_message *m)
{
    struct chunk c;
    struct err ignored;
    struct span record = span_of(m->value, m->value_size);
    if (m->topic == IMAGE_TOPIC_CHUNKS && chunk_read_head(record, &c, &ignored) == RC_OK)
        return (size_t)(c.data.data - record.data);
    return record.size;
}

static enum rc take_message(void *ctx, const struct image_message *given, struct err *e)
{
    struct image_sending *s = ctx;
    struct span bytes = span_of(given->value, given->value_size);
    size_t head = data_at(given);
    if (given->topic == IMAGE_TOPIC_BINARY)
        head = given->value_size - s->pool->slots[s->sequence % s->pool->records].size;
    struct outgoing m = {.value = given->value,
                         .size = given->value_size,
                         .image = s->sequence,
                         .topic = s->spec->records.topics > 0 ? (size_t)given->topic : 0,
                         .is_chunk = given->topic == IMAGE_TOPIC_CHUNKS,
                         .hash = image_rule_hash(bytes, head)};
    (void)snprintf(m.key, sizeof m.key, "%s", given->key);
    (void)atomic_fetch_add(&s->open[m.image], 1);
    if (s->plant)
        return image_sending_commit_fault(s, &m, e);
    enum rc rc = image_sending_hand_over(s, &m, e);
    return rc == RC_OK ? image_sending_release_one(s, e) : rc;
}

static void note(struct image_sending *s, uint64_t sequence, int64_t intended_ns)
{
    s->images[sequence] =
        (struct sent_entry){.offset = (int64_t)sequence,
                            .intended_ns = intended_ns,
                            .sent_ns = clock_now().ns,
                            .hash = s->pool->slots[sequence % s->pool->records].hash,
                            .state = SENT_PENDING};
    atomic_store(&s->open[sequence], 1);
}

static void add_up(struct image_sending *s, uint64_t sequence, const struct routed *out)
{
    int64_t size = (int64_t)s->pool->slots[sequence % s->pool->records].size;
    int64_t timed_ns = (int64_t)atomic_load(&s->region->metrics.took_ns);
    int64_t took_ns = timed_ns - s->timed_ns;
    s->timed_ns = timed_ns;
    s->region->records.original_bytes += size;
    if (out->route == ROUTE_OBJECT) {
        s->region->records.payload_bytes += size;
    } else if (sequence >= (uint64_t)s->spec->records.warmup) {
        s->region->records.encode_ns += took_ns;
        s->region->records.encoded++;
    }
}

static enum rc send_next(struct sending *by, int64_t intended_ns, struct err *e)
{
    struct image_sending *s = by->ctx;
    uint64_t sequence = by->next;
    size_t slot = sequence % s->pool->records;
    struct span bytes = payload_pool_record(s->pool, slot);
    struct image_source source = image_source_of(&bytes);
    struct image_metadata m = image_rule_metadata("landsat_nrt", s->formats[slot]);
    struct image_id id;
    struct routed out = {0};
    image_rule_id(s->spec->records.load.seed, sequence, &id);
    s->sequence = sequence;
    note(s, sequence, intended_ns);
    enum rc rc = router_send(&s->router, &source, &m, &id, &out, e);
    if (s->plant && s->held_image == sequence && s->held_count > 0)
        s->plant = false;
    if (rc != RC_OK)
        return rc;
    add_up(s, sequence, &out);
    image_sending_end_part(s, sequence);
    atomic_store_explicit(&s->region->images_sent, sequence + 1, memory_order_release);
    return RC_OK;
}

/* The next image sent suffers the trial's planted fault. */
static enum rc plant(struct sending *by, int64_t intended_ns, struct err *e)
{
    (void)intended_ns;
    (void)e;
    ((struct image_sending *)by->ctx)->plant = true;
    return RC_OK;
}

static enum rc release_held(struct sending *by, struct err *e)
{
    return image_sending_release_held(by->ctx, e);
}

/* --- opening and closing --- */

static enum rc make_tables(struct image_sending *s, struct err *e)
{
    const struct records_spec *spec = &s->spec->records;
    s->open = calloc((size_t)spec->records, sizeof *s->open);
    s->outgoing = calloc((size_t)spec->messages, sizeof *s->outgoing);
    s->formats = calloc(s->pool->records, sizeof *s->formats);
    if (s->open == NULL || s->outgoing == NULL || s->formats == NULL)
        return err_set(e, RC_INFRA, "out of memory for %lld images", (long long)spec->records);
    for (size_t i = 0; i < s->pool->records; i++) {
        const struct image_format *f = image_format_recognise(payload_pool_record(s->pool, i));
        if (f == NULL)
            return err_set(e, RC_INPUT,
                           "record %zu of the payload is no image that assay knows; expected "
                           "encodings: raw, or files of TIFF, JP2, PNG, HDF5, JPEG, HDF4, NetCDF",
                           i);
        s->formats[i] = f->name;
    }
    return RC_OK;
}

static void say_format(struct image_sending *s)
{
    const char *all = s->formats[0];
    for (size_t i = 1; i < s->pool->records; i++)
        if (strcmp(s->formats[i], all) != 0)
            all = "several";
    (void)snprintf(s->region->format, sizeof s->region->format, "%s", all);
}

static enum rc open_store(struct image_sending *s, struct err *e)
{
    struct object_store_config c = s->spec->store;
    if (c.bucket[0] == '\0')
        return RC_OK;
    enum rc rc = codec_spec_parse(s->spec->records.codec, &c.codec, e);
    if (rc == RC_OK)
        rc = s3_store_open(&c, &s->store, e);
    object_store_config_wipe(&c);
    if (rc == RC_OK)
        s->router.store = s3_store_ops(s->store);
    return rc;
}

static enum rc close_images(struct sending *by, struct err *e)
{
    struct image_sending *s = by->ctx != by ? by->ctx : NULL;
    if (s == NULL)
        return RC_OK;
    if (s->store != NULL) {
        struct s3_store_sent sent = s3_store_sent(s->store);
        s->region->object_bytes = sent.stored_bytes;
        s->region->http_sent = sent.http_sent;
    }
    enum rc rc = s3_store_close(s->store, e);
    for (uint64_t tag = 0; tag < s->next; tag++)
        free(s->outgoing[tag].value);
    for (size_t i = s->held_next; i < s->held_count; i++)
        free(s->held[i].value);
    for (size_t i = 0; i < s->planted_count; i++)
        free(s->planted[i].value);
    free(s->held);
    free(s->outgoing);
    free(s->formats);
    free(s->open);
    free(s);
    return rc;
}

static enum rc open_images(struct sending *by, struct err *e)
{
    struct image_sending *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_set(e, RC_INFRA, "out of memory for sending images");
    by->ctx = s;
    s->by = by;
    s->spec = shared_memory_spec(by->memory);
    s->region = (struct image_sender_region *)(void *)by->region;
    s->pool = &by->pool;
    s->messages = by->entries;
    s->images = images_sent_entries(s->region);
    router_init(&s->router, ROUTE_MB);
    s->router.rule = s->spec->rule;
    s->router.sink = (struct image_sink){.send = take_message, .ctx = s};
    s->router.metrics = &s->region->metrics;
    s->router.now = clock_now;
    enum rc rc = make_tables(s, e);
    if (rc != RC_OK)
        return rc;
    say_format(s);
    return open_store(s, e);
}

static const struct sending_ops IMAGE_SENDING = {.open = open_images,
                                                 .close = close_images,
                                                 .on_delivery = image_sending_on_delivery,
                                                 .send = send_next,
                                                 .plant = plant,
                                                 .release_held = release_held};

enum rc sender_of_images(struct worker *w, struct err *e)
{
    return sender_live(w, &IMAGE_SENDING, e);
}
