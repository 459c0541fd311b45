/* Medians, pairs and counts of a made-up run whose answers are known. */
#define _GNU_SOURCE
#include "reports/record/environment.h"
#include "reports/render/plot.h"
#include "reports/summary/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char home[FOLDER_PATH_MAX], work[64];

static int enter(void **state)
{
    (void)state;
    (void)snprintf(work, sizeof work, "/tmp/assay-test-summary-XXXXXX");
    return getcwd(home, sizeof home) == NULL || mkdtemp(work) == NULL || chdir(work) != 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", work);
    return chdir(home) != 0 || system(command) != 0;
}

static void near(double got, double want)
{
    if (fabs(got - want) > 1e-9 * (1 + fabs(want)))
        fail_msg("%.17g is not %.17g", got, want);
}

/* Trial of cell 0 or 1 (arm none or zstd-3) of a group; speed in records per second. */
static struct trial_record trial(int64_t group, int64_t cell, int64_t block, double speed)
{
    struct trial_record r;
    trial_record_init(&r);
    (void)snprintf(r.scenario, sizeof r.scenario, "quick");
    (void)snprintf(r.trial, sizeof r.trial, "c%02d.b%02d", (int)cell, (int)block);
    (void)snprintf(r.cell.codec, sizeof r.cell.codec, "%s", cell % 2 == 0 ? "none" : "zstd-3");
    (void)snprintf(r.codec_effective, sizeof r.codec_effective, "%s", r.cell.codec);
    (void)snprintf(r.cell.load, sizeof r.cell.load, "flat out");
    (void)snprintf(r.codec_name, sizeof r.codec_name, "%s", cell % 2 == 0 ? "none" : "zstd");
    (void)snprintf(r.compare, sizeof r.compare, "codec");
    (void)snprintf(r.group_label, sizeof r.group_label, "group %d", (int)group);
    r.group = group;
    r.cell_index = cell;
    r.block = block;
    r.reference = cell % 2 == 0;
    r.delivery = (struct delivery){.sent = 100, .acknowledged = 100, .received = 100};
    r.measured_records = 80;
    r.bytes.payload = 10000;
    r.bytes.stored = cell % 2 == 0 ? 10100 : 2500;
    r.ratio = (double)r.bytes.payload / (double)r.bytes.stored;
    r.throughput.records_per_s = speed;
    r.use.sender.user_ns = 8000;
    r.use.sender.system_ns = 800;
    (void)snprintf(r.stored[0].codec, sizeof r.stored[0].codec, "%s",
                   cell % 2 == 0 ? "none" : "zstd");
    r.stored[0].batches = 10;
    r.stored[0].bytes = r.bytes.stored;
    return r;
}

static void append(struct folder *f, struct trial_record r)
{
    struct err e;
    if (folder_append(f, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static struct trial_record invalid(struct trial_record r, enum validity validity, const char *why)
{
    r.validity = validity;
    (void)snprintf(r.why, sizeof r.why, "%s", why);
    return r;
}

struct loaded {
    struct results results;
    struct summary summary;
};

static struct loaded *load(void)
{
    struct err e;
    struct loaded *l = calloc(1, sizeof *l);
    assert_non_null(l);
    if (results_read("run", &l->results, &e) != RC_OK)
        fail_msg("%s", e.text);
    if (summary_build(&l->results, &l->summary, &e) != RC_OK)
        fail_msg("%s", e.text);
    return l;
}

static void unload(struct loaded *l)
{
    summary_release(&l->summary);
    results_release(&l->results);
    free(l);
}

/* Blocks in mixed order; the machine is half as fast in block 2; one arm is void in block 3. */
static void medians_pairs_and_counts(void **state)
{
    (void)state;
    struct folder f;
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    append(&f, trial(0, 1, 1, 150));
    append(&f, trial(0, 0, 1, 100));
    append(&f, trial(0, 0, 2, 50));
    append(&f, trial(0, 1, 2, 80));
    append(&f, invalid(trial(0, 0, 3, 1), TRIAL_VOID, "1 of 100 records lost"));
    append(&f, trial(0, 1, 3, 160));
    append(&f, invalid(trial(0, 1, 4, 7777), TRIAL_SATURATED, "p99 lag"));
    append(&f, trial(0, 0, 4, 100));
    folder_close(&f);
    struct loaded *l = load();
    const struct summary *s = &l->summary;
    assert_int_equal(s->group_count, 1);
    assert_int_equal(s->cell_count, 2);
    assert_int_equal(s->blocks, 4);
    assert_int_equal(s->trials[TRIAL_VALID], 6);
    assert_int_equal(s->trials[TRIAL_VOID], 1);
    const struct summary_cell *none = &s->cells[0], *zstd = &s->cells[1];
    assert_true(none->reference && !zstd->reference);
    assert_int_equal(s->groups[0].reference, 0);
    assert_null(summary_reference(s, none));
    assert_ptr_equal(summary_reference(s, zstd), none);
    assert_string_equal(none->why, "1 of 100 records lost");
    assert_int_equal(none->trials[TRIAL_VOID], 1);
    assert_int_equal(zstd->trials[TRIAL_SATURATED], 1);
    assert_int_equal(summary_cell_trials(zstd), 4);

    near(none->value[METRIC_RECORDS_PER_S].median, 100);
    assert_int_equal(none->value[METRIC_RECORDS_PER_S].n, 3);
    near(zstd->value[METRIC_RECORDS_PER_S].median, 150);
    /* pairs: block 1 1.5, block 2 1.6; block 3 has no reference, block 4 no valid arm */
    assert_int_equal(zstd->versus[METRIC_RECORDS_PER_S].n, 2);
    near(zstd->versus[METRIC_RECORDS_PER_S].median, sqrt(1.5 * 1.6));
    near(zstd->versus[METRIC_RECORDS_PER_S].max, 1.6);
    assert_int_equal(none->versus[METRIC_RECORDS_PER_S].n, 0);
    /* exact metrics hold for the saturated trial, too: blocks 1, 2 and 4 */
    assert_int_equal(zstd->value[METRIC_RATIO].n, 4);
    near(zstd->value[METRIC_RATIO].median, 4);
    near(zstd->value[METRIC_STORED_BYTES].median, 25);
    assert_int_equal(zstd->versus[METRIC_STORED_BYTES].n, 3);
    near(zstd->versus[METRIC_STORED_BYTES].median, 2500.0 / 10100);
    near(zstd->value[METRIC_CPU_SENDER].median, 110);
    assert_int_equal(zstd->value[METRIC_CPU_BROKER].n, 0);
    assert_int_equal(zstd->value[metric_find("cpu_client_ns_per_record")].n,
                     0); /* the receiver's is not known */
    assert_int_equal(zstd->delivery.sent, 400);
    assert_int_equal(zstd->stored[0].batches, 40);
    assert_int_equal(zstd->fallbacks, 0);
    unload(l);
}

/* Groups, and the same numbers in another scenario, are kept apart. */
static void groups_and_scenarios_are_apart(void **state)
{
    (void)state;
    struct folder f;
    struct trial_record other = trial(0, 1, 1, 9);
    (void)snprintf(other.scenario, sizeof other.scenario, "second");
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    append(&f, trial(1, 3, 1, 30));
    append(&f, trial(0, 0, 1, 10));
    append(&f, other);
    append(&f, trial(1, 2, 1, 20));
    append(&f, trial(0, 1, 1, 15));
    folder_close(&f);
    struct loaded *l = load();
    const struct summary *s = &l->summary;
    assert_int_equal(s->group_count, 3);
    assert_int_equal(s->cell_count, 5);
    assert_string_equal(s->groups[0].label, "group 0");
    assert_string_equal(s->groups[1].label, "group 1");
    assert_int_equal(s->groups[1].first, 2);
    assert_int_equal(s->groups[1].count, 2);
    near(s->cells[1].versus[METRIC_RECORDS_PER_S].median, 1.5);
    near(s->cells[3].versus[METRIC_RECORDS_PER_S].median, 1.5);
    assert_string_equal(s->cells[4].first->scenario, "second");
    assert_int_equal(s->groups[2].reference, SIZE_MAX); /* its reference never ran */
    assert_int_equal(s->cells[4].versus[METRIC_RECORDS_PER_S].n, 0);
    unload(l);
}

/* 600 + 600 values give a p99 that neither half could quote; a void trial adds nothing. */
static void histograms_are_merged(void **state)
{
    (void)state;
    struct folder f;
    struct hist h;
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    for (int block = 1; block <= 3; block++) {
        struct trial_record r = trial(0, 0, block, 1);
        if (block == 3)
            r = invalid(r, TRIAL_VOID, "lost");
        hist_clear(&h);
        for (int i = 1; i <= 600; i++)
            hist_record(&h, block * 1000 + i);
        append(&f, r);
        struct trial_hists hists = {.of[LATENCY_E2E] = &h};
        assert_int_equal(folder_add_hists(&f, &r, hists, NULL), RC_OK);
    }
    folder_close(&f);
    struct loaded *l = load();
    const struct summary_cell *c = &l->summary.cells[0];
    assert_int_equal(c->latency[0].n, 1200);
    assert_int_equal(c->latency[0].min, 1001);
    assert_int_equal(c->latency[0].max, 2600);
    assert_int_equal(c->latency[0].p50, 1600);
    assert_true(c->latency[0].p99 >= 2588 && c->latency[0].p99 <= 2590);
    assert_int_equal(c->latency[0].p999, NOT_MEASURED);
    assert_int_equal(c->latency[1].n, 0);
    assert_int_equal(c->curve[0][0], 1001);
    assert_int_equal(c->curve[0][CURVE_POINTS - 1], NOT_MEASURED);
    unload(l);
    hist_release(&h);
}

static void histograms_left_out_are_said(void **state)
{
    (void)state;
    struct folder f;
    struct hist h;
    char said[SUMMARY_HISTS];
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    for (int i = 1; i <= 600; i++)
        hist_record(&h, 1000 + i);
    struct trial_hists hists = {.of[LATENCY_E2E] = &h};
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    for (int block = 1; block <= 4; block++) {
        struct trial_record r = trial(0, 0, block, 1);
        r.latency_ns[LATENCY_E2E].n = 600;
        append(&f, block == 4 ? invalid(r, TRIAL_VOID, "lost") : r); /* its own is not missed */
        if (block <= 2)
            assert_int_equal(folder_add_hists(&f, &r, hists, NULL), RC_OK);
        struct loaded *l = load();
        assert_int_equal(l->summary.hists_absent, block <= 2 ? 0 : 1);
        assert_int_equal(l->summary.hists_damaged, 0);
        assert_int_equal(l->summary.cells[0].latency[0].n, block == 1 ? 600 : 1200);
        unload(l);
    }
    /* Whole for its first tag and damaged for the second: none of it counts. */
    struct trial_record first = trial(0, 0, 1, 1);
    struct buf log;
    char name[FOLDER_PATH_MAX];
    buf_init(&log, 1 << 20);
    (void)folder_hist_name(&first, name);
    assert_int_equal(results_file("run", name, &log, NULL, NULL), RC_OK);
    assert_int_equal(buf_appendf(&log, NULL, "Tag=ack,0,0,0,AAAA\n"), RC_OK);
    assert_int_equal(folder_write(&f, name, buf_span(&log), NULL), RC_OK);
    buf_release(&log);
    folder_close(&f);
    struct loaded *l = load();
    assert_int_equal(l->summary.hists_absent, 1);
    assert_int_equal(l->summary.hists_damaged, 1);
    assert_int_equal(l->summary.cells[0].latency[0].n, 600);
    (void)summary_hists_left_out(&l->summary, said);
    assert_non_null(strstr(said, "1 of 3 valid trials have no histogram in hist/; 1 of 3 valid "
                                 "trials have a histogram that cannot be read (run/hist/"));
    unload(l);
    hist_release(&h);
}

/* Below ten values no quantile is quoted: there is no curve, and gnuplot is not asked for one. */
static void few_values_make_no_plot_of_latency(void **state)
{
    (void)state;
    struct folder f;
    struct hist h;
    char trouble[RECORD_WHY_MAX];
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    hist_record(&h, 1000);
    struct trial_hists hists = {.of[LATENCY_E2E] = &h};
    for (int cell = 0; cell < 2; cell++) {
        struct trial_record r = trial(0, cell, 1, 10);
        append(&f, r);
        assert_int_equal(folder_add_hists(&f, &r, hists, NULL), RC_OK);
    }
    struct loaded *l = load();
    assert_int_equal(l->summary.cells[0].latency[0].n, 1);
    assert_int_equal(plot_all(&f, &l->summary, trouble, NULL), RC_OK);
    assert_null(strstr(trouble, "failed"));
    assert_int_equal(access("run/plots/group00-speed.gp", F_OK), 0);
    assert_int_not_equal(access("run/plots/group00-latency.gp", F_OK), 0);
    unload(l);
    folder_close(&f);
    hist_release(&h);
}

/* Sums of parts: a part that is not known leaves the sum unknown. */
static void metrics_of_several_parts(void **state)
{
    (void)state;
    struct trial_record r = trial(0, 0, 1, 10);
    assert_int_equal(metric_of(metric_find("cpu_client_ns_per_record"), &r), NOT_MEASURED);
    r.use.receiver.user_ns = 800;
    r.use.receiver.system_ns = 0;
    near(metric_of(metric_find("cpu_client_ns_per_record"), &r), 120);
    assert_int_equal(metric_of(metric_find("cpu_all_ns_per_record"), &r), NOT_MEASURED);
    r.use.broker_ns = 1600;
    near(metric_of(metric_find("cpu_all_ns_per_record"), &r), 140);
    r.bytes.wire_received = 2000;
    near(metric_of(METRIC_WIRE_RECEIVED, &r), 20);
    r.bytes.payload = 1000;
    r.bytes.wire_sent = 1500;
    near(metric_of(METRIC_WIRE_OVERHEAD, &r), 5);
    r.bytes.wire_sent = 999; /* compressed */
    near(metric_of(METRIC_WIRE_OVERHEAD, &r), NOT_MEASURED);
    r.latency_ns[LATENCY_E2E].max = 77;
    near(metric_of(METRIC_E2E_MAX, &r), 77);
    for (int m = 0; m < METRIC_COUNT; m++)
        assert_int_equal(metric_find(METRICS[m].name), m);
    assert_int_equal(metric_find("e2e"), METRIC_COUNT);
}

static void fallbacks_show(void **state)
{
    (void)state;
    struct folder f;
    struct trial_record r = trial(0, 1, 1, 10), s = trial(0, 1, 2, 10);
    r.stored[1] = (struct codec_batches){.codec = "none", .batches = 3, .bytes = 30};
    s.stored[0] = (struct codec_batches){.codec = "none", .batches = 4, .bytes = 40};
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    append(&f, r);
    append(&f, s);
    folder_close(&f);
    struct loaded *l = load();
    const struct summary_cell *c = &l->summary.cells[0];
    assert_int_equal(c->fallbacks, 7);
    assert_string_equal(c->stored[1].codec, "none");
    assert_int_equal(c->stored[1].batches, 7);
    assert_int_equal(c->stored[1].bytes, 70);
    unload(l);
}

static void the_environment_comes_along(void **state)
{
    (void)state;
    struct folder f;
    struct buf text;
    struct environment v;
    environment_init(&v);
    (void)snprintf(v.tool, sizeof v.tool, "assay 9");
    (void)snprintf(v.settings, sizeof v.settings, "a=1\nb=x=y\n");
    (void)snprintf(v.versions[0].name, sizeof v.versions[0].name, "libzstd");
    (void)snprintf(v.versions[0].version, sizeof v.versions[0].version, "1.5.4");
    v.cores = 2;
    v.seed = UINT64_MAX;
    buf_init(&text, 1 << 20);
    assert_int_equal(environment_write(&v, &text, NULL), RC_OK);
    assert_int_equal(folder_create("run", "quick", &f, NULL), RC_OK);
    append(&f, trial(0, 0, 1, 1));
    struct loaded *l = load();
    assert_null(l->summary.environment);
    assert_non_null(strstr(l->summary.environment_trouble, "environment.json"));
    unload(l);
    assert_int_equal(folder_write(&f, FOLDER_ENVIRONMENT, buf_span(&text), NULL), RC_OK);
    l = load();
    assert_non_null(l->summary.environment);
    assert_memory_equal(l->summary.environment, &v, sizeof v);
    unload(l);
    assert_int_equal(folder_write(&f, FOLDER_ENVIRONMENT, span_str("{}"), NULL), RC_OK);
    l = load();
    assert_null(l->summary.environment);
    assert_non_null(strstr(l->summary.environment_trouble, "schema"));
    unload(l);
    folder_close(&f);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(medians_pairs_and_counts, enter, leave),
        cmocka_unit_test_setup_teardown(groups_and_scenarios_are_apart, enter, leave),
        cmocka_unit_test_setup_teardown(histograms_are_merged, enter, leave),
        cmocka_unit_test_setup_teardown(histograms_left_out_are_said, enter, leave),
        cmocka_unit_test_setup_teardown(few_values_make_no_plot_of_latency, enter, leave),
        cmocka_unit_test(metrics_of_several_parts),
        cmocka_unit_test_setup_teardown(fallbacks_show, enter, leave),
        cmocka_unit_test_setup_teardown(the_environment_comes_along, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
