/* The last blocks of a comparison against its first. */
#include "reports/summary/drift.h"
#include "tests/unit/reports/made_up_claim.h"

/* Two arms in `blocks` blocks: gzip-6 slows down by `slower` a block, zstd-3 by half of it. */
static void fill(struct bench *b, int blocks, double slower)
{
    for (int block = 1; block <= blocks; block++) {
        struct trial_record *r = bench_add(b, 0, "gzip-6", block, 1e6 * (1 + slower * block));
        r->cell_index = 0;
        r->reference = true;
        r = bench_add(b, 0, "zstd-3", block, 2e6 * (1 + slower / 2 * block));
        r->cell_index = 1;
    }
}

static void says(const struct bench *b, const char *right)
{
    struct summary s;
    struct err e = {.text = ""};
    char text[DRIFT_TEXT];
    if (summary_build(&b->results, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(s.group_count, 1);
    assert_string_equal(drift_text(&s, &s.groups[0], text), right);
    summary_release(&s);
}

static void a_machine_that_slows_down_is_said(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b);
    fill(&b, 12, 0.02);
    /* (1 + 0.02 x 10.5) / (1 + 0.02 x 2.5), (1 + 0.01 x 10.5) / (1 + 0.01 x 2.5) */
    says(&b, "last 4 blocks against the first 4: end-to-end latency, median +11.5 % (arms +7.8 to "
             "+15.2 %)");
    bench_release(&b);
}

static void few_blocks_and_missing_arms_say_nothing(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b);
    fill(&b, 5, 0.02);
    says(&b, "");
    b.results.count = 0;
    fill(&b, 6, 0);
    says(&b, "last 2 blocks against the first 2: end-to-end latency, median +0.0 % (arms +0.0 to "
             "+0.0 %)");
    for (size_t i = 0; i < b.results.count; i++) /* one arm was void in the first two blocks */
        if (b.results.records[i].cell_index == 1 && b.results.records[i].block <= 2)
            b.results.records[i].validity = TRIAL_VOID;
    says(&b, "");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_that_slows_down_is_said),
        cmocka_unit_test(few_blocks_and_missing_arms_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
