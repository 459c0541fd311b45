/* Segments of a partition: walked in order, by range, past padding and torn ends; damage is named.
 */
#define _XOPEN_SOURCE 700
#include "tests/unit/core/log/stored_folder.h"

#include "core/log/segment.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FIRST "00000000000000000000.log"
#define SECOND "00000000000000000100.log"

struct segment_seen {
    int64_t batches, first, last, bytes;
};

static enum rc see(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    (void)e;
    struct segment_seen *s = ctx;
    assert_int_equal(partition, 0);
    assert_int_equal(b->whole.size, b->stored_bytes);
    if (s->batches++ == 0)
        s->first = b->base_offset;
    s->last = b->last_offset;
    s->bytes += b->stored_bytes;
    return RC_OK;
}

static enum rc stop(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    (void)partition;
    (void)b;
    ++*(int *)ctx;
    return err_set(e, RC_INTERRUPTED, "enough");
}

static struct segment_seen walk(const struct log_folder *f, int64_t from, int64_t to)
{
    const struct segment_range r = {
        .log_dir = f->path, .topic = "t", .partition = 0, .from = from, .to = to};
    struct segment_seen s = {0};
    struct err e = {0};
    if (segment_walk(&r, see, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static void refused(const struct log_folder *f, enum rc rc, const char *words)
{
    const struct segment_range r = {.log_dir = f->path, .topic = "t", .to = INT64_MAX};
    struct segment_seen s = {0};
    struct err e = {0};
    assert_int_equal(segment_walk(&r, see, &s, &e), rc);
    if (strstr(e.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
}

/* Two segments: 10 batches of 10 from 0, 10 batches of 10 from 100. */
static void two_segments(struct log_folder *f, struct buf *first, struct buf *second)
{
    int64_t next = 0;
    assert_true(folder_make(f));
    buf_init(first, SAMPLE_MAX);
    buf_init(second, SAMPLE_MAX);
    assert_true(folder_batches(first, &next, 10, 10, 100));
    assert_true(folder_batches(second, &next, 10, 10, 100));
    assert_true(folder_write(f, "t-0", FIRST, buf_span(first)));
    assert_true(folder_write(f, "t-0", SECOND, buf_span(second)));
    assert_true(folder_write(f, "t-0", "leader-epoch-checkpoint", span_str("0\n")));
    assert_true(folder_write(f, "t-0", "00000000000000000000.index", span_str("junk")));
    assert_true(folder_write(f, "t-0", "00000000000000000000.log.deleted", span_str("junk")));
}

static void walks_all(void **state)
{
    (void)state;
    struct log_folder f;
    struct buf a, b;
    two_segments(&f, &a, &b);
    struct segment_seen s = walk(&f, 0, INT64_MAX);
    assert_int_equal(s.batches, 20);
    assert_int_equal(s.first, 0);
    assert_int_equal(s.last, 199);
    assert_int_equal(s.bytes, a.size + b.size);
    folder_remove(&f);
    buf_release(&a);
    buf_release(&b);
}

static void walks_ranges(void **state)
{
    (void)state;
    struct log_folder f;
    struct buf a, b;
    two_segments(&f, &a, &b);
    struct segment_seen s = walk(&f, 20, 40);
    assert_int_equal(s.batches, 2);
    assert_int_equal(s.first, 20);
    assert_int_equal(s.last, 39);
    s = walk(&f, 25, 35); /* touches two batches in part */
    assert_int_equal(s.batches, 2);
    s = walk(&f, 95, 101); /* across the segments */
    assert_int_equal(s.batches, 2);
    assert_int_equal(s.first, 90);
    assert_int_equal(s.last, 109);
    s = walk(&f, 150, INT64_MAX); /* the first segment is not even opened: damage it */
    assert_int_equal(s.batches, 5);
    assert_true(folder_write(&f, "t-0", FIRST, span_str("garbage garbage garbage garbage")));
    s = walk(&f, 150, INT64_MAX);
    assert_int_equal(s.batches, 5);
    assert_int_equal(walk(&f, 200, INT64_MAX).batches, 0);
    assert_int_equal(walk(&f, 150, 150).batches, 0);
    folder_remove(&f);
    buf_release(&a);
    buf_release(&b);
}

static void crosses_windows(void **state)
{
    (void)state;
    struct log_folder f;
    struct buf bytes;
    int64_t next = 0;
    assert_true(folder_make(&f));
    buf_init(&bytes, SAMPLE_MAX);
    assert_true(folder_batches(&bytes, &next, 100, 3, 65536)); /* 6.5 MB: windows are 1 MiB */
    assert_true(folder_write(&f, "t-0", FIRST, buf_span(&bytes)));
    assert_int_equal(walk(&f, 0, INT64_MAX).batches, 100);
    assert_int_equal(walk(&f, 0, INT64_MAX).bytes, bytes.size);
    assert_int_equal(walk(&f, 240, INT64_MAX).batches, 20);
    buf_release(&bytes);
    folder_remove(&f);
}

/* One batch of 3 MB between small ones. */
static void takes_large_batches(void **state)
{
    (void)state;
    enum { LARGE = 3000000 };
    static const uint8_t large[LARGE];
    struct log_folder f;
    struct buf bytes;
    int64_t next = 0;
    assert_true(folder_make(&f));
    buf_init(&bytes, SAMPLE_MAX);
    assert_true(folder_batches(&bytes, &next, 3, 1, 10));
    const struct stored_sample s = {
        .base_offset = next++, .records = 1, .body = span_of(large, LARGE)};
    assert_true(sample_append(&bytes, &s));
    assert_true(folder_batches(&bytes, &next, 3, 1, 10));
    assert_true(folder_write(&f, "t-0", FIRST, buf_span(&bytes)));
    assert_int_equal(walk(&f, 0, INT64_MAX).batches, 7);
    assert_int_equal(walk(&f, 0, INT64_MAX).bytes, bytes.size);
    assert_int_equal(walk(&f, 4, INT64_MAX).batches, 3);
    buf_release(&bytes);
    folder_remove(&f);
}

static void tolerates_ends_in_the_making(void **state)
{
    (void)state;
    static const uint8_t zeros[5000];
    struct log_folder f;
    struct buf a, b;
    two_segments(&f, &a, &b);
    for (size_t cut = 1; cut < 161; cut += 20) { /* into the last batch */
        assert_true(folder_write(&f, "t-0", SECOND, span_of(b.data, b.size - cut)));
        assert_int_equal(walk(&f, 0, INT64_MAX).batches, 19);
    }
    assert_int_equal(buf_append(&b, zeros, sizeof zeros, NULL), RC_OK);
    assert_true(folder_write(&f, "t-0", SECOND, buf_span(&b)));
    assert_int_equal(walk(&f, 0, INT64_MAX).batches, 20);
    assert_true(folder_write(&f, "t-0", SECOND, span_of(zeros, 0)));
    assert_int_equal(walk(&f, 0, INT64_MAX).batches, 10);
    folder_remove(&f);
    buf_release(&a);
    buf_release(&b);
}

static void names_damage(void **state)
{
    (void)state;
    struct log_folder f;
    struct buf a, b;
    two_segments(&f, &a, &b);
    a.data[161 * 3 + 100] ^= 1; /* in the records of the fourth batch */
    assert_true(folder_write(&f, "t-0", FIRST, buf_span(&a)));
    refused(&f, RC_INTEGRITY, "t-0/" FIRST ": at byte 483: the batch of offsets 30 to 39");
    assert_true(folder_write(&f, "t-0", FIRST, span_of(a.data, 161 * 2 + 70)));
    refused(&f, RC_INTEGRITY,
            "at byte 322: the file ends inside a batch, and it is not the newest");
    assert_true(folder_write(&f, "t-0", FIRST, span_of(b.data, b.size)));
    refused(&f, RC_INTEGRITY, SECOND ": at byte 0: the batch with base offset 100 follows");
    folder_remove(&f);
    buf_release(&a);
    buf_release(&b);
}

static void visitor_may_stop(void **state)
{
    (void)state;
    struct log_folder f;
    struct buf a, b;
    two_segments(&f, &a, &b);
    const struct segment_range r = {.log_dir = f.path, .topic = "t", .to = INT64_MAX};
    int calls = 0;
    struct err e = {0};
    assert_int_equal(segment_walk(&r, stop, &calls, &e), RC_INTERRUPTED);
    assert_int_equal(calls, 1);
    assert_string_equal(e.text, "enough");
    folder_remove(&f);
    buf_release(&a);
    buf_release(&b);
}

static void finds_partitions(void **state)
{
    (void)state;
    struct log_folder f;
    struct err e = {0};
    int32_t n = 0;
    assert_true(folder_make(&f));
    assert_int_equal(segment_partitions(f.path, "t", &n, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "nor any other"));
    assert_true(folder_write(&f, "__cluster_metadata-0", FIRST, span_str("")));
    assert_int_equal(segment_partitions(f.path, "t", &n, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "nor any but Kafka's own"));
    assert_true(folder_write(&f, "t-0", FIRST, span_str("")));
    assert_true(folder_write(&f, "t-11", FIRST, span_str("")));
    assert_true(folder_write(&f, "t-x-0", FIRST, span_str("")));
    assert_true(folder_write(&f, "t-0.0123-delete", FIRST, span_str("")));
    assert_true(folder_write(&f, "t-12x", FIRST, span_str("")));
    assert_int_equal(segment_partitions(f.path, "t", &n, &e), RC_OK);
    assert_int_equal(n, 12);
    assert_true(segment_holds(f.path, "t", 11) && !segment_holds(f.path, "t", 1));
    assert_int_equal(segment_partitions(f.path, "u", &n, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "no topic \"u\"; there are 2: "));
    assert_int_equal(segment_partitions("/nowhere/at/all", "t", &n, &e), RC_INPUT);
    assert_int_equal(segment_partitions(f.path, "../t", &n, &e), RC_INPUT);
    assert_int_equal(segment_partitions(f.path, "", &n, &e), RC_INPUT);
    assert_int_equal(segment_partitions(f.path, "..", &n, &e), RC_INPUT);
    folder_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_all),
        cmocka_unit_test(walks_ranges),
        cmocka_unit_test(crosses_windows),
        cmocka_unit_test(takes_large_batches),
        cmocka_unit_test(tolerates_ends_in_the_making),
        cmocka_unit_test(names_damage),
        cmocka_unit_test(visitor_may_stop),
        cmocka_unit_test(finds_partitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
