/* What becomes of an image in a trial: routes, messages, sizes, and the name it is known by. */
#include "bench/workload/images/image_rule.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct scenario STANDARD = {.chunk_bytes = 0};

static void each_encoding_has_its_route(void **state)
{
    (void)state;
    const int64_t sizes[] = {1, 20000000, 20000001, 100000001, 1000000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct route_rule envelope = image_rule_of(&STANDARD, ENCODING_ENVELOPE);
        struct route_rule chunks = image_rule_of(&STANDARD, ENCODING_CHUNKS);
        struct route_rule object = image_rule_of(&STANDARD, ENCODING_OBJECT);
        assert_int_equal(route_of(&envelope, sizes[i]), ROUTE_DIRECT);
        assert_int_equal(route_of(&chunks, sizes[i]), ROUTE_CHUNKS);
        assert_int_equal(route_of(&object, sizes[i]), ROUTE_OBJECT);
    }
    struct route_rule routed = image_rule_of(&STANDARD, ENCODING_ROUTED);
    assert_int_equal(route_of(&routed, 20000000), ROUTE_DIRECT);
    assert_int_equal(route_of(&routed, 20000001), ROUTE_CHUNKS);
    assert_int_equal(route_of(&routed, 100000000), ROUTE_CHUNKS);
    assert_int_equal(route_of(&routed, 100000001), ROUTE_OBJECT);
    assert_int_equal(image_rule_of(&STANDARD, ENCODING_RAW).chunk_bytes, 0);
}

static void a_scenario_sets_the_thresholds(void **state)
{
    (void)state;
    const struct scenario s = {
        .chunk_bytes = 1000, .direct_max_bytes = 10, .chunked_max_bytes = 5000};
    struct route_rule routed = image_rule_of(&s, ENCODING_ROUTED);
    struct err e = {0};
    assert_int_equal(route_rule_check(&routed, &e), RC_OK);
    assert_int_equal(image_rule_messages(&routed, 10), 1);
    assert_int_equal(image_rule_messages(&routed, 1000), 1);
    assert_int_equal(image_rule_messages(&routed, 1001), 2);
    assert_int_equal(image_rule_messages(&routed, 5000), 5);
    assert_int_equal(image_rule_messages(&routed, 5001), 1);
    assert_false(image_rule_needs_store(&routed, 5000));
    assert_true(image_rule_needs_store(&routed, 5001));
    struct route_rule chunks = image_rule_of(&s, ENCODING_CHUNKS);
    assert_int_equal(image_rule_messages(&chunks, 5001), 6);
}

/* Heads and metadata are a little more than the data, never less. */
static void the_largest_message_is_bounded(void **state)
{
    (void)state;
    enum { HEADS = 1000 };
    struct route_rule rule = image_rule_of(&STANDARD, ENCODING_ENVELOPE);
    assert_in_range(image_rule_message_bytes(&rule, 1000000), 1000000, 1000000 + HEADS);
    rule = image_rule_of(&STANDARD, ENCODING_CHUNKS);
    assert_in_range(image_rule_message_bytes(&rule, 1000000), 1000000, 1000000 + HEADS);
    assert_in_range(image_rule_message_bytes(&rule, 900000000), 5000000, 5000000 + HEADS);
    rule = image_rule_of(&STANDARD, ENCODING_OBJECT);
    assert_in_range(image_rule_message_bytes(&rule, 1000000000), 8192, 50000);
    rule = image_rule_of(&STANDARD, ENCODING_ROUTED);
    assert_in_range(image_rule_message_bytes(&rule, 1000000), 1000000, 1000000 + HEADS);
    assert_in_range(image_rule_message_bytes(&rule, 1000000000), 20000000, 20000000 + HEADS);
}

static void an_image_is_known_by_seed_and_sequence(void **state)
{
    (void)state;
    const uint64_t seed = UINT64_C(0xfedcba9876543210);
    const uint64_t sequences[] = {0, 1, UINT64_C(0x0123456789abcdef), UINT64_MAX};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        struct image_id id, again;
        char text[IMAGE_ID_TEXT];
        struct err e = {0};
        uint64_t found = 7;
        image_rule_id(seed, sequences[i], &id);
        image_id_format(&id, text);
        assert_int_equal(image_id_parse(text, &again, &e), RC_OK);
        assert_true(image_rule_sequence(seed, &again, &found));
        assert_true(found == sequences[i]);
        assert_false(image_rule_sequence(seed + 1, &again, &found));
    }
}

static void the_hash_is_of_the_head(void **state)
{
    (void)state;
    struct span message = span_str("head|data");
    assert_true(image_rule_hash(message, 5) == hash_bytes(span_str("head|")));
    assert_true(image_rule_hash(message, 9) == hash_bytes(message));
    assert_true(image_rule_hash(message, 99) == hash_bytes(message));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_encoding_has_its_route),
        cmocka_unit_test(a_scenario_sets_the_thresholds),
        cmocka_unit_test(the_largest_message_is_bounded),
        cmocka_unit_test(an_image_is_known_by_seed_and_sequence),
        cmocka_unit_test(the_hash_is_of_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
