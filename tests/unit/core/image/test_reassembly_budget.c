/* Reassembly within its budget: who gives way, what never fits, files, a disk that fails. */
#define _GNU_SOURCE
#include "tests/unit/core/image/reassembly_scene.h"

/* A budget for the tables and two images of SIZE bytes. */
static void budget_for_two(struct reassembly_scene *s)
{
    struct reassembly_counts n;
    open_with(s);
    int64_t tables = counts_of(s).memory_bytes;
    add_some(s, 0, 0, 1, 0);
    n = counts_of(s);
    reassembly_close(s->r);
    s->losses.count = 0;
    s->config.memory_bytes = tables + 2 * (n.memory_bytes - tables);
    open_with(s);
}

static void test_the_one_untouched_for_longest_gives_way(void **state)
{
    struct reassembly_scene *s = *state;
    budget_for_two(s);
    add_some(s, 0, 0, 1, 0);
    add_some(s, 1, 0, 1, 1);
    add_some(s, 0, 1, 2, 2); /* now 1 is the one untouched for longest */
    add_some(s, 2, 0, 1, 3);
    assert_int_equal(s->losses.count, 1);
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_EVICTED);
    assert_memory_equal(s->losses.rows[0].id.bytes, s->image[1].cut.id.bytes, IMAGE_ID_BYTES);
    struct reassembly_counts n = counts_of(s);
    assert_int_equal(n.memory_bytes, s->config.memory_bytes);
    assert_int_equal(n.memory_peak_bytes, s->config.memory_bytes);
    add_some(s, 0, 2, 3, 4);
    (void)scene_add(s->r, &s->image[0], 3, 5, &s->step);
    scene_must_be(&s->step, &s->image[0]);
}

static void test_only_so_many_at_once(void **state)
{
    struct reassembly_scene *s = *state;
    s->config.in_flight_max = 2;
    open_with(s);
    add_some(s, 0, 0, 1, 0);
    add_some(s, 1, 0, 1, 0);
    assert_int_equal(s->losses.count, 0);
    add_some(s, 2, 0, 1, 0);
    assert_int_equal(s->losses.count, 1);
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_EVICTED);
    assert_memory_equal(s->losses.rows[0].id.bytes, s->image[0].cut.id.bytes, IMAGE_ID_BYTES);
    assert_int_equal(counts_of(s).in_flight_peak, 2);
}

static void test_what_can_never_fit_is_refused_at_once(void **state)
{
    struct reassembly_scene *s = *state;
    struct scene_image big;
    budget_for_two(s);
    scene_image_make(&big, 50, 4000, CHUNK_SIZE);
    add_some(s, 0, 0, 1, 0);
    assert_int_equal(scene_add(s->r, &big, 0, 0, &s->step), CHUNK_ENDED);
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_TOO_LARGE);
    assert_int_equal(scene_add(s->r, &big, 1, 0, &s->step), CHUNK_LATE);
    assert_int_equal(s->losses.count, 1);
    assert_int_equal(counts_of(s).in_flight, 1); /* nobody gave way for it */
    scene_image_free(&big);
}

static void test_absurd_sizes_cost_nothing(void **state)
{
    struct reassembly_scene *s = *state;
    struct scene_image lie = s->image[0];
    struct err e = {0};
    open_with(s);
    uint64_t sizes[] = {UINT64_MAX, INT64_MAX, (uint64_t)1 << 40};
    for (size_t i = 0; i < 3; i++) {
        lie.cut.id.bytes[0] = (uint8_t)(lie.cut.id.bytes[0] + 1);
        uint64_t step = sizes[i] / UINT32_MAX + 1;
        if (chunk_image_cut(&lie.cut, sizes[i], step > UINT32_MAX ? UINT32_MAX : step, &e) != RC_OK)
            continue;
        uint8_t *bytes = calloc(lie.cut.chunk_size, 1);
        assert_non_null(bytes);
        lie.bytes = bytes;
        if (lie.cut.chunk_size < 1 << 20) {
            assert_int_equal(add_record(s, scene_record(&lie, 0)), CHUNK_ENDED);
            assert_int_equal(s->losses.rows[s->losses.count - 1].end, REASSEMBLY_TOO_LARGE);
        }
        free(bytes);
    }
    assert_true(s->losses.count > 0);
    assert_int_equal(counts_of(s).in_flight, 0);
}

static void test_large_images_go_to_files(void **state)
{
    struct reassembly_scene *s = *state;
    use_folder(s);
    s->config.file_above_bytes = SIZE - 1;
    s->config.file_bytes = 2 * SIZE;
    open_with(s);
    add_some(s, 0, 0, 3, 0);
    add_some(s, 1, 0, 3, 1);
    struct reassembly_counts n = counts_of(s);
    assert_int_equal(n.file_bytes, 2 * SIZE);
    assert_true(n.memory_bytes < s->config.memory_bytes);
    add_some(s, 2, 0, 1, 2); /* a third does not fit on disk */
    assert_int_equal(s->losses.count, 1);
    assert_memory_equal(s->losses.rows[0].id.bytes, s->image[0].cut.id.bytes, IMAGE_ID_BYTES);
    (void)scene_add(s->r, &s->image[1], 3, 3, &s->step);
    assert_true(s->step.image.mapped);
    scene_must_be(&s->step, &s->image[1]);
    assert_int_equal(counts_of(s).file_bytes, SIZE);
}

/* One in memory does not give way for lack of disk, however long untouched. */
static void test_who_holds_what_is_lacking_gives_way(void **state)
{
    struct reassembly_scene *s = *state;
    struct scene_image small;
    scene_image_make(&small, 60, SIZE / 2, CHUNK_SIZE);
    use_folder(s);
    s->config.file_above_bytes = SIZE / 2;
    s->config.file_bytes = SIZE;
    open_with(s);
    assert_int_equal(scene_add(s->r, &small, 0, 0, &s->step), CHUNK_TAKEN);
    add_some(s, 0, 0, 1, 1);
    add_some(s, 1, 0, 1, 2);
    assert_int_equal(s->losses.count, 1);
    assert_memory_equal(s->losses.rows[0].id.bytes, s->image[0].cut.id.bytes, IMAGE_ID_BYTES);
    scene_image_free(&small);
}

/* Where memory is lacking, a file will do: nobody need give way. */
static void test_files_help_out(void **state)
{
    struct reassembly_scene *s = *state;
    use_folder(s);
    budget_for_two(s);
    s->config.memory_bytes += SIZE; /* for the bookkeeping of two more, for no third image */
    reassembly_close(s->r);
    open_with(s);
    for (size_t k = 0; k < IMAGES; k++)
        add_some(s, k, 0, 3, 0);
    assert_int_equal(s->losses.count, 0);
    for (size_t k = 0; k < IMAGES; k++) {
        (void)scene_add(s->r, &s->image[k], 3, 0, &s->step);
        scene_must_be(&s->step, &s->image[k]);
    }
    assert_true(counts_of(s).file_peak_bytes > 0);
}

static void test_a_disk_that_is_not_there(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    s->config.folder = "/proc/nothing";
    s->config.file_above_bytes = 0;
    open_with(s);
    struct span record = scene_record(&s->image[0], 0);
    assert_int_equal(reassembly_add(s->r, record, (struct instant){.ns = 1}, &s->step, &e),
                     RC_INFRA);
    scene_record_free(record);
    assert_non_null(strstr(e.text, "/proc/nothing"));
    assert_int_equal(s->losses.rows[0].end, REASSEMBLY_FAILED);
    assert_int_equal(counts_of(s).in_flight, 0);
}

static void test_budgets_that_cannot_be(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct reassembly *r = NULL;
    s->config.memory_bytes = 1000;
    assert_int_equal(reassembly_open(&s->config, NULL, NULL, &r, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "memory_bytes: 1000"));
    reassembly_config_init(&s->config);
    s->config.timeout_ns = 0;
    assert_int_equal(reassembly_open(&s->config, NULL, NULL, &r, &e), RC_INPUT);
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_one_untouched_for_longest_gives_way),
        CASE(test_only_so_many_at_once),
        CASE(test_what_can_never_fit_is_refused_at_once),
        CASE(test_absurd_sizes_cost_nothing),
        CASE(test_large_images_go_to_files),
        CASE(test_who_holds_what_is_lacking_gives_way),
        CASE(test_files_help_out),
        CASE(test_a_disk_that_is_not_there),
        CASE(test_budgets_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
