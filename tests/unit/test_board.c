/* The board: what one process writes another reads; the ledger of another version is refused. */
#define _GNU_SOURCE
#include "bench/trial/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int made(struct board **b)
{
    static struct trial_spec spec;
    struct err e = {0};
    int fd = -1;
    spec.records = 10;
    if (board_create(&spec, &fd, b, &e) != RC_OK)
        fail_msg("%s", e.text);
    return fd;
}

static void one_version_maps_it(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *mine = NULL, *other = NULL;
    int fd = made(&mine);
    assert_int_equal(board_map(fd, &other, &e), RC_OK);
    assert_int_equal(other->spec.records, 10);
    board_sent(mine)[9].offset = 77;
    assert_int_equal(board_sent(other)[9].offset, 77);
    board_unmap(other);
    board_unmap(mine);
    (void)close(fd);
}

static void another_layout_gets_one_sentence(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *mine = NULL, *other = NULL;
    int fd = made(&mine);
    mine->layout++;
    assert_int_equal(board_map(fd, &other, &e), RC_INPUT);
    assert_null(other);
    assert_non_null(strstr(e.text, "both must be of one version"));
    mine->layout--;
    mine->magic++;
    assert_int_equal(board_map(fd, &other, &e), RC_INFRA);
    assert_null(other);
    assert_non_null(strstr(e.text, "is no ledger of this version of assay"));
    mine->magic--;
    board_unmap(mine);
    (void)close(fd);
}

/* A newer board may be smaller than ours: its head is looked at first. */
static void a_short_board_of_another_layout_is_told_as_such(void **state)
{
    (void)state;
    struct err e = {0};
    struct board *mine = NULL, *other = NULL;
    int fd = made(&mine);
    uint64_t head[2] = {mine->magic, mine->layout + 1};
    int small = memfd_create("small", MFD_CLOEXEC);
    assert_true(small >= 0);
    assert_int_equal(write(small, head, sizeof head), (ssize_t)sizeof head);
    assert_int_equal(board_map(small, &other, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "both must be of one version"));
    (void)close(small);
    board_unmap(mine);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_version_maps_it),
        cmocka_unit_test(another_layout_gets_one_sentence),
        cmocka_unit_test(a_short_board_of_another_layout_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
