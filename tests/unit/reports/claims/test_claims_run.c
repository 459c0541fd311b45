/* claims.json survives writing and reading, and what is not one is refused by name. */
#define _GNU_SOURCE
#include "reports/claims/claims_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char home[FOLDER_PATH_MAX], work[64];

static int enter(void **state)
{
    (void)state;
    (void)snprintf(work, sizeof work, "/tmp/assay-test-claims_run-XXXXXX");
    return getcwd(home, sizeof home) == NULL || mkdtemp(work) == NULL || chdir(work) != 0;
}

static int leave(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", work);
    return chdir(home) != 0 || system(command) != 0;
}

static void put(const char *text)
{
    struct folder f;
    assert_int_equal(folder_open("run", &f, NULL), RC_OK);
    assert_int_equal(folder_write(&f, CLAIMS_RUN_FILE, span_of(text, strlen(text)), NULL), RC_OK);
    folder_close(&f);
}

static void survives(void **state)
{
    (void)state;
    struct folder f;
    struct err e;
    struct claims_run q = {.full = true, .looks = true, .blocks = 24, .trials_planned = 7}, back;
    struct finding found = {.test = 2, .verdict = VERDICT_REFUTED, .text = "it said \"no\"\tµ"};
    bool missing;
    assert_int_equal(folder_create("run", "s", &f, NULL), RC_OK);
    assert_int_equal(claims_run_read("run", &back, &missing, &e), RC_OK);
    assert_true(missing);
    assert_int_equal(claims_run_add_id(&q, "Z01", NULL), RC_OK);
    assert_int_equal(claims_run_add_id(&q, "H11", NULL), RC_OK);
    assert_int_equal(claims_run_add_finding(&q, "Z01", &found, NULL), RC_OK);
    assert_int_equal(strata_choice_add(&q.only, "payload=iot,link=1 Gbit/s", NULL), RC_OK);
    assert_int_equal(claims_run_add_part(&q, "Z01", 1, (struct test_part){6, 30}, NULL), RC_OK);
    assert_int_equal(claims_run_write(&q, &f, NULL), RC_OK);
    folder_close(&f);
    if (claims_run_read("run", &back, &missing, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_false(missing);
    assert_true(back.full && back.looks);
    assert_int_equal(back.blocks, 24);
    assert_int_equal(back.trials_planned, 7);
    assert_int_equal(back.count, 2);
    assert_string_equal(back.ids[1], "H11");
    assert_int_equal(back.finding_count, 1);
    assert_int_equal(back.findings[0].found.verdict, VERDICT_REFUTED);
    assert_string_equal(back.findings[0].found.text, "it said \"no\"?µ"); /* one line */
    char only[CHOICE_TEXT];
    assert_string_equal(strata_choice_text(&back.only, only), "payload=iot,link=1 Gbit/s");
    assert_int_equal(back.part_count, 1);
    assert_string_equal(back.parts[0].claim, "Z01");
    assert_int_equal(back.parts[0].test, 1);
    assert_int_equal(back.parts[0].part.asked, 6);
    assert_int_equal(back.parts[0].part.left_out, 30);
    assert_true(claims_run_knows(&back, "Z01", 2));
    assert_false(claims_run_knows(&back, "Z01", 1));
    assert_false(claims_run_knows(&back, "H11", 2));
    claims_run_release(&q);
    claims_run_release(&back);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "run/claims.json"},
        {"{}", "schema is not assay-claims/1"},
        {"{\"schema\": \"assay-claims/2\"}", "schema is not assay-claims/1"},
        {"{\"schema\": \"assay-claims/1\"}", "no claim is named"},
        {"{\"schema\": \"assay-claims/1\", \"claims\": [\"Z01\", \"H11\", \"Z01\"]}",
         "the claim Z01 is named twice"},
        {"{\"schema\": \"assay-claims/1\", \"claims\": [\"Z01\"], \"blocks\": -1}",
         "must be at least 0"},
        {"{\"schema\": \"assay-claims/1\", \"claims\": [\"Z01\"], \"findings\": [{}]}",
         "a finding needs"},
        {"{\"schema\": \"assay-claims/1\", \"claims\": [\"Z01\"], \"findings\": [{\"claim\": "
         "\"Z01\", \"test\": 0, \"verdict\": \"MAYBE\", \"text\": \"\"}]}",
         "there is no verdict \"MAYBE\""},
    };
    struct folder f;
    assert_int_equal(folder_create("run", "s", &f, NULL), RC_OK);
    folder_close(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claims_run q;
        struct err e = {.text = ""};
        bool missing;
        put(cases[i].text);
        assert_int_equal(claims_run_read("run", &q, &missing, &e), RC_INPUT);
        assert_int_equal(q.count, 0);
        if (strstr(e.text, cases[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(survives, enter, leave),
        cmocka_unit_test_setup_teardown(refusals, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
