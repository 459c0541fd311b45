/* bench/link/token_bucket: the time of every byte, exactly, on a clock that the test brings. */
#include "bench/link/token_bucket.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct instant at(int64_t ns)
{
    return (struct instant){.ns = ns};
}

static void test_a_message_takes_its_time(void **state)
{
    (void)state;
    struct token_bucket b = {.bit_per_s = 0};
    token_bucket_set(&b, 100000000);
    /* 1250 bytes are 10 000 bits: 100 us at 100 Mbit/s. */
    assert_int_equal(token_bucket_take(&b, at(1000), 1250).ns, 1000 + 100000);
    assert_int_equal(token_bucket_take(&b, at(1000), 1250).ns, 1000 + 200000);
    /* The link is still busy: the next waits for it, whenever it comes. */
    assert_int_equal(token_bucket_take(&b, at(150000), 1250).ns, 1000 + 300000);
}

static void test_nothing_is_saved_up_while_idle(void **state)
{
    (void)state;
    struct token_bucket b = {.bit_per_s = 0};
    token_bucket_set(&b, 20000000);
    assert_int_equal(token_bucket_take(&b, at(0), 2500).ns, 1000000);
    int64_t later = 3600 * (int64_t)NS_PER_S;
    assert_int_equal(token_bucket_take(&b, at(later), 2500).ns, later + 1000000);
}

/* sum * 8 * 10^9 / rate without leaving 64 bits: sum < 2^28, so the seconds come first. */
static int64_t whole_ns(size_t sum, int64_t rate)
{
    int64_t bits = (int64_t)sum * 8;
    uint64_t rest = (uint64_t)(bits % rate);
    /* rest < 2^31 or so, times 10^9 is below 2^63 */
    return bits / rate * NS_PER_S + (int64_t)(rest * NS_PER_S / (uint64_t)rate);
}

/* Rates that do not divide evenly lose nothing: n bytes one by one take what n at once take. */
static void test_fractions_are_carried_on(void **state)
{
    (void)state;
    static const int64_t rates[] = {100000, 3000000, 7777777, 99999989, 1000000007, 100000000000};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct token_bucket one = {.bit_per_s = 0};
        struct token_bucket many = {.bit_per_s = 0};
        struct instant last = at(0);
        struct rng r;
        size_t sum = 0;
        rng_init(&r, 7, i);
        token_bucket_set(&one, rates[i]);
        token_bucket_set(&many, rates[i]);
        for (int k = 0; k < 100000; k++) {
            size_t size = (size_t)rng_below(&r, 3000);
            sum += size;
            last = token_bucket_take(&many, at(0), size);
        }
        assert_int_equal(last.ns, token_bucket_take(&one, at(0), sum).ns);
        assert_int_equal(last.ns, whole_ns(sum, rates[i]));
    }
}

static void test_rates_change_and_end(void **state)
{
    (void)state;
    struct token_bucket b = {.bit_per_s = 0};
    token_bucket_set(&b, 1000000);
    assert_int_equal(token_bucket_take(&b, at(0), 125).ns, 1000000);
    token_bucket_set(&b, 2000000);
    assert_int_equal(token_bucket_take(&b, at(0), 125).ns, 1500000);
    token_bucket_set(&b, 0);
    assert_int_equal(token_bucket_take(&b, at(0), 1 << 30).ns, 1500000);
    assert_int_equal(token_bucket_take(&b, at(2000000), 1 << 30).ns, 2000000);
    /* The largest take at the lowest and the highest rate does not overflow. */
    token_bucket_set(&b, 100000);
    assert_int_equal(token_bucket_take(&b, at(2000000), 1 << 30).ns,
                     2000000 + INT64_C(85899345920000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_takes_its_time),
        cmocka_unit_test(test_nothing_is_saved_up_while_idle),
        cmocka_unit_test(test_fractions_are_carried_on),
        cmocka_unit_test(test_rates_change_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
