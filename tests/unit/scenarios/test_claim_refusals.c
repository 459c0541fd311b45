/* Claims: the exact sentence for every kind of bad file. */
#include "scenarios/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct claim_metric METRICS_HERE[] = {{"e2e_p50_ns", UNIT_NS, false},
                                                   {"ratio", UNIT_RATIO, false},
                                                   {"twice", UNIT_COUNT, true},
                                                   {.name = NULL}};
static const char *const PROBES_HERE[] = {"levels", NULL};
static const struct claim_places PLACES = {.metrics = METRICS_HERE, .probes = PROBES_HERE};

#define DOC "document: d\nclaims:\n"
#define CLAIM DOC "  - id: Z01\n    words: said\n    tests:\n"
#define TEST(keys) CLAIM "      - {" keys "}\n"
#define CHANGE "kind: change, metric: e2e_p50_ns, from: a, to: b, scenario: s, "
#define LEVEL "kind: level, metric: ratio, arm: a, scenario: s, "
#define AT "t.yaml:6: claims[0].tests[0]"

static const char *const BAD[][2] = {
    /* the file */
    {"", "t.yaml:1: found nothing; expected keys and values"},
    {"- a\n", "t.yaml:1: found a list; expected keys and values, such as document: …"},
    {"claims:\n  - id: Z01\n", "t.yaml:1: found no document; expected document: with its "
                               "name"},
    {"document: d\n", "t.yaml:1: found no claims; expected a list of them"},
    {"document: d\nclaims: Z01\n",
     "t.yaml:2: claims: found \"Z01\"; expected a list of claims, such as - id: Z01"},
    {"document: d\nclaims: []\n",
     "t.yaml:2: claims: found an empty list; expected a list of claims, such as - id: Z01"},
    {"document: d\nclaim: []\n", "t.yaml:2: claim: found an unknown key; expected \"claims\""},
    {"document: d\nclaims:\n  - id: Z01\n    words: \"\\e[31m\"\n",
     "t.yaml:4: found a control character in a value; expected plain text"},
    {"document: \"\\u202e\"\n",
     "t.yaml:1: found a control character in a value; expected plain text"},
    /* a claim */
    {DOC "  - Z01\n", "t.yaml:3: claims[0]: found \"Z01\"; expected keys and values, such as "
                      "id: …"},
    {DOC "  - {words: w, tests: [{kind: not_built, reason: r}]}\n",
     "t.yaml:3: claims[0]: found no id; expected id: Z01"},
    {DOC "  - {id: Z01, tests: [{kind: not_built, reason: r}]}\n",
     "t.yaml:3: claims[0]: found no words; expected words: with the document's own"},
    {DOC "  - {id: Z01, words: w}\n",
     "t.yaml:3: claims[0]: found no tests; expected tests: with at least one"},
    {DOC "  - {id: Z01, words: w, tests: []}\n",
     "t.yaml:3: claims[0].tests: found an empty list; expected a list of tests"},
    {DOC "  - {id: first, words: w}\n",
     "t.yaml:3: claims[0].id: found \"first\"; expected letters and digits, such as Z01"},
    {DOC "  - {id: Z01, word: w}\n",
     "t.yaml:3: claims[0].word: found an unknown key; expected \"words\""},
    {DOC "  - {id: Z01, words: w, tests: [{kind: not_built, reason: r}]}\n"
         "  - {id: z01, words: w, tests: [{kind: not_built, reason: r}]}\n",
     "t.yaml:4: claims[1].id: found \"z01\" a second time; it stands in t.yaml:3 already"},
    /* a test */
    {TEST("kind: not_built, reason: x, remark: true"),
     "t.yaml:5: claims[0].tests: found remarks alone; expected a test that decides"},
    {TEST("says: x"), AT ": found no kind; expected kind: change or another"},
    {TEST("kind: chance"),
     AT ".kind: found \"chance\"; expected \"change\" (one of change, difference, level, "
        "ranking, probe, client, arithmetic, not_built)"},
    {TEST("kind: change, from: a, to: b, scenario: s, band: {below: -5 %}"),
     AT ": found no metric with kind: change; expected metric: e2e_p50_ns"},
    {TEST(CHANGE "says: x"),
     AT ": found no band with kind: change; expected band: {below: -20 %, to: -40 %}"},
    {TEST("kind: change, metric: ratio, from: a, to: b, band: {below: -5 %}"),
     AT ": found no scenario with kind: change; expected scenario: with the name of a file "
        "in scenarios/claims/measure"},
    {TEST("kind: change, metric: ratio, to: b, scenario: s, band: {below: -5 %}"),
     AT ": found no from with kind: change; expected from: gzip-9"},
    {TEST("kind: change, metric: ratio, from: b, to: b, scenario: s, band: {below: -5 %}"),
     AT ".to: found \"b\" on both sides; expected another arm"},
    {TEST("kind: change, metric: e2e_p5_ns"),
     AT ".metric: found \"e2e_p5_ns\"; expected \"e2e_p50_ns\" (one of e2e_p50_ns, ratio, twice)"},
    {TEST(LEVEL "from: b, band: {above: 1}"), AT ".from: found with kind: level; expected without"},
    {TEST("kind: level, metric: ratio, scenario: s, band: {above: 1}"),
     AT ": found no arm with kind: level; expected arm: none"},
    {TEST("kind: change, scenario: ../x"),
     AT ".scenario: found \"../x\"; expected the name of a file in scenarios/claims/measure"},
    {TEST(CHANGE "band: {below: -5 %}, strata: all"),
     AT ".strata: found \"all\"; expected one of every, any, typical"},
    {TEST(CHANGE "band: {below: -5 %}, tolerance: 0.01"),
     AT ".tolerance: found \"0.01\"; expected a share in %, 0 % to 100 %"},
    {TEST(CHANGE "band: {below: -5 %}, tolerance: -1 %"),
     AT ".tolerance: found \"-1 %\"; expected a share in %, 0 % to 100 %"},
    {TEST(CHANGE "band: {below: -5 %}, where: {payload: iot}"),
     AT ".where.payload: found an unknown key; expected \"payloads\""},
    {TEST(CHANGE "band: {below: -5 %}, where: {payloads: []}"),
     AT ".where.payloads: found an empty list; expected a text or a list of them"},
    {TEST(CHANGE "band: {below: -5 %}, where: {loads: [open, ~]}"),
     AT ".where.loads[1]: found nothing; expected a text or a list of them"},
    /* bands */
    {TEST(CHANGE "band: -20 %"),
     AT ".band: found \"-20 %\"; expected keys and values, such as below: …"},
    {TEST(CHANGE "band: {to: -20 %}"), AT ".band: found no edge; expected below: … or above: …"},
    {TEST(CHANGE "band: {below: -20 %, above: 5 %}"),
     AT ".band: found both below and above; expected one of them"},
    {TEST(CHANGE "band: {below: -20}"),
     AT ".band.below: found \"-20\"; expected a change in %, such as -20 %"},
    {TEST("kind: change, metric: twice, from: a, to: b, scenario: s, band: {below: -5 %}"),
     AT ".band.below: found kind: change of twice, which may be 0; expected kind: difference"},
    {TEST(CHANGE "band: {below: -20 %, to: -10 %}"),
     AT ".band.to: found \"-10 %\"; expected a value below -20 %"},
    {TEST(CHANGE "band: {above: 20 %, to: 20 %}"),
     AT ".band.to: found \"20 %\"; expected a value above 20 %"},
    {TEST("kind: difference, metric: e2e_p50_ns, from: a, to: b, scenario: s, band: {below: 10}"),
     AT ".band.below: \"10\" has no unit; write for example 5 ms, 1.5 s or 10 min"},
    {TEST(LEVEL "band: {above: 95 %}"),
     AT ".band.above: found \"95 %\"; expected a number without unit, such as 0.95"},
    {TEST(LEVEL "band: {above: ~}"),
     AT ".band.above: found nothing; expected -20 % for a change, else a value in the metric's "
        "unit: 10 ms, 5 MB, 0.95"},
    /* rankings, probes, clients */
    {TEST("kind: ranking, metric: ratio, order: [a], scenario: s"),
     AT ".order: found a list; expected at least two arms, lowest first"},
    {TEST("kind: ranking, metric: ratio, order: [a, b], scenario: s, band: {above: 1}"),
     AT ".band: found with kind: ranking; expected without"},
    {TEST("kind: probe"),
     AT ": found no probe with kind: probe; expected probe: with the name of one"},
    {TEST("kind: probe, probe: level"),
     AT ".probe: found \"level\"; expected \"levels\" (one of levels)"},
    {TEST("kind: client, client: aiokafka, codec: zstd, expect: stored"),
     AT ".client: found \"aiokafka\"; expected one of aiokafka-0.11.0, aiokafka-0.11.0+zstd, "
        "aiokafka-0.11.0+acks-1, aiokafka-0.11.0+max-in-flight, "
        "aiokafka-0.8.1, aiokafka-0.8.1+codecs, aiokafka-0.8.1+kafka-python-3, "
        "kafka-python-2.0.2, kafka-python-2.0.2+codecs, java-4.3.1"},
    {TEST("kind: client, client: java-4.3.1, codec: zstd, expect: store"),
     AT ".expect: found \"store\"; expected \"stored\" (one of stored, refused)"},
    {TEST("kind: not_built"),
     AT ": found no reason with kind: not_built; expected reason: with what is missing"},
    {TEST("kind: not_built, reason: ''"), AT ".reason: found \"\"; expected text"},
    /* arithmetic */
    {TEST("kind: arithmetic, figures: {}, checks: [holds: 1 = 1]"),
     AT ".figures: found an empty map; expected a map of names and numbers"},
    {TEST("kind: arithmetic, figures: {a: 5 MB}, checks: [holds: a = 1]"),
     AT ".figures.a: found \"5 MB\"; expected a number without unit, such as 1500000"},
    {TEST("kind: arithmetic, figures: {a b: 5}, checks: [holds: a = 1]"),
     AT ".figures.a b: found a name that is none; expected letters, digits and "
        "underscores"},
    {TEST("kind: arithmetic, figures: {a: 5}, checks: []"),
     AT ".checks: found an empty list; expected a list of checks, such as - holds: sent - "
        "processed = 0"},
    {TEST("kind: arithmetic, figures: {a: 5}, checks: [says: x]"),
     AT ".checks[0]: found no holds; expected holds: sent - processed = 0"},
    {TEST("kind: arithmetic, figures: {a: 5}, checks: [holds: b = 1]"),
     AT ".checks[0].holds: \"b = 1\": found \"b\"; expected one of the figures"},
    {TEST("kind: arithmetic, figures: {a: 5}, checks: [holds: a / 0 = 1]"),
     AT ".checks[0].holds: \"a / 0 = 1\" divides by zero"},
};

static void every_bad_file_gets_its_sentence(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct err e = {0};
        struct claims c = {0};
        struct claims_text text = {BAD[i][0], strlen(BAD[i][0]), "t.yaml"};
        assert_int_equal(claims_parse(&text, &PLACES, &c, &e), RC_INPUT);
        assert_int_equal(c.count, 0);
        assert_null(c.all);
        if (strcmp(e.text, BAD[i][1]) != 0) {
            print_error("found: %s\nright: %s\n", e.text, BAD[i][1]);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_bad_file_gets_its_sentence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
