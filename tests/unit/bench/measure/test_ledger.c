/* The ledger must name every fault: a trial is made perfect first, then one thing is broken. */
#include "base/hist.h"
#include "base/rng.h"
#include "tests/unit/bench/measure/ledger_scene.h"

static void test_a_perfect_trial_has_no_faults_and_exact_latencies(void **state)
{
    (void)state;
    struct trial *t = perfect();
    struct hist e2e;
    struct hist service;
    struct hist ack;
    assert_int_equal(hist_init(&e2e, &t->e), RC_OK);
    assert_int_equal(hist_init(&service, &t->e), RC_OK);
    assert_int_equal(hist_init(&ack, &t->e), RC_OK);
    t->l.warmup = 100;
    t->v = (struct ledger_verdict){.e2e = &e2e, .service = &service, .ack = &ack};
    join(t);
    assert_faults(t, (struct delivery){0});
    assert_true(delivery_perfect(&t->v.delivery));
    assert_int_equal(t->v.delivery.sent, RECORDS);
    assert_int_equal(t->v.delivery.acknowledged, RECORDS);
    assert_int_equal(t->v.delivery.received, RECORDS);
    assert_int_equal(t->v.measured, RECORDS - 100);
    assert_int_equal(e2e.n, RECORDS - 100);
    assert_int_equal(e2e.max, 2000);
    assert_int_equal(service.max, 1998);
    assert_int_equal(ack.max, 500);
    assert_int_equal(t->v.first_sent_ns, 1000 + 100 * 10);
    assert_int_equal(t->v.last_received_ns, 3000 + (RECORDS - 1) * 10);
    hist_release(&e2e);
    hist_release(&service);
    hist_release(&ack);
    free(t);
}

static void test_a_missing_receipt_is_lost(void **state)
{
    (void)state;
    struct trial *t = perfect();
    remove_receipt(t, 500);
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_LOST] = 1});
    assert_non_null(strstr(t->v.example, "lost"));
    free(t);
}

static void test_what_was_refused_is_not_lost(void **state)
{
    (void)state;
    struct trial *t = perfect();
    const struct received_entry *r = &t->received[500];
    for (size_t i = 0; i < RECORDS; i++)
        if (t->sent[i].partition == r->partition && t->sent[i].offset == r->offset) {
            t->sent[i].state = SENT_REFUSED;
            t->sent[i].partition = -1;
            t->sent[i].offset = -1;
            break;
        }
    remove_receipt(t, 500);
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_REFUSED] = 1});
    assert_false(delivery_perfect(&t->v.delivery));
    assert_non_null(strstr(t->v.example, "refused"));
    free(t);
}

static void test_what_was_not_looked_for_is_undecided_not_lost(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->l.received_count--; /* the last of the last partition */
    t->read_up_to[PARTITIONS - 1]--;
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_UNDECIDED] = 1});
    free(t);
}

static void test_a_second_offset_with_the_bytes_of_a_send_is_a_duplicate(void **state)
{
    (void)state;
    struct trial *t = perfect();
    struct received_entry copy = t->received[t->l.received_count - 1];
    copy.offset++;
    insert_receipt(t, t->l.received_count, copy);
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_DUPLICATED] = 1});
    free(t);
}

static void test_the_same_offset_received_twice_is_a_duplicate(void **state)
{
    (void)state;
    struct trial *t = perfect();
    insert_receipt(t, 11, t->received[10]);
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_DUPLICATED] = 1});
    free(t);
}

static void test_other_bytes_at_the_offset_are_corruption(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->received[42].hash ^= 1;
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_CORRUPTED] = 1});
    assert_non_null(strstr(t->v.example, "offset 42"));
    free(t);
}

static void test_a_record_that_could_not_be_decoded_is_corruption(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->received[42].hash = 0;
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_CORRUPTED] = 1});
    free(t);
}

static void test_offsets_against_the_send_order_are_reordering(void **state)
{
    (void)state;
    struct trial *t = perfect();
    int64_t offset = t->sent[300].offset; /* 300 and 303 share a partition */
    t->sent[300].offset = t->sent[303].offset;
    t->sent[303].offset = offset;
    for (size_t i = 0; i < t->l.received_count; i++) {
        struct received_entry *r = &t->received[i];
        if (r->partition != t->sent[300].partition)
            continue;
        if (r->offset == t->sent[300].offset)
            r->hash = t->sent[300].hash;
        else if (r->offset == t->sent[303].offset)
            r->hash = t->sent[303].hash;
    }
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_REORDERED] = 1});
    free(t);
}

static void test_receipts_out_of_offset_order_are_reordering(void **state)
{
    (void)state;
    struct trial *t = perfect();
    struct received_entry swap = t->received[20];
    t->received[20] = t->received[21];
    t->received[21] = swap;
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_REORDERED] = 1});
    free(t);
}

static void test_a_record_nobody_here_sent_is_alien(void **state)
{
    (void)state;
    struct trial *t = perfect();
    struct received_entry other = {.offset = 9999, .received_ns = 1, .hash = 5, .partition = 2};
    insert_receipt(t, t->l.received_count, other);
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_FOREIGN] = 1});
    assert_non_null(strstr(t->v.example, "nobody"));
    free(t);
}

static void test_a_timed_out_send_that_was_stored_is_matched_by_its_place_and_bytes(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->sent[600].offset = -1;
    t->sent[600].state = SENT_UNKNOWN;
    t->sent[601].offset = -1;
    t->sent[601].partition = -1;
    t->sent[601].state = SENT_UNKNOWN;
    join(t);
    assert_faults(t, (struct delivery){0});
    free(t);
}

static void test_a_timed_out_send_that_was_not_stored_is_lost(void **state)
{
    (void)state;
    struct trial *t = perfect();
    size_t at = 0;
    while (t->received[at].hash != t->sent[600].hash)
        at++;
    remove_receipt(t, at);
    t->sent[600].offset = -1;
    t->sent[600].state = SENT_UNKNOWN;
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_LOST] = 1});
    free(t);
}

static void test_bytes_at_an_impossible_place_leave_a_send_undecided(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->sent[0].offset = -1; /* first of partition 0, but its bytes stand behind the last */
    t->sent[0].state = SENT_UNKNOWN;
    t->received[0].hash = 0xabcdef;
    struct received_entry far = {
        .offset = t->l.read_up_to[0], .received_ns = 9, .hash = t->sent[0].hash, .partition = 0};
    insert_receipt(t, t->l.received_count, far);
    join(t);
    assert_int_equal(t->v.delivery.outcome[OUTCOME_UNDECIDED], 1);
    assert_false(delivery_perfect(&t->v.delivery));
    free(t);
}

static void test_a_receipt_in_an_unknown_partition_is_refused(void **state)
{
    (void)state;
    struct trial *t = perfect();
    t->received[3].partition = PARTITIONS;
    assert_int_equal(ledger_join(&t->l, &t->v, &t->e), RC_INTEGRITY);
    free(t);
}

/* Any single fault planted anywhere is noticed as something. */
static void test_random_single_faults_never_pass(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 2026, 1);
    for (int round = 0; round < 200; round++) {
        struct trial *t = perfect();
        size_t at = (size_t)rng_below(&r, RECORDS);
        switch (rng_below(&r, 4)) {
        case 0:
            remove_receipt(t, at);
            break;
        case 1:
            insert_receipt(t, at, t->received[rng_below(&r, RECORDS)]);
            break;
        case 2:
            t->received[at].hash ^= UINT64_C(1) << rng_below(&r, 64);
            break;
        default:
            t->sent[at].offset += 1 + (int64_t)rng_below(&r, 5);
        }
        join(t);
        assert_false(delivery_perfect(&t->v.delivery));
        free(t);
    }
}

/* Partitions are a list as long as it must be. */
static void test_a_thousand_partitions(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    static int64_t read_up_to[MANY];
    struct trial *t = perfect();
    for (int32_t i = 0; i < MANY; i++) {
        t->sent[i].partition = t->received[i].partition = i;
        t->sent[i].offset = t->received[i].offset = 0;
        t->received[i].hash = t->sent[i].hash;
        read_up_to[i] = 1;
    }
    t->l.partitions = MANY;
    t->l.read_up_to = read_up_to;
    join(t);
    assert_true(delivery_perfect(&t->v.delivery));
    t->received[MANY - 1].hash++;
    t->v = (struct ledger_verdict){.e2e = NULL};
    join(t);
    assert_faults(t, (struct delivery){.outcome[OUTCOME_CORRUPTED] = 1});
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_perfect_trial_has_no_faults_and_exact_latencies),
        cmocka_unit_test(test_a_missing_receipt_is_lost),
        cmocka_unit_test(test_what_was_refused_is_not_lost),
        cmocka_unit_test(test_what_was_not_looked_for_is_undecided_not_lost),
        cmocka_unit_test(test_a_second_offset_with_the_bytes_of_a_send_is_a_duplicate),
        cmocka_unit_test(test_the_same_offset_received_twice_is_a_duplicate),
        cmocka_unit_test(test_other_bytes_at_the_offset_are_corruption),
        cmocka_unit_test(test_a_record_that_could_not_be_decoded_is_corruption),
        cmocka_unit_test(test_offsets_against_the_send_order_are_reordering),
        cmocka_unit_test(test_receipts_out_of_offset_order_are_reordering),
        cmocka_unit_test(test_a_record_nobody_here_sent_is_alien),
        cmocka_unit_test(test_a_timed_out_send_that_was_stored_is_matched_by_its_place_and_bytes),
        cmocka_unit_test(test_a_timed_out_send_that_was_not_stored_is_lost),
        cmocka_unit_test(test_bytes_at_an_impossible_place_leave_a_send_undecided),
        cmocka_unit_test(test_a_receipt_in_an_unknown_partition_is_refused),
        cmocka_unit_test(test_random_single_faults_never_pass),
        cmocka_unit_test(test_a_thousand_partitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
