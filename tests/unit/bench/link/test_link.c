/* bench/link: what is refused, what is chosen, and when a measurement is believed. */
#define _GNU_SOURCE
#include "bench/link/link.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_the_environment_chooses(void **state)
{
    (void)state;
    struct links *l = NULL;
    struct err e = {.text = ""};
    assert_int_equal(setenv("ASSAY_LINK", "relay", 1), 0);
    assert_int_equal(links_open(LINK_BEST, false, &l, &e), RC_OK);
    assert_string_equal(links_kind(l), "relay");
    assert_string_equal(links_why(l), "");
    assert_int_equal(links_namespace(l), -1);
    links_close(l);
    l = NULL;
    assert_int_equal(setenv("ASSAY_LINK", "modem", 1), 0);
    assert_int_equal(links_open(LINK_BEST, false, &l, &e), RC_INPUT);
    assert_null(l);
    assert_non_null(strstr(e.text, "ASSAY_LINK=modem"));
    /* Who asks for a kind gets it, whatever the environment says. */
    assert_int_equal(links_open(LINK_RELAY, false, &l, &e), RC_OK);
    links_close(l);
    assert_int_equal(unsetenv("ASSAY_LINK"), 0);
    links_close(NULL);
}

static void test_there_is_always_one(void **state)
{
    (void)state;
    struct links *l = NULL;
    struct err e = {.text = ""};
    assert_int_equal(links_open(LINK_BEST, true, &l, &e), RC_OK);
    struct link_rate rate = {.bit_per_s = 100000000, .delay_ns = NS_PER_MS};
    assert_int_equal(links_set(l, &rate, &e), RC_OK);
    /* The relay tells why it is not the namespace, which has none to tell. */
    assert_int_equal(strcmp(links_kind(l), "relay") == 0, links_why(l)[0] != '\0');
    links_close(l);
}

static void test_without_programs_it_is_the_relay(void **state)
{
    (void)state;
    struct links *l = NULL;
    struct err e = {.text = ""};
    const char *now = getenv("PATH");
    char *path = now != NULL ? strdup(now) : NULL;
    assert_non_null(path);
    assert_int_equal(setenv("PATH", "/proc", 1), 0);
    assert_int_equal(links_open(LINK_NAMESPACE, false, &l, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "iproute2"));
    assert_int_equal(links_open(LINK_BEST, false, &l, &e), RC_OK);
    assert_string_equal(links_kind(l), "relay");
    assert_non_null(strstr(links_why(l), "iproute2"));
    links_close(l);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
}

static void test_absurd_links_are_refused(void **state)
{
    (void)state;
    static const struct link_rate absurd[] = {
        {.bit_per_s = -1},
        {.bit_per_s = 1},
        {.bit_per_s = LINK_BIT_PER_S_MIN - 1},
        {.bit_per_s = LINK_BIT_PER_S_MAX + 1},
        {.bit_per_s = INT64_MAX},
        {.bit_per_s = 100000000, .delay_ns = -1},
        {.bit_per_s = 100000000, .delay_ns = LINK_DELAY_NS_MAX + 1},
        {.bit_per_s = 100000000, .delay_ns = 1}, /* was not announced */
    };
    char listen[LINK_ADDRESS_MAX];
    char advertised[LINK_ADDRESS_MAX];
    struct links *l = NULL;
    struct err e = {.text = ""};
    assert_int_equal(links_open(LINK_RELAY, false, &l, &e), RC_OK);
    for (size_t i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
        e.text[0] = '\0';
        assert_int_equal(links_set(l, &absurd[i], &e), RC_INPUT);
        assert_true(strlen(e.text) > 10);
    }
    assert_int_equal(links_listener(l, 0, listen, advertised, &e), RC_INPUT);
    assert_int_equal(links_listener(l, 65536, listen, advertised, &e), RC_INPUT);
    links_close(l);
}

static void test_a_measurement_is_judged(void **state)
{
    (void)state;
    struct err e = {.text = ""};
    struct link_rate set = {.bit_per_s = 100000000, .delay_ns = 1000000};
    const struct link_measured fine = {.up_wire_bit_per_s = 95.1e6,
                                       .down_wire_bit_per_s = 104.9e6,
                                       .up_bit_per_s = 90e6,
                                       .down_bit_per_s = 90e6,
                                       .round_trip_ns = 2000000};
    assert_int_equal(link_measured_check(&fine, &set, &e), RC_OK);
    struct link_measured bad = fine;
    bad.up_wire_bit_per_s = 94.9e6;
    assert_int_equal(link_measured_check(&bad, &set, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "94.9 up"));
    bad = fine;
    bad.down_wire_bit_per_s = 105.1e6;
    assert_int_equal(link_measured_check(&bad, &set, &e), RC_INFRA);
    bad = fine;
    bad.round_trip_ns = 1999999;
    assert_int_equal(link_measured_check(&bad, &set, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "round trip"));
    set = (struct link_rate){.bit_per_s = 0};
    bad = (struct link_measured){.up_wire_bit_per_s = 5e10, .down_wire_bit_per_s = 1};
    assert_int_equal(link_measured_check(&bad, &set, &e), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_environment_chooses),
        cmocka_unit_test(test_there_is_always_one),
        cmocka_unit_test(test_without_programs_it_is_the_relay),
        cmocka_unit_test(test_absurd_links_are_refused),
        cmocka_unit_test(test_a_measurement_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
