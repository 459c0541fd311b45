/* Plans: every cell once a block, balanced orders, one seed one plan, estimates that add up. */
#include "bench/run/board.h"
#include "bench/run/order.h"
#include "bench/run/plan.h"
#include "core/stream/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const GENERATORS[] = {"alert", "iot", "raster", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};

/* Generators: records of the size asked for, or 100 bytes. Files: 300 records of 50 bytes. */
static enum rc sample(const struct scenario *s, const struct payload_sweep *p, int64_t record_bytes,
                      struct plan_sample *out, struct err *e)
{
    (void)s;
    (void)e;
    if (p->kind == NULL) {
        *out = (struct plan_sample){
            .records = 300, .mean_bytes = 50, .max_bytes = 80, .pool_bytes = 15000};
        return RC_OK;
    }
    int64_t bytes = record_bytes > 0 ? record_bytes : 100;
    *out = (struct plan_sample){.mean_bytes = bytes, .max_bytes = bytes, .pool_bytes = 1000000};
    return RC_OK;
}

static enum rc no_sample(const struct scenario *s, const struct payload_sweep *p,
                         int64_t record_bytes, struct plan_sample *out, struct err *e)
{
    (void)s;
    (void)p;
    (void)record_bytes;
    (void)out;
    return err_set(e, RC_INPUT, "no such corpus");
}

static struct scenario *scenario_of(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    if (scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, NULL, 0, &s,
                       &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static struct plan plan_of(const struct scenario *s)
{
    struct err e = {0};
    struct plan p;
    if (plan_build(s, sample, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static void refuses(const char *text, const char *says)
{
    struct err e = {0};
    struct plan p;
    struct scenario *s = scenario_of(text);
    assert_int_equal(plan_build(s, sample, &p, &e), RC_INPUT);
    assert_string_equal(e.text, says);
    assert_null(p.cells);
    assert_int_equal(p.trial_count, 0);
    scenario_free(s);
}

static const char WIDE[] =
    "codecs: [none, gzip-6, lz4, zstd-3, policy]\n"
    "payloads: [iot, alert, {data: /etc/passwd, cut: lines, type: weather}]\n"
    "record_bytes: [natural, 1 KB]\n"
    "encodings: [raw, base64-json]\n"
    "batching: {records: 100}\n"
    "load: [flat out, {rate: 1000/s}]\n"
    "baseline: lz4\n"
    "records: 1000\n"
    "blocks: 7\n";

static void cells_are_the_product_of_the_sweeps(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(WIDE);
    struct plan p = plan_of(s);
    /* pools: iot and alert in two sizes, the file in one; times 5 codecs, 2 encodings, 2 loads */
    assert_int_equal(p.pool_count, 5);
    assert_int_equal(p.cell_count, 5 * 5 * 2 * 2);
    assert_int_equal(p.group_count, p.cell_count / 5);
    assert_int_equal(p.trial_count, p.cell_count * 7);
    for (size_t i = 0; i < p.cell_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct plan_cell *a = &p.cells[i];
            const struct plan_cell *b = &p.cells[j];
            assert_string_not_equal(a->id, b->id);
            assert_false(a->pool == b->pool && a->codec == b->codec && a->encoding == b->encoding &&
                         a->load.kind == b->load.kind);
        }
    }
    assert_string_equal(p.cells[0].id, "c01");
    assert_string_equal(p.cells[99].id, "c100");
    plan_release(&p);
    scenario_free(s);
}

static void arms_of_a_group_differ_in_the_arm_alone(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(WIDE);
    struct plan p = plan_of(s);
    for (size_t g = 0; g < p.group_count; g++) {
        const struct plan_cell *first = &p.cells[p.groups[g].first];
        assert_int_equal(p.groups[g].count, 5);
        assert_int_equal(p.groups[g].baseline, p.groups[g].first + 2);
        for (size_t i = 0; i < 5; i++) {
            const struct plan_cell *c = first + i;
            assert_int_equal(c->group, g);
            assert_int_equal(c->arm, i);
            assert_ptr_equal(c->codec, &s->codecs[i]);
            assert_int_equal(c->pool, first->pool);
            assert_int_equal(c->encoding, first->encoding);
            assert_int_equal(c->load.kind, first->load.kind);
            assert_int_equal(c->records_max, first->records_max);
        }
    }
    assert_string_equal(p.groups[0].label, "iot, raw, flat out");
    assert_string_equal(p.groups[19].label, "passwd, base64-json, open 1000/s");
    plan_release(&p);
    scenario_free(s);
}

static void comparing_encodings_groups_by_codec(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: [none, zstd-1]\npayloads: iot\ncompare: encoding\n"
                                     "encodings: [base64-json, raw]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.group_count, 2);
    assert_string_equal(p.groups[0].label, "iot, none");
    assert_string_equal(p.groups[1].label, "iot, zstd-1");
    assert_int_equal(p.cells[0].encoding, ENCODING_BASE64_JSON);
    assert_int_equal(p.cells[1].encoding, ENCODING_RAW);
    assert_ptr_equal(p.cells[0].codec, p.cells[1].codec);
    plan_release(&p);
    scenario_free(s);
}

static void every_block_holds_every_cell_once_with_groups_together(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(WIDE);
    struct plan p = plan_of(s);
    size_t *seen = calloc(p.cell_count, sizeof *seen);
    assert_non_null(seen);
    for (size_t i = 0; i < p.trial_count; i++) {
        const struct plan_trial *t = &p.trials[i];
        size_t block = i / p.cell_count;
        char id[64];
        assert_int_equal(t->block, block + 1);
        assert_int_equal(t->position, i % p.cell_count);
        assert_int_equal(seen[t->cell], block);
        seen[t->cell]++;
        (void)snprintf(id, sizeof id, "%s.b%02zu", p.cells[t->cell].id, block + 1);
        assert_string_equal(t->id, id);
        if (i % 5 != 0) { /* the arms of a group back to back, with one seed */
            assert_int_equal(plan_cell_of(&p, i)->group, plan_cell_of(&p, i - 1)->group);
            assert_int_equal(t->seed, p.trials[i - 1].seed);
        }
    }
    free(seen);
    plan_release(&p);
    scenario_free(s);
}

static void groups_and_blocks_have_seeds_of_their_own(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(WIDE);
    struct plan p = plan_of(s);
    for (size_t i = 0; i < p.trial_count; i += 5)
        for (size_t j = 0; j < i; j += 5)
            assert_int_not_equal(p.trials[i].seed, p.trials[j].seed);
    plan_release(&p);
    scenario_free(s);
}

/* --- the order of arms --- */

static size_t *order_of(size_t arms, size_t blocks, uint64_t seed)
{
    struct rng r;
    struct err e = {0};
    size_t *out = calloc(arms * blocks, sizeof *out);
    assert_non_null(out);
    rng_init(&r, seed, 1);
    assert_int_equal(order_arms(&r, arms, blocks, out, &e), RC_OK);
    return out;
}

static void positions_are_balanced_after_any_number_of_blocks(void **state)
{
    (void)state;
    for (size_t arms = 1; arms <= 9; arms++) {
        for (size_t blocks = 1; blocks <= 20; blocks++) {
            size_t *order = order_of(arms, blocks, blocks);
            for (size_t arm = 0; arm < arms; arm++) {
                for (size_t position = 0; position < arms; position++) {
                    size_t times = 0;
                    for (size_t block = 0; block < blocks; block++)
                        times += order[block * arms + position] == arm;
                    assert_in_range(times, blocks / arms, (blocks + arms - 1) / arms);
                }
            }
            free(order);
        }
    }
}

/* How often b stands right behind a, over all blocks. */
static size_t follows(const size_t *order, size_t arms, size_t blocks, size_t a, size_t b)
{
    size_t times = 0;
    for (size_t i = 0; i < arms * blocks; i++)
        times += i % arms != 0 && order[i - 1] == a && order[i] == b;
    return times;
}

static void each_arm_follows_each_other_equally_often(void **state)
{
    (void)state;
    for (size_t arms = 2; arms <= 9; arms++) {
        size_t squares = arms % 2 == 0 ? 1 : 2;
        size_t *order = order_of(arms, arms * squares, 3);
        for (size_t a = 0; a < arms; a++)
            for (size_t b = 0; b < arms; b++)
                assert_int_equal(follows(order, arms, arms * squares, a, b), a == b ? 0 : squares);
        free(order);
    }
}

static void the_seed_decides_the_order(void **state)
{
    (void)state;
    size_t differ = 0;
    size_t *one = order_of(5, 10, 1);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t *other = order_of(5, 10, seed);
        differ += memcmp(one, other, 50 * sizeof *one) != 0;
        free(other);
    }
    free(one);
    assert_int_equal(differ, 19);
}

static void one_scenario_has_one_plan_and_another_seed_another(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(WIDE);
    struct plan a = plan_of(s);
    struct plan b = plan_of(s);
    assert_int_equal(a.trial_count, b.trial_count);
    assert_memory_equal(a.trials, b.trials, a.trial_count * sizeof *a.trials);
    s->seed++;
    struct plan c = plan_of(s);
    assert_memory_not_equal(a.trials, c.trials, a.trial_count * sizeof *a.trials);
    plan_release(&a);
    plan_release(&b);
    plan_release(&c);
    scenario_free(s);
}

/* --- what trials need --- */

static struct plan_cell only_cell(const char *text)
{
    struct scenario *s = scenario_of(text);
    struct plan p = plan_of(s);
    struct plan_cell c = p.cells[0];
    assert_int_equal(p.disk_bytes, 2 * c.estimate.disk_bytes);
    assert_int_equal(p.memory_bytes, c.estimate.pool_bytes + c.estimate.ledger_bytes);
    assert_int_equal(p.total_duration_ns, 3 * c.estimate.duration_ns);
    assert_int_equal(p.total_payload_bytes, 3 * c.estimate.payload_bytes);
    plan_release(&p);
    scenario_free(s);
    return c;
}

static void lengths_follow_the_first_limit(void **state)
{
    (void)state;
    struct plan_cell c = only_cell("codecs: none\npayloads: iot\nrecords: 2000\n");
    assert_int_equal(c.warmup_records, 200);
    assert_int_equal(c.records_max, 2200);
    assert_int_equal(c.window_ns, 0);
    assert_int_equal(c.estimate.records, 2200);
    assert_int_equal(c.estimate.payload_bytes, 220000);
    assert_int_equal(c.estimate.ledger_bytes, board_bytes(2200, false));
    assert_true(c.estimate.disk_bytes >= 220000);

    c = only_cell("codecs: none\npayloads: iot\nrecords: 2000\nmeasure_bytes: 1010 B\n");
    assert_int_equal(c.warmup_records, 2);
    assert_int_equal(c.records_max, 11 + 2);

    c = only_cell("codecs: none\npayloads: iot\nwarmup: 50\nduration: 2 s\nload: {rate: 100/s}\n");
    assert_int_equal(c.window_ns, 2000000000);
    assert_int_equal(c.estimate.records, 250);
    assert_in_range(c.records_max, 250, 500);
    assert_true(c.estimate.duration_ns >= 2000000000);
}

static void arms_at_a_common_rate_are_alike(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: [none, gzip-9]\npayloads: raster\n"
                                     "record_bytes: 1 MB\nduration: 2 s\nload: {rate: auto}\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].records_max, p.cells[1].records_max);
    assert_int_equal(p.cells[0].warmup_records, p.cells[1].warmup_records);
    assert_int_equal(p.cells[0].estimate.records, p.cells[1].estimate.records);
    int64_t records = p.cells[0].estimate.records;
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: [gzip-9, none]\npayloads: raster\n" /* the slowest sets the rate */
                    "record_bytes: 1 MB\nduration: 2 s\nload: {rate: auto}\n");
    p = plan_of(s);
    assert_int_equal(p.cells[0].estimate.records, records);
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: [none, gzip-9]\npayloads: raster\nrecord_bytes: 1 MB\n"
                    "duration: 2 s\n");
    p = plan_of(s); /* flat out: one gets further than the other */
    assert_true(p.cells[0].estimate.records > p.cells[1].estimate.records);
    assert_int_equal(p.cells[0].warmup_records, p.cells[1].warmup_records);
    plan_release(&p);
    scenario_free(s);
}

static void base64_records_are_larger_and_as_many(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\n"
                                     "encodings: [raw, base64-json]\nmeasure_bytes: 30 MB\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].records_max, 11);
    assert_int_equal(p.cells[1].records_max, 11);
    assert_int_equal(p.cells[0].estimate.payload_bytes, 33000000);
    assert_in_range(p.cells[1].estimate.payload_bytes, 44000000, 44100000);
    assert_true(p.cells[0].message_max_bytes > 3000000);
    assert_true(p.cells[1].message_max_bytes > 4000000);
    plan_release(&p);
    scenario_free(s);
}

static void the_policy_is_resolved_by_data_type(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: policy\npayloads: [alert, iot, raster]\n");
    struct plan p = plan_of(s);
    char text[CODEC_CHOICE_TEXT];
    for (size_t i = 0; i < 3; i++) {
        const struct policy_row *row = policy_find(s->payloads[i].data_type);
        assert_true(p.cells[i].codec->policy);
        assert_string_equal(codec_choice_format(p.cells[i].choice, text), row->choice);
    }
    plan_release(&p);
    scenario_free(s);
}

static void what_cannot_be_run_is_refused(void **state)
{
    (void)state;
    refuses("codecs: none\npayloads: {data: /etc/passwd, cut: lines, name: short}\n"
            "batching: {records: 301}\n",
            "t: payload short: found 300 records, fewer than the 301 that a batch would hold, so "
            "that one would hold a record twice; right would be a larger corpus, or batching: "
            "{records: 300} or less");
    refuses("codecs: none\npayloads: {data: /etc/passwd, cut: lines, name: short}\n"
            "batching: {records: 150}\npartitions: 3\n",
            "t: payload short: found 300 records, fewer than the 450 that the batches of all "
            "partitions would hold, so that one would hold a record twice; right would be a larger "
            "corpus, or batching: {records: 100} or less");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 1 GB\nrecords: 1\n",
            "t: payload raster: found a record of 1.00 GB; right would be below 1 GB, the most "
            "that fits");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\nmessage_max: 1 MB\n",
            "t: payload raster: found a record of 3.00 MB; right would be below message_max");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\nbatching: {records: 500}\n",
            "t: payload raster: found batches of 500 records, 1.50 GB each; right would be below 1 "
            "GB, the most that fits");
    refuses("codecs: [none, lz4]\npayloads: iot\nblocks: 1000\nrecord_bytes: [1 B, 2 B, 3 B, 4 B, "
            "5 B, 6 B, 7 B, 8 B, 9 B, 10 B]\nload: [flat out, {rate: 1/s}, {rate: 2/s}, {rate: "
            "3/s}, {rate: 4/s}, {rate: 5/s}]\n",
            "t: found 120 cells in 1000 blocks; right would be at most 100000 trials");
}

static void a_sample_that_fails_says_whose(void **state)
{
    (void)state;
    struct err e = {0};
    struct plan p;
    struct scenario *s = scenario_of("codecs: none\npayloads: iot\n");
    assert_int_equal(plan_build(s, no_sample, &p, &e), RC_INPUT);
    assert_string_equal(e.text, "t: payload iot: no such corpus");
    assert_null(p.cells);
    plan_release(&p);
    plan_release(NULL);
    scenario_free(s);
}

static void a_real_payload_can_be_sampled(void **state)
{
    (void)state;
    struct err e = {0};
    struct plan_sample sampled;
    struct scenario *s =
        scenario_of("codecs: none\npayloads: [iot, {data: tests/unit/test_plan.c, cut: lines}]\n");
    assert_int_equal(plan_sample_payload(s, &s->payloads[0], 0, &sampled, &e), RC_OK);
    assert_int_equal(sampled.records, 0);
    assert_in_range(sampled.mean_bytes, 1, sampled.max_bytes);
    assert_int_equal(sampled.pool_bytes, 64000000);
    assert_int_equal(plan_sample_payload(s, &s->payloads[1], 0, &sampled, &e), RC_OK);
    assert_in_range(sampled.records, 100, 1000);
    assert_in_range(sampled.max_bytes, 60, 110);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_the_product_of_the_sweeps),
        cmocka_unit_test(arms_of_a_group_differ_in_the_arm_alone),
        cmocka_unit_test(comparing_encodings_groups_by_codec),
        cmocka_unit_test(every_block_holds_every_cell_once_with_groups_together),
        cmocka_unit_test(groups_and_blocks_have_seeds_of_their_own),
        cmocka_unit_test(positions_are_balanced_after_any_number_of_blocks),
        cmocka_unit_test(each_arm_follows_each_other_equally_often),
        cmocka_unit_test(the_seed_decides_the_order),
        cmocka_unit_test(one_scenario_has_one_plan_and_another_seed_another),
        cmocka_unit_test(lengths_follow_the_first_limit),
        cmocka_unit_test(arms_at_a_common_rate_are_alike),
        cmocka_unit_test(base64_records_are_larger_and_as_many),
        cmocka_unit_test(the_policy_is_resolved_by_data_type),
        cmocka_unit_test(what_cannot_be_run_is_refused),
        cmocka_unit_test(a_sample_that_fails_says_whose),
        cmocka_unit_test(a_real_payload_can_be_sampled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
