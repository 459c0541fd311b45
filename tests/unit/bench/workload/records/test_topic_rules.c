/* Which setting of a topic interferes with a trial. */
#include "base/clock.h"
#include "bench/workload/records/topic_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t MINUTE_NS = INT64_C(60) * NS_PER_S;

static void the_setting_that_removes_records_is_named(void **state)
{
    (void)state;
    static const struct {
        struct topic_rules rules;
        enum topic_rule named;
    } rows[] = {
        {{{[TOPIC_CLEANUP] = "delete", [TOPIC_RETENTION_MS] = "-1"}}, TOPIC_RULES},
        /* seven days have not gone by, so it is not to blame */
        {{{[TOPIC_CLEANUP] = "delete", [TOPIC_RETENTION_MS] = "604800000"}}, TOPIC_RULES},
        {{{[TOPIC_CLEANUP] = "delete", [TOPIC_RETENTION_MS] = "1000"}}, TOPIC_RETENTION_MS},
        {{{[TOPIC_CLEANUP] = "delete", [TOPIC_RETENTION_BYTES] = "1000000"}},
         TOPIC_RETENTION_BYTES},
        {{{[TOPIC_CLEANUP] = "compact", [TOPIC_RETENTION_MS] = "1000"}}, TOPIC_CLEANUP},
        {{{[TOPIC_CLEANUP] = "compact,delete"}}, TOPIC_CLEANUP},
        {{{[TOPIC_CLEANUP] = ""}}, TOPIC_RULES}, /* not told */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(topic_rules_remove(&rows[i].rules, MINUTE_NS), rows[i].named);
}

static void a_topic_that_compresses_anew_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *kept, *sent;
        bool anew;
    } rows[] = {{"producer", "zstd", false},
                {"zstd", "zstd", false},
                {"gzip", "zstd", true},
                {"gzip", "none", true},
                {"uncompressed", "zstd", true},
                {"uncompressed", "none", false},
                {"", "zstd", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct topic_rules r = {0};
        (void)snprintf(r.value[TOPIC_COMPRESSION], TOPIC_RULE_TEXT, "%s", rows[i].kept);
        assert_int_equal(topic_rules_recompress(&r, rows[i].sent), rows[i].anew);
    }
}

static void what_changed_is_named_when_both_are_known(void **state)
{
    (void)state;
    const struct topic_rules before = {
        {[TOPIC_CLEANUP] = "delete", [TOPIC_TIMESTAMPS] = "CreateTime"}};
    struct topic_rules after = before;
    assert_int_equal(topic_rules_changed(&before, &after), TOPIC_RULES);
    (void)snprintf(after.value[TOPIC_COMPRESSION], TOPIC_RULE_TEXT, "gzip");
    assert_int_equal(topic_rules_changed(&before, &after), TOPIC_RULES); /* unknown before */
    (void)snprintf(after.value[TOPIC_TIMESTAMPS], TOPIC_RULE_TEXT, "LogAppendTime");
    assert_int_equal(topic_rules_changed(&before, &after), TOPIC_TIMESTAMPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_setting_that_removes_records_is_named),
        cmocka_unit_test(a_topic_that_compresses_anew_is_known),
        cmocka_unit_test(what_changed_is_named_when_both_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
