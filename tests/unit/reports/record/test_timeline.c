/* Timelines: points, events, and the file they become. */
#include "base/clock.h"
#include "reports/record/record.h"
#include "reports/record/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct timeline made, read_back;

static void every_instant_of_the_stretch_has_a_point(void **state)
{
    (void)state;
    const int64_t from = (int64_t)5 * NS_PER_S;
    timeline_open(&made, from, from + (int64_t)2 * NS_PER_S);
    assert_int_equal(made.points, TIMELINE_POINTS);
    assert_int_equal(made.step_ns, 10 * NS_PER_MS);
    assert_int_equal(timeline_point(&made, from), 0);
    assert_int_equal(timeline_point(&made, from + 10 * NS_PER_MS), 1);
    assert_int_equal(timeline_point(&made, from + (int64_t)2 * NS_PER_S - 1), TIMELINE_POINTS - 1);
    assert_int_equal(timeline_point(&made, from - 1), made.points);
    assert_int_equal(timeline_point(&made, from + (int64_t)2 * NS_PER_S), made.points);
    timeline_open(&made, from, from + 1);
    assert_int_equal(made.points, 1);
    assert_int_equal(made.step_ns, NS_PER_MS);
}

static void counts_become_rates(void **state)
{
    (void)state;
    timeline_open(&made, 0, (int64_t)2 * NS_PER_S);
    double *sent = timeline_series(&made, "sent", "records/s");
    sent[7] = 3;
    timeline_per_second(&made, sent);
    assert_true(sent[7] > 299.999 && sent[7] < 300.001);
    assert_true(sent[8] == 0);
}

static void there_is_room_for_so_much(void **state)
{
    (void)state;
    timeline_open(&made, 0, NS_PER_S);
    for (int i = 0; i < TIMELINE_SERIES; i++)
        assert_non_null(timeline_series(&made, "lag", "records"));
    assert_null(timeline_series(&made, "lag", "records"));
    for (int i = 0; i < TIMELINE_EVENTS + 3; i++)
        timeline_event(&made, i, "fault", "killed");
    assert_int_equal(made.event_count, TIMELINE_EVENTS);
    assert_int_equal(made.events_dropped, 3);
}

static void the_file_is_read_back_as_it_was(void **state)
{
    struct err e = {0};
    struct buf text;
    (void)state;
    timeline_open(&made, 100, 100 + 3 * NS_PER_MS);
    double *lag = timeline_series(&made, "lag", "records");
    lag[0] = 1.5;
    lag[1] = NOT_MEASURED;
    lag[2] = -4;
    timeline_event(&made, 100 + NS_PER_MS, "phase", "1000/s for 1 s");
    made.events_dropped = 9;
    buf_init(&text, 100000);
    assert_int_equal(timeline_write(&made, "c01.b02", &text, &e), RC_OK);
    assert_int_equal(timeline_read(buf_span(&text), &read_back, &e), RC_OK);
    assert_int_equal(read_back.points, 3);
    assert_int_equal(read_back.step_ns, NS_PER_MS);
    assert_int_equal(read_back.series_count, 1);
    assert_string_equal(read_back.series[0].name, "lag");
    assert_string_equal(read_back.series[0].unit, "records");
    assert_memory_equal(read_back.series[0].value, lag, 3 * sizeof *lag);
    assert_int_equal(read_back.event_count, 1);
    assert_int_equal(read_back.events_dropped, 9);
    assert_int_equal(read_back.events[0].at_ns, NS_PER_MS);
    assert_string_equal(read_back.events[0].says, "1000/s for 1 s");
    buf_release(&text);
}

static void what_is_no_timeline_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "found nothing"},
        {"{}\n", "line 1: schema"},
        {"{\"schema\":\"assay-timeline/9\"}\n", "found \"assay-timeline/9\""},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":0}\n", "step_ns"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,\"series\":[{}]}\n", "series"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,\"series\":[]}\n{\"values\":[]}\n",
         "line 2"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,\"series\":[]}\n"
         "{\"at_ns\":0,\"values\":[1]}\n",
         "points of 0 values"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,\"series\":[]}\n{\n", "line 2"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,"
         "\"series\":[{\"name\":\"a\",\"unit\":\"b\"}]}\n"
         "{\"at_ns\":0,\"values\":{\"a\":1}}\n",
         "points of 1 values"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,"
         "\"series\":[{\"name\":\"a\",\"unit\":\"b\"}]}\n"
         "{\"at_ns\":0,\"values\":[1e308]}\n",
         "line 2: values: expected numbers to 1e+100, or null"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,"
         "\"series\":[{\"name\":\"a\",\"unit\":\"b\"}]}\n"
         "{\"at_ns\":0,\"values\":[\"7\"]}\n",
         "line 2: values: expected numbers"},
        {"{\"schema\":\"assay-timeline/1\",\"step_ns\":1,\"series\":[]}\n"
         "{\"at_ns\":\"0\",\"values\":[]}\n",
         "line 2: expected at_ns"},
        {"[]\n", "line 1: schema"},
        {"7\n", "line 1: schema"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = {0};
        assert_int_equal(timeline_read(span_str(bad[i].text), &read_back, &e), RC_INPUT);
        if (strstr(e.text, bad[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, bad[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instant_of_the_stretch_has_a_point),
        cmocka_unit_test(counts_become_rates),
        cmocka_unit_test(there_is_room_for_so_much),
        cmocka_unit_test(the_file_is_read_back_as_it_was),
        cmocka_unit_test(what_is_no_timeline_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
