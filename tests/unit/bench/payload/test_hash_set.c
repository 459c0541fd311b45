/* The set of record hashes: growth, repeats, and hashes that all want the same place. */
#include "bench/payload/hash_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool add(struct hash_set *s, uint64_t hash)
{
    bool is_new = false;
    struct err e;
    assert_int_equal(hash_set_add(s, hash, &is_new, &e), RC_OK);
    return is_new;
}

static void test_each_hash_is_new_once(void **state)
{
    (void)state;
    enum { HASHES = 100000 };
    struct hash_set s = {.places = NULL};
    for (uint64_t i = 1; i <= HASHES; i++)
        assert_true(add(&s, i * 0x9e3779b97f4a7c15U));
    assert_int_equal(s.size, HASHES);
    for (uint64_t i = 1; i <= HASHES; i++)
        assert_false(add(&s, i * 0x9e3779b97f4a7c15U));
    assert_int_equal(s.size, HASHES);
    hash_set_release(&s);
    assert_int_equal(s.size, 0);
    hash_set_release(NULL);
}

/* Equal low bits: all start at one place, and each must still be told from the others. */
static void test_colliding_hashes(void **state)
{
    (void)state;
    struct hash_set s = {.places = NULL};
    for (uint64_t i = 1; i <= 1000; i++)
        assert_true(add(&s, i << 32));
    for (uint64_t i = 1; i <= 1000; i++)
        assert_false(add(&s, i << 32));
    assert_true(add(&s, UINT64_MAX));
    assert_int_equal(s.size, 1001);
    hash_set_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_hash_is_new_once),
        cmocka_unit_test(test_colliding_hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
