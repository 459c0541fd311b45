/* Plans of arms that are spelled out and of links: cells, groups, what a link costs. */
#include "bench/plan/estimate.h"
#include "bench/testbed/testbed.h"
#include "bench/workload/workload.h"
#include "tests/unit/bench/plan_scene.h"

static void listed_arms_are_the_cells_of_a_group(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: none\npayloads: [iot, alert]\nblocks: 2\n"
                                     "encodings: [raw, base64-json]\nbaseline: b\narms:\n"
                                     "  - {name: a, batching: {records: 7}}\n"
                                     "  - {name: b, codec: gzip-6}\n  - {name: c}\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cell_count, 2 * 2 * 3);
    assert_int_equal(p.comparison_count, 4);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i];
        assert_ptr_equal(c->listed, &s->arms[i % 3]);
        assert_int_equal(c->arm, i % 3);
        assert_int_equal(c->group, i / 3);
        assert_string_equal(c->choice.codec->name, i % 3 == 1 ? "gzip" : "none");
        assert_int_equal(c->batching.records, i % 3 == 0 ? 7 : 10000);
        assert_int_equal(p.comparisons[c->group].baseline, i / 3 * 3 + 1);
    }
    assert_string_equal(p.comparisons[0].label, "iot, raw");
    assert_string_equal(p.comparisons[3].label, "alert, base64-json");
    plan_release(&p);
    scenario_free(s);
}

/* Every value of the compared key beside the same value of the other. */
static void a_compared_key_makes_arms_and_the_others_comparisons(void **state)
{
    static const struct workload_key keys[] = {
        {.name = "threads", .hi = 9}, {.name = "depth", .hi = 9}, {.name = NULL}};
    static const struct workload_form form = {
        .name = "records", .keys = keys, .takes = WORKLOAD_SENDING_KEYS};
    static const struct workload_form *const forms[] = {&form, NULL};
    static const struct scenario_places places = {.generators = GENERATORS, .workloads = forms};
    static const char text[] = "codecs: none\npayloads: iot\ncompare: threads\n"
                               "workload: {records: {threads: [1, 8], depth: [2, 3, 4]}}\n";
    struct scenario *s = NULL;
    struct err e = {0};
    (void)state;
    assert_int_equal(
        scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &places, NULL, 0, &s, &e),
        RC_OK);
    struct plan p = plan_of(s);
    assert_int_equal(p.cell_count, 6);
    assert_int_equal(p.comparison_count, 3);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i];
        assert_int_equal(c->parameters->value[0], i % 2 == 0 ? 1 : 8);
        assert_int_equal(c->parameters->value[1], 2 + i / 2);
        assert_string_equal(c->label[DIMENSION_ARM], i % 2 == 0 ? "threads 1" : "threads 8");
    }
    assert_string_equal(p.comparisons[2].label, "iot, depth 4");
    plan_release(&p);
    scenario_free(s);
}

static void links_make_groups_and_no_arms(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: [none, lz4]\npayloads: iot\n"
                                     "link: [unlimited, 100 Mbit/s, {rate: 20Mbit, delay: 1 s}]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 3);
    assert_string_equal(p.comparisons[0].label, "iot, link unlimited");
    assert_string_equal(p.comparisons[1].label, "iot, link 100 Mbit/s");
    assert_string_equal(p.comparisons[2].label, "iot, link 20 Mbit/s, 1.00 s");
    for (size_t i = 0; i < p.cell_count; i++)
        assert_int_equal(p.cells[i].link.bit_per_s, s->links[i / 2].bit_per_s);
    plan_release(&p);
    scenario_free(s);
}

static struct plan_cell cell_over(const char *link, const char *load)
{
    char text[400];
    (void)snprintf(text, sizeof text,
                   "codecs: none\npayloads: raster\nrecord_bytes: 1 MB\nrecords: 100\n"
                   "warmup: 0\nlink: %s\nload: %s\n",
                   link, load);
    struct scenario *s = scenario_of(text);
    struct plan p = plan_of(s);
    struct plan_cell c = p.cells[0];
    plan_release(&p);
    scenario_free(s);
    return c;
}

static double a_tenth_of_a_second(const struct plan_cell *c)
{
    (void)c;
    return 1e8;
}

static void a_record_takes_at_least_the_work_that_it_makes(void **state)
{
    (void)state;
    struct plan_cell c = cell_over("unlimited", "flat out");
    struct workload working = *c.workload;
    working.work_ns = a_tenth_of_a_second;
    assert_true(estimate_work_rate(&c) == 0);
    assert_true(estimate_capacity(&c) > 11);
    c.workload = &working;
    assert_true(estimate_work_rate(&c) == 10);
    assert_true(estimate_capacity(&c) == 10);
}

static void a_slow_link_takes_the_time_its_bytes_take(void **state)
{
    (void)state;
    /* 100 records of 8 Mbit at 20 Mbit/s: 40 s, sent and received at a time */
    struct plan_cell c = cell_over("20 Mbit/s", "flat out");
    assert_in_range(c.estimate.duration_ns, 40000000000, 41000000000);
    assert_true(estimate_capacity(&c) > 2.49 && estimate_capacity(&c) < 2.51);
    /* one in flight: up, then down, and a delay each way: 0.4 + 0.4 + 2 * 0.1 s a record */
    c = cell_over("{rate: 20 Mbit/s, delay: 100 ms}", "{in_flight: 1}");
    assert_in_range(c.estimate.duration_ns, 100000000000, 108000000000);
    /* a link faster than the codec costs nothing */
    struct plan_cell none = cell_over("unlimited", "flat out");
    c = cell_over("40 Gbit", "flat out");
    assert_int_equal(c.estimate.duration_ns, none.estimate.duration_ns);
}

static void an_automatic_rate_is_guessed_for_the_link(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of("codecs: [none, zstd-3]\npayloads: raster\nrecord_bytes: 1 MB\n"
                    "duration: 20 s\nload: {rate: auto}\nwarmup: 0\nlink: 20 Mbit/s\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].estimate.records, 25); /* half of 2.5/s in 20 s */
    /* what compresses well gets further than the guess: there is room for it */
    assert_true(p.cells[1].records_max > 100);
    plan_release(&p);
    scenario_free(s);
}

static void partitions_sweep_and_are_compared(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: none\npayloads: iot\npartitions: [1, 4]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 1); /* nothing else sweeps */
    assert_int_equal(p.comparisons[0].count, 2);
    assert_int_equal(p.cells[1].partitions, 4);
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: none\ncompare: codec\npayloads: iot\npartitions: [1, 4]\n");
    p = plan_of(s);
    assert_int_equal(p.comparison_count, 2);
    assert_string_equal(p.comparisons[1].label, "iot, 4 partitions");
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: [none, lz4]\npayloads: iot\npartitions: [1, 4]\n"
                    "compare: partitions\nbaseline: 4 partitions\n");
    p = plan_of(s);
    assert_int_equal(p.comparison_count, 2);
    assert_int_equal(p.comparisons[0].baseline, 1);
    assert_string_equal(p.comparisons[1].label, "iot, lz4");
    assert_string_equal(p.cells[0].label[DIMENSION_PARTITIONS], "1 partition");
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: lz4\npayloads: iot\nbrokers: [1, 3]\ncompare: brokers\n");
    p = plan_of(s);
    assert_int_equal(p.comparison_count, 1);
    assert_int_equal(p.cells[1].brokers, 3);
    assert_string_equal(p.cells[1].label[DIMENSION_BROKERS], "3 brokers");
    assert_int_equal(testbed_needs_of(&p.cells[0]), TESTBED_NEED(TESTBED_CLUSTER));
    assert_int_equal(testbed_needs(&p), TESTBED_CLUSTERS);
    plan_release(&p);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_sweep_and_are_compared),
        cmocka_unit_test(listed_arms_are_the_cells_of_a_group),
        cmocka_unit_test(a_compared_key_makes_arms_and_the_others_comparisons),
        cmocka_unit_test(links_make_groups_and_no_arms),
        cmocka_unit_test(a_record_takes_at_least_the_work_that_it_makes),
        cmocka_unit_test(a_slow_link_takes_the_time_its_bytes_take),
        cmocka_unit_test(an_automatic_rate_is_guessed_for_the_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
