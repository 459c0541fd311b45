/* The router: what goes to which topic, from memory and from a file, and every failure on the way.
 */
#define _GNU_SOURCE
#include "base/crc32c.h"
#include "base/rng.h"
#include "core/image/envelope.h"
#include "core/image/format/image_format.h"
#include "core/image/image_source.h"
#include "core/image/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { RECORDS = 64, IMAGE = 1000 };

/* A sink that keeps everything. */
struct kept_message {
    struct image_message records[RECORDS];
    size_t count;
    size_t fail_at; /* the record that fails; SIZE_MAX: none */
};

static enum rc keep(void *ctx, const struct image_message *m, struct err *e)
{
    struct kept_message *k = ctx;
    if (k->count == k->fail_at) {
        free(m->value);
        return err_set(e, RC_INFRA, "the broker is gone");
    }
    assert_true(k->count < RECORDS);
    k->records[k->count++] = *m;
    return RC_OK;
}

static void drop(struct kept_message *k)
{
    for (size_t i = 0; i < k->count; i++)
        free(k->records[i].value);
    k->count = 0;
}

/* A store in memory that remembers what it was asked. */
struct vault {
    size_t size;
    int puts, removes;
    bool broken;
};

static enum rc vault_put(void *ctx, const struct image_source *image,
                         const struct image_metadata *m, struct buf *reference, struct err *e)
{
    struct vault *v = ctx;
    v->puts++;
    v->size = (size_t)image->size;
    assert_string_equal(m->format, "png");
    if (v->broken)
        return err_set(e, RC_INFRA, "no such bucket");
    return buf_appendf(reference, e, "{\"key\":\"images/1\"}");
}

static enum rc vault_remove(void *ctx, struct span reference, struct err *e)
{
    struct vault *v = ctx;
    v->removes++;
    assert_int_equal(reference.size, 18);
    return v->broken ? err_set(e, RC_INFRA, "still gone") : RC_OK;
}

static const struct object_store_ops VAULT = {.put = vault_put, .remove = vault_remove};

static const struct image_metadata META = {
    .timestamp = "2025-10-13T10:00:00Z", .format = "png", .source_id = "test"};

struct router_scene {
    struct kept_message kept;
    struct vault vault;
    struct image_metrics metrics;
    struct router router;
    uint8_t image[IMAGE];
};

/* Direct up to 100 bytes, chunks of 30 up to 500. */
static int setup(void **state)
{
    static struct router_scene s;
    struct rng r;
    memset(&s, 0, sizeof s);
    s.kept.fail_at = SIZE_MAX;
    image_metrics_init(&s.metrics);
    router_init(&s.router, ROUTE_MB);
    s.router.rule =
        (struct route_rule){.direct_max_bytes = 100, .chunk_bytes = 30, .chunked_max_bytes = 500};
    s.router.sink = (struct image_sink){.send = keep, .ctx = &s.kept};
    s.router.store = (struct object_store){.ops = &VAULT, .ctx = &s.vault};
    s.router.metrics = &s.metrics;
    rng_init(&r, 9, 0);
    rng_fill(&r, s.image, sizeof s.image);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct router_scene *s = *state;
    drop(&s->kept);
    return 0;
}

static enum rc send_size(struct router_scene *s, size_t size, struct routed *out, struct err *e)
{
    struct span bytes = span_of(s->image, size);
    struct image_source source = image_source_of(&bytes);
    return router_send(&s->router, &source, &META, NULL, out, e);
}

static void test_direct(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    struct envelope env;
    struct image_metadata m;
    char key[IMAGE_ID_TEXT];
    assert_int_equal(send_size(s, 100, &out, &e), RC_OK);
    assert_int_equal(out.route, ROUTE_DIRECT);
    assert_int_equal(out.records, 1);
    assert_int_equal(s->kept.count, 1);
    const struct image_message *r = &s->kept.records[0];
    assert_int_equal(r->topic, IMAGE_TOPIC_BINARY);
    assert_int_equal(r->value_size, out.record_bytes);
    image_id_format(&out.id, key);
    assert_string_equal(r->key, key);
    assert_int_equal(r->key_size, 32);
    assert_int_equal(envelope_read(span_of(r->value, r->value_size), &env, &e), RC_OK);
    assert_int_equal(env.kind, ENVELOPE_IMAGE);
    assert_int_equal(env.data.size, 100);
    assert_memory_equal(env.data.data, s->image, 100);
    assert_int_equal(metadata_read(env.metadata, &m, &e), RC_OK);
    assert_string_equal(m.source_id, "test");
    assert_int_equal(s->metrics.sent[3][ROUTE_DIRECT], 1);
}

static void check_chunks(struct router_scene *s, size_t size, const struct routed *out)
{
    uint8_t back[IMAGE];
    size_t sum = 0;
    assert_int_equal(out->route, ROUTE_CHUNKS);
    assert_int_equal(s->kept.count, (size + 29) / 30);
    for (size_t i = 0; i < s->kept.count; i++) {
        struct err e = {0};
        struct chunk c;
        const struct image_message *r = &s->kept.records[i];
        assert_int_equal(r->topic, IMAGE_TOPIC_CHUNKS);
        assert_string_equal(r->key, s->kept.records[0].key);
        assert_int_equal(chunk_read(span_of(r->value, r->value_size), &c, &e), RC_OK);
        assert_int_equal(c.index, i);
        assert_int_equal(c.image.image_crc, crc32c(span_of(s->image, size)));
        memcpy(back + c.offset, c.data.data, c.data.size);
        sum += c.data.size;
    }
    assert_int_equal(sum, size);
    assert_memory_equal(back, s->image, size);
}

static void test_chunks(void **state)
{
    struct router_scene *s = *state;
    for (size_t size = 101; size <= 500; size += 57) {
        struct err e = {0};
        struct routed out;
        assert_int_equal(send_size(s, size, &out, &e), RC_OK);
        check_chunks(s, size, &out);
        drop(&s->kept);
    }
    assert_int_equal(s->metrics.sent[3][ROUTE_CHUNKS], 8);
}

static void test_object(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    struct envelope env;
    assert_int_equal(send_size(s, 501, &out, &e), RC_OK);
    assert_int_equal(out.route, ROUTE_OBJECT);
    assert_int_equal(s->vault.size, 501);
    assert_int_equal(s->kept.records[0].topic, IMAGE_TOPIC_METADATA);
    assert_int_equal(
        envelope_read(span_of(s->kept.records[0].value, s->kept.records[0].value_size), &env, &e),
        RC_OK);
    assert_int_equal(env.kind, ENVELOPE_REFERENCE);
    assert_memory_equal(env.data.data, "{\"key\":\"images/1\"}", env.data.size);
    assert_int_equal(s->vault.removes, 0);
    assert_int_equal(s->metrics.sent[3][ROUTE_OBJECT], 1);
}

/* The object of a reference nobody gets is taken away; what cannot be is told. */
static void test_a_reference_that_cannot_be_sent(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    s->kept.fail_at = 0;
    assert_int_equal(send_size(s, 501, &out, &e), RC_INFRA);
    assert_string_equal(e.text, "the broker is gone");
    assert_int_equal(s->vault.removes, 1);
    assert_int_equal(s->metrics.sent[3][ROUTE_OBJECT], 0);
    s->vault.broken = true;
    assert_int_equal(send_size(s, 501, &out, &e), RC_INFRA);
    assert_string_equal(e.text, "no such bucket");
    assert_int_equal(s->vault.removes, 1);
}

static void test_no_store(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    s->router.store.ops = NULL;
    assert_int_equal(send_size(s, 501, &out, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "501 bytes goes to the object store (above 500)"));
    assert_int_equal(s->kept.count, 0);
}

static void test_a_sink_that_fails_midway(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    s->kept.fail_at = 3;
    assert_int_equal(send_size(s, 200, &out, &e), RC_INFRA);
    assert_int_equal(out.records, 3);
    assert_int_equal(s->metrics.sent[3][ROUTE_CHUNKS], 0);
}

static void test_what_is_refused(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    assert_int_equal(send_size(s, 0, &out, &e), RC_INPUT);
    assert_string_equal(e.text, "an image of no bytes");
    struct span bytes = span_of(s->image, 10);
    struct image_source source = image_source_of(&bytes);
    struct image_metadata m = META;
    m.format[0] = '\0';
    assert_int_equal(router_send(&s->router, &source, &m, NULL, &out, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "metadata: format"));
    s->router.rule.chunk_bytes = 0;
    assert_int_equal(send_size(s, 10, &out, &e), RC_INPUT);
    assert_int_equal(s->kept.count, 0);
}

/* A source whose bytes change between the first reading and the second. */
struct shifty {
    const uint8_t *bytes;
    int reads;
};

static enum rc shifty_read(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    struct shifty *s = ctx;
    (void)e;
    memcpy(out, s->bytes + offset, size);
    if (s->reads++ == 2)
        *(uint8_t *)out ^= 1;
    return RC_OK;
}

static void test_a_source_that_changes(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    struct shifty shifty = {.bytes = s->image};
    struct image_source source = {.read = shifty_read, .ctx = &shifty, .size = 300};
    assert_int_equal(router_send(&s->router, &source, &META, NULL, &out, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "changed while it was sent"));
}

static struct instant ticking(void)
{
    static int64_t now_ns = 1;
    return (struct instant){.ns = now_ns += 3000000};
}

static void test_from_a_file_with_an_id_and_a_clock(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    struct image_file f;
    struct image_id id = {{1, 2, 3}};
    char path[] = "/tmp/test_router.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, s->image, 450), 450);
    s->router.now = ticking;
    assert_int_equal(image_file_open(&f, path, &e), RC_OK);
    assert_int_equal(f.source.size, 450);
    assert_int_equal(router_send(&s->router, &f.source, &META, &id, &out, &e), RC_OK);
    check_chunks(s, 450, &out);
    assert_string_equal(s->kept.records[0].key, "01020300000000000000000000000000");
    assert_int_equal(s->metrics.took_ns, 16 * 3000000); /* the sum and 15 chunks */
    assert_int_equal(ftruncate(fd, 200), 0);
    assert_int_equal(router_send(&s->router, &f.source, &META, &id, &out, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "it became shorter"));
    image_file_close(&f);
    (void)close(fd);
    (void)unlink(path);
    assert_int_equal(image_file_open(&f, path, &e), RC_INFRA);
    assert_int_equal(image_file_open(&f, "/tmp", &e), RC_INPUT);
}

/* A file is checked where it lies, then sent. */
static void test_a_mapped_file(void **state)
{
    struct router_scene *s = *state;
    struct err e = {0};
    struct routed out;
    struct image_file f;
    struct span bytes;
    struct envelope env;
    const struct image_format *format = NULL;
    assert_int_equal(image_file_open(&f, "tests/fuzz/corpus/image_format/png", &e), RC_OK);
    assert_int_equal(image_file_map(&f, &bytes, &e), RC_OK);
    assert_int_equal(image_format_check(bytes, &format, &e), RC_OK);
    assert_string_equal(format->name, "png");
    assert_int_equal(router_send(&s->router, &f.source, &META, NULL, &out, &e), RC_OK);
    image_file_close(&f);
    const struct image_message *m = &s->kept.records[0];
    assert_int_equal(envelope_read(span_of(m->value, m->value_size), &env, &e), RC_OK);
    assert_int_equal(env.data.size, bytes.size);
    assert_memory_equal(env.data.data, bytes.data, bytes.size);
    image_file_unmap(bytes);
    assert_int_equal(image_file_open(&f, "/dev/null", &e), RC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_direct, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chunks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_object, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reference_that_cannot_be_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_store, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_sink_that_fails_midway, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_source_that_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_mapped_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_from_a_file_with_an_id_and_a_clock, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
