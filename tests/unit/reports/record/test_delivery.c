/* What was delivered, by outcome and class, and the codecs stored: counted, added up and said. */
#include "reports/record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void delivery_is_said_in_words(void **state)
{
    (void)state;
    char text[RECORD_WHY_MAX];
    struct delivery d = {.sent = 1000};
    assert_string_equal(delivery_say(&d, text), "all 1000 records were made, and sent nowhere");
    d.received = 1000;
    assert_true(delivery_perfect(&d));
    assert_string_equal(delivery_say(&d, text),
                        "all 1000 records arrived once, in order and unchanged");
    d.outcome[OUTCOME_LOST] = 2;
    d.outcome[OUTCOME_DUPLICATED] = 1;
    d.outcome[OUTCOME_FOREIGN] = 3;
    assert_false(delivery_perfect(&d));
    assert_string_equal(delivery_say(&d, text),
                        "2 of 1000 records lost, 1 duplicated, 3 not sent by us");
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        d = (struct delivery){.sent = 10};
        delivery_count(&d, i, "critical", 1);
        assert_false(delivery_perfect(&d));
    }
}

static void findings_are_no_faults(void **state)
{
    (void)state;
    struct delivery d = {.sent = 10, .outcome = {[OUTCOME_LOST] = 1, [OUTCOME_DUPLICATED] = 2}};
    struct delivery faults = delivery_faults(&d, 1U << OUTCOME_DUPLICATED);
    assert_int_equal(faults.outcome[OUTCOME_LOST], 1);
    assert_int_equal(faults.outcome[OUTCOME_DUPLICATED], 0);
    assert_int_equal(faults.sent, 10);
    assert_false(delivery_perfect(&faults));
    d.outcome[OUTCOME_LOST] = 0;
    faults = delivery_faults(&d, 1U << OUTCOME_DUPLICATED);
    assert_true(delivery_perfect(&faults));
    faults = delivery_faults(&d, 0);
    assert_false(delivery_perfect(&faults));
}

static void classes_add_up(void **state)
{
    (void)state;
    struct delivery d = {.sent = 10}, sum = {.sent = 1};
    delivery_count(&d, OUTCOME_LOST, "critical", 1);
    delivery_count(&d, OUTCOME_LOST, "", 3);
    delivery_count(&d, OUTCOME_LOST, "critical", 1);
    delivery_count(&d, OUTCOME_REFUSED, "critical", 5);
    delivery_add(&sum, &d);
    delivery_add(&sum, &d);
    assert_int_equal(sum.sent, 21);
    assert_int_equal(sum.outcome[OUTCOME_LOST], 10);
    assert_int_equal(sum.outcome[OUTCOME_REFUSED], 10);
    assert_string_equal(sum.classes[0].name, "critical");
    assert_int_equal(sum.classes[0].n, 4);
    assert_int_equal(sum.classes[1].n, 10);
    for (int i = 0; i < 2 * OUTCOME_CLASSES; i++) { /* more classes than there is room for */
        char name[OUTCOME_CLASS_MAX];
        (void)snprintf(name, sizeof name, "class %d", i);
        delivery_count(&sum, OUTCOME_LOST, name, 1);
    }
    assert_int_equal(sum.outcome[OUTCOME_LOST], 10 + 2 * OUTCOME_CLASSES);
    assert_string_equal(sum.classes[OUTCOME_CLASSES - 1].name, "others");
}

static void fallbacks_are_counted(void **state)
{
    (void)state;
    struct trial_record *r = calloc(1, sizeof *r);
    assert_non_null(r);
    trial_record_init(r);
    (void)snprintf(r->codec_name, sizeof r->codec_name, "zstd");
    r->stored[0] = (struct codec_batches){.codec = "zstd", .batches = 5};
    assert_int_equal(trial_record_fallbacks(r), 0);
    r->stored[1] = (struct codec_batches){.codec = "none", .batches = 2};
    assert_int_equal(trial_record_fallbacks(r), 2);
    (void)snprintf(r->codec_name, sizeof r->codec_name, "none");
    assert_int_equal(trial_record_fallbacks(r), 5);
    (void)snprintf(r->cell.encoding, sizeof r->cell.encoding, "raw");
    (void)snprintf(r->compare, sizeof r->compare, "encoding");
    assert_string_equal(trial_record_arm(r), "raw");
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delivery_is_said_in_words),
        cmocka_unit_test(findings_are_no_faults),
        cmocka_unit_test(classes_add_up),
        cmocka_unit_test(fallbacks_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
