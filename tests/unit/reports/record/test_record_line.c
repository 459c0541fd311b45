/* The short way to read a line gives what the long way gives, and takes nothing that it refuses. */
#include "reports/record/record_line.h"

#include "base/rng.h"
#include "tests/unit/reports/record/filled_record.h"

/* A line is read the long way when a blank stands before it. */
static enum rc read_long(struct span line, struct trial_record *r, struct err *e)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    assert_int_equal(buf_append(&b, " ", 1, e), RC_OK);
    assert_int_equal(buf_append(&b, line.data, line.size, e), RC_OK);
    assert_false(record_line_read(buf_span(&b), r));
    enum rc rc = trial_record_read(buf_span(&b), NULL, r, e);
    buf_release(&b);
    return rc;
}

/* What the short way takes is a record, and the same one as the long way gives; returns whether it
 * took it. */
static bool both_ways(struct span line)
{
    struct trial_record *r = calloc(2, sizeof *r);
    struct err e = {.text = ""};
    assert_non_null(r);
    bool taken = record_line_read(line, &r[0]);
    if (taken) {
        if (read_long(line, &r[1], &e) != RC_OK)
            fail_msg("taken, and yet %s: %.*s", e.text, (int)line.size, (const char *)line.data);
        struct buf one = written(&r[0]), two = written(&r[1]);
        assert_string_equal((char *)one.data, (char *)two.data);
        buf_release(&one);
        buf_release(&two);
    }
    free(r);
    return taken;
}

/* No quotes and backslashes in its texts. */
static struct trial_record *plain(void)
{
    struct trial_record *r = filled();
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++)
        if (f->kind == FIELD_TEXT)
            (void)snprintf((char *)r + f->offset, f->size, "t%td \xC3\xA9", f - RECORD_FIELDS);
    return r;
}

static void what_is_written_is_read_the_short_way(void **state)
{
    (void)state;
    struct trial_record *r = plain(), *empty = calloc(1, sizeof *empty);
    struct err e;
    assert_non_null(empty);
    struct buf b = written(r);
    assert_true(both_ways(span_of(b.data, b.size - 1)));
    for (size_t size = 0; size < b.size - 1; size++) /* cut off anywhere */
        assert_false(record_line_read(span_of(b.data, size), r));
    buf_release(&b);
    trial_record_init(empty);
    b = written(empty);
    assert_true(both_ways(span_of(b.data, b.size - 1)));
    assert_int_equal(trial_record_read(span_of(b.data, b.size - 1), NULL, r, &e), RC_OK);
    buf_release(&b);
    free(empty);
    free(r);
}

/* Replaces, drops and doubles bytes and members at many places. */
static void both_ways_give_the_same_record(void **state)
{
    (void)state;
    static const char bytes[] = "{}[],:\"\\0123456789.eE+-naltru \xC3\xA9\xFF\n";
    struct trial_record *r = plain();
    struct buf b = written(r), changed;
    size_t size = b.size - 1, taken = 0;
    struct rng rng;
    rng_init(&rng, 7, 0);
    buf_init(&changed, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        size_t at = rng_below(&rng, size), other = rng_below(&rng, size);
        size_t length = rng_below(&rng, 40), from = i % 4 == 3 ? other : at;
        changed.size = 0;
        assert_int_equal(buf_append(&changed, b.data, at, NULL), RC_OK);
        if (i % 4 == 1) /* another byte */
            assert_int_equal(
                buf_append(&changed, bytes + rng_below(&rng, sizeof bytes - 1), 1, NULL), RC_OK);
        if (i % 4 >= 2) /* some bytes once more, of here or of elsewhere */
            assert_int_equal(buf_append(&changed, b.data + from,
                                        length < size - from ? length : size - from, NULL),
                             RC_OK);
        size_t rest = i % 4 == 0 ? at + length : i % 4 == 1 ? at + 1 : at;
        if (rest < size)
            assert_int_equal(buf_append(&changed, b.data + rest, size - rest, NULL), RC_OK);
        taken += both_ways(buf_span(&changed));
    }
    assert_true(taken > 1000); /* digits and letters that were exchanged */
    buf_release(&changed);
    buf_release(&b);
    free(r);
}

/* Members left out, doubled, in another order: right where the long way says so. */
static void the_short_way_knows_its_limits(void **state)
{
    (void)state;
    static const struct {
        const char *find, *put;
        bool taken;
    } rows[] = {
        {"\"steal_ns\":", "\"other_ns\":", false},
        {"\"images\":{", "\"images\":{},\"images\":{", false},
        {"},\"cell_index\"", "},\"cell\":{\"exact\":true},\"cell_index\"", false},
        {"\"cell\":{", "\"cell.payload\":\"x\",\"cell\":{", false},
        {"\"exact\":true", "\"exact\":true,\"exact\":true", false},
        {",\"cell_index\":", ",\"cell_index\":0", false},
        {"\"lost\":{\"all\":", "\"lost\":{\"all\":1,\"all\":", false},
        {"\"critical\":7", "\"critical\":7,\"critical\":7", false},
        {"\"critical\":7", "\"critical\":7,\"minor\":2", true},
        {"\"members\":3", "\"members\":3,\"members\":3", false},
        {"\"members\":3", "\"members\":3.5e1", true},
        {"\"members\":3", "\"members\":3.", false},
        {"\"members\":3", "\"members\":1e999", false},
        {"\"codec_stored\":{", "\"codec_stored\":{\"codec1\":4,", false},
        {"\"n\":5000", "\"n\":null", true},
        {"\"validity\":\"saturated\"", "\"validity\":\"fine\"", false},
        {"\"run\":\"t0 \xC3\xA9\",", "", true},
        {"\"run\":\"t0 \xC3\xA9\"", "\"run\":\"t0 \xC3\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial_record *r = plain();
        struct buf line = written(r), changed;
        buf_init(&changed, 1 << 20);
        char *at = strstr((char *)line.data, rows[i].find);
        if (at == NULL)
            fail_msg("no %s in the line", rows[i].find);
        size_t head = (size_t)(at - (char *)line.data), tail = head + strlen(rows[i].find);
        assert_int_equal(buf_append(&changed, line.data, head, NULL), RC_OK);
        assert_int_equal(buf_append(&changed, rows[i].put, strlen(rows[i].put), NULL), RC_OK);
        assert_int_equal(buf_append(&changed, line.data + tail, line.size - tail - 1, NULL), RC_OK);
        if (both_ways(buf_span(&changed)) != rows[i].taken)
            fail_msg("%s for %s", rows[i].put, rows[i].find);
        buf_release(&changed);
        buf_release(&line);
        free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_the_short_way),
        cmocka_unit_test(both_ways_give_the_same_record),
        cmocka_unit_test(the_short_way_knows_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
