/* Timelines as they are drawn: every arm's events, and how many were dropped.
 * Planted bugs these tests find: events of the first arm only; dropped events not said. */
#include "reports/render/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct timeline lines[2];

static void the_events_of_every_arm_are_drawn(void **state)
{
    static const char *const arms[] = {"none", "kill"};
    struct trial_record *records = calloc(2, sizeof *records);
    struct summary_cell *cells = calloc(2, sizeof *cells);
    struct summary_group group = {.count = 2};
    struct summary s = {.cells = cells, .cell_count = 2, .groups = &group, .group_count = 1};
    struct buf b;
    struct page p = {.out = &b};
    (void)state;
    assert_non_null(records);
    assert_non_null(cells);
    for (size_t i = 0; i < 2; i++) {
        trial_record_init(&records[i]);
        (void)snprintf(records[i].compare, sizeof records[i].compare, "codec");
        (void)snprintf(records[i].cell.codec, sizeof records[i].cell.codec, "%s", arms[i]);
        timeline_open(&lines[i], 0, 1000000000);
        timeline_series(&lines[i], "lag", "records")[0] = 5;
        cells[i] = (struct summary_cell){.first = &records[i], .timeline = &lines[i]};
    }
    timeline_event(&lines[1], 500000000, "fault", "member 2 killed");
    lines[1].events_dropped = 7;
    buf_init(&b, 1 << 20);
    chart_timeline(&p, &s, &group);
    assert_int_equal(p.rc, RC_OK);
    assert_int_equal(buf_append(&b, "", 1, NULL), RC_OK);
    assert_non_null(strstr((char *)b.data, "<path class=\"grid c1 dashed\""));
    assert_non_null(strstr((char *)b.data, "<title>kill: fault: member 2 killed</title>"));
    assert_non_null(strstr((char *)b.data, "kill: 7 events after the first 512 are not shown"));
    assert_null(strstr((char *)b.data, "none: "));
    buf_release(&b);
    free(cells);
    free(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_events_of_every_arm_are_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
