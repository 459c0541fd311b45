#include "bench/workload/records/sender.h"

#include "bench/trial/account.h"
#include "bench/trial/rendezvous.h"
#include "bench/workload/records/topic.h"
#include "core/kafka/cluster.h"
#include "core/kafka/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum rc open_headers(struct sending *s, struct err *e)
{
    enum { HEADERS = 64 };
    const char *texts[HEADERS + 1] = {NULL};
    char copy[RECORDS_HEADERS_TEXT];
    memcpy(copy, s->spec->headers, sizeof copy);
    char *line = copy;
    for (size_t n = 0; line != NULL && *line != '\0' && n < HEADERS; n++) {
        texts[n] = line;
        line = strchr(line, '\n');
        if (line != NULL)
            *line++ = '\0';
    }
    return texts[0] == NULL ? RC_OK : producer_headers_make(texts, &s->headers, e);
}

static enum rc say_settings(const struct sending *s, struct err *e)
{
    struct settings in_force;
    enum rc rc = producer_in_force(s->producer, &in_force, e);
    if (rc == RC_OK)
        rc = worker_note_settings(s->slot, &in_force, e);
    settings_release(&in_force);
    return rc;
}

static enum rc open_client(struct sending *s, struct err *e)
{
    const struct records_spec *spec = s->spec;
    struct cluster cluster;
    struct topic_names names;
    enum rc rc = topic_names(spec, &names, e);
    if (rc != RC_OK)
        return rc;
    cluster_init(&cluster);
    struct producer_settings want;
    producer_settings_init(&want);
    want.cluster = &cluster;
    want.topic = names.name[0];
    want.more_topics = names.more;
    want.more_count = names.more_count;
    want.batch_records = spec->batching.records;
    want.batch_bytes = spec->batching.bytes;
    want.linger_ns = spec->batching.linger_ns;
    want.message_max_bytes = spec->message_max_bytes;
    want.on_delivery = s->ops->on_delivery;
    want.ctx = s->ctx;
    rc = cluster_read(&cluster, span_str(spec->cluster), e);
    if (rc == RC_OK)
        rc = codec_spec_parse(spec->codec, &want.codec, e);
    if (rc == RC_OK)
        rc = producer_open(&want, &s->producer, e);
    if (rc == RC_OK)
        rc = open_headers(s, e);
    if (rc == RC_OK)
        rc = say_settings(s, e);
    cluster_release(&cluster);
    return rc;
}

static enum rc send_part(void *ctx, bool measured, struct err *e)
{
    struct sending *s = ctx;
    const struct records_spec *spec = s->spec;
    return measured ? sending_until(s, (uint64_t)spec->records, spec->window_ns, e)
                    : sending_until(s, (uint64_t)spec->warmup, 0, e);
}

static enum rc make_tables(struct sending *s, struct err *e)
{
    const struct records_spec *spec = s->spec;
    if (spec->encoding == ENCODING_BASE64_JSON) {
        s->encoded = calloc((size_t)spec->records, sizeof *s->encoded);
        if (s->encoded == NULL)
            return err_set(e, RC_INFRA, "out of memory for %lld records", (long long)spec->records);
    }
    if (spec->key_count == 0)
        return RC_OK;
    s->keys = malloc((size_t)spec->key_count * SENDING_KEY_TEXT);
    if (s->keys == NULL)
        return err_set(e, RC_INFRA, "out of memory for %lld keys", (long long)spec->key_count);
    for (int64_t k = 0; k < spec->key_count; k++)
        (void)snprintf(s->keys + k * SENDING_KEY_TEXT, SENDING_KEY_TEXT, "key-%06u", (unsigned)k);
    return RC_OK;
}

/* "librdkafka 2.0.2", and from where when somebody chose where libraries are looked for. */
static void note_client(char *text, size_t size)
{
    char path[RECORD_NAME_MAX / 2 + 16];
    const char *folders = getenv("LD_LIBRARY_PATH");
    (void)library_version(text, size);
    size_t used = strlen(text);
    if (folders != NULL && folders[0] != '\0')
        (void)snprintf(text + used, size - used, " (%s)", library_path(path, sizeof path));
}

/* What was loaded here; a folder of libraries may have been put before the conductor's. */
static enum rc note_libraries(const struct sending *s, struct err *e)
{
    struct codec_spec asked;
    enum rc rc = codec_spec_parse(s->spec->codec, &asked, e);
    if (rc != RC_OK)
        return rc;
    note_client(s->slot->library, sizeof s->slot->library);
    account_library(&asked, s->slot->codec_library, sizeof s->slot->codec_library);
    return RC_OK;
}

static enum rc set_up(struct sending *s, struct err *e)
{
    enum rc rc = RC_OK;
    if (s->spec->sender_cpus[0] != '\0')
        rc = process_pin(s->spec->sender_cpus, e);
    process_allowed_cpus(s->slot->cpus, sizeof s->slot->cpus);
    buf_init(&s->planted, SIZE_MAX / 2);
    if (rc == RC_OK)
        rc = note_libraries(s, e);
    if (rc == RC_OK)
        rc = payload_pool_map(WORKER_POOL_FD, &s->pool, e);
    if (rc == RC_OK)
        rc = make_tables(s, e);
    if (rc == RC_OK && s->ops->open != NULL)
        rc = s->ops->open(s, e);
    return rc == RC_OK ? open_client(s, e) : rc;
}

/* What stays behind is told where nothing worse has happened. */
static enum rc close_ops(struct sending *s, enum rc rc, struct err *e)
{
    struct err left = {0};
    if (s->ops->close == NULL || s->ops->close(s, &left) == RC_OK || rc != RC_OK)
        return rc;
    *e = left;
    return left.rc;
}

enum rc sender_live(struct worker *w, const struct sending_ops *ops, struct err *e)
{
    struct sending s = {.ops = ops,
                        .memory = w->memory,
                        .spec = shared_memory_spec(w->memory),
                        .slot = w->slot,
                        .receiver = shared_memory_find(w->memory, KIND_RECEIVER, 0),
                        .region = w->region,
                        .entries = sender_entries(w->region)};
    s.ctx = &s;
    enum rc rc = set_up(&s, e);
    if (rc == RC_OK)
        rc = worker_rendezvous(w, send_part, &s, e);
    if (s.producer != NULL)
        s.slot->wire = producer_wire(s.producer);
    producer_close(s.producer);
    producer_headers_free(s.headers);
    rc = close_ops(&s, rc, e);
    buf_release(&s.planted);
    free(s.encoded);
    free(s.keys);
    payload_pool_release(&s.pool);
    return rc;
}

enum rc sender_of_records(struct worker *w, struct err *e)
{
    return sender_live(w, &RECORD_SENDING, e);
}
