/* Claims: what a good file becomes, and how claims are found. */
#define _GNU_SOURCE
#include "scenarios/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct claim_metric METRICS_HERE[] = {{"e2e_p50_ns", UNIT_NS, false},
                                                   {"stored_bytes_per_record", UNIT_BYTES, false},
                                                   {"ratio", UNIT_RATIO, false},
                                                   {"records_per_s", UNIT_PER_S, false},
                                                   {.name = NULL}};
static const char *const PROBES_HERE[] = {"levels", NULL};
static const struct claim_places PLACES = {.metrics = METRICS_HERE, .probes = PROBES_HERE};

static void parse(const char *yaml, struct claims *out)
{
    struct err e = {0};
    struct claims_text text = {yaml, strlen(yaml), "t.yaml"};
    if (claims_parse(&text, &PLACES, out, &e) != RC_OK)
        fail_msg("%s", e.text);
}

#define HEAD "document: d\nclaims:\n  - id: Z01\n    words: said\n    tests:\n"

static const char WHOLE[] =
    "document: 000-note\n"
    "claims:\n"
    "  - id: Z01\n"
    "    words: >-\n"
    "      faster than\n"
    "      before\n"
    "    trap: level 9\n"
    "    map: where it flips\n"
    "    tests:\n"
    "      - {kind: change, says: medians, given: not saturated, metric: e2e_p50_ns, from: "
    "gzip-9,\n"
    "         to: zstd-3, band: {below: -20 %, to: -40 %}, strata: any, tolerance: 0.5 %,\n"
    "         where: {payloads: [iot, raster], loads: open, links: unlimited, batchings: '1',\n"
    "                 encodings: raw, codecs: none}, scenario: short, full: long}\n"
    "      - {kind: client, client: aiokafka-0.11.0+zstd, codec: zstd-22, expect: refused}\n"
    "      - {kind: probe, probe: levels}\n"
    "      - {kind: not_built, reason: needs a store}\n"
    "  - id: h11\n"
    "    words: adds up\n"
    "    tests:\n"
    "      - kind: arithmetic\n"
    "        figures: {sent: 15, done: 12}\n"
    "        checks:\n"
    "          - {says: nothing is lost, holds: sent - done = 0}\n"
    "          - {holds: done / sent = 0.81, tolerance: 2 %}\n";

static void check_change(const struct claim_test *t)
{
    assert_int_equal(t->kind, TEST_CHANGE);
    assert_int_equal(t->line, 10);
    assert_string_equal(t->says, "medians");
    assert_string_equal(t->given, "not saturated");
    assert_string_equal(t->metric, "e2e_p50_ns");
    assert_string_equal(t->from, "gzip-9");
    assert_string_equal(t->to, "zstd-3");
    assert_float_equal(t->band.weak, -0.2, 1e-12);
    assert_float_equal(t->band.strong, -0.4, 1e-12);
    assert_true(t->band.falling);
    assert_string_equal(t->band.words, "below -20 %, to -40 %");
    assert_true(t->any_stratum);
    assert_float_equal(t->tolerance, 0.005, 1e-12);
    assert_string_equal(t->where.takes[DIMENSION_PAYLOAD][0], "iot");
    assert_string_equal(t->where.takes[DIMENSION_PAYLOAD][1], "raster");
    assert_null(t->where.takes[DIMENSION_PAYLOAD][2]);
    assert_string_equal(t->where.takes[DIMENSION_LOAD][0], "open");
    assert_string_equal(t->where.takes[DIMENSION_LINK][0], "unlimited");
    assert_string_equal(t->where.takes[DIMENSION_BATCHING][0], "1");
    assert_string_equal(t->where.takes[DIMENSION_ENCODING][0], "raw");
    assert_string_equal(t->where.takes[DIMENSION_CODEC][0], "none");
    assert_string_equal(t->scenario, "short");
    assert_string_equal(t->scenario_full, "long");
}

static void every_key_arrives(void **state)
{
    (void)state;
    struct claims c = {0};
    parse(WHOLE, &c);
    assert_int_equal(c.count, 2);
    const struct claim *z = &c.all[0];
    assert_string_equal(z->id, "Z01");
    assert_string_equal(z->document, "000-note");
    assert_string_equal(z->words, "faster than before");
    assert_string_equal(z->trap, "level 9");
    assert_string_equal(z->map, "where it flips");
    assert_string_equal(z->file, "t.yaml");
    assert_int_equal(z->line, 3);
    assert_int_equal(z->test_count, 4);
    check_change(&z->tests[0]);
    assert_int_equal(z->tests[1].kind, TEST_CLIENT);
    assert_string_equal(z->tests[1].client, "aiokafka-0.11.0+zstd");
    assert_string_equal(z->tests[1].client_codec, "zstd-22");
    assert_string_equal(z->tests[1].client_expect, "refused");
    assert_int_equal(z->tests[2].kind, TEST_PROBE);
    assert_string_equal(z->tests[2].probe, "levels");
    assert_null(z->tests[2].scenario);
    assert_string_equal(z->tests[2].says, "");
    assert_int_equal(z->tests[3].kind, TEST_NOT_BUILT);
    assert_string_equal(z->tests[3].reason, "needs a store");
    claims_free(&c);
    assert_int_equal(c.count, 0);
    claims_free(&c);
}

static void checks_are_worked_out_when_they_are_read(void **state)
{
    (void)state;
    struct claims c = {0};
    parse(WHOLE, &c);
    const struct claim_test *t = &c.all[1].tests[0];
    assert_int_equal(t->check_count, 2);
    assert_string_equal(t->checks[0].says, "nothing is lost");
    assert_string_equal(t->checks[0].computation, "15 - 12 = 3; 3 = 0 is false");
    assert_false(t->checks[0].holds);
    assert_string_equal(t->checks[1].says, "done / sent = 0.81");
    assert_string_equal(t->checks[1].computation, "12 / 15 = 0.8; 0.8 = 0.81 is true within 2 %");
    assert_true(t->checks[1].holds);
    claims_free(&c);
}

/* The edges of a band are in the unit of its metric; a change is a share of any metric. */
static const struct {
    const char *yaml;
    double weak, strong;
    bool falling;
    const char *words;
} BANDS[] = {
    {"{kind: change, metric: ratio, from: a, to: b, scenario: s, band: {above: 0 %}}", 0, NAN,
     false, "above 0 %"},
    {"{kind: change, metric: e2e_p50_ns, from: a, to: b, scenario: s, band: {above: 30 %, to: 40 "
     "%}}",
     0.3, 0.4, false, "above 30 %, to 40 %"},
    {"{kind: difference, metric: e2e_p50_ns, from: a, to: b, scenario: s, band: {below: 10 ms}}",
     1e7, NAN, true, "below 10 ms"},
    {"{kind: difference, metric: e2e_p50_ns, from: a, to: b, scenario: s, band: {below: -1 ms, "
     "to: -2 ms}}",
     -1e6, -2e6, true, "below -1 ms, to -2 ms"},
    {"{kind: level, metric: stored_bytes_per_record, arm: b, scenario: s, band: {below: 1 MiB}}",
     1048576, NAN, true, "below 1 MiB"},
    {"{kind: level, metric: ratio, arm: b, scenario: s, band: {above: 0.95}}", 0.95, NAN, false,
     "above 0.95"},
    {"{kind: level, metric: records_per_s, arm: b, scenario: s, band: {above: 5000}}", 5000, NAN,
     false, "above 5000"},
};

static void edges_are_in_the_unit_of_the_metric(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BANDS / sizeof BANDS[0]; i++) {
        char yaml[512];
        struct claims c = {0};
        (void)snprintf(yaml, sizeof yaml, HEAD "      - %s\n", BANDS[i].yaml);
        parse(yaml, &c);
        const struct claim_test *t = &c.all[0].tests[0];
        assert_true(fabs(t->band.weak - BANDS[i].weak) < 1e-9);
        assert_int_equal(isnan(t->band.strong), isnan(BANDS[i].strong));
        assert_true(isnan(BANDS[i].strong) || fabs(t->band.strong - BANDS[i].strong) < 1e-9);
        assert_int_equal(t->band.falling, BANDS[i].falling);
        assert_string_equal(t->band.words, BANDS[i].words);
        assert_string_equal(t->to, "b");
        assert_string_equal(t->scenario_full, "s");
        claims_free(&c);
    }
}

static void a_ranking_has_tiers_and_no_band(void **state)
{
    (void)state;
    struct claims c = {0};
    parse(HEAD
          "      - {kind: ranking, metric: e2e_p50_ns, order: [none, lz4|snappy], scenario: s}\n",
          &c);
    const struct claim_test *t = &c.all[0].tests[0];
    assert_string_equal(t->order[0], "none");
    assert_string_equal(t->order[1], "lz4|snappy");
    assert_null(t->order[2]);
    assert_true(isnan(t->band.weak));
    assert_null(t->band.words);
    claims_free(&c);
}

static void ids_are_found_whatever_their_case(void **state)
{
    (void)state;
    struct claims c = {0};
    parse(WHOLE, &c);
    assert_ptr_equal(claim_find(&c, "z01"), &c.all[0]);
    assert_ptr_equal(claim_find(&c, "H11"), &c.all[1]);
    assert_null(claim_find(&c, "Z1"));
    assert_null(claim_find(&c, ""));
    assert_string_equal(claim_nearest(&c, "Z02"), "Z01");
    assert_null(claim_nearest(&c, "frobnicate"));
    claims_free(&c);
}

static void kinds_have_names(void **state)
{
    (void)state;
    size_t count = 0;
    while (TEST_KIND_NAMES[count] != NULL)
        count++;
    assert_int_equal(count, TEST_KINDS);
    assert_string_equal(TEST_KIND_NAMES[TEST_NOT_BUILT], "not_built");
}

/* --- folders --- */

static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void a_folder_is_read_file_by_file_in_order(void **state)
{
    (void)state;
    char folder[] = "/tmp/assay-test-XXXXXX";
    char command[64];
    assert_non_null(mkdtemp(folder));
    put(folder, "b.yaml",
        "document: b\nclaims: [{id: B1, words: w, tests: [{kind: not_built, "
        "reason: r}]}]\n");
    put(folder, "a.yaml",
        "document: a\nclaims: [{id: A1, words: w, tests: [{kind: not_built, "
        "reason: r}]}]\n");
    put(folder, "notes.txt", "no claim");
    put(folder, ".hidden.yaml", "no claim");
    struct claim_places places = PLACES;
    struct claims c = {0};
    struct err e = {0};
    places.folder = folder;
    assert_int_equal(claims_load(&places, &c, &e), RC_OK);
    assert_int_equal(c.count, 2);
    assert_string_equal(c.all[0].id, "A1");
    assert_string_equal(c.all[1].document, "b");
    claims_free(&c);
    put(folder, "c.yaml",
        "document: c\nclaims: [{id: a1, words: w, tests: [{kind: not_built, "
        "reason: r}]}]\n");
    assert_int_equal(claims_load(&places, &c, &e), RC_INPUT);
    char right[256];
    (void)snprintf(right, sizeof right,
                   "%s/c.yaml:2: claims[0].id: found \"a1\" a second time; it stands in "
                   "%s/a.yaml:2 already",
                   folder, folder);
    assert_string_equal(e.text, right);
    assert_int_equal(c.count, 0);
    put(folder, "c.yaml",
        HEAD "      - {kind: change, metric: ratio, from: a, to: b, band: {above: 0 %}, scenario: "
             "nowhere}\n");
    assert_int_equal(claims_load(&places, &c, &e), RC_INPUT);
    (void)snprintf(right, sizeof right,
                   "%s/c.yaml:6: claims[0].tests[0].scenario: found \"nowhere\"; expected "
                   "the name of a file in %s/measure, without .yaml",
                   folder, folder);
    assert_string_equal(e.text, right);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(claims_load(&places, &c, &e), RC_INPUT);
    (void)snprintf(right, sizeof right, "%s: no folder of claims: No such file or directory",
                   folder);
    assert_string_equal(e.text, right);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(claims_load(&places, &c, &e), RC_INPUT);
    (void)snprintf(right, sizeof right, "%s: no claims there; expected files that end in .yaml",
                   folder);
    assert_string_equal(e.text, right);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_arrives),
        cmocka_unit_test(checks_are_worked_out_when_they_are_read),
        cmocka_unit_test(edges_are_in_the_unit_of_the_metric),
        cmocka_unit_test(a_ranking_has_tiers_and_no_band),
        cmocka_unit_test(ids_are_found_whatever_their_case),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(a_folder_is_read_file_by_file_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
