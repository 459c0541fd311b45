/* Plans made from a few lines of YAML, with payloads whose sizes are known; for tests of the plan.
 */
#ifndef ASSAY_TESTS_UNIT_PLAN_SCENE_H
#define ASSAY_TESTS_UNIT_PLAN_SCENE_H

#include "bench/plan/order.h"
#include "bench/plan/plan.h"
#include "core/encode/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const GENERATORS[] = {"alert", "iot", "raster", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};

/* Generators: records of the size asked for, or 100 bytes, or of sizes in turn. Files: 300 records
 * of 50 bytes. */
static inline enum rc sample(const struct scenario *s, const struct payload_choice *p,
                             int64_t record_bytes, struct plan_sample *out, struct err *e)
{
    (void)s;
    (void)e;
    if (p->kind == NULL) {
        *out = (struct plan_sample){
            .records = 300, .mean_bytes = 50, .max_bytes = 80, .pool_bytes = 15000};
        return RC_OK;
    }
    int64_t bytes = record_bytes > 0 ? record_bytes : 100;
    *out = (struct plan_sample){.mean_bytes = bytes, .max_bytes = bytes, .pool_bytes = 1000000};
    for (size_t i = 0; i < p->size_count; i++)
        out->max_bytes = p->sizes[i] > out->max_bytes ? p->sizes[i] : out->max_bytes;
    if (p->size_count > 0)
        out->mean_bytes = out->max_bytes / 2;
    return RC_OK;
}

static inline enum rc no_sample(const struct scenario *s, const struct payload_choice *p,
                                int64_t record_bytes, struct plan_sample *out, struct err *e)
{
    (void)s;
    (void)p;
    (void)record_bytes;
    (void)out;
    return err_set(e, RC_INPUT, "no such corpus");
}

static inline struct scenario *scenario_of(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    if (scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, NULL, 0, &s,
                       &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static inline struct plan plan_of(const struct scenario *s)
{
    struct err e = {0};
    struct plan p;
    if (plan_build(s, sample, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static inline void refuses(const char *text, const char *says)
{
    struct err e = {0};
    struct plan p;
    struct scenario *s = scenario_of(text);
    assert_int_equal(plan_build(s, sample, &p, &e), RC_INPUT);
    assert_string_equal(e.text, says);
    assert_null(p.cells);
    assert_int_equal(p.trial_count, 0);
    scenario_free(s);
}

#endif
