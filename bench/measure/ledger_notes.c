/* What workers announced of records, joined with what was sent. */
#include "bench/measure/ledger_join.h"

#include <stdlib.h>

/* One outcome of one record. */
struct announced {
    int64_t offset;
    int32_t partition;
    int16_t what;
    int8_t class;
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
    return order != 0 ? order : compare(x->what, y->what);
}

static bool is_twin(const struct announced *a, const struct announced *b)
{
    return by_record(a, b) == 0;
}

/* Those of one list that announce an outcome, behind what is in rows. */
static enum rc collect(const struct ledger *l, const struct note_list *list, struct announced *rows,
                       size_t *count, struct err *e)
{
    uint64_t notes = atomic_load_explicit(&list->count, memory_order_acquire);
    if (list->dropped > 0)
        return err_set(e, RC_INTEGRITY,
                       "%llu notes of records were dropped for want of room; expected room for all",
                       (unsigned long long)list->dropped);
    for (uint64_t i = 0; i < notes; i++) {
        const struct note *n = &list->note[i];
        if (n->what < 0 || (size_t)n->what >= l->announcements || n->partition >= l->partitions)
            return err_set(e, RC_INTEGRITY,
                           "a note says %d of partition %d; expected 0 to %zu of "
                           "-1 to %d",
                           n->what, (int)n->partition, l->announcements, (int)l->partitions - 1);
        if (l->announces[n->what].outcome < OUTCOME_COUNT)
            rows[(*count)++] = (struct announced){
                .offset = n->offset, .partition = n->partition, .what = n->what, .class = n->class};
    }
    return RC_OK;
}

/* The send that a note is about; sent_count: nobody's. at: where to look on, as both lists rise. */
static size_t find_send(const struct join *j, const struct announced *a, size_t *at)
{
    const struct ledger *l = j->l;
    if (a->partition < 0)
        return a->offset >= 0 && (size_t)a->offset < l->sent_count ? (size_t)a->offset
                                                                   : l->sent_count;
    size_t end = j->sends_from[a->partition + 1];
    if (*at < j->sends_from[a->partition])
        *at = j->sends_from[a->partition];
    while (*at < end && l->sent[j->sends[*at]].offset < a->offset)
        (*at)++;
    bool found = *at < end && l->sent[j->sends[*at]].offset == a->offset;
    return found ? j->sends[*at] : l->sent_count;
}

static void take(struct join *j, const struct announced *a, size_t send)
{
    const struct announcement *says = &j->l->announces[a->what];
    if (send == j->l->sent_count) {
        j->v->delivery.outcome[OUTCOME_FOREIGN]++;
        ledger_keep_example(j, "announced, and sent by nobody here", a->partition, a->offset);
        return;
    }
    j->send_done[send] = MATCHED;
    delivery_count(&j->v->delivery, says->outcome, says->class != NULL ? says->class[a->class] : "",
                   1);
}

enum rc ledger_take_notes(struct join *j, struct err *e)
{
    const struct ledger *l = j->l;
    size_t room = 0, count = 0, at = 0;
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
        if (i == 0 || !is_twin(&rows[i - 1], &rows[i]))
            take(j, &rows[i], find_send(j, &rows[i], &at));
    free(rows);
    return rc;
}
