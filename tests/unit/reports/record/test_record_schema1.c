/* Records of schema 1 are read with their facts: tests/folders/trial-1 is such a folder. */
#include "reports/record/results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char FOLDER[] = "tests/folders/trial-1";

static struct results read_folder(void)
{
    struct results r;
    struct err e;
    if (results_read(FOLDER, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    return r;
}

static const struct trial_record *first_of(const struct results *r, const char *scenario,
                                           int64_t group)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->records[i].scenario, scenario) == 0 && r->records[i].group == group)
            return &r->records[i];
    fail_msg("no trial of %s", scenario);
    return NULL;
}

static void loads_are_read_from_labels(void **state)
{
    (void)state;
    struct results all = read_folder();
    const struct trial_record *r = first_of(&all, "made-up", 0);
    assert_string_equal(r->cell.load_kind, "flat out");
    assert_false(r->cell.load_paced);
    assert_false(r->cell.load_sets_rate);
    assert_true(r->cell.load_rate_per_s < 0);
    r = first_of(&all, "made-up", 1);
    assert_string_equal(r->cell.load_kind, "open");
    assert_true(r->cell.load_paced);
    assert_true(r->cell.load_sets_rate);
    assert_true(r->cell.load_rate_per_s == 20000);
    r = first_of(&all, "long-linger", 0);
    assert_string_equal(r->cell.load_kind, "closed");
    assert_true(r->cell.load_paced);
    assert_false(r->cell.load_sets_rate);
    assert_int_equal(r->cell.load_in_flight, 16);
    r = first_of(&all, "link", 0);
    assert_string_equal(r->cell.load_kind, "open");
    assert_true(r->cell.load_rate_per_s < 0); /* calibrated */
    assert_true(r->load_rate_per_s == 1234.5);
    results_release(&all);
}

static void links_are_read_from_labels(void **state)
{
    (void)state;
    struct results all = read_folder();
    const struct trial_record *r = first_of(&all, "link", 0);
    assert_int_equal(r->cell.link_bit_per_s, 100000000);
    assert_int_equal(r->cell.link_delay_ns, 20000000);
    r = first_of(&all, "images", 0);
    assert_int_equal(r->cell.link_bit_per_s, 0);
    assert_int_equal(r->cell.link_delay_ns, 5000000);
    r = first_of(&all, "made-up", 0); /* before links */
    assert_int_equal(r->cell.link_bit_per_s, 0);
    assert_int_equal(r->cell.link_delay_ns, 0);
    assert_string_equal(r->cell.link, "unlimited");
    results_release(&all);
}

static void only_an_exact_scenario_is_exact(void **state)
{
    (void)state;
    struct results all = read_folder();
    for (size_t i = 0; i < all.count; i++)
        assert_int_equal(all.records[i].cell.exact, strcmp(all.records[i].scenario, "exact") == 0);
    results_release(&all);
}

static void workload_and_codec_are_named(void **state)
{
    (void)state;
    struct results all = read_folder();
    for (size_t i = 0; i < all.count; i++) {
        const struct trial_record *r = &all.records[i];
        bool images = strcmp(r->scenario, "images") == 0;
        assert_string_equal(r->cell.workload, images ? "images" : "records");
        assert_string_equal(r->codec_name, strcmp(r->cell.codec, "zstd-3") == 0 ? "zstd" : "none");
        assert_int_equal(r->started_wall_ns / INT64_C(1000000000000), 1760349);
    }
    results_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_are_read_from_labels),
        cmocka_unit_test(links_are_read_from_labels),
        cmocka_unit_test(only_an_exact_scenario_is_exact),
        cmocka_unit_test(workload_and_codec_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
