/* Reassembly, case by case: order, copies, damage, conflicts, time, what is remembered. */
#define _GNU_SOURCE
#include "tests/unit/core/image/reassembly_scene.h"

static void test_any_order(void **state)
{
    struct reassembly_scene *s = *state;
    static const uint32_t orders[][CHUNKS] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    open_with(s);
    for (size_t k = 0; k < IMAGES; k++) {
        for (size_t i = 0; i + 1 < CHUNKS; i++)
            assert_int_equal(scene_add(s->r, &s->image[k], orders[k][i], 10 * (int64_t)i, &s->step),
                             CHUNK_TAKEN);
        (void)scene_add(s->r, &s->image[k], orders[k][CHUNKS - 1], 70, &s->step);
        if (k == 0) /* the clock does not go back for the others */
            assert_int_equal(s->step.image.took_ns, 70 * NS_PER_MS);
        scene_must_be(&s->step, &s->image[k]);
    }
    assert_int_equal(counts_of(s).ended[REASSEMBLY_COMPLETE], IMAGES);
    assert_int_equal(s->losses.count, 0);
}

static void test_interleaved_and_duplicated(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    for (uint32_t i = 0; i < CHUNKS; i++)
        for (size_t k = 0; k < IMAGES; k++) {
            enum reassembly_outcome first = scene_add(s->r, &s->image[k], i, 0, &s->step);
            if (i == CHUNKS - 1)
                scene_must_be(&s->step, &s->image[k]);
            else
                assert_int_equal(first, CHUNK_TAKEN);
            assert_int_equal(scene_add(s->r, &s->image[k], i, 0, &s->step), CHUNK_DUPLICATE);
        }
    struct reassembly_counts n = counts_of(s);
    assert_int_equal(n.chunks_taken, IMAGES * CHUNKS);
    assert_int_equal(n.chunks_duplicate, IMAGES * CHUNKS);
    assert_int_equal(n.in_flight, 0);
    assert_int_equal(n.in_flight_peak, IMAGES);
}

static void test_one_chunk_is_an_image(void **state)
{
    struct reassembly_scene *s = *state;
    struct scene_image one;
    open_with(s);
    scene_image_make(&one, 9, 1, CHUNK_SIZE);
    (void)scene_add(s->r, &one, 0, 0, &s->step);
    scene_must_be(&s->step, &one);
    scene_image_free(&one);
}

static void test_the_timeout_is_exact_and_reports_what_was_missing(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    add_some(s, 0, 0, 1, 0);
    add_some(s, 0, 2, 3, MINUTE_MS);
    /* A copy is no news: it does not keep an image alive. */
    assert_int_equal(scene_add(s->r, &s->image[0], 2, 3 * MINUTE_MS, &s->step), CHUNK_DUPLICATE);
    struct instant last = {.ns = 1 + (int64_t)MINUTE_MS * NS_PER_MS};
    reassembly_expire(s->r, instant_after(last, REASSEMBLY_TIMEOUT_NS - 1));
    assert_int_equal(s->losses.count, 0);
    reassembly_expire(s->r, instant_after(last, REASSEMBLY_TIMEOUT_NS));
    assert_int_equal(s->losses.count, 1);
    const struct reassembly_loss *l = &s->losses.rows[0];
    assert_int_equal(l->end, REASSEMBLY_TIMED_OUT);
    assert_int_equal(l->received, 2);
    assert_int_equal(l->count, CHUNKS);
    assert_int_equal(l->missing_count, 2);
    assert_int_equal(l->missing[0], 1);
    assert_int_equal(l->missing[1], 3);
    assert_string_equal(l->why, "2 of 4 chunks came whole, 0 damaged: no new chunk for 300 s");
    /* Its memory is free, and what comes now is late. */
    assert_int_equal(counts_of(s).in_flight, 0);
    assert_int_equal(scene_add(s->r, &s->image[0], 1, 7 * MINUTE_MS, &s->step), CHUNK_LATE);
    assert_int_equal(s->losses.count, 1);
}

static void test_a_chunk_in_time_starts_the_timeout_anew(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    for (uint32_t i = 0; i + 1 < CHUNKS; i++)
        add_some(s, 0, i, i + 1, (int64_t)i * (5 * MINUTE_MS - 1));
    (void)scene_add(s->r, &s->image[0], CHUNKS - 1, 3 * (5 * MINUTE_MS - 1), &s->step);
    scene_must_be(&s->step, &s->image[0]);
}

static void test_time_that_runs_backwards(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    add_some(s, 0, 0, 1, 5 * MINUTE_MS);
    add_some(s, 1, 0, 1, 0); /* taken as at five minutes, too */
    struct reassembly_image i;
    struct instant then = {.ns = 1 + INT64_C(6) * MINUTE_MS * NS_PER_MS};
    assert_true(reassembly_find(s->r, &s->image[1].cut.id, then, &i));
    assert_true(i.idle_ns == (int64_t)MINUTE_MS * NS_PER_MS);
    reassembly_expire(s->r, (struct instant){.ns = 1 + INT64_C(9) * MINUTE_MS * NS_PER_MS});
    assert_int_equal(s->losses.count, 0);
    reassembly_expire(s->r, (struct instant){.ns = 1 + INT64_C(10) * MINUTE_MS * NS_PER_MS});
    assert_int_equal(s->losses.count, 2);
}

static void test_a_damaged_chunk_is_asked_for_again_or_reported(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    size_t last = chunk_record_size(&s->image[0].cut, 1) - 1;
    add_some(s, 0, 0, 1, 0);
    assert_int_equal(add_record(s, damaged(&s->image[0], 1, last)), CHUNK_DAMAGED);
    assert_non_null(strstr(s->step.why, "the data of chunk 1 are damaged"));
    assert_int_equal(add_record(s, damaged(&s->image[0], 1, 30)), CHUNK_DAMAGED);
    assert_non_null(strstr(s->step.why, "head or metadata are damaged"));
    add_some(s, 0, 2, 4, 0);
    /* Image 1: all there is of it is one damaged chunk, and yet it has a name. */
    assert_int_equal(add_record(s, damaged(&s->image[1], 1, last)), CHUNK_DAMAGED);
    reassembly_expire(s->r, (struct instant){.ns = 2 + REASSEMBLY_TIMEOUT_NS});
    assert_int_equal(s->losses.count, 2);
    assert_int_equal(s->losses.rows[0].damaged + s->losses.rows[1].damaged, 2);
    assert_int_equal(counts_of(s).chunks_damaged, 3);
}

static void test_a_whole_copy_heals_a_damaged_chunk(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    add_some(s, 0, 0, 3, 0);
    size_t last = chunk_record_size(&s->image[0].cut, 3) - 1;
    assert_int_equal(add_record(s, damaged(&s->image[0], 3, last)), CHUNK_DAMAGED);
    (void)scene_add(s->r, &s->image[0], 3, 0, &s->step);
    scene_must_be(&s->step, &s->image[0]);
}

static void test_conflicts(void **state)
{
    struct reassembly_scene *s = *state;
    static const struct {
        const char *what, *says;
    } rows[] = {{"size", "says 999 bytes in chunks of 300, the first one said 1000 in 300"},
                {"crc", "says image CRC"},
                {"metadata", "has other metadata than the first one"},
                {"data", "chunk 0 came twice with different data"}};
    open_with(s);
    for (size_t k = 0; k < IMAGES; k++) {
        struct scene_image other = s->image[k];
        uint8_t bytes[SIZE];
        memcpy(bytes, other.bytes, SIZE);
        add_some(s, k, 0, 1, 0);
        if (k == 0)
            other.cut.total_size--;
        else if (k == 1)
            other.cut.image_crc++;
        else if (k == 2)
            other.cut.metadata = span_str("{}");
        else
            bytes[0]++;
        other.bytes = bytes;
        assert_int_equal(add_record(s, scene_record(&other, k == 3 ? 0 : 1)), CHUNK_ENDED);
        if (strstr(s->step.why, rows[k].says) == NULL)
            fail_msg("%s: %s", rows[k].what, s->step.why);
        assert_int_equal(s->losses.rows[k].end, REASSEMBLY_CONFLICT);
        assert_int_equal(scene_add(s->r, &s->image[k], 1, 0, &s->step), CHUNK_LATE);
    }
}

/* Whole chunks of two images under one id and one wrong checksum: never an image. */
static void test_chunks_that_are_whole_and_an_image_that_is_not(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    s->image[0].bytes[500] ^= 1; /* after its CRC was taken */
    add_some(s, 0, 0, 3, 0);
    assert_int_equal(scene_add(s->r, &s->image[0], 3, 0, &s->step), CHUNK_ENDED);
    assert_non_null(strstr(s->step.why, "every chunk came whole, and the image is not"));
    assert_null(s->step.image.image.data);
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_CORRUPT);
    assert_int_equal(s->losses.rows[0].missing_count, 0);
}

static void test_closing_reports_what_is_left(void **state)
{
    struct reassembly_scene *s = *state;
    open_with(s);
    add_some(s, 2, 0, 3, 0);
    add_some(s, 1, 0, 1, 0);
    reassembly_close(s->r);
    s->r = NULL;
    assert_int_equal(s->losses.count, 2);
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_CLOSED);
    assert_memory_equal(s->losses.rows[0].id.bytes, s->image[2].cut.id.bytes, IMAGE_ID_BYTES);
    assert_int_equal(s->losses.rows[0].missing[0], 3);
}

/* Only so many ids are remembered: then a late copy starts an image anew, and is reported. */
static void test_what_is_remembered(void **state)
{
    struct reassembly_scene *s = *state;
    s->config.remembered = 2;
    open_with(s);
    for (size_t k = 0; k < IMAGES; k++) {
        add_some(s, k, 0, 3, 0);
        (void)scene_add(s->r, &s->image[k], 3, 0, &s->step);
        scene_must_be(&s->step, &s->image[k]);
    }
    assert_int_equal(scene_add(s->r, &s->image[3], 0, 0, &s->step), CHUNK_DUPLICATE);
    assert_int_equal(scene_add(s->r, &s->image[2], 0, 0, &s->step), CHUNK_DUPLICATE);
    assert_int_equal(scene_add(s->r, &s->image[1], 0, 0, &s->step), CHUNK_TAKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_any_order),
        CASE(test_interleaved_and_duplicated),
        CASE(test_one_chunk_is_an_image),
        CASE(test_the_timeout_is_exact_and_reports_what_was_missing),
        CASE(test_a_chunk_in_time_starts_the_timeout_anew),
        CASE(test_time_that_runs_backwards),
        CASE(test_a_damaged_chunk_is_asked_for_again_or_reported),
        CASE(test_a_whole_copy_heals_a_damaged_chunk),
        CASE(test_conflicts),
        CASE(test_chunks_that_are_whole_and_an_image_that_is_not),
        CASE(test_closing_reports_what_is_left),
        CASE(test_what_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
