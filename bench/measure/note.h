/*
 * Notes: what a worker announces of records, beyond having sent or received them.
 *
 * A worker that sheds a record, sets it aside as a dead letter or processes it writes one struct
 * note into its own region; the workload's judge joins them with what was sent and received, so
 * that a gap that somebody announced is told apart from a record that is lost. A list that is full
 * drops what comes next and counts it: a trial with dropped notes proves nothing and is void.
 * Ownership: the list lies in a region; one writer. Threads: the count may be read at any time,
 * entries below it do not change.
 */
#ifndef ASSAY_BENCH_MEASURE_NOTE_H
#define ASSAY_BENCH_MEASURE_NOTE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct note {
    int64_t offset;    /* of its record; the sequence of its send where partition is -1 */
    int64_t ns;        /* CLOCK_MONOTONIC */
    int32_t partition; /* -1: it has none, or it is not known */
    int16_t what;      /* the workload's own list of what can be announced */
    int8_t class;      /* of the record: its criticality, for instance; 0 where there are none */
    int8_t attempt;    /* from 0 */
};

struct note_list {
    _Atomic uint64_t count; /* notes written */
    uint64_t dropped;       /* notes for which there was no room */
    uint64_t room;
    struct note note[];
};

/* Memory of a list for so many notes. */
static inline size_t note_list_bytes(uint64_t room)
{
    return sizeof(struct note_list) + (size_t)room * sizeof(struct note);
}

static inline void note_list_add(struct note_list *l, struct note n)
{
    uint64_t at = atomic_load_explicit(&l->count, memory_order_relaxed);
    if (at >= l->room) {
        l->dropped++;
        return;
    }
    l->note[at] = n;
    atomic_store_explicit(&l->count, at + 1, memory_order_release);
}

#endif
