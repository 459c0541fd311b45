/* The summary of what is stored: counts per codec, what is left out, and why there is no evidence.
 */
#define _XOPEN_SOURCE 700
#include "tests/unit/core/log/stored_folder.h"

#include "core/log/stored.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FIRST "00000000000000000000.log"

static struct stored_summary ask(const struct stored_question *q)
{
    struct stored_summary s;
    struct err e = {0};
    if (stored_batches(q, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static bool add(struct buf *b, int64_t base, int32_t records, int attributes, size_t body)
{
    static const uint8_t zeros[1000];
    const struct stored_sample s = {.base_offset = base,
                                    .records = records,
                                    .attributes = (int16_t)attributes,
                                    .body = span_of(zeros, body)};
    return sample_append(b, &s);
}

/* Partition 0: none 0-4, gzip 5-9, a marker 10, zstd 11-20. Partition 2: gzip 0-0. */
static void make(struct log_folder *f)
{
    struct buf b;
    buf_init(&b, SAMPLE_MAX);
    assert_true(folder_make(f));
    assert_true(add(&b, 0, 5, 0, 100) && add(&b, 5, 5, 1, 200) && add(&b, 10, 1, 0x30, 6) &&
                add(&b, 11, 10, 4, 300));
    assert_true(folder_write(f, "t-0", FIRST, buf_span(&b)));
    buf_clear(&b);
    assert_true(add(&b, 0, 1, 1, 400));
    assert_true(folder_write(f, "t-2", FIRST, buf_span(&b)));
    buf_release(&b);
}

static void counts_a_topic(void **state)
{
    (void)state;
    struct log_folder f;
    make(&f);
    const struct stored_question q = {.topic = "t", .log_dir = f.path};
    struct stored_summary s = ask(&q);
    assert_int_equal(s.evidence, STORED_EVIDENCE_SEGMENTS);
    assert_int_equal(s.partitions, 2);
    assert_int_equal(s.codec[0].batches, 1);
    assert_int_equal(s.codec[0].stored_bytes, 161);
    assert_int_equal(s.codec[1].batches, 2);
    assert_int_equal(s.codec[1].records, 6);
    assert_int_equal(s.codec[1].stored_bytes, 261 + 461);
    assert_int_equal(s.codec[4].records, 10);
    assert_int_equal(s.all.batches, 4);
    assert_int_equal(s.all.records, 21);
    assert_int_equal(s.all.stored_bytes, 161 + 261 + 361 + 461);
    assert_int_equal(s.control.batches, 1);
    assert_int_equal(s.control.stored_bytes, 67);
    assert_int_equal(s.straddling.batches, 0);
    assert_int_equal(s.min_batch_bytes, 161);
    assert_int_equal(s.median_batch_bytes, (261 + 361) / 2);
    assert_int_equal(s.max_batch_bytes, 461);
    assert_int_equal(s.first_offset, 0);
    assert_int_equal(s.last_offset, 20);
    assert_true(s.complete);
    folder_remove(&f);
}

static void keeps_to_ranges(void **state)
{
    (void)state;
    struct log_folder f;
    make(&f);
    struct stored_range r = {.partition = 0, .from = 7, .to = 21};
    const struct stored_question q = {
        .topic = "t", .log_dir = f.path, .ranges = &r, .range_count = 1};
    struct stored_summary s = ask(&q);
    assert_int_equal(s.all.batches, 1);
    assert_int_equal(s.straddling.batches, 1);
    assert_int_equal(s.straddling.stored_bytes, 261);
    assert_int_equal(s.control.batches, 1);
    assert_true(s.complete);
    r.to = 20; /* the last batch now reaches past the end */
    s = ask(&q);
    assert_int_equal(s.all.batches, 0);
    assert_int_equal(s.straddling.batches, 2);
    assert_int_equal(s.min_batch_bytes, -1);
    assert_true(s.complete);
    r.to = 22; /* one more record than there is */
    s = ask(&q);
    assert_false(s.complete);
    folder_remove(&f);
}

static void bad_questions_are_refused(void **state)
{
    (void)state;
    struct log_folder f;
    make(&f);
    struct stored_summary s;
    struct err e = {0};
    struct stored_range r = {.partition = 1, .from = 0, .to = 10};
    struct stored_question q = {.topic = "t", .log_dir = f.path, .ranges = &r, .range_count = 1};
    assert_int_equal(stored_batches(&q, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "t-1: this partition is not in the log folder"));
    r = (struct stored_range){.partition = 0, .from = 10, .to = 9};
    assert_int_equal(stored_batches(&q, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "is no range"));
    q.topic = "other";
    assert_int_equal(stored_batches(&q, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "no topic \"other\"; there are 1: t"));
    folder_remove(&f);
}

static void says_why_there_is_nothing(void **state)
{
    (void)state;
    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    const struct stored_question q = {.topic = "t", .cluster = &c};
    struct stored_summary s = ask(&q);
    assert_int_equal(s.evidence, STORED_EVIDENCE_NONE);
    assert_non_null(strstr(s.why_not, "is given"));
    assert_int_equal(cluster_set_bootstrap(&c, "127.0.0.1:9", &e), RC_OK);
    assert_int_equal(cluster_add(&c, "security.protocol=SASL_SSL", &e), RC_OK);
    s = ask(&q);
    assert_int_equal(s.evidence, STORED_EVIDENCE_NONE);
    assert_non_null(strstr(s.why_not, "TLS or a login"));
    assert_int_equal(s.all.batches, 0);
    cluster_release(&c);
}

static void decodes_when_asked(void **state)
{
    (void)state;
    struct log_folder f;
    assert_true(folder_make(&f));
    assert_true(
        folder_write(&f, "t-0", FIRST, span_of(SAMPLE_JAVA_SNAPPY, sizeof SAMPLE_JAVA_SNAPPY)));
    const struct stored_question q = {.topic = "t", .log_dir = f.path, .decode = true};
    struct stored_summary s = ask(&q);
    assert_true(s.decoded);
    assert_int_equal(s.codec[2].value_bytes, 76 + 96);
    assert_int_equal(s.all.body_bytes, 190);
    folder_remove(&f);
}

static void codecs_have_names(void **state)
{
    (void)state;
    assert_string_equal(stored_codec_name(0), "none");
    assert_string_equal(stored_codec_name(4), "zstd");
    assert_string_equal(stored_codec_name(5), "unknown codec 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_a_topic),
        cmocka_unit_test(keeps_to_ranges),
        cmocka_unit_test(bad_questions_are_refused),
        cmocka_unit_test(says_why_there_is_nothing),
        cmocka_unit_test(decodes_when_asked),
        cmocka_unit_test(codecs_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
