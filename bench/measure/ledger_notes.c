/* What workers announced of records, joined with what was sent. */
#include "bench/measure/ledger_join.h"

#include <stdlib.h>

/* One outcome of one record. */
struct announced {
    int64_t offset;
    int32_t partition;
    int32_t outcome;
    const char *class;
};

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_record(const void *a, const void *b)
{
    const struct announced *x = a;
    const struct announced *y = b;
    int order = compare(x->partition, y->partition);
    if (order == 0)
        order = compare(x->offset, y->offset);
    return order != 0 ? order : compare(x->outcome, y->outcome);
}

static bool has_class(const struct announcement *says, int class)
{
    int i = 0;
    while (says->class != NULL && says->class[i] != NULL && i < class)
        i++;
    return says->class == NULL || (i == class && says->class[i] != NULL);
}

/* A note comes from another process: what it says is looked at before it is used. */
static enum rc check_note(const struct ledger *l, const struct note *n, struct err *e)
{
    if (n->what < 0 || (size_t)n->what >= l->announcements || n->partition >= l->partitions)
        return err_set(e, RC_INTEGRITY,
                       "a note says %d of partition %d; expected 0 to %zu of -1 to %d", n->what,
                       (int)n->partition, l->announcements - 1, (int)l->partitions - 1);
    if (!has_class(&l->announces[n->what], n->class))
        return err_set(e, RC_INTEGRITY, "a note says class %d; expected one that has a name",
                       n->class);
    return RC_OK;
}

/* Those of one list that announce an outcome, behind what is in rows. */
static enum rc collect(const struct ledger *l, const struct note_list *list, struct announced *rows,
                       size_t *count, struct err *e)
{
    uint64_t notes = atomic_load_explicit(&list->count, memory_order_acquire);
    enum rc rc = RC_OK;
    if (list->dropped > 0)
        return err_set(e, RC_INTEGRITY,
                       "%llu notes of records were dropped for want of room; expected room for all",
                       (unsigned long long)list->dropped);
    for (uint64_t i = 0; rc == RC_OK && i < notes; i++) {
        const struct note *n = &list->note[i];
        rc = check_note(l, n, e);
        if (rc != RC_OK || l->announces[n->what].outcome >= OUTCOME_COUNT)
            continue;
        const struct announcement *says = &l->announces[n->what];
        rows[(*count)++] =
            (struct announced){.offset = n->offset,
                               .partition = n->partition,
                               .outcome = (int32_t)says->outcome,
                               .class = says->class != NULL ? says->class[n->class] : ""};
    }
    return rc;
}

/* Where to look on for sends and receipts, which rise as the notes do. */
struct places {
    size_t send, receipt;
};

/* The send that a note is about; sent_count: none that has this place. */
static size_t find_send(const struct join *j, const struct announced *a, struct places *at)
{
    const struct ledger *l = j->l;
    if (a->partition < 0)
        return a->offset >= 0 && (size_t)a->offset < l->sent_count ? (size_t)a->offset
                                                                   : l->sent_count;
    size_t first = j->sends_from[a->partition], end = j->sends_from[a->partition + 1];
    at->send = at->send < first ? first : at->send;
    while (at->send < end && l->sent[j->sends[at->send]].offset < a->offset)
        at->send++;
    bool found = at->send < end && l->sent[j->sends[at->send]].offset == a->offset;
    return found ? j->sends[at->send] : l->sent_count;
}

/* A send that never learnt its place is known by what arrived there. */
static bool arrived(const struct join *j, const struct announced *a, struct places *at)
{
    const struct ledger *l = j->l;
    if (a->partition < 0)
        return false;
    size_t first = j->receipts_from[a->partition], end = j->receipts_from[a->partition + 1];
    at->receipt = at->receipt < first ? first : at->receipt;
    while (at->receipt < end && l->received[j->receipts[at->receipt]].offset < a->offset)
        at->receipt++;
    return at->receipt < end && l->received[j->receipts[at->receipt]].offset == a->offset &&
           j->receipt_done[j->receipts[at->receipt]] == MATCHED;
}

static void take(struct join *j, const struct announced *a, struct places *at)
{
    size_t send = find_send(j, a, at);
    if (send < j->l->sent_count)
        j->send_done[send] = MATCHED;
    if (send < j->l->sent_count || arrived(j, a, at)) {
        delivery_count(&j->v->delivery, (size_t)a->outcome, a->class, 1);
        return;
    }
    j->v->delivery.outcome[OUTCOME_FOREIGN]++;
    ledger_keep_example(j, "announced, and sent by nobody here", a->partition, a->offset);
}

enum rc ledger_take_notes(struct join *j, struct err *e)
{
    const struct ledger *l = j->l;
    struct places at = {0};
    size_t room = 0, count = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < l->note_lists; i++)
        room += (size_t)atomic_load_explicit(&l->notes[i]->count, memory_order_acquire);
    struct announced *rows = malloc((room + 1) * sizeof *rows);
    if (rows == NULL)
        return err_set(e, RC_INFRA, "out of memory joining %zu notes", room);
    for (size_t i = 0; rc == RC_OK && i < l->note_lists; i++)
        rc = collect(l, l->notes[i], rows, &count, e);
    if (rc == RC_OK && count > 0)
        qsort(rows, count, sizeof *rows, by_record);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        if (i == 0 || by_record(&rows[i - 1], &rows[i]) != 0)
            take(j, &rows[i], &at);
    free(rows);
    return rc;
}
