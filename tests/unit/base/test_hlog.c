/* What is written as an HdrHistogram log reads back slot by slot, and damage is named. */
#include "base/base64.h"
#include "base/hlog.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct hlog_span WHEN = {.start_wall_ns = 1760349600123000000,
                                      .length_ns = 2500000000};

static struct hist fresh(void)
{
    struct hist h;
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    return h;
}

static void fill(struct hist *h, uint64_t seed, int count)
{
    struct rng rng;
    rng_init(&rng, seed, 0);
    for (int i = 0; i < count; i++)
        hist_record(h, (int64_t)exp(15 + 2 * rng_normal(&rng)));
}

static struct buf log_of(const struct hist *e2e, const struct hist *ack)
{
    struct buf b;
    buf_init(&b, 1 << 24);
    assert_int_equal(hlog_begin(&b, WHEN, NULL), RC_OK);
    assert_int_equal(hlog_add(&b, "e2e", e2e, WHEN, NULL), RC_OK);
    assert_int_equal(hlog_add(&b, "ack", ack, WHEN, NULL), RC_OK);
    return b;
}

static void assert_same(const struct hist *a, const struct hist *b)
{
    assert_memory_equal(a->counts, b->counts, HIST_SLOTS * sizeof *a->counts);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->above, b->above);
    assert_int_equal(a->negative, b->negative);
    assert_int_equal(a->min, b->min);
    assert_int_equal(a->max, b->max);
    assert_int_equal(a->sum, b->sum);
    assert_int_equal(a->sum_carry, b->sum_carry);
}

static void read_as(const struct buf *log, const char *tag, struct hist *h, size_t want)
{
    struct err e = {.text = ""};
    size_t found = 99;
    if (hlog_read(buf_span(log), tag, h, &found, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(found, want);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct hist e2e = fresh(), ack = fresh(), back = fresh(), back_ack = fresh();
    fill(&e2e, 1, 50000);
    hist_record(&e2e, 0);
    hist_record(&e2e, -3);
    hist_record(&e2e, HIST_HIGHEST_NS);
    hist_record(&e2e, INT64_MAX);
    fill(&ack, 2, 100);
    struct buf log = log_of(&e2e, &ack);
    read_as(&log, "e2e", &back, 1);
    assert_same(&back, &e2e);
    read_as(&log, "ack", &back_ack, 1);
    assert_same(&back_ack, &ack);
    buf_release(&log);
    hist_release(&e2e);
    hist_release(&ack);
    hist_release(&back);
    hist_release(&back_ack);
}

static void empty_and_huge_counts_survive(void **state)
{
    (void)state;
    struct hist none = fresh(), huge = fresh(), back = fresh();
    huge.counts[5] = INT64_MAX - 1; /* the longest number there is: its ninth byte holds 8 bits */
    huge.counts[HIST_SLOTS - 1] = 1;
    huge.n = INT64_MAX;
    huge.min = 5;
    huge.max = HIST_HIGHEST_NS;
    struct buf log = log_of(&none, &huge);
    read_as(&log, "e2e", &back, 1);
    assert_same(&back, &none);
    read_as(&log, "ack", &back, 1);
    assert_same(&back, &huge);
    read_as(&log, "service", &back, 0);
    buf_release(&log);
    hist_release(&none);
    hist_release(&huge);
    hist_release(&back);
}

/* Two intervals with one tag add up, as logs of other tools have them. */
static void intervals_add_up(void **state)
{
    (void)state;
    struct hist a = fresh(), b = fresh(), back = fresh();
    fill(&a, 3, 1000);
    fill(&b, 4, 2000);
    struct buf log = log_of(&a, &a);
    assert_int_equal(hlog_add(&log, "e2e", &b, WHEN, NULL), RC_OK);
    read_as(&log, "e2e", &back, 2);
    hist_merge(&a, &b);
    assert_same(&back, &a);
    buf_release(&log);
    hist_release(&a);
    hist_release(&b);
    hist_release(&back);
}

static struct buf without_comments(const struct buf *log)
{
    struct buf out;
    buf_init(&out, 1 << 24);
    const char *line = (const char *)log->data;
    while (*line != '\0') {
        size_t length = strcspn(line, "\n") + 1;
        if (line[0] != '#')
            assert_int_equal(buf_append(&out, line, length, NULL), RC_OK);
        line += length;
    }
    return out;
}

static void logs_of_others_have_no_exact_line(void **state)
{
    (void)state;
    struct hist h = fresh(), back = fresh();
    fill(&h, 5, 1000);
    struct buf log = log_of(&h, &h), bare = without_comments(&log);
    read_as(&bare, "e2e", &back, 1);
    assert_memory_equal(back.counts, h.counts, HIST_SLOTS * sizeof *h.counts);
    assert_int_equal(back.n, h.n);
    assert_int_equal(hist_slot(back.min), hist_slot(h.min));
    assert_int_equal(hist_slot(back.max), hist_slot(h.max));
    assert_true(fabs(hist_mean(&back) / hist_mean(&h) - 1) < 0.001);
    buf_release(&bare);
    buf_release(&log);
    hist_release(&h);
    hist_release(&back);
}

static enum rc read_text(const char *text, struct err *e)
{
    struct hist h = fresh();
    size_t found;
    enum rc rc = hlog_read(span_str(text), "e2e", &h, &found, e);
    hist_release(&h);
    return rc;
}

static void damage_is_named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"\nTag=e2e,0.0,1.0", "line 2: has fewer than 4 columns"},
        {"Tag=e2e,0,1,2,abc", "base64 of 3 characters is cut"},
        {"Tag=e2e,0,1,2,ab*=", "character 3 is not base64"},
        {"Tag=e2e,0,1,2,AAAA", "not a V2 compressed histogram"},
        {"Tag=e2e,0,1,2,HISTFAAAAAU=", "the compressed histogram is cut"},
        {"Tag=e2e,0,1,2,HISTFAAAAAF4", "the compressed histogram is damaged"},
        {"#[Exact e2e: n=1 above=2]", "the Exact comment is damaged"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {.text = ""};
        assert_int_equal(read_text(rows[i][0], &e), RC_INPUT);
        if (strstr(e.text, rows[i][1]) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, rows[i][1]);
    }
    struct hist h = fresh();
    fill(&h, 6, 10);
    struct buf log = log_of(&h, &h);
    struct err e;
    strstr((char *)log.data, "n=10")[2] = '2';
    assert_int_equal(read_text((char *)log.data, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "the Exact comment counts 20 values, the histogram 10"));
    buf_release(&log);
    hist_release(&h);
}

static void odd_tags_are_refused(void **state)
{
    (void)state;
    static const char *const tags[] = {"", "a,b", "a b", "e2e\n",
                                       "0123456789012345678901234567890_"};
    struct hist h = fresh();
    struct buf b;
    struct err e;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        assert_int_equal(hlog_add(&b, tags[i], &h, WHEN, &e), RC_INPUT);
        assert_int_equal(b.size, 0);
    }
    buf_release(&b);
    hist_release(&h);
}

/* RFC 4648, section 10. */
static void base64_gives_the_known_answers(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text, bytes;
        buf_init(&text, 100);
        buf_init(&bytes, 100);
        assert_int_equal(base64_append(&text, span_str(rows[i][0]), NULL), RC_OK);
        assert_int_equal(text.size, strlen(rows[i][1]));
        if (text.size > 0)
            assert_memory_equal(text.data, rows[i][1], text.size);
        assert_int_equal(base64_decode(buf_span(&text), &bytes, NULL), RC_OK);
        assert_int_equal(bytes.size, strlen(rows[i][0]));
        if (bytes.size > 0)
            assert_memory_equal(bytes.data, rows[i][0], bytes.size);
        buf_release(&text);
        buf_release(&bytes);
    }
    static const char *const bad[] = {"Zg=", "Z===", "====", "Zg==Zg==", "Zg\n=", "=Zg="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf bytes;
        struct err e;
        buf_init(&bytes, 100);
        assert_int_equal(base64_decode(span_str(bad[i]), &bytes, &e), RC_INPUT);
        buf_release(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(empty_and_huge_counts_survive),
        cmocka_unit_test(intervals_add_up),
        cmocka_unit_test(logs_of_others_have_no_exact_line),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(odd_tags_are_refused),
        cmocka_unit_test(base64_gives_the_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
