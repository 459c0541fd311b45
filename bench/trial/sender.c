#include "bench/trial/sender.h"

#include "bench/trial/account.h"
#include "bench/trial/role.h"
#include "bench/trial/sending.h"
#include "bench/trial/topic.h"
#include "core/kafka/cluster.h"
#include "core/kafka/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum rc open_headers(struct sending *s, struct err *e)
{
    enum { HEADERS = 64 };
    const char *texts[HEADERS + 1] = {NULL};
    char *line = s->b->spec.headers;
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
        rc = role_note_settings(&s->b->sender, &in_force, e);
    settings_release(&in_force);
    return rc;
}

static enum rc open_client(struct sending *s, struct err *e)
{
    const struct trial_spec *spec = &s->b->spec;
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
    want.on_delivery = s->images != NULL ? image_sending_on_delivery : sending_on_delivery;
    want.ctx = s->images != NULL ? (void *)s->images : (void *)s;
    rc = cluster_read(&cluster, span_str(spec->cluster), e);
    if (rc == RC_OK)
        rc = codec_spec_parse(spec->codec, &want.codec, e);
    if (rc == RC_OK)
        rc = producer_open(&want, &s->producer, e);
    if (rc == RC_OK && s->images != NULL)
        image_sending_use(s->images, s->producer);
    if (rc == RC_OK)
        rc = open_headers(s, e);
    if (rc == RC_OK)
        rc = say_settings(s, e);
    cluster_release(&cluster);
    return rc;
}

static enum rc work(struct sending *s, struct err *e)
{
    struct board *b = s->b;
    struct role_state *me = &b->sender;
    board_set(&me->phase, ROLE_READY);
    if (!board_wait_control(b, CONTROL_WARM_UP))
        return err_set(e, RC_INTERRUPTED, "stopped");
    enum rc rc = sending_until(s, (uint64_t)b->spec.warmup, 0, e);
    if (rc != RC_OK)
        return rc;
    board_set(&me->phase, ROLE_WARM);
    if (!board_wait_control(b, CONTROL_MEASURE))
        return err_set(e, RC_INTERRUPTED, "stopped");
    me->cpu_start = process_cpu_self();
    board_set(&me->phase, ROLE_MEASURING);
    rc = sending_until(s, (uint64_t)b->spec.records, b->spec.window_ns, e);
    me->cpu_end = process_cpu_self();
    me->anon_bytes = process_anon_bytes(getpid());
    return rc;
}

static enum rc make_tables(struct sending *s, struct err *e)
{
    const struct trial_spec *spec = &s->b->spec;
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

/* What was loaded here; a folder of libraries may have been put before the runner's. */
static enum rc note_libraries(struct board *b, struct err *e)
{
    struct codec_spec choice;
    enum rc rc = codec_spec_parse(b->spec.codec, &choice, e);
    if (rc != RC_OK)
        return rc;
    note_client(b->sender.library, sizeof b->sender.library);
    account_library(&choice, b->sender.codec_library, sizeof b->sender.codec_library);
    return RC_OK;
}

static enum rc set_up(struct sending *s, struct err *e)
{
    struct board *b = s->b;
    enum rc rc = RC_OK;
    if (b->spec.sender_cpus[0] != '\0')
        rc = process_pin(b->spec.sender_cpus, e);
    process_allowed_cpus(b->sender.cpus, sizeof b->sender.cpus);
    buf_init(&s->planted, SIZE_MAX / 2);
    if (rc == RC_OK)
        rc = note_libraries(b, e);
    if (rc == RC_OK)
        rc = payload_pool_map(ROLE_POOL_FD, &s->pool, e);
    if (rc == RC_OK)
        rc = make_tables(s, e);
    if (rc == RC_OK && encoding_is_image((enum encoding)b->spec.encoding))
        rc = image_sending_open(b, &s->pool, &s->images, e);
    return rc == RC_OK ? open_client(s, e) : rc;
}

/* What stays in the object store is said where nothing worse has happened. */
static enum rc close_images(struct sending *s, enum rc rc, struct err *e)
{
    struct err left = {0};
    if (image_sending_close(s->images, &left) == RC_OK || rc != RC_OK)
        return rc;
    *e = left;
    return left.rc;
}

enum rc sender_live(struct err *e)
{
    struct sending s = {0};
    enum rc rc = board_map(ROLE_BOARD_FD, &s.b, e);
    if (rc != RC_OK)
        return rc;
    s.entries = board_sent(s.b);
    rc = set_up(&s, e);
    if (rc == RC_OK)
        rc = work(&s, e);
    if (s.producer != NULL)
        s.b->sender.wire = producer_wire(s.producer);
    producer_close(s.producer);
    producer_headers_free(s.headers);
    rc = close_images(&s, rc, e);
    buf_release(&s.planted);
    free(s.encoded);
    free(s.keys);
    payload_pool_release(&s.pool);
    if (rc == RC_OK)
        board_set(&s.b->sender.phase, ROLE_DONE);
    else
        rc = role_fail(&s.b->sender, e);
    board_unmap(s.b);
    return rc;
}
