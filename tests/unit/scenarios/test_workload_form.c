/* Workloads in scenarios: keys of their own, lists that sweep, and what is refused. */
#include "scenarios/loader.h"
#include "scenarios/sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *const ORDERS[] = {"partition", "key", NULL};
static const struct workload_key KEYS[] = {
    {.name = "threads", .kind = WORKLOAD_COUNT, .lo = 1, .hi = 64, .standard = 1},
    {.name = "order", .kind = WORKLOAD_WORD, .words = ORDERS},
    {.name = "wait", .kind = WORKLOAD_DURATION, .hi = 1000000000, .standard = 5000000},
    {.name = "buffer", .kind = WORKLOAD_SIZE, .lo = 1, .hi = 1000000, .standard = 1000},
    {.name = NULL},
};
static const char *const TAKEN[] = {"load", NULL};
static const struct workload_form POOL = {.name = "pool", .keys = KEYS, .takes = TAKEN};
static const struct workload_form PLAIN = {.name = "plain", .takes = WORKLOAD_SENDING_KEYS};
static const struct workload_key WIDE_KEYS[] = {{.name = "a_key_with_quite_a_long_name", .hi = 9},
                                                {.name = "b_key_with_quite_a_long_name", .hi = 9},
                                                {.name = "c_key_with_quite_a_long_name", .hi = 9},
                                                {.name = "d_key_with_quite_a_long_name", .hi = 9},
                                                {.name = NULL}};
static const struct workload_form WIDE = {.name = "wide", .keys = WIDE_KEYS};
static const struct workload_key WORKS[] = {
    {.name = "none", .kind = WORKLOAD_NOTHING},
    {.name = "wait", .kind = WORKLOAD_DURATION, .hi = 1000000000, .takes = "a duration, up to 1 s"},
    {.name = "fail", .kind = WORKLOAD_SHARE, .hi = 1000000, .takes = "a share, up to 100 %"},
    {.name = NULL}};
static const struct workload_key KINDS_KEYS[] = {
    {.name = "work",
     .kind = WORKLOAD_CHOICE,
     .choices = WORKS,
     .takes = "none, {wait: a duration} or {fail: a share}"},
    {.name = "poison", .kind = WORKLOAD_SHARE, .hi = 500000, .takes = "a share, up to 50 %"},
    {.name = "pace",
     .kind = WORKLOAD_RATE,
     .lo = 1,
     .hi = 1000000000,
     .standard = 100000,
     .takes = "a rate, up to 1M/s"},
    {.name = NULL}};
static const struct workload_form KINDS = {.name = "kinds", .keys = KINDS_KEYS};
static const struct workload_form *const FORMS[] = {&PLAIN, &POOL, &WIDE, &KINDS, NULL};
static const char *const GENERATORS[] = {"iot", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS, .workloads = FORMS};

static enum rc parse(const char *text, struct scenario **out, struct err *e)
{
    return scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, NULL, 0, out,
                          e);
}

static struct scenario *good(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    if (parse(text, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static void refused(const char *text, const char *says)
{
    struct err e = {0};
    struct scenario *s = NULL;
    assert_int_equal(parse(text, &s, &e), RC_INPUT);
    if (strstr(e.text, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, says);
}

static void a_scenario_that_names_none_has_one_choice_without_a_label(void **state)
{
    char label[SCENARIO_LABEL];
    (void)state;
    struct scenario *s = good("codecs: none\npayloads: iot\n");
    assert_null(s->workload);
    assert_int_equal(s->parameters_count, 1);
    assert_string_equal(SWEEPS[DIMENSION_PARAMETERS].label(s, 0, label), "");
    scenario_free(s);
}

static void keys_that_are_not_given_have_their_standard(void **state)
{
    char label[SCENARIO_LABEL];
    (void)state;
    struct scenario *s = good("workload: {pool: {wait: 20 ms}}\n");
    assert_ptr_equal(s->workload, &POOL);
    assert_int_equal(s->parameters_count, 1);
    assert_int_equal(s->parameters[0].value[0], 1);
    assert_int_equal(s->parameters[0].value[1], 0);
    assert_int_equal(s->parameters[0].value[2], 20000000);
    assert_int_equal(s->parameters[0].value[3], 1000);
    assert_string_equal(SWEEPS[DIMENSION_PARAMETERS].label(s, 0, label), "wait 20.0 ms");
    scenario_free(s);
    s = good("workload: pool\n");
    assert_string_equal(s->payloads[0].name, "none");
    assert_true(payload_is_nothing(&s->payloads[0]));
    assert_int_equal(s->codec_count, 1);
    scenario_free(s);
}

static void lists_sweep_and_every_combination_is_there_once(void **state)
{
    (void)state;
    struct scenario *s =
        good("workload: {pool: {threads: [1, 4, 8], order: [key, partition], buffer: 2 KB}}\n");
    bool seen[9][2] = {{false}};
    assert_int_equal(s->parameters_count, 6);
    assert_int_equal(s->compare, DIMENSION_PARAMETERS);
    for (size_t i = 0; i < 6; i++) {
        const int64_t *value = s->parameters[i].value;
        assert_false(seen[value[0]][value[1]]);
        seen[value[0]][value[1]] = true;
        assert_int_equal(value[2], 5000000);
        assert_int_equal(value[3], 2000);
    }
    char label[SCENARIO_LABEL];
    assert_string_equal(SWEEPS[DIMENSION_PARAMETERS].label(s, 0, label),
                        "threads 1, order key, buffer 2.00 KB");
    scenario_free(s);
}

static void values_of_a_compared_key_are_the_arms_and_the_other_keys_the_rest(void **state)
{
    static const char *const orders_of_keys[] = {
        "workload: {pool: {threads: [1, 8], order: [key, partition], buffer: 2 KB}}\n"
        "compare: threads\nbaseline: threads 8\n",
        "baseline: threads 8\ncompare: threads\n"
        "workload: {pool: {order: [key, partition], buffer: 2 KB, threads: [1, 8]}}\n"};
    char label[SCENARIO_LABEL];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scenario *s = good(orders_of_keys[i]);
        const struct sweep *rest = &SWEEPS[DIMENSION_PARAMETERS], *arm = &SWEEPS[DIMENSION_ARM];
        assert_int_equal(s->compare, DIMENSION_ARM);
        assert_int_equal(arm->count(s), 2);
        assert_int_equal(rest->count(s), 2);
        assert_string_equal(arm->label(s, 0, label), "threads 1");
        assert_string_equal(arm->label(s, 1, label), "threads 8");
        assert_string_equal(rest->label(s, 0, label), "order key, buffer 2.00 KB");
        assert_string_equal(rest->label(s, 1, label), "order partition, buffer 2.00 KB");
        assert_int_equal(s->baseline_arm, 1);
        for (size_t j = 0; j < 4; j++) {
            assert_int_equal(s->parameters[j].value[0], j < 2 ? 1 : 8);
            assert_int_equal(s->parameters[j].value[1], j % 2 == 0);
        }
        scenario_free(s);
    }
    struct scenario *s = good("workload: pool\ncompare: order\n");
    assert_string_equal(SWEEPS[DIMENSION_ARM].label(s, 0, label), "order partition");
    scenario_free(s);
    refused("workload: pool\ncompare: ordre\n",
            "t.yaml:2: compare: found \"ordre\"; expected \"order\"");
    refused("workload: plain\ncodecs: none\npayloads: iot\ncompare: threads\n", "compare: found");
    refused("workload: pool\ncompare: arms\n", "found arms, but no arms: are listed");
}

static void shares_rates_and_choices_are_numbers_with_labels(void **state)
{
    char label[SCENARIO_LABEL];
    (void)state;
    struct scenario *s = good("workload: {kinds: {work: [none, {wait: 5 ms}, {fail: 0.5 %}], "
                              "poison: 1 %, pace: 2.5k/s}}\n");
    static const char *const labels[] = {"work none, poison 1 %, pace 2500/s",
                                         "work wait 5.00 ms, poison 1 %, pace 2500/s",
                                         "work fail 0.5 %, poison 1 %, pace 2500/s"};
    static const int64_t values[] = {0, 5000000, 5000};
    assert_int_equal(s->parameters_count, 3);
    for (int i = 0; i < 3; i++) {
        const struct workload_parameters *p = &s->parameters[i];
        assert_int_equal(p->choice[0], i);
        assert_int_equal(p->value[0], values[i]);
        assert_int_equal(p->value[1], 10000);
        assert_int_equal(p->value[2], 2500000);
        assert_string_equal(SWEEPS[DIMENSION_PARAMETERS].label(s, (size_t)i, label), labels[i]);
    }
    scenario_free(s);
    s = good("workload: kinds\n");
    assert_int_equal(s->parameters[0].choice[0], 0);
    assert_int_equal(s->parameters[0].value[2], 100000);
    scenario_free(s);
    refused("workload: {kinds: {work: wait}}\n",
            "t.yaml:1: workload.kinds.work: found \"wait\"; expected none, {wait: a duration} or");
    refused("workload: {kinds: {work: {none: 1}}}\n", "workload.kinds.work: found a map; expected");
    refused("workload: {kinds: {work: {wait: 5 ms, fail: 1 %}}}\n", "found a map; expected none");
    refused("workload: {kinds: {work: {wait: 2 s}}}\n",
            "workload.kinds.work.wait: found \"2 s\"; expected a duration, up to 1 s");
    refused("workload: {kinds: {work: [none, none]}}\n", "found \"work none\" a second time");
    refused("workload: {kinds: {poison: 60 %}}\n", "found \"60 %\"; expected a share, up to 50 %");
    refused("workload: {kinds: {poison: 0.00001 %}}\n",
            "\"0.00001 %\": is too fine; expected a multiple of 0.0001 %");
    refused("workload: {kinds: {pace: 1000000000M/s}}\n", "expected a rate, up to 1M/s");
    refused("workload: {kinds: {poison: 0.01}}\n", "workload.kinds.poison: ");
    refused("workload: {kinds: {pace: 0.0001/s}}\n", "a multiple of 0.001/s");
}

static void labels_are_whole_and_differ(void **state)
{
    (void)state;
    refused("workload: {pool: {wait: [5001 us, 5002 us]}}\n",
            "t.yaml:1: workload.pool.wait[1]: found \"wait 5.00 ms\" a second time");
    refused("workload: {wide: {\n  a_key_with_quite_a_long_name: 1,\n"
            "  b_key_with_quite_a_long_name: [1, 2], c_key_with_quite_a_long_name: 3,\n"
            "  d_key_with_quite_a_long_name: 4}}\n",
            "t.yaml:1: workload.wide: found parameters with a label of 126 bytes, "
            "\"a_key_with_quite_a_long_name 1, b_key");
}

static void a_baseline_is_named_by_its_label(void **state)
{
    (void)state;
    struct scenario *s = good("workload: {pool: {threads: [1, 4]}}\nbaseline: threads 4\n");
    assert_int_equal(s->baseline_arm, 1);
    scenario_free(s);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    refused("workload: pol\n", "pool");
    refused("workload: [pool, plain]\n", "t.yaml:1: workload: found a list");
    refused("workload: {pool: {thread: 4}}\n", "expected one of threads, order, wait, buffer");
    refused("workload: {pool: {threads: 65}}\n", "workload.pool.threads: found \"65\"");
    refused("workload: {pool: {threads: [2, 2]}}\n", "second time");
    refused("workload: {pool: {order: topic}}\n", "found \"topic\"");
    refused("workload: {pool: {wait: 5}}\n", "workload.pool.wait: \"5\" has no unit");
    refused("workload: {pool: 4}\n", "expected keys of workload pool");
    refused("workload: {plain: {threads: 4}}\ncodecs: none\npayloads: iot\n", "no keys of its own");
    refused("workload: pool\ncodecs: none\n", "t.yaml:2: codecs: found it with workload pool");
    refused("workload: plain\n", "found no codecs");
}

static void a_key_that_no_row_names_is_refused(void **state)
{
    static const struct workload_form nothing = {.name = "nothing"};
    static const char *const all_take[] = {"name",     "about",   "workload", "compare",
                                           "baseline", "records", "duration", "warmup",
                                           "blocks",   "seed",    "timeout"};
    size_t taken = 0;
    (void)state;
    for (const struct field *f = SCENARIO_FIELDS; f->name != NULL; f++)
        taken += workload_takes(&nothing, f->name);
    assert_int_equal(taken, sizeof all_take / sizeof *all_take);
    for (size_t i = 0; i < taken; i++)
        assert_true(workload_takes(&nothing, all_take[i]));
    assert_true(workload_takes(&POOL, "load"));
    assert_false(workload_takes(&POOL, "partitions"));
    assert_true(workload_takes(NULL, "partitions")); /* of a sender, where none is named */
    assert_false(workload_takes(NULL, "faults"));
    refused("workload: pool\npartitions: 2\n", "t.yaml:2: partitions: found it with workload pool");
}

static void what_senders_take_are_keys_of_a_scenario(void **state)
{
    (void)state;
    for (const char *const *key = WORKLOAD_SENDING_KEYS; *key != NULL; key++) {
        const struct field *f = SCENARIO_FIELDS;
        while (f->name != NULL && strcmp(f->name, *key) != 0)
            f++;
        if (f->name == NULL)
            fail_msg("no key is called %s", *key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_that_names_none_has_one_choice_without_a_label),
        cmocka_unit_test(keys_that_are_not_given_have_their_standard),
        cmocka_unit_test(lists_sweep_and_every_combination_is_there_once),
        cmocka_unit_test(values_of_a_compared_key_are_the_arms_and_the_other_keys_the_rest),
        cmocka_unit_test(shares_rates_and_choices_are_numbers_with_labels),
        cmocka_unit_test(labels_are_whole_and_differ),
        cmocka_unit_test(a_baseline_is_named_by_its_label),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(a_key_that_no_row_names_is_refused),
        cmocka_unit_test(what_senders_take_are_keys_of_a_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
