/* Starts of the broker: their own medians, whether they differ, and what the next may be like. */
#include "base/rng.h"
#include "reports/summary/starts.h"
#include "tests/unit/reports/made_up_claim.h"

enum { RUNS = 400, BLOCKS = 12 };

/* Twelve blocks over so many starts, each of which slows zstd-3 down by its own share. */
static void fill(struct bench *b, size_t starts, const double *slower, double noise, struct rng *r)
{
    b->results.count = 0;
    for (int block = 1; block <= BLOCKS; block++) {
        size_t start = (size_t)(block - 1) * starts / BLOCKS;
        for (int arm = 0; arm < 2; arm++) {
            double v = noise * rng_normal(r) + (arm == 1 ? slower[start] : 0);
            struct trial_record *t =
                bench_add(b, 0, arm == 0 ? "gzip-6" : "zstd-3", block, 1e6 * exp(v));
            t->broker_started_wall_ns = 1000 + (int64_t)start;
        }
    }
}

static struct starts judge(const struct bench *b)
{
    struct contrast_key k = {
        .scenario = "s", .from = "gzip-6", .to = "zstd-3", .metric = METRIC_E2E_P50};
    struct contrast c;
    struct starts s = {.count = 0};
    struct err e = {.text = ""};
    if (contrast_of(&b->results, &k, &c, &e) != RC_OK ||
        starts_of(&c, false, true, 0.05, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    contrast_release(&c);
    return s;
}

static void starts_speak_for_themselves(void **state)
{
    (void)state;
    static const double UNLIKE[] = {-0.3, -0.1, -0.35}, ONE[] = {-0.2};
    struct bench b;
    struct rng r;
    rng_init(&r, 3, 3);
    bench_init(&b);
    fill(&b, 3, UNLIKE, 0.001, &r);
    struct starts s = judge(&b);
    assert_int_equal(s.count, 3);
    assert_true(fabs(s.least + 0.35) < 0.01 && fabs(s.most + 0.1) < 0.01);
    assert_true(s.differ);
    /* -0.25 +- 4.303 x 0.132 / sqrt(3): the next may be no gain at all */
    assert_true(fabs(s.lo + 0.579) < 0.02 && fabs(s.hi - 0.079) < 0.02);
    fill(&b, 1, ONE, 0.001, &r);
    s = judge(&b);
    assert_int_equal(s.count, 1);
    assert_true(isnan(s.least) && !s.differ);
    for (size_t i = 0; i < b.results.count; i++)
        b.results.records[i].broker_started_wall_ns = 0; /* brokers of others */
    assert_int_equal(judge(&b).count, 0);
    bench_release(&b);
}

static void alike_starts_rarely_differ(void **state)
{
    (void)state;
    static const double ALIKE[] = {-0.2, -0.2, -0.2}, UNLIKE[] = {-0.3, -0.2, -0.1};
    size_t alike = 0, unlike = 0;
    struct bench b;
    struct rng r;
    rng_init(&r, 1952, 1);
    bench_init(&b);
    for (size_t run = 0; run < RUNS; run++) {
        fill(&b, 3, ALIKE, 0.03, &r);
        alike += judge(&b).differ;
        fill(&b, 3, UNLIKE, 0.03, &r);
        unlike += judge(&b).differ;
    }
    print_message("alike starts differ in %.3f, unlike ones in %.3f\n", (double)alike / RUNS,
                  (double)unlike / RUNS);
    assert_true((double)alike / RUNS < 0.02);
    assert_true((double)unlike / RUNS > 0.4);
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_speak_for_themselves),
        cmocka_unit_test(alike_starts_rarely_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
