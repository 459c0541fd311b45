/* What a group's cells have in common, in words: nothing that differs, nothing that goes without
 * saying. */
#include "reports/summary/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static struct trial_record record(const char *codec, const char *encoding, const char *link)
{
    struct trial_record r;
    trial_record_init(&r);
    (void)snprintf(r.cell.codec, sizeof r.cell.codec, "%s", codec);
    (void)snprintf(r.cell.encoding, sizeof r.cell.encoding, "%s", encoding);
    (void)snprintf(r.cell.link, sizeof r.cell.link, "%s", link);
    (void)snprintf(r.cell.payload, sizeof r.cell.payload, "iot");
    (void)snprintf(r.cell.load, sizeof r.cell.load, "closed 1");
    (void)snprintf(r.cell.arm, sizeof r.cell.arm, "arm %s", codec);
    return r;
}

static void says(const struct trial_record *a, const struct trial_record *b, const char *compare,
                 const char *right)
{
    char text[SUMMARY_CONDITIONS];
    struct summary_cell cells[2] = {{.first = a}, {.first = b}};
    struct summary_group group = {
        .label = "iot", .compare = compare, .first = 0, .count = 2, .reference = SIZE_MAX};
    struct summary s = {.cells = cells, .cell_count = 2, .groups = &group, .group_count = 1};
    assert_string_equal(summary_conditions(&s, &group, text), right);
}

static void only_what_all_cells_share_is_said(void **state)
{
    (void)state;
    struct trial_record a = record("gzip-6", "base64-json", ""), b = record("gzip-6", "raw", "");
    says(&a, &b, "arms", "gzip-6; closed 1");
    says(&a, &a, "arms", "gzip-6; base64-json; closed 1");
    says(&a, &a, "codec", "base64-json; closed 1"); /* what is compared is no condition */
}

static void a_limited_link_is_said_with_how_and_how_much(void **state)
{
    (void)state;
    struct trial_record a = record("none", "raw", "unlimited");
    (void)snprintf(a.link_kind, sizeof a.link_kind, "loopback");
    says(&a, &a, "codec", "raw; closed 1");
    a = record("none", "raw", "20 Mbit/s");
    a.cell.link_bit_per_s = 20000000;
    (void)snprintf(a.link_kind, sizeof a.link_kind, "relay");
    a.link_up_bit_per_s = 19.1e6;
    a.link_down_bit_per_s = 20e6;
    says(&a, &a, "codec",
         "raw; closed 1; link 20 Mbit/s; link by relay, measured 19.1 Mbit/s of payload up, 20 "
         "down");
}

/* What other groups of the scenario have otherwise is in the label, whatever its words are. */
static void what_varies_is_in_the_label(void **state)
{
    (void)state;
    char text[SUMMARY_CONDITIONS];
    struct trial_record a = record("gzip-6", "raw", "");
    (void)snprintf(a.cell.background, sizeof a.cell.background, "raster");
    (void)snprintf(a.cell.brokers, sizeof a.cell.brokers, "3 brokers");
    (void)snprintf(a.cell.partitions, sizeof a.cell.partitions, "1 partition");
    struct summary_cell cells[2] = {{.first = &a}, {.first = &a}};
    struct summary_group group = {
        .label = "closed 1 raw", .compare = "codec", .count = 2, .reference = SIZE_MAX};
    struct summary s = {.cells = cells, .cell_count = 2, .groups = &group, .group_count = 1};
    assert_string_equal(summary_conditions(&s, &group, text),
                        "raw; closed 1; 3 brokers; background raster");
    group.varies = 1U << DIMENSION_LOAD | 1U << DIMENSION_BACKGROUND;
    assert_string_equal(summary_conditions(&s, &group, text), "raw; 3 brokers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_all_cells_share_is_said),
        cmocka_unit_test(a_limited_link_is_said_with_how_and_how_much),
        cmocka_unit_test(what_varies_is_in_the_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
