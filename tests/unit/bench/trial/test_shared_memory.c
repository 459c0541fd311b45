/* Shared memory: what one process writes another reads; that of another version is refused; a
 * worker may ask for others. */
#define _GNU_SOURCE
#include "bench/trial/shared_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int made(struct shared_memory **m)
{
    static const struct slot_plan slots[] = {{.kind = 0, .index = 0, .region_bytes = 5000},
                                             {.kind = 1, .index = 0, .region_bytes = 0},
                                             {.kind = 1, .index = 1, .region_bytes = 80}};
    const struct shared_memory_plan plan = {.workload = "records",
                                            .spec = "what is asked",
                                            .spec_bytes = 14,
                                            .slots = slots,
                                            .slot_count = 3};
    struct err e = {0};
    int fd = -1;
    if (shared_memory_create(&plan, &fd, m, &e) != RC_OK)
        fail_msg("%s", e.text);
    return fd;
}

static void one_version_maps_it(void **state)
{
    (void)state;
    struct err e = {0};
    struct shared_memory *mine = NULL, *other = NULL;
    int fd = made(&mine);
    assert_int_equal(shared_memory_map(fd, &other, &e), RC_OK);
    assert_string_equal(shared_memory_spec(other), "what is asked");
    assert_string_equal(other->workload, "records");
    assert_int_equal(other->slot_count, 3);
    assert_int_equal(shared_memory_slot(other, 2)->kind, 1);
    assert_int_equal(shared_memory_slot(other, 2)->index, 1);
    assert_ptr_equal(shared_memory_find(other, 1, 1), shared_memory_slot(other, 2));
    assert_null(shared_memory_find(other, 1, 2));
    ((char *)shared_memory_region(mine, 0))[4999] = 77;
    ((char *)shared_memory_region(mine, 2))[79] = 78;
    assert_int_equal(((char *)shared_memory_region(other, 0))[4999], 77);
    assert_int_equal(((char *)shared_memory_region(other, 0))[4998], 0);
    assert_int_equal(((char *)shared_memory_region(other, 2))[79], 78);
    assert_true((char *)shared_memory_region(mine, 2) + 80 <= (char *)mine + mine->size);
    shared_memory_unmap(other);
    shared_memory_unmap(mine);
    (void)close(fd);
}

static void it_is_not_made_once_somebody_stops_it(void **state)
{
    (void)state;
    static const volatile sig_atomic_t stop = 1;
    static const struct slot_plan slot = {.region_bytes = 5000};
    const struct shared_memory_plan plan = {
        .workload = "records", .spec = "", .slots = &slot, .slot_count = 1, .stop = &stop};
    struct err e = {0};
    struct shared_memory *m = NULL;
    int fd = -1;
    assert_int_equal(shared_memory_create(&plan, &fd, &m, &e), RC_INTERRUPTED);
    assert_null(m);
    assert_int_equal(fd, -1);
}

static void another_layout_gets_one_sentence(void **state)
{
    (void)state;
    struct err e = {0};
    struct shared_memory *mine = NULL, *other = NULL;
    int fd = made(&mine);
    mine->layout++;
    assert_int_equal(shared_memory_map(fd, &other, &e), RC_INPUT);
    assert_null(other);
    assert_non_null(strstr(e.text, "both must be of one version"));
    mine->layout--;
    mine->magic++;
    assert_int_equal(shared_memory_map(fd, &other, &e), RC_INFRA);
    assert_null(other);
    assert_non_null(strstr(e.text, "is no shared memory of this version of assay"));
    mine->magic--;
    shared_memory_unmap(mine);
    (void)close(fd);
}

/* That of a newer version may be smaller than ours: its head is looked at first. */
static void a_short_one_of_another_layout_is_told_as_such(void **state)
{
    (void)state;
    struct err e = {0};
    struct shared_memory *mine = NULL, *other = NULL;
    int fd = made(&mine);
    uint64_t head[2] = {mine->magic, mine->layout + 1};
    int small = memfd_create("small", MFD_CLOEXEC);
    assert_true(small >= 0);
    assert_int_equal(write(small, head, sizeof head), (ssize_t)sizeof head);
    assert_int_equal(shared_memory_map(small, &other, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "both must be of one version"));
    (void)close(small);
    shared_memory_unmap(mine);
    (void)close(fd);
}

static void requests_are_taken_in_order_and_bounded(void **state)
{
    (void)state;
    struct shared_memory *m = NULL;
    enum request_kind kind = REQUEST_END;
    size_t slot = 0;
    int fd = made(&m);
    assert_false(shared_memory_take_request(m, &kind, &slot));
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < REQUESTS; i++)
            assert_true(shared_memory_ask(m, i % 2 == 0 ? REQUEST_START : REQUEST_END, i % 3));
        assert_false(shared_memory_ask(m, REQUEST_START, 0));
        for (size_t i = 0; i < REQUESTS; i++) {
            assert_true(shared_memory_take_request(m, &kind, &slot));
            assert_int_equal(kind, i % 2 == 0 ? REQUEST_START : REQUEST_END);
            assert_int_equal(slot, i % 3);
        }
        assert_false(shared_memory_take_request(m, &kind, &slot));
    }
    shared_memory_unmap(m);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_version_maps_it),
        cmocka_unit_test(it_is_not_made_once_somebody_stops_it),
        cmocka_unit_test(another_layout_gets_one_sentence),
        cmocka_unit_test(a_short_one_of_another_layout_is_told_as_such),
        cmocka_unit_test(requests_are_taken_in_order_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
