/*
 * What became of records, as rows: every record of a trial that did not simply arrive once, in
 * order and unchanged has one of these outcomes. A new one is a row in outcome.c and its number.
 *
 * Ownership: plain memory. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_OUTCOME_H
#define ASSAY_REPORTS_RECORD_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number for each row of the table. */
enum outcome {
    OUTCOME_REFUSED,
    OUTCOME_LOST,
    OUTCOME_DUPLICATED,
    OUTCOME_REORDERED,
    OUTCOME_CORRUPTED,
    OUTCOME_UNDECIDED,
    OUTCOME_FOREIGN,
    OUTCOME_COUNT /* how many there are; new ones go before it */
};
enum { OUTCOME_CLASS_MAX = 20, OUTCOME_CLASSES = 8 };

struct outcome_row {
    const char *name; /* in records and reports */
    const char *says; /* after a count: "lost", "not sent by us" */
};
extern const struct outcome_row OUTCOMES[OUTCOME_COUNT];
/* By its name; OUTCOME_COUNT when there is none. */
size_t outcome_find(const char *name);

/* Counts of one trial, or summed over several. */
struct delivery {
    int64_t sent, acknowledged, received;
    int64_t outcome[OUTCOME_COUNT]; /* by row, all classes together */
    struct outcome_class {
        char name[OUTCOME_CLASS_MAX]; /* of records: "critical"; "": unused */
        int32_t outcome;              /* the row it is a part of */
        int64_t n;
    } classes[OUTCOME_CLASSES];
};

/* Adds n to an outcome of a class. Where there is no room, the last class is "others". */
void delivery_count(struct delivery *d, size_t outcome, const char *class, int64_t n);
/* d without the outcomes that are results and no faults: bits 1 << enum outcome. */
struct delivery delivery_faults(const struct delivery *d, unsigned findings);
/* True when not a single record is unaccounted for. */
bool delivery_perfect(const struct delivery *d);
void delivery_add(struct delivery *sum, const struct delivery *d);
/* One sentence: "2 of 1000 records lost, 1 duplicated". Returns text (RECORD_WHY_MAX bytes). */
char *delivery_say(const struct delivery *d, char *text);

#endif
