/*
 * The timeline of a trial: how what its workload watches went while it measured, and what happened
 * then. A file of the folder, timeline/SCENARIO.TRIAL.jsonl, for eyes: what is judged is a metric
 * or a latency, never a point of it.
 *
 * Series are declared by the workload, and all have the same points: point i stands for the
 * stretch from i to i + 1 steps after the first measured send. Events stand at their time.
 * Schema "assay-timeline/1": the first line is the head, then a line for each point, then one for
 * each event. At most 200 points and 512 events; the head counts the events that were dropped.
 * Ownership: plain memory. Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RECORD_TIMELINE_H
#define ASSAY_REPORTS_RECORD_TIMELINE_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define TIMELINE_SCHEMA "assay-timeline/1"
enum {
    TIMELINE_SERIES = 8,
    TIMELINE_POINTS = 200,
    TIMELINE_EVENTS = 512,
    TIMELINE_NAME = 32,
    TIMELINE_SAYS = 96
};

struct timeline {
    int64_t from_ns; /* CLOCK_MONOTONIC; where point 0 begins. Not in the file */
    int64_t step_ns; /* 0: there is no timeline */
    size_t points, series_count;
    struct timeline_series {
        char name[TIMELINE_NAME], unit[TIMELINE_NAME]; /* "lag", "records" */
        double value[TIMELINE_POINTS];                 /* NOT_MEASURED: not known */
    } series[TIMELINE_SERIES];
    size_t event_count, events_dropped;
    struct timeline_event {
        int64_t at_ns;            /* after from_ns */
        char name[TIMELINE_NAME]; /* "phase" */
        char says[TIMELINE_SAYS]; /* "1000/s for 10.0 s" */
    } events[TIMELINE_EVENTS];
};

/* Points over a stretch of the monotonic clock, at least a millisecond each; no series yet. */
void timeline_open(struct timeline *t, int64_t from_ns, int64_t to_ns);
/* A series of zeros; returns its values, of which there are t->points. NULL: there is no room. */
double *timeline_series(struct timeline *t, const char *name, const char *unit);
/* Which point an instant belongs to; t->points: none. */
size_t timeline_point(const struct timeline *t, int64_t ns);
/* Counts in each point become counts a second. */
void timeline_per_second(const struct timeline *t, double *value);
/* Events past the room are dropped and counted. */
void timeline_event(struct timeline *t, int64_t ns, const char *name, const char *says);

/* trial: named in the head. */
enum rc timeline_write(const struct timeline *t, const char *trial, struct buf *out,
                       struct err *e) MUST_CHECK;
/* RC_INPUT with the line: no timeline of this schema. */
enum rc timeline_read(struct span text, struct timeline *out, struct err *e) MUST_CHECK;

#endif
