/* The contract of every payload kind in the table, and of the pools that hold their records. */
#define _GNU_SOURCE
#include "base/hash.h"
#include "bench/payload/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct payload_pool build(const char *kind, uint64_t seed, size_t records, size_t size)
{
    struct payload_spec spec = {.kind = kind,
                                .seed = seed,
                                .records_max = records,
                                .size_bytes = size,
                                .pool_bytes = 1000000000};
    struct payload_pool pool;
    struct err e = {.text = ""};
    if (payload_pool_build(&spec, &pool, &e) != RC_OK)
        fail_msg("%s", e.text);
    return pool;
}

static bool same_bytes(const struct payload_pool *a, const struct payload_pool *b)
{
    return a->records == b->records && a->total_bytes == b->total_bytes &&
           memcmp(a->bytes, b->bytes, a->total_bytes) == 0;
}

static size_t few_records(const struct payload_kind *kind)
{
    return strcmp(kind->name, "raster") == 0 ? 3 : 3000;
}

static void test_same_seed_same_records(void **state)
{
    (void)state;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++) {
        const struct payload_kind *kind = PAYLOAD_KINDS[i];
        struct payload_pool a = build(kind->name, 7, few_records(kind), 0);
        struct payload_pool b = build(kind->name, 7, few_records(kind), 0);
        struct payload_pool c = build(kind->name, 8, few_records(kind), 0);
        assert_true(same_bytes(&a, &b));
        assert_false(same_bytes(&a, &c));
        payload_pool_release(&a);
        payload_pool_release(&b);
        payload_pool_release(&c);
    }
}

/* A longer pool starts with the records of a shorter one: nothing depends on how many follow. */
static void test_shorter_pool_is_a_prefix(void **state)
{
    (void)state;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++) {
        struct payload_pool a = build(PAYLOAD_KINDS[i]->name, 1, 2, 0);
        struct payload_pool b = build(PAYLOAD_KINDS[i]->name, 1, 4, 0);
        assert_memory_equal(a.bytes, b.bytes, a.total_bytes);
        payload_pool_release(&a);
        payload_pool_release(&b);
    }
}

static void test_records_are_distinct_and_hashed(void **state)
{
    (void)state;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++) {
        const struct payload_kind *kind = PAYLOAD_KINDS[i];
        struct payload_pool p = build(kind->name, 3, few_records(kind), 0);
        assert_int_equal(p.records, few_records(kind));
        assert_int_equal(p.distinct, p.records);
        for (size_t k = 0; k < p.records; k++)
            assert_true(p.slots[k].hash == hash_bytes(payload_pool_record(&p, k)));
        payload_pool_release(&p);
    }
}

static void check_sizes(const struct payload_kind *kind, size_t size)
{
    struct payload_pool natural = build(kind->name, 5, 3, 0);
    struct payload_pool p = build(kind->name, 5, 3, size);
    for (size_t k = 0; k < p.records; k++) {
        size_t got = payload_pool_record(&p, k).size;
        if (kind->text) {
            assert_true(got >= size);
            /* whole readings: at most one reading more than needed */
            assert_true(got <= size + 2 * natural.slots[0].size + 200);
        } else {
            assert_int_equal(got, size);
        }
    }
    payload_pool_release(&natural);
    payload_pool_release(&p);
}

static void test_size_asked_for(void **state)
{
    (void)state;
    static const size_t SIZES[] = {100, 1000, 10001, 1000000};
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++)
        for (size_t k = 0; k < sizeof SIZES / sizeof *SIZES; k++)
            check_sizes(PAYLOAD_KINDS[i], SIZES[k]);
}

static void test_text_records_are_lines(void **state)
{
    (void)state;
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++) {
        if (!PAYLOAD_KINDS[i]->text)
            continue;
        struct payload_pool p = build(PAYLOAD_KINDS[i]->name, 2, 2000, 0);
        for (size_t k = 0; k < p.total_bytes; k++)
            assert_true(p.bytes[k] >= ' ' && p.bytes[k] <= '~');
        payload_pool_release(&p);
    }
}

/* Every raster of fair size is a TIFF whose strip lies inside it (TIFF 6.0, section 2). */
static void test_raster_is_a_tiff(void **state)
{
    (void)state;
    struct payload_pool p = build("raster", 1, 1, 50001);
    const uint8_t *t = p.bytes;
    assert_memory_equal(t, "II*\0\x08\0\0\0", 8);
    uint32_t width = t[10 + 8] | (uint32_t)t[10 + 9] << 8;
    uint32_t height = t[22 + 8] | (uint32_t)t[22 + 9] << 8;
    assert_true(width > height);
    assert_true(width * height * 2 <= 50001);
    assert_true(width * height * 2 > 49000);
    payload_pool_release(&p);
}

static void test_default_pool_is_larger_than_a_window(void **state)
{
    (void)state;
    struct payload_spec spec = {.kind = "iot", .seed = 1};
    struct payload_pool p;
    struct err e;
    assert_int_equal(payload_pool_build(&spec, &p, &e), RC_OK);
    assert_true(p.total_bytes >= 64000000);
    assert_true(p.total_bytes < 64100000);
    assert_int_equal(p.distinct, p.records);
    payload_pool_release(&p);
}

static void test_unknown_kind_lists_the_known(void **state)
{
    (void)state;
    struct payload_spec spec = {.kind = "iott", .seed = 1};
    struct payload_pool p;
    struct err e;
    assert_int_equal(payload_pool_build(&spec, &p, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "'iott'"));
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++)
        assert_non_null(strstr(e.text, PAYLOAD_KINDS[i]->name));
    assert_null(p.mapping);
}

/* One random byte has 256 values: a pool of 300 different ones cannot be. */
static void test_kind_without_enough_records_is_refused(void **state)
{
    (void)state;
    struct payload_spec spec = {.kind = "random", .seed = 1, .size_bytes = 1, .records_max = 300};
    struct payload_pool p;
    struct err e;
    assert_int_equal(payload_pool_build(&spec, &p, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "random"));
    assert_non_null(strstr(e.text, "256 distinct"));
}

static void test_map_shares_the_same_records(void **state)
{
    (void)state;
    struct payload_pool a = build("iot", 1, 100, 0);
    struct payload_pool b;
    struct err e;
    assert_int_equal(payload_pool_map(dup(a.fd), &b, &e), RC_OK);
    assert_true(same_bytes(&a, &b));
    assert_int_equal(a.distinct, b.distinct);
    assert_true(a.bytes != b.bytes);
    payload_pool_release(&a);
    assert_int_equal(b.bytes[0], '{');
    payload_pool_release(&b);
    payload_pool_release(&b);
    payload_pool_release(NULL);
}

static void test_pool_is_sealed_and_inheritable(void **state)
{
    (void)state;
    struct payload_pool p = build("iot", 1, 10, 0);
    assert_int_equal(fcntl(p.fd, F_GETFD) & FD_CLOEXEC, 0);
    assert_int_equal(pwrite(p.fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(p.fd, 4096), -1);
    payload_pool_release(&p);
}

static int memfd_with(const void *data, size_t size)
{
    int fd = memfd_create("test", 0);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), (ssize_t)size);
    return fd;
}

static void expect_refused(int fd, const char *why)
{
    struct payload_pool p;
    struct err e = {.text = ""};
    assert_int_equal(payload_pool_map(fd, &p, &e), RC_INPUT);
    if (strstr(e.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, why);
    assert_null(p.mapping);
    assert_int_equal(p.records, 0);
}

static void test_bad_fds_are_refused(void **state)
{
    (void)state;
    expect_refused(-1, "not a payload pool");
    expect_refused(memfd_with("short", 5), "too small");
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    expect_refused(pipe_fds[0], "too small");
    (void)close(pipe_fds[1]);
    uint8_t zeros[8192] = {0};
    expect_refused(memfd_with(zeros, sizeof zeros), "magic");
}

/* A copy of a good pool with one 8-byte word of it overwritten must be refused, not followed. */
static void expect_damage_seen(size_t word, uint64_t value)
{
    struct payload_pool good = build("iot", 1, 10, 0);
    size_t size = good.mapping_bytes;
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, good.mapping, size);
    memcpy(copy + word, &value, sizeof value);
    expect_refused(memfd_with(copy, size), "damaged");
    free(copy);
    payload_pool_release(&good);
}

static void test_damaged_pools_are_refused(void **state)
{
    (void)state;
    struct payload_pool p = build("iot", 1, 10, 0);
    size_t slots = (size_t)((const uint8_t *)p.slots - (const uint8_t *)p.mapping);
    payload_pool_release(&p);
    expect_damage_seen(8, 11);                 /* more records than slots */
    expect_damage_seen(8, UINT64_MAX / 24);    /* absurdly many */
    expect_damage_seen(8, 0);                  /* none */
    expect_damage_seen(16, UINT64_MAX);        /* more bytes than there are */
    expect_damage_seen(40, 12);                /* slots inside the header */
    expect_damage_seen(40, UINT64_MAX - 7);    /* slots beyond the end */
    expect_damage_seen(slots, 1);              /* a record out of place */
    expect_damage_seen(slots + 8, UINT64_MAX); /* a record without end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_records),
        cmocka_unit_test(test_shorter_pool_is_a_prefix),
        cmocka_unit_test(test_records_are_distinct_and_hashed),
        cmocka_unit_test(test_size_asked_for),
        cmocka_unit_test(test_text_records_are_lines),
        cmocka_unit_test(test_raster_is_a_tiff),
        cmocka_unit_test(test_default_pool_is_larger_than_a_window),
        cmocka_unit_test(test_unknown_kind_lists_the_known),
        cmocka_unit_test(test_kind_without_enough_records_is_refused),
        cmocka_unit_test(test_map_shares_the_same_records),
        cmocka_unit_test(test_pool_is_sealed_and_inheritable),
        cmocka_unit_test(test_bad_fds_are_refused),
        cmocka_unit_test(test_damaged_pools_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
