/* Which trials of a folder count: none twice, and none that contradicts itself. */
#define _GNU_SOURCE
#include "tests/unit/reports/record/folder_scene.h"

static void a_trial_counts_once(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("run");
    struct trial_record *other = record("c00.b01");
    append(&f, "c00.b01");
    append(&f, "c00.b02");
    (void)snprintf(other->scenario, sizeof other->scenario, "another");
    assert_int_equal(folder_append(&f, other, NULL), RC_OK);
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_int_equal(r.count, 3);
    results_release(&r);
    append(&f, "c00.b02");
    refused("run", "run/trials.jsonl:4: trial c00.b02 of scenario quick is on line 2 already");
    folder_close(&f);
    free(other);
}

static void a_trial_counts_once_whatever_its_id(void **state)
{
    (void)state;
    struct folder f = created("run");
    struct trial_record *twin = record("c00.b02");
    append(&f, "c00.b01");
    append(&f, "c00.b02");
    (void)snprintf(twin->trial, sizeof twin->trial, "c07.b02");
    assert_int_equal(folder_append(&f, twin, NULL), RC_OK);
    refused("run", "run/trials.jsonl:3: trial c07.b02 of scenario quick is on line 2 already (as "
                   "c00.b02, of the same arm and block)");
    folder_close(&f);
    free(twin);
}

/* Whatever it calls itself. */
static void what_contradicts_itself_is_void(void **state)
{
    (void)state;
    struct results r;
    struct folder f = created("run");
    struct trial_record *t = record("c00.b01");
    t->delivery.sent = 10;
    t->delivery.outcome[OUTCOME_LOST] = 1;
    assert_int_equal(folder_append(&f, t, NULL), RC_OK);
    free(t);
    t = record("c00.b02");
    (void)snprintf(t->codec_name, sizeof t->codec_name, "zstd");
    (void)snprintf(t->stored[0].codec, sizeof t->stored[0].codec, "gzip");
    assert_int_equal(folder_append(&f, t, NULL), RC_OK);
    t->block = 3;
    (void)snprintf(t->trial, sizeof t->trial, "c00.b03");
    (void)snprintf(t->stored[0].codec, sizeof t->stored[0].codec, "none"); /* a fallback */
    assert_int_equal(folder_append(&f, t, NULL), RC_OK);
    assert_int_equal(results_read("run", &r, NULL), RC_OK);
    assert_int_equal(r.records[0].validity, TRIAL_VOID);
    assert_true(r.records[0].integrity_hurt);
    assert_string_equal(r.records[0].why,
                        "the record calls itself valid, and 1 of 10 records lost");
    assert_int_equal(r.records[1].validity, TRIAL_VOID);
    assert_string_equal(r.records[1].why, "the record calls itself valid, and batches are stored "
                                          "as gzip where zstd was asked");
    assert_int_equal(r.records[2].validity, TRIAL_VALID);
    results_release(&r);
    folder_close(&f);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_trial_counts_once, enter, leave),
        cmocka_unit_test_setup_teardown(a_trial_counts_once_whatever_its_id, enter, leave),
        cmocka_unit_test_setup_teardown(what_contradicts_itself_is_void, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
