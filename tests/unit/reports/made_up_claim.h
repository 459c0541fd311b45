/*
 * Made-up records and claims for tests of verdicts: one scenario "s", groups of two or more arms,
 * one number per trial. A bench is released by bench_release.
 */
#ifndef ASSAY_TESTS_UNIT_MADE_UP_CLAIM_H
#define ASSAY_TESTS_UNIT_MADE_UP_CLAIM_H

#include "reports/record/results.h"
#include "scenarios/claim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MADE_UP_MOST = 2000 };

struct bench {
    struct results results;
};

static inline void bench_init(struct bench *b)
{
    b->results = (struct results){.records = calloc(MADE_UP_MOST, sizeof *b->results.records)};
    assert_non_null(b->results.records);
}

static inline void bench_release(struct bench *b)
{
    free(b->results.records);
}

/* A valid trial with the given median latency (ns) and stored bytes of 100 records. */
static inline struct trial_record *bench_add(struct bench *b, int group, const char *arm, int block,
                                             double value)
{
    assert_true(b->results.count < MADE_UP_MOST);
    struct trial_record *r = &b->results.records[b->results.count];
    trial_record_init(r);
    (void)snprintf(r->scenario, sizeof r->scenario, "s");
    (void)snprintf(r->trial, sizeof r->trial, "c%03zu.b%02d", b->results.count, block);
    (void)snprintf(r->compare, sizeof r->compare, "codec");
    (void)snprintf(r->cell.codec, sizeof r->cell.codec, "%s", arm);
    (void)snprintf(r->codec_effective, sizeof r->codec_effective, "%s", arm);
    (void)snprintf(r->codec_name, sizeof r->codec_name, "%.*s", (int)strcspn(arm, "-"), arm);
    (void)snprintf(r->stored[0].codec, sizeof r->stored[0].codec, "%s", r->codec_name);
    r->stored[0].batches = r->bytes.batches = 10;
    (void)snprintf(r->cell.payload, sizeof r->cell.payload, "p%d", group);
    (void)snprintf(r->cell.encoding, sizeof r->cell.encoding, "raw");
    (void)snprintf(r->cell.batching, sizeof r->cell.batching, "10 records");
    (void)snprintf(r->cell.load, sizeof r->cell.load, "open 500/s");
    r->cell.load_paced = r->cell.load_sets_rate = true;
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "segment files");
    r->group = group;
    r->block = block;
    r->delivery = (struct delivery){.sent = 100, .acknowledged = 100, .received = 100};
    r->measured_records = 80;
    r->latency_ns[LATENCY_E2E].n = 80;
    r->latency_ns[LATENCY_E2E].p50 = (int64_t)value;
    r->bytes.payload = 10000;
    r->bytes.stored = (int64_t)value;
    r->ratio = 10000 / value;
    b->results.count++;
    return r;
}

/* Blocks 1..n of two arms: from is about 10^6, to is (1 + change) of it; both wobble by noise. */
static inline void bench_pair(struct bench *b, int group, int n, double change, double noise)
{
    for (int block = 1; block <= n; block++) {
        double drift = 1 + 0.3 * (block % 3);
        double wobble = noise * (((block * 7 + group * 3) % 11) / 5.0 - 1);
        (void)bench_add(b, group, "gzip-6", block, 1e6 * drift);
        (void)bench_add(b, group, "zstd-3", block, 1e6 * drift * (1 + change) * (1 + wobble));
    }
}

/* "to is 20 to 40 % below from", on the median latency; texts are literals and not freed. */
static inline struct claim_test claim_test_made_up(void)
{
    static char metric[] = "e2e_p50_ns", from[] = "gzip-6", to[] = "zstd-3", scenario[] = "s",
                none[] = "";
    return (struct claim_test){.kind = TEST_CHANGE,
                               .says = none,
                               .metric = metric,
                               .from = from,
                               .to = to,
                               .scenario = scenario,
                               .scenario_full = scenario,
                               .band = {.weak = -0.2, .strong = -0.4, .falling = true}};
}

static inline struct claim claim_made_up(struct claim_test *tests, size_t count)
{
    static char id[] = "T01", words[] = "zstd is faster", file[] = "made-up.yaml", none[] = "";
    return (struct claim){.id = id,
                          .document = none,
                          .words = words,
                          .trap = none,
                          .map = none,
                          .file = file,
                          .tests = tests,
                          .test_count = count};
}

#endif
