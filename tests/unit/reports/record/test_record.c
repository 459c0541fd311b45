/* Every field of a trial record survives the way through JSON, and wrong lines are named. */
#define _GNU_SOURCE
#include "reports/record/record.h"
#include "reports/record/record_fields.h"
#include "reports/summary/metric.h"
#include "tests/unit/reports/record/filled_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Bytes of the struct that a field stands for. */
static size_t size_of(const struct record_field *f, const struct trial_record *r)
{
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_SETTINGS:
        return f->size;
    case FIELD_BATCHES:
    case FIELD_BYTES:
        return sizeof r->stored;
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_VALIDITY:
        return sizeof(enum validity);
    case FIELD_OUTCOMES:
        return sizeof r->delivery - offsetof(struct delivery, outcome);
    case FIELD_LATENCIES:
        return sizeof r->latency_ns;
    case FIELD_METRICS:
        return sizeof r->metrics;
    default:
        return sizeof(int64_t);
    }
}

static void round_trip(const struct trial_record *r)
{
    struct trial_record *back = calloc(1, sizeof *back);
    struct err e;
    assert_non_null(back);
    struct buf b = written(r);
    if (trial_record_read(span_of(b.data, b.size - 1), NULL, back, &e) != RC_OK)
        fail_msg("%s", e.text);
    struct buf again = written(back);
    assert_string_equal((char *)again.data, (char *)b.data);
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        const char *want = (const char *)r + f->offset, *got = (const char *)back + f->offset;
        bool text = f->kind == FIELD_TEXT || f->kind == FIELD_SETTINGS;
        size_t size = text ? strlen(want) + 1 : size_of(f, r);
        if (memcmp(want, got, size) != 0)
            fail_msg("%s does not survive", f->path);
    }
    buf_release(&again);
    buf_release(&b);
    free(back);
}

static void every_field_survives(void **state)
{
    (void)state;
    struct trial_record *r = filled();
    round_trip(r);
    for (r->validity = TRIAL_VALID; r->validity <= TRIAL_INTERRUPTED; r->validity++)
        round_trip(r);
    free(r);
}

/* The table and the struct name the same fields: no row overlaps another, none is forgotten. */
static void the_table_covers_the_struct(void **state)
{
    (void)state;
    struct trial_record *r = calloc(1, sizeof *r);
    assert_non_null(r);
    memset(r, 0xA5, sizeof *r);
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        char *at = (char *)r + f->offset;
        size_t size = size_of(f, r);
        if (f->kind != FIELD_BYTES && (unsigned char)*at != 0xA5)
            fail_msg("%s lies on another field", f->path);
        memset(at, 0, size);
    }
    size_t left = 0;
    for (size_t i = 0; i < sizeof *r; i++)
        left += ((unsigned char *)r)[i] == 0xA5;
    assert_true(left < 32); /* padding */
    free(r);
}

static void not_measured_is_null(void **state)
{
    (void)state;
    struct trial_record *r = calloc(1, sizeof *r);
    assert_non_null(r);
    trial_record_init(r);
    struct buf b = written(r);
    assert_non_null(strstr((char *)b.data, "\"p999\":null"));
    assert_non_null(strstr((char *)b.data, "\"ratio\":null"));
    assert_non_null(strstr((char *)b.data, "\"broker\":null"));
    assert_non_null(strstr((char *)b.data, "\"lost\":{\"all\":0}"));
    assert_non_null(strstr((char *)b.data, "\"e2e\":{\"n\":0,"));
    assert_null(strstr((char *)b.data, "-1"));
    buf_release(&b);
    round_trip(r);
    free(r);
}

/* Replaces the first find by put in a good line and reads it. */
static enum rc read_changed(const char *find, const char *put, struct err *e)
{
    struct trial_record *r = filled();
    struct buf line = written(r), changed;
    buf_init(&changed, 1 << 20);
    char *at = strstr((char *)line.data, find);
    if (at == NULL)
        fail_msg("no %s in the line", find);
    size_t head = (size_t)(at - (char *)line.data), tail = head + strlen(find);
    assert_int_equal(buf_append(&changed, line.data, head, NULL), RC_OK);
    assert_int_equal(buf_append(&changed, put, strlen(put), NULL), RC_OK);
    assert_int_equal(buf_append(&changed, line.data + tail, line.size - tail, NULL), RC_OK);
    enum rc rc = trial_record_read(buf_span(&changed), NULL, r, e);
    buf_release(&changed);
    buf_release(&line);
    free(r);
    return rc;
}

static void wrong_lines_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *find, *put, *says;
    } rows[] = {
        {"assay-trial/2", "assay-trial/9", "schema: found \"assay-trial/9\"; expected"},
        {"\"exact\":", "\"inexact\":", "cell.exact: is missing"},
        {"\"load_kind\":", "\"kind\":", "cell.load_kind: is missing"},
        {"\"schema\"", "\"skema\"", "schema: is missing"},
        {"\"validity\":\"saturated\"", "\"validity\":\"fine\"", "validity: \"fine\" is none of"},
        {"\"lost\":", "\"lots\":", "outcomes.lost: is missing"},
        {"\"lost\":{\"all\":", "\"lost\":{\"all\":-", "outcomes.lost: is -"},
        {"\"lost\":{\"all\":", "\"lost\":{\"one\":", "outcomes.lost: is an object, must be"},
        {"\"acknowledged\":", "\"acked\":", "delivery.acknowledged: is missing"},
        {"\"at_least\":", "\"least\":", "metrics.recovery_ns: found no at_least"},
        {"\"members\":", "\"members\":\"3\",\"more\":", "metrics: members: is a text"},
        {"\"codec\":\"", "\"codec\":7,\"x\":\"", "cell.codec: is a whole number, must be a text"},
        {"\"ratio\":", "\"ratio\":\"2\",\"x\":", "ratio: is a text"},
        {"\"ratio\":", "\"ratio\":-", "ratio: is -"},
        {"\"ratio\":", "\"ratio\":1e308,\"x\":", "ratio: is 1e+308, must be at most 1e+100"},
        {"\"acknowledged\":", "\"acknowledged\":9007199254740993,\"x\":",
         "delivery.acknowledged: is 9007199254740993, must be at most 2^53"},
        {"\"lost\":{\"all\":", "\"lost\":{\"all\":9223372036854775807,\"x\":",
         "outcomes.lost: is 9223372036854775807, must be at most 2^53"},
        {"\"reference\":true", "\"reference\":1", "reference: is a whole number"},
        {"\"seed\":\"", "\"seed\":\"x", "seed: must be"},
        {"\"codec_stored\":{", "\"codec_stored\":{\"\":1,", "codec_stored: a codec's name"},
        {"\"codec_stored\":{", "\"codec_stored\":{\"ninth\":1,", "more than 8 codecs"},
        {"\"settings\":{\"sender\":", "\"settings\":{\"sender\":{\"linger.ms\":5},\"x\":",
         "settings.sender.linger.ms: is a whole number"},
        {"\"started_wall_ns\":\"", "\"started_wall_ns\":\"x", "started_wall_ns: must be a text"},
        {"{", "[{", "not valid JSON"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {.text = ""};
        assert_int_equal(read_changed(rows[i].find, rows[i].put, &e), RC_INPUT);
        if (strstr(e.text, rows[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, rows[i].says);
    }
}

static void unknown_fields_are_ignored(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(read_changed("\"run\"", "\"later\":{\"a\":[1]},\"run\"", &e), RC_OK);
    assert_int_equal(read_changed("\"steal_ns\"", "\"other_ns\"", &e), RC_OK);
}

static void text_too_long_is_refused(void **state)
{
    (void)state;
    struct err e;
    char put[300];
    (void)snprintf(put, sizeof put, "\"run\":\"%0200d\",\"x\"", 1);
    assert_int_equal(read_changed("\"run\"", put, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "run: has 200 bytes, at most 95 fit"));
}

/* A report holds every record: 100 000 of them must leave room in 1 GB. */
static void a_record_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct trial_record) <= 8000);
}

/* Every field and metric is explained where users look for it. */
static void the_document_names_every_field(void **state)
{
    (void)state;
    FILE *in = fopen("docs/result-folder.md", "r");
    if (in == NULL)
        skip();
    static char text[1 << 16];
    size_t size = fread(text, 1, sizeof text - 1, in);
    assert_int_equal(fclose(in), 0);
    text[size] = '\0';
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        char name[2 * FIELD_NAME_MAX];
        (void)snprintf(name, sizeof name, "`%s`", f->path);
        if (strstr(text, name) == NULL)
            fail_msg("docs/result-folder.md does not explain %s", name);
    }
    for (size_t i = 0; i < LATENCY_COUNT; i++) {
        char name[2 * FIELD_NAME_MAX];
        (void)snprintf(name, sizeof name, "`latency_ns.%s`", LATENCIES[i].name);
        assert_non_null(strstr(text, name));
    }
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        char name[2 * FIELD_NAME_MAX];
        (void)snprintf(name, sizeof name, "`outcomes.%s`", OUTCOMES[i].name);
        assert_non_null(strstr(text, name));
    }
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (strstr(text, METRICS[m].name) == NULL)
            fail_msg("docs/result-folder.md does not name %s", METRICS[m].name);
    }
}

/* Records of before call background load "beside". */
static void records_that_say_beside_are_read(void **state)
{
    struct trial_record *r = filled(), *back = calloc(1, sizeof *back);
    struct err e = {0};
    struct buf line;
    (void)state;
    assert_non_null(back);
    trial_cell_set(&r->cell, DIMENSION_BACKGROUND, "raster 1.00 MB");
    r->background.sent = 77;
    buf_init(&line, 1 << 20);
    assert_int_equal(trial_record_write(r, &line, &e), RC_OK);
    for (int i = 0; i < 2; i++) {
        char *at = memmem(line.data, line.size, "\"background\":", 13);
        assert_non_null(at);
        memcpy(at, "\"beside\":    ", 13);
    }
    assert_int_equal(trial_record_read(span_of(line.data, line.size - 1), NULL, back, &e), RC_OK);
    assert_string_equal(back->cell.background, "raster 1.00 MB");
    assert_int_equal(back->background.sent, 77);
    buf_release(&line);
    free(back);
    free(r);
}

static bool hurt_as_read(const struct trial_record *r, bool told)
{
    static const char key[] = "\"integrity_hurt\":false,";
    struct trial_record *back = calloc(1, sizeof *back);
    struct err e = {0};
    struct buf line;
    assert_non_null(back);
    buf_init(&line, 1 << 20);
    assert_int_equal(trial_record_write(r, &line, &e), RC_OK);
    if (!told) { /* as a record of before */
        char *at = memmem(line.data, line.size, key, sizeof key - 1);
        assert_non_null(at);
        line.size -= sizeof key - 1;
        memmove(at, at + sizeof key - 1, line.size - (size_t)(at - (char *)line.data));
    }
    assert_int_equal(trial_record_read(span_of(line.data, line.size - 1), NULL, back, &e), RC_OK);
    bool hurt = back->integrity_hurt;
    buf_release(&line);
    free(back);
    return hurt;
}

/* A record says itself whether its integrity was hurt; one of before is judged by its counts. */
static void integrity_is_told_and_derived_for_records_of_before(void **state)
{
    struct trial_record *r = filled();
    (void)state;
    r->validity = TRIAL_VOID;
    r->integrity_hurt = false; /* a worker hung, and outcomes are left */
    assert_false(hurt_as_read(r, true));
    assert_true(hurt_as_read(r, false));
    r->delivery = (struct delivery){.sent = 5};
    assert_true(hurt_as_read(r, false)); /* stored with codecs that nobody asked for */
    memset(r->stored, 0, sizeof r->stored);
    assert_false(hurt_as_read(r, false));
    (void)snprintf(r->stored[0].codec, RECORD_WORD_MAX, "none"); /* a client falls back to it */
    assert_false(hurt_as_read(r, false));
    (void)snprintf(r->stored[0].codec, RECORD_WORD_MAX, "lz4");
    assert_true(hurt_as_read(r, false));
    r->validity = TRIAL_SATURATED;
    assert_false(hurt_as_read(r, false));
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integrity_is_told_and_derived_for_records_of_before),
        cmocka_unit_test(records_that_say_beside_are_read),
        cmocka_unit_test(every_field_survives),
        cmocka_unit_test(the_table_covers_the_struct),
        cmocka_unit_test(not_measured_is_null),
        cmocka_unit_test(wrong_lines_are_named),
        cmocka_unit_test(unknown_fields_are_ignored),
        cmocka_unit_test(text_too_long_is_refused),
        cmocka_unit_test(a_record_is_small),
        cmocka_unit_test(the_document_names_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
