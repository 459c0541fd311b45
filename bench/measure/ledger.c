#include "bench/measure/ledger_join.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SLACK_RECORDS = 4096, SHARED_RECORDS = 65536 };

size_t ledger_received_room(int64_t records, bool shared)
{
    return (size_t)records + SLACK_RECORDS + (shared ? (size_t)records + SHARED_RECORDS : 0);
}

int64_t ledger_bytes(int64_t records, bool shared)
{
    return (int64_t)((size_t)records * sizeof(struct sent_entry) +
                     ledger_received_room(records, shared) * sizeof(struct received_entry));
}

static const struct sent_entry *sent_at(const struct join *j, size_t partition_slot)
{
    return &j->l->sent[j->sends[partition_slot]];
}

static const struct received_entry *received_at(const struct join *j, size_t partition_slot)
{
    return &j->l->received[j->receipts[partition_slot]];
}

/* A latency belongs to a measured record that arrived. */
static void measure(struct join *j, size_t sequence, const struct received_entry *r)
{
    const struct sent_entry *s = &j->l->sent[sequence];
    struct ledger_verdict *v = j->v;
    if (sequence < j->l->warmup)
        return;
    if (v->e2e != NULL)
        hist_record(v->e2e, r->received_ns - s->intended_ns);
    if (v->service != NULL)
        hist_record(v->service, r->received_ns - s->sent_ns);
    if (v->first_received_ns == 0 || r->received_ns < v->first_received_ns)
        v->first_received_ns = r->received_ns;
    if (r->received_ns > v->last_received_ns)
        v->last_received_ns = r->received_ns;
}

static void settle(struct join *j, uint32_t sequence, uint32_t receipt)
{
    const struct sent_entry *s = &j->l->sent[sequence];
    const struct received_entry *r = &j->l->received[receipt];
    j->send_done[sequence] = MATCHED;
    j->receipt_done[receipt] = MATCHED;
    if (s->hash == r->hash) {
        measure(j, sequence, r);
        return;
    }
    j->v->delivery.outcome[OUTCOME_CORRUPTED]++;
    ledger_keep_example(j, "bytes differ", r->partition, r->offset);
}

/* Both lists are in offset order: one pass settles every record whose offset both sides know. */
static void merge_partition(struct join *j, int32_t p)
{
    size_t s = j->sends_from[p];
    size_t r = j->receipts_from[p];
    while (s < j->sends_from[p + 1] && r < j->receipts_from[p + 1]) {
        int64_t sent = sent_at(j, s)->offset;
        int64_t got = received_at(j, r)->offset;
        if (sent == got)
            settle(j, j->sends[s++], j->receipts[r++]);
        else if (sent < got)
            s++;
        else
            r++;
    }
}

/* Receipts that no acknowledged send explains, in hash order. */
struct loose {
    uint64_t hash;
    uint32_t index;
};

static int by_hash(const void *a, const void *b)
{
    const struct loose *x = a;
    const struct loose *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static size_t first_with_hash(const struct loose *rows, size_t n, uint64_t hash)
{
    size_t lo = 0;
    size_t hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (rows[mid].hash < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Offsets that a send of this sequence can have taken: between its settled neighbours in p. */
static void feasible_range(const struct join *j, int32_t p, size_t sequence, int64_t *lo,
                           int64_t *hi)
{
    size_t a = j->sends_from[p];
    size_t b = j->sends_from[p + 1];
    while (a < b) {
        size_t mid = a + (b - a) / 2;
        if (j->sends[mid] < sequence)
            a = mid + 1;
        else
            b = mid;
    }
    *lo = a > j->sends_from[p] ? sent_at(j, a - 1)->offset : -1;
    *hi = a < j->sends_from[p + 1] ? sent_at(j, a)->offset : INT64_MAX;
}

/* A send without an offset takes the first loose receipt with its bytes that fits its place.
 * Returns false and sets *near when only receipts at impossible places carry its bytes. */
static bool match_unplaced(struct join *j, uint32_t sequence, const struct loose *rows, size_t n,
                           bool *near)
{
    const struct sent_entry *s = &j->l->sent[sequence];
    for (size_t i = first_with_hash(rows, n, s->hash); i < n && rows[i].hash == s->hash; i++) {
        const struct received_entry *r = &j->l->received[rows[i].index];
        if (j->receipt_done[rows[i].index] == MATCHED)
            continue;
        int64_t lo = -1;
        int64_t hi = INT64_MAX;
        feasible_range(j, r->partition, sequence, &lo, &hi);
        bool fits =
            r->offset > lo && r->offset < hi && (s->partition < 0 || s->partition == r->partition);
        if (fits) {
            settle(j, sequence, rows[i].index);
            return true;
        }
        *near = true;
    }
    return false;
}

/* True for an acknowledged record past the offset that the receiver reached: it is undecided. */
static bool not_looked_for(const struct ledger *l, const struct sent_entry *s)
{
    if (ledger_has_place(s, l->partitions))
        return s->offset >= l->read_up_to[s->partition];
    return false;
}

static void match_all_unplaced(struct join *j, const struct loose *rows, size_t n)
{
    for (size_t i = 0; i < j->l->sent_count; i++) {
        const struct sent_entry *s = &j->l->sent[i];
        bool near = false;
        if (s->state != SENT_NOTHING && !ledger_has_place(s, j->l->partitions) &&
            !match_unplaced(j, (uint32_t)i, rows, n, &near))
            j->send_done[i] = near ? NEAR : UNMATCHED;
    }
}

static void account_sends(struct join *j)
{
    struct delivery *d = &j->v->delivery;
    for (size_t i = 0; i < j->l->sent_count; i++) {
        const struct sent_entry *s = &j->l->sent[i];
        if (j->send_done[i] == MATCHED || s->state == SENT_NOTHING)
            continue;
        if (j->send_done[i] == NEAR || not_looked_for(j->l, s)) {
            d->outcome[OUTCOME_UNDECIDED]++;
            ledger_keep_example(j, "undecided", s->partition, s->offset);
        } else {
            bool refused = s->state == SENT_REFUSED;
            *(refused ? &d->outcome[OUTCOME_REFUSED] : &d->outcome[OUTCOME_LOST]) += 1;
            ledger_keep_example(j, refused ? "refused" : "lost", s->partition, s->offset);
        }
    }
}

/* Every receipt that is left is a second copy of a sent record, or foreign. */
static enum rc account_receipts(struct join *j, struct err *e)
{
    size_t left = 0;
    for (size_t i = 0; i < j->l->received_count; i++)
        left += j->receipt_done[i] != MATCHED;
    if (left == 0)
        return RC_OK;
    struct loose *sent = malloc((j->l->sent_count + 1) * sizeof *sent);
    if (sent == NULL)
        return err_set(e, RC_INFRA, "out of memory looking for duplicates");
    for (size_t i = 0; i < j->l->sent_count; i++)
        sent[i] = (struct loose){.hash = j->l->sent[i].hash, .index = (uint32_t)i};
    qsort(sent, j->l->sent_count, sizeof *sent, by_hash);
    for (size_t i = 0; i < j->l->received_count; i++) {
        const struct received_entry *r = &j->l->received[i];
        if (j->receipt_done[i] == MATCHED)
            continue;
        size_t at = first_with_hash(sent, j->l->sent_count, r->hash);
        bool ours = at < j->l->sent_count && sent[at].hash == r->hash;
        *(ours ? &j->v->delivery.outcome[OUTCOME_DUPLICATED]
               : &j->v->delivery.outcome[OUTCOME_FOREIGN]) += 1;
        ledger_keep_example(j, ours ? "duplicated" : "sent by nobody here", r->partition,
                            r->offset);
    }
    free(sent);
    return RC_OK;
}

static enum rc account_rest(struct join *j, struct err *e)
{
    struct loose *rows = malloc((j->l->received_count + 1) * sizeof *rows);
    if (rows == NULL)
        return err_set(e, RC_INFRA, "out of memory matching receipts");
    size_t n = 0;
    for (size_t i = 0; i < j->l->received_count; i++)
        if (j->receipt_done[i] != MATCHED)
            rows[n++] = (struct loose){.hash = j->l->received[i].hash, .index = (uint32_t)i};
    qsort(rows, n, sizeof *rows, by_hash);
    match_all_unplaced(j, rows, n);
    free(rows);
    enum rc rc = ledger_take_notes(j, e);
    if (rc != RC_OK)
        return rc;
    account_sends(j);
    return account_receipts(j, e);
}

static void count_sends(struct join *j)
{
    struct ledger_verdict *v = j->v;
    for (size_t i = 0; i < j->l->sent_count; i++) {
        const struct sent_entry *s = &j->l->sent[i];
        if (s->state == SENT_NOTHING)
            continue;
        v->delivery.sent++;
        v->delivery.acknowledged += s->state == SENT_ACKNOWLEDGED;
        if (i < j->l->warmup)
            continue;
        v->measured++;
        if (v->first_sent_ns == 0)
            v->first_sent_ns = s->intended_ns;
        if (s->sent_ns > v->last_sent_ns)
            v->last_sent_ns = s->sent_ns;
        if (v->send_lag != NULL)
            hist_record(v->send_lag, s->sent_ns - s->intended_ns);
        if (s->acked_ns == 0)
            continue;
        if (v->ack != NULL)
            hist_record(v->ack, s->acked_ns - s->intended_ns);
        if (s->acked_ns > v->last_acked_ns)
            v->last_acked_ns = s->acked_ns;
    }
}

static enum rc open_join(struct join *j, struct err *e)
{
    const struct ledger *l = j->l;
    size_t lists = (size_t)l->partitions + 1;
    j->sends = malloc((l->sent_count + 1) * sizeof *j->sends);
    j->receipts = malloc((l->received_count + 1) * sizeof *j->receipts);
    j->send_done = calloc(l->sent_count + 1, 1);
    j->receipt_done = calloc(l->received_count + 1, 1);
    j->sends_from = calloc(lists, sizeof *j->sends_from);
    j->receipts_from = calloc(lists, sizeof *j->receipts_from);
    j->at = calloc(lists, sizeof *j->at);
    bool all = j->sends != NULL && j->receipts != NULL && j->send_done != NULL &&
               j->receipt_done != NULL && j->sends_from != NULL && j->receipts_from != NULL &&
               j->at != NULL;
    return all ? RC_OK : err_set(e, RC_INFRA, "out of memory joining %zu records", l->sent_count);
}

static void close_join(struct join *j)
{
    free(j->sends);
    free(j->receipts);
    free(j->send_done);
    free(j->receipt_done);
    free(j->sends_from);
    free(j->receipts_from);
    free(j->at);
}

enum rc ledger_join(const struct ledger *l, struct ledger_verdict *v, struct err *e)
{
    if (l->partitions < 1)
        return err_set(e, RC_INPUT, "found %d partitions; expected at least 1", (int)l->partitions);
    if (l->sent_count >= UINT32_MAX || l->received_count >= UINT32_MAX)
        return err_set(e, RC_INPUT, "a trial of 2^32 records or more cannot be joined");
    struct join j = {.l = l, .v = v};
    enum rc rc = open_join(&j, e);
    if (rc == RC_OK) {
        count_sends(&j);
        v->delivery.received = (int64_t)l->received_count;
        rc = ledger_put_in_order(&j, e);
    }
    for (int32_t p = 0; rc == RC_OK && p < l->partitions; p++)
        merge_partition(&j, p);
    if (rc == RC_OK)
        rc = account_rest(&j, e);
    close_join(&j);
    return rc;
}
