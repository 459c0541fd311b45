#define _GNU_SOURCE
/* What breaks while an image is put: nothing half is left, and the next one sweeps. */
#include "tests/unit/core/s3/object_store_scene.h"

static void a_source_that_fails_leaves_nothing(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct buf reference;
    struct image i = make_image(MEDIUM, 1);
    i.fail_at = MEDIUM - 1;
    struct s3_store *s = open_store(use_parts);
    struct object_store store = s3_store_ops(s);
    struct image_source source = source_of(&i);
    buf_init(&reference, 1 << 20);
    assert_int_equal(store.ops->put(store.ctx, &source, NULL, &reference, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "the file shrank"));
    assert_int_equal(reference.size, 0);
    assert_int_equal(s3_server_files(&server), 0);
    close_store(s);
    free_image(&i);
}

/* In the middle of the upload, which reads the image for the second time. */
static int64_t reads_until_death;
static void die_in_the_middle(int64_t offset)
{
    (void)offset;
    if (reads_until_death > 0 && --reads_until_death == 0)
        s3_server_kill(&server);
}

static void a_server_killed_in_mid_upload(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct buf reference;
    struct image i = make_image(MEDIUM, 1);
    struct s3_store *s = open_store(use_parts);
    struct object_store store = s3_store_ops(s);
    struct image_source source = source_of(&i);
    i.on_read = die_in_the_middle;
    reads_until_death = 180; /* 3 to pack, 20 to hash a part and 80 to send it: part 2 */
    buf_init(&reference, 1 << 20);
    assert_int_equal(store.ops->put(store.ctx, &source, NULL, &reference, &e), RC_INFRA);
    assert_int_equal(reads_until_death, 0);
    assert_non_null(strstr(e.text, "failed 2 times"));
    assert_int_equal(reference.size, 0);
    assert_true(s3_server_files(&server) > 0); /* the parts that had arrived */
    there = s3_server_start(&server);
    assert_true(there);
    i.on_read = NULL;
    struct buf second = put_image(s, &i); /* whoever comes next sweeps */
    remove_it(s, &second);
    assert_int_equal(s3_server_files(&server), 0);
    buf_release(&second);
    close_store(s);
    free_image(&i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_source_that_fails_leaves_nothing, need_server),
        cmocka_unit_test_setup(a_server_killed_in_mid_upload, need_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
