/* The order of a plan: cells, groups, blocks, balanced positions, seeds. */
#include "tests/unit/bench/plan_scene.h"

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
    assert_int_equal(p.comparison_count, p.cell_count / 5);
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
    for (size_t g = 0; g < p.comparison_count; g++) {
        const struct plan_cell *first = &p.cells[p.comparisons[g].first];
        assert_int_equal(p.comparisons[g].count, 5);
        assert_int_equal(p.comparisons[g].baseline, p.comparisons[g].first + 2);
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
    assert_string_equal(p.comparisons[0].label, "iot, raw, flat out");
    assert_string_equal(p.comparisons[19].label, "passwd, base64-json, open 1000/s");
    plan_release(&p);
    scenario_free(s);
}

static void comparing_encodings_groups_by_codec(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: [none, zstd-1]\npayloads: iot\ncompare: encoding\n"
                                     "encodings: [base64-json, raw]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 2);
    assert_string_equal(p.comparisons[0].label, "iot, none");
    assert_string_equal(p.comparisons[1].label, "iot, zstd-1");
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
