/* Any text as a file of claims, and any text as a comparison of figures: refused with a sentence,
 * or whole. */
#include "scenarios/arithmetic.h"
#include "scenarios/claim.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct claim_metric METRICS_HERE[] = {
    {"e2e_p50_ns", UNIT_NS, false}, {"ratio", UNIT_RATIO, false}, {.name = NULL}};
static const char *const PROBES_HERE[] = {"levels", NULL};
static const struct claim_places PLACES = {.metrics = METRICS_HERE, .probes = PROBES_HERE};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int holds)
{
    if (!holds)
        abort();
}

static void expect_whole_test(const struct claim_test *t)
{
    int banded = t->kind == TEST_CHANGE || t->kind == TEST_DIFFERENCE || t->kind == TEST_LEVEL;
    expect(t->says != NULL && t->given != NULL);
    expect(banded == (t->band.words != NULL) && (!banded || isfinite(t->band.weak)));
    expect((t->metric != NULL) == (t->scenario != NULL));
    expect((t->scenario != NULL) == (t->scenario_full != NULL));
    expect(t->kind != TEST_ARITHMETIC || t->check_count > 0);
    expect(t->kind != TEST_NOT_BUILT || t->reason != NULL);
    expect(!banded || t->to != NULL);
}

static void fuzz_claims(const uint8_t *data, size_t size)
{
    struct err e = {0};
    struct claims c = {0};
    struct claims_text text = {(const char *)data, size, "f.yaml"};
    enum rc rc = claims_parse(&text, &PLACES, &c, &e);
    expect(rc == RC_OK || (e.text[0] != '\0' && c.count == 0 && c.all == NULL));
    expect(rc != RC_OK || c.count > 0);
    for (size_t i = 0; i < c.count; i++) {
        expect(c.all[i].test_count > 0 && claim_find(&c, c.all[i].id) == &c.all[i]);
        for (size_t j = 0; j < c.all[i].test_count; j++)
            expect_whole_test(&c.all[i].tests[j]);
    }
    claims_free(&c);
}

static void fuzz_arithmetic(const uint8_t *data, size_t size)
{
    static char a[] = "a", zero[] = "zero";
    const struct figure figures[] = {{a, 5.4}, {zero, 0}};
    char *text = malloc(size + 1);
    if (text == NULL)
        return;
    if (size > 0)
        (void)memcpy(text, data, size);
    text[size] = '\0';
    struct arithmetic asked = {
        .text = text, .figures = figures, .figure_count = 2, .tolerance = 0.01};
    struct arithmetic_answer answer;
    struct err e = {0};
    if (arithmetic_check(&asked, &answer, &e) == RC_OK)
        expect(isfinite(answer.left) && isfinite(answer.right) && answer.shown[0] != '\0');
    else
        expect(e.text[0] != '\0');
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_claims(data, size);
    fuzz_arithmetic(data, size);
    return 0;
}
