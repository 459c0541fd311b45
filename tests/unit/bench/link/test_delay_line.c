/* bench/link/delay_line: what comes out, when, and how much goes in, on a clock the test brings. */
#include "bench/link/delay_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct instant at(int64_t ns)
{
    return (struct instant){.ns = ns};
}

static void put(struct delay_line *l, int64_t now, const char *text)
{
    struct instant due = delay_line_pass(l, at(now), strlen(text));
    assert_true(delay_line_put(l, due, NULL, text, strlen(text)));
}

static void expect(struct delay_line *l, int64_t due, const char *text)
{
    assert_int_equal(delay_line_due(l).ns, due);
    assert_null(delay_line_get(l, at(due - 1)));
    struct parcel *p = delay_line_get(l, at(due));
    assert_non_null(p);
    assert_int_equal(p->size, strlen(text));
    assert_memory_equal(p->data, text, p->size);
    free(p);
}

static void test_rate_and_delay(void **state)
{
    (void)state;
    struct delay_line l = {.bytes = 0};
    delay_line_set(&l, 8000000, 5000000); /* a byte a microsecond, 5 ms */
    put(&l, 1000, "abcd");
    put(&l, 1000, "ef");
    put(&l, 100000, "g");
    assert_int_equal(l.bytes, 7);
    expect(&l, 5005000, "abcd");
    expect(&l, 5007000, "ef");
    expect(&l, 5101000, "g");
    assert_int_equal(l.bytes, 0);
    assert_int_equal(delay_line_due(&l).ns, 0);
    assert_null(delay_line_get(&l, at(INT64_MAX)));
}

static void test_a_shorter_delay_does_not_overtake(void **state)
{
    (void)state;
    struct delay_line l = {.bytes = 0};
    delay_line_set(&l, 8000000, 5000000);
    put(&l, 1000, "ab");
    delay_line_set(&l, 0, 0);
    put(&l, 1000, "cd");
    expect(&l, 5003000, "ab");
    expect(&l, 5003000, "cd");
    put(&l, 6000000, "ef");
    expect(&l, 6000000, "ef");
    delay_line_release(&l);
}

/* It takes about 10 ms ahead and no more than DELAY_LINE_MAX, then says when to ask again. */
static void test_it_is_bounded(void **state)
{
    (void)state;
    static uint8_t bytes[PARCEL_MAX];
    struct delay_line l = {.bytes = 0};
    delay_line_set(&l, 8000000, NS_PER_S);
    assert_int_equal(delay_line_parcel(&l), PARCEL_MIN);
    size_t taken = 0;
    for (; delay_line_takes(&l, at(1000)); taken += 1000)
        assert_true(delay_line_put(&l, delay_line_pass(&l, at(1000), 1000), NULL, bytes, 1000));
    assert_int_equal(taken, 10000);
    struct instant again = delay_line_ask_again(&l);
    assert_in_range(again.ns, 1001, 10001000);
    assert_true(delay_line_takes(&l, again));
    delay_line_set(&l, 0, NS_PER_S);
    assert_int_equal(delay_line_parcel(&l), PARCEL_MAX);
    struct instant later = at(NS_PER_S);
    for (taken = 0; delay_line_takes(&l, later); taken += PARCEL_MAX)
        assert_true(
            delay_line_put(&l, delay_line_pass(&l, later, PARCEL_MAX), NULL, bytes, PARCEL_MAX));
    assert_in_range(taken, DELAY_LINE_MAX - 2 * PARCEL_MAX, DELAY_LINE_MAX);
    assert_int_equal(delay_line_ask_again(&l).ns, 0);
    delay_line_release(&l);
    assert_int_equal(l.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate_and_delay),
        cmocka_unit_test(test_a_shorter_delay_does_not_overtake),
        cmocka_unit_test(test_it_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
