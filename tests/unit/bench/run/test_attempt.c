/* Attempts: what is measured again of a run that was stopped, and what is refused. */
#include "bench/run/attempt.h"
#include "bench/trial/account.h"
#include "tests/unit/bench/plan_scene.h"

enum { ROOM = 64 };

#define TWO_GROUPS "codecs: [none, lz4, zstd-3]\npayloads: [iot, alert]\nblocks: 4\nseed: 7\n"

struct attempt_scene {
    struct run s;
    struct run_options options;
    struct plan whole; /* as it was before anything was taken out */
    struct scenario *scenario;
    struct trial_record records[ROOM];
    struct environment first;
};

static struct attempt_scene *scene_of(const char *yaml)
{
    struct attempt_scene *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->scenario = scenario_of(yaml);
    c->whole = plan_of(c->scenario);
    c->s.options = &c->options;
    c->s.part_count = 1;
    c->s.parts[0] = (struct run_part){.scenario = c->scenario, .plan = plan_of(c->scenario)};
    (void)snprintf(c->first.run, sizeof c->first.run, "there");
    c->s.earlier = (struct results){.path = "there", .records = c->records};
    return c;
}

static void scene_free(struct attempt_scene *c)
{
    plan_release(&c->whole);
    plan_release(&c->s.parts[0].plan);
    scenario_free(c->scenario);
    free(c);
}

static struct plan *left(struct attempt_scene *c)
{
    return &c->s.parts[0].plan;
}

/* A record of that trial, as a attempt would have left it, in that block. */
static struct trial_record *measured_in(struct attempt_scene *c, const struct plan_trial *t,
                                        int64_t block)
{
    const struct plan_cell *cell = &c->whole.cells[t->cell];
    struct trial_order order = {.cell = cell,
                                .group = &c->whole.comparisons[cell->group],
                                .trial = t,
                                .scenario = c->scenario};
    assert_in_range(c->s.earlier.count, 0, ROOM - 1);
    struct trial_record *r = &c->records[c->s.earlier.count++];
    account_identity(&order, r);
    (void)snprintf(r->run, sizeof r->run, "%s", c->first.run);
    r->block = block;
    r->seed = t->seed;
    (void)snprintf(r->trial, sizeof r->trial, "%s.b%02d", cell->id, (int)block);
    return r;
}

static void measured(struct attempt_scene *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)measured_in(c, &c->whole.trials[i], c->whole.trials[i].block);
}

static void go_on(struct attempt_scene *c, double *rates)
{
    struct err e = {0};
    if (attempt_check(&c->s, &c->first, &e) != RC_OK)
        fail_msg("%s", e.text);
    if (attempt_continue(&c->s, &c->s.parts[0], rates, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static void complete_groups_are_not_measured_again(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *c = scene_of(TWO_GROUPS);
    measured(c, 9); /* block 1, and the first group of block 2 */
    go_on(c, rates);
    assert_int_equal(left(c)->trial_count, c->whole.trial_count - 9);
    for (size_t i = 0; i < left(c)->trial_count; i++)
        assert_string_equal(left(c)->trials[i].id, c->whole.trials[9 + i].id);
    int64_t rest = 0;
    for (size_t i = 0; i < left(c)->trial_count; i++)
        rest += plan_cell_of(left(c), i)->estimate.duration_ns;
    assert_int_equal(left(c)->total_duration_ns, rest);
    scene_free(c);
}

static void a_group_cut_in_the_middle_is_measured_anew_in_a_free_block(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *c = scene_of(TWO_GROUPS);
    measured(c, 8); /* block 1, and two arms of the first group of block 2 */
    go_on(c, rates);
    size_t count = left(c)->trial_count;
    assert_int_equal(count, c->whole.trial_count - 6);
    assert_string_equal(left(c)->trials[0].id, c->whole.trials[9].id);
    for (size_t i = 0; i < 3; i++) {
        const struct plan_trial *was = &c->whole.trials[6 + i];
        const struct plan_trial *now = &left(c)->trials[count - 3 + i];
        char id[PLAN_TRIAL_ID];
        (void)snprintf(id, sizeof id, "%s.b05", c->whole.cells[was->cell].id);
        assert_string_equal(now->id, id);
        assert_int_equal(now->block, 5);
        assert_int_equal(now->cell, was->cell);
        assert_int_equal(now->seed, was->seed);
    }
    scene_free(c);
}

static void what_was_measured_anew_counts(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *c = scene_of(TWO_GROUPS);
    measured(c, 8);
    for (size_t i = 9; i < c->whole.trial_count; i++)
        (void)measured_in(c, &c->whole.trials[i], c->whole.trials[i].block);
    for (size_t i = 6; i < 8; i++) /* and the second attempt was cut, too */
        (void)measured_in(c, &c->whole.trials[i], 5);
    go_on(c, rates);
    assert_int_equal(left(c)->trial_count, 3);
    assert_int_equal(left(c)->trials[0].block, 6);
    plan_release(left(c));
    *left(c) = plan_of(c->scenario);
    for (size_t i = 6; i < 9; i++) /* the third was not */
        (void)measured_in(c, &c->whole.trials[i], 6);
    go_on(c, rates);
    assert_int_equal(left(c)->trial_count, 0);
    scene_free(c);
}

static bool all_but_lz4(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    (void)ctx;
    return strcmp(p->cells[t->cell].choice.codec->name, "lz4") != 0;
}

static void arms_that_nobody_wants_are_not_missed(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *c = scene_of(TWO_GROUPS);
    c->options.wanted = all_but_lz4;
    for (size_t i = 0; i < c->whole.trial_count; i++)
        if (all_but_lz4(NULL, &c->whole, &c->whole.trials[i]))
            (void)measured_in(c, &c->whole.trials[i], c->whole.trials[i].block);
    go_on(c, rates);
    assert_int_equal(left(c)->trial_count, 0);
    c->options.wanted = NULL; /* now somebody does: pairs must stem from one attempt */
    plan_release(left(c));
    *left(c) = plan_of(c->scenario);
    go_on(c, rates);
    assert_int_equal(left(c)->trial_count, c->whole.trial_count);
    for (size_t i = 0; i < left(c)->trial_count; i++)
        assert_true(left(c)->trials[i].block > 4);
    scene_free(c);
}

static void rates_of_the_first_attempt_stay(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *c =
        scene_of("codecs: [none, zstd-3]\npayloads: [iot, alert]\nload: {rate: auto}\n");
    struct trial_record *r = measured_in(c, &c->whole.trials[0], 1);
    r->load_rate_per_s = 1234.5;
    go_on(c, rates);
    assert_true(rates[r->group] == 1234.5);
    assert_true(rates[1 - r->group] == 0);
    scene_free(c);
}

static void more_blocks_than_before_are_no_other_plan(void **state)
{
    (void)state;
    double rates[2] = {0};
    struct attempt_scene *few = scene_of(TWO_GROUPS);
    struct attempt_scene *many = scene_of("codecs: [none, lz4, zstd-3]\npayloads: [iot, alert]\n"
                                          "blocks: 8\nseed: 7\n");
    for (size_t i = 0; i < few->whole.trial_count; i++)
        (void)measured_in(many, &few->whole.trials[i], few->whole.trials[i].block);
    go_on(many, rates);
    assert_int_equal(left(many)->trial_count, few->whole.trial_count);
    assert_int_equal(left(many)->trials[0].block, 5);
    scene_free(few);
    scene_free(many);
}

static void refused(struct attempt_scene *c, const char *says)
{
    struct err e = {0};
    assert_int_equal(attempt_check(&c->s, &c->first, &e), RC_INPUT);
    if (strstr(e.text, says) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", says, e.text);
}

static void records_of_another_plan_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *what;
    } texts[] = {
        {offsetof(struct trial_record, cell.codec), "another codec"},
        {offsetof(struct trial_record, cell.payload), "another payload"},
        {offsetof(struct trial_record, cell.encoding), "another encoding"},
        {offsetof(struct trial_record, cell.batching), "another batching"},
        {offsetof(struct trial_record, cell.load), "another load"},
        {offsetof(struct trial_record, cell.link), "another link"},
        {offsetof(struct trial_record, cell.arm), "another arm"},
        {offsetof(struct trial_record, compare), "another compare"},
        {offsetof(struct trial_record, group_label), "another group"},
        {offsetof(struct trial_record, scenario), "scenario other, which is not among"},
        {offsetof(struct trial_record, trial), "has the cell_index"},
        {offsetof(struct trial_record, run), "is one of the run other, and the folder is that of"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct attempt_scene *c = scene_of(TWO_GROUPS);
        measured(c, 3);
        (void)snprintf((char *)&c->records[1] + texts[i].offset, 8, "other");
        refused(c, texts[i].what);
        refused(c, "there/trials.jsonl:2: ");
        scene_free(c);
    }
    struct attempt_scene *c = scene_of(TWO_GROUPS);
    measured(c, 3);
    c->records[2].seed++;
    refused(c, "another seed");
    struct trial_record *r = &c->records[2];
    r->block = 9;
    refused(c, "the block 9; expected the id ");
    plan_trial_name(&c->whole, (size_t)r->cell_index, r->block, r->trial);
    refused(c, "is of block 9, and the plan has 4; expected as many blocks");
    r->seed--;
    refused(c, "is of block 9, and the plan has 4; expected a block that this run can");
    c->records[2].cell_index = 6;
    refused(c, "the plan has only 6 cells");
    scene_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(complete_groups_are_not_measured_again),
        cmocka_unit_test(a_group_cut_in_the_middle_is_measured_anew_in_a_free_block),
        cmocka_unit_test(what_was_measured_anew_counts),
        cmocka_unit_test(arms_that_nobody_wants_are_not_missed),
        cmocka_unit_test(rates_of_the_first_attempt_stay),
        cmocka_unit_test(more_blocks_than_before_are_no_other_plan),
        cmocka_unit_test(records_of_another_plan_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
