/* A trial record with something else in every field, and its line. Included by one test each. */
#ifndef ASSAY_TESTS_FILLED_RECORD_H
#define ASSAY_TESTS_FILLED_RECORD_H

#include "reports/record/record.h"
#include "reports/record/record_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A different value in every field, by its row, so that two that are swapped show. */
static void fill_field(const struct record_field *f, size_t row, struct trial_record *r)
{
    char *at = (char *)r + f->offset;
    int64_t whole = (int64_t)(1000 + row);
    double real = 0.1 + (double)row;
    uint64_t seed = UINT64_MAX - row;
    switch (f->kind) {
    case FIELD_TEXT:
        (void)snprintf(at, f->size, "text %zu \"quoted\" \\ \xC3\xA9", row);
        break;
    case FIELD_COUNT:
    case FIELD_MEASURE:
        memcpy(at, &whole, sizeof whole);
        break;
    case FIELD_BIG:
        whole = INT64_MAX - (int64_t)row;
        memcpy(at, &whole, sizeof whole);
        break;
    case FIELD_REAL:
        memcpy(at, &real, sizeof real);
        break;
    case FIELD_SEED:
        memcpy(at, &seed, sizeof seed);
        break;
    case FIELD_BOOL:
        *(bool *)at = true;
        break;
    case FIELD_VALIDITY:
        r->validity = TRIAL_SATURATED;
        break;
    case FIELD_BATCHES:
    case FIELD_BYTES:
        for (int i = 0; i < RECORD_CODECS; i++) {
            (void)snprintf(r->stored[i].codec, RECORD_WORD_MAX, "codec%d", i);
            r->stored[i].batches = 10 + i;
            r->stored[i].bytes = 2000 + i;
        }
        break;
    case FIELD_OUTCOMES:
        for (size_t i = 0; i < OUTCOME_COUNT; i++)
            r->delivery.outcome[i] = (int64_t)(100 + i);
        delivery_count(&r->delivery, OUTCOME_REFUSED, "low", 8);
        delivery_count(&r->delivery, OUTCOME_LOST, "critical", 7);
        break;
    case FIELD_LATENCIES:
        for (size_t i = 0; i < LATENCY_COUNT * sizeof(struct latency) / sizeof whole; i++) {
            whole = (int64_t)(5000 + i);
            memcpy(at + i * sizeof whole, &whole, sizeof whole);
        }
        break;
    case FIELD_METRICS:
        r->metrics[0] = (struct recorded_metric){"members", 3, false};
        r->metrics[1] = (struct recorded_metric){"recovery_ns", 1.2e12, true};
        break;
    case FIELD_SETTINGS:
        (void)snprintf(at, f->size, "%016zx", row);
        break;
    }
}

static struct trial_record *filled(void)
{
    struct trial_record *r = calloc(1, sizeof *r);
    assert_non_null(r);
    trial_record_init(r);
    for (size_t i = 0; RECORD_FIELDS[i].path != NULL; i++)
        fill_field(&RECORD_FIELDS[i], i, r);
    return r;
}

static struct buf written(const struct trial_record *r)
{
    struct buf b;
    struct err e;
    buf_init(&b, 1 << 20);
    if (trial_record_write(r, &b, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(b.data[b.size - 1], '\n');
    assert_null(memchr(b.data, '\n', b.size - 1));
    return b;
}

#endif
