/* What was announced of records is joined with what was sent and received. */
#include "tests/unit/bench/measure/ledger_scene.h"

enum { SHED, SHED_LATE, SET_ASIDE, SEEN };
static const char *const CLASSES[] = {"low", "critical", NULL};
static const struct announcement ANNOUNCES[] = {[SHED] = {OUTCOME_REFUSED, CLASSES},
                                                [SHED_LATE] = {OUTCOME_REFUSED, CLASSES},
                                                [SET_ASIDE] = {OUTCOME_UNDECIDED, NULL},
                                                [SEEN] = {SIZE_MAX, NULL}};

/* A list with room for so many notes, in which a worker noted these. */
static struct note_list *list_of(const struct note *notes, size_t count, size_t room)
{
    struct note_list *l = calloc(1, note_list_bytes(room));
    assert_non_null(l);
    l->room = room;
    for (size_t i = 0; i < count; i++)
        note_list_add(l, notes[i]);
    return l;
}

static enum rc join_notes(struct trial *t, struct note_list *a, struct note_list *b)
{
    const struct note_list *lists[] = {a, b};
    t->l.notes = lists;
    t->l.note_lists = b != NULL ? 2 : 1;
    t->l.announces = ANNOUNCES;
    t->l.announcements = sizeof ANNOUNCES / sizeof *ANNOUNCES;
    t->v = (struct ledger_verdict){.e2e = NULL};
    enum rc rc = ledger_join(&t->l, &t->v, &t->e);
    free(a);
    free(b);
    return rc;
}

/* Sends 5, 8 and 11 lie in partition 2 at offsets 1, 2 and 3. */
static void test_a_gap_that_was_announced_is_not_lost(void **state)
{
    (void)state;
    static const struct note first[] = {{.partition = 2, .offset = 3, .what = SHED, .class = 1},
                                        {.partition = 2, .offset = 1, .what = SHED}};
    static const struct note second[] = {
        {.partition = 2, .offset = 1, .what = SHED, .attempt = 1}, /* once more of the same */
        {.partition = 2, .offset = 3, .what = SHED_LATE},          /* the same in other words */
        {.partition = 0, .offset = 7, .what = SEEN}};
    struct trial *t = perfect();
    size_t lost = t->l.received_count;
    for (size_t i = t->l.received_count; i-- > 0;)
        if (t->received[i].partition == 2 && t->received[i].offset >= 1 &&
            t->received[i].offset <= 3)
            remove_receipt(t, i);
    assert_int_equal(t->l.received_count, lost - 3);
    assert_int_equal(join_notes(t, list_of(first, 2, 2), list_of(second, 3, 4)), RC_OK);
    assert_faults(t, (struct delivery){.outcome = {[OUTCOME_REFUSED] = 2, [OUTCOME_LOST] = 1}});
    assert_string_equal(t->v.example, "lost: partition 2 offset 2");
    assert_string_equal(t->v.delivery.classes[0].name, "low");
    assert_int_equal(t->v.delivery.classes[0].n, 1);
    assert_string_equal(t->v.delivery.classes[1].name, "critical");
    assert_int_equal(t->v.delivery.classes[1].n, 1);
    free(t);
}

static void test_what_arrived_may_be_announced_too(void **state)
{
    (void)state;
    static const struct note notes[] = {{.partition = 1, .offset = 4, .what = SET_ASIDE},
                                        {.partition = 1, .offset = 4, .what = SHED}};
    struct trial *t = perfect();
    assert_int_equal(join_notes(t, list_of(notes, 2, 2), NULL), RC_OK);
    assert_faults(t,
                  (struct delivery){.outcome = {[OUTCOME_REFUSED] = 1, [OUTCOME_UNDECIDED] = 1}});
    assert_int_equal(t->v.delivery.received, RECORDS);
    free(t);
}

/* Shed by the sender: the record has no place yet, and the note says which send it was. */
static void test_a_note_without_a_place_names_the_send(void **state)
{
    (void)state;
    static const struct note notes[] = {{.partition = -1, .offset = 9, .what = SHED},
                                        {.partition = -1, .offset = RECORDS, .what = SHED}};
    struct trial *t = perfect();
    t->sent[9].state = SENT_PENDING;
    t->sent[9].offset = -1;
    t->sent[9].partition = -1;
    for (size_t i = 0; i < t->l.received_count; i++)
        if (t->received[i].hash == t->sent[9].hash) {
            remove_receipt(t, i);
            break;
        }
    assert_int_equal(join_notes(t, list_of(notes, 2, 2), NULL), RC_OK);
    assert_faults(t, (struct delivery){.outcome = {[OUTCOME_REFUSED] = 1, [OUTCOME_FOREIGN] = 1}});
    free(t);
}

static void test_notes_that_cannot_be_prove_nothing(void **state)
{
    (void)state;
    static const struct note bad[] = {{.partition = PARTITIONS, .what = SHED},
                                      {.partition = 0, .what = SEEN + 1},
                                      {.partition = 0, .what = -1},
                                      {.partition = 0, .what = SHED, .class = 2},
                                      {.partition = 0, .what = SHED, .class = -1}};
    static const struct note nobodys = {.partition = 0, .offset = 100000, .what = SHED};
    struct trial *t = perfect();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(join_notes(t, list_of(&bad[i], 1, 1), NULL), RC_INTEGRITY);
        assert_non_null(strstr(t->e.text, "a note says "));
    }
    assert_int_equal(join_notes(t, list_of(bad, 3, 2), NULL), RC_INTEGRITY);
    assert_string_equal(t->e.text,
                        "1 notes of records were dropped for want of room; expected room for all");
    assert_int_equal(join_notes(t, list_of(&nobodys, 1, 1), NULL), RC_OK);
    assert_faults(t, (struct delivery){.outcome = {[OUTCOME_FOREIGN] = 1}});
    assert_string_equal(t->v.example,
                        "announced, and sent by nobody here: partition 0 offset 100000");
    free(t);
}

/* Acknowledged too late to be told its offset, stored and received all the same: what is announced
 * of its place is of this send, and it did not come twice. */
static void test_a_send_without_a_place_is_known_by_its_receipt(void **state)
{
    (void)state;
    struct trial *t = perfect();
    const struct note notes[] = {
        {.partition = t->sent[9].partition, .offset = t->sent[9].offset, .what = SET_ASIDE},
        {.partition = -1, .offset = 9, .what = SHED}};
    t->sent[9].state = SENT_UNKNOWN;
    t->sent[9].offset = -1;
    t->sent[9].partition = -1;
    assert_int_equal(join_notes(t, list_of(notes, 2, 2), NULL), RC_OK);
    assert_faults(t,
                  (struct delivery){.outcome = {[OUTCOME_UNDECIDED] = 1, [OUTCOME_REFUSED] = 1}});
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_gap_that_was_announced_is_not_lost),
        cmocka_unit_test(test_what_arrived_may_be_announced_too),
        cmocka_unit_test(test_a_note_without_a_place_names_the_send),
        cmocka_unit_test(test_a_send_without_a_place_is_known_by_its_receipt),
        cmocka_unit_test(test_notes_that_cannot_be_prove_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
