/* Batches of the trial, of others, and what deletion and compaction leave: told apart by offsets.
 */
#include "bench/measure/stored_join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PARTITIONS = 2, SENT = 100, BATCH = 10, BATCH_BYTES = 500, GZIP = 1, ZSTD = 4 };

struct scene {
    struct sent_entry sent[SENT];
    struct received_entry received[2 * SENT];
    struct ledger l;
    struct stored_join j;
};

/* Records of the trial at the offsets 10, 11, … of partition 1, all acknowledged and received. */
static void open_scene(struct scene *s)
{
    static const int64_t from[PARTITIONS] = {0, 10}, to[PARTITIONS] = {0, 400};
    *s =
        (struct scene){.l = {.sent_count = SENT, .received_count = SENT, .partitions = PARTITIONS}};
    s->l.sent = s->sent;
    s->l.received = s->received;
    for (int i = 0; i < SENT; i++) {
        s->sent[i] =
            (struct sent_entry){.offset = 10 + i, .partition = 1, .state = SENT_ACKNOWLEDGED};
        s->received[i] = (struct received_entry){.offset = 10 + i, .partition = 1};
    }
    assert_int_equal(stored_join_open(&s->j, PARTITIONS, from, to, NULL), RC_OK);
}

static void add(struct scene *s, int64_t base, int32_t records, int codec)
{
    const struct stored_batch b = {.base_offset = base,
                                   .last_offset = base + BATCH - 1,
                                   .records = records,
                                   .codec_id = codec,
                                   .stored_bytes = BATCH_BYTES};
    stored_join_add(&s->j, 1, &b);
}

static void add_all(struct scene *s, int from_batch)
{
    for (int i = from_batch; i < SENT / BATCH; i++)
        add(s, 10 + BATCH * (int64_t)i, BATCH, ZSTD);
}

static void a_whole_log_holds_every_record(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    assert_true(stored_join_mark(&s.j, &s.l, 0));
    add_all(&s, 0);
    assert_int_equal(s.j.expected, SENT);
    assert_int_equal(s.j.all.records, SENT);
    assert_int_equal(s.j.all.bytes, SENT / BATCH * BATCH_BYTES);
    assert_int_equal(s.j.codec[ZSTD].batches, SENT / BATCH);
    assert_int_equal(s.j.held, SENT);
    assert_int_equal(s.j.mixed, 0);
    assert_int_equal(s.j.foreign.batches, 0);
    stored_join_release(&s.j);
}

/* Records of others are seen by a consumer, those of an aborted transaction are not: either way no
 * acknowledgement of the trial names their offsets. */
static void what_others_wrote_is_counted_apart(void **state)
{
    (void)state;
    for (int64_t seen = 0; seen < 2; seen++) {
        struct scene s;
        open_scene(&s);
        s.received[SENT] = (struct received_entry){.offset = 200, .partition = 1};
        s.l.received_count += (size_t)seen;
        assert_true(stored_join_mark(&s.j, &s.l, seen));
        add_all(&s, 0);
        add(&s, 200, BATCH, GZIP);
        assert_int_equal(s.j.all.records, SENT);
        assert_int_equal(s.j.codec[GZIP].batches, 0);
        assert_int_equal(s.j.foreign.batches, 1);
        assert_int_equal(s.j.foreign.bytes, BATCH_BYTES);
        stored_join_release(&s.j);
    }
}

static void a_log_cut_at_its_beginning_holds_fewer(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    assert_true(stored_join_mark(&s.j, &s.l, 0));
    add_all(&s, 3);
    assert_int_equal(s.j.expected, SENT);
    assert_int_equal(s.j.held, SENT - 3 * BATCH);
    stored_join_release(&s.j);
}

/* Compaction takes records out of a batch and leaves its first and last offset. */
static void a_compacted_batch_holds_what_is_left(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    assert_true(stored_join_mark(&s.j, &s.l, 0));
    add(&s, 10, 2, ZSTD);
    add_all(&s, 1);
    assert_int_equal(s.j.held, SENT - BATCH + 2);
    stored_join_release(&s.j);
}

static void a_batch_with_a_strange_record_is_told(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    s.sent[0].state = SENT_REFUSED;
    assert_true(stored_join_mark(&s.j, &s.l, 1));
    add_all(&s, 0);
    assert_int_equal(s.j.expected, SENT - 1);
    assert_int_equal(s.j.held, SENT - 1);
    assert_int_equal(s.j.mixed, 1);
    assert_int_equal(s.j.codec[ZSTD].batches, SENT / BATCH); /* its codec is judged */
    stored_join_release(&s.j);
}

/* A batch that was sent again is stored twice; both are the trial's. */
static void a_duplicate_is_the_trials(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    for (int i = 0; i < BATCH; i++)
        s.received[SENT + i] = (struct received_entry){.offset = 300 + i, .partition = 1};
    s.l.received_count += BATCH;
    assert_true(stored_join_mark(&s.j, &s.l, 0));
    add_all(&s, 0);
    add(&s, 300, BATCH, ZSTD);
    assert_int_equal(s.j.expected, SENT + BATCH);
    assert_int_equal(s.j.all.records, SENT + BATCH);
    stored_join_release(&s.j);
}

/* acks=0: no acknowledgement names an offset; what was received does, unless others wrote, too. */
static void unknown_offsets_are_those_received_when_nobody_else_wrote(void **state)
{
    (void)state;
    for (int64_t foreign = 0; foreign < 2; foreign++) {
        struct scene s;
        open_scene(&s);
        for (int i = 0; i < SENT; i++)
            s.sent[i].offset = -1;
        assert_int_equal(stored_join_mark(&s.j, &s.l, foreign), foreign == 0);
        add_all(&s, 0);
        assert_int_equal(s.j.all.records, foreign == 0 ? SENT : 0);
        stored_join_release(&s.j);
    }
}

/* An offset outside of what was read is missing from the log, not forgotten. */
static void an_acknowledged_offset_out_of_range_stays_expected(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s);
    s.sent[0].offset = 4;
    s.received[0].offset = 4;
    s.sent[1].partition = PARTITIONS;
    s.received[1].partition = PARTITIONS;
    assert_true(stored_join_mark(&s.j, &s.l, 1));
    assert_int_equal(s.j.expected, SENT);
    add_all(&s, 0);
    assert_int_equal(s.j.held, SENT - 2);
    stored_join_release(&s.j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_log_holds_every_record),
        cmocka_unit_test(what_others_wrote_is_counted_apart),
        cmocka_unit_test(a_log_cut_at_its_beginning_holds_fewer),
        cmocka_unit_test(a_compacted_batch_holds_what_is_left),
        cmocka_unit_test(a_batch_with_a_strange_record_is_told),
        cmocka_unit_test(a_duplicate_is_the_trials),
        cmocka_unit_test(unknown_offsets_are_those_received_when_nobody_else_wrote),
        cmocka_unit_test(an_acknowledged_offset_out_of_range_stays_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
