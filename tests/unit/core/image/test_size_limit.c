/* Limits on the way: exact at the boundary, the first that refuses, and the setting that cures it.
 */
#include "core/image/route.h"
#include "core/image/size_limit.h"
#include "core/image/topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { KEY = 32 };

static struct sized_record record_of(int64_t value)
{
    return (struct sized_record){.value_bytes = value, .key_bytes = KEY};
}

/* Everything large enough but one. */
static struct size_limits wide(enum size_limit narrow, int64_t bytes)
{
    struct size_limits l;
    size_limits_init(&l);
    for (size_t i = 0; i < SIZE_LIMITS; i++)
        l.bytes[i] = SIZE_LIMIT_TABLE[i].most;
    l.topic_has_own = narrow == LIMIT_TOPIC;
    l.bytes[narrow] = bytes;
    return l;
}

static void test_the_size_of_a_batch(void **state)
{
    (void)state;
    /* By hand: 61 of the header; then length, 4 fixed bytes, lengths of key and value, both. */
    static const struct {
        int64_t key, value, bytes;
    } rows[] = {
        {0, 0, 61 + 1 + 6},
        {0, 57, 61 + 1 + 6 + 57},
        {0, 58, 61 + 2 + 6 + 58},
        {0, 63, 61 + 2 + 6 + 63},
        {0, 64, 61 + 2 + 7 + 64},
        {32, 8000, 61 + 2 + 7 + 8032},
        {32, 20000000, 61 + 4 + 9 + 20000032},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sized_record r = {.value_bytes = rows[i].value, .key_bytes = rows[i].key};
        if (size_of_batch(&r) != rows[i].bytes)
            fail_msg("row %zu: %lld", i, (long long)size_of_batch(&r));
    }
}

static void test_every_limit_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_LIMITS; i++) {
        struct size_finding f[SIZE_LIMITS];
        struct sized_record r = record_of(5000000);
        struct size_limits l = wide((enum size_limit)i, 0);
        assert_int_equal(size_limits_judge(&l, &r, "t", f), i);
        l.bytes[i] = f[i].needed;
        assert_int_equal(size_limits_judge(&l, &r, "t", f), SIZE_LIMITS);
        assert_string_equal(f[i].cure, "");
        l.bytes[i]--;
        assert_int_equal(size_limits_judge(&l, &r, "t", f), i);
        assert_true(f[i].refuses && strlen(f[i].cure) > 0);
        assert_non_null(strstr(f[i].says, SIZE_LIMIT_TABLE[i].setting));
        assert_non_null(strstr(f[i].cure, SIZE_LIMIT_TABLE[i].setting));
    }
}

/* The documents' cure raises the broker's limit; their topic has one of its own. */
static void test_the_broker_does_not_cure_the_topic(void **state)
{
    (void)state;
    struct size_finding f[SIZE_LIMITS];
    struct sized_record r = record_of(30000000);
    struct size_limits l =
        wide(LIMIT_TOPIC, IMAGE_TOPIC_TABLE[IMAGE_TOPIC_BINARY].max_message_bytes);
    l.bytes[LIMIT_BROKER] = 52428800;
    assert_int_equal(size_limits_judge(&l, &r, "images", f), LIMIT_TOPIC);
    assert_false(f[LIMIT_BROKER].counts);
    assert_non_null(strstr(f[LIMIT_TOPIC].cure, "--entity-name images --add-config max.message."));
    assert_non_null(strstr(f[LIMIT_TOPIC].cure, "message.max.bytes does not help"));
    /* Without a limit of its own, the broker's counts. */
    l.topic_has_own = false;
    assert_int_equal(size_limits_judge(&l, &r, "images", f), SIZE_LIMITS);
    assert_false(f[LIMIT_TOPIC].counts);
    l.bytes[LIMIT_BROKER] = 20971520;
    assert_int_equal(size_limits_judge(&l, &r, "images", f), LIMIT_BROKER);
}

static void test_what_looks_at_the_compressed_batch(void **state)
{
    (void)state;
    struct size_finding f[SIZE_LIMITS];
    struct sized_record r = record_of(30000000);
    struct size_limits l = wide(LIMIT_TOPIC, 20971520);
    r.batch_bytes = 9000000;
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), SIZE_LIMITS);
    l.bytes[LIMIT_PRODUCER] = 20971520; /* the client looks at it before compression */
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), LIMIT_PRODUCER);
    l.bytes[LIMIT_PRODUCER] = SIZE_LIMIT_TABLE[LIMIT_PRODUCER].most;
    l.bytes[LIMIT_CONSUMER] = 50000000; /* and the other one after decompression */
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), LIMIT_CONSUMER);
}

/* 20 MB fit the documents' topic with key and overhead; 20 MiB do not. */
static void test_the_documents_boundaries(void **state)
{
    (void)state;
    struct size_finding f[SIZE_LIMITS];
    struct size_limits l =
        wide(LIMIT_TOPIC, IMAGE_TOPIC_TABLE[IMAGE_TOPIC_BINARY].max_message_bytes);
    struct route_rule mb, mib;
    route_rule_init(&mb, ROUTE_MB);
    route_rule_init(&mib, ROUTE_MIB);
    struct sized_record r = record_of(mb.direct_max_bytes);
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), SIZE_LIMITS);
    r = record_of(mib.direct_max_bytes);
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), LIMIT_TOPIC);
}

static void test_the_defaults_and_what_no_setting_cures(void **state)
{
    (void)state;
    struct size_finding f[SIZE_LIMITS];
    struct size_limits l;
    size_limits_init(&l);
    struct sized_record r = record_of(900000);
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), SIZE_LIMITS);
    r = record_of(1000000); /* and its overhead */
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), LIMIT_PRODUCER);
    assert_non_null(strstr(f[LIMIT_PRODUCER].cure, "message.max.bytes=1000068 "));
    r = record_of(1000000000);
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), LIMIT_PRODUCER);
    assert_non_null(strstr(f[LIMIT_PRODUCER].cure, "no value does: 1000000000 is the most"));
}

static void test_what_is_not_known_is_not_judged(void **state)
{
    (void)state;
    struct size_finding f[SIZE_LIMITS];
    struct size_limits l = wide(LIMIT_REQUEST, -1);
    struct sized_record r = record_of(90000000);
    assert_int_equal(size_limits_judge(&l, &r, NULL, f), SIZE_LIMITS);
    assert_false(f[LIMIT_REQUEST].counts);
    assert_non_null(strstr(f[LIMIT_REQUEST].says, "is not known"));
}

static void test_the_topics_are_the_documents(void **state)
{
    (void)state;
    struct err e = {0};
    char name[TOPIC_NAME_MAX], prefix[TOPIC_NAME_MAX];
    assert_int_equal(IMAGE_TOPIC_TABLE[IMAGE_TOPIC_METADATA].partitions, 4);
    assert_int_equal(IMAGE_TOPIC_TABLE[IMAGE_TOPIC_BINARY].partitions, 8);
    assert_int_equal(IMAGE_TOPIC_TABLE[IMAGE_TOPIC_CHUNKS].partitions, 6);
    assert_null(IMAGE_TOPIC_TABLE[IMAGE_TOPICS].name);
    const struct image_topic_row *row = &IMAGE_TOPIC_TABLE[IMAGE_TOPIC_CHUNKS];
    assert_int_equal(topics_name(row, "test-", name, &e), RC_OK);
    assert_string_equal(name, "test-wildfire-satellite-imagery-chunks");
    memset(prefix, 'x', sizeof prefix);
    prefix[249 - strlen(row->name)] = '\0';
    assert_int_equal(topics_name(row, prefix, name, &e), RC_OK);
    prefix[249 - strlen(row->name)] = 'x';
    prefix[250 - strlen(row->name)] = '\0';
    assert_int_equal(topics_name(row, prefix, name, &e), RC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_size_of_a_batch),
        cmocka_unit_test(test_every_limit_is_exact),
        cmocka_unit_test(test_the_broker_does_not_cure_the_topic),
        cmocka_unit_test(test_what_looks_at_the_compressed_batch),
        cmocka_unit_test(test_the_documents_boundaries),
        cmocka_unit_test(test_the_defaults_and_what_no_setting_cures),
        cmocka_unit_test(test_what_is_not_known_is_not_judged),
        cmocka_unit_test(test_the_topics_are_the_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
