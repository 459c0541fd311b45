/*
 * What the codec table writes in memory is what the client stores: the bodies of batches on a real
 * broker are decompressed and compressed again, and the sizes compared. Snappy is another matter:
 * the client carries an implementation of its own (docs/codecs.md). Skipped without the broker's
 * jars.
 */
/* Long: real batches of every codec are taken apart at every level. */
#include "bench/payload/payload.h"
#include "bench/testbed/broker/broker.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"
#include "core/log/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { RECORDS = 5000, BATCH_RECORDS = 500, ROOM = 8 << 20 };
static const int64_t WAIT_NS = 30 * (int64_t)NS_PER_S;

struct sums {
    const struct codec *codec;
    struct codec_work *work;
    int64_t batches, stored_bytes, ours_bytes, body_bytes;
    uint8_t *body, *again; /* ROOM each */
};

static void require(enum rc rc, const struct err *e)
{
    if (rc != RC_OK)
        fail_msg("%s", e->text);
}

static enum rc recompress(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    struct sums *s = ctx;
    size_t body = 0;
    size_t again = 0;
    (void)partition;
    assert_int_equal(b->codec_id, s->codec->kafka_id);
    enum rc rc = s->codec->decompress(s->work, b->body, s->body, ROOM, &body, e);
    if (rc == RC_OK)
        rc = s->codec->compress(s->work, span_of(s->body, body), s->again, ROOM, &again, e);
    s->batches++;
    s->body_bytes += (int64_t)body;
    s->stored_bytes += (int64_t)b->body.size;
    s->ours_bytes += (int64_t)again;
    return rc;
}

static void ignore_delivery(void *ctx, const struct delivery_report *r)
{
    (void)ctx;
    assert_int_equal(r->kind, DELIVERY_ACKNOWLEDGED);
}

static void store(const struct cluster *c, const char *topic, struct codec_spec codec,
                  const struct payload_pool *pool)
{
    struct err e;
    struct producer *p = NULL;
    struct producer_settings s;
    producer_settings_init(&s);
    s.cluster = c;
    s.topic = topic;
    s.codec = codec;
    s.batch_records = BATCH_RECORDS;
    s.batch_bytes = 4 << 20;
    s.message_max_bytes = 8 << 20;
    s.linger_ns = NS_PER_S;
    s.on_delivery = ignore_delivery;
    require(producer_open(&s, &p, &e), &e);
    for (size_t i = 0; i < RECORDS; i++) {
        struct producer_record r = {.value = payload_pool_record(pool, i), .tag = i};
        assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    }
    require(producer_flush(p, WAIT_NS, &e), &e);
    producer_close(p);
}

static void compare(const struct broker *b, const struct cluster *c, struct admin *a,
                    const struct payload_pool *pool, const char *choice)
{
    struct err e;
    struct codec_spec codec;
    struct sums sums = {.body = malloc(ROOM), .again = malloc(ROOM)};
    assert_true(sums.body != NULL && sums.again != NULL);
    require(codec_spec_parse(choice, &codec, &e), &e);
    sums.codec = codec.codec;
    require(codec.codec->open(codec_spec_level(codec), &sums.work, &e), &e);
    const char *config[] = {"max.message.bytes", "8388608", NULL};
    struct topic_settings t = {.partitions = 1, .replication_factor = -1, .config = config};
    require(admin_create_topic(a, choice, &t, &e), &e);
    store(c, choice, codec, pool);
    struct stored_summary found;
    struct stored_question q = {.topic = choice,
                                .log_dir = b->log_folder,
                                .cluster = c,
                                .on_batch = recompress,
                                .ctx = &sums};
    require(stored_batches(&q, &found, &e), &e);
    double off = (double)sums.ours_bytes / (double)sums.stored_bytes - 1;
    print_message("%s: %lld batches, %lld bytes of bodies, stored %lld, in memory %lld, %+.3f %%\n",
                  choice, (long long)sums.batches, (long long)sums.body_bytes,
                  (long long)sums.stored_bytes, (long long)sums.ours_bytes, off * 100);
    assert_true(sums.batches >= RECORDS / BATCH_RECORDS);
    double allowed = strcmp(choice, "snappy") == 0 ? 0.10 : 0.005;
    assert_true(off < allowed && off > -allowed);
    codec.codec->close(sums.work);
    free(sums.body);
    free(sums.again);
}

static void test_sizes_in_memory_are_sizes_stored(void **state)
{
    (void)state;
    struct err e;
    struct home home;
    char jars[HOME_PATH_MAX];
    struct stat there;
    require(home_find(&home, &e), &e);
    require(home_var(&home, "kafka/lib", jars, &e), &e);
    if (stat(jars, &there) != 0)
        skip();
    struct broker b;
    struct broker_options options = {.home = &home};
    require(broker_open(&options, &b, &e), &e);
    struct cluster c;
    cluster_init(&c);
    require(cluster_set_bootstrap(&c, b.bootstrap, &e), &e);
    struct admin *a = NULL;
    require(admin_open(&c, WAIT_NS, &a, &e), &e);
    struct payload_pool pool;
    struct payload_spec spec = {.kind = "iot", .records_max = RECORDS, .seed = 1};
    require(payload_pool_build(&spec, &pool, &e), &e);
    assert_int_equal(pool.records, RECORDS);
    static const char *const choices[] = {"gzip-1", "gzip-6", "gzip-9", "snappy", "lz4",
                                          "lz4-9",  "zstd-1", "zstd-3", "zstd-6", NULL};
    for (size_t i = 0; choices[i] != NULL; i++)
        compare(&b, &c, a, &pool, choices[i]);
    payload_pool_release(&pool);
    admin_close(a);
    cluster_release(&c);
    broker_close(&b, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_in_memory_are_sizes_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
