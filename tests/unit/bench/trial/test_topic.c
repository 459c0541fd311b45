/* The topics of a trial: one, or the documents' three with their partitions numbered through. */
#include "bench/workload/records/topic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void routed_images_have_three(void **state)
{
    (void)state;
    struct err e = {0};
    struct topic_names names;
    const struct trial_options g = {.shared_topic = NULL};
    struct records_spec *s = calloc(1, sizeof *s);
    assert_non_null(s);
    *s = (struct records_spec){.topic = "assay-x", .partitions = 5, .encoding = ENCODING_ROUTED};
    topic_lay_out(&g, s);
    assert_int_equal(topic_count(s), 3);
    assert_int_equal(s->partitions, 4 + 8 + 6);
    assert_int_equal(topic_first(s, IMAGE_TOPIC_BINARY), 4);
    assert_int_equal(topic_first(s, IMAGE_TOPIC_CHUNKS), 12);
    assert_int_equal(topic_of_number(s, 3), IMAGE_TOPIC_METADATA);
    assert_int_equal(topic_of_number(s, 4), IMAGE_TOPIC_BINARY);
    assert_int_equal(topic_of_number(s, 11), IMAGE_TOPIC_BINARY);
    assert_int_equal(topic_of_number(s, 17), IMAGE_TOPIC_CHUNKS);
    assert_int_equal(topic_names(s, &names, &e), RC_OK);
    assert_string_equal(names.name[0], "assay-x.wildfire-satellite-imagery-metadata");
    assert_string_equal(names.more[1], "assay-x.wildfire-satellite-imagery-chunks");
    free(s);
}

static void all_else_has_one(void **state)
{
    (void)state;
    struct err e = {0};
    struct topic_names names;
    const struct trial_options own = {.shared_topic = NULL}, shared = {.shared_topic = "t"};
    struct records_spec *s = calloc(1, sizeof *s);
    assert_non_null(s);
    for (int i = 0; i < 3; i++) { /* of chunks, in a shared topic, beside others in it */
        *s = (struct records_spec){.topic = "t",
                                   .partitions = 5,
                                   .mixed = i == 2,
                                   .encoding = i == 0 ? ENCODING_CHUNKS : ENCODING_ROUTED};
        topic_lay_out(i == 1 ? &shared : &own, s);
        assert_int_equal(topic_count(s), 1);
        assert_int_equal(s->partitions, 5);
        assert_int_equal(topic_of_number(s, 4), 0);
        assert_int_equal(topic_first(s, 0), 0);
        assert_int_equal(topic_names(s, &names, &e), RC_OK);
        assert_int_equal(names.more_count, 0);
        assert_string_equal(names.name[0], "t");
    }
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routed_images_have_three),
        cmocka_unit_test(all_else_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
