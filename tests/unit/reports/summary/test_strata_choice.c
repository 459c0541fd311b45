/* --only: what it reads, what it takes, and what it answers to values that nothing has. */
#include "reports/summary/strata_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct trial_cell cell(const char *payload, int64_t bytes, const char *batch,
                              const char *load, const char *link)
{
    struct trial_cell c = {.record_bytes = bytes};
    (void)snprintf(c.payload, sizeof c.payload, "%s", payload);
    (void)snprintf(c.batching, sizeof c.batching, "%s", batch);
    (void)snprintf(c.load, sizeof c.load, "%s", load);
    (void)snprintf(c.link, sizeof c.link, "%s", link);
    return c;
}

static bool takes(const char *only, struct trial_cell c)
{
    struct strata_choice choice = {.count = 0};
    struct err e = {0};
    if (strata_choice_add(&choice, only, &e) != RC_OK)
        fail_msg("%s", e.text);
    return strata_choice_takes(&choice, &c);
}

static void values_take_labels(void **state)
{
    static const struct {
        const char *only;
        bool taken;
    } ROWS[] = {
        {"payload=iot", true},
        {"payload=IoT", true},
        {"payload=io", false},
        {"payload=iot-bulk", false},
        {"payload=alert,iot", true},
        {"payload=alert,payload=iot", true},
        {"payload=alert", false},
        {"record_bytes=1 KB", true},
        {"record_bytes=1000 B", true},
        {"record_bytes=1 KiB", false},
        {"record_bytes=natural", false},
        {"batch=100", true},
        {"batch=100 records", true},
        {"batch=100 records, 1.00 MB, 5.00 ms", true},
        {"batch=100 records, 2.00 MB", false},
        {"batch=10", false},
        {"batch=1000", false},
        {"load=open", true},
        {"load=open 500/s", true},
        {"load=open 5", false},
        {"load=closed", false},
        {"link=100Mbit", true},
        {"link=100 mbit/s", true},
        {"link=10Mbit", false},
        {"link=unlimited", false},
        {"payload=iot,link=100Mbit,load=open", true},
        {"payload=iot,link=unlimited", false},
        {"link=unlimited,100 Mbit/s,payload=alert,iot", true},
    };
    (void)state;
    struct trial_cell c =
        cell("iot", 1000, "100 records, 1.00 MB, 5.00 ms", "open 500/s", "100 Mbit/s");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (takes(ROWS[i].only, c) != ROWS[i].taken)
            fail_msg("%s %s", ROWS[i].only, ROWS[i].taken ? "is not taken" : "is taken");
    trial_cell_set(&c, DIMENSION_BACKGROUND, "raster 1.00 MB, routed, zstd-1, closed 1");
    assert_true(takes("background=raster", c));
    assert_false(takes("background=none", c));
    trial_cell_set(&c, DIMENSION_PARAMETERS, "threads 8, order key");
    assert_true(takes("parameters=threads 8", c));
    assert_true(takes("parameters=order key", c));
    assert_true(takes("parameters=threads 8, order key", c));
    assert_false(takes("parameters=threads 80", c));
    assert_false(takes("parameters=key", c));
    c = cell("iot", 0, "", "flat out", "");
    assert_true(takes("record_bytes=natural", c));
    assert_false(takes("record_bytes=1 KB", c));
    assert_true(takes("batch=7", c)); /* the arms differ in it */
    assert_true(takes("link=unlimited", c));
    assert_true(takes("load=flat out", c));
}

static void nothing_asked_takes_everything(void **state)
{
    char text[CHOICE_TEXT];
    struct strata_choice none = {.count = 0};
    struct trial_cell c = cell("iot", 0, "1 record, 0 ms", "closed 1", "unlimited");
    (void)state;
    assert_true(strata_choice_takes(&none, &c));
    assert_string_equal(strata_choice_text(&none, text), "");
}

static void what_is_said_is_read_again(void **state)
{
    struct strata_choice one = {.count = 0}, two = {.count = 0};
    char text[CHOICE_TEXT], again[CHOICE_TEXT];
    struct err e = {0};
    (void)state;
    assert_int_equal(strata_choice_add(&one, "payload=iot,alert", &e), RC_OK);
    assert_int_equal(strata_choice_add(&one, "batch=10 records, 60.0 s,record_bytes=1KB", &e),
                     RC_OK);
    assert_string_equal(strata_choice_text(&one, text),
                        "payload=iot,payload=alert,batch=10 records, 60.0 s,record_bytes=1KB");
    assert_int_equal(strata_choice_add(&two, text, &e), RC_OK);
    assert_string_equal(strata_choice_text(&two, again), text);
    assert_int_equal(two.all[3].bytes, 1000);
}

static void what_is_wrong_is_told(void **state)
{
    static const struct {
        const char *only, *says;
    } ROWS[] = {
        {"iot", "\"iot\" is no KEY=VALUE; expected for example payload=iot"},
        {"", "is no KEY=VALUE"},
        {"payload=", "payload has no value"},
        {"payload=iot,", "payload has no value"},
        {"colour=red", "found the condition \"colour\"; expected one of payload"},
        {"paylod=iot", "expected \"payload\", one of payload"},
        {"record_bytes=10", "\"10\" has no unit"},
        {"record_bytes=0x10 B", "unknown unit"},
        {"record_bytes=0", "a record of 0 B is none"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct strata_choice c = {.count = 0};
        struct err e = {0};
        assert_int_equal(strata_choice_add(&c, ROWS[i].only, &e), RC_INPUT);
        if (strstr(e.text, ROWS[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, ROWS[i].says);
    }
}

static void values_that_nothing_has_are_answered(void **state)
{
    static const struct {
        const char *only, *says;
    } ROWS[] = {{"payload=iot,link=20Mbit,unlimited,record_bytes=1KB,natural", NULL},
                {"payload=iott", "has the payload \"iott\"; expected one of \"iot\", "
                                 "\"alert\""},
                {"link=7Mbit", "has the link \"7Mbit\"; expected one of \"unlimited\", \"20 "
                               "Mbit/s\""},
                {"record_bytes=2 KB", "expected one of \"1.00 KB\", \"natural\""}};
    struct strata_offer *offer = calloc(1, sizeof *offer);
    (void)state;
    assert_non_null(offer);
    struct trial_cell a = cell("iot", 1000, "", "closed 1", "unlimited"),
                      b = cell("alert", 0, "", "closed 1", "20 Mbit/s");
    strata_offer_add(offer, &a);
    strata_offer_add(offer, &b);
    strata_offer_add(offer, &a);
    assert_int_equal(offer->count[DIMENSION_PAYLOAD], 2);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct strata_choice c = {.count = 0};
        struct err e = {0};
        assert_int_equal(strata_choice_add(&c, ROWS[i].only, &e), RC_OK);
        enum rc rc = strata_choice_check(&c, offer, &e);
        assert_int_equal(rc, ROWS[i].says == NULL ? RC_OK : RC_INPUT);
        if (ROWS[i].says != NULL && strstr(e.text, ROWS[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, ROWS[i].says);
    }
    free(offer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_take_labels),
        cmocka_unit_test(nothing_asked_takes_everything),
        cmocka_unit_test(what_is_said_is_read_again),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(values_that_nothing_has_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
